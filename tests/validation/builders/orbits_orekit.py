"""Eleven orbits flown for two days by Orekit, written to tests/validation/data/orbits_orekit.json; run by hand.

Set-up: orekit_setup.py. EGM2008 20 x 20, Sun and Moon of DE440, Dormand and Prince 8(5,3) at a local error of 1e-14.
"""

from __future__ import annotations

import json
from pathlib import Path

import orekit_setup
from far_cases import HOURS, ORBITS, perigee_state
from far_orekit import bodies, two_days

OUTPUT = Path(__file__).parents[1] / "data" / "orbits_orekit.json"


def main() -> None:
    orekit_setup.ready()
    cases = []
    for case in ORBITS:
        start = perigee_state(case)
        arc = {"start": start, "hours": HOURS, "coast": two_days(case | {"start": start})}
        if case["name"] in ("highly elliptic", "geostationary"):
            arc["nodes"] = bodies(case)
        cases.append(case | arc)
        print(case["name"], cases[-1]["coast"][-1])
    note = "Orekit by orekit-jpype; see tests/validation/builders/orbits_orekit.py; r [m], v [m/s] in GCRF"
    OUTPUT.write_text(json.dumps({"made_by": note, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
