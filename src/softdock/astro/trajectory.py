"""What events are looked for on, and how often it has to be looked at so that none is missed."""

from __future__ import annotations

from math import pi
from typing import Protocol

import numpy as np

from ..conventions import DAY, HOUR, Array, Record
from ..errors import DataError
from .constants import EQUATORIAL_RADIUS, MU_EARTH
from .sky import Sky
from .time import Epoch

_STEPS_A_TURN = 32  # an event function with up to four extrema a revolution then has one in two steps, and to spare
_LOOKS = 256  # at most, and one an hour at least on shorter spans: the orbit changes by burns and slowly otherwise
_SLOWEST = 2.0 * pi / (320.0 * DAY)  # rad/s; a craft that falls straight down does not turn at all
GROUND_STEP = DAY / _STEPS_A_TURN  # s; the Earth turns as well, and faster than a craft in a very high orbit
_SAME_ZERO = 1e-6  # s; 8 mm in low orbit


class Trajectory(Protocol):
    """Positions and velocities (n, 3) [m, m/s] in GCRF at times (n,) [s], in any order of times."""

    def positions(self, times: Array) -> Array: ...

    def velocities(self, times: Array) -> Array: ...


def search_step(trajectory: Trajectory, start: float, stop: float) -> float:
    """Step [s] in which the craft turns about the Earth by at most 1/32 revolution, also at its fastest.

    The fastest is at perigee of the osculating orbit, h / r^2 with r = h^2 / (mu (1 + e)), or at the Earth's surface
    where the perigee lies below it. It is read at 256 times at most. Raises DataError where the trajectory has no
    numbers.
    """
    times = np.linspace(start, stop, min(max(int((stop - start) / HOUR) + 2, 4), _LOOKS))
    r, v = trajectory.positions(times), trajectory.velocities(times)
    unknown = ~np.all(np.isfinite(r) & np.isfinite(v), axis=1)
    if np.any(unknown):
        raise DataError(
            f"events were asked for on a trajectory whose state at {times[int(np.argmax(unknown))]:g} s is no finite "
            "number; take a span on which it is known"
        )
    h = np.cross(r, v)
    eccentricity = np.linalg.norm(np.cross(v, h) / MU_EARTH - r / np.linalg.norm(r, axis=1, keepdims=True), axis=1)
    momentum = np.linalg.norm(h, axis=1)
    perigee = np.maximum(momentum * momentum / (MU_EARTH * (1.0 + eccentricity)), EQUATORIAL_RADIUS)
    fastest = float(np.max(momentum / (perigee * perigee)))
    return 2.0 * pi / _STEPS_A_TURN / max(fastest, _SLOWEST)


def epoch_of(trajectory: object) -> Epoch | None:
    """Zero of a trajectory's seconds, where it knows one: a TleOrbit or an Ephemeris does, an Arc does not."""
    zero = getattr(trajectory, "zero", None)
    if zero is None:  # then the seconds count from the elements' epoch, or the first piece's
        pieces = getattr(trajectory, "pieces", ())
        own = pieces[0] if pieces else getattr(trajectory, "elements", None)
        zero = getattr(own, "epoch", None)
    return zero if isinstance(zero, Epoch) else None


def check_zero(trajectory: object, env: Record | Sky) -> None:
    """Raises DataError when a trajectory and an environment are known to count their seconds from two moments."""
    own = epoch_of(trajectory)
    if own is not None:
        _check_same(("the orbit", own), ("the environment", Epoch(float(env.tt1), float(env.tt2))))


def check_zeros(target: object, chaser: object) -> None:
    """Raises DataError when two trajectories are known to count their seconds from two moments."""
    own, other = epoch_of(target), epoch_of(chaser)
    if own is not None and other is not None:
        _check_same(("the target's orbit", own), ("the chaser's", other))


def _check_same(one: tuple[str, Epoch], other: tuple[str, Epoch]) -> None:
    (what, a), (what_other, b) = one, other
    apart = ((b.tt1 - a.tt1) + (b.tt2 - a.tt2)) * DAY
    if not abs(apart) <= _SAME_ZERO:
        raise DataError(
            f"{what} counts its seconds from {a.utc()} UTC, {what_other} from {b.utc()} UTC, {apart:+g} s from it; "
            "make both with one Epoch, the orbit's zero"
        )


def check_angle(angle: float, what: str) -> None:
    """Raises DataError when an angle [rad] that is to be passed is no finite number."""
    if not np.isfinite(angle):
        raise DataError(f"crossings of the {what} {angle:g} rad were asked for; give a finite angle")
