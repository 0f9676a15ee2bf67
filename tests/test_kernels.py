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
