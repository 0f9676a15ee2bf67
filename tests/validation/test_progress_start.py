"""How Progress MS-31 and the station stood to each other at insertion, and what the start asks of the planner.

Its own insertion was not published: the nominal vector of Progress M-37, turned to its pad and its lift-off, stands in.
The station comes from its two-line elements. What is known of both from outside is checked here; what follows from them
is on docs/theory/progress-start.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import hypot, pi, sin, sqrt
from pathlib import Path

import numpy as np
import pytest

from softdock.astro.environment import build_environment
from softdock.astro.frames import geodetic
from softdock.astro.orbits import mean_from_state, nodal_period, secular_rates
from softdock.astro.relative import phase_angle
from softdock.astro.teme import gcrf_to
from softdock.conventions import DAY, DEGREE, HOUR, KILOMETRE, MINUTE, Record
from softdock.dynamics.arcs import Arc, PointState, propagate
from softdock.errors import PropagationError
from softdock.planning.lower_bound import Bound, coplanar_bound, linear_bound, rendezvous_demand
from softdock.planning.start import GivenStart
from softdock.planning.start_vector import (
    mean_start,
    mean_wedge,
    node_gain,
    phase_gain,
    phasing_orbit,
    turned_about_pole,
)
from softdock.planning.wedge import Wedge
from softdock.vehicle.assembly import assemble
from softdock.vehicle.library import load_vehicle
from tests.planning.progress_scene import Scene, scene, station_by

Claim = Callable[..., None]
PAGE = Path(__file__).parents[2] / "docs" / "theory" / "progress-start.md"
FIRST_PAIR_OVER = 4.0 * HOUR  # after lift-off; between DV1 and DV2 of Soyuz MS-01, 3:33 and 4:14
REST_BEHIND = 2000.0  # m

five_kilometres = 5.0  # 1 km of the elements and a third of what the air does to the station in two days (15 km)
a_hundredth_of_a_degree = 0.01


@pytest.fixture(scope="module")
def at() -> Scene:
    return scene()


@pytest.fixture(scope="module")
def env(at: Scene) -> Record:
    return build_environment(at.epoch, span_s=at.docking)


def flown(env: Record, at: Scene, start: GivenStart, vehicle: str, *, air: bool = True) -> Arc:
    """A craft of the library without burns from the start to the docking time."""
    craft = assemble(load_vehicle(vehicle))
    state = PointState(start.t, start.r, start.v, craft.craft.launch_mass_kg)
    return propagate(env, state, until=at.docking, drag_area=craft.drag_area if air else 0.0)


def phase_of(at: Scene, start: GivenStart) -> float:
    return float(phase_angle(at.station.r, at.station.v, start.r)) % (2.0 * pi)


def wedge_on_arrival(at: Scene, start: GivenStart, *, laps: int = 0) -> tuple[Wedge, float]:
    """What J2 leaves of the wedge by the arrival when one pair of burns lifts the ship to its phasing orbit, and that
    orbit's height [m]."""
    chaser = mean_start(start, at.j2)
    low = FIRST_PAIR_OVER - start.t
    rest = at.arrival - start.t - low
    ahead = phase_of(at, start) + 2.0 * pi * laps - phase_gain(chaser, at.target, at.j2, seconds=low)
    orbit = phasing_orbit(chaser, at.target, at.j2, phase=ahead, seconds=rest)
    moved = node_gain(chaser, at.target, at.j2, seconds=low) + node_gain(orbit, at.target, at.j2, seconds=rest)
    wedge = mean_wedge(chaser, at.target)
    return Wedge(wedge.tilt, wedge.turn + moved * sin(at.target.inclination)), orbit.semi_major_axis - 6378137.0


def bound_of(at: Scene, start: GivenStart, *free: str, laps: int = 0, wait: float = 0.0) -> Bound:
    """From the start to rest behind the station at the arrival; no burn in the first `wait` [s]."""
    chaser, seconds = mean_start(start, at.j2), at.arrival - start.t
    phase = phase_of(at, start) + 2.0 * pi * laps
    demand = rendezvous_demand(chaser, at.target, at.j2, phase=phase, seconds=seconds, behind=REST_BEHIND)
    waited = replace(demand, travel=demand.travel - 2.0 * pi * wait / nodal_period(chaser, at.j2))
    return linear_bound(waited.left_free(*free))


@pytest.fixture(scope="module")
def closed(at: Scene) -> GivenStart:
    """The start with its node where J2 closes the planes by the arrival."""
    start = at.progress
    for _ in range(4):
        left = wedge_on_arrival(at, start)[0]
        start = turned_about_pole(start, -left.turn / sin(at.target.inclination), at.j2)
    return start


# ---- what is known from outside


