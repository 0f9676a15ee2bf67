"""Drag and tides by satkit with the indices that it used, written to tests/validation/data/drag_satkit.json.

Run by hand as far_satkit.py says, whose data folder and settings it shares. satkit's NRLMSISE-00 takes the ap of every
three hours, the flux of the day before and its centred 81-day mean; without space weather it takes 150, 150 and 4. Each
case: the arc without drag, with drag by the days' indices, with drag by the fixed ones, and without drag under its
solid tides (step 1 of the IERS Conventions); densities anywhere by the fixed indices; and the indices of the days.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from math import asin, degrees, pi
from pathlib import Path
from typing import Any

import numpy as np
import satkit as sk
from far_cases import HOURS, perigee_state
from far_satkit import data_folder

OUTPUT = Path(__file__).parents[1] / "data" / "drag_satkit.json"
BEFORE, AFTER = 4, 5  # days of indices around the epoch's
CASES = [  # radii over 6378.137 km: Soyuz's orbit, the station's, the same in a great storm and at solar minimum
    {"name": "222 km, July 1975", "utc": "1975-07-15T12:28:50", "perigee_m": 6600237.0, "apogee_m": 6604737.0,
     "inclination_deg": 51.79, "node_deg": 75.0},
    {"name": "415 km, July 2025", "utc": "2025-07-03T19:32:40", "perigee_m": 6791137.0, "apogee_m": 6796137.0,
     "inclination_deg": 51.64, "node_deg": 200.0},
    {"name": "415 km, storm of May 2024", "utc": "2024-05-10T12:00:00", "perigee_m": 6791137.0, "apogee_m": 6796137.0,
     "inclination_deg": 51.64, "node_deg": 20.0},
    {"name": "350 km polar, December 2008", "utc": "2008-12-01T00:00:00", "perigee_m": 6728137.0,
     "apogee_m": 6728137.0, "inclination_deg": 90.0, "node_deg": 120.0},
]  # fmt: skip
DRAG_AREA_OVER_MASS = 0.004  # m^2/kg


def settings(tides: bool, weather: bool) -> sk.propsettings:
    return sk.propsettings(
        abs_error=1e-12, rel_error=1e-13, gravity_degree=20, gravity_order=20, gravity_model=sk.gravmodel.egm2008,
        tide_model=sk.tidemodel.solid_step1 if tides else sk.tidemodel.none, use_relativistic_correction=False,
        use_spaceweather=weather, require_eop_coverage=True,
    )  # fmt: skip


def states(case: dict[str, Any], *, drag: bool = False, tides: bool = False, weather: bool = True) -> list[list[float]]:
    begin = sk.time.from_rfc3339(case["utc"] + "Z")
    properties = sk.satproperties(cdaoverm=DRAG_AREA_OVER_MASS if drag else 0.0)
    start = np.array(perigee_state(case))
    span = 3600.0 * HOURS[-1]
    result = sk.propagate(
        start, begin, duration_secs=span, propsettings=settings(tides, weather), satproperties=properties
    )
    return [[float(x) for x in result.interp(begin + sk.duration.from_hours(h))] for h in HOURS]


def indices(case: dict[str, Any]) -> dict[str, Any]:
    """First day, observed flux and its mean [sfu], and eight ap, day by day."""
    first = date.fromisoformat(case["utc"][:10]) - timedelta(BEFORE)
    days = [first + timedelta(k) for k in range(BEFORE + AFTER + 1)]
    rows = [sk.spaceweather.get(sk.time(day.year, day.month, day.day, 12, 0, 0)) for day in days]
    flux = [[row["f10p7_obs"], row["f10p7_obs_c81"]] for row in rows]
    return {"first_day": first.isoformat(), "flux_sfu": flux, "ap": [row["ap"] for row in rows]}


def densities(case: dict[str, Any], count: int = 120) -> list[list[float]]:
    """Time [s], latitude, longitude [rad], height [m] and density by the fixed indices [kg/m^3]."""
    begin = sk.time.from_rfc3339(case["utc"] + "Z")
    rng = np.random.default_rng(5)
    rows = []
    for _ in range(count):
        t = float(rng.uniform(0.0, 3600.0 * HOURS[-1]))
        latitude, longitude = asin(rng.uniform(-1.0, 1.0)), float(rng.uniform(-pi, pi))
        height = float(rng.uniform(120e3, 600e3))
        at = begin + sk.duration.from_seconds(t)
        fixed = sk.nrlmsise00(
            height / 1e3, latitude_deg=degrees(latitude), longitude_deg=degrees(longitude), time=at,
            use_spaceweather=False,
        )[0]  # fmt: skip
        rows.append([t, latitude, longitude, height, float(fixed)])
    return rows


def main() -> None:
    sk.utils.set_datadir(data_folder(True))
    cases = []
    for case in CASES:
        arcs = {
            "coast": states(case),
            "drag": states(case, drag=True),
            "drag_fixed": states(case, drag=True, weather=False),
            "tides": states(case, tides=True),
        }
        stored = {"weather": indices(case), "densities_fixed": densities(case)}
        cases.append(case | {"start": perigee_state(case), "hours": HOURS} | stored | arcs)
    note = f"satkit {sk.__version__}; see tests/validation/builders/drag_satkit.py; r [m], v [m/s] in GCRF"
    given = {"drag_area_over_mass_m2_kg": DRAG_AREA_OVER_MASS}
    OUTPUT.write_text(json.dumps({"made_by": note} | given | {"cases": cases}) + "\n")


if __name__ == "__main__":
    main()
