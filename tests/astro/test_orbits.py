"""Elements against two-body and J2 closed forms, and against the printed periods of July 1975."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import cos, pi, radians, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softdock.astro.environment import j2_environment
from softdock.astro.orbits import (
    MeanOrbit,
    OsculatingOrbit,
    advanced,
    mean_from_state,
    nodal_period,
    osculating,
    secular_rates,
    semi_major_axis_of_period,
    state_from_mean,
    state_from_osculating,
    true_equator_axes,
)
from softdock.astro.time import Epoch
from softdock.conventions import Record
from softdock.errors import PropagationError

MU = 3.986004415e14
angles = st.floats(0.0, 2.0 * pi - 1e-6)


@given(st.floats(6.5e6, 4e7), st.floats(1e-3, 0.8), st.floats(1e-3, pi - 1e-3), angles, angles, angles)
def test_osculating_elements_come_back(a: float, e: float, i: float, raan: float, w: float, nu: float) -> None:
    found = osculating(*state_from_osculating(OsculatingOrbit(a, e, i, raan, w, nu), mu=MU), mu=MU)
    assert found.semi_major_axis == pytest.approx(a, rel=1e-11)
    assert found.eccentricity == pytest.approx(e, abs=1e-11)
    assert found.inclination == pytest.approx(i, abs=1e-11)
    for mine, given_ in ((found.raan, raan), (found.argument_of_perigee, w), (found.true_anomaly, nu)):
        assert abs((mine - given_ + pi) % (2 * pi) - pi) < 1e-8 / min(e, 0.1)


def test_a_state_at_perigee_has_the_vis_viva_speed() -> None:
    r, v = state_from_osculating(OsculatingOrbit(7.0e6, 0.05, 0.9, 1.0, 2.0, 0.0), mu=MU)
    assert np.linalg.norm(r) == pytest.approx(7.0e6 * 0.95, rel=1e-14)
    assert np.linalg.norm(v) == pytest.approx(sqrt(MU / 7.0e6 * 1.05 / 0.95), rel=1e-14)
    assert abs(r @ v) < 1e-3


def test_circular_and_equatorial_orbits_are_ordinary() -> None:
    found = osculating(np.array([7e6, 0.0, 0.0]), np.array([0.0, sqrt(MU / 7e6), 0.0]), mu=MU)
    assert found.eccentricity < 1e-14
    assert found.inclination == 0.0


def test_a_hyperbola_and_a_fall_are_refused_with_the_energy() -> None:
    for v in ([0.0, 2e4, 0.0], [100.0, 0.0, 0.0]):
        with pytest.raises(PropagationError, match="is not on an ellipse; its energy is"):
            osculating(np.array([7e6, 0.0, 0.0]), np.array(v), mu=MU)


@lru_cache(maxsize=1)
def _env() -> Record:
    return j2_environment(Epoch.from_utc("1975-07-15T12:20:00"))  # no fixture: hypothesis would print it


@settings(max_examples=40)
@given(st.floats(6.5e6, 8e6), st.floats(0.0, 0.3), st.floats(0.02, 3.1), angles, angles, angles)
def test_mean_elements_come_back(a: float, e: float, i: float, raan: float, u: float, w: float) -> None:
    r, v = state_from_mean(MeanOrbit(a, e, i, raan, u, w), _env())
    again = mean_from_state(r, v, _env())
    assert again.semi_major_axis == pytest.approx(a, abs=1e-3)
    assert again.eccentricity == pytest.approx(e, abs=1e-9)
    assert again.inclination == pytest.approx(i, abs=1e-9)
    back = state_from_mean(again, _env())
    assert np.linalg.norm(back[0] - r) < 1e-3
    assert np.linalg.norm(back[1] - v) < 1e-6


def test_short_period_height_of_a_circular_orbit_is_the_closed_form(env_j2: Record) -> None:
    """Near-circular: r = a (1 + J2/4 (R/a)^2 (6 - 9 sin^2 i + sin^2 i cos 2u)) less the mean shift. Kozai 1959."""
    a, i = 6.7e6, radians(51.8)
    k = env_j2.j2 * (env_j2.radius / a) ** 2
    heights = []
    for u in np.linspace(0.0, 2 * pi, 12, endpoint=False):
        r, _ = state_from_mean(MeanOrbit(a, 0.0, i, 0.3, float(u), 0.0), env_j2)
        heights.append((np.linalg.norm(r) - a) / (a * k * np.sin(i) ** 2 / 4.0) - cos(2 * u))
    assert np.ptp(heights) < 0.02  # only the constant is left


def test_the_node_turns_by_the_classical_rate(env_j2: Record) -> None:
    a, i = 6.7e6, radians(51.8)
    node, _, _ = secular_rates(MeanOrbit(a, 0.0, i, 0.0, 0.0, 0.0), env_j2)
    classical = -1.5 * env_j2.j2 * sqrt(env_j2.mu / a**3) * (env_j2.radius / a) ** 2 * cos(i)
    assert node == pytest.approx(classical, rel=1e-12)
    assert np.degrees(node) * 86400.0 == pytest.approx(-5.18, abs=0.02)


@pytest.mark.parametrize(("perigee", "apogee", "minutes"), [(186.3, 221.9, 88.505), (222.1, 226.6, 88.914)])
def test_nodal_periods_are_those_of_the_record(
    env_j2: Record, claim: Callable[..., None], perigee: float, apogee: float, minutes: float
) -> None:
    a = 6378140.0 + 500.0 * (perigee + apogee)
    mean = MeanOrbit(a, 500.0 * (apogee - perigee) / a, radians(51.78), 0.0, 0.0, 0.0)
    claim(
        claim=f"Nodal period of Soyuz's {perigee} x {apogee} km",
        truth=f"{minutes} min, flight record's note",
        tolerance=0.001,
        achieved=nodal_period(mean, env_j2) / 60.0 - minutes,
        unit="min",
    )
    period = nodal_period(mean, env_j2)
    assert semi_major_axis_of_period(period, mean.eccentricity, mean.inclination, env=env_j2) == pytest.approx(
        a, abs=1e-5
    )


def test_advancing_by_a_nodal_period_returns_to_the_same_argument(env_j2: Record) -> None:
    mean = MeanOrbit(6.6e6, 0.003, 0.9, 1.0, 0.5, 2.0)
    later = advanced(mean, env_j2, nodal_period(mean, env_j2))
    turned = secular_rates(mean, env_j2)[1] * nodal_period(mean, env_j2)
    assert later.argument_of_latitude == pytest.approx(0.5, abs=3.0 * 0.003 * turned)  # the perigee moved under it
    assert later.raan < 1.0


def test_mean_elements_lie_in_the_true_equator(env_j2: Record) -> None:
    r, v = state_from_mean(MeanOrbit(6.6e6, 0.001, 0.5, 0.0, 0.0, 0.0), env_j2)
    h = np.cross(r, v)
    pole = true_equator_axes(env_j2)[2]
    assert np.arccos(h @ pole / np.linalg.norm(h)) == pytest.approx(0.5, abs=1e-3)  # short period: 4e-4


def test_mean_elements_of_no_ellipse_are_refused(env_j2: Record) -> None:
    with pytest.raises(PropagationError, match="no ellipse"):
        state_from_mean(MeanOrbit(-1.0, 0.0, 0.0, 0.0, 0.0, 0.0), env_j2)
    with pytest.raises(PropagationError, match="nodal period of 0.0 s"):
        semi_major_axis_of_period(0.0, 0.0, 0.9, env=env_j2)
