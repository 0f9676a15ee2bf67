"""Crowds of coasts: the same as one by one, on any number of threads, and a failure is a row."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.ensemble import propagate_many
from softdock.errors import PropagationError
from tests.fixtures.worst import worst_of

ten_centimetres = 0.1
CENTRE = np.array([6.79e6, 0.0, 0.0, 0.0, 4763.0, 6002.0])


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(Epoch.from_utc("2025-07-03T19:32:40"), span_s=2.0 * DAY)


@pytest.fixture(scope="module")
def crowd() -> np.ndarray:
    spread = np.array([1000.0, 1000.0, 1000.0, 1.0, 1.0, 1.0])
    return CENTRE + spread * np.random.default_rng(1).standard_normal((12, 6))


def test_two_days_of_a_crowd_are_its_members_arcs(env: Record, crowd: np.ndarray, claim) -> None:
    times = np.array([0.3, 1.0, 1.7, 2.0]) * DAY
    loads = np.column_stack([np.full(12, 6700.0), np.linspace(0.0, 40.0, 12), np.zeros(12)])
    together = propagate_many(env, 0.0, crowd, times=times, loads=loads)
    worst = 0.0
    for k, row in enumerate(crowd):
        start = PointState(0.0, row[:3], row[3:], 6700.0)
        alone = propagate(env, start, until=2.0 * DAY, drag_area=loads[k, 1], rtol=1e-14)
        worst = worst_of(worst, float(np.linalg.norm(together.states[k, :, :3] - alone.positions(times), axis=1).max()))
    assert not together.failures
    claim(
        claim="Twelve dispersed orbits for two days with drag, aimed at 10 cm",
        truth="own single-step method at a fifth of its tolerance, one by one",
        tolerance=ten_centimetres,
        achieved=worst,
        unit="m",
    )


def test_threads_and_neighbours_change_no_bit(env: Record, crowd: np.ndarray) -> None:
    times = np.array([0.2, 0.5]) * DAY
    one = propagate_many(env, 0.0, crowd, times=times, workers=1).states
    assert np.array_equal(one, propagate_many(env, 0.0, crowd, times=times, workers=5).states)
    assert np.array_equal(one[3:4], propagate_many(env, 0.0, crowd[3:4], times=times).states)


def test_a_short_coast_and_sunlight_go_by_single_steps(crowd: np.ndarray) -> None:
    light = Forces(drag=False, solar_pressure=True)
    lit = build_environment(Epoch.from_utc("2025-07-03T19:32:40"), span_s=DAY, forces=light)
    soon = propagate_many(lit, 0.0, crowd[:1], times=np.array([0.0, 600.0]), loads=(1.0, 0.0, 0.02))
    assert soon.states[0, 0] == pytest.approx(crowd[0], abs=1e-9)
    later = propagate_many(lit, 0.0, crowd[:1], times=np.array([0.3 * DAY]), loads=(1.0, 0.0, 0.02))
    dark = propagate_many(lit, 0.0, crowd[:1], times=np.array([0.3 * DAY]))
    assert 0.1 < np.linalg.norm(later.states - dark.states) < 1000.0


def test_one_that_falls_is_a_row_with_its_reason(env: Record, crowd: np.ndarray) -> None:
    falling = crowd[:3].copy()
    falling[1, 3:] *= 0.97
    found = propagate_many(env, 0.0, falling, times=np.array([0.5 * DAY]))
    assert list(found.failures) == [1]
    assert "fell below 100 km" in found.failures[1]
    assert np.all(np.isnan(found.states[1]))
    assert np.all(np.isfinite(found.states[[0, 2]]))


@pytest.mark.parametrize(
    "loads", [(-1000.0, 20.0, 0.0), (1000.0, -20.0, 0.0), (np.inf, 20.0, 0.0), (0.0, 2.0, 0.0)], ids=str
)
def test_what_cannot_be_flown_alone_cannot_in_a_crowd(env: Record, crowd: np.ndarray, loads) -> None:
    each = np.array([(1000.0, 20.0, 0.0), loads, (1000.0, 20.0, 0.0)])
    found = propagate_many(env, 0.0, crowd[:3], times=np.array([0.5 * DAY]), loads=each)
    assert list(found.failures) == [1]
    assert "mass above zero, areas not below" in found.failures[1]


def test_one_bad_row_does_not_take_the_others_along(env: Record, crowd: np.ndarray) -> None:
    broken = crowd[:4].copy()
    broken[1, 3:] = 0.0  # falls
    broken[2, :3] = 0.0  # at the Earth's centre
    found = propagate_many(env, 0.0, broken, times=np.array([0.5 * DAY]))
    assert sorted(found.failures) == [1, 2]
    assert np.all(np.isfinite(found.states[[0, 3]]))


@pytest.mark.parametrize(
    "loads", [(1.0, 2.0), np.ones((3, 1)), np.ones((2, 3)), 1.0], ids=["two", "column", "few", "one"]
)
def test_loads_of_another_shape_are_refused(env: Record, crowd: np.ndarray, loads) -> None:
    with pytest.raises(PropagationError, match="loads of shape"):
        propagate_many(env, 0.0, crowd[:3], times=np.array([100.0]), loads=loads)


def test_a_state_that_is_no_number_is_a_row_too(env: Record, crowd: np.ndarray) -> None:
    broken = crowd[:2].copy()
    broken[0, 4] = np.nan
    found = propagate_many(env, 0.0, broken, times=np.array([0.5 * DAY]))
    assert list(found.failures) == [0]
    assert "must be finite" in found.failures[0]


@pytest.mark.parametrize(
    ("shape", "times", "error_m", "words"),
    [
        ((3, 7), [100.0], 0.1, "an ensemble takes"),
        ((3, 6), [], 0.1, "0 times"),
        ((3, 6), [200.0, 100.0], 0.1, "must be finite, rise"),
        ((3, 6), [-5.0, 100.0], 0.1, "not lie before the start"),
        ((3, 6), [np.nan], 0.1, "must be finite"),
        ((3, 6), [np.inf], 0.1, "must be finite"),
        ((3, 6), [100.0], 0.0, "error of 0.0 m"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(env: Record, shape, times, error_m, words) -> None:
    with pytest.raises(PropagationError, match=words):
        propagate_many(env, 0.0, np.ones(shape), times=np.array(times), error_m=error_m)
