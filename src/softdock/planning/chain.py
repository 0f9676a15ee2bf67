"""A sequence flown on the full force model beside the target's dense arc, and how it answers to its burns.

Every manoeuvre is flown where its rule puts it, as an impulse or as a finite burn, and every coast is kept dense. The
Jacobian comes from the state transition along these coasts and burns; it holds that moments move with what was burned
before them, dt = -(g_s ds)/(dg/dt) for an event g = 0. Equations 1 to 7 of docs/design/manoeuvres.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import nan, pi

import numpy as np

from ..astro.relative import phase_angle
from ..conventions import DEGREE, MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError
from ..vehicle.assembly import Assembly
from .burns import Burn, coast, fly_burn, inertial_from_lvlh, plan_burn
from .conditions import Row, Surroundings, false_elevation, rows_of, target_state, unwrapped_phase
from .manoeuvres import COMPONENTS, START, Manoeuvre, Sequence, When
from .occasions import Ahead, Occasion, find, latitude_miss, refuse_late, sampled, unwrapped_turns

SPARE = 60.0  # s flown beyond an event, so that what is looked for next to it is on the arc
MOST = 5000.0  # m/s of one burn; more is a solver that has lost its way. assumed
LONGEST_STEP = 5000.0  # s; less than a revolution in any orbit: over it turns are sampled. assumed
LEAST = 1.0  # s between an event and the end of the one before


@dataclass(frozen=True)
class Unknown:
    """One number that a solver may choose: the component or the time of a manoeuvre, its start and its bound.

    In m/s, or in s for a time.
    """

    manoeuvre: str
    axis: str
    start: float
    low: float
    high: float

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.axis} {'of' if self.axis == 'time' else 'component of'} {self.manoeuvre}"


@dataclass(frozen=True, eq=False)
class Event:
    """One event as it was flown.

    t [s]: ignition, or the moment · occasion: what its rule gave, before offset and shift · before, after: the chaser
    at t, and at the end of its burn · turned [rad]: argument of latitude at t with its turns, from the start's · phase,
    phase_after [rad]: with turns, from 0 to 2 pi at the start · way: the coast on which it was reached · burning: the
    arc of a finite burn · turned_after [rad]: as turned, at the end of the burn
    """

    manoeuvre: Manoeuvre
    t: float
    occasion: Occasion
    before: PointState
    after: PointState
    turned: float
    phase: float
    phase_after: float
    dv: Array
    way: Arc
    burn: Burn | None = None
    burning: Arc | None = None
    turned_after: float = nan

    @property
    def speed(self) -> float:
        """Size of the burn [m/s]."""
        return float(np.linalg.norm(self.dv))


@dataclass(frozen=True, eq=False)
class Flown:
    """A sequence as it was flown: its start and its events in order of time."""

    start: Event
    events: tuple[Event, ...]

    def __getitem__(self, name: str) -> Event:
        return {e.manoeuvre.name: e for e in (self.start, *self.events)}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the events, in order of time."""
        return tuple(e.manoeuvre.name for e in self.events)

    @property
    def total(self) -> float:
        """Sum of the sizes of all burns [m/s]."""
        return sum(e.speed for e in self.events)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of events that did not happen and were put where they are expected."""
        return tuple(e.manoeuvre.name for e in self.events if not e.occasion.is_found)


@dataclass(frozen=True)
class Chain:
    """A sequence with the craft that flies it, from a state, beside a target.

    around: forces, target's arc, epoch · engines: by manoeuvre, those that burn whatever the size; others by their size
    · is_impulsive: each burn at once at ignition, its propellant gone as a finite burn's is · past, now: where this is
    the rest of a sequence, the events flown before, its start first, and the present as an event; see `rest.remaining`
    """

    around: Surroundings
    chaser: Assembly
    start: PointState
    sequence: Sequence
    is_impulsive: bool = False
    engines: Mapping[str, str] = field(default_factory=dict)
    past: tuple[Event, ...] = ()
    now: Event | None = None

    @property
    def env(self) -> Record:
        """The forces."""
        return self.around.env

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What is free, in order of time."""
        found = []
        for m in self.sequence.manoeuvres:
            if m.correction:
                continue
            bound = m.most_m_s if m.most_m_s is not None else np.inf
            for axis in m.free:
                if axis == "time":
                    reach = m.most_shift_min * MINUTE
                    found.append(Unknown(m.name, axis, 0.0, -reach, reach))
                else:
                    found.append(Unknown(m.name, axis, m.given[COMPONENTS.index(axis)], -bound, bound))
        return tuple(found)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every miss that is to vanish, in order of the manoeuvres. Raises PlanError."""
        wanted = [(owed.condition, owed.by) for owed in self.sequence.owed]
        wanted += [(c, m.name) for m in self.sequence.manoeuvres if not m.correction for c in m.achieves]
        return tuple(row for condition, name in wanted for row in rows_of(condition, name, self.around))

    def burns(self, x: Array) -> dict[str, tuple[Array, float]]:
        """Change of velocity (3,) [m/s] in LVLH and shift [s] of each manoeuvre for the unknowns (n,)."""
        found = {m.name: (np.array(m.given) if m.burns else np.zeros(3), 0.0) for m in self.sequence.manoeuvres}
        for unknown, value in zip(self.unknowns, x, strict=True):
            dv, shift = found[unknown.manoeuvre]
            if unknown.axis == "time":
                shift = float(value)
            else:
                dv[COMPONENTS.index(unknown.axis)] = value
            found[unknown.manoeuvre] = dv, shift
        return found

    def fly(self, x: Array, *, is_loose: bool = False) -> Flown:
        """The sequence with its unknowns (n,) set. Raises PlanError, PropagationError.

        is_loose: an event that does not happen is put where it is expected, for the first steps of a solver.
        """
        burns = self.burns(x)
        begin = self.now if self.now is not None else self._begin()
        events: list[Event] = []
        for m in self.sequence.manoeuvres:
            events.append(self._next(m, burns[m.name], [begin, *events], is_loose))
        return Flown(begin, tuple(events))

    def _begin(self) -> Event:
        s = self.start
        r_T, v_T = target_state(self.around.target, s.t)
        phase = float(phase_angle(r_T, v_T, s.r)) % (2.0 * pi)
        at = coast(self.env, self.chaser, s, until=s.t + LEAST, dense=True)
        turned = float(unwrapped_turns(self.env, at, np.array([s.t]), start=0.0)[0])
        return standing(START, s, at, counted=(turned, phase))

    def _next(self, m: Manoeuvre, burn: tuple[Array, float], flown: list[Event], is_loose: bool) -> Event:
        last, way, earlier = flown[-1], _Way(self, flown[-1].after), [*self.past, *flown]
        ahead = Ahead(
            self.around,
            {e.manoeuvre.name: e for e in earlier},
            last.after,
            (self.past[-1] if last is self.now else last).manoeuvre.name,
            way.until,
            _stretches(earlier),
            last.turned_after,
            last.phase_after,
            is_loose,
        )
        occasion = find(m.name, m.when, ahead)
        t = occasion.t + m.when.offset_min * MINUTE + burn[1]
        if not m.burns and last.t <= t < last.after.t:
            t, occasion = last.after.t, Occasion(last.after.t)  # what burns nothing waits for a burn to end
        if not t >= last.after.t:
            if not (is_loose and t >= last.after.t - 0.5 * ahead.revolution):
                raise PlanError(
                    f"{m.name} comes at {t:.0f} s from the epoch, {last.after.t - t:.0f} s before "
                    f"{last.manoeuvre.name} is over; give it a later time, or put it first"
                )
            t, occasion = last.after.t + LEAST, replace(occasion, is_found=False)
        refuse_late(m.name, t, self.around.target)
        arc = way.until(max(t, occasion.t))
        before = arc.at(t)
        times = sampled(last.after.t, t, ahead.revolution)
        turned = float(unwrapped_turns(self.env, arc, times, start=last.turned_after)[-1])
        phase = counted_phase(self.around, arc, times, start=last.phase_after)
        after, thrust, burning = self._burned(m.name, before, burn[0])
        turned_after, phase_after = self._counted_on(after, burning, (turned, phase))
        return Event(
            m, t, occasion, before, after, turned, phase, phase_after, burn[0], arc, thrust, burning, turned_after
        )

    def _counted_on(self, after: PointState, burning: Arc | None, counted: tuple[float, float]) -> tuple[float, float]:
        """Turns and phase [rad] at the end of a burn, counted on through it; a long one may take half a revolution."""
        turned, phase = counted
        if burning is not None:
            times = sampled(burning.start, burning.stop, LONGEST_STEP)
            turned = float(unwrapped_turns(self.env, burning, times, start=turned)[-1])
            phase = counted_phase(self.around, burning, times, start=phase)
        y = np.concatenate([after.r, after.v])[None, :]
        turned += float(latitude_miss(self.env, turned)(after.t, y)[0])
        return turned, float(unwrapped_phase(self.around.target, after.t, y, near=phase)[0])

    def _burned(self, name: str, at: PointState, dv: Array) -> tuple[PointState, Burn | None, Arc | None]:
        """The state after a burn, the burn, and its arc when it takes time."""
        speed = float(np.linalg.norm(dv))
        if speed == 0.0:
            return at, None, None
        if not speed <= MOST:
            raise PlanError(f"{name} would burn {speed:.0f} m/s, more than any craft's {MOST:.0f} m/s; move its time")
        engine = self.engines.get(name)
        burn = plan_burn(self.chaser, at.mass, speed, engine=engine)
        if self.is_impulsive:
            mass = at.mass - sum(burn.propellant_kg().values())
            return PointState(at.t, at.r, at.v + inertial_from_lvlh(at, dv), mass), burn, None
        until = at.t + burn.duration_s
        arc, _ = fly_burn(self.env, self.chaser, at, dv_lvlh=dv, until=until, engine=engine, dense=True)
        return arc.last, burn, arc

    def refuse_false_elevations(self, flown: Flown) -> None:
        """Raises PlanError where an elevation that counts as met is not the target's: the chaser is above it."""
        rules = [e.manoeuvre for e in flown.events]
        wanted = [(rule.name, rule.when.elevation_deg) for rule in rules if not rule.when.offset_min]
        owed = [(one.by, one.condition) for one in self.sequence.owed]
        asked = [*owed, *((m.name, c) for m in self.sequence.manoeuvres if not m.correction for c in m.achieves)]
        wanted += [(c.at, c.elevation_deg) for by, c in asked if c.at and c.at != by]
        for name, degrees in wanted:
            if degrees is None or name not in flown.names:
                continue
            at = flown[name].before
            found = false_elevation(self.around.target, degrees * DEGREE, t=at.t, state=at)
            if found is not None:
                raise PlanError(
                    f"{name} wants the target {degrees:g} deg over the chaser's horizon and there it stands at "
                    f"{found / DEGREE:.1f} deg: a chaser above its target sees it below the horizon; ask for a height "
                    "difference that leaves the chaser below"
                )

    def misses(self, flown: Flown) -> Array:
        """Misses (m,) of all rows in SI and radians."""
        return np.array([self.miss(row, flown) for row in self.rows])

    def miss(self, row: Row, flown: Flown) -> float:
        """What is missing of one condition."""
        event = flown[row.at]
        if row.value is None:
            return event.t - row.wanted
        state, phase = (event.after, event.phase_after) if row.is_own else (event.before, event.phase)
        return float(row.value(state.t, np.concatenate([state.r, state.v])[None, :], phase)[0])


