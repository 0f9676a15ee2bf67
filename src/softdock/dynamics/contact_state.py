"""What the touch regime integrates: target, chaser's hull and its ring, three rigid bodies near each other.

The active ring is a body of its own, taken out of the chaser's mass properties: a ring without mass on
spring and damper would make each contact force depend on itself, an algebraic loop; with its real
tens of kilograms everything is an ordinary differential equation. Hull and ring together have exactly
the mass, momentum and inertia that the chaser brought.

Positions and velocities are relative to an origin O that falls freely from the target's centre of mass,
in inertial axes N, so that micrometres are not lost in 6,600 km. The rotational state is the angular
momentum in N, which contact alone changes; see `contact.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..conventions import Array, Record
from ..kernels import record
from ..numerics.attitudes import as_quaternion, quaternion_of
from ..numerics.rotations import conjugate, multiply, rotate
from ..numerics.vectors import as_tuple
from ..vehicle.craft import MAXIMUM_JETS
from .contact_geometry import FACES, FLANKS, PADS, PETALS

TARGET, HULL, RING = 0, 1, 2
BODIES = 3
PAIRS = FACES + FLANKS + PADS
CONTROLS, AXIAL = 0, 1  # windows of a jet: what the autopilot had commanded, and the thrust after contact
FREE, CAPTURED, BROKEN = 0, 1, -1  # status; broken: a number is not finite

TOUCH = np.dtype(
    [
        ("t", "f8"),  # s
        ("mass", "f8", (BODIES,)),
        ("inertia", "f8", (BODIES, 3, 3)),  # own axes, about the own centre of mass
        ("inertia_inverse", "f8", (BODIES, 3, 3)),
        ("r", "f8", (BODIES, 3)),  # m, relative to O, in N
        ("v", "f8", (BODIES, 3)),
        ("q", "f8", (BODIES, 4)),  # body to N
        ("spin", "f8", (BODIES, 3)),  # angular momentum about the own centre of mass, in N, N m s
        ("port", "f8", (2, 3)),  # of target and hull, from the centre of mass, body axes
        ("q_port", "f8", (2, 4)),  # port to body axes
        ("jet_force", "f8", (2, MAXIMUM_JETS, 3)),  # N, body axes
        ("jet_torque", "f8", (2, MAXIMUM_JETS, 3)),  # N m about the body's centre of mass
        ("jet_start", "f8", (2, MAXIMUM_JETS, 2)),  # s; two windows for each jet
        ("jet_stop", "f8", (2, MAXIMUM_JETS, 2)),
        ("jet_on", "f8", (2, MAXIMUM_JETS)),  # s, fired so far
        ("mu", "f8"),  # m3/s2; 0 in empty space
        ("origin_t", "f8"),
        ("origin_r", "f8", (3,)),  # of O at origin_t, from the Earth's centre
        ("origin_v", "f8", (3,)),
        ("behind", "i8", (PAIRS,)),  # 1: passed beside this surface and is now on its other side
        ("latched", "i8", (PETALS,)),
        ("latch_time", "f8", (PETALS,)),
        ("latch_offset", "f8", (PETALS, 3)),  # hook from catch when it closed, in D'
        ("latch_near", "f8", (PETALS, 2)),  # axial and lateral miss at the closest approach
        ("status", "i8"),
        ("capture_time", "f8"),
        ("peak_force", "f8"),  # N, between the rings
        ("stroke", "f8"),  # m, greatest change of a rod's length
        ("impulse", "f8", (3,)),  # N s, given by jets and tides to all bodies
        ("moment", "f8", (3,)),  # N m s about O, likewise
        # within a step
        ("omega", "f8", (BODIES, 3)),  # rad/s, in N
        ("force", "f8", (BODIES, 3)),  # N, of the bodies on each other
        ("torque", "f8", (BODIES, 3)),
        ("outer_force", "f8", (BODIES, 3)),  # N, jets and tides
        ("outer_torque", "f8", (BODIES, 3)),
        ("v_before", "f8", (BODIES, 3)),
        ("spin_before", "f8", (BODIES, 3)),
        ("pair_depth", "f8", (PAIRS,)),
        ("pair_point", "f8", (PAIRS, 3)),
        ("pair_push", "f8", (PAIRS, 3)),  # direction of the normal force on the ring
    ],
    align=True,
)
"""State and working memory of a contact."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One craft as the contact sees it; vectors relative to O in N, the rest in body axes, SI."""

    mass: float
    inertia: Array
    position: Array
    velocity: Array
    attitude: Array
    """q_NB."""
    rate: Array
    """omega_BN_B."""
    port_position: Array
    dcm_PB: Array
    jet_force: Array
    jet_torque: Array
    on_time: Array
    """Seconds for which each jet still fires from the start."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The freely falling origin at the start: time [s], position [m] and velocity [m/s] from the Earth's centre."""

    t: float
    position: Array
    velocity: Array
    mu: float


