"""How far a plan is from the least that any burns could cost between the same two states.

The states are the craft's at its start and, at the arrival, rest: the place that it reached, moving as the target's
turning frame does. Both are taken as J2-mean orbits, so that only the target's orbit at the arrival counts, whatever it
burned before. The bound is that of `lower_bound`, and docs/theory/progress-start.md tells what is approximate in it;
here the craft's air drag is left out besides, as if the orbit that it starts in would last.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi

import numpy as np

from ..astro.orbits import advanced, mean_from_state, nodal_period
from ..conventions import Array, Record
from ..dynamics.arcs import PointState
from ..errors import PlanError
from .conditions import target_state
from .lower_bound import Bound, linear_bound, rendezvous_demand
from .occasions import latitude_miss
from .targeting import Targeted


def least(found: Targeted, *, to_rest: bool = True) -> Bound:
    """The least sum of burns [m/s] from a solved sequence's start to its end, with as many turns as it flew.

    to_rest: the end is at rest where the craft arrived, which is what the burns cost together with the speed that is
    left; otherwise it is the craft's own orbit after its last burn. Raises PlanError, PropagationError.
    """
    flown, env = found.flown, found.chain.env
    event, start = flown.events[-1], flown.start
    last = event.after
    burned_over = latitude_miss(env, event.turned)(last.t, np.concatenate([last.r, last.v])[None, :])[0]
    end = at_rest(last, *target_state(found.chain.around.target, last.t)) if to_rest else last
    return least_between(env, start.after, end, turns=event.turned + float(burned_over) - start.turned)


def least_between(env: Record, start: PointState, end: PointState, *, turns: float) -> Bound:
    """The least sum of burns [m/s] from one state to a later one.

    start, end: in GCRF at their times · turns [rad]: argument of latitude flown from one to the other, with its laps;
    only these count, the rest follows from the states · env: its field to J2. Raises PlanError, PropagationError.
    """
    seconds = end.t - start.t
    if not seconds > 0.0:
        raise PlanError(f"a bound was asked for from {start.t:.0f} s to {end.t:.0f} s; give an end after the start")
    chaser = mean_from_state(start.r, start.v, env, t=start.t)
    there = advanced(mean_from_state(end.r, end.v, env, t=end.t), env, -seconds)
    node = (there.raan - chaser.raan + pi) % (2.0 * pi) - pi
    phase = turns - 2.0 * pi * seconds / nodal_period(there, env) + cos(there.inclination) * node
    return linear_bound(rendezvous_demand(chaser, there, env, phase=phase, seconds=seconds))


def at_rest(state: PointState, r_T: Array, v_T: Array) -> PointState:
    """The state at the same place, in GCRF, with no velocity in the target's LVLH. r_T, v_T (3,) [m, m/s]."""
    turn = np.cross(r_T, v_T) / (r_T @ r_T)
    return replace(state, v=v_T + np.cross(turn, state.r - r_T))
