"""Watching the true state: where the ports are, whether the rings touch, whether the flight can go on."""

from __future__ import annotations

from math import sqrt

from ..conventions import Record
from ..dynamics.contact_geometry import gap
from ..dynamics.rigid_body import copy_truth
from ..gnc.modes import ESCAPE, ESCAPED, FLYING, MISSED, NOT_FINITE, OUT_OF_PROPELLANT, TOO_LATE
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, quaternion_of, store_quaternion
from ..numerics.facing import tilt_and_roll
from ..numerics.rotations import conjugate, multiply, rotate, rotate_back
from ..numerics.vectors import add, as_tuple, cross, dot, norm, store, subtract

NEAR = 2.0  # m between the ports at which the rings are watched
PASSED = -1.0  # m along the target port's axis: the chaser's port is behind it


@kernel
def rings_touch(loop: Record) -> bool:
    """True when the guide rings touch; also brings r_PD_D and q_DP up to date."""
    see_ports(loop)
    r_PD_D = as_tuple(loop.r_PD_D)
    return norm(r_PD_D) < NEAR and gap(loop.mechanism, r_PD_D, as_quaternion(loop.q_DP)) <= 0.0


@kernel
def see_ports(loop: Record) -> None:
    """The true position and attitude of the chaser's port in the frame of the target's."""
    truth, target, chaser = loop.truth, loop.target, loop.chaser
    q_NT, q_NC = as_quaternion(truth.q_NT), as_quaternion(truth.q_NC)
    q_ND = multiply(q_NT, conjugate(quaternion_of(target.dcm_PB)))
    q_NP = multiply(q_NC, conjugate(quaternion_of(chaser.dcm_PB)))
    ports = subtract(rotate(q_NC, as_tuple(chaser.port_position)), rotate(q_NT, as_tuple(target.port_position)))
    store(loop.r_PD_D, rotate_back(q_ND, add(as_tuple(truth.r_CT_N), ports)))
    store_quaternion(loop.q_DP, multiply(conjugate(q_ND), q_NP))


@kernel
def port_closing_speed(loop: Record) -> float:
    """Minus the rate of the distance between the port origins [m/s]."""
    truth = loop.truth
    q_NT, q_NC = as_quaternion(truth.q_NT), as_quaternion(truth.q_NC)
    arm_T, arm_C = as_tuple(loop.target.port_position), as_tuple(loop.chaser.port_position)
    swing_T = rotate(q_NT, cross(as_tuple(truth.omega_TN_T), arm_T))
    swing_C = rotate(q_NC, cross(as_tuple(truth.omega_CN_C), arm_C))
    apart = add(as_tuple(truth.r_CT_N), subtract(rotate(q_NC, arm_C), rotate(q_NT, arm_T)))
    motion = add(as_tuple(truth.v_CT_N), subtract(swing_C, swing_T))
    distance = norm(apart)
    return -dot(apart, motion) / distance if distance > 0.0 else 0.0


@kernel
def is_finite(loop: Record) -> bool:
    """False when any number that matters is infinite or undefined; a sum with such a one is, too."""
    truth, believed, total = loop.truth, loop.estimate, loop.truth.mass_T + loop.truth.mass_C
    for k in range(3):
        total += truth.r_TN_N[k] + truth.v_TN_N[k] + truth.r_CT_N[k] + truth.v_CT_N[k]
        total += truth.omega_TN_T[k] + truth.omega_CN_C[k] + truth.q_NT[k] + truth.q_NC[k]
        total += believed.r_CT_N[k] + believed.v_CT_N[k] + believed.covariance[k, k] + believed.q_NT[k]
        total += loop.pilot_C.omega_BN_B[k] + loop.pilot_T.omega_BN_B[k]
    return bool(total - total == 0.0)


@kernel
def judge(loop: Record) -> None:
    """End the phase when it cannot go on."""
    if loop.status != FLYING:
        return
    truth = loop.truth
    if not is_finite(loop):
        loop.status = NOT_FINITE
    elif not (truth.mass_T > loop.least_mass_T and truth.mass_C > loop.least_mass_C):
        loop.status = OUT_OF_PROPELLANT
    elif loop.r_PD_D[0] < PASSED and norm(as_tuple(loop.r_PD_D)) < loop.guide.station_range:
        loop.status = MISSED
    elif loop.course.mode == ESCAPE and loop.course.r_PD_D[0] > loop.guide.station_range:
        loop.status = ESCAPED
    elif not truth.t < loop.latest:
        loop.status = TOO_LATE


@kernel
def sample(loop: Record, rows: Record) -> None:
    """Add what telemetry shows of this moment to the rows; a moment already there is not added again."""
    last = loop.rows - 1
    if loop.rows >= rows.shape[0] or (last >= 0 and rows[last].truth.t == loop.truth.t):
        return
    row, covariance = rows[loop.rows], loop.estimate.covariance
    copy_truth(row.truth, loop.truth)
    row.sigma = sqrt(covariance[0, 0] + covariance[1, 1] + covariance[2, 2])
    store(row.estimated_N, as_tuple(loop.estimate.r_CT_N))
    store(row.r_PD_D, as_tuple(loop.r_PD_D))
    row.closing = port_closing_speed(loop)
    row.tilt, row.roll = tilt_and_roll(as_quaternion(loop.q_DP))
    row.mode = loop.course.mode
    row.jet_time_T = loop.jet_time_T
    row.jet_time_C = loop.jet_time_C
    loop.rows += 1
