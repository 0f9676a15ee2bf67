"""Tilt and roll of frames that face each other, against the turns that made them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.numerics.facing import FACING, tilt_and_roll
from softdock.numerics.rotations import angle_between, from_rotation_vector, multiply, rotate

machine = 1e-12
angle = st.floats(-1.5, 1.5)


def test_frames_that_face_each_other_have_neither() -> None:
    assert tilt_and_roll(FACING) == (0.0, 0.0)


@given(roll=angle)
def test_roll_is_positive_about_x_of_the_first_frame(roll: float) -> None:
    tilt, found = tilt_and_roll(multiply(from_rotation_vector((roll, 0.0, 0.0)), FACING))
    assert tilt == pytest.approx(0.0, abs=machine)
    assert found == pytest.approx(roll, abs=machine)


@given(roll=angle, pitch=angle, yaw=angle)
def test_tilt_is_the_angle_between_the_axes_and_roll_is_the_rest(roll: float, pitch: float, yaw: float) -> None:
    swing, twist = from_rotation_vector((0.0, pitch, yaw)), from_rotation_vector((roll, 0.0, 0.0))
    q_DP = multiply(multiply(swing, twist), FACING)
    tilt, found = tilt_and_roll(q_DP)
    outward = rotate(q_DP, (1.0, 0.0, 0.0))
    assert tilt == pytest.approx(angle_between((1.0, 0.0, 0.0), (-outward[0], -outward[1], -outward[2])), abs=1e-9)
    assert found == pytest.approx(roll, abs=1e-9)


def test_a_quaternion_and_its_negative_are_one_rotation() -> None:
    q = multiply(from_rotation_vector((0.3, -0.1, 0.2)), FACING)
    assert tilt_and_roll((-q[0], -q[1], -q[2], -q[3])) == pytest.approx(tilt_and_roll(q), abs=machine)


def test_what_is_not_a_number_stays_so() -> None:
    assert np.isnan(tilt_and_roll((np.nan, np.nan, np.nan, np.nan))).all()
