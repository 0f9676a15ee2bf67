"""What `softdock plan` prints of a solved plan: sentences, pads and legs."""

from __future__ import annotations

import re
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from softdock.cli.planned import (
    alike,
    alternatives_table,
    burn_table,
    counted,
    sentences,
    show_alternatives,
    show_pads,
)
from softdock.errors import PlanError
from tests.products.rest_scene import EPOCH, solved


def plan(**more: Any) -> Any:
    """The four-orbit scheme to rest as a plan."""
    burns = [
        SimpleNamespace(name=e.manoeuvre.name, craft="progress", ignition=e.t, dv_lvlh=e.dv, speed=e.speed)
        for e in solved().flown.events
    ]
    last = solved().flown.events[-1].t
    given = {"chaser": "progress", "target": "iss", "burns": burns, "arrival": last, "braking_m_s": 0.0}
    return SimpleNamespace(**{**given, "solved": solved(), **more})


def test_the_sum_of_the_burns_and_the_arrival_are_said() -> None:
    arrival, total, solution = sentences(plan(), EPOCH)
    event, end = solved().flown.events[-1], solved().flown.events[-1].after.t
    assert end > event.t  # the last burn lasts
    clock = EPOCH.utc(end + 0.5)[:19].replace("T", " ")
    assert arrival == f"progress is at its place beside iss at {clock} UTC."
    assert total == f"In all {solved().flown.total:.1f} m/s."
    count = len(solved().conditions)
    assert solution.startswith(f"Solved in {solved().iterations} step")
    assert f": {count} conditions met, the farthest to " in solution


@pytest.mark.parametrize(("count", "said"), [(0, "0 steps"), (1, "1 step"), (2, "2 steps")])
def test_a_count_goes_with_its_noun(count: int, said: str) -> None:
    assert counted(count, "step") == said


def test_a_speed_that_is_left_to_brake_is_said() -> None:
    arrival, total, _ = sentences(plan(braking_m_s=8.84), EPOCH)
    assert arrival.startswith("progress meets iss at 2025-07-04 00:")
    found = re.fullmatch(r"In all ([\d.]+) m/s \(([\d.]+) burned and ([\d.]+) to brake\)\.", total)
    assert found is not None
    whole, burned, braked = map(float, found.groups())
    assert burned + braked == pytest.approx(whole, abs=1e-9)
    assert whole == pytest.approx(solved().flown.total + 8.84, abs=0.05)


def test_the_bound_is_said_with_how_far_the_plan_is_above_it_braking_counted() -> None:
    total = sum(burn.speed for burn in plan().burns)
    _, said, _ = sentences(plan(bound=SimpleNamespace(least=100.0), braking_m_s=10.0), EPOCH)
    above = f"least possible for these two states 100.0 m/s; {total + 10.0 - 100.0:.1f} % above."
    assert said.endswith(f"burned and 10.0 to brake); {above}")


def test_small_sums_are_told_to_the_hundredth() -> None:
    burn = SimpleNamespace(name="arrival", craft="progress", speed=3.3142)
    _, said, _ = sentences(plan(burns=[burn], bound=SimpleNamespace(least=2.6449)), EPOCH)
    assert said == "In all 3.31 m/s; least possible for these two states 2.64 m/s; 25.3 % above."


def test_a_burn_is_shown_with_how_long_it_lasts_and_the_target_s_with_a_dash() -> None:
    target = SimpleNamespace(name="DV1", craft="iss", ignition=0.0, dv_lvlh=(1.0, 0.0, 0.0), speed=1.0)
    text = StringIO()
    Console(file=text, width=100).print(burn_table(plan(burns=[*plan().burns, target]), EPOCH))
    lasts = {tuple(line.split()[:2]): line.split()[-1] for line in text.getvalue().splitlines()[2:]}
    burning = solved().flown["DV1"].burn
    assert burning is not None
    assert lasts["DV1", "progress"] == f"{burning.duration_s:.1f}"
    assert lasts["DV1", "iss"] == "–"


@pytest.mark.parametrize("docks", [True, False])
def test_the_alternatives_say_how_many_were_weighed_and_what_stands_at_an_end(
    docks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"nh_height_km": k + 2.0, "light_at_docking": "day"} for k in range(3)]
    note = "At the edge of what was searched: nh height km (2.0 of 2.0 to 4.0)."
    found = {"alternatives": rows, "notes": ["Something else.", note]}
    monkeypatch.setattr("softdock.planning.plan_summary.plan_summary", lambda plan, epoch: found)
    text = StringIO()
    searched = {"nh_height_km": (2.0, 3.0, 4.0), "other": (1, 2, 3, 4)}
    show_alternatives(Console(file=text, width=120), plan(searched=searched), EPOCH, docks=docks)
    shown = " ".join(text.getvalue().split())
    assert "Ranked alternatives, the 3 solved of 12 combinations" in shown
    assert "At the edge of what was searched: NH height (2.0 of 2.0 to 4.0 km)." in shown
    assert f"light {'at docking' if docks else 'on arrival'} day" in shown
    assert "Something else" not in shown


def test_numbers_of_a_row_have_as_many_decimals() -> None:
    rows = [{"height_km": height, "name": f"{height}"} for height in (2.0, 2.5, 3.25)]
    text = StringIO()
    Console(file=text, width=100).print(alternatives_table(rows, width=100))
    (row,) = (line.split() for line in text.getvalue().splitlines() if line.startswith("height"))
    assert row == ["height", "(km)", "2.00", "2.50", "3.25"]


@pytest.mark.parametrize("width", [80, 120])
def test_pads_and_legs_are_printed(width: int) -> None:
    text = StringIO()
    show_pads(Console(file=text, width=width), plan(), EPOCH, feet=True)
    shown = text.getvalue()
    for event in solved().flown.events:
        assert event.manoeuvre.name in shown
    for words in ("the same as an impulse", "ft/s", "n.mi", "lb", "Closest approach on each leg", "DV5 to braking"):
        assert words in shown
    assert "…" not in shown


def test_pads_do_without_losses_where_impulses_cannot_be_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(found: Any) -> Any:
        raise PlanError("no burns meet the height; relax it")

    monkeypatch.setattr("softdock.products.pads.impulsive_sizes", refused)
    text = StringIO()
    show_pads(Console(file=text, width=120), plan(), EPOCH, feet=False)
    assert "so no losses are shown: no burns meet the height; relax it" in text.getvalue()
    assert "the same as an impulse" not in text.getvalue()
    assert "DV5 to braking" in text.getvalue()


def test_no_zero_is_printed_with_a_sign() -> None:
    text = StringIO()
    burn = SimpleNamespace(name="NSR", craft="apollo", ignition=0.0, dv_lvlh=(-0.001, -0.0, -0.006), speed=0.01)
    Console(file=text, width=120).print(burn_table(plan(burns=[burn]), EPOCH))
    assert "−0.00" not in text.getvalue()
    assert "−0.01" in text.getvalue()


def test_a_small_number_has_three_decimals_and_one_that_is_nothing_has_none() -> None:
    rows = [{"left_kg": left, "least_km": 1e-7} for left in (0.861, 0.83)]
    text = StringIO()
    Console(file=text, width=100).print(alternatives_table(rows, width=100))
    assert "0.861  0.830" in text.getvalue()
    assert alike(rows) == "The same in all of them: least 0 km."
