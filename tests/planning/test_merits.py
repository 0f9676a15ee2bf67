"""What a plan is worth: cost, light, ground stations, tanks and free drift, each beside a truth found another way."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from softdock.astro.eclipses import shadow_intervals
from softdock.astro.environment import build_environment
from softdock.astro.ephemeris import sun_position
from softdock.astro.passes import Station
from softdock.astro.relative import relative_lvlh
from softdock.astro.sky import earth_fixed_positions
from softdock.astro.topocentric import Site
from softdock.conventions import DEGREE, HOUR, MINUTE, STANDARD_GRAVITY
from softdock.dynamics.arcs import propagate
from softdock.errors import PlanError, PropagationError
from softdock.planning.drift import free_drifts, prolonged
from softdock.planning.merits import cover_at, light_at, margins, merits
from softdock.planning.targeting import target
from softdock.vehicle.assembly import assemble
from softdock.vehicle.library import load_vehicle
from tests.fixtures.worst import worst_of
from tests.planning.manoeuvre_scene import beside, chain, in_orbit
from tests.planning.schemes import TERMINAL, TWO_ORBITS

DOCKING_AFTER = 35.0 * MINUTE
STATIONS = [  # a chain from the Atlantic to the Urals, and one on the other side of the Earth
    *(Station(name=f"{east} E", site=Site.from_degrees(50.0, east), mask_deg=5.0) for east in range(-20, 61, 20)),
    Station(name="south", site=Site.from_degrees(-45.0, 170.0)),
]
INTERCEPT = TERMINAL.replace('preset = "TPF"', 'name = "TPF"')  # the same, and nobody brakes
one_metre, one_second, a_hundredth_of_a_second = 1.0, 1.0, 0.01
one_millimetre_a_second, one_gram, a_microradian = 1e-3, 1e-3, 1e-6


@pytest.fixture(scope="module")
def env(epoch):
    return build_environment(epoch, span_s=2.0 * 86400.0)


@pytest.fixture(scope="module")
def progress():
    return assemble(load_vehicle("progress-ms"))


@pytest.fixture(scope="module")
def found(env, epoch, progress):
    """A two-orbit rendezvous from 200 x 242 km with a station at 415 km, whose arc ends an hour after the arrival."""
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0, mass=420000.0), 4.0, drag_area=2000.0, epoch=epoch)
    full = progress.dry_mass_kg + sum(progress.initial_propellant.values())
    return target(chain(TWO_ORBITS, around, progress, in_orbit(env, (200.0, 242.0), -16.0 * DEGREE, mass=full)))


@pytest.fixture(scope="module")
def worth(found):
    return merits(found, stations=STATIONS, docking_after_s=DOCKING_AFTER)


@pytest.fixture(scope="module")
def station_flown_on(env, found):
    """The station's arc for a day more, by the single-step method from its beginning."""
    until = found.flown.events[-1].t + 86400.0 + HOUR
    return propagate(env, found.chain.around.target.first, until=until, drag_area=2000.0, rtol=3e-14)


# ---- cost and time


def test_an_arrival_that_nobody_brakes_costs_what_the_braking_burn_would(env, epoch, progress, claim) -> None:
    around = beside(env, in_orbit(env, (414.0, 417.0), 2.0), 8.0, epoch=epoch)
    start = in_orbit(env, (395.0, 398.0), 2.0 - 1.0 * DEGREE, mass=7000.0)
    braked, passing = (
        merits(target(chain(text, around, progress, start, is_impulsive=True)), drift=None)
        for text in (TERMINAL, INTERCEPT)
    )
    assert passing.burns < 0.6 * braked.burns
    assert braked.braking < one_millimetre_a_second
    claim(
        claim="Intercept that is not braked: burns and the speed still to brake, less the burns when it is",
        truth="the same with a braking burn to rest",
        tolerance=one_millimetre_a_second,
        achieved=passing.total - braked.total,
        unit="m/s",
    )


def test_duration_and_arrival_are_those_of_the_last_event(found, worth) -> None:
    last = found.flown.events[-1]
    assert worth.arrival == last.after.t > last.t
    assert worth.duration == worth.arrival - found.chain.start.t
    assert worth.burns == found.flown.total
    T = found.chain.around.target.at(last.after.t)
    left = relative_lvlh(T.r, T.v, last.after.r, last.after.v)[1]
    assert worth.braking == pytest.approx(0.5, abs=one_millimetre_a_second) == float(np.linalg.norm(left))


# ---- light and ground stations


