"""Lambert's problem on less than one revolution: the orbit between two places in a given time."""

from __future__ import annotations

from math import acos, acosh, exp, isfinite, log, nan, sqrt

import numpy as np

from ..conventions import Array
from ..errors import PlanError
from ..kernels import kernel
from ..numerics.vectors import Vector, add, cross, dot, norm, scale, subtract, unit


def lambert(r1: Array, r2: Array, seconds: float, *, normal: Array, mu: float) -> tuple[Array, Array]:
    """Velocities (3,) [m/s] at r1 and at r2 [m] of the orbit that needs `seconds` [s] between them.

    Izzo 2015 (Celest. Mech. Dyn. Astr. 121), without whole revolutions. normal (3,): the travel turns about it, so
    that it decides between the short way and the long; for places exactly opposite it is the orbit's normal.
    Raises PlanError.
    """
    solution = lambert_velocities(_plain(r1), _plain(r2), float(seconds), _plain(normal), float(mu))
    if not all(isfinite(x) for v in solution for x in v):
        raise PlanError(
            f"no orbit leads from r {r1} m to {r2} m in {seconds} s; "
            "the time must be positive, the places finite, apart and not at the centre"
        )
    return np.array(solution[0]), np.array(solution[1])


def _plain(a: Array) -> Vector:
    """Python floats, so that the kernel keeps one signature."""
    return (float(a[0]), float(a[1]), float(a[2]))


@kernel
def lambert_velocities(r1: Vector, r2: Vector, seconds: float, normal: Vector, mu: float) -> tuple[Vector, Vector]:
    """Velocities at both ends, see `lambert`; nan when there is no solution."""
    none = (nan, nan, nan)
    r1n, r2n, c = norm(r1), norm(r2), norm(subtract(r2, r1))
    if not (r1n > 0.0 and r2n > 0.0 and c > 0.0 and seconds > 0.0 and mu > 0.0):
        return none, none
    s = 0.5 * (r1n + r2n + c)
    u1, u2 = unit(r1), unit(r2)
    h = cross(u1, u2)
    if norm(h) < 1e-10:  # opposite or in line: the plane is the caller's
        h = subtract(normal, scale(dot(normal, u1), u1))
    turn = -1.0 if dot(h, normal) < 0.0 else 1.0
    h = scale(turn, unit(h))
    lam = sqrt(max(1.0 - c / s, 0.0))
    if turn < 0.0:
        lam = -lam
    x = _solved(lam, seconds * sqrt(2.0 * mu / (s * s * s)))
    y = sqrt(1.0 - lam * lam * (1.0 - x * x))
    gamma, rho = sqrt(0.5 * mu * s), (r1n - r2n) / c
    sigma = sqrt(max(1.0 - rho * rho, 0.0))
    radial1 = gamma * ((lam * y - x) - rho * (lam * y + x)) / r1n
    radial2 = -gamma * ((lam * y - x) + rho * (lam * y + x)) / r2n
    along = gamma * sigma * (y + lam * x)
    t1, t2 = cross(h, u1), cross(h, u2)
    return add(scale(radial1, u1), scale(along / r1n, t1)), add(scale(radial2, u2), scale(along / r2n, t2))


@kernel
def _solved(lam: float, time: float) -> float:
    """Izzo's x at which the dimensionless time of flight is `time`: Householder's iteration, eq. 22; or nan."""
    lam3 = lam * lam * lam
    at_zero = acos(lam) + lam * sqrt(1.0 - lam * lam)
    at_one = 2.0 / 3.0 * (1.0 - lam3)
    if time >= at_zero:
        x = (at_zero - time) / (time - at_zero + 4.0)
    elif time <= at_one:
        x = 2.5 * at_one * (at_one - time) / (time * (1.0 - lam3 * lam * lam)) + 1.0
    else:
        x = exp(log(2.0) / log(at_zero / at_one) * log(at_zero / time)) - 1.0
    for _ in range(30):
        y2 = 1.0 - lam * lam * (1.0 - x * x)
        y, one = sqrt(y2), 1.0 - x * x
        value = _time_of_flight(lam, x)
        if abs(one) < 1e-7:  # the derivatives' formula fails on the parabola; its limit is eq. 21
            first = 0.4 * (lam3 * lam * lam - 1.0)
            step = (value - time) / first
        else:
            first = (3.0 * value * x - 2.0 + 2.0 * lam3 * x / y) / one
            second = (3.0 * value + 5.0 * x * first + 2.0 * (1.0 - lam * lam) * lam3 / (y2 * y)) / one
            lam5 = lam3 * lam * lam
            third = (7.0 * x * second + 8.0 * first - 6.0 * (1.0 - lam * lam) * lam5 * x / (y2 * y2 * y)) / one
            f = value - time
            step = f * (first * first - 0.5 * f * second) / (first * (first * first - f * second) + third * f * f / 6.0)
        x -= step
        if not x > -1.0:
            x = -1.0 + 1e-9
        if abs(step) < 1e-14 * max(abs(x), 1.0):
            return x
    return x if abs(_time_of_flight(lam, x) - time) < 1e-9 * max(time, 1.0) else nan


@kernel
def _time_of_flight(lam: float, x: float) -> float:
    """Dimensionless time of flight: Lagrange's form, or Battin's series near the parabola. Izzo 2015 eqs. 18, 20."""
    one = 1.0 - x * x
    y = sqrt(1.0 - lam * lam * one)
    if abs(one) < 0.02:
        eta = y - lam * x
        s1 = 0.5 * (1.0 - lam - x * eta)
        return 0.5 * (eta * eta * eta * (4.0 / 3.0 * _hypergeometric(s1)) + 4.0 * lam * eta)
    cosine = x * y + lam * one
    if x < 1.0:
        psi = acos(min(max(cosine, -1.0), 1.0))
        return (psi / sqrt(one) - x + lam * y) / one
    psi = acosh(max(x * y - lam * (x * x - 1.0), 1.0))
    return (-psi / sqrt(-one) - x + lam * y) / one


@kernel
def _hypergeometric(z: float) -> float:
    """2F1(3, 1; 5/2; z) by its series."""
    total, term = 1.0, 1.0
    for n in range(60):
        term *= (3.0 + n) * (1.0 + n) / ((2.5 + n) * (1.0 + n)) * z
        total += term
        if abs(term) < 1e-16 * abs(total):
            break
    return total
