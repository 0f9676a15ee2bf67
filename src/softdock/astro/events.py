"""Moments at which something happens on a trajectory, found by root search to a millisecond.

A trajectory is anything with `positions(times)` and `velocities(times)` in GCRF, (n, 3) for (n,) seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Protocol

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from ..conventions import Array, Record
from .constants import EQUATORIAL_RADIUS, SUN_RADIUS
from .ephemeris import sun_position
from .orbits import true_equator_axes

Function = Callable[[Array], Array]
_RESOLUTION = 1e-4  # s, a tenth of the accuracy promised


class Trajectory(Protocol):
    """What an event is looked for on."""

    def positions(self, times: Array) -> Array: ...

    def velocities(self, times: Array) -> Array: ...


def crossings(f: Function, start: float, stop: float, *, step: float) -> list[tuple[float, int]]:
    """Times [s] from start to stop at which f passes zero, each with +1 when rising or -1 when falling.

    f: values (n,) of times (n,) · step [s]: of the search grid. Two roots in one step are found too, through the
    extremum between them, as long as f has only one extremum in any two neighbouring steps. Jumps, such as an angle
    that wraps, are no crossings.
    """
    count = max(int(np.ceil((stop - start) / step)), 2)
    times = np.linspace(start, stop, count + 1)
    values = np.asarray(f(times), dtype=float)
    times, values = _with_extrema(f, times, values)
    found: list[tuple[float, int]] = []
    for k in np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:])):
        if not np.isfinite(values[k] * values[k + 1]) or values[k] == 0.0 and k > 0:
            continue  # a root exactly on a node belongs to the step that ends there
        t = _root(f, times[k], times[k + 1], values[k], values[k + 1])
        if t is not None:
            found.append((t, 1 if values[k + 1] > values[k] else -1))
    return found


def _with_extrema(f: Function, times: Array, values: Array) -> tuple[Array, Array]:
    """The grid with every extremum added at which f dips through zero and back between two nodes."""
    extra: list[tuple[float, float]] = []
    a, b, c = values[:-2], values[1:-1], values[2:]
    dips = (np.sign(a) == np.sign(b)) & (np.sign(b) == np.sign(c)) & (np.abs(b) <= np.abs(a)) & (np.abs(b) <= np.abs(c))
    for k in np.flatnonzero(dips):
        sign = float(np.sign(b[k]))
        best = minimize_scalar(
            lambda t, sign=sign: sign * float(f(np.array([t]))[0]),
            bounds=(times[k], times[k + 2]),
            method="bounded",
            options={"xatol": _RESOLUTION},
        )
        if best.fun < 0.0:
            extra.append((float(best.x), sign * float(best.fun)))
    if not extra:
        return times, values
    t, v = np.concatenate([times, [e[0] for e in extra]]), np.concatenate([values, [e[1] for e in extra]])
    order = np.argsort(t)
    return t[order], v[order]


def _root(f: Function, low: float, high: float, at_low: float, at_high: float) -> float | None:
    """Zero of f in a bracket, or None at a jump."""
    if at_low == 0.0:
        return float(low)
    if at_high == 0.0:
        return float(high)
    t = float(brentq(lambda x: float(f(np.array([x]))[0]), low, high, xtol=_RESOLUTION))
    around = np.clip([t - 2.0 * _RESOLUTION, t + 2.0 * _RESOLUTION], low, high)
    near = np.asarray(f(around))
    jumps = high - low > 0.1 and abs(near[1] - near[0]) > 0.5 * abs(at_high - at_low)
    return None if jumps else t


def apsides(trajectory: Trajectory, start: float, stop: float, *, step: float = 120.0) -> list[tuple[float, str]]:
    """Times [s] of least and greatest radius, each 'perigee' or 'apogee'."""

    def radial_speed(times: Array) -> Array:
        return np.asarray(np.sum(trajectory.positions(times) * trajectory.velocities(times), axis=1))

    found = crossings(radial_speed, start, stop, step=step)
    return [(t, "perigee" if rising > 0 else "apogee") for t, rising in found]


def latitude_argument_times(
    trajectory: Trajectory, env: Record, start: float, *, stop: float, argument: float = 0.0, step: float = 300.0
) -> list[float]:
    """Times [s] at which the argument of latitude, counted from the true equator of date, passes `argument` [rad]."""

    def miss(times: Array) -> Array:
        u = argument_of_latitude(trajectory.positions(times), trajectory.velocities(times), env, t=float(times[0]))
        return np.asarray((u - argument + pi) % (2.0 * pi) - pi)

    return [t for t, rising in crossings(miss, start, stop, step=step) if rising > 0]


def argument_of_latitude(r: Array, v: Array, env: Record, *, t: float) -> Array:
    """Angle [rad], 0 to 2 pi, from the ascending node on the true equator of date to r, in the osculating plane.

    r, v (..., 3) in GCRF · t [s]: one time for the pole, which moves by 1e-7 rad a day
    """
    pole = true_equator_axes(env, t)[2]
    h = np.cross(r, v)
    node = np.cross(pole, h)
    across = np.cross(h, node) / np.linalg.norm(h, axis=-1, keepdims=True)
    return np.asarray(np.arctan2(np.sum(r * across, axis=-1), np.sum(r * node, axis=-1)) % (2.0 * pi))


def node_times(trajectory: Trajectory, env: Record, start: float, *, stop: float) -> list[float]:
    """Times [s] of the ascending nodes on the true equator of date."""
    return latitude_argument_times(trajectory, env, start, stop=stop)


def sun_positions(env: Record, times: Array) -> Array:
    """Sun from the Earth's centre (n, 3) [m] in GCRF."""
    return np.array([sun_position(env, float(t)) for t in times]).reshape(-1, 3)


def umbra_depth(r: Array, sun: Array) -> Array:
    """Angle [rad] by which the Sun's far limb is hidden behind the Earth's: positive inside the umbra.

    The umbra is a cone on a sphere of the equatorial radius, air left out. r, sun (..., 3) [m] from the Earth's centre
    """
    to_sun = sun - r
    distance, radius = np.linalg.norm(to_sun, axis=-1), np.linalg.norm(r, axis=-1)
    separation = np.arctan2(np.linalg.norm(np.cross(-r, to_sun), axis=-1), np.sum(-r * to_sun, axis=-1))
    earth = np.arcsin(np.minimum(EQUATORIAL_RADIUS / radius, 1.0))
    return np.asarray(earth - np.arcsin(SUN_RADIUS / distance) - separation)


def umbra_intervals(
    positions: Callable[[Array], Array], env: Record, start: float, *, stop: float, step: float = 120.0
) -> list[tuple[float, float]]:
    """Entries and exits [s] of the Earth's umbra; an interval cut by start or stop begins or ends there."""

    def depth(times: Array) -> Array:
        return umbra_depth(positions(times), sun_positions(env, times))

    edges = crossings(depth, start, stop, step=step)
    inside = bool(depth(np.array([start]))[0] > 0.0)
    times = ([start] if inside else []) + [t for t, _ in edges]
    if len(times) % 2:
        times.append(stop)
    return list(zip(times[::2], times[1::2], strict=True))
