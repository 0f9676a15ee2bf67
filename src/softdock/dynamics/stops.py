"""Arcs that stop when something happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..conventions import Record
from ..errors import PropagationError
from .arcs import Arc, PointState, Thrust, propagate

Happens = Callable[[Arc], Sequence[float]]
_BEFORE_THE_END = (0.0, 1.0, 10.0, 100.0, 1000.0)  # s; the last step of a flight that ends in the air is lost


def propagate_to(
    env: Record,
    state: PointState,
    happens: Happens,
    *,
    until: float,
    drag_area: float,
    light_area: float = 0.0,
    thrusts: Sequence[Thrust] = (),
) -> Arc:
    """Arc from `state` to the first moment that `happens` names, or to `until` [s] when it names none.

    happens: times [s] within an arc, in any order, such as `lambda arc: node_times(arc, env, arc.start, stop=arc.stop)`
    · the other arguments as in `propagate`. What lies beyond the moment need not be flyable: a flight that ends below
    100 km is searched up to there. Raises PropagationError.
    """

    def flown(end: float) -> Arc:
        return propagate(env, state, until=end, drag_area=drag_area, light_area=light_area, thrusts=thrusts)

    if until < state.t:
        raise PropagationError(
            f"a stop was asked between {state.t:.1f} s and the earlier {until:.1f} s; propagate forward to stop",
            time_s=state.t,
        )
    try:
        arc, fault = flown(until), None
    except PropagationError as found:
        arc, fault = _up_to(found, state.t, flown), found
    times = sorted(t for t in happens(arc) if arc.start < t <= arc.stop)
    if fault is not None and not times:
        raise fault
    return arc.cut(times[0]) if times else arc


def _up_to(fault: PropagationError, start: float, flown: Callable[[float], Arc]) -> Arc:
    """The flight up to where it ended. Raises the fault when there is none."""
    for earlier in _BEFORE_THE_END:
        if not fault.time_s - earlier > start:
            break
        try:
            return flown(fault.time_s - earlier)
        except PropagationError:
            continue
    raise fault
