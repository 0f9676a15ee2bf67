"""What must fit together in a mission although each part alone is well formed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from math import atan2, hypot
from typing import TYPE_CHECKING

from ..astro.environment import j2_environment
from ..astro.frames import earth_fixed_position
from ..astro.mean_elements import StaleElementsWarning
from ..astro.orbits import MeanOrbit, nodal_period
from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE, MINUTE
from ..errors import DataError, MissionError, PropagationError
from ..formats.document import Misfit
from ..formats.faults import closest
from ..planning.choices import LIFT_OFF
from ..planning.inputs import RecordedOrbit, Start
from ..planning.start import GivenStart
from ..planning.start_relative import RelativeStart
from ..vehicle.assembly import Assembly, Attachment, assemble
from ..vehicle.envelopes import envelope
from ..vehicle.library import shipped_vehicles, unknown_vehicle
from ..vehicle.mechanisms import mechanism
from .phases import Docking, Insertion, Phase, Rendezvous
from .sources import keys_of

if TYPE_CHECKING:
    from .model import Mission

MEAN_HEIGHT_AGREES = 3.0 * KILOMETRE  # by heights and by period; what was recorded in 1975 disagrees by 0.7 km
ORDER = ("insertion", "rendezvous", "proximity", "docking")


def misfits(mission: Mission) -> Iterator[Misfit]:
    """Everything that does not fit together, with the key of each."""
    for check in CHECKS:
        found = list(check(mission))
        yield from found
        if found and check in FOUNDATIONS:
            return  # what follows would only repeat it in other words


def assembly_of(mission: Mission, name: str) -> Assembly:
    """A craft of the mission with what hangs on it. Raises MissionError."""
    craft = mission.crafts[name]
    return assemble(
        mission.vehicles[craft.vehicle],
        [Attachment(mission.vehicles[one.vehicle], one.port, one.its_port) for one in craft.attached],
    )


def start_of(mission: Mission, phase: Insertion) -> Start | GivenStart | RelativeStart:
    """How a craft comes into orbit: by what is recorded of its insertion, by its ephemeris, or beside its target.

    Raises PropagationError, DataError when the ephemeris does not serve that time.
    """
    orbit = mission.crafts[phase.craft].orbit
    given = phase.start or phase.relative
    if given is not None:
        return given
    allowed = mission.environment.allow_prediction
    if phase.vector is not None:
        return phase.vector.start(_epoch(mission), allow_prediction=allowed)
    assert orbit is not None  # see _ephemerides
    assert phase.at_utc is not None
    return orbit.start(_epoch(mission), phase.at_utc, allow_prediction=allowed)


def _epoch(mission: Mission) -> Epoch:
    """Zero of mission time. Whether times past the tables are allowed, the environment sees when it is built."""
    return Epoch.from_utc(mission.epoch_utc, allow_prediction=True)


def _roles(mission: Mission) -> Iterator[Misfit]:
    for role in ("target", "chaser"):
        names = [name for name, craft in mission.crafts.items() if craft.role == role]
        if not names:
            yield Misfit(f"no craft has the role {role}; a mission needs a target and a chaser, add one", key="crafts")
        for name in names[1:]:
            yield Misfit(f"is a second {role} beside {names[0]}; a mission has one", key=f"crafts.{name}.role")


def _vehicles(mission: Mission) -> Iterator[Misfit]:
    known = sorted({*shipped_vehicles(), *mission.vehicles})
    for name, craft in mission.crafts.items():
        wanted = {f"crafts.{name}.vehicle": craft.vehicle}
        wanted |= {f"crafts.{name}.attached[{i}].vehicle": one.vehicle for i, one in enumerate(craft.attached)}
        for key, vehicle in wanted.items():
            if vehicle not in mission.vehicles:
                yield Misfit(unknown_vehicle(vehicle, known), key=key)
    for name, described in mission.vehicles.items():
        if described.name != name:
            key = f"vehicles.{name}.name"
            yield Misfit(f"is {described.name!r} under the key {name!r}; make them the same", key=key)


def _ports(mission: Mission) -> Iterator[Misfit]:
    for name, craft in mission.crafts.items():
        try:
            ports = assembly_of(mission, name).ports
        except MissionError as fault:
            yield Misfit(fault.reason, key=f"crafts.{name}.attached")
            continue
        if craft.port not in ports:
            free = ", ".join(sorted(ports)) or "none"
            key = f"crafts.{name}.port"
            yield Misfit(f"{name} has no free port {craft.port!r}; its free ports are: {free}", key=key)


def _mechanisms(mission: Mission) -> Iterator[Misfit]:
    """Craft that are to dock have ports that fit."""
    if not any(isinstance(phase, Docking) for phase in mission.phases):
        return
    fitted = {name: assembly_of(mission, name).ports[craft.port].mechanism for name, craft in mission.crafts.items()}
    if len(set(fitted.values())) > 1:
        listed = ", ".join(f"{name} has {mechanism or 'none'}" for name, mechanism in fitted.items())
        yield Misfit(f"the docking ports do not fit: {listed}; choose ports with the same mechanism", key="crafts")
    elif None in fitted.values():
        ports = " and ".join(f"{mission.crafts[name].port} of {name}" for name in fitted)
        said = f"the mission docks and the ports {ports} name no mechanism; choose ports that have one"
        yield Misfit(said, key="crafts")


def _names(mission: Mission) -> Iterator[Misfit]:
    for index, phase in enumerate(mission.phases):
        for field, name in _crafts_of(phase).items():
            if name not in mission.crafts:
                yield Misfit(
                    f"there is no craft {name!r}{closest(name, list(mission.crafts))}; "
                    f"the crafts are: {', '.join(mission.crafts)}",
                    key=f"phases[{index}].{field}",
                )
            elif field in ("target", "chaser") and mission.crafts[name].role != field:
                yield Misfit(
                    f"is {name!r}, whose role is {mission.crafts[name].role}; name the {field}",
                    key=f"phases[{index}].{field}",
                )


def _crafts_of(phase: Phase) -> dict[str, str]:
    if isinstance(phase, Insertion):
        return {"craft": phase.craft}
    return {"target": phase.target, "chaser": phase.chaser}


def _order(mission: Mission) -> Iterator[Misfit]:
    inserted: set[str] = set()
    before = 0
    for index, phase in enumerate(mission.phases):
        rank = ORDER.index(phase.kind)
        if rank < before:
            yield Misfit(f"{phase.kind} comes after {ORDER[before]}; put it before it", key=f"phases[{index}].kind")
        before = rank
        if isinstance(phase, Insertion):
            if phase.craft in inserted:
                yield Misfit(f"{phase.craft} is inserted twice; remove one of the two", key=f"phases[{index}].craft")
            inserted.add(phase.craft)
            continue
        for name in sorted(set(_crafts_of(phase).values()) - inserted):
            yield Misfit(
                f"{phase.kind} needs {name} in orbit and no insertion of it comes before; add one or move it up",
                key=f"phases[{index}].kind",
            )
            inserted.add(name)  # said once


def _ephemerides(mission: Mission) -> Iterator[Misfit]:
    """A given orbit serves the time at which it is flown from, and is used."""
    for index, phase in enumerate(mission.phases):
        if not isinstance(phase, Insertion):
            continue
        craft, key = mission.crafts[phase.craft], f"phases[{index}].at_utc"
        if phase.relative is not None and craft.role == "target":
            name = phase.craft
            said = f"is a place beside the target, and {name} is that; give at_utc and crafts.{name}.orbit"
            yield Misfit(said, key=f"phases[{index}].relative")
        elif phase.at_utc is None:
            if craft.orbit is not None:
                given = next(name for name in ("start", "vector", "relative") if getattr(phase, name) is not None)
                said = f"is given, and {phase.craft} is inserted by its {given}; write at_utc there or remove the orbit"
                yield Misfit(said, key=f"crafts.{phase.craft}.orbit")
        elif craft.orbit is None:
            said = f"needs the ephemeris of {phase.craft}; add crafts.{phase.craft}.orbit, or give a start"
            yield Misfit(said, key=key)
        else:
            yield from _not_served(mission, phase, key)


def _not_served(mission: Mission, phase: Insertion, key: str) -> Iterator[Misfit]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StaleElementsWarning)  # said when it is flown
            start_of(mission, phase)
    except (PropagationError, DataError) as fault:
        yield Misfit(str(fault), key=key)


def begin_of(phase: Insertion, epoch: Epoch) -> float:
    """When a craft is in orbit [s]."""
    begin, _, after = _begin(phase)
    return epoch.seconds_of(begin, allow_prediction=True) + after


def _begin(phase: Insertion) -> tuple[str, str, float]:
    """The time at which a craft's insertion begins, its key below the phase, and how long until it is in orbit [s]."""
    if phase.start is not None:
        return phase.start.lift_off_utc, "start.lift_off_utc", phase.start.insertion_after_lift_off_s
    if phase.vector is not None:
        return phase.vector.lift_off_utc, "vector.lift_off_utc", phase.vector.after_lift_off_s
    if phase.relative is not None:
        return phase.relative.at_utc, "relative.at_utc", 0.0
    return str(phase.at_utc), "at_utc", 0.0


