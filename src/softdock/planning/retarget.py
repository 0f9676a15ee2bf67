"""What is left of a sequence solved again in flight, and what is given up where it cannot all be met any more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..dynamics.arcs import PointState
from ..errors import PlanError, PropagationError
from .chain import Chain, Flown
from .conditions import Surroundings
from .rest import carried_guess, remaining
from .targeting import target

THRIFT = 1  # pass for the least sum of burns: those solved last are near it


@dataclass(frozen=True, eq=False)
class Retargeted:
    """The rest of a sequence as it is to be flown, and sentences on what had to be given up for it."""

    chain: Chain
    flown: Flown
    given_up: tuple[str, ...]


def retargeted(chain: Chain, flown: Flown, state: PointState, *, around: Surroundings) -> Retargeted:
    """The rest of a chain solved from a navigated state: engines by size, the burns planned as the guess.

    Where it cannot be solved: the next burn by the clock instead of its `when_next`; and where not so either, without
    what past burns owe, one condition after the other, the oldest first. Raises the PlanError or PropagationError of
    the first try.
    """
    loose = replace(chain, engines={})
    planned = remaining(loose, flown, state, around=around)
    clocked = remaining(loose, flown, state, around=around, by_clock=True)
    ways = [planned] if clocked.sequence == planned.sequence else [planned, clocked]
    owed = planned.sequence.owed
    given_up: list[str] = []
    faults: list[PlanError | PropagationError] = []
    for k in range(len(owed) + 1):
        for way in ways:
            rest = replace(way, sequence=way.sequence.model_copy(update={"owed": owed[k:]}))
            by_clock = [f"{_next_burn(rest)} goes by the clock: {faults[-1]}"] if way is not planned else []
            try:
                return Retargeted(*_solved(rest, flown), (*given_up, *by_clock))
            except (PlanError, PropagationError) as fault:
                faults.append(fault)
        if k < len(owed):
            given_up.append(f"what {owed[k].by} was to achieve at {owed[k].condition.at} is given up: {faults[-1]}")
    raise faults[0]


def _next_burn(rest: Chain) -> str:
    return next((rule.name for rule in rest.sequence.manoeuvres if rule.burns), "nothing")


def _solved(rest: Chain, flown: Flown) -> tuple[Chain, Flown]:
    """A chain solved; where nothing is free or nothing is asked, burns stay as they are."""
    guess = carried_guess(rest, flown)
    if not (rest.unknowns and rest.rows):
        return rest, rest.fly(guess)
    found = target(rest, guess=guess, thrift=THRIFT)
    return found.chain, found.flown
