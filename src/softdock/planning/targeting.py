"""All burns of a sequence solved together: from no guess to burns that meet every condition, or a sentence why not.

Gauss-Newton steps on the exact Jacobian within a reach, misses scaled by what counts as met. The first step, from no
burns at all, is the linear phasing of near-circular orbits: ways along the track are counted in arc and turns, in which
they are linear over many revolutions. Where more is free than is asked, the least sum of burns is sought.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from ..conventions import DEGREE, Array
from ..errors import PlanError, PropagationError
from .burns import plan_burn
from .chain import Chain, Flown
from .conditions import Row
from .manoeuvres import COMPONENTS
from .sensitivity import jacobian
from .steps import cheaper, null_space, step_within

REACH = 60.0  # m/s; some 200 km of height, as far as near-circular motion is linear
STARTS = ((0.0, REACH), (0.0, 4.0), (3.0, 8.0), (-3.0, 8.0))
"""Without a guess: forward components [m/s] and reach [m/s] of the first steps, one after the other until one leads to
a solution. An apsis does not feel a burn at that apsis, and a search that begins there may end there. assumed"""
SECONDS_A_UNIT = 100.0  # s of a free time that count as 1 m/s. assumed
LEAST_REACH = 1e-6
PASSES = 60  # steps of Newton's method in a stage
NEARER, PATIENCE = 0.99, 4  # a stage ends where so many steps in a row leave more than this part of the misses
THRIFT = 15  # passes for the least sum of burns
SAVING = 1e-3  # m/s below which it is found
ROUGH = 1000.0  # of what counts as met: 1 km and 1 m/s
IDLE = 1e-6  # scaled derivative below which nothing is moved: a m/s moves less than a millionth of what counts as met


@dataclass(frozen=True)
class Met:
    """One condition at the end: its miss and what counts as met, in its own unit."""

    name: str
    miss: float
    allowed: float
    unit: str

    @property
    def is_met(self) -> bool:
        """NaN is not."""
        return abs(self.miss) <= self.allowed


@dataclass(frozen=True, eq=False)
class Targeted:
    """A solved sequence.

    chain: as it was flown at last · x: its unknowns · flown: the flight · conditions: each with its miss ·
    iterations: steps taken · flights: sequences flown · idle: free components that move no condition · derivatives
    (m, n): the Jacobian that was drawn last, in SI
    """

    chain: Chain
    x: Array
    flown: Flown
    conditions: tuple[Met, ...]
    iterations: int
    flights: int
    idle: tuple[str, ...]
    derivatives: Array

    @property
    def burns(self) -> dict[str, Array]:
        """Change of velocity (3,) [m/s] of each burn, in LVLH of the burning craft at ignition."""
        return {e.manoeuvre.name: e.dv for e in self.flown.events if e.manoeuvre.burns}


@dataclass(frozen=True)
class Loss:
    """A burn as an impulse and as it is flown [m/s]; the difference is what its duration costs, or spares others."""

    name: str
    impulsive: float
    finite: float

    @property
    def loss(self) -> float:
        """Finite less impulsive [m/s]."""
        return self.finite - self.impulsive


def estimated(chain: Chain, *, guess: Array) -> tuple[Targeted, Array]:
    """A solution of impulses to a thousand times what counts as met, and the unknowns (n,) of one step more.

    For comparing schemes: those burns are right to some cm/s, for half the flights; where more is free than asked, the
    sum is not the least. Raises PlanError.
    """
    search = _Search(chain, enough=ROUGH)
    found = search.solved(guess)
    step = search.step(REACH)
    return found, found.x + step


def target(chain: Chain, *, guess: Array | None = None, thrift: int = THRIFT) -> Targeted:
    """The burns of a chain that meet its conditions.

    guess (n,): of the unknowns, such as a neighbour's; none is needed. Without one, finite burns are solved from the
    impulsive ones. Each keeps its engine while it is solved; if the sizes found call for others, they are solved once
    more. thrift: passes for the least sum of burns, where more is free than asked; one serves near it. Raises PlanError
    with the condition that cannot be met and by how much it is missed.
    """
    if not chain.unknowns or not chain.rows:
        what = "frees no component" if chain.rows else "asks for no condition"
        raise PlanError(f"the sequence {what}, so there is nothing to solve; fly it, or add `free` and `achieves`")
    if guess is None:
        first = _from_nothing(replace(chain, is_impulsive=True))
        if chain.is_impulsive:
            return first
        x, steps, flights = first.x, first.iterations, first.flights
    else:
        x, steps, flights = np.array(guess, dtype=float), 0, 0
        if chain.is_impulsive:
            return _Search(chain, thrift=thrift).solved(x)
    speeds = {name: float(np.linalg.norm(dv)) for name, (dv, _) in chain.burns(x).items()}
    engines = dict(chain.engines) or _by_size(chain, speeds, dict.fromkeys(speeds, chain.start.mass))
    found = _Search(replace(chain, engines=engines), thrift=thrift).solved(x)
    steps, flights = steps + found.iterations, flights + found.flights
    speeds = {e.manoeuvre.name: e.speed for e in found.flown.events}
    masses = {e.manoeuvre.name: e.before.mass for e in found.flown.events}
    wanted = dict(chain.engines) or _by_size(chain, speeds, masses)
    if wanted != engines:
        found = _Search(replace(chain, engines=wanted), thrift=thrift).solved(found.x)
        steps, flights = steps + found.iterations, flights + found.flights
    return replace(found, iterations=steps, flights=flights)


def losses(chain: Chain) -> tuple[list[Loss], Targeted, Targeted]:
    """Each burn as an impulse and as it is flown, and both solutions. Raises PlanError."""
    impulsive = target(replace(chain, is_impulsive=True))
    finite = target(replace(chain, is_impulsive=False), guess=impulsive.x)
    pairs = zip(impulsive.flown.events, finite.flown.events, strict=True)
    return [Loss(a.manoeuvre.name, a.speed, b.speed) for a, b in pairs if a.manoeuvre.burns], impulsive, finite


def _from_nothing(chain: Chain) -> Targeted:
    """The solution without a guess. Raises the PlanError of the first start where none leads to one."""
    start = np.array([u.start for u in chain.unknowns])
    faults: list[PlanError] = []
    if chain.env.drag and not _stays_up(chain, start):  # without any burns; with them it may
        try:
            return _Search(chain).solved(_from_nothing(_airless(chain)).x)
        except PlanError as fault:
            faults.append(fault)
    forward = np.array([float(u.axis == "forward") for u in chain.unknowns])
    for nudge, reach in STARTS:
        try:
            return _Search(chain, reach).solved(start + nudge * forward)
        except PlanError as fault:
            faults.append(fault)
    raise faults[0]


def _stays_up(chain: Chain, x: Array) -> bool:
    try:
        chain.fly(x, is_loose=True)
    except PropagationError:
        return False
    except PlanError:
        pass  # an event that does not come: the search has means for that
    return True


def _airless(chain: Chain) -> Chain:
    """The same chain without drag, which a start so low that it would come down needs for a guess."""
    env = chain.env.copy()
    env.drag = 0
    return replace(chain, around=replace(chain.around, env=env))


def _by_size(chain: Chain, speeds: dict[str, float], masses: dict[str, float]) -> dict[str, str]:
    """The engine that the size of each burn calls for."""
    return {name: plan_burn(chain.chaser, masses[name], speed).engine for name, speed in speeds.items() if speed > 0.0}


def _sum(x: Array, groups: Sequence[NDArray[np.intp]]) -> float:
    """Sum of the sizes [m/s] of groups of unknowns."""
    return sum(float(np.linalg.norm(x[group])) for group in groups)


class _Search:
    """The state of one search: unknowns, their flight and its misses."""

    def __init__(self, chain: Chain, reach: float = REACH, *, enough: float = 1.0, thrift: int = THRIFT) -> None:
        self.reach, self.enough, self.thrift = reach, enough, thrift
        self.chain, self.rows, self.unknowns = chain, chain.rows, chain.unknowns
        self.allowed = np.array([row.tolerance for row in self.rows])
        self.unit = np.array([SECONDS_A_UNIT if u.axis == "time" else 1.0 for u in self.unknowns])
        self.low = np.array([u.low for u in self.unknowns])
        self.high = np.array([u.high for u in self.unknowns])
        self.steps = self.flights = 0
        self.is_loose = True
        self.refused: deque[str] = deque(maxlen=2 * PATIENCE)  # why the last steps were not flown; "" where they were
        self.x: Array
        self.flown: Flown
        self.misses: Array
        self.derivatives = np.empty((0, 0))
        self.is_drawn = False

    def _draw(self) -> None:
        """The Jacobian about the present flight, when it is needed."""
        if not self.is_drawn:
            self.derivatives, self.is_drawn = jacobian(self.chain, self.flown), True

    def solved(self, x: Array) -> Targeted:
        """The solution from a guess, first with events placed where they are expected, then where they happen."""
        self._start(np.clip(x, self.low, self.high))
        self._descend()
        if self.flown.missing:
            self.is_loose = False
            try:
                self._start(self.x)
            except PlanError as fault:
                self.is_loose = True
                raise self._failure(str(fault)) from None
            self._descend()
        if not self._is_met(self.misses):
            raise self._failure()
        if self.enough == 1.0:
            self.chain.refuse_false_elevations(self.flown)
        if not self.derivatives.size:
            self._draw()
        if self.enough == 1.0 and null_space(self._scaled()).shape[1]:
            self._save()
        idle = self._idle()
        met = tuple(
            Met(r.name, float(m) / r.factor, r.tolerance / r.factor, r.unit)
            for r, m in zip(self.rows, self.chain.misses(self.flown), strict=True)
        )
        return Targeted(self.chain, self.x, self.flown, met, self.steps, self.flights, idle, self.derivatives)

    def _start(self, x: Array) -> None:
        try:
            self._move(x, self._fly(x))
        except PropagationError as fault:
            raise PlanError(f"the sequence cannot be flown as it begins: {fault}") from None

    def _move(self, x: Array, flight: tuple[Flown, Array]) -> None:
        self.x, (self.flown, self.misses), self.is_drawn = x, flight, False

    def _fly(self, x: Array) -> tuple[Flown, Array]:
        """The flight of some unknowns, and its misses in parts of what counts as met."""
        self.flights += 1
        flown = self.chain.fly(x, is_loose=self.is_loose)
        return flown, self.chain.misses(flown) / self.allowed

    def _scaled(self) -> Array:
        return np.asarray(self.derivatives / self.allowed[:, None] * self.unit)

    def _step(self, reach: float) -> Array:
        low, high = (self.low - self.x) / self.unit, (self.high - self.x) / self.unit
        return step_within(self._scaled(), self.misses, reach=reach, low=low, high=high)

    def _is_met(self, misses: Array) -> bool:
        return bool(np.all(np.abs(misses) <= self.enough))

    def step(self, reach: float) -> Array:
        """One step more, in SI, from where the search ended."""
        self._draw()
        return np.asarray(self._step(reach) * self.unit)

    def _descend(self) -> None:
        """Steps until every condition is met, or none gains any more."""
        reach, slow = self.reach, 0
        for _ in range(PASSES):
            if self._is_met(self.misses) or not reach > LEAST_REACH or slow == PATIENCE:
                return
            self._draw()
            step = self._step(reach)
            expected = self._size(self.misses) - self._size(self.misses + self._scaled() @ step)
            if not expected > 1e-9 * self._size(self.misses):
                return
            tried = self._tried(self.x + step * self.unit)
            gain = (self._size(self.misses) - self._size(tried[1])) / expected if tried else -1.0
            length = float(np.linalg.norm(step))
            if gain < 0.1:
                reach = 0.25 * length
            elif gain > 0.5:
                reach = max(reach, 2.5 * length)
            if tried and gain > 1e-4:
                slow = slow + 1 if self._size(tried[1]) > NEARER * self._size(self.misses) else 0
                self._move(self.x + step * self.unit, tried)
                self.steps += 1

    @staticmethod
    def _size(misses: Array) -> float:
        return float(np.linalg.norm(misses))

    def _tried(self, x: Array) -> tuple[Flown, Array] | None:
        """A flight, or None where there is none."""
        try:
            flown, misses = self._fly(x)
        except (PlanError, PropagationError) as fault:
            self.refused.append(str(fault))
            return None
        self.refused.append("")
        return (flown, misses) if np.all(np.isfinite(misses)) else None

    def _save(self) -> None:
        """Walk to the least sum of burns among the solutions, where there is more than one."""
        own = [u.manoeuvre if u.axis in COMPONENTS else "" for u in self.unknowns]
        groups = [np.flatnonzero([name == burn for name in own]) for burn in dict.fromkeys(own) if burn]
        reach = REACH
        for _ in range(self.thrift):
            self._draw()
            directions = null_space(self._scaled())
            if not directions.shape[1] or not reach > LEAST_REACH:
                return
            at = self.x, (self.flown, self.misses)
            step = cheaper(self.x / self.unit, directions, groups, reach=reach) * self.unit
            x = np.clip(self.x + step, self.low, self.high)
            if not _sum(self.x, groups) - _sum(x, groups) > SAVING:
                return
            moved = self._tried(x)
            if moved:
                self._move(x, moved)
                self._descend()
            saved = at[1][0].total - self.flown.total
            if not moved or not self._is_met(self.misses) or not saved > 0.0:
                self._move(*at)
                reach = 0.25 * min(reach, float(np.linalg.norm(step / self.unit)))
            elif saved < SAVING:
                return

    def _idle(self) -> tuple[str, ...]:
        """Unknowns that move no condition."""
        moves = np.max(np.abs(self._scaled()), axis=0)
        return tuple(u.name for u, move in zip(self.unknowns, moves, strict=True) if not move > IDLE)

    def _failure(self, reason: str = "") -> PlanError:
        """The sentence for conditions that no burns meet: which, by how much, and what stands in the way."""
        self._draw()
        scaled = self._scaled()
        order = [k for k in np.argsort(-np.abs(self.misses)) if not abs(self.misses[k]) <= 1.0]
        parts = [self._missed(self.rows[k], self.misses[k], scaled[k]) for k in order[:3]]
        more = f" and {len(order) - 3} more" if len(order) > 3 else ""
        why = [reason] if reason else []
        refused = [text for text in self.refused if text]
        if len(refused) > 1 and not reason:
            why.append(f"what would meet them cannot be flown ({refused[-1]})")
        elif len(order) > 1 and not reason:
            why.append("together they ask for more than what is free can give")
        elif not reason and not self._idle():
            why.append("what is free comes no nearer")
        stuck = [
            f"{u.name} is at its bound of {x:.4g} {'s' if u.axis == 'time' else 'm/s'}"
            for u, x, low, high in zip(self.unknowns, self.x, self.low, self.high, strict=True)
            if x in (low, high)
        ]
        idle = [f"{name} moves none of the conditions" for name in self._idle()]
        lost = [f"{name} does not happen on the flight" for name in self.flown.missing if not reason]
        told = "; ".join(stuck + self._laps(order) + why + lost + idle)
        sentence = f"no burns meet {' and '.join(parts)}{more}" if parts else "the sequence cannot be flown"
        pairs = zip(self.rows, self.misses, strict=True)
        residuals = {row.name: float(miss * row.tolerance / row.factor) for row, miss in pairs}
        return PlanError(
            f"{sentence}{': ' + told if told else ''}; relax one of these, free another component, or move a time",
            residuals=residuals,
        )

    def _laps(self, unmet: list[int]) -> list[str]:
        """What to do where a phase is asked for on the wrong turn: a chaser that begins ahead counts from 360 deg."""
        phase = self.flown.start.phase
        along = any(self.rows[k].name.startswith(("phase", "distance along", "place forward")) for k in unmet)
        if not (along and phase > pi and not self.chain.past):
            return []
        ahead = f"{360.0 - phase / DEGREE:.1f} deg ahead of the target, which counts as {phase / DEGREE:.1f} deg behind"
        return [f"the chaser begins {ahead}: to let the target come up to it, give the condition laps = 1"]

    @staticmethod
    def _missed(row: Row, miss: float, scaled: Array) -> str:
        size = miss * row.tolerance / row.factor
        nothing = ", which nothing that is free moves" if not float(np.max(np.abs(scaled))) > IDLE else ""
        wanted = f" wanted by {row.by_manoeuvre}" if row.by_manoeuvre != row.at else ""
        return f"{row.name}{wanted} by {size:.4g} {row.unit} (allowed {row.tolerance / row.factor:.2g}){nothing}"
