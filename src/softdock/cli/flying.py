"""`softdock fly`: plan, fly, write the run directory and its report, and say what came of it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FlightInterrupted, PlanError, PropagationError, RunDirectoryError, SoftdockError
from .terminal import (
    Notify,
    announce_compilation,
    announce_prediction,
    errors,
    interruptible,
    naming_file,
    out,
    progress,
)

if TYPE_CHECKING:
    from ..flight.world import World
    from ..mission.model import Mission

NOT_DOCKED = 1


def fly_and_report(name_or_path: str, *, variant: str | None = None, seed: int, base: Path) -> int:
    """Fly and keep the results under `base`; the exit code is 0 when every verdict passed.

    Raises SoftdockError, FlightInterrupted; the message says what was kept.
    """
    from ..mission.load import load

    mission = load(name_or_path, variant=variant)
    _writable(base)
    announce_compilation(errors())
    announce_prediction(mission)
    begin = time.monotonic()
    with interruptible() as stop, progress(stop) as notify:
        world = _flown(mission, name_or_path, base, seed=seed, notify=notify)
        stop.is_patient = True
        path = _written(mission, world, base, "complete", {"fly": time.monotonic() - begin})
        stop.is_patient = False
        _report(path, notify)
    _summarise(path)
    return 0 if world.record.verdicts and all(row["passed"] is True for row in world.record.verdicts) else NOT_DOCKED


def _report(path: Path, notify: Notify) -> None:
    try:
        notify("report", 0.0, "writing report.html")
        from ..products.report import write_report

        write_report(path)
        notify("report", 1.0, "report.html is written")
    except FlightInterrupted as stop:
        message = f"{stop} The whole flight is kept in {path}; its report is missing: softdock report {path}"
        raise FlightInterrupted(message) from None


def _flown(mission: Mission, name_or_path: str, base: Path, *, seed: int, notify: Notify) -> World:
    """The world after the flight. What was flown before a fault or Ctrl-C is written before that is passed on."""
    begin = time.monotonic()
    world: World | None = None
    try:
        from ..mission.director import build_world, run

        with naming_file(name_or_path):
            world = build_world(mission, seed=seed, notify=notify)
            run(mission, world)
            _account(mission, world)
            return world
    except SoftdockError as fault:
        stopped = isinstance(fault, FlightInterrupted)
        if world is None or not world.record.events:
            kept = "Nothing had been flown yet, so no run directory was made."
        else:
            status = "interrupted" if stopped else "failed"
            wall = {"fly": time.monotonic() - begin}
            path = _written(mission, world, base, status, wall, ended_by="" if stopped else str(fault))
            kept = f"What was flown until then is kept in {path}; for its report: softdock report {path}"
        message = f"{str(fault).rstrip('.')}. {kept}"
        raise (FlightInterrupted if stopped else SoftdockError)(message) from None


def _account(mission: Mission, world: World) -> None:
    """What the far burns cost beyond the plan, by causes: the same flight again without some of its errors."""
    from ..flight.budget_causes import causes

    for phase in mission.phases:
        if phase.kind == "rendezvous" and any(row["name"] == "rendezvous" for row in world.record.verdicts):
            world.notify("budget", 0.0, "the far flight again, error by error")
            with suppress(PlanError, PropagationError):  # what flew with errors may not fly without some of them
                world.record.budget_causes = causes(phase, world)
            world.notify("budget", 1.0, "")


def _writable(base: Path) -> None:
    """Find out before flying whether there is somewhere to write."""
    existing = next(folder for folder in (base.absolute(), *base.absolute().parents) if os.path.lexists(folder))
    if not existing.is_dir():
        raise RunDirectoryError(f"{existing} is a file and a folder is needed for the run; name another with --out")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise RunDirectoryError(f"{existing} cannot be written to; name another folder with --out")


def _written(
    mission: Mission, world: World, base: Path, status: str, wall_s: dict[str, float], *, ended_by: str = ""
) -> Path:
    from ..mission.forecast import predicted_data
    from ..mission.load import complete_toml, flown_toml
    from ..products.provenance import flight_meta, machine_facts
    from ..products.run_directory import new_run_path, write_run

    text = complete_toml(mission)
    meta = flight_meta(mission.name, text, world.seed, predicted=predicted_data(mission))
    return write_run(
        new_run_path(base, mission.name, world.seed),
        record=world.record,
        meta=meta | ({"ended_by": ended_by} if ended_by else {}),
        mission_toml=text,
        machine=machine_facts(wall_s),
        status=status,
        flown_toml=flown_toml(mission),
    )


def _summarise(path: Path) -> None:
    from ..products.summary import summary

    out().print(summary(path))
