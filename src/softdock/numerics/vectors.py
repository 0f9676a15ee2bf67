"""Three-vectors as tuples, for kernels: sums written out so that compiled and plain Python agree to the bit."""

from __future__ import annotations

from math import sqrt

from ..conventions import Record
from ..kernels import kernel

Vector = tuple[float, float, float]


@kernel
def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def cross(a: Vector, b: Vector) -> Vector:
    """Vector product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@kernel
def norm(a: Vector) -> float:
    """Length."""
    return sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


@kernel
def add(a: Vector, b: Vector) -> Vector:
    """Sum."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@kernel
def subtract(a: Vector, b: Vector) -> Vector:
    """Difference a - b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@kernel
def scale(factor: float, a: Vector) -> Vector:
    """Vector a multiplied by a number."""
    return (factor * a[0], factor * a[1], factor * a[2])


@kernel
def unit(a: Vector) -> Vector:
    """Direction of a; the zero vector has none and returns zeros."""
    length = norm(a)
    if not length > 0.0:
        return (0.0, 0.0, 0.0)
    return (a[0] / length, a[1] / length, a[2] / length)


@kernel
def as_tuple(a: Record) -> Vector:
    """The three elements of an array as a tuple."""
    return (a[0], a[1], a[2])


@kernel
def store(a: Record, value: Vector) -> None:
    """Write a tuple into the first three elements of an array."""
    a[0] = value[0]
    a[1] = value[1]
    a[2] = value[2]


@kernel
def times(matrix: Record, a: Vector) -> Vector:
    """Product of a 3 x 3 array and a vector."""
    return (
        matrix[0, 0] * a[0] + matrix[0, 1] * a[1] + matrix[0, 2] * a[2],
        matrix[1, 0] * a[0] + matrix[1, 1] * a[1] + matrix[1, 2] * a[2],
        matrix[2, 0] * a[0] + matrix[2, 1] * a[1] + matrix[2, 2] * a[2],
    )
