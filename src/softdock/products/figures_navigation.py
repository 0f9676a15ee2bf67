"""The figure of navigation: error and three sigma over time, and which sensors could measure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..conventions import MINUTE, Array
from .chart import Box, Canvas, Panel, Scale
from .markup import Html, element
from .placing import LETTER
from .story import Story
from .telemetry import Rows
from .wording import finite, number

STRIP = 15.0  # px, height of a sensor's row
NEVER_BELOW = 1e-3  # m, the lowest end of the axis


def navigation(story: Story, width: int) -> Html | None:
    """Error of the estimated position and the filter's own three sigma over time; None without samples."""
    rows = _known(story)
    if len(rows) < 2:
        return None
    error, sigma = _error(rows), 3.0 * rows["estimate_sigma_m"]
    start = story.time("TPI") or float(rows["get_s"][0])
    minutes = (rows["get_s"] - start) / MINUTE
    sensors = _sensors(story)
    canvas = Canvas(width, 380 + STRIP * len(sensors), "Error of the navigated position and three sigma over time")
    box = Box(52, 50, width - 66, 270)
    positive = [values[values > 0.0] for values in (error, sigma)]
    low = max(float(np.percentile(np.concatenate(positive), 1)) / 2, NEVER_BELOW)
    high = max(float(values.max(initial=low)) for values in positive) * 1.5
    panel = Panel(canvas, box, Scale(float(minutes[0]), float(minutes[-1]), box.left, box.right),
                  Scale(low, max(high, 2 * low), box.bottom, box.top, log=True))  # fmt: skip
    panel.axes("minutes after TPI", "position, m", counts=(8, 6))
    panel.line(minutes, error, "line thin c")
    panel.line(minutes, sigma, "line limit")
    for left, class_, name in ((52, "c", "error"), (130, "limit", "three sigma, as the filter believes")):
        canvas.add(element("line", x1=left, x2=left + 20, y1=14, y2=14, class_=f"line {class_}"))
        canvas.text(left + 26, 18, name, class_=f"mark {class_}")
    for k, (name, near, far) in enumerate(sensors):
        within = (rows["range_m"] >= near) & (rows["range_m"] <= far)
        _strip(panel, minutes, within, name=name, y=box.bottom + 48 + STRIP * k)
    return canvas.svg()


def agreement(story: Story) -> str:
    """How often the error lay below the line; empty without samples."""
    rows = _known(story)
    if len(rows) < 2:
        return ""
    below = 100.0 * float(np.mean(_error(rows) <= 3.0 * rows["estimate_sigma_m"]))
    return f"The error is below the line in {number(below, 1 if below < 99.95 else 0)} % of the samples."


def _known(story: Story) -> Rows:
    rows = story.relative
    known = np.isfinite(rows["estimated_x_m"]) & np.isfinite(rows["estimate_sigma_m"])
    return story.between(rows[known], story.time("TPI"), story.time("first contact"))


def _error(rows: Rows) -> Array:
    parts = [rows[f"estimated_{axis}_m"] - rows[f"relative_{axis}_m"] for axis in "xyz"]
    return np.asarray(np.sqrt(sum(part * part for part in parts)))


def _sensors(story: Story) -> list[tuple[str, float, float]]:
    """Sensors with a least or a greatest range, as the mission sets them: (name, from [m], to [m])."""
    sensors = story.phase("proximity").get("sensors")
    found = []
    for name, row in sensors.items() if isinstance(sensors, Mapping) else ():
        ends = [finite(row.get(f"{end}_range_m")) for end in ("minimum", "maximum")] if isinstance(row, Mapping) else []
        if any(end is not None for end in ends):
            near, far = ends
            found.append((str(name).replace("_", " "), near or 0.0, np.inf if far is None else far))
    return found


def _strip(panel: Panel, minutes: Array, within: NDArray[np.bool_], *, name: str, y: float) -> None:
    """A bar over the times at which a sensor has the range it needs, its name at the end with more room or on it."""
    times = minutes[within]
    if not len(times):
        return
    left, right = panel.x(float(times[0])), panel.x(float(times[-1]))
    panel.canvas.add(element("line", x1=left, x2=right, y1=y, y2=y, class_="line reach"))
    after, before = panel.box.right - right, left - panel.box.left
    if max(after, before) < LETTER * len(name) + 8.0:
        panel.canvas.text(right - 6, y + 4, name, class_="mark limit", text_anchor="end")
    elif after > before:
        panel.canvas.text(right + 6, y + 4, name, class_="mark limit")
    else:
        panel.canvas.text(left - 6, y + 4, name, class_="mark limit", text_anchor="end")
