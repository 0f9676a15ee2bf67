"""Launch windows of a mission: its target over the days asked for, its site and schemes, and what they come to.

The target's elements are those of its ephemeris, carried on; or, where it has a launch of its own, of the orbit that
its recorded insertion and its two burns lead to, held from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..astro.environment import LONGEST_SPAN_S, build_environment, j2_environment
from ..astro.leap_seconds import leap_seconds
from ..astro.mean_elements import TleOrbit
from ..astro.orbits import MeanOrbit, mean_from_state
from ..astro.orientation import orientation_table
from ..astro.time import MJD_ZERO, Epoch
from ..astro.trajectory import Trajectory
from ..conventions import DAY, HOUR, MINUTE, Record
from ..errors import DataError, MissionError, PropagationError
from ..formats import oem
from ..planning.assembly_orbit import FORWARD, UNRAISED, Raiser, raised_arc
from ..planning.inputs import Site, Start
from ..planning.start import target_insertion
from ..planning.start_relative import RelativeStart
from ..planning.window_inputs import Injection, Window, recorded_injection, vector_injection
from ..planning.window_phasing import Phasing, Scheme, phasing
from ..planning.window_target import STEP, MeanTarget, mean_target, trajectory_target
from ..planning.windows import LaunchWindow, best_of, launch_windows
from .checks import assembly_of, start_of
from .given_orbit import GivenOrbit, _chosen, _ephemeris, _seconds_from

if TYPE_CHECKING:
    from ..flight.insertion import Insertion
    from .model import Mission

LONGEST_DAYS = 62.0  # of a search; elements of one day say nothing of a season
OLDEST_DAYS = 30.0  # of the elements on the first day
_BURNT = 15.0 * MINUTE  # after the ignition of a target's burn; then it has its new orbit
_FOLLOWED = 2.0 * DAY  # that a target is flown with its forces beyond its own burns, then held
_MARGIN = 4.0 * HOUR  # that the target is known for beyond the last docking: carried lift-offs, and the light there

Notify = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class Search:
    """What launch windows are looked for with.

    target: over the days and to the last docking · start, stop [s]: of lift-offs, from the target's epoch · said:
    sentences on what the target's orbit is taken from and what of the data is predicted
    """

    window: Window
    target: MeanTarget
    site: Site
    schemes: tuple[Scheme, ...]
    start: float
    stop: float
    said: tuple[str, ...]
    allow_prediction: bool


@dataclass(frozen=True, kw_only=True)
class SchemeWindows:
    """The windows of one scheme, in order of time; best: the one to choose, None when none is open."""

    found: Phasing
    windows: tuple[LaunchWindow, ...]
    best: LaunchWindow | None


def window_search(mission: Mission, window: Window, *, days: float) -> Search:
    """What to look for windows with, for some days from the first of the window table on.

    Raises MissionError: the days are beyond what tables and ephemeris hold, or there is no site; PlanError where the
    target's own burns cannot be found.
    """
    if not 0.0 < days <= LONGEST_DAYS:
        raise MissionError(f"windows of {days:g} days were asked for; ask for at most {LONGEST_DAYS:g}")
    site = _site(mission, window)
    day = window.first_day or mission.epoch_utc[:10]
    first = Epoch.from_utc(f"{day}T00:00:00", allow_prediction=True)
    orbit, shape, said = _orbit(mission, first)
    schemes = window.found_schemes(shape.inclination, j2_environment(first), own=_injection(mission, site, shape))
    lasts = max(_longest(scheme, shape, j2_environment(first)) for scheme in schemes)
    try:
        target = orbit(days * DAY + lasts)
        offset = _seconds_from(first, target.epoch)
        start = max(offset, target.start)
        found = Search(
            window=window,
            target=target,
            site=site,
            schemes=schemes,
            start=start,
            stop=offset + days * DAY,
            said=(*said, *_predicted(target)),
            allow_prediction=mission.environment.allow_prediction,
        )
    except PropagationError as fault:
        key = f"crafts.{mission.named('target')}.orbit"
        raise MissionError(f"{fault}; or ask for windows of fewer days", key=key) from None
    if not found.stop > found.start:
        raise MissionError(
            f"is {day}, and {mission.named('target')} is in orbit from {target.epoch.utc(target.start)[:16]} UTC on;"
            " give a later day, or ask for windows of more days",
            key="window.first_day",
        )
    return found


def _silent(fraction: float, text: str) -> None:
    """Progress that nobody watches."""


def scheme_windows(search: Search, *, notify: Notify = _silent) -> tuple[SchemeWindows, ...]:
    """The windows of each scheme. Raises MissionError where tables end before the last docking, PlanError."""
    out = []
    for count, scheme in enumerate(search.schemes):
        notify(count / len(search.schemes), scheme.name)
        found = phasing(scheme, search.target.middle, search.target.env)
        rules = search.window.rules(scheme, allow_prediction=search.allow_prediction)
        try:
            rows = launch_windows(
                search.target, search.site, found, start=search.start, stop=search.stop, rules=rules
            )
        except DataError as fault:
            key = "window.first_day" if search.window.first_day else "epoch_utc"
            raise MissionError(f"{_for_file(str(fault))}; or ask for windows of fewer days", key=key) from None
        out.append(SchemeWindows(found=found, windows=tuple(rows), best=best_of(rows)))
    return tuple(out)


def _insertion(mission: Mission, craft: str) -> Insertion | None:
    return next((p for p in mission.phases if p.kind == "insertion" and p.craft == craft), None)


def _site(mission: Mission, window: Window) -> Site:
    if window.site is not None:
        return window.site
    launch = _insertion(mission, mission.named("chaser"))
    if launch is None or launch.start is None:
        raise MissionError(
            f"is not given, and the insertion of {mission.named('chaser')} names no site; write a table [window.site]"
            " with name, latitude_deg and longitude_deg",
            key="window.site",
        )
    return launch.start.site


def _injection(mission: Mission, site: Site, shape: MeanOrbit) -> Injection | None:
    """How the chaser comes into orbit, by its record or a published state; None where it is found there."""
    launch = _insertion(mission, mission.named("chaser"))
    epoch = Epoch.from_utc(mission.epoch_utc, allow_prediction=True)
    if launch is not None and launch.start is not None:
        return recorded_injection(launch.start, shape.inclination, j2_environment(epoch))
    if launch is None or launch.vector is None:
        return None
    return vector_injection(launch.vector, site, epoch, allow_prediction=mission.environment.allow_prediction)


def _longest(scheme: Scheme, shape: MeanOrbit, env: Record) -> float:
    """From lift-off to docking and what is looked at around it, at most [s]."""
    period = 2.0 * pi * sqrt(shape.semi_major_axis**3 / env.mu)
    return scheme.ascent + (scheme.revolutions + 1.0) * period + scheme.approach + _MARGIN


Orbit = Callable[[float], MeanTarget]
"""The target's elements for so many seconds from the first day on."""


