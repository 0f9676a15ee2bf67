"""Mission time: seconds (TT) from an epoch that is kept as a two-part Julian date.

UTC enters and leaves through ERFA and its leap seconds (TAI - UTC was 14 s in July 1975; TT = TAI + 32.184 s). From
1960 to 1971 UTC had longer seconds than TAI and steps of a twentieth or tenth of a second; ERFA has those as well.
Other time scales are in `scales.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import floor, isfinite

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import DataError, MissionError
from .leap_seconds import leap_seconds

MJD_ZERO = 2400000.5
_CALENDAR = re.compile(
    r"(\d{4})-(?:(\d\d)-(\d\d)|(\d{3}))(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d*)?))?)?(Z)?", re.ASCII
)
_FIELDS = ("year", "month", "day", "hour", "minute", "second")  # of which ERFA's status -1 to -6 speaks
_PAST_MIDNIGHT = 2  # ERFA's status of a second after the end of the day
_FIRST_DAY, _LAST_DAY = 1721425.5, 5373118.5  # Julian dates of 0001-01-01 and 9999-01-01
_MOST_DIGITS = 12  # of a second; the two parts of a date hold about as many
_GET = re.compile(r"(-?)(\d+):([0-5]\d):([0-5]\d(?:\.\d*)?)", re.ASCII)


def date_parts(text: str, scale: str = "UTC") -> tuple[float, float]:
    """Two-part Julian date, in its own time scale, of a text like 1975-07-15T12:20:00 or 1975-196T12:20:00.

    The first part is midnight, the second the part of the day; of UTC it is ERFA's quasi Julian date. Raises
    MissionError.
    """
    found = _CALENDAR.fullmatch(text.strip())
    if found is None or (found.group(8) and scale != "UTC"):
        raise MissionError(f"'{text}' is not a {scale} time; write it like 1975-07-15T12:20:00")
    year, month, day, count, hour, minute = (int(part or 0) for part in found.groups()[:6])
    if found.group(4):
        month, day = _month_and_day(year, count)
    fields = (year, month, day, hour, minute, float(found.group(7) or 0.0))
    day1, day2, status = erfa.ufunc.dtf2d("UTC" if scale == "UTC" else "TT", *fields)
    if status < 0:
        raise MissionError(f"'{text}' is not a {scale} time: there is no such {_FIELDS[-status - 1]}; check the date")
    if scale == "UTC" and (year < 1960 or status >= _PAST_MIDNIGHT):
        raise MissionError(f"'{text}' is not a UTC time: UTC begins in 1960, and no such second was in that day")
    if status >= _PAST_MIDNIGHT:
        raise MissionError(f"'{text}' is not a {scale} time: only UTC has leap seconds; check the second")
    return float(day1), float(day2)


def _month_and_day(year: int, count: int) -> tuple[int, int]:
    """Month and day of a day of the year; 0 and 0, which no calendar has, where the year has no such day."""
    _, first = erfa.cal2jd(year, 1, 1)
    to_year, month, day, _ = erfa.jd2cal(MJD_ZERO, first + count - 1.0)
    return (int(month), int(day)) if to_year == year else (0, 0)


def date_text(day1: float, day2: float, scale: str = "UTC", *, digits: int = 3) -> str:
    """ISO 8601 text of a two-part Julian date in its own time scale, rounded to so many digits of the second.

    Not ERFA's d2dtf: on the days of 1961 to 1971 that end in a small step, it is up to 0.1 s off. Raises DataError.
    """
    if digits not in range(_MOST_DIGITS + 1):
        raise DataError(f"a time with {digits} digits of the second was asked for; give 0 to {_MOST_DIGITS}")
    _check_year(day1 + day2)
    start = floor(day1 - 0.5)
    early = (day1 - 0.5) - start
    days = floor(early + day2)
    midnight, unit = start + days + 0.5, 10**digits
    length = day_length(midnight) if scale == "UTC" else DAY
    ticks = floor(((early - days) + day2) * length * unit + 0.5)
    if ticks >= round(length * unit):
        midnight, ticks = midnight + 1.0, 0
    year, month, day, _ = erfa.jd2cal(midnight, 0.0)
    second, fraction = divmod(ticks, unit)
    minute = min(second // 60, 1439)  # a leap second belongs to the last minute
    clock = f"{minute // 60:02d}:{minute % 60:02d}:{second - 60 * minute:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}T{clock}" + (f".{fraction:0{digits}d}" if digits else "")


def _check_year(day: float) -> None:
    """Raises DataError unless a Julian date can be written as a calendar date."""
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise DataError(f"the date of Julian day {day:g} was asked for; give a time of the years 1 to 9998")


def day_length(midnight: float) -> float:
    """Seconds of UTC in the UTC day that begins at a Julian date: 86400 and the step at its end."""
    today, tomorrow = erfa.jd2cal(midnight, 0.0)[:3], erfa.jd2cal(midnight, 1.0)[:3]
    at_0h, at_noon = float(erfa.ufunc.dat(*today, 0.0)[0]), float(erfa.ufunc.dat(*today, 0.5)[0])
    return DAY + (float(erfa.ufunc.dat(*tomorrow, 0.0)[0]) - (2.0 * at_noon - at_0h))


def check_leap_seconds(mjd: float, asked: str) -> None:
    """Raises DataError where a UTC date (MJD) lies past the day to which leap seconds are announced."""
    table = leap_seconds()
    if not mjd <= table.expires_mjd:
        raise DataError(
            f"leap seconds are announced to {table.expires}, asked for {asked}; update astropy-iers-data, or set "
            "allow_prediction = true in the mission's [environment], or allow_prediction=True in the call, to go on "
            "without a new one"
        )


def tt_from_utc(utc1: float | Array, utc2: float | Array) -> tuple[Array, Array]:
    """Two-part Julian date TT of a two-part quasi Julian date UTC."""
    leap_seconds()
    tai1, tai2, _ = erfa.ufunc.utctai(utc1, utc2)  # the status says no more than that no leap second is known then
    tt1, tt2, _ = erfa.ufunc.taitt(tai1, tai2)
    return np.asarray(tt1), np.asarray(tt2)


def utc_from_tt(tt1: float | Array, tt2: float | Array) -> tuple[Array, Array]:
    """Two-part quasi Julian date UTC of a two-part Julian date TT; nan where that is no date."""
    leap_seconds()
    with np.errstate(invalid="ignore"):
        tai1, tai2, _ = erfa.ufunc.tttai(tt1, tt2)
        utc1, utc2, status = erfa.ufunc.taiutc(tai1, tai2)
    return np.where(status < 0, np.nan, utc1), np.asarray(utc2)


def _tt_of(text: str, allow_prediction: bool) -> tuple[float, float]:
    """Two-part Julian date TT of a UTC text."""
    leap_seconds()
    utc1, utc2 = date_parts(text)
    if not allow_prediction:
        check_leap_seconds((utc1 - MJD_ZERO) + utc2, f"'{text}'")
    tt1, tt2 = tt_from_utc(utc1, utc2)
    return float(tt1), float(tt2)


@dataclass(frozen=True)
class Epoch:
    """The zero of mission time.

    tt1, tt2 [days]: parts of the Julian date TT; their sum is the date
    """

    tt1: float
    tt2: float

    @classmethod
    def from_utc(cls, text: str, *, allow_prediction: bool = False) -> Epoch:
        """Epoch at a UTC time such as '1975-07-15T12:20:00' or '1975-196T12:20:00'.

        allow_prediction: after the leap-second table's last day, take it that none was added. Raises MissionError
        where the text is no time, DataError where it is past the table.
        """
        return cls(*_tt_of(text, allow_prediction))

    def tt(self, t: float | Array) -> tuple[float, Array]:
        """Two-part Julian date TT [days] at t [s] from the epoch."""
        return self.tt1, np.asarray(self.tt2 + np.asarray(t, dtype=float) / DAY)

    def utc_parts(self, t: float | Array) -> tuple[Array, Array]:
        """Two-part quasi Julian date UTC [days], in ERFA's sense, at t [s] from the epoch.

        Past the leap-second table's last day: as if none was added.
        """
        return utc_from_tt(*self.tt(t))

    def utc(self, t: float = 0.0) -> str:
        """ISO 8601 UTC text, to the millisecond, at t [s] from the epoch.

        For people to read, also in errors: past the leap-second table's last day as if none was added. Raises DataError
        where the time is no date of the years 1 to 9998.
        """
        tt1, tt2 = self.tt(t)
        _check_year(tt1 + float(tt2))
        utc1, utc2 = self.utc_parts(t)
        return date_text(float(utc1), float(utc2))

    def seconds_of(self, utc: str, *, allow_prediction: bool = False) -> float:
        """Mission time [s] of a UTC text: elapsed seconds, leap seconds counted. Raises as `from_utc`."""
        tt1, tt2 = _tt_of(utc, allow_prediction)
        return ((tt1 - self.tt1) + (tt2 - self.tt2)) * DAY


@dataclass(frozen=True)
class MissionClock:
    """A clock of elapsed time with a zero of its own, such as the lift-off of either craft.

    name: as it is shown, 'GET' · zero [s]: mission time at which it shows 000:00:00
    """

    name: str
    zero: float = 0.0

    @classmethod
    def from_utc(cls, name: str, epoch: Epoch, utc: str) -> MissionClock:
        """A clock that starts at a UTC time, in a mission of the given epoch. Raises MissionError, DataError."""
        return cls(name, epoch.seconds_of(utc))

    def text(self, t: float) -> str:
        """What the clock shows, hhh:mm:ss, at mission time t [s]."""
        return get_text(t - self.zero)

    def seconds(self, text: str) -> float:
        """Mission time [s] at which the clock shows a text. Raises MissionError."""
        return self.zero + seconds_from_get(text)


def get_text(seconds: float) -> str:
    """Ground elapsed time as hhh:mm:ss, rounded to the second: 186549 s is '051:49:09'. Raises MissionError."""
    if not isfinite(seconds):
        raise MissionError(f"an elapsed time of {seconds:g} s cannot be written; give a finite number of seconds")
    whole = round(abs(seconds))
    sign = "-" if seconds < 0.0 and whole else ""
    return f"{sign}{whole // 3600:03d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def seconds_from_get(text: str) -> float:
    """Seconds of a ground elapsed time hhh:mm:ss. Raises MissionError."""
    found = _GET.fullmatch(text.strip())
    if found is None:
        raise MissionError(f"'{text}' is not an elapsed time; write it like 051:49:09")
    total = 3600.0 * int(found.group(2)) + 60.0 * int(found.group(3)) + float(found.group(4))
    return -total if found.group(1) else total