NOWHERE = Origin(t=0.0, position=np.array([1.0, 0.0, 0.0]), velocity=np.zeros(3), mu=0.0)
"""Empty space, for which only differences matter."""


def opened(mechanism: Record, target: Side, chaser: Side, *, origin: Origin = NOWHERE) -> Record:
    """The TOUCH record at the start: rings apart or touching, the active ring at rest in its ready position."""
    touch = record(TOUCH)
    touch.t = touch.origin_t = origin.t
    touch.origin_r[:] = origin.position
    touch.origin_v[:] = origin.velocity
    touch.mu = origin.mu
    touch.latch_near[:] = np.inf
    touch.capture_time = np.nan
    _place(touch, TARGET, target)
    _place(touch, HULL, chaser)
    _take_ring_out(touch, mechanism, chaser)
    for body, side in ((TARGET, target), (HULL, chaser)):
        touch.jet_start[body, :, CONTROLS] = origin.t
        touch.jet_stop[body, :, CONTROLS] = origin.t
        touch.jet_stop[body, : len(side.on_time), CONTROLS] += side.on_time
        touch.jet_force[body, : len(side.jet_force)] = side.jet_force
        touch.jet_torque[body, : len(side.jet_torque)] = side.jet_torque
    # Jet torques were given about the chaser's centre of mass; the hull's is a little behind it.
    shift = side_shift(touch, chaser)
    touch.jet_torque[HULL] += np.cross(shift, touch.jet_force[HULL])
    return touch


def _place(touch: Record, body: int, side: Side) -> None:
    touch.mass[body] = side.mass
    touch.r[body] = side.position
    touch.v[body] = side.velocity
    touch.q[body] = side.attitude
    touch.port[body] = side.port_position
    touch.q_port[body] = conjugate(quaternion_of(side.dcm_PB))
    _set_inertia(touch, body, side.inertia, side.rate)


def _set_inertia(touch: Record, body: int, inertia: Array, rate: Array) -> None:
    touch.inertia[body] = inertia
    touch.inertia_inverse[body] = np.linalg.inv(inertia)
    touch.spin[body] = rotate(as_quaternion(touch.q[body]), as_tuple(inertia @ rate))


def _take_ring_out(touch: Record, mechanism: Record, chaser: Side) -> None:
    """Split the chaser into hull and ring that together have its mass, momentum and inertia."""
    q_NC = as_quaternion(chaser.attitude)
    dcm_CP = chaser.dcm_PB.T
    ring_C = chaser.port_position + dcm_CP @ np.array([mechanism.extension, 0.0, 0.0])
    ring_inertia = np.diag(mechanism.ring_inertia)
    hull_mass = chaser.mass - mechanism.ring_mass
    hull_C = -mechanism.ring_mass / hull_mass * ring_C
    reduced = mechanism.ring_mass * chaser.mass / hull_mass
    hull_inertia = chaser.inertia - dcm_CP @ ring_inertia @ dcm_CP.T - reduced * point_inertia(ring_C)
    touch.mass[HULL] = hull_mass
    touch.mass[RING] = mechanism.ring_mass
    for body, place in ((HULL, hull_C), (RING, ring_C)):
        touch.r[body] = chaser.position + rotate(q_NC, as_tuple(place))
        touch.v[body] = chaser.velocity + rotate(q_NC, as_tuple(np.cross(chaser.rate, place)))
    touch.q[RING] = multiply(q_NC, as_quaternion(touch.q_port[HULL]))
    touch.port[HULL] = chaser.port_position - hull_C
    _set_inertia(touch, HULL, hull_inertia, chaser.rate)
    _set_inertia(touch, RING, ring_inertia, chaser.dcm_PB @ chaser.rate)


def side_shift(touch: Record, chaser: Side) -> Array:
    """Where the chaser's nominal centre of mass is from the hull's [m], body axes."""
    shift: Array = touch.port[HULL] - chaser.port_position
    return shift


def point_inertia(place: Array) -> Array:
    """Inertia [m2] of a unit mass at `place` about the origin."""
    inertia: Array = np.dot(place, place) * np.eye(3) - np.outer(place, place)
    return inertia


def linear_momentum(touch: Record) -> Array:
    """Of all three bodies relative to O, in N [N s]."""
    total: Array = touch.mass @ touch.v
    return total


def angular_momentum(touch: Record) -> Array:
    """Of all three bodies about O, in N [N m s]."""
    total: Array = np.sum(touch.spin, axis=0) + np.cross(touch.r, touch.mass[:, None] * touch.v).sum(axis=0)
    return total
