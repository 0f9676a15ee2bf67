"""Pads as a table with a column for each burn, in the units of its readers, and as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..astro.time import get_text
from ..conventions import DEGREE, FOOT, KILOMETRE, MINUTE, NAUTICAL_MILE, POUND
from .pads import Pad
from .wording import DELTA_V, finite, mass_digits, number

OTHER_UNITS = {"m/s": ("ft/s", FOOT, 0), "km": ("n.mi", NAUTICAL_MILE, 0), "kg": ("lb", POUND, -1)}
"""What stands below a metric unit on request: its name, its size in SI, how many decimals more it has."""
COLUMN, HEAD = 23, 31  # letters of a pad's column, and of the titles and units before it


class Line(NamedTuple):
    """One line of a table of pads: what it is, its unit, a cell for each pad."""

    title: str
    unit: str
    cells: tuple[str, ...]


class Number(NamedTuple):
    """A number of a pad: title, unit and the unit's size in SI, decimals, whether signed, its value in SI or None."""

    title: str
    unit: str
    size: float
    digits: int
    signed: bool
    value: float | None


def _numbers(pad: Pad) -> Iterator[Number]:
    """Every number of a pad, in the order of the lines."""
    for value, axis in zip(pad.dv_lvlh, ("forward", "right", "down"), strict=True):
        yield Number(f"{DELTA_V} {axis}", "m/s", 1.0, 2, True, float(value))
    yield Number(DELTA_V, "m/s", 1.0, 2, False, pad.speed)
    yield Number("the same as an impulse", "m/s", 1.0, 2, False, pad.impulsive)
    yield Number("loss", "m/s", 1.0, 3, True, pad.loss)
    yield Number("duration", "s", 1.0, 1, False, pad.duration)
    yield Number("of it ullage", "s", 1.0, 1, False, pad.ullage or None)
    stands = pad.attitude
    pitch, yaw, *q_NB = (stands.pitch, stands.yaw, *map(float, stands.q_NB)) if stands else (None,) * 6
    yield Number("thrust, pitch up", "deg", DEGREE, 1, True, pitch)
    yield Number("thrust, yaw right", "deg", DEGREE, 1, True, yaw)
    for value, part in zip(q_NB, "wxyz", strict=True):
        yield Number(f"q GCRF from body, {part}", "", 1.0, 5, True, value)
    for mass, when in zip(pad.masses, ("before", "after"), strict=True):
        yield Number(f"mass {when}", "kg", 1.0, mass_digits(pad.masses[0]), False, mass)
    orbit = pad.orbit
    apogee, perigee, period = (orbit.apogee, orbit.perigee, orbit.period) if orbit else (None,) * 3
    yield Number("apogee after", "km", KILOMETRE, 2, False, apogee)
    yield Number("perigee after", "km", KILOMETRE, 2, False, perigee)
    yield Number("period after", "min", MINUTE, 3, False, period)
    seen = pad.sight
    far, rate, high, phase = (seen.range, seen.range_rate, seen.elevation, seen.phase) if seen else (None,) * 4
    yield Number("range to target", "km", KILOMETRE, 3, False, far)
    yield Number("range rate", "m/s", 1.0, 2, True, rate)
    yield Number("elevation of target", "deg", DEGREE, 2, True, high)
    yield Number("phase, target ahead", "deg", DEGREE, 2, True, phase)


def pad_lines(pads: Sequence[Pad], *, feet: bool = False) -> list[Line]:
    """The lines of a table with a column for each pad; what no pad knows is left out.

    feet: feet per second, nautical miles and pounds stand below the metric values
    """
    lines = [
        Line("ignition", "UTC", tuple(pad.utc for pad in pads)),
        Line("ignition", "GET", tuple(get_tenths(pad.ignition) for pad in pads)),
        Line("engine", "", tuple(pad.engine for pad in pads)),
    ]
    for numbers in zip(*map(_numbers, pads), strict=True):
        if any(finite(entry.value) is not None for entry in numbers):
            lines.append(_line(numbers))
            if feet and numbers[0].unit in OTHER_UNITS:
                lines.append(_line([_in_feet(entry) for entry in numbers]))
    return lines


def _in_feet(entry: Number) -> Number:
    unit, size, more = OTHER_UNITS[entry.unit]
    return Number("", unit, size, entry.digits + more, entry.signed, entry.value)


def _line(numbers: Sequence[Number]) -> Line:
    known = [None if n.value is None else n.value / n.size for n in numbers]
    cells = [number(value, n.digits, signed=n.signed) for value, n in zip(known, numbers, strict=True)]
    return Line(numbers[0].title, numbers[0].unit, tuple(cells))


def get_tenths(seconds: float) -> str:
    """GET as hhh:mm:ss.s, rounded to the tenth."""
    whole, tenth = divmod(round(abs(seconds) * 10.0), 10)
    return f"{'-' if seconds < 0.0 and (whole or tenth) else ''}{get_text(float(whole))}.{tenth}"


def pads_text(pads: Sequence[Pad], *, feet: bool = False, width: int = 100) -> str:
    """The pads as plain text, at most so many letters wide: blocks of columns, as many to a block as fit."""
    return "\n".join(_block(chunk, feet) for chunk in in_blocks(pads, width=width))


def _block(pads: Sequence[Pad], feet: bool) -> str:
    lines = [Line("", "", tuple(pad.name for pad in pads)), Line("", "", tuple(pad.craft for pad in pads))]
    rows = [(line.title, line.unit, *line.cells) for line in [*lines, *pad_lines(pads, feet=feet)]]
    title, unit, *widths = (max(map(len, column)) for column in zip(*rows, strict=True))
    set_out = [(row[0].ljust(title), row[1].ljust(unit), *map(str.rjust, row[2:], widths)) for row in rows]
    return "".join("  ".join(row).rstrip() + "\n" for row in set_out)


def in_blocks(pads: Sequence[Pad], *, width: int) -> list[Sequence[Pad]]:
    """Pads in groups that fit a width [letters] side by side, evenly filled; at least one in each."""
    most = max((width - HEAD) // COLUMN, 1)
    count = -(-len(pads) // most)
    edges = [round(k * len(pads) / count) for k in range(count + 1)] if count else [0]
    return [pads[a:b] for a, b in zip(edges, edges[1:], strict=False)]
