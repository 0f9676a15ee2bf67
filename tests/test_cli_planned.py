"""What `softdock plan` prints of a solved plan: sentences, pads and legs."""

from __future__ import annotations

from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from softdock.cli.planned import burn_table, sentences, show_pads
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
    (said,) = sentences(plan(), EPOCH)
    total = f"{solved().flown.total:.1f} m/s"
    assert said == f"progress burns {total} and is at its place beside iss at 2025-07-04 00:46:45 UTC."


def test_a_speed_that_is_left_to_brake_is_said() -> None:
    (said,) = sentences(plan(braking_m_s=8.8), EPOCH)
    assert said.endswith("meets iss at 2025-07-04 00:46:45 UTC and brakes 8.8 m/s.")


def test_the_bound_is_said_with_how_far_the_plan_is_above_it_braking_counted() -> None:
    total = sum(burn.speed for burn in plan().burns)
    *_, said = sentences(plan(bound=SimpleNamespace(least=100.0), braking_m_s=10.0), EPOCH)
    assert said == f"Least possible for these two states: 100.0 m/s; this plan is {total + 10.0 - 100.0:.1f} % above."


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
    assert "-0.00" not in text.getvalue()
    assert "-0.01" in text.getvalue()
