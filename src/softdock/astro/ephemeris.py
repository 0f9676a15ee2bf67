"""Sun and Moon as seen from the Earth's centre, tabulated for the kernels."""

from __future__ import annotations

import erfa
import numpy as np

from ..conventions import Array, Record
from ..kernels import kernel
from ..numerics.vectors import Vector, norm, scale, subtract
from .constants import ASTRONOMICAL_UNIT
from .moon import moon_positions
from .tables import NODES, blend, first_node, weights
from .time import Epoch

EPHEMERIS_FIELDS = [
    ("mu_sun", "f8"),  # m^3/s^2, zero when the Sun does not attract
    ("mu_moon", "f8"),
    ("bodies", "f8", (NODES, 6)),  # Sun x, y, z, Moon x, y, z [m] in GCRF
]


def fill_bodies(env: Record, epoch: Epoch, times: Array) -> None:
    """Tabulate Sun (Simon et al. 1994, VSOP2000) and Moon (DE440) at the mission times [s] of the nodes.

    Geometric positions: light time and aberration (20") are left out.
    """
    tt = epoch.tt(times)
    heliocentric, _ = erfa.epv00(*tt)
    env.bodies[: len(times), :3] = -ASTRONOMICAL_UNIT * np.asarray(heliocentric["p"])
    env.bodies[: len(times), 3:] = moon_positions(epoch, times)


@kernel
def sun_position(env: Record, t: float) -> Vector:
    """Sun from the Earth's centre [m] in GCRF at t [s]; nan outside the table."""
    first = first_node(env, t)
    w = weights(env, t, first)
    return (blend(env.bodies, first, 0, w), blend(env.bodies, first, 1, w), blend(env.bodies, first, 2, w))


@kernel
def moon_position(env: Record, t: float) -> Vector:
    """Moon from the Earth's centre [m] in GCRF at t [s]; nan outside the table."""
    first = first_node(env, t)
    w = weights(env, t, first)
    return (blend(env.bodies, first, 3, w), blend(env.bodies, first, 4, w), blend(env.bodies, first, 5, w))


@kernel
def tidal_acceleration(mu: float, s_N: Vector, r_N: Vector) -> Vector:
    """What a body at s_N [m] adds to motion about the Earth at r_N [m], in m/s^2."""
    d = subtract(s_N, r_N)
    d1, s1 = norm(d), norm(s_N)
    return subtract(scale(mu / (d1 * d1 * d1), d), scale(mu / (s1 * s1 * s1), s_N))
