"""The report of a mission that neither docks nor has a closed loop: what was reached, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from softdock.flight.record import FlightRecord
from softdock.products.report import report_text
from softdock.products.run_directory import Run, read_run
from softdock.products.story import AT_REST, Story, reach
from softdock.products.summary import summary
from tests.products.rest_scene import MISSION, run_at_rest


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(run_at_rest(tmp_path_factory.mktemp("runs") / "run"))


def sections(text: str) -> list[str]:
    return re.findall(r'<section id="(\w+)"', text)


def test_the_headline_says_where_it_came_to_rest(run: Run) -> None:
    outcome = Story(run).outcome
    assert (outcome.kind, outcome.headline) == ("good", "At rest 2.0\N{NO-BREAK SPACE}km from ISS")
    assert outcome.sentence.startswith(
        "Progress was 1.4\N{NO-BREAK SPACE}km behind and 1.4\N{NO-BREAK SPACE}km below ISS on 4 July 2025, 00:46:"
    )
    assert "moving 0.00\N{NO-BREAK SPACE}m/s in its LVLH." in outcome.sentence


def test_sections_of_phases_that_the_mission_does_not_have_are_not_there(run: Run) -> None:
    text = report_text(run)
    found = sections(text)
    assert {"chase", "heights", "manoeuvres", "propellant"} <= set(found)
    assert not {"coelliptic", "terminal", "braking", "approach", "contact", "navigation"} & set(found)
    assert "Left out, because" not in text
    assert "Captured" not in text
    assert "capture, UTC" not in text
    for words in ("at the end, UTC", "4 Jul 00:46:", "range at the end", "speed at the end", "The last 10 km"):
        assert words in text


def test_sections_of_a_closed_loop_are_there_when_the_mission_has_one(tmp_path: Path, run: Run) -> None:
    mission = MISSION + '[[phases]]\nkind = "proximity"\ntarget = "iss"\nchaser = "progress"\n'
    text = report_text(read_run(run_at_rest(tmp_path / "run", mission_toml=mission)))
    assert "Left out, because the flight holds no samples for them: From NSR to TPI, " in text
    assert "contact" not in sections(text)
    assert "At rest" in text
    burns = [{**row, "name": name} for row, name in zip(run.burns, ("NC1", "NC2", "NSR", "TPI", "TPF"), strict=True)]
    assert "coelliptic" in sections(report_text(Run(**{**vars(run), "burns": burns, "events": burns})))


def moving(run: Run, speed: float) -> Story:
    telemetry = run.telemetry.copy()
    last = np.flatnonzero(telemetry["craft"] == "progress")[-1]
    telemetry["relative_velocity_y_m_s"][last] += speed
    return Story(Run(**{**vars(run), "telemetry": telemetry}))


def test_a_chaser_that_still_moves_is_not_said_to_be_at_rest(run: Run) -> None:
    assert moving(run, 0.9 * AT_REST).outcome.headline.startswith("At rest")
    outcome = moving(run, 3.0).outcome
    assert (outcome.kind, outcome.headline) == (
        "warning", "2.0\N{NO-BREAK SPACE}km from ISS, at 3.00\N{NO-BREAK SPACE}m/s"
    )  # fmt: skip


def test_a_check_that_is_not_passed_is_in_the_headline(run: Run) -> None:
    verdicts = [{"name": "time", "passed": False, "sentence": "It came 12 min late."}]
    outcome = Story(Run(**{**vars(run), "verdicts": verdicts})).outcome
    assert outcome.kind == "warning"
    assert outcome.headline.endswith("from ISS, with one check not passed")
    assert outcome.sentence.endswith("It came 12 min late.")


@pytest.mark.parametrize(("status", "kind"), [("interrupted", "warning"), ("failed", "bad")])
def test_a_flight_that_broke_off_is_not_said_to_have_arrived(run: Run, status: str, kind: str) -> None:
    outcome = Story(Run(**{**vars(run), "status": status})).outcome
    assert outcome.kind == kind
    assert outcome.headline == f"{status.capitalize()} after braking"
    assert "2.0\N{NO-BREAK SPACE}km between the centres of mass" in outcome.sentence
    assert "at the end, UTC" not in report_text(Run(**{**vars(run), "status": status}))


def test_a_flight_that_a_phase_ended_is_told_by_the_burn_that_did_not_come(run: Run) -> None:
    rules = [{"name": "DV1"}, {"preset": "DV2"}, {"name": "CDH"}, {"name": "TPI"}]
    rendezvous = {**Story(run).phase("rendezvous"), "manoeuvres": rules}
    said = {"name": "rendezvous flown", "passed": False, "sentence": "No burns meet the height", "ends_flight": True}
    burns = [row for row in run.burns if row["name"] in ("DV1", "DV2")]
    changed = {"mission": {**run.mission, "phases": [rendezvous]}, "verdicts": [said], "burns": burns}
    outcome = Story(Run(**{**vars(run), **changed})).outcome
    assert (outcome.kind, outcome.headline) == ("bad", "Ended before CDH")
    assert outcome.sentence.startswith("No burns meet the height. The last event was ")
    rendezvous["manoeuvres"] = rules[:2]
    assert Story(Run(**{**vars(run), **changed})).outcome.headline == "Ended after braking"


def test_a_flight_that_failed_says_what_ended_it(run: Run) -> None:
    meta = {**run.meta, "ended_by": "the tank is empty"}
    outcome = Story(Run(**{**vars(run), "meta": meta, "status": "failed"})).outcome
    assert outcome.sentence.startswith("the tank is empty. The last event was ")


def test_a_plan_that_was_not_chosen_from_several_is_told_without_a_table(run: Run) -> None:
    row = {"delta_v_m_s": 139.4, "light_at_docking": "day", "cover_before_docking_min": 2.0}
    alone = Run(**{**vars(run), "plan": {"alternatives": [row], "choice": {}, "bound_m_s": 119.0}})
    text = report_text(alone)
    assert "What the search" not in text
    assert "Ranked alternatives" not in text
    for words in ("<dt>light on arrival</dt>", "<dt>cover before arrival</dt>", "139.40 m/s", "119.00 m/s"):
        assert words in text, words
    given = {**Story(run).phase("rendezvous"), "docking_after_min": 32.0}
    later = Run(**{**vars(alone), "mission": {**run.mission, "phases": [given]}})
    assert "<dt>light at docking</dt>" in report_text(later)


def test_conventions_and_words_are_the_mission_s_own(run: Run) -> None:
    text = report_text(run)
    assert "time since the zero of the mission, 2025-07-03 19:32:40 UTC." in text
    assert "Soyuz, 15 July" not in text
    words = text[text.index('id="words"') : text.index('id="conventions"')]
    assert "<dt id=\"word-lvlh\">" in words
    assert "Free drift" not in words
    for absent in ("corridor", "latch"):
        assert f'id="word-{absent}"' not in words
    assert "Flown beside simulated" not in text


def test_a_flight_without_samples_of_the_way_did_not_arrive(tmp_path: Path) -> None:
    outcome = Story(read_run(run_at_rest(tmp_path / "run", record=FlightRecord()))).outcome
    assert (outcome.kind, outcome.headline) == ("bad", "Not flown to the end")
    assert "</html>" in report_text(read_run(tmp_path / "run"))


def test_the_summary_names_every_burn_and_no_capture(run: Run) -> None:
    console = Console(width=110, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(summary(run))
    text = console.export_text()
    for words in ("At rest 2.0", "DV1", "DV5", "braking", "139.4 m/s"):
        assert words in text, words
    assert "capture" not in text


@pytest.mark.parametrize(("metres", "words"), [(999.4, "999 m"), (1999.0, "2.0 km"), (float("nan"), "–")])
def test_near_distances_are_told_in_metres(metres: float, words: str) -> None:
    assert reach(metres).replace("\N{NO-BREAK SPACE}", " ") == words


def test_every_side_has_its_word(run: Run) -> None:
    telemetry: Any = run.telemetry.copy()
    last = np.flatnonzero(telemetry["craft"] == "progress")[-1]
    for axis, value in zip("xyz", (300.0, -40.0, -5.0), strict=True):
        telemetry[f"relative_{axis}_m"][last] = value
    end = Story(Run(**{**vars(run), "telemetry": telemetry})).end
    assert end is not None
    assert [side.replace("\N{NO-BREAK SPACE}", " ") for side in end.sides] == ["300 m ahead of", "40 m left of"]
