"""A target and a chaser about to touch in empty space, for the tests of contact."""

from __future__ import annotations

from math import radians
from typing import Any

import numpy as np

from softdock.conventions import Record
from softdock.dynamics.contact import gap, lowered_mechanism
from softdock.dynamics.contact_state import NOWHERE, Origin, Side, opened
from softdock.numerics.facing import FACING
from softdock.numerics.rotations import from_rotation_vector, multiply, rotate
from softdock.vehicle.mechanisms import mechanism

TARGET_PORT = np.array([3.7, 0.0, 0.0])
CHASER_PORT = np.array([6.0, 0.0, 0.0])
AXIAL_JETS = 4


def rings(**changes: float) -> Record:
    """The APAS-75 pair, with fields of its record changed."""
    out = lowered_mechanism(mechanism("apas-75"))
    for name, value in changes.items():
        setattr(out, name, value)
    return out


def scene(
    mechanics: Record,
    *,
    closing: float = 0.2,
    lateral: tuple[float, float] = (0.0, 0.0),
    offset: tuple[float, float] = (0.0, 0.0),
    tilt_deg: tuple[float, float] = (0.0, 0.0),
    roll_deg: float = 0.0,
    rate: tuple[float, float, float] = (0.0, 0.0, 0.0),
    clearance: float = 0.002,
    origin: Origin = NOWHERE,
) -> Record:
    """TOUCH record with the rings up to `clearance` [m] from contact; the target port's axes are those of N."""
    error = from_rotation_vector((radians(roll_deg), radians(tilt_deg[0]), radians(tilt_deg[1])))
    q = multiply(error, FACING)
    axial = 1.5
    while axial > 0.0 and gap(mechanics, (axial, *offset), q) > 0.0:
        axial -= 0.0005
    omega_C = np.array(rate)
    port_v = np.array([-closing, *lateral])
    arm = np.array(rotate(q, (6.0, 0.0, 0.0)))
    spin_arm = np.array(rotate(q, tuple(float(x) for x in np.cross(omega_C, CHASER_PORT))))
    target = side(6680.0, (5300.0, 32000.0, 32000.0), TARGET_PORT, position=-TARGET_PORT)
    chaser = side(
        14246.0,
        (21600.0, 110000.0, 112000.0),
        CHASER_PORT,
        position=np.array([axial + clearance, *offset]) - arm,
        velocity=port_v - spin_arm,
        attitude=np.array(q),
        rate=omega_C,
        jet_force=np.tile([437.0, 0.0, 0.0], (AXIAL_JETS, 1)),
        jet_torque=np.zeros((AXIAL_JETS, 3)),
        on_time=np.zeros(AXIAL_JETS),
    )
    return opened(mechanics, target, chaser, origin=origin)


def side(mass: float, inertia: tuple[float, float, float], port: np.ndarray, **changes: Any) -> Side:  # type: ignore[type-arg]
    """One craft at rest, with its port on the body's x axis."""
    values: dict[str, Any] = {
        "mass": mass,
        "inertia": np.diag(inertia),
        "position": np.zeros(3),
        "velocity": np.zeros(3),
        "attitude": np.array([1.0, 0.0, 0.0, 0.0]),
        "rate": np.zeros(3),
        "port_position": port,
        "dcm_PB": np.eye(3),
        "jet_force": np.zeros((0, 3)),
        "jet_torque": np.zeros((0, 3)),
        "on_time": np.zeros(0),
    }
    return Side(**(values | changes))
