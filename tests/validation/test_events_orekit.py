"""Events of a station's orbit and of an eccentric one against Orekit's detectors, stored by builders/events_orekit.py.

Both read the same trajectory: softdock flies it again from the states stored every five days, within a millimetre.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.astro.eclipses import BALL, ELLIPSOID, shadow_intervals
from softdock.astro.encounters import closest_approaches, range_crossings
from softdock.astro.environment import Forces, build_environment
from softdock.astro.events import apsides, latitude_crossings, longitude_crossings, nodes
from softdock.astro.passes import Pass, Station, passes
from softdock.astro.sky import Sky, build_sky
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.conventions import DAY, DEGREE, Array
from softdock.dynamics.arcs import Arc, PointState, propagate
from tests.astro.orbits_in_closed_form import Ellipse
from tests.fixtures.worst import worst_of

STORED = json.loads((Path(__file__).parent / "data" / "events_orekit.json").read_text())
LEG = 5.0 * DAY
LISTS = {"latitude": 6, "longitude": 3}  # of each orbit: three latitudes passed both ways, three longitudes
one_millisecond = 1e-3
a_tenth_of_a_second = 0.1


@dataclass(frozen=True)
class Legs:
    """Arcs one after the other, each in seconds from its own zero [s]."""

    arcs: list[Arc]
    zeros: Array

    def _read(self, times: Array, what: str) -> Array:
        chosen = np.searchsorted(self.zeros[1:], times, side="right")
        out = np.empty((len(times), 3))
        for k in np.unique(chosen):
            rows = chosen == k
            out[rows] = getattr(self.arcs[k], what)(np.asarray(times)[rows] - self.zeros[k])
        return out

    def positions(self, times: Array) -> Array:
        return self._read(times, "positions")

    def velocities(self, times: Array) -> Array:
        return self._read(times, "velocities")


@dataclass(frozen=True)
class Case:
    """What is looked for events on, and what Orekit found."""

    name: str
    trajectory: Legs
    sky: Sky
    stop: float
    short: float
    events: dict[str, Any]


@pytest.fixture(scope="module", params=STORED["cases"], ids=lambda case: case["name"])
def case(request: pytest.FixtureRequest) -> Case:
    stored = request.param
    epoch = Epoch.from_utc(stored["utc"])
    arcs = []
    for begin, *state in stored["legs"]:
        env = build_environment(Epoch(epoch.tt1, epoch.tt2 + begin / DAY), span_s=LEG, forces=Forces(drag=False))
        start = PointState(0.0, np.array(state[:3]), np.array(state[3:]), 1.0)
        arcs.append(propagate(env, start, until=min(LEG, stored["days"] * DAY - begin), drag_area=0.0))
    legs = Legs(arcs, np.array([row[0] for row in stored["legs"]]))
    stop, short = stored["days"] * DAY, stored["short_days"] * DAY
    return Case(stored["name"], legs, build_sky(epoch, span_s=stop), stop, short, stored["events"])


@pytest.fixture(scope="module")
def seen(case: Case) -> list[Pass]:
    stations = []
    for row in STORED["stations"]:
        mask = row["mask_deg"] if isinstance(row["mask_deg"], float) else tuple(map(tuple, row["mask_deg"]))
        site = Site.from_degrees(row["latitude_deg"], row["longitude_deg"], row["height_m"])
        stations.append(Station(name=row["name"], site=site, mask_deg=mask))
    return passes(case.trajectory, case.sky, 0.0, stop=case.stop, stations=stations)


def apart(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """Greatest difference [s] of two lists of times; infinite when one has an event that the other has not."""
    a, b = np.sort(list(ours)), np.sort(list(theirs))
    return float(np.abs(a - b).max()) if a.size == b.size > 0 else float("inf")


@pytest.mark.parametrize("part", ["umbra", "penumbra"])
@pytest.mark.parametrize("body", ["ellipsoid", "ball"])
def test_eclipses(case: Case, part: str, body: str, claim: Callable[..., None]) -> None:
    """The station's orbit comes out of the shadow for four days on the way: the shortest night lasts a minute."""
    key, shadow, stop = (part, ELLIPSOID, case.stop) if body == "ellipsoid" else (f"ball {part}", BALL, case.short)
    found = shadow_intervals(case.trajectory, case.sky, 0.0, stop=stop, part=part, shadow=shadow)
    entries = apart([a for a, _ in found if a > 0.0], case.events[key]["falling"])
    exits = apart([b for _, b in found if b < stop], case.events[key]["rising"])
    claim(
        claim=f"{len(found)} passages of the {part}, the Earth as {body}, {case.name}, {stop / DAY:.0f} days",
        truth="Orekit",
        tolerance=a_tenth_of_a_second,
        achieved=worst_of(entries, exits),
        unit="s",
    )


