"""Figures of the last hour: V-bar and R-bar, braking, the corridor, attitude."""

from __future__ import annotations

import numpy as np

from ..conventions import MINUTE, Array
from .chart import Box, Canvas, Panel, Scale, spanning
from .contact import conditions
from .gates import braking_rows, closing_of_centres, gates_of
from .markup import Html, element
from .story import Story
from .telemetry import Rows
from .wording import finite, number, significant

GATE = "braking gate"
UNMARKED = (
    "capture",
    "proximity ends",
    "intercept",
    "braking",
    "transfer to the port axis",
)  # at a place that has a name already
PAIRED = 0.86  # height of a bar plot over its width, where two stand side by side


def bar_plot(
    story: Story, width: int, *, reach: float, unit: tuple[str, float], shape: float | None = None
) -> Html | None:
    """The chaser in the target's LVLH: V-bar to the right, the Earth down, both to one scale.

    reach [m]: what is shown lies within this distance; infinite for all from TPI · unit: its name and length [m] ·
    shape: height over width; left out, as tall as the path needs
    """
    name, metre = unit
    rows = _terminal(story)
    rows = rows[rows["range_m"] <= reach]
    if len(rows) < 2:
        return None
    xs, zs = rows["relative_x_m"] / metre, rows["relative_z_m"] / metre
    label = f"Path of {story.chaser_name} around {story.target_name}, {name}"
    panel = _square_panel(xs, zs, width, label=label, shape=shape)
    counts = (max(3, int(panel.box.width / 90)), max(3, int(panel.box.height / 55)))
    panel.axes(f"V-bar, {name} (forward, the direction of motion, is to the right)", f"R-bar, {name}", counts=counts)
    _cross(panel, story)
    panel.line(xs, zs, "line c")
    _named_points(panel, story, metre, reach)
    if not np.isfinite(reach):
        _minutes(panel, story, metre)
    panel.finish()
    return panel.canvas.svg()


def _terminal(story: Story) -> Rows:
    start = story.time("TPI")
    if start is None:
        return story.since("TPI")
    return story.between(story.relative, start - 5 * MINUTE, story.time("first contact"))


def _square_panel(xs: Array, zs: Array, width: int, *, label: str, shape: float | None) -> Panel:
    """A panel with the same scale on both axes and the origin inside."""
    (left, right), (top, bottom) = (spanning([values], include=[0.0], margin=0.07) for values in (xs, zs))
    inner = width - 62.0
    span, tall = right - left, bottom - top
    least, most = (max(0.35 * inner, 210.0), min(inner, 520.0)) if shape is None else (shape * inner, shape * inner)
    height = float(np.clip(inner * tall / span, least, most))
    scale = max(span / inner, tall / height)
    middle, level = (left + right) / 2, (top + bottom) / 2
    canvas = Canvas(width, height + 70, label)
    box = Box(50, 28, inner, height)
    x = Scale(middle - scale * inner / 2, middle + scale * inner / 2, box.left, box.right)
    return Panel(canvas, box, x, Scale(level - scale * height / 2, level + scale * height / 2, box.top, box.bottom))


def _cross(panel: Panel, story: Story) -> None:
    """V-bar and R-bar through the target, with what they point at."""
    box, x, y = panel.box, panel.x(0.0), panel.y(0.0)
    panel.canvas.add(element("line", x1=box.left, x2=box.right - 8, y1=y, y2=y, class_="bar", marker_end="url(#tip)"))
    panel.canvas.add(element("line", x1=x, x2=x, y1=box.top, y2=box.bottom - 8, class_="bar", marker_end="url(#tip)"))
    along = box.right - 10 if x < box.right - 110 else box.left + 92  # beside the target there must be room
    panel.canvas.text(along, y - 6, "V-bar, motion", class_="bars", text_anchor="end")
    panel.canvas.text(x - 6, box.bottom - 12, "R-bar, Earth", class_="bars", text_anchor="end")
    panel.canvas.add(element("rect", x=x - 4, y=y - 4, width=8, height=8, class_="target"))
    panel.placer.avoid([np.array([[box.left, y], [box.right, y]]), np.array([[x, box.top], [x, box.bottom]])])
    words = np.array([[along - 80, y - 9], [along, y - 9]])
    panel.placer.avoid([words, words - 3.0, np.array([[x - 80, box.bottom - 15], [x, box.bottom - 15]])])
    panel.placer.want(x, y, story.target_name)


