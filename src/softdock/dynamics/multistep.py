"""Gauss and Jackson's summed multistep method: long coasts at a fixed step, one force evaluation a step.

With s = sum of a and S = sum of s over the nodes so far, a polynomial of the 13 newest accelerations gives
v = h (s + sum b_j a_j) and r = h^2 (S + (x - 1) s + sum c_j a_j) at x steps from the newest; see `_ordinates`.
Each step predicts (x = 1), evaluates the force, corrects (x = 0), and carries the correction over to the acceleration
by the gradient of the central attraction, which spares a second evaluation. What is kept of a node is found six steps
later (x = -6), where the polynomial is hundreds of times better than at its end. Berry and Healy, Journal of the
Astronautical Sciences 52 (2004) 331, describe the method; the weights are found here from what they must do.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, nan, sqrt

import numpy as np

from ..astro.constants import EQUATORIAL_RADIUS, MINIMUM_HEIGHT
from ..astro.environment import height
from ..conventions import Array, Record
from ..kernels import kernel
from ..numerics.vectors import Vector, add, dot, scale, subtract
from .dop853 import ARRIVED, land
from .forces import acceleration

POINTS = 13
_MIDDLE = POINTS // 2  # where the first sums are fixed: there the weights are smallest
Series = list[Fraction]


def _product(a: Series, b: Series) -> Series:
    """Of two power series, as long as the first."""
    return [sum((a[i] * b[k - i] for i in range(k + 1)), Fraction(0)) for k in range(len(a))]


def _ordinates(x: int) -> tuple[Array, Array]:
    """Weights b, c (POINTS,) of the accelerations, newest first, for v and r at x steps from the newest.

    With D the derivative in units of the step, a_j = exp(-j D) a, s = a / (1 - exp(-D)), S = s / (1 - exp(-D)),
    v = exp(x D) a / D and r = exp(x D) a / D^2: the weights are those for which both sides agree up to D^(POINTS - 1).
    """
    n = POINTS + 3
    inverse = [Fraction((-1) ** k, factorial(k + 1)) for k in range(n)]  # (1 - exp(-D)) / D
    summed = [Fraction(1)]  # D / (1 - exp(-D))
    for k in range(1, n):
        summed.append(-sum((inverse[i] * summed[k - i] for i in range(1, k + 1)), Fraction(0)))
    ahead = [Fraction(x) ** k / factorial(k) for k in range(n)]
    twice = _product(summed, summed)
    first = [ahead[k + 1] - summed[k + 1] for k in range(POINTS)]
    second = [ahead[k + 2] - twice[k + 2] - (x - 1) * summed[k + 1] for k in range(POINTS)]
    return _weights(first), _weights(second)


def _weights(series: Series) -> Array:
    """Weights w for which sum w_j exp(-j D) begins with these coefficients.

    The functional sum_k series[k] f^(k)(0) must be sum_j w_j f(-j) for polynomials f: w_j is its value for the j-th
    Lagrange polynomial of the nodes 0, -1, ..., which is one at -j and zero at the others.
    """
    out = []
    for j in range(POINTS):
        polynomial = [Fraction(1)]
        for i in range(POINTS):
            if i != j:  # times (y + i) / (i - j)
                shifted = [Fraction(0), *polynomial]
                polynomial = [
                    (low + (i * polynomial[k] if k < len(polynomial) else 0)) / (i - j) for k, low in enumerate(shifted)
                ]
        out.append(float(sum(c * factorial(k) * series[k] for k, c in enumerate(polynomial))))
    return np.array(out)


_PREDICT_V, _PREDICT_R = _ordinates(1)
_CORRECT_V, _CORRECT_R = _ordinates(0)
_MIDDLE_V, _MIDDLE_R = _ordinates(-_MIDDLE)


@kernel
def march(env: Record, s: Record, h: float, nodes: Array) -> float:
    """Fill `nodes` with a coast from the state of the stepper `s` at every h [s]; returns the greatest correction [m].

    nodes (n, 9), n >= 2 POINTS: r, v, a [m, m/s, m/s^2] in GCRF. nan when the flight leaves the domain of the forces or
    falls below 100 km. The correction of a step, predicted against corrected position, is what shows a step too long.
    """
    start = s.t
    if not _single_steps(env, s, h, nodes[:POINTS], start):
        return nan
    sum_v, sum_r = _first_sums(nodes, h)
    worst = 0.0
    for n in range(POINTS, nodes.shape[0]):
        t, node = start + n * h, nodes[n]
        v, r = _blend(nodes, n - 1, _PREDICT_V, _PREDICT_R)
        r = scale(h * h, add(sum_r, r))
        a = _accelerated(env, s, t, r, scale(h, add(sum_v, v)))
        _put(node, 6, a)
        v, r_corrected = _blend(nodes, n, _CORRECT_V, _CORRECT_R)
        r_corrected = scale(h * h, add(sum_r, r_corrected))
        v = scale(h, add(add(sum_v, a), v))
        moved = subtract(r_corrected, r)
        a = add(a, _change(env.mu, r, moved))
        _put(node, 0, r_corrected)
        _put(node, 3, v)
        _put(node, 6, a)
        sum_v = add(sum_v, a)
        sum_r = add(sum_r, sum_v)
        _settle(nodes, n, sum_v, sum_r, h)
        correction = dot(moved, moved)
        if not (correction < 1e12 and _above(env, t, r)):
            return nan
        worst = max(worst, correction)
    return sqrt(worst) if _last_nodes(env, s, h, nodes, start) else nan


@kernel
def _single_steps(env: Record, s: Record, h: float, nodes: Array, start: float) -> bool:
    """Fill nodes by single steps from the stepper's state at `start` on; false when the flight ends before."""
    for n in range(nodes.shape[0]):
        if n > 0:
            land(env, s, start + n * h)
            if s.status != ARRIVED:
                return False
        r, v = (s.y[0], s.y[1], s.y[2]), (s.y[3], s.y[4], s.y[5])
        _put(nodes[n], 0, r)
        _put(nodes[n], 3, v)
        _put(nodes[n], 6, _accelerated(env, s, start + n * h, r, v))
    return True


