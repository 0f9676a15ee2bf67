"""Two craft in six degrees of freedom, near each other: the truth of the last kilometres.

The target is integrated about the Earth, the chaser relative to the target, so that millimetres
are not lost in 6,600 km. Central attraction is exact in every stage, in Encke's form for the
difference; all other forces come from `near_field.open_tick`, once per tick, as a `FIELD`. A
zeroed `FIELD` is empty space. Masses and inertias are those of the `CRAFT` records, but for the
mass itself, which falls as the jets burn. Contact is integrated elsewhere, in `contact.py`.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.rotations import Quaternion, normalised, rotate, rotate_back
from ..numerics.vectors import Vector, add, as_tuple, cross, dot, scale, store, subtract, times

State = tuple[Vector, Vector, Vector, Vector, Quaternion, Vector, Quaternion, Vector]
"""r_TN_N, v_TN_N, r_CT_N, v_CT_N, q_NT, omega_TN_T, q_NC, omega_CN_C; or their rates."""
Wrench = tuple[Vector, Vector]
"""Force [N] in N (inertial axes) and torque [N m] about the centre of mass in body axes."""

TRUTH = np.dtype(
    [
        ("t", "f8"),  # s, TT from the mission epoch
        ("r_TN_N", "f8", 3),
        ("v_TN_N", "f8", 3),
        ("r_CT_N", "f8", 3),
        ("v_CT_N", "f8", 3),
        ("q_NT", "f8", 4),
        ("omega_TN_T", "f8", 3),
        ("mass_T", "f8"),
        ("q_NC", "f8", 4),
        ("omega_CN_C", "f8", 3),
        ("mass_C", "f8"),
    ],
    align=True,
)
"""True state of target and chaser: centres of mass, body axes, SI."""

FIELD = np.dtype(
    [
        ("mu", "f8"),  # m^3/s^2; zero switches gravity off
        ("perturbation_N", "f8", 3),  # of the target, m/s^2: everything but the central attraction
        ("relative_perturbation_N", "f8", 3),  # of the chaser relative to the target, likewise
    ],
    align=True,
)
"""What acts on the craft besides central attraction, held over one tick."""


@kernel
def state_of(truth: Record) -> State:
    """The integrated part of a `TRUTH` record."""
    return (
        as_tuple(truth.r_TN_N),
        as_tuple(truth.v_TN_N),
        as_tuple(truth.r_CT_N),
        as_tuple(truth.v_CT_N),
        as_quaternion(truth.q_NT),
        as_tuple(truth.omega_TN_T),
        as_quaternion(truth.q_NC),
        as_tuple(truth.omega_CN_C),
    )


@kernel
def store_state(truth: Record, state: State, dt: float) -> None:
    """Write the state after a step of dt [s] back; quaternions are made unit again."""
    r_T, v_T, r_CT, v_CT, q_NT, omega_T, q_NC, omega_C = state
    truth.t += dt
    store(truth.r_TN_N, r_T)
    store(truth.v_TN_N, v_T)
    store(truth.r_CT_N, r_CT)
    store(truth.v_CT_N, v_CT)
    store_quaternion(truth.q_NT, normalised(q_NT))
    store(truth.omega_TN_T, omega_T)
    store_quaternion(truth.q_NC, normalised(q_NC))
    store(truth.omega_CN_C, omega_C)


@kernel
def copy_truth(to: Record, truth: Record) -> None:
    """Make one `TRUTH` record equal to another."""
    store_state(to, state_of(truth), 0.0)
    to.t = truth.t
    to.mass_T = truth.mass_T
    to.mass_C = truth.mass_C


@kernel
def central_attraction(mu: float, r: Vector) -> Vector:
    """Two-body acceleration [m/s^2] at r [m]; none where there is no mass."""
    if mu == 0.0:
        return (0.0, 0.0, 0.0)
    r2 = dot(r, r)
    return scale(-mu / (r2 * sqrt(r2)), r)


@kernel
def central_difference(mu: float, r: Vector, delta: Vector) -> Vector:
    """Two-body acceleration at r + delta less that at r [m/s^2], without cancellation. Encke; Battin 1999, 8.4."""
    if mu == 0.0:
        return (0.0, 0.0, 0.0)
    r2 = dot(r, r)
    q = (2.0 * dot(r, delta) + dot(delta, delta)) / r2  # (|r + delta| / |r|)^2 - 1
    root = sqrt(1.0 + q) * (1.0 + q)
    f = q * (3.0 + q * (3.0 + q)) / (1.0 + root)  # root - 1
    factor = mu / (r2 * sqrt(r2) * root)
    return scale(factor, subtract(scale(f, r), delta))


@kernel
def gravity_gradient_torque(mu: float, r_B: Vector, inertia: Record) -> Vector:
    """Torque [N m] in body axes at r_B [m] from the Earth's centre, in body axes. Wertz 1978, eq. 17-34."""
    if mu == 0.0:
        return (0.0, 0.0, 0.0)
    r2 = dot(r_B, r_B)
    return scale(3.0 * mu / (r2 * r2 * sqrt(r2)), cross(r_B, times(inertia, r_B)))


