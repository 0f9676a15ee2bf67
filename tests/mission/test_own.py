"""A mission of one's own: from a target's elements to a file that plans, for craft of every size and orbits of LEO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.conventions import DEGREE
from softdock.errors import DataError, FormatError, MissionError
from softdock.flight.far_sensors import RelativeNavigation
from softdock.flight.flyer import Execution
from softdock.flight.tracking import GroundTracking
from softdock.formats.tle import parse_tles
from softdock.mission.own import HEIGHTS, LARGEST_SHARE, new_own
from softdock.mission.sources import keys_of
from softdock.planning.start_relative import RelativeStart
from softdock.planning.targeting import Targeted, target
from softdock.vehicle.library import SHIPPED as VEHICLES
from tests.fixtures.worst import worst_of
from tests.mission.leaves import without_source
from tests.mission.own_scene import MJD, STATION, TARGETS, chain_of, contents, elements, read
from tests.planning.manoeuvre_scene import open_loop

Claim = Callable[..., None]
CHASERS = ("cubesat-6u", "apollo-csm-111", "soyuz-7k-tm", "progress-ms")
FIGURES = ("crafts", "environment", "phases")

ten_metres = 10.0
a_centimetre_a_second = 0.01
a_tenth_of_a_revolution = 0.1


def write(folder: Path, text: str = STATION, *, chaser: str = "cubesat-6u", name: str = "mine", **more: Any) -> Path:
    """The mission's file, from elements in station.tle."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "station.tle").write_text(text)
    return new_own(name, target=folder / "station.tle", chaser=chaser, folder=folder, **more)


def solved(path: Path, **choice: Any) -> Targeted:
    return target(chain_of(read(path), **choice))


@pytest.mark.parametrize("where", TARGETS)
def test_every_craft_that_can_chase_has_a_plan_to_targets_all_over_low_orbit(where, tmp_path) -> None:
    for chaser in CHASERS:
        path = write(tmp_path / chaser, TARGETS[where], chaser=chaser)
        found = solved(path)
        assert all(met.is_met for met in found.conditions)
        craft, period = found.chain.chaser, revolution(found)
        burns = [event.burn for event in found.flown.events if event.burn is not None]
        assert [e.manoeuvre.name for e in found.flown.events if e.burn] == ["NC1", "NH", "NSR", "TPI", "arrival"]
        assert max(burn.duration_s for burn in burns) < a_tenth_of_a_revolution * period
        for tank, load in craft.initial_propellant.items():
            spent = sum(burn.propellant_kg().get(tank, 0.0) for burn in burns)
            assert spent <= LARGEST_SHARE * load
        assert found.flown.events[-1].after.t - found.flown.start.t < 3600.0 * read(path).rendezvous["within_h"]


def revolution(found: Targeted) -> float:
    state = found.flown.start.before
    return 2.0 * np.pi * float(np.linalg.norm(state.r) / np.linalg.norm(state.v))


def test_an_attached_module_and_every_choice_of_the_file_have_a_plan_too(tmp_path) -> None:
    path = write(tmp_path, chaser="apollo-csm-111")
    for choice in read(path).rendezvous["choices"]["nh_revolutions"]:
        found = solved(path, attached="docking-module", nh_revolutions=choice)
        assert all(met.is_met for met in found.conditions)
        assert found.flown.events[-1].after.t - found.flown.start.t < 3600.0 * read(path).rendezvous["within_h"]


