"""What is seen from a place on the Earth: east, north and up, azimuth, elevation, range and range rate.

U is the topocentric frame: x east, y north, z up along the normal of WGS 84. Geometric: no refraction, no light time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from ..conventions import DEGREE, Array
from ..errors import DataError
from .frames import earth_fixed_position


@dataclass(frozen=True)
class Site:
    """A place on the Earth.

    latitude, longitude [rad]: geodetic, north and east positive · height [m] over WGS 84. Raises DataError.
    """

    latitude: float
    longitude: float
    height: float = 0.0

    def __post_init__(self) -> None:
        if not (abs(self.latitude) <= 0.5 * pi and abs(self.longitude) <= 2.0 * pi and abs(self.height) < 1e9):
            raise DataError(
                f"a site at latitude {self.latitude / DEGREE:g} deg, longitude {self.longitude / DEGREE:g} deg, height "
                f"{self.height:g} m was asked for; give -90 to 90 deg, -360 to 360 deg and a finite height"
            )

    @classmethod
    def from_degrees(cls, latitude_deg: float, longitude_deg: float, height_m: float = 0.0) -> Site:
        """Site at geodetic latitude and longitude in degrees and height in metres. Raises DataError."""
        return cls(latitude_deg * DEGREE, longitude_deg * DEGREE, height_m)

    def position(self) -> Array:
        """Position r_E (3,) [m] in ITRF."""
        return np.array(earth_fixed_position(self.latitude, self.longitude, self.height))

    def axes(self) -> Array:
        """dcm_UE (3, 3): rows east, north and up in components of ITRF."""
        s, c = sin(self.latitude), cos(self.latitude)
        x, y = cos(self.longitude), sin(self.longitude)
        return np.array([[-y, x, 0.0], [-s * x, -s * y, c], [c * x, c * y, s]])


@dataclass(frozen=True, eq=False)
class Sight:
    """Where a craft stands as seen from a site.

    azimuth (n,) [rad] from north over east, 0 to 2 pi · elevation (n,) [rad] above the horizontal · distance (n,) [m] ·
    distance_rate (n,) [m/s], positive when it goes away; nan at the site itself
    """

    azimuth: Array
    elevation: Array
    distance: Array
    distance_rate: Array


def azimuth_and_elevation(line: Array) -> tuple[Array, Array]:
    """Azimuth, 0 to 2 pi from north over east, and elevation [rad] of lines (..., 3) in east, north and up."""
    east, north, up = line[..., 0], line[..., 1], line[..., 2]
    return np.asarray(np.arctan2(east, north) % (2.0 * pi)), np.asarray(np.arctan2(up, np.hypot(east, north)))


def sight(site: Site, r_E: Array, v_E: Array) -> Sight:
    """Sight of a craft at r_E [m], v_E [m/s] (n, 3) in ITRF, the velocity as seen turning with the Earth."""
    line = (np.asarray(r_E, dtype=float) - site.position()) @ site.axes().T
    azimuth, elevation = azimuth_and_elevation(line)
    distance = np.linalg.norm(line, axis=-1)
    rate = np.sum(line * (np.asarray(v_E, dtype=float) @ site.axes().T), axis=-1)
    return Sight(
        azimuth=azimuth,
        elevation=elevation,
        distance=np.asarray(distance),
        distance_rate=np.asarray(np.divide(rate, distance, out=np.full_like(rate, np.nan), where=distance > 0.0)),
    )
