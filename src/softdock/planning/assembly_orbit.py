"""The target's own two burns, from its insertion orbit to the orbit in which it waits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import pi

import numpy as np

from ..astro.events import apsides
from ..astro.orbits import MeanOrbit, mean_from_state
from ..conventions import MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError
from ..vehicle.assembly import Assembly
from .burns import fly_burn, plan_burn
from .inputs import AssemblyOrbit
from .solver import Target, solve
from .start import mean_shape

FORWARD = np.array([1.0, 0.0, 0.0])
NODAL_PERIOD_ABOUT = 88.7 * MINUTE  # of orbits near 200 km, to bound the search for apsides
TARGETS = (
    Target("semi-major axis of the assembly orbit", 5.0, "m"),
    Target("signed half-difference of its apsides", 20.0, "m"),
)
"""Of J2-mean orbits."""


@dataclass(frozen=True)
class Raising:
    """Two forward burns at fixed times [s] and sizes [m/s], with the apsis of each."""

    times: tuple[float, float]
    speeds: tuple[float, float]
    apsides: tuple[str, str]


@dataclass(frozen=True)
class Waiting:
    """The orbit to be reached: mean semi-major axis [m] and half the difference of its apsides [m]."""

    semi_major_axis: float
    half_difference: float


def waiting_orbit(wanted: AssemblyOrbit, inclination: float, env_j2: Record) -> Waiting:
    """What the two burns aim at, from the recorded orbit."""
    a, e = mean_shape(wanted.orbit, inclination, env_j2)
    return Waiting(a, a * e)


def _coast_and_burn(
    env: Record, craft: Assembly, state: PointState, time: float, speed: float, until: float
) -> PointState:
    """The state at `until`, after a coast to the burn and the burn."""
    before = fly_burn(env, craft, state, np.zeros(3), until=time)[0].last
    return fly_burn(env, craft, before, speed * FORWARD, until=until)[0].last


def _shape(env_j2: Record, state: PointState) -> tuple[MeanOrbit, Array]:
    mean = mean_from_state(state.r, state.v, env_j2, state.t)
    w = mean.argument_of_perigee
    return mean, mean.eccentricity * np.array([np.cos(w), np.sin(w)])


def _apsides_in(arc: Arc, lift_off: float, revolution: int) -> list[tuple[float, str]]:
    """Apsides of one revolution: (time, 'perigee' or 'apogee')."""
    start = max(lift_off + (revolution - 1) * NODAL_PERIOD_ABOUT, arc.start)
    stop = min(lift_off + revolution * NODAL_PERIOD_ABOUT, arc.stop)
    return [(t, kind) for t, kind in apsides(arc, start, stop)]


def solve_raising(
    env: Record, env_j2: Record, craft: Assembly, state: PointState, goal: Waiting, times: Array, guess: Array
) -> Array:
    """Forward burns (n,) [m/s] at the given times, n = 2 before the first burn and 1 before the second.

    With one burn left only the semi-major axis can be met. Raises PlanError.
    """

    def misses(x: Array) -> Array:
        at = state
        for k, (time, speed) in enumerate(zip(times, x)):
            until = times[k + 1] if k + 1 < len(times) else time + 4.0 * MINUTE
            at = _coast_and_burn(env, craft, at, float(time), float(speed), float(until))
        mean, e_vector = _shape(env_j2, at)
        found = [mean.semi_major_axis - goal.semi_major_axis]
        if len(times) == 2:
            # the craft burned at u of the state before; apogee there counts positive
            u_burn = mean.argument_of_latitude - 2.0 * pi * (at.t - float(times[-1])) / NODAL_PERIOD_ABOUT
            outward = np.array([np.cos(u_burn), np.sin(u_burn)])
            found.append(-mean.semi_major_axis * float(e_vector @ outward) - goal.half_difference)
        return np.array(found)

    return solve(misses, guess, TARGETS[: len(times)], step=0.05).unknowns


def plan_raising(
    env: Record, env_j2: Record, craft: Assembly, state: PointState, lift_off: float, wanted: AssemblyOrbit
) -> Raising:
    """The cheapest pair of apsides, one in each stated revolution, whose burns the craft can make.

    Raises PlanError when no pair serves.
    """
    goal = waiting_orbit(wanted, _shape(env_j2, state)[0].inclination, env_j2)
    end = lift_off + wanted.second_revolution * NODAL_PERIOD_ABOUT
    first_arc = fly_burn(env, craft, state, np.zeros(3), until=end, dense=True)[0]
    found: list[Raising] = []
    firsts = _apsides_in(first_arc, lift_off, wanted.first_revolution)
    seconds = _apsides_in(first_arc, lift_off, wanted.second_revolution)
    for (t1, kind1), (t2, kind2) in product(firsts, seconds):
        try:
            found.append(_refined(env, env_j2, craft, state, goal, (t1, t2), (kind1, kind2)))
        except PlanError:
            continue  # this pair cannot reach the orbit; another may
    if not found:
        raise PlanError(
            f"no two burns at apsides of revolutions {wanted.first_revolution} and {wanted.second_revolution} take"
            f" {craft.name} to the assembly orbit; choose other revolutions or another orbit"
        )
    return min(found, key=lambda r: abs(r.speeds[0]) + abs(r.speeds[1]))


def _refined(
    env: Record,
    env_j2: Record,
    craft: Assembly,
    state: PointState,
    goal: Waiting,
    times: tuple[float, float],
    kinds: tuple[str, str],
) -> Raising:
    """Burns at a pair of apsides; the second apsis is found again on the orbit that the first burn makes."""
    speeds = np.array([3.0, 6.0])
    for _ in range(2):
        speeds = solve_raising(env, env_j2, craft, state, goal, np.array(times), speeds)
        before = fly_burn(env, craft, state, np.zeros(3), until=times[0])[0].last
        after = fly_burn(env, craft, before, speeds[0] * FORWARD, until=times[1] + 30 * MINUTE, dense=True)[0]
        near = [t for t, kind in apsides(after, times[1] - 30 * MINUTE, times[1] + 30 * MINUTE) if kind == kinds[1]]
        if not near:
            raise PlanError(f"the first burn leaves no {kinds[1]} near {times[1]:.0f} s")
        times = (times[0], min(near, key=lambda t: abs(t - times[1])))
    for speed in speeds:
        plan_burn(craft, state.mass, abs(float(speed)))
        if not speed > 0.0:
            raise PlanError("a burn against the motion lowers the orbit")
    return Raising(times, (float(speeds[0]), float(speeds[1])), kinds)


def raised_arc(
    env: Record, craft: Assembly, state: PointState, pending: list[tuple[float, Array]], until: float
) -> Arc:
    """The target's whole arc through the burns that lie ahead, readable at any time."""
    arc: Arc | None = None
    stops = [t for t, _ in pending] + [until]
    change = np.zeros(3)
    for stop, dv in zip(stops, [dv for _, dv in pending] + [np.zeros(3)]):
        leg = fly_burn(env, craft, state, change, until=stop, dense=True)[0]
        arc = leg if arc is None else arc.joined(leg)
        state, change = leg.last, dv
    assert arc is not None
    return arc
