"""`softdock plan --window`: launch windows day by day, printed and drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from ..conventions import DEGREE, MINUTE
from ..errors import MissionError, SoftdockError
from ..products.wording import number
from .planned import ROOMY
from .terminal import announce_compilation, errors, interruptible, naming_file, out, progress
from .window_tables import (
    clock,
    day_text,
    moment,
    month_table,
    pane_text,
    panes_table,
    signed,
    station_letters,
    widths_table,
)

if TYPE_CHECKING:
    from rich.console import Console

    from ..mission.windows import SchemeWindows, Search
    from ..planning.windows import LaunchWindow

SPAN = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(d|w)")
DAYS = {"d": 1.0, "w": 7.0}
BESIDE = 3  # schemes that fit side by side
EXAMPLE = "schemes = ['two-day'] and plane_budget_m_s = 10.0"


def days_of(text: str) -> float:
    """Days of a span such as 30d or 2w. Raises SoftdockError."""
    found = SPAN.fullmatch(text.strip().lower())
    days = float(found[1]) * DAYS[found[2]] if found else 0.0
    if found and not days > 0.0:
        raise SoftdockError(f"--window is {text[:40]!r}, which is no time; ask for a day or more, such as 30d or 2w")
    if found is None:
        raise SoftdockError(f"--window is {text[:40]!r}; write days or weeks as a number and a letter: 30d or 2w")
    return days


def windows_and_show(
    name_or_path: str, *, span: str, output: Path | None, variant: str | None = None
) -> None:
    """Load, search, print tables and write the figure to `output`, else to NAME-windows.svg here.

    Raises SoftdockError.
    """
    from ..mission.load import load

    days = days_of(span)
    mission = load(name_or_path, variant=variant)
    path = figure_path(mission.name, output)
    announce_compilation(errors())
    with interruptible() as stop, progress(stop) as notify, naming_file(name_or_path):
        from ..mission.windows import scheme_windows, window_search

        if mission.window is None:
            raise MissionError(f"is missing, so that nothing says how to reach the target; add it, with {EXAMPLE}",
                               key="window")  # fmt: skip
        notify("windows", 0.0, "the target's orbit")
        search = window_search(mission, mission.window, days=days)
        months = scheme_windows(search, notify=lambda fraction, text: notify("windows", fraction, text))
        notify("windows", 1.0, "")
    console = out()
    title = f"{mission.title}: launch windows from {search.site.name}, {span.strip()} from {_first_day(search)}."
    _say(console, title, style="bold")
    show_windows(console, search, months)
    _write(console, path, search, months)


def figure_path(name: str, output: Path | None) -> Path:
    """Where the figure goes. Raises SoftdockError for a file there that is no figure."""
    path = output or Path(f"{name}-windows.svg")
    if path.is_dir():
        path = path / f"{name}-windows.svg"
    try:
        is_other = path.exists() and not path.read_bytes()[:64].lstrip().startswith(b"<svg")
    except OSError as fault:
        raise SoftdockError(f"{path} cannot be read ({fault.strerror}); name another file with --out") from None
    if is_other:
        raise SoftdockError(f"{path} exists and is no SVG figure, so it is not overwritten; name another with --out")
    return path


def show_windows(console: Console, search: Search, months: Sequence[SchemeWindows]) -> None:
    """Print what was found: sentences, widths, schemes side by side, and each scheme's days."""
    epoch, stations = search.target.epoch, [one.name for one in search.window.stations]
    for sentence in search.said:
        _say(console, sentence)
    console.print()
    console.print(widths_table(months))
    is_narrow = console.width < ROOMY
    for first in range(0, len(months) if len(months) > 1 else 0, BESIDE):
        console.print()
        console.print(panes_table(months[first : first + BESIDE], epoch, is_narrow=is_narrow))
    for month in months:
        for branch in dict.fromkeys(window.branch for window in month.windows):
            console.print()
            if is_narrow:
                _say(console, _steady(month, branch))
            console.print(month_table(month, branch, epoch, stations=stations, is_narrow=is_narrow))
        _say(console, _best_sentence(search, month))
    console.print()
    _say(
        console,
        "+ some lift-off keeps both panes; * the one to choose: docked in sight of a station, then in daylight, then"
        " cheapest. Azimuth: over the turning Earth. Node: of the launch plane from the target's at insertion, which"
        " the Earth's oblateness closes by arrival. Phase: target ahead at insertion. Δv: all burns to the rest at"
        " arrival, for the in-plane lift-off. Light: day or night at docking and how long it lasts from then on, 99+"
        " beyond 99 min. m/s /min: plane change that a minute early or late costs. any (497): every phase; the whole"
        " range, of which a turn is 360 deg.",
    )
    if stations:
        letters = station_letters(stations)
        _say(console, f"Seen by: {', '.join(f'{letters[name]} {name}' for name in stations)}.")


