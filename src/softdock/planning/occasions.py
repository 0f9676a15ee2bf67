"""When an event happens: each rule of the language as a search along what was flown, and how the moment moves.

An occasion is a moment and what holds it: nothing (a clock, the light at the target), an earlier event (an offset, the
target's travel), or the zero of a function of the chaser's state, whose gradient says how it moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import pi, sqrt
from typing import Protocol

import numpy as np

from ..astro.eclipses import shadow_depth, shadow_intervals, sunrises
from ..astro.events import apsides, argument_of_latitude, latitude_argument_times, nodes
from ..astro.orbits import osculating
from ..conventions import DEGREE, KILOMETRE, MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError
from ..numerics.products import crossed
from ..numerics.roots import crossings
from .conditions import Surroundings, Value, behind_along, behind_elevation, target_state
from .manoeuvres import START, When

PASSED = 0.05  # of a revolution: an apsis or node sooner after the earlier event is that event's own. assumed
ROUND = 5e-4  # eccentricity below which J2 and not the burns shapes the radius: a guess does not look for apsides there
LONGEST_WAIT, SHORT_WAIT = 40.0, 8.0  # revolutions that a rising of the target is waited for, and by a guess. assumed
USUAL_WAIT = 3.0 * 3600.0, 600.0  # s; at most and at least where the line of sight does not rise yet. assumed
SAMPLES = 12  # a revolution, to count turns


@dataclass(frozen=True)
class Occasion:
    """A moment [s] and what holds it.

    is_found: False where the event does not happen on the flight and a place was taken for it · follows, rate: the
    earlier event with which it moves, and by how much a second of it · crossing: whose zero it is · turns_from: the
    event whose argument of latitude is subtracted in the crossing
    """

    t: float
    is_found: bool = True
    follows: str = ""
    rate: float = 1.0
    crossing: Value | None = None
    turns_from: str = ""


class Reached(Protocol):
    """What an occasion reads of an event that was flown."""

    @property
    def t(self) -> float: ...

    @property
    def before(self) -> PointState: ...

    @property
    def turned(self) -> float: ...


class Path:
    """Stretches flown one after the other, read as one trajectory; from a burn's end on the later one rules."""

    def __init__(self, stretches: list[tuple[float, Arc]]) -> None:
        self._begins = [begin for begin, _ in stretches]
        self._arcs = [arc for _, arc in stretches]

    def states(self, times: Array) -> Array:
        """States (n, 7) at times (n,) [s]."""
        times = np.asarray(times, dtype=float)
        which = np.array([max(bisect_right(self._begins, t) - 1, 0) for t in times])
        out = np.empty((times.size, 7))
        for k in np.unique(which):
            out[which == k] = self._arcs[k].states(times[which == k])
        return out

    def positions(self, times: Array) -> Array:
        """Positions (n, 3) [m] in GCRF."""
        return self.states(times)[:, :3]

    def velocities(self, times: Array) -> Array:
        """Velocities (n, 3) [m/s] in GCRF."""
        return self.states(times)[:, 3:6]


@dataclass(frozen=True)
class Ahead:
    """The flight so far and the coast ahead, in which an event is looked for.

    fly: the coast from `last`, the state after the event before, to a time [s] · path: stretches so far, with the time
    each begins · turned, phase [rad]: of `last` · is_loose: what does not happen is put where it is expected
    """

    around: Surroundings
    events: Mapping[str, Reached]
    last: PointState
    previous: str
    fly: Callable[[float], Arc]
    path: list[tuple[float, Arc]]
    turned: float
    phase: float
    is_loose: bool

    @property
    def revolution(self) -> float:
        """Period [s] of the osculating orbit."""
        mu = float(self.around.env.mu)
        return 2.0 * pi * sqrt(osculating(self.last.r, self.last.v, mu=mu).semi_major_axis ** 3 / mu)

    def whole(self, until: float) -> Path:
        """Everything flown, and the coast ahead to a time [s]."""
        return Path([*self.path, (self.last.t, self.fly(until))])


