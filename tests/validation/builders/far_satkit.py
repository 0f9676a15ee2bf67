"""Two-day arcs by satkit, written to tests/validation/data/far_satkit.json; run by hand, never by a test.

    python -m venv oracle && oracle/bin/pip install satkit satkit-data astropy-iers-data numpy
    oracle/bin/python tests/validation/builders/far_satkit.py

satkit is an independent propagator (9(8) Runge-Kutta of Verner in Rust, IAU 2006/2000A, DE440, NRLMSISE-00). EGM2008
20 x 20, Sun and Moon as point masses; its solid tides and relativity, on by default, are off. With drag it knows only
three-hourly ap: at one and the same constant ap = 13 that mode of NRLMSISE-00 gives 2 % more air than the daily mode.
The comparison mode for mode is far_orekit.py's. Nothing of softdock is imported.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from math import cos, radians, sin, sqrt
from pathlib import Path

import astropy_iers_data
import numpy as np
import satkit as sk
import satkit_data

MU = 3.986004415e14
OUTPUT = Path(__file__).parents[1] / "data" / "far_satkit.json"
HOURS = [6, 12, 18, 24, 30, 36, 42, 48]

CASES = [  # radii over 6378.14 km as recorded for Soyuz, 6378.137 km for the station; the plane's node is arbitrary
    {"name": "soyuz-1975", "utc": "1975-07-15T12:28:50", "perigee_m": 6378140.0 + 222100.0,
     "apogee_m": 6378140.0 + 226600.0, "inclination_deg": 51.79, "node_deg": 75.0, "drag_area_over_mass_m2_kg": 0.004},
    {"name": "station-2025", "utc": "2025-07-03T19:32:40", "perigee_m": 6378137.0 + 413000.0,
     "apogee_m": 6378137.0 + 418000.0, "inclination_deg": 51.64, "node_deg": 200.0, "drag_area_over_mass_m2_kg": 0.004},
]  # fmt: skip


def data_folder() -> str:
    """satkit's data with the current Earth-orientation file beside it."""
    folder = tempfile.mkdtemp()
    source = Path(satkit_data.__file__).parent / "data"
    for file in source.iterdir():
        os.symlink(file, Path(folder) / file.name)
    shutil.copy(astropy_iers_data.IERS_A_FILE, folder)
    return folder


def perigee_state(case: dict) -> np.ndarray:
    """Kepler state at perigee, at the node, in GCRF."""
    r, far = case["perigee_m"], case["apogee_m"]
    v = sqrt(MU * (2.0 / r - 2.0 / (r + far)))
    i, node = radians(case["inclination_deg"]), radians(case["node_deg"])
    return np.array([
        r * cos(node), r * sin(node), 0.0, -v * sin(node) * cos(i), v * cos(node) * cos(i), v * sin(i),
    ])  # fmt: skip


def settings() -> sk.propsettings:
    return sk.propsettings(
        abs_error=1e-12, rel_error=1e-13, gravity_degree=20, gravity_order=20, gravity_model=sk.gravmodel.egm2008,
        tide_model=sk.tidemodel.none, use_relativistic_correction=False, use_spaceweather=True,
        require_eop_coverage=True,
    )  # fmt: skip


def states(case: dict, start: np.ndarray, drag: bool) -> list[list[float]]:
    begin = sk.time.from_rfc3339(case["utc"] + "Z")
    properties = sk.satproperties(cdaoverm=case["drag_area_over_mass_m2_kg"] if drag else 0.0)
    result = sk.propagate(
        start, begin, duration_secs=3600.0 * HOURS[-1], propsettings=settings(), satproperties=properties
    )
    return [[float(x) for x in result.interp(begin + sk.duration.from_hours(h))] for h in HOURS]


def main() -> None:
    sk.utils.set_datadir(data_folder())
    cases = []
    for case in CASES:
        start = perigee_state(case)
        arcs = {"coast": states(case, start, False), "drag_three_hourly": states(case, start, True)}
        cases.append(case | {"start": start.tolist(), "hours": HOURS} | arcs)
    note = f"satkit {sk.__version__}; see tests/validation/builders/far_satkit.py; r [m], v [m/s] in GCRF"
    OUTPUT.write_text(json.dumps({"made_by": note, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
