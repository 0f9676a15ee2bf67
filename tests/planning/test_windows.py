"""Launch windows as a whole: closed by J2 as integrated apart, and laid beside two launches that were flown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from math import cos, degrees, inf, radians
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from softdock.astro.constants import EARTH_RATE
from softdock.astro.eclipses import beta_angle, shadow_depth
from softdock.astro.environment import Forces, build_environment, j2_environment, pad_position_inertial
from softdock.astro.mean_elements import TleOrbit
from softdock.astro.orbits import MeanOrbit, advanced, mean_from_state, nodal_period, state_from_mean, true_equator_axes
from softdock.astro.passes import Station, passes
from softdock.astro.sky import sun_positions
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site as Place
from softdock.conventions import DAY, DEGREE, KILOMETRE, MINUTE, Array
from softdock.errors import PlanError
from softdock.formats.tle import parse_tles
from softdock.planning.inputs import RecordedOrbit, Site, Start
from softdock.planning.start import Plane, ascending_plane, insertion, mean_shape
from softdock.planning.window_lighting import surroundings
from softdock.planning.window_phasing import Phasing, phasing
from softdock.planning.window_plane import Steering
from softdock.planning.window_schemes import APOLLO_1975, FOUR_ORBIT, TWO_DAY, TWO_ORBIT
from softdock.planning.window_target import LONGITUDE, RAAN, I, MeanTarget, mean_target, trajectory_target
from softdock.planning.windows import LaunchWindow, Rules, launch_windows, scan
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]

ISS = """\
1 25544U 98067A   25183.17152840  .00005361  00000-0  10070-3 0  9993
2 25544  51.6357 232.8024 0002162 321.8485 134.2034 15.50326686517486
"""
PAD_31 = Site(name="Baikonur 31/6", latitude_deg=45.9961, longitude_deg=63.5639, height_m=104.0)
KENNEDY = Site(name="Kennedy LC-39B", latitude_deg=28.62722, longitude_deg=-80.62083, height_m=15.0)
MOSCOW = Station(name="Moscow", site=Place.from_degrees(55.75, 37.6), mask_deg=5.0)  # about the place
FREE = Steering(free_azimuth=True)
TEN = Rules(plane_budget=10.0)
ISS_EPOCH = Epoch.from_utc("2025-07-02T04:00:00")
SOYUZ_EPOCH = Epoch.from_utc("1975-07-15T12:20:00")
STORED = json.loads((Path(__file__).parents[1] / "validation" / "data" / "plan_j2.json").read_text("utf-8"))

one_millisecond = 1e-3
one_hundredth_deg = 0.01
one_degree = 1.0
ten_kilometres = 10e3
node_uncertainty_s = 60.0  # 0.25 deg of node, by which the record itself is uncertain, at 0.25 deg/min
one_minute = 60.0


@pytest.fixture(scope="module")
def iss() -> MeanTarget:
    """The station by its TLE, for six days."""
    orbit = TleOrbit(parse_tles(ISS)[0], ISS_EPOCH, warn_after=20.0 * DAY)
    return trajectory_target(orbit, ISS_EPOCH, start=0.0, stop=6.5 * DAY)


@pytest.fixture(scope="module")
def two_day(iss: MeanTarget) -> list[LaunchWindow]:
    return launch_windows(iss, PAD_31, TWO_DAY, start=0.0, stop=4.0 * DAY, rules=replace(TEN, stations=(MOSCOW,)))


@pytest.fixture(scope="module")
def even() -> MeanTarget:
    """A target on one mean orbit, circular, for 40 days of 2024."""
    orbit = MeanOrbit(6793.8e3, 0.0, radians(51.634), 1.0, 2.0, 0.0)
    return mean_target(Epoch.from_utc("2024-03-01T00:00:00"), [(0.0, orbit)], until=40.0 * DAY)


@pytest.fixture(scope="module")
def soyuz() -> MeanTarget:
    """Soyuz 19 on its three recorded orbits; its burns near the ends of revolutions 4 and 17."""
    env, j2 = build_environment(SOYUZ_EPOCH, span_s=DAY, forces=Forces(field=(2, 0))), j2_environment(SOYUZ_EPOCH)
    first = RecordedOrbit(perigee_km=186.3, apogee_km=221.9, reference_radius_km=6378.14, nodal_period_min=88.52)
    start = Start(
        lift_off_utc="1975-07-15T12:20:00", insertion_after_lift_off_s=530.0, powered_arc_deg=16.6,
        inclination_deg=51.79, orbit=first,
        site=Site(name="Baikonur 1/5", latitude_deg=45.920278, longitude_deg=63.342222, height_m=90.0),
    )  # fmt: skip
    plane = ascending_plane(env, SOYUZ_EPOCH, start)
    found = insertion(env, j2, SOYUZ_EPOCH, start=start, plane=plane, mass_kg=6700.0)
    period = nodal_period(found.mean, j2)
    orbits = [(found.state.t, found.mean)]
    for revolution, shape in (
        (3.8, RecordedOrbit(perigee_km=192.4, apogee_km=231.7, reference_radius_km=6378.14)),
        (16.5, RecordedOrbit(perigee_km=222.1, apogee_km=226.6, reference_radius_km=6378.14, nodal_period_min=88.92)),
    ):
        t = revolution * period
        now = advanced(orbits[-1][1], j2, t - orbits[-1][0])
        a, e = mean_shape(shape, now.inclination, j2)
        orbits.append((t, replace(now, semi_major_axis=a, eccentricity=e)))
    return mean_target(SOYUZ_EPOCH, orbits, until=4.0 * DAY)


def normal(raan: float, inclination: float) -> Array:
    return Plane(inclination, raan).normal()


def j2_motion(env, r: Array, v: Array, *, lasts: float) -> tuple[Array, Array]:
    """State after a coast under J2 about a fixed pole, by scipy from equations of its own."""
    mu, j2, radius = float(env.mu), float(env.j2), float(env.radius)
    axes = true_equator_axes(env)

    def rates(_: float, y: Array) -> Array:
        x, size = y[:3], float(np.sqrt(y[:3] @ y[:3]))
        k = 1.5 * j2 * mu * radius * radius / size**5
        s = 5.0 * x[2] * x[2] / (size * size)
        pull = -mu / size**3 * x + k * x * np.array([s - 1.0, s - 1.0, s - 3.0])
        return np.concatenate([y[3:], pull])

    start = np.concatenate([axes @ r, axes @ v])
    y = solve_ivp(rates, (0.0, lasts), start, method="DOP853", rtol=1e-10, atol=1e-3).y[:, -1]
    return y[:3] @ axes, y[3:] @ axes


def turned(angle: float) -> float:
    """An angle between -180 and 180 deg [rad]."""
    return (angle + np.pi) % (2.0 * np.pi) - np.pi


def plan_of(found: Phasing, caught_up: float) -> int:
    """The row of a scheme's table next to an angle."""
    return int(np.argmin(np.abs(found.caught_up - caught_up)))


