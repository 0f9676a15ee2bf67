"""The free choices of a scheme, scanned and ranked by what their burns cost.

For every way in which events can be timed the burns are solved; what a choice of heights or angles changes is read off
the Jacobian. The best of all combinations by that estimate are then solved as well, and ranked by what they burn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Several
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from os import cpu_count
from typing import Any, TypeVar

import numpy as np

from ..conventions import Array
from ..dynamics.arcs import Arc, PointState
from ..errors import MissionError, PlanError, PropagationError, ThrustError
from .chain import Chain, Flown
from .choices import Choice, combinations, sequence_of, timing_choices
from .closing import relative_speed
from .manoeuvres import Condition, Sequence
from .sensitivity import jacobian
from .targeting import Targeted, estimated, target

Notify = Callable[[float, str], None]
Solved = TypeVar("Solved")
Failure = tuple[Choice, Exception]
PARTS = 2  # of the ways, each solved in a thread


@dataclass(frozen=True, eq=False)
class Candidate:
    """One combination of the free choices and its solution, burns as impulses."""

    choice: Choice
    found: Targeted
    total: float
    """Sum of the burns and what is left to brake at the last event [m/s]."""


@dataclass(frozen=True, eq=False)
class Begin:
    """What a choice begins with.

    start: the chaser's state · target: arc to the latest moment allowed · given: values that rules may name and that
    are not searched
    """

    start: PointState
    target: Arc
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Scan:
    """What is searched: rules with named values, what these may be, and the chain that flies one of them.

    shaped: what is made of a sequence before it is solved · begin: what a choice begins with; raises PlanError where
    nothing can begin so
    """

    chain: Chain
    rules: tuple[Mapping[str, Any], ...]
    choices: Mapping[str, Several[Any]]
    shaped: Callable[[Sequence], Sequence]
    begin: Callable[[Choice], Begin]

    def chain_of(self, choice: Choice) -> Chain:
        """The chain of one combination. Raises PlanError, MissionError."""
        begin = self.begin(choice)
        sequence = self.shaped(sequence_of(self.rules, {**begin.given, **choice}))
        around = replace(self.chain.around, target=begin.target)
        return replace(self.chain, around=around, start=begin.start, sequence=sequence, is_impulsive=True)

    def solved(self, choice: Choice, guess: Array | None = None) -> Candidate:
        """One combination solved. Raises PlanError, PropagationError, MissionError."""
        chain = self.chain_of(choice)
        if guess is not None:
            try:
                return self._candidate(choice, target(chain, guess=guess))
            except (PlanError, PropagationError):
                pass  # a neighbour's burns may lead astray where none at all do not
        return self._candidate(choice, target(chain))

    def first(self) -> Candidate:
        """The first way of timing that can be solved. Raises PlanError where there is none."""
        timing = timing_choices(self.rules, self.choices)
        ways = list(combinations({name: v if name in timing else v[:1] for name, v in self.choices.items()}))
        failed: list[Failure] = []
        for choice in ways:
            found = _tried(self.solved, choice, failed)
            if found is not None:
                return found
        raise none_of(self.choices, failed, len(ways))

    def _candidate(self, choice: Choice, found: Targeted) -> Candidate:
        return Candidate(choice, found, total_speed(found))


def total_speed(found: Targeted) -> float:
    """Sum of the burns and what is left to brake at the last event [m/s]."""
    return found.flown.total + braking(found.flown, found.chain.around.target)


def braking(flown: Flown, target: Arc) -> float:
    """Speed beside the target at the last event [m/s], still to be taken off; nothing where that is a burn.

    A correction is none: it is planned as zero.
    """
    last = flown.events[-1]
    return 0.0 if last.manoeuvre.burns else relative_speed(target, last.after)


def ranked(scan: Scan, count: int, guess: Array | None, *, notify: Notify) -> list[Candidate]:
    """The best combinations, solved, cheapest first; at most `count`. Raises PlanError where none can be solved.

    guess (n,): of the unknowns of any combination
    """
    timing = timing_choices(scan.rules, scan.choices)
    ways = list(combinations({name: v if name in timing else v[:1] for name, v in scan.choices.items()}))
    goals = list(combinations({name: v for name, v in scan.choices.items() if name not in timing}))
    failed: list[Failure] = []
    if len(ways) * len(goals) == 1:
        alone = _tried(partial(scan.solved, guess=guess), ways[0], failed)
        if alone is None:
            raise none_of(scan.choices, failed, 1)
        return [alone]
    bases = _bases(scan, ways, guess if guess is not None else scan.first().found.x, failed, notify)
    if not bases:
        raise none_of(scan.choices, failed, len(ways))
    shifts = _shifts(scan, bases[0], goals)
    estimates = [
        (cost, {**base.choice, **goal}, x)
        for base in bases
        for goal, (cost, x) in zip(goals, _estimates(base, shifts), strict=True)
    ]
    estimates.sort(key=lambda row: row[0])
    chosen = [(choice, x) for _, choice, x in estimates[:count]]
    found: list[Candidate | None] = []
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        for one in pool.map(lambda pair: _tried(partial(scan.solved, guess=pair[1]), pair[0], failed), chosen):
            notify(0.7 + 0.3 * (len(found) + 1) / len(chosen), "the best alternatives")
            found.append(one)
    best = [one for one in found if one is not None]
    if not best:
        raise none_of(scan.choices, failed, len(chosen))
    return sorted(best, key=lambda one: one.total)


@dataclass(frozen=True, eq=False)
class Base:
    """One way of timing, solved roughly.

    x (n,): its unknowns after one step more · left (3,) [m/s]: velocity beside the target at the last event ·
    by_unknowns (3, n): how that changes; both zero where that event is a burn
    """

    choice: Choice
    found: Targeted
    x: Array
    left: Array
    by_unknowns: Array


def _bases(scan: Scan, ways: list[Choice], guess: Array, failed: list[Failure], notify: Notify) -> list[Base]:
    """Each way solved roughly, the burns of the one before as the guess, in threads.

    The parts are the same on every machine, or the guesses and with them the last bits would not be.
    """
    count = max(1, min(PARTS, len(ways) // 3))
    edges = [k * len(ways) // count for k in range(count + 1)]
    done: list[Base | None] = []

    def solve(part: list[Choice]) -> list[Base | None]:
        found: list[Base | None] = []
        last = guess
        for choice in part:
            one = _tried(partial(_base, scan, guess=last), choice, failed)
            last = one.x if one is not None else last
            found.append(one)
            done.append(one)
            notify(0.7 * len(done) / len(ways), "alternatives")
        return found

    with ThreadPoolExecutor(min(count, cpu_count() or 1)) as pool:
        parts = pool.map(solve, [ways[a:b] for a, b in zip(edges, edges[1:], strict=False)])
        return [one for part in parts for one in part if one is not None]


def _base(scan: Scan, choice: Choice, guess: Array) -> Base:
    found, x = estimated(scan.chain_of(choice), guess=guess)
    return Base(choice, found, x, *_left(found))


def _left(found: Targeted) -> tuple[Array, Array]:
    """Velocity (3,) [m/s] in the target's LVLH at the end of a solution, its derivatives (3, n); zero for a burn."""
    chain, last = found.chain, found.flown.events[-1].manoeuvre
    if last.burns:
        return np.zeros(3), np.zeros((3, found.x.size))
    at_rest = (Condition(relative_velocity_m_s=(0.0, 0.0, 0.0)),)
    asking = last.model_copy(update={"achieves": at_rest, "correction": False, "free": ()})
    rules = [rule.model_copy(update={"achieves": ()}) for rule in chain.sequence.manoeuvres[:-1]] + [asking]
    asked = replace(chain, sequence=chain.sequence.model_copy(update={"manoeuvres": tuple(rules), "owed": ()}))
    return asked.misses(found.flown), jacobian(asked, found.flown)


