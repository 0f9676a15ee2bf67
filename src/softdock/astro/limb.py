"""The edges of Earth and Sun as seen from a craft, for kernels.

The edge of the Earth is sought in the plane of craft, Earth's centre and Sun's centre: on the ellipsoid its highest
point toward the Sun lies at most 0.2 deg beside it, which is worth 3e-8 rad where the limbs touch.
"""

from __future__ import annotations

from math import asin, atan2, nan, pi, sqrt

from ..conventions import Array
from ..kernels import kernel
from ..numerics.vectors import Vector, as_tuple, cross, dot, norm, scale, store, subtract, unit
from .constants import EQUATORIAL_RADIUS, SUN_RADIUS


@kernel
def limb_angles(pole: Vector, r: Vector, sun: Vector, flattening: float) -> Vector:
    """Angles [rad] seen from r: radius of the Sun, from the Earth's centre to its limb toward the Sun, to the Sun.

    r, sun [m] from the Earth's centre and the Earth's axis `pole` in the same axes. Inside the Earth the limb counts
    as a right angle away. nan at the Earth's centre and within the Sun.
    """
    to_sun = subtract(sun, r)
    distance, radius = norm(to_sun), norm(r)
    if not (distance > SUN_RADIUS and radius > 0.0):
        return (nan, nan, nan)
    down = scale(-1.0 / radius, r)
    along = dot(down, to_sun)
    side = unit(subtract(to_sun, scale(along, down)))
    separation = atan2(norm(cross(down, to_sun)), along)
    stretch = 1.0 / ((1.0 - flattening) * (1.0 - flattening)) - 1.0
    a, b = dot(pole, down), dot(pole, side)
    q11, q12, q22 = 1.0 + stretch * a * a, stretch * a * b, 1.0 + stretch * b * b
    height = radius / EQUATORIAL_RADIUS
    k = height * height * (q11 * q22 - q12 * q12) - q22
    if not k > 0.0:
        return (asin(SUN_RADIUS / distance), 0.5 * pi, separation)
    return (asin(SUN_RADIUS / distance), atan2(q12 + sqrt(q12 * q12 + k * q11), k), separation)


@kernel
def fill_limb_angles(poles: Array, r: Array, sun: Array, flattening: float, out: Array) -> None:
    """Write `limb_angles` (n, 3) for rows of poles, positions and Suns."""
    for i in range(r.shape[0]):
        store(out[i], limb_angles(as_tuple(poles[i]), as_tuple(r[i]), as_tuple(sun[i]), flattening))
