"""The environment that a mission is planned in, what its tables do not hold, and what of them is predicted."""

from __future__ import annotations

from math import ceil, floor

from ..astro.environment import LONGEST_SPAN_S, MARGIN, build_environment
from ..astro.leap_seconds import leap_seconds
from ..astro.orientation import date_of, orientation_table
from ..astro.space_weather import packed_weather
from ..astro.time import MJD_ZERO, Epoch
from ..conventions import DAY, HOUR, MINUTE, Record
from ..errors import DataError, MissionError
from .checks import begin_of
from .model import Mission

AFTER_DOCKING = 26.0 * HOUR  # what the environment covers beyond the rendezvous: a day of free drift, and docking
NODES = 3.0 * HOUR  # the air's tables begin and end at a node of the UTC day beyond the margin, at most so far
IN_CALL = (", or allow_prediction=True in the call,", ", or allow_prediction=True in the call")


def environment_of(mission: Mission) -> tuple[Epoch, Record]:
    """Zero of mission time and the environment as predicted. Raises MissionError with the key that has to change."""
    given = mission.environment
    try:
        epoch = Epoch.from_utc(mission.epoch_utc, allow_prediction=given.allow_prediction)
    except DataError as fault:
        raise MissionError(_for_file(str(fault)), key="epoch_utc") from None
    span, weather = span_s(mission, epoch), given.weather
    try:
        return epoch, build_environment(
            epoch, span_s=span, forces=given.forces, weather=weather, allow_prediction=given.allow_prediction
        )
    except DataError as fault:
        key, said = _told(mission, epoch, span, str(fault))
        raise MissionError(said, key=key) from None


def span_s(mission: Mission, epoch: Epoch) -> float:
    """How long the environment must last [s]: until the rendezvous is over, the target waits, and a margin."""
    last = max(begin_of(p, epoch) for p in mission.phases if p.kind == "insertion")
    rendezvous = [p for p in mission.phases if p.kind == "rendezvous"]
    lasts = [p.within_h * HOUR + (p.docking_after_min + p.latest_shift_min) * MINUTE for p in rendezvous]
    raised = [p.assembly_orbit.longest_s for p in rendezvous if p.assembly_orbit]
    return last + max([*lasts, *raised], default=0.0) + AFTER_DOCKING


def predicted_data(mission: Mission) -> tuple[str, ...]:
    """What of the data is predicted, not measured, for the days of a mission: one clause each, none for most."""
    epoch = Epoch.from_utc(mission.epoch_utc, allow_prediction=True)
    last = _mjd(epoch, span_s(mission, epoch) + MARGIN)
    turn, leaps, weather = orientation_table(), leap_seconds(), mission.environment.weather or packed_weather()
    found = []
    if not last <= turn.first + turn.measured - 1:
        found.append(f"Earth orientation after {turn.last_measured}")
    if mission.environment.drag and not last <= weather.measured:
        found.append(f"space weather after {date_of(floor(weather.measured))}")
    if not last <= leaps.expires_mjd:
        found.append(f"no new leap second after {leaps.expires}")
    return tuple(found)


def _told(mission: Mission, epoch: Epoch, span: float, said: str) -> tuple[str, str]:
    """Key and sentence for what the tables do not hold."""
    given = mission.environment
    said = _for_file(said)
    if span > LONGEST_SPAN_S or said.startswith("air over"):
        index = next(k for k, p in enumerate(mission.phases) if p.kind == "rendezvous")
        days = (span / DAY, LONGEST_SPAN_S / DAY)
        what = "makes the mission {:.1f} days long and the forces are tabulated for at most {:.0f}; lower it"
        return f"phases[{index}].within_h", what.format(*days)
    if not said.startswith("space weather"):
        return "epoch_utc", f"{said}; {_covered()}" if said.startswith("Earth") else said
    if given.space_weather_days:
        first, last = _days_needed(epoch, span)
        held = f"{given.space_weather_days[0].day} to {given.space_weather_days[-1].day}"
        return "environment.space_weather_days", (
            f"are of {held} and this mission needs {first} to {last}: the air's tables begin 3 h before epoch_utc and"
            " end after the mission, and the model looks two to three days back; add the days that are missing"
        )
    weather = given.weather
    if given.three_hourly_ap and weather is not None and _mjd(epoch, span) > weather.span[1]:
        end = date_of(floor(weather.span[1]))
        said = f"is true and the three-hourly table ends {end}; set three_hourly_ap = false"
        return "environment.three_hourly_ap", said
    return "environment", f"{said}; {_covered()}"


def _covered() -> str:
    return "the tables begin 3 h before epoch_utc and end 29 h after within_h"


def _days_needed(epoch: Epoch, span: float) -> tuple[str, str]:
    """First and last day of three-hourly weather for which the air can be built."""
    lead = 19.5 / 8.0  # days: the middle of a day's first three hours and the 57 hours that the model looks back
    first = floor(_mjd(epoch, -MARGIN - NODES) - lead)
    last = ceil(_mjd(epoch, span + MARGIN + NODES) - 0.5)
    return date_of(first), date_of(last)


def _mjd(epoch: Epoch, t: float) -> float:
    utc1, utc2 = epoch.utc_parts(t)
    return float((utc1 - MJD_ZERO) + utc2)


def _for_file(said: str) -> str:
    """A sentence on data without what only a caller in Python can do."""
    for words in IN_CALL:
        said = said.replace(words, "")
    return said
