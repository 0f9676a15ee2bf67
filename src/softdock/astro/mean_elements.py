"""Mean elements of SGP4, as a TLE or an OMM gives them, and the orbit that SGP4 makes of them, in GCRF.

They are neither osculating nor J2-mean: only SGP4 may read them, and what it gives is in TEME.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from math import ceil, isfinite

import erfa
import numpy as np
from sgp4.api import SGP4_ERRORS, WGS72, Satrec

from ..conventions import DAY, DEGREE, KILOMETRE, MINUTE, Array
from ..errors import DataError, PropagationError
from .tabulated import Piece, times_of
from .teme import gcrf_from
from .time import Epoch

_MJD_ZERO = 2400000.5
_JD_1949_12_31 = 2433281.5  # where sgp4init counts days from
_MINUTES_A_RADIAN = 1440.0 / (2.0 * np.pi)  # of a mean motion of one revolution a day
_DEGREE = 9  # of the table of an orbit: 1e-5 m at a minute's step in low orbit
WARN_AFTER = 3.0 * DAY
REFUSE_AFTER = 14.0 * DAY


class StaleElementsWarning(UserWarning):
    """Mean elements are used so far from their epoch that their error is kilometres."""


@dataclass(frozen=True, kw_only=True)
class MeanElements:
    """One set of SGP4 mean elements (TEME of date, WGS 72), in the units of its file.

    epoch_mjd, epoch_fraction [days]: UTC day and part of a day of 86400 s · mean_motion_dot, _ddot: as files give
    them, a half of the first and a sixth of the second derivative · designator: like 1998-067A, or empty ·
    remarks: what a reader let pass
    """

    name: str = ""
    catalogue_number: int
    designator: str = ""
    classification: str = "U"
    epoch_mjd: int
    epoch_fraction: float
    mean_motion_rev_day: float
    mean_motion_dot_rev_day2: float = 0.0
    mean_motion_ddot_rev_day3: float = 0.0
    bstar_per_earth_radius: float = 0.0
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    perigee_argument_deg: float
    mean_anomaly_deg: float
    element_set: int = 0
    revolution: int = 0
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        motion = self.mean_motion_rev_day
        if not (0.0 <= self.eccentricity < 1.0 and motion > 0.0 and isfinite(motion)):
            raise DataError(
                f"mean elements of {self.catalogue_number}: eccentricity {self.eccentricity:g} and mean motion "
                f"{motion:g} rev/day are no orbit; give 0 <= e < 1 and a positive mean motion"
            )

    @property
    def epoch(self) -> Epoch:
        """Epoch of the elements. Raises DataError before 1960, when UTC begins."""
        year, month, day, _ = erfa.jd2cal(_MJD_ZERO, float(self.epoch_mjd))
        if year < 1960:
            raise DataError(f"elements of {self.catalogue_number} are of {int(year)} and UTC began in 1960; use later")
        seconds = self.epoch_fraction * DAY
        hour, minute = int(seconds // 3600.0), int(seconds % 3600.0 // MINUTE)
        utc1, utc2, _ = erfa.ufunc.dtf2d("UTC", year, month, day, hour, minute, seconds - 3600.0 * hour - 60.0 * minute)
        tai1, tai2, _ = erfa.ufunc.utctai(utc1, utc2)
        tt1, tt2 = erfa.taitt(tai1, tai2)
        return Epoch(float(tt1), float(tt2))


@dataclass(frozen=True)
class TleOrbit:
    """The orbit of mean elements by SGP4: a Trajectory in GCRF, in seconds from `zero`.

    zero: mission epoch, that of the elements if left out · warn_after, refuse_after [s]: distance in time from the
    elements' epoch beyond which they are warned of and refused
    """

    elements: MeanElements
    zero: Epoch | None = None
    warn_after: float = field(default=WARN_AFTER, kw_only=True)
    refuse_after: float = field(default=REFUSE_AFTER, kw_only=True)

    def teme(self, times: Array | float) -> tuple[Array, Array]:
        """Positions and velocities (n, 3) [m, m/s] in TEME at mission times (n,) [s]. Raises PropagationError."""
        times = times_of(times)
        since = times + self._offset()
        self._check_age(times, since)
        model = satellite(self.elements)
        fraction = model.jdsatepochF + since / DAY  # elapsed seconds: a leap second between counts
        errors, r, v = model.sgp4_array(np.full(since.shape, model.jdsatepoch), fraction)
        if np.any(errors):
            k = int(np.argmax(errors != 0))
            raise PropagationError(
                f"SGP4 cannot take object {self.elements.catalogue_number} to {self._epoch().utc(float(times[k]))}: "
                f"{SGP4_ERRORS[int(errors[k])]}; use elements of a nearer epoch",
                time_s=float(times[k]),
            )
        return r * KILOMETRE, v * KILOMETRE

    def states(self, times: Array | float) -> tuple[Array, Array]:
        """Positions and velocities (n, 3) [m, m/s] in GCRF. Raises PropagationError, DataError."""
        times = times_of(times)
        r, v = self.teme(times)
        return gcrf_from("TEME", self._epoch(), times, r=r, v=v)

    def positions(self, times: Array | float) -> Array:
        """Positions (n, 3) [m] in GCRF at mission times (n,) [s]. Raises PropagationError, DataError."""
        return self.states(times)[0]

    def velocities(self, times: Array | float) -> Array:
        """Velocities (n, 3) [m/s] in GCRF at mission times (n,) [s]. Raises PropagationError, DataError."""
        return self.states(times)[1]

    def table(self, start: float, stop: float, *, step: float = 60.0) -> Piece:
        """The orbit in GCRF from start to stop [s] as a table with a state each `step` [s], for an OEM.

        With LAGRANGE, and with nodes beyond both ends: SGP4's velocity is not the derivative of its position, so that
        Hermite's polynomial through both would err by decimetres. Raises PropagationError, DataError.
        """
        beyond = (_DEGREE + 1) // 2
        count = max(1, ceil((stop - start) / step))
        times = np.asarray(start + (stop - start) / count * np.arange(-beyond, count + beyond + 1), dtype=float)
        r, v = self.states(times)
        return Piece(
            frame="GCRF", epoch=self._epoch(), times=times, r=r, v=v, method="LAGRANGE", degree=_DEGREE,
            start=start, stop=stop,
        )  # fmt: skip

    def _epoch(self) -> Epoch:
        return self.elements.epoch if self.zero is None else self.zero

    def _offset(self) -> float:
        """Seconds from the elements' epoch to mission zero."""
        own, zero = self.elements.epoch, self._epoch()
        return ((zero.tt1 - own.tt1) + (zero.tt2 - own.tt2)) * DAY

    def _check_age(self, times: Array, since: Array) -> None:
        bad = ~(np.abs(since) <= self.refuse_after)
        what = f"elements of object {self.elements.catalogue_number} of {self.elements.epoch.utc()} UTC"
        if np.any(bad):
            k = int(np.argmax(bad))
            raise PropagationError(
                f"{what} were asked for a time {since[k] / DAY:.2f} d from their epoch and serve "
                f"{self.refuse_after / DAY:g} d; use elements of a nearer epoch (in Python, refuse_after of "
                "TleOrbit says how far they serve)",
                time_s=float(times[k]),
            )
        if np.any(np.abs(since) > self.warn_after):
            warnings.warn(
                f"{what} are used more than {self.warn_after / DAY:g} d from their epoch, where they err by "
                "kilometres; use elements of a nearer epoch",
                StaleElementsWarning,
                stacklevel=5,
            )


def satellite(elements: MeanElements) -> Satrec:
    """The model of the sgp4 library, improved mode, WGS 72, for a set of mean elements. Raises DataError."""
    model = Satrec()
    model.sgp4init(
        WGS72, "i", 0,  # the number is a label, and the library's ends at 339999
        _MJD_ZERO + elements.epoch_mjd + elements.epoch_fraction - _JD_1949_12_31,  # rounded as the reference does
        elements.bstar_per_earth_radius,
        elements.mean_motion_dot_rev_day2 / (_MINUTES_A_RADIAN * 1440.0),
        elements.mean_motion_ddot_rev_day3 / (_MINUTES_A_RADIAN * 1440.0 * 1440.0),
        elements.eccentricity,
        elements.perigee_argument_deg * DEGREE,
        elements.inclination_deg * DEGREE,
        elements.mean_anomaly_deg * DEGREE,
        elements.mean_motion_rev_day / _MINUTES_A_RADIAN,
        elements.raan_deg * DEGREE,
    )  # fmt: skip
    return model
