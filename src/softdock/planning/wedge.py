"""How two orbital planes differ where it matters.

Planes are compared where the target passes the chaser's central angle: osculating planes of one moment differ by J2's
swing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, sin

import numpy as np

from ..astro.orbits import mean_from_state
from ..conventions import Record
from ..dynamics.arcs import Arc, PointState
from ..numerics.products import crossed
from .conditions import normals_at_same_angle


@dataclass(frozen=True)
class Wedge:
    """How the chaser's plane differs from the target's.

    tilt [rad]: of inclination, chaser less target · turn [rad]: of the node times sine of inclination, likewise
    """

    tilt: float
    turn: float

    @property
    def angle(self) -> float:
        """Between the planes [rad]."""
        return hypot(self.tilt, self.turn)


def wedge(target: Arc, chaser: PointState, env_j2: Record) -> Wedge:
    """The planes compared at a state of the chaser.

    A craft at argument of latitude u stands r (di sin u - dO sin i cos u) off a plane that differs by di and dO.
    """
    mean = mean_from_state(chaser.r, chaser.v, env_j2, t=chaser.t)
    y = np.concatenate([chaser.r, chaser.v])[None, :]
    normal, radius = normals_at_same_angle(target, chaser.t, y)[0], float(np.linalg.norm(chaser.r))
    rate = float(np.linalg.norm(crossed(chaser.r, chaser.v))) / radius**2
    off, drift = float(normal @ chaser.r) / radius, float(normal @ chaser.v) / (radius * rate)
    s, c = sin(mean.argument_of_latitude), cos(mean.argument_of_latitude)
    return Wedge(off * s + drift * c, drift * s - off * c)
