"""What the difference between planned and flown burns was spent on: the same seed flown again, error by error.

Each flight adds one kind of error to those of the flight before: docs/theory/far-regime.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..conventions import Record
from .budget import spent
from .flyer import Execution
from .insertion import body_at_start
from .record import FlightRecord
from .rendezvous import Rendezvous, fly
from .tracking import GroundTracking
from .world import World

EXACT = Execution(speed_fraction=0.0, speed_m_s=0.0, pointing_deg=0.0)
ALL_SEEING = GroundTracking(
    radial_m=0.0,
    in_track_m=0.0,
    cross_track_m=0.0,
    semi_major_axis_m=0.0,
    radial_rate_m_s=0.0,
    cross_track_rate_m_s=0.0,
)
CAUSES = ("targeting without errors", "air", "execution", "navigation")
"""In the order in which they are added; what two do together counts with the later one."""


def causes(phase: Rendezvous, world: World) -> list[dict[str, Any]]:
    """What each kind of error added to the sum of the chaser's burns [m/s], of a flight whose rendezvous was flown.

    The same seed is flown again from insertion: without any error, with the air as it was, and with that and errors of
    execution; the flight itself has navigation's too. The parts add up to flown less planned. Raises PlanError,
    PropagationError where one of these cannot be flown.
    """
    blind: dict[str, Any] = {"ground_tracking": ALL_SEEING, "relative_navigation": None}
    sure, loose = phase.model_copy(update={**blind, "execution": EXACT}), phase.model_copy(update=blind)
    planned = sum(burn.speed for burn in world.plan.burns if burn.craft == phase.chaser)
    sums = [
        planned,
        _sum_again(sure, world, world.predicted),
        _sum_again(sure, world, world.environment),
        _sum_again(loose, world, world.environment),
        spent(world.record, phase.chaser),
    ]
    parts = zip(CAUSES, sums, sums[1:], strict=False)
    return [{"craft": phase.chaser, "cause": cause, "added_m_s": after - before} for cause, before, after in parts]


def _sum_again(phase: Rendezvous, world: World, env: Record) -> float:
    """The chaser's sum [m/s] when the phase is flown with the world's seed and plan from both craft's starts."""
    bodies = {name: body_at_start(world, name) for name in (phase.target, phase.chaser)}
    again = replace(world, environment=env, bodies=bodies, record=FlightRecord(), belief=None, notify=_unwatched)
    fly(phase, again)
    return spent(again.record, phase.chaser)


def _unwatched(phase: str, fraction: float, text: str) -> None:
    """Progress of a flight that is not the one being watched."""
