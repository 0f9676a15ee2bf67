"""The phase pane: what legs add up to, the cheapest burns, and which phases a scheme absorbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import degrees, pi, radians, sqrt

import numpy as np
import pytest

from softdock.astro.environment import j2_environment
from softdock.astro.orbits import MeanOrbit, mean_from_state, secular_rates
from softdock.astro.teme import gcrf_from, gcrf_to
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.conventions import DAY, KILOMETRE
from softdock.errors import PlanError
from softdock.planning.window_phasing import Leg, Phasing, Scheme, _Programme, drift_over, phasing
from softdock.planning.window_schemes import APOLLO_1975, FOUR_ORBIT, SCHEMES, TWO_DAY, TWO_ORBIT
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]

EARTH = 6378.137
STATION = MeanOrbit(6793.8e3, 0.0, radians(51.634), 0.0, 0.0, 0.0)  # July 2025, by its TLE
one_percent = 0.01
PUBLISHED_DEG = {TWO_DAY.name: 150.0, FOUR_ORBIT.name: 22.0, TWO_ORBIT.name: 6.0}


@pytest.fixture(scope="module")
def env():
    return j2_environment(Epoch.from_utc("2025-07-03T19:32:40"))


@pytest.fixture(scope="module")
def found(env) -> dict[str, Phasing]:
    return {scheme.name: phasing(scheme, STATION, env) for scheme in (TWO_DAY, FOUR_ORBIT, TWO_ORBIT)}


def leg(perigee_km: float, apogee_km: float, revolutions: float = 1.0) -> Leg:
    a = EARTH + 0.5 * (perigee_km + apogee_km)
    return Leg(semi_major_axis=a * KILOMETRE, eccentricity=0.5 * (apogee_km - perigee_km) / a, revolutions=revolutions)


@pytest.mark.parametrize(
    ("chaser", "target_km", "inclination_deg", "caught_up_deg", "node_deg_day", "speed"),
    [
        (leg(193.0, 245.0), 415.0, 51.64, 15.5, -0.535, 56.0),
        (leg(158.0, 158.0), 222.0, 51.78, 5.2, -0.19, 20.0),
        (leg(150.0, 225.0), 435.0, 50.0, None, -0.70, 72.0),
    ],
    ids=["Progress", "Apollo-Soyuz", "Skylab"],
)
def test_catch_up_and_differential_node_are_the_computed_rows_of_the_literature(
    env, chaser: Leg, target_km: float, inclination_deg: float, caught_up_deg: float | None,
    node_deg_day: float, speed: float,
) -> None:  # fmt: skip
    target = MeanOrbit((EARTH + target_km) * KILOMETRE, 0.0, radians(inclination_deg), 0.0, 0.0, 0.0)
    drift = drift_over([chaser], target, inclination=target.inclination, env=env)
    if caught_up_deg is not None:
        assert degrees(drift.caught_up) == pytest.approx(caught_up_deg, abs=0.06)
    relative = drift.node / drift.duration - secular_rates(target, env)[0]
    a_day = degrees(relative) * DAY
    last_digit = 0.006 if abs(node_deg_day) > 0.2 else 0.0055
    assert a_day == pytest.approx(node_deg_day, abs=last_digit)
    velocity = sqrt(env.mu / target.semi_major_axis)
    assert velocity * np.sin(target.inclination) * radians(abs(a_day)) == pytest.approx(speed, abs=1.0)


def test_a_coelliptic_pair_of_equal_orbits_neither_closes_nor_turns(env) -> None:
    own = Leg(semi_major_axis=STATION.semi_major_axis, eccentricity=0.0, revolutions=10.0)
    drift = drift_over([own], STATION, inclination=STATION.inclination, env=env)
    assert drift.caught_up == pytest.approx(0.0, abs=1e-9)
    assert drift.node / drift.duration == pytest.approx(secular_rates(STATION, env)[0], rel=1e-12)


def test_the_least_cost_is_that_of_the_exact_transfer(env, found: dict[str, Phasing], claim: Claim) -> None:
    """Insertion ellipse to the target's circle by two horizontal burns, energies exact, no limit on when."""
    perigee = TWO_DAY.semi_major_axis * (1.0 - TWO_DAY.eccentricity)
    apogee = 2.0 * TWO_DAY.semi_major_axis - perigee
    goal = STATION.semi_major_axis

    def speed(radius: float, other: float) -> float:
        return sqrt(2.0 * env.mu * other / (radius * (radius + other)))

    exact = speed(perigee, goal) - speed(perigee, apogee) + speed(goal, goal) - speed(goal, perigee)
    for one in found.values():
        claim(
            claim=f"Least delta-v to a station's orbit by linear burns: {one.scheme.name}",
            truth="two-impulse transfer, exact energies",
            tolerance=one_percent,
            achieved=float(one.cost.min()) / exact - 1.0,
            unit="relative",
        )


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_cost_falls_to_a_floor_and_rises_again_and_duration_falls_with_the_angle(env, scheme: Scheme) -> None:
    target = STATION if scheme is not APOLLO_1975 else replace(STATION, semi_major_axis=6602.5e3)
    one = phasing(scheme, target, env)
    assert np.all(np.diff(one.caught_up) > 0.0)
    assert np.all(np.diff(one.duration) < 0.0)
    lowest = int(np.argmin(one.cost))
    assert np.all(np.diff(one.cost[: lowest + 1]) < 1e-6)
    assert np.all(np.diff(one.cost[lowest:]) > -1e-6)
    assert np.allclose(one.cost_at(np.array(one.limits)), scheme.dv_limit, rtol=1e-3)
    inside = (one.caught_up > one.limits[0]) & (one.caught_up < one.limits[1])
    assert np.all(one.cost[inside] <= scheme.dv_limit * (1.0 + 1e-6))


