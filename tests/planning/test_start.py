"""Insertion states agree with what is recorded of them and with nothing more."""

from __future__ import annotations

from math import asin, cos, pi

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment, pad_position_inertial
from softdock.astro.orbits import mean_from_state, nodal_period, true_equator_axes
from softdock.conventions import DEGREE, MINUTE
from softdock.errors import MissionError
from softdock.planning.start import Plane, ascending_plane, insertion


@pytest.fixture(scope="module")
def env(epoch):
    return build_environment(epoch, span_s=12 * 3600.0, forces=Forces(drag=False))


@pytest.fixture(scope="module")
def starts(mission):
    return {p.craft: p.start for p in mission.phases if p.kind == "insertion"}


@pytest.fixture(scope="module")
def soyuz_in_orbit(env, j2, epoch, starts):
    start = starts["soyuz"]
    plane = ascending_plane(env, epoch, start)
    return plane, insertion(env, j2, epoch, start=start, plane=plane, mass_kg=6680.0)


def test_the_plane_passes_over_the_pad_at_lift_off_with_its_inclination(env, epoch, starts, soyuz_in_orbit) -> None:
    plane, found = soyuz_in_orbit
    site = starts["soyuz"].site
    pad = pad_position_inertial(env, 0.0, (site.latitude_deg, site.longitude_deg, site.height_m))
    assert abs(found.pad_off_plane) < 1e-9
    assert plane.inclination == pytest.approx(51.79 * DEGREE)
    # spherical trigonometry: cos i = sin(azimuth) cos(geocentric latitude)
    latitude = asin((true_equator_axes(env, 0.0) @ pad)[2] / np.linalg.norm(pad))
    u = plane.argument_of_latitude(true_equator_axes(env, 0.0) @ pad / np.linalg.norm(pad))
    azimuth = np.arctan2(cos(plane.inclination), np.sin(plane.inclination) * cos(u))
    assert np.sin(azimuth) * cos(latitude) == pytest.approx(cos(plane.inclination), rel=1e-9)
    # the fact sheet has 62.8 deg from the geodetic latitude, which is 0.19 deg more than the geocentric one
    assert azimuth / DEGREE == pytest.approx(62.8, abs=0.5)


def test_the_nodal_period_is_the_printed_one(j2, soyuz_in_orbit) -> None:
    _, found = soyuz_in_orbit
    assert nodal_period(found.mean, j2) / MINUTE == pytest.approx(88.52, abs=1e-9)


def test_insertion_is_at_perigee_after_the_powered_arc(env, j2, starts, soyuz_in_orbit, claim) -> None:
    plane, found = soyuz_in_orbit
    site = starts["soyuz"].site
    pad = true_equator_axes(env, 0.0) @ pad_position_inertial(env, 0.0, (site.latitude_deg, site.longitude_deg, 0.0))
    r = true_equator_axes(env, 530.0) @ found.state.r
    arc = np.arccos(pad @ r / np.linalg.norm(pad) / np.linalg.norm(r)) / DEGREE
    # the osculating position is ahead of or behind the mean one by J2's short-period part
    assert arc == pytest.approx(16.6, abs=0.1)
    mean = mean_from_state(found.state.r, found.state.v, j2, t=found.state.t)
    assert mean.argument_of_latitude == pytest.approx(mean.argument_of_perigee, abs=1e-6)
    assert found.mean.semi_major_axis == pytest.approx(mean.semi_major_axis, abs=1e-3)


def test_to_read_the_record_as_osculating_would_move_the_phase_by_degrees(j2, soyuz_in_orbit) -> None:
    """Why the code says which: the same numbers as osculating elements give another period."""
    _, found = soyuz_in_orbit
    r, v = found.state.r, found.state.v
    osculating = 1.0 / (2.0 / np.linalg.norm(r) - v @ v / j2.mu)
    drift_in_a_day = 3.0 * pi * (osculating - found.mean.semi_major_axis) / found.mean.semi_major_axis * 16.0
    assert abs(drift_in_a_day) / DEGREE > 1.0


def test_apollo_keeps_the_pads_place_along_the_track_and_reports_its_yaw(
    env, j2, epoch, starts, soyuz_in_orbit
) -> None:
    plane, _ = soyuz_in_orbit
    start = starts["apollo"]
    first = insertion(env, j2, epoch, start=start, plane=plane, mass_kg=14910.0)
    turned = Plane(plane.inclination, plane.raan + 0.2 * DEGREE)
    second = insertion(env, j2, epoch, start=start, plane=turned, mass_kg=14910.0)
    assert second.pad_off_plane != pytest.approx(first.pad_off_plane, abs=1e-4)
    # a pad further off the plane needs more yaw: the angle grows by 1 / sin of the powered arc
    for found in (first, second):
        assert np.tan(abs(found.yaw)) == pytest.approx(
            np.tan(abs(found.pad_off_plane)) / np.sin(start.powered_arc_deg * DEGREE), rel=1e-6
        )


def test_a_plane_that_never_passes_over_its_pad_is_refused(env, epoch, starts) -> None:
    low = starts["soyuz"].model_copy(update={"inclination_deg": 40.0})
    with pytest.raises(MissionError, match="never passes over"):
        ascending_plane(env, epoch, low)
