"""What a solved sequence is worth: cost, duration, light, ground stations, propellant and free drift, in plain numbers.

What ranks one plan above another is the user's to say; here each merit is measured, beside the plan's own arcs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..astro.eclipses import beta_angle, shadow_depth, sunrises
from ..astro.passes import Station, passes
from ..astro.relative import relative_lvlh
from ..astro.sky import sun_positions
from ..astro.time import Epoch
from ..conventions import DEGREE, HOUR, KILOMETRE, MINUTE, Record
from ..dynamics.arcs import Arc
from ..errors import PlanError
from .chain import Event, Flown
from .conditions import target_state
from .drift import CUSTOMARY, Drift, due_events, free_drifts, prolonged
from .targeting import Targeted

AHEAD = 100.0 * MINUTE  # longer than day, night or a chain of stations' passes in low orbit; later is not told
TERMINAL = "TPI"


@dataclass(frozen=True, kw_only=True)
class Light:
    """Light at the target.

    is_day: not in the umbra · changes_in [s]: until day or night ends, None when not within 100 min · beta [rad]: Sun
    above the target's orbit plane, positive toward its orbit normal
    """

    is_day: bool
    changes_in: float | None
    beta: float

    @property
    def text(self) -> str:
        """For people: "night, sunrise in 12 min"."""
        now, comes = ("day", "sunset") if self.is_day else ("night", "sunrise")
        return now if self.changes_in is None else f"{now}, {comes} in {self.changes_in / MINUTE:.0f} min"


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Ground stations that see the target.

    stations: names of those that do at the moment · before, after [s]: how long at least one has seen it without a gap
    and will go on to, at most 100 min; zero when none does
    """

    stations: tuple[str, ...]
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Margin:
    """What is left in a tank [kg], and as a share [-] of what was in it; negative when the burns need more."""

    left_kg: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Merits:
    """What a plan is worth.

    burns [m/s]: sum of their sizes · braking [m/s]: speed left after the last event, in the target's LVLH · duration
    [s]: from the start to the end of the last event, which is the arrival [s] · transfer: the event whose light is
    told · light_at_transfer, light_at_docking · cover: at docking, None without stations · propellant: margin of each
    tank at the arrival, braking not counted · drifts: one for each burn that may fail to come
    """

    burns: float
    braking: float
    duration: float
    arrival: float
    transfer: str
    light_at_transfer: Light
    light_at_docking: Light
    cover: Cover | None
    propellant: Mapping[str, Margin]
    drifts: tuple[Drift, ...]

    @property
    def total(self) -> float:
        """Sum of all burns and of the speed that is still to brake [m/s]."""
        return self.burns + self.braking

    @property
    def nearest(self) -> Drift | None:
        """The free drift that comes nearest to the target."""
        return min(self.drifts, key=lambda one: one.least, default=None)

    def row(self, epoch: Epoch | None = None) -> dict[str, float | str]:
        """One line of a table, units in its keys; the arrival as UTC with an epoch. What is not known has no key."""
        event = self.transfer.lower()
        found: dict[str, float | str] = {
            "delta_v_m_s": self.total,
            "braking_m_s": self.braking,
            "duration_h": self.duration / HOUR,
        }
        if epoch is None:
            found["arrival_s"] = self.arrival
        else:
            found["arrival_utc"] = epoch.utc(self.arrival)
        found |= {
            f"light_at_{event}": self.light_at_transfer.text,
            f"beta_at_{event}_deg": self.light_at_transfer.beta / DEGREE,
            "light_at_docking": self.light_at_docking.text,
            "beta_at_docking_deg": self.light_at_docking.beta / DEGREE,
        }
        if self.cover is not None:
            found["stations_at_docking"] = ", ".join(self.cover.stations) or "none"
            found["cover_before_docking_min"] = self.cover.before / MINUTE
            found["cover_after_docking_min"] = self.cover.after / MINUTE
        found |= {f"{tank}_left_kg": margin.left_kg for tank, margin in self.propellant.items()}
        if self.propellant:
            found["least_tank_left_percent"] = 100.0 * min(margin.share for margin in self.propellant.values())
        if self.nearest is not None:
            found["least_free_drift_km"] = self.nearest.least / KILOMETRE
            found["least_free_drift_without"] = self.nearest.without
        return found


