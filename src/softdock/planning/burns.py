"""A finite burn: from the change of velocity wanted to the thrust that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from ..astro.relative import lvlh_axes
from ..conventions import STANDARD_GRAVITY, Array, Record
from ..dynamics.arcs import Arc, PointState, Thrust, propagate
from ..errors import PropagationError, ThrustError
from ..vehicle.assembly import Assembly

RCS = "rcs"  # what jets are called where a burn names its engine
LEAST_BURN = 1e-3  # m/s; less is less than one pulse of the jets and is not flown. assumed


@dataclass(frozen=True)
class Stage:
    """One constant stretch of thrust: force [N], flow [kg/s], from which tank, for how long."""

    tank: str
    force_N: float
    flow_kg_s: float
    duration_s: float

    def speed_gained(self, mass_kg: float) -> float:
        """Change of speed [m/s] from the rocket equation."""
        if self.flow_kg_s == 0.0:
            return self.force_N * self.duration_s / mass_kg
        return -self.force_N / self.flow_kg_s * log(1.0 - self.flow_kg_s * self.duration_s / mass_kg)


@dataclass(frozen=True)
class Burn:
    """A burn ready to fly: stages in order from ignition, thrust along one inertial direction."""

    engine: str
    speed_m_s: float
    stages: tuple[Stage, ...]

    @property
    def duration_s(self) -> float:
        """From the first jet of ullage to the end of tail-off."""
        return sum(s.duration_s for s in self.stages)

    def propellant_kg(self) -> dict[str, float]:
        """Mass taken from each tank."""
        used: dict[str, float] = {}
        for s in self.stages:
            used[s.tank] = used.get(s.tank, 0.0) + s.flow_kg_s * s.duration_s
        return used


def _jets_stage(craft: Assembly, jets: tuple[str, ...], duration_s: float) -> Stage:
    """Thrust along +x of the named jets."""
    rcs = craft.thrusters
    assert rcs is not None
    along = sum(jet.direction[0] * rcs.thrust_of(jet) for jet in rcs.jets if jet.name in jets)
    flow = sum(rcs.thrust_of(jet) for jet in rcs.jets if jet.name in jets) / (rcs.specific_impulse_s * STANDARD_GRAVITY)
    return Stage(rcs.tank, along, flow, duration_s)


def _lasting(stage: Stage, mass_kg: float, speed_m_s: float) -> Stage:
    """The same stage, as long as it takes to gain a speed."""
    exhaust = stage.force_N / stage.flow_kg_s
    duration = mass_kg / stage.flow_kg_s * (1.0 - exp(-speed_m_s / exhaust))
    return Stage(stage.tank, stage.force_N, stage.flow_kg_s, duration)


def _engine_stages(craft: Assembly, name: str, mass_kg: float, speed_m_s: float) -> tuple[Stage, ...] | None:
    """Ullage, main burn and tail-off, or None when the engine's shortest burn gives more than wanted."""
    engine = craft.engines[name]
    before: list[Stage] = []
    if engine.ullage is not None:
        before.append(_jets_stage(craft, engine.ullage.jets, engine.ullage.duration_s))
    if engine.build_up_s > 0.0:
        before.append(Stage(engine.tank, 0.0, 0.0, engine.build_up_s))
    tail: list[Stage] = []
    if engine.tail_off_N_s > 0.0:
        share = engine.tail_off_N_s / engine.tail_off_s / engine.thrust_N
        tail.append(Stage(engine.tank, share * engine.thrust_N, share * engine.flow_kg_s, engine.tail_off_s))
    wanted = speed_m_s
    for stage in before:
        wanted -= stage.speed_gained(mass_kg)
        mass_kg -= stage.flow_kg_s * stage.duration_s
    main = Stage(engine.tank, engine.thrust_N, engine.flow_kg_s, 0.0)
    for _ in range(4):  # the tail-off gains a little more on the lighter craft
        after = mass_kg - main.flow_kg_s * main.duration_s
        rest = wanted - sum(stage.speed_gained(after) for stage in tail)
        if not rest > 0.0:
            return None
        main = _lasting(main, mass_kg, rest)
    if main.duration_s < engine.minimum_burn_s:
        return None
    return (*before, main, *tail)


