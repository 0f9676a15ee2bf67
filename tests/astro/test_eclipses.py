"""Shadow of the Earth: the edge of the ellipsoid against rays shot past it, times against closed forms."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, atan2, cos, hypot, pi, sin

import numpy as np
import pytest
from scipy.optimize import brentq

from softdock import kernels
from softdock.astro.constants import ASTRONOMICAL_UNIT, EQUATORIAL_RADIUS, FLATTENING, SUN_RADIUS
from softdock.astro.eclipses import (
    BALL,
    ELLIPSOID,
    Shadow,
    beta_angle,
    shadow_depth,
    shadow_intervals,
    sunrises,
    umbra_intervals,
)
from softdock.astro.limb import limb_angles
from softdock.astro.sky import pole_directions, sun_positions
from softdock.conventions import ARCSECOND, DAY, Array, Record
from softdock.errors import DataError
from softdock.numerics.vectors import unit
from tests.astro.orbits_in_closed_form import Circle
from tests.fixtures.worst import worst_of

one_millisecond = 1e-3
RADIUS = 6.75e6


def orbit(env: Record, *, beta: float = 0.0) -> Circle:
    """A circle that begins at noon, its plane at an angle beta [rad] to the Sun's direction of t = 0."""
    sun = sun_positions(env, np.zeros(1))[0]
    x = sun / np.linalg.norm(sun)
    y = np.cross([0.0, 0.0, 1.0], x)
    y /= np.linalg.norm(y)
    noon = cos(beta) * x - sin(beta) * np.cross(x, y)
    return Circle(RADIUS, noon, y)


def ray_hits(r: Array, direction: Array, pole: Array) -> bool:
    """True when a ray meets the ellipsoid: in the space pulled along the axis, nearer than its radius to the centre."""
    stretch = np.eye(3) + (1.0 / (1.0 - FLATTENING) - 1.0) * np.outer(pole, pole)
    a, d = stretch @ r, stretch @ direction
    along = -(a @ d) / (d @ d)
    return bool(along > 0.0 and np.linalg.norm(a + along * d) < EQUATORIAL_RADIUS)


def test_the_limb_is_where_rays_begin_to_pass(claim: Callable[..., None]) -> None:
    generator = np.random.default_rng(42)
    worst = 0.0
    for _ in range(50):
        pole, side = generator.standard_normal((2, 3))
        pole /= np.linalg.norm(pole)
        r = generator.standard_normal(3)
        r *= generator.uniform(6.5e6, 4.2e7) / np.linalg.norm(r)
        sun = ASTRONOMICAL_UNIT * side / np.linalg.norm(side)
        down = -r / np.linalg.norm(r)
        across = (sun - r) - ((sun - r) @ down) * down
        across /= np.linalg.norm(across)
        low, high = 0.0, 0.5 * pi
        for _ in range(50):
            middle = 0.5 * (low + high)
            hit = ray_hits(r, cos(middle) * down + sin(middle) * across, pole)
            low, high = (middle, high) if hit else (low, middle)
        worst = worst_of(worst, abs(low - limb_angles(tuple(pole), tuple(r), tuple(sun), FLATTENING)[1]))
    claim(
        claim="Edge of the oblate Earth as seen from a craft",
        truth="rays shot past the ellipsoid",
        tolerance=1e-12,
        achieved=worst,
        unit="rad",
    )


def test_angles_seen_from_a_craft_over_a_ball() -> None:
    sun_radius, earth, apart = limb_angles((0.0, 0.0, 1.0), (-7e6, 0.0, 0.0), (0.0, 1.5e11, 0.0), 0.0)
    assert sun_radius == pytest.approx(asin(SUN_RADIUS / hypot(1.5e11, 7e6)), abs=1e-15)
    assert earth == pytest.approx(asin(EQUATORIAL_RADIUS / 7e6), abs=1e-15)
    assert apart == pytest.approx(atan2(1.5e11, 7e6), abs=1e-15)


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="compares with the compiled kernel")
def test_compiled_and_uncompiled_angles_have_the_same_bits() -> None:
    for row in np.random.default_rng(7).standard_normal((200, 9)).tolist():
        pole, r, sun = unit(tuple(row[:3])), tuple(7.1e6 * x for x in row[3:6]), tuple(1.5e11 * x for x in row[6:])
        assert limb_angles(pole, r, sun, FLATTENING) == limb_angles.py_func(pole, r, sun, FLATTENING)


