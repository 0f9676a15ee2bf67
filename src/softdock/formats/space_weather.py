"""Space-weather files in CelesTrak's CSV form: daily F10.7 and three-hourly ap, measured and predicted.

Column names and meanings: CelesTrak, Space Weather Data Documentation. Rows of monthly predictions, which have no ap,
are left out.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..astro.space_weather import SpaceWeather, daily_weather
from ..errors import FormatError
from .lines import Line, lines_of, number_in, read_text

KIND = "a space-weather file"
LARGEST_FILE = 20_000_000  # bytes; all days since 1957 take 3 million
MEASURED = ("OBS", "INT")  # an interpolated flux stands for a day without measurement
MONTHLY = "PRM"
_DATE, _TYPE = "DATE", "F10.7_DATA_TYPE"
_FLUX, _AP = ("F10.7_OBS", "F10.7_OBS_CENTER81"), tuple(f"AP{k}" for k in range(1, 9))
_MJD_OF_YEAR_1 = 678576  # MJD = the ordinal of a date less this


class _Row(NamedTuple):
    line: Line
    day: date
    flux: list[float]
    ap: list[float]
    measured: bool


def read_space_weather(path: Path | str) -> SpaceWeather:
    """Daily flux and three-hourly ap of a file such as CelesTrak's SW-All.csv or SW-Last5Years.csv.

    Raises FormatError with the line.
    """
    lines = lines_of(read_text(path, largest=LARGEST_FILE, kind=KIND), file=str(path), kind="CSV")
    columns = _columns(lines, str(path))
    rows = [row for row in (_row(line, columns) for line in lines[1:] if line.text) if row is not None]
    if len(rows) < 2:
        raise FormatError(f"has {len(rows)} days and two at least are needed; fetch it again", file=str(path))
    for before, row in pairwise(rows):
        if row.day != before.day + timedelta(1):
            raise row.line.fault(f"{row.day} follows {before.day} and the days must run without a gap; fetch it again")
    last = max((row.day for row in rows if row.measured), default=rows[0].day)
    return daily_weather(
        rows[0].day.toordinal() - _MJD_OF_YEAR_1,
        np.array([row.flux for row in rows]),
        np.array([row.ap for row in rows]),
        measured=float(last.toordinal() - _MJD_OF_YEAR_1 + 1),
    )


def _columns(lines: list[Line], file: str) -> dict[str, int]:
    """Where each column stands."""
    if not lines:
        raise FormatError("is empty; fetch it again", file=file)
    names = lines[0].text.split(",")
    missing = [name for name in (_DATE, *_AP, *_FLUX, _TYPE) if name not in names]
    if missing:
        raise lines[0].fault(
            f"has no column {missing[0]}; {KIND} begins with the names of its columns, as CelesTrak's SW-All.csv does"
        )
    if len(set(names)) != len(names):
        twice = next(name for k, name in enumerate(names) if name in names[:k])
        raise lines[0].fault(f"has two columns {twice[:40]}; fetch it again")
    return {name: k for k, name in enumerate(names)}


def _row(line: Line, columns: dict[str, int]) -> _Row | None:
    """One day, or None for a monthly prediction."""
    cells = line.text.split(",")
    if len(cells) != len(columns):
        raise line.fault(f"has {len(cells)} cells and the file {len(columns)} columns; fetch it again")
    kind = cells[columns[_TYPE]]
    if kind == MONTHLY:
        return None
    text = cells[columns[_DATE]]
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        day = None
    if day is None:
        raise line.fault(f"DATE is '{text[:20]}', which is no day; write it like 2003-10-29")
    flux = [_cell(line, cells, columns, name=name, low=1.0, high=999.0) for name in _FLUX]
    ap = [_cell(line, cells, columns, name=name, low=0.0, high=400.0) for name in _AP]
    return _Row(line, day, flux, ap, kind in MEASURED)


def _cell(line: Line, cells: list[str], columns: dict[str, int], *, name: str, low: float, high: float) -> float:
    value = number_in(line, cells[columns[name]], name=name, column=0)
    if not low <= value <= high:
        raise line.fault(f"{name} is {value:g} and must be from {low:g} to {high:g}; correct it")
    return value
