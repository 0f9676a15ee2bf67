"""Epochs of CCSDS messages: calendar or day of year, in UTC, TAI, TT, TDB or GPS, to TT and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import DataError, FormatError
from .lines import Line

TIME_SYSTEMS = ("UTC", "TAI", "TT", "TDB", "GPS")
FIRST_YEAR, LAST_YEAR = 1960, 2199  # UTC begins in 1960
Fields = tuple[int, int, int, int, int, float]  # year, month, day, hour, minute, second

_EPOCH = re.compile(r"(\d{4})-(?:(\d\d)-(\d\d)|(\d{3}))T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z?", re.ASCII)
_FRACTION_DIGITS = 15  # more than a double keeps
_GPS_LESS_TAI = -19.0  # s, IS-GPS-200: GPS time began with UTC on 1980-01-06


def epoch_fields(line: Line, text: str, column: int) -> Fields:
    """Year, month, day, hour, minute, second of an epoch, by calendar or by day of year. Raises FormatError."""
    found = _EPOCH.fullmatch(text)
    if found is None:
        raise line.fault(f"'{text[:40]}' is no epoch; write it like 2025-07-03T19:32:40.5 or 2025-184T19:32:40", column)
    year, hour, minute, second = (int(found.group(k)) for k in (1, 5, 6, 7))
    fraction = found.group(8) or "0"
    if len(fraction) > _FRACTION_DIGITS:
        raise line.fault(
            f"the second has {len(fraction)} digits after the point and {_FRACTION_DIGITS} are kept; shorten it", column
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise line.fault(f"the year is {year} and must be {FIRST_YEAR} to {LAST_YEAR}; correct it", column)
    if hour > 23 or minute > 59 or second > 60 or (second == 60 and (hour, minute) != (23, 59)):
        raise line.fault(f"there is no time {hour:02d}:{minute:02d}:{second:02d} in a day; correct it", column)
    try:
        if found.group(4):
            day = date(year, 1, 1) + timedelta(days=int(found.group(4)) - 1)
        else:
            day = date(year, int(found.group(2)), int(found.group(3)))
        if day.year != year:
            raise ValueError
    except (ValueError, OverflowError):
        raise line.fault(f"there is no such date as {text.split('T')[0]}; correct it", column) from None
    return year, day.month, day.day, hour, minute, float(f"{second}.{fraction}")


def checked_date(text: str) -> str:
    """A creation date that may be written: an epoch of CCSDS messages. Raises DataError."""
    try:
        epoch_fields(Line("", 0, text), text, 0)
    except FormatError as fault:
        raise DataError(f"the creation date cannot be written: {fault}") from None
    return text


def terrestrial(
    fields: Sequence[Fields], lines: Sequence[tuple[Line, int]], *, system: str
) -> tuple[Array, Array]:
    """Two-part Julian dates TT (n,), (n,) of epochs in a time system. lines: line and column of each.

    Raises FormatError, for a leap second that was none too.
    """
    y, mo, d, h, mi, s = (np.array(column) for column in zip(*fields, strict=True))
    scale = "UTC" if system == "UTC" else "TT"
    day1, day2, status = erfa.ufunc.dtf2d(scale, y, mo, d, h, mi, s)
    wrong = np.flatnonzero((status < 0) | (status >= 2))
    if wrong.size:
        line, column = lines[int(wrong[0])]
        raise line.fault(f"there was no leap second then in {system}; correct the time", column)
    if system == "UTC":
        return _two(erfa.taitt(*_quiet(erfa.ufunc.utctai(day1, day2))))
    if system == "TAI":
        return _two(erfa.taitt(day1, day2))
    if system == "GPS":
        return _two(erfa.taitt(day1, day2 - _GPS_LESS_TAI / DAY))
    if system == "TDB":
        return _two(erfa.tdbtt(day1, day2, erfa.dtdb(day1, day2, 0.0, 0.0, 0.0, 0.0)))
    return _two((day1, day2))


def texts(tt1: float | Array, tt2: Array, *, system: str, digits: int = 9) -> list[str]:
    """Epochs (n,) in a time system, as calendar texts, of two-part Julian dates TT."""
    tt1 = np.broadcast_to(np.asarray(tt1, dtype=float), tt2.shape)
    scale = "TT"
    if system == "TDB":
        day1, day2 = erfa.tttdb(tt1, tt2, erfa.dtdb(tt1, tt2, 0.0, 0.0, 0.0, 0.0))
    elif system == "TT":
        day1, day2 = tt1, tt2
    else:
        day1, day2 = erfa.tttai(tt1, tt2)
        if system == "GPS":
            day2 = day2 + _GPS_LESS_TAI / DAY
        if system == "UTC":
            scale = "UTC"
            day1, day2 = _quiet(erfa.ufunc.taiutc(day1, day2))
    y, mo, d, clock, _ = erfa.ufunc.d2dtf(scale, digits, day1, day2)
    rows = zip(y, mo, d, clock["h"], clock["m"], clock["s"], clock["f"], strict=True)
    return [
        f"{a:04d}-{b:02d}-{c:02d}T{h:02d}:{m:02d}:{s:02d}.{f:0{digits}d}" for a, b, c, h, m, s, f in rows
    ]


def known_system(text: str, line: Line, column: int) -> str:
    """A time system by its name. Raises FormatError."""
    if text not in TIME_SYSTEMS:
        raise line.fault(f"TIME_SYSTEM is {text[:40]}; the known ones are {', '.join(TIME_SYSTEMS)}", column)
    return text


def _two(parts: tuple[Array, Array]) -> tuple[Array, Array]:
    return np.asarray(parts[0]), np.asarray(parts[1])


def _quiet(parts: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    """Without ERFA's status, which says no more than that the year is beyond its leap seconds."""
    return parts[0], parts[1]