def find(name: str, when: When, ahead: Ahead) -> Occasion:
    """The occasion of an event, without its offset. Raises PlanError where it does not come."""
    earlier = when.after or ahead.previous
    since = ahead.events[earlier].t
    rule = when.rule
    if rule in ("utc", "mission_time_s"):
        return Occasion(ahead.around.seconds(when.utc) if when.utc is not None else float(when.mission_time_s or 0.0))
    if rule in ("seconds", "minutes"):
        wait = when.seconds if when.seconds is not None else (when.minutes or 0.0) * MINUTE
        return Occasion(since + wait, follows=earlier)
    if rule == "revolutions":
        return _after_turns(name, when, ahead, earlier)
    if rule == "target_travel_deg":
        return _after_travel(name, float(when.target_travel_deg or 0.0) * DEGREE, ahead.around.target, earlier, since)
    if rule == "light":
        return _by_light(name, when, ahead.around, since)
    if rule == "elevation_deg":
        return _at_elevation(name, when, ahead)
    return _on_orbit(name, when, ahead, earlier)


def refuse_late(name: str, t: float, target: Arc) -> None:
    """Raises PlanError for an event at t [s] when the target's arc has ended."""
    if not t <= target.stop:
        raise PlanError(
            f"{name} would come at {t:.0f} s from the epoch and the target is known until {target.stop:.0f} s; put it "
            "earlier, or allow more time (within_h of a mission)"
        )


def unwrapped_turns(env: Record, path: Arc, times: Array, *, start: float) -> Array:
    """Argument of latitude (n,) [rad] at ascending times, counted on from its value `start` at the first."""
    u = argument_of_latitude(path.positions(times), path.velocities(times), env, t=times)
    u = np.unwrap(u)
    return np.asarray(u + 2.0 * pi * np.round((start - u[0]) / (2.0 * pi)))


def sampled(start: float, stop: float, revolution: float) -> Array:
    """Times [s] so dense that an angle about the Earth can be counted on."""
    return np.linspace(start, stop, max(int(SAMPLES * abs(stop - start) / revolution) + 2, 2))


def _after_turns(name: str, when: When, ahead: Ahead, earlier: str) -> Occasion:
    goal = ahead.events[earlier].turned + 2.0 * pi * float(when.revolutions or 0.0)
    left, period = goal - ahead.turned, ahead.revolution
    if not left > 0.0:
        raise PlanError(
            f"{name} is {when.revolutions:g} revolutions after {earlier}, before {ahead.previous} is over; raise it by "
            f"{-left / (2.0 * pi):.3g} or change their order"
        )
    env, begin = ahead.around.env, ahead.last.t
    until = begin + left / (2.0 * pi) * period * 1.01 + 0.1 * period
    refuse_late(name, begin + 0.98 * left / (2.0 * pi) * period, ahead.around.target)
    arc = ahead.fly(until)
    times = sampled(begin, until, period)
    turned = unwrapped_turns(env, arc, times, start=ahead.turned)
    while turned[-1] < goal:  # air has not lengthened the way so far, but an orbit may be odd
        until += 0.5 * period
        arc = ahead.fly(until)
        times = sampled(begin, until, period)
        turned = unwrapped_turns(env, arc, times, start=ahead.turned)
    t = float(np.interp(goal, turned, times))
    t = polished(lambda at: latitude_misses(env, goal, arc, times=at), min(max(t, begin + 1.0), until - 1.0))
    return Occasion(t, crossing=latitude_miss(env, goal), turns_from=earlier)


def latitude_misses(env: Record, goal: float, path: Path | Arc, *, times: Array) -> Array:
    """Argument of latitude (n,) [rad] at times (n,) [s] less a goal, on the nearest turn."""
    y = path.states(times)
    return _wrapped(argument_of_latitude(y[:, :3], y[:, 3:6], env, t=times) - goal)


