"""Two craft: range, elevation, phase and closest approach on circles in closed form and on ellipses by a dense scan."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from softdock.astro.encounters import (
    closest_approaches,
    elevation_crossings,
    phase_crossings,
    range_crossings,
    range_rate,
)
from softdock.conventions import DAY, DEGREE, Array
from softdock.errors import DataError
from tests.astro.orbits_in_closed_form import Circle, Ellipse
from tests.fixtures.worst import worst_of

one_millisecond = 1e-3
X, Y, Z = np.eye(3)
TARGET, CHASER = Circle(6.8e6, X, Y, zero=500.0), Circle(6.7e6, X, Y)
AHEAD = -TARGET.rate * 500.0  # phase at t = 0
CATCH_UP = CHASER.rate - TARGET.rate
SPAN = 2.2 * 2 * pi / CATCH_UP  # of somewhat more than two laps

MEET = Ellipse([6793137.0, 0.001, 0.9013, 1.0, 0.5, 0.2]), Ellipse([6700000.0, 0.012, 0.9033, 1.002, 2.5, 4.0])


@pytest.mark.parametrize("phase", [0.3, 0.0, -2.0, pi, -pi, 3.1, 0.3 + 4 * pi])
def test_a_phase_is_passed_once_a_lap_and_never_where_it_wraps(phase: float) -> None:
    found = phase_crossings(TARGET, CHASER, 0.0, stop=SPAN, phase=phase)
    known = [t for t in ((AHEAD - phase + 2 * pi * np.arange(-5, 6)) / CATCH_UP) if 0.0 < t < SPAN]
    assert [d for _, d in found] == [-1] * len(known)
    assert [t for t, _ in found] == pytest.approx(sorted(known), abs=one_millisecond)


def test_closest_approach_is_below_the_target() -> None:
    found = closest_approaches(TARGET, CHASER, 0.0, stop=SPAN)
    known = sorted(t for t in (AHEAD + 2 * pi * np.arange(-5, 6)) / CATCH_UP if 0.0 < t < SPAN)
    assert [t for t, _, _ in found] == pytest.approx(known, abs=one_millisecond)
    assert [d for _, d, _ in found] == pytest.approx([1e5] * len(known), abs=1e-3)
    speed = 6.8e6 * TARGET.rate - 6.7e6 * CHASER.rate
    assert [v for _, _, v in found] == pytest.approx([abs(speed)] * len(known), abs=1e-3)


def test_ends_are_no_closest_approach() -> None:
    before = (AHEAD + 2 * pi) / CATCH_UP - 1000.0
    assert closest_approaches(TARGET, CHASER, before - 3000.0, stop=before) == []
    assert closest_approaches(TARGET, CHASER, 10.0, stop=10.0) == []


@pytest.mark.parametrize("distance", [1e5 + 1e-3, 1.01e5, 2e5, 1e7])
def test_a_distance_is_passed_inward_and_outward(distance: float) -> None:
    """Also when the craft stay within it for a few seconds only."""
    found = range_crossings(TARGET, CHASER, 0.0, stop=SPAN, distance=distance)
    apart = np.arccos((6.8e6**2 + 6.7e6**2 - distance**2) / (2 * 6.8e6 * 6.7e6))
    meetings = (AHEAD + 2 * pi * np.arange(-5, 6)) / CATCH_UP
    known = sorted([(t - apart / CATCH_UP, -1) for t in meetings] + [(t + apart / CATCH_UP, 1) for t in meetings])
    known = [event for event in known if 0.0 < event[0] < SPAN]
    assert [d for _, d in found] == [d for _, d in known]
    tolerance = 0.05 if distance < 100001.0 else one_millisecond  # a millimetre of range is rounding by then
    assert [t for t, _ in found] == pytest.approx([t for t, _ in known], abs=tolerance)


def test_a_distance_that_is_not_reached_gives_nothing_and_one_below_zero_is_refused() -> None:
    assert range_crossings(TARGET, CHASER, 0.0, stop=SPAN, distance=9.9e4) == []
    assert range_crossings(TARGET, CHASER, 5.0, stop=5.0, distance=9.9e4) == []
    for distance in (0.0, -1.0, float("nan")):
        with pytest.raises(DataError, match="crossings of a distance of .* m were asked for; give one above zero"):
            range_crossings(TARGET, CHASER, 0.0, stop=SPAN, distance=distance)


@pytest.mark.parametrize("elevation_deg", [27.0, 90.0, 157.0, -170.0, 3.0])
def test_the_line_of_sight_rises_through_an_elevation(elevation_deg: float) -> None:
    """tan(elevation) = (b cos phase - a) / (b sin phase), a and b the radii of chaser and target."""
    el = elevation_deg * DEGREE
    found = elevation_crossings(TARGET, CHASER, 0.0, stop=SPAN, elevation=el)
    side = 6.7e6 * cos(el) / 6.8e6
    inside = [el + np.arccos(side) * sign for sign in (1.0, -1.0)]  # b cos(phase + el) = a cos(el)
    phases = [a - el - el for a in inside]
    known = []
    for phase in phases:
        reach = (6.8e6 * sin(phase), 6.8e6 * cos(phase) - 6.7e6)
        if reach[0] * cos(el) + reach[1] * sin(el) > 0.0:
            known += [t for t in (AHEAD - phase + 2 * pi * np.arange(-6, 7)) / CATCH_UP if 0.0 < t < SPAN]
    assert [t for t, _ in found] == pytest.approx(sorted(known), abs=one_millisecond)
    assert known
    if 0.0 < elevation_deg < 180.0 and elevation_deg > 3.0:
        assert {d for _, d in found} == {1}
    assert elevation_crossings(TARGET, CHASER, 5.0, stop=5.0, elevation=el) == []


@pytest.mark.parametrize("miss", [10.0, 1000.0, 1e5])
def test_a_fly_by_at_full_speed_is_seen_at_any_distance(miss: float) -> None:
    """Planes at right angles: the target passes `miss` metres overhead at 11 km/s."""
    chaser, target = Circle(6.7e6, X, Y, zero=3333.3), Circle(6.7e6 + miss, X, Z, zero=3333.3)
    begin, end = 1000.0, 5000.0
    (near,) = closest_approaches(target, chaser, begin, stop=end)
    assert near.time == pytest.approx(3333.3, abs=one_millisecond)
    assert near.distance == pytest.approx(miss, abs=1.0)
    ((overhead, direction),) = elevation_crossings(target, chaser, begin, stop=end, elevation=pi / 2)
    assert overhead == pytest.approx(3333.3, abs=one_millisecond)
    assert direction == 1
    within, beyond = range_crossings(target, chaser, begin, stop=end, distance=2.0 * miss)
    assert (within.direction, beyond.direction) == (-1, 1)
    speed = sqrt(2.0) * 6.7e6 * chaser.rate
    assert beyond.time - within.time == pytest.approx(2.0 * sqrt(3.0) * miss / speed, rel=0.02, abs=one_millisecond)


def _along(a: Array, b: Array) -> Array:
    return np.asarray(np.sum(a * b, axis=1))


def phase_of(times: Array) -> Array:
    """How far the chaser is behind in the target's plane, by complex numbers."""
    r_T, v_T, r_C = MEET[0].positions(times), MEET[0].velocities(times), MEET[1].positions(times)
    h = np.cross(r_T, v_T)
    ahead = np.cross(h, r_T) / np.linalg.norm(h, axis=1, keepdims=True)
    return np.asarray(-np.angle(_along(r_C, r_T) + 1j * _along(r_C, ahead)))