def _first_day(search: Search) -> str:
    return search.target.epoch.utc(search.start)[:10]


def _say(console: Console, sentence: str, *, style: str | None = None) -> None:
    console.print(sentence, style=style, markup=False, highlight=False)


def _steady(month: SchemeWindows, branch: str) -> str:
    """What hardly changes from day to day, as ranges."""
    rows = [window for window in month.windows if window.branch == branch]

    def between(values: list[float], digits: int) -> str:
        low, high = (signed(value, 2) if digits == 2 else number(value, digits) for value in (min(values), max(values)))
        return low if low == high else f"{low} to {high}"

    azimuths = between([one.relative_azimuth / DEGREE for one in rows], 1)
    rates = between([one.cost_rate * MINUTE for one in rows], 1)
    nodes = between([one.node_offset / DEGREE for one in rows], 2)
    betas = between([one.at_docking.beta / DEGREE for one in rows], 0)
    return (
        f"{month.found.scheme.name}: azimuth {azimuths} deg, node offset {nodes} deg, β at docking {betas} deg; a"
        f" lift-off early or late costs {rates} m/s a minute of plane change."
    )


def _best_sentence(search: Search, month: SchemeWindows) -> str:
    best, epoch = month.best, search.target.epoch
    if best is None:
        return f"{month.found.scheme.name}: no day is open."
    every, open_, exact = (
        len({day_text(epoch, one.lift_off) for one in month.windows if counts(one)})
        for counts in (lambda _: True, lambda one: one.is_open, _is_open_in_plane)
    )
    return (
        f"{month.found.scheme.name}: {open_} of {every} days have a lift-off that keeps both panes, {exact} of them in"
        " the plane; best is"
        f" {day_text(epoch, best.best)} {clock(epoch, best.best)} UTC, {_pane(best)}, {best.best_dv:.1f} m/s, docking"
        f" {moment(epoch, best.docking)} UTC."
    )


def _is_open_in_plane(window: LaunchWindow) -> bool:
    """Whether the in-plane lift-off itself keeps both panes."""
    return all(low <= 0.0 <= high for low, high in (window.plane_pane, window.phase_pane))


def _pane(window: LaunchWindow) -> str:
    early, late = (edge - (window.best - window.lift_off) for edge in window.pane)
    return f"pane {pane_text((early, late))} min" if isfinite(early) else "any time"


def _write(console: Console, path: Path, search: Search, months: Sequence[SchemeWindows]) -> None:
    from ..products.window_figure import windows_svg

    text = windows_svg([(month.found, month.windows) for month in months], search.target.epoch)
    if text is None:
        _say(console, "The site passes the target's plane at no time of these days, so no figure is written.")
        return
    was_there = path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise SoftdockError(f"{path} cannot be written ({fault.strerror}); name another file with --out") from None
    console.print(
        f"{path} holds the figure{', in place of an earlier one' if was_there else ''}.",
        markup=False, highlight=False, soft_wrap=True,
    )  # fmt: skip