def test_the_station_is_where_its_next_elements_have_it_two_days_later(at: Scene, env: Record, claim: Claim) -> None:
    """From elements at lift-off, by our forces with the station of the library, to the docking time."""
    arc = flown(env, at, at.station, "iss")
    for which, name in ((1, "of 4 July 11:24"), (2, "of 5 July 12:09")):
        there = station_by(which, at.epoch, at.docking)[0]
        claim(
            claim=f"The station of the library, flown 2.07 days from its elements, against those {name} UTC",
            truth="two-line elements through SGP4",
            tolerance=five_kilometres,
            achieved=float(np.linalg.norm(arc.last.r - there)) / KILOMETRE,
            unit="km",
        )


def test_old_elements_lag_at_the_docking_as_known(at: Scene, claim: Claim) -> None:
    (old, _), (new, v) = (station_by(which, at.epoch, at.docking) for which in (0, 2))
    claim(
        claim="How far the elements of 2 July put the station behind at docking, less the 0.2 deg known",
        truth="two-line elements of 5 July through SGP4",
        tolerance=0.05,
        achieved=float(phase_angle(new, v, old)) / DEGREE - 0.2,
        unit="deg",
    )


def test_the_stations_orbit_has_the_period_and_inclination_of_its_elements(at: Scene, claim: Claim) -> None:
    anomalistic = 2.0 * pi / secular_rates(at.target, at.j2)[2] / MINUTE
    for what, found, known, tolerance, unit in (
        ("anomalistic period", anomalistic, 92.881, 0.002, "min"),
        ("inclination", at.target.inclination / DEGREE, 51.634, 0.001, "deg"),
    ):
        claim(
            claim=f"J2-mean orbit of the station at the insertion of Progress: {what}",
            truth="mean motion and inclination of its elements",
            tolerance=tolerance,
            achieved=found - known,
            unit=unit,
        )


def test_the_first_revolution_is_like_those_flown(at: Scene, env: Record, claim: Claim) -> None:
    """193.9 x 242.2 km of Progress M1-5 and 88.6 min; perigees and apogees of flights spread by 5 and 10 km."""
    period = nodal_period(mean_start(at.progress, at.j2), at.j2)
    arc = flown(env, at, at.progress, "progress-ms")
    times = np.linspace(at.progress.t, at.progress.t + period, 200)
    r_E = gcrf_to("ITRF", at.epoch, times, r=arc.positions(times), v=arc.velocities(times))[0]
    heights = [geodetic((r[0], r[1], r[2]))[2] / KILOMETRE for r in r_E]
    for what, found, known, tolerance, unit in (
        ("least height", min(heights), 193.9, 5.0, "km"),
        ("greatest height", max(heights), 242.2, 10.0, "km"),
        ("nodal period", period / MINUTE, 88.6, 0.1, "min"),
    ):
        claim(
            claim=f"Stand-in insertion orbit of Progress MS-31 over the ellipsoid: {what}",
            truth="Progress M1-5 as flown, RSC Energia; spread of four flights",
            tolerance=tolerance,
            achieved=found - known,
            unit=unit,
        )


def test_without_burns_and_air_all_forces_move_the_planes_as_secular_rates_say(
    at: Scene, env: Record, claim: Claim
) -> None:
    pair = []
    for start, vehicle in ((at.progress, "progress-ms"), (at.station, "iss")):
        last = flown(env, at, start, vehicle, air=False).last
        pair.append(mean_from_state(last.r, last.v, at.j2, t=last.t))
    begin, end = mean_wedge(at.chaser, at.target), mean_wedge(*pair)
    moved = node_gain(at.chaser, at.target, at.j2, seconds=at.docking - at.progress.t) * sin(at.target.inclination)
    for what, found in (("node times sin i", end.turn - begin.turn - moved), ("inclination", end.tilt - begin.tilt)):
        claim(
            claim=f"Progress less station, 2.07 days without burns and air: change of {what}",
            truth="J2's secular rates",
            tolerance=a_hundredth_of_a_degree,
            achieved=found / DEGREE,
            unit="deg",
        )


# ---- what the start asks


def test_the_plane_is_closed_by_j2_but_for_what_the_node_is_uncertain_by(at: Scene, claim: Claim) -> None:
    wedge = mean_wedge(at.chaser, at.target)
    left, _ = wedge_on_arrival(at, at.progress)
    assert wedge.turn / sin(at.target.inclination) / DEGREE == pytest.approx(0.69, abs=0.01)
    claim(
        claim="Node of the stand-in start of Progress MS-31 less the one that J2 closes by the arrival",
        truth="the node is known to 0.25 deg",
        tolerance=0.25,
        achieved=left.turn / sin(at.target.inclination) / DEGREE,
        unit="deg",
    )
    claim(
        claim="Inclination of the stand-in start of Progress MS-31 less the station's",
        truth="spread of published inclinations, 51.62 to 51.64 deg",
        tolerance=0.02,
        achieved=left.tilt / DEGREE,
        unit="deg",
    )


