"""The comparison on a terminal: numbers and verdicts at any width, sources where there is room for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from .compare import Compared

STYLES = {"within": "green", "outside": "bold red", "not simulated": "yellow"}
QUANTITY, RECORD = 15, 26  # columns below which a quantity and a source have no room
NUMBERS = ("flown", "simulated", "difference", "tolerance")
LEFT_OUT = "Where each value of the record was read: report.html, or a terminal with more columns."


@dataclass(frozen=True)
class ComparedTable:
    """Rows of a comparison, drawn in the widest of three forms that loses no number."""

    rows: Sequence[Compared]
    title: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide, narrow = self._table(is_wide=True), self._table(is_wide=False)
        room = options.update(width=10_000)
        if Measurement.get(console, room, wide).minimum <= options.max_width:
            yield wide
            return
        if Measurement.get(console, room, narrow).minimum <= options.max_width:
            yield narrow
        else:
            yield from self._cards()
        yield Text()
        yield from (Text(f"{row.quantity}: {row.because}") for row in self.rows if row.because)
        yield Text(LEFT_OUT, style="dim")

    def _table(self, *, is_wide: bool) -> Table:
        """Wide: with the record's sources. Narrow: without them, and the unit beside the tolerance."""
        gap = 2 if is_wide else 1
        table = Table(title=Text(self.title), title_justify="left", header_style="dim", box=None, pad_edge=False,
                      padding=(0, gap, 0, 0))  # fmt: skip
        cells = [self._cells(row, is_wide=is_wide) for row in self.rows]
        table.add_column("quantity", min_width=QUANTITY, overflow="fold")
        for k, name in enumerate((*NUMBERS, "unit") if is_wide else NUMBERS, start=1):
            least = max(cell_len(text) for text in (name, *(row[k].plain for row in cells)))
            table.add_column(name, justify="left" if name == "unit" else "right", no_wrap=True, min_width=least)
        words = [word for row in self.rows for word in row.verdict.split()]
        table.add_column("", min_width=max(map(len, words), default=0))
        if is_wide:
            table.add_column("record", min_width=RECORD, overflow="fold")
        for row in cells:
            table.add_row(*row)
        return table

    def _cells(self, row: Compared, *, is_wide: bool) -> list[Text]:
        verdict = Text(row.verdict, style=STYLES[row.verdict])
        if is_wide:
            record = f"{row.status}: {row.why} {row.because}".rstrip()
            return [*map(Text, (row.quantity, *row.words, row.unit)), verdict, Text(record)]
        return [*map(Text, (row.quantity, *row.words[:3], _tolerance(row))), verdict]

    def _cards(self) -> Iterator[Text]:
        """Lines that fold wherever the terminal ends."""
        yield Text(self.title, style="italic")
        for row in self.rows:
            flown, simulated, gap, _ = row.words
            unit = "" if row.is_time else f" {row.unit}"
            yield Text.assemble((row.quantity, "bold"), "  ", (row.verdict, STYLES[row.verdict]))
            yield Text(f"  flown {flown}{unit}, simulated {simulated}{unit}")
            yield Text(f"  difference {gap}{unit}, tolerance {_tolerance(row)}")


def _tolerance(row: Compared) -> str:
    return row.words[3] if row.is_time else f"{row.words[3]} {row.unit}".strip()