def _named_points(panel: Panel, story: Story, metre: float, reach: float) -> None:
    """Burns, gates and the start of each mode, where the chaser was then."""
    times = {f"{number(gate, 0)} m": story.first_within(gate) for gate, _ in gates_of(story)}
    for row in [*story.run.burns, *story.run.events]:
        name, time = str(row.get("name")), finite(row.get("get_s"))
        if row.get("craft") != story.target and name not in UNMARKED and not name.startswith(GATE):
            times.setdefault(name, time)
    apart = 0.0 if reach < 200.0 else 0.02 * metre * abs(panel.x.high - panel.x.low)
    for name, time in times.items():
        x, z = story.place(time)
        if np.hypot(x, z) > apart:
            panel.dot(x / metre, z / metre, name)


def _minutes(panel: Panel, story: Story, metre: float) -> None:
    """Ticks each five minutes from TPI on."""
    start, stop = story.time("TPI"), story.time("first contact")
    if start is None:
        return
    for k in range(1, 40):
        x, z = story.place(start + k * 5 * MINUTE)
        if not np.isfinite(x) or (stop is not None and start + k * 5 * MINUTE > stop) or np.hypot(x, z) < 1500.0:
            break
        panel.dot(
            x / metre, z / metre, f"+{5 * k} min" if k % 2 == 0 or panel.box.width > 500 else "", class_="tickdot"
        )


def braking(story: Story, width: int) -> Html | None:
    """Closing speed over range, with the speed that each gate allows; None without samples."""
    rows = braking_rows(story)
    if len(rows) < 2:
        return None
    gates, speeds_flown = gates_of(story), closing_of_centres(rows)
    far = max([float(rows["range_m"].max()), *[1.15 * reach for reach, _ in gates]])
    near = max(float(rows["range_m"].min()), 1.0)
    canvas = Canvas(width, 400, "Closing speed over range against the braking gates")
    box = Box(46, 34, width - 60, 310)
    low, high = spanning([speeds_flown, np.array([speed for _, speed in gates])], include=[0.0])
    panel = Panel(canvas, box, Scale(far, near, box.left, box.right, log=True), Scale(low, high, box.bottom, box.top))
    axes = ("range between the centres of mass, m", "closing speed of the centres of mass, m/s")
    panel.axes(*axes, counts=(10, 6))
    if gates:
        edges = [far, *[reach for reach, _ in gates for _ in (0, 1)], near]
        speeds = [speed for speed in [gates[0][1], *[speed for _, speed in gates]] for _ in (0, 1)]
        speeds[0] = speeds[1] = high  # before the first gate nothing is asked
        panel.area(np.array(edges), np.full(len(edges), low), np.array(speeds), class_="allowed")
    panel.line(rows["range_m"], speeds_flown, "line c")
    for reach, speed in gates:
        panel.dot(reach, speed, f"{number(reach, 0)} m: {number(speed, 1)} m/s", class_="gate")
    panel.finish()
    return canvas.svg()