def test_light_is_that_of_the_shadow_of_the_earth(env, found, worth, station_flown_on, claim) -> None:
    transfer, docking = found.flown["braking"].t, worth.arrival + DOCKING_AFTER
    assert worth.transfer == "braking"  # there is no TPI, and it is the last burn
    dark = shadow_intervals(station_flown_on, env, transfer - HOUR, stop=docking + 2.0 * HOUR)
    off, days = [], []
    for t, light in ((transfer, worth.light_at_transfer), (docking, worth.light_at_docking)):
        is_night = any(begin < t < end for begin, end in dark)
        assert light.is_day is not is_night
        change = min(edge for pair in dark for edge in pair if edge > t)
        assert light.changes_in is not None
        off.append(light.changes_in - (change - t))
        days.append(light.is_day)
        at = station_flown_on.at(t)
        normal, sun = np.cross(at.r, at.v), np.array(sun_position(env, t))
        beta = 0.5 * np.pi - np.arccos(normal @ sun / np.linalg.norm(normal) / np.linalg.norm(sun))
        assert light.beta == pytest.approx(beta, abs=a_microradian)
    claim(
        claim="Minutes of light left at the last burn and at docking, past the end of the target's own arc",
        truth="passages of the umbra on an arc flown by the single-step method",
        tolerance=a_hundredth_of_a_second,
        achieved=worst_of(map(abs, off)),
        unit="s",
    )


def test_light_is_told_by_day_and_by_night(env, station_flown_on) -> None:
    (begin, end), *_ = shadow_intervals(station_flown_on, env, HOUR, stop=4.0 * HOUR)
    night, day = (light_at(env, station_flown_on, t) for t in (0.5 * (begin + end), end + 60.0))
    assert (night.is_day, day.is_day) == (False, True)
    assert night.text == f"night, sunrise in {0.5 * (end - begin) / MINUTE:.0f} min"
    assert day.text.startswith("day, sunset in ")
    assert replace(day, changes_in=None).text == "day"


def test_cover_at_docking_is_what_a_scan_by_the_second_sees(env, station_flown_on, claim) -> None:
    """Over Europe, where one station hands over to the next, and over the sea, where none sees anything."""
    seconds = np.arange(0.0, 8.0 * HOUR)
    r_E = earth_fixed_positions(env, seconds, r=station_flown_on.positions(seconds))
    looks = [one.look(r_E) for one in STATIONS]
    sees = np.array([elevation > one.mask(azimuth) for one, (azimuth, elevation) in zip(STATIONS, looks, strict=True)])
    some = sees.any(axis=0)
    middle = np.flatnonzero(sees.sum(axis=0) >= 3)
    at = int(middle[middle > 1.8 * HOUR][0])
    cover = cover_at(env, station_flown_on, float(at), stations=STATIONS)
    assert set(cover.stations) == {one.name for one, row in zip(STATIONS, sees, strict=True) if row[at]}
    assert len(cover.stations) >= 3
    gaps = np.flatnonzero(~some)
    before, after = at - int(gaps[gaps < at][-1]), int(gaps[gaps > at][0]) - at
    assert before + after > 14 * 60  # more than any one station sees
    claim(
        claim="Ground-station cover before and after docking, four stations handing over",
        truth="elevations scanned by the second",
        tolerance=one_second,
        achieved=worst_of(abs(cover.before - before), abs(cover.after - after)),
        unit="s",
    )
    nobody = cover_at(env, station_flown_on, float(gaps[gaps > 2000.0][0] + 60), stations=STATIONS)
    assert (nobody.stations, nobody.before, nobody.after) == ((), 0.0, 0.0)


# ---- tanks


def test_what_is_left_in_the_tank_is_what_the_craft_lost_in_weight(found, worth, progress, claim) -> None:
    first, last = found.chain.start, found.flown.events[-1].after
    load = progress.initial_propellant["kdu"]
    claim(
        claim="Propellant left in the tank after a two-orbit rendezvous",
        truth="weight at the arrival",
        tolerance=one_gram,
        achieved=worth.propellant["kdu"].left_kg - (load - (first.mass - last.mass)),
        unit="kg",
    )
    by_equation = first.mass * (1.0 - np.exp(-found.flown.total / (285.0 * STANDARD_GRAVITY)))
    assert load - worth.propellant["kdu"].left_kg == pytest.approx(by_equation, rel=0.06)  # jets give 285 s or less
    assert worth.propellant["kdu"].share == pytest.approx(worth.propellant["kdu"].left_kg / load)


def test_a_load_that_does_not_suffice_leaves_less_than_nothing(found) -> None:
    used = found.flown.events
    assert margins({"kdu": 100.0}, used)["kdu"].left_kg < 0.0
    with pytest.raises(PlanError, match=r"DV1 burns from the tank 'kdu', and loads are given for spare"):
        margins({"spare": 100.0}, used)


# ---- free drift


