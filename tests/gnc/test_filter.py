"""The Kalman filter against the textbook written out with matrices."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.conventions import Array, Record
from softdock.gnc.filter import (
    ESTIMATE,
    RADIO_BIAS,
    REFUSALS,
    SIZE_BIAS,
    STATES,
    coast,
    gravity,
    spread,
    update,
    use_direction,
    use_radio,
    use_size,
)
from softdock.kernels import record

NEVER = 1e30


def fresh(seed: int = 0) -> Record:
    out = record(ESTIMATE)
    random = np.random.default_rng(seed)
    root = random.standard_normal((STATES, STATES))
    out.covariance[:] = root @ root.T + np.eye(STATES)
    out.r_TN_N[:] = (6.6e6, 0.0, 0.0)
    out.v_TN_N[:] = (0.0, 4800.0, 6100.0)
    out.r_CT_N[:] = (1000.0, -2000.0, 500.0)
    out.v_CT_N[:] = (1.0, 2.0, -3.0)
    return out


def state(estimate: Record) -> Array:
    return np.concatenate([estimate.r_CT_N, estimate.v_CT_N, estimate.bias])


@pytest.mark.parametrize("variance", [1e3, 0.5])
def test_update_is_josephs_form(variance: float) -> None:
    estimate = fresh()
    h = np.array([0.3, -0.5, 0.8, 0.0, 0.0, 0.0, 1.0, 0.0])
    estimate.sensitivity[:] = h
    p, x = estimate.covariance.copy(), state(estimate)
    expected = h @ p @ h + variance
    if expected > 25.0 * variance:
        expected += 0.2 * (expected - variance)
    k = p @ h / expected
    a = np.eye(STATES) - np.outer(k, h)
    assert update(estimate, 2.0, variance, NEVER)
    assert estimate.covariance == pytest.approx(a @ p @ a.T + variance * np.outer(k, k), rel=1e-12, abs=1e-12)
    assert state(estimate) == pytest.approx(x + 2.0 * k, rel=1e-12)


def test_gate_refuses_a_wild_reading_and_changes_nothing() -> None:
    estimate = fresh()
    estimate.sensitivity[0] = 1.0
    before = estimate.tobytes()
    assert not update(estimate, 1e3, 1.0, 25.0)
    assert not update(estimate, float("nan"), 1.0, 25.0)
    assert estimate.covariance.tobytes() == np.frombuffer(before, ESTIMATE)[0]["covariance"].tobytes()
    assert np.all(state(estimate) == np.array([1000.0, -2000.0, 500.0, 1.0, 2.0, -3.0, 0.0, 0.0]))


def test_many_refusals_reopen_the_covariance() -> None:
    estimate = fresh()
    before = estimate.covariance[0, 0]
    for _ in range(REFUSALS):
        use_radio(estimate, 1e7, 900.0, 25.0)
    assert estimate.covariance[0, 0] == pytest.approx(4.0 * before)


def test_covariance_stays_symmetric_and_positive_over_thousands_of_cycles() -> None:
    estimate = fresh()
    random = np.random.default_rng(1)
    for _ in range(3000):
        coast(estimate, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.1)
        spread(estimate, 4e-8, 0.0, 0.1)
        use_radio(estimate, float(np.linalg.norm(estimate.r_CT_N) + 30.0 * random.standard_normal()), 900.0, 25.0)
    assert np.all(estimate.covariance == estimate.covariance.T)
    assert np.linalg.eigvalsh(estimate.covariance).min() > 0.0


def test_spread_matches_the_matrix_formula() -> None:
    estimate = fresh()
    p = estimate.covariance.copy()
    spread(estimate, 4e-8, 0.01, 0.1)
    phi = estimate.transition
    q = np.zeros((STATES, STATES))
    q[:3, :3], q[3:6, 3:6] = np.eye(3) * 4e-8 * 1e-3 / 3, np.eye(3) * (4e-8 * 0.1 + 1e-4)
    q[:3, 3:6] = q[3:6, :3] = np.eye(3) * 4e-8 * 1e-2 / 2
    assert estimate.covariance == pytest.approx(phi @ p @ phi.T + q, rel=1e-12, abs=1e-12)


def test_transition_is_the_jacobian_of_coasting() -> None:
    base = fresh()
    spread(base, 0.0, 0.0, 0.1)
    step = 10.0

    def after(k: int, sign: float) -> Array:
        e = fresh()
        (e.r_CT_N if k < 3 else e.v_CT_N)[k % 3] += sign * step
        coast(e, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.1)
        return state(e)[:6]

    for k in range(6):
        slope = (after(k, 1.0) - after(k, -1.0)) / (2.0 * step)
        # J2's gradient, a thousandth of the central one, is left out of the transition
        assert base.transition[:6, k] == pytest.approx(slope, abs=1e-9)


def test_kick_and_shift_enter_where_they_should() -> None:
    quiet, pushed = fresh(), fresh()
    coast(quiet, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.1)
    coast(pushed, (0.02, 0.0, -0.01), (0.001, 0.0, 0.0), 0.1)
    assert pushed.v_CT_N - quiet.v_CT_N == pytest.approx([0.02, 0.0, -0.01], abs=1e-12)
    assert pushed.r_CT_N - quiet.r_CT_N == pytest.approx([0.001, 0.0, 0.0], abs=1e-12)


def test_on_board_gravity_is_central_plus_j2() -> None:
    k = 3.986004415e14 / 6.6e6**2
    f = 1.5 * 1.0826e-3 * (6378137.0 / 6.6e6) ** 2
    assert gravity((6.6e6, 0.0, 0.0))[0] == pytest.approx(-k * (1.0 + f), rel=1e-12)
    assert gravity((0.0, 0.0, 6.6e6))[2] == pytest.approx(-k * (1.0 - 2.0 * f), rel=1e-12)


def test_ranges_and_directions_find_the_state_and_both_biases() -> None:
    truth = np.array([900.0, -2100.0, 550.0])
    estimate = fresh()
    estimate.covariance[:] = np.diag([300.0**2] * 3 + [1e-12] * 3 + [15.0**2, 0.05**2])
    estimate.v_CT_N[:] = 0.0
    sight = -truth / np.linalg.norm(truth)
    for k in range(600):
        truth_now = truth * (1.0 - k / 1000.0)  # a changing distance tells a bias in metres from one in percent
        estimate.r_CT_N[:] += truth_now - truth * (1.0 - max(k - 1, 0) / 1000.0)
        distance = float(np.linalg.norm(truth_now))
        use_direction(estimate, (0.0, 0.0, 0.0), (float(sight[0]), float(sight[1]), float(sight[2])), 1e-8, 1e9)
        use_radio(estimate, distance + 20.0, 100.0, 1e9)
        use_size(estimate, (0.0, 0.0, 0.0), distance * 1.04, 0.001, 1e9)
    assert estimate.bias[0] == pytest.approx(20.0, abs=4.0)
    assert estimate.bias[1] == pytest.approx(0.04, abs=0.004)
    assert (RADIO_BIAS, SIZE_BIAS) == (6, 7)
