"""From NSR to TPI as computed from the telemetry of both craft: line of sight and height difference."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..astro.constants import MU_EARTH
from ..astro.relative import elevation_angle, height_difference
from ..conventions import DEGREE, KILOMETRE, Array
from .story import Story
from .telemetry import Rows
from .wording import finite

NEAREST = 4  # samples before a time through which a value is carried on to it


class Coelliptic(NamedTuple):
    """Samples between NSR and TPI: GET [s], elevation of the line of sight [deg], height difference [km]."""

    get_s: Array
    elevation_deg: Array
    height_km: Array


def coelliptic(story: Story) -> Coelliptic | None:
    """What the chaser saw of the target from NSR up to TPI; None without samples of both craft."""
    start, stop = story.time("NSR"), story.time("TPI")
    if start is None:
        return None
    chaser, target = story.between(story.rows(story.chaser), start, stop), story.rows(story.target)
    chaser = chaser[np.isfinite(vectors(chaser, "velocity_gcrf_{}_m_s")).all(axis=1)]
    if len(chaser) < NEAREST or len(target) < 2:
        return None
    times = chaser["get_s"]
    within = (times >= target["get_s"][0]) & (times <= target["get_s"][-1])
    chaser, times = chaser[within], times[within]
    if len(chaser) < NEAREST:
        return None
    r_T, v_T = states_at(target, times)
    r_C, v_C = vectors(chaser, "position_gcrf_{}_m"), vectors(chaser, "velocity_gcrf_{}_m_s")
    return Coelliptic(
        get_s=np.asarray(times),
        elevation_deg=elevation_angle(r_T, r_C, v_C) / DEGREE,
        height_km=height_difference(r_T, v_T, r_C, mu=MU_EARTH) / KILOMETRE,
    )


def value_at(times: Array, values: Array, time: float) -> float:
    """A smooth quantity at a time [s] just after its last samples, by the parabola through these."""
    near_times, near_values = times[-NEAREST:] - time, values[-NEAREST:]
    return float(np.polyfit(near_times, near_values, 2)[-1])


def vectors(rows: Rows, pattern: str) -> Array:
    """The columns of a vector as (n, 3)."""
    return np.stack([rows[pattern.format(axis)] for axis in "xyz"], axis=-1)


def states_at(rows: Rows, times: Array) -> tuple[Array, Array]:
    """Position [m] and velocity [m/s] (n, 3) at times between samples, by cubic Hermite interpolation.

    At a sample each minute in a low orbit the position is good to half a metre.
    """
    known, first = np.unique(rows["get_s"], return_index=True)
    r, v = (vectors(rows, name)[first] for name in ("position_gcrf_{}_m", "velocity_gcrf_{}_m_s"))
    k = np.clip(np.searchsorted(known, times, side="right") - 1, 0, len(known) - 2)
    step = (known[k + 1] - known[k])[:, None]
    s = ((times - known[k]) / step[:, 0])[:, None]
    a, b, c, d = r[k], step * v[k], r[k + 1], step * v[k + 1]
    chord = c - a
    third, fourth = 3.0 * chord - 2.0 * b - d, b + d - 2.0 * chord
    position = a + s * (b + s * (third + s * fourth))
    velocity = (b + s * (2.0 * third + 3.0 * s * fourth)) / step
    return np.asarray(position), np.asarray(velocity)


def asked(story: Story) -> tuple[float | None, float | None]:
    """Elevation at TPI [deg] and height difference at NSR [km] that the mission asks for."""
    wanted = story.phase("rendezvous").get("coelliptic")
    wanted = wanted if isinstance(wanted, dict) else {}
    return finite(wanted.get("elevation_at_tpi_deg")), finite(wanted.get("height_difference_at_nsr_km"))
