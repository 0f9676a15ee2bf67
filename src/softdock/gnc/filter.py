"""An extended Kalman filter of the relative state in inertial axes: coasting, spreading, one reading at a time.

Eight states: position and velocity of the chaser relative to the target, the bias of the radio range
and the relative bias of the range by apparent size. No accelerometer is read: commanded jet impulses
are fed forward and their execution error is process noise. Readings are worked in one scalar at a time
with Joseph's form, behind a gate.
Geller 2006; Bryson and Ho 1975, 12.4.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..astro.constants import EQUATORIAL_RADIUS, MU_EARTH
from ..conventions import Record
from ..kernels import kernel
from ..numerics.directions import axes_across
from ..numerics.vectors import Vector, add, as_tuple, dot, norm, scale, store, subtract

STATES = 8
MOVING = 6  # of them change with time; the others are constant
RADIO_BIAS = 6
SIZE_BIAS = 7
J2 = 1.0826e-3  # EGM2008, -sqrt(5) C20; four digits serve on board

ESTIMATE = np.dtype(
    [
        ("r_CT_N", "f8", 3),
        ("v_CT_N", "f8", 3),
        ("bias", "f8", 2),  # m of the radio range; fraction of the range by apparent size
        ("covariance", "f8", (STATES, STATES)),
        ("r_TN_N", "f8", 3),  # the target's orbit, as told before the phase and coasted since
        ("v_TN_N", "f8", 3),
        ("q_NT", "f8", 4),
        ("target_rate_error_T", "f8", 3),  # rad/s beyond that of the agreed attitude
        ("is_target_seen", "i8"),
        ("refused", "i8"),  # readings refused in a row
        ("transition", "f8", (STATES, STATES)),
        ("work", "f8", (STATES, STATES)),
        ("sensitivity", "f8", STATES),
        ("gain", "f8", STATES),
    ],
    align=True,
)
"""What is believed of the relative state, with the filter's working space."""

UNDERWEIGHT = 0.2  # of the expected spread, added to it
UNDERWEIGHTED = 25.0  # expected variance over that of the reading from which on it is
REFUSALS = 20  # after so many readings in a row the filter, not the instrument, is taken to be wrong
REOPENING = 4.0  # factor on the covariance then


@kernel
def gravity(r: Vector) -> Vector:
    """On-board gravity [m/s^2]: central and J2 about the z axis of N, 0.14 deg from the pole of 1975."""
    r2 = dot(r, r)
    k = MU_EARTH / (r2 * sqrt(r2))
    s = r[2] * r[2] / r2
    f = 1.5 * J2 * EQUATORIAL_RADIUS * EQUATORIAL_RADIUS / r2
    across = -k * (1.0 + f * (1.0 - 5.0 * s))
    return (across * r[0], across * r[1], -k * (1.0 + f * (3.0 - 5.0 * s)) * r[2])


@kernel
def coast(estimate: Record, kick: Vector, shift: Vector, dt: float) -> None:
    """Leapfrog of the target's orbit and of the relative state; kick [m/s], shift [m]: effect of the jets."""
    r_T, v_T = as_tuple(estimate.r_TN_N), as_tuple(estimate.v_TN_N)
    r, v = as_tuple(estimate.r_CT_N), as_tuple(estimate.v_CT_N)
    r_T_half = add(r_T, scale(0.5 * dt, v_T))
    r_half = add(r, scale(0.5 * dt, v))
    g_T = gravity(r_T_half)
    tide = subtract(gravity(add(r_T_half, r_half)), g_T)
    v_T = add(v_T, scale(dt, g_T))
    v = add(v, scale(dt, tide))
    store(estimate.v_TN_N, v_T)
    store(estimate.r_TN_N, add(r_T_half, scale(0.5 * dt, v_T)))
    store(estimate.r_CT_N, add(add(r_half, scale(0.5 * dt, v)), shift))
    store(estimate.v_CT_N, add(v, kick))


@kernel
def _fill_transition(estimate: Record, dt: float) -> None:
    """State transition over dt with the gradient of central gravity held at its value at the start."""
    phi, r = estimate.transition, estimate.r_TN_N
    r2 = r[0] * r[0] + r[1] * r[1] + r[2] * r[2]
    k = MU_EARTH / (r2 * sqrt(r2))
    for i in range(STATES):
        for j in range(STATES):
            phi[i, j] = 1.0 if i == j else 0.0
    for i in range(3):
        phi[i, i + 3] = dt
        for j in range(3):
            gradient = k * (3.0 * r[i] * r[j] / r2 - (1.0 if i == j else 0.0))
            phi[i, j] += 0.5 * dt * dt * gradient
            phi[i + 3, j] += dt * gradient
            phi[i + 3, j + 3] += 0.5 * dt * dt * gradient


