"""The Earth's measured orientation: pole, UT1 and celestial pole offsets of the IERS, day by day since 1962.

Measured are the rows of EOP C04 and, after its end, those of Bulletin A whose pole and UT1 are flagged 'I'. Predicted
are Bulletin A's rows flagged 'P', about a year; a caller has to ask for them. Both come with astropy-iers-data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from math import isfinite
from pathlib import Path

import erfa
import numpy as np

from ..conventions import ARCSECOND, DAY, Array
from ..errors import DataError
from .constants import EARTH_RATE
from .time import MJD_ZERO, Epoch

_TT_LESS_TAI = 32.184  # s, IAU 1991 recommendation IV
_STENCIL = 4  # days that one cubic runs through
_COLUMNS = 6  # read from a line of EOP C04: the day and five values


@dataclass(frozen=True)
class OrientationTable:
    """Daily rows at 0 h UTC.

    first [MJD] of the first row · rows (n, 5): x_p, y_p ["], UT1 - TT [s], dX, dY ["] · measured: how many of them
    are no prediction
    """

    first: int
    rows: Array
    measured: int

    @property
    def last_measured(self) -> str:
        """Date of the last measured row."""
        return date_of(self.first + self.measured - 1)

    @property
    def last_predicted(self) -> str:
        """Date of the last row."""
        return date_of(self.first + len(self.rows) - 1)


@lru_cache(maxsize=1)
def orientation_table() -> OrientationTable:
    """The table of astropy-iers-data, read once. Raises DataError when it is missing, damaged or has gaps."""
    package = import_module("astropy_iers_data")
    try:
        final = Path(package.IERS_B_FILE).read_text("ascii").splitlines()
        bulletin = Path(package.IERS_A_FILE).read_text("ascii").splitlines()
        days, daily, measured = _daily_rows(final, bulletin)
    except OSError as fault:
        raise DataError(
            f"the Earth-orientation tables of astropy-iers-data cannot be read: {fault.strerror}; reinstall it"
        ) from None
    except (ValueError, IndexError) as fault:  # an encoding that is not ASCII is a ValueError
        raise DataError(
            f"the Earth-orientation table of astropy-iers-data is damaged: {fault}; reinstall astropy-iers-data"
        ) from None
    first = (days or [0])[0]
    table = np.array(daily)
    whole, finite = days == list(range(first, first + len(days))), bool(np.all(np.isfinite(table)))
    if len(days) < _STENCIL or not whole or not finite:
        found = "is empty" if len(days) < _STENCIL else "is damaged" if whole else "has gaps"
        raise DataError(f"the Earth-orientation table of astropy-iers-data {found}; reinstall astropy-iers-data")
    table[:, 2] += _utc_less_tt(first, len(table))  # UT1 - TT runs on through a leap second, UT1 - UTC does not
    return OrientationTable(first, table, measured)


def _daily_rows(final: list[str], bulletin: list[str]) -> tuple[list[int], list[list[float]], int]:
    """Days (MJD) of EOP C04, its rows with those of Bulletin A after them, and how many are measured.

    Raises ValueError or IndexError where a line is none of these tables'.
    """
    days, daily = _final_rows(final)
    first, measured = (days or [0])[0], len(days)
    for line in bulletin:
        if float(line[7:15]) == first + len(daily) and line[58:68].strip() and line[18:27].strip():
            if line[16] == line[57] == "I" and measured == len(daily):
                measured += 1
            daily.append(_bulletin_row(line))
    return days, daily, measured


def _final_rows(lines: list[str]) -> tuple[list[int], list[list[float]]]:
    """MJD and x_p, y_p ["], UT1 - UTC [s], dX, dY ["] of the lines of EOP C04."""
    rows = [[float(x) for x in line.split()[4:10]] for line in lines if not line.startswith("#")]
    if not all(len(row) == _COLUMNS for row in rows):
        raise ValueError("a line of EOP C04 is too short")
    return [int(row[0]) for row in rows], [row[1:] for row in rows]


def _bulletin_row(line: str) -> list[float]:
    """The same columns of a line of Bulletin A; pole offsets that it does not predict are zero, below 1e-9 rad."""
    dx, dy = (1e-3 * float(line[a:b].strip() or 0.0) for a, b in ((97, 106), (116, 125)))
    return [float(line[18:27]), float(line[37:46]), float(line[58:68]), dx, dy]


def _utc_less_tt(first: int, count: int) -> Array:
    """UTC - TT [s] at 0 h UTC of days from an MJD on."""
    midnight = MJD_ZERO + np.arange(first, first + count)  # alone in the first part: the second keeps nanoseconds
    tai1, tai2, _ = erfa.ufunc.utctai(midnight, np.zeros(count))
    return np.asarray(-((tai1 - midnight) + tai2) * DAY - _TT_LESS_TAI)


def date_of(mjd: int) -> str:
    """ISO date of a modified Julian date."""
    year, month, day, _ = erfa.jd2cal(MJD_ZERO, float(mjd))
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"


def earth_orientation(epoch: Epoch, times: Array, *, allow_prediction: bool = False) -> tuple[Array, Array]:
    """Pole x_p, y_p, dX, dY (n, 4) [rad] and UT1 - TT (n,) [s] at mission times (n,) [s].

    Cubic through the four nearest days; where the table ends, the last four. allow_prediction: past the last measured
    day use Bulletin A's prediction. Raises DataError where nothing is known, or only predicted and that not allowed.
    """
    x, rows = _nearest(epoch, times, allow_prediction)
    w = np.stack(
        [-x * (x - 1) * (x - 2) / 6, (x + 1) * (x - 1) * (x - 2) / 2, -x * (x + 1) * (x - 2) / 2, x * (x * x - 1) / 6]
    )
    blended = np.einsum("kn,nkc->nc", w, rows)
    return blended[:, [0, 1, 3, 4]] * ARCSECOND, blended[:, 2]


def earth_rate(epoch: Epoch, times: Array, *, allow_prediction: bool = False) -> Array:
    """Rate of the Earth's rotation (n,) [rad/s]: the nominal one with the slope of that cubic. Raises DataError."""
    x, rows = _nearest(epoch, times, allow_prediction)
    square = 3.0 * x * x
    w = np.stack(
        [(6.0 * x - square - 2.0) / 6.0, (square - 4.0 * x - 1.0) / 2, (2.0 * x + 2.0 - square) / 2, (square - 1.0) / 6]
    )
    return np.asarray(EARTH_RATE * (1.0 + np.einsum("kn,nk->n", w, rows[:, :, 2]) / DAY))


