"""What [environment] asks for is what is flown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from softdock.astro.environment import build_environment
from softdock.astro.time import Epoch
from softdock.conventions import HOUR, Array, Record
from softdock.dynamics.arcs import PointState
from softdock.errors import DataError, MissionError
from softdock.flight.world import World
from softdock.mission.director import build_world
from softdock.mission.load import complete_toml, load
from softdock.planning.burns import coast
from softdock.vehicle.library import SHIPPED as VEHICLES
from tests.fixtures.air import density
from tests.mission.broken import DAYS, MISSION, replaced

PLACE = np.array([6.7e6, 0.0, 0.0])


def _world(folder: Path, *lines: str) -> World:
    path = folder / "mine.toml"
    path.write_text(replaced(MISSION, "[environment]", "\n".join(("[environment]", *lines))))
    mission = load(path)
    kept = folder / "kept.toml"
    kept.write_text(complete_toml(mission))
    assert load(kept).environment == mission.environment  # the archived file flies the same
    return build_world(mission)


def _flown(world: World) -> Array:
    state = PointState(0.0, PLACE, np.array([0.0, 4800.0, 6040.0]), 6680.0)
    return coast(world.predicted, world.crafts["soyuz"], state, until=6.0 * HOUR).last.r


def _air(env: Record) -> float:
    return density(env, HOUR, PLACE)


def test_light_and_tides_that_the_mission_asks_for_move_the_craft(tmp_path: Path) -> None:
    plain = _world(tmp_path)
    for line, least, most in (("solar_pressure = true", 0.05, 5.0), ("tides = true", 0.5, 20.0)):
        moved = float(np.linalg.norm(_flown(_world(tmp_path, line)) - _flown(plain)))
        assert least < moved < most, f"{line} moves the craft by {moved} m in six hours"


def test_a_craft_that_light_cannot_press_on_is_refused(tmp_path: Path) -> None:
    text = (VEHICLES / "soyuz-7k-tm.toml").read_text()
    keys = [line for line in text.splitlines(keepends=True) if not line.startswith("radiation_pressure")]
    (tmp_path / "soyuz-7k-tm.toml").write_text("".join(keys))
    with pytest.raises(MissionError, match=r"solar_pressure: is true and craft soyuz has no area for light") as caught:
        _world(tmp_path, "solar_pressure = true")
    assert caught.value.key == "environment.solar_pressure"
    _world(tmp_path)


def test_space_weather_of_the_mission_is_the_air_that_is_flown(tmp_path: Path) -> None:
    usual = _air(_world(tmp_path).predicted)
    active = "space_weather = { f107_sfu = 240.0, f107_mean_sfu = 240.0, ap = 40.0 }"
    assert _air(_world(tmp_path, active).predicted) > 1.5 * usual
    july = """space_weather_days = [
      { day = "1975-07-12", f107_sfu = 76.5, f107_mean_sfu = 79.6, ap = [9, 9, 9, 9, 9, 9, 9, 9] },"""
    days = [july] + [
        f'{{ day = "1975-07-{day}", f107_sfu = 80.0, f107_mean_sfu = 79.6, ap = [9, 9, 9, 9, 9, 9, 9, 9] }},'
        for day in range(13, 22)
    ]
    assert _air(_world(tmp_path, *days, "]").predicted) == pytest.approx(usual, rel=0.15)


def test_three_hourly_air_is_near_the_daily_in_quiet_days(tmp_path: Path) -> None:
    ratio = _air(_world(tmp_path, "three_hourly_ap = true").predicted) / _air(_world(tmp_path).predicted)
    assert 0.85 < ratio < 1.15
    assert ratio != 1.0


def test_days_that_do_not_reach_over_the_mission_are_refused_with_theirs(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"space weather is known from 1975-07-16 to .*, asked for 1975-07-1"):
        _world(tmp_path, DAYS)


def test_the_future_has_to_be_asked_for() -> None:
    epoch = Epoch.from_utc("2026-10-05T00:00:00")  # after the last measured day on board
    with pytest.raises(DataError, match="allow_prediction = true"):
        build_environment(epoch, span_s=HOUR)
    env = build_environment(epoch, span_s=HOUR, allow_prediction=True)
    assert density(env, HOUR, PLACE) > 0.0