def _orbit(mission: Mission, first: Epoch) -> tuple[Orbit, MeanOrbit, tuple[str, ...]]:
    """The target from a day on, about what its orbit is, and what is to be said of where it comes from."""
    name = mission.named("target")
    given = mission.crafts[name].orbit
    assembly = next((p.assembly_orbit for p in mission.phases if p.kind == "rendezvous"), None)
    if given is None or assembly is not None:
        return _flown(mission, first)
    try:
        trajectory, said = _ephemeris_of(given, first, allow_prediction=mission.environment.allow_prediction)
        r, v = trajectory.positions(np.zeros(1)), trajectory.velocities(np.zeros(1))
    except (PropagationError, DataError) as fault:
        said = f"{_for_file(str(fault))}; or give another window.first_day"
        raise MissionError(said, key=f"crafts.{name}.orbit") from None
    shape = mean_from_state(r[0], v[0], j2_environment(first))

    def orbit(lasts: float) -> MeanTarget:
        return trajectory_target(trajectory, first, start=0.0, stop=lasts)

    return orbit, shape, (f"{name} {said}",)


def _ephemeris_of(given: GivenOrbit, first: Epoch, *, allow_prediction: bool) -> tuple[Trajectory, str]:
    """A target's ephemeris in seconds from a day on, and what it is. Of several element sets the nearest speaks."""
    found = _chosen(given.kind, given.text, given.object)
    if isinstance(found, oem.Oem):
        table = _ephemeris(found, given.object, first)
        return replace(table, allow_prediction=allow_prediction), "is where its ephemeris has it."
    nearest = min(found, key=lambda one: abs(_seconds_from(one.epoch, first)))
    made, age = nearest.epoch.utc()[:16].replace("T", " "), abs(_seconds_from(nearest.epoch, first)) / DAY
    if not age <= OLDEST_DAYS:
        raise DataError(
            f"the nearest elements are of {made} UTC, {age:.0f} days from the first day of the windows, and serve"
            f" {OLDEST_DAYS:.0f}; use newer ones"
        )
    return TleOrbit(nearest, first, warn_after=inf, refuse_after=inf), (
        f"is taken from its elements of {made} UTC, carried on by SGP4: in the first week it goes astray along its"
        " orbit by about a degree, later and with every burn of its own by more, and with it phase, docking time and"
        " light; its plane, and the lift-off times with it, hardly do."
    )


