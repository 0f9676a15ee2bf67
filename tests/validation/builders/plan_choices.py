"""The choices of softdock's plan in five cases, written to tests/validation/data/plan_choices.json; run by hand.

    python tests/validation/builders/plan_choices.py && python tests/validation/builders/plan_j2.py

The second program solves every burn again for the same choices, without softdock. softdock's own burns are stored
beside, for the reader; the test takes them from a fresh plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softdock import load
from softdock.astro.environment import j2_environment
from softdock.astro.orbits import MeanOrbit, nodal_period, semi_major_axis_of_period
from softdock.astro.time import Epoch
from softdock.conventions import DEGREE, KILOMETRE, MINUTE
from softdock.mission.director import plan
from softdock.mission.model import Mission
from softdock.planning.inputs import RecordedOrbit
from softdock.planning.plan import Plan

OUTPUT = Path(__file__).parents[1] / "data" / "plan_choices.json"
BURNS = ("assembly 1", "assembly 2", "circularisation", "NC1", "trim", "NC2", "NCC", "NSR", "TPI")
TIMED = ("circularisation", "NC1", "trim", "trim side", "NC2", "NCC", "NSR", "TPI")


@dataclass(frozen=True)
class Case:
    """How the mission is changed: Apollo's lift-off later, Soyuz's apogee at insertion higher, J2 to J4 only."""

    lift_off_shift_s: float = 0.0
    apogee_shift_km: float = 0.0
    zonal: bool = False


CASES = {
    "nominal": Case(),
    "lift-off 3 min earlier": Case(lift_off_shift_s=-180.0),
    "lift-off 3 min later": Case(lift_off_shift_s=180.0),
    "apogee 5 km lower": Case(apogee_shift_km=-5.0),
    "apogee 5 km higher": Case(apogee_shift_km=5.0),
    "zonal field": Case(zonal=True),
}
"""In the last, softdock flies the forces of the independent solution; finite burns are all that differs."""


def mission_of(case: Case) -> Mission:
    """Apollo-Soyuz with the case's change."""
    mission = load("apollo-soyuz")
    environment = mission.environment
    if case.zonal:
        environment = environment.model_copy(
            update={"gravity_degree": 4, "gravity_order": 0, "sun": False, "moon": False}
        )
    phases = tuple(_changed(mission, phase, case) for phase in mission.phases)
    return mission.model_copy(update={"environment": environment, "phases": phases})


def _changed(mission: Mission, phase: Any, case: Case) -> Any:
    if phase.kind != "insertion":
        return phase
    epoch, start = Epoch.from_utc(mission.epoch_utc), phase.start
    if start.closes_with is not None:
        lift_off = epoch.seconds_of(start.lift_off_utc) + case.lift_off_shift_s
        changed = start.model_copy(update={"lift_off_utc": epoch.utc(lift_off)})
    else:
        orbit = _raised(start.orbit, start.inclination_deg * DEGREE, epoch, raised_km=case.apogee_shift_km)
        changed = start.model_copy(update={"orbit": orbit})
    return phase.model_copy(update={"start": changed})


def _raised(orbit: RecordedOrbit, inclination: float, epoch: Epoch, *, raised_km: float) -> RecordedOrbit:
    """The orbit with its apogee raised. A printed period would hold the semi-major axis: it moves along."""
    if orbit.nodal_period_min is None or raised_km == 0.0:
        return orbit.model_copy(update={"apogee_km": orbit.apogee_km + raised_km})
    env = j2_environment(epoch)
    e, rise = orbit.eccentricity, 0.5 * raised_km * KILOMETRE
    a = semi_major_axis_of_period(orbit.nodal_period_min * MINUTE, e, inclination, env=env)
    period = nodal_period(MeanOrbit(a + rise, e + rise / a, inclination, 0.0, 0.0, 0.0), env)
    return orbit.model_copy(update={"apogee_km": orbit.apogee_km + raised_km, "nodal_period_min": period / MINUTE})


def choices_of(found: Plan) -> dict[str, Any]:
    """What a plan chose, not what follows from it: times [s from the epoch], and what is to be achieved."""
    events, aims = found.solved.flown.events, _aims(found)
    return {
        "assembly_s": list(found.raising.times),
        "assembly_apsides": list(found.raising.apsides),
        "chaser_insertion_s": found.chaser_start.state.t,
        "times_s": {e.manoeuvre.name: e.t for e in events if e.manoeuvre.name in TIMED},
        "heights_m": {at: 1000.0 * goal for at, key, goal in aims if key == "height_difference_km"},
        "elevation_deg": next(goal for at, key, goal in aims if (at, key) == ("TPI", "elevation_deg")),
        "travel_deg": found.solved.flown["intercept"].manoeuvre.when.target_travel_deg,
        "revolutions": _revolutions(found),
    }


def _aims(found: Plan) -> list[tuple[str, str, Any]]:
    """Event, key and value of everything that is to be achieved."""
    rules = found.solved.chain.sequence.manoeuvres
    return [(c.at or m.name, key, goal) for m in rules for c in m.achieves for key, goal in c.goals.items()]


def _revolutions(found: Plan) -> dict[str, list[Any]]:
    """Of each event that is so many revolutions after an earlier one: that event, and how many."""
    events = found.solved.flown.events
    return {
        e.manoeuvre.name: [e.manoeuvre.when.after or before.manoeuvre.name, e.manoeuvre.when.revolutions]
        for before, e in zip(events, events[1:], strict=False)
        if e.manoeuvre.when.revolutions is not None and e.manoeuvre.name in TIMED and e.manoeuvre.name != "NC1"
    }


def burns_of(found: Plan) -> dict[str, list[float]]:
    """Forward and down [m/s] of every burn; across the plane nothing is compared."""
    return {name: [float(found.burn(name).dv_lvlh[0]), float(found.burn(name).dv_lvlh[2])] for name in BURNS}


def main() -> None:
    cases = {}
    for name, case in CASES.items():
        mission = mission_of(case)
        found = plan(mission)
        cases[name] = {
            "lift_off_shift_s": case.lift_off_shift_s,
            "apogee_shift_km": case.apogee_shift_km,
            "choices": choices_of(found),
            "softdock_forward_down_m_s": burns_of(found),
        }
        print(name, json.dumps(cases[name]))
    OUTPUT.write_text(json.dumps({"cases": cases}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