def _nearest(epoch: Epoch, times: Array, allow_prediction: bool) -> tuple[Array, Array]:
    """Days (n,) from the second of four rows (n, 4, 5), and these, for each mission time. Raises DataError."""
    table = orientation_table()
    utc1, utc2 = epoch.utc_parts(times)
    mjd = (utc1 - MJD_ZERO) + utc2
    known = len(table.rows) if allow_prediction else table.measured
    outside = ~((mjd >= table.first) & (mjd <= table.first + known - 1))
    if np.any(outside):
        raise _refusal(table, epoch, float(np.ravel(times)[int(np.argmax(outside))]), allow_prediction)
    start = np.clip(np.floor(mjd).astype(int) - table.first - 1, 0, known - _STENCIL)
    return mjd - (table.first + 1 + start), table.rows[start[:, None] + np.arange(_STENCIL)]


def _refusal(table: OrientationTable, epoch: Epoch, t: float, allowed: bool) -> DataError:
    """What is known, what was asked for and what to do."""
    known = f"Earth orientation is known from {date_of(table.first)} to {table.last_measured}"
    asked = f"asked for {epoch.utc(t)}" if isfinite(t) else f"asked for {t:g} s"
    utc1, utc2 = epoch.utc_parts(t)
    if (utc1 - MJD_ZERO) + utc2 < table.first:  # no prediction helps before the table
        return DataError(f"{known}, {asked}; move the mission's epoch")
    if allowed:
        return DataError(
            f"{known} and predicted to {table.last_predicted}, {asked}; move the mission's epoch or update "
            "astropy-iers-data"
        )
    return DataError(
        f"{known}, {asked}; move the mission's epoch, update astropy-iers-data or, from then to "
        f"{table.last_predicted}, set allow_prediction = true in the mission's [environment], or "
        "allow_prediction=True in the call"
    )