def test_angles_have_a_domain() -> None:
    pole, sun = (0.0, 0.0, 1.0), (0.0, 1.5e11, 0.0)
    assert limb_angles(pole, (1e6, 0.0, 0.0), sun, FLATTENING)[1] == 0.5 * pi  # inside the Earth
    assert all(np.isnan(limb_angles(pole, (0.0, 0.0, 0.0), sun, FLATTENING)))
    assert all(np.isnan(limb_angles(pole, sun, sun, FLATTENING)))
    assert all(np.isnan(limb_angles(pole, (float("nan"), 0.0, 0.0), sun, FLATTENING)))
    for side in (1.0, -1.0):  # the Sun straight ahead or behind: any plane is as good
        earth, apart = limb_angles(pole, (side * 7e6, 0.0, 0.0), (1.5e11, 0.0, 0.0), 0.0)[1:]
        assert earth == pytest.approx(asin(EQUATORIAL_RADIUS / 7e6), abs=1e-12)
        assert apart == pytest.approx(pi if side > 0.0 else 0.0, abs=1e-12)


@pytest.mark.parametrize(("part", "sign"), [("umbra", 1.0), ("penumbra", -1.0)])
def test_shadow_of_a_ball_lasts_as_long_as_its_geometry_says(
    env: Record, part: str, sign: float, claim: Callable[..., None]
) -> None:
    """In the Sun's plane the edge is where Earth's and Sun's angular radii and the Sun's parallax say."""
    circle = orbit(env)
    ((begin, end),) = shadow_intervals(circle, env, 0.0, stop=2 * pi / circle.rate, part=part, shadow=BALL)

    def edge(t: float) -> float:
        """Zero where the tangent to both balls passes: the cone's half angle is asin((Rs -+ Re) / d)."""
        sun = sun_positions(env, np.array([t]))[0]
        distance = np.linalg.norm(sun)
        half = asin((SUN_RADIUS - sign * EQUATORIAL_RADIUS) / distance)
        x = -circle.positions(np.array([t]))[0] @ sun / distance  # behind the Earth
        y = np.sqrt(RADIUS**2 - x**2)
        return float(y * cos(half) + sign * x * sin(half) - EQUATORIAL_RADIUS)

    known = brentq(edge, begin - 5.0, begin + 5.0, xtol=1e-9)
    claim(
        claim=f"Entry into the {part} of a ball",
        truth="the cone that touches Sun and Earth",
        tolerance=one_millisecond,
        achieved=begin - known,
        unit="s",
    )
    assert end == pytest.approx(brentq(edge, end - 5.0, end + 5.0, xtol=1e-9), abs=one_millisecond)


def test_the_penumbra_holds_the_umbra_and_the_sun_rises_when_the_umbra_ends(env: Record) -> None:
    circle = orbit(env)
    stop = 3 * 2 * pi / circle.rate
    umbra = shadow_intervals(circle, env, 0.0, stop=stop)
    penumbra = shadow_intervals(circle, env, 0.0, stop=stop, part="penumbra")
    assert len(umbra) == len(penumbra) == 3
    for (a, b), (c, d) in zip(umbra, penumbra, strict=True):
        assert c < a < b < d
        assert a - c == pytest.approx(0.0093 / circle.rate, rel=0.02)  # the Sun's diameter
    rises = sunrises(circle, env, 0.0, stop=stop)
    assert [d for _, d in rises] == [-1, 1] * 3
    assert [t for t, _ in rises] == pytest.approx([t for pair in umbra for t in pair], abs=one_millisecond)
    assert umbra_intervals(circle.positions, env, 0.0, stop=stop) == [
        (pytest.approx(a, abs=one_millisecond), pytest.approx(b, abs=one_millisecond)) for a, b in umbra
    ]


def test_the_seen_sun_is_behind_the_geometric_one_by_its_light_time(env: Record) -> None:
    circle = orbit(env)
    (plain,) = shadow_intervals(circle, env, 0.0, stop=2 * pi / circle.rate)
    (seen,) = shadow_intervals(circle, env, 0.0, stop=2 * pi / circle.rate, shadow=Shadow(apparent=True))
    shift = 20.5 * ARCSECOND * cos(0.4) / circle.rate  # the orbit is inclined by some 20 degrees to the ecliptic
    assert abs(seen[0] - plain[0]) == pytest.approx(shift, rel=0.1)
    assert seen[1] - plain[1] == pytest.approx(seen[0] - plain[0], abs=0.002)


def test_the_earths_flattening_moves_the_edge_by_seconds_at_high_latitude(env: Record) -> None:
    x = sun_positions(env, np.zeros(1))[0]
    x = x / np.linalg.norm(x)
    north = np.array([0.0, 0.0, 1.0]) - x[2] * x
    circle = Circle(RADIUS, x, north / np.linalg.norm(north))
    stop = 2 * pi / circle.rate
    ((a, b),) = shadow_intervals(circle, env, 0.0, stop=stop)
    ((c, d),) = shadow_intervals(circle, env, 0.0, stop=stop, shadow=BALL)
    assert 0.5 < (d - c) - (b - a) < 60.0


