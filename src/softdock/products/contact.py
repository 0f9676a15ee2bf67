"""The contact: its conditions as bars against their limits, and what the mechanism did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .bars import limit_bar
from .glossary import explained
from .markup import Html, element, joined
from .story import Story
from .tables import columns, facts, passed, table
from .wording import DASH, finite, number, power, significant, with_unit


@dataclass(frozen=True)
class Condition:
    """One contact condition with what the envelope allows, in the unit shown."""

    name: str
    value: float | None
    low: float
    high: float | None
    unit: str
    passed: bool


def conditions(docking: Mapping[str, Any]) -> list[Condition]:
    """The judged conditions of a docking row; one without a value or a limit has not passed."""
    rows = docking.get("envelope")
    return [_condition(row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _condition(row: Mapping[str, Any]) -> Condition:
    return Condition(
        name=str(row.get("name", DASH)),
        value=finite(row.get("value")),
        low=finite(row.get("lower_limit")) or 0.0,
        high=finite(row.get("limit")),
        unit=str(row.get("unit", "")),
        passed=row.get("passed") is True,
    )


def limits(row: Condition) -> str:
    """What is allowed, in words."""
    if row.high is None:
        return DASH
    return f"{significant(row.low)} to {significant(row.high)}" if row.low else f"at most {significant(row.high)}"


def contact(story: Story) -> Html:
    """What was measured at first contact and what followed."""
    row = story.docking
    if not row:
        return element("p", "The two craft never touched.")
    rows = conditions(row)
    parts = [_bars(rows)] if rows else []
    parts.append(facts([(name, value) for name, value in _mechanism(story, row) if value != DASH]))
    said = [text for text in (_thrust_unused(story, row), _kept(row)) if text]
    return joined([*parts, *[element("p", text) for text in said]])


def _thrust_unused(story: Story, row: Mapping[str, Any]) -> str:
    """A sentence when the latches were faster than the axial thrust; empty when it acted or nothing is known."""
    delay = finite(story.phase("docking").get("thrust_delay_s"))
    if not story.is_captured or delay is None or finite(row.get("thrust_s")) != 0.0:
        return ""
    return (
        f"Capture came before the axial thrust of {story.chaser_name} was due, {number(delay, 1)} s after first "
        "contact, and capture ends it: it never acted."
    )


def _bars(rows: list[Condition]) -> Html:
    head = columns("condition;;text", "value", "allowed", "unit;;text", "against its limits;;text", "of the limit;%")
    head += columns(";;text")
    cells = []
    for row in rows:
        allowed = limits(row)
        share = None if row.value is None or not row.high else 100.0 * row.value / row.high
        bar = limit_bar(row.value, row.low, row.high) if row.high else None
        cells.append((explained(row.name), number(row.value, 3), allowed, row.unit, bar, number(share, 0),
                      passed(row.passed, "inside", "outside")))  # fmt: skip
    return table(head, cells, label="Contact conditions")


def _mechanism(story: Story, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    first, capture = finite(row.get("get_s")), finite(row.get("capture_get_s"))
    after = None if first is None or capture is None else capture - first
    stroke = finite(row.get("attenuator_stroke_m"))
    return [
        ("capture after first contact", with_unit(after, 2, "s")),
        ("reason for no capture", str(row.get("reason") or DASH) if not story.is_captured else DASH),
        ("axial thrust before capture", with_unit(row.get("thrust_s"), 2, "s")),
        ("greatest force between the rings", with_unit(row.get("peak_force_N"), 0, "N")),
        ("attenuator stroke used", with_unit(None if stroke is None else 1e3 * stroke, 0, "mm")),
    ]


def _kept(row: Mapping[str, Any]) -> str:
    """A sentence on the arithmetic of the contact; empty when nothing was recorded."""
    linear, angular = (finite(row.get(key)) for key in ("momentum_error", "angular_momentum_error"))
    if linear is None or angular is None:
        return ""
    return (
        "A check of the computation, not of the flight: contact cannot change the momentum of both craft together. "
        f"Less what jets and tides gave, it changed by {power(linear)} of its size (linear) and {power(angular)} "
        f"(angular); round-off alone gives about {power(1e-15)}."
    )
