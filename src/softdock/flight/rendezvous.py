"""From insertion to the last burn of the sequence: each solved again from what navigation says, then flown.

The plan gives the rules and their order. Here the truth moves on its own; before every burn what is left of the
sequence is solved from navigated states, and the burn is executed with errors and finite thrust.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, WrapValidator, model_validator

from ..conventions import MINUTE, Array
from ..dynamics.arcs import PointState
from ..errors import MissionError
from ..formats.document import Document, Misfit, NotNegative, Positive
from ..planning.choices import LIFT_OFF, check_choices, check_values, choice_names, combinations, sequence_of
from ..planning.inputs import AssemblyOrbit
from ..planning.manoeuvres import Sequence
from ..planning.plan import Inputs
from ..planning.rule_schema import describe_rules
from ..planning.terminal import TERMINAL, Terminal
from .arrival import judge
from .attitude import lvlh_attitude, pointing_attitude, swung
from .budget import budget_rows
from .far_record import far_rows
from .far_sensors import RelativeNavigation
from .flyer import Execution, Flyer, Settings
from .tracking import GroundTracking
from .world import World


def _value(value: Any, validate: Callable[[Any], Any]) -> Any:
    """A value that may be searched; what a union says of a wrong one is of its first member only."""
    try:
        return validate(value)
    except ValidationError:
        raise ValueError("is no finite number and no text; a choice is among such values, give one") from None


Value = Annotated[int | float | str, WrapValidator(_value)]


class Rendezvous(Document):
    """The far rendezvous of a chaser with a target: a list of manoeuvres, and what flies them."""

    kind: Literal["rendezvous"]
    target: str
    chaser: str
    within_h: Annotated[float, Field(gt=0.0, le=480.0)]
    """From the chaser's insertion to the last event, at most."""
    manoeuvres: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, json_schema_extra=describe_rules)]
    """Rules of docs/design/manoeuvres.md in the order of time; "$name" stands for a value that is searched."""
    choices: dict[str, Annotated[tuple[Value, ...], Field(min_length=1)]] = {}
    """The values searched, by name. The cheapest combination is the plan."""
    candidates: Annotated[int, Field(ge=1, le=50)] = 12
    """How many of the best combinations are solved and shown."""
    terminal: Terminal | None = None
    """The time that rules name "$terminal_s"."""
    docking_after_min: NotNegative = 0.0
    """From the last event to docking; for light and cover at docking, no more."""
    assembly_orbit: AssemblyOrbit | None = None
    """Left out for a target that is in the orbit in which it waits."""
    targeting_before_min: NotNegative = 10.0
    """Each burn is solved so long before its ignition, or when the one before is over."""
    ground_tracking: GroundTracking
    relative_navigation: RelativeNavigation | None = None
    """What the chaser itself sees of its target; without it the ground serves to the end."""
    execution: Execution
    arrival_within_m: Positive = 300.0
    """How far from the place that the list wants in the end the chaser may come; three sigma of navigation if more."""
    arrival_within_m_s: Positive = 1.0
    sample_interval_s: Positive = 60.0

    @property
    def latest_shift_min(self) -> float:
        """By how much the search may launch later; zero where it does not."""
        return max((float(shift) for shift in self.choices.get(LIFT_OFF, ())), default=0.0)

    @property
    def inputs(self) -> Inputs:
        """What the planner takes from it."""
        return Inputs(
            rules=self.manoeuvres,
            choices=self.choices,
            within_h=self.within_h,
            candidates=self.candidates,
            assembly=self.assembly_orbit,
            terminal=self.terminal,
            docking_after_s=self.docking_after_min * MINUTE,
        )

    @property
    def example(self) -> Sequence:
        """The sequence of the first value of every choice."""
        return sequence_of(self.manoeuvres, {TERMINAL: 0.0, **next(combinations(self.choices))})

    @model_validator(mode="after")
    def _rules_can_be_read(self) -> Self:
        given = (TERMINAL,) if self.terminal is not None else ()
        try:
            if TERMINAL in choice_names(self.manoeuvres) and TERMINAL not in (*given, *self.choices):
                raise MissionError(f"is missing, and a rule names ${TERMINAL}; add the table", key="terminal")
            check_choices(self.manoeuvres, self.choices, given)
            rules = self.example.manoeuvres
            check_values(self.manoeuvres, self.choices, {TERMINAL: 0.0})
        except MissionError as fault:
            raise _misfit(fault) from None
        if not any(rule.free and rule.burns for rule in rules):
            raise Misfit("hold no burn that is solved; free a component of one", key="manoeuvres")
        if not any(rule.achieves and not rule.correction for rule in rules):
            raise Misfit("ask for nothing that burns could achieve; give one of them `achieves`", key="manoeuvres")
        if rules[0].craft not in ("chaser", self.chaser):
            said = f"is {rules[0].craft!r}, and the manoeuvres are those of {self.chaser}; leave it out"
            raise Misfit(said, key="manoeuvres[0].craft")
        return self


