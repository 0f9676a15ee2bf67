"""What [environment] asks for is what is flown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from softdock.astro.environment import build_environment
from softdock.astro.time import Epoch
from softdock.cli import main
from softdock.conventions import HOUR, Array, Record
from softdock.dynamics.arcs import PointState
from softdock.errors import DataError, MissionError
from softdock.flight.world import World
from softdock.mission.director import build_world
from softdock.mission.forecast import predicted_data
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
    with pytest.raises(MissionError, match="are of 1975-07-14 to 1975-07-15 and this mission needs") as caught:
        _world(tmp_path, DAYS)
    assert caught.value.key == "environment.space_weather_days"
    first, last = (date.fromisoformat(day) for day in re.findall(r"needs (\S+) to (\S+):", str(caught.value))[0])
    text = '{{ day = "{}", f107_sfu = 80.0, f107_mean_sfu = 80.0, ap = [9, 9, 9, 9, 9, 9, 9, 9] }},'
    rows = [text.format(first + timedelta(k)) for k in range((last - first).days + 1)]
    _world(tmp_path, "space_weather_days = [", *rows, "]")  # those are enough
    with pytest.raises(MissionError, match=f"needs {first} to {last}"):
        _world(tmp_path, "space_weather_days = [", *rows[:-1], "]")


def moved(epoch_day: str) -> str:
    """The shipped mission on other days: its epoch is at noon of the first."""
    day = date.fromisoformat(epoch_day)
    text = replaced(MISSION, 'flight_record = "apollo-soyuz"', "")
    for k in range(3):
        text = text.replace(f'utc = "1975-07-{15 + k}', f'utc = "{day + timedelta(k)}')
    return text


def test_data_that_end_are_said_with_the_key_and_without_what_a_file_cannot_do(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(moved("2026-11-20"))
    with pytest.raises(MissionError, match=r"^epoch_utc: Earth orientation is known .* set allow_prediction") as one:
        build_world(load(path))
    assert "in the call" not in str(one.value)
    assert "the tables begin 3 h before epoch_utc" in str(one.value)
    path.write_text(replaced(moved("2026-11-20"), "[environment]", "[environment]\nallow_prediction = true"))
    mission = load(path)
    build_world(mission)
    assert [clause.split(" after ")[0] for clause in predicted_data(mission)] == ["Earth orientation", "space weather"]
    three = "[environment]\nallow_prediction = true\nthree_hourly_ap = true"
    path.write_text(replaced(moved("2026-11-20"), "[environment]", three))
    with pytest.raises(MissionError, match=r"three_hourly_ap: is true and the three-hourly table ends 20\d\d-\d\d-"):
        build_world(load(path))


def test_measured_days_are_no_prediction() -> None:
    assert predicted_data(load("apollo-soyuz")) == ()


def test_the_command_line_puts_the_file_before_a_fault_of_the_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(moved("2026-11-20"))
    for command in (["plan", str(path)], ["fly", str(path), "--out", str(tmp_path / "runs")]):
        assert main(command) == 2
        assert f"softdock: {path}: epoch_utc: Earth orientation is known" in capsys.readouterr().err


def test_a_mission_longer_than_the_tables_names_its_length(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(replaced(MISSION, "within_h =", "within_h = 480.0"))
    with pytest.raises(MissionError, match=r"within_h: makes the mission 2\d\.\d days long"):
        build_world(load(path))


def test_the_future_has_to_be_asked_for() -> None:
    epoch = Epoch.from_utc("2026-10-05T00:00:00")  # after the last measured day on board
    with pytest.raises(DataError, match="allow_prediction = true"):
        build_environment(epoch, span_s=HOUR)
    env = build_environment(epoch, span_s=HOUR, allow_prediction=True)
    assert density(env, HOUR, PLACE) > 0.0


def test_the_terminal_says_in_one_line_what_is_predicted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    allowed = "[environment]\nallow_prediction = true\nthree_hourly_ap = true"  # refused after the line, to be quick
    path.write_text(replaced(moved("2026-11-20"), "[environment]", allowed))
    assert main(["plan", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("Predicted, not measured: Earth orientation after 20") for line in lines) == 1
