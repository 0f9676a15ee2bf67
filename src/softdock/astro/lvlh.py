"""The local frames of an orbit: LVLH for kernels, and by name for arrays.

| name | x | y | z |
|---|---|---|---|
| LVLH | forward, horizontal (V-bar) | minus the orbit normal | toward the Earth (R-bar) |
| RTN, also QSW and HILL | radial, up | transverse, forward | orbit normal |
"""

from __future__ import annotations

import numpy as np

from ..conventions import Array
from ..errors import DataError
from ..kernels import kernel
from ..numerics.rotations import Quaternion, from_axes
from ..numerics.vectors import Vector, cross, dot, scale, unit
from .relative import lvlh_axes

LOCAL_FRAMES = ("LVLH", "RTN", "QSW", "HILL")
_RTN_FROM_LVLH = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])


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


def local_axes(frame: str, r_N: Array, v_N: Array) -> tuple[Array, Array]:
    """Matrices (..., 3, 3), rows the axes of a local frame, and its rate (..., 3) [rad/s] in its own components.

    frame: one of LOCAL_FRAMES · r_N, v_N (..., 3) [m, m/s]: the craft whose frame it is. The rate is angular momentum
    over distance squared; the slow turn of the plane itself (1e-6 of that) is left out. Raises DataError.
    """
    if frame not in LOCAL_FRAMES:
        raise DataError(f"the local frame {frame} was asked for; the known ones are {', '.join(LOCAL_FRAMES)}")
    h = np.cross(r_N, v_N)
    square = np.sum(np.square(r_N), axis=-1)
    axes = lvlh_axes(r_N, v_N)
    if frame != "LVLH":
        axes = _RTN_FROM_LVLH @ axes
    return axes, np.asarray(np.einsum("...ij,...j->...i", axes, h / square[..., None]))
