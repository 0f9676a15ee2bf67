"""Yamanaka and Ankersen's transition: against two-body motion, its derivative, and Clohessy-Wiltshire."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.astro.relative import clohessy_wiltshire_stm, inertial_from_lvlh, relative_lvlh
from softdock.astro.yamanaka_ankersen import true_anomaly_after, yamanaka_ankersen_stm
from softdock.errors import PropagationError
from tests.astro.two_body import MU, flown

AXIS = 2.2e7
PERIOD = 2.0 * pi * sqrt(AXIS**3 / MU)
STATE = np.array([120.0, 60.0, -96.0, 0.0, 0.06, 0.12])


def _orbit(e: float, anomaly: float) -> OsculatingOrbit:
    return OsculatingOrbit(AXIS, e, 0.9, 1.0, 0.5, anomaly)


def _relative_flight(orbit: OsculatingOrbit, state: np.ndarray, seconds: float) -> np.ndarray:
    target = state_from_osculating(orbit, mu=MU)
    chaser = inertial_from_lvlh(*target, r_CT_L=state[:3], v_CT_L=state[3:])
    return np.concatenate(relative_lvlh(*flown(*target, seconds), *flown(*chaser, seconds)))


def _miss(orbit: OsculatingOrbit, state: np.ndarray, seconds: float) -> tuple[float, float]:
    """Error of the linear model and the separation [m]."""
    truth = _relative_flight(orbit, state, seconds)
    linear = yamanaka_ankersen_stm(orbit, seconds, mu=MU) @ state
    return float(np.linalg.norm((linear - truth)[:3])), float(np.linalg.norm(truth[:3]))


def test_on_an_eccentric_orbit_the_error_is_centimetres_of_kilometres(claim: Callable[..., None]) -> None:
    error, separation = _miss(_orbit(0.7, pi), STATE, 0.37 * PERIOD)
    assert separation == pytest.approx(2100.0, abs=50.0)
    claim(
        claim="Yamanaka-Ankersen at e = 0.7, from apogee over 37 % of an orbit to 2.1 km of separation",
        truth="two-body integration (scipy)",
        tolerance=0.07,
        achieved=error,
        unit="m",
    )


@pytest.mark.parametrize(("e", "anomaly"), [(0.1, 0.0), (0.7, 1.0), (0.7, pi)])
def test_the_error_grows_with_the_square_of_the_distance(e: float, anomaly: float) -> None:
    errors = [_miss(_orbit(e, anomaly), STATE * size, 0.37 * PERIOD)[0] for size in (10.0, 20.0)]
    assert errors[1] / errors[0] == pytest.approx(4.0, abs=0.05)


@pytest.mark.parametrize("e", [0.0, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("anomaly", [0.4, 2.8, 5.5])
def test_it_is_the_derivative_of_two_body_motion(claim: Callable[..., None], e: float, anomaly: float) -> None:
    orbit, seconds = _orbit(e, anomaly), 0.61 * PERIOD
    size = np.array([5.0, 5.0, 5.0, 0.001, 0.001, 0.001])
    columns = [
        (_relative_flight(orbit, d, seconds) - _relative_flight(orbit, -d, seconds)) / 2.0 for d in np.diag(size)
    ]
    truth = np.array(columns).T
    worst = np.abs(yamanaka_ankersen_stm(orbit, seconds, mu=MU) * size - truth).max(axis=1)
    claim(
        claim=f"Yamanaka-Ankersen is the derivative of the motion at e = {e}, from {anomaly} rad",
        truth="differences of two-body integrations (scipy)",
        tolerance=2e-6,
        achieved=float(np.max(worst / np.abs(truth).max(axis=1))),
        unit="of the greatest",
    )


def test_on_a_circle_it_is_clohessy_wiltshires() -> None:
    n = 2.0 * pi / PERIOD
    orbit = _orbit(0.0, 2.0)
    assert yamanaka_ankersen_stm(orbit, 9e4, mu=MU) == pytest.approx(clohessy_wiltshire_stm(n, 9e4), rel=1e-9, abs=1e-9)


@given(st.floats(0.0, 0.95), st.floats(0.0, 6.28), st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_it_composes_and_runs_backward(e: float, anomaly: float, first: float, second: float) -> None:
    halfway = true_anomaly_after(_orbit(e, anomaly), first * PERIOD, mu=MU)
    units = np.array([1.0, 1.0, 1.0, 2 * pi / PERIOD, 2 * pi / PERIOD, 2 * pi / PERIOD])
    parts = yamanaka_ankersen_stm(_orbit(e, halfway), second * PERIOD, mu=MU) @ yamanaka_ankersen_stm(
        _orbit(e, anomaly), first * PERIOD, mu=MU
    )
    whole = yamanaka_ankersen_stm(_orbit(e, anomaly), (first + second) * PERIOD, mu=MU)
    scaled = (parts - whole) / units[:, None] * units
    assert np.abs(scaled).max() < 1e-7 / (1.0 - e) ** 4


@pytest.mark.parametrize("e", [0.0, 0.5, 0.99, 0.9999])
def test_keplers_equation_is_met_through_whole_turns(e: float) -> None:
    for part in (-2.6, -0.5, 0.0, 1e-6, 0.25, 0.5, 0.999, 3.3):
        anomaly = true_anomaly_after(_orbit(e, 0.0), part * PERIOD, mu=MU)
        assert round(anomaly / (2 * pi)) == round(part) or abs(part % 1.0 - 0.5) < 1e-9
        half = np.arctan2(sqrt(1 - e) * np.sin(anomaly / 2), sqrt(1 + e) * np.cos(anomaly / 2))
        turns = (2.0 * half - e * np.sin(2.0 * half)) / (2 * pi) - part
        assert turns == pytest.approx(round(turns), abs=1e-12)


@pytest.mark.parametrize(("e", "seconds"), [(1.0, 10.0), (-0.1, 10.0), (float("nan"), 10.0), (0.1, float("inf"))])
def test_what_is_no_ellipse_is_refused(e: float, seconds: float) -> None:
    with pytest.raises(PropagationError, match=r"semi-major axis 22000000.0 m and eccentricity .* pass an ellipse"):
        yamanaka_ankersen_stm(_orbit(e, 0.0), seconds, mu=MU)
