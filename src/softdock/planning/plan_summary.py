"""The plan as plain data: what the run directory keeps of it and the report shows."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE
from ..errors import DataError, PlanError, PropagationError
from .merits import margins
from .plan import Plan
from .search import Candidate


def plan_summary(plan: Plan, epoch: Epoch) -> dict[str, Any]:
    """Choice, ranked alternatives, planned burns and sentences on what the plan implies.

    `bound_m_s` is there where a bound is known.
    """
    start, bound = plan.chaser_start, plan.bound
    alternatives, unknown = _alternatives(plan, epoch)
    return {
        "choice": plan.choice,
        "alternatives": alternatives,
        **({"bound_m_s": bound.least} if bound is not None else {}),
        "steps": plan.solved.iterations,
        "flights": plan.solved.flights,
        "conditions": [
            {"name": one.name, "miss": one.miss, "allowed": one.allowed, "unit": one.unit}
            for one in plan.solved.conditions
        ],
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
        "yaw_deg": _or_none(start.yaw / DEGREE),
        "pad_off_plane_deg": _or_none(start.pad_off_plane / DEGREE),
        "arrival_utc": epoch.utc(plan.solved.flown.events[-1].after.t),
        "braking_m_s": plan.braking_m_s,
        "propellant_suffices": not lacks(plan),
        "notes": [*_notes(plan), *unknown],
    }


def _alternatives(plan: Plan, epoch: Epoch) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of the ranked table, and a sentence where merits cannot be told: that ends no flight."""
    try:
        return [alternative(plan, one, epoch) for one in plan.ranked], []
    except (PlanError, PropagationError, DataError) as fault:
        rows = [{**_chosen(plan, one), "delta_v_m_s": one.total} for one in plan.ranked]
        return rows, [f"Of each alternative only its cost is told, what else it is worth is not known: {fault}."]


def alternative(plan: Plan, one: Candidate, epoch: Epoch) -> dict[str, Any]:
    """A solved combination of choices: what was chosen of those searched, and what it is worth.

    Raises PlanError, PropagationError, DataError.
    """
    return {**_chosen(plan, one), **plan.merits(one.found).row(epoch)}


def _chosen(plan: Plan, one: Candidate) -> dict[str, Any]:
    return {name: value for name, value in one.choice.items() if len(plan.searched[name]) > 1}


def _or_none(value: float) -> float | None:
    return value if isfinite(value) else None


def _notes(plan: Plan) -> list[str]:
    target = plan.target_start
    mean = target.mean
    height = (mean.semi_major_axis * mean.eccentricity) / KILOMETRE
    from_period = "follows from its nodal period; its" if isfinite(target.yaw) else "is taken from its ephemeris; its"
    raised = (
        f"The target burns at the {plan.raising.apsides[0]} of its first revolution named and at the"
        f" {plan.raising.apsides[1]} of its second."
        if plan.raising.apsides
        else "The target makes no burns of its own."
    )
    return [
        *lacks(plan),
        *_launched(plan),
        f"Insertion orbits are J2-mean. The target's semi-major axis, {mean.semi_major_axis / KILOMETRE:.2f} km,"
        f" {from_period} apsides lie {height:.2f} km on either side.",
        *_edges(plan),
        raised,
    ]


def lacks(plan: Plan) -> list[str]:
    """A sentence for each tank of the chaser from which the burns need more than is loaded, braking not counted."""
    loaded = plan.solved.chain.chaser.initial_propellant
    left = margins(loaded, plan.solved.flown.events)
    return [
        f"The burns need {loaded[tank] - margin.left_kg:.1f} kg from {plan.chaser}'s tank {tank}, which holds"
        f" {loaded[tank]:.1f} kg: this plan cannot be flown. Load that much more, or choose other rules."
        for tank, margin in left.items()
        if not margin.left_kg >= 0.0
    ]


def _launched(plan: Plan) -> list[str]:
    """What the plan asks of the chaser's launch, where it has one."""
    chaser, mean = plan.chaser_start, plan.target_start.mean
    if plan.closing_miss_m is None:
        return []
    return [
        f"The chaser's pad lies {abs(chaser.pad_off_plane) / DEGREE:.2f} deg off the plane that closes with the"
        f" target's: its ascent must turn by {abs(chaser.yaw) / DEGREE:.2f} deg of heading (yaw).",
        f"The planes miss each other by {plan.closing_miss_m:.1f} m where they are to meet; the inclination that does"
        f" it is {chaser.mean.inclination / DEGREE:.4f} deg against the target's {mean.inclination / DEGREE:.4f} deg.",
    ]


def _edges(plan: Plan) -> list[str]:
    """What of the choice stands at the end of what was searched."""
    edges = []
    for name, values in plan.searched.items():
        if len(values) > 2 and plan.choice[name] in (values[0], values[-1]):
            edges.append(f"{name.replace('_', ' ')} ({plan.choice[name]} of {values[0]} to {values[-1]})")
    if not edges:
        return []
    return [f"At the edge of what was searched: {', '.join(edges)}."]
