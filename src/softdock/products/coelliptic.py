"""From NSR to TPI as computed from the telemetry of both craft: line of sight and height difference."""

from __future__ import annotations

from typing import Any, NamedTuple

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


class Motion(NamedTuple):
    """Samples of a motion: times (n,) [s], each once and in order, places (n, 3) [m], rates (n, 3) [m/s]."""

    times: Array
    places: Array
    rates: Array

    def at(self, times: Array) -> tuple[Array, Array]:
        """Place [m] and rate [m/s] (k, 3) at times between samples, by cubic Hermite interpolation."""
        known = self.times
        k = np.clip(np.searchsorted(known, times, side="right") - 1, 0, len(known) - 2)
        step = (known[k + 1] - known[k])[:, None]
        s = ((times - known[k]) / step[:, 0])[:, None]
        a, b, c, d = self.places[k], step * self.rates[k], self.places[k + 1], step * self.rates[k + 1]
        chord = c - a
        third, fourth = 3.0 * chord - 2.0 * b - d, b + d - 2.0 * chord
        place = a + s * (b + s * (third + s * fourth))
        rate = (b + s * (2.0 * third + 3.0 * s * fourth)) / step
        return np.asarray(place), np.asarray(rate)


def in_gcrf(rows: Rows) -> Motion:
    """A craft's motion in GCRF. At a sample each minute in a low orbit places between are good to half a metre."""
    return _motion(rows, "position_gcrf_{}_m", "velocity_gcrf_{}_m_s")


def in_lvlh(rows: Rows) -> Motion:
    """The chaser's motion in the target's LVLH. At a sample each minute good to a part in 10^7 of the range."""
    return _motion(rows, "relative_{}_m", "relative_velocity_{}_m_s")


def _motion(rows: Rows, place: str, rate: str) -> Motion:
    times, first = np.unique(rows["get_s"], return_index=True)
    return Motion(times, vectors(rows, place)[first], vectors(rows, rate)[first])


def counted(phase_deg: Array) -> Array:
    """Phase angles (n,) [deg] with their laps, so that they end where the craft meet, within half a turn of zero."""
    angle = np.unwrap(phase_deg, period=360.0)
    return np.asarray(angle - 360.0 * np.round(angle[-1] / 360.0)) if len(angle) else angle


def states_at(rows: Rows, times: Array) -> tuple[Array, Array]:
    """Position [m] and velocity [m/s] (n, 3) in GCRF at times between samples."""
    return in_gcrf(rows).at(times)


class Asked(NamedTuple):
    """What the mission's manoeuvres ask for; None where they do not say.

    elevation_deg: of the line of sight at TPI · height_km: height difference on the way to TPI · height_at: the event
    at which it is asked for · travel_deg: central angle of the target from TPI on
    """

    elevation_deg: float | None = None
    height_km: float | None = None
    height_at: str = ""
    travel_deg: float | None = None


def asked(story: Story) -> Asked:
    """What the rules of the rendezvous ask for around TPI, a "$name" as the plan chose it."""
    elevations: list[Any] = []
    heights: dict[str, list[Any]] = {}
    travels: list[Any] = []
    is_past = False
    for rule in _tables(story.phase("rendezvous").get("manoeuvres")):
        times = _tables([rule.get("when_next"), rule.get("when")])
        is_past |= (rule.get("name") or rule.get("preset")) == "TPI"
        if is_past:
            elevations += [when.get("elevation_deg") for when in times]
            travels += [when.get("target_travel_deg") for when in times]
        for wanted in [*_tables(rule.get("achieves")), rule]:  # named manoeuvres hold their conditions themselves
            elevations += [wanted.get("elevation_deg")] if wanted.get("at") == "TPI" else []
            if wanted.get("at") in ("NSR", "TPI"):
                heights.setdefault(str(wanted["at"]), []).append(wanted.get("height_difference_km"))
    found = {event: height for event, values in heights.items() if (height := _first(story, values)) is not None}
    event = next(iter(found), "")
    return Asked(_first(story, elevations), found.get(event), event, _first(story, travels))


def _first(story: Story, values: list[Any]) -> float | None:
    """The first number among values of rules, a "$name" as the plan chose it."""
    choice = story.run.plan.get("choice")
    chosen = choice if isinstance(choice, dict) else {}
    names = [chosen.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value for value in values]
    return next((known for known in map(finite, names) if known is not None), None)


def _tables(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