def plan_burn(craft: Assembly, mass_kg: float, speed_m_s: float, *, engine: str | None = None) -> Burn:
    """The burn that changes the speed by speed_m_s [m/s]: main engine if large enough, else jets.

    engine: use this one ("rcs" for the jets) whatever the size, if it can make the burn at all.
    Raises ThrustError when the craft has nothing to make so small a burn with.
    """
    has_jets = craft.thrusters is not None and bool(craft.thrusters.translation_jets)
    for name, description in craft.engines.items():
        is_large_enough = speed_m_s >= description.least_speed_m_s or not has_jets
        if engine == name or (engine is None and is_large_enough):
            stages = _engine_stages(craft, name, mass_kg, speed_m_s)
            if stages is not None:
                return Burn(name, speed_m_s, stages)
    if craft.thrusters is None or not has_jets:
        raise ThrustError(
            f"{craft.name} cannot burn {speed_m_s:.2f} m/s: it is less than its main engine's shortest burn"
            " and it has no translation_jets; add them to its thrusters"
        )
    jets = _jets_stage(craft, craft.thrusters.translation_jets, 1.0)
    return Burn(RCS, speed_m_s, (_lasting(jets, mass_kg, speed_m_s),))


def thrusts(burn: Burn, ignition: float, direction_N: Array) -> tuple[Thrust, ...]:
    """The burn as thrust over time, for the propagator."""
    found, start = [], ignition
    for stage in burn.stages:
        if stage.force_N > 0.0:
            found.append(
                Thrust(
                    start_s=start,
                    stop_s=start + stage.duration_s,
                    force_N=stage.force_N,
                    direction_N=direction_N,
                    flow_kg_s=stage.flow_kg_s,
                )
            )
        start += stage.duration_s
    return tuple(found)


def inertial_from_lvlh(state: PointState, dv_lvlh: Array) -> Array:
    """A vector given in the LVLH frame of a craft's own orbit, in inertial components."""
    return np.asarray(lvlh_axes(state.r, state.v).T @ dv_lvlh)


def coast(env: Record, craft: Assembly, state: PointState, *, until: float, dense: bool = False) -> Arc:
    """The arc without thrust from a state to `until` [s]."""
    return _propagated(env, craft, state, until=until, dense=dense)


def _propagated(
    env: Record, craft: Assembly, state: PointState, *, until: float, thrusts: tuple[Thrust, ...] = (), dense: bool
) -> Arc:
    try:
        return propagate(
            env,
            state,
            until=until,
            drag_area=craft.drag_area,
            light_area=craft.light_area,
            thrusts=thrusts,
            dense=dense,
        )
    except PropagationError as fault:
        raise PropagationError(f"{craft.name}: {fault}", time_s=fault.time_s) from None


def fly_burn(
    env: Record,
    craft: Assembly,
    state: PointState,
    *,
    dv_lvlh: Array,
    until: float,
    engine: str | None = None,
    dense: bool = False,
) -> tuple[Arc, Burn | None]:
    """The arc through a burn that starts at the state, and on to `until` [s]. However small: a solver must see no step.

    dv_lvlh (3,) [m/s]: LVLH of the burning craft at ignition.
    """
    speed = float(np.linalg.norm(dv_lvlh))
    if speed == 0.0:
        return coast(env, craft, state, until=until, dense=dense), None
    burn = plan_burn(craft, state.mass, speed, engine=engine)
    pushes = thrusts(burn, state.t, inertial_from_lvlh(state, dv_lvlh) / speed)
    return _propagated(env, craft, state, until=until, thrusts=pushes, dense=dense), burn
