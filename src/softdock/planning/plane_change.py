"""A plane change, if any: where two planes cross, and the burn across the track that lays one onto the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ..astro.orbits import MeanOrbit, advanced, mean_from_state, true_equator_axes
from ..astro.relative import lvlh_axes
from ..conventions import Array, Record
from ..dynamics.arcs import Arc, PointState
from .start import Plane


@dataclass(frozen=True)
class Wedge:
    """Angle [rad] between the planes at a later time, and the normals (3,) now: the craft's own and the one wanted."""

    angle: float
    normal: Array
    wanted: Array


def _plane(mean: MeanOrbit) -> Plane:
    return Plane(mean.inclination, mean.raan)


def wedge_at(env_j2: Record, target: PointState, chaser: PointState, *, time: float) -> Wedge:
    """The wedge left at a time under differential regression of the nodes (J2-mean, secular)."""
    C = mean_from_state(chaser.r, chaser.v, env_j2, t=chaser.t)
    T = mean_from_state(target.r, target.v, env_j2, t=target.t)
    C_then = advanced(C, env_j2, time - chaser.t)
    T_then = advanced(T, env_j2, time - target.t)
    normal = _plane(C).normal()
    wanted = Plane(T_then.inclination, T_then.raan - (C_then.raan - C.raan)).normal()
    axes = true_equator_axes(env_j2, chaser.t)
    cosine = float(_plane(T_then).normal() @ _plane(C_then).normal())
    return Wedge(float(np.arccos(min(1.0, cosine))), normal @ axes, wanted @ axes)


def next_crossing(arc: Arc, wedge: Wedge, start: float, *, period: float) -> float:
    """First time [s] from `start` at which the craft passes the line where the two planes cross."""
    line = np.cross(wedge.normal, wedge.wanted)
    beside = np.cross(wedge.normal, line / np.linalg.norm(line))

    def side(t: float) -> float:
        return float(arc.at(t).r @ beside)

    times = np.linspace(start, start + 0.6 * period, 40)
    values = [side(float(t)) for t in times]
    k = next(k for k in range(len(times) - 1) if values[k] * values[k + 1] <= 0.0)
    return float(brentq(side, times[k], times[k + 1], xtol=1e-3))


def turning_burn(state: PointState, wedge: Wedge) -> Array:
    """LVLH change of velocity (3,) [m/s] at the crossing: the velocity is turned into the wanted plane."""
    v = state.v - wedge.wanted * float(wedge.wanted @ state.v)
    v *= float(np.linalg.norm(state.v)) / float(np.linalg.norm(v))
    return np.asarray(lvlh_axes(state.r, state.v) @ (v - state.v))
