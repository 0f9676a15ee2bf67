"""What the report computes of the approach: line of sight, gates, the cost of braking, how well navigation agreed."""

from __future__ import annotations

import tomllib
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.conventions import STANDARD_GRAVITY
from softdock.flight.record import FlightRecord, telemetry_rows
from softdock.products.coelliptic import asked, coelliptic, states_at, value_at
from softdock.products.effort import approach, effort
from softdock.products.figures_navigation import agreement
from softdock.products.figures_near import bar_plot
from softdock.products.gates import gate_table, gates_met
from softdock.products.report import report_text
from softdock.products.run_directory import Run, read_run
from softdock.products.story import Story
from tests.fixtures.flight import MU, NSR, TARGET_RADIUS, TPI, target_states
from tests.fixtures.flight import rows as fixture_rows
from tests.fixtures.runs import MISSION, example, flight_record

MANOEUVRES = """
[[phases.manoeuvres]]
name = "NCC"
when = { after = "NC2", revolutions = 0.5 }
free = ["forward", "across", "down"]
achieves = [{ at = "NSR", out_of_plane_km = 0.0 }, { at = "TPI", height_difference_km = "$height_km", until = "NCC" }]

[[phases.manoeuvres]]
preset = "TPI"
when = { mission_time_s = "$terminal_s" }
when_next = { elevation_deg = 27.0 }

[[phases.manoeuvres]]
name = "MC1"
when = { after = "TPI", minutes = 12.0 }

[[phases.manoeuvres]]
name = "intercept"
when = { after = "TPI", target_travel_deg = 130.0 }
"""
THRUSTERS = '\n[vehicles.apollo-csm-111.thrusters]\nspecific_impulse_s = 280.0\ntank = "rcs"\n'
WITH_ALL = MISSION.replace('chaser = "apollo"\n', f'chaser = "apollo"\n{MANOEUVRES}', 1) + THRUSTERS


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    record = flight_record()
    record.plan["choice"] = {"height_km": 18.52}
    return Story(read_run(example(tmp_path_factory.mktemp("runs") / "run", mission_toml=WITH_ALL, record=record)))


def of(story: Story, **changes: Any) -> Story:
    return Story(Run(**{**vars(story.run), **changes}))


# ---- NSR to TPI


def test_the_made_up_chaser_sees_its_target_at_27_degrees_at_tpi(story: Story) -> None:
    seen = coelliptic(story)
    assert seen is not None
    assert seen.get_s[0] >= NSR
    as_built = 0.05  # deg: the phase of the made-up flight has four digits
    assert value_at(seen.get_s, seen.elevation_deg, TPI) == pytest.approx(27.0, abs=as_built)
    one_metre = 1e-3
    assert seen.height_km == pytest.approx(np.full(len(seen.height_km), 18.52), abs=one_metre)
    assert asked(story) == (27.0, 18.52, "TPI", 130.0)


def test_what_named_manoeuvres_ask_for_at_tpi_is_found_as_well() -> None:
    text = 'elevation_deg = 26.6\npreset = "CSI"\nat = "TPI"\nwhen = { minutes = 20 }'
    last = 'preset = "TPF"\nwhen = { target_travel_deg = 140 }'
    rules = tomllib.loads("".join(f"[[manoeuvres]]\n{rule}\n" for rule in (text, 'preset = "TPI"', last)))
    mission = {"phases": [{"kind": "rendezvous", **rules}]}
    run = Run(Path("x"), "complete", {}, [], [], [], [], [], {}, [], telemetry_rows(0), mission, {})
    assert asked(Story(run)) == (26.6, None, "", 140.0)
    mission["phases"][0]["manoeuvres"] = [7, {"name": "TPI", "when": "soon", "achieves": {"at": "TPI"}}]
    assert asked(Story(run)) == (None, None, "", None)


