"""Lambert's problem: the orbits between two places in a given time, single and for arrays, with whole revolutions too.

Two-body motion about one centre; both places away from it. Izzo 2015 (Celest. Mech. Dyn. Astr. 121), with a start near
enough for two steps and with differences of nearly equal numbers written as products. On less than one revolution there
is one orbit; with N whole revolutions there are two or, in less than their shortest time, none. Beyond 3e11 periods of
the least-energy ellipse, whose semi-major axis is a quarter of the triangle's perimeter, nothing is found; next to
that, time is met to 1e-8 only, because there a rounding of x is as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import atan, exp, inf, isfinite, log, nan, pi, sqrt
from typing import NamedTuple

import numpy as np

from ..conventions import Array
from ..errors import PlanError
from ..kernels import kernel
from ..numerics.vectors import Vector, add, as_tuple, cross, dot, norm, scale, store, subtract
from .lambert_inputs import ABSURD, checked_count, checked_mu, numbers, one_number, three_numbers

_CHUNK = 100_000  # rows a kernel call: at most 0.1 s, so that Ctrl-C is heard
_LONGEST = 1e12  # dimensionless time, pi a period of the least-energy ellipse: beyond, x is -1 to half its digits
_IN_LINE = 1e-10  # sine of the angle between the places, below which they do not tell their plane
_NEAR = 1e-4  # a step this small beside the curve's bends leaves an error of its fourth power: nothing


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
    that it decides between the short way and the long; for places exactly opposite it is the orbit's normal. Its
    length does not matter. Raises PlanError.
    """
    solution = lambert_velocities(*_given(r1, r2, seconds, normal), checked_mu(mu))
    if not all(isfinite(x) for v in solution for x in v):
        raise PlanError(
            f"no orbit leads from r {r1} m to {r2} m in {seconds} s about the normal {normal}; the time must be "
            "positive, the places finite, apart and not at the centre, and the normal finite, not zero and neither in "
            "the places' plane nor, where they are in line, along them"
        )
    return np.array(solution[0]), np.array(solution[1])


def lambert_orbits(
    r1: Array, r2: Array, seconds: float, *, normal: Array, mu: float, most_revolutions: int
) -> list[LambertOrbit]:
    """Every orbit from r1 to r2 (3,) [m] in `seconds` [s] with at most so many whole revolutions.

    The direct one first, then for each number of revolutions the lofted and the low one, as many as the time allows.
    Arguments else as in `lambert`. Izzo 2015, section 3. Raises PlanError.
    """
    places = _given(r1, r2, seconds, normal)
    factor, most = checked_mu(mu), checked_count(most_revolutions)
    choices = ((k, side) for k in range(1, most + 1) for side in (True, False))
    found = []
    for revolutions, is_lofted in chain([(0, False)], choices):
        v1, v2 = lambert_revolving(*places, factor, revolutions, int(is_lofted))
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
    count = checked_count(revolutions)
    if count == 0 and is_lofted:
        raise PlanError(
            f"orbits with 0 whole revolutions, lofted {is_lofted}, were asked for; "
            "only with revolutions are there two orbits to choose from"
        )
    named = (("r1", r1), ("r2", r2), ("normal", normal))
    vectors = [_rows(np.atleast_2d(numbers(what, a))) for what, a in named]
    times = _rows(np.atleast_1d(numbers("seconds", seconds)))
    lengths = {len(a) for a in (*vectors, times)} - {1} or {1}
    if len(lengths) > 1 or times.ndim != 1 or any(a.ndim != 2 or a.shape[1] != 3 for a in vectors):
        shapes = [a.shape for a in (*vectors, times)]
        raise PlanError(f"places, normals and times of shapes {shapes} do not go together; pass (n, 3) and (n,)")
    n = lengths.pop()
    v1, v2 = np.empty((n, 3)), np.empty((n, 3))
    choice = checked_mu(mu), count, int(bool(is_lofted))
    for piece in _pieces(n):
        a1, a2, up, spans = (a[piece] if len(a) > 1 else a for a in (*vectors, times))
        fill_velocities((a1, a2, up), spans, choice, v1[piece], v2[piece])
    return v1, v2


def _given(r1: Array, r2: Array, seconds: float, normal: Array) -> tuple[Vector, Vector, float, Vector]:
    """What a single problem is given, as Python floats. Raises PlanError."""
    start, end, up = (three_numbers(*pair) for pair in (("r1", r1), ("r2", r2), ("normal", normal)))
    return start, end, one_number("seconds", seconds), up


