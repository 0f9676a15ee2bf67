"""A chaser that begins beside its target: where it stands, how its orbit lies, how fast it closes."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from softdock.astro.orbits import MeanOrbit, mean_from_state, nodal_period, state_from_mean
from softdock.astro.relative import height_difference, phase_angle
from softdock.dynamics.arcs import Arc, PointState, propagate
from softdock.errors import MissionError
from softdock.planning.start import GivenStart
from softdock.planning.start_relative import RelativeStart

Claim = Callable[..., None]
AT = "1975-07-15T20:00:00"
RADIUS = 6378137.0

one_metre = 1.0


def target_orbit(low_km: float, high_km: float, u: float = 1.1, *, inclination: float = 51.6) -> MeanOrbit:
    low, high = RADIUS + 1e3 * low_km, RADIUS + 1e3 * high_km
    return MeanOrbit(0.5 * (low + high), (high - low) / (low + high), radians(inclination), 1.0, u, 0.4)


def flown(env, start: GivenStart, revolutions: float = 1.0, *, early: float = 0.0) -> Arc:
    """The arc under J2 alone, from a little before the start on."""
    period = 2.0 * pi * float(np.linalg.norm(start.r) / np.linalg.norm(start.v)) * 1.3
    begin = PointState(start.t, start.r, start.v, 100.0)
    if early:
        begin = propagate(env, begin, until=start.t - early, drag_area=0.0).at(start.t - early)
    return propagate(env, begin, until=start.t + revolutions * period, drag_area=0.0)


def at(env, orbit: MeanOrbit, t: float = 0.0) -> GivenStart:
    return GivenStart(t, *state_from_mean(orbit, env, t))


def same_angle_heights(target: Arc, chaser: Arc, times: np.ndarray, mu: float) -> np.ndarray:
    """Height differences [m] where the target passes the chaser's central angle: it is looked for in its own arc."""
    y, found = chaser.states(times), []
    for t, state in zip(times, y, strict=True):
        there = t
        for _ in range(6):
            T = target.states(np.array([there]))[0]
            rate = float(np.linalg.norm(np.cross(T[:3], T[3:6])) / (T[:3] @ T[:3]))
            there -= float(phase_angle(T[:3], T[3:6], state[:3])) / rate
        T = target.states(np.array([there]))[0]
        found.append(float(height_difference(T[:3], T[3:6], state[:3], mu=mu)))
    return np.array(found)


@pytest.mark.parametrize(("low", "high"), [(415.0, 418.0), (400.0, 680.0)])
def test_the_chaser_stays_as_far_below_all_around_the_orbit(j2, low, high, claim: Claim) -> None:
    """Mean elements are of first order in J2: what they leave out differs between the two by far less than itself."""
    target = at(j2, target_orbit(low, high))
    chaser = RelativeStart(at_utc=AT, behind_km=200.0, below_km=4.5).start(target, j2)
    arcs = flown(j2, target, early=300.0), flown(j2, chaser)
    times = np.linspace(0.0, nodal_period(target_orbit(low, high), j2), 25)
    off = np.abs(same_angle_heights(*arcs, times, float(j2.mu)) - 4500.0)
    claim(
        claim=f"A start 4.5 km below {low:g} x {high:g} km keeps that height for a revolution under J2",
        truth="its definition: coelliptic, mean orbits",
        tolerance=20.0,
        achieved=float(np.max(off)),
        unit="m",
    )


def test_the_chaser_stands_behind_by_the_way_that_was_given(j2) -> None:
    orbit = target_orbit(415.0, 415.0)
    target = at(j2, orbit)
    for behind in (200.0, -30.0):
        chaser = RelativeStart(at_utc=AT, behind_km=behind, below_km=3.0).start(target, j2)
        along = float(phase_angle(target.r, target.v, chaser.r)) * orbit.semi_major_axis
        assert along == pytest.approx(1e3 * behind, rel=2e-3)  # the short-period part of the longitude differs


