"""Nodes, apsides, arguments of latitude, latitudes and longitudes on orbits in closed form."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, inf, nan, pi

import numpy as np
import pytest

from softdock.astro.constants import EARTH_RATE, EQUATORIAL_RADIUS
from softdock.astro.events import (
    apsides,
    argument_of_latitude,
    latitude_argument_times,
    latitude_crossings,
    longitude_crossings,
    node_times,
    nodes,
)
from softdock.astro.frames import dcm_EN, earth_fixed_position, geodetic
from softdock.astro.orbits import true_equator_axes
from softdock.astro.sky import earth_fixed_positions
from softdock.astro.trajectory import search_step
from softdock.conventions import Array, Record
from softdock.errors import DataError
from tests.astro.orbits_in_closed_form import MU, Circle, Ellipse, OverTheGround
from tests.fixtures.worst import worst_of

one_millisecond = 1e-3
INCLINED = (0.6, 0.8)


@pytest.fixture
def circle(env: Record) -> Circle:
    """An orbit inclined by 53 degrees, at its ascending node at t = 0."""
    axes = true_equator_axes(env)
    return Circle(6.6e6, axes[0], 0.6 * axes[1] + 0.8 * axes[2])


def test_nodes_are_half_a_period_apart(env: Record, circle: Circle) -> None:
    period = 2 * pi / circle.rate
    found = nodes(circle, env, -100.0, stop=2.4 * period)
    assert [kind for _, kind in found] == ["ascending", "descending"] * 2 + ["ascending"]
    assert [t for t, _ in found] == pytest.approx([k * period / 2 for k in range(5)], abs=2 * one_millisecond)
    assert node_times(circle, env, -100.0, stop=2.4 * period) == [t for t, kind in found if kind == "ascending"]


def test_an_argument_of_latitude_is_passed_once_a_revolution(env: Record, circle: Circle) -> None:
    period = 2 * pi / circle.rate
    for argument in (0.0, 1.0, pi, 5.0, 5.0 - 2 * pi, 5.0 + 2 * pi):
        times = latitude_argument_times(circle, env, 10.0, stop=10.0 + 3 * period, argument=argument)
        first = (argument / circle.rate - 10.0) % period + 10.0
        assert times == pytest.approx([first, first + period, first + 2 * period], abs=2 * one_millisecond)


def test_argument_of_latitude_follows_the_pole_of_each_time(env: Record, circle: Circle) -> None:
    times = np.array([0.0, 86400.0, 170000.0])
    r, v = circle.positions(times), circle.velocities(times)
    together = argument_of_latitude(r, v, env, t=times)
    alone = [float(argument_of_latitude(r[k], v[k], env, t=float(times[k]))) for k in range(3)]
    assert together == pytest.approx(alone, abs=1e-14)
    frozen = argument_of_latitude(r, v, env, t=0.0)
    assert 1e-9 < abs(frozen[2] - together[2]) < 1e-6  # two days of precession and nutation


@pytest.mark.parametrize("eccentricity", [0.001, 0.3, 0.74])
def test_apsides_are_half_a_period_apart(eccentricity: float, claim: Callable[..., None]) -> None:
    ellipse = Ellipse([7e6 / (1.0 - eccentricity), eccentricity, 0.9, 0.3, 2.0, 0.0])
    half = pi / ellipse.n
    found = apsides(ellipse, -0.5 * half, 6.5 * half)
    assert [kind for _, kind in found] == ["perigee", "apogee"] * 3 + ["perigee"]
    claim(
        claim=f"Apsides of an orbit with eccentricity {eccentricity:g}",
        truth="Kepler's third law",
        tolerance=one_millisecond,
        achieved=worst_of(abs(t - k * half) for k, (t, _) in enumerate(found)),
        unit="s",
    )


def test_apsides_can_be_looked_for_with_a_given_step() -> None:
    ellipse = Ellipse([7e6, 0.01, 0.9, 0.3, 2.0, 0.0])
    assert [kind for _, kind in apsides(ellipse, -100.0, 100.0, step=60.0)] == ["perigee"]


def test_a_search_looks_as_often_as_the_craft_turns_at_perigee() -> None:
    ellipse = Ellipse([26.6e6, 0.74, 1.1, 0.0, 0.0, 3.0])  # begins near apogee
    perigee = 26.6e6 * 0.26
    rate = np.sqrt(MU * 1.74 / perigee) / perigee
    assert search_step(ellipse, 0.0, 3600.0) == pytest.approx(2 * pi / 32 / rate, rel=1e-6)
    assert search_step(ellipse, 0.0, 30 * 86400.0) == pytest.approx(2 * pi / 32 / rate, rel=1e-6)


def test_an_empty_span_has_no_events(env: Record, circle: Circle) -> None:
    assert nodes(circle, env, 5.0, stop=5.0) == []
    assert apsides(circle, 5.0, 5.0) == []
    assert longitude_crossings(circle, env, 5.0, stop=5.0, longitude=1.0) == []


@pytest.mark.parametrize(("start", "stop"), [(5.0, 4.0), (nan, 100.0), (0.0, nan), (0.0, inf)])
def test_a_span_that_runs_backward_or_has_no_ends_is_refused(
    env: Record, circle: Circle, start: float, stop: float
) -> None:
    for ask in (
        lambda: apsides(circle, start, stop),
        lambda: nodes(circle, env, start, stop=stop),
        lambda: latitude_argument_times(circle, env, start, stop=stop),
        lambda: latitude_crossings(circle, env, start, stop=stop, latitude=0.1),
    ):
        with pytest.raises(DataError, match="events were asked for from .* give two finite times, the earlier one"):
            ask()


def test_an_angle_that_is_none_is_refused(env: Record, circle: Circle) -> None:
    with pytest.raises(DataError, match="crossings of the argument of latitude nan rad were asked for; give a finite"):
        latitude_argument_times(circle, env, 0.0, stop=100.0, argument=nan)
    with pytest.raises(DataError, match="crossings of the longitude inf rad were asked for"):
        longitude_crossings(circle, env, 0.0, stop=100.0, longitude=inf)


def test_nodes_past_the_tables_are_refused(env: Record, circle: Circle) -> None:
    with pytest.raises(DataError, match="the environment's tables reach from -10800 to 183600 s"):
        nodes(circle, env, 0.0, stop=5.0 * 86400.0)


def test_a_span_of_ten_thousand_centuries_is_refused() -> None:
    with pytest.raises(DataError, match="at most 5000000 steps are looked at; take a shorter span"):
        apsides(Ellipse([7e6, 0.01, 0.9, 0.3, 2.0, 0.0]), 0.0, 3e13)


class Thrown:
    """Straight up and down from the surface, under gravity that does not change, and a drift [m/s] aside."""

    def __init__(self, drift: float) -> None:
        self.drift = drift

    def positions(self, times: Array) -> Array:
        t = np.asarray(times)
        return np.stack([EQUATORIAL_RADIUS + 4000.0 * t - 4.9 * t * t, self.drift * t, 0.0 * t], axis=1)

    def velocities(self, times: Array) -> Array:
        t = np.asarray(times)
        return np.stack([4000.0 - 9.8 * t, self.drift + 0.0 * t, 0.0 * t], axis=1)


@pytest.mark.parametrize("drift", [0.0, 1e-6, 10.0])
def test_what_falls_straight_down_is_looked_at_as_an_orbit_along_the_ground(drift: float) -> None:
    assert search_step(Thrown(drift), 0.0, 800.0) > 100.0
    ((top, kind),) = apsides(Thrown(drift), 0.0, 800.0)
    assert (kind, top) == ("apogee", pytest.approx(4000.0 / 9.8, abs=0.01))


def test_a_trajectory_without_numbers_is_named_as_the_fault(circle: Circle) -> None:
    class Broken:
        positions = circle.positions

        def velocities(self, times: Array) -> Array:
            return np.where(np.asarray(times)[:, None] > 3000.0, nan, circle.velocities(times))

    with pytest.raises(DataError, match="on a trajectory whose state at 4800 s is no finite number"):
        apsides(Broken(), 0.0, 7200.0)


def test_a_circle_has_no_apsides() -> None:
    assert apsides(Ellipse([7e6, 0.0, 0.9, 1.0, 2.0, 3.0]), 0.0, 86400.0) == []
    faint = apsides(Ellipse([7e6, 1e-9, 0.9, 1.0, 2.0, 3.0]), 0.0, 86400.0)
    assert len(faint) == pytest.approx(2 * 86400.0 / 5828.5, abs=1)


@pytest.mark.parametrize("height", [2e5, 2e6, 3.6e7])
def test_a_geodetic_latitude_is_passed_at_any_height(env: Record, height: float) -> None:
    """Up and down a meridian with a latitude that is a sine of time."""
    rate = float(np.sqrt(MU / (EQUATORIAL_RADIUS + height) ** 3))

    def r_E(times: Array) -> Array:
        return np.array([earth_fixed_position(np.sin(rate * t), 0.4, height) for t in times]).reshape(-1, 3)

    found = latitude_crossings(OverTheGround(env, r_E), env, 1.0, stop=pi / rate, latitude=0.8)
    first = asin(0.8) / rate
    assert [d for _, d in found] == [1, -1]
    assert [t for t, _ in found] == pytest.approx([first, pi / rate - first], abs=one_millisecond)


def test_a_latitude_that_the_orbit_just_reaches_is_passed_twice_in_seconds(env: Record, circle: Circle) -> None:
    period = 2 * pi / circle.rate
    times = np.linspace(0.24, 0.26, 20001) * period
    r_E = earth_fixed_positions(env, times, r=circle.positions(times))
    tops = [geodetic(tuple(r))[0] for r in r_E.tolist()]
    top, at = max(tops), times[int(np.argmax(tops))]
    found = latitude_crossings(circle, env, 0.0, stop=0.5 * period, latitude=top - 1e-8)
    assert [d for _, d in found] == [1, -1]
    assert found[1].time - found[0].time == pytest.approx(2 * np.sqrt(2 * 1e-8 / (4 / 3)) / circle.rate, rel=0.02)
    assert [t for t, _ in found] == pytest.approx([at, at], abs=1.0)
    assert latitude_crossings(circle, env, 0.0, stop=0.5 * period, latitude=top + 1e-8) == []


@pytest.mark.parametrize("latitude", [pi / 2, -2.0, float("nan")])
def test_a_latitude_beyond_the_pole_is_refused(env: Record, circle: Circle, latitude: float) -> None:
    with pytest.raises(DataError, match="crossings of latitude .* rad were asked for; give one between -pi/2 and pi/2"):
        latitude_crossings(circle, env, 0.0, stop=100.0, latitude=latitude)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_longitude_is_passed_once_a_turn_and_never_at_its_far_side(env: Record, direction: int) -> None:
    """Around the equator, eastward or westward, at a constant rate of longitude."""
    rate = direction * 1e-3

    def r_E(times: Array) -> Array:
        a = rate * times
        return 7e6 * np.stack([np.cos(a), np.sin(a), np.zeros_like(a)], axis=1)

    found = longitude_crossings(OverTheGround(env, r_E), env, 10.0, stop=15000.0, longitude=3.0)
    expected = [t for t in (np.arange(-4, 5) * 2 * pi + 3.0) / rate if 10.0 < t < 15000.0]
    assert [d for _, d in found] == [direction] * len(expected)
    assert [t for t, _ in found] == pytest.approx(sorted(expected), abs=one_millisecond)


def test_on_a_polar_orbit_longitudes_are_passed_westward_as_the_earth_turns(env: Record) -> None:
    axes = true_equator_axes(env)
    circle = Circle(6.9e6, axes[0], axes[2])
    quarter = 0.5 * pi / circle.rate
    start = np.arctan2(*(np.array(dcm_EN(env, 0.0)) @ circle.positions(np.zeros(1))[0])[1::-1])
    found = longitude_crossings(circle, env, 60.0, stop=0.99 * quarter, longitude=float(start) - 0.05)
    assert [d for _, d in found] == [-1]
    assert found[0].time == pytest.approx(0.05 / EARTH_RATE, abs=0.5)  # the pole itself moves by metres
    far = longitude_crossings(circle, env, 60.0, stop=0.99 * quarter, longitude=float(start) - 0.05 + pi)
    assert far == []
