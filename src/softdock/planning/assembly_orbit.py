"""The target's own two burns, from its insertion orbit to the orbit in which it waits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import pi

import numpy as np

from ..astro.events import apsides
from ..astro.orbits import MeanOrbit, mean_from_state, nodal_period
from ..conventions import MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError, PropagationError, ThrustError
from ..vehicle.assembly import Assembly
from .burns import coast, fly_burn, plan_burn
from .inputs import AssemblyOrbit
from .solver import Target, solve
from .start import mean_shape

FORWARD = np.array([1.0, 0.0, 0.0])
TARGETS = (
    Target("semi-major axis of the assembly orbit", 5.0, "m"),
    Target("signed half-difference of its apsides", 20.0, "m"),
)
"""Of J2-mean orbits."""


@dataclass(frozen=True)
class Raising:
    """Two forward burns at fixed times [s] and sizes [m/s], with the apsis of each; or none."""

    times: tuple[float, ...]
    speeds: tuple[float, ...]
    apsides: tuple[str, ...]


UNRAISED = Raising((), (), ())


@dataclass(frozen=True)
class Waiting:
    """The orbit to be reached: mean semi-major axis [m] and half the difference of its apsides [m]."""

    semi_major_axis: float
    half_difference: float


@dataclass(frozen=True)
class Raiser:
    """Solves the burns of one craft from its insertion orbit to the orbit in which it waits."""

    env: Record
    env_j2: Record
    craft: Assembly

    def goal(self, wanted: AssemblyOrbit, inclination: float) -> Waiting:
        """What the two burns aim at, from the recorded orbit."""
        a, e = mean_shape(wanted.orbit, inclination, self.env_j2)
        return Waiting(a, a * e)

    def plan(self, state: PointState, lift_off: float, wanted: AssemblyOrbit) -> Raising:
        """The cheapest pair of apsides, one in each stated revolution, whose burns the craft can make.

        Raises PlanError when no pair serves, ThrustError when the craft cannot make the burns.
        """
        mean = self._shape(state)[0]
        goal, period = self.goal(wanted, mean.inclination), nodal_period(mean, self.env_j2)
        end = lift_off + wanted.second_revolution * period
        arc = coast(self.env, self.craft, state, until=end, dense=True)
        firsts, seconds = (
            _apsides_in(arc, lift_off, revolution, period=period)
            for revolution in (wanted.first_revolution, wanted.second_revolution)
        )
        found: list[Raising] = []
        failed: list[PlanError | PropagationError] = []
        for (t1, kind1), (t2, kind2) in product(firsts, seconds):
            try:
                found.append(self._refined(state, goal, Raising((t1, t2), (3.0, 6.0), (kind1, kind2))))
            except (PlanError, PropagationError) as fault:
                failed.append(fault)  # this pair cannot reach the orbit; another may
        if not found:
            raise next((fault for fault in failed if isinstance(fault, ThrustError)), None) or PlanError(
                f"no two burns at apsides of revolutions {wanted.first_revolution} and {wanted.second_revolution} take"
                f" {self.craft.name} to the assembly orbit; choose other revolutions or another orbit"
            )
        return min(found, key=lambda r: abs(r.speeds[0]) + abs(r.speeds[1]))

    def solve(self, state: PointState, goal: Waiting, times: Array, *, guess: Array) -> Array:
        """Forward burns (n,) [m/s] at the given times, n = 2 before the first burn and 1 before the second.

        With one burn left only the semi-major axis can be met. Raises PlanError.
        """

        def misses(x: Array) -> Array:
            at = state
            for k, (time, speed) in enumerate(zip(times, x, strict=True)):
                until = times[k + 1] if k + 1 < len(times) else time + 4.0 * MINUTE
                at = self._coast_and_burn(at, float(time), float(speed), until=float(until))
            mean, e_vector = self._shape(at)
            found = [mean.semi_major_axis - goal.semi_major_axis]
            if len(times) == 2:
                # counted along the radius where the second burn was made: an apogee there is positive
                since = (at.t - float(times[-1])) / nodal_period(mean, self.env_j2)
                u_burn = mean.argument_of_latitude - 2.0 * pi * since
                outward = np.array([np.cos(u_burn), np.sin(u_burn)])
                found.append(-mean.semi_major_axis * float(e_vector @ outward) - goal.half_difference)
            return np.array(found)

        return solve(misses, guess, TARGETS[: len(times)], step=0.05).unknowns

    def _refined(self, state: PointState, goal: Waiting, first: Raising) -> Raising:
        """Burns at a pair of apsides; the second apsis is found again on the orbit that the first burn makes."""
        times, speeds, margin = first.times, np.array(first.speeds), 30.0 * MINUTE
        for _ in range(2):
            speeds = self.solve(state, goal, np.array(times), guess=speeds)
            before = coast(self.env, self.craft, state, until=times[0]).last
            after = fly_burn(
                self.env, self.craft, before, dv_lvlh=speeds[0] * FORWARD, until=times[1] + margin, dense=True
            )[0]
            kinds = apsides(after, times[1] - margin, times[1] + margin)
            near = [t for t, kind in kinds if kind == first.apsides[1]]
            if not near:
                raise PlanError(f"the first burn leaves no {first.apsides[1]} near {times[1]:.0f} s")
            times = (times[0], min(near, key=lambda t: abs(t - times[1])))
        for speed in speeds:
            plan_burn(self.craft, state.mass, abs(float(speed)))
            if not speed > 0.0:
                raise PlanError("a burn against the motion lowers the orbit")
        return Raising(times, (float(speeds[0]), float(speeds[1])), first.apsides)

    def _coast_and_burn(self, state: PointState, time: float, speed: float, *, until: float) -> PointState:
        """The state at `until`, after a coast to the burn and the burn."""
        before = coast(self.env, self.craft, state, until=time).last
        return fly_burn(self.env, self.craft, before, dv_lvlh=speed * FORWARD, until=until)[0].last

    def _shape(self, state: PointState) -> tuple[MeanOrbit, Array]:
        """The J2-mean orbit of a state, and its eccentricity vector (2,) from the node."""
        mean = mean_from_state(state.r, state.v, self.env_j2, t=state.t)
        w = mean.argument_of_perigee
        return mean, mean.eccentricity * np.array([np.cos(w), np.sin(w)])


def _apsides_in(arc: Arc, lift_off: float, revolution: int, *, period: float) -> list[tuple[float, str]]:
    """Apsides of one revolution: (time, 'perigee' or 'apogee')."""
    start = max(lift_off + (revolution - 1) * period, arc.start)
    stop = min(lift_off + revolution * period, arc.stop)
    return apsides(arc, start, stop) if stop > start else []


def raised_arc(
    env: Record, craft: Assembly, state: PointState, *, pending: list[tuple[float, Array]], until: float
) -> Arc:
    """The target's whole arc through the burns that lie ahead, readable at any time."""
    arc: Arc | None = None
    stops = [t for t, _ in pending] + [until]
    change = np.zeros(3)
    for stop, dv in zip(stops, [dv for _, dv in pending] + [np.zeros(3)], strict=True):
        leg = fly_burn(env, craft, state, dv_lvlh=change, until=stop, dense=True)[0]
        arc = leg if arc is None else arc.joined(leg)
        state, change = leg.last, dv
    assert arc is not None
    return arc
