"""The plan as plain data: what the run directory keeps of it and the report shows."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE
from .plan import Plan


def plan_summary(plan: Plan, epoch: Epoch) -> dict[str, Any]:
    """Choice, ranked alternatives, planned burns and sentences on what the plan implies."""
    return {
        "choice": plan.alternatives[0],
        "alternatives": list(plan.alternatives),
        "burns": [
            {
                "name": burn.name,
                "craft": burn.craft,
                "ignition_utc": epoch.utc(burn.ignition),
                "get_s": burn.ignition,
                "dv_lvlh_m_s": [float(part) for part in burn.dv_lvlh],
                "dv_m_s": burn.speed,
            }
            for burn in plan.burns
        ],
        "yaw_deg": plan.chaser_start.yaw / DEGREE,
        "pad_off_plane_deg": plan.chaser_start.pad_off_plane / DEGREE,
        "arrival_utc": epoch.utc(plan.arrival),
        "braking_m_s": plan.braking_m_s,
        "notes": _notes(plan),
    }


def _notes(plan: Plan) -> list[str]:
    chaser, target = plan.chaser_start, plan.target_start
    mean = target.mean
    height = (mean.semi_major_axis * mean.eccentricity) / KILOMETRE
    from_period = "follows from its nodal period; its" if isfinite(target.yaw) else "is its ephemeris'; its"
    raised = (
        f"The target burns at the {plan.raising.apsides[0]} of its first revolution named and at the"
        f" {plan.raising.apsides[1]} of its second."
        if plan.raising.apsides
        else "The target makes no burns of its own."
    )
    return [
        f"The chaser's pad lies {abs(chaser.pad_off_plane) / DEGREE:.2f} deg off the plane that closes with the"
        f" target's at NSR: its ascent must turn by {abs(chaser.yaw) / DEGREE:.2f} deg of heading (yaw).",
        f"Both insertion orbits are J2-mean. The target's semi-major axis, {mean.semi_major_axis / KILOMETRE:.2f} km,"
        f" {from_period} apsides lie {height:.2f} km on either side.",
        f"The planes miss each other by {plan.closing_miss_m:.1f} m at NSR; the inclination that does it is"
        f" {chaser.mean.inclination / DEGREE:.4f} deg against the target's {mean.inclination / DEGREE:.4f} deg.",
        *_edges(plan),
        raised,
    ]


SEARCHED = {
    "coast_min": "coast from NSR to TPI",
    "height_at_ncc_km": "height difference at NCC",
    "height_after_trim_km": "height after the trim",
}


def _edges(plan: Plan) -> list[str]:
    """What of the choice stands at the end of what was searched."""
    edges = []
    for key, words in SEARCHED.items():
        values = plan.searched[key]
        if len(values) > 1 and plan.alternatives[0][key] in (min(values), max(values)):
            edges.append(f"{words} ({plan.alternatives[0][key]:g} of {min(values):g} to {max(values):g})")
    if not edges:
        return []
    return [f"At the edge of what was searched: {', '.join(edges)}; the mission file says why the search ends there."]
