"""Vehicles by name: a file beside the mission first, then those that ship with softdock."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..errors import MissionError
from ..formats.faults import closest, validated
from ..formats.toml_file import read_toml
from .craft import Craft

SHIPPED = Path(__file__).parent.parent / "data" / "vehicles"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # no separators: a name never leads out of its folder


def shipped_vehicles() -> list[str]:
    """Names of the vehicles on board, in alphabetical order."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def vehicle_file(name: str, *, beside: Path | None = None) -> Path | None:
    """The file of a vehicle: in the folder `beside`, in its `vehicles`, or on board; None when there is none."""
    if not NAME.fullmatch(name):
        return None
    folders = [SHIPPED] if beside is None else [beside, beside / "vehicles", SHIPPED]
    paths = (folder / f"{name}.toml" for folder in folders)
    return next((path for path in paths if path.is_file()), None)


def read_vehicle(path: Path) -> dict[str, Any]:
    """Contents of a vehicle file, checked against the model; raises MissionError that names the file and key."""
    data = read_toml(path)
    craft = validated(Craft, data, file=str(path))
    if craft.name != path.stem:
        raise MissionError(
            f"is {craft.name!r} and the file is called {path.name}; give both the same name", key="name", file=str(path)
        )
    return data


def load_vehicle(name: str, *, beside: Path | None = None) -> Craft:
    """The craft of that name. Raises MissionError, with the known names when there is none."""
    path = vehicle_file(name, beside=beside)
    if path is None:
        raise MissionError(unknown_vehicle(name, shipped_vehicles()))
    return validated(Craft, read_vehicle(path), file=str(path))


def unknown_vehicle(name: str, known: list[str]) -> str:
    """What to say of a vehicle that is nowhere."""
    beside = f"put {name}.toml beside the mission file or " if NAME.fullmatch(name) else ""
    return f"there is no vehicle {name!r}{closest(name, known)}; {beside}use one of: {', '.join(known)}"
