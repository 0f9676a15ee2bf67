"""From a mission to its launch windows: whose orbit, from where, for which days, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import degrees

import numpy as np
import pytest

from softdock.astro.mean_elements import TleOrbit
from softdock.astro.orientation import orientation_table
from softdock.astro.time import Epoch
from softdock.conventions import DAY, HOUR
from softdock.errors import MissionError
from softdock.formats.oem import Oem, Segment
from softdock.formats.oem_text import oem_text
from softdock.formats.tle import checksum, parse_tles
from softdock.mission.windows import SchemeWindows, Search, scheme_windows, window_search
from softdock.planning.window_schemes import TWO_DAY
from softdock.planning.window_target import LONGITUDE, RAAN, A
from tests.mission.windows_scene import ISS, LATER, apollo, table, to_the_station

Claim = Callable[..., None]
half_a_minute = 30.0
three_degrees = 3.0


@pytest.fixture(scope="module")
def week() -> tuple[Search, tuple[SchemeWindows, ...]]:
    mission = to_the_station()
    search = window_search(mission, table(), days=7.0)
    return search, scheme_windows(search)


def test_the_days_begin_with_that_of_the_epoch_and_end_as_asked(week) -> None:
    search, months = week
    assert search.target.epoch.utc(search.start)[:19] == "2025-07-03T00:00:00"
    assert search.stop - search.start == 7.0 * DAY
    assert [month.found.scheme.name for month in months] == ["two-day, 34 revolutions", "four-orbit", "two-orbit"]
    assert all(len(month.windows) == 7 for month in months)
    assert "2025-07-02 04:07 UTC, carried on by SGP4" in search.said[0]


def test_the_two_day_scheme_is_open_each_day_and_the_fast_ones_seldom(week) -> None:
    two_day, four, two = week[1]
    assert all(window.is_open for window in two_day.windows)
    assert sum(window.is_open for window in four.windows) == 1
    assert not any(window.is_open for window in two.windows)
    assert two.best is None
    assert four.best in four.windows
    assert week[0].target.epoch.utc(two_day.windows[0].lift_off)[:16] == "2025-07-03T19:32"


def test_a_table_names_the_first_day(week) -> None:
    search = window_search(to_the_station(), table(first_day="2025-07-05", schemes=["two-day"]), days=1.0)
    (month,) = scheme_windows(search)
    (window,) = month.windows
    same = week[1][0].windows[2]
    assert search.target.epoch.utc(window.lift_off)[:19] == week[0].target.epoch.utc(same.lift_off)[:19]


def test_elements_of_six_days_later_move_lift_offs_by_seconds_and_phases_by_a_degree(claim: Claim) -> None:
    rows = []
    for tle in (ISS, LATER):
        search = window_search(to_the_station(tle=tle), table(first_day="2025-07-08", schemes=["two-day"]), days=1.0)
        rows.append(scheme_windows(search)[0].windows[0])
    claim(
        claim="In-plane lift-off to the station on 8 July 2025 by elements of 2 July",
        truth="by elements of 8 July",
        tolerance=half_a_minute,
        achieved=rows[0].lift_off - rows[1].lift_off,
        unit="s",
    )
    claim(
        claim="Phase at that insertion by elements of 2 July",
        truth="by elements of 8 July",
        tolerance=three_degrees,
        achieved=degrees(rows[0].phase - rows[1].phase),
        unit="deg",
    )


def test_of_several_elements_those_nearest_to_the_first_day_speak() -> None:
    both = to_the_station(tle=ISS + LATER)
    for day, made in (("2025-07-03", "2025-07-02"), ("2025-07-08", "2025-07-08")):
        search = window_search(both, table(first_day=day, schemes=["two-orbit"]), days=1.0)
        assert f"elements of {made}" in search.said[0]


def test_an_ephemeris_serves_as_far_as_it_goes() -> None:
    zero = Epoch.from_utc("2025-07-03T00:00:00")
    piece = TleOrbit(parse_tles(ISS)[0], zero).table(0.0, 1.6 * DAY, step=240.0)
    segment = Segment(object_name="ISS", object_id="1998-067A", ref_frame="ICRF", time_system="UTC", piece=piece)
    text = oem_text(Oem(originator="SOFTDOCK", creation_date="2025-07-03T00:00:00", segments=(segment,)))
    mission, asked = to_the_station(oem=text), table(schemes=["two-orbit"], stations=[])
    from_elements = scheme_windows(window_search(to_the_station(), asked, days=1.0))[0].windows
    search = window_search(mission, asked, days=1.0)
    assert search.said == ("iss is where its ephemeris has it.",)
    (window,) = scheme_windows(search)[0].windows
    assert window.lift_off == pytest.approx(from_elements[0].lift_off, abs=0.5)
    with pytest.raises(MissionError, match=r"^crafts.iss.orbit: .*or ask for windows of fewer days"):
        window_search(mission, asked, days=3.0)
    with pytest.raises(MissionError, match=r"^crafts.iss.orbit: .*or give another window.first_day"):
        window_search(mission, table(first_day="2025-06-30"), days=1.0)


@pytest.fixture(scope="module")
def soyuz() -> Search:
    mission, asked = apollo()
    return window_search(mission, asked, days=5.0)


def test_a_target_with_a_launch_of_its_own_is_followed_through_its_burns_and_then_held(soyuz: Search) -> None:
    epoch = soyuz.target.epoch
    assert soyuz.start == soyuz.target.start
    assert soyuz.start == pytest.approx(epoch.seconds_of("1975-07-15T12:28:50"))
    assert soyuz.target.stop > soyuz.stop
    sizes = soyuz.target.at(np.array([1.0 * HOUR, 10.0 * HOUR, 40.0 * HOUR, 6.0 * DAY]))[:, A] - 6378.14e3
    assert sizes[0] == pytest.approx(204e3, abs=4e3)  # 186.3 x 221.9 km
    assert sizes[2] == pytest.approx(224.3e3, abs=1.5e3)  # 222.1 x 226.6 km
    assert sizes[0] < sizes[1] < sizes[2]
    held = soyuz.target.at(np.array([4.0 * DAY, 6.0 * DAY]))
    assert held[0, A] == held[1, A]
    assert "in the plane of a launch of its own" in soyuz.said[0]
    assert "held in its orbit against the air" in soyuz.said[0]


def test_apollo_s_first_window_is_that_of_15_july_1975(soyuz: Search) -> None:
    (scheme,) = soyuz.schemes
    assert (scheme.ascent, scheme.semi_major_axis) == (595.0, pytest.approx(6537.3e3))
    (month,) = scheme_windows(soyuz)
    first = month.windows[0]
    epoch = soyuz.target.epoch
    assert abs(first.lift_off - epoch.seconds_of("1975-07-15T19:53:59")) < 20.0
    assert abs(first.docking - epoch.seconds_of("1975-07-17T16:09:09")) < 10.0 * 60.0  # flown; its burns' clock times
    assert first.plane_pane[0] < epoch.seconds_of("1975-07-15T19:50:01") - first.lift_off


REFUSED = {
    "too many days": (table(), 90.0, "windows of 90 days were asked for; ask for at most 62"),
    "no days": (table(), 0.0, "ask for at most 62"),
    "no site": (
        table().model_copy(update={"site": None}), 3.0, "window.site: is not given, and the insertion of progress",
    ),
    "old elements": (
        table(first_day="2025-09-03"), 3.0,
        "crafts.iss.orbit: the nearest elements are of 2025-07-02 04:07 UTC, 63 days from the first day",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_searched_is_refused_with_what_to_do(case: str) -> None:
    asked, days, said = REFUSED[case]
    with pytest.raises(MissionError) as fault:
        window_search(to_the_station(), asked, days=days)
    assert said in str(fault.value)


def test_a_day_before_the_target_is_in_orbit_is_refused() -> None:
    mission, asked = apollo(first_day="1975-07-10")
    with pytest.raises(MissionError, match=r"^window.first_day: is 1975-07-10, and soyuz is in orbit from 1975-07-15"):
        window_search(mission, asked, days=2.0)


def test_days_past_the_measured_earth_need_the_word_prediction() -> None:
    last = Epoch.from_utc(f"{orientation_table().last_measured}T00:00:00", allow_prediction=True)
    year, day = last.utc(2.0 * DAY)[2:4], last.utc(2.0 * DAY)[:10]
    number = (np.datetime64(day) - np.datetime64(f"{day[:4]}-01-01")).astype(int) + 1
    first, second = ISS.splitlines()
    first = first.replace("25183.17152840", f"{year}{number:03d}.17152840")[:68]
    mission = to_the_station(tle=f"{first}{checksum(first)}\n{second}\n")
    asked = table(first_day=day, schemes=["two-orbit"])
    with pytest.raises(MissionError, match=r"^window.first_day: Earth orientation is known .* fewer days$") as fault:
        scheme_windows(window_search(mission, asked, days=2.0))
    assert "in the call" not in str(fault.value)
    allowed = mission.environment.model_copy(update={"allow_prediction": True})
    search = window_search(mission.model_copy(update={"environment": allowed}), asked, days=2.0)
    assert any(f"Earth orientation after {orientation_table().last_measured}" in said for said in search.said)
    assert len(scheme_windows(search)[0].windows) in (2, 3)


def test_windows_say_how_far_they_are(week) -> None:
    seen: list[tuple[float, str]] = []
    scheme_windows(replace(week[0], schemes=(TWO_DAY,)), notify=lambda *told: seen.append(told))
    assert seen == [(0.0, TWO_DAY.name)]
    row = week[0].target.at(np.array([0.0, DAY]))
    assert degrees(row[1, RAAN] - row[0, RAAN]) == pytest.approx(-5.0, abs=0.1)
    assert row[1, LONGITUDE] > row[0, LONGITUDE]
