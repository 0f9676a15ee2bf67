"""The orbits that every propagator flies for two days: far_satkit.py, far_orekit.py, far_brahe.py, orbits_orekit.py.

Each state is a Kepler orbit's at its perigee, which lies at the ascending node, in GCRF. The planes' nodes are
arbitrary. Nothing of softdock is imported.
"""

from __future__ import annotations

from math import cos, radians, sin, sqrt
from typing import Any

MU = 3.986004415e14  # m^3/s^2, EGM2008
RADIUS = 6378137.0  # m, WGS 84
HOURS = [6, 12, 18, 24, 30, 36, 42, 48]

# With and without drag. Soyuz's recorded heights count from 6378.14 km.
CRAFT: list[dict[str, Any]] = [
    {"name": "soyuz-1975", "utc": "1975-07-15T12:28:50", "perigee_m": 6378140.0 + 222100.0,
     "apogee_m": 6378140.0 + 226600.0, "inclination_deg": 51.79, "node_deg": 75.0, "drag_area_over_mass_m2_kg": 0.004},
    {"name": "station-2025", "utc": "2025-07-03T19:32:40", "perigee_m": 6378137.0 + 413000.0,
     "apogee_m": 6378137.0 + 418000.0, "inclination_deg": 51.64, "node_deg": 200.0, "drag_area_over_mass_m2_kg": 0.004},
]  # fmt: skip

_ORBITS = [  # name, UTC of the start, perigee and apogee [km over 6378.137 km], inclination, node [deg]
    ("apollo-1975", "1975-07-15T19:59:55", 148.4, 166.9, 51.75, 80.0),
    ("eccentric", "1984-04-06T13:58:00", 250.0, 2000.0, 51.6, 10.0),
    ("low inclination", "1993-12-02T09:27:00", 400.0, 400.0, 28.5, 310.0),
    ("retrograde", "1998-02-11T06:00:00", 480.0, 520.0, 144.0, 120.0),
    ("polar", "2002-03-17T09:21:27", 450.0, 460.0, 90.0, 45.0),
    ("equatorial", "2005-06-12T00:00:00", 550.0, 560.0, 0.0, 0.0),
    ("1000 km", "2009-02-10T16:56:00", 1000.0, 1000.0, 63.0, 260.0),
    ("sun-synchronous", "2016-12-31T02:00:00", 790.0, 800.0, 98.6, 150.0),  # a leap second in the night
    ("highly elliptic", "2012-05-14T12:00:00", 600.0, 39750.0, 63.4, 200.0),
    ("navigation", "2020-02-29T18:30:00", 20180.0, 20190.0, 55.0, 330.0),
    ("geostationary", "2024-10-01T00:00:00", 35786.0, 35787.0, 0.1, 90.0),
]
ORBITS: list[dict[str, Any]] = [
    {"name": name, "utc": utc, "perigee_m": RADIUS + 1e3 * low, "apogee_m": RADIUS + 1e3 * high,
     "inclination_deg": inclination, "node_deg": node}
    for name, utc, low, high, inclination, node in _ORBITS
]  # fmt: skip


def perigee_state(case: dict[str, Any]) -> list[float]:
    """r [m] and v [m/s] in GCRF at the start."""
    r, far = case["perigee_m"], case["apogee_m"]
    v = sqrt(MU * (2.0 / r - 2.0 / (r + far)))
    i, node = radians(case["inclination_deg"]), radians(case["node_deg"])
    return [
        r * cos(node), r * sin(node), 0.0, -v * sin(node) * cos(i), v * cos(node) * cos(i), v * sin(i),
    ]  # fmt: skip
