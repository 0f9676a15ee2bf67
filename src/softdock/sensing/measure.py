"""One cycle of every instrument: the only place where the truth becomes something that can be flown on."""

from __future__ import annotations

from math import floor

from ..astro.lvlh import lvlh_from_inertial
from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, row, store_quaternion
from ..numerics.directions import deflected
from ..numerics.rotations import Quaternion, conjugate, from_rotation_vector, multiply, rotate, rotate_back
from ..numerics.vectors import Vector, add, as_tuple, dot, norm, scale, store, subtract, unit

CROSS_VISIBLE_COSINE = 0.8  # assumed: a stand-off cross is read up to 37 deg off its axis


@kernel
def _due(cycle: int, period: int) -> bool:
    return cycle % period == 0


@kernel
def _noisy_turn(sigma: float, noise: Record, first: int) -> Quaternion:
    return from_rotation_vector((sigma * noise[first], sigma * noise[first + 1], sigma * noise[first + 2]))


@kernel
def _sense_attitudes(measured: Record, suite: Record, truth: Record, noise: Record) -> None:
    """Platform and gyros of the chaser; horizon sensor and gyros of the target. Noise 0 to 11."""
    turn_C = multiply(as_quaternion(suite.attitude_bias_C), _noisy_turn(suite.attitude_noise_C, noise, 0))
    store_quaternion(measured.q_NC, multiply(as_quaternion(truth.q_NC), turn_C))
    q_LN = lvlh_from_inertial(as_tuple(truth.r_TN_N), as_tuple(truth.v_TN_N))
    turn_T = multiply(as_quaternion(suite.attitude_bias_T), _noisy_turn(suite.attitude_noise_T, noise, 6))
    store_quaternion(measured.q_LT, multiply(multiply(q_LN, as_quaternion(truth.q_NT)), turn_T))
    for i in range(3):
        measured.omega_CN_C[i] = truth.omega_CN_C[i] + suite.rate_bias_C[i] + suite.rate_noise_C * noise[3 + i]
        measured.omega_TN_T[i] = truth.omega_TN_T[i] + suite.rate_bias_T[i] + suite.rate_noise_T * noise[9 + i]


@kernel
def _sense_radio(measured: Record, suite: Record, cycle: int, distance: float, noise: Record) -> None:
    """Range in whole quanta, while the target is not too near. Noise 12."""
    is_read = _due(cycle, suite.radio_period) and distance >= suite.radio_minimum_range
    measured.has_radio = 1 if is_read else 0
    if is_read:
        exact = distance + suite.radio_bias + suite.radio_noise * noise[12]
        if suite.radio_quantum > 0.0:
            exact = suite.radio_quantum * floor(exact / suite.radio_quantum + 0.5)
        measured.radio_range = exact


@kernel
def _sense_directions(
    measured: Record, suite: Record, truth: Record, axis_C: Vector, cycle: int, distance: float, noise: Record
) -> None:
    """Line of sight to the hull: sextant far, optical sight nearer. axis_C: where the sight looks. Noise 13 to 16."""
    sight_N = scale(-1.0 / distance, as_tuple(truth.r_CT_N))
    is_far = _due(cycle, suite.sextant_period) and distance >= suite.sextant_minimum_range
    measured.has_sextant = 1 if is_far else 0
    if is_far:
        store(measured.sextant_N, deflected(sight_N, suite.sextant_noise * noise[13], suite.sextant_noise * noise[14]))
    sight_C = rotate_back(as_quaternion(truth.q_NC), sight_N)
    is_seen = (
        _due(cycle, suite.sight_period)
        and suite.sight_minimum_range <= distance <= suite.sight_maximum_range
        and dot(sight_C, axis_C) >= suite.sight_field_cosine
    )
    measured.has_sight = 1 if is_seen else 0
    if is_seen:
        store(measured.sight_C, deflected(sight_C, suite.sight_noise * noise[15], suite.sight_noise * noise[16]))


@kernel
def _sense_port(
    measured: Record, suite: Record, truth: Record, target: Record, axis_C: Vector, cycle: int, noise: Record
) -> None:
    """The target's port from the crew's eye: range by apparent size, direction and attitude by the cross. 17 to 22."""
    q_NC = as_quaternion(truth.q_NC)
    port_N = rotate(as_quaternion(truth.q_NT), as_tuple(target.port_position))
    eye_N = add(as_tuple(truth.r_CT_N), rotate(q_NC, as_tuple(suite.eye_C)))
    line_C = rotate_back(q_NC, subtract(port_N, eye_N))
    distance = norm(line_C)
    direction_C = unit(line_C)
    is_ahead = dot(direction_C, axis_C) >= suite.docking_field_cosine
    is_sized = _due(cycle, suite.size_period) and distance <= suite.size_maximum_range and is_ahead
    measured.has_size = 1 if is_sized else 0
    if is_sized:
        measured.size_range = distance * (1.0 + suite.size_bias + suite.size_noise * noise[17])
    q_CT = multiply(conjugate(q_NC), as_quaternion(truth.q_NT))
    faces = -dot(rotate(q_CT, row(target.dcm_PB, 0)), direction_C)
    is_cross_seen = (
        _due(cycle, suite.docking_period)
        and distance <= suite.docking_maximum_range
        and is_ahead
        and faces >= CROSS_VISIBLE_COSINE
    )
    measured.has_docking_target = 1 if is_cross_seen else 0
    if is_cross_seen:
        sigma = suite.docking_direction_noise
        store(measured.docking_C, deflected(direction_C, sigma * noise[18], sigma * noise[19]))
        bias = as_quaternion(suite.docking_attitude_bias)
        turn = multiply(bias, _noisy_turn(suite.docking_attitude_noise, noise, 20))
        store_quaternion(measured.docking_q_CT, multiply(q_CT, turn))


@kernel
def sense(
    measured: Record, suite: Record, truth: Record, target: Record, chaser: Record, cycle: int, noise: Record
) -> None:
    """Fill MEASURED with what the instruments read of the truth in this cycle. noise: NOISE_WIDTH Gaussian numbers."""
    distance = norm(as_tuple(truth.r_CT_N))
    axis_C = row(chaser.dcm_PB, 0)
    _sense_attitudes(measured, suite, truth, noise)
    _sense_radio(measured, suite, cycle, distance, noise)
    _sense_directions(measured, suite, truth, axis_C, cycle, distance, noise)
    _sense_port(measured, suite, truth, target, axis_C, cycle, noise)
