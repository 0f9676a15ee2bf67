"""Gradients of gravity: of the Earth's whole field, of a third body's tide and of the bulge that it raises.

Each is a symmetric matrix without trace, given by its rows, and says how the acceleration changes with the place.
"""

from __future__ import annotations

from ..conventions import Array, Record
from ..kernels import LANES, kernel, scratch
from ..numerics.vectors import Vector, dot, norm, subtract
from .constants import MU_MOON, MU_SUN
from .ephemeris import moon_position, sun_position
from .frames import Rows
from .tides import LOVE_NUMBER

Pair = tuple[float, float]
Place = tuple[float, float, float, float]  # rho = R/r, u = z/r, rho u, rho^2
# Sums over the degrees of one order, each times C and times S. With h = (R/r)^n H, its derivatives g and f by u, and
# k = n + m + 1 they are: h, g, f, p = k h + u g, q = (k + 1) g + u f, and (k + 1) p + u q.
_HC, _HS, _GC, _GS, _FC, _FS, _PC, _PS, _QC, _QS, _WC, _WS = range(12)
_H, _G, _F, _H_BEFORE, _G_BEFORE, _F_BEFORE = range(6)  # of the last degree and the one before
_NOW, _BEFORE, _EARLIER, _POWER = range(12, 20, 2)  # beside them, in the scratch of a call: re and im of z^m and so on
_XX, _XY, _XZ, _YZ, _ZZ, _XR, _YR, _ZR, _RR, _D = range(20, 30)  # second derivatives, see earth_gradient
_A, _B, _C, _S = range(4)  # columns of env.field_rows