def _flown(mission: Mission, first: Epoch) -> tuple[Orbit, MeanOrbit, tuple[str, ...]]:
    """A target from its insertion through its own two burns by the mission's forces, then held in its orbit."""
    name, epoch = mission.named("target"), Epoch.from_utc(mission.epoch_utc, allow_prediction=True)
    orbits = _read_off(mission, name, epoch)
    begun, held = (epoch.utc(t)[:16].replace("T", " ") for t in (orbits[0][0], orbits[-1][0]))
    back = _seconds_from(first, epoch)

    def orbit(lasts: float) -> MeanTarget:
        return mean_target(epoch, orbits, until=max(back + lasts, orbits[-1][0] + DAY))

    said = (
        f"{name} comes into orbit at {begun} UTC, in the plane of a launch of its own; the days are as if the chaser's"
        f" launch were moved and nothing else. From {held} UTC on {name} is held in its orbit against the air."
    )
    return orbit, orbits[-1][1], (said,)


def _read_off(mission: Mission, name: str, epoch: Epoch) -> list[tuple[float, MeanOrbit]]:
    """Mean orbits of a target that is flown: at insertion, after each burn, and on the way, with their times [s]."""
    insertion = _insertion(mission, name)
    assert insertion is not None  # the mission's checks see to it
    assembly = next((p.assembly_orbit for p in mission.phases if p.kind == "rendezvous"), None)
    craft, env_j2 = assembly_of(mission, name), j2_environment(epoch)
    mass = craft.dry_mass_kg + sum(craft.initial_propellant.values())
    start = start_of(mission, insertion)
    assert not isinstance(start, RelativeStart)  # as do they to this: only a chaser begins beside its target
    begin = epoch.seconds_of(start.lift_off_utc, allow_prediction=True) if isinstance(start, Start) else start.t
    end = begin + _FOLLOWED + (assembly.longest_s if assembly else 0.0)
    env = _environment(mission, epoch, end)
    begun, counted_from = target_insertion(env, env_j2, epoch, start=start, mass_kg=mass)
    raiser = Raiser(env, env_j2, craft)
    raising = UNRAISED if assembly is None else raiser.plan(begun.state, counted_from, assembly)
    burns = [(t, speed * FORWARD) for t, speed in zip(raising.times, raising.speeds, strict=True)]
    arc = raised_arc(env, craft, begun.state, pending=burns, until=end)
    after = [t + _BURNT for t in raising.times]
    quiet = [t for t in np.arange(arc.start, end, STEP) if not any(0.0 <= b - t < STEP for b in after)]
    times = np.unique(np.array([*quiet, *after]))
    r, v = arc.positions(times), arc.velocities(times)
    return [(float(t), mean_from_state(r[k], v[k], env_j2, t=float(t))) for k, t in enumerate(times)]


def _environment(mission: Mission, epoch: Epoch, end: float) -> Record:
    given = mission.environment
    try:
        return build_environment(
            epoch,
            span_s=min(end, LONGEST_SPAN_S),
            forces=given.forces,
            weather=given.weather,
            allow_prediction=given.allow_prediction,
        )
    except DataError as fault:
        raise MissionError(_for_file(str(fault)), key="epoch_utc") from None


def _for_file(said: str) -> str:
    """A sentence on data without what only a caller in Python can do."""
    for words in (", or allow_prediction=True in the call,", ", or allow_prediction=True in the call"):
        said = said.replace(words, "")
    return said


def _predicted(target: MeanTarget) -> tuple[str, ...]:
    """What of the tables is predicted, not measured, up to the target's end."""
    utc1, utc2 = target.epoch.utc_parts(target.stop)
    last = float((utc1 - MJD_ZERO) + utc2)
    turn, leaps = orientation_table(), leap_seconds()
    found = []
    if not last <= turn.first + turn.measured - 1:
        found.append(f"Earth orientation after {turn.last_measured}")
    if not last <= leaps.expires_mjd:
        found.append(f"no new leap second after {leaps.expires}")
    return (f"Predicted, not measured: {'; '.join(found)}.",) if found else ()
