"""The description of a craft, as its file under `data/vehicles` gives it.

Positions are in the craft's structural frame: x forward, y starboard, z completing; the origin is
wherever the file says. A source or the word `assumed` stands beside each number in `sources`.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ..conventions import STANDARD_GRAVITY
from ..formats.document import Document, NotNegative, Positive, Vector3

UNIT_LENGTH = 1e-3  # how far from 1 the length of a direction may be, for tables with three or four digits
ROUND_OFF = 1e-9
MAXIMUM_JETS = 32  # room for jets in the record that kernels read


def _length(vector: Vector3) -> float:
    return float(sum(c * c for c in vector) ** 0.5)


class MassProperties(Document):
    """Mass, centre of mass and inertia about it; one row of a table over mass."""

    mass_kg: Positive
    centre_of_mass_m: Vector3
    inertia_kg_m2: tuple[Positive, Positive, Positive]
    products_kg_m2: Vector3 = (0.0, 0.0, 0.0)
    """Off-diagonal elements of the tensor: xy, xz, yz."""

    @model_validator(mode="after")
    def _could_be_a_body(self) -> Self:
        xx, yy, zz = self.inertia_kg_m2
        if not (xx <= yy + zz and yy <= zz + xx and zz <= xx + yy):
            raise ValueError(
                f"inertia_kg_m2 is {xx:g}, {yy:g}, {zz:g} kg m2 and no body has one moment larger than the sum of "
                "the other two; correct the largest"
            )
        return self


class Tank(Document):
    """A propellant supply shared by engines or jets."""

    propellant_kg: NotNegative


class Ullage(Document):
    """Jets fired forward before an engine starts, to settle its propellant."""

    jets: tuple[str, ...]
    duration_s: Positive


class Engine(Document):
    """A main engine; its thrust passes through the centre of mass in the far regime."""

    thrust_N: Positive
    specific_impulse_s: Positive
    tank: str
    minimum_burn_s: NotNegative
    """At full thrust."""
    least_speed_m_s: NotNegative = 0.0
    """Burns that change the speed by less are left to the jets."""
    build_up_s: NotNegative = 0.0
    """Dead time from the ignition command to thrust."""
    tail_off_N_s: NotNegative = 0.0
    """Impulse delivered after the cut-off command."""
    tail_off_s: NotNegative = 0.0
    ullage: Ullage | None = None

    @property
    def flow_kg_s(self) -> float:
        """Propellant flow at full thrust."""
        return self.thrust_N / (self.specific_impulse_s * STANDARD_GRAVITY)


class Jet(Document):
    """One attitude and translation jet. `direction` is that of the force on the craft."""

    name: str
    position_m: Vector3
    direction: Vector3
    thrust_N: Positive | None = None
    """Where it differs from the set's."""

    @model_validator(mode="after")
    def _points_somewhere(self) -> Self:
        length = _length(self.direction)
        if not abs(length - 1.0) <= UNIT_LENGTH:
            raise ValueError(
                f"jet {self.name} points nowhere: direction has length {length:.4g} and a unit vector is needed; "
                "give the direction of the force on the craft with length 1"
            )
        return self


class Thrusters(Document):
    """A set of jets that share a propellant."""

    thrust_N: Positive
    specific_impulse_s: Positive
    minimum_pulse_s: Positive
    tank: str
    jets: tuple[Jet, ...] = Field(min_length=1, max_length=MAXIMUM_JETS)
    translation_jets: tuple[str, ...] = ()
    """Jets fired together for an axial (+x) burn."""

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        names = [jet.name for jet in self.jets]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"jet {name} is listed {names.count(name)} times; give each jet its own name")
        for name in self.translation_jets:
            if name not in names:
                raise ValueError(
                    f"translation_jets names {name!r}, which is no jet of this craft; the jets are: {', '.join(names)}"
                )
        return self

    def thrust_of(self, jet: Jet) -> float:
        """Thrust of one jet [N]."""
        return self.thrust_N if jet.thrust_N is None else jet.thrust_N