@pytest.mark.parametrize("scheme", [TWO_DAY, FOUR_ORBIT], ids=lambda scheme: scheme.name)
def test_the_aimed_node_is_the_targets_on_arrival_when_every_leg_is_integrated(
    even: MeanTarget, scheme, claim: Claim
) -> None:
    """Legs and target flown by scipy under J2: neither the secular rates nor their sum are taken on trust."""
    env, found = even.env, phasing(scheme, even.middle, even.env)
    row = plan_of(found, 0.5 * sum(found.limits))
    target = MeanOrbit(even.middle.semi_major_axis, 0.0, even.middle.inclination, 1.0, 2.0, 0.0)
    r, v = state_from_mean(target, env)
    arrived = mean_from_state(*j2_motion(env, r, v, lasts=float(found.duration[row])), env)
    offset = (arrived.raan - target.raan) - found.node[row]  # of the chaser's node from the target's at insertion
    offset = turned(offset)
    now = MeanOrbit(scheme.semi_major_axis, 0.0, target.inclination, (1.0 + offset) % (2.0 * np.pi), 0.0, 0.0)
    for leg in found.plans[row]:
        now = replace(now, semi_major_axis=leg.semi_major_axis, eccentricity=leg.eccentricity)
        r, v = state_from_mean(now, env)
        now = mean_from_state(*j2_motion(env, r, v, lasts=leg.revolutions * nodal_period(now, env)), env)
    left = turned(now.raan - arrived.raan)
    assert abs(degrees(offset)) > 0.03
    claim(
        claim=f"Node left open on arrival when the offset of the launch plane is flown: {scheme.name}",
        truth="J2 integrated by scipy, leg after leg, target likewise",
        tolerance=one_hundredth_deg,
        achieved=degrees(left),
        unit="deg",
    )


