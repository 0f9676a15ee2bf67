"""Attitude by phase plane, translation by velocity error: what impulse a craft needs in this cycle.

The phase plane works per body axis on angle and rate error, as the Apollo digital autopilot did: inside
the deadband only a fast rate is stopped; outside it the craft is sent back along a switching line at
most at the rate limit, and coasts while it is on its way. Hall et al. 2016, NTRS 20160001829.
"""

from __future__ import annotations

import numpy as np

from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.rotations import conjugate, from_rotation_vector, multiply, normalised, rotate_back, to_rotation_vector
from ..numerics.vectors import Vector, add, as_tuple, scale, store, subtract, times

AUTOPILOT = np.dtype(
    [
        ("q_NB", "f8", 4),  # believed attitude
        ("omega_BN_B", "f8", 3),  # believed rate
        ("q_NB_command", "f8", 4),
        ("omega_command_N", "f8", 3),
        ("deadband", "f8"),  # rad
        ("rate_deadband", "f8"),  # rad/s
        ("rate_limit", "f8"),  # rad/s
        ("thrusting", "i8", 3),  # axes of translation that are being corrected
    ],
    align=True,
)
"""The attitude that one craft believes and wants, and how closely it is to be kept."""

ATTITUDE_GAIN = 0.1  # per cycle: averages the platform's noise over a second
RATE_GAIN = 0.2  # per cycle; torques are fed forward, so that the filter adds no lag. AGC: 0.06 to 0.84
SLOPE = 0.6  # 1/s of the switching line: AGC Skylark 048, undocked
RETURN_SHARE = 0.4  # of the rate deadband: slowest rate at which an edge of the deadband is left; chosen
HYSTERESIS = 0.2  # a correction ends at this share of its deadband; chosen


@kernel
def track_attitude(pilot: Record, craft: Record, q_seen: Record, omega_seen: Record, turn: Record, dt: float) -> None:
    """One cycle of the attitude filter: coast with the torque impulse `turn` [N m s], then lean to what was seen."""
    before = as_tuple(pilot.omega_BN_B)
    gyroscopic = (
        before[1] * _momentum(craft, before, 2) - before[2] * _momentum(craft, before, 1),
        before[2] * _momentum(craft, before, 0) - before[0] * _momentum(craft, before, 2),
        before[0] * _momentum(craft, before, 1) - before[1] * _momentum(craft, before, 0),
    )
    change = times(craft.inertia_inverse, subtract(as_tuple(turn), scale(dt, gyroscopic)))
    after = add(before, change)
    q = as_quaternion(pilot.q_NB)
    q = multiply(q, from_rotation_vector(scale(0.5 * dt, add(before, after))))
    missing = to_rotation_vector(multiply(conjugate(q), as_quaternion(q_seen)))
    q = multiply(q, from_rotation_vector(scale(ATTITUDE_GAIN, missing)))
    store_quaternion(pilot.q_NB, normalised(q))
    store(pilot.omega_BN_B, add(after, scale(RATE_GAIN, subtract(as_tuple(omega_seen), after))))


@kernel
def _momentum(craft: Record, omega: Vector, i: int) -> float:
    return float(craft.inertia[i, 0] * omega[0] + craft.inertia[i, 1] * omega[1] + craft.inertia[i, 2] * omega[2])


@kernel
def rate_change(error: float, rate: float, deadband: float, rate_deadband: float, rate_limit: float) -> float:
    """Change of rate [rad/s] asked for about one axis; error [rad] and rate [rad/s] are actual less commanded."""
    beyond = abs(error) - deadband
    if beyond <= 0.0:
        return -rate if abs(rate) > rate_deadband else 0.0
    speed = min(SLOPE * beyond + RETURN_SHARE * rate_deadband, rate_limit)
    side = 1.0 if error > 0.0 else -1.0
    homeward = -side * rate
    is_on_its_way = homeward >= 0.5 * speed and homeward <= speed + rate_deadband
    return 0.0 if is_on_its_way else -side * (speed - homeward)


@kernel
def turn_demand(pilot: Record, craft: Record) -> Vector:
    """Angular impulse [N m s] in body axes that attitude control asks for now."""
    q = as_quaternion(pilot.q_NB)
    error = to_rotation_vector(multiply(conjugate(as_quaternion(pilot.q_NB_command)), q))
    rate = subtract(as_tuple(pilot.omega_BN_B), rotate_back(q, as_tuple(pilot.omega_command_N)))
    narrow, fast, limit = pilot.deadband, pilot.rate_deadband, pilot.rate_limit
    wanted = (
        rate_change(error[0], rate[0], narrow, fast, limit),
        rate_change(error[1], rate[1], narrow, fast, limit),
        rate_change(error[2], rate[2], narrow, fast, limit),
    )
    return times(craft.inertia, wanted)


@kernel
def velocity_change(pilot: Record, error: Vector, deadband: Record) -> Vector:
    """The part of a velocity error [m/s] worth correcting now, per axis of the frame that error is given in.

    A correction starts beyond the deadband and goes on until it is nearly done, over many cycles if need be.
    """
    for k in range(3):
        size = abs(error[k])
        if size > deadband[k]:
            pilot.thrusting[k] = 1
        elif size < HYSTERESIS * deadband[k]:
            pilot.thrusting[k] = 0
    return (
        error[0] if pilot.thrusting[0] != 0 else 0.0,
        error[1] if pilot.thrusting[1] != 0 else 0.0,
        error[2] if pilot.thrusting[2] != 0 else 0.0,
    )
