"""Flights for the tests of state transition: some orbits, the matrix by differences, and how far two of them are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import radians, sqrt
from typing import Any

import numpy as np

from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Array, Record
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.transition import transition

EPOCH = Epoch.from_utc("1975-07-15T12:20:00")
REVOLUTION, TWO_DAYS = 5500.0, 2.0 * DAY
ORBITS = {  # semi-major axis [m], eccentricity, inclination [rad]
    "ISS": (6.78e6, 0.001, radians(51.6)),
    "Soyuz, 222 km": (6.602e6, 0.0003, radians(51.8)),
    "250 x 2000 km": (7.503e6, 0.1166, radians(51.8)),
    "over the poles": (6.8e6, 0.002, radians(90.0)),
    "retrograde": (7.2e6, 0.01, radians(144.0)),
    "160 x 30,000 km": (2.1458137e7, 0.695307, radians(63.4)),
}


def started(env: Record, name: str) -> PointState:
    a, e, i = ORBITS[name]
    r, v = state_from_osculating(OsculatingOrbit(a, e, i, 1.0, 2.0, 0.5), mu=float(env.mu))
    return PointState(0.0, r, v, 1000.0)


def units(env: Record, state: PointState) -> Array:
    """What place and velocity are counted in: the radius, and the radius times the mean motion."""
    radius = float(np.linalg.norm(state.r))
    return np.repeat([radius, sqrt(env.mu / radius)], 3)


def by_differences(fly: Callable[[PointState], PointState], state: PointState, env: Record) -> Array:
    """The matrix by central differences over 100 and 200 m, extrapolated: the error falls with the fourth power.

    In two days 100 m grow to some 40 km at most: over the radius, to the fourth power, 1e-9. What is left of two arcs
    of a millimetre's error is as much.
    """
    size = units(env, state) * 100.0 / np.linalg.norm(state.r)

    def moved(k: int, by: float) -> Array:
        change = np.zeros(6)
        change[k] = by * size[k]
        end = fly(replace(state, r=state.r + change[:3], v=state.v + change[3:]))
        return np.concatenate([end.r, end.v])

    columns = []
    for k in range(6):
        near, far = moved(k, 1.0) - moved(k, -1.0), moved(k, 2.0) - moved(k, -2.0)
        columns.append((8.0 * near - far) / (12.0 * size[k]))
    return np.stack(columns, axis=1)


def worst_block(found: Array, truth: Array) -> float:
    """Largest difference of a 3 x 3 block, of the norm of that block."""
    blocks = [np.s_[a : a + 3, b : b + 3] for a in (0, 3) for b in (0, 3)]
    return float(max(np.linalg.norm(found[k] - truth[k]) / np.linalg.norm(truth[k]) for k in blocks))


def compared(env: Record, name: str, span: float, *, drag_area: float = 0.0, **flight: Any) -> float:
    """How far the matrix over `span` [s] is from differences."""
    state = started(env, name)
    fly = partial(propagate, env, until=span, drag_area=drag_area, **flight)
    light_area = flight.get("light_area", 0.0)
    found = transition(env, fly(state), start=0.0, stop=span, drag_area=drag_area, light_area=light_area)
    return worst_block(found, by_differences(lambda s: fly(s, dense=False).last, state, env))
