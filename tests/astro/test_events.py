"""Root search on functions with known roots, and events on circular orbits."""

from __future__ import annotations

from math import asin, pi, sqrt

import numpy as np
import pytest

from softdock.astro.constants import EQUATORIAL_RADIUS
from softdock.astro.events import apsides, crossings, node_times, sun_positions, umbra_depth, umbra_intervals
from softdock.astro.orbits import OsculatingOrbit, state_from_osculating, true_equator_axes
from softdock.conventions import Array, Record

MU = 3.986004415e14
one_millisecond = 1e-3


class Circle:
    """Circular motion in the plane of two given axes."""

    def __init__(self, radius: float, x: Array, y: Array) -> None:
        self.radius, self.x, self.y = radius, x, y
        self.rate = sqrt(MU / radius**3)

    def positions(self, times: Array) -> Array:
        a = self.rate * np.asarray(times)[:, None]
        return np.asarray(self.radius * (np.cos(a) * self.x + np.sin(a) * self.y))

    def velocities(self, times: Array) -> Array:
        a = self.rate * np.asarray(times)[:, None]
        return np.asarray(self.radius * self.rate * (np.cos(a) * self.y - np.sin(a) * self.x))


def test_every_root_of_a_sine_is_found_with_its_direction() -> None:
    found = crossings(lambda t: np.sin(t / 100.0), 10.0, 2000.0, step=120.0)
    assert [d for _, d in found] == [-1, 1, -1, 1, -1, 1]
    assert [t for t, _ in found] == pytest.approx([100 * pi * k for k in range(1, 7)], abs=one_millisecond)


def test_two_roots_within_one_step_are_found() -> None:
    found = crossings(lambda t: (t - 130.0) * (t - 131.0), 0.0, 1000.0, step=100.0)
    assert [t for t, _ in found] == pytest.approx([130.0, 131.0], abs=one_millisecond)
    assert [d for _, d in found] == [-1, 1]


def test_a_touch_from_above_is_no_crossing() -> None:
    assert crossings(lambda t: (t - 130.0) ** 2 + 1e-9, 0.0, 1000.0, step=100.0) == []


def test_an_angle_that_wraps_does_not_cross() -> None:
    found = crossings(lambda t: (t + 0.5) % (2 * pi) - pi, 0.0, 20.0, step=0.7)
    assert all(d == 1 for _, d in found)
    assert [t for t, _ in found] == pytest.approx([pi - 0.5 + 2 * pi * k for k in range(3)], abs=one_millisecond)


def test_a_root_on_a_node_of_the_grid_counts_once() -> None:
    found = crossings(lambda t: t - 300.0, 0.0, 1000.0, step=100.0)
    assert found == [(300.0, 1)]


def test_where_the_function_is_nan_nothing_crosses() -> None:
    assert crossings(lambda t: np.where(t < 500.0, np.nan, 1.0), 0.0, 1000.0, step=100.0) == []


def test_ascending_nodes_are_a_period_apart(env: Record) -> None:
    axes = true_equator_axes(env)
    circle = Circle(6.6e6, axes[0], 0.6 * axes[1] + 0.8 * axes[2])
    period = 2 * pi / circle.rate
    times = node_times(circle, env, -100.0, stop=2.5 * period)
    assert times == pytest.approx([0.0, period, 2 * period], abs=2 * one_millisecond)


def test_a_perigee_is_where_the_state_was_built(env: Record) -> None:
    r, v = state_from_osculating(OsculatingOrbit(7e6, 0.01, 0.9, 0.0, 0.0, 0.0), mu=MU)

    class Line:
        """Two-body motion near perigee to third order."""

        def positions(self, times: Array) -> Array:
            t = np.asarray(times)[:, None]
            a = -MU * r / np.linalg.norm(r) ** 3
            return np.asarray(r + v * t + a * t * t / 2)

        def velocities(self, times: Array) -> Array:
            t = np.asarray(times)[:, None]
            return np.asarray(v - MU * r / np.linalg.norm(r) ** 3 * t)

    ((t, kind),) = apsides(Line(), -100.0, 150.0, step=60.0)
    assert kind == "perigee"
    assert t == pytest.approx(0.0, abs=one_millisecond)


def test_shadow_lasts_as_long_as_its_geometry_says(env: Record) -> None:
    """In a plane through the Sun the cylinder's half angle is asin(R/r); the cone takes the Sun's radius off."""
    sun = sun_positions(env, np.zeros(1))[0]
    x = sun / np.linalg.norm(sun)
    y = np.cross([0.0, 0.0, 1.0], x)
    circle = Circle(6.6e6, x, y / np.linalg.norm(y))
    ((begin, end),) = umbra_intervals(circle.positions, env, 0.0, stop=2 * pi / circle.rate)
    half = asin(EQUATORIAL_RADIUS / 6.6e6) - 0.00465  # the Sun's angular radius moves each edge by itself
    edge = (pi - half) / circle.rate
    assert begin == pytest.approx(edge, abs=3.0)
    assert end - begin == pytest.approx(2 * half / circle.rate, abs=3.0)


def test_an_interval_cut_by_the_search_begins_and_ends_there(env: Record) -> None:
    sun = sun_positions(env, np.zeros(1))[0]

    def behind(times: Array) -> Array:
        return np.tile(-6.6e6 * sun / np.linalg.norm(sun), (len(times), 1))

    assert umbra_intervals(behind, env, 10.0, stop=500.0) == [(10.0, 500.0)]
    assert umbra_intervals(lambda t: -behind(t), env, 10.0, stop=500.0) == []
    assert umbra_depth(-6.6e6 * sun / np.linalg.norm(sun), sun) > 1.0
