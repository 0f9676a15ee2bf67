"""From insertion to the last midcourse correction: each burn retargeted from what navigation says, then flown.

The plan gives the times and the order. Here the truth moves on its own; every burn is solved anew from
navigated states, executed with errors and finite thrust.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from ..astro.environment import j2_environment
from ..conventions import DEGREE, MINUTE, Array
from ..dynamics.arcs import PointState
from ..formats.document import Document, Positive
from ..planning.inputs import AssemblyOrbit, Coelliptic, StateSigma
from ..planning.plan import circularising_speed
from ..planning.plane_change import solve_plane_change
from ..planning.sequence import (
    FORWARD,
    arrival_time,
    coelliptic_burn,
    rising_elevation,
    solve_intercept,
    solve_nc2,
    solve_ncc,
    solve_phasing,
    solve_trim,
)
from .attitude import lvlh_attitude, pointing_attitude, swung
from .far_record import far_rows
from .flyer import Execution, Flyer, Settings
from .navigation_error import GroundTracking, ground_error, relative_error
from .world import World


class Rendezvous(Document):
    """The far rendezvous of a chaser with a target."""

    kind: Literal["rendezvous"]
    target: str
    chaser: str
    assembly_orbit: AssemblyOrbit | None = None
    """Left out for a target that is in the orbit in which it waits."""
    coelliptic: Coelliptic
    ground_tracking: GroundTracking
    relative_navigation: dict[str, StateSigma]
    """By manoeuvre, for those that the chaser's own sensors serve, and at the hand-over to the next phase."""
    execution: Execution
    sample_interval_s: Positive = 60.0


def _raise(flyer: Flyer, label: str) -> None:
    """One of the target's own burns."""
    name, number = flyer.settings.target, int(label.split()[-1]) - 1
    flyer.coast(name, flyer.plan.burn(label).ignition)
    seen = ground_error(flyer.now[name], flyer.settings.ground_tracking, flyer.world.random(f"navigation {label}"))
    ahead = list(range(number, len(flyer.plan.raising.times)))
    flyer.burn(label, name, flyer.raising_speeds(seen, ahead)[0] * FORWARD)


def _circularise(flyer: Flyer, label: str) -> None:
    seen = flyer.navigated(label)[1]
    flyer.burn(label, flyer.settings.chaser, circularising_speed(flyer.env_j2, seen) * FORWARD)


def _nc1(flyer: Flyer, label: str) -> None:
    plan = flyer.plan
    guess = np.array([float(plan.burn(n).dv_lvlh[0]) for n in ("NC1", "trim", "NC2", "NCC")])
    chase, seen = flyer.chase(label)
    flyer.burn_solved(label, chase, solve_phasing(chase, plan.schedule, seen, guess=guess).unknowns[0] * FORWARD)


def _trim(flyer: Flyer, label: str) -> None:
    """The phasing trim, and later the correction of what phase error is left: the same targets, another time."""
    plan = flyer.plan
    schedule = replace(plan.schedule, trim=plan.burn(label).ignition)
    guess = np.array([float(plan.burn(n).dv_lvlh[0]) for n in (label, "NC2", "NCC")])
    chase, seen = flyer.chase(label)
    flyer.burn_solved(label, chase, solve_trim(chase, schedule, seen, guess=guess).unknowns[0] * FORWARD)


def _nc2(flyer: Flyer, label: str) -> None:
    plan = flyer.plan
    guess = np.array([plan.burn("NC2").dv_lvlh[0], plan.burn("NCC").dv_lvlh[0], 0.0])
    chase, seen = flyer.chase(label)
    flyer.burn_solved(label, chase, solve_nc2(chase, plan.schedule, seen, guess=guess).unknowns[0] * FORWARD)


def _ncc(flyer: Flyer, label: str) -> None:
    chase, seen = flyer.chase(label)
    solution = solve_ncc(chase, flyer.plan.schedule, seen, guess=flyer.plan.burn("NCC").dv_lvlh)
    flyer.burn_solved(label, chase, solution.unknowns)


def _nsr(flyer: Flyer, label: str) -> None:
    chase, seen = flyer.chase(label)
    flyer.burn(label, flyer.settings.chaser, coelliptic_burn(chase, seen))


def _tpi(flyer: Flyer, label: str) -> None:
    """Wait for the elevation of the line of sight that starts the transfer, then aim at the intercept."""
    sequence, planned = flyer.sequence, flyer.plan.schedule.tpi
    _coast_both(flyer, planned - TPI_DECISION_BEFORE)
    chase, seen = flyer.chase(f"{label} time", accuracy=label)
    ignition = rising_elevation(
        chase, seen, sequence.elevation_at_tpi_deg * DEGREE, until=planned + TPI_DECISION_BEFORE
    )
    if ignition is None:
        flyer.world.event("TPI at its planned time", flyer.settings.chaser, planned, note="no elevation crossing seen")
    _coast_both(flyer, ignition if ignition is not None else planned)
    chase, seen = flyer.chase(label)
    flyer.tpi = seen.t
    flyer.arrival = arrival_time(chase.target, seen.t, sequence.travel_deg * DEGREE)
    solution = solve_intercept(chase, seen, flyer.arrival)
    flyer.burn_solved(label, chase, solution.unknowns)


