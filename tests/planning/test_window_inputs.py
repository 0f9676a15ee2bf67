"""The table of launch windows in a mission file: what it may say, and what it comes to."""

from __future__ import annotations

from math import degrees, radians
from typing import Any

import pytest
from pydantic import ValidationError

from softdock.astro.environment import j2_environment
from softdock.astro.orbits import MeanOrbit, nodal_period
from softdock.astro.time import Epoch
from softdock.errors import PlanError
from softdock.planning.inputs import RecordedOrbit, Site, Start
from softdock.planning.start_vector import StateVector
from softdock.planning.window_inputs import Window, recorded_injection, vector_injection
from softdock.planning.window_schemes import APOLLO_1975, NAMED, TWO_DAY

EPOCH = Epoch.from_utc("2025-07-03T00:00:00")
STATION = radians(51.64)
OWN: dict[str, Any] = {
    "name": "mine",
    "insertion_after_lift_off_s": 529.04,
    "powered_arc_deg": 16.655,
    "plane_lead_s": 189.4,
    "orbit": {"perigee_km": 182.393, "apogee_km": 233.633, "reference_radius_km": 6378.137},
    "burns_in_revolutions": [[2.3, 2.76], [16.4, 16.4], [32.31, 33.29]],
    "revolutions": 33.29,
    "approach_min": 28.0,
    "dv_limit_m_s": 123.4,
    "published_width_deg": 150.0,
}


