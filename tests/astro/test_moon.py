"""The Moon with its packed correction: where the table ends, between its rows, and when it is damaged.

Against DE440 itself: tests/validation/test_constants.py.
"""

from __future__ import annotations

import erfa
import numpy as np
import pytest

from softdock.astro import moon
from softdock.astro.constants import ASTRONOMICAL_UNIT
from softdock.astro.moon import FIRST_DAY, moon_positions
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Array
from softdock.errors import DataError

LAST_DAY = 2473459.5  # 2060-01-01
at_epoch = np.zeros(1)


def missing(jd: float) -> Array:
    """What is added to the series [m]."""
    series = ASTRONOMICAL_UNIT * np.asarray(erfa.moon98(jd, 0.0)["p"])
    return np.asarray(moon_positions(Epoch(jd, 0.0), at_epoch)[0] - series)


@pytest.mark.parametrize("jd", [FIRST_DAY - 0.001, LAST_DAY + 0.001, FIRST_DAY - 9000.0])
def test_outside_the_table_the_moon_is_the_series(jd: float) -> None:
    assert missing(jd) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("row", [0, 1, 3, 4, 20000, -5, -2, -1])
def test_on_a_row_the_row_is_added(row: int) -> None:
    table = moon._table()
    assert missing(FIRST_DAY + row % len(table)) == pytest.approx(table[row], abs=1e-3)


@pytest.mark.parametrize("day", [0.5, 2.5, 17000.3, 36524.5])
def test_between_rows_the_correction_runs_on(day: float) -> None:
    """A table of every other row gives the same to what eight points over twice the step can."""
    here = missing(FIRST_DAY + day)
    around = moon._table()[int(day) : int(day) + 2]
    assert np.linalg.norm(here) <= 1.2 * np.linalg.norm(around, axis=1).max()
    assert np.linalg.norm(here - around.mean(axis=0)) <= 0.2 * np.linalg.norm(around[1] - around[0]) + 300.0


def test_there_is_no_jump_between_one_row_and_the_next() -> None:
    second = 1.0 / DAY
    before, after = missing(FIRST_DAY + 20000.0 - second), missing(FIRST_DAY + 20000.0 + second)
    assert np.linalg.norm(after - before) < 1.0


@pytest.mark.parametrize("table", [np.zeros((100, 3)), np.zeros((100, 2), "<i2"), np.zeros((7, 3), "<i2")])
def test_a_damaged_table_is_said(table: Array, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "load", lambda *_, **__: table)
    moon._table.cache_clear()
    try:
        with pytest.raises(DataError, match=r"moon_de440\.npy is damaged; reinstall softdock"):
            moon_positions(Epoch(FIRST_DAY + 5.0, 0.0), at_epoch)
    finally:
        moon._table.cache_clear()
