"""Moments on an orbit: nodes, apsides, arguments of latitude, crossings of latitudes and longitudes.

Found by root search to a millisecond (numerics/roots.py). Shadow is in eclipses.py, ground stations in passes.py, two
craft in encounters.py. A trajectory is anything with `positions(times)` and `velocities(times)` in GCRF, (n, 3) for
(n,) seconds; `env` is an environment or, for more than 20 days, a Sky. Angles are never searched for as such: the sine
of the difference has no jump, and where its cosine is negative the other end of the line was met.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, inf, pi, sin

import numpy as np

from ..conventions import Array, Record
from ..errors import DataError
from ..numerics.products import crossed
from ..numerics.roots import Crossing, facing, is_empty
from ..numerics.roots import crossings as crossings
from .constants import EQUATORIAL_RADIUS, FLATTENING
from .eclipses import umbra_intervals as umbra_intervals
from .sky import Sky, earth_fixed_positions, pole_directions
from .trajectory import GROUND_STEP, check_angle, check_zero, search_step
from .trajectory import Trajectory as Trajectory

_ROUNDING = 1e-15  # of |r| |v|: what rounding may leave of r . v; it hides the apsides of eccentricities below that


def apsides(
    trajectory: Trajectory, start: float, stop: float, *, step: float | None = None
) -> list[tuple[float, str]]:
    """Times [s] of least and greatest distance from the Earth's centre, each 'perigee' or 'apogee'.

    On a nearly circular orbit the oblateness alone makes two of each in a revolution; a circle, whose r . v is no more
    than rounding, has none. step [s]: of the search, 1/32 revolution if left out. Raises DataError.
    """

    def radial_speed(times: Array) -> Array:
        r, v = trajectory.positions(times), trajectory.velocities(times)
        along = np.sum(r * v, axis=1)
        rounding = _ROUNDING * np.linalg.norm(r, axis=1) * np.linalg.norm(v, axis=1)
        return np.where(np.abs(along) <= rounding, 0.0, along)

    found = _search(radial_speed, trajectory, start, stop, step=step)
    return [(t, "perigee" if rising > 0 else "apogee") for t, rising in found]


def latitude_argument_times(
    trajectory: Trajectory,
    env: Record | Sky,
    start: float,
    *,
    stop: float,
    argument: float = 0.0,
    step: float | None = None,
) -> list[float]:
    """Times [s] at which the argument of latitude, counted from the true equator of date, passes `argument` [rad].

    Raises DataError.
    """
    check_angle(argument, "argument of latitude")

    def angle(times: Array) -> Array:
        return argument_of_latitude(trajectory.positions(times), trajectory.velocities(times), env, t=times) - argument

    found = _search(lambda t: np.sin(angle(t)), trajectory, start, stop, env=env, step=step)
    return [t for t, rising in facing(lambda t: np.cos(angle(t)), found) if rising > 0]


def argument_of_latitude(r: Array, v: Array, env: Record | Sky, *, t: float | Array) -> Array:
    """Angle [rad], 0 to 2 pi, from the ascending node on the true equator of date to r, in the osculating plane.

    r, v (..., 3) in GCRF · t [s]: (n,) for (n, 3), or one time for all: the pole moves by 1e-7 rad a day
    """
    pole = pole_directions(env, np.atleast_1d(np.asarray(t, dtype=float)))
    pole = pole[0] if np.ndim(t) == 0 else pole
    h = crossed(r, v)
    node = crossed(pole, h)
    across = crossed(h, node) / np.linalg.norm(h, axis=-1, keepdims=True)
    return np.asarray(np.arctan2(np.sum(r * across, axis=-1), np.sum(r * node, axis=-1)) % (2.0 * pi))


def node_times(trajectory: Trajectory, env: Record | Sky, start: float, *, stop: float) -> list[float]:
    """Times [s] of the ascending nodes on the true equator of date."""
    return [t for t, kind in nodes(trajectory, env, start, stop=stop) if kind == "ascending"]


def nodes(trajectory: Trajectory, env: Record | Sky, start: float, *, stop: float) -> list[tuple[float, str]]:
    """Times [s] at which the true equator of date is passed, each 'ascending' (northward) or 'descending'."""

    def north(times: Array) -> Array:
        r = trajectory.positions(times)
        return np.asarray(np.sum(r * pole_directions(env, times), axis=1) / np.linalg.norm(r, axis=1))

    found = _search(north, trajectory, start, stop, env=env)
    return [(t, "ascending" if rising > 0 else "descending") for t, rising in found]


def latitude_crossings(
    trajectory: Trajectory, env: Record | Sky, start: float, *, stop: float, latitude: float
) -> list[Crossing]:
    """Times [s] at which the geodetic latitude passes `latitude` [rad], northward +1, southward -1. Raises DataError.

    Points of one latitude are a cone about the axis: its tip is e^2 N sin(latitude) below the equator, at any height.
    """
    if not abs(latitude) < 0.5 * pi:
        raise DataError(f"crossings of latitude {latitude:g} rad were asked for; give one between -pi/2 and pi/2")
    e2 = FLATTENING * (2.0 - FLATTENING)
    s, c = sin(latitude), cos(latitude)
    tip = e2 * EQUATORIAL_RADIUS / np.sqrt(1.0 - e2 * s * s) * s

    def north(times: Array) -> Array:
        r_E = earth_fixed_positions(env, times, r=trajectory.positions(times))
        from_axis = np.hypot(r_E[:, 0], r_E[:, 1])
        return np.asarray(((r_E[:, 2] + tip) * c - from_axis * s) / np.linalg.norm(r_E, axis=1))

    return _search(north, trajectory, start, stop, env=env, longest=GROUND_STEP)


def longitude_crossings(
    trajectory: Trajectory, env: Record | Sky, start: float, *, stop: float, longitude: float
) -> list[Crossing]:
    """Times [s] at which the ground track passes `longitude` [rad], eastward +1, westward -1. Raises DataError."""
    check_angle(longitude, "longitude")
    x, y = cos(longitude), sin(longitude)

    def track(times: Array) -> Array:
        return earth_fixed_positions(env, times, r=trajectory.positions(times))

    def east(times: Array) -> Array:
        r_E = track(times)
        return np.asarray((r_E[:, 1] * x - r_E[:, 0] * y) / np.linalg.norm(r_E, axis=1))

    found = _search(east, trajectory, start, stop, env=env, longest=GROUND_STEP)
    return facing(lambda times: track(times) @ np.array([x, y, 0.0]), found)


def _search(
    f: Callable[[Array], Array],
    trajectory: Trajectory,
    start: float,
    stop: float,
    *,
    env: Record | Sky | None = None,
    step: float | None = None,
    longest: float = inf,
) -> list[Crossing]:
    """Roots of f, looked for as often as the orbit asks, or by a given step [s]; env: what f asks beside the orbit."""
    if env is not None:
        check_zero(trajectory, env)
    if is_empty(start, stop, what="events"):
        return []
    return crossings(f, start, stop, step=min(search_step(trajectory, start, stop), longest) if step is None else step)
