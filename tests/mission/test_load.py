"""Missions by name and path, written out whole, and copied with their comments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

import softdock as sd
from softdock.errors import MissionError
from softdock.mission.load import complete_toml, flown_toml, load, new, schema_text
from softdock.mission.names import SHIPPED, headline, missions
from tests.mission.broken import MISSION


def test_apollo_soyuz_is_on_board_and_loads() -> None:
    assert "apollo-soyuz" in missions()
    mission = load("apollo-soyuz")
    assert (mission.named("target"), mission.named("chaser")) == ("soyuz", "apollo")
    assert [phase.kind for phase in mission.phases] == ["insertion", "insertion", "rendezvous", "proximity", "docking"]
    assert headline("apollo-soyuz") == (mission.title, mission.epoch_utc)


def test_a_mission_loads_by_file_by_folder_and_without_its_suffix(tmp_path: Path) -> None:
    shipped = load("apollo-soyuz")
    (tmp_path / "mission.toml").write_text(MISSION)
    (tmp_path / "mine.toml").write_text(MISSION)
    for path in (tmp_path, tmp_path / "mission.toml", tmp_path / "mine.toml", tmp_path / "mine"):
        assert load(path) == shipped


def test_a_vehicle_beside_the_mission_comes_before_the_one_on_board(tmp_path: Path) -> None:
    vehicle = (SHIPPED.parent / "vehicles" / "soyuz-7k-tm.toml").read_text()
    for folder in (tmp_path / "beside", tmp_path / "below" / "vehicles"):
        folder.mkdir(parents=True)
        (folder / "soyuz-7k-tm.toml").write_text(vehicle.replace("drag_area_m2 = 20.0", "drag_area_m2 = 21.0"))
    for mission in (tmp_path / "beside" / "mine.toml", tmp_path / "below" / "mine.toml"):
        mission.write_text(MISSION)
        assert load(mission).vehicles["soyuz-7k-tm"].drag_area_m2 == 21.0
    assert load("apollo-soyuz").vehicles["soyuz-7k-tm"].drag_area_m2 == 20.0


def test_a_vehicle_may_be_written_in_the_mission_itself(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = complete_toml(load("apollo-soyuz"))
    path.write_text(text.replace("drag_area_m2 = 20.0", "drag_area_m2 = 22.0"))
    assert load(path).vehicles["soyuz-7k-tm"].drag_area_m2 == 22.0


def test_the_complete_file_loads_to_an_equal_mission_wherever_it_lies(tmp_path: Path) -> None:
    mission = load("apollo-soyuz")
    record = flown_toml(mission)
    assert record is not None
    (tmp_path / "mission.toml").write_text(complete_toml(mission))
    (tmp_path / "flown.toml").write_text(record)
    again = load(tmp_path)
    assert again == mission
    assert complete_toml(again) == complete_toml(mission)


def test_a_mission_without_a_record_has_none(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MISSION.replace('flight_record = "apollo-soyuz"', ""))
    assert flown_toml(load(path)) is None


def test_a_mission_cannot_be_changed_but_copied_with_a_change() -> None:
    mission = load("apollo-soyuz")
    with pytest.raises(ValidationError):
        mission.title = "another"  # type: ignore[misc]
    assert mission.model_copy(update={"title": "another"}).title == "another"


def test_a_copy_keeps_the_comments_and_differs_only_in_its_name(tmp_path: Path) -> None:
    path = new("mine", "apollo-soyuz", folder=tmp_path)
    assert path == tmp_path / "mine.toml"
    assert path.read_text() == MISSION.replace('name = "apollo-soyuz"\n', 'name = "mine"\n', 1)
    assert load(path) == load("apollo-soyuz").model_copy(update={"name": "mine"})


def test_a_copy_brings_the_vehicles_that_lay_beside_the_original(tmp_path: Path) -> None:
    original, copies = tmp_path / "original", tmp_path / "copies"
    (original / "vehicles").mkdir(parents=True)
    copies.mkdir()
    vehicle = (SHIPPED.parent / "vehicles" / "soyuz-7k-tm.toml").read_text()
    larger = vehicle.replace("drag_area_m2 = 20.0", "drag_area_m2 = 23.0")
    (original / "vehicles" / "soyuz-7k-tm.toml").write_text(larger)
    (original / "first.toml").write_text(MISSION.replace('name = "apollo-soyuz"', 'name = "first"', 1))
    path = new("second", original / "first.toml", folder=copies)
    assert load(path).vehicles["soyuz-7k-tm"].drag_area_m2 == 23.0


def test_a_copy_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("precious")
    with pytest.raises(MissionError, match="exists and is not overwritten"):
        new("mine", "apollo-soyuz", folder=tmp_path)
    assert (tmp_path / "mine.toml").read_text() == "precious"


@pytest.mark.parametrize("name", ["../mine", "Mine", "", "a/b", "x y", ".hidden"])
def test_a_copy_needs_a_plain_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(MissionError, match="small letters, digits and hyphens"):
        new(name, "apollo-soyuz", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_copy_may_not_take_the_name_of_a_mission_on_board(tmp_path: Path) -> None:
    with pytest.raises(MissionError, match="is a mission on board"):
        new("apollo-soyuz", "apollo-soyuz", folder=tmp_path)


def test_a_copy_into_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    with pytest.raises(MissionError, match="cannot be written"):
        new("mine", "apollo-soyuz", folder=tmp_path / "a-file")


def test_a_broken_original_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text(MISSION.replace("sun = true", "sun = 7"))
    with pytest.raises(MissionError, match=r"environment\.sun"):
        new("mine", tmp_path / "broken.toml", folder=tmp_path)
    assert not (tmp_path / "mine.toml").exists()


def test_the_schema_names_every_phase_kind_and_explains_keys() -> None:
    schema = json.loads(schema_text())
    assert schema["$schema"].endswith("2020-12/schema")
    names = ("Insertion", "Rendezvous", "Proximity", "Docking")
    kinds = {schema["$defs"][name]["properties"]["kind"]["const"] for name in names}
    assert kinds == {"insertion", "rendezvous", "proximity", "docking"}
    assert schema["properties"]["epoch_utc"]["description"] == "Zero of mission time (GET)."
    assert schema["additionalProperties"] is False


def test_the_public_names_are_there_and_others_are_not() -> None:
    assert sd.load is load
    assert sd.missions() == missions()
    assert set(sd.__all__) <= set(dir(sd))
    for name in sd.__all__:
        getattr(sd, name)
    with pytest.raises(AttributeError, match="no attribute 'dock'"):
        sd.dock  # type: ignore[attr-defined]
