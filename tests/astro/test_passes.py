"""Passes over ground stations: where a craft stands, and times against the triangle of station, craft and centre."""

from __future__ import annotations

from collections.abc import Callable
from math import acos, cos, pi, sin, sqrt
from typing import Any

import numpy as np
import pytest

from softdock.astro.constants import EQUATORIAL_RADIUS
from softdock.astro.events import longitude_crossings
from softdock.astro.frames import earth_fixed_position
from softdock.astro.passes import Station, passes
from softdock.astro.sky import build_sky, earth_fixed_positions
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.conventions import DAY, DEGREE, Array, Record
from softdock.errors import DataError
from tests.astro.orbits_in_closed_form import MU, Circle, Ellipse, OverTheGround
from tests.fixtures.worst import worst_of

one_millisecond = 1e-3
RADIUS = 6.78e6
RATE = sqrt(MU / RADIUS**3)
ZERO = 3000.0  # s, when the craft is nearest
EQUATOR = Site(0.0, 0.0)
ORIGIN = Station(name="Gulf of Guinea", site=EQUATOR)


def track(env: Record, aside: float = 0.0) -> OverTheGround:
    """An Earth-fixed circle over the poles of a sphere, `aside` [rad] from the station at ZERO, going north."""

    def r_E(times: Array) -> Array:
        a = RATE * (times - ZERO)
        return RADIUS * np.stack([np.cos(a) * cos(aside), np.cos(a) * sin(aside), np.sin(a)], axis=1)

    return OverTheGround(env, r_E)


def reach(elevation: float) -> float:
    """Central angle [rad] between a station on the equator and a craft that stands at an elevation."""
    return acos(EQUATORIAL_RADIUS * cos(elevation) / RADIUS) - elevation


@pytest.mark.parametrize("mask_deg", [0.0, 10.0, 60.0])
@pytest.mark.parametrize("aside_deg", [0.0, 3.0])
def test_a_pass_is_as_long_as_its_triangle_says(
    env: Record, mask_deg: float, aside_deg: float, claim: Callable[..., None]
) -> None:
    mask, aside = mask_deg * DEGREE, aside_deg * DEGREE
    station = Station(name="S", site=EQUATOR, mask_deg=mask_deg)
    found = passes(track(env, aside), env, 1000.0, stop=5000.0, stations=[station])
    if aside > reach(mask):
        assert found == []
        return
    (one,) = found
    half = acos(cos(reach(mask)) / cos(aside)) / RATE
    claim(
        claim=f"Rise and set over a {mask_deg:g} deg mask, {aside_deg:g} deg aside",
        truth="triangle of station, craft and centre",
        tolerance=one_millisecond,
        achieved=worst_of(abs(one.aos - ZERO + half), abs(one.los - ZERO - half)),
        unit="s",
    )
    assert one.culmination == pytest.approx(ZERO, abs=0.01 if aside else 0.1)
    height = (RADIUS * cos(aside) - EQUATORIAL_RADIUS) / (RADIUS * sin(aside)) if aside else float("inf")
    assert one.elevation == pytest.approx(np.arctan(height), abs=1e-7 if aside else 1e-4)
    assert one.whole
    if aside:
        assert 0.5 * pi < one.aos_azimuth < pi  # from the south-east
        assert one.los_azimuth == pytest.approx(pi - one.aos_azimuth, abs=1e-5)  # to the north-east


@pytest.mark.parametrize("above", [1e-12, 1e-9, 1e-7, 1e-5])
def test_a_low_pass_of_any_shortness_is_found_and_one_below_the_mask_is_none(env: Record, above: float) -> None:
    """The craft's greatest central angle is `above` within reach of a 5 degree mask: 1e-12 rad is a pass of 2.4 ms."""
    station = Station(name="S", site=EQUATOR, mask_deg=5.0)
    edge = reach(5.0 * DEGREE)
    (one,) = passes(track(env, edge - above), env, 0.0, stop=6000.0, stations=[station])
    half = acos(cos(edge) / cos(edge - above)) / RATE
    assert one.los - one.aos == pytest.approx(2.0 * half, rel=0.05, abs=one_millisecond)
    assert one.elevation > 5.0 * DEGREE
    assert passes(track(env, edge + above), env, 0.0, stop=6000.0, stations=[station]) == []


