"""Manoeuvre pads: for each burn what a crew or a flight control team reads before it.

From a plan (`planned_pads`) and from a run (`flown_pads`). In SI and radians; `pad_table` writes them in the units that
are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import asin, atan2, pi
from typing import Any

import numpy as np

from ..astro.encounters import range_rate
from ..astro.relative import elevation_angle, inertial_from_lvlh, phase_angle
from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE, MINUTE, Array
from ..dynamics.revolution import next_revolution
from ..errors import PropagationError
from ..flight.attitude import lvlh_attitude
from ..planning.burns import Burn
from ..planning.chain import Chain, Event
from ..planning.targeting import Targeted, target
from ..vehicle.assembly import Assembly
from .coelliptic import counted, in_lvlh, states_at
from .story import Story
from .wording import DASH, finite

VERTICAL = 1e-3  # rad from the vertical, within which a thrust has no horizontal direction to roll by. assumed
NAMELESS = "none"  # engine of a burn that is planned as zero


@dataclass(frozen=True)
class Attitude:
    """How the craft stands while it burns, fixed in inertial axes; body x is along the thrust.

    pitch, yaw [rad]: of the thrust in the craft's LVLH at ignition, pitch up from the horizontal, yaw to the right of
    forward · q_NB (4,): GCRF from body, scalar first; body z is as near to the Earth's centre as x allows
    """

    pitch: float
    yaw: float
    q_NB: Array


@dataclass(frozen=True)
class Orbit:
    """What a burn leaves: least and greatest r - 6378.137 km over the next revolution [m], nodal period [s]."""

    perigee: float
    apogee: float
    period: float


@dataclass(frozen=True)
class Sight:
    """The target from the chaser at ignition.

    range [m] · range_rate [m/s]: negative while closing · elevation [rad]: above the chaser's local horizontal ·
    phase [rad]: central angle, positive when the target is ahead, its laps counted back from the last event or sample
    """

    range: float
    range_rate: float
    elevation: float
    phase: float


@dataclass(frozen=True, eq=False)
class Pad:
    """One burn.

    ignition [s]: GET · utc: to the tenth of a second · dv_lvlh (3,) [m/s]: forward, right, down at ignition ·
    duration [s]: ullage and tail-off included · ullage [s] · masses [kg]: before and after; NaN where not known ·
    impulsive [m/s]: size of the same burn in the plan with impulses, None where that was not solved
    """

    name: str
    craft: str
    ignition: float
    utc: str
    dv_lvlh: Array
    engine: str
    duration: float
    masses: tuple[float, float]
    ullage: float = 0.0
    impulsive: float | None = None
    attitude: Attitude | None = None
    orbit: Orbit | None = None
    sight: Sight | None = None

    @property
    def speed(self) -> float:
        """Size of the burn [m/s]."""
        return float(np.linalg.norm(self.dv_lvlh))

    @property
    def loss(self) -> float | None:
        """What the duration of the burns costs this one, or spares it [m/s]: finite less impulsive."""
        return None if self.impulsive is None else self.speed - self.impulsive


# ---- from a plan


def planned_pads(
    found: Targeted, epoch: Epoch, craft: str, *, impulsive: Mapping[str, float] | None = None
) -> list[Pad]:
    """The pads of all manoeuvres of a solved sequence, in order of time, corrections too; moments have none.

    craft: name of the one that burns · impulsive [m/s]: sizes by name, as `impulsive_sizes` finds them
    """
    sizes = {} if impulsive is None else impulsive
    return [
        _planned(found, event, epoch, craft=craft, impulsive=sizes.get(event.manoeuvre.name))
        for event in found.flown.events
        if event.manoeuvre.may_burn
    ]


def impulsive_sizes(found: Targeted) -> dict[str, float]:
    """Size [m/s] of each burn when the same sequence is solved with impulses. Raises PlanError.

    The neighbours' burns are the guess, so that it is quick; `targeting.losses` solves both from nothing.
    """
    events = found.flown.events
    if not found.chain.is_impulsive:
        events = target(replace(found.chain, is_impulsive=True), guess=found.x).flown.events
    return {event.manoeuvre.name: event.speed for event in events if event.manoeuvre.may_burn}


def _planned(found: Targeted, event: Event, epoch: Epoch, *, craft: str, impulsive: float | None) -> Pad:
    chain, before, burn = found.chain, event.before, event.burn
    there = chain.around.target.at(event.t)
    laps = round(found.flown.events[-1].phase / (2.0 * pi))
    return Pad(
        name=event.manoeuvre.name,
        craft=craft,
        ignition=event.t,
        utc=tenths(epoch, event.t),
        dv_lvlh=np.asarray(event.dv, dtype=float),
        engine=burn.engine if burn else NAMELESS,
        duration=0.0 if burn is None or chain.is_impulsive else burn.duration_s,
        masses=(before.mass, event.after.mass),
        ullage=_ullage(chain.chaser, burn),
        impulsive=impulsive,
        attitude=thrust_attitude(before.r, before.v, event.dv),
        orbit=_orbit_after(chain, event),
        sight=replace(
            sight(there.r, there.v, before.r, v_C=before.v), phase=float(event.phase - 2.0 * pi * laps)
        ),
    )


def _orbit_after(chain: Chain, event: Event) -> Orbit | None:
    """The orbit past a burn; None where the next revolution enters the air or leaves the time of the environment."""
    try:
        orbit = next_revolution(chain.env, event.after)
    except PropagationError:
        return None
    return Orbit(orbit.perigee_height, orbit.apogee_height, orbit.nodal_period)


def _ullage(craft: Assembly, burn: Burn | None) -> float:
    engine = craft.engines.get(burn.engine) if burn else None
    return engine.ullage.duration_s if engine is not None and engine.ullage is not None else 0.0


def thrust_attitude(r: Array, v: Array, dv_lvlh: Array) -> Attitude | None:
    """The attitude in which body x is along a burn, at r [m], v [m/s] in GCRF; None for a burn of nothing."""
    size = float(np.linalg.norm(dv_lvlh))
    if not size > 0.0:
        return None
    x = np.asarray(dv_lvlh, dtype=float) / size
    toward = np.array([0.0, 0.0, 1.0])
    if float(np.hypot(x[0], x[1])) < VERTICAL:
        toward = np.array([1.0, 0.0, 0.0])  # thrust up or down: z forward
    y = np.cross(toward, x)
    y /= np.linalg.norm(y)
    q_NB, _ = lvlh_attitude(r, v, np.column_stack([x, y, np.cross(x, y)]))
    pitch, yaw = asin(min(max(-float(x[2]), -1.0), 1.0)), atan2(float(x[1]), float(x[0]))
    return Attitude(pitch, yaw, q_NB if q_NB[0] >= 0.0 else -q_NB)


def sight(r_T: Array, v_T: Array, r_C: Array, *, v_C: Array) -> Sight:
    """What the chaser sees of the target, the phase within half a turn; r [m], v [m/s] (3,) in GCRF."""
    return Sight(
        float(np.linalg.norm(r_C - r_T)),
        float(range_rate(r_C - r_T, v_C - v_T)),
        float(elevation_angle(r_T, r_C, v_C)),
        float(phase_angle(r_T, v_T, r_C)),
    )


def tenths(epoch: Epoch, t: float) -> str:
    """UTC as 1975-07-17 14:29:14.3, rounded."""
    return epoch.utc(t + 0.05)[:21].replace("T", " ")


# ---- from a run


def flown_pads(story: Story) -> list[Pad]:
    """The pads of all burns of a run as they were flown, in order of time, those of the target too."""
    rows = [row for row in story.run.burns if finite(row.get("get_s")) is not None and _vector(row) is not None]
    return [_flown(story, row) for row in sorted(rows, key=lambda row: float(row["get_s"]))]


def _vector(row: Mapping[str, Any]) -> Array | None:
    parts = row.get("dv_lvlh_m_s")
    known = [finite(part) for part in parts] if isinstance(parts, list) else []
    return np.array(known) if len(known) == 3 and None not in known else None


def _flown(story: Story, row: Mapping[str, Any]) -> Pad:
    t, craft, dv = float(row["get_s"]), str(row.get("craft")), _vector(row)
    assert dv is not None
    own, before = _state(story, craft, t), _mass(story, craft, t)
    shape = [finite(row.get(key)) for key in ("perigee_km", "apogee_km", "period_min")]
    orbit = [part * unit for part, unit in zip(shape, (KILOMETRE, KILOMETRE, MINUTE), strict=True) if part is not None]
    return Pad(
        name=str(row.get("name", DASH)),
        craft=craft,
        ignition=t,
        utc=tenths(story.epoch, t) if story.epoch else str(row.get("ignition_utc", DASH))[:21].replace("T", " "),
        dv_lvlh=dv,
        engine=str(row.get("engine", DASH)),
        duration=_or_nan(row.get("duration_s")),
        masses=(before, before - _or_nan(row.get("propellant_kg"))),
        attitude=thrust_attitude(*own, dv) if own else None,
        orbit=Orbit(*orbit) if len(orbit) == 3 else None,
        sight=_seen(story, t) if craft == story.chaser else None,
    )


def _seen(story: Story, t: float) -> Sight | None:
    """The sight of the target by the chaser's place in its LVLH; None outside of the samples."""
    target, rows = _state(story, story.target, t), story.beside
    if target is None or len(rows) < 2 or not rows["get_s"][0] <= t <= rows["get_s"][-1]:
        return None
    r_CT_L, v_CT_L = (vectors[0] for vectors in in_lvlh(rows).at(np.array([t])))
    r_C, v_C = inertial_from_lvlh(*target, r_CT_L=r_CT_L, v_CT_L=v_CT_L)
    seen = sight(*target, r_C, v_C=v_C)
    rows = rows[np.isfinite(rows["phase_angle_deg"])]
    if len(rows):
        phase = float(np.interp(t, rows["get_s"], counted(rows["phase_angle_deg"]))) * DEGREE
        seen = replace(seen, phase=seen.phase + 2.0 * pi * round((phase - seen.phase) / (2.0 * pi)))
    return seen


def _or_nan(value: Any) -> float:
    known = finite(value)
    return float("nan") if known is None else known


def _state(story: Story, craft: str, t: float) -> tuple[Array, Array] | None:
    """Position and velocity (3,) of a craft by its samples; None outside of them."""
    rows = story.known(craft)
    if len(rows) < 2 or not rows["get_s"][0] <= t <= rows["get_s"][-1]:
        return None
    r, v = states_at(rows, np.array([t]))
    return r[0], v[0]


def _mass(story: Story, craft: str, t: float) -> float:
    """Mass [kg] at the last sample that is not after a time; NaN without one."""
    rows = story.known(craft)
    past = rows["mass_kg"][rows["get_s"] <= t]
    return float(past[-1]) if len(past) else float("nan")