def test_the_pad_stands_in_the_aimed_plane_so_long_after_lift_off_as_stated(even: MeanTarget, claim: Claim) -> None:
    env = build_environment(even.epoch, span_s=10.0 * DAY, forces=Forces(field=(2, 0), drag=False))
    misses = []
    for branch in ("ascending", "descending"):
        rules = replace(TEN, branches=(branch,))
        for row in launch_windows(even, PAD_31, TWO_DAY, start=0.0, stop=5.0 * DAY, rules=rules):
            inserted = even.at(np.array([row.lift_off + TWO_DAY.ascent]))[0]
            t = row.lift_off + TWO_DAY.plane_lead
            pad = true_equator_axes(env, t) @ pad_position_inertial(env, t, (45.9961, 63.5639, 104.0))
            plane = normal(inserted[RAAN] + row.node_offset, inserted[I])
            off = float(pad @ plane) / float(np.linalg.norm(pad))
            # over the rate at which the pad nears the plane
            misses.append(off / row.plane.cost_rate(FREE) * row.plane.speed)
    claim(
        claim="In-plane lift-offs of ten launches: how long the pad is from the aimed plane",
        truth="ITRF of ERFA with polar motion and UT1, vectors",
        tolerance=0.1,
        achieved=worst_of(map(abs, misses)),
        unit="s",
    )


def test_the_chaser_arrives_where_the_target_is(two_day: list[LaunchWindow], iss: MeanTarget) -> None:
    found = phasing(TWO_DAY, iss.middle, iss.env)
    for row in two_day:
        start = row.lift_off + TWO_DAY.ascent
        inserted, arrived = iss.at(np.array([start, row.arrival]))
        # the pad's foot at lift-off: as far behind as the Earth turns along the plane until the plane is met
        own = row.plane.argument_of_latitude - cos(arrived[I]) * EARTH_RATE * TWO_DAY.plane_lead + TWO_DAY.powered_arc
        travelled = row.caught_up + found.rate * (row.arrival - start)
        assert travelled / (2.0 * np.pi) == pytest.approx(TWO_DAY.revolutions, abs=0.02)
        assert degrees(turned(own + travelled - arrived[LONGITUDE])) == pytest.approx(0.0, abs=one_hundredth_deg)
        assert row.arrival - start == pytest.approx(float(found.duration_at(np.array(row.caught_up))), abs=0.1)
        phase = inserted[LONGITUDE] - own - cos(arrived[I]) * row.node_offset
        assert degrees(turned(phase - row.phase)) == pytest.approx(0.0, abs=one_hundredth_deg)


def test_progress_ms_31_lifts_off_when_it_did(two_day: list[LaunchWindow], claim: Claim) -> None:
    flown = ISS_EPOCH.seconds_of("2025-07-03T19:32:40.257")
    row = min(two_day, key=lambda row: abs(row.lift_off - flown))
    claim(
        claim="In-plane lift-off to the station on 3 July 2025, plane closed by J2 over the two-day scheme",
        truth="Progress MS-31's lift-off, 19:32:40.257 UTC, and 0.25 deg of its node",
        tolerance=node_uncertainty_s,
        achieved=row.lift_off - flown,
        unit="s",
    )
    docked = ISS_EPOCH.seconds_of("2025-07-05T21:25:00")
    assert abs(row.docking - docked) < 0.9 * 92.9 * MINUTE  # within a revolution: its burns' places are MS-01's
    assert degrees(row.node_offset) == pytest.approx(0.47, abs=0.1)