def _misfit(fault: MissionError) -> Misfit:
    """The faults of rules as the misfits of a phase."""
    place = ".".join(part for part in (fault.file, fault.key) if part)
    every = [one.partition(": ")[::2] for one in fault.every] or [(place, fault.reason)]
    first, *others = (Misfit(reason, key=key) for key, reason in every)
    first.others = tuple(others)
    return first


def fly(phase: Rendezvous, world: World) -> None:
    """Fly every burn of the sequence, in order, from insertion to the end of the last one."""
    flyer = _flyer(phase, world)
    try:
        _fly_burns(flyer)
    finally:  # what was flown is kept, whatever ended it
        world.record.budget = budget_rows(world.plan, world.record)
        far_rows(world, (phase.target, phase.chaser), flyer.arcs, interval=phase.sample_interval_s)
    _hand_over(flyer)
    judge(phase, flyer)


def _fly_burns(flyer: Flyer) -> None:
    burns = [burn for burn in flyer.plan.burns if burn.craft == flyer.settings.chaser]
    for count, burn in enumerate(burns):
        flyer.world.notify("rendezvous", count / len(burns), f"{burn.name} of {burn.craft}")
        flyer.retarget_and_burn(burn.name)
    flyer.level()


def _flyer(phase: Rendezvous, world: World) -> Flyer:
    settings = Settings(
        phase.target,
        phase.chaser,
        phase.assembly_orbit,
        phase.ground_tracking,
        phase.relative_navigation,
        phase.execution,
        phase.targeting_before_min,
    )
    now = {}
    for name in (phase.target, phase.chaser):
        body = world.bodies[name]
        now[name] = PointState(body.t, body.r_N, body.v_N, body.mass_kg)
    return Flyer(settings, world, now)


def _hand_over(flyer: Flyer) -> None:
    """Leave both craft complete for the next phase: the target holds LVLH, the chaser points at it.

    The far regime knows only the attitude that the target holds, not how: its place in its limit cycle is drawn here.
    """
    world, target, chaser = flyer.world, flyer.settings.target, flyer.settings.chaser
    T, C = flyer.now[target], flyer.now[chaser]
    held = lvlh_attitude(T.r, T.v, world.docking_attitude)
    limits = world.crafts[target].craft.attitude_control
    _place(world, target, T, *(swung(held, limits, world.random("limit cycle")) if limits else held))
    sight, motion = T.r - C.r, T.v - C.v
    turn = np.cross(sight, motion) / float(sight @ sight)
    _place(world, chaser, C, *pointing_attitude(sight, turn, -C.r))
    flyer.look()
    world.belief = flyer.navigation.belief(T, C, "hand-over")


def _place(world: World, name: str, at: PointState, q_NB: Array, omega: Array) -> None:
    world.bodies[name] = replace(world.bodies[name], t=at.t, r_N=at.r, v_N=at.v, q_NB=q_NB, omega_BN_B=omega)
