"""Where lines can lose points unseen, and where names can stand without covering anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, hypot, pi, sin
from typing import NamedTuple

import numpy as np

from ..conventions import Array

LINE = 13.0  # px, height of a line of text
LETTER = 6.1  # px, average width of a letter at the size of text in figures


def simplified(points: Array, tolerance: float = 0.2) -> Array:
    """Points (n, 2) [px] without those that lie within the tolerance of the line through the others.

    Douglas and Peucker 1973, with a list in place of recursion.
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        chord = points[last] - points[first]
        between = points[first + 1 : last] - points[first]
        length = hypot(chord[0], chord[1])
        if length > 0.0:
            share = np.clip((between @ chord) / (length * length), 0.0, 1.0)
            between = between - share[:, None] * chord
        away = between[:, 0] * between[:, 0] + between[:, 1] * between[:, 1]
        worst = int(np.argmax(away))
        if away[worst] > tolerance * tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return np.asarray(points[keep])


class Name(NamedTuple):
    """A text with its place; `leader` is the line from the point to it when it stands apart."""

    x: float
    y: float
    text: str
    anchor: str
    leader: tuple[float, float, float, float] | None


Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass
class Placer:
    """Finds room for names beside their points, inside a rectangle, off the lines and off each other."""

    left: float
    top: float
    right: float
    bottom: float
    ink: list[Array] = field(default_factory=list)
    wanted: list[tuple[float, float, str]] = field(default_factory=list)

    def avoid(self, lines: list[Array]) -> None:
        """Keep names off these lines, each (n, 2) [px]."""
        for points in lines:
            steps = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
            way = np.concatenate([[0.0], np.cumsum(steps)])
            along = np.arange(0.0, way[-1] + 1e-9, 3.0)
            self.ink.append(np.column_stack([np.interp(along, way, points[:, k]) for k in (0, 1)]))

    def want(self, x: float, y: float, text: str) -> None:
        """Ask for a name at a point."""
        self.wanted.append((x, y, text))

    def placed(self) -> list[Name]:
        """Every wanted name in the best place left, in the order asked."""
        dots = np.array([(x, y) for x, y, _ in self.wanted]).reshape(-1, 2)
        ink = np.concatenate([*self.ink, np.repeat(dots, 4, axis=0)]) if self.ink or self.wanted else dots
        taken: list[Rectangle] = []
        names = []
        for x, y, text in self.wanted:
            cost, name, rectangle = min(
                (self._candidate(x, y, text, angle * pi / 6, reach, taken, ink) for reach in (9, 17, 28, 44, 64, 90)
                 for angle in range(12)), key=lambda found: found[0],
            )  # fmt: skip
            if cost < 1e4:
                taken.append(rectangle)
                names.append(name)
        return names

    def _candidate(
        self, x: float, y: float, text: str, angle: float, reach: float, taken: list[Rectangle], ink: Array
    ) -> tuple[float, Name, Rectangle]:
        """The cost of one place, the name there, and the room it takes."""
        at_x, at_y = x + reach * cos(angle), y + reach * sin(angle)
        width = LETTER * len(text)
        side = 0.0 if abs(cos(angle)) < 0.1 else 1.0 if cos(angle) > 0.0 else -1.0
        left = at_x + (side - 1.0) / 2.0 * width
        top = at_y - LINE / 2.0 + LINE / 2.0 * sin(angle)
        room = (left - 2.0, top, left + width + 2.0, top + LINE)
        outside = max(self.left - room[0], room[2] - self.right, self.top - room[1], room[3] - self.bottom, 0.0)
        overlaps = sum(_overlap(room, other) for other in taken)
        covered = _inside(room, ink)
        cost = reach * 0.25 + 6.0 * covered + 300.0 * overlaps + (2e4 if outside else 0.0)
        leader = (x, y, at_x, at_y) if reach > 20 else None
        anchor = {0.0: "middle", 1.0: "start", -1.0: "end"}[side]
        return cost, Name(at_x, top + 10.0, text, anchor, leader), room


def _overlap(a: Rectangle, b: Rectangle) -> int:
    return int(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _inside(room: Rectangle, points: Array) -> int:
    x, y = points[:, 0], points[:, 1]
    return int(np.count_nonzero((x > room[0]) & (x < room[2]) & (y > room[1]) & (y < room[3])))