def test_the_linear_programmes_cost_is_convex_and_its_burns_keep_every_bound(env) -> None:
    programme = _Programme(FOUR_ORBIT, STATION, env)
    ends = [programme.solved(ceiling=180.0, toward=sign).angle for sign in (1.0, -1.0)]
    costs = np.array([programme.solved(angle=float(x)).cost for x in np.linspace(*ends, 21)[1:-1]])
    assert np.all(np.diff(costs, 2) > -1e-6)


@pytest.mark.parametrize("scheme", [TWO_DAY, FOUR_ORBIT, TWO_ORBIT], ids=lambda scheme: scheme.name)
def test_legs_add_up_to_the_revolutions_and_stay_above_the_insertion_perigee(scheme: Scheme, found) -> None:
    one = found[scheme.name]
    lowest = scheme.semi_major_axis * (1.0 - scheme.eccentricity)
    for plan, caught_up, duration in zip(one.plans, one.caught_up, one.duration, strict=True):
        # a leg counts mean arguments: each burn across the motion and each change of shape leaves a little between
        assert sum(part.revolutions for part in plan) == pytest.approx(scheme.revolutions, abs=0.02)
        assert min(part.semi_major_axis * (1.0 - part.eccentricity) for part in plan) > lowest - 2.0 * KILOMETRE
        turns = sum(part.revolutions for part in plan)
        assert caught_up == pytest.approx(2.0 * pi * turns - one.rate * duration, abs=1e-9)


@pytest.mark.parametrize("scheme", [TWO_DAY, FOUR_ORBIT, TWO_ORBIT], ids=lambda scheme: scheme.name)
def test_angles_of_the_linear_programme_are_those_of_exact_periods(env, scheme: Scheme, claim: Claim) -> None:
    programme = _Programme(scheme, STATION, env)
    ends = [programme.solved(ceiling=scheme.dv_limit, toward=sign).angle for sign in (1.0, -1.0)]
    misses = []
    for angle in np.linspace(*ends, 9)[1:-1]:
        plan = programme.solved(angle=float(angle)).legs
        exact = drift_over(plan, STATION, inclination=STATION.inclination, env=env).caught_up
        misses.append(degrees(exact - angle))
    claim(
        claim=f"Angle caught up by the linear burns: {scheme.name}",
        truth="nodal periods of the mean orbits that they make",
        tolerance=1.5,
        achieved=worst_of(map(abs, misses)),
        unit="deg",
    )


@pytest.mark.parametrize(("name", "published_deg"), PUBLISHED_DEG.items())
def test_propellant_alone_allows_at_least_the_published_range_of_phase(
    name: str, published_deg: float, found, claim: Claim
) -> None:
    claim(
        claim=f"Initial phases absorbed within 3 % over the least delta-v: {name}",
        truth=f"{published_deg:g} deg published, which dispersions and rules narrow",
        tolerance=published_deg,
        achieved=degrees(found[name].width),
        unit="deg",
        at_least=True,
    )


