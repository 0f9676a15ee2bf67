"""Lambert's problem against orbits whose answer is known."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.lambert import lambert
from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.errors import PlanError

MU = 3.986004415e14


def _mean_anomaly(e: float, nu: float) -> float:
    eccentric = 2.0 * np.arctan(sqrt((1 - e) / (1 + e)) * np.tan(nu / 2.0))
    mean = eccentric - e * np.sin(eccentric)
    return float(mean + 2 * pi * np.floor((nu + pi) / (2 * pi)))


@given(
    st.floats(6.5e6, 3e7), st.floats(0.0, 0.7), st.floats(0.0, 3.1), st.floats(0.0, 6.2), st.floats(0.0, 6.2),
    st.floats(0.02, 6.2),
)  # fmt: skip
def test_the_orbit_flown_is_found_short_way_and_long(
    a: float, e: float, i: float, w: float, nu: float, turn: float
) -> None:
    r1, v1 = state_from_osculating(OsculatingOrbit(a, e, i, 1.0, w, nu), mu=MU)
    r2, v2 = state_from_osculating(OsculatingOrbit(a, e, i, 1.0, w, nu + turn), mu=MU)
    seconds = (_mean_anomaly(e, nu + turn) - _mean_anomaly(e, nu)) * sqrt(a**3 / MU)
    found = lambert(r1, r2, seconds, normal=np.cross(r1, v1), mu=MU)
    tolerance = 1e-6 / min(turn, abs(2 * pi - turn), abs(pi - turn) + 1e-3)  # planes are lost near 180 degrees
    assert found[0] == pytest.approx(v1, abs=tolerance)
    assert found[1] == pytest.approx(v2, abs=tolerance)


def test_half_a_turn_takes_its_plane_from_the_normal() -> None:
    r1 = np.array([6.6e6, 0.0, 0.0])
    seconds = pi * sqrt(6.7e6**3 / MU)  # Hohmann
    v1, v2 = lambert(r1, -r1 / 6.6 * 6.8, seconds, normal=np.array([0.0, -1.0, 1.0]), mu=MU)
    speed = sqrt(MU * (2.0 / 6.6e6 - 1.0 / 6.7e6))
    assert v1 == pytest.approx(np.array([0.0, speed, speed]) / sqrt(2.0) * [1, 1, 1], abs=1e-4)
    assert v2[1] < 0.0 > v2[2]


def test_a_short_time_means_a_hyperbola() -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    v1, v2 = lambert(r1, r2, 400.0, normal=np.array([0.0, 0.0, 1.0]), mu=MU)
    energies = [v @ v / 2.0 - MU / 7e6 for v in (v1, v2)]
    assert energies[0] > 0.0
    assert energies[0] == pytest.approx(energies[1], rel=1e-12)
    assert np.cross(r1, v1) == pytest.approx(np.cross(r2, v2), rel=1e-12, abs=1.0)


def test_the_parabolic_time_is_met() -> None:
    """Barker: from the perigee q of a parabola to a true anomaly of 90 degrees it takes 4/3 sqrt(2 q^3/mu)."""
    q = 7e6
    r1, r2 = np.array([q, 0.0, 0.0]), np.array([0.0, 2 * q, 0.0])
    seconds = 4.0 / 3.0 * sqrt(2.0 * q**3 / MU)
    v1, _ = lambert(r1, r2, seconds, normal=np.array([0.0, 0.0, 1.0]), mu=MU)
    assert v1 == pytest.approx(np.array([0.0, sqrt(2.0 * MU / q), 0.0]), abs=1e-5)


@pytest.mark.parametrize("seconds", [0.0, -10.0, float("nan")])
def test_no_time_is_refused(seconds: float) -> None:
    with pytest.raises(PlanError, match="no orbit leads from"):
        lambert(np.array([7e6, 0, 0]), np.array([0, 7e6, 0]), seconds, normal=np.array([0, 0, 1.0]), mu=MU)


def test_the_same_place_is_refused() -> None:
    r = np.array([7e6, 0.0, 0.0])
    with pytest.raises(PlanError, match="apart"):
        lambert(r, r, 100.0, normal=np.array([0.0, 0.0, 1.0]), mu=MU)