@kernel
def _settle(nodes: Array, newest: int, sum_v: Vector, sum_r: Vector, h: float) -> None:
    """Write the final state of the node in the middle of the newest."""
    v, r = _blend(nodes, newest, _MIDDLE_V, _MIDDLE_R)
    node = nodes[newest - _MIDDLE]
    _put(node, 0, scale(h * h, add(subtract(sum_r, scale(_MIDDLE + 1.0, sum_v)), r)))
    _put(node, 3, scale(h, add(sum_v, v)))


@kernel
def _last_nodes(env: Record, s: Record, h: float, nodes: Array, start: float) -> bool:
    """Fly the last nodes again, which no later ones settle; false when the flight ends before."""
    settled = nodes.shape[0] - 1 - _MIDDLE
    node = nodes[settled]
    s.t, s.fresh, s.rejected = start + settled * h, 1, 0
    for i in range(6):
        s.y[i] = node[i]
    return _single_steps(env, s, h, nodes[settled:], s.t)


@kernel
def _first_sums(nodes: Array, h: float) -> tuple[Vector, Vector]:
    """The sums s and S at the newest of the first nodes, from the state in their middle."""
    newest = POINTS - 1
    node = nodes[newest - _MIDDLE]
    v, r = _blend(nodes, newest, _MIDDLE_V, _MIDDLE_R)
    sum_v = subtract(scale(1.0 / h, (node[3], node[4], node[5])), v)
    sum_r = subtract(scale(1.0 / (h * h), (node[0], node[1], node[2])), r)
    return (sum_v, add(sum_r, scale(_MIDDLE + 1.0, sum_v)))


@kernel
def _blend(nodes: Array, newest: int, first: Array, second: Array) -> tuple[Vector, Vector]:
    """Two weighted sums of the accelerations up to a node."""
    vx, vy, vz, rx, ry, rz = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(POINTS):
        b, c = first[j], second[j]
        x, y, z = nodes[newest - j, 6], nodes[newest - j, 7], nodes[newest - j, 8]
        vx, vy, vz = vx + b * x, vy + b * y, vz + b * z
        rx, ry, rz = rx + c * x, ry + c * y, rz + c * z
    return ((vx, vy, vz), (rx, ry, rz))


@kernel
def _accelerated(env: Record, s: Record, t: float, r: Vector, v: Vector) -> Vector:
    """Acceleration [m/s^2] of the stepper's craft."""
    mass = s.y[6]
    return acceleration(env, t, r, v, s.drag_area / mass, s.light_area / mass)


@kernel
def _change(mu: float, r: Vector, moved: Vector) -> Vector:
    """Change of the central attraction over a small way, to first order."""
    square = dot(r, r)
    stretch = 3.0 * dot(r, moved) / square
    return scale(-mu / (square * sqrt(square)), subtract(moved, scale(stretch, r)))


@kernel
def _above(env: Record, t: float, r: Vector) -> bool:
    """True at 100 km and higher; the ellipsoid is asked only where its flattening matters."""
    outside = EQUATORIAL_RADIUS + MINIMUM_HEIGHT
    return dot(r, r) >= outside * outside or height(env, t, r) >= MINIMUM_HEIGHT


@kernel
def _put(row: Array, first: int, a: Vector) -> None:
    """Write a vector into a row."""
    row[first], row[first + 1], row[first + 2] = a
