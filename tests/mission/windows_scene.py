"""Missions whose launch windows are looked for: a chaser without a recorded launch to the station, and Apollo."""

from __future__ import annotations

from typing import Any

from softdock.flight.insertion import Insertion
from softdock.mission.given_orbit import GivenOrbit
from softdock.mission.load import load
from softdock.mission.model import Mission, MissionCraft
from softdock.planning.window_inputs import Window

ISS = """\
1 25544U 98067A   25183.17152840  .00005361  00000-0  10070-3 0  9993
2 25544  51.6357 232.8024 0002162 321.8485 134.2034 15.50326686517486
"""
LATER = """\
1 25544U 98067A   25189.21335687  .00007259  00000-0  13303-3 0  9996
2 25544  51.6336 202.8559 0002499 346.6817  13.4106 15.50431524518421
"""
PAD_31 = {"name": "Baikonur 31/6", "latitude_deg": 45.9961, "longitude_deg": 63.5639, "height_m": 104.0}
MOSCOW = {"name": "Moscow", "latitude_deg": 55.75, "longitude_deg": 37.6}
KOLPASHEVO = {"name": "Kolpashevo", "latitude_deg": 58.3, "longitude_deg": 82.9}


def table(**keys: Any) -> Window:
    """A table of windows to the station."""
    given = {"schemes": ["two-day", "four-orbit", "two-orbit"], "plane_budget_m_s": 10.0, "site": PAD_31}
    return Window.model_validate({**given, "stations": [MOSCOW, KOLPASHEVO], **keys})


def to_the_station(**orbit: Any) -> Mission:
    """A mission of July 2025 to the station in its orbit, by its elements of 2 July where no other is given."""
    crafts = {
        "iss": MissionCraft(vehicle="iss", role="target", port="poisk", orbit=GivenOrbit(**(orbit or {"tle": ISS}))),
        "progress": MissionCraft(vehicle="progress-ms", role="chaser", port="nose"),
    }
    phases = tuple(
        Insertion(kind="insertion", craft=name, at_utc="2025-07-03T19:45:00") for name in crafts
    )  # windows ask neither when the flight begins nor with what ports
    return load("apollo-soyuz").model_copy(
        update={
            "name": "to-the-station", "title": "To the station", "epoch_utc": "2025-07-03T19:32:40",
            "crafts": crafts, "phases": phases, "window": table(), "flown": None,
        }
    )  # fmt: skip


def apollo(**keys: Any) -> tuple[Mission, Window]:
    """The shipped mission, and a table for it."""
    steering = {"azimuth": "free", "yaw_limit_deg": 14.0}
    given = {"schemes": ["apollo-1975"], "plane_budget_m_s": 0.0, "steering": steering}
    return load("apollo-soyuz"), Window.model_validate({**given, **keys})
