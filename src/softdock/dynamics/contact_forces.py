"""Forces of target, hull and ring on each other: surfaces, rods and latches.

Every force acts with its opposite at one and the same point.
"""

from __future__ import annotations

from math import exp, sqrt

from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion
from ..numerics.rotations import Quaternion, conjugate, multiply, rotate, rotate_back
from ..numerics.vectors import Vector, add, as_tuple, cross, dot, norm, scale, store, subtract, times
from ..vehicle.craft import MAXIMUM_JETS
from .contact_geometry import (
    FACES,
    FLANKS,
    PADS,
    PETALS,
    RIM_POINTS,
    RODS,
    face_pair,
    flank_pair,
    pad_pair,
    ring_gap,
)
from .contact_state import AXIAL, BODIES, CAPTURED, FREE, HULL, RING, TARGET


@kernel
def hunt_crossley_force(depth: float, closing_speed: float, stiffness: float, damping: float) -> float:
    """Normal contact force [N], never adhesive: K d^(3/2) (1 + 3/2 a v). Hunt and Crossley 1975, eq. 8.

    depth [m] > 0 in contact · closing_speed [m/s] > 0 approaching · stiffness K [N/m^1.5] ·
    damping a [s/m]: to first order the coefficient of restitution is 1 - a v.
    """
    reach = max(depth, 0.0)
    elastic = stiffness * reach * sqrt(reach)
    return max(elastic * (1.0 + 1.5 * damping * closing_speed), 0.0)


@kernel
def velocity_at(touch: Record, body: int, point: Vector) -> Vector:
    """Velocity [m/s] of the material point of a body that is now at `point`."""
    arm = subtract(point, as_tuple(touch.r[body]))
    return add(as_tuple(touch.v[body]), cross(as_tuple(touch.omega[body]), arm))


@kernel
def push(touch: Record, body: int, other: int, point: Vector, force: Vector) -> None:
    """Let a force [N] act on a body and its opposite on another, both at one point."""
    on_body = cross(subtract(point, as_tuple(touch.r[body])), force)
    on_other = cross(subtract(point, as_tuple(touch.r[other])), force)
    store(touch.force[body], add(as_tuple(touch.force[body]), force))
    store(touch.force[other], subtract(as_tuple(touch.force[other]), force))
    store(touch.torque[body], add(as_tuple(touch.torque[body]), on_body))
    store(touch.torque[other], subtract(as_tuple(touch.torque[other]), on_other))


@kernel
def passive_rim(mechanism: Record, touch: Record) -> tuple[Vector, Quaternion]:
    """Centre of the target's rim (frame D') relative to O in N, and q_ND."""
    q_NT = as_quaternion(touch.q[TARGET])
    q_ND = multiply(q_NT, as_quaternion(touch.q_port[TARGET]))
    port = add(as_tuple(touch.r[TARGET]), rotate(q_NT, as_tuple(touch.port[TARGET])))
    return add(port, rotate(q_ND, (mechanism.seat, 0.0, 0.0))), q_ND


@kernel
def ring_pose(mechanism: Record, touch: Record) -> tuple[Vector, Quaternion]:
    """The active ring relative to the passive rim: r_RD_D, q_DR."""
    rim_N, q_ND = passive_rim(mechanism, touch)
    r_RD_D = rotate_back(q_ND, subtract(as_tuple(touch.r[RING]), rim_N))
    return r_RD_D, multiply(conjugate(q_ND), as_quaternion(touch.q[RING]))


@kernel
def present_gap(mechanism: Record, touch: Record) -> float:
    """Signed distance [m] between the rings where they are now."""
    r_RD_D, q_DR = ring_pose(mechanism, touch)
    return ring_gap(mechanism, r_RD_D, q_DR)


@kernel
def keep_pair(touch: Record, deepest: float, pair: int, distance: float, outside: float,
              point_N: Vector, push_N: Vector) -> None:  # fmt: skip
    """Store a pair for the force laws.

    A surface is touched only through its front: what came round its edge stays behind it, without
    force, until it is in front again. Otherwise sliding off an edge and back would create energy.
    """
    if distance > 0.0:
        touch.behind[pair] = 0
    elif outside > 0.0 or distance < -deepest:
        touch.behind[pair] = 1
    touch.pair_depth[pair] = 0.0 if distance > 0.0 or touch.behind[pair] == 1 else -distance
    store(touch.pair_point[pair], point_N)
    store(touch.pair_push[pair], push_N)