@kernel
def earth_gradient(env: Record, r_E: Vector) -> Rows:
    """Gradient [1/s^2] of the Earth's gravity at r_E [m], in Earth-fixed axes; no singularity at the poles.

    Pines 1973, on partial derivatives; the Helmholtz polynomials of `gravity.earth_field`, eight orders side by side
    as there. The potential is taken as a function of x, y, z and r one by one: docs/theory/transition.md, equation 3.
    A pair of letters is a second derivative of that kind in units of mu/r^3, d the first by r.
    """
    r = norm(r_E)
    s, t, u = r_E[0] / r, r_E[1] / r, r_E[2] / r
    rho = env.radius / r
    w = scratch(30)
    jump = _first_powers(w, s, t)
    now = (1.0, 0.0)  # z^m of the first order of the block, with z = s + i t
    power = 1.0  # rho^m
    for block in range(env.order // LANES + 1):
        power = _sum_degrees(env, block, (rho, u, rho * u, rho * rho), power, w)
        _set_powers(w, now)
        _add_orders(w, block * LANES)
        now = (now[0] * jump[0] - now[1] * jump[1], now[0] * jump[1] + now[1] * jump[0])
    xx, xy, xz, yz, zz = _total(w, _XX), _total(w, _XY), _total(w, _XZ), _total(w, _YZ), _total(w, _ZZ)
    xr, yr, zr, rr, d = _total(w, _XR), _total(w, _YR), _total(w, _ZR), _total(w, _RR), _total(w, _D)
    g = env.mu / (r * r * r)
    e = rr - d
    a = g * (xx + 2.0 * s * xr + s * s * e + d)
    b = g * (2.0 * t * yr - xx + t * t * e + d)
    c = g * (zz + 2.0 * u * zr + u * u * e + d)
    ab = g * (xy + t * xr + s * yr + s * t * e)
    ac = g * (xz + u * xr + s * zr + s * u * e)
    bc = g * (yz + u * yr + t * zr + t * u * e)
    return ((a, ab, ac), (ab, b, bc), (ac, bc, c))


@kernel
def _first_powers(w: Array, s: float, t: float) -> Pair:
    """Clear the totals and note z^0 to z^7; returns z^8."""
    re, im = 1.0, 0.0
    for j in range(LANES):
        w[_POWER, j], w[_POWER + 1, j] = re, im
        re, im = s * re - t * im, s * im + t * re
        w[_NOW, j], w[_NOW + 1, j] = 0.0, 0.0
    for k in range(_XX, _D + 1):
        for j in range(LANES):
            w[k, j] = 0.0
    return (re, im)


@kernel
def _set_powers(w: Array, now: Pair) -> None:
    """Put z^m, z^(m - 1) and z^(m - 2) of eight orders into their rows; z^m of the block before is still there."""
    for k in range(2):
        w[_EARLIER + k, 0], w[_EARLIER + k, 1] = w[_NOW + k, LANES - 2], w[_NOW + k, LANES - 1]
        w[_BEFORE + k, 0] = w[_NOW + k, LANES - 1]
    for j in range(LANES):
        w[_NOW, j] = now[0] * w[_POWER, j] - now[1] * w[_POWER + 1, j]
        w[_NOW + 1, j] = now[0] * w[_POWER + 1, j] + now[1] * w[_POWER, j]
    for k in range(2):
        for j in range(LANES - 1):
            w[_BEFORE + k, j + 1] = w[_NOW + k, j]
        for j in range(LANES - 2):
            w[_EARLIER + k, j + 2] = w[_NOW + k, j]


@kernel
def _sum_degrees(env: Record, block: int, place: Place, power: float, sums: Array) -> float:
    """Sums over the degrees of eight orders; returns rho to the first order of the next block."""
    rows, seeds = env.field_rows[block], env.field_seeds[block]
    first, end = block * LANES, env.degree + 1
    # All three are this call's own: only then does the compiler know that no row of the field is written while it is
    # read. h, g and f of every degree are put down and taken up again, or it would not see that they go side by side.
    last, every, w = scratch(6), scratch(213), scratch(12)
    for j in range(LANES):
        for k in range(6):
            last[k, j] = 0.0
        for k in range(12):
            w[k, j] = 0.0
    middle = min(first + LANES, end)
    for n in range(first, middle):  # here the recursions start, one order after the other
        row, seed = rows[n], seeds[n - first]
        for j in range(LANES):
            _raise(last, row, j, place, seed[j] * power)
            _keep(last, every, 3 * (n - first), j)
        power *= place[0]
    for n in range(middle, end):
        row = rows[n]
        for j in range(LANES):
            _raise(last, row, j, place, 0.0)
            _keep(last, every, 3 * (n - first), j)
    for n in range(first, end):
        row, i = rows[n], 3 * (n - first)
        for j in range(LANES):
            _take(w, row, j, n + first + 1.0 + j, (every[i, j], every[i + 1, j], every[i + 2, j], place[1]))
    for k in range(12):
        for j in range(LANES):
            sums[k, j] = w[k, j]
    return power


@kernel
def _raise(last: Array, row: Array, j: int, place: Place, seed: float) -> None:
    """Go to the next degree of one order: H[n] = a u H[n-1] - b H[n-2], and its derivatives by u."""
    rho, x, y = place[0], place[2], place[3]
    a, b = row[_A, j], row[_B, j] * y
    h, g, f = last[_H, j], last[_G, j], last[_F, j]
    last[_H, j] = a * x * h - b * last[_H_BEFORE, j] + seed
    last[_G, j] = a * (rho * h + x * g) - b * last[_G_BEFORE, j]
    last[_F, j] = a * (2.0 * rho * g + x * f) - b * last[_F_BEFORE, j]
    last[_H_BEFORE, j], last[_G_BEFORE, j], last[_F_BEFORE, j] = h, g, f


@kernel
def _keep(last: Array, every: Array, i: int, j: int) -> None:
    every[i, j], every[i + 1, j], every[i + 2, j] = last[_H, j], last[_G, j], last[_F, j]


@kernel
def _take(w: Array, row: Array, j: int, k: float, polynomials: Place) -> None:
    """Add one degree of one order to its sums; polynomials: h, g, f and the u that they are taken at."""
    h, g, f, u = polynomials
    c, s = row[_C, j], row[_S, j]
    p, q = k * h + u * g, (k + 1.0) * g + u * f
    e = (k + 1.0) * p + u * q
    w[_HC, j], w[_HS, j] = w[_HC, j] + h * c, w[_HS, j] + h * s
    w[_GC, j], w[_GS, j] = w[_GC, j] + g * c, w[_GS, j] + g * s
    w[_FC, j], w[_FS, j] = w[_FC, j] + f * c, w[_FS, j] + f * s
    w[_PC, j], w[_PS, j] = w[_PC, j] + p * c, w[_PS, j] + p * s
    w[_QC, j], w[_QS, j] = w[_QC, j] + q * c, w[_QS, j] + q * s
    w[_WC, j], w[_WS, j] = w[_WC, j] + e * c, w[_WS, j] + e * s


@kernel
def _add_orders(w: Array, first: int) -> None:
    """Multiply the sums of eight orders with the powers of z and add them to the totals."""
    for j in range(LANES):
        m = float(first + j)
        re, im = w[_NOW, j], w[_NOW + 1, j]
        w[_ZZ, j] += w[_FC, j] * re + w[_FS, j] * im
        w[_ZR, j] -= w[_QC, j] * re + w[_QS, j] * im
        w[_RR, j] += w[_WC, j] * re + w[_WS, j] * im
        w[_D, j] -= w[_PC, j] * re + w[_PS, j] * im
        re, im = m * w[_BEFORE, j], m * w[_BEFORE + 1, j]
        w[_XZ, j] += w[_GC, j] * re + w[_GS, j] * im
        w[_YZ, j] += w[_GS, j] * re - w[_GC, j] * im
        w[_XR, j] -= w[_PC, j] * re + w[_PS, j] * im
        w[_YR, j] -= w[_PS, j] * re - w[_PC, j] * im
        re, im = m * (m - 1.0) * w[_EARLIER, j], m * (m - 1.0) * w[_EARLIER + 1, j]
        w[_XX, j] += w[_HC, j] * re + w[_HS, j] * im
        w[_XY, j] += w[_HS, j] * re - w[_HC, j] * im


@kernel
def _total(w: Array, k: int) -> float:
    """Sum of one row."""
    total = 0.0
    for j in range(LANES):
        total += w[k, j]
    return total


@kernel
def tidal_gradient(mu: float, s_N: Vector, r_N: Vector) -> Rows:
    """Gradient [1/s^2] of what a body of mu [m^3/s^2] at s_N [m] adds to motion about the Earth at r_N [m]."""
    d = subtract(s_N, r_N)
    d1 = norm(d)
    if not d1 > 0.0:
        return _symmetric(0.0, 0.0, d, 0.0, d)
    return _symmetric(-mu / (d1 * d1 * d1), 3.0 * mu / (d1 * d1 * d1 * d1 * d1), d, 0.0, d)


@kernel
def bulge_gradient(mu_body: float, s: Vector, r: Vector, radius: float) -> Rows:
    """Gradient [1/s^2] at r [m] of `tides.bulge_acceleration`, the pull of the bulge that a body at s [m] raises."""
    s1, r1 = norm(s), norm(r)
    cosine = dot(s, r) / (s1 * r1)
    ratio = radius / r1
    factor = 0.5 * LOVE_NUMBER * mu_body * (ratio * ratio * ratio * ratio * ratio) / (s1 * s1 * s1)
    up, body = (r[0] / r1, r[1] / r1, r[2] / r1), (s[0] / s1, s[1] / s1, s[2] / s1)
    c2 = cosine * cosine
    rows = _symmetric((3.0 - 15.0 * c2) * factor, (105.0 * c2 - 15.0) * factor, up, -30.0 * cosine * factor, body)
    return plus(rows, _symmetric(0.0, 6.0 * factor, body, 0.0, body))


@kernel
def attraction_gradient(env: Record, t: float, r: Vector, m: Rows) -> Rows:
    """Gradient [1/s^2] in GCRF of all attraction at t [s], r [m]: Earth, and what acts of Sun, Moon and tide.

    m: the axes of ITRF in GCRF at t, `frames.dcm_EN`
    """
    rows = turned_back(m, earth_gradient(env, (dot(m[0], r), dot(m[1], r), dot(m[2], r))))
    if env.mu_sun != 0.0:
        rows = plus(rows, tidal_gradient(env.mu_sun, sun_position(env, t), r))
    if env.mu_moon != 0.0:
        rows = plus(rows, tidal_gradient(env.mu_moon, moon_position(env, t), r))
    if env.tides != 0:
        rows = plus(rows, bulge_gradient(MU_SUN, sun_position(env, t), r, env.radius))
        rows = plus(rows, bulge_gradient(MU_MOON, moon_position(env, t), r, env.radius))
    return rows


@kernel
def _symmetric(one: float, a: float, p: Vector, b: float, q: Vector) -> Rows:
    """one I + a p p^T + b (p q^T + q p^T)."""
    xy = a * p[0] * p[1] + b * (p[0] * q[1] + q[0] * p[1])
    xz = a * p[0] * p[2] + b * (p[0] * q[2] + q[0] * p[2])
    yz = a * p[1] * p[2] + b * (p[1] * q[2] + q[1] * p[2])
    return (
        (one + a * p[0] * p[0] + 2.0 * b * p[0] * q[0], xy, xz),
        (xy, one + a * p[1] * p[1] + 2.0 * b * p[1] * q[1], yz),
        (xz, yz, one + a * p[2] * p[2] + 2.0 * b * p[2] * q[2]),
    )


@kernel
def plus(a: Rows, b: Rows) -> Rows:
    """Sum of two matrices."""
    return (
        (a[0][0] + b[0][0], a[0][1] + b[0][1], a[0][2] + b[0][2]),
        (a[1][0] + b[1][0], a[1][1] + b[1][1], a[1][2] + b[1][2]),
        (a[2][0] + b[2][0], a[2][1] + b[2][1], a[2][2] + b[2][2]),
    )


@kernel
def turned_back(m: Rows, g: Rows) -> Rows:
    """m^T g m of a symmetric matrix g: from the axes m to those in which m is given. Symmetric to the bit."""
    x, y, z = (m[0][0], m[1][0], m[2][0]), (m[0][1], m[1][1], m[2][1]), (m[0][2], m[1][2], m[2][2])
    gx = (dot(g[0], x), dot(g[1], x), dot(g[2], x))
    gy = (dot(g[0], y), dot(g[1], y), dot(g[2], y))
    gz = (dot(g[0], z), dot(g[1], z), dot(g[2], z))
    xy, xz, yz = dot(x, gy), dot(x, gz), dot(y, gz)
    return ((dot(x, gx), xy, xz), (xy, dot(y, gy), yz), (xz, yz, dot(z, gz)))
