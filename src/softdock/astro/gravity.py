"""The Earth's gravity field: EGM2008 in normalised Pines form, eight orders at a time."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from math import sqrt

import numpy as np

from ..conventions import Array, Record
from ..errors import DataError
from ..kernels import LANES, kernel, scratch
from ..numerics.vectors import Vector, norm

MAX_DEGREE = 70
BLOCKS = (MAX_DEGREE + 1) // LANES + 1  # orders 0 to 71: the derivative of order m needs the polynomials of m + 1
_A, _B, _C, _S, _DC, _DS, _KC, _KS = range(8)  # columns of `field_rows`, see _rows
_H, _BEFORE = _A, _B  # rows of the scratch of one block; the others are sums, named as the columns
_RE, _IM, _POWER_RE, _POWER_IM, _A1, _A2, _A3, _A4 = range(8, 16)  # rows beside the sums in the scratch of a call
GRAVITY_FIELDS = [
    ("mu", "f8"),  # m^3/s^2
    ("radius", "f8"),  # m, of the coefficients
    ("j2", "f8"),  # unnormalised
    ("degree", "i8"),
    ("order", "i8"),
    ("field_rows", "f8", (BLOCKS, MAX_DEGREE + 1, 8, LANES)),  # the coefficients as `earth_field` reads them, see _rows
    ("field_seeds", "f8", (BLOCKS, LANES, LANES)),  # H[m, m], where the recursion of order m starts
]


@lru_cache(maxsize=1)
def coefficients() -> tuple[float, float, Array]:
    """GM [m^3/s^2], radius [m] and harmonics [order, degree, (C, S, a, b)] of the EGM2008 file.

    a and b belong to the recursion H[n] = a u H[n-1] - b H[n-2] of the normalised Helmholtz polynomials.
    """
    text = resources.files("softdock.data").joinpath("gravity/egm2008_70.gfc").read_text("ascii")
    head, _, body = text.partition("end_of_head")
    constants = dict(line.split()[:2] for line in head.splitlines() if len(line.split()) >= 2)
    table = np.zeros((MAX_DEGREE + 1, MAX_DEGREE + 1, 4))
    for line in body.splitlines()[1:]:
        _, degree, order, c, s = line.split()[:5]
        table[int(order), int(degree), :2] = float(c), float(s)
    if table[0, 0, 0] != 1.0 or not np.all(table[0, 2 : MAX_DEGREE + 1, 0]):
        raise DataError("the gravity file egm2008_70.gfc is damaged; reinstall softdock")
    for m in range(MAX_DEGREE + 1):
        for n in range(m + 1, MAX_DEGREE + 1):
            k = (n - m) * (n + m)
            table[m, n, 2] = sqrt((2 * n + 1) * (2 * n - 1) / k)
            table[m, n, 3] = sqrt((2 * n + 1) * (n + m - 1) * (n - m - 1) / (k * (2 * n - 3)))
    return float(constants["earth_gravity_constant"]), float(constants["radius"]), table


@lru_cache(maxsize=4)
def _rows(order: int) -> tuple[Array, Array]:
    """What multiplies H[n, m] in the recursion and in the sums, up to an order; what is beyond is zero.

    Columns: a, b, C, S; z C, z S of the order before, for dH[n, m-1]/du = z H[n, m]; (n + m + 1) C, (n + m + 1) S.
    """
    _, _, harmonics = coefficients()
    rows = np.zeros((BLOCKS, MAX_DEGREE + 1, 8, LANES))
    seeds = np.zeros((BLOCKS, LANES, LANES))
    n = np.arange(MAX_DEGREE + 1.0)
    diagonal = 1.0
    for m in range(min(order + 1, MAX_DEGREE) + 1):
        row, lane = rows[m // LANES, :, :, m % LANES], m % LANES
        row[:, :_C] = harmonics[m, :, 2:]
        if m <= order:
            row[:, _C:_DC] = harmonics[m, :, :2]
            row[:, _KC:] = (n + m + 1.0)[:, None] * harmonics[m, :, :2]
        if m > 0:
            z = np.sqrt(np.maximum((n - m + 1) * (n + m), 0.0) / (2.0 if m == 1 else 1.0))
            row[:, _DC:_KC] = z[:, None] * harmonics[m - 1, :, :2]
            diagonal *= sqrt(3.0) if m == 1 else sqrt((2.0 * m + 1.0) / (2.0 * m))
        seeds[m // LANES, lane, lane] = diagonal
    return rows, seeds


def fill_gravity(env: Record, degree: int, order: int) -> None:
    """Put the field of the given degree and order, at most 70, into the record. Raises DataError."""
    if not 0 <= order <= degree <= MAX_DEGREE:
        raise DataError(f"gravity of degree {degree} and order {order} was asked; 0 <= order <= degree <= {MAX_DEGREE}")
    env.mu, env.radius, harmonics = coefficients()
    env.field_rows[...], env.field_seeds[...] = _rows(order)
    env.degree, env.order = degree, order
    env.j2 = -sqrt(5.0) * harmonics[0, 2, 0] if degree >= 2 else 0.0


@kernel
def earth_field(env: Record, r_E: Vector) -> Vector:
    """Gravity [m/s^2] at r_E [m], both in Earth-fixed axes; no singularity at the poles.

    Pines 1973, normalised after Lundberg and Schutz 1988. With (s, t, u) the direction of r, H[n, m](u) Helmholtz
    polynomials and R_m + i I_m = (s + i t)^m, the potential is mu/r sum (R/r)^n H (C R_m + S I_m); h is (R/r)^n H.
    Eight neighbouring orders go through the recursion side by side, which a processor does in one instruction.
    """
    r = norm(r_E)
    s, t, u = r_E[0] / r, r_E[1] / r, r_E[2] / r
    rho = env.radius / r
    w = scratch(16)
    before, now, jump = (0.0, 0.0), (1.0, 0.0), _first_powers(w, s, t)  # z^(m - 1), z^m, z^8 with z = s + i t
    power = 1.0  # rho^m
    for block in range((env.order + 1) // LANES + 1):
        power = _sum_degrees(env, block, rho, u, power, w)
        _add_orders(w, block * LANES, before, now)
        before = (w[_RE, LANES - 1], w[_IM, LANES - 1])
        now = (now[0] * jump[0] - now[1] * jump[1], now[0] * jump[1] + now[1] * jump[0])
    a1, a2, a3, a4 = 0.0, 0.0, 0.0, 0.0
    for j in range(LANES):
        a1, a2, a3, a4 = a1 + w[_A1, j], a2 + w[_A2, j], a3 + w[_A3, j], a4 + w[_A4, j]
    a4 -= u * a3
    g = env.mu / (r * r)
    return (g * (a1 + s * a4), g * (a2 + t * a4), g * (a3 + u * a4))


@kernel
def _first_powers(w: Array, s: float, t: float) -> tuple[float, float]:
    """Clear the totals and note z^0 to z^7; returns z^8."""
    re, im = 1.0, 0.0
    for j in range(LANES):
        w[_POWER_RE, j], w[_POWER_IM, j] = re, im
        re, im = s * re - t * im, s * im + t * re
        w[_A1, j], w[_A2, j], w[_A3, j], w[_A4, j] = 0.0, 0.0, 0.0, 0.0
    return (re, im)


@kernel
def _sum_degrees(env: Record, block: int, rho: float, u: float, power: float, sums: Array) -> float:
    """Sums over the degrees of eight orders; returns rho to the first order of the next block."""
    rows, seeds = env.field_rows[block], env.field_seeds[block]
    first, end = block * LANES, env.degree + 1
    x, y = rho * u, rho * rho
    w = scratch(8)  # its own: only then does the compiler know that no row is written while it is read
    for k in range(8):
        for j in range(LANES):
            w[k, j] = 0.0
    middle = min(first + LANES, end)
    for n in range(first, middle):  # here the recursions start, one order after the other
        row, seed = rows[n], seeds[n - first]
        for j in range(LANES):
            _take(w, row, j, row[_A, j] * x * w[_H, j] - row[_B, j] * y * w[_BEFORE, j] + seed[j] * power)
        power *= rho
    for n in range(middle, end):
        row = rows[n]
        for j in range(LANES):
            _take(w, row, j, row[_A, j] * x * w[_H, j] - row[_B, j] * y * w[_BEFORE, j])
    for k in range(_C, 8):
        for j in range(LANES):
            sums[k, j] = w[k, j]
    return power


@kernel
def _take(w: Array, row: Array, j: int, h: float) -> None:
    """Add one degree of one order to its sums."""
    w[_BEFORE, j] = w[_H, j]
    w[_H, j] = h
    w[_C, j] += h * row[_C, j]
    w[_S, j] += h * row[_S, j]
    w[_DC, j] += h * row[_DC, j]
    w[_DS, j] += h * row[_DS, j]
    w[_KC, j] += h * row[_KC, j]
    w[_KS, j] += h * row[_KS, j]


@kernel
def _add_orders(w: Array, first: int, before: tuple[float, float], now: tuple[float, float]) -> None:
    """Multiply the sums of eight orders with R_m, I_m and those of m - 1, and add them to the totals."""
    for j in range(LANES):
        w[_RE, j] = now[0] * w[_POWER_RE, j] - now[1] * w[_POWER_IM, j]
        w[_IM, j] = now[0] * w[_POWER_IM, j] + now[1] * w[_POWER_RE, j]
    for j in range(LANES):
        w[_A4, j] -= w[_KC, j] * w[_RE, j] + w[_KS, j] * w[_IM, j]
    w[_A1, 0] += first * (w[_C, 0] * before[0] + w[_S, 0] * before[1])
    w[_A2, 0] += first * (w[_S, 0] * before[0] - w[_C, 0] * before[1])
    w[_A3, 0] += w[_DC, 0] * before[0] + w[_DS, 0] * before[1]
    for j in range(1, LANES):
        re, im = w[_RE, j - 1], w[_IM, j - 1]
        w[_A1, j] += (first + j) * (w[_C, j] * re + w[_S, j] * im)
        w[_A2, j] += (first + j) * (w[_S, j] * re - w[_C, j] * im)
        w[_A3, j] += w[_DC, j] * re + w[_DS, j] * im