@pytest.mark.parametrize("station", [row["name"] for row in STORED["stations"]])
def test_station_passes(case: Case, seen: list[Pass], station: str, claim: Callable[..., None]) -> None:
    own = [one for one in seen if one.station == station]
    stored = case.events[f"passes {station}"]
    rises = apart([one.aos for one in own if one.aos > 0.0], stored["rising"])
    sets = apart([one.los for one in own if one.los < case.stop], stored["falling"])
    claim(
        claim=f"{len(own)} passes over {station}, {case.name}, {case.stop / DAY:.0f} days",
        truth="Orekit",
        tolerance=a_tenth_of_a_second,
        achieved=worst_of(rises, sets),
        unit="s",
    )


def test_culminations(case: Case, seen: list[Pass], claim: Callable[..., None]) -> None:
    own = [one for one in seen if one.station == "Baikonur" and one.aos > 0.0 and one.culmination < case.short]
    stored = case.events["culminations Baikonur"]
    claim(
        claim=f"{len(own)} culminations over Baikonur, {case.name}",
        truth="Orekit",
        tolerance=one_millisecond,
        achieved=apart([one.culmination for one in own], [t for t, _ in stored]),
        unit="s",
    )
    claim(
        claim=f"Elevation at {len(own)} culminations over Baikonur, {case.name}",
        truth="Orekit",
        tolerance=1e-7,  # a station at 400 km distance that is 4 cm off
        achieved=worst_of(abs(one.elevation - h) for one, (_, h) in zip(own, stored, strict=True)),
        unit="rad",
    )


def _named(found: list[tuple[float, str]], kind: str) -> list[float]:
    return [t for t, name in found if name == kind]


def test_nodes_and_apsides(case: Case, claim: Callable[..., None]) -> None:
    found = nodes(case.trajectory, case.sky, 0.0, stop=case.short) + apsides(case.trajectory, 0.0, case.short)
    for key, up, down in (("nodes", "ascending", "descending"), ("apsides", "perigee", "apogee")):
        rising = apart(_named(found, up), case.events[key]["rising"])
        falling = apart(_named(found, down), case.events[key]["falling"])
        claim(
            claim=f"{key.title()} of {case.name}, five days",
            truth="Orekit",
            tolerance=one_millisecond,
            achieved=worst_of(rising, falling),
            unit="s",
        )


def test_latitudes_and_longitudes(case: Case, claim: Callable[..., None]) -> None:
    search = {"latitude": latitude_crossings, "longitude": longitude_crossings}
    worst, compared = {"latitude": 0.0, "longitude": 0.0}, {"latitude": 0, "longitude": 0}
    for key, stored in case.events.items():
        name, _, degrees = key.partition(" ")
        if name not in search:
            continue
        look = partial(search[name], case.trajectory, case.sky, 0.0, stop=case.short)
        found = look(**{name: float(degrees) * DEGREE})
        groups = {"rising": (1,), "falling": (-1,), "either": (1, -1)}
        for group, times in stored.items():
            ours = [t for t, direction in found if direction in groups[group]]
            worst[name] = worst_of(worst[name], apart(ours, times))
            compared[name] += 1
    assert compared == LISTS
    for name, achieved in worst.items():
        claim(
            claim=f"Crossings of three {name}s, {case.name}, five days",
            truth="Orekit",
            tolerance=one_millisecond,
            achieved=achieved,
            unit="s",
        )


def test_two_craft_on_ellipses(claim: Callable[..., None]) -> None:
    stored = STORED["meeting"]
    target, chaser = (Ellipse(stored[name], mu=stored["mu"]) for name in ("target", "chaser"))
    stop = stored["days"] * DAY
    near = closest_approaches(target, chaser, 0.0, stop=stop)
    claim(
        claim=f"{len(near)} closest approaches of two craft",
        truth="Orekit",
        tolerance=one_millisecond,
        achieved=apart([t for t, _, _ in near], stored["events"]["approaches"]["rising"]),
        unit="s",
    )
    found = range_crossings(target, chaser, 0.0, stop=stop, distance=stored["distance_m"])
    rising = apart([t for t, d in found if d > 0], stored["events"]["distance"]["rising"])
    falling = apart([t for t, d in found if d < 0], stored["events"]["distance"]["falling"])
    claim(
        claim="Two craft pass a distance of 1500 km",
        truth="Orekit",
        tolerance=one_millisecond,
        achieved=worst_of(rising, falling),
        unit="s",
    )
