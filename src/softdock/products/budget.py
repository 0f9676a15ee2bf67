"""The delta-v budget of the far rendezvous: planned, targeted and flown, and what the difference was spent on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .markup import Child, Html, joined
from .story import Story
from .tables import columns, facts, table
from .wording import DELTA_V, craft_name, finite, number

SIZES = ("planned_m_s", "targeted_m_s", "flown_m_s")


def budget(story: Story) -> Html | None:
    """The budget, burn by burn and summed by craft, with its causes where the run has them; None without one."""
    rows = [row for row in story.run.budget if all(finite(row.get(key)) is not None for key in SIZES)]
    if not rows:
        return None
    head = columns("burn;;text", "craft;;text name", f"planned {DELTA_V};m/s", f"targeted {DELTA_V};m/s")
    head += columns(f"flown {DELTA_V};m/s", "by targeting;m/s", "by execution;m/s", "flown less planned;m/s")
    crafts = list(dict.fromkeys(str(row.get("craft")) for row in rows))
    sums = [_sum(rows, craft) for craft in crafts]
    cells = [_cells(row) for row in (*rows, *sums)]
    classes = ["of-target" if row.get("craft") == story.target else "" for row in rows]
    made = table(head, cells, label=f"{DELTA_V} budget", classes=classes, fits=True)
    causes = _causes(story)
    return joined([made, causes] if causes else [made])


def _sum(rows: Sequence[Mapping[str, Any]], craft: str) -> dict[str, Any]:
    own = [row for row in rows if str(row.get("craft")) == craft]
    return {"name": "all burns", "craft": craft, **{key: sum(float(row[key]) for row in own) for key in SIZES}}


def _cells(row: Mapping[str, Any]) -> Sequence[Child]:
    planned, targeted, flown = (float(row[key]) for key in SIZES)
    changes = (targeted - planned, flown - targeted, flown - planned)
    said = (str(row.get("name")), craft_name(row.get("craft")))
    sizes = (number(planned, 2), number(targeted, 2), number(flown, 2))
    return (*said, *sizes, *(number(change, 2, signed=True) for change in changes))


def _causes(story: Story) -> Html | None:
    """What each kind of error added to the chaser's sum; they add up to flown less planned."""
    rows = [row for row in story.run.budget_causes if finite(row.get("added_m_s")) is not None]
    said = [(f"added by {row.get('cause')}", f"{number(row['added_m_s'], 2, signed=True)} m/s") for row in rows]
    return facts(said) if said else None