def window(**table: Any) -> Window:
    return Window.model_validate({"schemes": ["two-day"], "plane_budget_m_s": 10.0, **table})


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "no such scheme": ({"schemes": ["two-days"]}, "there is no scheme 'two-days' (did you mean two-day?)"),
    "no scheme": ({"schemes": []}, "names no scheme; give schemes, of two-day, four-orbit, two-orbit, apollo-1975"),
    "a scheme twice": ({"schemes": ["two-day", "two-day"]}, "has the scheme 'two-day, 34 revolutions' twice"),
    "no day": ({"first_day": "2025-07-32"}, "is '2025-07-32'; write a day as 2025-07-03"),
    "yaw on a fixed azimuth": ({"steering": {"yaw_limit_deg": 5.0}}, 'write azimuth = "free", which it needs'),
    "no branch": ({"branches": []}, "at least 1 item"),
    "another branch": ({"branches": ["north"]}, "'ascending' or 'descending'"),
    "burns out of order": (
        {"own_schemes": [{**OWN, "burns_in_revolutions": [[4.0, 3.0]]}]}, "give spans in order, from 0 to the arrival",
    ),
    "half an insertion": (
        {"own_schemes": [{**OWN, "orbit": None}]}, "has only a part of insertion_after_lift_off_s, powered_arc_deg and",
    ),
    "a budget below zero": ({"plane_budget_m_s": -1.0}, "greater than or equal to 0"),
    "a station in space": (
        {"stations": [{"name": "x", "latitude_deg": 91.0, "longitude_deg": 0.0}]}, "less than or equal to 90",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_table_that_cannot_be_is_refused_with_what_to_do(case: str) -> None:
    table, said = BROKEN[case]
    with pytest.raises(ValidationError) as fault:
        window(**table)
    assert said in str(fault.value)


def test_a_scheme_given_in_full_is_the_one_on_board() -> None:
    (own,) = window(schemes=[], own_schemes=[OWN]).found_schemes(STATION, j2_environment(EPOCH), own=None)
    for name in ("ascent", "powered_arc", "plane_lead", "revolutions", "approach", "dv_limit"):
        assert getattr(own, name) == pytest.approx(getattr(TWO_DAY, name)), name
    assert own.semi_major_axis == pytest.approx(TWO_DAY.semi_major_axis, abs=1.0)
    assert own.eccentricity == pytest.approx(TWO_DAY.eccentricity, abs=1e-6)
    assert own.published_width == pytest.approx(TWO_DAY.published_width)
    assert own.burns == TWO_DAY.burns
    assert own.name == "mine"


def test_a_nodal_period_fixes_the_insertion_orbit_of_a_scheme() -> None:
    env = j2_environment(EPOCH)
    orbit = {**OWN["orbit"], "nodal_period_min": 88.7}
    (own,) = window(schemes=[], own_schemes=[{**OWN, "orbit": orbit}]).found_schemes(STATION, env, own=None)
    mean = MeanOrbit(own.semi_major_axis, own.eccentricity, STATION, 0.0, 0.0, 0.0)
    assert nodal_period(mean, env) / 60.0 == pytest.approx(88.7, abs=1e-6)


def test_schemes_on_board_begin_with_the_insertion_that_the_chaser_is_recorded_with() -> None:
    start = Start(
        lift_off_utc="1975-07-15T19:50:01", insertion_after_lift_off_s=600.0, powered_arc_deg=20.0, closes_with="it",
        orbit=RecordedOrbit(perigee_km=160.0, apogee_km=170.0, reference_radius_km=6373.3),
        site=Site(name="pad", latitude_deg=28.6, longitude_deg=-80.6),
    )  # fmt: skip
    table = window(schemes=["apollo-1975"], own_schemes=[OWN], dv_limit_m_s=77.0)
    injection = recorded_injection(start, STATION, j2_environment(EPOCH))
    own, found = table.found_schemes(STATION, j2_environment(EPOCH), own=injection)
    assert (found.ascent, found.powered_arc) == (600.0, radians(20.0))
    assert found.semi_major_axis == pytest.approx(6538.3e3)
    assert found.burns == APOLLO_1975.burns
    assert own.ascent == 529.04  # given in full, it stays as it is
    assert (found.dv_limit, own.dv_limit) == (77.0, 77.0)
    without = {key: OWN[key] for key in OWN if key not in ("insertion_after_lift_off_s", "powered_arc_deg", "orbit")}
    theirs = window(schemes=[], own_schemes=[without])
    (shared,) = theirs.found_schemes(STATION, j2_environment(EPOCH), own=injection)
    assert (shared.ascent, shared.semi_major_axis) == (600.0, found.semi_major_axis)
    assert shared.burns == own.burns
    with pytest.raises(PlanError, match="'mine' has no insertion and the chaser none that is recorded"):
        theirs.found_schemes(STATION, j2_environment(EPOCH), own=None)
    (alone,) = window(schemes=["apollo-1975"]).found_schemes(STATION, j2_environment(EPOCH), own=None)
    assert alone == APOLLO_1975


def test_rules_are_the_tables_own() -> None:
    station = {"name": "Moscow", "latitude_deg": 55.75, "longitude_deg": 37.6, "least_elevation_deg": 7.0}
    rules = window(
        steering={"azimuth": "free", "yaw_limit_deg": 14.0}, stations=[station], cover_before_min=20.0,
        branches=["descending", "ascending", "descending"],
    ).rules(APOLLO_1975, allow_prediction=True)  # fmt: skip
    assert rules.steering.free_azimuth
    assert rules.steering.yaw_limit == radians(14.0)
    assert rules.steering.powered_arc == APOLLO_1975.powered_arc
    assert rules.branches == ("descending", "ascending")
    assert rules.stations[0].mask_deg == 7.0
    assert rules.cover_before == 1200.0
    assert rules.allow_prediction
    given = window(steering={"azimuth": "free", "powered_arc_deg": 12.0}).rules(TWO_DAY, allow_prediction=False)
    assert given.steering.powered_arc == pytest.approx(radians(12.0))


def test_every_named_scheme_has_a_name_of_its_own() -> None:
    assert len({scheme.name for scheme in NAMED.values()}) == len(NAMED)


def test_the_published_state_at_separation_gives_the_insertion_of_the_progress_schemes() -> None:
    vector = StateVector(
        lift_off_utc="2025-07-03T19:32:40.257", after_lift_off_s=529.04,
        position_km=(355.203, 4117.639, 5092.747), velocity_km_s=(-7.45392, -0.39670, 0.84063),
    )  # fmt: skip
    site = Site(name="Baikonur 1/5", latitude_deg=45.92, longitude_deg=63.342)
    own = vector_injection(vector, site, EPOCH, allow_prediction=False)
    assert own.ascent == TWO_DAY.ascent
    assert degrees(own.powered_arc - TWO_DAY.powered_arc) == pytest.approx(0.0, abs=0.01)
    assert own.semi_major_axis == pytest.approx(TWO_DAY.semi_major_axis, abs=100.0)
    assert own.eccentricity == pytest.approx(TWO_DAY.eccentricity, abs=2e-5)
