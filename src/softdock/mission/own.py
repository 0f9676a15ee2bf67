"""A mission of one's own from a target's elements: a chaser of the library comes from behind and below to rest nearby.

What is written is data/templates/beside-a-target.toml with its sizes filled in. The scheme is one shape, scaled by the
height difference h at which the chaser flies coelliptic with its target: it starts 1.5 h below, so far behind that the
orbit it is found in leads it there, and rests h/2 behind on V-bar. h is as large as the chaser's thrust and propellant
allow, so that no burn lasts long against a revolution.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import asin, ceil, cos, pi
from pathlib import Path
from string import Template

from ..astro.constants import EQUATORIAL_RADIUS
from ..astro.environment import build_environment, j2_environment
from ..astro.mean_elements import MeanElements, TleOrbit
from ..astro.orbits import MeanOrbit, mean_from_state, nodal_period
from ..astro.time import Epoch
from ..conventions import DAY, DEGREE, HOUR, KILOMETRE
from ..errors import DataError, MissionError
from ..formats.faults import validated
from ..formats.lines import read_text
from ..formats.tle import KIND, LARGEST_FILE, parse_tles, read_tles, tle_text
from ..planning.burns import plan_burn
from ..planning.start_relative import LEAST_INCLINATION
from ..vehicle.assembly import Assembly, assemble
from ..vehicle.craft import Craft
from ..vehicle.library import load_vehicle, shipped_vehicles
from .given_orbit import GivenOrbit
from .names import NAME_PATTERN, missions

TEMPLATE = Path(__file__).parent.parent / "data" / "templates" / "beside-a-target.toml"
STATION, PASSIVE = 25544, "passive-target"
"""Catalogue number of the International Space Station, which has a vehicle of its own, and that of all others."""
LOWEST, HIGHEST = 200.0 * KILOMETRE, 2000.0 * KILOMETRE  # perigee and apogee between which the scheme was tried
HEIGHTS = (3.0 * KILOMETRE, 2.5 * KILOMETRE, 2.0 * KILOMETRE)
"""Height differences h, tried from the largest: 3 km put TPI 6.6 km from the target and the hold point at 1.5 km, the
least of them the hold point at 1 km. assumed"""
LARGEST_BURN, ALL_BURNS = 0.65e-3, 1.6e-3  # m/s for each metre of h in low orbit: TPI, and all burns with their losses
LONGEST_BURN = 360.0  # s; a fifteenth of a revolution. assumed
LARGEST_SHARE = 1.0 / 3.0  # of a tank that the scheme may take. assumed
START, FIRST, USUAL, LONGEST, TRANSFER, COAST = 1.5, 1.5, 2.5, 3.5, 0.5, 1.0
"""The start in parts of h below; revolutions before NC1, from there to NH (usual and longest of the choices), from NH
to NSR and from NSR to TPI. As the template has them."""
ELEVATION, TRAVEL = 27.0 * DEGREE, 130.0 / 360.0
SPAN = DAY  # for which the tables are asked: at the highest target the mission and what it keeps in reserve take 22 h
PLAIN = re.compile(r"[ -&(-~]*", re.ASCII)  # a name that a TOML text in single quotes can hold
DESIGNATOR = re.compile(r"\d{4}-\d{3}[A-Z]{1,3}", re.ASCII)  # as a mission's craft has it


class _Filled(Template):
    """`@key`: a dollar marks a choice in a mission file."""

    delimiter = "@"


@dataclass(frozen=True)
class Scheme:
    """Sizes of the scheme at one target [m, s].

    height: coelliptic, below the target · below, behind: the start · hold: behind the target on V-bar · within: from
    the start to the last event, at most
    """

    height: float
    below: float
    behind: float
    hold: float
    within: float


def new_own(
    name: str,
    *,
    target: Path | str,
    chaser: str,
    object_: str | None = None,
    target_vehicle: str | None = None,
    folder: Path | None = None,
) -> Path:
    """Path of NAME.toml, written in a folder, here by default: a chaser meets the object of a file of elements.

    target: file of two-line elements · object_: which of them, by catalogue number, designator or name, where it holds
    several; of several sets the newest is taken · chaser, target_vehicle: vehicles beside the mission or on board; the
    target is the station or else a passive one when left out. Nothing is overwritten. Raises MissionError, DataError,
    PropagationError.
    """
    folder = folder or Path()
    path = folder / f"{name}.toml"
    _check_name(name, path)
    craft = load_vehicle(chaser, beside=folder)
    elements = _newest(Path(target), object_)
    clock = _clock(elements)
    usual = "iss" if elements.catalogue_number == STATION else PASSIVE
    meets = load_vehicle(target_vehicle or usual, beside=folder)
    scheme = scheme_for(assemble(craft), *_orbit(elements))
    text = _text(name, elements, scheme, clock=clock, crafts=(craft, meets), lines=_own_lines(Path(target), elements))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise MissionError(f"{path} cannot be written ({reason}); choose another folder") from None
    return path


def scheme_for(chaser: Assembly, target: MeanOrbit, period: float) -> Scheme:
    """Sizes that a chaser can fly to a target's mean orbit; period [s]: of its nodes. Raises MissionError."""
    a = target.semi_major_axis
    height = _height(chaser)
    gain = 3.0 * pi * height  # way along the orbit gained in a revolution at that height difference
    at_tpi = 0.5 * pi - ELEVATION - asin((a - height) / a * cos(ELEVATION))
    behind = a * at_tpi + gain * (COAST + TRANSFER + USUAL * 0.5 * (1.0 + START) + FIRST * START)
    revolutions = FIRST + LONGEST + TRANSFER + COAST + TRAVEL + 1.0
    return Scheme(height, START * height, behind, 0.5 * height, revolutions * period)


