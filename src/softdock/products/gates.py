"""The braking gates: what the mission asks, and how each was met, between the centres of mass as guidance sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..conventions import Array
from .markup import Child, Html, element
from .story import Story
from .tables import columns, table
from .telemetry import Rows
from .wording import DASH, finite, number


class Gate(NamedTuple):
    """A gate: its range [m], the closing speed it allows, that on crossing [m/s], and the range where it was met."""

    reach: float
    allowed: float
    crossing: float | None
    met: float | None


def gates_of(story: Story) -> list[tuple[float, float]]:
    """Braking gates (range [m], closing speed [m/s]) from far to near."""
    gates = story.phase("proximity").get("gates")
    found = []
    for gate in gates if isinstance(gates, list) else []:
        row = gate if isinstance(gate, dict) else {}
        reach, speed = (finite(row.get(key)) for key in ("range_m", "closing_speed_m_s"))
        if reach and speed and reach > 0.0:
            found.append((reach, speed))
    return sorted(found, reverse=True)


def closing_of_centres(rows: Rows) -> Array:
    """How fast the distance between the centres of mass shrinks [m/s]."""
    total = sum(rows[f"relative_{axis}_m"] * rows[f"relative_velocity_{axis}_m_s"] for axis in "xyz")
    return np.asarray(-total / np.where(rows["range_m"] > 0.0, rows["range_m"], np.nan))


def braking_rows(story: Story) -> Rows:
    """Samples from the last midcourse correction to contact whose range and closing speed are known."""
    rows = story.since("MC2")
    known = (rows["range_m"] > 0.0) & np.isfinite(closing_of_centres(rows)) & (rows["phase"] != "docking")
    return np.asarray(rows[known])


def gates_met(story: Story) -> list[Gate]:
    """Each gate with the speed on crossing it and the range at which the speed was down to what it allows."""
    rows = braking_rows(story)
    return [_met(rows, closing_of_centres(rows), reach, allowed) for reach, allowed in gates_of(story)]


def _met(rows: Rows, speeds: Array, reach: float, allowed: float) -> Gate:
    inside = np.flatnonzero(rows["range_m"] <= reach)
    if not len(inside) or inside[0] == 0:
        return Gate(reach, allowed, None, None)
    k = int(inside[0])
    ranges = rows["range_m"]
    share = (ranges[k - 1] - reach) / (ranges[k - 1] - ranges[k])
    crossing = float(speeds[k - 1] + share * (speeds[k] - speeds[k - 1]))
    if crossing <= allowed:
        return Gate(reach, allowed, crossing, reach)
    slow = np.flatnonzero(speeds[k:] <= allowed)
    return Gate(reach, allowed, crossing, float(ranges[k + slow[0]]) if len(slow) else None)


def gate_table(story: Story) -> Html | None:
    """The gates one a row; None when the mission has none or none was reached."""
    gates = gates_met(story)
    if all(gate.crossing is None for gate in gates):
        return None
    head = columns("gate, range between centres of mass;m", "speed allowed inside;m/s", "speed on crossing;m/s")
    head += columns("speed met at range;m", ";;text")
    rows: list[Sequence[Child]] = [
        (number(gate.reach, 0), number(gate.allowed, 1), number(gate.crossing, 2), number(gate.met, 0), _remark(gate))
        for gate in gates
    ]
    return table(head, rows, label="Braking gates", fits=True)


def _remark(gate: Gate) -> Html:
    if gate.crossing is None:
        return element("span", DASH + " not crossed", class_="open")
    if gate.met is None:
        return element("span", "\N{MULTIPLICATION X} never met", class_="fail")
    if gate.met == gate.reach:
        return element("span", "slow enough on arrival", class_="pass")
    return element("span", f"braked over {number(gate.reach - gate.met, 0)} m", class_="pass")
