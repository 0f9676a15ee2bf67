"""What a manoeuvre is to achieve, as misses: functions of the time and the chaser's state beside the target's arc.

A row is one number that must vanish, in SI and radians, with the miss that counts as met and the unit in which it is
told. The phase is unwrapped: `near` is its value in turns and all, known from the flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import cos, pi
from typing import Any

import numpy as np

from ..astro.constants import EQUATORIAL_RADIUS
from ..astro.curvilinear import curvilinear_from_lvlh
from ..astro.orbits import mean_from_state
from ..astro.relative import elevation_angle, height_difference, lvlh_axes, phase_angle, relative_lvlh
from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE, MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..dynamics.revolution import next_revolution
from ..errors import PlanError
from ..numerics.products import crossed
from .manoeuvres import COMPONENTS, Condition

Value = Callable[[float, Array], Array]
"""Values (n,) at one time [s] for states (n, 6) [m, m/s] in GCRF."""

METRE, MILLIMETRE_A_SECOND, TIME, RADIUS = 1.0, 1e-3, 0.01, 5.0
"""Misses that count as met [m, m/s, s, m of an apsis]: a tenth of 10 m and 1 cm/s. assumed"""
ANGLE = METRE / 6.6e6  # rad: a metre in low orbit


@dataclass(frozen=True)
class Surroundings:
    """What misses are measured against: the forces, the target's dense arc, and the epoch for UTC."""

    env: Record
    target: Arc
    epoch: Epoch | None = None

    def seconds(self, utc: str) -> float:
        """Mission time [s] of a UTC text. Raises PlanError without an epoch."""
        if self.epoch is None:
            raise PlanError(f"{utc} UTC was given, and the chain has no epoch; pass one, or use mission_time_s")
        return self.epoch.seconds_of(utc, allow_prediction=True)  # whether it may be used, its environment has judged


@dataclass(frozen=True)
class Row:
    """One miss: of which condition at which event, what counts as met, and the unit for people.

    by_manoeuvre: who is to achieve it · is_own: measured right after its own burn · value: None for a time ·
    wanted [s]: of a time · tolerance: in SI and radians · unit, factor: one of the unit in SI
    """

    name: str
    at: str
    by_manoeuvre: str
    is_own: bool
    tolerance: float
    unit: str
    factor: float
    value: Callable[[float, Array, float], Array] | None = None
    wanted: float = 0.0


def target_state(target: Arc, t: float) -> tuple[Array, Array]:
    """Position and velocity (3,) of the target at t [s]. Raises PropagationError outside its arc."""
    y = target.states(np.array([t]))[0]
    return y[:3], y[3:6]


def unwrapped_phase(target: Arc, t: float, states: Array, *, near: float) -> Array:
    """Phase (n,) [rad] of states (n, 6), on the turn that is nearest to `near` [rad]."""
    r_T, v_T = target_state(target, t)
    raw = phase_angle(r_T, v_T, states[:, :3])
    return np.asarray(raw + 2.0 * pi * np.round((near - raw) / (2.0 * pi)))


def normals_at_same_angle(target: Arc, t: float, states: Array) -> Array:
    """Orbit normals (n, 3) that the target has where it passes the chaser's central angle.

    J2 tilts the osculating plane back and forth within a revolution; here both craft are tilted alike.
    """
    r_T, v_T = target_state(target, t)
    rate = float(np.linalg.norm(crossed(r_T, v_T)) / (r_T @ r_T))
    there = np.clip(t - phase_angle(r_T, v_T, states[:, :3]) / rate, target.start, target.stop)
    y = target.states(there)
    h = crossed(y[:, :3], y[:, 3:6])
    return np.asarray(h / np.linalg.norm(h, axis=1, keepdims=True))


def rows_of(condition: Condition, manoeuvre: str, around: Surroundings) -> Iterator[Row]:
    """Every miss of a condition that a manoeuvre is to meet. Raises PlanError."""
    at = condition.at or manoeuvre
    place = f"after {at}" if at == manoeuvre else f"at {at}"
    head = partial(Row, at=at, by_manoeuvre=manoeuvre, is_own=at == manoeuvre)
    turns = 2.0 * pi * condition.laps
    for key, goal in condition.goals.items():
        if key in ("utc", "mission_time_s"):
            wanted = (around.seconds(goal) if key == "utc" else float(goal)) + condition.offset_min * MINUTE
            yield head(name=f"time {place}", tolerance=TIME, unit="s", factor=1.0, wanted=wanted)
            continue
        for words, tolerance, unit, factor, value in _misses(key, goal, turns, around):
            yield head(name=f"{words} {place}", tolerance=tolerance, unit=unit, factor=factor, value=value)


Miss = tuple[str, float, str, float, Callable[[float, Array, float], Array]]


