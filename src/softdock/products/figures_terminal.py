"""Figures from NSR to contact over time: elevation, height difference, motion out of the plane."""

from __future__ import annotations

import numpy as np

from ..conventions import MINUTE
from .chart import ROW, Box, Canvas, Panel, Scale, spanning, staggered
from .coelliptic import Coelliptic, asked, coelliptic, value_at
from .markup import Html, element
from .story import Story
from .wording import finite, number

LEAST_SPAN = 0.2  # km of height shown, however level the orbit is


def to_tpi(story: Story, width: int) -> Html | None:
    """Elevation of the line of sight and height difference from NSR to TPI; None without samples."""
    seen = coelliptic(story)
    if seen is None:
        return None
    end = story.time("TPI")
    zero = seen.get_s[-1] if end is None else end
    canvas = Canvas(width, 470, "Elevation of the line of sight and height difference from NSR to TPI")
    minutes = Scale(float(seen.get_s[0] - zero) / MINUTE, 0.5, 46, width - 14)
    _elevation(canvas, Box(46, 26, width - 60, 190), minutes, seen=seen, story=story, zero=zero)
    _height(canvas, Box(46, 262, width - 60, 160), minutes, seen=seen, story=story, zero=zero)
    return canvas.svg()


def _elevation(canvas: Canvas, box: Box, minutes: Scale, *, seen: Coelliptic, story: Story, zero: float) -> None:
    wanted = asked(story).elevation_deg
    low, high = spanning([seen.elevation_deg], include=[0.0, *([] if wanted is None else [wanted])], margin=0.08)
    panel = Panel(canvas, box, minutes, Scale(low, high, box.bottom, box.top))
    title = f"elevation of the line of sight to {story.target_name}, deg"
    panel.axes("", title, counts=(max(4, int(box.width / 90)), 5))
    _level(panel, wanted, "deg asked for at TPI")
    panel.line((seen.get_s - zero) / MINUTE, seen.elevation_deg, "line c")
    if story.time("TPI") is not None:
        at_tpi = value_at(seen.get_s, seen.elevation_deg, zero)
        panel.dot(0.0, at_tpi, f"TPI {number(at_tpi, 2)} deg")
    panel.finish()


def _height(canvas: Canvas, box: Box, minutes: Scale, *, seen: Coelliptic, story: Story, zero: float) -> None:
    _, wanted, event, _ = asked(story)
    known = [] if wanted is None else [wanted]
    least = [float(seen.height_km.mean()) + side * LEAST_SPAN for side in (-0.5, 0.5)]
    low, high = spanning([seen.height_km], include=[*known, *least], margin=0.25)
    panel = Panel(canvas, box, minutes, Scale(low, high, box.bottom, box.top))
    panel.axes("minutes from TPI", "height difference, km", counts=(max(4, int(box.width / 90)), 5))
    _level(panel, wanted, f"km asked for at {event}")
    panel.line((seen.get_s - zero) / MINUTE, seen.height_km, "line c")


def _level(panel: Panel, value: float | None, words: str) -> None:
    """A dashed line across at what the mission asks for, its name on it."""
    if value is None:
        return
    box, y = panel.box, panel.y(value)
    panel.canvas.add(element("line", x1=box.left, x2=box.right, y1=y, y2=y, class_="line limit"))
    panel.canvas.text(box.left + 8, y - 5, f"{number(value, 2).rstrip('0').rstrip('.')} {words}", class_="mark limit")
    panel.placer.avoid([np.array([[box.left, y], [box.right, y]])])


def out_of_plane(story: Story, width: int) -> Html | None:
    """Distance of the chaser from the target's orbital plane from TPI to contact; None without samples."""
    start, rows = story.time("TPI"), story.since("TPI")
    rows = rows[np.isfinite(rows["relative_y_m"])]
    if len(rows) < 2:
        return None
    zero = float(rows["get_s"][0]) if start is None else start
    minutes = Scale(0.0, float(rows["get_s"][-1] - zero) / MINUTE, 46, width - 14)
    marks = staggered(_marks(story, zero), minutes)
    head = 30.0 + ROW * max([mark.row + 1 for mark in marks], default=0)
    box = Box(46, head, width - 60, 190)
    canvas = Canvas(width, head + 235, "Motion out of the target's orbital plane from TPI to contact")
    low, high = spanning([rows["relative_y_m"]], include=[0.0], margin=0.08)
    panel = Panel(canvas, box, minutes, Scale(low, high, box.bottom, box.top))
    panel.axes("minutes after TPI", "out of plane, m (against the orbit normal is positive)", counts=(8, 6))
    panel.line((rows["get_s"] - zero) / MINUTE, rows["relative_y_m"], "line c")
    panel.uprights(marks)
    return canvas.svg()


def _marks(story: Story, zero: float) -> list[tuple[float, str, str]]:
    """Burns and changes of mode on an axis of minutes."""
    found: dict[str, tuple[float, str, str]] = {}
    for row in [*story.run.burns, *story.run.events]:
        time, name = finite(row.get("get_s")), str(row.get("name"))
        if time is not None and name in ("MC1", "MC2", "braking", "station-keeping", "final approach"):
            found.setdefault(name, ((time - zero) / MINUTE, name, "c"))
    return list(found.values())
