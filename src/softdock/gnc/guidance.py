"""Where the chaser is relative to the target's port, and which mode that calls for."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.facing import tilt_and_roll
from ..numerics.rotations import conjugate, multiply, rotate, rotate_back
from ..numerics.vectors import Vector, add, as_tuple, cross, dot, norm, store, subtract
from .modes import BRAKING, ESCAPE, FINAL_APPROACH, INTERCEPT, STATION_KEEPING, TRANSFER
from .navigation import target_rate_N

GATES = 8

GUIDE = np.dtype(
    [
        ("gate_count", "i8"),
        ("gate_range", "f8", GATES),
        ("gate_speed", "f8", GATES),
        ("station_range", "f8"),  # between the ports
        ("station_time", "f8"),
        ("station_box", "f8"),  # half its side
        ("transfer_speed", "f8"),
        ("approach_speed", "f8"),
        ("contact_speed", "f8"),
        ("contact_speed_range", "f8"),
        ("corridor_tangent", "f8"),
        ("corridor_floor", "f8"),  # half width at the port
        ("escape_speed", "f8"),
        ("wide_deadband", "f8"),  # rad
        ("docking_deadband", "f8"),
        ("port_C", "f8", 3),
        ("port_T", "f8", 3),
        ("q_CP", "f8", 4),
        ("q_TD", "f8", 4),
    ],
    align=True,
)
"""What guidance is told before the phase."""

COURSE = np.dtype(
    [
        ("mode", "i8"),
        ("mode_start", "f8"),  # s
        ("range", "f8"),  # between centres of mass
        ("closing", "f8"),
        ("r_PD_D", "f8", 3),  # chaser's port relative to the target's
        ("v_PD_D", "f8", 3),  # and its rate in D, chaser and target taken to turn together
        ("q_ND", "f8", 4),
        ("tilt", "f8"),  # rad between the port axes
        ("roll", "f8"),  # rad about the target port's axis
        ("q_NP_command", "f8", 4),
        ("v_command_N", "f8", 3),
        ("deadband_P", "f8", 3),  # m/s along the commanded axes of the chaser's port
    ],
    align=True,
)
"""What guidance believes of the geometry, and what it commands."""

SETTLED_SPEED = 0.1  # m/s at which the chaser has arrived in its box
ALIGNED = 0.035  # rad, 2 deg: asked of tilt and roll before the final approach
LOST_TILT = 0.12  # rad, 7 deg: given up during it


@kernel
def locate(course: Record, guide: Record, estimate: Record, pilot: Record) -> None:
    """Geometry of both ports and of the line of sight, as believed."""
    r, v = as_tuple(estimate.r_CT_N), as_tuple(estimate.v_CT_N)
    distance = norm(r)
    course.range = distance
    course.closing = -dot(r, v) / distance if distance > 0.0 else 0.0
    q_NC = as_quaternion(pilot.q_NB)
    q_NT = as_quaternion(estimate.q_NT)
    q_ND = multiply(q_NT, as_quaternion(guide.q_TD))
    store_quaternion(course.q_ND, q_ND)
    ports = subtract(rotate(q_NC, as_tuple(guide.port_C)), rotate(q_NT, as_tuple(guide.port_T)))
    store(course.r_PD_D, rotate_back(q_ND, add(r, ports)))
    store(course.v_PD_D, rotate_back(q_ND, subtract(v, cross(target_rate_N(estimate), r))))
    q_DP = multiply(conjugate(q_ND), multiply(q_NC, as_quaternion(guide.q_CP)))
    course.tilt, course.roll = tilt_and_roll(q_DP)


@kernel
def lateral(course: Record) -> float:
    """Distance of the chaser's port from the axis of the target's [m]."""
    return sqrt(course.r_PD_D[1] * course.r_PD_D[1] + course.r_PD_D[2] * course.r_PD_D[2])


@kernel
def corridor(course: Record, guide: Record) -> float:
    """Half width of the approach corridor where the chaser's port is [m]."""
    return float(guide.corridor_floor + guide.corridor_tangent * max(course.r_PD_D[0], 0.0))


@kernel
def _station_error(course: Record, guide: Record) -> Vector:
    """From the chaser's port to the station-keeping point, in D."""
    return (guide.station_range - course.r_PD_D[0], -course.r_PD_D[1], -course.r_PD_D[2])


@kernel
def _next_mode(course: Record, guide: Record, is_target_seen: int, t: float) -> int:
    mode = course.mode
    if mode == INTERCEPT and course.range <= guide.gate_range[0]:
        return BRAKING
    if mode == BRAKING and course.range <= guide.gate_range[guide.gate_count - 1]:
        return TRANSFER
    away = norm(_station_error(course, guide))
    if mode == TRANSFER and away <= guide.station_box and norm(as_tuple(course.v_PD_D)) <= SETTLED_SPEED:
        return STATION_KEEPING
    if mode == STATION_KEEPING:
        is_aligned = is_target_seen != 0 and course.tilt <= ALIGNED and abs(course.roll) <= ALIGNED
        if is_aligned and t - course.mode_start >= guide.station_time and lateral(course) <= corridor(course, guide):
            return FINAL_APPROACH
        if away > 3.0 * guide.station_box:
            return TRANSFER
    if mode == FINAL_APPROACH and (lateral(course) > corridor(course, guide) or course.tilt > LOST_TILT):
        return ESCAPE
    return int(mode)


@kernel
def choose_mode(course: Record, guide: Record, is_target_seen: int, t: float) -> bool:
    """Move to the next mode when it is due; True when it changed."""
    mode = _next_mode(course, guide, is_target_seen, t)
    if mode == course.mode:
        return False
    course.mode = mode
    course.mode_start = t
    return True
