"""The truth of both craft between insertion and hand-over, and what their navigation may see of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..conventions import DEGREE, MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..formats.document import Document, NotNegative
from ..numerics.directions import deflected
from ..planning.assembly_orbit import Raiser, raised_arc
from ..planning.burns import LEAST_BURN, coast, fly_burn, plan_burn
from ..planning.inputs import AssemblyOrbit, Coelliptic, StateSigma
from ..planning.plan import Plan
from ..planning.sequence import FORWARD, Chase
from .far_record import burn_row
from .navigation_error import GroundTracking, ground_error, relative_error
from .world import World


class Execution(Document):
    """One-sigma errors of a burn."""

    speed_fraction: NotNegative
    speed_m_s: NotNegative
    pointing_deg: NotNegative


LOOK_BACK = 5.0 * MINUTE  # the target passed the chaser's place this much earlier at most, once their planes matter


@dataclass(frozen=True)
class Settings:
    """Who flies, towards which waiting orbit, and how well burns and navigation are known."""

    target: str
    chaser: str
    assembly: AssemblyOrbit | None
    ground_tracking: GroundTracking
    relative_navigation: dict[str, StateSigma]
    execution: Execution


@dataclass
class Flyer:
    """The truth of both craft so far, and what their navigation may see of it."""

    settings: Settings
    sequence: Coelliptic
    world: World
    env_j2: Record
    now: dict[str, PointState] = field(default_factory=dict)
    arcs: dict[str, list[Arc]] = field(default_factory=dict)
    arrival: float = float("nan")
    """When the intercept now aimed at falls [s]."""
    tpi: float = float("nan")
    """When TPI was burned [s]."""

    @property
    def plan(self) -> Plan:
        """The plan made before flight."""
        plan: Plan = self.world.plan
        return plan

    # ---- truth

    def coast(self, name: str, until: float) -> PointState:
        """Move one craft to a time without thrust."""
        craft = self.world.crafts[name]
        self._append(name, coast(self.world.environment, craft, self.now[name], until=until, dense=True))
        return self.now[name]

    def _append(self, name: str, arc: Arc) -> None:
        self.arcs.setdefault(name, []).append(arc)
        self.now[name] = arc.last

    def burn(self, label: str, name: str, wanted: Array, *, engine: str | None = None) -> None:
        """Fly a burn from now, with the errors of its execution, and book it; by size where no engine is named."""
        before = self.now[name]
        dv = self._executed(label, wanted)
        if float(np.linalg.norm(dv)) < LEAST_BURN:
            self.world.event(label, name, before.t, dv_m_s=0.0, note="not needed")
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
        self.world.event(label, name, before.t, dv_m_s=float(np.linalg.norm(dv)), engine=burn.engine)
        row = burn_row(self.world, label, name, states=(before, self.now[name]), burn=burn, dv_lvlh=dv)
        self.world.record.burns.append(row)

    def burn_solved(self, label: str, chase: Chase, wanted: Array) -> None:
        """Fly a burn of the chaser with the engine that it was solved for."""
        name = self.settings.chaser
        self.burn(label, name, wanted, engine=chase.engines.get(self.now[name].t))

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

    # ---- navigation

    def navigated(self, label: str, *, accuracy: str | None = None) -> tuple[PointState, PointState]:
        """Target and chaser as navigation has them now, for one manoeuvre.

        accuracy: the manoeuvre whose navigation serves, when it is another
        """
        target, chaser = self.now[self.settings.target], self.now[self.settings.chaser]
        random = self.world.random(f"navigation {label}")
        tracking = self.settings.ground_tracking
        seen_T = ground_error(target, tracking, random)
        sigma = self.settings.relative_navigation.get(accuracy or label)
        if sigma is None:
            return seen_T, ground_error(chaser, tracking, random)
        dr, dv = relative_error(sigma, random)
        r, v = seen_T.r + (chaser.r - target.r) + dr, seen_T.v + (chaser.v - target.v) + dv
        return seen_T, replace(chaser, r=r, v=v)

    def chase(self, label: str, *, accuracy: str | None = None) -> tuple[Chase, PointState]:
        """The pursuit as navigation sees it now: the target's arc ahead, with its own burns, and the chaser."""
        target, chaser = self.navigated(label, accuracy=accuracy)
        env, craft = self.world.predicted, self.world.crafts[self.settings.target]
        until = self.plan.arrival + 30.0 * MINUTE
        ahead = raised_arc(env, craft, target, pending=self._target_burns(target), until=until)
        behind = coast(env, craft, target, until=target.t - LOOK_BACK, dense=True)
        arc = behind.joined(ahead)
        return Chase(self.world.predicted, self.world.crafts[self.settings.chaser], arc), chaser

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
        raiser = Raiser(self.world.predicted, self.env_j2, self.world.crafts[self.settings.target])
        goal = raiser.goal(self.settings.assembly, self.plan.target_start.mean.inclination)
        return raiser.solve(seen, goal, times, guess=guess)
