"""Time scales: UTC, TAI, TT, TDB, UT1 and GPS as two-part Julian dates and as texts, one into the other.

ERFA does the work; UT1 comes from the tables of the IERS and TDB from Fairhead and Bretagnon 1990 at the Earth's
centre (erfa.dtdb). A Julian date of UTC is ERFA's quasi Julian date, whose day holds its leap second.
"""

from __future__ import annotations

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import DataError
from .orientation import earth_orientation, orientation_table
from .time import MJD_ZERO, Epoch, check_leap_seconds, date_parts, date_text, tt_from_utc, utc_from_tt

SCALES = ("UTC", "TAI", "TT", "TDB", "UT1", "GPS")
GPS_LESS_TAI = -19.0  # s, IS-GPS-200: GPS time began with UTC on 1980-01-06
GPS_ZERO = 2444244.5  # Julian date GPS of the beginning of week 0, 1980-01-06
GPS_WEEKS = 1024  # what ten bits of the navigation message count before they begin again
WEEK = 7.0 * DAY
_UTC_BEGINS = 36934.0  # MJD of 1960-01-01
_ROUNDS = 2  # of UT1 to TT from a second near; UT1 - TT changes by 1e-7 of the time gone
_NEAR, _INSIDE = 2.0 / DAY, 1e-3 / DAY  # days: how far outside the table a first guess is led to how far inside

Parts = tuple[Array, Array]


def convert(
    day1: float | Array, day2: float | Array, *, source: str, target: str, allow_prediction: bool = False
) -> Parts:
    """Two-part Julian date [days] in one time scale of a two-part Julian date in another.

    source, target: UTC, TAI, TT, TDB, UT1 or GPS · allow_prediction: UTC past the announced leap seconds, UT1 past the
    measured days. To a nanosecond when the first part is a whole or half number. Raises DataError.
    """
    for scale in (source, target):
        if scale not in SCALES:
            raise DataError(f"the time scale {scale} was asked for; the known ones are {', '.join(SCALES)}")
    try:
        one, two = np.broadcast_arrays(np.asarray(day1, dtype=float), np.asarray(day2, dtype=float))
    except ValueError:
        raise DataError(
            f"dates in {source} have parts of shapes {np.shape(day1)} and {np.shape(day2)}; give as many of either"
        ) from None
    if not np.all(np.isfinite(one + two)):
        raise DataError(f"dates in {source} that are no finite numbers were to become {target}; correct them")
    if source == target:
        return one, two
    if source == "UTC":
        _check_utc(one, two, allow_prediction)
    one, two = _from_tt(*_to_tt(one, two, source, allow_prediction), target, allow_prediction)
    if target == "UTC":
        _check_utc(one, two, allow_prediction)
    return one, two


def _to_tt(day1: Array, day2: Array, source: str, allow_prediction: bool) -> Parts:
    if source == "UTC":
        return tt_from_utc(day1, day2)
    if source == "TAI":
        return _two(erfa.taitt(day1, day2))
    if source == "GPS":
        return _two(erfa.taitt(day1, day2 - GPS_LESS_TAI / DAY))
    if source == "TDB":
        return _two(erfa.tdbtt(day1, day2, _tdb_less_tt(day1, day2)))
    if source == "UT1":
        tt2 = _near_tt(day1, day2, allow_prediction)
        for _ in range(_ROUNDS):
            tt2 = day2 - ut1_less_tt(day1, tt2, allow_prediction=allow_prediction) / DAY
        return day1, tt2
    return day1, day2


def _near_tt(day1: Array, day2: Array, allow_prediction: bool) -> Array:
    """Second part of a Julian date TT that is near one of UT1: within two seconds, and then on the table of UT1.

    UT1 is taken for UTC, from which leap seconds hold it to a second. So a UT1 of the table's first and last second
    leads on; one farther out stays where it is and is refused.
    """
    table = orientation_table()
    last = table.first + (len(table.rows) if allow_prediction else table.measured) - 1.0
    mjd = (day1 - MJD_ZERO) + day2
    shift = np.clip(mjd, table.first + _INSIDE, last - _INSIDE) - mjd
    tt1, tt2 = tt_from_utc(day1, day2 + np.where(np.abs(shift) <= _NEAR, shift, 0.0))
    return np.asarray(tt2 + (tt1 - day1))


