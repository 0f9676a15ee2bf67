"""Figures of the days between the burns: heights and phase over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..astro.time import Epoch
from ..conventions import DAY, HOUR, Array
from ..errors import MissionError
from .chart import ROW, Box, Canvas, Panel, Scale, spanning, staggered
from .markup import Html, element
from .story import Story, heights_km
from .telemetry import Rows
from .wording import MONTHS, craft_name, finite, number

HOURS = (0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0)
HEAD = 44.0  # px above the first panel: the legend; names of burns come on top


class Curve(NamedTuple):
    """Samples of one craft and the class in which it is drawn."""

    craft: str
    class_: str
    rows: Rows


def heights_and_phase(story: Story, width: int, *, start: float | None = None) -> Html | None:
    """Heights of both craft and the phase angle over ground elapsed time; None without samples.

    start: GET [s] of the left edge; left out, all is shown
    """
    pairs = ((story.target, "t"), (story.chaser, "c"))
    curves = [Curve(craft, class_, story.between(story.rows(craft), start, None)) for craft, class_ in pairs]
    curves = [curve for curve in curves if len(curve.rows) > 1]
    if not curves:
        return None
    low, high = spanning([curve.rows["get_s"] / HOUR for curve in curves], margin=0.01)
    hours = Scale(low, high, 46, width - 14)
    marks = staggered(burn_marks(story), hours)
    head = HEAD + ROW * max([mark.row + 1 for mark in marks], default=0)
    boxes = [Box(46, head, width - 60, 320), Box(46, head + 362, width - 60, 160)]
    canvas = Canvas(width, head + 562, "Heights of both craft and the phase angle over ground elapsed time")
    _legend(canvas, curves)
    upper = _heights(canvas, boxes[0], hours, curves)
    upper.uprights(marks)
    _midnights(story, upper)
    _phase(canvas, boxes[1], hours, story)
    return canvas.svg()


def burn_marks(story: Story) -> list[tuple[float, str, str]]:
    """Where burns stand on an axis of hours: (GET [h], name, class of the craft)."""
    found = []
    for row in story.run.burns:
        time = finite(row.get("get_s"))
        if time is not None:
            found.append((time / HOUR, str(row.get("name")), "t" if row.get("craft") == story.target else "c"))
    return found


def _legend(canvas: Canvas, curves: Sequence[Curve]) -> None:
    left = 46.0
    for curve in curves:
        name = craft_name(curve.craft)
        canvas.add(element("line", x1=left, x2=left + 20, y1=14, y2=14, class_=f"line {curve.class_}"))
        canvas.text(left + 26, 18, name, class_=f"mark {curve.class_}")
        left += 52 + 7 * len(name)


def _heights(canvas: Canvas, box: Box, hours: Scale, curves: Sequence[Curve]) -> Panel:
    heights = [heights_km(curve.rows) for curve in curves]
    low, high = spanning(heights, margin=0.06)
    panel = Panel(canvas, box, hours, Scale(low, high, box.bottom, box.top))
    ticks, levels = hours.ticks(int(box.width / 60), HOURS), panel.y.ticks(7)
    panel.grid(ticks, levels)
    panel.x_axis(ticks, "")
    panel.y_axis(levels, "height, km")
    for curve, values in zip(curves, heights, strict=True):
        panel.line(curve.rows["get_s"] / HOUR, values, f"line thin {curve.class_}")
    return panel


def _phase_angle(story: Story) -> tuple[Array, Array]:
    """GET [h] and phase [deg], laps counted, so that it ends where the craft meet."""
    rows = story.rows(story.chaser)
    rows = rows[np.isfinite(rows["phase_angle_deg"])]
    angle = np.unwrap(rows["phase_angle_deg"], period=360.0)
    if len(angle):
        angle = angle - 360.0 * np.round(angle[-1] / 360.0)
    return rows["get_s"] / HOUR, angle


def _phase(canvas: Canvas, box: Box, hours: Scale, story: Story) -> None:
    times, angle = _phase_angle(story)
    shown = angle[times >= hours.low]
    low, high = spanning([shown], include=[0.0], margin=0.08)
    panel = Panel(canvas, box, hours, Scale(low, high, box.bottom, box.top))
    ticks, levels = hours.ticks(int(box.width / 60), HOURS), panel.y.ticks(5)
    panel.grid(ticks, levels)
    panel.x_axis(ticks, "ground elapsed time, h")
    panel.y_axis(levels, f"phase angle, deg ({story.target_name} ahead is positive)")
    panel.line(times, angle, "line c")
    for name in ("NSR", "TPI"):
        time = story.time(name)
        if time is not None and len(times) and times[0] <= time / HOUR <= times[-1] + 0.1:
            value = float(np.interp(time / HOUR, times, angle))
            panel.dot(time / HOUR, value, f"{name} {number(value, 2)} deg")
    panel.finish()


def _midnights(story: Story, panel: Panel) -> None:
    """Days of the month along the lower edge, a line at each midnight UTC."""
    zero = _clock_of_zero(story)
    if zero is None:
        return
    month, day, seconds = zero
    for k in range(-1, 20):
        hour = (k * DAY - seconds) / HOUR
        if panel.x.low <= hour <= panel.x.high:
            x = panel.x(hour)
            panel.canvas.add(element("line", x1=x, x2=x, y1=panel.box.top, y2=panel.box.bottom, class_="midnight"))
        left = panel.x(max(hour, panel.x.low))
        right = panel.x(min(hour + 24.0, panel.x.high))
        if right - left > 80 and 1 <= day + k <= 28:
            panel.canvas.text(left + 6, panel.box.bottom - 7, f"{day + k} {MONTHS[month - 1]} UTC", class_="note")


def _clock_of_zero(story: Story) -> tuple[int, int, float] | None:
    """Month, day and seconds since midnight UTC at GET zero."""
    text = str(story.run.mission.get("epoch_utc", ""))
    try:
        midnight = Epoch.from_utc(text, allow_prediction=True).seconds_of(text[:10], allow_prediction=True)
        return int(text[5:7]), int(text[8:10]), -midnight
    except (MissionError, ValueError):
        return None
