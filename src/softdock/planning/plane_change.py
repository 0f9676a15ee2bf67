"""A plane change, if any: where the chaser's plane crosses the target's, and the burn that lays one onto the other.

The wedge is read where it matters, at NSR, from arcs that hold every burn still ahead of both craft.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np

from ..astro.events import latitude_argument_times
from ..astro.orbits import mean_from_state
from ..conventions import Array, Record
from ..dynamics.arcs import PointState
from .burns import coast
from .sequence import Chase

PASSES = 4  # each takes what is left to a tenth or less


@dataclass(frozen=True)
class Wedge:
    """How the chaser's plane differs from the target's.

    tilt [rad]: of inclination, chaser less target · turn [rad]: of the node times sine of inclination, likewise
    """

    tilt: float
    turn: float

    @property
    def angle(self) -> float:
        """Between the planes [rad]."""
        return hypot(self.tilt, self.turn)

    @property
    def crossing(self) -> float:
        """Argument of latitude [rad] at which the chaser crosses toward its own side of the normal."""
        return atan2(self.turn, self.tilt)

    def plus(self, other: Wedge) -> Wedge:
        """Both differences together; they are small."""
        return Wedge(self.tilt + other.tilt, self.turn + other.turn)


@dataclass(frozen=True)
class PlaneChange:
    """What is left between the planes at NSR without a burn, and the burn that closes them: when [s] and LVLH [m/s]."""

    wedge: Wedge
    ignition: float
    dv_lvlh: Array


def wedge(chase: Chase, chaser: PointState, env_j2: Record) -> Wedge:
    """The planes compared at a state of the chaser.

    A craft at argument of latitude u stands r (di sin u - dO sin i cos u) off a plane that differs by di and dO.
    The target's plane is taken where it passes the same central angle, see Chase.normal_at_same_angle.
    """
    mean = mean_from_state(chaser.r, chaser.v, env_j2, t=chaser.t)
    normal, radius = chase.normal_at_same_angle(chaser), float(np.linalg.norm(chaser.r))
    rate = float(np.linalg.norm(np.cross(chaser.r, chaser.v))) / radius**2
    off, drift = float(normal @ chaser.r) / radius, float(normal @ chaser.v) / (radius * rate)
    s, c = sin(mean.argument_of_latitude), cos(mean.argument_of_latitude)
    return Wedge(off * s + drift * c, drift * s - off * c)


def solve_plane_change(
    chase: Chase, chaser: PointState, env_j2: Record, *, ahead: list[tuple[float, Array]], nsr: float
) -> PlaneChange:
    """The burn at the next crossing after which the planes meet at NSR [s], the burns ahead flown in between.

    A plane of another inclination also turns about the pole at another rate, so that the wedge now is not the
    wedge then: what a burn leaves at NSR is added to what it must do, until nothing is left.
    """
    without = wedge(chase, chase.legs(chaser, ahead, nsr)[-1], env_j2)
    total = without
    for _ in range(PASSES):
        ignition, side = _next_crossing(chase, chaser, total)
        at = coast(chase.env, chase.chaser, chaser, until=ignition).last
        dv = turning_burn(at, total, side=side)
        left = wedge(chase, chase.legs(chaser, [(ignition, dv), *ahead], nsr)[-1], env_j2)
        total = total.plus(left)
    return PlaneChange(without, ignition, dv)


def _next_crossing(chase: Chase, chaser: PointState, found: Wedge) -> tuple[float, float]:
    """When [s] the chaser next passes the line in which the planes cross, and +1 or -1 for the side it goes to."""
    period = 2.0 * pi * float(np.linalg.norm(chaser.r)) / float(np.linalg.norm(chaser.v))
    arc = coast(chase.env, chase.chaser, chaser, until=chaser.t + 0.6 * period, dense=True)
    times: list[tuple[float, float]] = []
    for side, argument in ((1.0, found.crossing), (-1.0, found.crossing + pi)):
        passed = latitude_argument_times(arc, chase.env, chaser.t, stop=arc.stop, argument=argument)
        times.extend((t, side) for t in passed)
    return min(times)


def turning_burn(state: PointState, found: Wedge, *, side: float) -> Array:
    """LVLH change of velocity (3,) [m/s] at the crossing that turns the heading by the wedge's angle."""
    up = state.r / np.linalg.norm(state.r)
    level = float(np.linalg.norm(state.v - up * (up @ state.v)))
    angle = side * found.angle  # y of LVLH is against the normal: going to the normal's side is turned back by +y
    return np.array([level * (cos(angle) - 1.0), level * sin(angle), 0.0])
