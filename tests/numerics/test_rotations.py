"""Quaternions: round trips, orthonormality, and agreement with an independent implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from softdock.numerics.rotations import (
    angle_between,
    conjugate,
    from_axes,
    from_rotation_vector,
    multiply,
    normalised,
    rotate,
    rotate_back,
    to_rotation_vector,
)
from softdock.numerics.vectors import norm

machine = 1e-12
near_machine = 1e-14
parts = st.floats(-1.0, 1.0)
vectors = st.tuples(parts, parts, parts)


@st.composite
def quaternions(draw: st.DrawFn) -> tuple[float, float, float, float]:
    q = draw(st.tuples(parts, parts, parts, parts))
    assume(math.sqrt(sum(x * x for x in q)) > 1e-3)
    return normalised(q)


def close(a, b, tolerance: float = machine) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= tolerance


def same_rotation(p, q) -> bool:
    return close(p, q) or close(p, tuple(-x for x in q))


@given(quaternions(), vectors)
def test_turning_keeps_length_and_turning_back_undoes_it(q, a) -> None:
    turned = rotate(q, a)
    assert norm(turned) == pytest.approx(norm(a), abs=machine)
    assert close(rotate_back(q, turned), a)


@given(quaternions(), quaternions(), vectors)
def test_inner_letters_cancel(q_XY, q_YZ, a_Z) -> None:
    assert close(rotate(multiply(q_XY, q_YZ), a_Z), rotate(q_XY, rotate(q_YZ, a_Z)))


@given(quaternions())
def test_the_conjugate_is_the_inverse(q) -> None:
    assert close(multiply(q, conjugate(q)), (1.0, 0.0, 0.0, 0.0))


@given(quaternions())
def test_a_quaternion_and_its_negative_are_one_rotation_vector(q) -> None:
    assume(abs(q[0]) > 1e-9)  # at half a turn either sign of the axis is right
    phi = to_rotation_vector(q)
    assert to_rotation_vector((-q[0], -q[1], -q[2], -q[3])) == phi
    assert norm(phi) <= math.pi + machine
    assert same_rotation(from_rotation_vector(phi), q)


@given(vectors, st.sampled_from([1e-30, 1e-12, 1e-8, 1e-3, 1.0]))
def test_small_rotation_vectors_come_back(phi, factor) -> None:
    small = (phi[0] * factor, phi[1] * factor, phi[2] * factor)
    assert close(to_rotation_vector(from_rotation_vector(small)), small, near_machine)


@given(quaternions())
def test_axes_give_the_quaternion_back(q_XY) -> None:
    x_Y, y_Y, z_Y = (rotate_back(q_XY, e) for e in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    assert same_rotation(from_axes(x_Y, y_Y, z_Y), q_XY)


@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
def test_half_a_turn_about_each_axis_is_found_from_its_axes(axis) -> None:
    q = (0.0, *axis)
    assert same_rotation(from_axes(*(rotate_back(q, tuple(e)) for e in np.eye(3).tolist())), q)


@given(quaternions(), vectors)
def test_scipy_agrees_on_the_active_sense(q_XY, a_Y) -> None:
    # q_XY takes Y-components to X-components: as an operator, SciPy's rotation with the same numbers.
    assert close(rotate(q_XY, a_Y), Rotation.from_quat(q_XY, scalar_first=True).apply(a_Y))


def test_a_yaw_of_a_quarter_turn_by_hand() -> None:
    quarter = (0.0, 0.0, 0.5 * math.pi)
    assert close(rotate(from_rotation_vector(quarter), (1.0, 0.0, 0.0)), (0.0, 1.0, 0.0))


@given(st.floats(0.0, math.pi))
def test_the_angle_between_is_exact_near_zero_and_half_a_turn(angle) -> None:
    other = (math.cos(angle), math.sin(angle), 0.0)
    assert angle_between((2.0, 0.0, 0.0), other) == pytest.approx(angle, abs=1e-15, rel=1e-14)
