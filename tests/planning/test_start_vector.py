"""A published vector of one launch, read relative to the rotating Earth, starts another flight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, hypot, pi, sqrt

import numpy as np
import pytest
from pydantic import ValidationError

from softdock.astro.constants import EARTH_RATE, MU_EARTH
from softdock.astro.environment import j2_environment
from softdock.astro.frames import geodetic
from softdock.astro.orbits import MeanOrbit, nodal_period, osculating, true_equator_axes
from softdock.astro.teme import gcrf_to
from softdock.astro.time import Epoch
from softdock.conventions import DAY, DEGREE, KILOMETRE, MINUTE
from softdock.errors import PropagationError
from softdock.planning.start import target_insertion
from softdock.planning.start_vector import (
    StateVector,
    mean_start,
    mean_wedge,
    node_gain,
    phase_gain,
    phasing_orbit,
    turned_about_pole,
)
from tests.planning.progress_scene import LIFT_OFF, PUBLISHED

Claim = Callable[..., None]
KELDYSH = "Keldysh ballistic centre, SeeSat-L Dec-1997/0127, Progress M-37, worked out by hand"
SAMPLE = "Keldysh ballistic centre, SeeSat-L Apr-1997/0073, Progress M-34, as printed"
RADIUS = 6378.137  # km

half_of_the_last_digit_deg = 0.0005
ten_metres = 0.01  # km
five_arcseconds = 0.0014  # deg


@pytest.fixture(scope="module")
def vector() -> StateVector:
    return StateVector(lift_off_utc="1997-12-20T08:45:02", **PUBLISHED)


@pytest.fixture(scope="module")
def epoch() -> Epoch:
    return Epoch.from_utc(LIFT_OFF)


def test_the_published_vector_has_the_elements_worked_out_for_it(vector: StateVector, claim: Claim) -> None:
    orbit = vector.elements()
    r, v = vector.fixed()
    latitude, longitude, height = geodetic((r[0], r[1], r[2]))
    inertial = np.linalg.norm(v + np.cross([0.0, 0.0, EARTH_RATE], r)) / KILOMETRE
    u = (orbit.argument_of_perigee + orbit.true_anomaly) / DEGREE % 360.0
    period = 2.0 * pi * sqrt(orbit.semi_major_axis**3 / MU_EARTH) / MINUTE
    apogee = orbit.semi_major_axis * (1.0 + orbit.eccentricity) / KILOMETRE - RADIUS
    for what, found, published, tolerance, unit in (
        ("latitude", latitude / DEGREE, 51.122, half_of_the_last_digit_deg, "deg"),
        ("longitude", longitude / DEGREE, 85.070, half_of_the_last_digit_deg, "deg"),
        ("geodetic height", height / KILOMETRE, 193.5, 0.05, "km"),
        ("inertial speed", inertial, 7.8084, 5e-5, "km/s"),
        ("semi-major axis", orbit.semi_major_axis / KILOMETRE, 6580.15, ten_metres, "km"),
        ("eccentricity", orbit.eccentricity, 0.003252, 5e-7, ""),
        ("inclination", orbit.inclination / DEGREE, 51.620, half_of_the_last_digit_deg, "deg"),
        ("argument of latitude", u, 82.11, 0.005, "deg"),
        ("longitude of the node", orbit.raan / DEGREE, 7.658, half_of_the_last_digit_deg, "deg"),
        ("period", period, 88.53, 0.005, "min"),
        ("apogee", apogee, 223.4, 0.05, "km"),
    ):
        claim(
            claim=f"Insertion vector of Progress M-37: {what}",
            truth=KELDYSH,
            tolerance=tolerance,
            achieved=found - published,
            unit=unit,
        )


def test_reading_it_relative_to_the_rotating_earth_reproduces_the_printed_elements_of_another(claim: Claim) -> None:
    """The same source prints a vector with its elements: this is how one knows what its velocities refer to."""
    sample = StateVector(
        lift_off_utc="1997-04-06T16:04:05",
        after_lift_off_s=1.0,
        position_km=(1989.93414, 6344.70844, 0.0),
        velocity_km_s=(-4.12193, 1.27402, 6.07024),
    )
    orbit = sample.elements()
    for what, found, printed, tolerance, unit in (
        ("semi-major axis", orbit.semi_major_axis / KILOMETRE, 6642.280, ten_metres, "km"),
        ("eccentricity", orbit.eccentricity, 0.0025541, 2e-6, ""),
        ("inclination", orbit.inclination / DEGREE, 51.6698, five_arcseconds, "deg"),
    ):
        claim(
            claim=f"Vector of Progress M-34 in orbit 30: {what}",
            truth=SAMPLE,
            tolerance=tolerance,
            achieved=found - printed,
            unit=unit,
        )
    # read as inertial, the same numbers are no orbit of a Progress
    r, v = sample.fixed()
    assert osculating(r, v, mu=MU_EARTH).semi_major_axis < 6.3e6


def test_another_launch_starts_at_the_same_place_over_the_earth_turned_to_its_pad(epoch: Epoch) -> None:
    one = StateVector(lift_off_utc=LIFT_OFF, turned_east_deg=0.222, **PUBLISHED)
    start = one.start(epoch)
    assert start.t == pytest.approx(529.04, abs=1e-5)
    fixed, moving = gcrf_to("ITRF", epoch, np.array([start.t]), r=start.r[None], v=start.v[None])
    wanted_r, wanted_v = one.fixed()
    np.testing.assert_allclose(fixed[0], wanted_r, atol=1e-6)
    np.testing.assert_allclose(moving[0], wanted_v, atol=1e-9)
    longitude = geodetic((fixed[0][0], fixed[0][1], fixed[0][2]))[1] / DEGREE
    assert longitude == pytest.approx(85.070 + 0.222, abs=half_of_the_last_digit_deg)
    # its speed in space and its inclination to the true equator do not depend on the day
    axes = true_equator_axes(j2_environment(epoch), start.t)
    orbit = osculating(axes @ start.r, axes @ start.v, mu=MU_EARTH)
    assert np.linalg.norm(start.v) == pytest.approx(7808.425, abs=0.01)
    assert orbit.inclination / DEGREE == pytest.approx(51.620, abs=half_of_the_last_digit_deg)
    assert orbit.semi_major_axis == pytest.approx(6580150.0, abs=10.0)


def test_the_start_serves_a_plan_as_a_state_from_an_ephemeris_does(epoch: Epoch) -> None:
    j2 = j2_environment(epoch)
    start = StateVector(lift_off_utc=LIFT_OFF, **PUBLISHED).start(epoch)
    found, counted_from = target_insertion(j2, j2, epoch, start=start, mass_kg=7280.0)
    np.testing.assert_array_equal(found.state.r, start.r)
    assert found.mean == mean_start(start, j2)
    assert counted_from == start.t


def test_a_lift_off_later_turns_the_plane_with_the_earth(epoch: Epoch) -> None:
    j2, nodes = j2_environment(epoch), []
    for lift_off in (LIFT_OFF, "2025-07-03T20:32:40.257"):
        nodes.append(mean_start(StateVector(lift_off_utc=lift_off, **PUBLISHED).start(epoch), j2).raan)
    assert (nodes[1] - nodes[0]) % (2.0 * pi) == pytest.approx(EARTH_RATE * 3600.0, abs=1e-5)


def test_a_turn_about_the_pole_moves_the_node_and_nothing_else(epoch: Epoch) -> None:
    j2 = j2_environment(epoch)
    start = StateVector(lift_off_utc=LIFT_OFF, **PUBLISHED).start(epoch)
    before, after = (mean_start(s, j2) for s in (start, turned_about_pole(start, 0.25 * DEGREE, j2)))
    assert (after.raan - before.raan) / DEGREE == pytest.approx(0.25, abs=1e-9)
    for name in ("semi_major_axis", "eccentricity", "inclination", "argument_of_latitude", "argument_of_perigee"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-9)
    wedge = mean_wedge(after, before)
    assert wedge.tilt == pytest.approx(0.0, abs=1e-12)
    assert wedge.angle == pytest.approx(0.25 * DEGREE * np.sin(before.inclination), rel=1e-9)


def test_nodes_and_phases_of_193_by_245_km_run_from_the_station_as_worked_out(epoch: Epoch, claim: Claim) -> None:
    """-0.535 deg a day of node, 15.5 deg a revolution and 251 deg a day of phase, for 51.64 deg and 415 km."""
    j2 = j2_environment(epoch)
    low = MeanOrbit(6.597137e6, 26e3 / 6.597137e6, 51.64 * DEGREE, 0.0, 0.0, 0.0)
    high = MeanOrbit(6.793137e6, 0.0, 51.64 * DEGREE, 0.0, 0.0, 0.0)
    turn = phase_gain(low, high, j2, seconds=nodal_period(low, j2)) / DEGREE
    for what, found, known, tolerance, unit in (
        ("node in a day", node_gain(low, high, j2, seconds=DAY) / DEGREE, -0.535, 0.0005, "deg"),
        ("phase in a day", phase_gain(low, high, j2, seconds=DAY) / DEGREE, 251.0, 0.5, "deg"),
        ("phase in a revolution", turn, 15.5, 0.05, "deg"),
    ):
        claim(
            claim=f"193 x 245 km against 415 km: gain of {what}",
            truth="independent J2 computation",
            tolerance=tolerance,
            achieved=found - known,
            unit=unit,
        )


@pytest.mark.parametrize("phase_deg", [-30.0, 0.0, 100.0, 600.0])
def test_in_its_phasing_orbit_the_chaser_gains_the_phase(epoch: Epoch, phase_deg: float) -> None:
    j2 = j2_environment(epoch)
    chaser = MeanOrbit(6.586e6, 0.004, 51.62 * DEGREE, 1.0, 0.0, 0.0)
    target = MeanOrbit(6.7943e6, 0.0008, 51.634 * DEGREE, 1.0, 0.0, 0.0)
    orbit = phasing_orbit(chaser, target, j2, phase=phase_deg * DEGREE, seconds=2.0 * DAY)
    assert phase_gain(orbit, target, j2, seconds=2.0 * DAY) / DEGREE == pytest.approx(phase_deg, abs=1e-6)
    below = target.semi_major_axis - orbit.semi_major_axis
    assert below * phase_deg > 0.0 if phase_deg else abs(below) < 100.0


def test_a_phase_that_only_a_circle_in_the_ground_gains_is_refused(epoch: Epoch) -> None:
    j2 = j2_environment(epoch)
    target = MeanOrbit(6.7943e6, 0.0, 51.634 * DEGREE, 0.0, 0.0, 0.0)
    with pytest.raises(PropagationError, match=r"to gain 720.0 deg in 24.0 h takes a circle of 6267 km"):
        phasing_orbit(target, target, j2, phase=4.0 * pi, seconds=DAY)


@pytest.mark.parametrize(
    ("factor", "said"), [(0.9, "a perigee -.* km high, below 100 km"), (1.6, "no ellipse; it is taken relative to")]
)
def test_a_vector_that_is_no_orbit_is_refused_with_how_it_is_read(factor: float, said: str) -> None:
    velocity = tuple(factor * c for c in PUBLISHED["velocity_km_s"])
    with pytest.raises(ValidationError, match=said):
        StateVector(lift_off_utc=LIFT_OFF, **{**PUBLISHED, "velocity_km_s": velocity})


def test_a_lift_off_that_is_no_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="'at noon' is not a UTC time"):
        StateVector(lift_off_utc="at noon", **PUBLISHED)


def test_the_wedge_is_the_angle_between_the_normals() -> None:
    a = MeanOrbit(7e6, 0.0, 51.62 * DEGREE, 0.02, 0.0, 0.0)
    b = replace(a, inclination=51.7 * DEGREE, raan=2.0 * pi - 0.01)
    normals = [
        np.array([np.sin(o.inclination) * np.sin(o.raan), -np.sin(o.inclination) * np.cos(o.raan), cos(o.inclination)])
        for o in (a, b)
    ]
    angle = np.arctan2(np.linalg.norm(np.cross(*normals)), normals[0] @ normals[1])
    wedge = mean_wedge(a, b)
    assert wedge.angle == pytest.approx(angle, rel=1e-4)
    assert hypot(wedge.tilt, wedge.turn) == wedge.angle
    assert wedge.turn > 0.0 > wedge.tilt
