"""The plane pane against vectors, closed forms and the azimuths of the flight records."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, cos, degrees, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from softdock.astro.constants import EARTH_RATE
from softdock.conventions import MINUTE
from softdock.errors import PlanError
from softdock.planning.window_plane import (
    PlanePass,
    Steering,
    argument_of_site,
    earth_relative_azimuth,
    foot_of_site,
    inertial_azimuth,
    site_from_node,
)
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]

rounding = 1e-9
printed_to_a_hundredth_deg = 0.0051
printed_to_a_tenth_deg = 0.051
INCLINATIONS = st.floats(radians(1.0), radians(179.0))
LATITUDES = st.floats(radians(-80.0), radians(80.0))
FREE = Steering(free_azimuth=True)
BAIKONUR_31 = radians(45.9961)


def normal_of(inclination: float) -> np.ndarray:
    """Of a plane whose ascending node is at x."""
    return np.array([0.0, -sin(inclination), cos(inclination)])


def direction(latitude: float, right_ascension: float) -> np.ndarray:
    return np.array([cos(latitude) * cos(right_ascension), cos(latitude) * sin(right_ascension), sin(latitude)])


def passing(inclination: float, latitude: float, *, descending: bool = False) -> PlanePass:
    return PlanePass(inclination=inclination, latitude=latitude, rate=EARTH_RATE, speed=7660.0, descending=descending)


def station(*, descending: bool = False) -> PlanePass:
    return passing(radians(51.634), radians(45.8), descending=descending)


@given(i=INCLINATIONS, latitude=LATITUDES, descending=st.booleans())
def test_the_site_lies_in_the_plane_that_goes_north_or_south(i: float, latitude: float, descending: bool) -> None:
    assume(abs(sin(latitude)) < 0.999 * sin(i))
    x = float(site_from_node(np.array(i), latitude, descending=descending))
    u = float(argument_of_site(np.array(i), latitude, descending=descending))
    site = direction(latitude, x)
    along = np.array([cos(u), sin(u) * cos(i), sin(u) * sin(i)])
    assert np.allclose(site, along, atol=rounding)
    assert (cos(u) > 0.0) != descending  # the northward part of the motion is cos(u) sin(i)


@given(i=INCLINATIONS, latitude=LATITUDES, descending=st.booleans())
def test_the_azimuth_is_that_of_the_plane_seen_from_the_site(i: float, latitude: float, descending: bool) -> None:
    assume(abs(sin(latitude)) < 0.999 * sin(i))
    x = float(site_from_node(np.array(i), latitude, descending=descending))
    heading = np.cross(normal_of(i), direction(latitude, x))
    east = np.array([-sin(x), cos(x), 0.0])
    north = np.cross(direction(latitude, x), east)
    azimuth = inertial_azimuth(i, latitude, descending=descending)
    assert cos(azimuth) == pytest.approx(heading @ north, abs=1e-7)
    assert sin(azimuth) == pytest.approx(heading @ east, abs=1e-7)


@given(i=INCLINATIONS, latitude=LATITUDES, off=st.floats(-1.0, 1.0))
def test_the_foot_is_the_nearest_point_of_the_plane(i: float, latitude: float, off: float) -> None:
    site, normal = direction(latitude, off), normal_of(i)
    in_plane = site - normal * (site @ normal)
    assume(np.linalg.norm(in_plane) > 0.01)
    u = float(foot_of_site(np.array(i), latitude, from_node=np.array(off)))
    foot = np.array([cos(u), sin(u) * cos(i), sin(u) * sin(i)])
    assert np.allclose(foot, in_plane / np.linalg.norm(in_plane), atol=1e-8)


@pytest.mark.parametrize(
    ("inclination_deg", "inertial_deg", "relative_deg"),
    [(51.62, 63.34, 62.24), (51.64, 63.29, 62.19), (51.67, 63.22, 62.11)],
)
def test_azimuths_from_baikonur_are_those_of_the_record(
    inclination_deg: float, inertial_deg: float, relative_deg: float, claim: Claim
) -> None:
    # the record puts the geodetic latitude into the formula of the sphere, and so does this test
    azimuth = inertial_azimuth(radians(inclination_deg), BAIKONUR_31)
    relative = earth_relative_azimuth(azimuth, BAIKONUR_31, speed=7808.4)
    misses = [degrees(azimuth) - inertial_deg, degrees(relative) - relative_deg]
    claim(
        claim=f"Azimuths from Baikonur to an inclination of {inclination_deg} deg, inertial and Earth-relative",
        truth="Progress MS-31's record, two decimals",
        tolerance=printed_to_a_hundredth_deg,
        achieved=worst_of(map(abs, misses)),
        unit="deg",
    )


@pytest.mark.parametrize(
    ("latitude_deg", "speed", "inertial_deg", "relative_deg"),
    [(45.92, 7808.4, 62.8, 61.7), (28.62722, 7820.0, 44.8, 42.6)],
)
def test_azimuths_of_1975_are_those_of_the_record(
    latitude_deg: float, speed: float, inertial_deg: float, relative_deg: float
) -> None:
    latitude = radians(latitude_deg)
    azimuth = inertial_azimuth(radians(51.78), latitude)
    assert degrees(azimuth) == pytest.approx(inertial_deg, abs=printed_to_a_tenth_deg)
    relative = degrees(earth_relative_azimuth(azimuth, latitude, speed=speed))
    assert relative == pytest.approx(relative_deg, abs=printed_to_a_tenth_deg)


def test_southward_azimuths_mirror_northward_ones() -> None:
    north, south = (inertial_azimuth(0.9, 0.7, descending=side) for side in (False, True))
    assert north + south == pytest.approx(pi)


@given(late=st.floats(-3000.0, 3000.0), descending=st.booleans())
def test_wedges_are_angles_between_the_planes_themselves(late: float, descending: bool) -> None:
    plane = station(descending=descending)
    turn = plane.rate * late
    other = np.array([sin(turn) * sin(plane.inclination), -cos(turn) * sin(plane.inclination), cos(plane.inclination)])
    between = 2.0 * asin(min(0.5 * float(np.linalg.norm(other - normal_of(plane.inclination))), 1.0))
    assert float(plane.wedge(np.array([late]), Steering())[0]) == pytest.approx(between, abs=rounding)
    site = direction(plane.latitude, plane.from_node + turn)
    off = asin(float(site @ normal_of(plane.inclination)))
    assert float(plane.off_plane(np.array([late]))[0]) == pytest.approx(off, abs=rounding)
    assert float(plane.wedge(np.array([late]), FREE)[0]) == pytest.approx(abs(off), abs=rounding)


@pytest.mark.parametrize("late", [400.0, 900.0, -1300.0])
def test_no_heading_and_no_allowed_yaw_leave_a_smaller_wedge(late: float) -> None:
    """Every heading at the pad and every yaw at insertion tried: the closed form is the least."""
    plane = station()
    steering = Steering(free_azimuth=True, yaw_limit=radians(5.0), powered_arc=radians(18.8))
    site = direction(plane.latitude, plane.from_node + plane.rate * late)
    target = normal_of(plane.inclination)
    east = np.cross([0.0, 0.0, 1.0], site) / cos(plane.latitude)
    north = np.cross(site, east)

    def wedge(x: np.ndarray) -> float:
        heading = cos(x[0]) * north + sin(x[0]) * east
        insertion = cos(steering.powered_arc) * site + sin(steering.powered_arc) * heading
        yaw = steering.yaw_limit * sin(x[1])
        flown = np.cross(site, heading)
        turned = flown * cos(yaw) + np.cross(insertion, flown) * sin(yaw)
        return float(np.linalg.norm(turned - target))

    starts = [(azimuth, yaw) for azimuth in (0.9, 1.1, 1.3) for yaw in (-1.5, 0.0, 1.5)]
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    least = min(minimize(wedge, start, method="Nelder-Mead", options=options).fun for start in starts)
    found = 2.0 * sin(0.5 * float(plane.wedge(np.array([late]), steering)[0]))
    assert found == pytest.approx(least, abs=1e-7)
    assert found < 2.0 * sin(0.5 * float(plane.wedge(np.array([late]), FREE)[0]))


def test_a_minute_costs_what_the_closed_forms_say(claim: Claim) -> None:
    plane = station()
    for steering in (Steering(), FREE):
        slope = float(plane.cost(np.array([0.1]), steering)[0]) / 0.1
        assert plane.cost_rate(steering) == pytest.approx(slope, rel=1e-4)
    closed = (
        7660.0
        * EARTH_RATE
        * MINUTE
        * np.array([sin(plane.inclination), sqrt(sin(plane.inclination) ** 2 - sin(plane.latitude) ** 2)])
    )
    found = [plane.cost_rate(steering) * MINUTE for steering in (Steering(), FREE)]
    claim(
        claim="Cost of a minute early or late, azimuth fixed and free",
        truth="V w sin i and V w sqrt(sin^2 i - sin^2 lat)",
        tolerance=rounding,
        achieved=float(np.max(np.abs(found - closed))),
        unit="m/s",
    )


@given(
    i=st.floats(radians(20.0), radians(160.0)),
    latitude=st.floats(radians(-60.0), radians(60.0)),
    budget=st.floats(0.0, 300.0),
    yaw=st.floats(0.0, radians(14.0)),
    descending=st.booleans(),
)
def test_the_budget_is_spent_at_the_edges_of_the_pane(
    i: float, latitude: float, budget: float, yaw: float, descending: bool
) -> None:
    assume(abs(sin(latitude)) < 0.99 * sin(i))
    plane = passing(i, latitude, descending=descending)
    for steering in (Steering(), Steering(free_azimuth=True, yaw_limit=yaw, powered_arc=radians(18.8))):
        pane = plane.pane(budget, steering)
        assert pane[0] <= 1e-9 <= pane[1] + 2e-9
        cost = plane.cost(np.array(pane), steering)
        assert np.all(cost <= budget + 1e-4)
        quarter = np.array([abs(plane.rate * edge) for edge in pane])
        cut = (cost < budget - 1e-4) & (quarter < 0.9 * pi)
        if np.any(cut):  # only where the other branch begins, at right angles to the node
            edge = plane.from_node + plane.rate * np.array(pane)[cut]
            assert np.allclose(np.abs(np.sin(edge)), 1.0, atol=1e-6)


def test_a_plane_that_never_passes_over_the_site_is_refused() -> None:
    with pytest.raises(PlanError, match="inclined 28.500 deg never passes over geocentric latitude 45.800 deg"):
        inertial_azimuth(radians(28.5), radians(45.8))


def test_impossible_steering_and_budgets_are_refused() -> None:
    with pytest.raises(PlanError, match="give both from 0 to below 90 deg"):
        Steering(free_azimuth=True, yaw_limit=2.0)
    with pytest.raises(PlanError, match="set free_azimuth"):
        Steering(yaw_limit=0.1, powered_arc=0.3)
    with pytest.raises(PlanError, match="plane change of -1"):
        station().pane(-1.0, FREE)
