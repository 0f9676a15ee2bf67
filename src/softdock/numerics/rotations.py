"""Quaternions and rotations as tuples, for kernels. Hamilton product, scalar first; q_XY turns Y into X."""

from __future__ import annotations

from math import atan2, cos, sin, sqrt

from ..kernels import kernel
from .vectors import Vector, cross, dot, norm

Quaternion = tuple[float, float, float, float]


@kernel
def multiply(p: Quaternion, q: Quaternion) -> Quaternion:
    """Hamilton product: q_XZ = multiply(q_XY, q_YZ)."""
    return (
        p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3],
        p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2],
        p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1],
        p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0],
    )


@kernel
def conjugate(q: Quaternion) -> Quaternion:
    """Inverse of a unit quaternion: q_YX from q_XY."""
    return (q[0], -q[1], -q[2], -q[3])


@kernel
def rotate(q_XY: Quaternion, a_Y: Vector) -> Vector:
    """Components in X of a vector given in Y."""
    w = (q_XY[1], q_XY[2], q_XY[3])
    u = cross(w, a_Y)
    u = (u[0] + u[0], u[1] + u[1], u[2] + u[2])
    s = cross(w, u)
    return (a_Y[0] + q_XY[0] * u[0] + s[0], a_Y[1] + q_XY[0] * u[1] + s[1], a_Y[2] + q_XY[0] * u[2] + s[2])


@kernel
def rotate_back(q_XY: Quaternion, a_X: Vector) -> Vector:
    """Components in Y of a vector given in X."""
    return rotate(conjugate(q_XY), a_X)


@kernel
def normalised(q: Quaternion) -> Quaternion:
    """Unit quaternion along q."""
    length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    return (q[0] / length, q[1] / length, q[2] / length, q[3] / length)


@kernel
def from_rotation_vector(phi: Vector) -> Quaternion:
    """q_XY of the frame Y reached from X by turning about phi [rad] by its length."""
    angle = norm(phi)
    if angle < 1e-8:  # series, exact to machine precision there
        return normalised((1.0 - angle * angle / 8.0, 0.5 * phi[0], 0.5 * phi[1], 0.5 * phi[2]))
    s = sin(0.5 * angle) / angle
    return (cos(0.5 * angle), s * phi[0], s * phi[1], s * phi[2])


@kernel
def to_rotation_vector(q: Quaternion) -> Vector:
    """Rotation vector [rad], at most pi long, of a unit quaternion; q and -q give the same."""
    sign = -1.0 if q[0] < 0.0 else 1.0
    v = (sign * q[1], sign * q[2], sign * q[3])
    s = norm(v)
    if s < 1e-8:
        return (2.0 * v[0], 2.0 * v[1], 2.0 * v[2])
    half = atan2(s, sign * q[0])
    return (2.0 * half * v[0] / s, 2.0 * half * v[1] / s, 2.0 * half * v[2] / s)


@kernel
def from_axes(x_Y: Vector, y_Y: Vector, z_Y: Vector) -> Quaternion:
    """q_XY of the frame X whose right-handed unit axes are given in Y (rows of dcm_XY). Shepperd 1978."""
    m00, m01, m02 = x_Y
    m10, m11, m12 = y_Y
    m20, m21, m22 = z_Y
    trace = m00 + m11 + m22
    if trace >= m00 and trace >= m11 and trace >= m22:
        q = (1.0 + trace, m21 - m12, m02 - m20, m10 - m01)
    elif m00 >= m11 and m00 >= m22:
        q = (m21 - m12, 1.0 + m00 - m11 - m22, m01 + m10, m02 + m20)
    elif m11 >= m22:
        q = (m02 - m20, m01 + m10, 1.0 - m00 + m11 - m22, m12 + m21)
    else:
        q = (m10 - m01, m02 + m20, m12 + m21, 1.0 - m00 - m11 + m22)
    return normalised(q)


@kernel
def angle_between(a: Vector, b: Vector) -> float:
    """Angle [rad] between two vectors, accurate near 0 and pi. Kahan."""
    return atan2(norm(cross(a, b)), dot(a, b))