def elevation_of(times: Array) -> Array:
    """Angle of the line of sight in the chaser's plane, by its angle from the zenith."""
    r_T, r_C, v_C = MEET[0].positions(times), MEET[1].positions(times), MEET[1].velocities(times)
    h = np.cross(r_C, v_C)
    sight = (r_T - r_C) - (_along(r_T - r_C, h) / _along(h, h))[:, None] * h
    cosine = _along(sight, r_C) / np.linalg.norm(sight, axis=1) / np.linalg.norm(r_C, axis=1)
    zenith = np.arccos(np.clip(cosine, -1.0, 1.0))
    return np.where(_along(sight, np.cross(h, r_C)) > 0.0, 0.5 * pi - zenith, 0.5 * pi + zenith)


@pytest.mark.parametrize(
    ("name", "value_deg"), [("phase", 0.5), ("phase", -40.0), ("elevation", 27.0), ("elevation", 120.0)]
)
def test_ellipses_against_a_dense_scan(name: str, value_deg: float, claim: Callable[..., None]) -> None:
    """Every five seconds for twelve days, closed in by scipy."""
    value = value_deg * DEGREE
    of, search = (phase_of, phase_crossings) if name == "phase" else (elevation_of, elevation_crossings)
    found = search(*MEET, 0.0, stop=12 * DAY, **{name: value})

    def miss(times: Array) -> Array:
        return np.asarray((of(times) - value + pi) % (2 * pi) - pi)

    times = np.arange(0.0, 12 * DAY + 1.0, 5.0)
    values = miss(times)
    change = (np.sign(values[1:]) != np.sign(values[:-1])) & (np.abs(values[1:] - values[:-1]) < pi)
    known = [
        brentq(lambda t: float(miss(np.array([t]))[0]), times[k], times[k + 1], xtol=1e-7)
        for k in np.flatnonzero(change)
    ]
    assert len(found) == len(known) > 3
    claim(
        claim=f"Two craft pass {name} {value_deg:g} deg, {len(known)} times in twelve days",
        truth="dense scan, scipy",
        tolerance=one_millisecond,
        achieved=worst_of(abs(t - other) for (t, _), other in zip(found, known, strict=True)),
        unit="s",
    )


