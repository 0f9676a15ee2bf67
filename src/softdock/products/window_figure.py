"""A month of launch windows as a table and as a figure: lift-off times, phases and the Sun at docking, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np

from ..astro.time import MJD_ZERO, Epoch, date_text
from ..conventions import DEGREE, MINUTE, Array
from ..planning.window_phasing import Phasing
from ..planning.windows import LaunchWindow
from .chart import Box, Canvas, Panel, Scale, spanning
from .markup import Html, element
from .wording import MONTHS

_HEIGHTS = (130.0, 130.0, 110.0)
_GAP = 36.0
_HEAD = 46.0
_FULL = 360.0
_STYLE = """
text { font: 11px "Inter", "Segoe UI", "Liberation Sans", Arial, sans-serif; fill: #55616e; }
.axis { fill: #17212b; font-size: 12px; } .grid { stroke: #e9edf0; } .frame { fill: none; stroke: #aeb7c0; }
.dot { fill: #14549c; stroke: #ffffff; } .tickdot { fill: #ffffff; stroke: #14549c; stroke-width: 1.2; }
.allowed { fill: #dfeadf; opacity: 0.8; }
"""  # a file stands alone; the report brings its own sheet


def window_row(window: LaunchWindow, epoch: Epoch) -> dict[str, object]:
    """A window as a row of a table, by names with units; None where there is nothing or where nothing limits.

    epoch: the zero of the window's times, which is its target's
    """
    around = window.at_docking
    row: dict[str, object] = {
        "site": window.site,
        "scheme": window.scheme,
        "branch": window.branch,
        "in_plane_lift_off_utc": epoch.utc(window.lift_off),
        "azimuth_inertial_deg": window.azimuth / DEGREE,
        "azimuth_earth_relative_deg": window.relative_azimuth / DEGREE,
        "node_offset_deg": window.node_offset / DEGREE,
        "cost_m_s_per_min": window.cost_rate * MINUTE,
        "phase_at_insertion_deg": window.phase / DEGREE,
        "caught_up_deg": window.caught_up / DEGREE,
        "phasing_dv_m_s": _known(window.dv),
        "best_dv_m_s": _known(window.best_dv),
    }
    for name in ("plane_pane", "phase_pane", "pane"):
        low, high = getattr(window, name)
        row[f"{name}_opens_min"], row[f"{name}_closes_min"] = _known(low / MINUTE), _known(high / MINUTE)
    return row | {
        "is_open": window.is_open,
        "lift_off_utc": epoch.utc(window.best) if window.is_open else None,
        "docking_utc": epoch.utc(window.docking),
        "beta_at_docking_deg": around.beta / DEGREE,
        "is_sunlit_at_docking": around.is_sunlit,
        "light_lasts_min": _known(around.light_lasts / MINUTE),
        "stations_at_docking": list(around.stations),
        "cover_before_docking": around.cover,
    }


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def month_of_windows(
    windows: Sequence[LaunchWindow], epoch: Epoch, *, found: Phasing | None = None, width: float = 760.0
) -> Html | None:
    """In-plane lift-off, phase at insertion and beta at docking, day by day; None without windows.

    found: the scheme against the target, whose range of phase is then shaded. Filled dots are open windows; below,
    filled ones are dockings in sunlight
    """
    return _drawn(windows, epoch, found, width).svg() if windows else None


def windows_svg(
    months: Sequence[tuple[Phasing, Sequence[LaunchWindow]]], epoch: Epoch, *, width: float = 760.0
) -> str | None:
    """The months of several schemes below each other, as the text of an SVG file; None without windows."""
    drawn = [_drawn(windows, epoch, found, width) for found, windows in months if windows]
    if not drawn:
        return None
    tops = np.cumsum([0.0, *(canvas.height for canvas in drawn)])
    parts = [
        element("g", *canvas.parts, transform=f"translate(0 {top:.0f})")
        for canvas, top in zip(drawn, tops[:-1], strict=True)
    ]
    label = "; ".join(canvas.label for canvas in drawn)
    size = {"width": width, "height": float(tops[-1]), "viewBox": f"0 0 {width:.0f} {tops[-1]:.0f}"}
    paper = element("rect", width=width, height=float(tops[-1]), fill="#ffffff")
    name = {"role": "img", "aria_label": label, "xmlns": "http://www.w3.org/2000/svg"}
    return str(element("svg", element("style", Html(_STYLE)), paper, *parts, **name, **size)) + "\n"


def _drawn(windows: Sequence[LaunchWindow], epoch: Epoch, found: Phasing | None, width: float) -> Canvas:
    """One scheme's month."""
    days = np.array([_mjd(epoch, window.lift_off) for window in windows])
    first = float(np.floor(days.min()))
    x = days - first
    axis = Scale(-0.5, float(np.ceil(x.max())) + 0.5, 52.0, width - 14.0)
    tops = np.cumsum([_HEAD, _HEIGHTS[0] + _GAP, _HEIGHTS[1] + _GAP])
    boxes = [Box(52.0, float(top), width - 66.0, height) for top, height in zip(tops, _HEIGHTS, strict=True)]
    title = f"{windows[0].site}: {windows[0].scheme}"
    canvas = Canvas(width, boxes[-1].bottom + 44.0, f"Launch windows day by day, {title}")
    canvas.text(52.0, 16.0, title, class_="axis")
    ticks = [tick for tick in axis.ticks(int(boxes[2].width / 46), (1.0, 2.0, 5.0, 10.0, 20.0)) if tick >= 0.0]
    for box, series in zip(boxes, _series(windows, days, found), strict=True):
        panel = _panel(canvas, box, axis, ticks, dots=(x, series))
    panel.x_axis(ticks, "day of lift-off", lambda tick: _day(first + tick))
    return canvas


class _Series(NamedTuple):
    """Values (n,) of one panel, which of their dots are filled, and bands behind them; span: of the axis, if fixed."""

    title: str
    values: Array
    filled: list[bool]
    bands: list[tuple[float, float]]
    span: tuple[float, float] | None


def _series(windows: Sequence[LaunchWindow], days: Array, found: Phasing | None) -> list[_Series]:
    hours = 24.0 * (days - np.floor(days))
    phases = np.array([window.phase for window in windows]) / DEGREE
    beta = np.array([window.at_docking.beta for window in windows]) / DEGREE
    is_open = [window.is_open for window in windows]
    is_lit = [window.at_docking.is_sunlit for window in windows]
    bands = _bands(windows, found) if found is not None else []
    shaded = "; shaded: within the limit" if bands else ""
    return [
        _Series("in-plane lift-off, h UTC (filled: open)", hours, is_open, [], None),
        _Series(f"phase at insertion, deg, target ahead (filled: open{shaded})", phases, is_open, bands, (0.0, _FULL)),
        _Series("Sun above the orbit plane at docking, deg (filled: sunlit)", beta, is_lit, [], None),
    ]


def _panel(canvas: Canvas, box: Box, axis: Scale, ticks: list[float], *, dots: tuple[Array, _Series]) -> Panel:
    x, series = dots
    low, high = series.span or spanning([series.values], margin=0.1)
    panel = Panel(canvas, box, axis, Scale(low, high, box.bottom, box.top))
    for band in series.bands:
        edges = np.array([axis.low, axis.high])
        panel.area(edges, np.full(2, band[0]), np.full(2, band[1]), class_="allowed")
    levels = panel.y.ticks(5, (0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 6.0, 10.0, 20.0, 30.0, 90.0))
    panel.grid(ticks, levels)
    panel.y_axis(levels, series.title)
    for day, value, filled in zip(x, series.values, series.filled, strict=True):
        panel.dot(float(day), float(value), "", class_="dot" if filled else "tickdot")
    return panel


def _bands(windows: Sequence[LaunchWindow], found: Phasing) -> list[tuple[float, float]]:
    """Phases [deg] that the scheme absorbs, from 0 to 360."""
    low, high = (limit / DEGREE for limit in found.limits)
    if not high > low:
        return []
    if high - low >= _FULL:
        return [(0.0, _FULL)]
    # the phase along the target's plane differs from the angle caught up by what the node's turn is worth
    apart = np.array([(window.phase - window.caught_up) / DEGREE for window in windows])
    shift = float(np.median((apart + 0.5 * _FULL) % _FULL - 0.5 * _FULL))
    low, high = low + shift, high + shift
    turn = _FULL * np.floor(low / _FULL)
    low, high = low - turn, high - turn
    return [(low, high)] if high <= _FULL else [(low, _FULL), (0.0, high - _FULL)]


def _mjd(epoch: Epoch, t: float) -> float:
    day1, day2 = epoch.utc_parts(t)
    return float((day1 - MJD_ZERO) + day2)


def _day(mjd: float) -> str:
    """'3 Jul' of a modified Julian date."""
    year_month_day = date_text(MJD_ZERO + mjd, 0.0)[:10].split("-")
    return f"{int(year_month_day[2])} {MONTHS[int(year_month_day[1]) - 1][:3]}"