def test_passes_are_cut_by_the_search_and_say_so(env: Record) -> None:
    craft = track(env, 0.1)
    (whole,) = passes(craft, env, 1000.0, stop=5000.0, stations=[ORIGIN])
    (rising,) = passes(craft, env, 1000.0, stop=ZERO - 100.0, stations=[ORIGIN])
    assert rising.aos == pytest.approx(whole.aos, abs=one_millisecond)
    assert (rising.los, rising.whole) == (ZERO - 100.0, False)
    assert rising.culmination == pytest.approx(rising.los, abs=one_millisecond)
    (setting,) = passes(craft, env, ZERO + 100.0, stop=5000.0, stations=[ORIGIN])
    assert (setting.aos, setting.whole) == (ZERO + 100.0, False)
    assert setting.culmination == pytest.approx(setting.aos, abs=one_millisecond)
    assert passes(craft, env, 100.0, stop=100.0, stations=[ORIGIN]) == []


def test_passes_of_several_stations_come_in_order_of_rise(env: Record) -> None:
    stations = [Station(name=f"{x}", site=Site.from_degrees(x, 0.0)) for x in (20.0, -20.0, 0.0)]
    found = passes(track(env, 0.1), env, 0.0, stop=6000.0, stations=stations)
    assert [one.station for one in found] == ["-20.0", "0.0", "20.0"]


def test_a_wall_in_the_east_cuts_a_transit_in_two(env: Record) -> None:
    """Straight lines between pairs, and across north."""
    walls = ((10.0, 0.0), (80.0, 0.0), (85.0, 45.0), (95.0, 45.0), (100.0, 0.0), (350.0, 20.0))
    station = Station(name="S", site=EQUATOR, mask_deg=walls)
    azimuths = np.array([20.0, 82.5, 90.0, 225.0, 350.0, 0.0, 5.0]) * DEGREE
    assert station.mask(azimuths) / DEGREE == pytest.approx([0.0, 22.5, 45.0, 10.0, 20.0, 10.0, 5.0], abs=1e-9)
    before, after = passes(track(env, 0.1), env, 1000.0, stop=5000.0, stations=[station])
    assert 80.0 < before.los_azimuth / DEGREE < 100.0
    assert before.los < ZERO < after.aos
    assert before.culmination == pytest.approx(before.los, abs=one_millisecond)


STEEP = ((0.0, 0.0), (180.0, 0.0), (180.00000001, 85.0), (359.0, 85.0), (359.5, 0.0))
FLANKS = ((0.0, 5.0), (90.0, 5.0), (100.0, 40.0), (260.0, 40.0), (270.0, 5.0))
LOW = Ellipse([6.8e6, 0.001, 0.9, 1.0, 2.0, 3.0])


def seen_every_second(station: Station, r_E: Array) -> list[tuple[int, int]]:
    """Begin and end [s], to a second, of each stretch above the mask, from the place at every second."""
    azimuth, elevation = station.look(r_E)
    above = np.concatenate([[False], elevation > station.mask(azimuth), [False]])
    return [(int(a), int(b) - 1) for a, b in np.flatnonzero(above[1:] != above[:-1]).reshape(-1, 2)]


@pytest.mark.parametrize(
    ("mask_deg", "longitude_deg"), [(STEEP, -95.1)] + [(FLANKS, x) for x in (-170.0, -95.1, -30.0, 45.0, 120.0)]
)
def test_walls_and_steep_flanks_hide_no_pass(env: Record, mask_deg: Any, longitude_deg: float) -> None:
    seconds = np.arange(0.0, DAY + 0.5)
    r_E = earth_fixed_positions(env, seconds, r=LOW.positions(seconds))
    for latitude_deg in (-50.0, -10.0, 29.55, 50.0):
        station = Station(name="S", site=Site.from_degrees(latitude_deg, longitude_deg), mask_deg=mask_deg)
        found = [(one.aos, one.los) for one in passes(LOW, env, 0.0, stop=DAY, stations=[station])]
        known = seen_every_second(station, r_E)
        assert sum(b - a > 2.0 for a, b in found) == sum(b - a > 1.0 for a, b in known)
        for begin, end in known:
            assert any(begin - 1.0 <= a <= begin and end <= b <= end + 1.0 for a, b in found)


def test_a_pass_of_days_culminates_where_it_stands_highest() -> None:
    """A geosynchronous orbit with a figure of eight: seventeen looks at ten days are one in fourteen hours."""
    sky = build_sky(Epoch.from_utc("2025-06-10T00:00:00"), span_s=10.0 * DAY)
    craft = Ellipse([42.0e6, 0.1, 0.3, 1.0, 2.0, 3.0])
    stations = [Station(name=f"{x}", site=Site.from_degrees(50.0, x)) for x in range(-180, 180, 60)]
    found = passes(craft, sky, 0.0, stop=10.0 * DAY, stations=stations)
    longest = max(found, key=lambda one: one.los - one.aos)
    assert longest.los - longest.aos > 3.0 * DAY
    for one in found:
        times = np.arange(one.aos, one.los, 60.0)
        station = next(other for other in stations if other.name == one.station)
        _, elevation = station.look(earth_fixed_positions(sky, times, r=craft.positions(times)))
        assert one.elevation >= np.max(elevation) - 1e-9


