"""Directions in kernels: triads, small deflections, least turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from softdock.numerics.attitudes import as_quaternion, quaternion_of, row, store_quaternion
from softdock.numerics.directions import axes_across, deflected, shortest_turn, turned_no_further
from softdock.numerics.rotations import angle_between, from_rotation_vector, rotate
from softdock.numerics.vectors import Vector, unit

round_off = 1e-12
components = st.tuples(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))


def direction(raw: Vector) -> Vector:
    assume(np.linalg.norm(raw) > 0.1)
    return unit(raw)


@given(raw=components)
def test_axes_across_complete_a_right_handed_triad(raw: Vector) -> None:
    u = direction(raw)
    triad = np.array([u, *axes_across(u)])
    assert triad @ triad.T == pytest.approx(np.eye(3), abs=round_off)
    assert np.linalg.det(triad) == pytest.approx(1.0)


@given(raw=components, first=st.floats(-1e-3, 1e-3), second=st.floats(-1e-3, 1e-3))
def test_deflection_turns_by_the_small_angles(raw: Vector, first: float, second: float) -> None:
    u = direction(raw)
    assert angle_between(u, deflected(u, first, second)) == pytest.approx(np.hypot(first, second), abs=1e-8)


@given(a=components, b=components)
def test_shortest_turn_carries_one_direction_into_the_other(a: Vector, b: Vector) -> None:
    u, v = direction(a), direction(b)
    turn = shortest_turn(u, v)
    assert rotate(turn, u) == pytest.approx(v, abs=1e-7)
    assert np.linalg.norm(turn) == pytest.approx(1.0)


def test_opposite_directions_are_turned_too() -> None:
    assert rotate(shortest_turn((0.0, 0.0, 1.0), (0.0, 0.0, -1.0)), (0.0, 0.0, 1.0)) == pytest.approx((0.0, 0.0, -1.0))


@given(a=components, b=components, limit=st.floats(0.1, 1.5))
def test_turn_goes_toward_the_goal_and_no_further_than_the_limit(a: Vector, b: Vector, limit: float) -> None:
    u, v = direction(a), direction(b)
    whole = angle_between(u, v)
    assume(whole < 3.1)
    turned = turned_no_further(u, v, float(np.cos(limit)))
    assert angle_between(u, turned) == pytest.approx(min(whole, limit), abs=1e-7)
    assert angle_between(turned, v) == pytest.approx(max(whole - limit, 0.0), abs=1e-7)


def test_attitudes_go_in_and_out_of_arrays() -> None:
    q = from_rotation_vector((0.1, -0.2, 0.3))
    kept = np.zeros(4)
    store_quaternion(kept, q)
    assert as_quaternion(kept) == q
    matrix = np.array([rotate(q, axis) for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))]).T.copy()
    assert quaternion_of(matrix) == pytest.approx(q)
    assert row(matrix, 1) == pytest.approx(tuple(matrix[1]))
