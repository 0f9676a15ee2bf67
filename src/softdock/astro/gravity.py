"""The Earth's gravity field: EGM2008 in normalised Pines form, and differences of it between two near points."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from math import sqrt

import numpy as np

from ..conventions import Array, Record
from ..errors import DataError
from ..kernels import kernel
from ..numerics.vectors import Vector, norm

MAX_DEGREE = 70
Sums = tuple[float, float, float, float, float, float]
GRAVITY_FIELDS = [
    ("mu", "f8"),  # m^3/s^2
    ("radius", "f8"),  # m, of the coefficients
    ("j2", "f8"),  # unnormalised
    ("degree", "i8"),
    ("order", "i8"),
    ("harmonics", "f8", (MAX_DEGREE + 1, MAX_DEGREE + 1, 4)),  # [order, degree]: C, S, and the factors a, b below
]


@lru_cache(maxsize=1)
def _coefficients() -> tuple[float, float, Array]:
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


def fill_gravity(env: Record, degree: int, order: int) -> None:
    """Put the field of the given degree and order, at most 70, into the record. Raises DataError."""
    if not 0 <= order <= degree <= MAX_DEGREE:
        raise DataError(f"gravity of degree {degree} and order {order} was asked; 0 <= order <= degree <= {MAX_DEGREE}")
    env.mu, env.radius, env.harmonics[...] = _coefficients()
    env.degree, env.order = degree, order
    env.j2 = -sqrt(5.0) * env.harmonics[0, 2, 0] if degree >= 2 else 0.0


@kernel
def earth_field(env: Record, r_E: Vector) -> Vector:
    """Gravity [m/s^2] at r_E [m], both in Earth-fixed axes; no singularity at the poles.

    Pines 1973, normalised after Lundberg and Schutz 1988; summed order by order so that nothing is stored. With
    (s, t, u) the direction of r, H[n, m](u) Helmholtz polynomials and R_m + i I_m = (s + i t)^m, the potential is
    mu/r sum (R/r)^n H (C R_m + S I_m); h below is (R/r)^n H and g is (R/r)^n dH/du.
    """
    r = norm(r_E)
    s, t, u = r_E[0] / r, r_E[1] / r, r_E[2] / r
    rho = env.radius / r
    re, im, re_before, im_before = 1.0, 0.0, 0.0, 0.0
    a1, a2, a3, a4 = 0.0, 0.0, 0.0, 0.0
    diagonal = 1.0
    for m in range(env.order + 1):
        pc, ps, qc, qs, kc, ks = _column(env, m, diagonal, rho, u)
        a1 += m * (pc * re_before + ps * im_before)
        a2 += m * (ps * re_before - pc * im_before)
        a3 += qc * re + qs * im
        a4 -= kc * re + ks * im
        re_before, im_before = re, im
        re, im = s * re_before - t * im_before, s * im_before + t * re_before
        diagonal *= rho * (sqrt(3.0) if m == 0 else sqrt((2.0 * m + 3.0) / (2.0 * m + 2.0)))
    a4 -= u * a3
    g = env.mu / (r * r)
    return (g * (a1 + s * a4), g * (a2 + t * a4), g * (a3 + u * a4))


@kernel
def _column(env: Record, m: int, diagonal: float, rho: float, u: float) -> Sums:
    """Sums over the degrees of one order: of h, of dh/du and of (n + m + 1) h, each times C and times S."""
    h, h_before, g, g_before = diagonal, 0.0, 0.0, 0.0
    c, s = env.harmonics[m, m, 0], env.harmonics[m, m, 1]
    pc, ps, qc, qs = h * c, h * s, 0.0, 0.0
    kc, ks = (2.0 * m + 1.0) * pc, (2.0 * m + 1.0) * ps
    rho2 = rho * rho
    for n in range(m + 1, env.degree + 1):
        c, s = env.harmonics[m, n, 0], env.harmonics[m, n, 1]
        a, b = env.harmonics[m, n, 2] * rho, env.harmonics[m, n, 3] * rho2
        h_next = a * u * h - b * h_before
        g_next = a * (h + u * g) - b * g_before
        h_before, h, g_before, g = h, h_next, g, g_next
        k = (n + m + 1.0) * h
        pc, ps = pc + h * c, ps + h * s
        qc, qs = qc + g * c, qs + g * s
        kc, ks = kc + k * c, ks + k * s
    return (pc, ps, qc, qs, kc, ks)
