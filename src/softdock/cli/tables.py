"""Tables for the terminal: missions on board, flown beside simulated."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from .terminal import out


def plain_table(title: str = "") -> Table:
    """An empty table in the style of all tables here."""
    return Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)


def missions_table() -> Table:
    """Name, title and zero of time of each mission on board."""
    from ..mission.names import headline, missions

    table = plain_table()
    for heading in ("mission", "what it is", "starts (UTC)"):
        table.add_column(heading)
    for name in missions():
        table.add_row(name, *headline(name))
    return table


def show_comparison(run_dir: Path) -> None:
    """Print the flight record beside a run; a disagreement is shown, not hidden."""
    from ..products.compare import NO_RECORD, compare_table, comparison

    rows = comparison(run_dir)
    if not rows:
        out().print(f"{run_dir}: {NO_RECORD}.", markup=False)
        return
    out().print(compare_table(rows, f"{run_dir.name}: flown beside simulated"))
