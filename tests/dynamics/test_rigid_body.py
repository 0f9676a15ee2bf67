"""The near regime's truth against closed forms and an independent propagation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softdock.astro.environment import Forces, build_environment
from softdock.astro.time import Epoch
from softdock.conventions import DEGREE, Array, Record
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.near_field import open_tick
from softdock.dynamics.rigid_body import (
    copy_truth,
    gravity_gradient_torque,
    jet_wrench,
    step,
    step_with_jets,
)
from softdock.kernels import record
from softdock.numerics.rotations import rotate
from tests.dynamics.bodies import MU, chaser, circular, field, hill, place, target, with_jet

round_off = 1e-12
one_millimetre = 1e-3
NO_JETS = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
ISS_HEIGHT = 415e3


def coast(truth: Record, around: Record, seconds: float, h: float) -> None:
    T, C = target(), chaser()
    for _ in range(round(seconds / h)):
        step(truth, around, T, C, NO_JETS, NO_JETS, h)


def spin_momentum(truth: Record, craft: Record) -> Array:
    """Angular momentum about the centre of mass, in N."""
    q = tuple(float(c) for c in truth.q_NC)
    h = craft.inertia @ truth.omega_CN_C
    return np.array(rotate(q, (float(h[0]), float(h[1]), float(h[2]))))


def test_torque_free_body_keeps_angular_momentum_and_energy() -> None:
    truth, _ = circular(222e3)
    truth.omega_CN_C[:] = np.array([2.0, -1.0, 0.5]) * DEGREE
    craft = chaser()
    before, energy = spin_momentum(truth, craft), truth.omega_CN_C @ craft.inertia @ truth.omega_CN_C
    coast(truth, field(0.0), 600.0, 0.1)
    after = spin_momentum(truth, craft)
    assert np.linalg.norm(after - before) <= 1e-9 * np.linalg.norm(before)
    assert truth.omega_CN_C @ craft.inertia @ truth.omega_CN_C == pytest.approx(energy, rel=1e-9)


def test_symmetric_body_cones_at_the_closed_form_rate() -> None:
    truth, _ = circular(222e3)
    omega = np.array([0.02, 0.01, 0.0])
    truth.omega_TN_T[:] = omega  # the target is symmetric about x
    coast(truth, field(0.0), 300.0, 0.05)
    rate = (32000.0 - 5300.0) / 32000.0 * omega[0]
    expected = [omega[0], omega[1] * np.cos(rate * 300.0), -omega[1] * np.sin(rate * 300.0)]
    assert truth.omega_TN_T == pytest.approx(expected, abs=1e-9)


def test_integrator_is_of_fourth_order() -> None:
    def miss(h: float) -> float:
        truth, _ = circular(222e3)
        truth.omega_CN_C[:] = (0.3, -0.2, 0.25)
        coast(truth, field(MU), 20.0, h)
        return float(np.linalg.norm(truth.q_NC - finest))

    truth, _ = circular(222e3)
    truth.omega_CN_C[:] = (0.3, -0.2, 0.25)
    coast(truth, field(MU), 20.0, 0.01)
    finest = truth.q_NC.copy()
    assert np.log2(miss(0.4) / miss(0.2)) == pytest.approx(4.0, abs=0.2)


def test_gravity_gradient_librates_in_pitch_at_the_closed_form_rate() -> None:
    # A long body along the vertical swings about the orbit normal at n sqrt(3 (Iz - Ix) / Iy) (Wertz 1978, 18.3).
    truth, n = circular(222e3)
    tilt = 0.01
    truth.q_NT[:] = (np.cos(tilt / 2), 0.0, 0.0, np.sin(tilt / 2))  # about z, the orbit normal
    truth.omega_TN_T[:] = (0.0, 0.0, n)
    swing = n * np.sqrt(3.0 * (32000.0 - 5300.0) / 32000.0)
    seconds = 1200.0
    coast(truth, field(MU), seconds, 0.1)
    vertical = np.arctan2(truth.r_TN_N[1], truth.r_TN_N[0])
    pitch = 2.0 * np.arctan2(truth.q_NT[3], truth.q_NT[0]) - vertical
    assert pitch == pytest.approx(tilt * np.cos(swing * seconds), abs=2e-3 * tilt)


def test_gravity_gradient_vanishes_along_a_principal_axis() -> None:
    assert gravity_gradient_torque(MU, (6.6e6, 0.0, 0.0), target().inertia) == (0.0, 0.0, 0.0)


def test_jets_give_the_momentum_of_their_impulse() -> None:
    truth, _ = circular(222e3)
    truth.v_TN_N[:] = 0.0
    craft = with_jet(chaser(), (437.0, -12.0, 3.0), (0.0, 0.0, 0.0), 0.0)
    on_times = np.zeros(32)
    on_times[0] = 0.063
    for k in range(2):
        step_with_jets(truth, field(0.0), target(), craft, np.zeros(32), on_times, (0.05 * k, 0.05))
    impulse = 0.063 * np.array([437.0, -12.0, 3.0])
    assert 14246.0 * truth.v_CT_N == pytest.approx(impulse, rel=round_off)
    assert np.all(truth.v_TN_N == 0.0)


def test_force_of_the_target_shows_in_the_relative_motion() -> None:
    truth, _ = circular(222e3)
    push = ((10.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    step(truth, field(0.0), target(), chaser(), push, NO_JETS, 0.05)
    assert truth.v_CT_N[0] == pytest.approx(-10.0 / 6680.0 * 0.05, rel=round_off)


@settings(max_examples=50)
@given(on=st.floats(0.0, 0.1), steps=st.sampled_from([1, 2, 5, 7, 100]))
def test_delivered_impulse_and_propellant_do_not_depend_on_the_step(on: float, steps: int) -> None:
    craft = with_jet(chaser(), (400.0, 0.0, 0.0), (0.0, 800.0, 0.0), 0.16)
    on_times = np.zeros(32)
    on_times[0] = on
    h = 0.1 / steps
    sums = np.zeros(3)
    for k in range(steps):
        force, torque, flow = jet_wrench(craft, on_times, k * h, h)
        sums += np.array([force[0], torque[1], flow]) * h
    assert sums == pytest.approx(np.array([400.0, 800.0, 0.16]) * on, rel=1e-11, abs=1e-13)


def test_mass_falls_by_flow_times_on_time() -> None:
    truth, _ = circular(222e3)
    craft = with_jet(chaser(), (400.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.16)
    on_times = np.zeros(32)
    on_times[0] = 0.0731
    for k in range(2):
        step_with_jets(truth, field(0.0), target(), craft, np.zeros(32), on_times, (0.05 * k, 0.05))
    assert 14246.0 - truth.mass_C == pytest.approx(0.16 * 0.0731, abs=1e-11)
    assert truth.mass_T == 6680.0


def test_radial_offset_without_thrust_drifts_along_track() -> None:
    # Clohessy-Wiltshire: at rest 10 m above, half a revolution later 6 pi x behind and 7 x above the target.
    truth, n = circular(222e3)
    place(truth, (10.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    coast(truth, field(MU), np.pi / n, np.pi / n / 20000)
    assert hill(truth)[:2] == pytest.approx([70.0, -60.0 * np.pi], abs=0.03)  # second order: (100 m)^2 / 6,600 km


def test_vbar_point_holds_without_thrust_to_second_order() -> None:
    truth, n = circular(ISS_HEIGHT)
    place(truth, (0.0, 100.0, 0.0, 0.0, 0.0, 0.0))
    coast(truth, field(MU), np.pi / n, np.pi / n / 20000)
    # methods, section 5: 1.4 cm at 100 m in half a revolution, growing with the square of the distance
    assert np.linalg.norm(hill(truth)[:2] - np.array([0.0, 100.0])) == pytest.approx(0.014, abs=0.003)


def test_radial_hop_of_100_m_takes_2_82_cm_s() -> None:
    truth, n = circular(ISS_HEIGHT)
    speed = n * 100.0 / 4.0
    assert speed == pytest.approx(0.0282, abs=5e-5)
    place(truth, (0.0, -100.0, 0.0, speed, 0.0, 0.0))
    coast(truth, field(MU), np.pi / n, np.pi / n / 20000)
    assert hill(truth)[:2] == pytest.approx([0.0, -200.0], abs=0.05)  # an upward pulse carries it backward


def test_tangential_hop_of_100_m_takes_0_60_cm_s() -> None:
    truth, n = circular(ISS_HEIGHT)
    speed = n * 100.0 / (6.0 * np.pi)
    assert speed == pytest.approx(0.0060, abs=5e-5)
    place(truth, (0.0, -100.0, 0.0, 0.0, -speed, 0.0))
    coast(truth, field(MU), 2.0 * np.pi / n, np.pi / n / 20000)
    assert hill(truth)[:2] == pytest.approx([0.0, 0.0], abs=0.05)


def test_copy_is_exact() -> None:
    truth, _ = circular(222e3)
    truth.omega_CN_C[:] = (0.1, 0.2, 0.3)
    truth.t = 17.0
    other = record(truth.dtype)
    copy_truth(other, truth)
    assert other.tobytes() == truth.tobytes()


@pytest.fixture(scope="module")
def environment() -> Any:
    epoch = Epoch.from_utc("1975-07-17T15:30:00")
    return build_environment(epoch, span_s=4000.0, forces=Forces(solar_pressure=True, tides=True))


def test_relative_motion_agrees_with_two_separate_arcs_of_the_full_field(environment: Any) -> None:
    # DOP853 arcs of either craft, under 20 x 20 gravity and all other forces, know nothing of this file.
    truth, n = circular(222e3)
    speed = float(np.linalg.norm(truth.v_TN_N))
    truth.v_TN_N[:] = (0.0, speed * np.cos(0.9), speed * np.sin(0.9))
    truth.r_CT_N[:] = (-6000.0, 1500.0, 800.0)
    truth.v_CT_N[:] = (7.0, -3.0, 1.0)
    T, C = target(), chaser()
    T.drag_area, C.drag_area = 44.0, 60.0
    T.light_area, C.light_area = 26.0, 3600.0  # a sail, so that light alone parts them by a metre
    arcs = []
    for r, v, mass, area, light in (
        (truth.r_TN_N, truth.v_TN_N, 6680.0, 44.0, 26.0),
        (truth.r_TN_N + truth.r_CT_N, truth.v_TN_N + truth.v_CT_N, 14246.0, 60.0, 3600.0),
    ):
        start = PointState(0.0, r.copy(), v.copy(), mass)
        arcs.append(propagate(environment, start, until=1500.0, drag_area=area, light_area=light).last)
    around = field(0.0)
    for _ in range(15000):
        open_tick(around, environment, truth, T, C, 0.1)
        for _k in range(2):
            step(truth, around, T, C, NO_JETS, NO_JETS, 0.05)
    assert np.linalg.norm(truth.r_TN_N - arcs[0].r) < 10 * one_millimetre
    assert np.linalg.norm(truth.r_CT_N - (arcs[1].r - arcs[0].r)) < one_millimetre
    assert np.linalg.norm(truth.v_CT_N - (arcs[1].v - arcs[0].v)) < 1e-6