def corridor(story: Story, width: int, *, reach: float) -> Html | None:
    """Sideways offset of the chaser's port over its distance, inside the corridor; None without samples.

    reach [m]: distance between the ports at the left edge
    """
    rows = story.between(story.ports, story.time("final approach"), None)
    rows = rows[rows["port_axial_m"] <= reach]
    if len(rows) < 2 or not float(rows["port_axial_m"].max()) > 0.0:
        return None
    reach = min(reach, float(rows["port_axial_m"].max()))
    edges, allowed = corridor_of(story), offset_limit(story)
    offsets = [rows["port_lateral_y_m"], rows["port_lateral_z_m"]]
    along = np.array([0.0, reach])
    edge = edges[1] + np.tan(np.radians(edges[0])) * along if edges else np.zeros(2)
    wide = float(edge[1]) if reach > 15.0 else 0.0
    low, high = spanning(offsets, include=[-wide, wide, -1.1 * allowed, 1.1 * allowed])
    canvas = Canvas(width, 330, "Offset of the chaser's port from the axis of the target's port over their distance")
    box = Box(46, 50, width - 60, 225)
    panel = Panel(canvas, box, Scale(reach, 0.0, box.left, box.right), Scale(low, high, box.bottom, box.top))
    panel.axes("distance between the ports along the docking axis, m", "offset, m", counts=(int(width / 60), 6))
    if edges:
        panel.area(along, -edge, edge, class_="allowed")
        canvas.text(box.left + 8, box.bottom - 8, f"corridor {PLUS_MINUS}{significant(edges[0])} deg", class_="note")
    _bracket(panel, allowed)
    names = (("c", 46, "y of the target's port"), ("v", 210, "z of the target's port"))
    for values, (class_, left, name) in zip(offsets, names, strict=True):
        canvas.add(element("line", x1=left, x2=left + 20, y1=14, y2=14, class_=f"line {class_}"))
        canvas.text(left + 26, 18, name, class_=f"mark {class_}")
        panel.line(rows["port_axial_m"], values, f"line {class_}")
    return canvas.svg()


def offset_limit(story: Story) -> float:
    """Lateral offset [m] that the contact envelope allows; 0 when it was not judged."""
    judged = (row for row in conditions(story.docking) if "offset" in row.name and row.unit == "m")
    return next((row.high for row in judged if row.high), 0.0)


def _bracket(panel: Panel, allowed: float) -> None:
    """What the mechanism allows at contact, drawn on the right edge."""
    x, top, bottom = panel.box.right, panel.y(allowed), panel.y(-allowed)
    if allowed > 0.0:
        points = f"{x - 6:.1f},{top:.1f} {x:.1f},{top:.1f} {x:.1f},{bottom:.1f} {x - 6:.1f},{bottom:.1f}"
        panel.canvas.add(element("polyline", points=points, class_="bracket"))


PLUS_MINUS = "\N{PLUS-MINUS SIGN}"


def corridor_of(story: Story) -> tuple[float, float] | None:
    """Half angle [deg] and half width at the port [m] of the corridor, if the mission sets one."""
    final = story.phase("proximity").get("final_approach")
    if not isinstance(final, dict):
        return None
    angle, width = (finite(final.get(key)) for key in ("corridor_half_angle_deg", "corridor_half_width_m"))
    return None if angle is None else (angle, width or 0.0)


def attitude(story: Story, width: int) -> Html | None:
    """Tilt and roll of the chaser's port against the target's over the last minutes; None without samples."""
    start = story.time("station-keeping") or story.time("final approach")
    rows = story.between(story.ports, start, None)
    rows = rows[np.isfinite(rows["port_tilt_deg"]) & (start is not None)]
    if len(rows) < 2:
        return None
    contact = float(rows["get_s"][-1])
    minutes = (rows["get_s"] - contact) / MINUTE
    canvas = Canvas(width, 400, "Tilt and roll between the ports over the last minutes before contact")
    scale = Scale(float(minutes[0]), 0.0, 46, width - 14)
    names = (
        ("port_tilt_deg", "tilt between the docking axes, deg"),
        ("port_roll_deg", "roll about the docking axis, deg"),
    )
    for k, (column, title) in enumerate(names):
        box = Box(46, 26 + 185 * k, width - 60, 125)
        low, high = spanning([rows[column]], include=[0.0, 1.0] if k == 0 else [-1.0, 1.0])
        panel = Panel(canvas, box, scale, Scale(low if k else 0.0, high, box.bottom, box.top))
        panel.axes("minutes from first contact" if k else "", title, counts=(8, 4))
        panel.line(minutes, rows[column], "line c")
    return canvas.svg()