def test_a_very_high_craft_rises_once_a_day() -> None:
    """At 500,000 km the Earth turns under the craft: 1/32 of its own revolution would be more than a day."""
    sky = build_sky(Epoch.from_utc("2025-06-10T00:00:00"), span_s=12.0 * DAY)
    craft = Circle(5e8, *np.eye(3)[:2])
    assert 2 * pi / craft.rate / 32 > DAY
    assert len(passes(craft, sky, 0.0, stop=12.0 * DAY, stations=[ORIGIN])) in (12, 13)
    assert len(longitude_crossings(craft, sky, 0.0, stop=12.0 * DAY, longitude=0.0)) in (11, 12)


def test_passes_of_a_span_that_runs_backward_or_has_no_end_are_refused(env: Record) -> None:
    for start, stop in ((5.0, 4.0), (float("nan"), 4.0), (0.0, float("nan")), (0.0, float("inf"))):
        with pytest.raises(DataError, match="passes were asked for from .* s; give two finite times, the earlier one"):
            passes(LOW, env, start, stop=stop, stations=[ORIGIN])


def test_a_craft_stands_where_its_station_looks() -> None:
    station = Station(name="S", site=Site.from_degrees(40.0, -75.0, 100.0))
    latitude, longitude = 40.0 * DEGREE, -75.0 * DEGREE
    places = [(latitude, longitude, 1100.0), (latitude + 1e-4, longitude, 100.0), (latitude, longitude + 1e-4, 100.0)]
    azimuth, elevation = station.look(np.array([earth_fixed_position(*place) for place in places]))
    assert elevation == pytest.approx([0.5 * pi, -0.5e-4, -0.4e-4], abs=2e-5)
    assert np.all((azimuth >= 0.0) & (azimuth < 2 * pi))
    assert np.cos(azimuth[1:]) == pytest.approx([1.0, 0.0], abs=1e-4)
    assert np.sin(azimuth[1:]) == pytest.approx([0.0, 1.0], abs=1e-4)


@pytest.mark.parametrize(
    ("mask_deg", "reason"),
    [
        (91.0, "station 'S' has the mask 91.0 deg; give one elevation"),
        (float("nan"), "give one elevation from -90 to 90"),
        ((), "or pairs of azimuth"),
        ((1.0, 2.0), "or pairs of azimuth"),
        (((0.0, 5.0, 6.0),), "or pairs of azimuth"),
        (((0.0, 5.0), (360.0, 5.0)), "rising from 0 to below 360"),
        (((-1.0, 5.0), (30.0, 5.0)), "rising from 0 to below 360"),
        (((90.0, 5.0), (80.0, 5.0)), "rising from 0 to below 360"),
        (((90.0, 95.0),), "and elevation"),
        (((90.0, float("nan")),), "and elevation"),
        ("5", "station 'S' has the mask 5 deg"),
        ((("a", 5.0), (90.0, 10.0)), "or pairs of azimuth"),
        (((0.0, 5.0), (90.0,)), "or pairs of azimuth"),
        (None, "or pairs of azimuth"),
    ],
)
def test_a_mask_that_cannot_be_is_refused(mask_deg: Any, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        Station(name="S", site=EQUATOR, mask_deg=mask_deg)


@pytest.mark.parametrize("given", [[(0, 5), (90, 10)], np.array([[0, 5], [90, 10]]), ((0.0, 5.0), [90.0, 10.0])])
def test_a_mask_may_be_any_sequence_of_pairs(given: Any) -> None:
    station = Station(name="S", site=EQUATOR, mask_deg=given)
    assert station.mask_deg == ((0.0, 5.0), (90.0, 10.0))
    assert Station(name="S", site=EQUATOR, mask_deg=5).mask_deg == 5.0
    assert np.all(Station(name="S", site=EQUATOR, mask_deg=5).mask(np.zeros(2)) == 5.0 * DEGREE)
    assert (station.lowest(), Station(name="S", site=EQUATOR, mask_deg=5).lowest()) == (5.0 * DEGREE, 5.0 * DEGREE)
