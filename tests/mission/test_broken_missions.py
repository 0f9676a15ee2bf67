"""Each broken mission file gets one sentence: where, what was found, what to do. Nothing is flown or left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from softdock.cli import main
from softdock.errors import MissionError
from softdock.mission.flown import OtherFlightWarning
from softdock.mission.load import load
from softdock.vehicle.library import SHIPPED as VEHICLES
from tests.mission.broken import BROKEN, MISSION, Broken, replaced
from tests.mission.broken_manoeuvres import MANOEUVRES

EVERY = [*BROKEN, *MANOEUVRES]


def test_there_are_many_and_each_has_its_own_name() -> None:
    assert len({broken.name for broken in EVERY}) == len(EVERY) > 120


@pytest.mark.parametrize("broken", EVERY, ids=lambda broken: broken.name)
def test_one_sentence_says_where_what_and_what_to_do(
    broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = broken.write(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(["fly", str(path), "--out", "runs"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(line.startswith("softdock: ") and len(line) < 800 for line in printed.err.splitlines())
    assert 1 <= printed.err.count("\n") <= 11
    assert "Traceback" not in printed.err
    for essential in (*broken.essentials, *([f": {broken.key}: "] if broken.key else [])):
        assert essential in printed.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ["plan", "fly"])
def test_every_command_that_takes_a_mission_refuses_alike(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(replaced(MISSION, "drag =", "drag = maybe"))
    assert main([command, str(path)]) == 2
    assert "not TOML" in capsys.readouterr().err


def test_several_faults_are_counted_and_the_first_is_said(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    text = replaced(MISSION, "pointing_deg =", "pointing_deg = -0.3")
    path.write_text(replaced(text, "sun =", "sun = 3"))
    with pytest.raises(MissionError, match=r"environment\.sun: is 3 .*and 1 more fault in this file"):
        load(path)


def test_every_fault_of_a_list_of_manoeuvres_is_said(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    text = replaced(MISSION, "when = { revolutions = 2.0 }", "when = { revolutions = -2.0 }")
    path.write_text(replaced(text, 'free = ["forward", "time"]', 'free = ["forwards", "time"]'))
    with pytest.raises(MissionError, match="and 1 more fault in this file") as caught:
        load(path)
    said = [one.removeprefix(f"{path}: phases[2].manoeuvres[1].") for one in caught.value.every]
    assert [one.split(":")[0] for one in said] == ["when.revolutions", "free[0]"]


def test_faults_that_only_show_together_are_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(MISSION.replace('target = "soyuz"', 'target = "mir"'))
    with pytest.raises(MissionError, match="and 2 more faults in this file"):
        load(path)


def test_the_error_carries_key_and_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(replaced(MISSION, "apogee_km =", "apogee_km = 21.9"))
    with pytest.raises(MissionError) as caught:
        load(path)
    assert caught.value.key == "phases[0].start.orbit.apogee_km"
    assert caught.value.file == str(path)


def test_every_fault_of_a_file_is_said_on_its_line_up_to_ten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.toml"
    text = MISSION
    keys = ("sun", "moon", "drag", "within_h", "pointing_deg", "candidates", "thrust_delay_s", "step_s")
    for key in keys:
        text = replaced(text, f"{key} =", f'{key} = "x"')
    path.write_text(text)
    assert main(["plan", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(keys)
    assert all(any(f"{key}: is the text 'x'" in line for line in lines) for key in keys)
    for key in ("capture_limit_s", "attenuation_s", "approach_limit_s", "time_limit_s"):
        text = replaced(text, f"{key} =", f'{key} = "x"')
    path.write_text(text)
    assert main(["plan", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "softdock: and 2 more faults in this file"


def test_ports_without_a_mechanism_are_refused_where_the_mission_docks(tmp_path: Path) -> None:
    for name in ("soyuz-7k-tm", "docking-module"):
        text = (VEHICLES / f"{name}.toml").read_text("utf-8")
        (tmp_path / f"{name}.toml").write_text(replaced(text, 'mechanism = "apas-75"\n', ""))
    path = tmp_path / "broken.toml"
    path.write_text(MISSION)
    with pytest.raises(MissionError, match="apas of soyuz and apas of apollo name no mechanism") as caught:
        load(path)
    assert caught.value.key == "crafts"


def test_a_record_of_another_time_is_left_out_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "later.toml"
    path.write_text(MISSION.replace('utc = "1975-07-1', 'utc = "1976-07-1'))
    said = r"later\.toml: flight_record: its flight was 36\d days from epoch_utc 1976"
    with pytest.warns(OtherFlightWarning, match=said):
        assert load(path).flown is None
    path.write_text(MISSION.replace('utc = "1975-07-1', 'utc = "1975-08-0'))
    assert load(path).flown is not None  # 10 days
