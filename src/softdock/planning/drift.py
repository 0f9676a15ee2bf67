"""Free drift: how near a coast comes to the target when the burn that should end it is not made.

Without dispersions; what navigation and engines add to it is for a campaign to show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..astro.encounters import closest_approaches
from ..astro.environment import covers
from ..conventions import HOUR, Array, Record
from ..dynamics.arcs import Arc, PointState, propagate
from ..errors import PlanError, PropagationError
from ..vehicle.assembly import Assembly
from .burns import coast
from .chain import Event, Flown
from .conditions import Surroundings

CUSTOMARY = 24.0 * HOUR
"""Time [s] for which free drift is asked to stay clear: 24 h, as customary for visitors of the station (SSP 50808)."""
SHORT = 60.0  # s before the moment at which a craft has fallen too low to be flown. assumed


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A coast past a burn that is not made.

    without: name of that burn · start [s]: when it was due · least [m]: distance of the centres of mass · time [s]: of
    it · looked [s]: how long the coast was looked at, less than was asked for where the craft falls below 100 km
    """

    without: str
    start: float
    least: float
    time: float
    looked: float


def free_drifts(around: Surroundings, chaser: Assembly, flown: Flown, *, seconds: float = CUSTOMARY) -> list[Drift]:
    """Least distance within a time [s] after each burn was due and not made, and after an end that did not burn.

    In order of the burns. The target coasts on where its arc ends. Raises PlanError, PropagationError.
    """
    if not 0.0 <= seconds < float("inf"):
        raise PlanError(f"free drift was asked for over {seconds:g} s; give a time that is finite and not below zero")
    due = due_events(flown)
    if not due:
        return []
    target = prolonged(around.env, around.target, until=due[-1].t + seconds)
    return [drift_without(around.env, chaser, event, target=target, seconds=seconds) for event in due]


def due_events(flown: Flown) -> list[Event]:
    """The events that burn, and the last one, at which a craft that does not burn would pass by."""
    return [event for event in flown.events if event.speed > 0.0 or event is flown.events[-1]]


def drift_without(env: Record, chaser: Assembly, event: Event, *, target: Arc, seconds: float) -> Drift:
    """The drift from the state just before an event's burn; the target's arc must last as long.

    Raises PropagationError.
    """
    way = _as_far_as_it_flies(env, chaser, event.before, until=event.t + seconds)
    found = closest_approaches(target, way, way.start, stop=way.stop)
    times = np.array([way.start, way.stop, *(one.time for one in found)])
    ranges = _distances(target, way, times)
    least = int(np.argmin(ranges))
    return Drift(
        without=event.manoeuvre.name if event.speed > 0.0 else f"braking at {event.manoeuvre.name}",
        start=float(event.t),
        least=float(ranges[least]),
        time=float(times[least]),
        looked=float(way.stop - way.start),
    )


def prolonged(env: Record, arc: Arc, *, until: float) -> Arc:
    """A craft's arc that lasts until a time [s]: itself, or with a coast behind it.

    Raises PlanError, PropagationError.
    """
    if until <= arc.stop:
        return arc
    if arc.areas is None:
        raise PlanError(
            f"the target's arc ends at {arc.stop:.0f} s, was flown with several drag areas and is needed until "
            f"{until:.0f} s; give one that lasts so long"
        )
    drag, light = arc.areas
    return arc.joined(propagate(env, arc.last, until=until, drag_area=drag, light_area=light, dense=True))


def _as_far_as_it_flies(env: Record, chaser: Assembly, state: PointState, *, until: float) -> Arc:
    """The coast from a state, cut where the craft falls out of its orbit."""
    try:
        return coast(env, chaser, state, until=until, dense=True)
    except PropagationError as fault:
        if not (covers(env, until) and fault.time_s > state.t):
            raise
        return coast(env, chaser, state, until=max(state.t, fault.time_s - SHORT), dense=True)


def _distances(target: Arc, way: Arc, times: Array) -> Array:
    return np.asarray(np.linalg.norm(target.positions(times) - way.positions(times), axis=1))