def _from_tt(tt1: Array, tt2: Array, target: str, allow_prediction: bool) -> Parts:
    if target == "UTC":
        return utc_from_tt(tt1, tt2)
    if target == "TAI":
        return _two(erfa.tttai(tt1, tt2))
    if target == "GPS":
        tai1, tai2 = _two(erfa.tttai(tt1, tt2))
        return tai1, tai2 + GPS_LESS_TAI / DAY
    if target == "TDB":
        return _two(erfa.tttdb(tt1, tt2, _tdb_less_tt(tt1, tt2)))
    if target == "UT1":
        return tt1, tt2 + ut1_less_tt(tt1, tt2, allow_prediction=allow_prediction) / DAY
    return tt1, tt2


def ut1_less_tt(tt1: Array, tt2: Array, *, allow_prediction: bool = False) -> Array:
    """UT1 - TT [s] at two-part Julian dates TT, by the tables of the IERS. Raises DataError."""
    one, two = np.ravel(tt1), np.ravel(tt2)
    if not one.size:
        return np.zeros(np.shape(tt1))
    zero = Epoch(float(one[0]), float(two[0]))
    seconds = ((one - zero.tt1) + (two - zero.tt2)) * DAY
    _, found = earth_orientation(zero, seconds, allow_prediction=allow_prediction)
    return found.reshape(np.shape(tt1))


def _tdb_less_tt(day1: Array, day2: Array) -> Array:
    """TDB - TT [s] at the Earth's centre; whether the date is TT or TDB changes it by 1e-12 s."""
    return np.asarray(erfa.dtdb(day1, day2, 0.0, 0.0, 0.0, 0.0))


def _check_utc(day1: Array, day2: Array, allow_prediction: bool) -> None:
    """Raises DataError before 1960 and, unless allowed, past the announced leap seconds."""
    mjd = np.ravel((day1 - MJD_ZERO) + day2)
    if not mjd.size:
        return
    if not np.all(mjd >= _UTC_BEGINS):
        raise DataError(f"UTC was asked for on MJD {np.min(mjd):.1f} and began on 1960-01-01, MJD 36934; use TT or TAI")
    if not allow_prediction:
        late = float(np.max(mjd))
        check_leap_seconds(late, f"MJD {late:.1f} UTC")


def _two(parts: Parts) -> Parts:
    return np.asarray(parts[0]), np.asarray(parts[1])


def epoch_of(text: str, scale: str = "UTC", *, allow_prediction: bool = False) -> Epoch:
    """Epoch at a text like 1975-07-15T12:20:00 or 1975-196T12:20:00 in a time scale. Raises MissionError, DataError."""
    if scale == "UTC":
        return Epoch.from_utc(text, allow_prediction=allow_prediction)
    tt1, tt2 = convert(*date_parts(text, scale), source=scale, target="TT", allow_prediction=allow_prediction)
    return Epoch(float(tt1), float(tt2))


def time_text(
    epoch: Epoch, t: float = 0.0, *, scale: str = "UTC", digits: int = 3, allow_prediction: bool = False
) -> str:
    """ISO 8601 text in a time scale, at t [s] from an epoch, with so many digits of the second. Raises DataError."""
    tt1, tt2 = epoch.tt(t)
    day1, day2 = convert(tt1, tt2, source="TT", target=scale, allow_prediction=allow_prediction)
    return date_text(float(day1), float(day2), scale, digits=digits)


def gps_week(epoch: Epoch, t: float = 0.0) -> tuple[int, float]:
    """Full GPS week (0 began on 1980-01-06) and second of the week [s], at t [s] from an epoch."""
    day1, day2 = convert(*epoch.tt(t), source="TT", target="GPS")
    days = float(day1) - GPS_ZERO
    week = int(np.floor((days + float(day2)) / 7.0))
    return week, ((days - 7.0 * week) + float(day2)) * DAY


def epoch_of_gps_week(week: int, seconds: float) -> Epoch:
    """Epoch at a full GPS week and a second [s] of it."""
    tt1, tt2 = convert(GPS_ZERO + 7.0 * week, seconds / DAY, source="GPS", target="TT")
    return Epoch(float(tt1), float(tt2))


def full_gps_week(week: int, near: Epoch) -> int:
    """The full GPS week, nearest to an epoch, that a receiver tells as `week`: its last ten bits. Raises DataError.

    The count began again on 1999-08-22 and 2019-04-07 and will on 2038-11-21.
    """
    if not 0 <= week < GPS_WEEKS:
        raise DataError(f"a GPS week of ten bits is 0 to {GPS_WEEKS - 1}, found {week}; give the week as it is sent")
    now, _ = gps_week(near)
    return now + (week - now + GPS_WEEKS // 2) % GPS_WEEKS - GPS_WEEKS // 2