def _times(mission: Mission) -> Iterator[Misfit]:
    epoch = _epoch(mission)
    starts = {}
    for index, phase in enumerate(mission.phases):
        if isinstance(phase, Insertion):
            begin, key, after = _begin(phase)
            t = epoch.seconds_of(begin, allow_prediction=True)
            starts[phase.craft] = (t + after, f"phases[{index}].{'start' if phase.start else 'at_utc'}")
            if t < 0.0:
                yield Misfit(
                    f"is {begin}, before the mission epoch {mission.epoch_utc}; move epoch_utc back",
                    key=f"phases[{index}].{key}",
                )
    target, chaser = mission.named("target"), mission.named("chaser")
    if target in starts and chaser in starts and not starts[chaser][0] > starts[target][0]:
        late = (starts[target][0] - starts[chaser][0]) / 60.0
        if starts[target][1].endswith("at_utc"):
            when = epoch.utc(starts[chaser][0])[:19].replace("T", " ")
            said = f"finds {target} in orbit {late:.1f} min after {chaser} is; move {starts[target][1]} before {when}"
            yield Misfit(said, key=starts[target][1])
            return
        yield Misfit(
            f"{chaser} would reach orbit {late:.1f} min before its target {target}; let the target lift off first",
            key=f"{starts[chaser][1]}.lift_off_utc",
        )


