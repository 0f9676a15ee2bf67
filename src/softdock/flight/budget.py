"""The delta-v budget of a far flight, burn by burn: planned, targeted, flown."""

from __future__ import annotations

from typing import Any

from ..planning.plan import Plan
from .record import FlightRecord


def budget_rows(plan: Plan, record: FlightRecord) -> list[dict[str, Any]]:
    """Size of every burn [m/s] of both craft as planned, as targeted in flight and as flown, in the plan's order.

    A burn that was too small to fly is flown with zero. Burns that the flight did not come to have no row.
    """
    flown = {(e["craft"], e["name"]): e["data"] for e in record.events if "targeted_m_s" in e["data"]}
    rows = []
    for burn in plan.burns:
        found = flown.get((burn.craft, burn.name))
        if found is not None:
            row = {"name": burn.name, "craft": burn.craft, "planned_m_s": burn.speed}
            rows.append({**row, "targeted_m_s": found["targeted_m_s"], "flown_m_s": found["dv_m_s"]})
    return rows


def spent(record: FlightRecord, craft: str) -> float:
    """Sum of a craft's far burns [m/s] so far."""
    return sum(float(row["dv_m_s"]) for row in record.burns if row["craft"] == craft)
