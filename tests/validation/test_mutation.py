"""A physical constant cannot change unseen: each, made one part in a million larger, turns a row of the page red.

The package is copied, one number in the copy is changed, and the row runs there, uncompiled, in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tests.house.sources import ROOT
from tests.validation.mutation import (
    CONSTANTS,
    COPIES,
    HUNDREDTH,
    METHODS,
    MOON,
    OTHERS,
    PACKAGE,
    Constant,
    long_numbers,
)  # fmt: skip

ROWS = "tests/validation/test_constants.py"
HERE = "tests/validation/test_mutation.py"


def test_every_long_number_is_a_constant_with_a_row_or_none() -> None:
    known = {(constant.file, constant.literal) for constant in CONSTANTS + COPIES}
    unknown = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        numbers = () if file in METHODS else long_numbers(path)
        unknown += [f"{file}: {x}" for x in numbers if x not in OTHERS and (file, x) not in known]
    assert not unknown, (
        "numbers of four digits and more that tests/validation/mutation.py does not know; give each a row there, or "
        "say in OTHERS or METHODS why it is no constant of nature: " + ", ".join(unknown)
    )


def test_long_numbers_are_seen_and_round_ones_are_not(tmp_path: Path) -> None:
    seen = ["86400.0", "1440.0", "86400", "6378137", "1.327e20", "0.001082", "1_852", "298.257"]
    unseen = ["1000.0", "1000", "5200.0", "1e-3", "0.0010", "0x9E3779B97F4A7C15", "0o755", "123.0", "True", "1e12"]
    file = tmp_path / "numbers.py"
    file.write_text("\n".join(seen + unseen))
    assert list(long_numbers(file)) == seen


def test_copies_of_constants_are_copies(claim: Callable[..., None]) -> None:
    values = {constant.literal for constant in CONSTANTS}
    wrong = [c for c in COPIES if c.literal not in values or c.literal not in list(long_numbers(PACKAGE / c.file))]
    claim(
        claim="Constants written a second time, to the last digit: those that differ",
        truth="the first time",
        tolerance=0.0,
        achieved=len(wrong),
        unit="numbers",
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, in which the rows hold."""
    out = tmp_path_factory.mktemp("mutated") / "softdock"
    shutil.copytree(PACKAGE, out, ignore=shutil.ignore_patterns("__pycache__"))
    where = _run(out, ["-c", "import softdock; print(softdock.__file__)"])
    assert Path(where.stdout.strip()).parent == out, "the copy must come before the installed package"
    rows = {_node(constant) for constant in CONSTANTS + COPIES}
    control = _run(out, ["-m", "pytest", "-q", "-p", "no:cacheprovider", *sorted(rows)])
    assert control.returncode == 0, control.stdout
    return out


def _node(constant: Constant) -> str:
    return f"{HERE if constant in COPIES else ROWS}::{constant.test}"


def _run(package: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    changes = {"PYTHONPATH": str(package.parent), "SOFTDOCK_PURE_PYTHON": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | changes, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("constant", CONSTANTS + COPIES, ids=lambda constant: f"{constant.name}-{constant.file}")
def test_a_part_in_a_million_turns_a_row_red(copy: Path, constant: Constant) -> None:
    whole = (copy / constant.file).read_bytes()
    _must_turn_red(copy, constant.file, constant.mutated(whole.decode()).encode(), _node(constant))


@pytest.mark.slow
def test_a_hundredth_of_the_moons_table_turns_a_row_red(copy: Path) -> None:
    """It is the sum with the series that has a row; the table is a small part of it, in whole metres."""
    table = np.load(copy / MOON)
    out = BytesIO()
    np.save(out, np.round(table * (1.0 + HUNDREDTH)).astype(table.dtype))
    _must_turn_red(copy, MOON, out.getvalue(), f"{ROWS}::test_the_moons_place")


def _must_turn_red(package: Path, name: str, content: bytes, row: str) -> None:
    """Run a row with one file of the package changed, and put the file back."""
    file = package / name
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        done = _run(package, ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", row])
    finally:
        file.write_bytes(whole)
    assert done.returncode == 1, f"the row stayed green, or did not run:\n{done.stdout}{done.stderr}"
    assert ": achieved " in done.stdout, f"it was not the row that failed:\n{done.stdout}"
