"""The truth of both craft between insertion and hand-over, what navigation sees of it, and what is burned on that."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot

import numpy as np

from ..astro.environment import j2_environment
from ..conventions import DEGREE, MINUTE, Array
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError
from ..formats.document import Document, NotNegative
from ..numerics.directions import deflected
from ..planning.assembly_orbit import Raiser, raised_arc
from ..planning.burns import LEAST_BURN, coast, fly_burn, plan_burn
from ..planning.chain import Chain, Event, Flown
from ..planning.conditions import Surroundings
from ..planning.inputs import AssemblyOrbit
from ..planning.plan import FORWARD, Plan
from ..planning.retarget import retargeted
from .far_navigation import FarNavigation
from .far_record import burn_row
from .far_sensors import RelativeNavigation
from .tracking import GroundTracking, ground_error
from .world import World


class Execution(Document):
    """One-sigma errors of a burn."""

    speed_fraction: NotNegative
    speed_m_s: NotNegative
    pointing_deg: NotNegative


LOOK_BACK = 15.0 * MINUTE  # the target passed the chaser's place this much earlier at most, once their planes matter
AFTER_BURN = 60.0  # s; the target's own burns are shorter. assumed
MOMENT = 1.0  # s after a burn until the next is solved; one that was too small to fly is past by then. assumed
BEYOND = 60.0 * MINUTE  # past the planned arrival, for events that come later in flight. assumed


@dataclass(frozen=True)
class Settings:
    """Who flies, towards which waiting orbit, and how well burns and navigation are known."""

    target: str
    chaser: str
    assembly: AssemblyOrbit | None
    ground_tracking: GroundTracking
    relative_navigation: RelativeNavigation | None
    execution: Execution
    targeting_before_min: float


@dataclass
class Flyer:
    """The truth of both craft so far, and what their navigation may see of it.

    chain, solution: the sequence as it was solved last
    """

    settings: Settings
    world: World
    now: dict[str, PointState]
    arcs: dict[str, list[Arc]] = field(default_factory=dict)
    chain: Chain = field(init=False)
    solution: Flown = field(init=False)
    navigation: FarNavigation = field(init=False)
    at_ignition: tuple[PointState, PointState] = field(init=False)
    """Target and chaser when the last manoeuvre began."""
    given_up: list[str] = field(default_factory=list)
    """Sentences on what retargeting could not keep."""
    last: str = ""
    """Name of the last manoeuvre that was made."""

    def __post_init__(self) -> None:
        self.chain, self.solution = self.plan.solved.chain, self.plan.solved.flown
        self.navigation = FarNavigation(
            self.settings.ground_tracking,
            self.settings.relative_navigation,
            self.world.environment,
            random=self.world.random,
            start=max(at.t for at in self.now.values()),
        )

    @property
    def plan(self) -> Plan:
        """The plan made before flight."""
        plan: Plan = self.world.plan
        return plan

    # ---- truth

    def coast(self, name: str, until: float) -> None:
        """Move one craft to a time without thrust."""
        if until > self.now[name].t:
            craft = self.world.crafts[name]
            self._append(name, coast(self.world.environment, craft, self.now[name], until=until, dense=True))

    def coast_both(self, until: float) -> None:
        """Move both to a time; the target makes those of its own burns that fall before it."""
        name, raising = self.settings.target, self.plan.raising
        for number, ignition in enumerate(raising.times):
            if self.now[name].t <= ignition <= until:
                self._raise(number, ignition)
        self.coast(name, until)
        self.coast(self.settings.chaser, until)

    def level(self) -> None:
        """Move both to the same time, the later one's."""
        self.coast_both(max(at.t for at in self.now.values()))

    def _append(self, name: str, arc: Arc) -> None:
        self.arcs.setdefault(name, []).append(arc)
        self.now[name] = arc.last

    def _raise(self, number: int, ignition: float) -> None:
        """One of the target's own burns."""
        name, label = self.settings.target, f"assembly {number + 1}"
        self.coast(name, ignition)
        seen = ground_error(self.now[name], self.settings.ground_tracking, self.world.random(f"navigation {label}"))
        ahead = list(range(number, len(self.plan.raising.times)))
        self.burn(label, name, self.raising_speeds(seen, ahead)[0] * FORWARD)

    def burn(self, label: str, name: str, wanted: Array, *, engine: str | None = None) -> None:
        """Fly a burn from now, with the errors of its execution, and book it; by size where no engine is named."""
        before = self.now[name]
        dv, targeted = self._executed(label, wanted), float(np.linalg.norm(wanted))
        if float(np.linalg.norm(dv)) < LEAST_BURN:
            self.world.event(label, name, before.t, dv_m_s=0.0, targeted_m_s=targeted, note="not needed")
            return
        craft = self.world.crafts[name]
        burn = plan_burn(craft, before.mass, float(np.linalg.norm(dv)), engine=engine)
        until = before.t + burn.duration_s
        arc = fly_burn(self.world.environment, craft, before, dv_lvlh=dv, until=until, engine=engine, dense=True)[0]
        self._append(name, arc)
        body = self.world.bodies[name]
        for tank, used in burn.propellant_kg().items():
            body = body.burned(tank, used)
        self.world.bodies[name] = body
        speed = float(np.linalg.norm(dv))
        self.world.event(label, name, before.t, dv_m_s=speed, targeted_m_s=targeted, engine=burn.engine)
        role = "chaser" if name == self.settings.chaser else "target"
        if self.now[name].t > self.navigation.t:  # not one that the target made before the chaser flew
            self.navigation.burned(role, (before, self.now[name]), dv_lvlh=dv, sigma=self._sigma(burn.speed_m_s))
        row = burn_row(self.world, label, name, states=(before, self.now[name]), burn=burn, dv_lvlh=dv)
        self.world.record.burns.append(row)

    def _executed(self, label: str, wanted: Array) -> Array:
        """The burn as the engine delivers it: wrong in size, turned a little."""
        size, by_size, first, second = (float(e) for e in self.world.random(f"execution {label}").standard_normal(4))
        sigma, speed = self.settings.execution, float(np.linalg.norm(wanted))
        if speed < LEAST_BURN:
            return np.zeros(3)
        flown = speed * (1.0 + sigma.speed_fraction * by_size) + sigma.speed_m_s * size
        angle = sigma.pointing_deg * DEGREE
        along = (float(wanted[0] / speed), float(wanted[1] / speed), float(wanted[2] / speed))
        return flown * np.array(deflected(along, angle * first, angle * second))

    def _sigma(self, speed: float) -> tuple[float, float]:
        """One sigma [m/s] of a burn's size and of its part in each direction across."""
        given = self.settings.execution
        return hypot(given.speed_fraction * speed, given.speed_m_s), given.pointing_deg * DEGREE * speed

    # ---- retargeting

    def retarget_and_burn(self, label: str) -> None:
        """Solve what is left of the sequence from navigation, coast to the next burn and make it."""
        done = self.solution.names.index(self.last) + 1 if self.last else 0
        begin = max([at.t for at in self.now.values()] + [e.after.t + MOMENT for e in self.solution.events[:done]])
        planned = self.solution[label]
        if planned.manoeuvre.correction and not planned.t > begin:
            note = f"passed over: {self.last or 'the start'} was over only {begin - planned.t:.0f} s after its time"
            self.world.event(label, self.settings.chaser, begin, dv_m_s=0.0, targeted_m_s=0.0, note=note)
            return
        self.coast_both(max(begin, planned.t - self.settings.targeting_before_min * MINUTE))
        event = self._solved(label)
        self.coast_both(event.t)
        self.at_ignition = self.now[self.settings.target], self.now[self.settings.chaser]
        engine = event.burn.engine if event.burn is not None else None
        self.burn(label, self.settings.chaser, event.dv, engine=engine)
        self.last = label

    def _solved(self, label: str) -> Event:
        """The next burn, from the rest of the sequence and navigated states."""
        around, chaser = self._seen(label)
        found = retargeted(self.chain, self.solution, chaser, around=around)
        self.given_up.extend(found.given_up)
        for note in found.given_up:
            self.world.event(f"{label} solved without", self.settings.chaser, chaser.t, note=note)
        self.chain, self.solution = found.chain, found.flown
        if label not in self.solution.names:
            raise PlanError(
                f"{label} was to be burned before {self.world.epoch.utc(chaser.t)[:19]} UTC, when the burn before it"
                " was over; leave more time between them"
            )
        return self.solution[label]

    # ---- navigation

    def _seen(self, label: str) -> tuple[Surroundings, PointState]:
        """What the chaser is targeted with: the target's arc ahead, with its own burns, and the chaser's state."""
        target, chaser = self.navigated(label)
        env, craft = self.world.predicted, self.world.crafts[self.settings.target]
        until = self.solution.events[-1].t + BEYOND
        ahead = raised_arc(env, craft, target, pending=self._target_burns(target), until=until)
        before = self.chain.around.target  # what rules count from may lie long ago
        burned = max((t + AFTER_BURN for t in self.plan.raising.times if t < target.t), default=-np.inf)
        since = min(max(target.t - LOOK_BACK, before.start, burned), target.t)
        behind = coast(env, craft, target, until=since, dense=True).joined(ahead)
        return Surroundings(env, before.cut(since).joined(behind), self.world.epoch), chaser

    def navigated(self, label: str) -> tuple[PointState, PointState]:
        """Target and chaser as navigation has them now, both at the same time; label: of what it is asked for."""
        self.look()
        return self.navigation.seen(self.now[self.settings.target], self.now[self.settings.chaser], label)

    def look(self) -> None:
        """Let navigation take every mark until now."""
        since, until = self.navigation.t, self.now[self.settings.chaser].t
        names = (self.settings.target, self.settings.chaser)
        target, chaser = ([arc for arc in self.arcs.get(name, []) if arc.stop >= since] for name in names)
        known = set(self.navigation.first_marks)
        self.navigation.observe(target, chaser, until)
        for name, t in self.navigation.first_marks.items():
            if name not in known:
                self.world.event(f"{name} acquired", self.settings.chaser, t)

    def _target_burns(self, seen: PointState) -> list[tuple[float, Array]]:
        """The target's burns still ahead, solved from its navigated state."""
        plan = self.plan
        ahead = [k for k, t in enumerate(plan.raising.times) if t > seen.t]
        return [
            (plan.raising.times[k], v * FORWARD) for k, v in zip(ahead, self.raising_speeds(seen, ahead), strict=True)
        ]

    def raising_speeds(self, seen: PointState, ahead: list[int]) -> Array:
        """Forward burns [m/s] of the target that remain, from its navigated state."""
        if not ahead or self.settings.assembly is None:
            return np.zeros(0)
        times = np.array([self.plan.raising.times[k] for k in ahead])
        guess = np.array([self.plan.raising.speeds[k] for k in ahead])
        raiser = Raiser(self.world.predicted, j2_environment(self.world.epoch), self.world.crafts[self.settings.target])
        goal = raiser.goal(self.settings.assembly, self.plan.target_start.mean.inclination)
        return raiser.solve(seen, goal, times, guess=guess)
