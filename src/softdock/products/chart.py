"""Line charts as SVG: scales, panels with axes, and labels that keep clear of each other and of the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import NamedTuple

import numpy as np

from ..conventions import Array
from .markup import Html, element
from .placing import Placer, simplified
from .wording import number

TEXT = 11.0  # px; the stylesheet's size of text in figures


class Box(NamedTuple):
    """A rectangle in pixels, y downward."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class Scale:
    """A map from values to pixels, linear or logarithmic."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def __call__(self, value: float) -> float:
        return float(self.pixels(np.array([value]))[0])

    def pixels(self, values: Array) -> Array:
        """Pixels of many values; what a logarithm does not have is NaN."""
        low, high = (log10(self.low), log10(self.high)) if self.log else (self.low, self.high)
        if self.log:
            values = np.log10(np.where(values > 0.0, values, np.nan))
        return np.asarray(self.start + (values - low) / (high - low) * (self.stop - self.start))

    def ticks(self, count: int, steps: Sequence[float] = ()) -> list[float]:
        """At most about `count` round values inside; `steps`: the distances to choose from."""
        low, high = sorted((self.low, self.high))
        if self.log:
            decades = range(floor(log10(low)), ceil(log10(high)) + 1)
            factors = (1, 2, 5) if len(decades) * 3 <= count * 1.5 else (1,)
            values = [factor * 10.0**decade for decade in decades for factor in factors]
            return [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        step = nice_step((high - low) / max(count, 1), steps)
        first = ceil(low / step - 1e-9)
        return [k * step for k in range(first, floor(high / step + 1e-9) + 1)]


def nice_step(least: float, steps: Sequence[float] = ()) -> float:
    """The smallest of the steps, or of 1, 2, 5 times a power of ten, that is not less."""
    for step in steps:
        if step >= least:
            return step
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * (1 - 1e-9))


def decimals(ticks: Sequence[float]) -> int:
    """Decimals that tell neighbouring ticks apart."""
    gaps = [abs(b - a) for a, b in zip(ticks, ticks[1:], strict=False)] or [1.0]
    return max(0, -floor(log10(min(gaps)) + 1e-9))


def spanning(values: Iterable[Array], *, margin: float = 0.05, include: Sequence[float] = ()) -> tuple[float, float]:
    """Least and greatest of the finite values, a margin wider; (0, 1) when there is none."""
    known = np.concatenate([np.asarray(include, dtype=float), *[np.ravel(v) for v in values]])
    known = known[np.isfinite(known)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    extra = margin * (high - low) or 0.5 * max(abs(high), 1e-3)
    return low - extra, high + extra


@dataclass
class Canvas:
    """An SVG picture being drawn."""

    width: float
    height: float
    label: str
    parts: list[Html] = field(default_factory=list)

    def add(self, *parts: Html) -> None:
        """Draw on top of what is there."""
        self.parts.extend(parts)

    def text(self, x: float, y: float, text: str, **attributes: object) -> None:
        """Text at a place; `class_`, `text_anchor` and so on as attributes."""
        self.add(element("text", text, x=x, y=y, **attributes))

    def svg(self) -> Html:
        """The finished picture."""
        size = f"0 0 {self.width:.0f} {self.height:.0f}"
        return element("svg", *self.parts, viewBox=size, role="img", aria_label=self.label, width=self.width)


@dataclass
class Panel:
    """A pair of axes on a canvas."""

    canvas: Canvas
    box: Box
    x: Scale
    y: Scale
    placer: Placer = field(init=False)

    def __post_init__(self) -> None:
        self.placer = Placer(self.box.left, self.box.top, self.box.right, self.box.bottom)

    def grid(self, x_ticks: Sequence[float], y_ticks: Sequence[float]) -> None:
        """Hairlines at the ticks and a frame."""
        box = self.box
        for x in (self.x(tick) for tick in x_ticks):
            self.canvas.add(element("line", x1=x, x2=x, y1=box.top, y2=box.bottom, class_="grid"))
        for y in (self.y(tick) for tick in y_ticks):
            self.canvas.add(element("line", x1=box.left, x2=box.right, y1=y, y2=y, class_="grid"))
        rect = element("rect", x=box.left, y=box.top, width=box.width, height=box.height, class_="frame")
        self.canvas.add(rect)

    def x_axis(self, ticks: Sequence[float], title: str, text: Callable[[float], str] | None = None) -> None:
        """Numbers below the panel, and what they are."""
        digits = decimals(ticks)
        for tick in ticks:
            words = text(tick) if text else number(tick, digits)
            self.canvas.text(self.x(tick), self.box.bottom + 15, words, text_anchor="middle", class_="tick")
        if title:
            middle = self.box.left + self.box.width / 2
            self.canvas.text(middle, self.box.bottom + 31, title, text_anchor="middle", class_="axis")

    def y_axis(self, ticks: Sequence[float], title: str, text: Callable[[float], str] | None = None) -> None:
        """Numbers left of the panel; what they are stands above it, where it can be read without turning the head."""
        digits = decimals(ticks)
        for tick in ticks:
            words = text(tick) if text else number(tick, digits)
            self.canvas.text(self.box.left - 6, self.y(tick) + 4, words, text_anchor="end", class_="tick")
        self.canvas.text(max(self.box.left - 40, 2), self.box.top - 8, title, class_="axis")

    def axes(self, x_title: str, y_title: str, *, counts: tuple[int, int] = (8, 5)) -> None:
        """Grid and both axes with round numbers."""
        x_ticks, y_ticks = self.x.ticks(counts[0]), self.y.ticks(counts[1])
        self.grid(x_ticks, y_ticks)
        log_x, log_y = ((lambda v: f"{v:,.10g}") if scale.log else None for scale in (self.x, self.y))
        self.x_axis(x_ticks, x_title, log_x)
        self.y_axis(y_ticks, y_title, log_y)

    def line(self, xs: Array, ys: Array, class_: str) -> None:
        """A line through points; it breaks where one is NaN and ends at the frame."""
        points = np.column_stack([self.x.pixels(np.asarray(xs, float)), self.y.pixels(np.asarray(ys, float))])
        broken = ~np.isfinite(points).all(axis=1)
        pieces = [piece[np.isfinite(piece).all(axis=1)] for piece in np.split(points, np.flatnonzero(broken))]
        drawn = [simplified(piece) for piece in pieces if len(piece)]
        self.placer.avoid(drawn)
        lines = [element("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in p), class_=class_) for p in drawn]
        self.inside(*lines)

    def inside(self, *parts: Html) -> None:
        """Draw parts cut off at the frame."""
        box = self.box
        view = f"{box.left:.1f} {box.top:.1f} {box.width:.1f} {box.height:.1f}"
        size = {"x": box.left, "y": box.top, "width": box.width, "height": box.height}
        self.canvas.add(element("svg", *parts, viewBox=view, **size))

    def area(self, xs: Array, low: Array, high: Array, *, class_: str) -> None:
        """The area between two lines."""
        edge = np.concatenate([np.column_stack([xs, low]), np.column_stack([xs, high])[::-1]])
        points = zip(self.x.pixels(edge[:, 0]), self.y.pixels(edge[:, 1]), strict=True)
        self.inside(element("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), class_=class_))

    def dot(self, x: float, y: float, label: str, *, class_: str = "dot") -> None:
        """A point with its name, placed later by `finish` where there is room."""
        if not (np.isfinite(x) and np.isfinite(y)):
            return
        px, py = self.x(x), self.y(y)
        if not (self.box.left - 1 <= px <= self.box.right + 1 and self.box.top - 1 <= py <= self.box.bottom + 1):
            return
        self.canvas.add(element("circle", cx=px, cy=py, r=3.2, class_=class_))
        if label:
            self.placer.want(px, py, label)

    def finish(self) -> None:
        """Write the names of the dots."""
        for name in self.placer.placed():
            if name.leader:
                x1, y1, x2, y2 = name.leader
                self.canvas.add(element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="leader"))
            self.canvas.text(name.x, name.y, name.text, text_anchor=name.anchor, class_="mark")

    def uprights(self, marks: Sequence[Upright]) -> None:
        """Vertical lines with their names in rows above the panel."""
        for mark in marks:
            y = self.box.top - 24.0 - ROW * mark.row
            line = element("line", x1=mark.x, x2=mark.x, y1=y - 8, y2=self.box.bottom, class_=f"upright {mark.class_}")
            place = {"x": mark.x - 3, "text_anchor": "end"} if mark.leftward else {"x": mark.x + 3}
            self.canvas.add(line, element("text", mark.text, y=y, class_=f"mark {mark.class_}", **place))


ROW = 13.0  # px between rows of names


class Upright(NamedTuple):
    """A vertical line through a panel, its name and the row above the panel in which that stands."""

    x: float
    text: str
    class_: str
    row: int
    leftward: bool


def staggered(marks: Sequence[tuple[float, str, str]], scale: Scale) -> list[Upright]:
    """Lines at (value, name, class) with rows so that each name stands left of its line, clear of earlier lines."""
    placed: list[Upright] = []
    low, high = sorted((scale.start, scale.stop))
    for value, text, class_ in sorted(marks):
        x = scale(value)
        if low - 1 <= x <= high + 1:
            left = x - 0.56 * TEXT * len(text) - 3
            row = max([mark.row + 1 for mark in placed if mark.x > left - 2], default=0)
            placed.append(Upright(x, text, class_, row, left > 0))
    return placed
