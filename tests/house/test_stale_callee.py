"""A kernel in another file is edited: its callers change with it, and nobody else compiles again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from softdock import kernels

HEAD = "from softdock.kernels import kernel\n"
INNER = HEAD + "FACTOR = {factor}\n@kernel\ndef inner(x):\n    return FACTOR * x\n"
MIDDLE = HEAD + "from .inner import inner\n@kernel\ndef middle(x):\n    return inner(x) + 1.0\n"
OUTER = HEAD + "from .middle import middle\n@kernel\ndef outer(x):\n    return middle(x) + {add}\n"
ALONE = HEAD + "@kernel\ndef alone(x):\n    return x + 1.0\n"
ASK = """
from toy.outer import outer
from toy.alone import alone
values = outer(3.0), alone(3.0)
print(*values, *(sum(k.stats.cache_misses.values()) for k in (outer, alone)))
"""


NO_ROOM = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
"""
"""An index fits into so little, compiled code does not."""


class Toy:
    """A package of kernels that call each other across files, with a cache of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "toy").mkdir()
        self.write(__init__="", middle=MIDDLE, alone=ALONE)

    def write(self, **modules: str) -> None:
        for name, text in modules.items():
            (self.path / "toy" / f"{name}.py").write_text(text)

    def ask(self, *, first: str = "") -> list[float]:
        """Values of `outer` and `alone` at 3, and how many compilations each took, in a process of its own.

        first: Python that runs before the kernels are imported
        """
        cache = {"SOFTDOCK_CACHE_DIR": str(self.path / "cache"), "SOFTDOCK_PURE_PYTHON": ""}
        # Two edits within a second look alike to Python's own bytecode cache.
        env = {**os.environ, **cache, "PYTHONPATH": str(self.path), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", first + ASK]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [float(word) for word in done.stdout.split()]


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: there is no cache to be stale")
def test_what_has_no_source_is_not_kept(tmp_path: Path) -> None:
    """Two notebooks may hold two functions of one name on one line."""
    env = {**os.environ, "SOFTDOCK_CACHE_DIR": str(tmp_path), "SOFTDOCK_PURE_PYTHON": ""}
    for answer in ("1.0", "2.0"):
        code = HEAD + f"@kernel\ndef f(x):\n    return x + {answer}\nprint(f(0.0))\n"
        done = subprocess.run([sys.executable, "-"], input=code, env=env, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == answer, done.stderr


def test_a_users_module_is_stamped_with_what_it_imports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "their_orbits.py").write_text("from softdock.astro import lambert\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "softdock.astro.lambert" in kernels._read("their_orbits")[1]


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: there is no cache to be stale")
def test_an_edited_callee_changes_its_callers_and_nobody_else(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    toy.write(inner=INNER.format(factor=2.0), outer=OUTER.format(add=0.0))
    assert toy.ask() == [7.0, 4.0, 1, 1]
    assert toy.ask() == [7.0, 4.0, 0, 0], "a second process compiles nothing"
    toy.write(inner=INNER.format(factor=5.0))
    assert toy.ask() == [16.0, 4.0, 1, 0], "two files away, and a constant"
    toy.write(outer=OUTER.format(add=0.5))
    assert toy.ask() == [16.5, 4.0, 1, 0]


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: there is no cache to be stale")
def test_a_write_that_fails_halfway_leaves_nothing_stale(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    toy.write(inner=INNER.format(factor=2.0), outer=OUTER.format(add=0.0))
    assert toy.ask()[0] == 7.0
    toy.write(inner=INNER.format(factor=5.0))
    assert toy.ask(first=NO_ROOM)[0] == 16.0
    assert toy.ask()[0] == 16.0, "the old code must not come back under the new index"


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled: there is no cache to be damaged")
@pytest.mark.parametrize("damage", ["emptied", "halved", "a byte changed"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: str) -> None:
    toy = Toy(tmp_path)
    toy.write(inner=INNER.format(factor=2.0), outer=OUTER.format(add=0.0))
    toy.ask()
    (index,) = (tmp_path / "cache").rglob("outer.outer-*.nbi")
    whole = index.read_bytes()
    changed = whole[:200] + bytes([whole[200] ^ 0x55]) + whole[201:]
    index.write_bytes({"emptied": b"", "halved": whole[: len(whole) // 2], "a byte changed": changed}[damage])
    assert toy.ask()[0] == 7.0
    assert toy.ask() == [7.0, 4.0, 0, 0], "mended by the run before"
