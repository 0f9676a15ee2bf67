"""The verdict on a far rendezvous: how far its true end is from the place and the velocity that the list asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..astro.curvilinear import curvilinear_from_lvlh
from ..astro.relative import relative_lvlh
from ..conventions import KILOMETRE, Array
from ..dynamics.arcs import PointState
from ..planning.burns import coast
from .flyer import Flyer

if TYPE_CHECKING:
    from .rendezvous import Rendezvous

ALLOWANCE = 3.0  # sigmas of what navigation knew of the place. assumed


@dataclass(frozen=True)
class Wanted:
    """A place [m] or a velocity [m/s] in the target's LVLH that is wanted at an event, before its burn or after it."""

    event: str
    is_after: bool
    place: Array | None
    velocity: Array | None


def judge(phase: Rendezvous, flyer: Flyer) -> None:
    """Record whether the chaser is where the list wanted it in the end, as far as it names a place or a velocity."""
    T, C = flyer.now[phase.target], flyer.now[phase.chaser]
    r, v = relative_lvlh(T.r, T.v, C.r, C.v)
    distance, speed = float(np.linalg.norm(r)) / KILOMETRE, float(np.linalg.norm(v))
    is_at = (
        f"{phase.chaser} is {distance:.2f} km from {phase.target} after {flyer.last}, moving {speed:.2f} m/s beside it"
    )
    wanted = _wanted(flyer)
    if not wanted:  # nothing to lay it beside but whether all was met that was asked
        kept = "and all that the list asks was met" if not flyer.given_up else "and in flight something was given up"
        sentence = f"{is_at}; the list names no place for it in the end, {kept}."
        verdict = {"passed": not flyer.given_up, "sentence": sentence}
    else:
        verdict = _judged(phase, flyer, wanted, is_at)
    flyer.world.record.verdicts.append({"name": "rendezvous", **verdict})


def _wanted(flyer: Flyer) -> list[Wanted]:
    """What is asked for at the last event for which a place or a velocity is, of the last burn's or later."""
    sequence = flyer.plan.solved.chain.sequence
    late = sequence.names[sequence.names.index(flyer.last) :]
    found: list[Wanted] = []
    for rule in sequence.manoeuvres:
        for condition in rule.achieves:
            event = condition.at or rule.name
            if event in late and (condition.offset_lvlh_m or condition.relative_velocity_m_s):
                place, velocity = (
                    None if part is None else np.array(part)
                    for part in (condition.offset_lvlh_m, condition.relative_velocity_m_s)
                )
                found.append(Wanted(event, event == rule.name, place, velocity))
    last = max((late.index(one.event) for one in found), default=0)
    return [one for one in found if one.event == late[last]]


def _judged(phase: Rendezvous, flyer: Flyer, wanted: list[Wanted], is_at: str) -> dict[str, Any]:
    offs, speeds_off = [0.0], [0.0]
    for one in wanted:
        T, C = _at(flyer, one)
        r, v = relative_lvlh(T.r, T.v, C.r, C.v)
        radius = float(np.linalg.norm(T.r))
        if one.place is not None:
            there, here = (curvilinear_from_lvlh(place, np.zeros(3), radius=radius)[0] for place in (one.place, r))
            offs.append(float(np.linalg.norm(here - there)))
        if one.velocity is not None:
            speeds_off.append(float(np.linalg.norm(v - one.velocity)))
    off, speed_off = float(np.max(offs)), float(np.max(speeds_off))  # NaN stays, and does not pass
    known = flyer.navigation.relative_covariance(flyer.now[phase.target], flyer.now[phase.chaser])
    allowed = float(np.maximum(phase.arrival_within_m, ALLOWANCE * np.sqrt(np.trace(known[:3, :3]))))
    passed = off <= allowed and speed_off <= phase.arrival_within_m_s
    event = wanted[0].event
    misses = [f"{off:.0f} m from the place"] if any(one.place is not None for one in wanted) else []
    misses += [f"{speed_off:.2f} m/s from the velocity"] if any(one.velocity is not None for one in wanted) else []
    sentence = (
        f"{is_at}; {' and '.join(misses)} that the list wants at {event}"
        f" ({allowed:.0f} m and {phase.arrival_within_m_s:g} m/s allowed)."
    )
    return {"passed": passed, "sentence": sentence}


def _at(flyer: Flyer, wanted: Wanted) -> tuple[PointState, PointState]:
    """Both craft in truth at an event: at the last burn, before or after it, or as they coast to a later moment."""
    names = (flyer.settings.target, flyer.settings.chaser)
    if wanted.event == flyer.last:
        return (flyer.now[names[0]], flyer.now[names[1]]) if wanted.is_after else flyer.at_ignition
    t = max(flyer.solution[wanted.event].t, *(flyer.now[name].t for name in names))
    env, crafts = flyer.world.environment, flyer.world.crafts
    T, C = (coast(env, crafts[name], flyer.now[name], until=t).last for name in names)
    return T, C