@pytest.mark.parametrize("shadow", [ELLIPSOID, BALL])
def test_a_grazing_eclipse_of_seconds_is_found_and_a_near_miss_is_none(env: Record, shadow: Shadow) -> None:
    """The plane is tilted until the umbra is just met; a tilt of 2e-7 rad, a metre, decides."""

    def deepest(beta: float) -> float:
        circle = orbit(env, beta=beta)
        times = np.linspace(0.499, 0.501, 81) * 2 * pi / circle.rate
        return float(np.max(shadow_depth(env, times, r=circle.positions(times), shadow=shadow)))

    critical = brentq(deepest, 1.0, 1.5, xtol=1e-12)
    period = 2 * pi / orbit(env).rate
    inside, outside = (orbit(env, beta=critical + tilt) for tilt in (-2e-7, 2e-7))
    ((begin, end),) = shadow_intervals(inside, env, 0.0, stop=period, shadow=shadow)
    assert 0.1 < end - begin < 3.0
    assert shadow_intervals(outside, env, 0.0, stop=period, shadow=shadow) == []


def test_an_interval_cut_by_the_search_begins_and_ends_there(env: Record) -> None:
    circle = orbit(env)
    middle = pi / circle.rate
    assert shadow_intervals(circle, env, middle - 100.0, stop=middle + 100.0) == [(middle - 100.0, middle + 100.0)]
    assert shadow_intervals(circle, env, 0.0, stop=100.0) == []
    assert shadow_intervals(circle, env, 100.0, stop=100.0) == []
    assert sunrises(circle, env, 100.0, stop=100.0) == []


def test_nights_past_the_tables_are_refused_and_not_made_one_long_night(env: Record) -> None:
    circle = orbit(env)
    with pytest.raises(DataError, match="and the environment's tables reach from -10800 to 183600 s; build it with a"):
        shadow_intervals(circle, env, 0.0, stop=5.0 * DAY)
    with pytest.raises(DataError, match="the environment's tables reach"):
        umbra_intervals(circle.positions, env, 0.0, stop=5.0 * DAY)


def test_an_unknown_part_of_the_shadow_is_refused(env: Record) -> None:
    circle = orbit(env)
    for ask in (
        lambda: shadow_intervals(circle, env, 0.0, stop=100.0, part="Umbra"),
        lambda: shadow_depth(env, np.zeros(1), r=circle.positions(np.zeros(1)), part="Umbra"),
    ):
        with pytest.raises(DataError, match="the part 'Umbra' of the shadow was asked for; the known ones are umbra"):
            ask()


@pytest.mark.parametrize("flattening", [-0.1, 1.0, float("nan")])
def test_a_shadow_of_no_earth_is_refused(flattening: float) -> None:
    with pytest.raises(DataError, match="a shadow of an Earth with the flattening .* was asked for; give 0 for a ball"):
        Shadow(flattening=flattening)


@pytest.mark.parametrize(("start", "stop"), [(5.0, 4.0), (float("nan"), 100.0), (0.0, float("nan"))])
def test_a_span_that_runs_backward_is_refused(env: Record, start: float, stop: float) -> None:
    circle = orbit(env)
    for ask in (
        lambda: shadow_intervals(circle, env, start, stop=stop),
        lambda: sunrises(circle, env, start, stop=stop),
        lambda: umbra_intervals(circle.positions, env, start, stop=stop),
    ):
        with pytest.raises(DataError, match="were asked for from .* give two finite times, the earlier one first"):
            ask()
    assert umbra_intervals(circle.positions, env, 5.0, stop=5.0) == []


def test_beta_is_positive_where_the_normal_looks_to_the_sun(env: Record) -> None:
    circle = orbit(env, beta=0.3)
    r, v = circle.positions(np.zeros(1)), circle.velocities(np.zeros(1))
    sun = sun_positions(env, np.zeros(1))
    assert beta_angle(r, v, sun)[0] == pytest.approx(0.3, abs=1e-9)
    assert beta_angle(r, -v, sun)[0] == pytest.approx(-0.3, abs=1e-9)
    assert beta_angle(np.cross(v, sun), v, np.cross(v, np.cross(v, sun)))[0] == pytest.approx(-pi / 2, abs=1e-7)
    assert pole_directions(env, np.zeros(1))[0, 2] > 0.99
