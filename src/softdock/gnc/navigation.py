"""Where the chaser believes it is and how the target is turned: one cycle of readings into the estimate.

The relative state is the Kalman filter of `filter.py`. The target's attitude is kept by an alpha-beta
filter beside it, which starts from the attitude agreed on. Its gains are those of Benedict
and Bordner 1962 (IRE Trans. Automatic Control 7(4), 27): for a given smoothing of noise, the best at following.
"""

from __future__ import annotations

import numpy as np

from ..astro.lvlh import lvlh_from_inertial, lvlh_rate
from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.rotations import (
    Quaternion,
    conjugate,
    from_rotation_vector,
    multiply,
    normalised,
    rotate,
    rotate_back,
    to_rotation_vector,
)
from ..numerics.vectors import Vector, add, as_tuple, norm, scale, store, subtract
from .filter import coast, spread, use_direction, use_radio, use_size

RATE_MEMORY = 60.0  # s after which an unseen drift of the target is forgotten; its limit cycle turns round sooner
BELIEVABLE_TURN = 0.3  # rad between two looks at the cross; more is a misreading

NAVIGATION = np.dtype(
    [
        ("cycle", "f8"),  # s
        ("acceleration_noise", "f8"),  # m/s^1.5, square root of the density of unmodelled acceleration
        ("thrust_error", "f8"),  # one sigma, as a fraction of a commanded impulse
        ("gate", "f8"),  # normalised squared residual above which a reading is refused
        ("radio_variance", "f8"),
        ("sextant_variance", "f8"),
        ("sight_variance", "f8"),
        ("size_fraction", "f8"),  # one sigma as a fraction of the range
        ("docking_variance", "f8"),
        ("alpha", "f8"),  # gains of the filter of the target's attitude
        ("beta", "f8"),
        ("docking_period", "f8"),  # s
        ("eye_C", "f8", 3),
        ("port_T", "f8", 3),  # the target's port from its centre of mass, target body axes
        ("q_LT_agreed", "f8", 4),  # attitude that the target holds
    ],
    align=True,
)
"""What navigation knows of the instruments and of the target before the flight."""


@kernel
def target_rate_N(estimate: Record) -> Vector:
    """Rate of LVLH in N [rad/s] at the believed target."""
    return lvlh_rate(as_tuple(estimate.r_TN_N), as_tuple(estimate.v_TN_N))


@kernel
def believed_lvlh(estimate: Record) -> Quaternion:
    """q_LN of LVLH at the believed target."""
    return lvlh_from_inertial(as_tuple(estimate.r_TN_N), as_tuple(estimate.v_TN_N))


@kernel
def suppose_agreed_attitude(estimate: Record, navigation: Record) -> None:
    """Believe that the target holds the attitude agreed on."""
    q_NL = conjugate(believed_lvlh(estimate))
    store_quaternion(estimate.q_NT, multiply(q_NL, as_quaternion(navigation.q_LT_agreed)))


@kernel
def _coast_target_attitude(estimate: Record, navigation: Record) -> None:
    """Turn the believed target with LVLH and its own drift; until it is seen it holds the attitude agreed on."""
    dt = navigation.cycle
    if estimate.is_target_seen == 0:
        suppose_agreed_attitude(estimate, navigation)
        return
    q_NT = as_quaternion(estimate.q_NT)
    drift = as_tuple(estimate.target_rate_error_T)
    omega_T = add(rotate_back(q_NT, target_rate_N(estimate)), drift)
    store_quaternion(estimate.q_NT, normalised(multiply(q_NT, from_rotation_vector(scale(dt, omega_T)))))
    store(estimate.target_rate_error_T, scale(1.0 - dt / RATE_MEMORY, drift))


@kernel
def _use_target_attitude(estimate: Record, navigation: Record, measured: Record, q_NC: Record) -> None:
    q_NT = as_quaternion(estimate.q_NT)
    seen = multiply(as_quaternion(q_NC), as_quaternion(measured.docking_q_CT))
    turn = to_rotation_vector(multiply(conjugate(q_NT), seen))
    if not norm(turn) <= BELIEVABLE_TURN:
        return
    estimate.is_target_seen = 1
    turned = multiply(q_NT, from_rotation_vector(scale(navigation.alpha, turn)))
    store_quaternion(estimate.q_NT, normalised(turned))
    drift = add(as_tuple(estimate.target_rate_error_T), scale(navigation.beta / navigation.docking_period, turn))
    store(estimate.target_rate_error_T, drift)


@kernel
def _use_far_readings(estimate: Record, navigation: Record, measured: Record, q_NC: Record) -> None:
    """Radio range, sextant and sight: between the centres of both craft."""
    centre = (0.0, 0.0, 0.0)
    gate = navigation.gate
    if measured.has_radio != 0:
        use_radio(estimate, measured.radio_range, navigation.radio_variance, gate)
    if measured.has_sextant != 0:
        use_direction(estimate, centre, as_tuple(measured.sextant_N), navigation.sextant_variance, gate)
    if measured.has_sight != 0:
        direction = rotate(as_quaternion(q_NC), as_tuple(measured.sight_C))
        use_direction(estimate, centre, direction, navigation.sight_variance, gate)


@kernel
def _use_near_readings(estimate: Record, navigation: Record, measured: Record, q_NC: Record) -> None:
    """Apparent size and the docking cross: from the eye to the target's port."""
    q = as_quaternion(q_NC)
    port_N = rotate(as_quaternion(estimate.q_NT), as_tuple(navigation.port_T))
    offset = subtract(port_N, rotate(q, as_tuple(navigation.eye_C)))
    if measured.has_size != 0:
        use_size(estimate, offset, measured.size_range, navigation.size_fraction, navigation.gate)
    if measured.has_docking_target != 0:
        direction = rotate(q, as_tuple(measured.docking_C))
        use_direction(estimate, offset, direction, navigation.docking_variance, navigation.gate)


@kernel
def predict(estimate: Record, navigation: Record, kick: Vector, shift: Vector) -> None:
    """Coast over one cycle in which the jets added kick [m/s] and shift [m], in N."""
    dt = navigation.cycle
    density = navigation.acceleration_noise * navigation.acceleration_noise
    coast(estimate, kick, shift, dt)
    spread(estimate, density, navigation.thrust_error * norm(kick), dt)
    _coast_target_attitude(estimate, navigation)


@kernel
def use_readings(estimate: Record, navigation: Record, measured: Record, q_NC: Record) -> None:
    """Work in what was read in this cycle; q_NC: believed attitude of the chaser."""
    if measured.has_docking_target != 0:
        _use_target_attitude(estimate, navigation, measured, q_NC)
    _use_far_readings(estimate, navigation, measured, q_NC)
    _use_near_readings(estimate, navigation, measured, q_NC)
