"""Modes, gates, and the way round the target."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.conventions import DEGREE, Record
from softdock.gnc import modes
from softdock.gnc.control import AUTOPILOT
from softdock.gnc.filter import ESTIMATE
from softdock.gnc.guidance import COURSE, GUIDE, choose_mode, locate
from softdock.gnc.steering import gate_speed, steer
from softdock.kernels import record
from softdock.numerics.rotations import Quaternion, from_rotation_vector, multiply, rotate


def guide() -> Record:
    out = record(GUIDE)
    gates = [(1800.0, 9.0), (900.0, 6.0), (450.0, 3.0), (150.0, 1.5)]
    out.gate_count = len(gates)
    for i, (distance, speed) in enumerate(gates):
        out.gate_range[i], out.gate_speed[i] = distance, speed
    out.station_range, out.station_time, out.station_box = 50.0, 100.0, 2.0
    out.transfer_speed, out.approach_speed, out.contact_speed, out.contact_speed_range = 1.5, 0.3, 0.2, 10.0
    out.corridor_tangent, out.corridor_floor, out.escape_speed = np.tan(10 * DEGREE), 0.3, 0.3
    out.wide_deadband, out.docking_deadband = 0.5 * DEGREE, 0.2 * DEGREE
    out.port_C[:] = (6.0, 0.0, 0.0)
    out.port_T[:] = (3.7, 0.0, 0.0)
    out.q_CP[0] = out.q_TD[0] = 1.0
    return out


def scene(offset: tuple[float, float, float], mode: int) -> tuple[Record, Record, Record]:
    """Course, estimate and autopilot of a chaser whose centre is `offset` from the target's, facing its port."""
    estimate, pilot, course = record(ESTIMATE), record(AUTOPILOT), record(COURSE)
    estimate.r_TN_N[:] = (6.6e6, 0.0, 0.0)
    estimate.v_TN_N[:] = (0.0, 7770.0, 0.0)
    estimate.r_CT_N[:] = offset
    estimate.v_CT_N[:] = np.cross((0.0, 0.0, 7770.0 / 6.6e6), offset)  # at rest in the turning frame
    estimate.q_NT[:] = from_rotation_vector((0.0, 0.0, np.pi / 2))  # port along N y, which is V-bar
    pilot.q_NB[:] = multiply(tuple(float(c) for c in estimate.q_NT), (0.0, 0.0, 0.0, 1.0))
    course.mode = mode
    return course, estimate, pilot


def quaternion(a: Record) -> Quaternion:
    return (float(a[0]), float(a[1]), float(a[2]), float(a[3]))


def flown(offset: tuple[float, float, float], mode: int) -> tuple[Record, np.ndarray]:
    """The course after steering, and the commanded velocity in the port's frame as it turns."""
    course, estimate, pilot = scene(offset, mode)
    settings = guide()
    locate(course, settings, estimate, pilot)
    steer(course, settings, estimate, pilot)
    still = np.cross((0.0, 0.0, 7770.0 / 6.6e6), offset)
    v = course.v_command_N - still
    q = quaternion(course.q_ND)
    axes = np.array([rotate(q, axis) for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))])
    return course, axes @ v


@pytest.mark.parametrize(
    ("distance", "closing", "expected"),
    [
        (5000.0, 13.0, 13.0),  # before the first gate: as it comes
        (5000.0, 2.0, 4.5),
        (1799.0, 12.0, 9.0),
        (1799.0, 8.0, 8.0),
        (800.0, 8.0, 6.0),
        (400.0, 1.0, 0.7 * 3.0),
        (100.0, 3.0, 1.5),
    ],
)
def test_gates_limit_the_closing_speed(distance: float, closing: float, expected: float) -> None:
    assert gate_speed(guide(), distance, closing) == pytest.approx(expected)


@given(distance=st.floats(1.0, 1800.0), closing=st.floats(-20.0, 20.0))
def test_inside_the_first_gate_no_speed_above_its_own_is_asked(distance: float, closing: float) -> None:
    assert 0.0 < gate_speed(guide(), distance, closing) <= 9.0


def test_ports_are_located_face_to_face() -> None:
    course, estimate, pilot = scene((0.0, 59.7, 0.0), modes.STATION_KEEPING)
    locate(course, guide(), estimate, pilot)
    assert course.r_PD_D == pytest.approx([50.0, 0.0, 0.0], abs=1e-9)
    assert course.v_PD_D == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert course.tilt == pytest.approx(0.0, abs=1e-9)
    assert course.roll == pytest.approx(0.0, abs=1e-9)