def _height(chaser: Assembly) -> float:
    """The largest height difference [m] whose burns the chaser can make. Raises MissionError."""
    jets = chaser.thrusters
    if jets is None or not jets.translation_jets:
        raise MissionError(
            f"{chaser.name} cannot chase: it has no jets that push it forward (thrusters.translation_jets); choose one"
            f" that has, such as {', '.join(_chasers())}"
        )
    mass, load = chaser.dry_mass_kg + sum(chaser.initial_propellant.values()), chaser.initial_propellant
    for height in HEIGHTS:
        longest = plan_burn(chaser, mass, LARGEST_BURN * height).duration_s
        spent = plan_burn(chaser, mass, ALL_BURNS * height).propellant_kg()
        if longest <= LONGEST_BURN and all(used <= LARGEST_SHARE * load[tank] for tank, used in spent.items()):
            return height
    raise MissionError(
        f"{chaser.name} is too weak for this scheme: {LARGEST_BURN * height:.1f} m/s last {longest:.0f} s and may last"
        f" {LONGEST_BURN:.0f} s, and {ALL_BURNS * height:.1f} m/s may take a third of its propellant; give it more of"
        " what it lacks, thrust or propellant"
    )


def _chasers() -> list[str]:
    """Vehicles on board that can chase."""
    crafts = (load_vehicle(name) for name in shipped_vehicles())
    return [one.name for one in crafts if one.thrusters is not None and one.thrusters.translation_jets]


def _check_name(name: str, path: Path) -> None:
    if not re.fullmatch(NAME_PATTERN, name):
        raise MissionError(f"{name[:60]!r} is no name for a mission; use small letters, digits and hyphens")
    if name in missions():
        raise MissionError(f"{name!r} is a mission on board; choose another name")
    if os.path.lexists(path):
        raise MissionError(f"{path} exists and is not overwritten; choose another name or remove it")


def _newest(file: Path, object_: str | None) -> MeanElements:
    """The newest elements of the object meant. Raises FormatError with line and column, MissionError, DataError."""
    found = read_tles(file)
    text = "".join(tle_text(one) for one in found)
    validated(GivenOrbit, {"tle": text} | ({"object": object_} if object_ else {}), file=str(file))
    wanted = [one for one in found if object_ is None or object_.strip() in _names(one)]
    return max(wanted, key=lambda one: (one.epoch_mjd, one.epoch_fraction))


def _names(one: MeanElements) -> tuple[str, ...]:
    number = str(one.catalogue_number)
    return number, number.zfill(5), one.designator, one.name


def _orbit(elements: MeanElements) -> tuple[MeanOrbit, float]:
    """J2-mean orbit and nodal period [s] at the elements' epoch. Raises MissionError where the scheme serves none."""
    env = j2_environment(elements.epoch)
    r, v = TleOrbit(elements).states(0.0)
    mean = mean_from_state(r[0], v[0], env)
    a, e, i = mean.semi_major_axis, mean.eccentricity, mean.inclination
    low, high = a * (1.0 - e) - EQUATORIAL_RADIUS, a * (1.0 + e) - EQUATORIAL_RADIUS
    what = f"object {elements.catalogue_number} flies {low / KILOMETRE:.0f} x {high / KILOMETRE:.0f} km high"
    if not (low >= LOWEST and high <= HIGHEST):
        raise MissionError(
            f"{what}, and this scheme serves from {LOWEST / KILOMETRE:.0f} to {HIGHEST / KILOMETRE:.0f} km; choose"
            " another target, or write the mission by hand"
        )
    if not LEAST_INCLINATION <= i <= pi - LEAST_INCLINATION:
        raise MissionError(
            f"{what}, inclined {i / DEGREE:.2f} deg, and a place beside it is told from its node, which is lost within"
            " 1 deg of the equator; choose another target"
        )
    return mean, nodal_period(mean, env)


