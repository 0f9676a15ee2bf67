"""No burns cost less: bounds against closed forms, and the certificate that comes with the linear one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from math import cos, hypot, pi, radians, sin, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from softdock.astro.environment import j2_environment
from softdock.astro.lambert import lambert
from softdock.astro.orbits import MeanOrbit, advanced, secular_rates, state_from_mean
from softdock.astro.relative import clohessy_wiltshire_stm
from softdock.astro.time import Epoch
from softdock.conventions import Array, Record
from softdock.errors import PlanError
from softdock.planning import lower_bound
from softdock.planning.lower_bound import (
    CONDITIONS,
    Demand,
    PlaneDrift,
    coplanar_bound,
    impulse_effects,
    inclined_bound,
    linear_bound,
    plane_drift,
    primer_vector,
    rendezvous_demand,
)
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]
MU = 3.986004415e14
EARTH = 6378137.0
CLARABEL = Path(__file__).parents[1] / "validation" / "data" / "bound_clarabel.json"
SPEED = 7700.0  # m/s
TWO_TURNS = 4.0 * pi

one_tenth_m_s = 0.1
ten_millionths = 1e-5
half_a_percent = 0.005


def wanted(**values: float) -> Array:
    """Conditions by name, the others free."""
    found = np.full(6, np.nan)
    for name, value in values.items():
        found[CONDITIONS.index(name.replace("_", " "))] = value
    return found


def orbit_change(axis: float, toward: float = 0.0, across: float = 0.0) -> Array:
    return np.array([axis, toward, across, np.nan, np.nan, np.nan])


@pytest.fixture(scope="module")
def j2() -> Record:
    return j2_environment(Epoch.from_utc("2025-07-03T19:32:40"))


# ---- closed forms


def test_from_200_by_242_km_to_the_station_the_least_is_the_one_worked_out(claim: Claim) -> None:
    radii = (EARTH + 1e3 * height for height in (200.0, 242.0, 415.7))
    claim(
        claim="Least sum of two impulses from 200 x 242 km to the circle at 415.7 km",
        truth="worked out by hand, 50.1 + 62.0 m/s",
        tolerance=one_tenth_m_s,
        achieved=coplanar_bound(*radii, mu=MU) - 112.2,
        unit="m/s",
    )


def test_between_circles_it_is_hohmanns_transfer(claim: Claim) -> None:
    """Vallado, Fundamentals of Astrodynamics, example 6-1: 191.344 km to 35,781.349 km, 2.457038 and 1.478187 km/s."""
    first, second = 6569.4781e3, 42159.4856e3
    for bound in (coplanar_bound(first, first, second, mu=MU), inclined_bound(first, second, 0.0, mu=MU)):
        claim(
            claim="Hohmann transfer from 191 km to the geostationary height",
            truth="Vallado, example 6-1, 3.935224 km/s",
            tolerance=0.01,
            achieved=bound - 3935.224,
            unit="m/s",
        )
    assert coplanar_bound(second, second, first, mu=MU) == pytest.approx(coplanar_bound(first, first, second, mu=MU))


def test_a_turn_of_the_plane_alone_is_one_impulse() -> None:
    speed = sqrt(MU / 7e6)
    assert inclined_bound(7e6, 7e6, 0.2, mu=MU) == pytest.approx(2.0 * speed * sin(0.1), rel=1e-9)


# ---- the linear model


def test_effects_of_impulses_are_those_of_clohessy_and_wiltshire() -> None:
    """Positions and velocities at the arrival, by the transition matrix in LVLH with unit radius and rate."""
    for phi in (-0.3, -2.0, -9.0):
        stm, rows = clohessy_wiltshire_stm(1.0, -phi), impulse_effects(np.array([phi]))[0]
        for radial, forward, normal in np.eye(3):
            x, y, z, vx, vy, vz = stm @ np.array([0.0, 0.0, 0.0, forward, -normal, -radial])
            axis, toward, across, lag, off, rate = rows @ np.array([radial, forward, normal])
            assert (lag, off, rate) == pytest.approx((-x, -y, -vy), abs=1e-12)
            height = -z
            assert axis == pytest.approx(2.0 * (2.0 * height + vx), abs=1e-12)
            assert toward == pytest.approx(3.0 * height + 2.0 * vx, abs=1e-12)  # r = a - e cos, at the perigee side
            assert across == pytest.approx(vz, abs=1e-12)


def test_height_plane_and_both_cost_what_closed_forms_say(claim: Claim) -> None:
    height, tilt = 0.02, 0.006
    half = height / 2.0
    cases = {
        "height": (orbit_change(height), half),
        "eccentricity": (orbit_change(0.0, 0.004, -0.003), 0.0025),
        "height and a little eccentricity": (orbit_change(height, 0.004, -0.003), half),
        "plane": (wanted(off_plane=tilt * sin(0.7), plane_rate=tilt * cos(0.7)), tilt),
        "height and plane": (
            np.array([height, 0.0, 0.0, np.nan, tilt * sin(0.7), tilt * cos(0.7)]),
            hypot(half, tilt),
        ),
    }
    for name, (conditions, closed) in cases.items():
        bound = linear_bound(Demand(conditions, TWO_TURNS, SPEED))
        claim(
            claim=f"Linear bound of a change of {name}",
            truth="closed form of near-circular orbits",
            tolerance=2.0 * ten_millionths,
            achieved=bound.least / (SPEED * closed) - 1.0,
            unit="of the sum",
        )


def test_a_phase_made_up_in_many_turns_takes_two_equal_and_opposite_impulses() -> None:
    lag, turns = 0.5, 20
    conditions = np.array([0.0, 0.0, 0.0, lag, np.nan, np.nan])
    bound = linear_bound(Demand(conditions, 2.0 * pi * turns, SPEED))
    assert bound.least <= SPEED * 2.0 * lag / (6.0 * pi * turns) * (1.0 + 1e-9)
    assert bound.least == pytest.approx(SPEED * 2.0 * lag / (6.0 * pi * turns), rel=0.01)


def test_linear_and_exact_bounds_agree_from_insertion_to_the_station(claim: Claim) -> None:
    """The difference is of second order in 3 % of height."""
    low, high = EARTH + 200e3, EARTH + 415.7e3
    middle = 0.5 * (low + high)
    for degrees in (0.0, 0.2, 0.5):
        wedge = radians(degrees)
        conditions = np.array([(high - low) / middle, 0.0, 0.0, np.nan, 0.0, wedge])
        bound = linear_bound(Demand(conditions, TWO_TURNS, sqrt(MU / middle)))
        claim(
            claim=f"Linear bound from 200 to 415.7 km with {degrees:g} deg between the planes",
            truth="two impulses in closed form, the wedge shared at its best",
            tolerance=half_a_percent,
            achieved=bound.least / inclined_bound(low, high, wedge, mu=MU) - 1.0,
            unit="of the sum",
        )


def test_the_drift_of_the_plane_is_that_of_the_secular_rates(j2: Record) -> None:
    radius, inclination, step = 6.69e6, 0.9012, 1e-4
    rate = sqrt(j2.mu / radius) / radius
    drift = plane_drift(j2, radius, inclination, argument=0.0)

    def node_rate(a: float, i: float) -> float:
        return secular_rates(MeanOrbit(a, 0.0, i, 0.0, 0.0, 0.0), j2)[0] * sin(inclination) / rate

    by_axis = (node_rate(radius * (1 + step), inclination) - node_rate(radius * (1 - step), inclination)) / (2 * step)
    by_tilt = (node_rate(radius, inclination + step) - node_rate(radius, inclination - step)) / (2 * step)
    assert drift.by_axis == pytest.approx(by_axis, rel=1e-5)
    assert drift.by_tilt == pytest.approx(by_tilt, rel=1e-5)


def test_an_independent_solver_finds_the_same_least_sums(claim: Claim) -> None:
    """Its angles are 1 deg apart, which costs it up to 4e-5."""
    cases = json.loads(CLARABEL.read_text("utf-8"))["cases"]
    shares = []
    for case in cases:
        bound = linear_bound(Demand(np.array(case["wanted"]), 2.0 * pi * case["turns"], 1.0))
        shares.append(abs(bound.least / case["least"] - 1.0))
    assert len(shares) >= 7
    claim(
        claim="Least sums of impulses to six conditions, 0.8 to 32 revolutions",
        truth="second-order cone programme by Clarabel, effects from Hill's equations",
        tolerance=6.0 * ten_millionths,
        achieved=worst_of(shares),
        unit="of the sum",
    )


# ---- the certificate

angle = st.floats(0.0, 1.0)
part = st.floats(-0.01, 0.01)


@hypothesis_settings(max_examples=25)
@given(
    st.lists(st.tuples(angle, part, part, part), min_size=1, max_size=5),
    st.floats(3.0, 40.0),
    st.booleans(),
    st.sets(st.sampled_from(CONDITIONS), max_size=3),
)
def test_no_impulses_cost_less_and_those_found_meet_the_conditions(
    burns: list[tuple[float, ...]], travel: float, drifts: bool, free: set[str]
) -> None:
    drift = PlaneDrift(2e-3, 1e-3, 0.8) if drifts else None
    angles, impulses = np.array([-travel * b[0] for b in burns]), np.array([b[1:] for b in burns])
    made = np.einsum("nij,nj->i", impulse_effects(angles, drift), impulses)
    demand = Demand(made, travel, SPEED, drift).left_free(*free)
    bound = linear_bound(demand)
    spent = SPEED * np.linalg.norm(impulses, axis=1).sum()
    assert bound.least <= spent * (1.0 + ten_millionths)
    assert bound.least <= bound.reached * (1.0 + ten_millionths)
    assert abs(bound.reached - bound.least) <= ten_millionths * bound.reached
    assert np.linalg.norm(bound.impulses, axis=1).sum() == pytest.approx(bound.reached, rel=1e-9)
    met = np.einsum("nij,nj->i", impulse_effects(bound.angles, drift), bound.impulses) / SPEED
    asked = np.isfinite(demand.wanted)
    scale = np.abs(impulse_effects(np.linspace(-travel, 0.0, 100), drift)).max(axis=(0, 2))
    size = np.abs(demand.wanted / scale)[asked].max(initial=0.0)
    assert np.abs((met - demand.wanted) / scale)[asked] == pytest.approx(0.0, abs=2.0 * ten_millionths * size + 1e-15)
    primer = np.linalg.norm(primer_vector(bound, demand, np.linspace(-travel, 0.0, 4001)), axis=1)
    assert primer.max() <= 1.0 + ten_millionths


def test_to_leave_a_condition_free_costs_no_more() -> None:
    demand = Demand(np.array([0.02, 0.003, 0.001, 1.0, 0.004, -0.003]), 30.0, SPEED)
    all_six = linear_bound(demand).least
    for name in CONDITIONS:
        assert linear_bound(demand.left_free(name)).least <= all_six * (1.0 + ten_millionths)
    later = replace(demand, travel=20.0)
    assert linear_bound(later).least >= all_six * (1.0 - ten_millionths)


def test_nothing_to_change_costs_nothing() -> None:
    bound = linear_bound(Demand(np.zeros(6), TWO_TURNS, SPEED))
    assert bound.least == bound.reached == 0.0
    assert bound.impulses.shape == (0, 3)


# ---- from two orbits


def test_a_chaser_that_drifts_to_its_target_has_nothing_left_to_do_but_stop(j2: Record) -> None:
    """Without burns it arrives, and the demand is the difference of the orbits alone; behind moves the point."""
    target = MeanOrbit(6.7943e6, 0.0, 0.9012, 1.0, 0.4, 0.0)
    rates, own = {}, {}
    for below in (0.0, 60e3):
        orbit = replace(target, semi_major_axis=target.semi_major_axis - below)
        node, perigee, anomaly = secular_rates(orbit, j2)
        rates[below], own[below] = perigee + anomaly + cos(0.9012) * node, perigee + anomaly
    seconds = 86400.0
    phase = (rates[60e3] - rates[0.0]) * seconds
    chaser = replace(target, semi_major_axis=target.semi_major_axis - 60e3, argument_of_latitude=0.4 - phase)
    demand = rendezvous_demand(chaser, target, j2, phase=phase, seconds=seconds)
    assert demand.wanted[3] == pytest.approx(0.0, abs=1e-9)
    middle = target.semi_major_axis - 30e3
    assert demand.wanted[0] == pytest.approx(60e3 / middle, rel=1e-12)
    assert demand.travel == pytest.approx(own[60e3] * seconds, abs=0.01)  # but for what the nodes move apart
    a_lap_more = rendezvous_demand(chaser, target, j2, phase=phase + 2.0 * pi, seconds=seconds, behind=2000.0)
    assert a_lap_more.travel == pytest.approx(demand.travel + 2.0 * pi)
    assert a_lap_more.wanted[3] == pytest.approx(-2.0 * pi + 2000.0 / middle, abs=1e-9)


def timed_transfer(
    mu: float, radius: float, *, perigee: float, apogee: float
) -> tuple[MeanOrbit, MeanOrbit, float, float]:
    """Chaser at its perigee and a target circle, so that half an ellipse meets it: orbits, phase [rad], time [s]."""
    node, u = 1.0, 0.4
    chaser = MeanOrbit(0.5 * (perigee + apogee), (apogee - perigee) / (apogee + perigee), 0.9, node, u, u)
    seconds = pi * sqrt((0.5 * (perigee + radius)) ** 3 / mu)
    phase = pi - seconds * sqrt(mu / radius**3)
    return chaser, MeanOrbit(radius, 0.0, 0.9, node, u + phase, 0.0), phase, seconds


def test_a_well_timed_transfer_reaches_the_bound_and_another_time_costs_more(point_mass: Record, claim: Claim) -> None:
    """The exact transfer from perigee to the circle ahead is the cheapest there is: here the demand must say so too."""
    perigee, apogee, radius = EARTH + 330e3, EARTH + 350e3, EARTH + 415e3
    chaser, target, phase, seconds = timed_transfer(point_mass.mu, radius, perigee=perigee, apogee=apogee)
    exact = coplanar_bound(perigee, apogee, radius, mu=point_mass.mu)
    bound = linear_bound(rendezvous_demand(chaser, target, point_mass, phase=phase, seconds=seconds))
    claim(
        claim="Linear bound of a rendezvous in half a revolution, timed for its cheapest transfer",
        truth="two impulses in closed form",
        tolerance=0.01,
        achieved=bound.least / exact - 1.0,
        unit="of the sum",
    )
    assert bound.angles.min() == pytest.approx(-pi, abs=0.2)
    late = replace(target, argument_of_latitude=target.argument_of_latitude + 0.01)
    ahead = linear_bound(rendezvous_demand(chaser, late, point_mass, phase=phase + 0.01, seconds=seconds))
    early = replace(target, argument_of_latitude=target.argument_of_latitude - 0.01)
    behind = linear_bound(rendezvous_demand(chaser, early, point_mass, phase=phase - 0.01, seconds=seconds))
    assert min(ahead.least, behind.least) > 1.2 * bound.least


def test_no_exact_transfer_of_two_impulses_costs_less(point_mass: Record) -> None:
    """Lambert's problem between neighbouring orbits in general position; what the linear model lacks is below 2 %."""
    random, mu, shares = np.random.default_rng(4), float(point_mass.mu), []
    for _ in range(30):
        da, de, di, dphi = random.uniform(-1.0, 1.0, 4)
        target = MeanOrbit(6.79e6, 5e-4, 0.9, 1.0, 0.3 + 5e-3 * dphi, random.uniform(0.0, 6.0))
        chaser = MeanOrbit(
            6.79e6 - 20e3 * da, 2e-3 * abs(de), 0.9 + 3e-3 * di, 1.0 + 3e-3 * de, 0.3, random.uniform(0.0, 6.0)
        )
        seconds = random.uniform(1500.0, 4800.0)
        r_C, v_C = state_from_mean(chaser, point_mass)
        r_T, v_T = state_from_mean(advanced(target, point_mass, seconds), point_mass)
        leaving, arriving = lambert(r_C, r_T, seconds, normal=np.cross(r_C, v_C), mu=mu)
        spent = np.linalg.norm(leaving - v_C) + np.linalg.norm(v_T - arriving)
        phase = 5e-3 * dphi - 3e-3 * de * cos(0.9)
        bound = linear_bound(rendezvous_demand(chaser, target, point_mass, phase=phase, seconds=seconds))
        shares.append(bound.least / spent)
    assert max(shares) <= 1.02
    assert max(shares) > 0.9, "none comes near: the bound would hold whatever it said"


