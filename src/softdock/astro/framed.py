"""States that know their frame: a mismatch of frames is an error and not a wrong number.

    station = Framed(frame="GCRF", epoch=epoch, times=times, r=r, v=v)
    station.to("ITRF").r                              # metres, fixed to the Earth
    chaser.seen_from(station, "LVLH").r               # r_CT_L
    station.sight_from(Site.from_degrees(51.5, 0.0)).elevation
    chaser.to("ITRF") - station                       # DataError: ITRF and GCRF
"""

from __future__ import annotations

from dataclasses import dataclass

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import DataError
from .lvlh import LOCAL_FRAMES, local_axes
from .teme import ALL_FRAMES, gcrf_from, gcrf_to
from .time import Epoch
from .topocentric import Sight, Site, sight

OTHER_NAMES = {"ICRF": "GCRF", "J2000": "EME2000"}  # the ICRF's axes at the Earth's centre are those of GCRF
SAME_TIME = 1e-7  # s; a millimetre in a low orbit
SAME_PLACE, SAME_SPEED = 1e-3, 1e-6  # m, m/s; targets no farther apart are one
_WGS84 = 1  # ERFA's number of the ellipsoid


@dataclass(frozen=True, eq=False, kw_only=True)
class _Named:
    """Rows of vectors in a named frame.

    frame · epoch · times (n,) [s] from it · r (n, 3) [m] · v (n, 3) [m/s], as seen turning with the frame. The arrays
    are copied.
    """

    frame: str
    epoch: Epoch
    times: Array
    r: Array
    v: Array

    __array_ufunc__ = None  # an array does not take part in sums: it has no frame

    def __post_init__(self) -> None:
        known = self._known()
        object.__setattr__(self, "frame", OTHER_NAMES.get(self.frame, self.frame))
        if self.frame not in known:
            raise DataError(f"states in the frame {self.frame} were asked for; the known ones are {', '.join(known)}")
        try:
            for name in ("times", "r", "v"):
                object.__setattr__(self, name, np.array(getattr(self, name), dtype=float))
        except (TypeError, ValueError):
            raise DataError(f"states in {self.frame} hold what is no array of numbers; give numbers") from None
        n = np.shape(self.times)
        if len(n) != 1 or np.shape(self.r) != (*n, 3) or np.shape(self.v) != (*n, 3):
            raise DataError(
                f"states in {self.frame} have times {n}, positions {np.shape(self.r)}, velocities {np.shape(self.v)}; "
                "give arrays (n,), (n, 3) and (n, 3)"
            )

    def _known(self) -> tuple[str, ...]:
        return ALL_FRAMES + LOCAL_FRAMES

    def _check(self, other: _Named, *, same_frame: bool = True) -> None:
        """Raises DataError unless both are in one frame and at the same instants."""
        if same_frame and self.frame != other.frame:
            raise DataError(
                f"states in {self.frame} and in {other.frame} were put together; bring them into one frame first"
            )
        apart = ((self.epoch.tt1 - other.epoch.tt1) + (self.epoch.tt2 - other.epoch.tt2)) * DAY
        if self.times.shape != other.times.shape or not np.all(
            np.abs(apart + self.times - other.times) < SAME_TIME
        ):
            raise DataError(
                f"{len(self.times)} states from {self.epoch.utc()} and {len(other.times)} from {other.epoch.utc()} "
                "were put together and are not at the same times; give both at one list of times"
            )


@dataclass(frozen=True, eq=False, kw_only=True)
class Offset(_Named):
    """Positions and velocities of one craft relative to another, in a frame of the Earth or in its local one.

    target: the states, in GCRF, whose local frame it is; None where the offset is in a frame of the Earth or was made
    by hand, and then nothing can be compared
    """

    target: Framed | None = None

    def __add__(self, other: Offset) -> Offset:
        """The sum of two offsets in one frame. Raises DataError, also for the local frames of two different targets."""
        return self._with(other, 1.0)

    def __sub__(self, other: Offset) -> Offset:
        """The difference of two offsets in one frame. Raises as the sum."""
        return self._with(other, -1.0)

    def _with(self, other: Offset, sign: float) -> Offset:
        if not isinstance(other, Offset):
            return NotImplemented
        self._check(other)
        if self.target is not None and other.target is not None:
            apart = float(np.max(np.linalg.norm(self.target.r - other.target.r, axis=1), initial=0.0))
            speed = float(np.max(np.linalg.norm(self.target.v - other.target.v, axis=1), initial=0.0))
            if not (apart <= SAME_PLACE and speed <= SAME_SPEED):
                raise DataError(
                    f"offsets in the {self.frame} of two targets, {apart:g} m and {speed:g} m/s apart, were put "
                    "together, and these are two frames; bring them into a frame of the Earth first"
                )
        r, v = self.r + sign * other.r, self.v + sign * other.v
        target = other.target if self.target is None else self.target
        return Offset(frame=self.frame, epoch=self.epoch, times=self.times, r=r, v=v, target=target)