@kernel
def quaternion_rate(q: Quaternion, omega_B: Vector) -> Quaternion:
    """Rate of q_NB of a body that turns at omega_BN_B [rad/s]: half of q times omega."""
    p, r, s = 0.5 * omega_B[0], 0.5 * omega_B[1], 0.5 * omega_B[2]
    return (
        -q[1] * p - q[2] * r - q[3] * s,
        q[0] * p + q[2] * s - q[3] * r,
        q[0] * r - q[1] * s + q[3] * p,
        q[0] * s + q[1] * r - q[2] * p,
    )


@kernel
def angular_acceleration(craft: Record, omega_B: Vector, torque_B: Vector) -> Vector:
    """Euler's equation [rad/s^2]."""
    gyroscopic = cross(omega_B, times(craft.inertia, omega_B))
    return times(craft.inertia_inverse, subtract(torque_B, gyroscopic))


@kernel
def rates(
    state: State,
    masses: tuple[float, float],
    field: Record,
    target: Record,
    chaser: Record,
    wrench_T: Wrench,
    wrench_C: Wrench,
) -> State:
    """Rate of change of both craft under gravity and the wrenches that act on them. masses [kg]: target, chaser."""
    r_T, v_T, r_CT, v_CT, q_NT, omega_T, q_NC, omega_C = state
    force_T, torque_T = wrench_T
    force_C, torque_C = wrench_C
    push_T = scale(1.0 / masses[0], force_T)
    push_C = scale(1.0 / masses[1], force_C)
    a_T = add(add(central_attraction(field.mu, r_T), as_tuple(field.perturbation_N)), push_T)
    tide = add(central_difference(field.mu, r_T, r_CT), as_tuple(field.relative_perturbation_N))
    a_CT = add(tide, subtract(push_C, push_T))
    gradient_T = gravity_gradient_torque(field.mu, rotate_back(q_NT, r_T), target.inertia)
    gradient_C = gravity_gradient_torque(field.mu, rotate_back(q_NC, add(r_T, r_CT)), chaser.inertia)
    return (
        v_T,
        a_T,
        v_CT,
        a_CT,
        quaternion_rate(q_NT, omega_T),
        angular_acceleration(target, omega_T, add(torque_T, gradient_T)),
        quaternion_rate(q_NC, omega_C),
        angular_acceleration(chaser, omega_C, add(torque_C, gradient_C)),
    )


@kernel
def _along(a: Vector, rate: Vector, h: float) -> Vector:
    return (a[0] + h * rate[0], a[1] + h * rate[1], a[2] + h * rate[2])


@kernel
def _along4(a: Quaternion, rate: Quaternion, h: float) -> Quaternion:
    return (a[0] + h * rate[0], a[1] + h * rate[1], a[2] + h * rate[2], a[3] + h * rate[3])


@kernel
def moved(state: State, rate: State, h: float) -> State:
    """The state after h [s] at a constant rate."""
    return (
        _along(state[0], rate[0], h),
        _along(state[1], rate[1], h),
        _along(state[2], rate[2], h),
        _along(state[3], rate[3], h),
        _along4(state[4], rate[4], h),
        _along(state[5], rate[5], h),
        _along4(state[6], rate[6], h),
        _along(state[7], rate[7], h),
    )


