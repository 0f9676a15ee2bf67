"""Curvilinear relative coordinates: distances along the target's circle instead of along straight axes.

In LVLH axes: x the arc along the target's orbit (forward), y the arc across it (toward minus the orbit normal), z the
fall below the target's radius. On these the Clohessy-Wiltshire equations keep their form, and a craft far ahead or
behind on the target's own orbit has no height, where straight axes show it L^2/2R below. The linear model's error
then grows with what is truly different between the orbits, no longer with the distance along the track. Alfriend et
al. 2010, Spacecraft Formation Flying, section 5.1; de Bruijn, Gill and How 2011.
Half an orbit from a coelliptic start whose height difference is a twentieth of the distance, the error along the track
is 160 times less than on straight axes (1 m against 134 m at 10 km); from rest at a tenth of the distance, where the
orbits differ more, 6 times.
Domain: target nearly circular, chaser short of the poles of the target's plane; at any angle along the orbit.
"""

from __future__ import annotations

import numpy as np

from ..conventions import Array


def hill_from_lvlh(a_L: Array) -> Array:
    """Components (..., 3) in the Hill frame (x up, y forward, z along the orbit normal) of a vector in LVLH."""
    a = np.asarray(a_L, dtype=float)
    return np.stack([-a[..., 2], a[..., 0], -a[..., 1]], axis=-1)


def lvlh_from_hill(a_H: Array) -> Array:
    """Components (..., 3) in LVLH (x forward, y minus the orbit normal, z down) of a vector in the Hill frame."""
    a = np.asarray(a_H, dtype=float)
    return np.stack([a[..., 1], -a[..., 2], -a[..., 0]], axis=-1)


def curvilinear_from_lvlh(
    r_CT_L: Array, v_CT_L: Array, *, radius: float, radial_rate: float = 0.0
) -> tuple[Array, Array]:
    """Curvilinear position (..., 3) [m] and velocity (..., 3) [m/s] of straight ones in LVLH.

    r_CT_L [m], v_CT_L [m/s]: as `relative_lvlh` gives them · radius [m] of the target from the Earth's centre ·
    radial_rate [m/s] of that radius. Exact: no term is left out.
    """
    x, y, z = np.moveaxis(np.asarray(r_CT_L, dtype=float), -1, 0)
    vx, vy, vz = np.moveaxis(np.asarray(v_CT_L, dtype=float), -1, 0)
    up, v_up = radius - z, radial_rate - vz
    flat2 = x * x + up * up
    flat, distance = np.sqrt(flat2), np.sqrt(flat2 + y * y)
    v_flat = (x * vx + up * v_up) / flat
    along, across = np.arctan2(x, up), np.arctan2(y, flat)
    along_rate = (up * vx - x * v_up) / flat2
    across_rate = (flat * vy - y * v_flat) / (distance * distance)
    # radius - distance, without the digits that the difference of two long ways would lose
    below = (2.0 * radius * z - z * z - x * x - y * y) / (radius + distance)
    v_out = (flat * v_flat + y * vy) / distance
    position = np.stack([radius * along, radius * across, below], axis=-1)
    rates = (radius * along_rate, radius * across_rate, radial_rate - v_out)
    velocity = np.stack(rates, axis=-1)
    velocity[..., :2] += radial_rate / radius * position[..., :2]
    return position, velocity


def lvlh_from_curvilinear(
    position: Array, velocity: Array, *, radius: float, radial_rate: float = 0.0
) -> tuple[Array, Array]:
    """Position r_CT_L (..., 3) [m] and velocity v_CT_L (..., 3) [m/s]: the inverse of `curvilinear_from_lvlh`."""
    s_x, s_y, below = np.moveaxis(np.asarray(position, dtype=float), -1, 0)
    v_x, v_y, v_below = np.moveaxis(np.asarray(velocity, dtype=float), -1, 0)
    along, across = s_x / radius, s_y / radius
    along_rate = (v_x - radial_rate * along) / radius
    across_rate = (v_y - radial_rate * across) / radius
    distance, v_out = radius - below, radial_rate - v_below
    flat = distance * np.cos(across)
    y = distance * np.sin(across)
    v_flat = v_out * np.cos(across) - y * across_rate
    x, up = flat * np.sin(along), flat * np.cos(along)
    half = np.sin(0.5 * along)
    z = radius - flat + 2.0 * flat * half * half  # radius - up
    vx = v_flat * np.sin(along) + up * along_rate
    v_up = v_flat * np.cos(along) - x * along_rate
    vy = v_out * np.sin(across) + flat * across_rate
    return np.stack([x, y, z], axis=-1), np.stack([vx, vy, radial_rate - v_up], axis=-1)