def _misses(key: str, goal: Any, turns: float, around: Surroundings) -> Iterator[Miss]:
    """Words, tolerance, unit, its factor, and the function of the misses of one key."""
    target, env = around.target, around.env
    if key == "phase_deg":
        yield "phase", ANGLE, "deg", DEGREE, partial(_phase, target, goal * DEGREE + turns)
    elif key == "elevation_deg":
        words = f"distance along the orbit from where the elevation is {goal:g} deg"
        yield words, METRE, "km", KILOMETRE, behind_elevation(target, goal * DEGREE, turns)
    elif key == "height_difference_km":
        value = partial(_height_difference, target, float(env.mu), goal * KILOMETRE)
        yield "height difference", METRE, "km", KILOMETRE, value
    elif key == "height_km":
        yield "height", METRE, "km", KILOMETRE, partial(_height, EQUATORIAL_RADIUS + goal * KILOMETRE)
    elif key == "out_of_plane_km":
        value = partial(_out_of_plane, target, slice(0, 3), goal * KILOMETRE)
        yield "distance from the target's plane", METRE, "km", KILOMETRE, value
    elif key == "out_of_plane_rate_m_s":
        value = partial(_out_of_plane, target, slice(3, 6), goal)
        yield "speed across the target's plane", MILLIMETRE_A_SECOND, "m/s", 1.0, value
    elif key == "circular":
        yield "distance from the mean radius of the orbit", RADIUS, "km", KILOMETRE, partial(_beside_mean_radius, env)
    elif key == "coelliptic":
        for k, words in enumerate(("forward", "up")):
            value = partial(_coelliptic, target, float(env.mu), k)
            yield f"coelliptic velocity {words}", MILLIMETRE_A_SECOND, "m/s", 1.0, value
    elif key == "offset_lvlh_m":
        for k, words in enumerate(COMPONENTS):
            value = partial(_offset, target, (np.array(goal), turns), k)
            yield f"place {words} of the target", METRE, "km", KILOMETRE, value
    elif key == "relative_velocity_m_s":
        for k, words in enumerate(COMPONENTS):
            value = partial(_relative_velocity, target, goal[k], k)
            yield f"relative velocity {words}", MILLIMETRE_A_SECOND, "m/s", 1.0, value
    else:  # apogee_km, perigee_km
        is_greatest = key == "apogee_km"
        value = partial(_apsis, env, goal * KILOMETRE, is_greatest)
        yield ("apogee" if is_greatest else "perigee"), RADIUS, "km", KILOMETRE, value


def _phase(target: Arc, wanted: float, t: float, states: Array, near: float) -> Array:
    return unwrapped_phase(target, t, states, near=near) - wanted


def behind_elevation(target: Arc, elevation: float, turns: float = 0.0) -> Callable[[float, Array, float], Array]:
    """Distance (n,) [m] along the orbit by which a chaser is behind where it sees the target at an elevation [rad].

    A function of the time [s], states (n, 6) and the phase [rad] nearby. Linear in the phase however far off that is,
    as the elevation itself is not; `turns` [rad] of the phase count too.
    """

    def behind(t: float, states: Array, near: float) -> Array:
        r_T = float(np.linalg.norm(target_state(target, t)[0]))
        r_C = np.linalg.norm(states[:, :3], axis=1)
        wanted = 0.5 * pi - elevation - np.arcsin(np.minimum(1.0, r_C / r_T * cos(elevation)))
        return np.asarray(r_T * (unwrapped_phase(target, t, states, near=near) - wanted - turns))

    return behind


def false_elevation(target: Arc, elevation: float, *, t: float, state: PointState) -> float | None:
    """The elevation [rad] that the target has where it was to have another; None where it has that, to 0.1 deg.

    From below there is always a place; a chaser above its target sees it below the horizon.
    """
    found = float(elevation_angle(target_state(target, t)[0], state.r, state.v))
    return None if abs(found - elevation) < 0.1 * DEGREE else found


def behind_along(target: Arc, elevation: float, *, times: Array, states: Array) -> Array:
    """The distance of `behind_elevation` (n,) [m] at many times (n,) [s], on the turn nearest to the target."""
    y = target.states(times)
    r_T, r_C = np.linalg.norm(y[:, :3], axis=1), np.linalg.norm(states[:, :3], axis=1)
    wanted = 0.5 * pi - elevation - np.arcsin(np.minimum(1.0, r_C / r_T * cos(elevation)))
    return np.asarray(r_T * (phase_angle(y[:, :3], y[:, 3:6], states[:, :3]) - wanted))


