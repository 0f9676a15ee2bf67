"""The phase plane and the velocity deadband."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.conventions import DEGREE
from softdock.gnc.control import AUTOPILOT, rate_change, track_attitude, turn_demand, velocity_change
from softdock.kernels import record
from softdock.numerics.rotations import from_rotation_vector, multiply
from tests.dynamics.bodies import chaser

BAND, FAST, LIMIT = 0.5 * DEGREE, 0.05 * DEGREE, 0.5 * DEGREE
angles = st.floats(-3.0, 3.0)
turn_rates = st.floats(-0.05, 0.05)


@given(error=angles, rate=turn_rates)
def test_phase_plane_is_odd(error: float, rate: float) -> None:
    assert rate_change(error, rate, BAND, FAST, LIMIT) == -rate_change(-error, -rate, BAND, FAST, LIMIT)


@given(error=angles, rate=turn_rates)
def test_after_its_pulse_the_craft_is_left_alone(error: float, rate: float) -> None:
    after = rate + rate_change(error, rate, BAND, FAST, LIMIT)
    assert rate_change(error, after, BAND, FAST, LIMIT) == pytest.approx(0.0, abs=1e-15)
    assert abs(after) <= max(LIMIT + FAST, abs(rate)) + 1e-15


def test_inside_the_deadband_a_slow_drift_is_left_alone_and_a_fast_one_stopped() -> None:
    assert rate_change(0.4 * DEGREE, 0.04 * DEGREE, BAND, FAST, LIMIT) == 0.0
    assert rate_change(0.4 * DEGREE, 0.2 * DEGREE, BAND, FAST, LIMIT) == pytest.approx(-0.2 * DEGREE)


def test_large_errors_are_turned_out_at_the_rate_limit() -> None:
    assert rate_change(2.0, 0.0, BAND, FAST, LIMIT) == pytest.approx(-LIMIT)


def test_ideal_actuator_brings_any_attitude_into_the_deadband_and_keeps_it_there() -> None:
    error, rate, dt = 1.2, 0.01, 0.1
    history = []
    for _ in range(6000):
        rate += rate_change(error, rate, BAND, FAST, LIMIT)
        error += rate * dt
        history.append(error)
    settled = np.array(history[3000:])
    assert np.all(np.abs(settled) <= BAND + 0.01 * DEGREE)


def test_turn_demand_is_the_inertia_times_the_change_of_rate() -> None:
    pilot, craft = record(AUTOPILOT), chaser()
    pilot.q_NB[:] = from_rotation_vector((0.0, 2.0 * DEGREE, 0.0))
    pilot.q_NB_command[0] = 1.0
    pilot.deadband, pilot.rate_deadband, pilot.rate_limit = BAND, FAST, LIMIT
    demand = turn_demand(pilot, craft)
    assert demand[1] == pytest.approx(-109000.0 * LIMIT)
    assert (demand[0], demand[2]) == (0.0, 0.0)


def test_attitude_filter_follows_a_turning_craft_without_lag() -> None:
    pilot, craft = record(AUTOPILOT), chaser()
    pilot.q_NB[0] = 1.0
    omega = (0.001, -0.002, 0.0015)
    q = (1.0, 0.0, 0.0, 0.0)
    pilot.omega_BN_B[:] = omega
    turn = from_rotation_vector((1e-4, -2e-4, 1.5e-4))
    seen = np.zeros(4)
    for _ in range(200):
        q = multiply(q, turn)
        seen[:] = q
        track_attitude(pilot, craft, seen, np.array(omega), np.zeros(3), 0.1)
    assert pilot.q_NB == pytest.approx(np.array(q), abs=1e-6)


def test_attitude_filter_feeds_torque_forward() -> None:
    pilot, craft = record(AUTOPILOT), chaser()
    pilot.q_NB[0] = 1.0
    impulse = np.array([21.5, 109.0, -111.0])
    expected = np.array([1e-3, 1e-3, -1e-3])
    track_attitude(pilot, craft, pilot.q_NB.copy(), expected, impulse, 0.1)
    assert pilot.omega_BN_B == pytest.approx(expected)


def test_correction_starts_beyond_the_deadband_and_ends_well_inside() -> None:
    pilot, band = record(AUTOPILOT), np.array([0.1, 0.1, 0.1])
    assert velocity_change(pilot, (0.09, 0.0, 0.0), band) == (0.0, 0.0, 0.0)
    assert velocity_change(pilot, (0.11, 0.0, 0.0), band) == (0.11, 0.0, 0.0)
    assert velocity_change(pilot, (0.05, 0.0, 0.0), band) == (0.05, 0.0, 0.0)
    assert velocity_change(pilot, (0.01, 0.0, 0.0), band) == (0.0, 0.0, 0.0)
    assert velocity_change(pilot, (0.05, 0.0, 0.0), band) == (0.0, 0.0, 0.0)