def _rows(a: Array) -> Array:
    """The array as the kernel's one signature wants it; a copy only where it must be."""
    return np.require(a, requirements=["C", "A", "W"])


def _pieces(n: int) -> Iterator[slice]:
    """Rows of one kernel call each."""
    return (slice(start, start + _CHUNK) for start in range(0, n, _CHUNK))


@kernel
def fill_velocities(
    places: tuple[Array, Array, Array], seconds: Array, choice: tuple[float, int, int], v1: Array, v2: Array
) -> None:
    """Rows of v1 and v2 from rows of r1, r2, normal and seconds, of which a single one serves all; see `lambert_many`.

    choice: mu, revolutions, is_lofted
    """
    r1, r2, normal = places
    mu, revolutions, is_lofted = choice
    k1, k2 = min(r1.shape[0] - 1, 1), min(r2.shape[0] - 1, 1)  # 0 stays on the single row
    kn, kt = min(normal.shape[0] - 1, 1), min(seconds.shape[0] - 1, 1)
    for k in range(v1.shape[0]):
        start, end, up = as_tuple(r1[k * k1]), as_tuple(r2[k * k2]), as_tuple(normal[k * kn])
        first, last = lambert_revolving(start, end, seconds[k * kt], up, mu, revolutions, is_lofted)
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
    """Velocities at both ends of one orbit, see `LambertOrbit`; nan when there is none. Izzo 2015, algorithm 1."""
    none = (nan, nan, nan)
    r1n, r2n, c = norm(r1), norm(r2), norm(subtract(r2, r1))
    if not (r1n > 1.0 / ABSURD and r2n > 1.0 / ABSURD and c > 0.0 and seconds > 0.0 and mu > 0.0):
        return none, none
    if not (r1n + r2n < ABSURD and seconds < ABSURD and mu < ABSURD):
        return none, none
    h, up = cross(r1, r2), _sized(normal)
    length = norm(h)
    if length < _IN_LINE * r1n * r2n:  # opposite or in line: the plane is the caller's
        h = subtract(up, scale(dot(up, r1) / (r1n * r1n), r1))
        length = norm(h)
        if not length > _IN_LINE * norm(up):
            return none, none
    side, least = dot(h, up), _IN_LINE * length
    if not side * side > least * least * dot(up, up):  # the normal does not tell the way, or not the plane
        return none, none
    s = 0.5 * (r1n + r2n + c)
    k = c / s
    lam, turn = sqrt(max(1.0 - k, 0.0)), 1.0 / length
    if side < 0.0:
        lam, turn = -lam, -turn
    rate = sqrt(2.0 * mu / s)
    time = seconds * rate / s
    x = _solved(lam, k, time) if revolutions == 0 else _solved_revolving(lam, k, time, revolutions, is_lofted)
    y = _ordinate(lam, k, x)
    gamma, rho = 0.5 * rate * s, (r1n - r2n) / c
    sigma = sqrt(max(1.0 - rho * rho, 0.0))
    even, odd = gamma * (lam * y - x), gamma * rho * (lam * y + x)
    along = gamma * sigma * (y + lam * x) * turn
    f1, f2 = 1.0 / (r1n * r1n), 1.0 / (r2n * r2n)
    v1 = add(scale((even - odd) * f1, r1), scale(along * f1, cross(h, r1)))
    return v1, add(scale(-(even + odd) * f2, r2), scale(along * f2, cross(h, r2)))


@kernel
def _sized(normal: Vector) -> Vector:
    """The normal or, where its squares would overflow or vanish, one along it that is of the order of one."""
    square = dot(normal, normal)
    if 1e-20 < square < 1e20:
        return normal
    most = max(abs(normal[0]), abs(normal[1]), abs(normal[2]))
    if not 0.0 < most < inf:
        return (nan, nan, nan)
    return (normal[0] / most, normal[1] / most, normal[2] / most)