def standing(name: str, state: PointState, way: Arc, *, counted: tuple[float, float]) -> Event:
    """A state as an event without burn; counted: turns and phase [rad]."""
    idle = Manoeuvre.model_construct(name=name, when=When(seconds=0.0))
    turned, phase = counted
    now = Occasion(state.t)
    return Event(idle, state.t, now, state, state, turned, phase, phase, np.zeros(3), way, turned_after=turned)


def _stretches(flown: list[Event]) -> list[tuple[float, Arc]]:
    """Coasts and burns so far, with the time from which each is the flight."""
    found: list[tuple[float, Arc]] = []
    for last, event in zip(flown[:1] + flown, flown, strict=False):
        found.append((last.after.t, event.way))
        if event.burning is not None:
            found.append((event.t, event.burning))
    return found


class _Way:
    """The coast from a state, flown as far as it is asked for, and not flown again for less."""

    def __init__(self, chain: Chain, state: PointState) -> None:
        self.chain, self.state = chain, state
        self.arc: Arc | None = None

    def until(self, t: float) -> Arc:
        end = max(t, self.state.t) + SPARE
        if self.arc is None or self.arc.stop < t:
            self.arc = coast(self.chain.env, self.chain.chaser, self.state, until=end, dense=True)
        return self.arc


def counted_phase(around: Surroundings, arc: Arc, times: Array, *, start: float) -> float:
    """Phase [rad] at the last of the times, counted on from its value at the first."""
    y, target = arc.states(times), around.target.states(times)
    phase = np.unwrap(phase_angle(target[:, :3], target[:, 3:6], y[:, :3]))
    return float(phase[-1] + 2.0 * pi * round((start - float(phase[0])) / (2.0 * pi)))


