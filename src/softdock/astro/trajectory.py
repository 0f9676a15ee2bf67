"""What events are looked for on, and how often it has to be looked at so that none is missed."""

from __future__ import annotations

from math import pi
from typing import Protocol

import numpy as np

from ..conventions import HOUR, Array
from .constants import MU_EARTH

_STEPS_A_TURN = 32  # an event function with up to four extrema a revolution then has one in two steps, and to spare
_LOOKS = 256  # at most, and one an hour at least on shorter spans: the orbit changes by burns and slowly otherwise


class Trajectory(Protocol):
    """Positions and velocities (n, 3) [m, m/s] in GCRF at times (n,) [s], in any order of times."""

    def positions(self, times: Array) -> Array: ...

    def velocities(self, times: Array) -> Array: ...


def search_step(trajectory: Trajectory, start: float, stop: float) -> float:
    """Step [s] in which the craft turns about the Earth by at most 1/32 revolution, also at its fastest.

    The fastest is at perigee of the osculating orbit: h (mu (1 + e) / h^2)^2. It is read at 256 times at most.
    """
    times = np.linspace(start, stop, min(max(int((stop - start) / HOUR) + 2, 4), _LOOKS))
    r, v = trajectory.positions(times), trajectory.velocities(times)
    h = np.cross(r, v)
    eccentricity = np.linalg.norm(np.cross(v, h) / MU_EARTH - r / np.linalg.norm(r, axis=1, keepdims=True), axis=1)
    momentum = np.linalg.norm(h, axis=1)
    fastest = float(np.max(momentum * (MU_EARTH * (1.0 + eccentricity) / (momentum * momentum)) ** 2))
    return 2.0 * pi / _STEPS_A_TURN / fastest
