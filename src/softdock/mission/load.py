"""Missions from files and back: by name, by path, with the vehicles and the flight record that they name."""

from __future__ import annotations

import json
import os
import re
import warnings
from pathlib import Path
from typing import Any

import tomli_w

from ..errors import MissionError
from ..formats.faults import closest, validated
from ..formats.toml_file import read_toml
from ..vehicle.library import read_vehicle, vehicle_file
from .flown import SAME_FLIGHT, FlownRecord, OtherFlightWarning
from .given_orbit import embed_ephemerides, ephemeris_files
from .model import Mission
from .names import NAME_PATTERN, SHIPPED, missions
from .variants import with_variant

NAME_LINE = re.compile(r"""^name\s*=\s*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)


def load(name_or_path: str | Path, *, variant: str | None = None) -> Mission:
    """A mission on board by its name, or from a path to a TOML file or to a folder with a mission.toml.

    variant: the name of one that the file holds, whose values are used instead. Vehicles are looked up beside the file
    first, then on board; ephemerides are read from beside it and embedded.
    Raises MissionError: one sentence with the file, the key, what was found and what to do.
    """
    path = mission_file(name_or_path)
    data = read_toml(path)
    if variant is not None:
        data = with_variant(data, variant, file=str(path))
    _add_vehicles(data, path.parent)
    embed_ephemerides(data, path.parent, file=str(path))
    record = _record_file(path, data.get("flight_record"))
    if record is not None:
        data["flown"] = read_toml(record)
        validated(FlownRecord, data["flown"], file=str(record))
    mission = validated(Mission, data, file=str(path))
    return _with_its_record(mission, str(path))


def _with_its_record(mission: Mission, file: str) -> Mission:
    """The mission without a record of another time, which is said."""
    away = mission.flown.days_from(mission.epoch_utc) if mission.flown is not None else 0.0
    if not away > SAME_FLIGHT:
        return mission
    warnings.warn(
        f"{file}: flight_record: its flight was {away:,.0f} days from epoch_utc {mission.epoch_utc[:10]}, so nothing is"
        " compared with it; take the key out",
        OtherFlightWarning,
        stacklevel=3,
    )
    return mission.model_copy(update={"flown": None})


def _record_file(path: Path, name: Any) -> Path | None:
    """flown.toml beside a mission.toml, as in a run directory, or that of the mission on board that is named."""
    beside = path.with_name("flown.toml")
    if path.name == "mission.toml" and beside.is_file():
        return beside
    if not isinstance(name, str):
        return None  # the model says what is wrong with anything but a text
    if name not in missions() or not (SHIPPED / name / "flown.toml").is_file():
        known = [other for other in missions() if (SHIPPED / other / "flown.toml").is_file()]
        raise MissionError(
            f"there is no flight record {name!r}{closest(name, known)}; leave the key out or name one of: "
            f"{', '.join(known)}",
            key="flight_record",
            file=str(path),
        )
    return SHIPPED / name / "flown.toml"


def mission_file(name_or_path: str | Path) -> Path:
    """The TOML file that a name or path means. Raises MissionError."""
    text = str(name_or_path)
    try:
        found = _existing(text)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise MissionError(f"{text[:60]!r} cannot be looked up ({reason}); give the path of a mission file") from None
    if found is None:
        raise MissionError(
            f"there is no mission {text!r}{closest(text, missions())}; give the path of a file, "
            f"or one of those on board: {', '.join(missions())}"
        )
    if found.is_dir():
        raise MissionError("is a folder without a mission.toml; name the mission file", file=text)
    return found


def _existing(text: str) -> Path | None:
    """A mission on board, a file, a folder's mission.toml; the path itself where that says best what is wrong."""
    on_board, path, with_suffix = SHIPPED / text / "mission.toml", Path(text), Path(f"{text}.toml")
    if re.fullmatch(NAME_PATTERN, text) and on_board.is_file():
        return on_board
    for candidate in (path / "mission.toml", path):
        if candidate.is_file():
            return candidate
    if not path.exists() and with_suffix.is_file():
        return with_suffix
    return path if path.exists() or path.suffix == ".toml" else None


def complete_toml(mission: Mission) -> str:
    """The mission with everything written out, defaults and vehicles included; it loads again to an equal one.

    The flight record is not part of it: see `flown_toml`.
    """
    data = mission.model_dump(mode="json", exclude_none=True)
    text = tomli_w.dumps(data, multiline_strings=True)
    return "# A complete mission: everything is written out, defaults and vehicles included.\n" + text


def flown_toml(mission: Mission) -> str | None:
    """The flight record that the mission carries, as the text of flown.toml; None when it has none."""
    if mission.flown is None:
        return None
    return tomli_w.dumps(mission.flown.model_dump(mode="json", exclude_none=True))


def schema_text() -> str:
    """The JSON Schema of mission files."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Mission.model_json_schema()}
    return json.dumps(schema, indent=2)


def new(name: str, from_: str | Path, *, folder: Path | None = None, vehicles: bool = False) -> Path:
    """Copy a mission's text to NAME.toml in a folder, here by default, and return the path of the copy.

    Comments survive; vehicles and ephemerides that lie beside the original come along, and with `vehicles` also the
    vehicles on board that it names. Nothing is overwritten; a file beside it that is there with the same contents
    serves as it is. Raises MissionError.
    """
    return new_files(name, from_, folder=folder, vehicles=vehicles)[0]


def new_files(
    name: str, from_: str | Path, *, folder: Path | None = None, vehicles: bool = False
) -> tuple[Path, ...]:
    """Paths of all files that `new` writes, the mission's first. Raises MissionError."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise MissionError(f"{name[:60]!r} is no name for a mission; use small letters, digits and hyphens")
    if name in missions():
        raise MissionError(f"{name!r} is a mission on board; choose another name")
    source = mission_file(from_)
    load(source)
    text = re.sub(NAME_LINE, f'name = "{name}"', source.read_text("utf-8"), count=1)
    if not re.search(rf'^name = "{name}"$', text, re.MULTILINE):
        raise MissionError('has its name in a form that cannot be replaced; write it as name = "..."', file=str(source))
    folder = folder or Path()
    target = folder / f"{name}.toml"
    copies = {target: text}
    named = read_toml(source)
    for path in ephemeris_files(named, source.parent).values():
        if path.resolve().is_relative_to(source.parent.resolve()):
            copies[folder / path.relative_to(source.parent)] = path.read_text("utf-8")
    for path in _vehicle_files(named, source.parent):
        if path.is_relative_to(source.parent):
            copies[folder / path.relative_to(source.parent)] = path.read_text("utf-8")
        elif vehicles:
            copies[folder / path.name] = path.read_text("utf-8")
    copies = {path: text for path, text in copies.items() if path == target or not _holds(path, text)}
    for path in copies:
        if os.path.lexists(path):
            raise MissionError(f"{path} exists and is not overwritten; choose another name or remove it")
    _write_all(copies)
    return tuple(copies)


def _holds(path: Path, text: str) -> bool:
    """Whether a file is there and holds just this."""
    try:
        return path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False


def _write_all(copies: dict[Path, str]) -> None:
    """All files or none."""
    written: list[Path] = []
    try:
        for path, text in copies.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as stream:
                written.append(path)
                stream.write(text)
    except OSError as fault:
        for path in written:
            path.unlink(missing_ok=True)
        reason = fault.strerror or str(fault)
        raise MissionError(f"{path} cannot be written ({reason}); nothing was kept, choose another folder") from None


def _vehicle_names(data: dict[str, Any]) -> list[str]:
    """Vehicles that a mission names, as far as it is well formed; the model says what is not."""
    crafts = data.get("crafts")
    entries = [entry for entry in crafts.values() if isinstance(entry, dict)] if isinstance(crafts, dict) else []
    for entry in list(entries):
        attached = entry.get("attached")
        entries += [module for module in attached if isinstance(module, dict)] if isinstance(attached, list) else []
    names = [entry.get("vehicle") for entry in entries]
    return sorted({name for name in names if isinstance(name, str)})


def _vehicle_files(data: dict[str, Any], folder: Path) -> dict[Path, str]:
    """Files of the vehicles that a mission names and does not describe itself."""
    given = data.get("vehicles", {})
    found = {vehicle_file(name, beside=folder): name for name in _vehicle_names(data) if name not in given}
    return {path: name for path, name in found.items() if path is not None}


def _add_vehicles(data: dict[str, Any], folder: Path) -> None:
    if not isinstance(data.setdefault("vehicles", {}), dict):
        return
    for path, name in _vehicle_files(data, folder).items():
        data["vehicles"][name] = read_vehicle(path)
