"""What an orbit is called by: least and greatest radius and nodal period of the next revolution, drag off."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np

from ..astro.constants import EQUATORIAL_RADIUS
from ..astro.environment import covers
from ..astro.events import apsides, argument_of_latitude, latitude_argument_times
from ..astro.orbits import osculating, true_equator_axes
from ..conventions import Record
from ..errors import PropagationError
from .arcs import Arc, PointState, propagate


@dataclass(frozen=True)
class Revolution:
    """The next revolution of a state: from here once around to the same argument of latitude, drag off.

    least_radius, greatest_radius [m] · nodal_period [s]: its duration · inclination [rad]: osculating, to the true
    equator of date
    """

    least_radius: float
    greatest_radius: float
    nodal_period: float
    inclination: float

    @property
    def perigee_height(self) -> float:
        """Least radius over 6378.137 km [m]."""
        return self.least_radius - EQUATORIAL_RADIUS

    @property
    def apogee_height(self) -> float:
        """Greatest radius over 6378.137 km [m]."""
        return self.greatest_radius - EQUATORIAL_RADIUS


def next_revolution(env: Record, state: PointState) -> Revolution:
    """Size and period of the orbit of a state. Raises PropagationError, also when it re-enters on the way."""
    axis = osculating(state.r, state.v, mu=env.mu).semi_major_axis
    until = state.t + 1.01 * 2.0 * pi * float(np.sqrt(axis**3 / env.mu))
    if not covers(env, until):
        raise PropagationError(
            f"the next revolution ends at {until:.0f} s, beyond the environment; build it with a longer span_s",
            time_s=state.t,
        )
    arc = propagate(env, state, until=until, drag_area=0.0, rtol=1e-11)
    start = float(argument_of_latitude(state.r, state.v, env, t=state.t))
    around = latitude_argument_times(arc, env, state.t + 60.0, stop=until, argument=start)
    if not around:
        raise PropagationError(f"the orbit at {state.t:.1f} s does not come around; check the state", time_s=state.t)
    least, greatest = _extremes(arc, state.t, around[0])
    pole = true_equator_axes(env, state.t)[2]
    h = np.cross(state.r, state.v)
    inclination = float(np.arctan2(np.linalg.norm(np.cross(pole, h)), pole @ h))
    return Revolution(least, greatest, around[0] - state.t, inclination)


def _extremes(arc: Arc, start: float, stop: float) -> tuple[float, float]:
    times = np.array([start, stop, *(t for t, _ in apsides(arc, start, stop, step=60.0))])
    radii = np.linalg.norm(arc.positions(times), axis=1)
    return float(radii.min()), float(radii.max())