def test_range_rate_is_positive_when_craft_part() -> None:
    r: Array = np.array([[3.0, 4.0, 0.0], [3.0, 4.0, 0.0]])
    assert range_rate(r, np.array([[3.0, 4.0, 0.0], [4.0, -3.0, 7.0]])) == pytest.approx([5.0, 0.0])


class TurnedRound:
    """Comes down on the target from above at 0.2 m/s, and goes up again after an impulse at `at` [s]."""

    def __init__(self, target: Circle, at: float) -> None:
        self.target, self.at = target, at

    def _height(self, times: Array) -> Array:
        return np.asarray(500.0 + 0.2 * np.abs(np.asarray(times) - self.at))[:, None]

    def positions(self, times: Array) -> Array:
        return np.asarray(self.target.positions(times) * (1.0 + self._height(times) / self.target.radius))

    def velocities(self, times: Array) -> Array:
        side = np.where(np.asarray(times) < self.at, -0.2, 0.2)[:, None]
        along = self.target.velocities(times) * (1.0 + self._height(times) / self.target.radius)
        return np.asarray(along + side * self.target.positions(times) / self.target.radius)


def test_an_impulse_that_turns_the_chaser_round_makes_a_closest_approach() -> None:
    chaser = TurnedRound(TARGET, 3000.123)
    (near,) = closest_approaches(TARGET, chaser, 0.0, stop=6000.0)
    assert near.time == pytest.approx(3000.123, abs=one_millisecond)
    assert near.distance == pytest.approx(500.0, abs=1e-3)
    assert closest_approaches(TARGET, chaser, 0.0, stop=3000.0) == []


def test_spans_and_angles_that_are_none_are_refused() -> None:
    for start, stop in ((5.0, 4.0), (float("nan"), 4.0), (0.0, float("inf"))):
        for ask in (
            lambda: closest_approaches(TARGET, CHASER, start, stop=stop),  # noqa: B023
            lambda: range_crossings(TARGET, CHASER, start, stop=stop, distance=1e5),  # noqa: B023
            lambda: phase_crossings(TARGET, CHASER, start, stop=stop, phase=0.0),  # noqa: B023
        ):
            with pytest.raises(DataError, match="were asked for from .* give two finite times, the earlier one first"):
                ask()
    with pytest.raises(DataError, match="crossings of the phase nan rad were asked for"):
        phase_crossings(TARGET, CHASER, 0.0, stop=SPAN, phase=float("nan"))
    with pytest.raises(DataError, match="crossings of the elevation inf rad were asked for"):
        elevation_crossings(TARGET, CHASER, 0.0, stop=SPAN, elevation=float("inf"))
