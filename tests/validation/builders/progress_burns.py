"""The planned burns of Progress MS-31 for progress_orekit.py, written to tests/validation/data/progress_burns.json.

    python tests/validation/builders/progress_burns.py && oracle/bin/python tests/validation/builders/progress_orekit.py

The mission is planned twice: as it is, and without air. The second program flies the burns open loop, by Orekit. What
it is given: both craft at their insertion, and of each burn its ignition and its change of velocity in LVLH.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from softdock import load
from softdock.dynamics.arcs import PointState
from softdock.mission.director import plan
from softdock.mission.model import Mission
from softdock.planning.plan import Plan

OUTPUT = Path(__file__).parents[1] / "data" / "progress_burns.json"
AIR = {"no air": False, "with air": True}


def mission_of(case: str) -> Mission:
    """Progress MS-31, with air or without."""
    mission = load("progress-ms31")
    environment = mission.environment.model_copy(update={"drag": AIR[case]})
    return mission.model_copy(update={"environment": environment})


def given_of(found: Plan) -> dict[str, Any]:
    """What is flown: starts in GCRF [s, m, m/s, kg] and the burns [s, m/s]."""
    flown = [(e.manoeuvre.name, e) for e in found.solved.flown.events if float(np.linalg.norm(e.dv)) > 0.0]
    return {
        "target": _state(found.target_start.state),
        "chaser": _state(found.chaser_start.state),
        "burns": [{"name": name, "ignition_s": e.t, "dv_lvlh_m_s": e.dv.tolist()} for name, e in flown],
    }


def _state(at: PointState) -> dict[str, Any]:
    return {"t_s": at.t, "state": [*at.r.tolist(), *at.v.tolist()], "mass_kg": at.mass}


def main() -> None:
    cases = {name: {"utc": mission_of(name).epoch_utc} | given_of(plan(mission_of(name))) for name in AIR}
    print(json.dumps(cases, indent=1))
    OUTPUT.write_text(json.dumps({"cases": cases}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
