"""The work that all do: one orbit, a crowd of them, and triangles for Lambert. The same numbers for everybody."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import cos, radians, sin, sqrt
from pathlib import Path

import astropy_iers_data
import numpy as np

from .harness import Array

MU = 3.986004415e14  # m^3/s^2, EGM2008
DAYS = 2.0
SECONDS = DAYS * 86400.0
ARC_ERROR_M, CROWD_ERROR_M = 1e-3, 0.1
CROWD = 1000
DEGREE = 20
TRIANGLES = 100_000
MOMENTS = 10_000
TLE = (  # the station, 2008
    "1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927",
    "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537",
)


@dataclass(frozen=True)
class Orbits:
    """Where craft start from.

    utc: ISO form · starts (n, 6) [m, m/s]: in GCRF
    """

    utc: str
    starts: Array

    def first(self, n: int) -> Orbits:
        """The first n of them."""
        return Orbits(self.utc, self.starts[:n])

    @property
    def moment(self) -> tuple[int, int, int, int, int, float]:
        """Year, month, day, hour, minute, second (UTC)."""
        day = datetime.fromisoformat(self.utc)
        return day.year, day.month, day.day, day.hour, day.minute, float(day.second)


def station() -> Orbits:
    """One orbit like the station's, 413 x 418 km, from its perigee over the equator."""
    near, far = 6378137.0 + 413e3, 6378137.0 + 418e3
    v = sqrt(MU * (2.0 / near - 2.0 / (near + far)))
    i, node = radians(51.64), radians(200.0)
    r = [near * cos(node), near * sin(node), 0.0]
    start = [*r, -v * sin(node) * cos(i), v * cos(node) * cos(i), v * sin(i)]
    return Orbits("2025-07-03T19:32:40", np.array([start]))


def crowd(n: int = CROWD) -> Orbits:
    """Orbits dispersed about the station's: 10 km and 10 m/s (one sigma) along each axis."""
    generator = np.random.default_rng(20250703)
    spread = generator.standard_normal((n, 6)) * np.array([1e4] * 3 + [10.0] * 3)
    return Orbits(station().utc, station().starts + spread)


def triangles(n: int) -> tuple[Array, Array, Array]:
    """Places (n, 3) [m] between a low orbit and the geostationary one, twice, and times [s] too short for a lap."""
    generator = np.random.default_rng(1)
    places = []
    for _ in range(2):
        way = generator.standard_normal((n, 3))
        radius = 6.6e6 * (4.2e7 / 6.6e6) ** generator.uniform(size=(n, 1))
        places.append(radius * way / np.sqrt((way * way).sum(axis=1))[:, None])
    sides = [np.sqrt((a * a).sum(axis=1)) for a in (*places, places[1] - places[0])]
    least_energy = (sides[0] + sides[1] + sides[2]) / 4.0
    period = 2.0 * np.pi * np.sqrt(least_energy**3 / MU)
    return places[0], places[1], period * generator.uniform(0.05, 0.95, n)


def moments() -> Array:
    """Seconds after the elements' epoch."""
    return np.linspace(0.0, SECONDS, MOMENTS)


@lru_cache(maxsize=1)
def peers_data() -> Path:
    """A folder with what peers read: DE440 and indices of satkit-data, Earth orientation as softdock has it."""
    import satkit_data

    folder = Path(tempfile.mkdtemp(prefix="softdock-bench-"))
    for file in (Path(satkit_data.__file__).parent / "data").iterdir():
        os.symlink(file, folder / file.name)
    shutil.copy(astropy_iers_data.IERS_A_FILE, folder)
    return folder
