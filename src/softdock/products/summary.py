"""What the terminal says when a flight is over: what came of it, the main times, where the report is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .compare import Compared, comparison
from .contact import conditions, limits
from .effort import effort
from .figures_chase import marked
from .run_directory import Run, read_run
from .story import Story
from .wording import DASH, clock, clocks, difference, finite, get, mass_digits, number, with_unit

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

STYLES = {"good": "bold green", "warning": "bold yellow", "bad": "bold red"}
MAIN = ("NSR", "TPI", "station-keeping", "final approach", "first contact", "capture")


def summary(run: Run | Path | str, report: Path | None = None) -> Group:
    """The summary of a run for rich to print. `report` is named at the end; left out, the one in the run directory."""
    from rich.console import Group
    from rich.text import Text

    run = run if isinstance(run, Run) else read_run(run)
    story = Story(run)
    parts: list[RenderableType] = [_headline(story), _times(story, comparison(run))]
    if conditions(story.docking):
        parts += [Text(), _contact(story)]
    if run.propellant:
        parts += [Text(), _propellant(story)]
    said = effort(story)
    parts += [Text(), Text(said)] if said else []
    parts += [Text(), Text(f"run     {run.path}")]
    report = report or (run.path / "report.html" if (run.path / "report.html").exists() else None)
    return Group(*parts, *([Text(f"report  {report}")] if report else []))


def _headline(story: Story) -> Text:
    from rich.text import Text

    outcome = story.outcome
    return Text.assemble("\n", (outcome.headline, STYLES[outcome.kind]), f"  {outcome.sentence}\n")


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False, box=None, header_style="dim")
    for k, name in enumerate(columns):
        table.add_column(name, justify="left" if k == 0 else "right")
    return table


def _times(story: Story, compared: list[Compared]) -> Table:
    from rich.text import Text

    recorded = ("record, UTC", "difference") if compared else ()
    table = _table("event", "UTC", "GET", *recorded)
    notes: list[str] = []
    for name in MAIN if story.has("docking") else dict(marked(story)):
        event = story.run.event(name)
        if event is None:
            continue
        utc = event.get("utc")
        record = next((row for row in compared if row.is_time and row.simulated == utc), None)
        simulated, flown = clocks(utc, record.flown) if record else (clock(utc), DASH)
        gap = difference(record.difference) if record else DASH
        style = "" if record is None or record.within else "bold red"
        if record is not None and name.lower() not in record.quantity.lower():
            notes.append(f"{name}* stands beside the record's '{record.quantity}'.")
            flown += "*"
        beside = (flown, Text(gap, style=style)) if compared else ()
        table.add_row(name, simulated, get(event.get("get_s")), *beside)
    table.caption, table.caption_justify = Text(" ".join(notes)) if notes else None, "left"
    return table


def _contact(story: Story) -> Table:
    from rich.text import Text

    table = _table("contact condition", "value", "allowed", "unit", "")
    for row in conditions(story.docking):
        verdict = Text("inside", style="green") if row.passed else Text("outside", style="bold red")
        table.add_row(Text(row.name), number(row.value, 3), limits(row), row.unit, verdict)
    return table


def _propellant(story: Story) -> Table:
    from rich.text import Text

    table = _table("propellant", "at the start", "used", "left")
    for row in story.run.propellant:
        start, left = finite(row.get("start_kg")), finite(row.get("left_kg"))
        used = None if start is None or left is None else start - left
        name = Text(f"{row.get('craft')} {row.get('tank')}")
        digits = mass_digits(start)
        amounts = [with_unit(value, digits, "kg") for value in (start, used)]
        rest = Text(with_unit(left, digits, "kg"), style="bold red" if left is not None and left < 0.0 else "")
        table.add_row(name, *amounts, rest)
    return table
