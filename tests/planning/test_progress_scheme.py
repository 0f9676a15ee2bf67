"""The two-day scheme of Progress MS-31: its cost beside the least, its arrival, and how it comes up to the station."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from softdock.conventions import DEGREE, KILOMETRE, MINUTE
from softdock.formats.toml_file import read_toml
from softdock.planning.lower_bound import Bound
from softdock.planning.optimum import least
from softdock.planning.start_vector import StateVector, turned_about_pole
from tests.planning.manoeuvre_scene import open_loop
from tests.planning.progress_scene import PUBLISHED, SITE_31_FROM_SITE_1
from tests.planning.progress_scheme import (
    FOLDER,
    Planned,
    begin_of_revolution,
    darkness,
    first_lit,
    first_seen,
    mission_data,
    planned,
)

Claim = Callable[..., None]
VARIANTS = {"as it is": None, "plane closed": "plane-closed"}
PAGE = Path(__file__).parents[2] / "docs" / "theory" / "progress-scheme.md"
MS_01 = {"day one": 21.63 + 22.55, "trim": 2.0, "last day": 24.029 + 32.203, "braking": 5.519 + 5.868 + 1.441}
DOCKED = "2025-07-05T21:25:00"  # meteoweb.eu quoting Roscosmos, gadgets360.com quoting NASA

five_percent = 0.05
twenty_minutes = 20.0
ten_metres, one_centimetre_a_second = 10.0, 0.01


@pytest.fixture(scope="module")
def schemes() -> dict[str, Planned]:
    return {name: planned(variant) for name, variant in VARIANTS.items()}


@pytest.fixture(scope="module")
def bounds(schemes: dict[str, Planned]) -> dict[str, Bound]:
    return {name: least(at.found) for name, at in schemes.items()}


@pytest.mark.parametrize("name", VARIANTS)
def test_all_burns_to_rest_at_two_kilometres_are_near_the_least_sum(
    schemes: dict[str, Planned], bounds: dict[str, Bound], name: str, claim: Claim
) -> None:
    claim(
        claim=f"Progress MS-31, {name}: finite burns from insertion to rest at 2 km, over the least sum",
        truth="impulses anywhere between the same two states, primer vector at most 1",
        tolerance=five_percent,
        achieved=schemes[name].found.flown.total / bounds[name].least - 1.0,
        unit="of the sum",
    )
    assert schemes[name].found.flown.total > bounds[name].least


@pytest.mark.parametrize("name", VARIANTS)
def test_the_arrival_allows_the_docking_that_was_flown(schemes: dict[str, Planned], name: str, claim: Claim) -> None:
    at = schemes[name]
    claim(
        claim=f"Progress MS-31, {name}: contact as revolution 34 begins, against the docking at 21:25 UTC",
        truth="Roscosmos and NASA as quoted, to the minute",
        tolerance=twenty_minutes,
        achieved=(at.contact - at.epoch.seconds_of(DOCKED)) / MINUTE,
        unit="min",
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_flown_open_loop_the_burns_meet_what_they_were_solved_for(
    schemes: dict[str, Planned], name: str, claim: Claim
) -> None:
    misses = open_loop(schemes[name].found)
    speeds = {key: miss for key, miss in misses.items() if "velocity" in key}
    assert len(misses) == 13
    assert len(speeds) == 3
    for what, found, allowed, unit in (
        ("place", [miss for key, miss in misses.items() if key not in speeds], ten_metres, "m"),
        ("velocity", list(speeds.values()), one_centimetre_a_second, "m/s"),
    ):
        claim(
            claim=f"Burns of Progress MS-31, {name}, flown alone for two days: greatest miss of {what}",
            truth="what the scheme asks for, single-step integrator",
            tolerance=allowed,
            achieved=float(np.max(np.abs(found))),
            unit=unit,
        )


def test_contact_comes_as_revolution_34_begins_with_the_way_from_two_kilometres_in_light(
    schemes: dict[str, Planned],
) -> None:
    at = schemes["as it is"]
    assert abs(at.contact - begin_of_revolution(at, 34)) < 10.0
    assert first_lit(at, at.contact) == at.contact
    # the scheme's own rule and the light agree in this revolution; neither alone picks it
    for number in (32, 33, 34):
        begin = begin_of_revolution(at, number)
        assert first_lit(at, begin) == begin
        assert first_seen(at, begin) > begin + 10.0 * MINUTE


@pytest.mark.parametrize("name", VARIANTS)
def test_progress_comes_up_from_below_and_behind_as_the_flown_ones_do(
    schemes: dict[str, Planned], name: str, claim: Claim
) -> None:
    at = schemes[name]
    first = at.found.flown["braking 1"]
    times = np.linspace(first.after.t, at.arrival, 800)
    r, v = at.beside(times)
    distance = np.linalg.norm(r, axis=1)
    closing = -np.sum(r * v, axis=1) / distance
    assert np.all(r[:, 0] < 0.0)
    assert np.all(r[:, 2] > 0.0)
    assert np.all(np.diff(distance) < 0.0)
    assert np.all(np.diff(closing) < 0.01)
    below = np.degrees(np.arctan2(r[:, 2], -r[:, 0]))
    assert np.all((below > 35.0) & (below < 55.0))  # the arcs between burns bend away from the line of 45 deg
    assert np.all(np.abs(r[:, 1]) < 0.01 * distance)
    four = float(times[np.argmax(distance < 4.0 * KILOMETRE)])
    claim(
        claim=f"Progress MS-31, {name}: from 4 km to 2 km, less the 8 min of Progress MS-03",
        truth="spaceflights.news: 4 km at 23:40, 2 km at about 23:48",
        tolerance=2.0,
        achieved=(at.arrival - four) / MINUTE - 8.0,
        unit="min",
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_each_day_has_the_pair_that_the_scheme_has(schemes: dict[str, Planned], name: str) -> None:
    """In revolutions 3 and 4, 17, 32 and 33, at the places farthest from the equator; nothing trimmed in the plan."""
    at = schemes[name]
    turns = {e.manoeuvre.name: e.turned / (2.0 * np.pi) for e in at.found.flown.events}
    revolutions = {key: int(value) + 1 for key, value in turns.items()}
    assert [revolutions[f"DV{k}"] for k in range(1, 6)] == [3, 4, 17, 32, 33]
    for key, place in (("DV1", 0.75), ("DV2", 0.25), ("DV3", 0.25), ("DV4", 0.75), ("DV5", 0.25)):
        assert turns[key] % 1.0 == pytest.approx(place, abs=1e-6)
    sums = at.sums()
    assert sums["trim"] == 0.0
    assert sums["sum"] == pytest.approx(sum(value for key, value in sums.items() if key != "sum"))
    assert sums["day one"] > sums["last day"] > sums["braking"] > 0.0
    used = at.found.flown.start.after.mass - at.found.flown.events[-1].after.mass
    assert used < 0.4 * 880.0


def test_the_node_that_is_turned_is_what_closing_the_plane_saves(
    schemes: dict[str, Planned], bounds: dict[str, Bound]
) -> None:
    saved = schemes["as it is"].found.flown.total - schemes["plane closed"].found.flown.total
    assert saved == pytest.approx(bounds["as it is"].least - bounds["plane closed"].least, abs=1.5)
    across = [abs(float(dv[1])) for dv in schemes["plane closed"].found.burns.values()]
    assert sum(across) < 0.25 * sum(abs(float(dv[1])) for dv in schemes["as it is"].found.burns.values())


def test_the_mission_begins_where_the_theory_page_does() -> None:
    vector = mission_data()["phases"][1]["vector"]
    assert {key: vector[key] for key in PUBLISHED} == {
        key: list(value) if isinstance(value, tuple) else value for key, value in PUBLISHED.items()
    }
    assert vector["turned_east_deg"] == SITE_31_FROM_SITE_1


def test_the_node_is_turned_about_the_pole_and_nothing_else(schemes: dict[str, Planned]) -> None:
    vectors = [StateVector(**mission_data(variant)["phases"][1]["vector"]) for variant in VARIANTS.values()]
    as_it_is, closed = (vector.start(schemes["as it is"].epoch) for vector in vectors)
    assert vectors[1].node_turned_deg == -0.223
    turned = turned_about_pole(as_it_is, -0.223 * DEGREE, schemes["as it is"].env)
    assert closed.t == as_it_is.t
    # the pole of the Earth-fixed frame and that of date are apart by polar motion, 2 microradians
    np.testing.assert_allclose(closed.r, turned.r, atol=0.1)
    np.testing.assert_allclose(closed.v, turned.v, atol=1e-4)


def test_the_record_asks_for_the_arrival_from_which_the_docking_followed(schemes: dict[str, Planned]) -> None:
    rows = {row["name"]: row for row in read_toml(FOLDER / "flown.toml")["quantities"]}
    wanted = rows["at 2 km, for docking at 21:25:00"]
    at = schemes["as it is"]
    assert at.epoch.seconds_of(wanted["value"]) == pytest.approx(at.epoch.seconds_of(DOCKED) - at.docking_after)
    assert wanted["tolerance"] == twenty_minutes * MINUTE
    assert wanted["simulated"]["name"] == at.found.flown.events[-1].manoeuvre.name


def test_the_page_shows_what_is_computed(schemes: dict[str, Planned], bounds: dict[str, Bound]) -> None:
    """Every row of its tables."""
    rows = {
        cells[0].strip(): [cell.strip() for cell in cells[1:]]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|") and len(cells := line.strip("|").split("|")) in (3, 4)
    }
    pair = [schemes[name] for name in VARIANTS]
    for event in pair[0].found.flown.events:
        name = event.manoeuvre.name
        flown = [at.found.flown[name] for at in pair]
        get = f"{int(event.t // 3600)}:{int(event.t % 3600 // 60):02d}"
        assert rows[name] == [get, *(f"{one.speed:.2f} m/s" for one in flown)], name
    for key, words in (("day one", "pair of day one"), ("trim", "trim"), ("last day", "pair of the last day"),
                       ("braking", "braking"), ("sum", "sum")):  # fmt: skip
        pattern = MS_01[key] if key in MS_01 else sum(MS_01.values())
        assert rows[words] == [*(f"{at.sums()[key]:.1f}" for at in pair), f"{pattern:.1f}"], key
    assert rows["least sum"][:2] == [f"{bounds[name].least:.1f}" for name in VARIANTS]
    over = [at.found.flown.total / bounds[name].least - 1.0 for name, at in schemes.items()]
    assert rows["over it"][:2] == [f"{100.0 * part:.1f} %" for part in over]
    at = pair[0]
    for number in (32, 33, 34):
        begin = begin_of_revolution(at, number)
        times = (first_lit(at, begin), first_seen(at, begin))
        assert rows[f"{number}"] == [at.epoch.utc(t)[11:19] for t in (begin, *times)], number
    sunset = next(begin for begin, _ in darkness(at) if begin > at.contact)
    assert f"{(sunset - at.contact) / MINUTE:.1f} min before sunset" in PAGE.read_text("utf-8")