def test_between_samples_a_minute_apart_the_target_is_known_to_a_metre() -> None:
    coarse, fine = np.arange(0.0, 3000.0, 60.0) + NSR, np.arange(0.0, 2900.0, 7.0) + NSR
    blocks = [fixture_rows("rendezvous", "soyuz", times, target_states(times)) for times in (coarse, fine)]
    r, v = states_at(blocks[0], fine)
    truth_r = np.stack([blocks[1][f"position_gcrf_{axis}_m"] for axis in "xyz"], axis=-1)
    truth_v = np.stack([blocks[1][f"velocity_gcrf_{axis}_m_s"] for axis in "xyz"], axis=-1)
    fourth_derivative = TARGET_RADIUS * (MU / TARGET_RADIUS**3) ** 2
    bound = 60.0**4 / 384.0 * fourth_derivative  # of cubic Hermite interpolation
    assert np.linalg.norm(r - truth_r, axis=1).max() <= bound * 1.05
    assert np.linalg.norm(v - truth_v, axis=1).max() < 0.1


def test_without_one_of_the_craft_there_is_no_line_of_sight(story: Story) -> None:
    alone = story.run.telemetry[story.run.telemetry["craft"] == "apollo"]
    assert coelliptic(of(story, telemetry=alone)) is None
    assert coelliptic(of(story, events=[])) is None


# ---- gates


def closing_in(speeds: dict[float, float]) -> np.ndarray[Any, Any]:
    """Rows of a chaser that comes straight down from 300 m, its speed given below each range [m]."""
    rows = telemetry_rows(301)
    rows["craft"], rows["phase"] = "apollo", "proximity"
    reach = 300.0 - np.arange(301.0)
    rows["relative_x_m"], rows["relative_y_m"], rows["relative_z_m"] = 0.0, 0.0, reach
    rows["range_m"], rows["get_s"] = reach, np.arange(301.0)
    for velocity in ("x", "y"):
        rows[f"relative_velocity_{velocity}_m_s"] = 0.0
    for start, speed in speeds.items():
        rows["relative_velocity_z_m_s"][reach <= start] = -speed
    return rows


GATES = {"kind": "proximity", "gates": [{"range_m": 200.0, "closing_speed_m_s": 3.0},
                                        {"range_m": 50.0, "closing_speed_m_s": 1.0}]}  # fmt: skip


@pytest.mark.parametrize(
    ("speeds", "crossing", "met", "words"),
    [
        ({300.0: 6.0, 160.0: 3.0}, 6.0, 160.0, "braked over 40 m"),
        ({300.0: 2.5}, 2.5, 200.0, "slow enough on arrival"),
        ({300.0: 6.0}, 6.0, None, "never met"),
    ],
)
def test_a_gate_tells_the_speed_on_crossing_and_where_it_was_met(
    story: Story, speeds: dict[float, float], crossing: float, met: float | None, words: str
) -> None:
    flown = of(story, telemetry=closing_in(speeds), events=[], mission={**story.run.mission, "phases": [GATES]})
    gate = gates_met(flown)[0]
    assert gate.crossing == pytest.approx(crossing)
    assert gate.met == met
    assert words in str(gate_table(flown))


def test_gates_that_were_not_reached_are_said_and_none_make_no_table(story: Story) -> None:
    rows = closing_in({300.0: 6.0})
    mission = {**story.run.mission, "phases": [GATES]}
    short = of(story, telemetry=rows[:150], events=[], mission=mission)
    assert "not crossed" in str(gate_table(short))
    assert gate_table(of(story, telemetry=rows[:50], events=[], mission=mission)) is None
    assert gate_table(of(story, mission={"phases": []})) is None


# ---- what the approach cost


def test_the_propellant_of_the_approach_is_worth_what_the_rocket_equation_says(story: Story) -> None:
    near = approach(story)
    assert near is not None
    assert near.tank == "rcs"
    assert near.used_kg == pytest.approx(64.5 + 1.25)
    assert near.speed is not None
    assert 14300.0 * (1.0 - exp(-near.speed / (280.0 * STANDARD_GRAVITY))) == pytest.approx(near.used_kg)
    said = effort(story)
    assert "burns of the far rendezvous" in said
    assert "65.8 kg of RCS propellant, about 13 m/s by the rocket equation." in said


def test_without_an_impulse_or_a_ledger_the_sentence_says_less(story: Story) -> None:
    assert "rocket equation" not in effort(of(story, mission=tomllib.loads(MISSION)))
    assert "braking" not in effort(of(story, propellant=[]))
    assert effort(of(story, burns=[])) == ""