@kernel
def _solved(lam: float, k: float, time: float) -> float:
    """Izzo's x at which the dimensionless time of flight is `time`, or nan: Householder's steps, eq. 22.

    k: 1 - lam^2, better known than by subtraction
    """
    if not (lam * lam < 1.0 and time < _LONGEST):
        return nan  # two places too close to tell the way, or next to the parabola through infinity
    x, low, high = _start(lam, k, time), -1.0, inf
    for _ in range(60):
        y = _ordinate(lam, k, x)
        value = _time_of_flight(lam, k, x, y)
        if abs(x - 1.0) < 1e-4:  # there the derivatives' formula fails
            first, second, third = _slopes_at_parabola(lam, x)
        else:
            first, second, third = _slopes(lam, k, x, y, value)
        f = value - time
        if f > 0.0:  # time falls as x rises
            low = x
        else:
            high = x
        divisor = first * (first * first - f * second) + third * f * f * (1.0 / 6.0)
        if divisor == 0.0:
            return nan  # in next to no time: the slopes are no longer numbers
        step = f * (first * first - 0.5 * f * second) / divisor
        if abs(step) < _NEAR * (1.0 + x) * min(y, 1.0):
            return x - step
        inside = low < x - step < high
        x = x - step if inside else 0.5 * (low + min(high, x + 1.0))
    return nan


@kernel
def _start(lam: float, k: float, time: float) -> float:
    """x within some hundredths of the answer of `_solved`.

    The curve is known with its slope where it is a parabola (x = 1) and where it has the least energy (x = 0), and so
    is how it goes to infinity on either side: T^(-2/3) on the ellipses' and 1/T on the hyperbolas'. The arc cosine by
    Abramowitz and Stegun 4.4.45, good to 1e-4.
    """
    lam5 = lam * lam * lam * lam * lam
    at_one = 2.0 / 3.0 * (1.0 - lam * lam * lam)
    slope = 2.5 / (1.0 - lam5)  # -dx/dT at x = 1
    if time <= at_one:
        return 1.0 / _rising(time / at_one, at_one / (1.0 - lam * abs(lam)), at_one * slope)
    size = abs(lam)
    quarter = sqrt(1.0 - size) * (1.5707288 - size * (0.2121144 - size * (0.0742610 - size * 0.0187293)))
    quarter += size * sqrt(k)
    at_zero = quarter if lam > 0.0 else pi - quarter  # acos(lam) + lam sqrt(1 - lam^2); dT/dx = -2 there
    if time < at_zero:
        gap = at_zero - at_one
        return _rising((at_zero - time) / gap, 0.5 * gap, gap * slope)
    share = exp(2.0 / 3.0 * log(at_zero / time))
    return _rising(share, 0.5 * exp(2.0 / 3.0 * log(pi / at_zero)), 0.75 * at_zero) - 1.0


@kernel
def _rising(u: float, first: float, last: float) -> float:
    """Rational curve from 0 to 1 for u from 0 to 1 with the slopes given: Gregory and Delbourgo 1982."""
    w = u * (1.0 - u)
    return (u * u + first * w) / (1.0 + (first + last - 2.0) * w)


@kernel
def _ordinate(lam: float, k: float, x: float) -> float:
    """Izzo's y of x; the root of k + x^2 is also the width of the bend of the curve T(x) near x = 0."""
    return sqrt(k + lam * lam * x * x)


@kernel
def _slopes(lam: float, k: float, x: float, y: float, value: float) -> Vector:
    """First three derivatives by x of the dimensionless time of flight, `value` at x. Izzo 2015 eq. 22."""
    per_one, per_y = 1.0 / (1.0 - x * x), 1.0 / y
    g = lam * lam * lam * per_y
    first = (3.0 * value * x - 2.0 + 2.0 * g * x) * per_one
    g *= k * per_y * per_y
    second = (3.0 * value + 5.0 * x * first + 2.0 * g) * per_one
    third = (7.0 * x * second + 8.0 * first - 6.0 * g * lam * lam * x * per_y * per_y) * per_one
    return first, second, third


@kernel
def _slopes_at_parabola(lam: float, x: float) -> Vector:
    """The same next to x = 1, without the third: the limits of Izzo 2015 eq. 22."""
    lam2 = lam * lam
    lam5 = lam2 * lam2 * lam
    second = (3.2 + 2.8 * lam5 - 6.0 * lam5 * lam2) / 7.0
    return -0.4 * (1.0 - lam5) + second * (x - 1.0), second, 0.0