def test_free_drift_comes_as_near_as_a_scan_by_the_second_says(env, found, worth, station_flown_on, claim) -> None:
    chaser, off = found.chain.chaser, []
    assert [one.without for one in worth.drifts] == [e.manoeuvre.name for e in found.flown.events]
    for drift, event in zip(worth.drifts, found.flown.events, strict=True):
        until = event.t + 86400.0
        way = propagate(env, event.before, until=until, drag_area=chaser.drag_area, rtol=3e-14)
        times = np.arange(event.t, until, 1.0)
        ranges = np.linalg.norm(way.positions(times) - station_flown_on.positions(times), axis=1)
        off.append(drift.least - float(ranges.min()))
        assert drift.time == pytest.approx(float(times[np.argmin(ranges)]), abs=2.0)
        assert (drift.start, drift.looked) == (event.t, pytest.approx(86400.0))
    assert worth.nearest is not None
    assert worth.nearest.without == "braking"
    claim(
        claim="Least distance in a day of free drift after each burn of a two-orbit rendezvous is missed",
        truth="single-step method, scanned by the second",
        tolerance=one_metre,
        achieved=worst_of(map(abs, off)),
        unit="m",
    )


def test_free_drift_of_no_time_is_the_distance_when_the_burn_is_due(found) -> None:
    for drift, event in zip(free_drifts(*parts(found), seconds=0.0), found.flown.events, strict=True):
        apart = found.chain.around.target.at(event.t).r - event.before.r
        assert drift.least == pytest.approx(float(np.linalg.norm(apart)))


def test_an_end_that_does_not_burn_is_a_burn_that_may_be_missed(env, epoch, progress) -> None:
    """The braking is still to come: a pass at the intercept."""
    around = beside(env, in_orbit(env, (414.0, 417.0), 2.0), 8.0, epoch=epoch)
    passing = target(chain(INTERCEPT, around, progress, in_orbit(env, (395.0, 398.0), 2.0 - DEGREE, mass=7000.0)))
    drifts = free_drifts(*parts(passing), seconds=HOUR)
    assert [one.without for one in drifts] == ["TPI", "braking at TPF"]
    assert drifts[1].least < 10.0 < 1000.0 < drifts[0].least


def test_a_craft_that_falls_is_looked_at_as_long_as_it_flies(env, epoch, progress, found) -> None:
    low = in_orbit(env, (120.0, 135.0), -16.0 * DEGREE, mass=7000.0)
    event = replace(found.flown.events[0], before=low, t=low.t)
    fallen = free_drifts(found.chain.around, progress, replace(found.flown, events=(event,)))
    assert 600.0 < fallen[0].looked < 0.9 * 86400.0
    assert fallen[0].least > 200e3


def test_drift_past_the_environments_tables_is_refused(found) -> None:
    with pytest.raises(PropagationError, match="build it with a longer span_s"):
        free_drifts(*parts(found), seconds=3.0 * 86400.0)


def test_a_target_of_several_areas_is_not_flown_on(env, found) -> None:
    arc = replace(found.chain.around.target, areas=None)
    assert prolonged(env, arc, until=arc.stop) is arc
    with pytest.raises(PlanError, match="was flown with several drag areas"):
        prolonged(env, arc, until=arc.stop + 1.0)


# ---- the row and what is refused


def test_the_row_is_plain_and_has_units_in_its_keys(epoch, found, worth) -> None:
    row = worth.row()
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert row["delta_v_m_s"] == pytest.approx(worth.burns + 0.5, abs=one_millimetre_a_second)
    assert row["light_at_braking"] == worth.light_at_transfer.text
    assert row["least_free_drift_without"] == "braking"
    assert 1.0 < row["least_free_drift_km"] < 2.0
    assert 50.0 < row["least_tank_left_percent"] < 70.0
    assert row["arrival_s"] == worth.arrival
    timed = worth.row(epoch)
    assert "arrival_s" not in timed
    assert epoch.seconds_of(timed["arrival_utc"]) == pytest.approx(worth.arrival, abs=1e-3)
    bare = merits(found, drift=None).row()
    assert not [key for key in bare if "station" in key or "cover" in key or "drift" in key]


def test_light_can_be_asked_for_at_any_event(found) -> None:
    at = merits(found, transfer="DV4", drift=None)
    assert at.transfer == "DV4"
    assert "light_at_dv4" in at.row()
    with pytest.raises(PlanError, match=r"light at 'DV9' was asked for, and the events are DV1, DV2, DV4, DV5, "):
        merits(found, transfer="DV9")


@pytest.mark.parametrize("wrong", [{"docking_after_s": -1.0}, {"docking_after_s": float("nan")}, {"drift": -1.0}])
def test_times_that_are_none_are_refused(found, wrong) -> None:
    with pytest.raises(PlanError, match="give a time"):
        merits(found, **wrong)


def parts(found):
    return found.chain.around, found.chain.chaser, found.flown