def test_it_closes_by_three_pi_of_the_height_a_revolution(j2, claim: Claim) -> None:
    orbit = target_orbit(415.0, 415.0)
    target, below = at(j2, orbit), 4.5
    chaser = RelativeStart(at_utc=AT, behind_km=200.0, below_km=below).start(target, j2)
    period = nodal_period(orbit, j2)
    phases = []
    for t in (0.0, period):
        T, C = flown(j2, target).at(t), flown(j2, chaser).at(t)
        phases.append(float(phase_angle(T.r, T.v, C.r)))
    closed = (phases[0] - phases[1]) * orbit.semi_major_axis
    claim(
        claim="A chaser 4.5 km below closes in a revolution, of 3 pi times its height",
        truth="Clohessy and Wiltshire, who know no J2 and no second order",
        tolerance=0.01,
        achieved=closed / (3.0 * pi * 1e3 * below) - 1.0,
        unit="of it",
    )


@given(
    inclination=st.floats(2.0, 178.0),
    u=st.floats(0.0, 6.28),
    aside=st.floats(-20.0, 20.0),
    behind=st.floats(-200.0, 200.0),
)
@settings(max_examples=40)
def test_the_distance_from_the_plane_is_greatest_at_the_start(j2, inclination, u, aside, behind) -> None:
    """Of the mean orbits, told by spherical trigonometry alone."""
    target = target_orbit(500.0, 500.0, u, inclination=inclination)
    chaser = RelativeStart(at_utc=AT, behind_km=behind, below_km=0.5, out_of_plane_km=aside).orbit(target)
    up, ahead = directions(chaser)
    normal = np.cross(*directions(target))
    away = float(np.arcsin(up @ normal)) * target.semi_major_axis
    # differences of inclination and node are taken as small: what is left out grows with their square, and with the
    # cotangent of the inclination
    left_out = (1e3 * aside) ** 2 / target.semi_major_axis / sin(radians(inclination))
    assert away == pytest.approx(1e3 * aside, abs=one_metre + left_out)
    assert float(ahead @ normal) * target.semi_major_axis == pytest.approx(0.0, abs=one_metre + left_out)


def directions(orbit: MeanOrbit) -> tuple[np.ndarray, np.ndarray]:
    """Radial and transverse unit vectors (3,) of a mean orbit."""
    node = np.array([cos(orbit.raan), sin(orbit.raan), 0.0])
    across = np.array(
        [-sin(orbit.raan) * cos(orbit.inclination), cos(orbit.raan) * cos(orbit.inclination), sin(orbit.inclination)]
    )
    u = orbit.argument_of_latitude
    return cos(u) * node + sin(u) * across, cos(u) * across - sin(u) * node


def test_the_state_belongs_to_the_mean_orbit_that_is_asked_for(j2) -> None:
    target = at(j2, target_orbit(400.0, 680.0), 5000.0)
    start = RelativeStart(at_utc=AT, behind_km=150.0, below_km=4.0, out_of_plane_km=1.0)
    given_there, mean = start.start(target, j2), mean_from_state(target.r, target.v, j2, t=5000.0)
    found = mean_from_state(given_there.r, given_there.v, j2, t=given_there.t)
    wanted = start.orbit(mean)
    assert given_there.t == 5000.0
    assert found.semi_major_axis == pytest.approx(mean.semi_major_axis - 4000.0, abs=1e-3)
    assert found.semi_major_axis * found.eccentricity == pytest.approx(mean.semi_major_axis * mean.eccentricity)
    assert (found.inclination, found.raan) == pytest.approx((wanted.inclination, wanted.raan), abs=1e-12)
    assert found.argument_of_latitude == pytest.approx(wanted.argument_of_latitude, abs=1e-9)


def test_a_place_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError, match="puts the chaser where its target is; give behind_km or below_km"):
        RelativeStart(at_utc=AT, behind_km=0.0, below_km=0.0)
    with pytest.raises(ValidationError, match="less than or equal to 2000"):
        RelativeStart(at_utc=AT, behind_km=3000.0, below_km=0.0)
    with pytest.raises(ValidationError, match="is not a UTC time; write it like"):
        RelativeStart(at_utc="tomorrow", behind_km=10.0, below_km=0.0)
    low = RelativeStart(at_utc=AT, behind_km=10.0, below_km=100.0)
    with pytest.raises(MissionError, match=r"below_km is 100 km and the chaser's perigee would be 8\d km high"):
        low.orbit(target_orbit(180.0, 190.0))
    with pytest.raises(MissionError, match=r"inclined 0\.50 deg and a place beside it is told from its node"):
        low.orbit(target_orbit(500.0, 500.0, inclination=0.5))
