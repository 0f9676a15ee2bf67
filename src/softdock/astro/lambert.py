"""Lambert's problem: the orbits between two places in a given time, single and for arrays, with whole revolutions too.

Two-body motion about one centre; both places away from it. Izzo 2015 (Celest. Mech. Dyn. Astr. 121). On less than one
revolution there is one orbit; beyond 80 periods of the least-energy ellipse, whose semi-major axis is a quarter of the
triangle's perimeter, it is not found. With N whole revolutions there are two orbits or, in less than their shortest
time, none.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import acos, acosh, exp, isfinite, log, nan, pi, sqrt
from typing import NamedTuple

import numpy as np

from ..conventions import Array
from ..errors import PlanError
from ..kernels import kernel
from ..numerics.vectors import Vector, add, as_tuple, cross, dot, norm, scale, store, subtract, unit

_ABSURD = 1e30  # m, s: beyond, products overflow
_CHUNK = 100_000  # rows a kernel call: at most 0.1 s, so that Ctrl-C is heard


class LambertOrbit(NamedTuple):
    """One answer to Lambert's problem.

    revolutions: whole ones on the way · is_lofted: of the two orbits with as many, Izzo's left branch, which is the
    high path; False without revolutions · v1, v2 (3,) [m/s]: velocities at both ends
    """

    revolutions: int
    is_lofted: bool
    v1: Array
    v2: Array


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


def lambert_orbits(
    r1: Array, r2: Array, seconds: float, *, normal: Array, mu: float, most_revolutions: int
) -> list[LambertOrbit]:
    """Every orbit from r1 to r2 (3,) [m] in `seconds` [s] with at most so many whole revolutions.

    The direct one first, then for each number of revolutions the lofted and the low one, as many as the time allows.
    Arguments else as in `lambert`. Izzo 2015, section 3. Raises PlanError.
    """
    places = _plain(r1), _plain(r2), float(seconds), _plain(normal), float(mu)
    choices = [(0, False), *((k, side) for k in range(1, most_revolutions + 1) for side in (True, False))]
    found = []
    for revolutions, is_lofted in choices:
        v1, v2 = lambert_revolving(*places, revolutions, int(is_lofted))
        if all(isfinite(x) for x in (*v1, *v2)):
            found.append(LambertOrbit(revolutions, is_lofted, np.array(v1), np.array(v2)))
        elif revolutions > 0:
            break  # the time is too short for more, too
    return found or [LambertOrbit(0, False, *lambert(r1, r2, seconds, normal=normal, mu=mu))]  # says what is wrong


def lambert_many(
    r1: Array,
    r2: Array,
    seconds: Array,
    *,
    normal: Array,
    mu: float,
    revolutions: int = 0,
    is_lofted: bool = False,
) -> tuple[Array, Array]:
    """Velocities (n, 3) [m/s] at r1 and at r2 of n problems at once; a row of nan where there is no such orbit.

    r1, r2 (n, 3) or (3,) [m] · seconds (n,) or one [s] · normal (n, 3) or (3,), see `lambert` · mu [m^3/s^2] ·
    revolutions: whole ones on the way · is_lofted: with revolutions, which of the two. Raises PlanError.
    """
    if revolutions < 0 or (is_lofted and revolutions == 0):
        raise PlanError(
            f"orbits with {revolutions} whole revolutions, lofted {is_lofted}, were asked for; "
            "the number must not be negative, and only with revolutions are there two orbits to choose from"
        )
    vectors = [np.atleast_2d(np.asarray(a, dtype=float)) for a in (r1, r2, normal)]
    rows = np.asarray(seconds, dtype=float).reshape(-1)
    lengths = {len(a) for a in (*vectors, rows)} - {1} or {1}
    if len(lengths) > 1 or any(a.ndim != 2 or a.shape[1] != 3 for a in vectors):
        shapes = [a.shape for a in (*vectors, rows)]
        raise PlanError(f"places, normals and times of shapes {shapes} do not go together; pass (n, 3) and (n,)")
    n = lengths.pop()
    a1, a2, up = (np.array(np.broadcast_to(a, (n, 3)), order="C") for a in vectors)  # writable: one signature
    times = np.array(np.broadcast_to(rows, (n,)), order="C")
    v1, v2 = np.empty((n, 3)), np.empty((n, 3))
    for piece in _pieces(n):
        choice = float(mu), int(revolutions), int(is_lofted)
        fill_velocities((a1[piece], a2[piece], up[piece]), times[piece], choice, v1[piece], v2[piece])
    return v1, v2


def _pieces(n: int) -> Iterator[slice]:
    """Rows of one kernel call each."""
    return (slice(start, start + _CHUNK) for start in range(0, n, _CHUNK))


def _plain(a: Array) -> Vector:
    """Python floats, so that the kernel keeps one signature."""
    return (float(a[0]), float(a[1]), float(a[2]))


@kernel
def fill_velocities(
    places: tuple[Array, Array, Array], seconds: Array, choice: tuple[float, int, int], v1: Array, v2: Array
) -> None:
    """Rows of v1 and v2 from rows of r1, r2 and normal; choice: mu, revolutions, is_lofted. See `lambert_many`."""
    r1, r2, normal = places
    mu, revolutions, is_lofted = choice
    for k in range(seconds.shape[0]):
        start, end, up = as_tuple(r1[k]), as_tuple(r2[k]), as_tuple(normal[k])
        first, last = lambert_revolving(start, end, seconds[k], up, mu, revolutions, is_lofted)
        store(v1[k], first)
        store(v2[k], last)


@kernel
def lambert_velocities(r1: Vector, r2: Vector, seconds: float, normal: Vector, mu: float) -> tuple[Vector, Vector]:
    """Velocities at both ends, see `lambert`; nan when there is no solution."""
    return lambert_revolving(r1, r2, seconds, normal, mu, 0, 0)


@kernel
def lambert_revolving(
    r1: Vector, r2: Vector, seconds: float, normal: Vector, mu: float, revolutions: int, is_lofted: int
) -> tuple[Vector, Vector]:
    """Velocities at both ends of one orbit, see `LambertOrbit`; nan when there is none."""
    none = (nan, nan, nan)
    r1n, r2n, c = norm(r1), norm(r2), norm(subtract(r2, r1))
    if not (r1n > 0.0 and r2n > 0.0 and c > 0.0 and seconds > 0.0 and mu > 0.0):
        return none, none
    if not (r1n + r2n < _ABSURD and seconds < _ABSURD):
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
    time = seconds * sqrt(2.0 * mu / (s * s * s))
    x = _solved(lam, time) if revolutions == 0 else _solved_revolving(lam, time, revolutions, is_lofted)
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
        one = 1.0 - x * x
        value = _time_of_flight(lam, x)
        if abs(one) < 1e-7:  # the derivatives' formula fails on the parabola; its limit is eq. 21
            first = 0.4 * (lam3 * lam * lam - 1.0)
            step = (value - time) / first
        else:
            first, second, third = _slopes(lam, x, value)
            f = value - time
            step = f * (first * first - 0.5 * f * second) / (first * (first * first - f * second) + third * f * f / 6.0)
        x -= step
        if not x > -1.0:
            x = -1.0 + 1e-9
        if abs(step) < 1e-14 * max(abs(x), 1.0):
            return x
    return x if abs(_time_of_flight(lam, x) - time) < 1e-9 * max(time, 1.0) else nan


@kernel
def _slopes(lam: float, x: float, value: float) -> Vector:
    """First three derivatives by x of the dimensionless time of flight, `value` at x. Izzo 2015 eq. 22."""
    lam3, one = lam * lam * lam, 1.0 - x * x
    lam5, y2 = lam3 * lam * lam, 1.0 - lam * lam * (1.0 - x * x)
    y = sqrt(y2)
    first = (3.0 * value * x - 2.0 + 2.0 * lam3 * x / y) / one
    second = (3.0 * value + 5.0 * x * first + 2.0 * (1.0 - lam * lam) * lam3 / (y2 * y)) / one
    third = (7.0 * x * second + 8.0 * first - 6.0 * (1.0 - lam * lam) * lam5 * x / (y2 * y2 * y)) / one
    return first, second, third


@kernel
def _solved_revolving(lam: float, time: float, revolutions: int, is_lofted: int) -> float:
    """Izzo's x at which the time with whole revolutions is `time`, on one branch; nan in less than the shortest.

    Householder's steps in a bracket: the two branches meet where the slope is zero, and there a step may jump across.
    """
    if not lam * lam < 1.0:
        return nan  # two places too close to tell the way
    fastest = _fastest(lam, revolutions)
    if not time >= _time_with_revolutions(lam, fastest, revolutions):
        return nan
    low, high = (-1.0, fastest) if is_lofted else (fastest, 1.0)
    ratio = (revolutions + 1) * pi / (8.0 * time) if is_lofted else 8.0 * time / (revolutions * pi)
    root = exp(2.0 / 3.0 * log(ratio))
    x = (root - 1.0) / (root + 1.0)  # Izzo 2015 eq. 31
    if not low < x < high:
        x = 0.5 * (low + high)
    for _ in range(100):
        value = _time_with_revolutions(lam, x, revolutions)
        if (value > time) == (is_lofted != 0):  # time falls along the lofted branch and rises along the other
            low = x
        else:
            high = x
        first, second, third = _slopes(lam, x, value)
        f = value - time
        divisor = first * (first * first - f * second) + third * f * f / 6.0
        step = f * (first * first - 0.5 * f * second) / divisor if divisor != 0.0 else 0.0 * f
        if not low < x - step < high and abs(step) >= 1e-14:
            step = x - 0.5 * (low + high)
        x -= step
        if abs(step) < 1e-14:
            break
    return x if abs(_time_with_revolutions(lam, x, revolutions) - time) < 1e-9 * time else nan


@kernel
def _fastest(lam: float, revolutions: int) -> float:
    """Izzo's x of the shortest time with whole revolutions: there the slope, which only rises, is zero."""
    low, high, x = -1.0, 1.0, 0.0
    for _ in range(100):
        first, second, _ = _slopes(lam, x, _time_with_revolutions(lam, x, revolutions))
        if first < 0.0:
            low = x
        else:
            high = x
        step = first / second if second != 0.0 else 2.0
        if not low < x - step < high and abs(step) >= 1e-14:
            step = x - 0.5 * (low + high)
        x -= step
        if abs(step) < 1e-14:
            break
    return x


@kernel
def _time_with_revolutions(lam: float, x: float, revolutions: int) -> float:
    """Dimensionless time of flight on an ellipse, -1 < x < 1, with whole revolutions. Izzo 2015 eq. 18."""
    one = 1.0 - x * x
    if x > 0.0 and one < 0.02:  # Lagrange's form loses digits near the parabola
        return _time_of_flight(lam, x) + revolutions * pi / (one * sqrt(one))
    y = sqrt(1.0 - lam * lam * one)
    psi = acos(min(max(x * y + lam * one, -1.0), 1.0))
    return ((psi + revolutions * pi) / sqrt(one) - x + lam * y) / one


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
    return (psi / sqrt(-one) - x + lam * y) / one


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
