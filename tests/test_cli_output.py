"""Where the command line writes: outputs that end early or are full, caches that cannot be written, progress."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from softdock.cli import terminal
from softdock.cli.terminal import Stop, progress

Captured = pytest.CaptureFixture[str]
SOFTDOCK = [sys.executable, "-c", "import sys; from softdock.cli import main; sys.exit(main())"]


@pytest.mark.parametrize("command", [["missions"], ["schema"], ["--help"]])
def test_output_that_cannot_be_written_is_said_in_one_sentence(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*SOFTDOCK, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "softdock: the output cannot be written (No space left on device); send it elsewhere\n"


@pytest.mark.parametrize("command", [["missions"], ["schema"], ["--help"]])
def test_a_reader_that_leaves_early_is_no_error_to_speak_of(command: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*SOFTDOCK, *command], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.stderr == ""


def test_a_cache_that_cannot_be_written_is_said_once_and_doctor_tells(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "in-the-way").touch()
    env = {**os.environ, "SOFTDOCK_CACHE_DIR": str(tmp_path / "in-the-way")}
    env.pop("SOFTDOCK_PURE_PYTHON", None)
    done = subprocess.run([*SOFTDOCK, "doctor"], env=env, capture_output=True, text=True, check=True)
    assert "cannot be written (Not a directory): what is compiled is not kept" in done.stdout
    use = (
        "from softdock.numerics.vectors import dot, scale, cross; v = (1.0, 2.0, 3.0);"
        "(dot(v, v), scale(2.0, v), cross(v, v))"
    )
    cli = f"from softdock.cli import app; app._run = lambda _: exec({use!r}) or 0; app.main()"
    done = subprocess.run([sys.executable, "-c", cli], env=env, capture_output=True, text=True, check=True)
    assert done.stderr.startswith("softdock: compiled kernels cannot be kept in ")
    assert done.stderr.count("\n") == 1


def test_each_phase_ends_with_a_line_at_100_percent(capsys: Captured) -> None:
    with progress(Stop()) as notify:
        for sentence, fraction in (("", 0.0), ("NC1 of apollo", 0.2), ("", 1.0)):
            notify("rendezvous", fraction, sentence)
        notify("docking", 0.0, "")
    lines = [line.split("s  ", 1)[1] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["rendezvous   0 %", "rendezvous  20 %  NC1 of apollo", "rendezvous 100 %", "docking      0 %"]


def test_on_a_terminal_progress_is_drawn_as_bars(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    from rich.console import Console

    monkeypatch.setattr(terminal, "errors", lambda: Console(stderr=True, force_terminal=True, width=100))
    with progress(Stop()) as notify:
        notify("plan", 0.5, "alternative [3] of 12")
        notify("rendezvous", 0.2, "[NC1] of apollo")
    drawn = capsys.readouterr().err
    for text in ("plan", "rendezvous", "20%", "100%", "[NC1] of apollo"):
        assert text in drawn