@pytest.mark.parametrize("chaser", ["cubesat-6u", "progress-ms"])
def test_the_plan_of_the_file_flown_open_loop_ends_at_rest_at_the_hold_point(chaser, tmp_path, claim: Claim) -> None:
    misses = open_loop(solved(write(tmp_path, chaser=chaser)))
    last = {name: miss for name, miss in misses.items() if name.endswith("after arrival")}
    place = [abs(miss) for name, miss in last.items() if name.startswith("place")]
    speed = [abs(miss) for name, miss in last.items() if name.startswith("relative")]
    assert (len(place), len(speed)) == (3, 3)
    assert worst_of(speed) <= a_centimetre_a_second
    claim(
        claim=f"`softdock new --chaser {chaser}`: the plan of its file, flown open loop, ends at the hold point",
        truth="single-step method, the same forces",
        tolerance=ten_metres,
        achieved=worst_of(place),
        unit="m",
    )


def test_the_file_says_where_each_of_its_numbers_is_from(tmp_path) -> None:
    data = read(write(tmp_path)).data
    assert without_source({key: data[key] for key in (*FIGURES, "epoch_utc", "sources")}) == []
    assert set(data["sources"]) <= keys_of(data)


def test_every_table_of_the_file_is_one_that_the_flight_reads(tmp_path) -> None:
    rendezvous = read(write(tmp_path)).rendezvous
    assert set(RelativeNavigation(**rendezvous["relative_navigation"]).sensors) == {"radio-range", "camera"}
    assert GroundTracking(**rendezvous["ground_tracking"]).semi_major_axis_m == 50.0
    assert Execution(**rendezvous["execution"]).pointing_deg == 0.5


def test_the_station_is_its_own_vehicle_and_another_target_a_passive_one(tmp_path) -> None:
    station, other = (read(write(tmp_path / str(k), text)) for k, text in enumerate((STATION, TARGETS["220 km"])))
    named = write(tmp_path / "named", TARGETS["220 km"], target_vehicle="soyuz-7k-tm", chaser="apollo-csm-111")
    crafts = [one.craft("target") for one in (station, other, read(named))]
    assert [craft["vehicle"] for craft in crafts] == ["iss", "passive-target", "soyuz-7k-tm"]
    assert [craft["designator"] for craft in crafts] == ["1998-067A", "2020-001A", "2020-001A"]
    assert "front" in other.craft("target")["port"]


def test_the_mission_begins_with_the_minute_of_the_elements(tmp_path) -> None:
    mission = read(write(tmp_path))
    assert mission.data["epoch_utc"] == "2025-07-04T11:23:00"  # day 185.47485775 is 11:23:47.7
    target_at, chaser_at = mission.data["phases"][0]["at_utc"], mission.data["phases"][1]["relative"]["at_utc"]
    assert 0.0 < mission.seconds(target_at) < mission.seconds(chaser_at) < 900.0
    (kept,) = parse_tles(mission.craft("target")["orbit"]["tle"])
    assert kept == parse_tles(STATION)[0]


def test_crafts_have_the_names_of_the_object_and_of_the_vehicle(tmp_path) -> None:
    named, nameless = write(tmp_path / "a"), write(tmp_path / "b", TARGETS["220 km"])
    assert list(contents(named)["crafts"]) == ["iss-zarya", "cubesat-6u"]
    assert list(contents(nameless)["crafts"]) == ["2020-001a", "cubesat-6u"]
    without = write(tmp_path / "c", elements(15.5, 0.001, 51.6, designator=""))
    assert list(contents(without)["crafts"]) == ["object-90001", "cubesat-6u"]
    alike = write(tmp_path / "d", "PROGRESS-MS\n" + STATION.split("\n", 1)[1], chaser="progress-ms")
    assert list(contents(alike)["crafts"]) == ["progress-ms", "progress-ms-2"]
    assert contents(alike)["phases"][1]["craft"] == contents(alike)["phases"][2]["chaser"] == "progress-ms-2"


def test_the_lines_of_the_elements_are_kept_byte_for_byte(tmp_path) -> None:
    """A blank where others write a plus, and blanks for zeros, are the writer's."""
    lines = STATION.replace("00000+0", "00000-0").replace("9993\n", "9994\n")
    assert contents(write(tmp_path, lines)) is not None
    (craft,) = (one for one in contents(tmp_path / "mine.toml")["crafts"].values() if one["role"] == "target")
    assert craft["orbit"]["tle"] == lines