def test_without_the_node_offset_or_the_launchers_drift_ms_31_would_be_minutes_off(iss: MeanTarget) -> None:
    flown = ISS_EPOCH.seconds_of("2025-07-03T19:32:40.257")
    span = {"start": flown - 3600.0, "stop": flown + 3600.0}
    through_pad = launch_windows(iss, PAD_31, replace(TWO_DAY, plane_lead=0.0), **span, rules=TEN)[0]
    assert through_pad.lift_off - flown > 2.5 * MINUTE
    own_plane = launch_windows(iss, PAD_31, TWO_ORBIT, **span, rules=TEN)[0]  # too short for J2 to close much
    assert own_plane.lift_off - flown < -1.0 * MINUTE


def test_apollo_of_15_july_1975_beside_the_flown_lift_off(soyuz: MeanTarget, claim: Claim) -> None:
    """The launcher's drift is not recorded, so the plane is that through the pad; its yaw limit is stated as 14 deg."""
    flown = SOYUZ_EPOCH.seconds_of("1975-07-15T19:50:01")
    steering = Steering(free_azimuth=True, yaw_limit=radians(14.0), powered_arc=APOLLO_1975.powered_arc)
    rules = Rules(plane_budget=0.0, steering=steering)
    row = launch_windows(soyuz, KENNEDY, APOLLO_1975, start=3600.0, stop=DAY, rules=rules)[0]
    early = flown - row.lift_off
    assert row.branch == "ascending"
    assert abs(early) < 6.0 * MINUTE  # information: 4 min early; windows of the time opened 6 min before in-plane
    assert row.pane[0] < early < row.pane[1]  # the launcher reaches the plane itself from the flown lift-off
    assert float(row.plane.cost(np.array([early]), steering)[0]) == 0.0
    slip = 2.0 * np.pi / (88.6 * MINUTE) - 2.0 * np.pi / (1436.07 * MINUTE) * cos(radians(51.8))
    claim(
        claim="Angle from Apollo to Soyuz at Apollo's insertion, lift-off as flown",
        truth="pads, ERFA and two averaged orbits, by scipy",
        tolerance=one_degree,
        achieved=degrees(row.phase + slip * early) - STORED["cases"]["nominal"]["phase_at_insertion_deg"],
        unit="deg",
    )


def test_phase_panes_are_where_the_scheme_s_limits_are_met(iss: MeanTarget) -> None:
    """A lift-off at the edge of the pane, solved anew with the target moved as far, has the phase of the limit."""
    rows = launch_windows(iss, PAD_31, FOUR_ORBIT, start=0.0, stop=5.0 * DAY, rules=TEN)
    found = phasing(FOUR_ORBIT, iss.middle, iss.env)
    assert {row.is_open for row in rows} == {True, False}
    for row in rows:
        slip = found.rate - cos(row.plane.inclination) * row.plane.rate
        for edge, limit in zip(row.phase_pane, found.limits, strict=True):
            assert row.caught_up + slip * edge == pytest.approx(limit, abs=1e-9)
        inside = found.limits[0] <= row.caught_up <= found.limits[1]
        assert (row.phase_pane[0] <= 0.0 <= row.phase_pane[1]) == inside
        if row.is_open:
            assert row.pane[0] <= row.best - row.lift_off <= row.pane[1]
        else:
            assert np.isnan(row.best)


def test_a_scheme_that_absorbs_every_phase_has_an_endless_phase_pane(two_day: list[LaunchWindow]) -> None:
    assert {row.phase_pane for row in two_day} == {(-inf, inf)}
    assert all(row.is_open and row.best == row.lift_off for row in two_day)