class Port(Document):
    """A docking port. `axis` points out of the craft; `clock` marks its zero of roll."""

    position_m: Vector3
    axis: Vector3
    clock: Vector3
    mechanism: str | None = None

    @model_validator(mode="after")
    def _has_axes(self) -> Self:
        for name, vector in (("axis", self.axis), ("clock", self.clock)):
            if not abs(_length(vector) - 1.0) <= UNIT_LENGTH:
                raise ValueError(f"{name} has length {_length(vector):.4g} and a unit vector is needed; scale it to 1")
        slope = abs(sum(a * c for a, c in zip(self.axis, self.clock, strict=True)))
        if not slope <= UNIT_LENGTH:
            raise ValueError(
                f"clock is not at right angles to axis (cosine {slope:.4g}); turn it into the plane of the port"
            )
        return self


class AttitudeControl(Document):
    """Limits of the attitude autopilot."""

    deadband_deg: Positive
    rate_deadband_deg_s: Positive
    rate_limit_deg_s: Positive


class Craft(Document):
    """A craft: mass properties, propulsion, ports and what drag acts on."""

    name: str
    title: str
    mass_properties: tuple[MassProperties, ...] = Field(min_length=1)
    """Rows of increasing mass; between rows all properties are interpolated."""
    launch_mass_kg: Positive
    drag_area_m2: Positive
    drag_coefficient: Positive
    radiation_pressure_area_m2: NotNegative = 0.0
    """Area that sunlight presses on, where the mission flies with solar_pressure."""
    radiation_pressure_coefficient: NotNegative = 0.0
    """1 for a black ball, 1 + 4/9 of the reflected part for one that scatters light evenly."""
    tanks: dict[str, Tank] = {}
    engines: dict[str, Engine] = {}
    thrusters: Thrusters | None = None
    ports: dict[str, Port] = {}
    attitude_control: AttitudeControl | None = None
    sources: dict[str, str] = {}
    """Where each number was read: dotted key (a prefix covers what is below it) to source."""

    @property
    def dry_mass_kg(self) -> float:
        """Launch mass less what is in the tanks."""
        return self.launch_mass_kg - sum(tank.propellant_kg for tank in self.tanks.values())

    @model_validator(mode="after")
    def _masses_fit(self) -> Self:
        rows = [row.mass_kg for row in self.mass_properties]
        if any(not b > a for a, b in zip(rows, rows[1:], strict=False)):
            raise ValueError("mass_properties is not in order of increasing mass_kg; sort its rows")
        load = self.launch_mass_kg - self.dry_mass_kg
        if not self.dry_mass_kg > 0.0:
            raise ValueError(
                f"the tanks hold {load:g} kg and launch_mass_kg is {self.launch_mass_kg:g} kg; "
                "lower the propellant or raise the launch mass"
            )
        if not (rows[0] <= self.dry_mass_kg * (1.0 + ROUND_OFF) and self.launch_mass_kg <= rows[-1]):
            raise ValueError(
                f"mass_properties covers {rows[0]:g} to {rows[-1]:g} kg and the craft weighs {self.dry_mass_kg:g} kg "
                f"empty and {self.launch_mass_kg:g} kg at launch; add rows"
            )
        return self

    @model_validator(mode="after")
    def _tanks_and_jets_exist(self) -> Self:
        users = {f"engines.{name}": engine.tank for name, engine in self.engines.items()}
        if self.thrusters is not None:
            users["thrusters"] = self.thrusters.tank
        for user, tank in users.items():
            if tank not in self.tanks:
                raise ValueError(
                    f"{user}.tank names {tank!r}, which is no tank of this craft; the tanks are: "
                    f"{', '.join(self.tanks) or 'none'}"
                )
        jets = {jet.name for jet in self.thrusters.jets} if self.thrusters else set()
        for name, engine in self.engines.items():
            missing = sorted(set(engine.ullage.jets) - jets) if engine.ullage else []
            if missing:
                raise ValueError(f"engines.{name}.ullage.jets names {missing[0]!r}, which is no jet of this craft")
        return self
