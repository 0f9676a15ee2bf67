"""Signs of relative geometry by hand, and the error law of Clohessy and Wiltshire against Kepler."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.orbits import osculating, state_from_osculating
from softdock.astro.relative import (
    clohessy_wiltshire_stm,
    elevation_angle,
    height_difference,
    inertial_from_lvlh,
    lvlh_axes,
    phase_angle,
    relative_lvlh,
)

MU = 3.986004415e14
RADIUS = 6.6e6
N = sqrt(MU / RADIUS**3)
TARGET = (np.array([RADIUS, 0.0, 0.0]), np.array([0.0, RADIUS * N, 0.0]))


def _circular(radius: float, angle: float) -> tuple[np.ndarray, np.ndarray]:
    speed = sqrt(MU / radius)
    return radius * np.array([cos(angle), sin(angle), 0.0]), speed * np.array([-sin(angle), cos(angle), 0.0])


def _kepler(r: np.ndarray, v: np.ndarray, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Two-body motion by Lagrange's f and g and Kepler's equation."""
    orbit = osculating(r, v, mu=MU)
    a = orbit.semi_major_axis
    n = sqrt(MU / a**3)
    s, c = (r @ v) / sqrt(MU * a), 1.0 - np.linalg.norm(r) / a
    turn = n * seconds
    for _ in range(30):
        turn -= (turn - c * sin(turn) + s * (1 - cos(turn)) - n * seconds) / (1 - c * cos(turn) + s * sin(turn))
    f = 1.0 - a / np.linalg.norm(r) * (1.0 - cos(turn))
    g = seconds + (sin(turn) - turn) / n
    later = f * r + g * v
    fdot = -sqrt(MU * a) / (np.linalg.norm(later) * np.linalg.norm(r)) * sin(turn)
    gdot = 1.0 - a / np.linalg.norm(later) * (1.0 - cos(turn))
    return later, fdot * r + gdot * v


def test_lvlh_points_forward_and_down() -> None:
    axes = lvlh_axes(*TARGET)
    assert axes == pytest.approx(np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]], dtype=float), abs=1e-15)


def test_a_chaser_behind_and_below_has_its_textbook_signs() -> None:
    chaser = _circular(RADIUS - 10e3, radians(-1.0))
    assert phase_angle(*TARGET, chaser[0]) == pytest.approx(radians(1.0), abs=1e-12)
    assert height_difference(*TARGET, chaser[0], mu=MU) == pytest.approx(10e3, abs=1e-6)
    r, v = relative_lvlh(*TARGET, *chaser)
    assert r[0] < 0.0 < r[2]
    assert v[0] > 0.0  # lower is faster
    assert 0.0 < elevation_angle(TARGET[0], *chaser) < pi / 2


def test_a_target_behind_and_above_is_seen_beyond_the_zenith() -> None:
    r_C, v_C = _circular(RADIUS - 10e3, 0.0)
    r_T = r_C + 1e3 * (
        sin(radians(157.0)) * np.array([1.0, 0.0, 0.0]) + cos(radians(157.0)) * np.array([0.0, 1.0, 0.0])
    )
    assert np.degrees(elevation_angle(r_T, r_C, v_C)) == pytest.approx(157.0, abs=1e-9)


def test_height_difference_is_taken_at_the_chasers_central_angle() -> None:
    """On one and the same ellipse it is zero wherever the two are."""
    a = state_from_osculating(osculating(TARGET[0], TARGET[1] * 1.02, mu=MU), mu=MU)
    later = _kepler(*a, 900.0)
    assert height_difference(*a, later[0], mu=MU) == pytest.approx(0.0, abs=1e-5)


@given(st.floats(-pi + 1e-3, pi - 1e-3), st.floats(-0.2, 0.2))
def test_phase_ignores_the_way_out_of_plane(angle: float, lift: float) -> None:
    r = np.array([cos(angle), sin(angle), lift]) * 6.5e6
    assert phase_angle(*TARGET, r) == pytest.approx(-angle, abs=1e-9)


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    chasers = [_circular(RADIUS - 5e3, 0.01 * k) for k in range(4)]
    r, v = (np.array(x) for x in zip(*chasers, strict=True))
    many = relative_lvlh(*TARGET, r, v)
    for k in range(4):
        one = relative_lvlh(*TARGET, r[k], v[k])
        assert np.array_equal(many[0][k], one[0])
        assert np.array_equal(many[1][k], one[1])
    assert height_difference(*TARGET, r, mu=MU).shape == (4,)
    assert elevation_angle(TARGET[0], r, v).shape == (4,)


vectors = st.tuples(*(st.floats(-1e4, 1e4) for _ in range(3))).map(np.array)


@given(vectors, vectors)
def test_lvlh_and_back(r: np.ndarray, v: np.ndarray) -> None:
    state = inertial_from_lvlh(*TARGET, r_CT_L=r, v_CT_L=v)
    again = relative_lvlh(*TARGET, *state)
    assert again[0] == pytest.approx(r, abs=1e-7)
    assert again[1] == pytest.approx(v, abs=1e-9)


def test_rotating_velocity_is_the_derivative_of_the_position() -> None:
    chaser = inertial_from_lvlh(*TARGET, r_CT_L=np.array([-800.0, 50.0, 300.0]), v_CT_L=np.array([0.4, 0.1, -0.2]))
    _, v = relative_lvlh(*TARGET, *chaser)
    places = [relative_lvlh(*_kepler(*TARGET, s), *_kepler(*chaser, s))[0] for s in (-1.0, 1.0)]
    assert v == pytest.approx((places[1] - places[0]) / 2.0, abs=1e-6)


def test_stm_composes_and_starts_at_one() -> None:
    assert np.array_equal(clohessy_wiltshire_stm(N, 0.0), np.eye(6))
    both = clohessy_wiltshire_stm(N, 700.0) @ clohessy_wiltshire_stm(N, 300.0)
    assert both == pytest.approx(clohessy_wiltshire_stm(N, 1000.0), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("distance", "published"), [(100.0, 0.014), (1e3, 1.39), (1e4, 139.0)])
def test_clohessy_wiltshire_error_follows_the_square_law(
    claim: Callable[..., None], distance: float, published: float
) -> None:
    """docs/references.md: half a revolution from a point at rest on V-bar, straight axes."""
    start = np.array([-distance, 0.0, 0.0]), np.zeros(3)
    half = pi / N
    chaser = inertial_from_lvlh(*TARGET, r_CT_L=start[0], v_CT_L=start[1])
    truth, _ = relative_lvlh(*_kepler(*TARGET, half), *_kepler(*chaser, half))
    linear = (clohessy_wiltshire_stm(N, half) @ np.concatenate(start))[:3]
    claim(
        claim=f"Clohessy-Wiltshire error after half a revolution at {distance:g} m",
        truth=f"{published:g} m, docs/references.md",
        tolerance=0.15,
        achieved=float(np.linalg.norm(linear - truth)) / published - 1.0,
        unit="of it",
    )
