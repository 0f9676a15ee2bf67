"""Tables of the report: numbers under each other, units in every header, wide ones scroll on their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .markup import Child, Html, element


class Column(NamedTuple):
    """A column: title, unit, and how its cells stand (text, text name, time or number)."""

    title: str
    unit: str = ""
    kind: str = "number"


Row = Sequence[Child]
SHORT = 24  # letters that fit half a line of a telephone


def columns(*specs: str) -> list[Column]:
    """Columns from texts of title; unit; kind, of which the last two may be left out."""
    return [Column(*[part.strip() for part in spec.split(";")]) for spec in specs]


def table(
    columns: Sequence[Column], rows: Sequence[Row], *, label: str, classes: Sequence[str] = (), fits: bool = False
) -> Html:
    """A table. `classes`: one a row, to mark rows that differ · fits: as wide as its contents, not as the page."""
    with_units = any(column.unit for column in columns)
    head = element("tr", *[_header(column, with_units) for column in columns])
    marks = [*classes, *[""] * (len(rows) - len(classes))]
    body = [
        element("tr", *[_cell(k, cell, columns[k]) for k, cell in enumerate(row)], class_=mark or None)
        for row, mark in zip(rows, marks, strict=True)
    ]
    made = element("table", element("thead", head), element("tbody", *body), class_="fits" if fits else None)
    return element("div", made, class_="scroll", tabindex="0", role="region", aria_label=label)


def _header(column: Column, with_units: bool) -> Html:
    unit = element("span", column.unit or "\N{NO-BREAK SPACE}", class_="unit") if with_units else None
    return element("th", column.title, " ", unit, scope="col", class_=column.kind)


def _cell(place: int, cell: Child, column: Column) -> Html:
    if place == 0:
        unit = f"{column.title}, {column.unit}" if column.unit else None
        return element("th", cell, scope="row", class_=column.kind, data_label=unit)
    is_long = isinstance(cell, str) and len(re.sub(r"<[^>]*>", "", cell)) > SHORT
    label = f"{column.title}, {column.unit}" if column.unit else column.title  # shown where the header has no room
    return element("td", cell, class_=column.kind + " long" * is_long, data_label=label or None)


def facts(pairs: Sequence[tuple[str, Child]]) -> Html:
    """A short list of names and values."""
    return element("dl", *[element("div", element("dt", k), element("dd", v)) for k, v in pairs], class_="facts")


def passed(value: object, yes: str = "passed", no: str = "not passed") -> Html:
    """A mark that can be told apart without colour; what is not plainly true has not passed."""
    good = value is True
    sign = "\N{CHECK MARK}" if good else "\N{MULTIPLICATION X}"
    return element("span", f"{sign} {yes if good else no}", class_="pass" if good else "fail")
