"""From the far regime to the near one: what is handed over is flown, and the autopilots only read it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from softdock import kernels
from softdock.conventions import DEGREE
from softdock.dynamics.arcs import PointState
from softdock.dynamics.joined import dcm
from softdock.dynamics.rigid_body import step
from softdock.errors import PropagationError
from softdock.flight.attitude import lvlh_attitude
from softdock.flight.far_navigation import FarNavigation
from softdock.flight.flyer import Flyer
from softdock.flight.proximity import fly
from softdock.flight.proximity_records import CYCLE, start
from softdock.flight.proximity_watch import port_closing_speed, see_ports
from softdock.flight.rendezvous import _hand_over
from softdock.flight.tracking import ground_covariance, turned_to_gcrf
from softdock.flight.world import World
from softdock.numerics.attitudes import as_quaternion
from softdock.numerics.rotations import from_rotation_vector, multiply
from tests.flight.far_scene import GROUND
from tests.flight.proximity_scene import advanced, assemblies, begun, near_the_port, phase, rows, world

pytestmark = pytest.mark.skipif(kernels.PURE_PYTHON, reason="minutes of flight take hours uncompiled")


def handed_over(seed: int) -> World:
    """The scene as the rendezvous hands it over."""
    scene = world(seed)
    now = {name: PointState(body.t, body.r_N, body.v_N, body.mass_kg) for name, body in scene.bodies.items()}
    scene.docking_attitude = phase().docking_attitude(scene.crafts["soyuz"].ports["apas"])
    scene_starts = max(at.t for at in now.values())
    navigation = FarNavigation(GROUND, None, scene.environment, random=scene.random, start=scene_starts)
    settings = SimpleNamespace(target="soyuz", chaser="apollo")
    flyer = SimpleNamespace(world=scene, settings=settings, now=now, navigation=navigation, look=lambda: None)
    _hand_over(cast(Flyer, flyer))
    return scene


def test_what_the_rendezvous_hands_over_is_what_is_flown() -> None:
    scene = handed_over(3)
    bodies = dict(scene.bodies)
    with pytest.raises(PropagationError):
        fly(phase(time_limit_s=1.0), scene)
    for name, body in bodies.items():
        first = rows(scene, name)[0]
        assert first["t_s"] == body.t
        assert [first[f"attitude_{k}"] for k in "wxyz"] == list(body.q_NB)
        assert [first[f"rate_{k}_deg_s"] * DEGREE for k in "xyz"] == pytest.approx(list(body.omega_BN_B), rel=1e-15)
        assert first["mass_kg"] == body.mass_kg
    soyuz, apollo = bodies["soyuz"], bodies["apollo"]
    one_micrometre = 1e-6
    assert [rows(scene, "soyuz")[0][f"position_gcrf_{k}_m"] for k in "xyz"] == list(soyuz.r_N)
    assert [rows(scene, "apollo")[0][f"position_gcrf_{k}_m"] for k in "xyz"] == pytest.approx(
        list(apollo.r_N), abs=one_micrometre
    )


def test_what_navigation_believes_is_handed_over_with_how_sure_it_is() -> None:
    misses, told = [], np.zeros((6, 6))
    for seed in range(60):
        scene = handed_over(seed)
        T, C = scene.bodies["soyuz"], scene.bodies["apollo"]
        r, v, told = scene.belief
        misses.append(np.concatenate([r - (C.r_N - T.r_N), v - (C.v_N - T.v_N)]))
    parts = [(state, turned_to_gcrf(state)) for state in (PointState(b.t, b.r_N, b.v_N, b.mass_kg) for b in (T, C))]
    wanted = sum(turn @ ground_covariance(state, GROUND) @ turn.T for state, turn in parts)
    assert told == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    nees = np.mean([miss @ np.linalg.solve(told, miss) for miss in misses]) / 6.0
    assert 0.6 < nees < 1.5  # 360 degrees of freedom: four sigma are 0.3; that of one craft alone would give 2


def test_target_is_handed_over_inside_its_limit_cycle_and_not_in_its_middle() -> None:
    limits = assemblies()["soyuz"].craft.attitude_control
    assert limits is not None
    turns = []
    for seed in range(20):
        scene = handed_over(seed)
        body = scene.bodies["soyuz"]
        held, rate = lvlh_attitude(body.r_N, body.v_N, scene.docking_attitude)
        turn = dcm(held).T @ dcm(body.q_NB)
        turns.append(np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]) / 2.0)
        drift = body.omega_BN_B - rate
        assert np.abs(drift).max() <= 0.5 * limits.rate_deadband_deg_s * DEGREE
        assert np.abs(drift).min() > 0.0
    assert np.abs(turns).max() <= limits.deadband_deg * DEGREE
    assert np.abs(turns).max() > 0.8 * limits.deadband_deg * DEGREE


def test_autopilots_start_from_a_reading_not_from_the_truth() -> None:
    errors: dict[str, list[float]] = {"T": [], "C": []}
    for seed in range(20):
        _, loop = begun(seed)
        for side, found in errors.items():
            turn = dcm(loop.truth[f"q_N{side}"]).T @ dcm(loop[f"pilot_{side}"].q_NB)
            found.append(float(np.arccos(min(1.0, (np.trace(turn) - 1.0) / 2.0))) / DEGREE)
            assert np.all(loop[f"pilot_{side}"].omega_BN_B != loop.truth[f"omega_{side}N_{side}"])
    # bias and noise in three axes: 0.02 and 0.02 deg, 0.1 and 0.05 deg
    for side, sigma in (("C", np.hypot(0.02, 0.02)), ("T", np.hypot(0.1, 0.05))):
        assert np.sqrt(np.mean(np.square(errors[side]))) == pytest.approx(np.sqrt(3.0) * sigma, rel=0.4)


def test_time_gathers_no_round_off() -> None:
    scene, loop = begun()
    start_s = float(loop.truth.t)
    advanced(scene, loop, 600, chunk=100)
    assert loop.truth.t == start_s + 600 * CYCLE


def test_closing_speed_is_the_rate_of_the_distance_between_the_ports() -> None:
    _, loop = begun()
    truth, still = loop.truth, ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    truth.omega_CN_C[:] = (0.01, 0.02, -0.03)
    truth.q_NC[:] = multiply(as_quaternion(truth.q_NC), from_rotation_vector((0.0, 1.0, 0.5)))
    speeds, distances, h = [], [], 0.01
    for _ in range(2):
        see_ports(loop)
        distances.append(float(np.linalg.norm(loop.r_PD_D)))
        speeds.append(port_closing_speed(loop))
        step(truth, loop.field, loop.target, loop.chaser, still, still, h)
    one_micrometre_per_second = 1e-6
    assert (distances[0] - distances[1]) / h == pytest.approx(np.mean(speeds), abs=one_micrometre_per_second)
    centres = -float(truth.r_CT_N @ truth.v_CT_N / np.linalg.norm(truth.r_CT_N))
    assert abs(speeds[1] - centres) > 0.01


def test_telemetry_shows_the_closing_speed_of_the_ports() -> None:
    scene = near_the_port(0)
    with pytest.raises(PropagationError):
        fly(phase(time_limit_s=5.0), scene)
    flight = rows(scene, "apollo")
    loop = start(phase(), near_the_port(0))
    assert flight["closing_speed_m_s"][0] == port_closing_speed(loop)
