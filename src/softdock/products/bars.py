"""Small bars that stand in the rows of tables."""

from __future__ import annotations

from collections.abc import Sequence

from .markup import Html, element

WIDTH, HEIGHT = 220.0, 20.0


def limit_bar(value: float | None, low: float, high: float) -> Html:
    """A value against what is allowed from low to high; the bar ends a third beyond the limit."""
    end = max(high * 1.33, min(value or 0.0, high * 1.33)) or 1.0
    scale = (WIDTH - 8.0) / end
    start, stop = 2.0 + low * scale, 2.0 + high * scale
    parts = [
        element("rect", x=2.0, y=8.0, width=WIDTH - 8.0, height=4.0, class_="rail"),
        element("rect", x=start, y=4.0, width=stop - start, height=12.0, class_="band"),
        element("line", x1=stop, x2=stop, y1=2.0, y2=18.0, class_="edge"),
    ]
    if low > 0.0:
        parts.append(element("line", x1=start, x2=start, y1=2.0, y2=18.0, class_="edge"))
    if value is not None:
        good = low <= value <= high
        reach = 2.0 + min(max(value, 0.0), end) * scale
        parts.append(
            element("rect", x=2.0, y=7.0, width=max(reach - 2.0, 0.5), height=6.0, class_="in" if good else "out")
        )
        parts.append(element("circle", cx=reach, cy=10.0, r=4.5, class_="in" if good else "out"))
    return _picture(parts, "bar against its limits")


def offset_bar(value: float | None, tolerance: float | None) -> Html | None:
    """A difference left or right of zero, and the tolerance on both sides."""
    if value is None or not tolerance:
        return None
    reach = max(tolerance * 1.25, min(abs(value), tolerance * 2.0))
    middle, scale = WIDTH / 2.0, (WIDTH / 2.0 - 8.0) / reach
    at = middle + min(max(value, -reach), reach) * scale
    good = abs(value) <= tolerance
    parts = [
        element("rect", x=2.0, y=9.0, width=WIDTH - 4.0, height=2.0, class_="rail"),
        element("rect", x=middle - tolerance * scale, y=4.0, width=2 * tolerance * scale, height=12.0, class_="band"),
        element("line", x1=middle, x2=middle, y1=1.0, y2=19.0, class_="edge"),
        element("line", x1=middle, x2=at, y1=10.0, y2=10.0, class_="stem"),
        element("circle", cx=at, cy=10.0, r=4.5, class_="in" if good else "out"),
    ]
    return _picture(parts, "difference against its tolerance")


def share_bar(parts: Sequence[tuple[str, float]], whole: float) -> Html | None:
    """Shares of a whole from left to right, each with a class; the rest stays empty."""
    if not whole > 0.0:
        return None
    scale, left = (WIDTH - 4.0) / whole, 2.0
    drawn = [element("rect", x=2.0, y=4.0, width=WIDTH - 4.0, height=12.0, class_="rail")]
    for class_, amount in parts:
        width = max(min(amount, whole), 0.0) * scale
        drawn.append(element("rect", x=left, y=4.0, width=width, height=12.0, class_=class_))
        left += width
    return _picture(drawn, "shares of the propellant")


def _picture(parts: Sequence[Html], label: str) -> Html:
    size = {"viewBox": f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", "width": WIDTH, "height": HEIGHT}
    return element("svg", *parts, role="img", aria_label=label, class_="small", **size)
