"""What far navigation says instead of the truth: drawn from the accuracy of ground and on-board tracking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..astro.relative import lvlh_axes
from ..conventions import Array
from ..dynamics.arcs import PointState
from ..formats.document import Document, NotNegative
from ..planning.inputs import StateSigma


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


def ground_error(truth: PointState, sigma: GroundTracking, random: np.random.Generator) -> PointState:
    """The state with one draw of tracking error."""
    draw = random.standard_normal(6)
    rate = float(np.linalg.norm(np.cross(truth.r, truth.v)) / (truth.r @ truth.r))
    up = sigma.radial_m * draw[0]
    along = sigma.in_track_m * draw[1]
    across = sigma.cross_track_m * draw[2]
    # da = 2 (dr + dv / n) on a near-circular orbit
    forward = rate * (0.5 * sigma.semi_major_axis_m * draw[3] - up)
    axes = lvlh_axes(truth.r, truth.v)
    dr = axes.T @ np.array([along, across, -up])
    dv = axes.T @ np.array([forward, sigma.cross_track_rate_m_s * draw[5], -sigma.radial_rate_m_s * draw[4]])
    # an in-track error displaces the craft along its own orbit: its velocity turns with it
    dv += along / float(np.linalg.norm(truth.r)) * float(np.linalg.norm(truth.v)) * axes[2]
    return replace(truth, r=truth.r + dr, v=truth.v + dv)


def relative_error(sigma: StateSigma, random: np.random.Generator) -> tuple[Array, Array]:
    """One draw of the error of relative position [m] and velocity [m/s], alike in all directions."""
    draw = random.standard_normal(6)
    return sigma.position_m * draw[:3], sigma.velocity_m_s * draw[3:]
