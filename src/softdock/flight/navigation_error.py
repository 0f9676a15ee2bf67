"""Draws of navigation error where no filter runs: the ground's, and an accuracy stated by manoeuvre."""

from __future__ import annotations

import numpy as np

from ..conventions import Array
from ..planning.inputs import StateSigma
from .tracking import GroundTracking, ground_error

__all__ = ["GroundTracking", "ground_error", "relative_error"]


def relative_error(sigma: StateSigma, random: np.random.Generator) -> tuple[Array, Array]:
    """One draw of the error of relative position [m] and velocity [m/s], alike in all directions."""
    draw = random.standard_normal(6)
    return sigma.position_m * draw[:3], sigma.velocity_m_s * draw[3:]