def test_the_newest_elements_of_the_object_meant_are_taken(tmp_path) -> None:
    sets = [
        elements(15.5, 0.001, 51.6, mjd=MJD + day, number=number, designator=f"2020-{number - 90000:03d}A")
        for number, day in ((90001, 0), (90002, 5), (90001, 3), (90001, 1))
    ]
    with pytest.raises(MissionError, match=r"station\.tle: object: is not given and the elements are of 2 objects"):
        write(tmp_path, "".join(sets))
    for asked in ("90001", "2020-001A"):
        mission = read(write(tmp_path / asked, "".join(sets), object_=asked))
        assert mission.data["epoch_utc"][:10] == "2025-07-09"
    with pytest.raises(MissionError, match=r"object: is 'NOSUCH' and the elements are of 90001"):
        write(tmp_path, "".join(sets), object_="NOSUCH")


def test_a_name_that_toml_could_not_hold_stays_out_of_the_elements(tmp_path) -> None:
    mission = read(write(tmp_path, "'''\"\\ODD\n" + STATION.split("\n", 1)[1]))
    assert parse_tles(mission.craft("target")["orbit"]["tle"])[0].name == ""
    assert "'''\"\\ODD" in mission.data["title"]


@pytest.mark.parametrize(("mjd", "is_predicted"), [(41700, False), (42610, False), (60862, False), (61500, True)])
def test_elements_of_any_day_from_1973_to_the_end_of_the_predictions_serve(mjd, is_predicted, tmp_path) -> None:
    """1973-01-17, 1975-07-15, 2025-07-06; 2027-04-05 is past what is measured and inside what is predicted."""
    path = write(tmp_path, elements(15.5, 0.001, 51.6, mjd=mjd))
    assert contents(path)["environment"].get("allow_prediction", False) is is_predicted


def test_elements_past_all_tables_are_refused_with_their_ends(tmp_path) -> None:
    with pytest.raises(DataError, match=r"known from 1962-01-01 .* predicted to .*; choose elements of a day within"):
        write(tmp_path, elements(15.5, 0.001, 51.6, mjd=65000))


