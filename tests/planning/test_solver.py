"""The solver meets its targets, says what it could not meet, and leaves nothing NaN unnoticed."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.errors import PlanError
from softdock.planning.solver import Target, solve

TARGETS = [Target("first", 1e-9, "m"), Target("second", 1e-9, "m")]


def curved(x: np.ndarray) -> np.ndarray:
    return np.array([x[0] ** 2 + x[1] - 3.0, x[0] - x[1] ** 3 + 6.0])


def test_a_curved_system_is_solved_to_its_tolerance() -> None:
    found = solve(curved, np.array([0.5, 1.0]), TARGETS)
    assert found.unknowns == pytest.approx([1.0, 2.0], abs=1e-8) or np.max(np.abs(curved(found.unknowns))) < 1e-9


def test_a_neighbours_jacobian_saves_evaluations() -> None:
    first = solve(curved, np.array([0.5, 1.0]), TARGETS)
    again = solve(curved, first.unknowns + 1e-4, TARGETS, jacobian=first.jacobian)
    assert again.evaluations < first.evaluations


def test_what_cannot_be_met_is_named_with_its_miss() -> None:
    def parallel(x: np.ndarray) -> np.ndarray:
        return np.array([x[0] + x[1], x[0] + x[1] - 5.0])

    with pytest.raises(PlanError, match="second by -?[0-9.]+ m") as caught:
        solve(parallel, np.zeros(2), TARGETS)
    assert set(caught.value.residuals) == {"first", "second"}


def test_a_miss_that_is_not_a_number_is_never_met() -> None:
    with pytest.raises(PlanError):
        solve(lambda x: np.array([np.nan, 0.0]), np.zeros(2), TARGETS, limit=10)
