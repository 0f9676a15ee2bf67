"""The director: builds the world that a mission describes, plans it, and runs its phases in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..astro.environment import j2_environment
from ..conventions import Record
from ..errors import MissionError, PlanError, PropagationError
from ..flight import docking, insertion, proximity, rendezvous
from ..flight.proximity_records import tank_of
from ..flight.world import World
from ..planning.plan import Party, Plan, Planner
from ..planning.plan_summary import plan_summary
from .checks import assembly_of, start_of
from .forecast import environment_of
from .load import load
from .model import Mission
from .phases import Phase

Notify = Callable[[str, float, str], None]
FLIERS: dict[str, Callable[[Any, World], None]] = {
    "insertion": insertion.fly,
    "rendezvous": rendezvous.fly,
    "proximity": proximity.fly,
    "docking": docking.fly,
}


def _silent(phase: str, fraction: float, text: str) -> None:
    """Progress that nobody watches."""


def build_world(mission: Mission, *, seed: int = 0, notify: Notify = _silent) -> World:
    """The crafts and the environment of a mission, before anything has flown."""
    given = mission.environment
    epoch, predicted = environment_of(mission)
    crafts = {name: assembly_of(mission, name) for name in mission.crafts}
    ports = {name: craft.port for name, craft in mission.crafts.items()}
    world = World(epoch, predicted, predicted, crafts, seed, ports=ports, notify=notify)
    dark = next((name for name, craft in crafts.items() if not craft.light_area > 0.0), None)
    if given.solar_pressure and dark is not None:
        raise MissionError(
            f"is true and craft {dark} has no area for light to press on; give its vehicle"
            " radiation_pressure_area_m2 and radiation_pressure_coefficient",
            key="environment.solar_pressure",
        )
    world.environment = _weather(world, given.density_sigma_fraction)
    for phase in mission.phases:
        if phase.kind == "proximity":
            world.docking_attitude = phase.docking_attitude(crafts[phase.target].ports[ports[phase.target]])
    return world


def _weather(world: World, sigma_fraction: float) -> Record:
    """The air as it really is: as dense as predicted, times a factor drawn once a flight."""
    truth = world.predicted.copy()
    truth.log_density_factor += sigma_fraction * float(world.random("density").standard_normal())
    return truth


def _described(mission: Mission | str | Path) -> Mission:
    """The mission itself, or that of a name or path."""
    if isinstance(mission, Mission):
        return mission
    if isinstance(mission, str | Path):
        return load(mission)
    raise TypeError(f"a mission, or its name or path, is needed and a {type(mission).__name__} was given; see load()")


def plan(mission: Mission | str | Path, *, world: World | None = None) -> Plan:
    """Solve the rendezvous of a mission, or of the mission of a name or path, on its full force model.

    Raises PlanError, MissionError.
    """
    mission = _described(mission)
    world = world or build_world(mission)
    index = next((k for k, p in enumerate(mission.phases) if p.kind == "rendezvous"), None)
    if index is None:
        raise MissionError("the mission has no rendezvous phase, so there is nothing to plan; add one", key="phases")
    try:
        return _planner(mission, mission.phases[index], world).plan()
    except MissionError as fault:
        raise MissionError(fault.reason, key=_key_in_mission(mission, index, fault.key)) from None


def _key_in_mission(mission: Mission, index: int, key: str) -> str:
    """The path of a key that the planner gives from its phase on, or, after `chaser.`, from the chaser's insertion."""
    if key.startswith("chaser."):
        chaser, key = mission.named("chaser"), key.removeprefix("chaser.")
        index = next(k for k, p in enumerate(mission.phases) if p.kind == "insertion" and p.craft == chaser)
    return f"phases[{index}].{key}" if key else ""


def _planner(mission: Mission, phase: Any, world: World) -> Planner:
    starts = {p.craft: start_of(mission, p) for p in mission.phases if p.kind == "insertion"}

    def party(name: str) -> Party:
        craft = world.crafts[name]
        mass = craft.dry_mass_kg + sum(craft.initial_propellant.values())
        return Party(name, craft, starts[name], mass)

    stations = tuple(one.station() for one in mission.window.stations) if mission.window else ()
    return Planner(
        env=world.predicted,
        env_j2=j2_environment(world.epoch),
        epoch=world.epoch,
        target=party(phase.target),
        chaser=party(phase.chaser),
        inputs=replace(phase.inputs, stations=stations),
        notify=lambda fraction, text: world.notify("plan", fraction, text),
    )


