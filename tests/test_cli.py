"""The command line: help, exit codes, what is printed where, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from softdock import kernels
from softdock.cli import main, terminal
from softdock.cli.terminal import interruptible
from softdock.errors import FlightInterrupted, PlanError, RunDirectoryError, SoftdockError
from softdock.flight.world import World
from softdock.mission.load import load

COMMANDS = ("missions", "new", "schema", "plan", "fly", "report", "compare", "export", "doctor")
Captured = pytest.CaptureFixture[str]


# ---- help and small commands


def test_help_lists_every_command(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_its_options(command: str, capsys: Captured) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"softdock {command}" in text
    assert len(text.split()) > 20


def test_help_comes_at_once_and_imports_nothing_heavy() -> None:
    script = (
        "import sys, softdock.cli; softdock.cli.main(['--help']);"
        "heavy = [n for n in ('numba', 'scipy', 'matplotlib', 'pymsis', 'pyarrow', 'erfa') if n in sys.modules];"
        "sys.exit(1 if heavy else 0)"
    )
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=30.0)
    several_times_what_it_takes = 3.0
    assert done.returncode == 0
    assert time.monotonic() - begin < several_times_what_it_takes


def test_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "softdock 0.1.0\n"


def test_an_unknown_command_is_a_usage_error(capsys: Captured) -> None:
    assert main(["fyl"]) == 2
    assert "fyl" in capsys.readouterr().err


def test_a_seed_is_not_negative(capsys: Captured) -> None:
    assert main(["fly", "apollo-soyuz", "--seed", "-1"]) == 2
    said = "softdock: --seed is '-1'; give a whole number from 0 on, of at most 18 digits\n"
    assert capsys.readouterr().err == said


def test_missions_lists_what_is_on_board(capsys: Captured) -> None:
    assert main(["missions"]) == 0
    assert "Apollo-Soyuz, July 1975" in capsys.readouterr().out


def test_schema_is_printed_or_written(tmp_path: Path, capsys: Captured) -> None:
    assert main(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main(["schema", "-o", str(tmp_path / "schema.json")]) == 0
    assert json.loads((tmp_path / "schema.json").read_text()) == printed
    assert main(["schema", "-o", str(tmp_path / "nowhere" / "schema.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_new_writes_a_mission_that_loads_and_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--from", "apollo-soyuz"]) == 0
    assert "softdock fly mine.toml" in capsys.readouterr().out
    assert load("mine.toml").name == "mine"
    assert main(["new", "mine"]) == 2
    assert "exists and is not overwritten" in capsys.readouterr().err


def test_new_brings_the_vehicles_when_asked_and_a_change_in_one_takes_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--vehicles"]) == 0
    said = capsys.readouterr().out
    assert "Written beside it: apollo-csm-111.toml, docking-module.toml, soyuz-7k-tm.toml." in said
    vehicles = {"apollo-csm-111.toml", "docking-module.toml", "soyuz-7k-tm.toml"}
    assert {path.name for path in tmp_path.iterdir()} == {"mine.toml", *vehicles}
    soyuz = tmp_path / "soyuz-7k-tm.toml"
    soyuz.write_text(soyuz.read_text().replace("drag_area_m2 = 20.0", "drag_area_m2 = 21.0"))
    assert load("mine.toml").vehicles["soyuz-7k-tm"].drag_area_m2 == 21.0
    assert main(["new", "another", "--vehicles"]) == 2
    assert "exists and is not overwritten" in capsys.readouterr().err
    assert not (tmp_path / "another.toml").exists()


@pytest.mark.parametrize("command", ["report", "compare"])
def test_a_run_that_is_not_there_is_refused(command: str, tmp_path: Path, capsys: Captured) -> None:
    assert main([command, str(tmp_path / "nowhere")]) == 2
    printed = capsys.readouterr().err
    assert "no such run directory" in printed
    assert printed.count("\n") == 1


def test_the_plan_is_shown_with_units_times_and_alternatives() -> None:
    from io import StringIO
    from types import SimpleNamespace

    from rich.console import Console

    from softdock.astro.time import Epoch
    from softdock.cli.planned import alike, alternatives_table, burn_table

    burn = SimpleNamespace(name="NSR", craft="apollo", ignition=179520.0, dv_lvlh=(1.0, 0.0, -2.0), speed=5.0**0.5)
    flown = SimpleNamespace(events=[SimpleNamespace(manoeuvre=burn, burn=SimpleNamespace(duration_s=10.25))])
    rows = [{"nc2": 23.5, "height_at_ncc_km": 18.52 * (k + 1), "delta_v_m_s": 26.5 + k} for k in range(2)]
    plan = SimpleNamespace(burns=[burn], chaser="apollo", solved=SimpleNamespace(flown=flown))
    text = StringIO()
    console = Console(file=text, width=120)
    console.print(burn_table(plan, Epoch.from_utc("1975-07-15T12:20:00")), alternatives_table(rows, width=120))
    shown = ("1975-07-17 14:12:00", "049:52:00", "−2.00", "2.24", "10.2", "Δv as impulses (m/s)", "(h:min:s)")
    for words in (*shown, "height difference at NCC (km)", "18.52", "27.5", "1, the plan"):
        assert words in text.getvalue()
    assert "23.5" not in text.getvalue()
    assert alike(rows) == "The same in all of them: NC2 23.5."
    assert alike(rows[:1]) == ""


# ---- a flight, with a director that flies what the test wants


class Director:
    """Stands for the mission's director: what a test wants happens between two notes of progress."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, flown: bool, fault: Any = None) -> None:
        from softdock.mission import director

        self.flown, self.fault, self.seeds = flown, fault, []
        monkeypatch.setattr(director, "build_world", self.build_world)
        monkeypatch.setattr(director, "run", self.run)

    def build_world(self, mission: Any, *, seed: int, notify: Any) -> World:
        from softdock.astro.time import Epoch

        self.seeds.append(seed)
        return World(Epoch.from_utc(mission.epoch_utc), None, None, {}, seed, notify=notify)

    def run(self, mission: Any, world: World) -> World:
        world.notify("plan", 0.5, "thinking")
        if self.flown:
            world.event("orbit insertion", "soyuz", 530.0)
            world.record.verdicts.append({"name": "capture", "passed": True, "sentence": "Captured."})
        if callable(self.fault):
            self.fault(world)
        elif self.fault is not None:
            raise self.fault
        return world


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own to fly in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_flight_leaves_a_run_directory_with_a_report(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    director = Director(monkeypatch, flown=True)
    assert main(["fly", "apollo-soyuz", "--seed", "7"]) == 0
    run = here / "runs" / "apollo-soyuz-seed7"
    assert director.seeds == [7]
    assert {path.name for path in run.iterdir()} == {
        "flight.json", "telemetry.parquet", "mission.toml", "flown.toml", "machine.json", "report.html",
    }  # fmt: skip
    assert load(run) == load("apollo-soyuz")
    printed = capsys.readouterr()
    assert "report.html" in printed.out
    lines = printed.err.splitlines()
    assert "plan        50 %  thinking" in printed.err
    assert lines[-1].endswith("report     100 %  report.html is written")
    assert main(["compare", str(run)]) == 0
    assert "Apollo TPI" in capsys.readouterr().out
    assert main(["report", str(run)]) == 0


def test_a_second_flight_does_not_touch_the_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Director(monkeypatch, flown=True)
    assert main(["fly", "apollo-soyuz", "--out", "elsewhere"]) == 0
    first = {path: path.read_bytes() for path in (here / "elsewhere").rglob("*") if path.is_file()}
    assert main(["fly", "apollo-soyuz", "--out", "elsewhere"]) == 0
    assert {path: path.read_bytes() for path in first} == first
    assert len(list((here / "elsewhere").iterdir())) == 2


def test_a_flight_whose_verdict_failed_is_kept_and_exits_with_1(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missed(world: World) -> None:
        world.record.verdicts.append({"name": "capture", "passed": False, "sentence": "The petals missed."})

    Director(monkeypatch, flown=True, fault=missed)
    assert main(["fly", "apollo-soyuz"]) == 1
    assert (here / "runs" / "apollo-soyuz-seed0" / "report.html").is_file()


def test_a_plan_that_fails_leaves_no_run_directory(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    Director(monkeypatch, flown=False, fault=PlanError("no burns reach the target; move the lift-off"))
    assert main(["fly", "apollo-soyuz"]) == 2
    assert "no burns reach the target; move the lift-off. Nothing had been flown" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_a_fault_in_flight_keeps_what_was_flown(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    Director(monkeypatch, flown=True, fault=SoftdockError("the tank is empty."))
    assert main(["fly", "apollo-soyuz"]) == 2
    said = "the tank is empty. What was flown until then is kept in runs/apollo-soyuz-seed0; for its report: softdock"
    assert f"{said} report runs/apollo-soyuz-seed0\n" in capsys.readouterr().err
    kept = json.loads((here / "runs" / "apollo-soyuz-seed0" / "flight.json").read_text())
    assert (kept["status"], kept["meta"]["ended_by"]) == ("failed", "the tank is empty.")
    assert [event["name"] for event in kept["events"]] == ["orbit insertion"]


def test_a_place_that_cannot_be_written_is_refused_before_flying(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    director = Director(monkeypatch, flown=True)
    (here / "runs").write_text("a file")
    assert main(["fly", "apollo-soyuz"]) == 2
    assert "is a file and a folder is needed" in capsys.readouterr().err
    assert director.seeds == []


def test_a_full_disk_is_said_and_earlier_runs_stay(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from softdock.products import run_directory

    Director(monkeypatch, flown=True)
    assert main(["fly", "apollo-soyuz"]) == 0
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_directory, "write_folder", full)
    assert main(["fly", "apollo-soyuz"]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


def test_a_cold_cache_is_announced(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    Director(monkeypatch, flown=True)
    monkeypatch.setattr(kernels, "cache_is_cold", lambda: True)
    main(["fly", "apollo-soyuz"])
    assert terminal.COMPILING in capsys.readouterr().err
    monkeypatch.setattr(kernels, "cache_is_cold", lambda: False)
    main(["fly", "apollo-soyuz"])
    assert terminal.COMPILING not in capsys.readouterr().err


# ---- Ctrl-C


def interrupt() -> None:
    """What the terminal sends for Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_in_flight_keeps_what_was_flown_and_exits_with_130(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def stopped(world: World) -> None:
        interrupt()
        world.notify("rendezvous", 0.1, "NC1")
        raise AssertionError("the flight went on")

    Director(monkeypatch, flown=True, fault=stopped)
    assert main(["fly", "apollo-soyuz"]) == 130
    printed = capsys.readouterr().err
    assert "Stopped by Ctrl-C. What was flown until then is kept in runs/apollo-soyuz-seed0" in printed
    assert printed.endswith("for its report: softdock report runs/apollo-soyuz-seed0\n")
    assert main(["report", "runs/apollo-soyuz-seed0"]) == 0
    kept = json.loads((here / "runs" / "apollo-soyuz-seed0" / "flight.json").read_text())
    assert kept["status"] == "interrupted"


def test_ctrl_c_before_anything_flew_leaves_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def stopped(world: World) -> None:
        interrupt()
        world.notify("plan", 0.6, "")

    Director(monkeypatch, flown=False, fault=stopped)
    assert main(["fly", "apollo-soyuz"]) == 130
    assert "Nothing had been flown yet" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_ctrl_c_is_answered_within_a_second_by_work_that_does_not_look() -> None:
    begin = time.monotonic()

    def work() -> None:
        interrupt()
        while time.monotonic() - begin < 5.0:
            sum(range(1000))

    with interruptible(), pytest.raises(FlightInterrupted):
        work()
    one_second = 1.0
    assert time.monotonic() - begin < one_second


def test_ctrl_c_while_the_report_is_written_keeps_the_flight(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from softdock.products import report

    def slow(path: Path) -> None:
        interrupt()
        time.sleep(5.0)

    Director(monkeypatch, flown=True)
    monkeypatch.setattr(report, "write_report", slow)
    assert main(["fly", "apollo-soyuz"]) == 130
    assert "The whole flight is kept in runs/apollo-soyuz-seed0; its report is missing" in capsys.readouterr().err
    kept = json.loads((here / "runs" / "apollo-soyuz-seed0" / "flight.json").read_text())
    assert kept["status"] == "complete"


def test_a_flight_that_ended_is_written_although_ctrl_c_comes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from softdock.products import run_directory

    write = run_directory.write_run

    def interrupted(*arguments: Any, **options: Any) -> Path:
        interrupt()
        time.sleep(1.0)
        return write(*arguments, **options)

    Director(monkeypatch, flown=True)
    monkeypatch.setattr(run_directory, "write_run", interrupted)
    assert main(["fly", "apollo-soyuz"]) == 130
    assert (here / "runs" / "apollo-soyuz-seed0" / "flight.json").is_file()


def test_a_second_ctrl_c_does_not_wait(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def stopped(world: World) -> None:
        interrupt()
        interrupt()

    Director(monkeypatch, flown=True, fault=stopped)
    assert main(["fly", "apollo-soyuz"]) == 130
    assert "nothing of this was kept" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_the_usual_handlers_are_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    with interruptible() as stop:
        assert signal.getsignal(signal.SIGINT) == stop.on_interrupt
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0.0


def test_run_directory_errors_are_softdock_errors_and_so_are_said_in_one_sentence() -> None:
    assert issubclass(RunDirectoryError, SoftdockError)
