"""Sunlight and shadow against closed forms, and the solid tide against the potential it comes from."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, cos, nan, pi, sin, sqrt

import numpy as np
import pytest

from softdock.astro.constants import ASTRONOMICAL_UNIT, EQUATORIAL_RADIUS, FLATTENING, SUN_RADIUS
from softdock.astro.sunlight import PRESSURE, disc_overlap, light_acceleration, limb_angles, sunlit_fraction
from softdock.astro.tides import LOVE_NUMBER, bulge_acceleration
from tests.fixtures.worst import worst_of

POLE = (0.0, 0.0, 1.0)
SUN = (ASTRONOMICAL_UNIT, 0.0, 0.0)


@pytest.mark.parametrize("radius", [1.0, 4.65e-3])
@pytest.mark.parametrize("part", [0.0, 0.3, 1.0, 1.7, 2.0])
def test_two_equal_discs_share_a_lens(radius: float, part: float) -> None:
    apart = part * radius
    lens = 2.0 * radius**2 * np.arccos(0.5 * part) - 0.5 * apart * sqrt(4.0 * radius**2 - apart**2)
    assert disc_overlap(radius, radius, apart) == pytest.approx(lens, rel=1e-12, abs=1e-20)


@pytest.mark.parametrize("apart", [0.0, 0.2, 0.699])
def test_a_disc_within_another_is_shared_whole(apart: float) -> None:
    assert disc_overlap(0.3, 1.0, apart) == disc_overlap(1.0, 0.3, apart) == pytest.approx(pi * 0.09, rel=1e-15)


def test_discs_apart_share_nothing() -> None:
    assert disc_overlap(0.3, 1.0, 1.3) == 0.0


def test_a_small_disc_on_a_wide_limb_is_cut_as_by_a_line() -> None:
    """A circle of radius 1 cut by a straight edge at distance x: acos x - x sqrt(1 - x^2)."""
    for x in (-0.8, 0.0, 0.5):
        cut = np.arccos(x) - x * sqrt(1.0 - x * x)
        assert disc_overlap(1.0, 1e6, 1e6 + x) == pytest.approx(cut, abs=3e-6)


@pytest.mark.parametrize(
    "discs", [(nan, 1.0, 1.0), (0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, -1.0), (1.0, 1.0, nan)]
)
def test_no_discs_share_no_number(discs: tuple[float, float, float]) -> None:
    assert np.isnan(disc_overlap(*discs))


def test_before_the_earth_it_is_day_and_behind_it_night() -> None:
    assert sunlit_fraction(POLE, (7e6, 0.0, 0.0), SUN) == 1.0
    assert sunlit_fraction(POLE, (0.0, 7e6, 0.0), SUN) == 1.0
    assert sunlit_fraction(POLE, (-7e6, 0.0, 0.0), SUN) == 0.0


def test_light_goes_out_steadily_and_by_half_where_the_limb_halves_the_sun() -> None:
    r = 6.8e6
    half = pi - asin(EQUATORIAL_RADIUS / r)  # the limb halves the Sun, which is all but at infinity
    width = SUN_RADIUS / ASTRONOMICAL_UNIT
    angles = np.linspace(half - 2.0 * width, half + 2.0 * width, 400)
    lit = np.array([sunlit_fraction(POLE, (r * cos(a), r * sin(a), 0.0), SUN) for a in angles])
    assert lit[0] == 1.0
    assert lit[-1] == 0.0
    assert np.all(np.diff(lit) <= 0.0)
    assert np.abs(np.diff(lit)).max() < 1.1 * 4.0 / pi / 200.0  # the widest chord; no step at the edges
    assert np.interp(half, angles, lit) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("latitude", [0.0, 0.5, 1.2, pi / 2.0])
def test_the_shadow_of_the_ellipsoid_touches_its_limb(latitude: float) -> None:
    """A line from a point of the Sun that grazes the ellipsoid ends the day or the night."""
    a, b = EQUATORIAL_RADIUS, EQUATORIAL_RADIUS * (1.0 - FLATTENING)
    touch = np.array([0.0, a * cos(latitude), b * sin(latitude)])  # on the terminator of a Sun on the x-axis
    out = np.array([0.0, cos(latitude) / a, sin(latitude) / b])
    out /= np.linalg.norm(out)
    for side, expected in ((-1.0, "lit"), (1.0, "dark")):  # the lower limb grazes where day ends, the upper at night
        source = np.array(SUN) + side * SUN_RADIUS * out
        ray = touch - source
        behind = touch + 2.5e6 * ray / np.linalg.norm(ray)
        for step, inside in ((300.0, False), (-300.0, True)):
            r = behind + step * out
            lit = sunlit_fraction(POLE, (float(r[0]), float(r[1]), float(r[2])), SUN)
            if expected == "lit":
                assert (lit < 1.0) == inside
            else:
                assert (lit == 0.0) == inside


def test_light_presses_away_from_the_sun_as_the_square_of_the_distance() -> None:
    near, far = (0.5 * ASTRONOMICAL_UNIT, 0.0, 0.0), SUN
    at_unit = light_acceleration(POLE, (0.0, 7e6, 0.0), far, 2.0)
    assert np.linalg.norm(at_unit) == pytest.approx(2.0 * PRESSURE, rel=1e-6)
    assert at_unit[0] == pytest.approx(-2.0 * PRESSURE, rel=1e-6)
    assert light_acceleration(POLE, (0.0, 7e6, 0.0), near, 2.0)[0] == pytest.approx(-8.0 * PRESSURE, rel=1e-6)
    assert light_acceleration(POLE, (-7e6, 0.0, 0.0), far, 2.0) == (0.0, 0.0, 0.0)


def test_where_nothing_can_be_said_light_is_nan_and_inside_the_earth_it_is_dark() -> None:
    assert np.isnan(sunlit_fraction(POLE, (nan, 0.0, 0.0), SUN))
    assert np.isnan(sunlit_fraction(POLE, (0.0, 0.0, 0.0), SUN))
    assert np.all(np.isnan(light_acceleration(POLE, SUN, SUN, 1.0)))
    assert np.all(np.isnan(limb_angles(POLE, (7e6, 0.0, 0.0), (nan, 0.0, 0.0))))
    assert sunlit_fraction(POLE, (-1e6, 0.0, 0.0), SUN) == 0.0


def test_the_tide_is_the_slope_of_its_potential(claim: Callable[..., None]) -> None:
    """U = k2 mu R^5 / (s^3 r^3) P2(cos), differentiated numerically."""
    mu, s, radius = 4.9e12, np.array([2.3e8, -2.0e8, 1.7e8]), 6.378e6

    def potential(r: np.ndarray) -> float:  # type: ignore[type-arg]
        cosine = float(r @ s) / float(np.linalg.norm(r) * np.linalg.norm(s))
        legendre = 1.5 * cosine**2 - 0.5
        return float(LOVE_NUMBER * mu * radius**5 / (np.linalg.norm(s) ** 3 * np.linalg.norm(r) ** 3) * legendre)

    worst = 0.0
    for r in (np.array([6.8e6, 1e5, -2e5]), np.array([-3e6, 4e6, 5e6]), np.array([0.0, 0.0, 7e6])):
        slope = np.array([(potential(r + d) - potential(r - d)) / 200.0 for d in 100.0 * np.eye(3)])
        mine = np.array(bulge_acceleration(mu, tuple(s.tolist()), tuple(r.tolist()), radius))
        worst = worst_of(worst, float(np.linalg.norm(mine - slope) / np.linalg.norm(mine)))
    claim(
        claim="Acceleration by the tidal bulge, closed form",
        truth="differences of the potential",
        tolerance=1e-8,
        achieved=worst,
        unit="-",
    )


def test_the_tide_pulls_toward_the_bulge_below_the_body() -> None:
    """On the line to the body: 3 k2 mu R^5 / (s^3 r^4), inward; at right angles half of it, outward."""
    mu, s, r, radius = 4.9e12, 3.84e8, 6.8e6, 6.378e6
    whole = 3.0 * LOVE_NUMBER * mu * radius**5 / (s**3 * r**4)
    assert bulge_acceleration(mu, (s, 0.0, 0.0), (r, 0.0, 0.0), radius)[0] == pytest.approx(-whole, rel=1e-12)
    assert bulge_acceleration(mu, (s, 0.0, 0.0), (0.0, r, 0.0), radius)[1] == pytest.approx(0.5 * whole, rel=1e-12)
