"""What the ground knows of an orbit: a covariance in radial, in-track and cross-track axes, and draws from it.

Orbit determination knows the period far better than any part of the state: an error of radius comes with the error of
in-track speed that keeps the semi-major axis. docs/theory/far-navigation.md, equations 1 to 3.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..astro.constants import MU_EARTH
from ..astro.relative import lvlh_axes
from ..conventions import Array
from ..dynamics.arcs import PointState
from ..formats.document import Document, NotNegative


class GroundTracking(Document):
    """One-sigma errors of an orbit determined from the ground.

    The in-track velocity error is tied to the radial one so that the semi-major axis is known far better
    than its parts; uncorrelated 0.5 m/s would mean tens of kilometres after a day.
    """

    radial_m: NotNegative
    in_track_m: NotNegative
    cross_track_m: NotNegative
    semi_major_axis_m: NotNegative
    radial_rate_m_s: NotNegative
    cross_track_rate_m_s: NotNegative


def rtn_axes(state: PointState) -> Array:
    """Rows (3, 3) that turn GCRF into radial, in-track and cross-track components at a craft."""
    forward, right, down = lvlh_axes(state.r, state.v)
    return np.stack([-down, forward, -right])


def ground_factor(truth: PointState, sigma: GroundTracking) -> Array:
    """Factor B (6, 6) of the covariance B B' that the ground leaves: R, T, N [m] and their velocities [m/s].

    Velocities are inertial ones along the axes of the moment. A column is what one independent error does, by one
    sigma: radius at a kept semi-major axis, place along the orbit, place across it, semi-major axis, the rates across.
    Equation 1; it holds at any eccentricity.
    """
    r, up = float(np.linalg.norm(truth.r)), rtn_axes(truth) @ truth.v
    speed_2 = float(up @ up)
    climb, forward = float(up[0]), float(up[1])
    pull = MU_EARTH / (r * r)
    axis = 1.0 / (2.0 / r - speed_2 / MU_EARTH)
    out = np.zeros((6, 6))
    out[[0, 4], 0] = sigma.radial_m * np.array([1.0, -pull / forward])
    out[[0, 1, 3], 1] = sigma.in_track_m / forward * np.array([climb, forward, -pull])
    out[2, 2] = sigma.cross_track_m
    out[4, 3] = sigma.semi_major_axis_m * 0.5 * MU_EARTH / (axis * axis * forward)
    out[[3, 4], 4] = sigma.radial_rate_m_s * np.array([1.0, -climb / forward])
    out[5, 5] = sigma.cross_track_rate_m_s
    return out


def ground_covariance(truth: PointState, sigma: GroundTracking) -> Array:
    """Covariance (6, 6) of the ground's knowledge in radial, in-track and cross-track axes [m, m/s]."""
    factor = ground_factor(truth, sigma)
    return np.asarray(factor @ factor.T)


def ground_miss(truth: PointState, sigma: GroundTracking, random: np.random.Generator) -> Array:
    """One draw (6,) of the error of the ground's state [m, m/s], in GCRF."""
    miss = ground_factor(truth, sigma) @ random.standard_normal(6)
    return turned_to_gcrf(truth) @ miss


def ground_error(truth: PointState, sigma: GroundTracking, random: np.random.Generator) -> PointState:
    """The state with one draw of tracking error."""
    miss = ground_miss(truth, sigma, random)
    return replace(truth, r=truth.r + miss[:3], v=truth.v + miss[3:])


def turned_to_gcrf(state: PointState) -> Array:
    """Matrix (6, 6) that turns radial, in-track and cross-track components of a place and a velocity into GCRF."""
    out = np.zeros((6, 6))
    out[:3, :3] = out[3:, 3:] = rtn_axes(state).T
    return out
