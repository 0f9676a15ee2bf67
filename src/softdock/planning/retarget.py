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

    Where it cannot be solved: the next burn by the clock instead of its `when_next`; then without what past burns owe,
    one condition after the other, the oldest first. Raises the PlanError or PropagationError of the first try.
    """
    first: PlanError | PropagationError | None = None
    loose = replace(chain, engines={})
    planned = remaining(loose, flown, state, around=around)
    clocked = remaining(loose, flown, state, around=around, by_clock=True)
    tries = [(planned, ""), *([(clocked, "goes by the clock")] if clocked.sequence != planned.sequence else [])]
    for rest, changed in tries:
        said = [f"{_next_burn(rest)} {changed}: {first}"] if changed else []
        while True:
            try:
                return Retargeted(*_solved(rest, flown), tuple(said))
            except (PlanError, PropagationError) as fault:
                first = first or fault
                if not rest.sequence.owed:
                    break
                owed = rest.sequence.owed
                said.append(f"what {owed[0].by} was to achieve at {owed[0].condition.at} is given up: {fault}")
                rest = replace(rest, sequence=rest.sequence.model_copy(update={"owed": owed[1:]}))
    assert first is not None
    raise first


def _next_burn(rest: Chain) -> str:
    return next((rule.name for rule in rest.sequence.manoeuvres if rule.burns), "nothing")


def _solved(rest: Chain, flown: Flown) -> tuple[Chain, Flown]:
    """A chain solved; where nothing is free or nothing is asked, burns stay as they are."""
    guess = carried_guess(rest, flown)
    if not (rest.unknowns and rest.rows):
        return rest, rest.fly(guess)
    found = target(rest, guess=guess, thrift=THRIFT)
    return found.chain, found.flown
