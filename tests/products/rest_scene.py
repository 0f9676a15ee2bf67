"""A flight that ends at rest beside its target and has neither proximity nor docking: solved, flown, written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from softdock.astro.environment import j2_environment
from softdock.astro.time import Epoch
from softdock.conventions import Record
from softdock.flight.far_record import burn_row, far_rows
from softdock.flight.record import FlightRecord
from softdock.mission.checks import assembly_of
from softdock.mission.load import load
from softdock.planning.targeting import Targeted, target
from softdock.products.run_directory import write_run
from tests.planning.manoeuvre_scene import beside, chain, in_orbit
from tests.planning.schemes import FOUR_ORBITS

EPOCH = Epoch.from_utc("2025-07-03T19:32:40")
PLACE = (-1414.0, 0.0, 1414.0)  # m in LVLH: behind and below
REST = FOUR_ORBITS.replace("[-1500.0, 0.0, 1000.0]", str(list(PLACE))).replace("[0.5, 0.0, 0.0]", "[0.0, 0.0, 0.0]")
MISSION = """
name = "to-rest"
title = "Four orbits to rest"
epoch_utc = "2025-07-03T19:32:40"

[crafts.iss]
vehicle = "iss"
role = "target"

[crafts.progress]
vehicle = "progress-ms"
role = "chaser"

[[phases]]
kind = "rendezvous"
target = "iss"
chaser = "progress"
"""


@cache
def environment() -> Record:
    return j2_environment(EPOCH)


@cache
def solved() -> Targeted:
    """The four-orbit scheme to rest 2 km behind and below."""
    env, soyuz = environment(), assembly_of(load("apollo-soyuz"), "soyuz")
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0, mass=420000.0), 8.0, drag_area=0.0, epoch=EPOCH)
    start = in_orbit(env, (200.0, 242.0), -30.0 * np.pi / 180.0, mass=6800.0)
    return target(chain(REST, around, soyuz, start))


def flight(found: Targeted) -> FlightRecord:
    """A solution as a flight leaves it: events, burns and telemetry of both craft up to the last burn's end."""
    record = FlightRecord()
    world: Any = SimpleNamespace(environment=environment(), epoch=EPOCH, record=record)
    arcs, last = [], found.flown.start
    for event in found.flown.events:
        arcs.append(event.way.cut(event.t))
        if event.burn is not None and event.burning is not None:
            arcs.append(event.burning)
            name = event.manoeuvre.name
            row = burn_row(
                world, name, "progress", states=(event.before, event.after), burn=event.burn, dv_lvlh=event.dv
            )
            record.burns.append(row)
            record.events.append(
                {"name": name, "craft": "progress", "utc": EPOCH.utc(event.t), "get_s": event.t, "data": {}}
            )
        last = event
    station = found.chain.around.target.cut(last.after.t)
    far_rows(world, ("iss", "progress"), {"iss": [station], "progress": arcs}, interval=60.0)
    record.verdicts.append({"name": "burns solved", "passed": True, "sentence": "Every burn met its conditions."})
    return record


def run_at_rest(path: Path, **options: Any) -> Path:
    """The flight as a run directory."""
    meta = {"version": "0.1.0", "seed": 1}
    given = {"record": options.pop("record", None) or flight(solved()), "meta": meta, "mission_toml": MISSION}
    return write_run(path, **{"machine": {}, **given, **options})