def test_a_scheme_that_absorbs_no_phase_never_opens(even: MeanTarget) -> None:
    rows = launch_windows(even, PAD_31, replace(FOUR_ORBIT, dv_limit=100.0), start=0.0, stop=5.0 * DAY, rules=TEN)
    assert len(rows) == 5
    assert not any(row.is_open for row in rows)
    assert all(np.isnan(row.phase_pane).all() and np.isfinite(row.plane_pane).all() for row in rows)


def test_a_month_has_a_launch_every_23_h_36_min_on_each_branch(even: MeanTarget) -> None:
    rules = replace(TEN, branches=("ascending", "descending"))
    rows = launch_windows(even, PAD_31, TWO_ORBIT, start=0.0, stop=30.0 * DAY, rules=rules)
    for branch in rules.branches:
        times = np.array([row.lift_off for row in rows if row.branch == branch])
        assert len(times) in (30, 31)
        assert np.allclose(np.diff(times), 23.0 * 3600.0 + 36.0 * 60.0, atol=3.0 * MINUTE)
    assert [row.lift_off for row in rows] == sorted(row.lift_off for row in rows)


def test_what_surrounds_a_docking_is_what_the_events_say(iss: MeanTarget, two_day: list[LaunchWindow]) -> None:
    env = build_environment(ISS_EPOCH, span_s=7.0 * DAY, forces=Forces(field=(2, 0), drag=False))
    for row in two_day:
        t = np.array([row.docking])
        r, v = iss.states(t)
        around = row.at_docking
        assert around.beta == pytest.approx(float(beta_angle(r, v, sun_positions(env, t))[0]), abs=1e-9)
        assert around.is_sunlit == bool(shadow_depth(env, t, r=r)[0] < 0.0)
        if np.isfinite(around.light_lasts):
            edge = t + around.light_lasts
            late = np.concatenate([edge - 2.0, edge + 2.0])
            depth = shadow_depth(env, late, r=iss.states(late)[0])
            assert depth[0] * depth[1] < 0.0
            assert (depth[0] < 0.0) == around.is_sunlit
        seen = passes(_As(iss), env, row.docking - 30.0 * MINUTE, stop=row.docking + 1.0, stations=[MOSCOW])
        assert around.cover == pytest.approx(sum(p.los - p.aos for p in seen) / (30.0 * MINUTE), abs=0.06)
        assert around.stations == (("Moscow",) if any(p.los > row.docking for p in seen) else ())


class _As:
    """A mean target as a trajectory."""

    def __init__(self, target: MeanTarget) -> None:
        self.target = target

    def positions(self, times: Array) -> Array:
        return self.target.states(np.asarray(times))[0]

    def velocities(self, times: Array) -> Array:
        return self.target.states(np.asarray(times))[1]


def test_mean_elements_follow_the_trajectory_they_came_from(iss: MeanTarget, claim: Claim) -> None:
    orbit = TleOrbit(parse_tles(ISS)[0], ISS_EPOCH, warn_after=20.0 * DAY)
    times = np.linspace(0.0, 6.5 * DAY, 400)
    claim(
        claim="A station's J2-mean elements over 6.5 days, read without J2's swings",
        truth="SGP4",
        tolerance=1.5 * ten_kilometres,
        achieved=float(np.max(np.linalg.norm(iss.states(times)[0] - orbit.positions(times), axis=1))),
        unit="m",
    )


def test_mean_orbits_that_follow_each_other_are_read_exactly(soyuz: MeanTarget) -> None:
    start = soyuz.at(np.array([soyuz.start]))[0]
    assert start[0] == pytest.approx(6378.14e3 + 204e3, abs=4.0 * KILOMETRE)
    assert np.all(np.diff(soyuz.at(np.linspace(soyuz.start, soyuz.stop, 5000))[:, LONGITUDE]) > 0.0)
    last = soyuz.at(np.array([soyuz.stop - DAY, soyuz.stop]))
    orbit = MeanOrbit(last[0, 0], float(np.hypot(*last[0, 1:3])), last[0, I], last[0, RAAN], 0.0, 0.0)
    later = advanced(orbit, soyuz.env, DAY)
    assert degrees(turned(later.raan - last[1, RAAN])) == pytest.approx(0.0, abs=1e-9)


