"""A chaser's launch into the plane that will be the target's when it matters.

It is aimed beside the target's plane of then, so that the nodes, which run at different rates, meet at an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sin

import numpy as np

from ..astro.relative import relative_lvlh
from ..conventions import Record
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError
from .manoeuvres import Manoeuvre, Sequence
from .start import Insertion, Plane, shifted
from .targeting import Targeted
from .wedge import wedge

CLOSED_WITHIN = 5.0  # m between the planes; a tenth of what navigation can see
OPEN_BEYOND = 100.0  # m; a plane so far off would cost 0.1 m/s, which no launch and no rule looks after. assumed
PASSES = 5


def in_plane(sequence: Sequence) -> Sequence:
    """The sequence without what it does about the plane: for a chaser whose launch sees to that."""
    return sequence.model_copy(update={"manoeuvres": tuple(_in_plane(rule) for rule in sequence.manoeuvres)})


def _in_plane(rule: Manoeuvre) -> Manoeuvre:
    nothing = {"out_of_plane_km": None, "out_of_plane_rate_m_s": None}
    kept = [c.model_copy(update=nothing) for c in rule.achieves]
    closes = any(c.goals.keys() & nothing.keys() for c in rule.achieves)
    free = tuple(axis for axis in rule.free if axis != "across") if closes else rule.free
    return rule.model_copy(update={"free": free, "achieves": tuple(c for c in kept if c.goals)})


@dataclass(frozen=True)
class Closed:
    """A start whose plane meets the target's at an event, the solution from it, and by how much [m] they miss."""

    start: Insertion
    found: Targeted
    miss: float


def closed(
    launch: Callable[[Plane], Insertion],
    solve: Callable[[Insertion, Targeted | None], Targeted],
    target: Arc,
    *,
    start: Insertion,
    event: str,
    env_j2: Record,
) -> Closed:
    """The insertion plane with which the planes meet at an event: what is missing there is taken off at insertion.

    launch: the insertion into a plane · solve: the burns of the sequence from it, those of the last pass as the guess.
    Raises PlanError, also where the planes do not come near to each other.
    """
    solution: Targeted | None = None
    for left in reversed(range(PASSES)):
        solution = solve(start, solution)
        at = solution.flown[event].before
        found = wedge(target, at, env_j2)
        miss = float(np.linalg.norm(at.r)) * found.angle
        if miss < CLOSED_WITHIN or not left:
            break
        plane = Plane(start.mean.inclination, start.mean.raan)
        start = launch(shifted(plane, -found.tilt, -found.turn / sin(plane.inclination)))
    assert solution is not None
    if not miss <= OPEN_BEYOND:
        raise PlanError(
            f"the launch was to close the planes at {event}, and after {PASSES} passes they are {miss:.0f} m apart"
            f" there ({OPEN_BEYOND:g} m allowed); let closes_at name an earlier event, or move the lift-off"
        )
    return Closed(start, solution, miss)


def relative_speed(target: Arc, chaser: PointState) -> float:
    """Of the chaser in the target's LVLH [m/s]; what is left to brake where they meet."""
    y = target.states(np.array([chaser.t]))[0]
    return float(np.linalg.norm(relative_lvlh(y[:3], y[3:6], chaser.r, chaser.v)[1]))
