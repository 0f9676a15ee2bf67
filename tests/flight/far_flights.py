"""What the tests of far flights share: missions changed in memory, plans made once, far parts of flights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from softdock.flight import insertion, rendezvous
from softdock.flight.flyer import Execution
from softdock.flight.rendezvous import Rendezvous
from softdock.flight.tracking import GroundTracking
from softdock.flight.world import World
from softdock.mission.director import build_world, plan
from softdock.mission.load import load
from softdock.mission.model import Mission
from softdock.planning.plan import Plan

EXACT = Execution(speed_fraction=0.0, speed_m_s=0.0, pointing_deg=0.0)
ALL_SEEING = GroundTracking(
    radial_m=0.0,
    in_track_m=0.0,
    cross_track_m=0.0,
    semi_major_axis_m=0.0,
    radial_rate_m_s=0.0,
    cross_track_rate_m_s=0.0,
)
SIGHTED = {"ground_tracking": ALL_SEEING, "relative_navigation": None}


@cache
def mission(name: str) -> Mission:
    return load(name)


@cache
def planned(name: str) -> Plan:
    return plan(mission(name))


def far_phase(given: Mission) -> Rendezvous:
    return next(phase for phase in given.phases if isinstance(phase, Rendezvous))


def changed(given: Mission, *, density: float | None = None, **phase: Any) -> Mission:
    """The mission with other values in its far phase, or with another spread of the air's density."""
    phases = tuple(p.model_copy(update=phase) if isinstance(p, Rendezvous) else p for p in given.phases)
    air = {} if density is None else {"density_sigma_fraction": density}
    return given.model_copy(update={"phases": phases, "environment": given.environment.model_copy(update=air)})


def faultless(given: Mission, **phase: Any) -> Mission:
    """The mission with no error of any kind."""
    return changed(given, density=0.0, **{**SIGHTED, "execution": EXACT, **phase})


def settled(name: str) -> Mission:
    """The mission with its choices made, which is planned sooner."""
    return changed(mission(name), choices={key: (value,) for key, value in planned(name).choice.items()})


def ready(given: Mission, made: Plan, seed: int) -> World:
    """Both craft inserted."""
    world = build_world(given, seed=seed)
    world.plan = made
    for phase in given.phases:
        if phase.kind == "insertion":
            insertion.fly(phase, world)
    return world


def flown(given: Mission, made: Plan, seed: int = 0) -> World:
    """The far part of a flight, from insertion to hand-over."""
    world = ready(given, made, seed)
    rendezvous.fly(far_phase(given), world)
    return world


def sizes(world: World, craft: str) -> Mapping[str, float]:
    """Size [m/s] of each far burn of a craft as flown; zero where it was not needed."""
    return {row["name"]: row["flown_m_s"] for row in world.record.budget if row["craft"] == craft}
