"""The mission: one typed tree that is the file format, the archive record and the editor's schema."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ..astro.time import Epoch
from ..formats.document import Document
from ..planning.window_inputs import Window
from ..vehicle.craft import Craft
from .flown import FlownRecord
from .given_orbit import GivenOrbit
from .names import NAME_PATTERN
from .phases import Phase
from .surroundings import Environment


def _mission_name(text: str) -> str:
    if not re.fullmatch(NAME_PATTERN, text):
        raise ValueError(f"is {text[:60]!r} and names a folder later; use small letters, digits and hyphens")
    return text


def _utc(text: str) -> str:
    Epoch.from_utc(text, allow_prediction=True)  # whether predictions may be used, the director sees
    return text


class Attached(Document):
    """A module on a port of a craft."""

    vehicle: str
    port: str
    """Port of the craft on which it hangs."""
    its_port: str
    """Port of the module that mates."""


class MissionCraft(Document):
    """A craft of the mission: a vehicle, what hangs on it, and the port with which it docks."""

    vehicle: str
    role: Literal["target", "chaser"]
    port: str
    attached: tuple[Attached, ...] = ()
    orbit: GivenOrbit | None = None
    """Of a craft that is in orbit already: the ephemeris in which its insertion finds it."""
    designator: Annotated[str, Field(pattern=r"^\d{4}-\d{3}[A-Z]{1,3}$")] | None = None
    """International designator such as 1998-067A, the OBJECT_ID of what is exported."""


class Mission(Document):
    """A mission: crafts, the environment they fly in, and phases in order."""

    name: Annotated[str, AfterValidator(_mission_name), Field(json_schema_extra={"pattern": NAME_PATTERN})]
    title: str
    epoch_utc: Annotated[str, AfterValidator(_utc)]
    """Zero of mission time (GET)."""
    environment: Environment
    crafts: dict[str, MissionCraft]
    phases: tuple[Phase, ...] = Field(min_length=1)
    vehicles: dict[str, Craft] = {}
    """Descriptions of the vehicles named in `crafts`; where left out, they are looked up by name."""
    flight_record: str | None = None
    """Name of the mission on board whose flown.toml is laid beside the simulated flight."""
    flown: Annotated[FlownRecord | None, Field(exclude=True)] = None
    """The contents of that record, read with the mission and kept in a file of its own."""
    window: Window | None = None
    """What launch windows are looked for with, and the ground stations."""
    variants: dict[str, dict[str, Any]] = {}
    """Values that a variant of the mission has instead, by their paths."""
    sources: dict[str, str] = {}
    """Where each number was read: dotted key (a prefix covers what is below it) to source, or `assumed: why`."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        from .checks import misfits

        found = list(misfits(self))
        if found:
            found[0].others = tuple(found[1:])
            raise found[0]
        return self

    def named(self, role: Literal["target", "chaser"]) -> str:
        """Name of the craft in that role."""
        return next(name for name, craft in self.crafts.items() if craft.role == role)
