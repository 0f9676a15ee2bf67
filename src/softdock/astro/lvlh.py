"""The local frame of an orbit, for kernels; `relative.py` has it for arrays."""

from __future__ import annotations

from ..kernels import kernel
from ..numerics.rotations import Quaternion, from_axes
from ..numerics.vectors import Vector, cross, dot, scale, unit


@kernel
def lvlh_from_inertial(r_N: Vector, v_N: Vector) -> Quaternion:
    """q_LN of LVLH (x forward, y minus the orbit normal, z toward the Earth) at a state in N."""
    z = scale(-1.0, unit(r_N))
    y = scale(-1.0, unit(cross(r_N, v_N)))
    return from_axes(cross(y, z), y, z)


@kernel
def lvlh_rate(r_N: Vector, v_N: Vector) -> Vector:
    """omega_LN_N [rad/s] of that frame: angular momentum over distance squared."""
    return scale(1.0 / dot(r_N, r_N), cross(r_N, v_N))
