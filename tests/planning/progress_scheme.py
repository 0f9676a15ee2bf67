"""The two-day scheme of Progress MS-31 as its mission file has it, solved; what its docking time hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from softdock.astro.eclipses import shadow_intervals
from softdock.astro.environment import build_environment
from softdock.astro.events import nodes
from softdock.astro.passes import Pass, Station, passes
from softdock.astro.relative import relative_lvlh
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.conventions import HOUR, MINUTE, Array, Record
from softdock.dynamics.arcs import Arc, PointState, propagate
from softdock.formats.toml_file import read_toml
from softdock.mission.given_orbit import GivenOrbit
from softdock.mission.names import SHIPPED
from softdock.mission.variants import with_variant
from softdock.planning.chain import Chain
from softdock.planning.choices import sequence_of
from softdock.planning.conditions import Surroundings
from softdock.planning.start_vector import StateVector
from softdock.planning.targeting import Targeted, target
from softdock.vehicle.assembly import assemble
from softdock.vehicle.library import load_vehicle

FOLDER = SHIPPED / "progress-ms31"
STATIONS = {  # those named for the flight of Buran (ourairports.biz, quoting a history of it), at their towns. assumed
    "Shchyolkovo": (55.92, 38.01),
    "Dzhusaly": (45.49, 64.09),
    "Ulan-Ude": (51.83, 107.60),
    "Ussuriysk": (43.80, 131.95),
    "Yelizovo": (53.19, 158.38),
}
LEAST_ELEVATION = 5.0  # deg. assumed


def mission_data(variant: str | None = None) -> dict[str, Any]:
    """The mission file as it is written, or one of its variants."""
    data = read_toml(FOLDER / "mission.toml")
    return with_variant(data, variant) if variant else data


@dataclass(frozen=True)
class Planned:
    """A solved scheme, with the forces and the station's arc, and how long from its last burn to contact [s]."""

    found: Targeted
    env: Record
    epoch: Epoch
    docking_after: float

    @property
    def station(self) -> Arc:
        return self.found.chain.around.target

    @property
    def arrival(self) -> float:
        """At rest [s]."""
        return self.found.flown.events[-1].t

    @property
    def contact(self) -> float:
        """Contact [s] for which the arrival is made."""
        return self.arrival + self.docking_after

    def sums(self) -> dict[str, float]:
        """Burns [m/s]: the pair of day one, the trim, the pair of the last day, braking, all."""
        speeds = {e.manoeuvre.name: e.speed for e in self.found.flown.events}
        return {
            "day one": speeds["DV1"] + speeds["DV2"],
            "trim": speeds["DV3"],
            "last day": speeds["DV4"] + speeds["DV5"],
            "braking": sum(speed for name, speed in speeds.items() if name.startswith("braking")),
            "sum": self.found.flown.total,
        }

    def beside(self, times: Array) -> tuple[Array, Array]:
        """Place and velocity (n, 3) [m, m/s] in the station's LVLH, as flown, between braking 1 and the last burn."""
        states = []
        for t in times:
            arcs = [e.way for e in self.found.flown.events if e.way.start <= t <= e.t]
            arcs += [e.burning for e in self.found.flown.events if e.burning is not None and e.t < t < e.after.t]
            states.append(arcs[-1].states(np.array([t]))[0])
        y, station = np.array(states), self.station.states(np.asarray(times))
        return relative_lvlh(station[:, :3], station[:, 3:6], y[:, :3], y[:, 3:6])


def planned(variant: str | None = None) -> Planned:
    """The scheme of the mission file solved from nothing, with finite burns and all forces."""
    chain, docking_after = scheme(variant)
    return Planned(target(chain), chain.env, chain.around.epoch, docking_after)


def scheme(variant: str | None = None) -> tuple[Chain, float]:
    """The chain of the mission file, and how long from its last burn to contact [s]."""
    data = mission_data(variant)
    iss, progress, rendezvous = data["phases"]
    epoch = Epoch.from_utc(data["epoch_utc"])
    orbit = {**data["crafts"]["iss"]["orbit"], "tle": (FOLDER / "iss.tle").read_text("utf-8")}
    station, ship = (assemble(load_vehicle(data["crafts"][name]["vehicle"])) for name in ("iss", "progress"))
    begin = GivenOrbit(**orbit).start(epoch, iss["at_utc"])
    start = StateVector(**progress["vector"]).start(epoch)
    until = start.t + rendezvous["within_h"] * HOUR
    env = build_environment(epoch, span_s=until)
    state = PointState(begin.t, begin.r, begin.v, station.craft.launch_mass_kg)
    areas = {"drag_area": station.drag_area, "light_area": station.light_area}
    around = Surroundings(env, propagate(env, state, until=until, **areas), epoch)
    ready = PointState(start.t, start.r, start.v, ship.craft.launch_mass_kg)
    found = Chain(around, ship, ready, sequence_of(rendezvous["manoeuvres"], {}))
    return found, rendezvous["docking_after_min"] * MINUTE


# ---- what the time of docking hangs on


def begin_of_revolution(at: Planned, number: int) -> float:
    """When a revolution begins [s]: the first with lift-off, every other at an ascending node of Progress.

    From rest beside the station on, its nodes are the station's.
    """
    now = int(at.found.flown.events[-1].turned // (2.0 * np.pi)) + 1  # turns count from the node before insertion
    found = nodes(at.station, at.env, at.arrival - 4.0 * HOUR, stop=at.station.stop)
    rising = [t for t, kind in found if kind == "ascending"]
    first_after = next(k for k, t in enumerate(rising) if t > at.arrival)
    return rising[first_after + number - now - 1]


def darkness(at: Planned) -> list[tuple[float, float]]:
    """When the station is in the umbra, on the last day [s]."""
    return shadow_intervals(at.station, at.env, at.arrival - 4.0 * HOUR, stop=at.station.stop)


def seen(at: Planned) -> list[Pass]:
    """Passes of the station over the ground stations, on the last day."""
    places = [
        Station(name=name, site=Site.from_degrees(*place), mask_deg=LEAST_ELEVATION) for name, place in STATIONS.items()
    ]
    return passes(at.station, at.env, at.arrival - 4.0 * HOUR, stop=at.station.stop, stations=places)


def first_lit(at: Planned, since: float) -> float:
    """The first contact [s] from a time on for which everything from rest at 2 km to contact is in light."""
    t = since
    for begin, end in darkness(at):
        if begin < t and end > t - at.docking_after:
            t = end + at.docking_after
    return t


def first_seen(at: Planned, since: float) -> float:
    """The first moment [s] from a time on that is in light and in view of a ground station."""
    dark, views = darkness(at), seen(at)
    edges = [since, *(view.aos for view in views), *(end for _, end in dark)]
    for t in sorted(t for t in edges if t >= since):
        if any(view.aos <= t < view.los for view in views) and not any(a < t < b for a, b in dark):
            return t
    raise AssertionError("no such moment on the station's arc")
