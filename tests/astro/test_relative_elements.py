"""Relative orbit elements: their map, their change under J2 against integration, and the rule of parallel vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import atan2, cos, hypot, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.curvilinear import lvlh_from_curvilinear
from softdock.astro.orbits import (
    MeanOrbit,
    OsculatingOrbit,
    mean_from_state,
    osculating,
    secular_rates,
    state_from_mean,
    state_from_osculating,
    true_equator_axes,
)
from softdock.astro.relative import clohessy_wiltshire_stm, relative_lvlh
from softdock.astro.relative_elements import (
    RelativeElements,
    curvilinear_from_elements,
    least_distance_across,
    mean_argument_of_latitude,
    relative_elements,
    relative_elements_stm,
)
from softdock.conventions import DAY, Record
from softdock.dynamics.arcs import PointState, propagate
from softdock.errors import PropagationError
from tests.astro.two_body import MU, flown

AXIS = 6.78e6
TARGET = MeanOrbit(AXIS, 0.001, radians(51.64), 1.0, 0.3, 0.7)
SHAPE = np.array([0.2, -3.0, 0.5, 0.4, 0.6, -0.5])
one_centimetre = 0.01


def _chaser(target: MeanOrbit, d: np.ndarray) -> MeanOrbit:
    """The orbit with these relative elements, to first order of the eccentricity in the true longitude."""
    ex = target.eccentricity * cos(target.argument_of_perigee) + d[2]
    ey = target.eccentricity * sin(target.argument_of_perigee) + d[3]
    node = d[5] / sin(target.inclination)
    argument = mean_argument_of_latitude(target) + d[1] - node * cos(target.inclination)
    u = argument + 2.0 * (ex * sin(argument) - ey * cos(argument))
    return MeanOrbit(
        target.semi_major_axis * (1.0 + d[0]), hypot(ex, ey), target.inclination + d[4], target.raan + node,
        u % (2 * pi), atan2(ey, ex),
    )  # fmt: skip


def _states(env: Record, *orbits: MeanOrbit) -> list[tuple[np.ndarray, np.ndarray]]:
    return [state_from_mean(orbit, env) for orbit in orbits]


def _after_a_day(env: Record, *orbits: MeanOrbit) -> list[tuple[np.ndarray, np.ndarray]]:
    """States under the central field and J2 by scipy."""
    axes = true_equator_axes(env)
    field = {"mu": float(env.mu), "j2": float(env.j2), "radius": float(env.radius)}
    ends = [flown(axes @ r, axes @ v, DAY, **field) for r, v in _states(env, *orbits)]
    return [(r @ axes, v @ axes) for r, v in ends]


def _errors(env: Record, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Error of the elements after a day, and their change, as lengths [m]."""
    chaser = _chaser(TARGET, SHAPE * size / AXIS)
    before = np.array(relative_elements(TARGET, chaser))
    after = np.array(relative_elements(*(mean_from_state(*s, env) for s in _after_a_day(env, TARGET, chaser))))
    return (relative_elements_stm(TARGET, DAY, env=env) @ before - after) * AXIS, (after - before) * AXIS


def test_elements_100_m_apart_are_predicted_for_a_day(claim: Callable[..., None], env_j2: Record) -> None:
    error, change = _errors(env_j2, 100.0)
    assert np.abs(change[[1, 2, 3, 5]]).min() > 2.0  # all move but axis and inclination
    claim(
        claim="Relative elements after a day under J2, orbits 100 m different that drift 3 km",
        truth="integration of the oblate Earth's field (scipy)",
        tolerance=0.05,
        achieved=float(np.abs(error).max()),
        unit="m",
    )


def test_what_is_left_over_grows_with_the_square_of_the_size(claim: Callable[..., None], env_j2: Record) -> None:
    error, change = _errors(env_j2, 1000.0)
    far, _ = _errors(env_j2, 10000.0)
    assert far[1] / error[1] == pytest.approx(100.0, rel=0.05)
    claim(
        claim="Relative elements after a day under J2, orbits 1 km different that drift 30 km",
        truth="integration of the oblate Earth's field (scipy)",
        tolerance=1.5,
        achieved=float(np.abs(error).max()),
        unit="m",
    )
    assert np.abs(change).max() > 28e3


def test_each_rate_is_the_derivative_of_kozais(env_j2: Record) -> None:
    """Differences of the secular rates of two orbits, with the derivative of the mean motion."""

    def longitudes(orbit: MeanOrbit) -> np.ndarray:
        node, perigee, anomaly = secular_rates(orbit, env_j2)
        return np.array([perigee + anomaly + node * cos(circle.inclination), node * sin(circle.inclination)])

    circle = replace(TARGET, eccentricity=0.0)
    stm = relative_elements_stm(circle, 1.0, env=env_j2)
    h = 1e-4
    wider = [replace(circle, semi_major_axis=AXIS * (1 + s)) for s in (h, -h)]
    tilted = [replace(circle, inclination=circle.inclination + s) for s in (h, -h)]
    for column, (plus, minus) in ((0, wider), (4, tilted)):
        slope = (longitudes(plus) - longitudes(minus)) / (2.0 * h)
        assert stm[[1, 5], column] == pytest.approx(slope, rel=1e-6)


