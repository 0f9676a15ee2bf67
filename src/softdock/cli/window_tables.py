"""Launch windows in the terminal: what each scheme can absorb, schemes side by side, and the days of one scheme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, isinf
from string import ascii_uppercase
from textwrap import fill
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from ..conventions import DEGREE, HOUR, MINUTE
from ..products.wording import DASH, MINUS, number
from .tables import plain_table

if TYPE_CHECKING:
    from ..astro.time import Epoch
    from ..mission.windows import SchemeWindows
    from ..planning.windows import LaunchWindow

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SAME_PASSAGE = 6.0 * HOUR  # of two schemes; their lift-offs differ by minutes, two passages by half a day or a day
OPEN, BEST, CLOSED = "+", "*", " "

Column = tuple[str, Callable[["LaunchWindow"], str]]


def widths_table(months: Sequence[SchemeWindows]) -> Table:
    """The range of initial phase that each scheme absorbs at its limit, beside what is published of it."""
    table = _table("Initial phase absorbed within the limit of burns", collapsed=False)
    table.add_column("scheme", overflow="fold")
    for heading in ("least Δv\nm/s", "limit\nm/s", "absorbed\ndeg", "published\ndeg"):
        table.add_column(heading, justify="right", no_wrap=True)
    for month in months:
        scheme, width = month.found.scheme, month.found.width / DEGREE
        absorbed = "none" if not isfinite(width) else f"{width:.1f}" if width < 360.0 else f"any ({width:.0f})"
        published = DASH if scheme.published_width is None else f"{scheme.published_width / DEGREE:.0f}"
        row = (f"{month.found.least:.1f}", f"{scheme.dv_limit:.1f}", absorbed, published)
        table.add_row(escape(scheme.name), *row)
    return table


def panes_table(months: Sequence[SchemeWindows], epoch: Epoch, *, is_narrow: bool = False) -> Table:
    """Phase panes of several schemes side by side, a row for each time that the site passes the target's plane.

    is_narrow: without the initial phase, which the tables of the schemes have
    """
    table = _table("Schemes side by side: in-plane lift-off UTC and phase pane, min about it", collapsed=True)
    table.add_column("day", no_wrap=True)
    if not is_narrow:
        table.add_column("phase\ndeg", justify="right", no_wrap=True)
    rows = months[0].windows
    columns = [[_pane_cell(month, _same_passage(first, month), epoch) for first in rows] for month in months]
    for month, cells in zip(months, columns, strict=True):
        table.add_column(escape(fill(month.found.scheme.name, max(map(len, cells), default=20))), no_wrap=True)
    for first, *cells in zip(rows, *columns, strict=True):
        phase = [] if is_narrow else [f"{first.phase / DEGREE:.0f}"]
        table.add_row(day_text(epoch, first.lift_off), *phase, *cells)
    return table


def _same_passage(first: LaunchWindow, month: SchemeWindows) -> LaunchWindow | None:
    near = [one for one in month.windows if one.branch == first.branch]
    found = min(near, key=lambda one: abs(one.lift_off - first.lift_off), default=None)
    return found if found is not None and abs(found.lift_off - first.lift_off) < SAME_PASSAGE else None


def _pane_cell(month: SchemeWindows, window: LaunchWindow | None, epoch: Epoch) -> str:
    if window is None:
        return ""
    return f"{mark(month, window)} {clock(epoch, window.lift_off)} {pane_text(window.phase_pane)}"


def month_table(
    month: SchemeWindows, branch: str, epoch: Epoch, *, stations: Sequence[str], is_narrow: bool = False
) -> Table:
    """Every in-plane lift-off of one scheme on one branch, in order of time.

    is_narrow: without azimuth, cost of being off, node offset and beta, which change little from day to day and are
    told above the table
    """
    columns: list[Column] = [
        ("plane\npane", lambda w: pane_text(w.plane_pane)),
        ("azim.\ndeg", lambda w: f"{w.relative_azimuth / DEGREE:.1f}"),
        ("m/s\n/min", lambda w: f"{w.cost_rate * MINUTE:.1f}"),
        ("node\ndeg", lambda w: signed(w.node_offset / DEGREE, 2)),
        ("phase\ndeg", lambda w: f"{w.phase / DEGREE:.1f}"),
        ("phase\npane", lambda w: pane_text(w.phase_pane)),
        ("Δv\nm/s", lambda w: f"{w.dv:.1f}" if isfinite(w.dv) else DASH),
        ("docking\nUTC", lambda w: moment(epoch, w.docking)),
        ("light\nmin", light_text),
        ("β\ndeg", lambda w: number(w.at_docking.beta / DEGREE, 0)),
    ]
    if is_narrow:
        del columns[-1], columns[1:4]
    if stations:
        letters = station_letters(stations)
        columns.append(("seen\nby", lambda w: "".join(letters[name] for name in w.at_docking.stations) or DASH))
    table = _table(f"{month.found.scheme.name}, {branch}; panes in min about the in-plane lift-off", collapsed=True)
    table.add_column("\nday", no_wrap=True)
    table.add_column("lift-off\nUTC", no_wrap=True)
    for heading, _ in columns:
        is_text = heading.startswith(("docking", "light", "seen"))
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=True)
    for window in month.windows:
        if window.branch == branch:
            cells = [text(window) for _, text in columns]
            day = f"{mark(month, window)}{day_text(epoch, window.lift_off)}"
            table.add_row(day, clock(epoch, window.lift_off), *cells)
    return table


def station_letters(names: Sequence[str]) -> dict[str, str]:
    """A letter for each station; beyond 26 a number in brackets."""
    return {
        name: ascii_uppercase[k] if k < len(ascii_uppercase) else f"({k + 1})" for k, name in enumerate(names)
    }


def mark(month: SchemeWindows, window: LaunchWindow) -> str:
    """Whether a window is open, and whether it is the one to choose."""
    return BEST if window is month.best else OPEN if window.is_open else CLOSED


def pane_text(pane: tuple[float, float]) -> str:
    """A pane [s] in minutes about the in-plane lift-off: any where nothing limits, never where nothing serves."""
    low, high = pane
    if not (low <= high):
        return "never"
    return "any" if isinf(low) else " ".join(signed(edge / MINUTE, 1) for edge in pane)


def signed(value: float, digits: int) -> str:
    """A number with its sign, zero with a plus."""
    text = number(value, digits, signed=True)
    return text if text[0] in f"+{MINUS}" else f"+{text}"


def light_text(window: LaunchWindow) -> str:
    """Day or night at docking and how many minutes it lasts from then on."""
    around = window.at_docking
    lasts = f"{around.light_lasts / MINUTE:.0f}" if isfinite(around.light_lasts) else "99+"
    return f"{'day' if around.is_sunlit else 'night'} {lasts}"


def day_text(epoch: Epoch, t: float) -> str:
    """'03 Jul' of a time [s]."""
    text = epoch.utc(t + 0.5)
    return f"{text[8:10]} {MONTHS[int(text[5:7]) - 1]}"


def clock(epoch: Epoch, t: float) -> str:
    """'19:32:38' of a time [s], to the nearest second."""
    return epoch.utc(t + 0.5)[11:19]


def moment(epoch: Epoch, t: float) -> str:
    """'05 Jul 21:25' of a time [s], to the nearest minute."""
    nearest = t + 0.5 * MINUTE
    return f"{day_text(epoch, nearest)} {epoch.utc(nearest)[11:16]}"


def _table(title: str, *, collapsed: bool) -> Table:
    table = plain_table(escape(title))
    table.collapse_padding = collapsed
    return table
