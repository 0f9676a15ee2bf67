"""Which of several launch windows is chosen, and what its lift-off costs."""

from __future__ import annotations

from dataclasses import replace
from math import cos, isnan, nan, radians

import numpy as np
import pytest

from softdock.astro.orbits import MeanOrbit
from softdock.astro.time import Epoch
from softdock.conventions import DAY
from softdock.planning.inputs import Site
from softdock.planning.window_phasing import phasing
from softdock.planning.window_plane import Steering
from softdock.planning.window_schemes import FOUR_ORBIT
from softdock.planning.window_target import MeanTarget, mean_target
from softdock.planning.windows import LaunchWindow, Rules, best_of, launch_windows

PAD = Site(name="pad", latitude_deg=45.9961, longitude_deg=63.5639, height_m=104.0)
WIDE = Rules(plane_budget=400.0, steering=Steering(free_azimuth=True))  # a plane pane of half an hour and more


@pytest.fixture(scope="module")
def target() -> MeanTarget:
    orbit = MeanOrbit(6793.8e3, 0.0, radians(51.634), 1.0, 2.0, 0.0)
    return mean_target(Epoch.from_utc("2024-03-01T00:00:00"), [(0.0, orbit)], until=14.0 * DAY)


@pytest.fixture(scope="module")
def rows(target: MeanTarget) -> list[LaunchWindow]:
    return launch_windows(target, PAD, FOUR_ORBIT, start=0.0, stop=12.0 * DAY, rules=WIDE)


def test_a_lift_off_costs_its_phasing_and_its_plane_change(rows: list[LaunchWindow], target: MeanTarget) -> None:
    found = phasing(FOUR_ORBIT, target.middle, target.env)
    late = [row.best - row.lift_off for row in rows if row.is_open]
    assert any(t == 0.0 for t in late)
    assert any(abs(t) > 60.0 for t in late)
    for row in rows:
        if not row.is_open:
            assert isnan(row.best_dv)
            continue
        t = row.best - row.lift_off
        slip = found.rate - cos(row.plane.inclination) * row.plane.rate
        angle = np.clip(row.caught_up + slip * t, *found.limits)
        across = float(row.plane.cost(np.array([t]), WIDE.steering)[0])
        assert row.best_dv == pytest.approx(float(found.cost_at(angle)) + across, abs=1e-6)
        assert found.least - 1e-6 <= row.best_dv - across <= FOUR_ORBIT.dv_limit * 1.001


def test_what_phasing_has_found_serves_in_place_of_the_scheme(rows: list[LaunchWindow], target: MeanTarget) -> None:
    found = phasing(FOUR_ORBIT, target.middle, target.env)
    again = launch_windows(target, PAD, found, start=0.0, stop=12.0 * DAY, rules=WIDE)
    assert [row.lift_off for row in again] == [row.lift_off for row in rows]
    assert [row.caught_up for row in again] == [row.caught_up for row in rows]


def test_the_best_is_open_then_seen_then_sunlit_then_cheap_then_first(rows: list[LaunchWindow]) -> None:
    def row(
        day: float, *, seen: bool = False, lit: bool = False, dv: float = 120.0, is_open: bool = True
    ) -> LaunchWindow:
        around = replace(rows[0].at_docking, stations=("Moscow",) if seen else (), is_sunlit=lit)
        pane = (-1.0, 1.0) if is_open else (nan, nan)
        return replace(rows[0], lift_off=day, best_dv=dv, pane=pane, at_docking=around)

    closed, dear, cheap = row(1.0, seen=True, lit=True, is_open=False), row(2.0, dv=125.0), row(3.0)
    later, lit, seen = row(4.0, dv=120.04), row(5.0, lit=True, dv=200.0), row(6.0, seen=True, dv=300.0)
    assert best_of([closed]) is None
    assert best_of([]) is None
    assert best_of([closed, dear]) is dear
    assert best_of([dear, cheap]) is cheap
    assert best_of([later, cheap]) is cheap
    assert best_of([cheap, lit]) is lit
    assert best_of([cheap, lit, seen]) is seen


def test_hours_without_a_passage_have_no_window(target: MeanTarget, rows: list[LaunchWindow]) -> None:
    after = rows[0].lift_off
    hours = 3600.0
    assert launch_windows(target, PAD, FOUR_ORBIT, start=after + 6 * hours, stop=after + 8 * hours, rules=WIDE) == []