# ---- figures and their words


def test_the_report_shows_what_a_rendezvous_engineer_looks_for(story: Story) -> None:
    text = report_text(story.run)
    for words in (
        "elevation of the line of sight to Soyuz, deg", "27 deg asked for at TPI", "TPI 26.9",
        "18.52 km asked for at TPI", "out of plane, m", "y of the target&#x27;s port", "z of the target&#x27;s port",
        "Here at 27 deg, to meet after the target has travelled 130 deg.", "9 m/s inside 1,800 m",
        "planned <span", "speed on crossing", "range between centres of mass",
        "The error is below the line in", "by the rocket equation",
    ):  # fmt: skip
        assert words in text, words
    for gone in ("sideways (port y)", "up-down", "27 degrees", "relative error of"):
        assert gone not in text, gone


@pytest.mark.parametrize(
    ("attitude", "words"),
    [
        ({"port_axis_lvlh": [1.0, 0.0, 0.0], "roll_deg": 60.0}, "turned 60 deg from the direction of the Earth, so"),
        ({"port_axis_lvlh": [0.0, 0.0, 1.0], "roll_deg": 0.0}, "turned 0 deg from forward."),
        ({}, "y completes them."),
    ],
)
def test_the_axes_of_the_target_port_are_explained(story: Story, attitude: dict[str, Any], words: str) -> None:
    phases = [{**row, "target_attitude": attitude} if row["kind"] == "proximity" else row for row in story.phases]
    assert words in report_text(of(story, mission={**story.run.mission, "phases": phases}).run)


def test_two_bar_plots_side_by_side_are_of_one_height(story: Story) -> None:
    pair = [bar_plot(story, 508, reach=reach, unit=("m", 1.0), shape=0.86) for reach in (2500.0, 120.0)]
    sizes = [str(plot).split('viewBox="', 1)[1].split('"', 1)[0] for plot in pair]
    assert sizes[0] == sizes[1]


def test_agreement_counts_the_samples_below_three_sigma(story: Story) -> None:
    rows = story.run.telemetry.copy()
    known = np.flatnonzero(np.isfinite(rows["estimate_sigma_m"]) & (rows["get_s"] >= TPI))
    for axis in "xyz":
        rows[f"estimated_{axis}_m"][known] = rows[f"relative_{axis}_m"][known]
    assert "in 100 % of" in agreement(of(story, telemetry=rows))
    rows["estimated_x_m"][known[::2]] += 100.0 * rows["estimate_sigma_m"][known[::2]]
    assert "in 50.0 % of" in agreement(of(story, telemetry=rows)).replace("49.9", "50.0").replace("50.1", "50.0")
    assert agreement(of(story, telemetry=rows[:0])) == ""


# ---- flights that did not end


@pytest.mark.parametrize(("status", "headline"), [("interrupted", "Interrupted after NSR"), ("failed", "Failed after")])
def test_an_unfinished_flight_says_where_and_leaves_out_what_has_no_samples(
    tmp_path: Path, status: str, headline: str
) -> None:
    whole = flight_record(stride=20)
    far = [block for block in whole.telemetry if block["phase"][0] == "rendezvous"]
    record = FlightRecord(events=whole.events[:3], burns=whole.burns[:4], telemetry=far)
    text = report_text(read_run(example(tmp_path / "run", record=record, status=status)))
    assert headline in text
    assert "The last event was NSR at 17 July 1975, 14:12:00 UTC." in text
    assert "The last sample is of the rendezvous phase at 17 July 1975," in text
    assert "between the centres of mass" in text
    assert "Left out, because the flight holds no samples for them: " in text
    assert "Braking and Final approach." in text
    assert "There are no samples" not in text
    assert 'id="heights"' in text
    assert 'id="approach"' not in text


def test_a_tank_with_less_than_nothing_is_marked(tmp_path: Path) -> None:
    record = flight_record(stride=50)
    record.propellant[0] |= {"start_kg": 100.0, "left_kg": -58.4}
    assert 'class="fail" title="less than an empty tank holds">✖ −58.40' in report_text(
        read_run(example(tmp_path / "run", record=record))
    ).replace("✕", "✖")
