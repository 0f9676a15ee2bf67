"""The whole plan before flight: starts, the target's burns, the chaser's sequence, its ranked alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Several
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..astro.orbits import mean_from_state
from ..astro.passes import Station
from ..astro.time import Epoch
from ..conventions import HOUR, KILOMETRE, MINUTE, Array, Record
from ..dynamics.arcs import Arc
from ..errors import MissionError, PlanError, PropagationError
from ..vehicle.assembly import Assembly
from .assembly_orbit import UNRAISED, Raiser, Raising, raised_arc
from .chain import Chain, Flown
from .choices import LIFT_OFF, Choice, sequence_of
from .closing import Closed, closed, in_plane
from .conditions import Surroundings, target_state
from .inputs import AssemblyOrbit, Start
from .lower_bound import Bound
from .manoeuvres import Sequence
from .merits import Merits, merits
from .optimum import least
from .pad_plane import refuse_far_pad
from .search import Begin, Candidate, Scan, braking, ranked
from .start import GivenStart, Insertion, Plane, given_insertion, insertion, target_insertion
from .start_relative import RelativeStart
from .targeting import Targeted, target
from .terminal import TERMINAL, Terminal, revolution_begins, terminal_time

FORWARD = np.array([1.0, 0.0, 0.0])
COARSE = 4  # degree and order of the field in which alternatives are compared: they differ alike in the full one
BESIDE = 20.0 * KILOMETRE  # of the target: farther off, a bound by linear motion about its orbit does not hold. assumed
Notify = Callable[[float, str], None]


@dataclass(frozen=True)
class Party:
    """One craft of the rendezvous: its name, what it is, how it starts, its mass then [kg]."""

    name: str
    craft: Assembly
    start: Start | GivenStart | RelativeStart
    mass_kg: float


@dataclass(frozen=True)
class Inputs:
    """What a rendezvous is planned from, besides the crafts.

    rules: the chaser's manoeuvres, with "$name" for what is searched · choices: the values of those · candidates: how
    many of the best are solved · within_h: from the chaser's insertion to the last event, at most · docking_after_s
    [s]: from the last event, for light and cover then by the stations
    """

    rules: tuple[Mapping[str, Any], ...]
    choices: Mapping[str, Several[Any]]
    within_h: float
    candidates: int
    assembly: AssemblyOrbit | None = None
    terminal: Terminal | None = None
    docking_after_s: float = 0.0
    stations: tuple[Station, ...] = ()


@dataclass(frozen=True)
class PlannedBurn:
    """A burn as planned: ignition [s], LVLH change of velocity (3,) [m/s]."""

    name: str
    craft: str
    ignition: float
    dv_lvlh: Array

    @property
    def speed(self) -> float:
        """Size of the burn [m/s]."""
        return float(np.linalg.norm(self.dv_lvlh))


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be flown: starts, the solved sequence, burns in order of time, and what else was considered."""

    target: str
    chaser: str
    target_start: Insertion
    chaser_start: Insertion
    raising: Raising
    choice: Choice
    solved: Targeted
    """On the full force model, with finite burns."""
    burns: tuple[PlannedBurn, ...]
    ranked: tuple[Candidate, ...]
    """Combinations of choices that were solved, cheapest first: as impulses, in a coarser field."""
    searched: dict[str, tuple[Any, ...]]
    """The values from which the choice was made."""
    closing_miss_m: float | None
    """Distance between the planes where a launch is to close them; None for a chaser whose orbit is given."""
    begins: tuple[float, ...]
    """When the chaser's revolutions begin, from its second on [s]; none without a launch site."""
    inputs: Inputs

    @property
    def arrival(self) -> float:
        """Time of the last event [s]."""
        return self.solved.flown.events[-1].t

    @property
    def braking_m_s(self) -> float:
        """Relative speed at the last event, to be taken off by braking; nothing where that event is a burn."""
        return braking(self.solved.flown, self.solved.chain.around.target)

    @cached_property
    def bound(self) -> Bound | None:
        """The least sum of burns from the same start to rest where this plan arrives; None where none is known.

        That is where it ends far from its target, and where the bound is not found.
        """
        last = self.solved.flown.events[-1].after
        apart = np.linalg.norm(last.r - target_state(self.solved.chain.around.target, last.t)[0])
        if not apart <= BESIDE:
            return None
        try:
            return least(self.solved)
        except (PlanError, PropagationError):
            return None  # a figure beside the plan, which is none the worse without it

    def merits(self, one: Targeted) -> Merits:
        """What one of the solved sequences is worth."""
        return merits(one, stations=self.inputs.stations, docking_after_s=self.inputs.docking_after_s)

    def start(self, craft: str) -> Insertion:
        """The planned insertion of a craft."""
        return {self.target: self.target_start, self.chaser: self.chaser_start}[craft]

    def revolution(self, time: float) -> int:
        """The chaser's revolution at a time after its lift-off."""
        return 1 + sum(begin <= time for begin in self.begins)

    def burn(self, name: str) -> PlannedBurn:
        """The planned burn of a name."""
        return next(b for b in self.burns if b.name == name)


