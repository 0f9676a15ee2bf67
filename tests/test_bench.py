"""The benchmark's own arithmetic, and that it stands without its peers. What it measures gates nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest

from bench import __main__ as program
from bench import orbits, tasks
from bench.harness import Contestant, Row, apart, is_installed, least_times, loosest, race, save, table
from tests.house.sources import ROOT

MODULES = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if path.stem != "basilisk_peer")  # needs Basilisk


class Clock:
    """Stands still but for what a contestant spends."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def contestant(self, name: str, costs: list[float], shares: float = 1.0) -> Contestant:
        left = iter(costs)

        def work() -> None:
            self.now += next(left)

        return Contestant(name, "", work, clock=self, shares=shares)


def test_every_module_imports_without_a_peer() -> None:
    code = f"import sys, importlib; [importlib.import_module('bench.' + m) for m in {MODULES}]; print(*sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert "bench" in loaded
    assert not loaded & {"satkit", "satkit_data", "orekit_jpype", "jpype", "brahe", "heyoka", "lamberthub", "Basilisk"}


def test_the_least_time_after_the_first_round_counts_and_a_part_is_scaled_up() -> None:
    clock = Clock()
    both = [clock.contestant("ours", [9.0, 2.0, 3.0]), clock.contestant("peer", [0.1, 0.5, 0.4], shares=0.1)]
    assert least_times(both, 2) == pytest.approx([2.0, 4.0])


def test_the_ratio_is_to_the_first() -> None:
    clock = Clock()
    rows = race("work", [clock.contestant("ours", [1.0, 2.0]), clock.contestant("peer", [1.0, 7.0])], rounds=1)
    assert [row.ratio for row in rows] == pytest.approx([1.0, 3.5])


def test_the_loosest_setting_that_is_good_enough_is_taken_or_else_the_tightest() -> None:
    def answers(error: float) -> np.ndarray:
        return np.array([[error, 0.0, 0.0, 99.0, 99.0, 99.0]])

    nothing = np.zeros((1, 6))
    assert loosest([3.0, 1.0, 0.3], answers, nothing, error_m=1.0)[0] == 1.0
    assert loosest([3.0, 1.0, 0.3], answers, nothing, error_m=0.1)[0] == 0.3


def test_the_farthest_position_counts_and_speeds_do_not() -> None:
    a = np.zeros((2, 6))
    b = np.array([[3.0, 4.0, 0.0, 50.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]])
    assert apart(a, b) == 5.0
    assert isnan(apart(a, b * np.nan))


def test_the_table_and_the_file_say_the_same(tmp_path: Path) -> None:
    rows = [Row("work", "ours", "x", 0.5, 1.0, nan, nan), Row("work", "peer", "y", 1.0, 2.0, 1e-3, 0.1)]
    lines = table(rows).splitlines()
    assert lines[1] == "work"
    assert lines[4].split() == ["peer,", "y", "1", "2.00", "1", "mm", "100", "mm"]
    save(rows, tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    assert [row["own_error_m"] for row in found] == [None, 1e-3]


def test_a_missing_peer_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert is_installed("numpy")
    assert not is_installed("numpy", "no_such_peer")
    assert capsys.readouterr().out == (
        "no_such_peer is not installed and is left out; pip install softdock[bench] brings most peers\n"
    )


def test_one_part_runs_and_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "environment", "--json", str(tmp_path / "found.json")])
    program.main()
    assert "tables built" in capsys.readouterr().out
    (row,) = json.loads((tmp_path / "found.json").read_text())
    assert row["seconds"] > 0.0
    assert row["ratio"] == 1.0


def test_an_unknown_part_is_refused_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "teapot"])
    with pytest.raises(SystemExit):
        program.main()
    refused = "there is no part 'teapot'; there are orbits, plans, flight, closed_loop, environment"
    assert refused in capsys.readouterr().err


def test_the_tasks_are_what_their_names_say() -> None:
    start = tasks.station().starts[0]
    r, v = start[:3], start[3:]
    a = 1.0 / (2.0 / np.linalg.norm(r) - v @ v / tasks.MU)
    assert np.linalg.norm(r) - 6378137.0 == pytest.approx(413e3)
    assert 2.0 * a - np.linalg.norm(r) - 6378137.0 == pytest.approx(418e3)
    assert np.degrees(np.arccos(np.cross(r, v)[2] / np.linalg.norm(np.cross(r, v)))) == pytest.approx(51.64)
    crowd = tasks.crowd(200).starts
    assert np.std(crowd - start, axis=0) == pytest.approx([1e4] * 3 + [10.0] * 3, rel=0.2)
    assert [part.__name__ for part in orbits.PARTS] == ["environment", "one_arc", "crowd", "lambert", "sgp4"]
