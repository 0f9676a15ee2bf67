"""Attitudes that the far regime assumes and hands on: a craft holds LVLH, or points at another."""

from __future__ import annotations

import numpy as np

from ..astro.relative import lvlh_axes
from ..conventions import Array
from ..numerics.rotations import from_axes


def quaternion(dcm_NB: Array) -> Array:
    """q_NB (4,) of a rotation (3, 3) from body to inertial components."""
    rows = [(float(row[0]), float(row[1]), float(row[2])) for row in dcm_NB]
    return np.array(from_axes(rows[0], rows[1], rows[2]))


def lvlh_attitude(r: Array, v: Array, dcm_LB: Array) -> tuple[Array, Array]:
    """q_NB (4,) and omega_BN_B (3,) [rad/s] of a craft that holds a fixed attitude in its own LVLH."""
    dcm_LN = lvlh_axes(r, v)
    rate = np.array([0.0, -float(np.linalg.norm(np.cross(r, v)) / (r @ r)), 0.0])
    return quaternion(dcm_LN.T @ dcm_LB), np.asarray(dcm_LB.T @ rate)


def pointing_attitude(direction_N: Array, turn_rate_N: Array, down_N: Array) -> tuple[Array, Array]:
    """q_NB and omega_BN_B with body x along a direction that turns at a rate, body z toward `down`."""
    x = direction_N / np.linalg.norm(direction_N)
    y = np.cross(down_N, x)
    y /= np.linalg.norm(y)
    dcm_BN = np.array([x, y, np.cross(x, y)])
    return quaternion(dcm_BN.T), np.asarray(dcm_BN @ turn_rate_N)