def latitude_miss(env: Record, goal: float) -> Value:
    """Argument of latitude [rad] less a goal, on the nearest turn, as a function of time and states."""
    return lambda t, states: _wrapped(argument_of_latitude(states[:, :3], states[:, 3:6], env, t=t) - goal)


def _after_travel(name: str, travel: float, target: Arc, earlier: str, since: float) -> Occasion:
    """Where the target has moved on by an angle [rad] from where it is at `since` [s]."""
    r, v = target_state(target, since)
    rate = float(np.linalg.norm(crossed(r, v)) / (r @ r))
    until = since + 1.1 * travel / rate + 120.0
    if not until <= target.stop:
        raise PlanError(
            f"{name} is {travel / DEGREE:g} deg of travel after {earlier}, past the end of the target's arc at "
            f"{target.stop:.0f} s; fly the target further"
        )
    times = sampled(since, until, 2.0 * pi / rate)
    angle = np.unwrap(_travelled(target, since, times))
    about = float(np.interp(travel, angle - angle[0], times))

    def arrival(begin: float) -> float:
        return polished(lambda at: _wrapped(_travelled(target, begin, at) - travel), about)

    early, late = max(since - 0.5, target.start), since + 0.5
    moves = (arrival(late) - arrival(early)) / (late - early)
    return Occasion(arrival(since), follows=earlier, rate=moves)


def polished(f: Callable[[Array], Array], t: float) -> float:
    """The root [s] of a function of times next to t: the searches stop at 1e-5 s, which is 8 cm of an orbit."""
    for _ in range(8):
        before, at, after = f(np.array([t - 0.5, t, t + 0.5]))
        step = at / (after - before) if after != before else 0.0
        t -= float(np.clip(step, -300.0, 300.0))
        if not abs(step) > 1e-8:
            break
    return t


def _wrapped(angle: Array) -> Array:
    return np.asarray((angle + pi) % (2.0 * pi) - pi)


def _travelled(target: Arc, since: float, times: Array) -> Array:
    """Central angles (n,) [rad], not counted in turns, in the plane that the target has at `since` [s]."""
    r, v = target_state(target, since)
    u = r / np.linalg.norm(r)
    normal = crossed(r, v)
    w = crossed(normal, u) / np.linalg.norm(normal)
    places = target.positions(times)
    return np.asarray(np.arctan2(places @ w, places @ u))


def _by_light(name: str, when: When, around: Surroundings, since: float) -> Occasion:
    target = around.target
    r, v = target_state(target, since)
    revolution = 2.0 * pi * sqrt(osculating(r, v, mu=float(around.env.mu)).semi_major_axis ** 3 / float(around.env.mu))
    stop = min(since + (when.count + 1.5) * revolution, target.stop)

    def edge(t: float) -> float:
        return polished(lambda at: shadow_depth(around.env, at, r=target.positions(at)), t)

    if when.light == "mid-darkness":
        dark = shadow_intervals(target, around.env, since, stop=stop)
        times = [0.5 * (edge(a) + edge(b)) for a, b in dark if a > since and b < stop]
    else:
        wanted = 1 if when.light == "sunrise" else -1
        times = [edge(t) for t, direction in sunrises(target, around.env, since, stop=stop) if direction == wanted]
    if len(times) < when.count:
        raise PlanError(
            f"{name} waits for {when.light} number {when.count} at the target, and from {since:.0f} to {stop:.0f} s "
            f"there are {len(times)}; fly the target further, or count fewer"
        )
    return Occasion(times[when.count - 1])


