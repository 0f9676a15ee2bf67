"""The run directory: the same bytes for the same flight, complete or not there, and readable again."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.errors import RunDirectoryError
from softdock.flight.record import FlightRecord, telemetry_rows
from softdock.products import storage
from softdock.products.plain import json_text, plain
from softdock.products.run_directory import new_run_path, read_run, write_run
from tests.fixtures.runs import FLOWN, META, MISSION, example, flight_record

FILES = {"flight.json", "telemetry.parquet", "mission.toml", "machine.json", "flown.toml"}


@pytest.fixture(scope="module")
def record() -> FlightRecord:
    return flight_record()


@pytest.fixture
def small() -> FlightRecord:
    rows = telemetry_rows(3)
    rows["craft"], rows["phase"] = "apollo", "rendezvous"
    for name in rows.dtype.names or ():
        if name.startswith(("t_s", "get_s", "position", "velocity")):
            rows[name] = [1.0, 2.0, 3.0]
    return FlightRecord(events=[{"name": "NSR", "craft": "apollo", "get_s": 1.0}], telemetry=[rows])


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path, record: FlightRecord) -> None:
    run = read_run(example(tmp_path / "run", record=record))
    assert {path.name for path in run.path.iterdir()} == FILES
    assert run.status == "complete"
    assert run.events[0]["get_s"] == record.events[0]["get_s"]
    assert run.burns[3]["dv_lvlh_m_s"] == record.burns[3]["dv_lvlh_m_s"]
    assert run.mission == tomllib.loads(MISSION)
    assert run.flown == tomllib.loads(FLOWN)
    expected = np.concatenate(record.telemetry)
    assert run.telemetry.dtype == expected.dtype
    for name in expected.dtype.names or ():
        np.testing.assert_array_equal(run.telemetry[name], expected[name])


def test_the_same_flight_gives_the_same_bytes_whatever_the_machine(tmp_path: Path, record: FlightRecord) -> None:
    first = example(tmp_path / "a", record=record, machine={"wall_s": {"fly": 1.0}})
    second = example(tmp_path / "b", record=flight_record(), machine={"wall_s": {"fly": 2.0}})
    for name in FILES - {"machine.json"}:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_order_in_which_keys_were_set_does_not_show() -> None:
    one, two = {"b": 1, "name": "x", "a": [1.5]}, {"a": [1.5], "b": 1, "name": "x"}
    assert json_text(plain(one, "", [])) == json_text(plain(two, "", []))
    assert list(plain(one, "", [])) == ["name", "a", "b"]


def test_floats_are_exact_and_numbers_of_numpy_become_plain(tmp_path: Path, small: FlightRecord) -> None:
    values = {"x": 0.1 + 0.2, "f": np.float64(1e-300), "i": np.int64(7), "b": np.bool_(True), "v": np.array([1.0, 2.5])}
    small.events[0]["data"] = values
    run = read_run(example(tmp_path / "run", record=small))
    assert run.events[0]["data"] == {"x": 0.1 + 0.2, "f": 1e-300, "i": 7, "b": True, "v": [1.0, 2.5]}


def test_telemetry_has_dictionaries_for_words_and_null_where_nothing_applies(
    tmp_path: Path, record: FlightRecord
) -> None:
    import pyarrow.parquet as parquet

    table = parquet.read_table(example(tmp_path / "run", record=record) / "telemetry.parquet")
    assert table.column_names == list(record.telemetry[0].dtype.names or ())
    assert str(table.schema.field("phase").type).startswith("dictionary<values=string")
    assert table.column("port_axial_m").null_count > 0
    assert table.column("position_gcrf_x_m").null_count == 0


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), np.float64("nan")])
def test_a_number_that_is_not_finite_fails_the_flight_and_is_named(
    tmp_path: Path, small: FlightRecord, bad: Any
) -> None:
    small.dockings.append({"axial_speed_m_s": bad, "captured": True})
    run = read_run(example(tmp_path / "run", record=small))
    assert run.status == "failed"
    assert run.dockings[0]["axial_speed_m_s"] is None
    assert run.not_finite == ["dockings[0].axial_speed_m_s"]
    assert run.verdicts[-1]["passed"] is False
    assert "dockings[0].axial_speed_m_s" in run.verdicts[-1]["sentence"]


@pytest.mark.parametrize("column", ["t_s", "position_gcrf_y_m", "velocity_gcrf_z_m_s"])
def test_a_state_that_is_not_finite_fails_the_flight(tmp_path: Path, small: FlightRecord, column: str) -> None:
    small.telemetry[0][column][1] = np.nan
    run = read_run(example(tmp_path / "run", record=small))
    assert run.status == "failed"
    assert f"telemetry.{column}: 1 rows" in run.not_finite[0]


def test_infinity_is_a_fault_in_every_column(tmp_path: Path, small: FlightRecord) -> None:
    small.telemetry[0]["range_m"][2] = np.inf
    assert read_run(example(tmp_path / "run", record=small)).status == "failed"


def test_what_json_has_no_type_for_is_refused_with_its_path(tmp_path: Path, small: FlightRecord) -> None:
    small.events[0]["data"] = {"when": object()}
    with pytest.raises(TypeError, match=r"events\[0\]\.data\.when: a object cannot be written"):
        example(tmp_path / "run", record=small)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_flight_keeps_what_was_finished(tmp_path: Path, small: FlightRecord) -> None:
    run = read_run(example(tmp_path / "run", record=small, status="interrupted"))
    assert run.status == "interrupted"
    assert len(run.telemetry) == 3


def test_a_flight_without_telemetry_or_record_is_readable(tmp_path: Path) -> None:
    run = read_run(example(tmp_path / "run", record=FlightRecord(), flown_toml=None))
    assert len(run.telemetry) == 0
    assert run.flown == {}


def test_names_of_runs_are_numbered_and_never_reused(tmp_path: Path, small: FlightRecord) -> None:
    for expected in ("apollo-soyuz-seed7", "apollo-soyuz-seed7-2", "apollo-soyuz-seed7-3"):
        path = new_run_path(tmp_path / "runs", "apollo-soyuz", 7)
        assert path == tmp_path / "runs" / expected
        example(path, record=small)


@pytest.mark.parametrize("name", ["../../etc", "a/b\\c", "..", "", "\0", ".hidden", "x" * 400, "a\nb"])
def test_no_name_of_a_mission_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    path = new_run_path(tmp_path, name, 0)
    assert path.parent == tmp_path
    assert not path.name.startswith(".")
    assert len(path.name) < 100


def test_an_existing_run_is_never_overwritten(tmp_path: Path, small: FlightRecord) -> None:
    path = example(tmp_path / "run", record=small)
    before = (path / "flight.json").read_bytes()
    with pytest.raises(RunDirectoryError, match="it was left as it is"):
        example(path, record=FlightRecord())
    assert (path / "flight.json").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


class Breaking:
    """Fails the k-th of all writes, syncs and renames with a full disk; counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: int, error: type[BaseException] = OSError) -> None:
        self.calls, self.fail_at, self.error = 0, fail_at, error
        for name in ("write_synced", "sync_folder", "rename"):
            monkeypatch.setattr(storage, name, self._counted(getattr(storage, name), name))

    def _counted(self, function: Any, name: str) -> Any:
        def call(*arguments: Any) -> None:
            self.calls += 1
            if self.calls == self.fail_at:
                if name == "write_synced":  # half of it got onto the disk
                    arguments[0].write_bytes(arguments[1][: len(arguments[1]) // 2])
                raise self.error(28, "No space left on device")
            function(*arguments)

        return call


def test_a_full_disk_at_any_moment_leaves_earlier_runs_and_no_rubbish(
    tmp_path: Path, small: FlightRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"
    earlier = example(runs / "first", record=small)
    before = {path.name: path.read_bytes() for path in earlier.iterdir()}
    steps = writing_steps(runs / "rehearsal", small, monkeypatch)
    assert steps == len(FILES) + 3, "every file, the folder, the rename and the parent are steps that can fail"
    for k in range(1, steps + 1):
        with monkeypatch.context() as patch:
            Breaking(patch, k)
            with pytest.raises(RunDirectoryError, match="No space left on device") as caught:
                example(runs / f"run-{k}", record=small)
        assert "earlier runs are untouched" in str(caught.value)
        assert {path.name: path.read_bytes() for path in earlier.iterdir()} == before
        assert not list(runs.glob(".*"))
        if k < steps:
            assert not (runs / f"run-{k}").exists()
    assert "is complete but the disk did not confirm it" in str(caught.value)
    assert read_run(runs / f"run-{steps}").events  # the last step comes after the rename: the run is whole


def writing_steps(path: Path, record: FlightRecord, monkeypatch: pytest.MonkeyPatch) -> int:
    with monkeypatch.context() as patch:
        disk = Breaking(patch, fail_at=0)
        example(path, record=record)
    return disk.calls


def test_ctrl_c_while_writing_leaves_nothing_behind(
    tmp_path: Path, small: FlightRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    for k in (1, 3, 6):
        with monkeypatch.context() as patch:
            Breaking(patch, k, KeyboardInterrupt)
            with pytest.raises(KeyboardInterrupt):
                example(tmp_path / "runs" / "run", record=small)
        assert list((tmp_path / "runs").iterdir()) == []


LIMITED = """
import resource, sys
from pathlib import Path
from softdock.errors import RunDirectoryError
from tests.fixtures.runs import example, flight_record
record = flight_record()
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    example(Path(sys.argv[1]), record=record)
except RunDirectoryError as error:
    print(error)
    sys.exit(2)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system has no limit on file sizes")
def test_a_limit_on_file_size_is_one_sentence_and_no_run(tmp_path: Path) -> None:
    earlier = example(tmp_path / "earlier")
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "run"), "65536"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "could not be written (File too large)" in done.stdout
    assert "nothing of this run was kept, earlier runs are untouched" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]
    assert len(read_run(earlier).events) > 5


def test_a_file_system_of_one_megabyte_is_one_sentence_and_no_run(tmp_path: Path, record: FlightRecord) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(RunDirectoryError, match="No space left on device"):
            example(place / "run", record=record)
        assert list(place.iterdir()) == []
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_base_that_is_a_file_is_one_sentence(tmp_path: Path, small: FlightRecord) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(RunDirectoryError, match="could not be written"):
        example(tmp_path / "runs" / "run", record=small)


def spoil(path: Path, name: str, content: bytes | None) -> None:
    if content is None:
        (path / name).unlink()
    else:
        (path / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("flight.json", None, "No such file"),
        ("flight.json", b"", "cannot be read"),
        ("flight.json", b'{"format": 1, "events": [', "cannot be read"),
        ("flight.json", b"[" * 100_000, "cannot be read"),
        ("flight.json", b"[]", "should hold an object"),
        ("flight.json", b'{"format": 2}', "its format is 2, this softdock reads 1"),
        ("flight.json", b'{"format": 1, "events": 5}', "events should be a list"),
        ("flight.json", b'{"format": 1, "burns": [5]}', "burns holds something that is not a row"),
        ("flight.json", b"\xff\xfe\x00", "cannot be read"),
        ("telemetry.parquet", None, "No such file"),
        ("telemetry.parquet", b"PAR1 but not really PAR1", "cannot be read"),
        ("telemetry.parquet", b"", "cannot be read"),
        ("mission.toml", b"= 5", "cannot be read"),
        ("mission.toml", b"\xff", "cannot be read"),
        ("machine.json", None, "No such file"),
        ("flown.toml", b"[[", "cannot be read"),
    ],
)
def test_a_damaged_run_is_one_sentence(
    tmp_path: Path, small: FlightRecord, name: str, content: bytes | None, words: str
) -> None:
    path = example(tmp_path / "run", record=small)
    spoil(path, name, content)
    with pytest.raises(RunDirectoryError) as caught:
        read_run(path)
    assert words in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_run_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunDirectoryError, match="there is no such run directory"):
        read_run(tmp_path / "nowhere")


def test_a_folder_that_is_no_run_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a flight")
    with pytest.raises(RunDirectoryError, match="not a run folder"):
        read_run(tmp_path)


def test_an_unknown_status_is_refused(tmp_path: Path, small: FlightRecord) -> None:
    with pytest.raises(ValueError, match="none of complete, interrupted, failed"):
        write_run(tmp_path / "run", record=small, meta=META, mission_toml="", machine={}, status="fine")


def test_flight_json_has_one_line_a_row(tmp_path: Path, record: FlightRecord) -> None:
    text = (example(tmp_path / "run", record=record) / "flight.json").read_text("utf-8")
    assert text.count("\n") < 80
    assert json.loads(text)["format"] == 1
    assert sum(line.startswith('  {"name": "TPI"') for line in text.splitlines()) == 2  # an event and a burn


@pytest.mark.parametrize(("number", "is_fault"), [(22, False), (95, False), (5, True), (28, True)])
def test_a_drive_that_cannot_sync_folders_is_no_fault_and_a_broken_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_fault: bool
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    if is_fault:
        with pytest.raises(OSError, match=os.strerror(number)):
            storage.sync_folder(tmp_path)
    else:
        storage.sync_folder(tmp_path)
