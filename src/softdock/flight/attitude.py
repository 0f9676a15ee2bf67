"""Attitudes that the far regime assumes and hands on: a craft holds LVLH, or points at another."""

from __future__ import annotations

import numpy as np

from ..astro.relative import lvlh_axes
from ..conventions import DEGREE, Array
from ..numerics.attitudes import as_quaternion, quaternion_of
from ..numerics.rotations import conjugate, from_rotation_vector, multiply, normalised
from ..vehicle.craft import AttitudeControl


def lvlh_attitude(r: Array, v: Array, dcm_LB: Array) -> tuple[Array, Array]:
    """q_NB (4,) and omega_BN_B (3,) [rad/s] of a craft that holds a fixed attitude in its own LVLH."""
    dcm_LN = lvlh_axes(r, v)
    rate = np.array([0.0, -float(np.linalg.norm(np.cross(r, v)) / (r @ r)), 0.0])
    return np.array(quaternion_of(dcm_LN.T @ dcm_LB)), np.asarray(dcm_LB.T @ rate)


def swung(attitude: tuple[Array, Array], limits: AttitudeControl, random: np.random.Generator) -> tuple[Array, Array]:
    """A held attitude (q_NB, omega_BN_B) as it is in fact: somewhere in the limit cycle of its attitude control.

    Within the deadband about each axis, and drifting there at up to half the rate deadband.
    """
    q_NB, omega = attitude
    x, y, z = limits.deadband_deg * DEGREE * random.uniform(-1.0, 1.0, 3)
    drift = 0.5 * limits.rate_deadband_deg_s * DEGREE * random.uniform(-1.0, 1.0, 3)
    turn = from_rotation_vector((float(x), float(y), float(z)))
    return np.array(normalised(multiply(as_quaternion(q_NB), turn))), omega + drift


def pointing_attitude(direction_N: Array, turn_rate_N: Array, down_N: Array) -> tuple[Array, Array]:
    """q_NB and omega_BN_B with body x along a direction that turns at a rate, body z toward `down`."""
    x = direction_N / np.linalg.norm(direction_N)
    y = np.cross(down_N, x)
    y /= np.linalg.norm(y)
    dcm_BN = np.array([x, y, np.cross(x, y)])
    return np.array(conjugate(quaternion_of(dcm_BN))), np.asarray(dcm_BN @ turn_rate_N)
