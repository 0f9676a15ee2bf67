"""Leap seconds and the day to which they are announced, from the newer of two tables.

ERFA converts by a table that was compiled into it. Where the table of the IERS that comes with astropy-iers-data knows
more, ERFA is given it, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import erfa
import numpy as np

from ..errors import DataError

_EXPIRES = re.compile(r"expires on\s+(\d{1,2}) ([A-Z][a-z]+) (\d{4})", re.ASCII)
_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip
_ROW = [("year", "i4"), ("month", "i4"), ("tai_utc", "f8")]  # as ERFA has it
_MJD_OF_ORDINAL = 678576  # MJD 0 is 1858-11-17, day 678576 of Python's count
Step = tuple[date, float]


@dataclass(frozen=True)
class LeapSeconds:
    """Steps of TAI - UTC since 1972.

    steps: first day and TAI - UTC [s] from then on · expires: the last day that the table speaks for
    """

    steps: tuple[Step, ...]
    expires: date

    @property
    def expires_mjd(self) -> float:
        """The same as a modified Julian date, 0 h."""
        return float(self.expires.toordinal() - _MJD_OF_ORDINAL)


@lru_cache(maxsize=1)
def leap_seconds() -> LeapSeconds:
    """The newer of the two tables, read once; ERFA knows it from here on. Raises DataError."""
    shipped = read_leap_seconds(Path(import_module("astropy_iers_data").IERS_LEAP_SECOND_FILE))
    own = _erfas()
    shared = min(len(own.steps), len(shipped.steps))
    if own.steps[:shared] != shipped.steps[:shared]:
        raise DataError("the leap seconds of ERFA and of astropy-iers-data differ; reinstall pyerfa, astropy-iers-data")
    if len(shipped.steps) > len(own.steps):
        _teach_erfa(shipped.steps)
    longer = own if len(own.steps) > len(shipped.steps) else shipped
    return LeapSeconds(longer.steps, max(own.expires, shipped.expires))


def read_leap_seconds(path: Path) -> LeapSeconds:
    """Steps and expiry of a Leap_Second.dat of the IERS. Raises DataError."""
    try:
        text = path.read_text("ascii")
        found = _EXPIRES.search(text)
        rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        steps = tuple((date(int(year), int(month), int(day)), float(offset)) for _, day, month, year, offset in rows)
        if found is None or not steps:
            raise ValueError("no step, or no date of expiry")
        expires = date(int(found.group(3)), _MONTHS.index(found.group(2)) + 1, int(found.group(1)))
        return LeapSeconds(steps, expires)
    except (OSError, ValueError) as fault:
        raise DataError(f"the leap seconds in {path} cannot be read: {fault}; reinstall astropy-iers-data") from None


def _erfas() -> LeapSeconds:
    """What ERFA itself knows of the years since 1972, good for half a year after its last step."""
    rows = erfa.leap_seconds.get()
    steps = tuple((date(int(y), int(m), 1), float(offset)) for y, m, offset in rows if y >= 1972)
    return LeapSeconds(steps, erfa.leap_seconds.expires.date())


def _teach_erfa(steps: tuple[Step, ...]) -> None:
    try:
        erfa.leap_seconds.update(np.array([(day.year, day.month, offset) for day, offset in steps], _ROW))
    except ValueError as fault:
        raise DataError(f"ERFA does not take the leap seconds of astropy-iers-data: {fault}; update pyerfa") from None
