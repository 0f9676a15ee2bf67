"""The compile alias: identity when asked for, records by name, a stamp over everything that a kernel reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from softdock import kernels
from softdock.kernels import cache_folder, cache_is_cold, kernel, record, stamp

PAIR = np.dtype([("r", np.float64, 3), ("t", np.float64), ("count", np.int64)], align=True)


@kernel
def advance(state, dt):
    """Move a record by dt; only for these tests."""
    state.t = state.t + dt
    state.r[0] = state.r[0] + dt * state.r[1]
    state.count += 1


def test_a_record_starts_at_zero_and_is_written_by_name() -> None:
    state = record(PAIR)
    assert (state.t, state.count, list(state.r)) == (0.0, 0, [0.0, 0.0, 0.0])
    state.r[1] = 2.0
    advance(state, 0.5)
    assert (state.t, state.count, list(state.r)) == (0.5, 1, [1.0, 2.0, 0.0])


def test_the_cache_folder_is_chosen_by_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOFTDOCK_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path / "kernels"
    monkeypatch.delenv("SOFTDOCK_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "softdock" / "kernels"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "softdock" / "kernels"


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: nothing is ever cold")
def test_a_cache_is_cold_until_a_kernel_is_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOFTDOCK_CACHE_DIR", str(tmp_path))
    assert cache_is_cold()
    folder = cache_folder() / "softdock.numerics.vectors"
    folder.mkdir(parents=True)
    (folder / "dot.nbi").touch()
    assert not cache_is_cold()


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: nothing is kept")
@pytest.mark.parametrize("folder", ["a file in the way", "a folder in /proc, where nothing can be made"])
def test_without_a_place_to_keep_them_kernels_are_compiled_all_the_same(folder: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" if "file" in folder else Path("/proc/softdock")
    use = "from softdock.numerics.vectors import dot, scale; print(dot((1.0, 2.0, 3.0), scale(2.0, (1.0, 1.0, 1.0))))"
    env = {**os.environ, "SOFTDOCK_CACHE_DIR": str(place)}
    done = subprocess.run([sys.executable, "-c", use], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["12.0"]
    assert done.stderr.count("CacheWarning: compiled kernels cannot be kept in") == 1
    assert "SOFTDOCK_CACHE_DIR" in done.stderr


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: nothing is kept")
def test_a_full_disk_and_a_damaged_index_do_not_stop_a_kernel(tmp_path: Path) -> None:
    use = (
        "from softdock.numerics.vectors import dot\n"
        "def full(*_): raise OSError(28, 'No space left on device')\n"
        "dot._cache._cache_file.{method} = full\n"
        "print(dot((1.0, 2.0, 3.0), (2.0, 2.0, 2.0)))"
    )
    env = {**os.environ, "SOFTDOCK_CACHE_DIR": str(tmp_path)}
    for method in ("save", "load"):
        ask = [sys.executable, "-c", use.format(method=method)]
        done = subprocess.run(ask, env=env, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["12.0"]
        assert ("No space left on device" in done.stderr) == (method == "save")
    (index,) = tmp_path.rglob("*.dot-*.nbi")
    index.write_bytes(index.read_bytes()[:50])
    done = subprocess.run(
        [sys.executable, "-c", use.partition("\n")[0] + "\nprint(dot((1.0, 2.0, 3.0), (2.0, 2.0, 2.0)))"],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["12.0"]


def test_why_a_cache_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOFTDOCK_CACHE_DIR", str(tmp_path))
    assert kernels.cache_refusal() == ""
    (tmp_path / "file").touch()
    monkeypatch.setenv("SOFTDOCK_CACHE_DIR", str(tmp_path / "file"))
    assert kernels.cache_refusal() == "Not a directory"


def test_a_stamp_depends_on_what_is_imported_and_on_nothing_else() -> None:
    rotations, vectors = stamp("softdock.numerics.rotations"), stamp("softdock.numerics.vectors")
    assert rotations != vectors
    assert stamp("softdock.numerics.rotations") == rotations
    reached = kernels._read("softdock.numerics.rotations")[1]
    assert {"softdock.kernels", "softdock.numerics.vectors"} <= reached
    assert "softdock.numerics.random" not in reached


def test_uncompiled_kernels_are_the_functions_themselves() -> None:
    ask = "from softdock.numerics.vectors import dot; print(type(dot).__name__, dot((1.0, 2.0, 3.0), (1.0, 1.0, 1.0)))"
    env = {**os.environ, "SOFTDOCK_PURE_PYTHON": "1"}
    done = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["function", "6.0"]


def test_fast_mathematics_stays_off_and_division_raises_as_in_python() -> None:
    assert kernels.OPTIONS["fastmath"] is False
    assert kernels.OPTIONS["error_model"] == "python"
