"""Tables of the command line where there is little room."""

from __future__ import annotations

from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from softdock.astro.time import Epoch
from softdock.cli.planned import HEADINGS, alternatives_table, burn_table


@pytest.mark.parametrize("width", [80, 72])
def test_a_plan_loses_no_number_on_a_narrow_terminal(width: int) -> None:
    names = ("phase correction", "circularisation", "NSR")
    burns = [
        SimpleNamespace(name=name, craft="apollo", ignition=179520.0, dv_lvlh=(-11.25, 10.5, -12.75), speed=20.06)
        for name in names
    ]
    row = dict.fromkeys(HEADINGS, 26.51)
    plan = SimpleNamespace(burns=burns, alternatives=[row])
    text = StringIO()
    console = Console(file=text, width=width)
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    console.print(burn_table(plan, epoch, is_narrow=True), alternatives_table(plan, is_narrow=True))
    lines = text.getvalue()
    for shown in ("1975-07-17 14:12:00", "049:52:00", "-11.25", "10.50", "-12.75", "20.06"):
        assert lines.count(shown) == len(names), shown
    assert lines.count("26.51") == len(HEADINGS)
    assert "…" not in lines