def _clock(elements: MeanElements) -> dict[str, str]:
    """What the template says of times: the minute of the elements' epoch is zero. Raises DataError off the tables."""
    zero = datetime.fromisoformat(elements.epoch.utc()[:16] + ":00")
    later = {key: zero + timedelta(minutes=after) for key, after in (("target_utc", 1), ("chaser_utc", 11))}
    predicted = "allow_prediction = true # these days are past the last measured ones\n"
    return {
        "epoch_utc": zero.isoformat(),
        "prediction": predicted if _is_predicted(zero.isoformat()) else "",
        **{key: moment.isoformat() for key, moment in later.items()},
    }


def _is_predicted(epoch_utc: str) -> bool:
    """Whether a mission then is past what is measured. Raises DataError where it is past all tables."""
    for allowed in (False, True):
        try:
            epoch = Epoch.from_utc(epoch_utc, allow_prediction=allowed)
            build_environment(epoch, span_s=SPAN, allow_prediction=allowed)
        except DataError as fault:
            if allowed:
                raise DataError(f"{str(fault).split('; ')[0]}; choose elements of a day within") from None
        else:
            break
    return allowed


def _text(
    name: str,
    elements: MeanElements,
    scheme: Scheme,
    *,
    clock: dict[str, str],
    crafts: tuple[Craft, Craft],
    lines: str,
) -> str:
    """The template filled in; crafts: chaser and target · lines: the elements' own."""
    chaser, target = crafts
    port, its = _ports(chaser, target)
    keys = _keys(elements, chaser.name)
    number, designator = f"object {elements.catalogue_number}", elements.designator
    label = f"{number}, {elements.name}" if elements.name else number
    is_assumed = target.name == PASSIVE
    return _Filled(TEMPLATE.read_text("utf-8")).substitute(
        clock,
        name=name,
        title=json.dumps(f"{chaser.title} to {label}"),
        object=number,
        chaser=chaser.name,
        target_key=keys[0],
        chaser_key=keys[1],
        chaser_port=port,
        target_vehicle=target.name,
        target_port=its,
        target_source="assumed: only the target's orbit is known" if is_assumed else "the vehicle's own file",
        designator=f'designator = "{designator}"\n' if DESIGNATOR.fullmatch(designator) else "",
        tle=lines,
        orbit_source=json.dumps(f"the given elements of {label}, epoch {elements.epoch.utc()} UTC"),
        behind_km=f"{scheme.behind / KILOMETRE:.1f}",
        below_km=f"{scheme.below / KILOMETRE:.2f}",
        height_km=f"{scheme.height / KILOMETRE:.1f}",
        hold_m=f"{-scheme.hold:.1f}",
        within_h=f"{ceil(2.0 * scheme.within / HOUR) / 2.0:.1f}",
    )


def _keys(elements: MeanElements, chaser: str) -> tuple[str, str]:
    """Names of target and chaser in the file: the object's own, or its designator or number, and the vehicle's."""
    names = (re.sub("[^a-z0-9]+", "-", text.lower()).strip("-") for text in (elements.name, elements.designator))
    target = next((name for name in names if name), f"object-{elements.catalogue_number}")
    return target, chaser if chaser != target else f"{chaser}-2"


def _own_lines(file: Path, elements: MeanElements) -> str:
    """The lines of a set of elements as its file has them, under its name where TOML can hold that."""
    rows = [line for line in read_text(file, largest=LARGEST_FILE, kind=KIND).splitlines() if line.strip()]
    nameless = replace(elements, name="")
    pairs = (f"{one}\n{two}\n" for one, two in pairwise(rows) if (one[:2], two[:2]) == ("1 ", "2 "))
    meant = (pair for pair in pairs if pair[2:7] == tle_text(nameless)[2:7])
    found = next((pair for pair in meant if parse_tles(pair)[0] == nameless), tle_text(nameless))
    return f"{elements.name}\n{found}" if elements.name and PLAIN.fullmatch(elements.name) else found


def _ports(chaser: Craft, target: Craft) -> tuple[str, str]:
    """Ports that mate, the chaser's first; the first of each where none do. Raises MissionError."""
    for craft in (chaser, target):
        if not craft.ports:
            raise MissionError(f"{craft.name} has no port and a mission's crafts need one; add one to its file")
    pairs = [(one, its) for one in chaser.ports for its in target.ports]
    fit = (pair for pair in pairs if chaser.ports[pair[0]].mechanism == target.ports[pair[1]].mechanism)
    return next(fit, pairs[0])
