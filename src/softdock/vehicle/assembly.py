"""A craft with what is attached to it, as one rigid body in the lead craft's structural frame.

Two ports mate with their axes opposed and their clocks aligned. An attached module is dead weight:
its tanks and jets are carried and not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..conventions import Array
from ..errors import MissionError
from .craft import Craft, Engine, MassProperties, Port, Thrusters

TABLE_SLACK = 1e-6  # relative; round-off of a mass that was summed from many burns


@dataclass(frozen=True)
class Attachment:
    """A module on a port of the lead craft; `its_port` is the port of the module that mates."""

    craft: Craft
    port: str
    its_port: str


@dataclass(frozen=True)
class RigidPart:
    """Mass [kg], centre of mass [m] and inertia about it [kg m2], in the lead's structural axes."""

    mass: float
    centre: Array
    inertia: Array


@dataclass(frozen=True)
class Assembly:
    """A lead craft and its attached modules. Positions are in the lead's structural frame [m]."""

    craft: Craft
    attached: tuple[RigidPart, ...]
    attached_names: tuple[str, ...]
    ports: dict[str, Port]
    drag_area: float
    """Drag coefficient times area [m2], lead and modules summed; their shadow on each other is left out."""
    light_area: float
    """Radiation pressure coefficient times area [m2], summed in the same way."""

    @property
    def name(self) -> str:
        """Name of the lead craft's vehicle."""
        return self.craft.name

    @property
    def engines(self) -> dict[str, Engine]:
        """Main engines of the lead craft."""
        return self.craft.engines

    @property
    def thrusters(self) -> Thrusters | None:
        """Jets of the lead craft."""
        return self.craft.thrusters

    @property
    def initial_propellant(self) -> dict[str, float]:
        """Load of each tank of the lead craft at launch [kg]."""
        return {name: tank.propellant_kg for name, tank in self.craft.tanks.items()}

    @cached_property
    def attached_mass_kg(self) -> float:
        """Mass of the attached modules."""
        return sum(part.mass for part in self.attached)

    @property
    def dry_mass_kg(self) -> float:
        """Mass of the whole with the lead craft's tanks empty."""
        return self.craft.dry_mass_kg + self.attached_mass_kg

    def mass_properties(self, mass_kg: float) -> tuple[Array, Array]:
        """Centre of mass (3,) [m] and inertia about it (3, 3) [kg m2] when the whole weighs `mass_kg`.

        Inertia has the tensor's own off-diagonal elements, minus the integral of x y dm.
        """
        return combined((_lead_at(self.craft, mass_kg - self.attached_mass_kg), *self.attached))

    def jet_indices(self, names: Sequence[str]) -> tuple[int, ...]:
        """Positions of the named jets in the table of jets."""
        jets = self.thrusters.jets if self.thrusters else ()
        known = {jet.name: index for index, jet in enumerate(jets)}
        return tuple(known[name] for name in names)


def combined(parts: Sequence[RigidPart]) -> tuple[Array, Array]:
    """Centre of mass and inertia of rigid parts held together, by the parallel-axis theorem."""
    mass = sum(part.mass for part in parts)
    weighted: Array = np.sum([part.mass * part.centre for part in parts], axis=0)
    centre = weighted / mass
    inertia = np.zeros((3, 3))
    for part in parts:
        d = part.centre - centre
        inertia += part.inertia + part.mass * (np.dot(d, d) * np.eye(3) - np.outer(d, d))
    return centre, inertia


def assemble(craft: Craft, attached: Sequence[Attachment] = ()) -> Assembly:
    """The lead craft with its modules, each mated port to port; raises MissionError where a port is unknown."""
    ports = dict(craft.ports)
    parts = []
    for module in attached:
        lead_port = _port(craft.name, ports, module.port)
        its_port = _port(module.craft.name, module.craft.ports, module.its_port)
        dcm = _mated_axes(lead_port, its_port)
        origin = np.array(lead_port.position_m) - dcm @ np.array(its_port.position_m)
        own = _lead_at(module.craft, module.craft.launch_mass_kg)
        parts.append(RigidPart(own.mass, origin + dcm @ own.centre, dcm @ own.inertia @ dcm.T))
        del ports[module.port]
        for name, port in module.craft.ports.items():
            if name != module.its_port:
                ports[name if name not in ports else f"{module.craft.name}.{name}"] = _moved(port, dcm, origin)
    crafts = (craft, *(module.craft for module in attached))
    return Assembly(
        craft=craft,
        attached=tuple(parts),
        attached_names=tuple(module.craft.name for module in attached),
        ports=ports,
        drag_area=sum(part.drag_coefficient * part.drag_area_m2 for part in crafts),
        light_area=sum(part.radiation_pressure_coefficient * part.radiation_pressure_area_m2 for part in crafts),
    )


def port_axes(port: Port) -> Array:
    """Rotation (3, 3) from structural to port axes: x out of the port, z along the clock, y completing."""
    x = np.array(port.axis) / np.linalg.norm(port.axis)
    z = np.array(port.clock) - np.dot(port.clock, x) * x
    z /= np.linalg.norm(z)
    return np.array([x, np.cross(z, x), z])


def _mated_axes(lead: Port, its: Port) -> Array:
    """Rotation (3, 3) from the module's axes to the lead's: ports face each other, clocks aligned."""
    facing = np.diag([-1.0, -1.0, 1.0])
    turned: Array = port_axes(lead).T @ facing @ port_axes(its)
    return turned


def _moved(port: Port, dcm: Array, origin: Array) -> Port:
    return port.model_copy(
        update={
            "position_m": _vector(origin + dcm @ np.array(port.position_m)),
            "axis": _vector(dcm @ np.array(port.axis)),
            "clock": _vector(dcm @ np.array(port.clock)),
        }
    )


def _vector(values: Array) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))


def _port(craft: str, ports: dict[str, Port], name: str) -> Port:
    if name not in ports:
        free = ", ".join(sorted(ports)) or "none"
        raise MissionError(f"{craft} has no free port {name!r}; its free ports are: {free}")
    return ports[name]


def _lead_at(craft: Craft, mass_kg: float) -> RigidPart:
    """The craft's table at one mass. A mass outside the table is refused rather than clamped in silence."""
    rows = craft.mass_properties
    low, high = rows[0].mass_kg * (1.0 - TABLE_SLACK), rows[-1].mass_kg * (1.0 + TABLE_SLACK)
    if not low <= mass_kg <= high:
        raise MissionError(
            f"{craft.name} at {mass_kg:.1f} kg is outside its mass table "
            f"({rows[0].mass_kg:g} to {rows[-1].mass_kg:g} kg); add a row to mass_properties"
        )
    masses = [row.mass_kg for row in rows]
    columns = np.array([_column(row) for row in rows]).T
    values = np.array([np.interp(mass_kg, masses, column) for column in columns])
    xx, yy, zz, xy, xz, yz = values[3:]
    inertia = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    return RigidPart(mass_kg, values[:3], inertia)


def _column(row: MassProperties) -> tuple[float, ...]:
    return (*row.centre_of_mass_m, *row.inertia_kg_m2, *row.products_kg_m2)