@kernel
def _solved_revolving(lam: float, k: float, time: float, revolutions: int, is_lofted: int) -> float:
    """Izzo's x at which the time with whole revolutions is `time`, on one branch; nan in less than the shortest.

    Householder's steps in a bracket: the two branches meet where the slope is zero, and there a step may jump across.
    """
    if not (lam * lam < 1.0 and time < _LONGEST):
        return nan  # see `_solved`
    fastest = _fastest(lam, k, revolutions)
    if not time >= _time_with_revolutions(lam, k, fastest, revolutions):
        return nan
    low, high = (-1.0, fastest) if is_lofted else (fastest, 1.0)
    ratio = (revolutions + 1) * pi / (8.0 * time) if is_lofted else 8.0 * time / (revolutions * pi)
    root = exp(2.0 / 3.0 * log(ratio))
    x = (root - 1.0) / (root + 1.0)  # Izzo 2015 eq. 31
    if not low < x < high:
        x = 0.5 * (low + high)
    for _ in range(100):
        value = _time_with_revolutions(lam, k, x, revolutions)
        if (value > time) == (is_lofted != 0):  # time falls along the lofted branch and rises along the other
            low = x
        else:
            high = x
        first, second, third = _slopes(lam, k, x, _ordinate(lam, k, x), value)
        f = value - time
        divisor = first * (first * first - f * second) + third * f * f / 6.0
        step = f * (first * first - 0.5 * f * second) / divisor if divisor != 0.0 else 0.0 * f
        if not low < x - step < high and abs(step) >= 1e-14:
            step = x - 0.5 * (low + high)
        x -= step
        if abs(step) < 1e-14:
            break
    met = 1e-9 + 1e-15 / (1.0 - abs(x))  # the second is what the rounding of x next to 1 does to the time
    return x if abs(_time_with_revolutions(lam, k, x, revolutions) - time) < met * time else nan


@kernel
def _fastest(lam: float, k: float, revolutions: int) -> float:
    """Izzo's x of the shortest time with whole revolutions: there the slope, which only rises, is zero."""
    low, high, x = -1.0, 1.0, 0.0
    for _ in range(100):
        first, second, _ = _slopes(lam, k, x, _ordinate(lam, k, x), _time_with_revolutions(lam, k, x, revolutions))
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
def _time_with_revolutions(lam: float, k: float, x: float, revolutions: int) -> float:
    """Dimensionless time of flight on an ellipse, -1 < x < 1, with whole revolutions. Izzo 2015 eq. 18."""
    one = 1.0 - x * x
    return _time_of_flight(lam, k, x, _ordinate(lam, k, x)) + revolutions * pi / (one * sqrt(one))


@kernel
def _time_of_flight(lam: float, k: float, x: float, y: float) -> float:
    """Dimensionless time of flight: Lagrange's form or, on short arcs, Battin's series. Izzo 2015 eqs. 18, 20."""
    # Both answers and then a choice: a branch costs more where half go either way.
    one, skew = 1.0 - x * x, lam * x
    wide = y + abs(skew)
    small = k / wide
    eta = small if skew > 0.0 else wide  # y - lam x
    cosine, root = x * y + lam * one, sqrt(abs(one))
    if x > 0.0:
        wide = 1.0 + abs(lam)
        small = k / wide
        s1 = 0.5 * (small if lam > 0.0 else wide) * one * eta / (y + x)
        if abs(s1) < 0.04:
            return eta * (2.0 / 3.0 * eta * eta * _hypergeometric(s1) + 2.0 * lam)
    per_one = 1.0 / one
    if x > 1.0:
        psi = log(cosine + root * eta)
    else:
        acute = 2.0 * atan(root * eta / (1.0 + abs(cosine)))
        psi = acute if cosine > 0.0 else pi - acute
    return (psi * root * abs(per_one) - x + lam * y) * per_one


@kernel
def _hypergeometric(z: float) -> float:
    """2F1(3, 1; 5/2; z) for |z| < 0.04: its series, each factor (n + 3)/(n + 5/2) of the one before."""
    z2 = z * z
    z4 = z2 * z2
    low = 1.0 + 6 / 5 * z + (48 / 35 + 32 / 21 * z) * z2
    middle = 128 / 77 + 256 / 143 * z + (4096 / 2145 + 24576 / 12155 * z) * z2
    high = 98304 / 46189 + 65536 / 29393 * z + (1572864 / 676039 + 3145728 / 1300075 * z) * z2
    return low + (middle + high * z4) * z4
