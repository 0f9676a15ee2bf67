"""The union of rigid bodies keeps what it must; ports see each other as they should."""

from __future__ import annotations

from collections.abc import Callable
from math import radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.dynamics.joined import Moving, changes, dcm, join
from softdock.dynamics.ports import Facing, facing, port_state
from softdock.numerics.facing import FACING
from softdock.numerics.rotations import from_rotation_vector, multiply

round_off = 1e-12


def body(seed: int, mass: float) -> Moving:
    draw = np.random.default_rng(seed)
    q = draw.standard_normal(4)
    shape = draw.uniform(0.5, 1.0, 3) * mass
    return Moving(
        mass=mass,
        inertia=np.diag(shape),
        r_N=draw.standard_normal(3) * 5.0,
        v_N=draw.standard_normal(3) * 0.3,
        q_NB=q / np.linalg.norm(q),
        spin_N=draw.standard_normal(3) * mass * 0.01,
    )


@given(st.integers(0, 10**6), st.floats(10.0, 1e5), st.floats(10.0, 1e5))
def test_union_keeps_mass_and_momentum(seed: int, first: float, second: float) -> None:
    parts = [body(seed, first), body(seed + 1, second), body(seed + 2, 60.0)]
    one = join(parts)
    linear, angular = changes(parts, one)
    assert one.mass == pytest.approx(first + second + 60.0, rel=round_off)
    assert linear < round_off
    assert angular < round_off


def test_capture_keeps_momentum_to_round_off(claim: Callable[..., None]) -> None:
    parts = [body(1, 6680.0), body(2, 14186.0), body(3, 60.0)]
    linear, angular = changes(parts, join(parts))
    truth = "Newton's third law"
    claim(
        claim="The joined craft keeps linear momentum",
        truth=truth,
        tolerance=round_off,
        achieved=linear,
        unit="relative",
    )
    claim(claim="The joined craft keeps angular momentum", truth=truth, tolerance=round_off, achieved=angular,
          unit="relative")  # fmt: skip


def test_two_point_masses_joined_turn_at_their_orbital_rate() -> None:
    still = {"inertia": np.zeros((3, 3)) + 1e-9 * np.eye(3), "q_NB": np.array([1.0, 0, 0, 0]), "spin_N": np.zeros(3)}
    left = Moving(mass=2.0, r_N=np.array([-1.0, 0, 0]), v_N=np.array([0, -0.5, 0]), **still)
    right = Moving(mass=2.0, r_N=np.array([1.0, 0, 0]), v_N=np.array([0, 0.5, 0]), **still)
    one = join([left, right])
    assert one.omega_BN_N == pytest.approx([0.0, 0.0, 0.5], abs=1e-9)
    assert one.inertia[2, 2] == pytest.approx(4.0, abs=1e-8)
    assert one.velocity_at(np.array([1.0, 0, 0])) == pytest.approx([0.0, 0.5, 0.0], abs=1e-9)


def test_union_at_rest_stays_at_rest_and_dissipates() -> None:
    parts = [body(4, 100.0), body(5, 200.0)]
    one = join(parts)
    spinning = 0.5 * one.omega_BN_B @ one.inertia @ one.omega_BN_B + 0.5 * one.mass * one.v_N @ one.v_N
    before = 0.0
    for part in parts:
        spin_B = dcm(part.q_NB).T @ part.spin_N
        before += 0.5 * part.mass * part.v_N @ part.v_N + 0.5 * spin_B @ np.linalg.inv(part.inertia) @ spin_B
    assert spinning < before


def seen(rotation_deg: tuple[float, float, float], **motion: np.ndarray) -> Facing:  # type: ignore[type-arg]
    """The chaser's port 0.3 m in front of a target port whose axes are those of N."""
    still = {"omega_N": np.zeros(3), "port_B": np.zeros(3), "q_BP": np.array([1.0, 0.0, 0.0, 0.0])}
    target = port_state(
        np.zeros(3),
        np.zeros(3),
        np.array([1.0, 0, 0, 0]),
        **(still | {"omega_N": motion.get("target_rate", np.zeros(3))}),
    )
    turn = from_rotation_vector(tuple(radians(angle) for angle in rotation_deg))  # type: ignore[arg-type]
    q = np.array(multiply(turn, FACING))
    rate = {"omega_N": motion.get("rate", np.zeros(3))}
    place = motion.get("place", np.array([0.3, 0.0, 0.0]))
    return facing(target, port_state(place, motion.get("velocity", np.zeros(3)), q, **(still | rate)))


def test_facing_ports_have_no_error() -> None:
    conditions = seen((0.0, 0.0, 0.0)).conditions()
    assert all(abs(value) < 1e-12 for value in conditions.values())


@pytest.mark.parametrize("roll_deg", [-30.0, -3.0, 0.5, 7.0])
def test_roll_is_signed_about_the_port_axis(roll_deg: float) -> None:
    ports = seen((roll_deg, 0.0, 0.0))
    assert np.degrees(ports.roll) == pytest.approx(roll_deg, abs=1e-9)
    assert ports.tilt == pytest.approx(0.0, abs=1e-9)


def test_pitch_and_yaw_combine_as_a_vector() -> None:
    ports = seen((0.0, 3.0, 4.0))
    assert np.degrees(ports.tilt) == pytest.approx(5.0, abs=1e-9)
    assert np.degrees(ports.roll) == pytest.approx(0.0, abs=1e-9)


def test_speeds_and_offset_are_port_to_port_in_the_target_port_frame() -> None:
    place, velocity = np.array([0.3, 0.03, 0.04]), np.array([-0.2, 0.006, -0.008])
    conditions = seen((0.0, 0.0, 0.0), place=place, velocity=velocity, rate=np.radians([0.1, 0.3, 0.4])).conditions()
    expected = {
        "axial_speed_m_s": 0.2, "lateral_speed_m_s": 0.01, "lateral_offset_m": 0.05, "pitch_yaw_deg": 0.0,
        "roll_deg": 0.0, "pitch_yaw_rate_deg_s": 0.5, "roll_rate_deg_s": 0.1,
    }  # fmt: skip
    assert conditions == pytest.approx(expected, abs=1e-12)


def test_a_turning_target_sees_a_still_chaser_move() -> None:
    ports = seen((0.0, 0.0, 0.0), target_rate=np.array([0.0, 0.0, 0.1]))
    assert ports.velocity == pytest.approx((0.0, -0.03, 0.0), abs=1e-12)
