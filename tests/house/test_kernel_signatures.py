"""A mission never triggers a compile: each kernel that Python calls is called with one kind of arguments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from softdock import kernels
from tests.house.signatures import with_several_signatures
from tests.house.sources import ROOT

CALLS = """
import sys
from pathlib import Path
from tests.house import signatures
signatures.PACKAGE = sys.argv[1]
signatures.watch_python_calls()
import toy
toy.call_outer(1.0)
toy.call_outer(2.0)
toy.outer(1.0 + 0j)
print(signatures.with_several_signatures(), signatures.calls_from_python)
toy.call_outer(1)
print(signatures.with_several_signatures())
"""
TOY = """
from softdock.kernels import kernel
@kernel
def inner(x):
    return x + 1
@kernel
def outer(x):
    return inner(x) + inner(1)
def call_outer(x):
    return outer(x)
"""


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled kernels have no signatures")
def test_only_calls_from_the_package_count(tmp_path: Path) -> None:
    (tmp_path / "toy.py").write_text(TOY)
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    env = {**os.environ, "PYTHONPATH": path, "SOFTDOCK_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", CALLS, str(tmp_path)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == "{} {'toy.outer': {'float64'}}", "neither the inner kernel's types nor another caller's"
    assert "'toy.outer'" in second
    assert "int64" in second


def test_no_kernel_is_called_from_python_with_two_kinds_of_arguments() -> None:
    # Over all that ran before in this process: in a whole run of the suite, the showcase flight too.
    several = with_several_signatures()
    assert not several, "\n".join(f"{name}: {sorted(types)}" for name, types in several.items())
