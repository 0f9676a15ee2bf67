"""Tables of the command line where there is little room."""

from __future__ import annotations

from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from softdock.astro.time import Epoch
from softdock.cli.planned import alternatives_table, burn_table, pad_table
from softdock.products.pad_table import in_blocks
from tests.products.pad_scene import some_pads


@pytest.mark.parametrize("width", [80, 72])
def test_a_plan_loses_no_number_on_a_narrow_terminal(width: int) -> None:
    names = ("phase correction", "circularisation", "NSR")
    burns = [
        SimpleNamespace(name=name, craft="apollo", ignition=179520.0, dv_lvlh=(-11.25, 10.5, -12.75), speed=20.06)
        for name in names
    ]
    row = dict.fromkeys(("revolutions", "delta_v_m_s", "light_at_docking"), 26.51)
    made = [SimpleNamespace(manoeuvre=burn, burn=SimpleNamespace(duration_s=115.25)) for burn in burns]
    solved = SimpleNamespace(flown=SimpleNamespace(events=made))
    plan = SimpleNamespace(burns=burns, chaser="apollo", solved=solved)
    text = StringIO()
    console = Console(file=text, width=width)
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    console.print(burn_table(plan, epoch, width=width), alternatives_table([row], width=width))
    lines = text.getvalue()
    for shown in ("17 Jul 14:12:00", "049:52:00", "−11.25", "10.50", "−12.75", "20.06", *["115.2"] * (width >= 76)):
        assert lines.count(shown) == len(names), shown
    assert lines.count("26.51") == len(row)
    assert "…" not in lines


def test_as_many_alternatives_are_shown_as_fit_and_how_many_there_are_is_said() -> None:
    rows = [{"revolutions": k + 0.5, "light_at_docking": f"night, sunrise in {k} min"} for k in range(7)]
    for width, fitting in ((50, 1), (60, 2), (80, 3), (120, 5), (200, 7)):  # 16 letters, then 19 a column
        text = StringIO()
        Console(file=text, width=width).print(alternatives_table(rows, width=width))
        shown = "the 7 combinations" if fitting == 7 else f"the best {fitting} of the 7 combinations"
        assert f"Ranked alternatives, {shown}" in " ".join(text.getvalue().split()), width
        assert f"{fitting - 0.5:g}" in text.getvalue()
        assert max(map(len, text.getvalue().splitlines())) <= width
        assert "…" not in text.getvalue()


def test_pads_lose_nothing_in_the_width_that_their_blocks_are_made_for() -> None:
    pads = some_pads(7)
    for width in (80, 120):
        text = StringIO()
        for block in in_blocks(pads, width=width):
            Console(file=text, width=width).print(pad_table(block, feet=True))
        assert text.getvalue().count("+1.25") == len(pads)
        assert "…" not in text.getvalue()