def _midcourse(flyer: Flyer, label: str) -> None:
    """A midcourse correction: the same intercept, from better navigation."""
    minutes = flyer.sequence.midcourse_after_tpi_min[int(label[-1]) - 1]
    _coast_both(flyer, flyer.tpi + minutes * MINUTE)
    chase, seen = flyer.chase(label)
    solution = solve_intercept(chase, seen, flyer.arrival)
    flyer.burn_solved(label, chase, solution.unknowns)


def _plane_change(flyer: Flyer) -> None:
    """Turn the chaser's plane where it crosses the target's, if the wedge foreseen at NSR is worth a burn."""
    chaser, plan = flyer.settings.chaser, flyer.plan
    chase, seen = flyer.chase("plane change")
    ahead = [(plan.burn(name).ignition, plan.burn(name).dv_lvlh) for name in ("trim", "NC2", "NCC")]
    change = solve_plane_change(chase, seen, flyer.env_j2, ahead=ahead, nsr=plan.schedule.nsr)
    if not change.wedge.angle > flyer.sequence.plane_change_above_deg * DEGREE:
        note = {"wedge_deg": change.wedge.angle / DEGREE, "note": "not needed"}
        flyer.world.event("plane change", chaser, seen.t, **note)
        return
    _coast_both(flyer, change.ignition)
    flyer.burn("plane change", chaser, change.dv_lvlh)


HANDLERS = {
    "circularisation": _circularise,
    "NC1": _nc1,
    "trim": _trim,
    "phase correction": _trim,
    "NC2": _nc2,
    "NCC": _ncc,
    "NSR": _nsr,
    "TPI": _tpi,
    "MC1": _midcourse,
    "MC2": _midcourse,
}
HAND_OVER = "hand-over"
"""What the accuracy handed to the next phase is called among those of the manoeuvres."""
OWN_TIME = ("TPI", "MC1", "MC2")
"""Manoeuvres whose time follows from the flight, not from the plan."""
TPI_DECISION_BEFORE = 12.0 * MINUTE  # assumed; the elevation rises through 27 deg within minutes of the plan


def _coast_both(flyer: Flyer, until: float) -> None:
    for name in (flyer.settings.target, flyer.settings.chaser):
        if until > flyer.now[name].t:
            flyer.coast(name, until)


def fly(phase: Rendezvous, world: World) -> None:
    """Fly every burn of the plan, in order, from insertion to the end of the last midcourse correction."""
    flyer = _flyer(phase, world)
    try:
        _fly_burns(flyer)
    finally:  # what was flown is kept, whatever ended it
        far_rows(world, (phase.target, phase.chaser), flyer.arcs, interval=phase.sample_interval_s)
    _hand_over(flyer)


def _fly_burns(flyer: Flyer) -> None:
    target, chaser, plan = flyer.settings.target, flyer.settings.chaser, flyer.plan
    for count, burn in enumerate(plan.burns):
        flyer.world.notify("rendezvous", count / len(plan.burns), f"{burn.name} of {burn.craft}")
        if burn.craft == target:
            _raise(flyer, burn.name)
            continue
        if burn.name not in OWN_TIME:
            _coast_both(flyer, burn.ignition)
        HANDLERS[burn.name](flyer, burn.name)
        if burn.name == "NC1":
            _plane_change(flyer)
    _coast_both(flyer, max(flyer.now[name].t for name in (target, chaser)))


def _flyer(phase: Rendezvous, world: World) -> Flyer:
    settings = Settings(
        phase.target,
        phase.chaser,
        phase.assembly_orbit,
        phase.ground_tracking,
        phase.relative_navigation,
        phase.execution,
    )
    now = {}
    for name in (phase.target, phase.chaser):
        body = world.bodies[name]
        now[name] = PointState(body.t, body.r_N, body.v_N, body.mass_kg)
    return Flyer(settings, phase.coelliptic, world, j2_environment(world.epoch), now)


def _hand_over(flyer: Flyer) -> None:
    """Leave both craft complete for the next phase: the target holds LVLH, the chaser points at it.

    The far regime knows only the attitude that the target holds, not how: its place in its limit cycle is drawn here.
    """
    world, target, chaser = flyer.world, flyer.settings.target, flyer.settings.chaser
    T, C = flyer.now[target], flyer.now[chaser]
    held = lvlh_attitude(T.r, T.v, world.docking_attitude)
    limits = world.crafts[target].craft.attitude_control
    _place(world, target, T, *(swung(held, limits, world.random("limit cycle")) if limits else held))
    sight, motion = T.r - C.r, T.v - C.v
    turn = np.cross(sight, motion) / float(sight @ sight)
    _place(world, chaser, C, *pointing_attitude(sight, turn, -C.r))
    sigma = flyer.settings.relative_navigation[HAND_OVER]
    dr, dv = relative_error(sigma, world.random("navigation hand-over"))
    covariance = np.diag([sigma.position_m**2] * 3 + [sigma.velocity_m_s**2] * 3)
    world.belief = (C.r - T.r + dr, C.v - T.v + dv, covariance)


def _place(world: World, name: str, at: PointState, q_NB: Array, omega: Array) -> None:
    world.bodies[name] = replace(world.bodies[name], t=at.t, r_N=at.r, v_N=at.v, q_NB=q_NB, omega_BN_B=omega)
