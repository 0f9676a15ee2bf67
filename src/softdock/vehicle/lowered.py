"""A craft as the record that kernels read.

Body axes are the structural axes (x forward, y starboard, z completing) with their origin in the
centre of mass. The record holds at one mass; lower the craft again when much propellant is gone.
"""

from __future__ import annotations

import numpy as np

from ..conventions import STANDARD_GRAVITY, Record
from ..errors import MissionError
from ..kernels import record
from .assembly import Assembly, port_axes
from .craft import MAXIMUM_JETS

CRAFT = np.dtype(
    [
        ("mass", "f8"),  # kg
        ("centre_of_mass", "f8", (3,)),  # m, structural frame
        ("inertia", "f8", (3, 3)),  # kg m2, about the centre of mass
        ("inertia_inverse", "f8", (3, 3)),
        ("port_position", "f8", (3,)),  # m from the centre of mass, body axes
        ("dcm_PB", "f8", (3, 3)),  # port axes: x out of the port, z along its clock
        ("jet_count", "i8"),
        ("jet_force", "f8", (MAXIMUM_JETS, 3)),  # N, body axes
        ("jet_torque", "f8", (MAXIMUM_JETS, 3)),  # N m about the centre of mass
        ("jet_flow", "f8", (MAXIMUM_JETS,)),  # kg/s
        ("minimum_pulse", "f8"),  # s
        ("drag_area", "f8"),  # drag coefficient times area, m2
        ("light_area", "f8"),  # radiation pressure coefficient times area, m2
    ],
    align=True,
)


def lowered(assembly: Assembly, *, mass_kg: float, port: str) -> Record:
    """The CRAFT record of an assembly that weighs `mass_kg` and docks with `port`."""
    if port not in assembly.ports:
        known = ", ".join(sorted(assembly.ports)) or "none"
        raise MissionError(f"{assembly.name} has no free port {port!r}; its free ports are: {known}")
    craft = record(CRAFT)
    centre, inertia = assembly.mass_properties(mass_kg)
    craft.mass = mass_kg
    craft.centre_of_mass[:] = centre
    craft.inertia[:] = inertia
    craft.inertia_inverse[:] = np.linalg.inv(inertia)
    craft.port_position[:] = np.array(assembly.ports[port].position_m) - centre
    craft.dcm_PB[:] = port_axes(assembly.ports[port])
    craft.drag_area = assembly.drag_area
    craft.light_area = assembly.light_area
    _store_jets(craft, assembly)
    return craft


def _store_jets(craft: Record, assembly: Assembly) -> None:
    thrusters = assembly.thrusters
    if thrusters is None:
        return
    craft.jet_count = len(thrusters.jets)
    craft.minimum_pulse = thrusters.minimum_pulse_s
    exhaust_speed = thrusters.specific_impulse_s * STANDARD_GRAVITY
    for index, jet in enumerate(thrusters.jets):
        direction = np.array(jet.direction) / np.linalg.norm(jet.direction)
        thrust = thrusters.thrust_of(jet)
        force = thrust * direction
        craft.jet_force[index] = force
        craft.jet_torque[index] = np.cross(np.array(jet.position_m) - craft.centre_of_mass, force)
        craft.jet_flow[index] = thrust / exhaust_speed