def merits(
    found: Targeted,
    *,
    stations: Sequence[Station] = (),
    docking_after_s: float = 0.0,
    transfer: str | None = None,
    drift: float | None = CUSTOMARY,
    loaded_kg: Mapping[str, float] | None = None,
) -> Merits:
    """What a solved sequence is worth.

    stations: that are to see the docking · docking_after_s [s]: from the arrival to the docking · transfer: event whose
    light is told; TPI when left out, or the last burn where there is none of that name · drift [s]: how long free drift
    is looked at, None for not at all · loaded_kg: in each tank when the sequence began to be flown; full ones when left
    out. The environment's tables must reach the docking and the end of the drift. Raises PlanError, PropagationError,
    DataError.
    """
    if not 0.0 <= docking_after_s < float("inf"):
        raise PlanError(f"docking {docking_after_s:g} s after the arrival was asked for; give a time from 0 s on")
    flown, chain = found.flown, found.chain
    last, event = flown.events[-1].after, _transfer(flown, transfer)
    docking = last.t + docking_after_s
    until = max(docking + AHEAD, flown.events[-1].t + (drift or 0.0))
    target = prolonged(chain.env, chain.around.target, until=until)
    around = replace(chain.around, target=target)
    r_T, v_T = target_state(target, last.t)
    loads = chain.chaser.initial_propellant if loaded_kg is None else loaded_kg
    return Merits(
        burns=flown.total,
        braking=float(np.linalg.norm(relative_lvlh(r_T, v_T, last.r, last.v)[1])),
        duration=float(last.t - flown.start.t),
        arrival=float(last.t),
        transfer=event.manoeuvre.name,
        light_at_transfer=light_at(chain.env, target, event.t),
        light_at_docking=light_at(chain.env, target, docking),
        cover=cover_at(chain.env, target, docking, stations=stations) if stations else None,
        propellant=margins(loads, [*chain.past, *flown.events]),
        drifts=() if drift is None else tuple(free_drifts(around, chain.chaser, flown, seconds=drift)),
    )


def light_at(env: Record, target: Arc, t: float) -> Light:
    """Light at the target at t [s]. Its arc must last 100 min more, or the change is told as far as it goes."""
    at = np.array([t])
    r, v = target_state(target, t)
    changes = [time for time, _ in sunrises(target, env, t, stop=min(t + AHEAD, target.stop)) if time > t]
    return Light(
        is_day=bool(shadow_depth(env, at, r=r[None, :])[0] < 0.0),
        changes_in=float(changes[0] - t) if changes else None,
        beta=float(beta_angle(r, v, sun_positions(env, at)[0])),
    )


def cover_at(env: Record, target: Arc, t: float, *, stations: Sequence[Station]) -> Cover:
    """Which stations see the target at t [s], and for how long around it one does. Raises DataError."""
    start, stop = max(t - AHEAD, target.start), min(t + AHEAD, target.stop)
    found = passes(target, env, start, stop=stop, stations=stations)
    seen = [one for one in found if one.aos <= t <= one.los]
    begin = end = t
    for one in sorted(found, key=lambda one: -one.los):
        if one.los >= begin:
            begin = min(begin, one.aos)
    for one in sorted(found, key=lambda one: one.aos):
        if one.aos <= end:
            end = max(end, one.los)
    return Cover(stations=tuple(dict.fromkeys(one.station for one in seen)), before=t - begin, after=end - t)


def margins(loaded_kg: Mapping[str, float], events: Sequence[Event]) -> dict[str, Margin]:
    """What some events leave in each tank, in the order of the tanks. Raises PlanError where one is not known."""
    left = dict(loaded_kg)
    for event in events:
        for tank, used in (event.burn.propellant_kg() if event.burn is not None else {}).items():
            if tank not in left:
                known = ", ".join(left) or "none"
                raise PlanError(f"{event.manoeuvre.name} burns from the tank {tank!r}, and loads are given for {known}")
            left[tank] -= used
    return {
        tank: Margin(left_kg=float(kg), share=float(kg / loaded_kg[tank]) if loaded_kg[tank] > 0.0 else 0.0)
        for tank, kg in left.items()
    }


def _transfer(flown: Flown, name: str | None) -> Event:
    """The event whose light is told. Raises PlanError where a name is not known."""
    events = {event.manoeuvre.name: event for event in flown.events}
    if name is None:
        return events.get(TERMINAL, due_events(flown)[-1])
    if name not in events:
        raise PlanError(f"light at {name!r} was asked for, and the events are {', '.join(events)}; give one of these")
    return events[name]
