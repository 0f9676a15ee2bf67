"""The time on which a scheme hangs: when, in the revolution of docking, the light at the target is as wanted."""

from __future__ import annotations

from math import pi
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ..astro.eclipses import shadow_intervals, sunrises
from ..astro.events import crossings
from ..astro.frames import dcm_EN
from ..conventions import DEGREE, HOUR, MINUTE, Array, Record
from ..dynamics.arcs import Arc
from ..errors import MissionError, PlanError
from ..formats.document import Document, Positive
from .inputs import MOST_REVOLUTIONS, Site

TERMINAL = "terminal_s"  # the name by which rules use it


class Terminal(Document):
    """A time that the rules know as "$terminal_s": the light wanted, so that capture falls in a revolution."""

    docking_revolution: Annotated[int, Field(ge=2, le=MOST_REVOLUTIONS)]
    """The chaser's revolution in which capture falls; one begins at each crossing of the pad's longitude."""
    to_capture_min: Positive
    """From this time to capture, to choose the revolution; it need not be exact."""
    light: Literal["mid-darkness", "sunrise", "sunset"] = "mid-darkness"
    offset_min: float = 0.0
    """Added to it; negative for before."""


def revolution_begins(env: Record, target: Arc, *, site: Site, lift_off: float) -> list[float]:
    """When the chaser's revolutions begin [s], from its second on.

    They count crossings of its pad's longitude; docked, both cross together, so the target's crossings since the
    chaser's lift-off count the same once it has been caught.
    """
    return crossings_of_longitude(env, target, lift_off, longitude_deg=site.longitude_deg)


def terminal_time(env: Record, target: Arc, wanted: Terminal, *, begins: list[float]) -> float:
    """The first time [s] with the light wanted from which capture falls in the docking revolution. Raises PlanError."""
    number = wanted.docking_revolution
    if len(begins) < number:
        raise MissionError(
            f"is {number}, which begins after the {len(begins)} revolutions within the time given; lower it or raise"
            " within_h",
            key="terminal.docking_revolution",
        )
    lead = (wanted.to_capture_min + wanted.offset_min) * MINUTE
    start = begins[number - 2] - lead
    for t in _lights(env, target, wanted.light, start - 1.6 * HOUR, stop=min(start + 3.2 * HOUR, target.stop)):
        if t >= start:
            return t + wanted.offset_min * MINUTE
    raise PlanError(f"the target has no {wanted.light} near docking_revolution {number}; choose another light")


def _lights(env: Record, target: Arc, light: str, start: float, *, stop: float) -> list[float]:
    if light == "mid-darkness":
        return [0.5 * (a + b) for a, b in shadow_intervals(target, env, start, stop=stop)]
    wanted = 1 if light == "sunrise" else -1
    return [t for t, direction in sunrises(target, env, start, stop=stop) if direction == wanted]


def crossings_of_longitude(env: Record, arc: Arc, start: float, *, longitude_deg: float) -> list[float]:
    """Times [s] at which the ground track passes a longitude eastward, from `start` on."""

    def past(times: Array) -> Array:
        turns = [np.array(dcm_EN(env, float(t)))[:2] @ r for t, r in zip(times, arc.positions(times), strict=True)]
        east = np.arctan2([r[1] for r in turns], [r[0] for r in turns]) - longitude_deg * DEGREE
        return np.asarray((east + pi) % (2.0 * pi) - pi)

    return [t for t, direction in crossings(past, start, arc.stop, step=60.0) if direction > 0]
