"""Curvilinear coordinates: exact to and fro, and what they save of Clohessy-Wiltshire's error."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.curvilinear import (
    curvilinear_from_lvlh,
    hill_from_lvlh,
    lvlh_from_curvilinear,
    lvlh_from_hill,
)
from softdock.astro.relative import clohessy_wiltshire_stm, inertial_from_lvlh, relative_lvlh
from tests.astro.two_body import MU, flown

RADIUS = 6.8e6
N = sqrt(MU / RADIUS**3)
TARGET = (np.array([RADIUS, 0.0, 0.0]), np.array([0.0, RADIUS * N, 0.0]))
HALF = pi / N
micrometre = 1e-6

places = st.tuples(st.floats(-3e6, 3e6), st.floats(-3e6, 3e6), st.floats(-3e6, 3e6)).map(np.array)
rates = st.tuples(*(st.floats(-1e3, 1e3) for _ in range(3))).map(np.array)


def test_hill_is_up_forward_and_along_the_normal() -> None:
    assert hill_from_lvlh(np.array([1.0, 2.0, 3.0])).tolist() == [-3.0, 1.0, -2.0]
    many = np.arange(12.0).reshape(4, 3)
    assert np.array_equal(lvlh_from_hill(hill_from_lvlh(many)), many)


@given(places, rates, st.floats(-500.0, 500.0))
def test_there_and_back(r: np.ndarray, v: np.ndarray, radial_rate: float) -> None:
    bent = curvilinear_from_lvlh(r, v, radius=RADIUS, radial_rate=radial_rate)
    again = lvlh_from_curvilinear(*bent, radius=RADIUS, radial_rate=radial_rate)
    assert again[0] == pytest.approx(r, abs=1e-7)
    assert again[1] == pytest.approx(v, abs=1e-9)


@given(places, rates, st.floats(-500.0, 500.0))
def test_the_rate_is_the_derivative_of_the_place(r: np.ndarray, v: np.ndarray, radial_rate: float) -> None:
    _, rate = curvilinear_from_lvlh(r, v, radius=RADIUS, radial_rate=radial_rate)
    h = 0.1
    ends = [curvilinear_from_lvlh(r + s * v, v, radius=RADIUS + s * radial_rate)[0] for s in (-h, h)]
    assert rate == pytest.approx((ends[1] - ends[0]) / (2.0 * h), abs=1e-4)


def test_a_craft_ahead_on_the_same_circle_has_no_height_and_no_rate() -> None:
    angle = 0.3
    ahead = RADIUS * np.array([cos(angle), sin(angle), 0.0]), RADIUS * N * np.array([-sin(angle), cos(angle), 0.0])
    place, rate = curvilinear_from_lvlh(*relative_lvlh(*TARGET, *ahead), radius=RADIUS)
    assert place == pytest.approx(np.array([RADIUS * angle, 0.0, 0.0]), abs=micrometre)
    assert rate == pytest.approx(np.zeros(3), abs=1e-9)


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    r, v = np.arange(12.0).reshape(4, 3) * 1e3, np.ones((4, 3))
    many = curvilinear_from_lvlh(r, v, radius=RADIUS)
    one = curvilinear_from_lvlh(r[2], v[2], radius=RADIUS)
    assert np.array_equal(many[0][2], one[0])
    assert np.array_equal(many[1][2], one[1])


def along_track_errors(start: np.ndarray) -> tuple[float, float]:
    """Of Clohessy-Wiltshire after half an orbit, on straight axes and on curvilinear ones [m]."""
    chaser = inertial_from_lvlh(*TARGET, r_CT_L=start[:3], v_CT_L=start[3:])
    truth, _ = relative_lvlh(*flown(*TARGET, HALF), *flown(*chaser, HALF))
    stm = clohessy_wiltshire_stm(N, HALF)
    straight = (stm @ start)[:3]
    bent = stm @ np.concatenate(curvilinear_from_lvlh(start[:3], start[3:], radius=RADIUS))
    curved, _ = lvlh_from_curvilinear(bent[:3], bent[3:], radius=RADIUS)
    return abs(straight[0] - truth[0]), abs(curved[0] - truth[0])


@pytest.mark.parametrize("distance", [1e3, 1e4, 1e5])
def test_curvilinear_coordinates_cut_the_error_along_track(claim: Callable[..., None], distance: float) -> None:
    below = distance / 20.0  # coelliptic: as the last hours of a rendezvous
    start = np.array([-distance, 0.0, below, 1.5 * N * below, 0.0, 0.0])
    straight, curved = along_track_errors(start)
    claim(
        claim=f"Clohessy-Wiltshire along track is better on curvilinear axes, coelliptic from {distance:g} m behind",
        truth="two-body integration (scipy)",
        tolerance=10.0,
        achieved=straight / curved,
        unit="times",
        at_least=True,
    )


def test_at_rest_on_vbar_next_to_nothing_is_left() -> None:
    straight, curved = along_track_errors(np.array([-1e4, 0.0, 0.0, 0.0, 0.0, 0.0]))
    assert straight > 100.0
    assert curved < 0.01


def test_the_error_left_grows_with_the_height_difference_squared() -> None:
    errors = [along_track_errors(np.array([0.0, 0.0, d, 1.5 * N * d, 0.0, 0.0]))[1] for d in (2e3, 4e3)]
    assert errors[1] / errors[0] == pytest.approx(4.0, abs=0.1)