def _planes(mission: Mission) -> Iterator[Misfit]:
    """The target's plane is given, the chaser's follows from it."""
    target, chaser = mission.named("target"), mission.named("chaser")
    for index, phase in enumerate(mission.phases):
        if not isinstance(phase, Insertion) or phase.start is None:
            continue
        start, key = phase.start, f"phases[{index}].start"
        if phase.craft == target and start.inclination_deg is None:
            said = f"follows from {start.closes_with!r}; {target} is the target, give its inclination_deg instead"
            yield Misfit(said, key=f"{key}.closes_with")
        elif phase.craft == chaser and start.closes_with is None:
            said = f"is given, but {chaser} chases {target}: write closes_with = {target!r} instead, and it is solved"
            yield Misfit(said, key=f"{key}.inclination_deg")
        elif phase.craft == chaser and start.closes_with != target:
            yield Misfit(f"is {start.closes_with!r}; {chaser} chases {target}, name that", key=f"{key}.closes_with")


def _latitudes(mission: Mission) -> Iterator[Misfit]:
    """A plane passes over the pad."""
    for index, phase in enumerate(mission.phases):
        if isinstance(phase, Insertion) and phase.start is not None and phase.start.inclination_deg is not None:
            site, inclination = phase.start.site, phase.start.inclination_deg
            x, y, z = earth_fixed_position(site.latitude_deg * DEGREE, site.longitude_deg * DEGREE, site.height_m)
            latitude = atan2(abs(z), hypot(x, y)) / DEGREE
            if not latitude <= inclination <= 180.0 - latitude:
                yield Misfit(
                    f"is {inclination:g} deg, and such a plane never passes over {site.name} at latitude"
                    f" {site.latitude_deg:g} deg; choose one from {latitude:.2f} to {180.0 - latitude:.2f} deg",
                    key=f"phases[{index}].start.inclination_deg",
                )