@pytest.mark.parametrize("first", [0.0, 0.999, 1.0, 1.3])
def test_an_insertion_orbit_may_be_kept_past_places_where_nothing_is_burnt(env, first: float, found) -> None:
    waiting = phasing(replace(FOUR_ORBIT, burns=((first, 1.5), FOUR_ORBIT.burns[1])), STATION, env)
    assert float(waiting.cost.min()) == pytest.approx(float(found[FOUR_ORBIT.name].cost.min()), rel=1e-4)


def test_a_dearer_limit_absorbs_more_phases(env) -> None:
    widths = [phasing(replace(FOUR_ORBIT, dv_limit=limit), STATION, env).width for limit in (121.0, 130.0, 150.0)]
    assert widths[0] < widths[1] < widths[2]


def test_a_limit_below_the_least_absorbs_none(env) -> None:
    one = phasing(replace(FOUR_ORBIT, dv_limit=100.0), STATION, env)
    assert np.isnan(one.width)
    assert np.isfinite(one.nearest_lap(np.array([0.3]))[0])


def test_the_nearest_lap_is_within_the_limits_where_one_is(found) -> None:
    one = found[TWO_DAY.name]
    angles = np.linspace(-20.0, 20.0, 101)
    laps = one.nearest_lap(angles)
    assert np.all((laps >= one.limits[0]) & (laps <= one.limits[1]))
    assert np.allclose(np.cos(laps - angles), 1.0)


def test_the_schemes_insertion_orbit_is_the_mean_one_of_the_published_state(claim: Claim) -> None:
    """Progress M-37, nominal at separation: Earth-fixed position [km] and velocity [km/s], Agapov 1997."""
    epoch = Epoch.from_utc("1997-12-20T08:45:02")
    env, at = j2_environment(epoch), np.array([529.04])
    r_E, v_E = np.array([[355.203, 4117.639, 5092.747]]), np.array([[-7.45392, -0.39670, 0.84063]])
    r, v = gcrf_from("ITRF", epoch, at, r=r_E * KILOMETRE, v=v_E * KILOMETRE)
    mean = mean_from_state(r[0], v[0], env, t=529.04)
    assert mean.semi_major_axis == pytest.approx(TWO_DAY.semi_major_axis, abs=KILOMETRE)
    assert mean.eccentricity == pytest.approx(TWO_DAY.eccentricity, abs=1e-5)
    s, node = np.sin(mean.inclination), np.array([np.cos(mean.raan), np.sin(mean.raan), 0.0])
    normal = np.array([s * np.sin(mean.raan), -s * np.cos(mean.raan), np.cos(mean.inclination)])

    def pad(t: float) -> np.ndarray:
        place = Site.from_degrees(45.92, 63.342, 100.0).position()[None, :]
        inertial, _ = gcrf_from("ITRF", epoch, np.array([t]), r=place, v=np.zeros((1, 3)))
        seen, _ = gcrf_to("CIRS", epoch, np.array([t]), r=inertial, v=np.zeros((1, 3)))
        return seen[0] / np.linalg.norm(seen[0])

    off = float(pad(TWO_DAY.plane_lead) @ normal)
    claim(
        claim="The pad of Progress M-37 comes into its plane so long after lift-off as the scheme says",
        truth="its published state at separation",
        tolerance=0.002,
        achieved=degrees(np.arcsin(off)),
        unit="deg",
    )
    start = pad(0.0)
    foot = np.arctan2(start @ np.cross(normal, node), start @ node)
    assert degrees(mean.argument_of_latitude - foot) == pytest.approx(degrees(TWO_DAY.powered_arc), abs=0.01)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"burns": ((2.0, 1.0),)}, "give spans in order"),
        ({"burns": ()}, "give spans in order"),
        ({"burns": ((0.5, 99.0),)}, "give spans in order"),
        ({"eccentricity": 0.3}, "nearly circular, below 0.1"),
        ({"dv_limit": 0.0}, "give positive numbers"),
    ],
)
def test_schemes_that_cannot_be_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(PlanError, match=words):
        replace(FOUR_ORBIT, **change)


def test_one_burn_on_arrival_does_not_close_size_and_shape(env) -> None:
    with pytest.raises(PlanError, match="half a revolution between two"):
        phasing(replace(FOUR_ORBIT, burns=((3.39, 3.39),)), STATION, env)
