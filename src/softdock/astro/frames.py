"""Earth orientation: IAU 2006/2000A with the IERS pole and UT1, tabulated for the kernels.

N is GCRF, E is ITRF, I is the true equator of date with its x-axis at the celestial intermediate origin (CIRS).
Matrices are three row tuples: the axes of the first frame in components of the second.
Daily and half-daily tidal terms of UT1 and pole are left out: 2.6e-9 rad rms, 7e-9 rad at worst, 2 and 5 cm in a
low orbit.
"""

from __future__ import annotations

from math import atan2, cos, nan, sin, sqrt

import erfa
import numpy as np

from ..conventions import DAY, Array, Record
from ..kernels import kernel
from ..numerics.vectors import Vector, dot
from .constants import EARTH_RATE, EQUATORIAL_RADIUS, FLATTENING
from .orientation import earth_orientation
from .tables import NODES, blend, first_node, weights
from .time import Epoch

Rows = tuple[Vector, Vector, Vector]

FRAME_FIELDS = [
    ("rotation_epoch", "f8"),  # rad, Earth rotation angle at t = 0
    ("orientation", "f8", (NODES, 6)),  # X, Y, s - s', x_p, y_p [rad], UT1 - TT less its value at t = 0 [s]
]


def fill_orientation(env: Record, epoch: Epoch, times: Array, *, allow_prediction: bool = False) -> None:
    """Tabulate the Earth's orientation at the mission times [s] of the nodes, one row per node.

    allow_prediction: past the last measured day use Bulletin A's prediction. Raises DataError.
    """
    pole, ut1_less_tt = earth_orientation(epoch, times, allow_prediction=allow_prediction)
    tt1, tt2 = epoch.tt(times)
    x, y, s = erfa.xys06a(tt1, tt2)
    _, at_epoch = earth_orientation(epoch, np.zeros(1), allow_prediction=allow_prediction)
    env.rotation_epoch = float(erfa.era00(epoch.tt1, epoch.tt2 + at_epoch[0] / DAY))
    s = s - erfa.sp00(tt1, tt2)
    columns = (x + pole[:, 2], y + pole[:, 3], s, pole[:, 0], pole[:, 1], ut1_less_tt - at_epoch[0])
    env.orientation[: len(times)] = np.stack(columns, axis=1)


@kernel
def dcm_IN(env: Record, t: float) -> Rows:
    """Axes of the true equator of date in GCRF, at t [s]. IERS Conventions 2010 eq. 5.10."""
    first = first_node(env, t)
    w = weights(env, t, first)
    x, y = blend(env.orientation, first, 0, w), blend(env.orientation, first, 1, w)
    return _turned(_pole_rows(x, y), -blend(env.orientation, first, 2, w))


@kernel
def _pole_rows(x: float, y: float) -> Rows:
    """Axes whose third is the celestial intermediate pole, before the turn by -s."""
    z = sqrt(max(1.0 - x * x - y * y, 0.0))
    a = 1.0 / (1.0 + z)
    return ((1.0 - a * x * x, -a * x * y, -x), (-a * x * y, 1.0 - a * y * y, -y), (x, y, z))


@kernel
def _turned(m: Rows, angle: float) -> Rows:
    """R3(angle) m."""
    c, s = cos(angle), sin(angle)
    p, q, pole = m
    return (
        (c * p[0] + s * q[0], c * p[1] + s * q[1], c * p[2] + s * q[2]),
        (c * q[0] - s * p[0], c * q[1] - s * p[1], c * q[2] - s * p[2]),
        pole,
    )


@kernel
def dcm_EN(env: Record, t: float) -> Rows:
    """Axes of ITRF in GCRF at t [s]: polar motion, Earth rotation angle, pole. IERS Conventions 2010 ch. 5.

    Against ERFA's full series and the daily IERS table the interpolation is good to 1e-10 rad.
    """
    first = first_node(env, t)
    w = weights(env, t, first)
    x, y = blend(env.orientation, first, 0, w), blend(env.orientation, first, 1, w)
    angle = env.rotation_epoch + EARTH_RATE * (t + blend(env.orientation, first, 5, w))
    p, q, k = _turned(_pole_rows(x, y), angle - blend(env.orientation, first, 2, w))
    a, b = blend(env.orientation, first, 3, w), blend(env.orientation, first, 4, w)
    ca, cb = 1.0 - 0.5 * a * a, 1.0 - 0.5 * b * b  # a, b below 3e-6 rad: the next terms are below 1e-17
    p_, k_ = _mixed(p, k, ca, a), _mixed(k, p, ca, -a)
    return (p_, _mixed(q, k_, cb, -b), _mixed(k_, q, cb, b))


@kernel
def _mixed(p: Vector, q: Vector, c: float, s: float) -> Vector:
    """c p + s q."""
    return (c * p[0] + s * q[0], c * p[1] + s * q[1], c * p[2] + s * q[2])


@kernel
def components(m: Rows, a: Vector) -> Vector:
    """Components of a vector along three axes."""
    return (dot(m[0], a), dot(m[1], a), dot(m[2], a))


@kernel
def composed(m: Rows, a: Vector) -> Vector:
    """The vector whose components along three axes are given."""
    return (
        m[0][0] * a[0] + m[1][0] * a[1] + m[2][0] * a[2],
        m[0][1] * a[0] + m[1][1] * a[1] + m[2][1] * a[2],
        m[0][2] * a[0] + m[1][2] * a[1] + m[2][2] * a[2],
    )


@kernel
def geodetic(r_E: Vector) -> Vector:
    """Geodetic latitude [rad], longitude [rad] and height [m] over WGS 84. Bowring 1976, one pass.

    From -10 to 1000 km height the error is below 1e-9 rad and 1 mm. nan where a component is; the Earth's centre, which
    has no latitude, counts as on the equator.
    """
    x, y, z = r_E
    p = sqrt(x * x + y * y)
    square = p * p + z * z
    if not square >= 0.0:
        return (nan, nan, nan)
    if square == 0.0:
        return (0.0, 0.0, -EQUATORIAL_RADIUS)
    e2 = FLATTENING * (2.0 - FLATTENING)
    b = EQUATORIAL_RADIUS * (1.0 - FLATTENING)
    reduced = atan2(z * EQUATORIAL_RADIUS, p * b)
    s, c = sin(reduced), cos(reduced)
    latitude = atan2(z + e2 / (1.0 - e2) * b * s * s * s, p - e2 * EQUATORIAL_RADIUS * c * c * c)
    s, c = sin(latitude), cos(latitude)
    return (latitude, atan2(y, x), p * c + z * s - EQUATORIAL_RADIUS * sqrt(1.0 - e2 * s * s))


def earth_fixed_position(latitude: float, longitude: float, height: float) -> Vector:
    """Position r_E [m] in ITRF of a geodetic latitude [rad], longitude [rad] and height [m] over WGS 84."""
    e2 = FLATTENING * (2.0 - FLATTENING)
    n = EQUATORIAL_RADIUS / sqrt(1.0 - e2 * sin(latitude) * sin(latitude))
    p = (n + height) * cos(latitude)
    return (p * cos(longitude), p * sin(longitude), (n * (1.0 - e2) + height) * sin(latitude))