@dataclass(frozen=True)
class Day:
    """What hangs on the lift-off.

    arc: the target's until the latest moment allowed · begins [s]: of the chaser's revolutions, from its second on ·
    given: values that rules may name besides the choices
    """

    arc: Arc
    begins: list[float]
    given: dict[str, float]


@dataclass(frozen=True)
class Planner:
    """Everything the plan is made from."""

    env: Record
    env_j2: Record
    epoch: Epoch
    target: Party
    chaser: Party
    inputs: Inputs
    notify: Notify

    def plan(self) -> Plan:
        """Solve the plan on the full force model. Raises PlanError; MissionError with the key below the phase."""
        self.notify(0.02, "the target's orbit")
        start_T, raising, arc = self._target()
        days = self._days(arc, raising)
        start = self._chaser_start(arc)
        rules = self._scan(self._chain(arc, start, self._coarse), start, days)
        guess = None
        if self._launch is not None:
            shut = self._closing(rules, start, None)
            start, guess = shut.start, shut.found.x
            rules = self._scan(rules.chain, start, days)
        best = ranked(rules, self.inputs.candidates, guess, notify=self._told_of_search)
        self.notify(0.75, "the plan on the full force model")
        choice, found, miss = best[0].choice, best[0].found, None
        day = days[_shift_min(choice)]
        sequence = sequence_of(self.inputs.rules, {**day.given, **choice})
        if self._launch is not None:
            full = self._scan(replace(rules.chain, around=self._around(arc, self.env)), start, days)
            shut = self._closing(full, start, best[0])
            start, found, miss = shut.start, shut.found, shut.miss
        self.notify(0.9, "finite burns")
        chain = replace(self._chain(day.arc, start, self.env), sequence=sequence)
        solved = target(chain, guess=_guess(chain, found))
        return Plan(
            target=self.target.name,
            chaser=self.chaser.name,
            target_start=start_T,
            chaser_start=start,
            raising=raising,
            choice=choice,
            solved=solved,
            burns=self._burns(raising, solved.flown),
            ranked=tuple(best),
            searched={name: tuple(values) for name, values in self.inputs.choices.items()},
            closing_miss_m=miss,
            begins=tuple(day.begins),
            inputs=self.inputs,
        )

    def _told_of_search(self, share: float, what: str) -> None:
        self.notify(0.1 + 0.6 * share, what)

    # ---- the target

    def _target(self) -> tuple[Insertion, Raising, Arc]:
        """Its start, its own burns, and its arc until the last moment of the rendezvous."""
        party, assembly = self.target, self.inputs.assembly
        assert not isinstance(party.start, RelativeStart)  # the mission's checks see to it
        start, lift_off = target_insertion(
            self.env, self.env_j2, self.epoch, start=party.start, mass_kg=party.mass_kg
        )
        raising = UNRAISED
        if assembly is not None:
            raising = Raiser(self.env, self.env_j2, party.craft).plan(start.state, lift_off, assembly)
        latest = max(self._latest(minutes) for minutes in self._shifts)
        if raising.times and not latest > raising.times[-1]:
            raise MissionError(
                f"is {self.inputs.within_h:g} and ends before {party.name} is in its assembly orbit, at"
                f" {self.epoch.utc(raising.times[-1])[:19]} UTC; raise it, or lower second_revolution",
                key="within_h",
            )
        burns = [(t, speed * FORWARD) for t, speed in zip(raising.times, raising.speeds, strict=True)]
        return start, raising, raised_arc(self.env, party.craft, start.state, pending=burns, until=latest)

    @property
    def _shifts(self) -> tuple[float, ...]:
        """By how many minutes the launch may be moved."""
        return tuple(float(minutes) for minutes in self.inputs.choices.get(LIFT_OFF, (0.0,)))

    def _latest(self, shift_min: float) -> float:
        """Of the last event [s]."""
        return self._inserted + shift_min * MINUTE + self.inputs.within_h * HOUR

    # ---- the chaser's start

    @property
    def _launch(self) -> Start | None:
        """The chaser's launch, whose plane is to be solved; None where its orbit is given."""
        return self.chaser.start if isinstance(self.chaser.start, Start) else None

    @property
    def _inserted(self) -> float:
        start = self.chaser.start
        if isinstance(start, GivenStart):
            return start.t
        if isinstance(start, RelativeStart):
            return self.epoch.seconds_of(start.at_utc, allow_prediction=True)
        lift_off = self.epoch.seconds_of(start.lift_off_utc, allow_prediction=True)
        return lift_off + start.insertion_after_lift_off_s

    def _chaser_start(self, arc: Arc) -> Insertion:
        """As it is given, or launched into the target's mean plane of then."""
        start = self.chaser.start
        at = arc.at(self._inserted)
        if isinstance(start, RelativeStart):
            start = start.start(GivenStart(at.t, at.r, at.v), self.env_j2)
        if isinstance(start, GivenStart):
            return given_insertion(self.env_j2, start, mass_kg=self.chaser.mass_kg)
        mean = mean_from_state(at.r, at.v, self.env_j2, t=at.t)
        found = self._launched(Plane(mean.inclination, mean.raan), {})
        if LIFT_OFF not in self.inputs.choices:  # otherwise each shift is looked at for itself
            self._refuse_far_pad(start, found)
        return found

    def _launch_of(self, choice: Choice) -> Start:
        """The chaser's launch, by the choice's minutes later."""
        assert self._launch is not None
        if not (shift := _shift_min(choice) * MINUTE):
            return self._launch
        lift_off = self.epoch.seconds_of(self._launch.lift_off_utc, allow_prediction=True) + shift
        return self._launch.model_copy(update={"lift_off_utc": self.epoch.utc(lift_off)})

    def _launched(self, plane: Plane, choice: Choice) -> Insertion:
        """The insertion of a launch into a plane; the choice may shift the launch."""
        launch, mass = self._launch_of(choice), self.chaser.mass_kg
        return insertion(self.env, self.env_j2, self.epoch, start=launch, plane=plane, mass_kg=mass)

    def _refuse_far_pad(self, launch: Start, found: Insertion) -> None:
        refuse_far_pad(self.env, self.env_j2, self.epoch, start=launch, found=found, target=self.target.name)

    def _closing(self, scan: Scan, start: Insertion, known: Candidate | None) -> Closed:
        """The launch into the plane in which the planes meet, flown by the choice known or by the first that serves."""
        assert self._launch is not None
        first = known or scan.first()
        begin = scan.begin(first.choice)

        def solve(start: Insertion, last: Targeted | None) -> Targeted:
            here = replace(scan, begin=lambda _: replace(begin, start=start.state))
            return here.solved(first.choice, (last or first.found).x).found

        start = self._launched(Plane(start.mean.inclination, start.mean.raan), first.choice)
        launch = partial(self._launched, choice=first.choice)
        return closed(launch, solve, begin.target, start=start, event=self._launch.closes_at, env_j2=self.env_j2)

    def _scan(self, chain: Chain, start: Insertion, days: Mapping[float, Day]) -> Scan:
        """What is searched, from a start whose launch the choices may shift."""

        def begin(choice: Choice) -> Begin:
            day, found = days[_shift_min(choice)], start
            if LIFT_OFF in choice:
                found = self._launched(Plane(start.mean.inclination, start.mean.raan), choice)
                try:
                    self._refuse_far_pad(self._launch_of(choice), found)
                except MissionError as fault:
                    raise PlanError(f"with its lift-off moved by {_shift_min(choice):g} min {fault.reason}") from None
            return Begin(found.state, day.arc, day.given)

        return Scan(chain, self.inputs.rules, self.inputs.choices, self._shaped, begin)

    # ---- the chaser's sequence

    @property
    def _coarse(self) -> Record:
        coarse = self.env.copy()
        coarse.degree = min(COARSE, int(self.env.degree))
        coarse.order = min(COARSE, int(self.env.order))
        return coarse

    def _around(self, arc: Arc, env: Record) -> Surroundings:
        return Surroundings(env, arc, self.epoch)

    def _chain(self, arc: Arc, start: Insertion, env: Record) -> Chain:
        rest = Sequence.model_construct(manoeuvres=(), past=(), owed=())
        return Chain(self._around(arc, env), self.chaser.craft, start.state, rest)

    def _shaped(self, sequence: Sequence) -> Sequence:
        """Alternatives of a launch are compared in the plane, which the launch closes."""
        return in_plane(sequence) if self._launch is not None else sequence

    def _days(self, arc: Arc, raising: Raising) -> dict[float, Day]:
        """What depends on the lift-off, by the minutes by which it is shifted."""
        found = {}
        for minutes in self._shifts:
            latest = self._latest(minutes)
            cut = arc.cut(latest) if latest < arc.stop else arc
            begins = self._begins(cut, minutes)
            found[minutes] = Day(cut, begins, self._given(cut, raising, begins))
        return found

    def _begins(self, arc: Arc, shift_min: float) -> list[float]:
        if self._launch is None:
            return []
        lift_off = self.epoch.seconds_of(self._launch.lift_off_utc, allow_prediction=True) + shift_min * MINUTE
        return revolution_begins(self.env, arc, site=self._launch.site, lift_off=lift_off)

    def _given(self, arc: Arc, raising: Raising, begins: list[float]) -> dict[str, float]:
        """Values that rules may name besides the choices."""
        wanted = self.inputs.terminal
        if wanted is None:
            return {}
        found = terminal_time(self.env, arc, wanted, begins=begins)
        if raising.times and not found > raising.times[-1]:
            raise MissionError(
                f"is {wanted.docking_revolution}, before {self.target.name} is in its assembly orbit: its second"
                f" burn is at {self.epoch.utc(raising.times[-1])[:19]} UTC; raise it, or lower second_revolution",
                key="terminal.docking_revolution",
            )
        return {TERMINAL: found}

    def _burns(self, raising: Raising, flown: Flown) -> tuple[PlannedBurn, ...]:
        """Every burn of both craft in order of time; corrections are planned as zero."""
        pairs = enumerate(zip(raising.times, raising.speeds, strict=True))
        burns = [PlannedBurn(f"assembly {k + 1}", self.target.name, t, v * FORWARD) for k, (t, v) in pairs]
        burns += [
            PlannedBurn(e.manoeuvre.name, self.chaser.name, e.t, e.dv) for e in flown.events if e.manoeuvre.may_burn
        ]
        return tuple(sorted(burns, key=lambda b: b.ignition))


def _shift_min(choice: Choice) -> float:
    return float(choice.get(LIFT_OFF, 0.0))


def _guess(chain: Chain, found: Targeted) -> Array:
    """Unknowns (n,) of a chain from a solution that may have fewer: what it did not know is zero."""
    known = {(u.manoeuvre, u.axis): x for u, x in zip(found.chain.unknowns, found.x, strict=True)}
    return np.array([known.get((u.manoeuvre, u.axis), 0.0) for u in chain.unknowns])