def test_the_phase_is_caught_up_within_the_first_lap_and_not_within_the_second(at: Scene) -> None:
    """A lap more would need a circle below the insertion orbit itself."""
    insertion = at.chaser.semi_major_axis - 6378137.0
    assert phase_of(at, at.progress) / DEGREE == pytest.approx(222.8, abs=0.1)
    _, height = wedge_on_arrival(at, at.progress)
    assert insertion < height < at.target.semi_major_axis - 6378137.0
    assert wedge_on_arrival(at, at.progress, laps=1)[1] < insertion
    with pytest.raises(PropagationError):
        wedge_on_arrival(at, at.progress, laps=3)


def test_with_the_plane_closed_only_the_inclination_is_left(at: Scene, closed: GivenStart) -> None:
    left, _ = wedge_on_arrival(at, closed)
    assert left.turn == pytest.approx(0.0, abs=1e-9)
    assert left.angle / DEGREE == pytest.approx(0.006, abs=0.001)
    assert np.linalg.norm(closed.v) == pytest.approx(np.linalg.norm(at.progress.v))


def test_the_least_sum_to_rest_behind_the_station(at: Scene, closed: GivenStart, claim: Claim) -> None:
    bounds = {
        "as it is": bound_of(at, at.progress),
        "after 3 h": bound_of(at, at.progress, wait=3.0 * HOUR),
        "plane closed": bound_of(at, closed),
        "orbits alone": bound_of(at, at.progress, "lag", "off plane", "plane rate"),
    }
    ends = (at.chaser.semi_major_axis * (1.0 + sign * at.chaser.eccentricity) for sign in (-1.0, 1.0))
    exact = coplanar_bound(*ends, at.target.semi_major_axis, mu=at.j2.mu)
    claim(
        claim="Progress MS-31 to the station's orbit, planes and phase aside: linear bound",
        truth="two impulses in closed form",
        tolerance=0.005,
        achieved=bounds["orbits alone"].least / exact - 1.0,
        unit="of the sum",
    )
    for name, bound in bounds.items():
        claim(
            claim=f"Least sum of burns for Progress MS-31, {name}: cost of impulses that meet it less the bound",
            truth="primer vector at most 1",
            tolerance=1e-5,
            achieved=bound.reached / bound.least - 1.0,
            unit="of the sum",
        )
    left = wedge_on_arrival(at, at.progress)[0].angle * sqrt(at.j2.mu / at.target.semi_major_axis)
    # shared by two pairs of burns, the plane costs what the hypotenuse is longer: a tenth of a burn of its own
    assert bounds["as it is"].least == pytest.approx(hypot(bounds["orbits alone"].least, left), rel=0.005)
    assert bounds["orbits alone"].least <= bounds["plane closed"].least <= bounds["as it is"].least
    assert bounds["as it is"].least <= bounds["after 3 h"].least


def test_the_page_shows_what_is_computed(at: Scene, closed: GivenStart) -> None:
    """Every row of its two tables."""
    rows = {
        cells[0].strip(): [c.strip() for c in cells[1:]]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|") and len(cells := line.strip("|").split("|")) == 3
    }
    shown = []
    for start in (at.progress, closed):
        wedge, (left, height) = mean_wedge(mean_start(start, at.j2), at.target), wedge_on_arrival(at, start)
        sine, speed = sin(at.target.inclination), sqrt(at.j2.mu / at.target.semi_major_axis)
        shown.append({
            "phase from ship to station": f"{phase_of(at, start) / DEGREE:.2f} deg",
            "inclination less the station's": f"{wedge.tilt / DEGREE:+.4f} deg",
            "node less the station's": f"{wedge.turn / sine / DEGREE:+.3f} deg",
            "angle between the planes": f"{wedge.angle / DEGREE:.3f} deg",
            "phasing orbit, circular, over 6378.137 km": f"{height / KILOMETRE:.0f} km",
            "node less the station's, on arrival": f"{left.turn / sine / DEGREE:+.3f} deg",
            "angle between the planes, on arrival": f"{left.angle / DEGREE:.3f} deg",
            "the same as a burn of its own": f"{left.angle * speed:.1f} m/s",
            "least sum, all conditions": f"{bound_of(at, start).least:.1f} m/s",
            "least sum, no burn in the first 3 h": f"{bound_of(at, start, wait=3.0 * HOUR).least:.1f} m/s",
            "least sum, a lap more": f"{bound_of(at, start, laps=1).least:.1f} m/s",
            "least sum, phase and plane left free":
                f"{bound_of(at, start, 'lag', 'off plane', 'plane rate').least:.1f} m/s",
        })  # fmt: skip
    first, second = shown
    for key in first:
        assert rows[key] == [first[key], second[key]], key
    chaser = mean_start(at.progress, at.j2)
    text = PAGE.read_text("utf-8")
    for seconds, unit in ((DAY, "deg a day"), (nodal_period(chaser, at.j2), "deg a revolution")):
        assert f"{phase_gain(chaser, at.target, at.j2, seconds=seconds) / DEGREE:.1f} {unit}" in text