# ---- what is refused


@pytest.mark.parametrize(
    ("conditions", "travel"),
    [
        (np.full(6, np.nan), 5.0),
        (np.full(6, np.inf), 5.0),
        (np.zeros(6), 0.0),
        (np.zeros(6), np.nan),
        (np.zeros(6), 1e9),
    ],
)
def test_a_bound_on_nothing_or_without_end_is_refused(conditions: Array, travel: float) -> None:
    with pytest.raises(PlanError, match="give at least one condition, finite ones, and a way up to 2000 rad"):
        linear_bound(Demand(conditions, travel, SPEED))


def test_conditions_that_no_impulses_meet_are_named() -> None:
    """At one point of the orbit an impulse that leaves the axis alone turns no apsis there."""
    with pytest.raises(
        PlanError, match="no impulses meet the conditions semi-major axis, eccentricity toward, .* free"
    ):
        linear_bound(Demand(orbit_change(0.0, 0.01), 1e-9, SPEED))


def test_a_certificate_that_does_not_close_is_said_with_both_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lower_bound, "PASSES", 1)
    monkeypatch.setattr(lower_bound, "GRID", 8)
    with pytest.raises(PlanError, match=r"lies between \d+\.\d+ and \d+\.\d+ m/s and did not close in 1 passes"):
        linear_bound(Demand(np.array([0.02, 0.003, 0.001, 1.0, 0.004, -0.003]), 30.0, SPEED))
