"""What the tests of the manoeuvre language share: orbits, differences, open-loop flights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from softdock.astro.orbits import MeanOrbit, OsculatingOrbit, state_from_mean, state_from_osculating
from softdock.dynamics.arcs import PointState, propagate
from softdock.planning.burns import inertial_from_lvlh, thrusts
from softdock.planning.chain import Chain
from softdock.planning.conditions import Row, Surroundings
from softdock.planning.targeting import Targeted
from softdock.planning.vocabulary import sequence_from_toml

RADIUS = 6378137.0
INCLINATION, NODE = np.radians(51.7), 1.0
MASS = 14910.0

def circular(env: Any, height: float, argument: float, mass: float = MASS) -> PointState:
    """A state on a two-body circle at a height [m], at some argument of latitude [rad]."""
    orbit = OsculatingOrbit(RADIUS + height, 0.0, float(INCLINATION), NODE, 0.0, argument)
    return PointState(0.0, *state_from_osculating(orbit, mu=float(env.mu)), mass)


def in_orbit(
    env: Any, heights_km: tuple[float, float], argument: float, *, mass: float = MASS, tilt: float = 0.0
) -> PointState:
    """A state at perigee of a J2-mean orbit, at some argument of latitude [rad]; tilt [rad] of its plane."""
    low, high = (6378.137 + h for h in heights_km)
    a, e = 500.0 * (low + high), (high - low) / (low + high)
    r, v = state_from_mean(MeanOrbit(a, e, INCLINATION + tilt, NODE + tilt, argument, argument), env)
    return PointState(0.0, r, v, mass)


def beside(env: Any, target: PointState, hours: float, *, drag_area: float = 10.0, epoch: Any = None) -> Surroundings:
    """The target's arc for so many hours."""
    return Surroundings(env, propagate(env, target, until=3600.0 * hours, drag_area=drag_area), epoch)


def chain(text: str, around: Surroundings, chaser: Any, start: PointState, **more: Any) -> Chain:
    return Chain(around, chaser, start, sequence_from_toml(text), **more)


def by_differences(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Derivatives by central differences over one and two steps, extrapolated: the error falls with their 4th power."""
    columns = []
    for k, h in enumerate(steps):
        way = np.zeros_like(x)
        way[k] = h
        near, far = f(x + way) - f(x - way), f(x + 2.0 * way) - f(x - 2.0 * way)
        columns.append((8.0 * near - far) / (12.0 * h))
    return np.stack(columns, axis=1)


def relative_error(found: np.ndarray, truth: np.ndarray, steps: np.ndarray) -> float:
    """Greatest error of a Jacobian, of the greatest change in its row where each unknown moves by a step.

    Rows in parts of what counts as met: a row that changes by less than one is compared with one.
    """
    scale = np.maximum(np.max(np.abs(truth * steps), axis=1, keepdims=True), 1.0)
    return float(np.max(np.abs((found - truth) * steps) / scale))


def open_loop(found: Targeted) -> dict[str, float]:
    """Misses in SI of a solution whose burns are flown at their times by the single-step method, with nothing solved.

    Time conditions are left out: the times are given here.
    """
    state, misses = found.chain.start, {}
    chaser, env = found.chain.chaser, found.chain.env

    def fly(state: PointState, until: float, pushes: Any = ()) -> PointState:
        areas = {"drag_area": chaser.drag_area, "light_area": chaser.light_area}
        return propagate(env, state, until=until, thrusts=pushes, dense=False, rtol=3e-14, **areas).last

    for event in found.flown.events:
        state = fly(state, event.t)
        rows = [row for row in found.chain.rows if row.at == event.manoeuvre.name and row.value is not None]
        misses |= {row.name: missed(row, state, event.phase) for row in rows if not row.is_own}
        if event.burn is not None:
            direction = inertial_from_lvlh(state, event.dv)
            if event.burning is None:
                spent = sum(event.burn.propellant_kg().values())
                state = replace(state, v=state.v + direction, mass=state.mass - spent)
            else:
                pushes = thrusts(event.burn, event.t, direction / event.speed)
                state = fly(state, event.t + event.burn.duration_s, pushes)
        misses |= {row.name: missed(row, state, event.phase_after) for row in rows if row.is_own}
    return misses


def missed(row: Row, state: PointState, phase: float) -> float:
    """The miss of a condition at a state, in m, m/s: angles as arcs of the orbit."""
    assert row.value is not None
    miss = float(row.value(state.t, np.concatenate([state.r, state.v])[None, :], phase)[0])
    return miss * float(np.linalg.norm(state.r)) if row.unit == "deg" else miss
