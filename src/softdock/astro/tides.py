"""The solid Earth's tide: what the bulges raised by the Sun and the Moon add to gravity.

Degree 2 and one Love number for all orders, without lag: step 1 of the IERS Conventions 2010, section 6.2.1, to 2 %.
The permanent bulge is in it, as it has to be over a tide-free field such as EGM2008's.
"""

from __future__ import annotations

from ..conventions import Record
from ..kernels import kernel
from ..numerics.vectors import Vector, add, dot, norm, scale
from .constants import MU_MOON, MU_SUN
from .ephemeris import moon_position, sun_position

LOVE_NUMBER = 0.300108  # mean of the anelastic k20, k21 (twice), k22 (twice): IERS Conventions 2010, table 6.3
TIDES_FIELDS = [("tides", "i8")]  # 1 when the Earth gives way


@kernel
def bulge_acceleration(mu_body: float, s: Vector, r: Vector, radius: float) -> Vector:
    """Acceleration [m/s^2] at r [m] by the degree-2 bulge that a body at s [m] raises; all in inertial axes.

    The slope of k mu R^5 / (s^3 r^3) P2(cosine of the angle between r and s): Montenbruck and Gill 2000, section 3.7.
    mu_body [m^3/s^2] · radius [m]: equatorial radius of the field
    """
    s1, r1 = norm(s), norm(r)
    cosine = dot(s, r) / (s1 * r1)
    ratio = radius / r1
    factor = 0.5 * LOVE_NUMBER * mu_body * radius * (ratio * ratio * ratio * ratio) / (s1 * s1 * s1)
    along_r = (3.0 - 15.0 * cosine * cosine) * factor / r1
    return add(scale(along_r, r), scale(6.0 * cosine * factor / s1, s))


@kernel
def solid_tide(env: Record, t: float, r: Vector) -> Vector:
    """Acceleration [m/s^2] in GCRF at t [s], r [m] by the tides of Sun and Moon, whether their own pull acts or not."""
    sun = bulge_acceleration(MU_SUN, sun_position(env, t), r, env.radius)
    return add(sun, bulge_acceleration(MU_MOON, moon_position(env, t), r, env.radius))
