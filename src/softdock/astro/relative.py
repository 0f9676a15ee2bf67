"""Relative geometry of two craft, with the sign conventions of docs/conventions.md.

T is the target, C the chaser; positions and velocities are inertial and may be single (3,) or many (n, 3).
LVLH: x along V-bar (forward, horizontal), y along minus the orbit normal, z toward the Earth.
"""

from __future__ import annotations

from math import cos, sin

import numpy as np

from ..conventions import Array
from ..numerics.products import crossed


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(np.sum(a * b, axis=-1))


def _unit(a: Array) -> Array:
    return np.asarray(a / np.linalg.norm(a, axis=-1, keepdims=True))


def lvlh_axes(r: Array, v: Array) -> Array:
    """dcm_LN (..., 3, 3): rows are the LVLH axes of a craft at r [m], v [m/s] in inertial components."""
    z = -_unit(np.asarray(r, dtype=float))
    y = -_unit(crossed(r, v))
    return np.stack([crossed(y, z), y, z], axis=-2)


def relative_lvlh(r_T: Array, v_T: Array, r_C: Array, v_C: Array) -> tuple[Array, Array]:
    """Position r_CT_L [m] and velocity v_CT_L [m/s] of the chaser in the target's LVLH, as seen turning with it.

    The frame turns at h/r^2 about the orbit normal; the slow turn of the plane itself (1e-6 of that) is left out.
    """
    axes = lvlh_axes(r_T, v_T)
    r = np.einsum("...ij,...j->...i", axes, r_C - r_T)
    v = np.einsum("...ij,...j->...i", axes, v_C - v_T)
    return r, v - crossed(_orbit_rate(r_T, v_T), r)


def inertial_from_lvlh(r_T: Array, v_T: Array, *, r_CT_L: Array, v_CT_L: Array) -> tuple[Array, Array]:
    """Position [m] and velocity [m/s] of the chaser in inertial axes: the inverse of `relative_lvlh`."""
    axes = lvlh_axes(r_T, v_T)
    v = v_CT_L + crossed(_orbit_rate(r_T, v_T), r_CT_L)
    return r_T + np.einsum("...ji,...j->...i", axes, r_CT_L), v_T + np.einsum("...ji,...j->...i", axes, v)


def _orbit_rate(r: Array, v: Array) -> Array:
    """omega_LN_L [rad/s]: the turn of LVLH, about its own minus y."""
    rate = np.linalg.norm(crossed(r, v), axis=-1) / _dot(r, r)
    return np.stack([np.zeros_like(rate), -rate, np.zeros_like(rate)], axis=-1)


def phase_angle(r_T: Array, v_T: Array, r_C: Array) -> Array:
    """Signed central angle [rad], -pi to pi, in the target's plane, positive when the target is ahead."""
    normal = _unit(crossed(r_T, v_T))
    cosine = _dot(r_C, r_T) - _dot(normal, r_C) * _dot(normal, r_T)
    return np.asarray(np.arctan2(_dot(normal, crossed(r_C, r_T)), cosine))


def height_difference(r_T: Array, v_T: Array, r_C: Array, *, mu: float) -> Array:
    """Target radius less chaser radius [m] at the chaser's central angle; positive when the chaser is below.

    The target's radius there is that of its osculating Kepler orbit, mu [m^3/s^2].
    """
    h = crossed(r_T, v_T)
    eccentricity = crossed(v_T, h) / mu - _unit(np.asarray(r_T, dtype=float))
    normal = _unit(h)
    in_plane = r_C - _dot(normal, r_C)[..., None] * normal
    radius = _dot(h, h) / mu / (1.0 + _dot(eccentricity, _unit(in_plane)))
    return np.asarray(radius - np.linalg.norm(r_C, axis=-1))


def elevation_angle(r_T: Array, r_C: Array, v_C: Array) -> Array:
    """Line of sight to the target above the chaser's local horizontal [rad], -pi to pi.

    Measured in the chaser's orbit plane from forward toward up: 27 deg is ahead and above, 157 deg behind and above.
    """
    axes = lvlh_axes(r_C, v_C)
    sight = np.einsum("...ij,...j->...i", axes, r_T - r_C)
    return np.asarray(np.arctan2(-sight[..., 2], sight[..., 0]))


def clohessy_wiltshire_stm(mean_motion: float, seconds: float) -> Array:
    """State transition (6, 6) of r_CT_L [m], v_CT_L [m/s] about a circular target orbit. Clohessy and Wiltshire 1960.

    mean_motion [rad/s] of the target · seconds [s]. Half a revolution's error grows as distance squared: 1.4 cm at
    100 m, 1.4 m at 1 km.
    """
    n, a = mean_motion, mean_motion * seconds
    s, c = sin(a), cos(a)
    stm = np.zeros((6, 6))
    # rows x (forward), y (minus the normal), z (down); columns x, y, z and their rates
    stm[0] = [1.0, 0.0, 6.0 * (a - s), (4.0 * s - 3.0 * a) / n, 0.0, 2.0 * (1.0 - c) / n]
    stm[1] = [0.0, c, 0.0, 0.0, s / n, 0.0]
    stm[2] = [0.0, 0.0, 4.0 - 3.0 * c, -2.0 * (1.0 - c) / n, 0.0, s / n]
    stm[3] = [0.0, 0.0, 6.0 * n * (1.0 - c), 4.0 * c - 3.0, 0.0, 2.0 * s]
    stm[4] = [0.0, -n * s, 0.0, 0.0, c, 0.0]
    stm[5] = [0.0, 0.0, 3.0 * n * s, -2.0 * s, 0.0, c]
    return stm