def test_a_thousand_days_times_phases_are_scanned_within_a_minute(claim: Claim) -> None:
    orbit = MeanOrbit(6793.8e3, 3e-4, radians(51.634), 1.0, 2.0, 0.5)
    target = mean_target(Epoch.from_utc("2022-01-01T00:00:00"), [(0.0, orbit)], until=1004.0 * DAY)
    shifts = np.arange(0.0, 360.0, 5.0) * DEGREE
    begin = time.perf_counter()
    found = scan(target, PAD_31, FOUR_ORBIT, days=1000, shifts=shifts, rules=TEN)
    claim(
        claim="1,000 days of launches, each for 72 phases of the station: solved in",
        truth="this machine's clock",
        tolerance=one_minute,
        achieved=time.perf_counter() - begin,
        unit="s",
    )
    assert found.lift_off.shape[0] >= 1000
    # as many phases serve as the scheme's range is of a turn, whatever the day
    width = phasing(FOUR_ORBIT, target.middle, target.env).width
    assert float(np.mean(found.is_admissible)) == pytest.approx(width / (2.0 * np.pi), abs=0.02)
    assert np.all(found.dv[found.is_admissible] <= FOUR_ORBIT.dv_limit * 1.001)


def test_the_scan_is_the_windows_of_a_shifted_target(even: MeanTarget) -> None:
    found = scan(even, PAD_31, FOUR_ORBIT, days=4, shifts=np.array([0.0, 0.7]), rules=TEN)
    ahead = even.elements.copy()
    ahead[:, LONGITUDE] += 0.7
    for column, target in ((0, even), (1, replace(even, elements=ahead))):
        rows = launch_windows(target, PAD_31, FOUR_ORBIT, start=0.0, stop=6.0 * DAY, rules=TEN)
        times = np.array([row.lift_off for row in rows])
        for t in found.lift_off[:, column]:
            assert np.min(np.abs(times - t)) < 2.0 * one_millisecond


def test_a_target_that_ends_before_the_docking_is_refused(iss: MeanTarget) -> None:
    with pytest.raises(PlanError, match="give a longer one, or search fewer days"):
        launch_windows(iss, PAD_31, TWO_DAY, start=0.0, stop=6.0 * DAY, rules=TEN)


def test_a_site_that_the_plane_never_passes_is_refused(iss: MeanTarget) -> None:
    vostochny = Site(name="too far north", latitude_deg=62.9, longitude_deg=40.6)
    with pytest.raises(PlanError, match="never passes over"):
        launch_windows(iss, vostochny, TWO_DAY, start=0.0, stop=3.0 * DAY, rules=TEN)


def test_rules_targets_and_scans_that_cannot_be_are_refused(even: MeanTarget) -> None:
    with pytest.raises(PlanError, match="give 'ascending', 'descending' or both"):
        Rules(plane_budget=1.0, branches=("north",))
    with pytest.raises(PlanError, match="give 0 or more"):
        Rules(plane_budget=-1.0)
    with pytest.raises(PlanError, match="give at least 1"):
        scan(even, PAD_31, FOUR_ORBIT, days=0, shifts=np.zeros(1), rules=TEN)
    with pytest.raises(PlanError, match="times that rise"):
        mean_target(ISS_EPOCH, [], until=DAY)
    with pytest.raises(PlanError, match="let stop come after start"):
        trajectory_target(_As(even), even.epoch, start=DAY, stop=0.0)


def test_no_docking_has_no_surroundings(even: MeanTarget) -> None:
    assert surroundings(even, np.empty(0), stations=(), cover_before=60.0, allow_prediction=False) == []