@kernel
def spread(estimate: Record, density: float, error: float, dt: float) -> None:
    """Carry the covariance over dt [s]. density [m^2/s^3] of unmodelled acceleration; error [m/s] of the jets' kick."""
    _fill_transition(estimate, dt)
    phi, p, work = estimate.transition, estimate.covariance, estimate.work
    for i in range(MOVING):
        for j in range(STATES):
            total = 0.0
            for k in range(MOVING):
                total += phi[i, k] * p[k, j]
            work[i, j] = total
    for i in range(MOVING, STATES):
        for j in range(STATES):
            work[i, j] = p[i, j]
    for i in range(STATES):
        for j in range(i + 1):
            total = 0.0
            for k in range(STATES):
                total += work[i, k] * phi[j, k]
            p[i, j] = total
            p[j, i] = total
    for i in range(3):
        p[i, i] += density * dt * dt * dt / 3.0
        p[i, i + 3] += 0.5 * density * dt * dt
        p[i + 3, i] += 0.5 * density * dt * dt
        p[i + 3, i + 3] += density * dt + error * error


@kernel
def _set_sensitivity(estimate: Record, h: Vector, radio: float, size: float) -> None:
    for i in range(3):
        estimate.sensitivity[i] = h[i]
        estimate.sensitivity[i + 3] = 0.0
    estimate.sensitivity[RADIO_BIAS] = radio
    estimate.sensitivity[SIZE_BIAS] = size


@kernel
def update(estimate: Record, residual: float, variance: float, gate: float) -> bool:
    """Work one scalar reading in; its partials stand in estimate.sensitivity. False when the gate refuses it.

    Joseph's form, P' = (I - K H) P (I - K H)' + K R K', written as two passes of rank one; it holds for any
    gain. A reading much better than what is known is given less than its weight, because its partials are
    then taken far from the truth (Lear's underweighting; Zanetti, DeMars and Bishop 2010).
    """
    p, h, gain, work = estimate.covariance, estimate.sensitivity, estimate.gain, estimate.work
    spread = variance
    for i in range(STATES):
        total = 0.0
        for j in range(STATES):
            total += p[i, j] * h[j]
        gain[i] = total
        spread += h[i] * total
    if not residual * residual <= gate * spread:
        return False
    if spread > UNDERWEIGHTED * variance:
        spread += UNDERWEIGHT * (spread - variance)
    for i in range(STATES):
        work[0, i] = gain[i]  # P H'
        gain[i] = gain[i] / spread
    for i in range(STATES):
        for j in range(STATES):
            p[i, j] -= gain[i] * work[0, j]
    for i in range(STATES):
        total = 0.0
        for j in range(STATES):
            total += p[i, j] * h[j]
        work[1, i] = total
    for i in range(STATES):
        for j in range(i + 1):
            value = p[i, j] - work[1, i] * gain[j] + variance * gain[i] * gain[j]
            p[i, j] = value
            p[j, i] = value
    for i in range(3):
        estimate.r_CT_N[i] += gain[i] * residual
        estimate.v_CT_N[i] += gain[i + 3] * residual
    estimate.bias[0] += gain[RADIO_BIAS] * residual
    estimate.bias[1] += gain[SIZE_BIAS] * residual
    return True


@kernel
def _count(estimate: Record, is_accepted: bool) -> None:
    """Reopen the covariance when reading after reading is refused."""
    estimate.refused = 0 if is_accepted else estimate.refused + 1
    if estimate.refused >= REFUSALS:
        estimate.refused = 0
        for i in range(STATES):
            for j in range(STATES):
                estimate.covariance[i, j] *= REOPENING


@kernel
def use_radio(estimate: Record, reading: float, variance: float, gate: float) -> None:
    """The distance between both centres of mass [m], with a constant bias."""
    line = scale(-1.0, as_tuple(estimate.r_CT_N))
    expected = norm(line)
    if not expected > 0.0:
        return
    _set_sensitivity(estimate, scale(-1.0 / expected, line), 1.0, 0.0)
    _count(estimate, update(estimate, reading - expected - estimate.bias[0], variance, gate))


@kernel
def use_size(estimate: Record, offset: Vector, reading: float, fraction: float, gate: float) -> None:
    """The distance |offset - r_CT_N| [m] by apparent size: noise and bias are fractions of it."""
    line = subtract(offset, as_tuple(estimate.r_CT_N))
    distance = norm(line)
    if not distance > 0.0:
        return
    grown = 1.0 + estimate.bias[1]
    _set_sensitivity(estimate, scale(-grown / distance, line), 0.0, distance)
    sigma = fraction * distance
    _count(estimate, update(estimate, reading - distance * grown, sigma * sigma, gate))


@kernel
def use_direction(estimate: Record, offset: Vector, direction: Vector, variance: float, gate: float) -> None:
    """A unit vector along offset - r_CT_N, read as two small angles across the expected one, one after the other."""
    for which in range(2):
        line = subtract(offset, as_tuple(estimate.r_CT_N))
        expected = norm(line)
        if not expected > 0.0:
            return
        first, second = axes_across(scale(1.0 / expected, line))
        across = first if which == 0 else second
        _set_sensitivity(estimate, scale(-1.0 / expected, across), 0.0, 0.0)
        _count(estimate, update(estimate, dot(across, direction), variance, gate))