REFUSED = {
    "too low": (elements(16.45, 0.0005, 51.6), r"flies 1\d\d x 1\d\d km high, and this scheme serves from 200 to 2000"),
    "too high": (elements(1.0027, 0.0002, 5.0), r"flies 3\d{4} x 3\d{4} km high, and this scheme serves"),
    "too tall": (elements(2.0, 0.72, 63.4), r"km high, and this scheme serves"),
    "equatorial": (elements(15.0, 0.001, 0.02), r"inclined 0\.\d\d deg, and a place beside it is told from its node"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_orbit_that_the_scheme_does_not_serve_is_refused(case, tmp_path) -> None:
    text, said = REFUSED[case]
    with pytest.raises(MissionError, match=said):
        write(tmp_path, text)
    assert not (tmp_path / "mine.toml").exists()


def test_bad_elements_are_told_by_line_and_column(tmp_path) -> None:
    with pytest.raises(FormatError, match=r"station\.tle, line 3, column 69: the checksum is '4'"):
        write(tmp_path, STATION.replace("517843\n", "517844\n"))
    with pytest.raises(FormatError, match=r"gone\.tle: no such file"):
        new_own("mine", target=tmp_path / "gone.tle", chaser="cubesat-6u", folder=tmp_path)


def test_a_craft_that_is_not_there_or_cannot_chase_is_refused(tmp_path) -> None:
    with pytest.raises(MissionError, match=r"no vehicle 'cubesat-7u' \(did you mean cubesat-6u\?\)"):
        write(tmp_path, chaser="cubesat-7u")
    with pytest.raises(MissionError, match=r"docking-module cannot chase: .* such as apollo-csm-111, cubesat-6u"):
        write(tmp_path, chaser="docking-module")
    with pytest.raises(MissionError, match=r"no vehicle 'nothing'"):
        write(tmp_path, target_vehicle="nothing")


def test_a_weaker_craft_comes_from_nearer_and_the_weakest_is_refused(tmp_path) -> None:
    """A vehicle beside the mission is found there; its thrust alone is changed."""
    cubesat = (VEHICLES / "cubesat-6u.toml").read_text()

    def weaker(newtons: float) -> dict[str, Any]:
        folder = tmp_path / str(newtons)
        folder.mkdir()
        (folder / "cubesat-6u.toml").write_text(cubesat.replace("thrust_N = 0.025", f"thrust_N = {newtons}"))
        return read(write(folder)).data["phases"][1]["relative"]

    usual, weak = (weaker(newtons) for newtons in (0.025, 0.018))
    assert usual["below_km"] == pytest.approx(1.5e-3 * HEIGHTS[0])
    assert weak["below_km"] == pytest.approx(1.5e-3 * HEIGHTS[2])
    assert weak["behind_km"] / weak["below_km"] == pytest.approx(usual["behind_km"] / usual["below_km"], rel=1e-3)
    with pytest.raises(MissionError, match=r"cubesat-6u is too weak for this scheme: 1\.3 m/s last \d+ s and may last"):
        weaker(0.010)


def test_nothing_is_overwritten_and_names_are_names(tmp_path) -> None:
    path = write(tmp_path)
    before = path.read_text()
    with pytest.raises(MissionError, match="exists and is not overwritten; choose another name or remove it"):
        write(tmp_path, chaser="progress-ms")
    assert path.read_text() == before
    with pytest.raises(MissionError, match=r"'\.\./mine' is no name for a mission"):
        write(tmp_path, name="../mine")
    with pytest.raises(MissionError, match="'apollo-soyuz' is a mission on board"):
        write(tmp_path, name="apollo-soyuz")
    with pytest.raises(MissionError, match="cannot be written"):
        new_own("mine", target=tmp_path / "station.tle", chaser="cubesat-6u", folder=tmp_path / "station.tle")


def test_the_start_leads_to_the_phase_at_nsr_almost_by_itself(tmp_path) -> None:
    """The sizes fit together: NC1 and NH share the climb from the start's height, and NSR has little left to do."""
    found = solved(write(tmp_path, TARGETS["700 km, sun-synchronous"], chaser="progress-ms"))
    sizes = {event.manoeuvre.name: event.speed for event in found.flown.events}
    relative = RelativeStart(**contents(tmp_path / "mine.toml")["phases"][1]["relative"])
    climb = 1e3 * relative.below_km - HEIGHTS[0]
    quarter = 0.25 * climb * 2.0 * np.pi / revolution(found)  # m/s: what lifts the opposite side by the climb
    assert sizes["NC1"] == pytest.approx(quarter, rel=0.1)
    assert sizes["NH"] == pytest.approx(quarter, rel=0.1)
    assert sizes["NSR"] < 0.1


def test_the_transfer_starts_where_the_target_stands_27_deg_high_a_revolution_after_nsr(tmp_path) -> None:
    found = solved(write(tmp_path))
    tpi, nsr = found.flown["TPI"], found.flown["NSR"]
    sight, up = found.chain.around.target.at(tpi.t).r - tpi.before.r, tpi.before.r / np.linalg.norm(tpi.before.r)
    elevation = np.arcsin(float(sight @ up) / float(np.linalg.norm(sight))) / DEGREE
    beside_the_plane = 0.1  # deg: the rule counts in the target's plane, and the chaser is a few hundred metres off it
    assert elevation == pytest.approx(27.0, abs=beside_the_plane)
    assert tpi.t - nsr.after.t == pytest.approx(revolution(found), rel=0.1)