def _tried(solve: Callable[[Choice], Solved], choice: Choice, failed: list[Failure]) -> Solved | None:
    """A solution, or None: not reachable from here, or no sequence at all; the table lists those that are."""
    try:
        return solve(choice)
    except (PlanError, PropagationError, MissionError) as fault:
        failed.append((choice, fault))
        return None


def _shifts(scan: Scan, base: Base, goals: list[Choice]) -> list[Array]:
    """By how much each combination of goals asks for something else than a base does (m,), in what counts as met."""
    flown, chain = base.found.flown, base.found.chain
    scale, wanted = np.array([row.tolerance for row in chain.rows]), chain.misses(flown)

    def shift(name: str, value: Any) -> Array:
        other = scan.chain_of({**base.choice, name: value})
        return np.asarray((other.misses(flown) - wanted) / scale)

    each = {(name, v): shift(name, v) for name in (goals[0] if goals else {}) for v in {goal[name] for goal in goals}}
    return [np.sum([each[pair] for pair in goal.items()], axis=0) if goal else np.zeros(scale.size) for goal in goals]


def _estimates(base: Base, shifts: list[Array]) -> list[tuple[float, Array]]:
    """Cost [m/s] and unknowns (n,) of a way for each shift of its goals: as its Jacobian has it."""
    scale = np.array([row.tolerance for row in base.found.chain.rows])
    back = np.linalg.pinv(base.found.derivatives / scale[:, None])
    found = []
    for shift in shifts:
        x = base.x - back @ shift
        burns = [dv for dv, _ in base.found.chain.burns(x).values()]
        left = base.left + base.by_unknowns @ (x - base.found.x)
        found.append((sum(float(np.linalg.norm(part)) for part in (*burns, left)), x))
    return found


def none_of(choices: Mapping[str, Several[Any]], failed: list[Failure], count: int) -> Exception:
    """Why nothing could be solved: the craft's fault if it is one, else what was said of the first combination."""
    lack = next((fault for _, fault in failed if isinstance(fault, ThrustError)), None)
    if lack is not None:
        return lack
    choice, fault = min(failed, key=lambda one: [list(choices[name]).index(value) for name, value in one[0].items()])
    if not choice:
        return fault
    differ = [name for name in choice if len(choices[name]) > 1] or list(choice)
    told = ", ".join(f"{name} = {choice[name]}" for name in differ)
    residuals = fault.residuals if isinstance(fault, PlanError) else None
    if count == 1:
        return PlanError(f"with {told}: {fault}", residuals=residuals)
    said = f"none of the {count} combinations of choices can be planned; the first, {told}: {fault}"
    return PlanError(said, residuals=residuals)
