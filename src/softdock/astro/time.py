"""Mission time: seconds (TT) from an epoch that is kept as a two-part Julian date.

UTC enters and leaves through ERFA and its leap seconds (TAI - UTC was 14 s in July 1975; TT = TAI + 32.184 s).
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import MissionError

_UTC = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d*)?))?)?Z?", re.ASCII)
_GET = re.compile(r"(-?)(\d+):([0-5]\d):([0-5]\d(?:\.\d*)?)", re.ASCII)


def _tt_from_utc(text: str) -> tuple[float, float]:
    """Two-part Julian date TT of an ISO 8601 UTC text."""
    found = _UTC.fullmatch(text.strip())
    if found is None:
        raise MissionError(f"'{text}' is not a UTC time; write it like 1975-07-15T12:20:00")
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    second = float(found.group(6) or 0.0)
    try:
        with warnings.catch_warnings(record=True) as remarks:  # 'dubious year': beyond the leap seconds announced
            warnings.simplefilter("always", erfa.ErfaWarning)
            utc1, utc2 = erfa.dtf2d("UTC", year, month, day, hour, minute, second)
            tt1, tt2 = erfa.taitt(*erfa.utctai(utc1, utc2))
    except erfa.ErfaError as fault:
        raise MissionError(f"'{text}' is not a UTC time: {fault}; check the date") from None
    if year < 1960 or any("after end of day" in str(remark.message) for remark in remarks):
        raise MissionError(f"'{text}' is not a UTC time: UTC begins in 1960, and no such second was in that day")
    return float(tt1), float(tt2)


@dataclass(frozen=True)
class Epoch:
    """The zero of mission time.

    tt1, tt2 [days]: parts of the Julian date TT; their sum is the date
    """

    tt1: float
    tt2: float

    @classmethod
    def from_utc(cls, text: str) -> Epoch:
        """Epoch at a UTC time such as '1975-07-15T12:20:00'. Raises MissionError."""
        return cls(*_tt_from_utc(text))

    def tt(self, t: float | Array) -> tuple[float, Array]:
        """Two-part Julian date TT [days] at t [s] from the epoch."""
        return self.tt1, np.asarray(self.tt2 + np.asarray(t, dtype=float) / DAY)

    def utc_parts(self, t: float | Array) -> tuple[Array, Array]:
        """Two-part quasi Julian date UTC [days], in ERFA's sense, at t [s] from the epoch."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", erfa.ErfaWarning)  # 'dubious year': beyond the leap seconds announced
            utc1, utc2 = erfa.taiutc(*erfa.tttai(*self.tt(t)))
        return np.asarray(utc1), np.asarray(utc2)

    def utc(self, t: float = 0.0) -> str:
        """ISO 8601 UTC text, to the millisecond, at t [s] from the epoch."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", erfa.ErfaWarning)
            year, month, day, clock = erfa.d2dtf("UTC", 3, *self.utc_parts(t))
        hour, minute, second, millisecond = clock["h"], clock["m"], clock["s"], clock["f"]
        return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{millisecond:03d}"

    def seconds_of(self, utc: str) -> float:
        """Mission time [s] of a UTC text: elapsed seconds, leap seconds counted."""
        tt1, tt2 = _tt_from_utc(utc)
        return ((tt1 - self.tt1) + (tt2 - self.tt2)) * DAY


def get_text(seconds: float) -> str:
    """Ground elapsed time as hhh:mm:ss, rounded to the second: 186549 s is '051:49:09'."""
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
