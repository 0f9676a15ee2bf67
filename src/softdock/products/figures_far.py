"""Figures of the days between the burns: heights, height difference and phase over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..astro.constants import MU_EARTH
from ..astro.relative import height_difference
from ..astro.time import Epoch
from ..conventions import DAY, HOUR, KILOMETRE, Array
from ..errors import MissionError
from .chart import ROW, Box, Canvas, Panel, Scale, Upright, spanning, staggered
from .coelliptic import counted, states_at, vectors
from .figures_chase import marked
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
    """Heights of both craft, their difference and the phase angle over ground elapsed time; None without samples.

    Burns are lines through all panels, with their names above. start: GET [s] of the left edge; left out, all is shown
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
    heights, lower = Box(46, head, width - 60, 300), head + 342.0
    difference = height_differences(story, start)
    label = "Heights of both craft, their difference and the phase angle over ground elapsed time"
    canvas = Canvas(width, lower + (180.0 if difference else 0.0) + 200.0, label)
    _legend(canvas, curves)
    upper = _heights(canvas, heights, hours, curves)
    upper.uprights(marks)
    _midnights(story, upper)
    if difference:
        _difference(canvas, Box(46, lower, width - 60, 138), hours, *difference, marks=marks)
        lower += 180.0
    _phase(canvas, Box(46, lower, width - 60, 160), hours, story, marks=marks)
    return canvas.svg()


def burn_marks(story: Story) -> list[tuple[float, str, str]]:
    """Where burns stand on an axis of hours: (GET [h], name, class of the craft)."""
    found = []
    for row in story.run.burns:
        time = finite(row.get("get_s"))
        if time is not None:
            found.append((time / HOUR, str(row.get("name")), "t" if row.get("craft") == story.target else "c"))
    return found


def after_longest_coast(story: Story) -> tuple[str, float] | None:
    """Name and GET [s] of the chaser's burn that ends its longest coast; None with fewer than three burns."""
    marks = marked(story)
    if len(marks) < 3:
        return None
    coasts = [(after[1] - before[1], after) for before, after in pairwise(marks)]
    return max(coasts, key=lambda coast: coast[0])[1]


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
    return rows["get_s"] / HOUR, counted(rows["phase_angle_deg"])


def height_differences(story: Story, start: float | None = None) -> tuple[Array, Array] | None:
    """GET [h] and the target's radius less the chaser's at the same central angle [km]; None without samples of both.

    start: GET [s] from which
    """
    chaser, target = story.between(story.known(story.chaser), start, None), story.known(story.target)
    if len(chaser) < 2 or len(target) < 2:
        return None
    chaser = story.between(chaser, float(target["get_s"][0]), float(target["get_s"][-1]))
    if len(chaser) < 2:
        return None
    r_T, v_T = states_at(target, np.asarray(chaser["get_s"]))
    km = height_difference(r_T, v_T, vectors(chaser, "position_gcrf_{}_m"), mu=MU_EARTH) / KILOMETRE
    return np.asarray(chaser["get_s"] / HOUR), km


def _difference(
    canvas: Canvas, box: Box, hours: Scale, times: Array, values: Array, *, marks: Sequence[Upright]
) -> None:
    low, high = spanning([values], include=[0.0], margin=0.08)
    panel = Panel(canvas, box, hours, Scale(low, high, box.bottom, box.top))
    ticks, levels = hours.ticks(int(box.width / 60), HOURS), panel.y.ticks(5)
    panel.grid(ticks, levels)
    panel.x_axis(ticks, "")
    panel.y_axis(levels, "height difference, km (chaser below is positive)")
    _through(panel, marks)
    panel.line(times, values, "line thin c")


def _through(panel: Panel, marks: Sequence[Upright]) -> None:
    """The lines of burns, whose names stand above another panel."""
    top, bottom = panel.box.top, panel.box.bottom
    for mark in marks:
        panel.canvas.add(element("line", x1=mark.x, x2=mark.x, y1=top, y2=bottom, class_=f"upright {mark.class_}"))


def _phase(canvas: Canvas, box: Box, hours: Scale, story: Story, *, marks: Sequence[Upright]) -> None:
    times, angle = _phase_angle(story)
    shown = angle[times >= hours.low]
    low, high = spanning([shown], include=[0.0], margin=0.08)
    panel = Panel(canvas, box, hours, Scale(low, high, box.bottom, box.top))
    ticks, levels = hours.ticks(int(box.width / 60), HOURS), panel.y.ticks(5)
    panel.grid(ticks, levels)
    panel.x_axis(ticks, "ground elapsed time, h")
    panel.y_axis(levels, f"phase angle, deg ({story.target_name} ahead is positive)")
    _through(panel, marks)
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
