"""What cannot be flown, joined or cut is said in a sentence, and arcs end where their tables do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softdock.astro.environment import build_environment, covers, last_time
from softdock.astro.time import Epoch
from softdock.conventions import DAY, HOUR, Record
from softdock.dynamics.arcs import PointState, Thrust, propagate
from softdock.errors import PropagationError

EPOCH = Epoch.from_utc("1975-07-15T12:20:00")


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(EPOCH, span_s=DAY)


@pytest.fixture(scope="module")
def start() -> PointState:
    return PointState(0.0, np.array([6.6e6, 0.0, 0.0]), np.array([0.0, 4800.0, 6120.0]), 6680.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start_s": np.nan}, "in order"),
        ({"stop_s": np.nan}, "in order"),
        ({"stop_s": 50.0}, "in order"),
        ({"force_N": np.nan}, "in order"),
        ({"force_N": -1.0}, "not below zero"),
        ({"flow_kg_s": -1.0}, "not below zero"),
        ({"direction_N": np.array([0.0, 0.0, 5.0])}, "unit vector"),
        ({"direction_N": np.array([0.0, 1.0])}, "unit vector"),
    ],
)
def test_a_burn_that_is_none_is_refused(env: Record, start: PointState, change: dict[str, object], words: str) -> None:
    burn = replace(Thrust(100.0, 160.0, 3000.0, np.array([0.0, 0.0, 1.0]), 1.0), **change)
    with pytest.raises(PropagationError, match=words):
        propagate(env, start, until=1000.0, drag_area=26.0, thrusts=[burn])


@pytest.mark.parametrize("rtol", [0.0, -1e-9, np.inf, np.nan, 1.0])
def test_a_tolerance_that_is_none_is_refused(env: Record, start: PointState, rtol: float) -> None:
    with pytest.raises(PropagationError, match="between 0 and 1"):
        propagate(env, start, until=1000.0, drag_area=26.0, rtol=rtol)


def test_vectors_of_other_lengths_are_refused(env: Record, start: PointState) -> None:
    with pytest.raises(PropagationError, match="three components"):
        propagate(env, replace(start, r=start.r[:2]), until=1000.0, drag_area=26.0)
    with pytest.raises(PropagationError, match="three components"):
        propagate(env, replace(start, v=np.append(start.v, 0.0)), until=1000.0, drag_area=26.0)


def test_an_arc_without_steps_is_not_joined(env: Record, start: PointState) -> None:
    dense = propagate(env, start, until=500.0, drag_area=26.0)
    ends = propagate(env, dense.last, until=1000.0, drag_area=26.0, dense=False)
    with pytest.raises(PropagationError, match="fly both dense"):
        dense.joined(ends)
    nothing = propagate(env, dense.last, until=500.0, drag_area=26.0)
    assert dense.joined(nothing).stop == 500.0


def test_a_cut_at_an_impulse_ends_before_it(env: Record, start: PointState) -> None:
    before = propagate(env, start, until=3000.0, drag_area=26.0)
    kicked = replace(before.last, v=before.last.v * 1.004)
    whole = before.joined(propagate(env, kicked, until=5000.0, drag_area=26.0))
    part = whole.cut(3000.0)
    assert np.array_equal(part.last.v, part.at(3000.0).v)
    assert np.linalg.norm(part.last.v - before.last.v) < 1e-6
    assert np.linalg.norm(whole.at(3000.0).v - kicked.v) < 1e-6
    assert whole.cut(0.0).stop == 0.0


def test_flight_ends_where_the_airs_table_does() -> None:
    env = build_environment(EPOCH, span_s=20.0 * DAY)
    high = PointState(0.0, np.array([7.0e6, 0.0, 0.0]), np.array([0.0, 4700.0, 5900.0]), 6700.0)
    for t in (-3.0 * HOUR, 20.0 * DAY + 3.0 * HOUR):
        assert covers(env, t)
    assert covers(env, last_time(env))
    assert propagate(env, replace(high, t=last_time(env) - 60.0), until=last_time(env), drag_area=20.0).stop > 0.0
    with pytest.raises(PropagationError, match="tables do not reach"):
        propagate(env, high, until=last_time(env) + 1.0, drag_area=20.0)
