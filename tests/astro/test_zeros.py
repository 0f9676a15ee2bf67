"""Trajectories and environments that count their seconds from different moments are not taken together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softdock.astro.eclipses import shadow_intervals, sunrises
from softdock.astro.encounters import (
    closest_approaches,
    elevation_crossings,
    phase_crossings,
    range_crossings,
)
from softdock.astro.environment import Forces, build_environment, j2_environment
from softdock.astro.events import latitude_argument_times, latitude_crossings, longitude_crossings, node_times, nodes
from softdock.astro.mean_elements import TleOrbit
from softdock.astro.passes import Station, passes
from softdock.astro.sky import build_sky
from softdock.astro.tabulated import Ephemeris
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.astro.trajectory import epoch_of
from softdock.conventions import DAY, HOUR, Record
from softdock.errors import DataError
from softdock.formats.tle import parse_tles
from tests.astro.orbits_in_closed_form import Circle
from tests.formats.scene import TLE

ELEMENTS = parse_tles(TLE)[0]  # of 2024-01-01, 12:25:40 UTC
NOON, ONE = Epoch.from_utc("2024-01-01T12:00:00"), Epoch.from_utc("2024-01-01T13:00:00")
HOUSTON = Station(name="Houston", site=Site.from_degrees(29.55, -95.10, 10.0))
WITH_AN_ENVIRONMENT: dict[str, Callable[[Any, Any], Any]] = {
    "nodes": lambda o, env: nodes(o, env, 0.0, stop=6000.0),
    "node times": lambda o, env: node_times(o, env, 0.0, stop=6000.0),
    "arguments of latitude": lambda o, env: latitude_argument_times(o, env, 0.0, stop=6000.0),
    "latitudes": lambda o, env: latitude_crossings(o, env, 0.0, stop=6000.0, latitude=0.5),
    "longitudes": lambda o, env: longitude_crossings(o, env, 0.0, stop=6000.0, longitude=0.5),
    "shadow": lambda o, env: shadow_intervals(o, env, 0.0, stop=6000.0),
    "sunrises": lambda o, env: sunrises(o, env, 0.0, stop=6000.0),
    "passes": lambda o, env: passes(o, env, 0.0, stop=DAY, stations=[HOUSTON]),
}
OF_TWO_CRAFT: dict[str, Callable[[Any, Any], Any]] = {
    "closest approaches": lambda a, b: closest_approaches(a, b, 0.0, stop=6000.0),
    "distances": lambda a, b: range_crossings(a, b, 0.0, stop=6000.0, distance=1e6),
    "elevations": lambda a, b: elevation_crossings(a, b, 0.0, stop=6000.0, elevation=0.5),
    "phases": lambda a, b: phase_crossings(a, b, 0.0, stop=6000.0, phase=0.5),
}


def environment(epoch: Epoch) -> Record:
    return build_environment(epoch, span_s=DAY, forces=Forces(field=(2, 0), drag=False))


@pytest.fixture(scope="module")
def env() -> Record:
    return environment(ONE)


@pytest.mark.parametrize("name", WITH_AN_ENVIRONMENT)
def test_an_orbit_from_noon_and_an_environment_from_one_are_refused(env: Record, name: str) -> None:
    search = WITH_AN_ENVIRONMENT[name]
    table = TleOrbit(ELEMENTS, NOON).table(0.0, DAY)
    for orbit in (TleOrbit(ELEMENTS, NOON), Ephemeris((table,)), Ephemeris((table,), NOON)):
        with pytest.raises(
            DataError,
            match="the orbit counts its seconds from 2024-01-01T12:00:00.000 UTC, the environment from "
            r"2024-01-01T13:00:00.000 UTC, \+3600 s from it; make both with one Epoch",
        ):
            search(orbit, env)
    assert search(TleOrbit(ELEMENTS, ONE), env)


@pytest.mark.parametrize("name", OF_TWO_CRAFT)
def test_two_orbits_of_different_zeros_are_refused(name: str) -> None:
    search, one = OF_TWO_CRAFT[name], TleOrbit(ELEMENTS, ONE)
    with pytest.raises(DataError, match=r"the target's orbit counts .* the chaser's from .*, -3600 s from it"):
        search(one, TleOrbit(ELEMENTS, NOON))
    search(one, Circle(7e6, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))  # a trajectory that knows no zero is taken at its word


def test_an_orbit_without_a_zero_counts_from_its_elements(env: Record) -> None:
    orbit = TleOrbit(ELEMENTS)
    assert epoch_of(orbit) == ELEMENTS.epoch
    with pytest.raises(DataError, match="the orbit counts its seconds from 2024-01-01T12:25:40.104 UTC"):
        shadow_intervals(orbit, env, 0.0, stop=6000.0)
    assert shadow_intervals(orbit, environment(ELEMENTS.epoch), 0.0, stop=6000.0)


@pytest.mark.parametrize(("apart", "fits"), [(2e-7, True), (-2e-7, True), (5e-6, False), (-5e-6, False)])
def test_a_microsecond_is_what_zeros_may_differ_by(env: Record, apart: float, fits: bool) -> None:
    orbit = TleOrbit(ELEMENTS, Epoch(ONE.tt1, ONE.tt2 + apart / DAY))
    if fits:
        assert nodes(orbit, env, 0.0, stop=6000.0)
    else:
        with pytest.raises(DataError, match="the orbit counts its seconds from"):
            nodes(orbit, env, 0.0, stop=6000.0)


def test_a_sky_and_an_environment_of_j2_know_their_zero_as_well() -> None:
    sky = build_sky(NOON, span_s=25.0 * DAY)
    assert (sky.tt1, sky.tt2) == (NOON.tt1, NOON.tt2)
    assert nodes(TleOrbit(ELEMENTS, NOON), sky, 0.0, stop=6000.0)
    for other in (sky, j2_environment(NOON)):
        with pytest.raises(DataError, match=r"the environment from 2024-01-01T12:00:00.000 UTC, -3600 s"):
            nodes(TleOrbit(ELEMENTS, ONE), other, 0.0, stop=6000.0)


def test_two_parts_of_a_date_may_be_split_in_another_way() -> None:
    other = Epoch(NOON.tt1 + 0.5, NOON.tt2 - 0.5)
    assert nodes(TleOrbit(ELEMENTS, NOON), environment(other), 0.0, stop=6000.0)


def test_the_hour_between_two_zeros_would_have_been_another_night(env: Record) -> None:
    """What the refusal is worth: the same orbit, asked right, from each of the zeros."""
    early = shadow_intervals(TleOrbit(ELEMENTS, NOON), environment(NOON), HOUR, stop=HOUR + 6000.0)
    late = shadow_intervals(TleOrbit(ELEMENTS, ONE), env, 0.0, stop=6000.0)
    assert np.array(early) - HOUR == pytest.approx(np.array(late), abs=1e-3)


@pytest.mark.parametrize("given", ["2025-06-10T00:00:00", 2460000.5, None])
def test_what_is_no_epoch_is_refused_with_the_remedy(given: Any) -> None:
    for build in (
        lambda: build_environment(given, span_s=0.0),
        lambda: build_sky(given, span_s=0.0),
        lambda: j2_environment(given),
    ):
        with pytest.raises(DataError, match=r"was asked for and an Epoch is needed; give Epoch.from_utc\('2025"):
            build()


@pytest.mark.parametrize("field", [20, (20,), (20, 20, 20), (20.0, 20), "20", None])
def test_a_field_that_is_no_pair_is_refused(field: Any) -> None:
    with pytest.raises(DataError, match=r"forces with the field .* were asked for; give degree and order, \(20, 20\)"):
        Forces(field=field)