def _at_elevation(name: str, when: When, ahead: Ahead) -> Occasion:
    """Where the target rises through an elevation: the way along the orbit to there falls through zero."""
    target, begin, angle = ahead.around.target, ahead.last.t, float(when.elevation_deg or 0.0) * DEGREE
    period = ahead.revolution

    def behind(t: float, states: Array) -> Array:
        return behind_elevation(target, angle)(t, states, 0.0)

    span, longest = 2.0, SHORT_WAIT if ahead.is_loose else LONGEST_WAIT
    while True:
        until = min(begin + span * period, target.stop)
        arc = ahead.fly(until)

        def along(times: Array, arc: Arc = arc) -> Array:
            return behind_along(target, angle, times=times, states=arc.states(times))

        found = [t for t, direction in crossings(along, begin + 1.0, until, step=period / SAMPLES) if direction < 0]
        if len(found) >= when.count:
            return Occasion(polished(along, found[when.count - 1]), crossing=behind)
        if until >= target.stop or span >= longest:
            break
        span = min(3.0 * span, longest)
    if not ahead.is_loose:
        now = float(along(np.array([begin]))[0]) / KILOMETRE
        where = f"{now:.1f} km behind" if now > 0.0 else f"past by {-now:.1f} km"
        raise PlanError(
            f"{name} waits for the target to rise through {when.elevation_deg:g} deg, and until {until:.0f} s it does "
            f"not; after {ahead.previous} the chaser is {where} the place where it would"
        )
    first, later = along(np.array([begin, min(begin + period, until)]))
    closing = (first - later) / period
    wait = first / closing if closing > 0.0 else USUAL_WAIT[0]
    return Occasion(begin + min(max(wait, USUAL_WAIT[1]), USUAL_WAIT[0]), is_found=False, follows=ahead.previous)


def _on_orbit(name: str, when: When, ahead: Ahead, earlier: str) -> Occasion:
    """The n-th apsis, node or argument of latitude of the chaser since an earlier event."""
    env, period, since = ahead.around.env, ahead.revolution, ahead.events[earlier].t
    rate = {"either": 2.0}.get(when.apsis or when.node or "", 1.0)
    if when.apsis is not None and ahead.is_loose:
        e = osculating(ahead.last.r, ahead.last.v, mu=float(env.mu)).eccentricity
        if e < ROUND:
            wait = when.count / rate if rate > 1.0 else when.count - 0.5
            return Occasion(max(since + wait * period, ahead.last.t + 1.0), is_found=False, follows=earlier)
    until = max(since, ahead.last.t) + (when.count / rate + 0.3) * 1.02 * period + 1.0
    refuse_late(name, max(since + 0.9 * (when.count - 1) / rate * period, ahead.last.t), ahead.around.target)
    path, begin = ahead.whole(until), since + (0.0 if earlier == START else PASSED * period)
    if when.apsis is not None:
        found = [t for t, kind in apsides(path, begin, until) if when.apsis in ("either", kind)]
        crossing: Value = _radial
    elif when.node is not None:
        found = [t for t, kind in nodes(path, env, begin, stop=until) if when.node in ("either", kind)]
        crossing = partial(_north, env)
    else:
        argument = float(when.argument_of_latitude_deg or 0.0) * DEGREE
        found = latitude_argument_times(path, env, begin, stop=until, argument=argument)
        crossing = latitude_miss(env, argument)
    if len(found) < when.count:
        raise PlanError(
            f"{name} waits for {when.rule} number {when.count} since {earlier}, and until {until:.0f} s there are "
            f"{len(found)}; count fewer, or name the time"
        )

    def off(at: Array) -> Array:
        return np.array([crossing(x, y[None, :6])[0] for x, y in zip(at, path.states(at), strict=True)])

    t = polished(off, found[when.count - 1])
    if not t >= ahead.last.t:
        raise PlanError(
            f"{name} comes with {when.rule} number {when.count} since {earlier}, at {t:.0f} s, before "
            f"{ahead.previous} is over at {ahead.last.t:.0f} s; count further or change their order"
        )
    return Occasion(t, crossing=crossing)


def _radial(t: float, states: Array) -> Array:
    return np.asarray(np.sum(states[:, :3] * states[:, 3:6], axis=1))


def _north(env: Record, t: float, states: Array) -> Array:
    return np.asarray(np.sin(latitude_miss(env, 0.0)(t, states)))
