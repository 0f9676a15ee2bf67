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
from ..dynamics.arcs import PointState
from ..errors import PlanError, PropagationError, ThrustError
from .chain import Chain
from .choices import Choice, combinations, sequence_of, timing_choices
from .closing import relative_speed
from .manoeuvres import Condition, Sequence
from .sensitivity import jacobian
from .targeting import Targeted, estimated, target

Notify = Callable[[float, str], None]
Solved = TypeVar("Solved")
PARTS = 2  # of the ways, each solved in a thread


@dataclass(frozen=True, eq=False)
class Candidate:
    """One combination of the free choices and its solution, burns as impulses."""

    choice: Choice
    found: Targeted
    total: float
    """Sum of the burns and what is left to brake at the last event [m/s]."""


@dataclass(frozen=True)
class Scan:
    """What is searched: rules with named values, what these may be, and the chain that flies one of them.

    given: values that rules may name and that are not searched · shaped: what is made of a sequence before it is solved
    · start: where the chaser begins with a choice
    """

    chain: Chain
    rules: tuple[Mapping[str, Any], ...]
    choices: Mapping[str, Several[Any]]
    given: Mapping[str, Any]
    shaped: Callable[[Sequence], Sequence]
    start: Callable[[Choice], PointState]

    def chain_of(self, choice: Choice) -> Chain:
        """The chain of one combination."""
        sequence = self.shaped(sequence_of(self.rules, {**self.given, **choice}))
        return replace(self.chain, start=self.start(choice), sequence=sequence, is_impulsive=True)

    def solved(self, choice: Choice, guess: Array | None = None) -> Candidate:
        """One combination solved. Raises PlanError, PropagationError."""
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
        failed: list[Exception] = []
        for choice in ways:
            found = _tried(partial(self.solved, choice), failed)
            if found is not None:
                return found
        raise none_of(failed, len(ways))

    def _candidate(self, choice: Choice, found: Targeted) -> Candidate:
        return Candidate(choice, found, total_speed(found))


def total_speed(found: Targeted) -> float:
    """Sum of the burns and what is left to brake at the last event [m/s]; nothing where that is a burn."""
    last = found.flown.events[-1]
    left = 0.0 if last.manoeuvre.may_burn else relative_speed(found.chain.around.target, last.after)
    return found.flown.total + left


def ranked(scan: Scan, count: int, guess: Array | None, *, notify: Notify) -> list[Candidate]:
    """The best combinations, solved, cheapest first; at most `count`. Raises PlanError where none can be solved.

    guess (n,): of the unknowns of any combination
    """
    timing = timing_choices(scan.rules, scan.choices)
    ways = list(combinations({name: v if name in timing else v[:1] for name, v in scan.choices.items()}))
    goals = list(combinations({name: v for name, v in scan.choices.items() if name not in timing}))
    failed: list[Exception] = []
    if len(ways) * len(goals) == 1:
        return [scan.solved(ways[0], guess)]
    bases = _bases(scan, ways, guess if guess is not None else scan.first().found.x, failed, notify)
    if not bases:
        raise none_of(failed, len(ways))
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
        for one in pool.map(lambda pair: _tried(partial(scan.solved, *pair), failed), chosen):
            notify(0.7 + 0.3 * (len(found) + 1) / len(chosen), "the best alternatives")
            found.append(one)
    best = [one for one in found if one is not None]
    if not best:
        raise none_of(failed, len(ways))
    return sorted(best, key=lambda one: one.total)


@dataclass(frozen=True, eq=False)
class Base:
    """One way of timing, solved roughly.

    x (n,): its unknowns after one step more · left (3,) [m/s]: velocity beside the target at the last event, by_unknowns
    (3, n): how that changes; both zero where that event is a burn
    """

    choice: Choice
    found: Targeted
    x: Array
    left: Array
    by_unknowns: Array


def _bases(scan: Scan, ways: list[Choice], guess: Array, failed: list[Exception], notify: Notify) -> list[Base]:
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
            one = _tried(partial(_base, scan, choice, last), failed)
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
    """Velocity (3,) [m/s] in the target's LVLH at the end of a solution, and its derivatives (3, n); zero for a burn."""
    chain, last = found.chain, found.flown.events[-1].manoeuvre
    if last.may_burn:
        return np.zeros(3), np.zeros((3, found.x.size))
    at_rest = (Condition(relative_velocity_m_s=(0.0, 0.0, 0.0)),)
    rules = [
        rule.model_copy(update={"achieves": at_rest if rule.name == last.name else ()})
        for rule in chain.sequence.manoeuvres
    ]
    asked = replace(chain, sequence=chain.sequence.model_copy(update={"manoeuvres": tuple(rules), "owed": ()}))
    return asked.misses(found.flown), jacobian(asked, found.flown)


def _tried(solve: Callable[[], Solved], failed: list[Exception]) -> Solved | None:
    """A solution, or None: not reachable from here; the table lists those that are."""
    try:
        return solve()
    except (PlanError, PropagationError) as fault:
        failed.append(fault)
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


def none_of(failed: list[Exception], count: int) -> Exception:
    """Why nothing could be solved: the craft's fault if it is one, else the first that was said."""
    lack = next((fault for fault in failed if isinstance(fault, ThrustError)), None)
    if lack is not None or count == 1:
        return lack or failed[0]
    return PlanError(f"none of the {count} combinations of choices can be planned; the first: {failed[0]}")