def _periods(mission: Mission) -> Iterator[Misfit]:
    """Heights and nodal period of a recorded orbit speak of the same orbit."""
    target = mission.named("target")
    starts = {phase.craft: phase.start for phase in mission.phases if isinstance(phase, Insertion)}
    for index, phase in enumerate(mission.phases):
        if isinstance(phase, Insertion) and phase.start is not None:
            inclination = _inclination(phase.start) or _inclination(starts.get(target))
            orbit, key = phase.start.orbit, f"phases[{index}].start.orbit"
        elif isinstance(phase, Rendezvous) and phase.assembly_orbit is not None:
            inclination = _inclination(starts.get(phase.target))
            orbit, key = phase.assembly_orbit.orbit, f"phases[{index}].assembly_orbit.orbit"
        else:
            continue
        off = _disagreement(orbit, inclination, _epoch(mission)) if inclination is not None else 0.0
        if abs(off) > MEAN_HEIGHT_AGREES:
            yield Misfit(
                f"perigee_km, apogee_km and nodal_period_min disagree by {abs(off) / KILOMETRE:.4g} km of mean height;"
                " change all three or remove nodal_period_min",
                key=key,
            )


def _inclination(start: Start | None) -> float | None:
    return None if start is None or start.inclination_deg is None else start.inclination_deg * DEGREE


def _disagreement(orbit: RecordedOrbit, inclination: float, epoch: Epoch) -> float:
    """Mean height [m] by the nodal period less that by the heights, under J2."""
    if orbit.nodal_period_min is None:
        return 0.0
    a, env = orbit.semi_major_axis, j2_environment(epoch)
    by_heights = nodal_period(MeanOrbit(a, orbit.eccentricity, inclination, 0.0, 0.0, 0.0), env)
    return float(a * ((orbit.nodal_period_min * MINUTE / by_heights) ** (2.0 / 3.0) - 1.0))


def _sources(mission: Mission) -> Iterator[Misfit]:
    """A source speaks of a key that there is."""
    known = keys_of(mission.model_dump(exclude={"sources", "flown"}))
    for key in mission.sources:
        if key not in known:
            yield Misfit(
                f"is the source of a key that the mission does not have{closest(key, sorted(known))}; correct or"
                " remove it",
                key=f'sources."{key}"',
            )


def _tables(mission: Mission) -> Iterator[Misfit]:
    """Files and manoeuvres that phases and ports name."""
    for name, craft in mission.crafts.items():
        fitted = assembly_of(mission, name).ports[craft.port].mechanism
        yield from _refusal(mechanism, fitted, key=f"vehicles.{craft.vehicle}.ports") if fitted else ()
    for index, phase in enumerate(mission.phases):
        if isinstance(phase, Docking):
            yield from _refusal(envelope, phase.envelope, key=f"phases[{index}].envelope")
        if isinstance(phase, Rendezvous):
            yield from _closing(mission, phase)


def _refusal(look_up: Callable[[str], object], name: str, *, key: str) -> Iterator[Misfit]:
    try:
        look_up(name)
    except MissionError as fault:
        yield Misfit(str(fault), key=key)


def _closing(mission: Mission, phase: Rendezvous) -> Iterator[Misfit]:
    """A launch closes with its target's plane at an event that there is."""
    names = phase.example.names
    launched = any(isinstance(one, Insertion) and one.craft == phase.chaser and one.start for one in mission.phases)
    if LIFT_OFF in phase.choices and not launched:
        said = f"shifts a launch, and {phase.chaser} is not inserted by a start; take it out"
        yield Misfit(said, key=f"phases[{mission.phases.index(phase)}].choices.{LIFT_OFF}")
    if phase.terminal is not None and not launched:
        said = f"counts revolutions from a launch, and {phase.chaser} is not inserted by a start; name a time instead"
        yield Misfit(said, key=f"phases[{mission.phases.index(phase)}].terminal")
    for index, one in enumerate(mission.phases):
        start = one.start if isinstance(one, Insertion) and one.craft == phase.chaser else None
        if start is not None and start.closes_at not in names:
            said = f"is {start.closes_at!r}{closest(start.closes_at, list(names))}; name one of: {', '.join(names)}"
            yield Misfit(said, key=f"phases[{index}].start.closes_at")


Check = Callable[["Mission"], Iterator[Misfit]]
FOUNDATIONS: tuple[Check, ...] = (_roles, _vehicles, _ports, _names, _ephemerides)
CHECKS: tuple[Check, ...] = (
    *FOUNDATIONS, _mechanisms, _tables, _order, _times, _planes, _latitudes, _periods, _sources,
)  # fmt: skip
