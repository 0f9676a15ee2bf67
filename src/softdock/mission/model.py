"""The mission: one typed tree that is the file format, the archive record and the editor's schema."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ..astro.time import Epoch
from ..formats.document import Document, Misfit
from ..vehicle.craft import Craft
from .flown import FlownRecord
from .names import NAME_PATTERN
from .phases import Phase


def _mission_name(text: str) -> str:
    if not re.fullmatch(NAME_PATTERN, text):
        raise ValueError(f"is {text[:60]!r} and names a folder later; use small letters, digits and hyphens")
    return text


def _utc(text: str) -> str:
    Epoch.from_utc(text)
    return text


class Environment(Document):
    """Forces on craft in orbit."""

    gravity_degree: Annotated[int, Field(ge=2, le=70)]
    gravity_order: Annotated[int, Field(ge=0, le=70)]
    sun: bool
    moon: bool
    drag: bool
    density_sigma_fraction: Annotated[float, Field(ge=0.0, le=0.5)] = 0.0
    """One sigma of the air's true density against the model's, drawn once a flight; planning does not know it."""

    @model_validator(mode="after")
    def _order_fits(self) -> Self:
        if self.gravity_order > self.gravity_degree:
            raise Misfit(
                f"is {self.gravity_order} and gravity_degree is {self.gravity_degree}; an order is at most the degree",
                key="gravity_order",
            )
        return self


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
