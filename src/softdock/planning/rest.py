"""What is still ahead of a sequence once part of it is flown: its events, and who answers now for what was wanted."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from ..conventions import MINUTE, Array
from ..dynamics.arcs import PointState
from ..errors import PlanError
from .chain import Chain, Event, Flown, counted_phase, standing
from .conditions import Surroundings, unwrapped_phase
from .manoeuvres import COMPONENTS, NOW, START, Condition, Manoeuvre, Owed, Sequence, When
from .occasions import latitude_miss, sampled, unwrapped_turns

BEHIND = 60.0  # s within which what a navigated state shifts may take an occasion past the present. assumed
CLOCKS = ("utc", "mission_time_s")


def remaining(
    chain: Chain, flown: Flown, state: PointState, *, around: Surroundings | None = None, by_clock: bool = False
) -> Chain:
    """What is still ahead of a chain, from a state [GCRF] that navigation has on the way of its flight.

    around: what navigation has of the target now, where that is another arc than before · by_clock: the next burn keeps
    its planned time even where it has a `when_next`.

    Events that lie before the state's time, as they were flown, stay known to the rules that count from them; turns are
    counted on. What past manoeuvres were to achieve at events still ahead is asked of those ahead, unless its `until`
    is past. The next to burn keeps the time that was planned for it, or goes by its `when_next`. Raises PlanError.
    """
    events = (*chain.past, flown.start, *flown.events) if not chain.past else (*chain.past, *flown.events)
    ahead = [k for k, e in enumerate(events) if k > 0 and e.t >= state.t]
    if not ahead or not state.t >= events[ahead[0] - 1].after.t:
        raise PlanError(
            f"the rest of a sequence was asked for at {state.t:.0f} s, and its events are from {events[0].t:.0f} to "
            f"{events[-1].t:.0f} s; give a time between two of them, when none burns"
        )
    past, coming = events[: ahead[0]], events[ahead[0]]
    last = past[-1]
    revolution = 2.0 * pi * float(np.linalg.norm(state.r) / np.linalg.norm(state.v))
    times = sampled(last.after.t, state.t, revolution)
    turned = float(unwrapped_turns(chain.env, coming.way, times, start=last.turned_after)[-1])
    phase = counted_phase(chain.around, coming.way, times, start=last.phase_after)
    y = np.concatenate([state.r, state.v])[None, :]
    turned += float(latitude_miss(chain.env, turned)(state.t, y)[0])
    around = around or chain.around
    phase = float(unwrapped_phase(around.target, state.t, y, near=phase)[0])
    now = standing(NOW, state, coming.way, counted=(turned, phase))
    sequence = _rest(chain, events, ahead[0], now=state.t, by_clock=by_clock)
    return replace(chain, around=around, start=state, sequence=sequence, past=past, now=now)


def _rest(chain: Chain, events: tuple[Event, ...], first: int, *, now: float, by_clock: bool) -> Sequence:
    """The rules of the events from `first` on at a time [s], with what is owed by those before."""
    names = [START, *(e.manoeuvre.name for e in events[1:])]
    ahead = events[first:]
    burning = next((k for k, e in enumerate(ahead) if e.manoeuvre.may_burn), 0)
    movable = names[first + burning + 1 :]  # events that a burn is still ahead of

    def is_asked(condition: Condition) -> bool:
        return not condition.until or names.index(condition.until) >= first + burning

    owed = [one for one in chain.sequence.owed if one.condition.at in movable and is_asked(one.condition)]
    for event in events[1:first]:
        wanted = [c for c in event.manoeuvre.achieves if c.at in movable and is_asked(c)]
        owed += [Owed(by=event.manoeuvre.name, condition=c) for c in wanted if c not in [one.condition for one in owed]]
    rules = []
    for k, event in enumerate(ahead):
        rule = event.manoeuvre
        kept = [c for c in rule.achieves if is_asked(c) and (k >= burning or c.at in movable)]
        waits = k == burning and rule.when_next is not None and not by_clock
        if k == burning:
            kept = [c for c in kept if "time" not in rule.free or not _wants_a_time(c)]
            rule = _next(rule, event, by_clock=by_clock)
        if k <= burning and not waits and not event.occasion.t > now + BEHIND:
            rule = rule.model_copy(update={"when": When(mission_time_s=event.t)})  # what it counts from lies behind
        rules.append(rule.model_copy(update={"achieves": tuple(kept)}))
    return Sequence(manoeuvres=tuple(rules), past=tuple(names[1:first]), owed=tuple(owed))


def _wants_a_time(condition: Condition) -> bool:
    return any(key in condition.goals for key in CLOCKS)


def _next(rule: Manoeuvre, event: Event, *, by_clock: bool) -> Manoeuvre:
    """The rule as that of the next burn: no longer a correction, at the time for which it was planned."""
    shift = (event.t - event.occasion.t) / MINUTE if "time" in rule.free else rule.when.offset_min
    free = tuple(axis for axis in rule.free if axis != "time")
    when = rule.when.model_copy(update={"offset_min": shift})
    if rule.when_next is not None:
        when = When(mission_time_s=event.t) if by_clock else rule.when_next
    return rule.model_copy(update={"free": free, "when": when, "when_next": None, "correction": False})


def carried_guess(chain: Chain, flown: Flown) -> Array:
    """Unknowns (n,) of a chain as another flight of the same events burned: its burns in their components."""
    burned = {e.manoeuvre.name: e for e in flown.events}
    found = []
    for unknown in chain.unknowns:
        event = burned[unknown.manoeuvre]
        shift = event.t - event.occasion.t - event.manoeuvre.when.offset_min * MINUTE
        found.append(float(event.dv[COMPONENTS.index(unknown.axis)]) if unknown.axis in COMPONENTS else shift)
    return np.array(found)
