"""Sunlight: how much of the Sun a craft sees past the Earth, and the pressure of its light.

The Earth is the ellipsoid WGS 84 without air: no refraction, no dimming near the limb. The Moon's shadow and the light
that the Earth sends back are left out.
"""

from __future__ import annotations

from math import atan2, nan, pi, sqrt

from ..kernels import kernel
from ..numerics.vectors import Vector, norm, scale, subtract
from .constants import ASTRONOMICAL_UNIT, FLATTENING, SUN_RADIUS
from .limb import limb_angles as limb_angles_of

SOLAR_IRRADIANCE = 1361.0  # W/m^2 at 1 au, nominal, IAU 2015 resolution B3; the measured total varies by 0.1 %
SPEED_OF_LIGHT = 299792458.0  # m/s, exact
PRESSURE = SOLAR_IRRADIANCE / SPEED_OF_LIGHT  # 4.54e-6 N/m^2 on a black plate that faces the Sun at 1 au

SUNLIGHT_FIELDS = [("solar_pressure", "i8")]  # 1 when light presses


@kernel
def disc_overlap(a: float, b: float, separation: float) -> float:
    """Area shared by two plane discs of radii a and b whose centres are `separation` apart, in the square of the unit.

    nan when a radius is not positive or the separation negative.
    """
    if not (a > 0.0 and b > 0.0 and separation >= 0.0):
        return nan
    if separation >= a + b:
        return 0.0
    if separation <= abs(a - b):
        smaller = min(a, b)
        return pi * smaller * smaller
    x = 0.5 * (separation + (a - b) * (a + b) / separation)  # from the centre of a to the common chord
    y = sqrt(max(a * a - x * x, 0.0))  # half the chord
    shared: float = a * a * atan2(y, x) + b * b * atan2(y, separation - x) - separation * y
    return shared


@kernel
def limb_angles(pole: Vector, r: Vector, sun: Vector) -> Vector:
    """Angles [rad] seen from r [m]: radius of the Sun, from the Earth's centre to its limb toward the Sun, to the Sun.

    The limb is that of the ellipsoid, `limb.limb_angles`; inside the Earth it counts as a right angle away. sun [m],
    pole: inertial axes.
    """
    return limb_angles_of(pole, r, sun, FLATTENING)


@kernel
def sunlit_fraction(pole: Vector, r: Vector, sun: Vector) -> float:
    """Part of the Sun's disc seen from r, 0 in the umbra to 1 in the open. Montenbruck and Gill 2000, section 3.4.2.

    The Earth's limb is taken for a disc with the radius at which it stands toward the Sun. r, sun [m] from the Earth's
    centre and the Earth's axis `pole`, all in inertial axes
    """
    a, b, separation = limb_angles(pole, r, sun)
    if not a > 0.0:
        return nan
    hidden: float = disc_overlap(a, b, separation) / (pi * a * a)
    return 1.0 - hidden


@kernel
def light_acceleration(pole: Vector, r: Vector, sun: Vector, light_area_over_mass: float) -> Vector:
    """Push of sunlight [m/s^2] on a ball at r [m], away from the Sun. Montenbruck and Gill 2000, section 3.4.

    light_area_over_mass [m^2/kg]: radiation pressure coefficient times area over mass
    """
    away = subtract(r, sun)
    distance = norm(away)
    if not distance > SUN_RADIUS:
        return (nan, nan, nan)
    ratio = ASTRONOMICAL_UNIT / distance
    push = PRESSURE * ratio * ratio * light_area_over_mass * sunlit_fraction(pole, r, sun)
    return scale(push / distance, away)