@kernel
def runge_kutta(state: State, k1: State, k2: State, k3: State, k4: State, h: float) -> State:
    """The state after a step h [s] of the classical fourth-order rule, from its four rates. Kutta 1901."""
    state = moved(state, k1, h / 6.0)
    state = moved(state, k2, h / 3.0)
    state = moved(state, k3, h / 3.0)
    return moved(state, k4, h / 6.0)


@kernel
def inertial_wrench(q_NB: Quaternion, body_wrench: Wrench) -> Wrench:
    """A wrench whose force is given in body axes, with the force turned into N."""
    return (rotate(q_NB, body_wrench[0]), body_wrench[1])


@kernel
def _jet_rates(state: State, truth: Record, field: Record, target: Record, chaser: Record,
               jets_T: Wrench, jets_C: Wrench) -> State:  # fmt: skip
    masses = (truth.mass_T, truth.mass_C)
    wrench_T = inertial_wrench(state[4], jets_T)
    wrench_C = inertial_wrench(state[6], jets_C)
    return rates(state, masses, field, target, chaser, wrench_T, wrench_C)


@kernel
def step(truth: Record, field: Record, target: Record, chaser: Record,
         jets_T: Wrench, jets_C: Wrench, h: float) -> None:  # fmt: skip
    """Move both craft by h [s] under body-fixed wrenches (force [N] and torque [N m], both in body axes)."""
    state = state_of(truth)
    k1 = _jet_rates(state, truth, field, target, chaser, jets_T, jets_C)
    k2 = _jet_rates(moved(state, k1, 0.5 * h), truth, field, target, chaser, jets_T, jets_C)
    k3 = _jet_rates(moved(state, k2, 0.5 * h), truth, field, target, chaser, jets_T, jets_C)
    k4 = _jet_rates(moved(state, k3, h), truth, field, target, chaser, jets_T, jets_C)
    store_state(truth, runge_kutta(state, k1, k2, k3, k4, h), h)


@kernel
def jet_overlap(on_time: float, start: float, h: float) -> float:
    """Seconds for which a jet that fires over [0, on_time] of a tick is on within [start, start + h]."""
    left = on_time - start
    if not left > 0.0:
        return 0.0
    return left if left < h else h


@kernel
def jet_wrench(craft: Record, on_times: Record, start: float, h: float) -> tuple[Vector, Vector, float]:
    """Force [N], torque [N m] (body axes) and propellant flow [kg/s] of the jets, averaged over [start, start + h].

    on_times (32) [s] count from the start of the tick. The average keeps impulse and propellant
    exact at any step: a pulse shorter than the step is not lost, nor one that ends within it rounded.
    """
    fx, fy, fz, tx, ty, tz, flow = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(craft.jet_count):
        share = jet_overlap(on_times[j], start, h) / h
        if share > 0.0:
            fx += share * craft.jet_force[j, 0]
            fy += share * craft.jet_force[j, 1]
            fz += share * craft.jet_force[j, 2]
            tx += share * craft.jet_torque[j, 0]
            ty += share * craft.jet_torque[j, 1]
            tz += share * craft.jet_torque[j, 2]
            flow += share * craft.jet_flow[j]
    return (fx, fy, fz), (tx, ty, tz), flow


@kernel
def step_with_jets(truth: Record, field: Record, target: Record, chaser: Record,
                   on_times_T: Record, on_times_C: Record, interval: tuple[float, float]) -> None:  # fmt: skip
    """Move both craft and burn propellant over an interval of a tick whose jet on-times [s] are given.

    interval [s]: start, counted from the start of the tick, and length. Mass is held within it.
    """
    start, h = interval
    force_T, torque_T, flow_T = jet_wrench(target, on_times_T, start, h)
    force_C, torque_C, flow_C = jet_wrench(chaser, on_times_C, start, h)
    step(truth, field, target, chaser, (force_T, torque_T), (force_C, torque_C), h)
    truth.mass_T -= flow_T * h
    truth.mass_C -= flow_C * h