def test_roll_of_the_chaser_shows_as_roll() -> None:
    course, estimate, pilot = scene((0.0, 59.7, 0.0), modes.STATION_KEEPING)
    pilot.q_NB[:] = multiply(quaternion(pilot.q_NB), from_rotation_vector((0.05, 0.0, 0.0)))
    locate(course, guide(), estimate, pilot)
    # about the chaser's own axis, which points against the target's
    assert course.roll == pytest.approx(-0.05)
    assert course.tilt == pytest.approx(0.0, abs=1e-9)


def test_modes_follow_one_another() -> None:
    settings = guide()
    course, estimate, pilot = scene((0.0, 1700.0, 0.0), modes.INTERCEPT)
    locate(course, settings, estimate, pilot)
    assert choose_mode(course, settings, 0, 0.0)
    assert course.mode == modes.BRAKING
    for distance, mode in ((140.0, modes.TRANSFER), (59.0, modes.STATION_KEEPING)):
        estimate.r_CT_N[:] = (0.0, distance, 0.0)
        estimate.v_CT_N[:] = np.cross((0.0, 0.0, 7770.0 / 6.6e6), estimate.r_CT_N)
        locate(course, settings, estimate, pilot)
        assert choose_mode(course, settings, 0, 10.0)
        assert course.mode == mode


def test_final_approach_waits_for_its_time_and_for_the_cross() -> None:
    settings = guide()
    course, estimate, pilot = scene((0.0, 59.7, 0.0), modes.STATION_KEEPING)
    locate(course, settings, estimate, pilot)
    assert not choose_mode(course, settings, 1, 99.0)
    assert not choose_mode(course, settings, 0, 101.0)
    assert choose_mode(course, settings, 1, 101.0)
    assert course.mode == modes.FINAL_APPROACH


def test_leaving_the_corridor_ends_in_escape() -> None:
    settings = guide()
    course, estimate, pilot = scene((5.0, 29.7, 0.0), modes.FINAL_APPROACH)  # 20 m ahead, corridor 3.8 m
    locate(course, settings, estimate, pilot)
    assert choose_mode(course, settings, 1, 500.0)
    assert course.mode == modes.ESCAPE
    steer(course, settings, estimate, pilot)
    assert rotate((1.0, 0.0, 0.0, 0.0), tuple(course.v_command_N))[1] > 0.25  # away along V-bar


def test_every_mode_and_ending_has_its_words() -> None:
    names = {
        getattr(modes, n) for n in ("INTERCEPT", "BRAKING", "TRANSFER", "STATION_KEEPING", "FINAL_APPROACH", "ESCAPE")
    }
    assert names == set(modes.MODES)
    assert set(modes.ENDINGS) == set(range(7))


@given(angle=st.floats(0.5, 3.1), distance=st.floats(60.0, 150.0))
def test_transfer_goes_round_the_target_and_not_through_it(angle: float, distance: float) -> None:
    offset = (distance * float(np.sin(angle)), distance * float(np.cos(angle)), 0.0)
    _, v = flown(offset, modes.TRANSFER)
    here = np.array([offset[1], -offset[0], 0.0])
    inward = -float(v @ here) / distance
    assert inward <= 0.35 * np.linalg.norm(v) + 1e-9


def test_transfer_ends_slowly_on_the_station() -> None:
    _, v = flown((0.0, 60.7, 0.0), modes.TRANSFER)
    assert v == pytest.approx([-1.0 / 25.0, 0.0, 0.0], abs=1e-9)


def test_final_approach_slows_down_near_the_port_and_waits_off_the_axis() -> None:
    assert flown((0.0, 49.7, 0.0), modes.FINAL_APPROACH)[1][0] == pytest.approx(-0.3)
    assert flown((0.0, 14.7, 0.0), modes.FINAL_APPROACH)[1][0] == pytest.approx(-0.2)
    _, v = flown((2.0, 24.7, 0.0), modes.FINAL_APPROACH)
    assert v[0] == pytest.approx(0.0, abs=1e-9)
    assert np.hypot(v[1], v[2]) > 0.1


def test_far_out_the_chaser_points_at_the_target() -> None:
    course, _ = flown((900.0, 1200.0, 300.0), modes.BRAKING)
    x = rotate(quaternion(course.q_NP_command), (1.0, 0.0, 0.0))
    assert np.array(x) == pytest.approx(-np.array([900.0, 1200.0, 300.0]) / np.linalg.norm([900.0, 1200.0, 300.0]))
