"""Moments between two craft: distances, line of sight, phase and closest approach, as docs/conventions.md defines them.

T is the target, C the chaser, both trajectories in GCRF. No light time. The search looks as often as the faster of the
two asks, and for angles as often as they turn by 22.5 degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import NamedTuple

import numpy as np

from ..conventions import Array
from ..errors import DataError
from ..numerics.roots import Crossing, crossings, crossings_on, facing, grid, grid_by_turn, is_empty
from .relative import elevation_angle, phase_angle
from .trajectory import Trajectory, check_angle, check_zeros, search_step

_MOST_TURN = pi / 8.0  # of an angle in a step: a fly-by at a metre is seen as well as one at a kilometre


class Approach(NamedTuple):
    """A least distance: time [s], distance [m] and relative speed [m/s]."""

    time: float
    distance: float
    speed: float


def range_rate(r_CT: Array, v_CT: Array) -> Array:
    """Rate (n,) [m/s] of the distance of two craft, positive when they part. r_CT, v_CT (n, 3) in inertial axes."""
    return np.asarray(np.sum(r_CT * v_CT, axis=-1) / np.linalg.norm(r_CT, axis=-1))


def closest_approaches(target: Trajectory, chaser: Trajectory, start: float, *, stop: float) -> list[Approach]:
    """All least distances between start and stop [s]; the ends are none, however near the craft are there.

    Roots of r . v where it rises, and impulses at which craft that came nearer begin to part. Raises DataError.
    """
    check_zeros(target, chaser)
    if is_empty(start, stop, what="closest approaches"):
        return []

    def parting(times: Array) -> Array:
        r, v = _relative(target, chaser, times)
        return np.asarray(np.sum(r * v, axis=1))

    found = crossings(parting, start, stop, step=_step(target, chaser, start, stop), jumps=True)
    times = np.array([t for t, rising in found if rising > 0])
    if not times.size:
        return []
    r, v = _relative(target, chaser, times)
    rows = zip(times, np.linalg.norm(r, axis=1), np.linalg.norm(v, axis=1), strict=True)
    return [Approach(float(t), float(near), float(fast)) for t, near, fast in rows]


def range_crossings(
    target: Trajectory, chaser: Trajectory, start: float, *, stop: float, distance: float
) -> list[Crossing]:
    """Times [s] at which the distance passes `distance` [m], growing +1, shrinking -1. Raises DataError."""
    if not distance > 0.0:
        raise DataError(f"crossings of a distance of {distance:g} m were asked for; give one above zero")
    check_zeros(target, chaser)
    if is_empty(start, stop, what="crossings of a distance"):
        return []

    def beyond(times: Array) -> Array:
        r = target.positions(times) - chaser.positions(times)
        return np.asarray(np.sum(r * r, axis=1) / (distance * distance) - 1.0)  # smooth also at a distance of zero

    return crossings(beyond, start, stop, step=_step(target, chaser, start, stop))


def elevation_crossings(
    target: Trajectory, chaser: Trajectory, start: float, *, stop: float, elevation: float
) -> list[Crossing]:
    """Times [s] at which the target's elevation over the chaser's local horizontal passes `elevation` [rad].

    Measured in the chaser's orbit plane from forward toward up, any angle modulo a turn; rising +1, falling -1. Raises
    DataError.
    """
    check_angle(elevation, "elevation")

    def angle(times: Array) -> Array:
        r_C, v_C = chaser.positions(times), chaser.velocities(times)
        return elevation_angle(target.positions(times), r_C, v_C) - elevation

    return _angle_crossings(angle, target, chaser, start, stop)


def phase_crossings(
    target: Trajectory, chaser: Trajectory, start: float, *, stop: float, phase: float
) -> list[Crossing]:
    """Times [s] at which the phase passes `phase` [rad], any angle modulo a turn; growing +1, closing -1.

    The phase is the central angle from chaser to target in the target's plane, positive when the target is ahead. No
    event where it changes from half a turn to minus half a turn, unless half a turn is what was asked for. Raises
    DataError.
    """
    check_angle(phase, "phase")

    def angle(times: Array) -> Array:
        return phase_angle(target.positions(times), target.velocities(times), chaser.positions(times)) - phase

    return _angle_crossings(angle, target, chaser, start, stop)


def _relative(target: Trajectory, chaser: Trajectory, times: Array) -> tuple[Array, Array]:
    """Position and velocity (n, 3) of the target from the chaser, in GCRF."""
    return target.positions(times) - chaser.positions(times), target.velocities(times) - chaser.velocities(times)


def _step(target: Trajectory, chaser: Trajectory, start: float, stop: float) -> float:
    return min(search_step(target, start, stop), search_step(chaser, start, stop))


def _angle_crossings(
    angle: Callable[[Array], Array], target: Trajectory, chaser: Trajectory, start: float, stop: float
) -> list[Crossing]:
    """Times at which an angle is zero modulo a turn, on a grid that is denser where the angle turns quickly."""
    check_zeros(target, chaser)
    if is_empty(start, stop, what="angles between two craft"):
        return []
    times = grid_by_turn(angle, grid(start, stop, step=_step(target, chaser, start, stop)), most=_MOST_TURN)
    found = crossings_on(lambda t: np.sin(angle(t)), times, np.sin(angle(times)))
    return facing(lambda t: np.cos(angle(t)), found)
