"""The delta-v budget: every burn has its row, and what was added by each kind of error adds up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from softdock import kernels
from softdock.flight.budget import spent
from softdock.flight.budget_causes import CAUSES, causes
from softdock.flight.record import telemetry_rows
from softdock.products.budget import budget
from softdock.products.run_directory import Run
from softdock.products.story import Story
from tests.flight.far_flights import EXACT, SIGHTED, changed, far_phase, flown, mission, planned

pytestmark = pytest.mark.skipif(kernels.PURE_PYTHON, reason="days of flight take hours uncompiled")
ROUND_OFF = 1e-9  # m/s


def test_every_burn_has_its_row() -> None:
    given, made = mission("progress-ms31"), planned("progress-ms31")
    record = flown(given, made, 2).record
    assert [row["name"] for row in record.budget] == [burn.name for burn in made.burns]
    for row, burn in zip(record.budget, made.burns, strict=True):
        assert row["planned_m_s"] == burn.speed
        size = next((b["dv_m_s"] for b in record.burns if b["name"] == burn.name), 0.0)
        assert row["flown_m_s"] == size
        assert abs(row["flown_m_s"] - row["targeted_m_s"]) < 4.0 * (0.002 * burn.speed + 0.02)  # 4 sigma of its size
    assert any(row["flown_m_s"] != row["targeted_m_s"] for row in record.budget)


def test_without_errors_of_execution_what_was_targeted_is_flown() -> None:
    given = changed(mission("progress-ms31"), execution=EXACT)
    for row in flown(given, planned("progress-ms31"), 2).record.budget:
        assert row["flown_m_s"] == pytest.approx(row["targeted_m_s"], abs=1e-3)  # less is not flown


def test_causes_add_up_to_flown_less_planned() -> None:
    given, made = mission("progress-ms31"), planned("progress-ms31")
    world = flown(given, made, 2)
    burns, bodies = list(world.record.burns), dict(world.bodies)
    found = causes(far_phase(given), world)
    assert [row["cause"] for row in found] == list(CAUSES)
    asked = sum(burn.speed for burn in made.burns)
    total = spent(world.record, "progress") - asked
    assert sum(row["added_m_s"] for row in found) == pytest.approx(total, abs=ROUND_OFF)
    assert world.record.burns == burns  # the flight itself is left as it was
    assert world.bodies == bodies


def test_an_error_that_is_not_there_adds_nothing() -> None:
    given = changed(mission("progress-ms31"), density=0.0, **SIGHTED)
    found = {row["cause"]: row["added_m_s"] for row in causes(far_phase(given), flown(given, planned(given.name), 2))}
    assert found["air"] == 0.0
    assert found["navigation"] == 0.0
    assert abs(found["targeting without errors"]) < 0.01
    assert abs(found["execution"]) > 0.01


def story(rows: list[dict[str, Any]], added: list[dict[str, Any]]) -> Story:
    given = {"crafts": {"iss": {"role": "target"}, "progress": {"role": "chaser"}}}
    none: list[dict[str, Any]] = []
    run = Run(Path("x"), "complete", {}, none, none, none, none, none, {}, [], telemetry_rows(0), given, {})
    return Story(replace(run, budget=rows, budget_causes=added))


def test_the_table_sums_by_craft_and_says_what_was_added() -> None:
    rows: list[dict[str, Any]] = [
        {"name": "DV1", "craft": "progress", "planned_m_s": 10.0, "targeted_m_s": 10.5, "flown_m_s": 10.25},
        {"name": "DV2", "craft": "progress", "planned_m_s": 2.0, "targeted_m_s": 1.0, "flown_m_s": 1.125},
        {"name": "broken", "craft": "progress", "planned_m_s": None, "targeted_m_s": 1.0, "flown_m_s": 1.0},
    ]
    text = str(budget(story(rows, [{"craft": "progress", "cause": "air", "added_m_s": -0.625}])))
    for shown in ("all burns", "12.00", "11.50", "11.38", "broken"):
        assert (shown in text) == (shown != "broken")
    assert "added by air" in text
    assert budget(story([], [])) is None