def run(mission: Mission, world: World) -> World:
    """Plan if need be, then fly every phase in order. What was flown stays in `world.record` whatever happens.

    A phase that fails leaves a verdict that did not pass; the phases after it do not begin.
    """
    if world.plan is None:
        world.plan = plan(mission, world=world)
    world.record.plan = plan_summary(world.plan, world.epoch)
    for phase in mission.phases:
        world.notify(phase.kind, 0.0, "")
        before = {name: dict(body.propellant) for name, body in world.bodies.items()}
        try:
            _flown(phase, world)
        finally:  # also when the user stops it: what was burned until then is gone
            _note_unfinished(phase, world)
            _book_propellant(world, phase.kind, before)
        world.notify(phase.kind, 1.0, "")
        if any(not verdict["passed"] and verdict.get("ends_flight") for verdict in world.record.verdicts):
            break
    _judge_revolution(mission, world)
    return world


def _judge_revolution(mission: Mission, world: World) -> None:
    """A verdict on the revolution in which capture fell: the one asked for, or another."""
    terminal = next((p.terminal for p in mission.phases if p.kind == "rendezvous"), None)
    asked = terminal.docking_revolution if terminal else None
    capture = next((event for event in world.record.events if event["name"] == "capture"), None)
    if asked is None or capture is None:
        return
    found = world.plan.revolution(capture["get_s"])
    sentence = f"{mission.named('chaser')} was captured in its revolution {found}"
    if found > asked:
        sentence += f" and docking_revolution is {asked}; raise terminal.to_capture_min, so that it is sought earlier"
    elif found < asked:
        sentence += f" and docking_revolution is {asked}; lower terminal.to_capture_min, so that it is sought later"
    verdict = {"name": "docking revolution", "passed": found == asked, "sentence": f"{sentence}."}
    world.record.verdicts.append(verdict)


def _note_unfinished(phase: Phase, world: World) -> None:
    """Bring the bodies up to what was flown of a phase that hands them over only at its end, if it did not get there.

    Of the closed loop the last telemetry tells what the jets used; of a contact, a second or so, nothing is kept.
    """
    if phase.kind == "proximity":
        for name in (phase.target, phase.chaser):
            body = world.bodies[name]
            rows = [r for r in world.record.telemetry if r["phase"][0] == phase.kind and r["craft"][0] == name]
            if rows and rows[-1]["t_s"][-1] > body.t:
                tank = tank_of(world, name)
                used = min(body.mass_kg - float(rows[-1]["mass_kg"][-1]), body.propellant[tank])
                world.bodies[name] = body.burned(tank, used)
    elif phase.kind == "docking" and not any(row["chaser"] == phase.chaser for row in world.record.dockings):
        note = "not in telemetry and ledger"
        world.event("docking broken off", phase.chaser, world.bodies[phase.chaser].t, note=note)


def _flown(phase: Phase, world: World) -> None:
    """Fly one phase; a flight that cannot go on is a verdict, not an error of the program."""
    before = len(world.record.verdicts)
    try:
        FLIERS[phase.kind](phase, world)
    except (MissionError, PlanError, PropagationError) as fault:
        said = [verdict for verdict in world.record.verdicts[before:] if not verdict["passed"]]
        if not said:
            said = [{"name": f"{phase.kind} flown", "passed": False, "sentence": str(fault)}]
            world.record.verdicts.extend(said)
        said[-1]["ends_flight"] = True


def _book_propellant(world: World, phase: str, before: dict[str, dict[str, float]]) -> None:
    """Add what each tank gave in a phase to the ledger; a craft just inserted opens its rows."""
    rows = {(row["craft"], row["tank"]): row for row in world.record.propellant}
    for craft, body in world.bodies.items():
        for tank, left in body.propellant.items():
            if (craft, tank) not in rows:
                row: dict[str, Any] = {"craft": craft, "tank": tank, "start_kg": left, "used_kg": {}, "left_kg": left}
                rows[craft, tank] = row
                world.record.propellant.append(row)
            row, start = rows[craft, tank], before.get(craft, body.propellant)[tank]
            row["used_kg"][phase] = row["used_kg"].get(phase, 0.0) + start - left
            row["left_kg"] = left


def fly(mission: Mission | str | Path, *, seed: int = 0, notify: Notify = _silent) -> World:
    """Plan and fly a mission, or the mission of a name or path.

    The record of the world returned holds events, burns, dockings, verdicts and telemetry.
    """
    mission = _described(mission)
    return run(mission, build_world(mission, seed=seed, notify=notify))