def test_a_place_made_of_elements_is_the_flown_one_full_force(claim: Callable[..., None], env: Record) -> None:
    """20 x 20, Sun, Moon and air, an orbit: what is left is the harmonics and J2's swing within the orbit."""
    target = MeanOrbit(AXIS, 0.0005, radians(51.64), 1.0, 0.3, 0.7)
    chaser = _chaser(target, SHAPE * 500.0 / AXIS)
    period = 2 * pi * sqrt(AXIS**3 / env.mu)
    ends = []
    for r, v in _states(env, target, chaser):
        last = propagate(env, PointState(0.0, r, v, 1000.0), until=period, drag_area=4.0).last
        ends.append((last.r, last.v))
    truth, _ = relative_lvlh(*ends[0], *ends[1])
    later = mean_from_state(*ends[0], env, t=period)
    six = relative_elements_stm(target, period, env=env) @ relative_elements(target, chaser)
    bent = curvilinear_from_elements(later.semi_major_axis, mean_argument_of_latitude(later), mu=env.mu) @ six
    place, _ = lvlh_from_curvilinear(bent[:3], bent[3:], radius=float(np.linalg.norm(ends[0][0])))
    assert np.linalg.norm(truth) > 2000.0
    claim(
        claim="Place from relative elements after an orbit at full force, 2 km away",
        truth="own 20 x 20 integration with Sun, Moon and air",
        tolerance=10.0,
        achieved=float(np.linalg.norm(place - truth)),
        unit="m",
    )


def test_on_a_circle_the_map_carries_clohessy_wiltshires_transition() -> None:
    n, seconds, u = sqrt(MU / AXIS) / AXIS, 1500.0, 0.7
    drift = np.eye(6)
    drift[1, 0] = -1.5 * n * seconds
    before, after = (curvilinear_from_elements(AXIS, angle, mu=MU) for angle in (u, u + n * seconds))
    carried = np.linalg.solve(before.T, (after @ drift).T).T
    assert carried == pytest.approx(clohessy_wiltshire_stm(n, seconds), rel=1e-9, abs=1e-9)


@given(st.floats(0.0, 6.28), st.lists(st.floats(-1.0, 1.0), min_size=6, max_size=6))
def test_osculating_elements_give_place_and_velocity(u: float, shape: list[float]) -> None:
    """Of 100 m: what the map leaves out is the square of the elements, here 2 mm, and 1e-4 of eccentricity."""
    target = OsculatingOrbit(AXIS, 0.0, 0.9, 1.0, 0.0, u)
    six = np.array(shape) * 100.0 / AXIS
    bent = curvilinear_from_elements(AXIS, u, mu=MU) @ six
    straight = lvlh_from_curvilinear(bent[:3], bent[3:], radius=AXIS)
    truth_T = state_from_osculating(target, mu=MU)
    truth_C = _osculating_chaser(target, six)
    place, rate = relative_lvlh(*truth_T, *truth_C)
    assert place == pytest.approx(straight[0], abs=one_centimetre)
    assert rate == pytest.approx(straight[1], abs=2e-5)
    assert np.array(relative_elements(target, osculating(*truth_C, mu=MU))) * AXIS == pytest.approx(
        six * AXIS, abs=1e-4
    )


def _osculating_chaser(target: OsculatingOrbit, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """State of the orbit with these relative elements to a circle: Kepler's equation by fixed point."""
    node = d[5] / sin(target.inclination)
    argument = target.true_anomaly + d[1] - node * cos(target.inclination)
    e, w = hypot(d[2], d[3]), atan2(d[3], d[2])
    mean = eccentric = argument - w
    for _ in range(20):
        eccentric = mean + e * sin(eccentric)
    f = 2.0 * atan2(sqrt(1 + e) * sin(eccentric / 2), sqrt(1 - e) * cos(eccentric / 2))
    orbit = OsculatingOrbit(AXIS * (1 + d[0]), e, target.inclination + d[4], target.raan + node, w, f)
    return state_from_osculating(orbit, mu=MU)


vectors = st.tuples(*(st.floats(-1e-4, 1e-4) for _ in range(4)))


@given(vectors, st.floats(-5e-5, 5e-5))
def test_the_least_distance_across_is_that_of_the_ellipse(four: tuple[float, ...], axis: float) -> None:
    angles = np.linspace(0.0, 2 * pi, 4001)
    ex, ey, ix, iy = four
    radial = axis - ex * np.cos(angles) - ey * np.sin(angles)
    normal = ix * np.sin(angles) - iy * np.cos(angles)
    searched = AXIS * float(np.hypot(radial, normal).min())
    found = least_distance_across(RelativeElements(axis, 0.0, *four), AXIS)
    assert found <= searched + 1e-6
    if axis == 0.0:
        assert found == pytest.approx(searched, abs=2.0)


def test_parallel_vectors_keep_apart_and_crossed_ones_meet() -> None:
    parallel = RelativeElements(0.0, 0.0, 0.0, 3e-5, 0.0, 4e-5)
    assert least_distance_across(parallel, 1e7) == pytest.approx(300.0, abs=1e-9)
    crossed = parallel._replace(inclination_x=4e-5, inclination_y=0.0)
    assert least_distance_across(crossed, 1e7) == 0.0
    assert least_distance_across(parallel._replace(axis=1e-5), 1e7) == pytest.approx(200.0, abs=1e-9)
    assert least_distance_across(RelativeElements(0.0, 1e-3, 0.0, 0.0, 0.0, 0.0), 1e7) == 0.0


def test_what_is_outside_the_domain_is_refused(env_j2: Record) -> None:
    with pytest.raises(PropagationError, match=r"eccentricity 0.1 and inclination .* use yamanaka_ankersen_stm"):
        relative_elements_stm(replace(TARGET, eccentricity=0.1), 10.0, env=env_j2)
    with pytest.raises(PropagationError, match=r"inclination 0.001 rad"):
        relative_elements(replace(TARGET, inclination=0.001), TARGET)
    with pytest.raises(PropagationError, match="a MeanOrbit and a OsculatingOrbit were asked; give both"):
        relative_elements(TARGET, OsculatingOrbit(AXIS, 0.0, 0.9, 1.0, 0.0, 0.0))
