"""What the ground knows: the sigmas asked for, the semi-major axis far better, and draws that spread as stated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import pi, sqrt
from typing import Any

import numpy as np
import pytest

from softdock.astro.constants import MU_EARTH
from softdock.dynamics.arcs import PointState
from softdock.dynamics.transition import transition
from softdock.flight.tracking import ground_covariance, ground_error, ground_factor, rtn_axes, turned_to_gcrf
from tests.flight.far_scene import ENV, GROUND, flown, in_orbit

DRAWS = 20000
one_centimetre = 0.01
four_and_a_half_sigma = 4.5 * sqrt(2.0 / DRAWS)  # of a sample variance


def semi_major_axis(r: np.ndarray, v: np.ndarray) -> float:
    return 1.0 / (2.0 / float(np.linalg.norm(r)) - float(v @ v) / MU_EARTH)


def spread_of_axis(state: PointState, factor: np.ndarray) -> float:
    """One sigma [m] of the semi-major axis, by differences of the energy over a thousandth of each error."""
    change = []
    for column in (1e-3 * turned_to_gcrf(state) @ factor).T:
        up = semi_major_axis(state.r + column[:3], state.v + column[3:])
        down = semi_major_axis(state.r - column[:3], state.v - column[3:])
        change.append((up - down) / 2e-3)
    return float(np.linalg.norm(change))


@pytest.mark.parametrize(("eccentricity", "argument"), [(0.0, 1.0), (0.003, 2.0), (0.3, 2.5)])
def test_semi_major_axis_is_known_to_its_sigma_on_any_orbit(
    claim: Callable[..., None], eccentricity: float, argument: float
) -> None:
    state = in_orbit(222e3, argument, eccentricity=eccentricity)
    found = spread_of_axis(state, ground_factor(state, GROUND))
    claim(
        claim=f"Ground tracking leaves 50 m of semi-major axis, e = {eccentricity:g}",
        truth="differences of the orbit's energy",
        tolerance=one_centimetre,
        achieved=found - GROUND.semi_major_axis_m,
        unit="m",
    )


def test_place_and_rates_are_known_to_their_sigmas() -> None:
    state = in_orbit(222e3, 1.0, eccentricity=0.0)
    sigma = np.sqrt(np.diag(ground_covariance(state, GROUND)))
    rate = float(np.linalg.norm(state.v) / np.linalg.norm(state.r))
    assert sigma[:3] == pytest.approx([100.0, 400.0, 150.0], rel=1e-9)
    assert sigma[3] == pytest.approx(np.hypot(0.4, rate * 400.0), rel=1e-6)  # its own, and the turn of what is ahead
    assert sigma[4] == pytest.approx(rate * np.hypot(100.0, 25.0), rel=1e-6)
    assert sigma[5] == pytest.approx(0.15, rel=1e-9)


def test_radius_and_in_track_speed_are_correlated_as_energy_asks(claim: Callable[..., None]) -> None:
    p = ground_covariance(in_orbit(222e3, 1.0, eccentricity=0.0), GROUND)
    found = float(p[0, 4] / sqrt(p[0, 0] * p[4, 4]))
    claim(
        claim="Radius and in-track speed are correlated by -0.970 where 100 m of radius leave 50 m of semi-major axis",
        truth="-1 / sqrt(1 + (s_a / 2 s_r)^2) on a circular orbit",
        tolerance=1e-6,
        achieved=found + 1.0 / sqrt(1.0 + 0.25**2),
        unit="",
    )


def test_draws_have_the_covariance_they_are_drawn_from(claim: Callable[..., None]) -> None:
    state = in_orbit(222e3, 2.0, eccentricity=0.003)
    random, axes = np.random.default_rng(5), rtn_axes(state)
    misses = np.empty((DRAWS, 6))
    for miss in misses:
        seen = ground_error(state, GROUND, random)
        miss[:3], miss[3:] = axes @ (seen.r - state.r), axes @ (seen.v - state.v)
    p = ground_covariance(state, GROUND)
    white = misses @ np.linalg.inv(np.linalg.cholesky(p)).T
    claim(
        claim="Ground errors drawn have the covariance stated, correlations included",
        truth="20,000 draws, made independent by its Cholesky factor; 4.5 sigma of a sample variance",
        tolerance=four_and_a_half_sigma,
        achieved=float(np.max(np.abs(white.T @ white / DRAWS - np.eye(6)))),
        unit="",
    )
    assert np.max(np.abs(white.mean(axis=0))) < 4.5 / sqrt(DRAWS)


def test_a_day_later_the_semi_major_axis_is_what_is_left(claim: Callable[..., None]) -> None:
    state, revolutions = in_orbit(222e3, 2.0), 16.0
    axis = semi_major_axis(state.r, state.v)
    arc = flown(state, revolutions * 2.0 * pi * sqrt(axis**3 / MU_EARTH))
    phi = transition(ENV, arc, start=0.0, stop=arc.stop)
    before, after = turned_to_gcrf(state), turned_to_gcrf(arc.last)
    p = ground_covariance(state, GROUND)
    spread = [
        sqrt(float(((after.T @ phi @ before) @ q @ (after.T @ phi @ before).T)[1, 1]))
        for q in (p, np.diag(np.diag(p)))
    ]
    claim(
        claim="After 16 revolutions the ground's orbit is off in-track by what 50 m of semi-major axis make of it",
        truth="3 pi n s_a, beside the 400 m at the start; part of it",
        tolerance=0.05,
        achieved=spread[0] / np.hypot(3.0 * pi * revolutions * 50.0, 400.0) - 1.0,
        unit="",
    )
    assert spread[1] > 5.0 * spread[0]  # the same sigmas without correlation


def test_nothing_known_wrong_is_the_truth() -> None:
    exact: dict[str, Any] = dict.fromkeys(type(GROUND).model_fields, 0.0)
    state = in_orbit(222e3, 2.0)
    seen = ground_error(state, GROUND.model_copy(update=exact), np.random.default_rng(0))
    assert np.array_equal(seen.r, state.r)
    assert np.array_equal(seen.v, state.v)


def test_a_draw_moves_neither_time_nor_mass() -> None:
    state = replace(in_orbit(222e3, 2.0), t=1234.5)
    seen = ground_error(state, GROUND, np.random.default_rng(1))
    assert (seen.t, seen.mass) == (1234.5, state.mass)
