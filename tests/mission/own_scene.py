"""Missions beside a target as they are written, and their chains: elements of many orbits, planned from the file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from softdock.astro.environment import build_environment, j2_environment
from softdock.astro.mean_elements import MeanElements
from softdock.astro.time import Epoch
from softdock.conventions import HOUR, MINUTE, Record
from softdock.dynamics.arcs import PointState, propagate
from softdock.formats.tle import tle_text
from softdock.mission.given_orbit import GivenOrbit
from softdock.planning.chain import Chain
from softdock.planning.choices import sequence_of
from softdock.planning.conditions import Surroundings
from softdock.planning.start import GivenStart
from softdock.planning.start_relative import RelativeStart
from softdock.vehicle.assembly import Assembly, Attachment, assemble
from softdock.vehicle.library import load_vehicle

STATION = """ISS (ZARYA)
1 25544U 98067A   25185.47485775  .00005492  00000+0  10282-3 0  9993
2 25544  51.6344 221.3901 0002450 331.8120  28.2736 15.50368910517843
"""
MJD = 60862  # 2025-07-06


def elements(
    motion: float, eccentricity: float, inclination: float, *, mjd: int = MJD, anomaly: float = 40.0, **more: Any
) -> str:
    """Two-line elements of an object: mean motion [rev/day], eccentricity, inclination [deg], mean anomaly [deg]."""
    return tle_text(
        MeanElements(
            catalogue_number=more.pop("number", 90001), designator=more.pop("designator", "2020-001A"), epoch_mjd=mjd,
            epoch_fraction=0.4242, mean_motion_rev_day=motion, eccentricity=eccentricity, inclination_deg=inclination,
            raan_deg=123.0, perigee_argument_deg=70.0, mean_anomaly_deg=anomaly, **more,
        )
    )  # fmt: skip


TARGETS = {
    "the station": STATION,
    "700 km, sun-synchronous": elements(14.57, 0.0005, 98.2),
    "300 km, in dense air": elements(15.91, 0.0008, 51.6),
    "220 km": elements(16.20, 0.0005, 42.0),
    "400 x 540 km": elements(15.36, 0.0102, 63.4),
    "400 x 680 km": elements(15.13, 0.0202, 28.5, anomaly=200.0),
    "230 x 1960 km": elements(13.48, 0.116, 47.0, anomaly=120.0),
    "1500 km": elements(12.42, 0.001, 5.0),
}


@dataclass(frozen=True)
class Written:
    """A mission file that was written: its contents, and what it is planned in."""

    data: dict[str, Any]
    epoch: Epoch
    env: Record
    env_j2: Record

    @property
    def rendezvous(self) -> dict[str, Any]:
        return dict(self.data["phases"][2])

    def craft(self, role: str) -> dict[str, Any]:
        """The craft in a role, by the name that the rendezvous has for it."""
        return dict(self.data["crafts"][self.rendezvous[role]])

    def seconds(self, utc: str) -> float:
        return self.epoch.seconds_of(utc, allow_prediction=True)


@lru_cache(maxsize=16)
def _surroundings(epoch_utc: str, span: float) -> tuple[Epoch, Record, Record]:
    epoch = Epoch.from_utc(epoch_utc)
    return epoch, build_environment(epoch, span_s=span), j2_environment(epoch)


def contents(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def read(path: Path) -> Written:
    data = contents(path)
    return Written(data, *_surroundings(data["epoch_utc"], 24.0 * HOUR))


def chain_of(mission: Written, *, attached: str = "", **choice: float) -> Chain:
    """The chain that the file asks for: the target from its elements, the chaser beside it; attached: on its nose."""
    target, chaser = (mission.craft(role) for role in ("target", "chaser"))
    modules = [Attachment(load_vehicle(attached), "nose", "csm")] if attached else []
    craft = assemble(load_vehicle(chaser["vehicle"]), modules)
    found = GivenOrbit(**target["orbit"]).start(mission.epoch, mission.data["phases"][0]["at_utc"])
    relative = RelativeStart(**mission.data["phases"][1]["relative"])
    begin = mission.seconds(relative.at_utc)
    arc = _target_arc(mission, found, assemble(load_vehicle(target["vehicle"])), begin)
    there = arc.at(begin)
    start = relative.start(GivenStart(begin, there.r, there.v), mission.env_j2)
    mass = craft.dry_mass_kg + sum(craft.initial_propellant.values())
    choices = {name: values[1] for name, values in mission.rendezvous["choices"].items()} | choice
    sequence = sequence_of(mission.rendezvous["manoeuvres"], choices)
    around = Surroundings(mission.env, arc, mission.epoch)
    return Chain(around, craft, PointState(begin, start.r, start.v, mass), sequence)


def _target_arc(mission: Written, found: GivenStart, craft: Assembly, begin: float) -> Any:
    mass = craft.dry_mass_kg + sum(craft.initial_propellant.values())
    until = begin + mission.rendezvous["within_h"] * HOUR + 10.0 * MINUTE
    areas = {"drag_area": craft.drag_area, "light_area": craft.light_area}
    return propagate(mission.env, PointState(found.t, found.r, found.v, mass), until=until, **areas)
