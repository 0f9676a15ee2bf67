"""Attitudes kept in records: quaternions in and out of arrays of four, and rows of a rotation matrix."""

from __future__ import annotations

from ..conventions import Record
from ..kernels import kernel
from .rotations import Quaternion, from_axes
from .vectors import Vector


@kernel
def as_quaternion(q: Record) -> Quaternion:
    """The four elements of an array as a tuple."""
    return (q[0], q[1], q[2], q[3])


@kernel
def store_quaternion(a: Record, q: Quaternion) -> None:
    """Write a tuple into the first four elements of an array."""
    a[0] = q[0]
    a[1] = q[1]
    a[2] = q[2]
    a[3] = q[3]


@kernel
def row(matrix: Record, i: int) -> Vector:
    """Row i of a 3 x 3 array: of dcm_XY, axis i of X in components of Y."""
    return (matrix[i, 0], matrix[i, 1], matrix[i, 2])


@kernel
def quaternion_of(dcm_XY: Record) -> Quaternion:
    """q_XY of a rotation matrix."""
    return from_axes(row(dcm_XY, 0), row(dcm_XY, 1), row(dcm_XY, 2))