class Framed(_Named):
    """States of one craft from the Earth's centre in GCRF, EME2000, TOD, CIRS, TEME or ITRF; ICRF becomes GCRF."""

    def _known(self) -> tuple[str, ...]:
        return ALL_FRAMES

    def to(self, frame: str, *, allow_prediction: bool = False) -> Framed:
        """The same states in another frame of the Earth; ICRF is GCRF and J2000 is EME2000.

        Raises DataError where the Earth's orientation is not known, and for a local frame: see `seen_from`.
        """
        frame = OTHER_NAMES.get(frame, frame)
        if frame in LOCAL_FRAMES:
            raise DataError(
                f"states in {frame}, which is local to a target, were asked for; seen_from(target, \"{frame}\") makes "
                "an offset in it, and target.moved_by(offset) leads back"
            )
        if frame == self.frame:
            return self
        r, v = gcrf_from(
            self.frame, self.epoch, self.times, r=self.r, v=self.v, allow_prediction=allow_prediction
        )
        r, v = gcrf_to(frame, self.epoch, self.times, r=r, v=v, allow_prediction=allow_prediction)
        return Framed(frame=frame, epoch=self.epoch, times=self.times, r=r, v=v)

    def __sub__(self, other: Framed) -> Offset:
        """What this craft is from another, in their frame. Raises DataError when their frames or times differ."""
        if not isinstance(other, Framed):
            return NotImplemented
        self._check(other)
        return Offset(
            frame=self.frame, epoch=self.epoch, times=self.times, r=self.r - other.r, v=self.v - other.v
        )

    def __add__(self, offset: Offset) -> Framed:
        """`moved_by` on measured days. Raises DataError."""
        if not isinstance(offset, Offset):
            return NotImplemented
        return self.moved_by(offset)

    def moved_by(self, offset: Offset, *, allow_prediction: bool = False) -> Framed:
        """States at an offset from this craft: in its own frame, or in its local frame when that is the offset's.

        The same offset may be put to any craft. Raises DataError when frames or times differ, and for ITRF past the
        last measured day unless allow_prediction.
        """
        self._check(offset, same_frame=offset.frame not in LOCAL_FRAMES)
        here = self
        r, v = offset.r, offset.v
        if offset.frame in LOCAL_FRAMES:
            here = self.to("GCRF", allow_prediction=allow_prediction)
            axes, rate = local_axes(offset.frame, here.r, here.v)
            r, v = (np.einsum("nji,nj->ni", axes, a) for a in (r, v + np.cross(rate, r)))
        moved = Framed(frame=here.frame, epoch=self.epoch, times=self.times, r=here.r + r, v=here.v + v)
        return moved.to(self.frame, allow_prediction=allow_prediction)

    def seen_from(self, target: Framed, frame: str = "LVLH", *, allow_prediction: bool = False) -> Offset:
        """This craft relative to a target in the target's local frame: LVLH, RTN, QSW or HILL.

        Velocity as seen turning with that frame. The two may come in different frames of the Earth; their times must
        agree. Raises DataError, for ITRF past the last measured day unless allow_prediction.
        """
        self._check(target, same_frame=False)
        here, there = (one.to("GCRF", allow_prediction=allow_prediction) for one in (self, target))
        axes, rate = local_axes(frame, there.r, there.v)
        r, v = (np.einsum("nij,nj->ni", axes, a) for a in (here.r - there.r, here.v - there.v))
        return Offset(frame=frame, epoch=self.epoch, times=self.times, r=r, v=v - np.cross(rate, r), target=there)

    def sight_from(self, site: Site, *, allow_prediction: bool = False) -> Sight:
        """Azimuth, elevation, distance and its rate as seen from a place on the Earth. Raises DataError."""
        fixed = self.to("ITRF", allow_prediction=allow_prediction)
        return sight(site, fixed.r, fixed.v)

    def geodetic(self, *, allow_prediction: bool = False) -> tuple[Array, Array, Array]:
        """Geodetic latitude and longitude (n,) [rad] and height (n,) [m] over WGS 84; nan where r is.

        Raises DataError.
        """
        r_E = self.to("ITRF", allow_prediction=allow_prediction).r
        with np.errstate(invalid="ignore"):
            found = erfa.gc2gd(_WGS84, r_E)
        longitude, latitude, height = (np.where(np.all(np.isfinite(r_E), axis=1), column, np.nan) for column in found)
        return latitude, longitude, height