@kernel
def find_pairs(mechanism: Record, touch: Record) -> None:
    """Depth, point and direction of force of all pairs in this configuration."""
    rim_N, q_ND = passive_rim(mechanism, touch)
    r_RD_D, q_DR = ring_pose(mechanism, touch)
    ring_N = as_tuple(touch.r[RING])
    q_NR = as_quaternion(touch.q[RING])
    q_RD = conjugate(q_DR)
    r_DR_R = scale(-1.0, rotate(q_RD, r_RD_D))
    for k in range(PETALS):
        distance, outside, point, normal = face_pair(mechanism, mechanism.petal_azimuth[k], r_DR_R, q_RD)
        place = add(ring_N, rotate(q_NR, point))
        way = scale(-1.0, rotate(q_NR, normal))
        keep_pair(touch, mechanism.deepest, k, distance, outside, place, way)
        distance, outside, point, normal = face_pair(mechanism, mechanism.petal_azimuth[k], r_RD_D, q_DR)
        place = add(rim_N, rotate(q_ND, point))
        keep_pair(touch, mechanism.deepest, PETALS + k, distance, outside, place, rotate(q_ND, normal))
    for k in range(FLANKS):
        distance, outside, point, normal = flank_pair(mechanism, k, r_RD_D, q_DR)
        place = add(rim_N, rotate(q_ND, point))
        way = scale(-1.0, rotate(q_ND, normal))
        keep_pair(touch, mechanism.deepest, FACES + k, distance, outside, place, way)
    axis = rotate(q_ND, (1.0, 0.0, 0.0))
    for k in range(PADS):
        distance, outside, point = pad_pair(mechanism, k, r_RD_D, q_DR)
        place = add(rim_N, rotate(q_ND, point))
        keep_pair(touch, mechanism.deepest, FACES + FLANKS + k, distance, outside, place, axis)


@kernel
def contact_wrench(mechanism: Record, touch: Record, pair: int) -> None:
    """Normal force and friction of one touching pair on ring and target."""
    point = as_tuple(touch.pair_point[pair])
    normal = as_tuple(touch.pair_push[pair])
    slip = subtract(velocity_at(touch, RING, point), velocity_at(touch, TARGET, point))
    opening = dot(slip, normal)
    load = hunt_crossley_force(touch.pair_depth[pair], -opening, mechanism.stiffness, mechanism.damping)
    slip = subtract(slip, scale(opening, normal))
    speed = sqrt(dot(slip, slip) + mechanism.friction_speed * mechanism.friction_speed)
    push(touch, RING, TARGET, point, subtract(scale(load, normal), scale(mechanism.friction * load / speed, slip)))


@kernel
def hook_force(mechanism: Record, touch: Record, pair: int) -> None:
    """Spring of an open latch whose hook is pressed down on the passive rim; lost when the latch closes."""
    load = scale(mechanism.hook_stiffness * touch.pair_depth[pair], as_tuple(touch.pair_push[pair]))
    push(touch, RING, TARGET, as_tuple(touch.pair_point[pair]), load)


@kernel
def rod_force(mechanism: Record, touch: Record, rod: int) -> None:
    """Spring, damper and stops of one rod, on ring and hull."""
    q_NC = as_quaternion(touch.q[HULL])
    foot_P = as_tuple(mechanism.rod_foot[rod])
    foot_C = add(as_tuple(touch.port[HULL]), rotate(as_quaternion(touch.q_port[HULL]), foot_P))
    foot = add(as_tuple(touch.r[HULL]), rotate(q_NC, foot_C))
    head = add(as_tuple(touch.r[RING]), rotate(as_quaternion(touch.q[RING]), as_tuple(mechanism.rod_head[rod])))
    span = subtract(head, foot)
    length = norm(span)
    direction = scale(1.0 / length, span)
    rate = dot(direction, subtract(velocity_at(touch, RING, head), velocity_at(touch, HULL, foot)))
    shortening = mechanism.rod_length - length
    damping = mechanism.rod_captured_damping if touch.status == CAPTURED else mechanism.rod_damping
    load = mechanism.rod_stiffness * shortening - damping * rate
    if shortening > mechanism.rod_shortening:
        load += mechanism.rod_stop_stiffness * (shortening - mechanism.rod_shortening)
    if shortening < -mechanism.rod_lengthening:
        load += mechanism.rod_stop_stiffness * (shortening + mechanism.rod_lengthening)
    push(touch, RING, HULL, head, scale(load, direction))
    if abs(shortening) > touch.stroke:
        touch.stroke = abs(shortening)


