"""The director: what a flight that breaks off leaves behind, what a plan that fails says, and by what name to fly."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import softdock as sd
from softdock.errors import FlightInterrupted, MissionError, PlanError
from softdock.mission import director
from softdock.mission.director import build_world, plan, run
from softdock.mission.load import load
from tests.mission.broken import APOLLO, MISSION, replaced

one_milligram = 1e-6


@pytest.fixture(scope="module")
def mission() -> Any:
    return load("apollo-soyuz")


@pytest.fixture(scope="module")
def planned(showcase: Any) -> Any:
    return showcase.plan


def stopped_at(mission: Any, planned: Any, phase: str, *, note: int) -> Any:
    """The world of a flight that its user stops at a note of progress of a phase, counted from 1."""
    seen = 0

    def notify(name: str, fraction: float, text: str) -> None:
        nonlocal seen
        seen += name == phase
        if seen == note:
            raise FlightInterrupted("Stopped.")

    world = build_world(mission, seed=7, notify=notify)
    world.plan = planned
    with pytest.raises(FlightInterrupted):
        run(mission, world)
    return world


def used(world: Any) -> dict[tuple[str, str], float]:
    """What the ledger says was used [kg] of each tank, which must be what is missing in it."""
    for row in world.record.propellant:
        assert row["start_kg"] - row["left_kg"] == pytest.approx(sum(row["used_kg"].values()), abs=one_milligram)
        assert row["left_kg"] == world.bodies[row["craft"]].propellant[row["tank"]]
    return {(row["craft"], row["tank"]): sum(row["used_kg"].values()) for row in world.record.propellant}


@pytest.mark.parametrize("note", [2, 3, 4, 6, 9, 11])
def test_a_far_flight_that_is_stopped_keeps_its_telemetry_and_books_its_burns(
    mission: Any, planned: Any, note: int
) -> None:
    world = stopped_at(mission, planned, "rendezvous", note=note)
    burned: dict[tuple[str, str], float] = {}
    for burn in world.record.burns:
        for tank, kg in burn["propellant_by_tank_kg"].items():
            burned[burn["craft"], tank] = burned.get((burn["craft"], tank), 0.0) + kg
    booked = used(world)
    assert {key: kg for key, kg in booked.items() if kg > 0.0} == pytest.approx(burned, abs=one_milligram)
    assert bool(burned) == (note > 2)
    rows = sum(len(block) for block in world.record.telemetry)
    assert (rows > 100) == (note > 2)
    for block in world.record.telemetry:
        assert block["t_s"][-1] >= max(
            burn["get_s"] for burn in world.record.burns if burn["craft"] == block["craft"][0]
        )


@pytest.mark.parametrize("note", [3, 8])
def test_a_closed_loop_that_is_stopped_keeps_its_telemetry_and_books_its_jets(
    mission: Any, planned: Any, note: int
) -> None:
    world = stopped_at(mission, planned, "proximity", note=note)
    near = [block for block in world.record.telemetry if block["phase"][0] == "proximity"]
    assert sum(len(block) for block in near) > 100
    for name in ("soyuz", "apollo"):
        mass = [block for block in near if block["craft"][0] == name][-1]["mass_kg"][-1]
        assert world.bodies[name].mass_kg == pytest.approx(mass, abs=one_milligram)
    row = next(row for row in world.record.propellant if (row["craft"], row["tank"]) == ("apollo", "rcs"))
    assert row["used_kg"]["proximity"] > 0.0
    used(world)


def test_a_contact_that_is_stopped_says_that_it_is_not_kept(mission: Any, planned: Any) -> None:
    world = stopped_at(mission, planned, "docking", note=3)
    event = world.record.events[-1]
    assert event["name"] == "docking broken off"
    assert event["data"]["note"] == "not in telemetry and ledger"
    used(world)


def test_a_phase_that_fails_keeps_its_telemetry(mission: Any, planned: Any) -> None:
    apollo = mission.vehicles["apollo-csm-111"]
    tanks = {**apollo.tanks, "sps": apollo.tanks["sps"].model_copy(update={"propellant_kg": 100.0})}
    small = apollo.model_copy(update={"tanks": tanks})
    poor = mission.model_copy(update={"vehicles": {**mission.vehicles, "apollo-csm-111": small}})
    world = build_world(poor, seed=1)
    world.plan = planned
    run(poor, world)
    assert [verdict["passed"] for verdict in world.record.verdicts] == [False]
    assert sum(len(block) for block in world.record.telemetry) > 1000
    used(world)


# ---- the revolution of capture


@pytest.mark.parametrize(
    ("capture", "passed", "words"),
    [
        (90.0, False, "was captured in its revolution 28 and docking_revolution is 29; lower terminal.to_capture_min"),
        (150.0, True, "apollo was captured in its revolution 29."),
        (250.0, False, "was captured in its revolution 30 and docking_revolution is 29; raise terminal.to_capture_min"),
    ],
)
def test_the_revolution_of_capture_is_judged(mission: Any, capture: float, passed: bool, words: str) -> None:
    begins = (*range(27), 100.0, 200.0)
    events = [{"name": "capture", "get_s": capture}]
    record = SimpleNamespace(events=events, verdicts=[])
    revolution = lambda t: director.Plan.revolution(SimpleNamespace(begins=begins), t)  # noqa: E731
    director._judge_revolution(mission, SimpleNamespace(record=record, plan=SimpleNamespace(revolution=revolution)))
    (verdict,) = record.verdicts
    assert verdict["passed"] is passed
    assert words in verdict["sentence"]
    assert "ends_flight" not in verdict


def test_apollo_soyuz_docks_in_the_revolution_asked_for(showcase: Any) -> None:
    verdict = next(row for row in showcase.record.verdicts if row["name"] == "docking revolution")
    assert verdict["passed"] is True
    assert verdict["sentence"] == "apollo was captured in its revolution 29."


def test_revolutions_last_a_little_longer_than_an_orbit_and_the_docking_one_holds_the_planned_arrival(
    mission: Any, planned: Any
) -> None:
    lengths = [b - a for a, b in zip(planned.begins, planned.begins[1:], strict=False)]
    assert all(5400.0 < length < 6000.0 for length in lengths)
    assert planned.revolution(planned.arrival + 15.0 * 60.0) == mission.phases[2].terminal.docking_revolution


# ---- plans that cannot be


def changed(folder: Path, *changes: tuple[str, str], apollo: str = APOLLO) -> Any:
    text = MISSION
    for old, new in changes:
        text = replaced(text, old, new)
    (folder / "mine.toml").write_text(text)
    (folder / "apollo-csm-111.toml").write_text(apollo)
    return load(folder / "mine.toml")


FEW = (
    ("nc2_revolutions =", "nc2_revolutions = [24.0]"),
    ("trim_revolutions =", "trim_revolutions = [4.5]"),
    ("height_at_ncc_km =", "height_at_ncc_km = [22.22]"),
)


def test_a_chaser_without_translation_jets_is_told_so(tmp_path: Path) -> None:
    line = next(line for line in APOLLO.splitlines() if line.startswith("translation_jets ="))
    with pytest.raises(PlanError, match="apollo-csm-111 cannot burn .* no translation_jets; add them"):
        plan(changed(tmp_path, *FEW, apollo=APOLLO.replace(line, "translation_jets = []")))


def test_phasing_that_leads_out_of_orbit_is_refused_with_craft_and_time(tmp_path: Path) -> None:
    """Half an hour later the phase is 120 deg more: NC1 would have to lower Apollo into the air."""
    mission = changed(tmp_path, *FEW, ("1975-07-15T19:50:01", "1975-07-15T20:20:01"))
    with pytest.raises(PlanError, match="cannot be flown .*apollo.* fell below 100 km at .* raise its perigee"):
        plan(mission)


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ([("within_h =", "within_h = 4.0")], "phases[2].within_h", "ends before soyuz is in its assembly orbit"),
        (
            [("within_h =", "within_h = 42.0")],
            "phases[2].terminal.docking_revolution",
            "begins after the 26 revolutions within the time given; lower it or raise within_h",
        ),
    ],
)
def test_a_rendezvous_that_is_too_short_is_refused_with_the_key(
    changes: list[tuple[str, str]], key: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(MissionError, match=words) as caught:
        plan(changed(tmp_path, *changes))
    assert caught.value.key == key


@pytest.mark.parametrize("revolution", [3, 10])
def test_docking_before_the_target_waits_is_refused_with_the_key(revolution: int, tmp_path: Path) -> None:
    mission = changed(tmp_path, ("docking_revolution =", f"docking_revolution = {revolution}"))
    with pytest.raises(MissionError, match=f"is {revolution}, before soyuz is in its assembly orbit") as caught:
        plan(mission)
    assert caught.value.key == "phases[2].terminal.docking_revolution"


# ---- what may stand for a mission


def test_a_name_or_path_stands_for_a_mission(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    flown = []
    monkeypatch.setattr(director, "run", lambda mission, world: flown.append(mission.name) or world)
    (tmp_path / "mine.toml").write_text(MISSION.replace('name = "apollo-soyuz"', 'name = "mine"', 1))
    assert sd.fly("apollo-soyuz", seed=3).seed == 3
    sd.fly(tmp_path / "mine.toml")
    assert flown == ["apollo-soyuz", "mine"]
    for wrong in (None, 3, {"name": "mine"}):
        with pytest.raises(TypeError, match="a mission, or its name or path, is needed and a .* was given"):
            sd.fly(wrong)  # type: ignore[arg-type]
    with pytest.raises(MissionError, match="there is no mission 'apollo-soyus'"):
        sd.plan("apollo-soyus")
