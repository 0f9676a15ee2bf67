"""Contact of two guide rings: the step that moves target, hull and ring.

The forces are in `contact_forces.py`. Normal force: Hunt and Crossley 1975, exponent 3/2. Friction:
Coulomb, regularised below a slip of a few centimetres per second. Between hull and ring: six rods, each a
spring and a damper side by side with stops. A capture latch closes for good when its hook is within reach
of its catch; from then on a spring-damper holds hook to catch in both directions while it draws the offset
home. The mechanics know nothing of any contact envelope.

The step is a splitting, second order in time: drift half a step at constant momenta (centres move
straight, bodies turn with constant angular momentum), then kick all momenta with the forces of that
configuration (their dependence on velocity by the midpoint rule), then drift again. Every force acts
with its opposite at one and the same point, so that a kick keeps linear and angular momentum to
round-off at any step size, and a drift keeps them identically. Runge-Kutta steps would not: their error
in r x v is of the order of their truncation. See docs/design/contact.md.
"""

from __future__ import annotations

from math import isfinite

from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.rotations import from_rotation_vector, multiply, normalised, rotate, rotate_back
from ..numerics.vectors import add, as_tuple, cross, dot, norm, scale, store, subtract, times
from ..vehicle.craft import MAXIMUM_JETS
from .contact_forces import (
    close_latches,
    find_forces,
    find_pairs,
    hunt_crossley_force,
    present_gap,
    ring_pose,
)
from .contact_geometry import gap, lowered_mechanism
from .contact_state import AXIAL, BODIES, BROKEN, CONTROLS, HULL, TARGET
from .rigid_body import gravity_gradient_torque

__all__ = [
    "advance",
    "approach",
    "gap",
    "hunt_crossley_force",
    "lowered_mechanism",
    "present_gap",
    "ring_pose",
    "step",
]


@kernel
def overlap(start: float, stop: float, t: float, dt: float) -> float:
    """Seconds of [start, stop] within [t, t + dt]."""
    return max(min(stop, t + dt) - max(start, t), 0.0)


@kernel
def find_jets(touch: Record, body: int, dt: float) -> None:
    """Mean wrench of a body's jets over the coming step, exact in impulse; their firing time is kept."""
    q = as_quaternion(touch.q[body])
    for j in range(MAXIMUM_JETS):
        begin = touch.jet_start[body, j]
        end = touch.jet_stop[body, j]
        both = overlap(max(begin[0], begin[1]), min(end[0], end[1]), touch.t, dt)
        on = overlap(begin[CONTROLS], end[CONTROLS], touch.t, dt) + overlap(begin[AXIAL], end[AXIAL], touch.t, dt)
        on -= both
        if on > 0.0:
            touch.jet_on[body, j] += on
            force = rotate(q, scale(on / dt, as_tuple(touch.jet_force[body, j])))
            torque = rotate(q, scale(on / dt, as_tuple(touch.jet_torque[body, j])))
            store(touch.outer_force[body], add(as_tuple(touch.outer_force[body]), force))
            store(touch.outer_torque[body], add(as_tuple(touch.outer_torque[body]), torque))


@kernel
def find_tide(touch: Record, body: int, t: float) -> None:
    """Central gravity at a body less that at O, to first order, and its torque on the body."""
    since = t - touch.origin_t
    start = as_tuple(touch.origin_r)
    distance = norm(start)
    fall = -0.5 * since * since * touch.mu / (distance * distance * distance)
    place = add(add(start, scale(since, as_tuple(touch.origin_v))), scale(fall, start))
    distance = norm(place)
    up = scale(1.0 / distance, place)
    rate = touch.mu / (distance * distance * distance)
    r = as_tuple(touch.r[body])
    tide = scale(rate, subtract(scale(3.0 * dot(up, r), up), r))
    store(touch.outer_force[body], scale(touch.mass[body], tide))
    q = as_quaternion(touch.q[body])
    torque_B = gravity_gradient_torque(touch.mu, rotate_back(q, place), touch.inertia[body])
    store(touch.outer_torque[body], rotate(q, torque_B))


@kernel
def drift(touch: Record, dt: float) -> None:
    """Move all bodies with constant linear and angular momentum."""
    for body in range(BODIES):
        store(touch.r[body], add(as_tuple(touch.r[body]), scale(dt, as_tuple(touch.v[body]))))
        q = as_quaternion(touch.q[body])
        spin = as_tuple(touch.spin[body])
        rate = times(touch.inertia_inverse[body], rotate_back(q, spin))
        middle = multiply(q, from_rotation_vector(scale(0.5 * dt, rate)))
        rate = times(touch.inertia_inverse[body], rotate_back(middle, spin))
        turned = normalised(multiply(q, from_rotation_vector(scale(dt, rate))))
        store_quaternion(touch.q[body], turned)


@kernel
def kick(touch: Record, dt: float) -> None:
    """Change all momenta from those before the kick by the present forces over dt."""
    for body in range(BODIES):
        force = add(as_tuple(touch.force[body]), as_tuple(touch.outer_force[body]))
        torque = add(as_tuple(touch.torque[body]), as_tuple(touch.outer_torque[body]))
        store(touch.v[body], add(as_tuple(touch.v_before[body]), scale(dt / touch.mass[body], force)))
        store(touch.spin[body], add(as_tuple(touch.spin_before[body]), scale(dt, torque)))


@kernel
def step(mechanism: Record, touch: Record, dt: float) -> None:
    """Move the three bodies by dt [s]."""
    drift(touch, 0.5 * dt)
    find_pairs(mechanism, touch)
    close_latches(mechanism, touch)
    for body in range(BODIES):
        find_tide(touch, body, touch.t + 0.5 * dt)
        store(touch.v_before[body], as_tuple(touch.v[body]))
        store(touch.spin_before[body], as_tuple(touch.spin[body]))
    find_jets(touch, TARGET, dt)
    find_jets(touch, HULL, dt)
    for body in range(BODIES):
        force = as_tuple(touch.outer_force[body])
        moment = add(as_tuple(touch.outer_torque[body]), cross(as_tuple(touch.r[body]), force))
        store(touch.impulse, add(as_tuple(touch.impulse), scale(dt, force)))
        store(touch.moment, add(as_tuple(touch.moment), scale(dt, moment)))
    find_forces(mechanism, touch)
    kick(touch, 0.5 * dt)
    find_forces(mechanism, touch)
    kick(touch, dt)
    drift(touch, 0.5 * dt)
    touch.t += dt


@kernel
def approach(mechanism: Record, touch: Record, dt: float, count: int) -> int:
    """Step until the rings touch; returns the number of steps made, the last of which ends in contact, or -1."""
    for i in range(count):
        step(mechanism, touch, dt)
        if not present_gap(mechanism, touch) > 0.0:
            return i + 1
    return -1


@kernel
def advance(mechanism: Record, touch: Record, dt: float, count: int) -> int:
    """Make `count` steps and return the status: FREE, CAPTURED or BROKEN."""
    for _ in range(count):
        step(mechanism, touch, dt)
    total = 0.0
    for body in range(BODIES):
        total += norm(as_tuple(touch.r[body])) + norm(as_tuple(touch.v[body])) + norm(as_tuple(touch.spin[body]))
    if not isfinite(total):
        touch.status = BROKEN
    status: int = touch.status
    return status