def _height_difference(target: Arc, mu: float, wanted: float, t: float, states: Array, near: float) -> Array:
    r_T, v_T = target_state(target, t)
    r, v = np.broadcast_to(r_T, (len(states), 3)), np.broadcast_to(v_T, (len(states), 3))
    return height_difference(r, v, states[:, :3], mu=mu) - wanted


def _height(wanted: float, t: float, states: Array, near: float) -> Array:
    return np.asarray(np.linalg.norm(states[:, :3], axis=1) - wanted)


def _out_of_plane(target: Arc, part: slice, wanted: float, t: float, states: Array, near: float) -> Array:
    return np.asarray(np.sum(normals_at_same_angle(target, t, states) * states[:, part], axis=1) - wanted)


def _coelliptic(target: Arc, mu: float, k: int, t: float, states: Array, near: float) -> Array:
    """Velocity (n,) [m/s] forward or up less that of an orbit coelliptic with the target's.

    Semi-major axes differ by the height difference and radial rates are as a^1.5, the rule of the Apollo ground
    programs; what the target does at the chaser's central angle is read from its osculating Kepler orbit.
    """
    r_T, v_T = target_state(target, t)
    h = crossed(r_T, v_T)
    momentum = float(np.linalg.norm(h))
    eccentricity = crossed(v_T, h) / mu - r_T / np.linalg.norm(r_T)
    normal = normals_at_same_angle(target, t, states)
    r_C = np.linalg.norm(states[:, :3], axis=1)
    up = states[:, :3] / r_C[:, None]
    x = up - np.outer(up @ h, h) / (h @ h)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    cosine, sine = x @ eccentricity, crossed(h, x) @ eccentricity / momentum
    radius = momentum * momentum / mu / (1.0 + cosine)
    radial, transverse = -mu / momentum * sine, mu / momentum * (1.0 + cosine)
    a_T = 1.0 / (2.0 / radius - (radial * radial + transverse * transverse) / mu)
    a_C = a_T - (radius - r_C)
    wanted_up = radial * (a_T / a_C) ** 1.5
    if k == 1:
        return np.asarray(np.sum(up * states[:, 3:6], axis=1) - wanted_up)
    ahead = crossed(normal, up)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    wanted = np.sqrt(np.maximum(mu * (2.0 / r_C - 1.0 / a_C) - wanted_up * wanted_up, 0.0))
    return np.asarray(np.sum(ahead * states[:, 3:6], axis=1) - wanted)


def _offset(target: Arc, goal: tuple[Array, float], k: int, t: float, states: Array, near: float) -> Array:
    """Curvilinear way (n,) [m] from the point wanted: linear in the phase far off, and zero where the point is."""
    r_T, v_T = target_state(target, t)
    radius = float(np.linalg.norm(r_T))
    wanted, _ = curvilinear_from_lvlh(goal[0], np.zeros(3), radius=radius)
    if k == 0:
        return np.asarray(-radius * (unwrapped_phase(target, t, states, near=near) - goal[1]) - wanted[0])
    place = (states[:, :3] - r_T) @ lvlh_axes(r_T, v_T).T
    found, _ = curvilinear_from_lvlh(place, np.zeros_like(place), radius=radius)
    return np.asarray(found[:, k] - wanted[k])


def _beside_mean_radius(env: Record, t: float, states: Array, near: float) -> Array:
    """How far (n,) [m] the mean orbit is here from its semi-major axis: a e cos of the anomaly.

    States beside the first are told by their osculating orbits: the mean ones differ alike, to the order of J2.
    """
    mean = mean_from_state(states[0, :3], states[0, 3:6], env, t=t)
    first = mean.semi_major_axis * mean.eccentricity * cos(mean.argument_of_latitude - mean.argument_of_perigee)
    r = np.linalg.norm(states[:, :3], axis=1)
    a = 1.0 / (2.0 / r - np.sum(states[:, 3:6] ** 2, axis=1) / float(env.mu))
    momentum = np.sum(crossed(states[:, :3], states[:, 3:6]) ** 2, axis=1)
    beside = a * (momentum / (float(env.mu) * r) - 1.0)
    return np.asarray(first + beside - beside[0])


def _relative_velocity(target: Arc, wanted: float, k: int, t: float, states: Array, near: float) -> Array:
    r_T, v_T = target_state(target, t)
    r, v = np.broadcast_to(r_T, (len(states), 3)), np.broadcast_to(v_T, (len(states), 3))
    return np.asarray(relative_lvlh(r, v, states[:, :3], states[:, 3:6])[1][:, k] - wanted)


def _apsis(env: Record, wanted: float, is_greatest: bool, t: float, states: Array, near: float) -> Array:
    found = [next_revolution(env, PointState(t, y[:3].copy(), y[3:6].copy(), 1.0)) for y in states]
    return np.array([(f.apogee_height if is_greatest else f.perigee_height) - wanted for f in found])