@kernel
def hook_offset(mechanism: Record, latch: int, r_RD_D: Vector, q_DR: Quaternion) -> Vector:
    """Where a hook is from its catch [m], in D'."""
    hook = add(r_RD_D, rotate(q_DR, as_tuple(mechanism.hook[latch])))
    return subtract(hook, as_tuple(mechanism.catch[latch]))


@kernel
def close_latches(mechanism: Record, touch: Record) -> None:
    """Close each latch whose hook is within reach; capture, and with it the end of thrust, when all are closed."""
    r_RD_D, q_DR = ring_pose(mechanism, touch)
    closed = 0
    for k in range(PETALS):
        if touch.latched[k] == 0:
            offset = hook_offset(mechanism, k, r_RD_D, q_DR)
            axial = abs(offset[0])
            lateral = sqrt(offset[1] * offset[1] + offset[2] * offset[2])
            miss = max(axial / mechanism.hook_axial, lateral / mechanism.hook_lateral)
            near = touch.latch_near[k]
            if miss < max(near[0] / mechanism.hook_axial, near[1] / mechanism.hook_lateral):
                near[0] = axial
                near[1] = lateral
            if miss <= 1.0:
                touch.latched[k] = 1
                touch.latch_time[k] = touch.t
                store(touch.latch_offset[k], offset)
        closed += touch.latched[k]
    if closed == PETALS and touch.status == FREE:
        touch.status = CAPTURED
        touch.capture_time = touch.t
        for j in range(MAXIMUM_JETS):
            touch.jet_stop[HULL, j, AXIAL] = min(touch.jet_stop[HULL, j, AXIAL], touch.t)


@kernel
def latch_force(mechanism: Record, touch: Record, latch: int) -> None:
    """Spring-damper of a closed latch, on ring and target; it draws the closing offset home exponentially."""
    rim_N, q_ND = passive_rim(mechanism, touch)
    r_RD_D, q_DR = ring_pose(mechanism, touch)
    left = exp(-(touch.t - touch.latch_time[latch]) / mechanism.draw_time)
    offset = hook_offset(mechanism, latch, r_RD_D, q_DR)
    stretch = subtract(offset, scale(left, as_tuple(touch.latch_offset[latch])))
    point = add(rim_N, rotate(q_ND, as_tuple(mechanism.catch[latch])))
    slip = subtract(velocity_at(touch, RING, point), velocity_at(touch, TARGET, point))
    pull = scale(-mechanism.latch_stiffness, rotate(q_ND, stretch))
    push(touch, RING, TARGET, point, subtract(pull, scale(mechanism.latch_damping, slip)))


@kernel
def find_forces(mechanism: Record, touch: Record) -> None:
    """All forces of the bodies on each other at this configuration and these velocities."""
    for body in range(BODIES):
        q = as_quaternion(touch.q[body])
        spin_B = rotate_back(q, as_tuple(touch.spin[body]))
        store(touch.omega[body], rotate(q, times(touch.inertia_inverse[body], spin_B)))
        store(touch.force[body], (0.0, 0.0, 0.0))
        store(touch.torque[body], (0.0, 0.0, 0.0))
    for pair in range(FACES + FLANKS + RIM_POINTS):
        # written so that a NaN depth is not skipped
        if not touch.pair_depth[pair] <= 0.0:
            contact_wrench(mechanism, touch, pair)
    for latch in range(PETALS):
        if touch.latched[latch] == 1:
            latch_force(mechanism, touch, latch)
        else:
            hook_force(mechanism, touch, FACES + FLANKS + RIM_POINTS + latch)
    load = norm(as_tuple(touch.force[TARGET]))
    if load > touch.peak_force:
        touch.peak_force = load
    for rod in range(RODS):
        rod_force(mechanism, touch, rod)
