"""The whole chase around the target: along its orbit and below it, from insertion to the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..conventions import DEGREE, KILOMETRE, Array
from .chart import Box, Canvas, Panel, Scale, spanning
from .coelliptic import counted, states_at, vectors
from .markup import Html, element
from .story import Story
from .wording import finite, significant

NEAR = 100.0  # km along the track shown in the lower panel
ROOM = 0.09  # of the width, for the arrow of V-bar past the target
LAST = 10.0  # km along the track shown where the mission ends beside the target
CROWDED = 1500  # samples of a path that winds so often that it is drawn thin
ALONG = "along V-bar, km (forward, the direction of motion, is to the right)"
LEAST_HEIGHT = 0.002  # of the way along the track: a path that is flatter is drawn as if it were so high

Mark = tuple[str, float]
"""Name and time [s] of a burn."""


class Chase(NamedTuple):
    """Samples of the chaser in curvilinear LVLH of the target.

    get_s (n,) [s] · along (n,) [km]: arc along the target's circle, laps counted, negative behind · below (n,) [km]
    """

    get_s: Array
    along: Array
    below: Array

    def at(self, time: float) -> tuple[float, float]:
        """Along and below [km] at a time [s]; NaN outside the samples."""
        if not self.get_s[0] <= time <= self.get_s[-1]:
            return float("nan"), float("nan")
        return float(np.interp(time, self.get_s, self.along)), float(np.interp(time, self.get_s, self.below))

    def within(self, reach: float) -> Chase | None:
        """The samples since the chaser came within `reach` [km] along the track to stay there; None without any."""
        beyond = np.flatnonzero(np.abs(self.along) > reach)
        first = int(beyond[-1]) if len(beyond) else 0
        return Chase(*(column[first:] for column in self)) if first + 1 < len(self.get_s) else None


def chase(story: Story) -> Chase | None:
    """The chase up to first contact; None without samples of both craft.

    Arc along the target's circle and difference of the radii: the curvilinear coordinates of `astro.curvilinear`.
    """
    chaser = story.between(story.known(story.chaser), None, story.time("first contact"))
    target = story.known(story.target)
    chaser = chaser[np.isfinite(chaser["phase_angle_deg"])]
    if len(chaser) < 2 or len(target) < 2:
        return None
    times = chaser["get_s"]
    inside = (times >= target["get_s"][0]) & (times <= target["get_s"][-1])
    chaser, times = chaser[inside], np.asarray(times[inside])
    if len(chaser) < 2:
        return None
    radius = np.linalg.norm(states_at(target, times)[0], axis=1)
    below = radius - np.linalg.norm(vectors(chaser, "position_gcrf_{}_m"), axis=1)
    return Chase(times, -counted(chaser["phase_angle_deg"]) * DEGREE * radius / KILOMETRE, below / KILOMETRE)


def relative_motion(story: Story, width: int) -> Html | None:
    """The whole chase, and its last 100 km below; None without samples."""
    whole = chase(story)
    if whole is None:
        return None
    last, marks = whole.within(NEAR), marked(story)
    is_parted = last is not None and len(last.get_s) < len(whole.get_s)
    canvas = Canvas(width, 660 if is_parted else 360, f"Path of {story.chaser_name} around {story.target_name}")
    if is_parted:  # names near the target would find no room above
        _panel(canvas, Box(56, 34, width - 70, 240), whole, story=story, marks=_beyond(whole, marks, NEAR))
    if not story.has("proximity"):  # then there is a figure of the last way too
        marks = _beyond(whole, marks, LAST)
    _panel(canvas, Box(56, 334 if is_parted else 34, width - 70, 270), last or whole, story=story, marks=marks)
    return canvas.svg()


def _beyond(path: Chase, marks: Sequence[Mark], reach: float) -> list[Mark]:
    """The burns that were made further from the target along the track than `reach` [km]."""
    return [mark for mark in marks if abs(path.at(mark[1])[0]) > reach]


def last_way(story: Story, width: int, *, reach: float = LAST) -> Html | None:
    """The last kilometres along the track, `reach` [km] of them; None without samples there."""
    whole = chase(story)
    last = whole.within(reach) if whole else None
    if last is None:
        return None
    label = f"The last {reach:g} km of {story.chaser_name} around {story.target_name}"
    canvas = Canvas(width, 400, label)
    _panel(canvas, Box(56, 34, width - 70, 310), last, story=story, marks=marked(story))
    return canvas.svg()


def _panel(canvas: Canvas, box: Box, path: Chase, *, story: Story, marks: Sequence[Mark]) -> None:
    """One panel: V-bar to the right, the Earth down, heights as large as there is room for."""
    left, right = spanning([path.along], include=[0.0], margin=0.04)
    right = max(right, ROOM * (right - left))
    least = LEAST_HEIGHT * (right - left)
    top, bottom = spanning([path.below], include=[0.0, -0.1 * least, least], margin=0.1)
    larger = ((right - left) / box.width) / ((bottom - top) / box.height)
    if larger < 1.0:  # heights are not drawn smaller
        middle, half = 0.5 * (left + right), 0.5 * (right - left) / larger
        left, right, larger = middle - half, middle + half, 1.0
    panel = Panel(canvas, box, Scale(left, right, box.left, box.right), Scale(top, bottom, box.top, box.bottom))
    along = "along V-bar, km (motion is to the right)" if box.width < 500 else ALONG
    panel.axes(along, "below the target, km", counts=(max(3, int(box.width / 90)), 5))
    words = f"heights {significant(larger, 2)} times as large" if larger > 1.05 else "one scale on both axes"
    canvas.text(box.right, box.top - 8, words, class_="note", text_anchor="end")
    _bars(panel, story.target_name)
    panel.line(path.along, path.below, "line c" if len(path.get_s) < CROWDED else "line thin c")
    for name, time in marks:
        panel.dot(*path.at(time), name)
    panel.finish()


def _bars(panel: Panel, name: str) -> None:
    """V-bar through the target, and the target."""
    box, x, y = panel.box, panel.x(0.0), panel.y(0.0)
    panel.canvas.add(element("line", x1=box.left, x2=box.right - 4, y1=y, y2=y, class_="bar", marker_end="url(#tip)"))
    panel.canvas.add(element("rect", x=x - 4, y=y - 4, width=8, height=8, class_="target"))
    panel.placer.avoid([np.array([[box.left, y], [box.right, y]]), np.array([[x - 5, y], [x + 5, y]])])
    panel.placer.want(x, y, name)


def marked(story: Story) -> list[Mark]:
    """Names and times [s] of the chaser's burns, in order of time."""
    rows: Sequence[dict[str, object]] = [row for row in story.run.burns if row.get("craft") == story.chaser]
    known = [(str(row.get("name")), finite(row.get("get_s"))) for row in rows]
    return sorted(((name, time) for name, time in known if time is not None), key=lambda mark: mark[1])
