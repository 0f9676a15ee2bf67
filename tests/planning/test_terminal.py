"""The time on which a scheme hangs, and the revolutions by which it is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.eclipses import shadow_intervals
from softdock.conventions import HOUR, MINUTE
from softdock.errors import MissionError, PlanError
from softdock.planning.terminal import Terminal, crossings_of_longitude, terminal_time


@pytest.fixture(scope="module")
def wanted(mission) -> Terminal:
    return next(p.terminal for p in mission.phases if p.kind == "rendezvous")


@pytest.fixture(scope="module")
def target(planned):
    return planned.solved.chain.around.target


def time_of(wanted: Terminal, planned, world, **changes) -> float:
    target = planned.solved.chain.around.target
    return terminal_time(world.predicted, target, wanted.model_copy(update=changes), begins=list(planned.begins))


def test_the_plan_hangs_on_mid_darkness_in_the_revolution_before_docking(wanted, planned, world, target) -> None:
    t = time_of(wanted, planned, world)
    assert planned.solved.flown["TPI"].t == pytest.approx(t, abs=0.01)
    dark = shadow_intervals(target, world.predicted, t - HOUR, stop=t + HOUR)
    middle = min((0.5 * (a + b) for a, b in dark), key=lambda m: abs(m - t))
    assert t == pytest.approx(middle, abs=0.1)
    assert planned.revolution(t + 55.0 * MINUTE) == wanted.docking_revolution
    assert planned.revolution(t + 55.0 * MINUTE - 5400.0) < wanted.docking_revolution


@pytest.mark.parametrize("minutes", [40.0, 65.0])
def test_the_night_of_tpi_does_not_hang_on_the_time_allowed_to_capture(wanted, planned, world, minutes) -> None:
    found = time_of(wanted, planned, world, to_capture_min=minutes)
    assert found == pytest.approx(time_of(wanted, planned, world), abs=1e-3)


def test_another_revolution_is_another_night(wanted, planned, world) -> None:
    earlier = time_of(wanted, planned, world, docking_revolution=28)
    lasts = time_of(wanted, planned, world) - earlier
    begins = np.diff(planned.begins)
    assert begins.min() - 400.0 < lasts < begins.max()  # once an orbit, which is shorter by the Earth's turn


def test_sunrise_and_sunset_are_the_ends_of_the_night_and_an_offset_moves_them(wanted, planned, world, target) -> None:
    rise, fall = (time_of(wanted, planned, world, light=light) for light in ("sunrise", "sunset"))
    for t, end in ((rise, 1), (fall, 0)):
        dark = shadow_intervals(target, world.predicted, t - HOUR, stop=t + HOUR)
        assert min(abs(night[end] - t) for night in dark) < 5.0  # umbra's edge and the Sun's first limb
    moved = time_of(wanted, planned, world, light="sunrise", offset_min=-23.0)
    begin = planned.begins[wanted.docking_revolution - 2]
    nights = [rise - 23.0 * MINUTE + k * 88.9 * MINUTE for k in (-1, 0, 1)]
    assert min(abs(moved - t) for t in nights) < MINUTE
    assert moved + wanted.to_capture_min * MINUTE >= begin - 1e-3


def test_a_revolution_beyond_the_time_given_is_refused_with_the_key(wanted, planned, world) -> None:
    with pytest.raises(MissionError, match=r"is 60, which begins after the \d+ revolutions") as caught:
        time_of(wanted, planned, world, docking_revolution=60)
    assert caught.value.key == "terminal.docking_revolution"


def test_light_that_does_not_come_is_said(wanted, world, target) -> None:
    late = [target.stop - 60.0] * 40
    with pytest.raises(PlanError, match="has no mid-darkness near docking_revolution 29"):
        terminal_time(world.predicted, target, wanted.model_copy(update={"to_capture_min": 0.5}), begins=late)


def sidereal_deg(world, t: float) -> float:
    """Greenwich mean sidereal time [deg]: 280.46062 + 360.98564737 (JD - 2451545), Meeus, Astronomical Algorithms."""
    utc1, utc2 = world.epoch.utc_parts(t)
    return float(280.46062 + 360.98564737 * ((utc1 - 2451545.0) + utc2)) % 360.0


def test_a_pads_longitude_is_crossed_eastward_where_sidereal_time_says(planned, world, target) -> None:
    times = crossings_of_longitude(world.predicted, target, 30000.0, longitude_deg=-80.62083)
    assert len(times) > 20
    half_a_degree = 0.5  # precession since 1975 is 0.3 deg and left out
    for t in times:
        r, v = target.at(t).r, target.at(t).v
        longitude = np.degrees(np.arctan2(r[1], r[0])) - sidereal_deg(world, t)
        assert abs((longitude + 80.62083 + 180.0) % 360.0 - 180.0) < half_a_degree
        assert r[0] * v[1] - r[1] * v[0] > 0.0
    assert list(planned.begins)[-3:] == pytest.approx(times[-3:], abs=1e-3)
