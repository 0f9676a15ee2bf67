"""Directions in kernels: axes across one, small errors of one, the shortest turn between two."""

from __future__ import annotations

from math import sqrt

from ..kernels import kernel
from .rotations import Quaternion, normalised
from .vectors import Vector, add, cross, dot, scale, unit


@kernel
def axes_across(u: Vector) -> tuple[Vector, Vector]:
    """Two unit vectors that complete the unit vector u to a right-handed triad (u, first, second)."""
    if abs(u[0]) < 0.9:
        helper = (1.0, 0.0, 0.0)
    else:
        helper = (0.0, 1.0, 0.0)
    first = unit(cross(helper, u))
    return first, cross(u, first)


@kernel
def deflected(u: Vector, first: float, second: float) -> Vector:
    """The unit vector u turned by two small angles [rad] across itself."""
    e1, e2 = axes_across(u)
    return unit(add(u, add(scale(first, e1), scale(second, e2))))


@kernel
def shortest_turn(a: Vector, b: Vector) -> Quaternion:
    """Quaternion of the least rotation that carries the unit vector a into b; opposite ones turn about any axis."""
    w = 1.0 + dot(a, b)
    if not w > 1e-9:
        e1, _ = axes_across(a)
        return (0.0, e1[0], e1[1], e1[2])
    c = cross(a, b)
    return normalised((w, c[0], c[1], c[2]))


@kernel
def turned_no_further(a: Vector, b: Vector, angle_cosine: float) -> Vector:
    """The unit vector a turned towards b, but no further than the angle whose cosine is given."""
    c = dot(a, b)
    if c >= angle_cosine:
        return b
    across = unit(add(b, scale(-c, a)))
    return add(scale(angle_cosine, a), scale(sqrt(1.0 - angle_cosine * angle_cosine), across))
