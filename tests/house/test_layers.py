"""Imports flow downward: the contracts of pyproject.toml hold, and would notice if they did not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.house.sources import PACKAGE, ROOT, package_files

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1], no_cache=True))"


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the project's contracts on the softdock package found in `path`."""
    env = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-P", "-c", LINT, str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=path, env=env, capture_output=True, text=True, check=False)


def copy_of_the_package(path: Path) -> Path:
    """The package with its import statements only, which is all that the contracts read."""
    for source in package_files():
        target = path / "softdock" / source.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return path / "softdock"


def test_imports_flow_downward() -> None:
    result = lint(PACKAGE.parent)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_upward_import_is_noticed(tmp_path: Path) -> None:
    (copy_of_the_package(tmp_path) / "numerics" / "peek.py").write_text("from .. import cli\n")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert "softdock.numerics.peek" in result.stdout


def test_guidance_that_reads_the_truth_is_noticed(tmp_path: Path) -> None:
    (copy_of_the_package(tmp_path) / "gnc" / "peek.py").write_text("from ..dynamics import arcs\n")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert "softdock.gnc.peek" in result.stdout
