"""The closed loop of the last kilometres: two craft in six degrees of freedom, ten times a second.

             ┌────────────────────────── truth ◄─────────────────────────┐
             ▼                                                           │
           sense ──► estimate ──► mode ──► steer ──► control ──► fire ──► move
                     (navigation)                 (phase plane)  (jets)

Nothing between `estimate` and `fire` sees the truth. The loop ends at the start of the cycle in which
the guide rings would touch; the docking phase flies that cycle again, in steps short enough for contact.
"""

from __future__ import annotations

import numpy as np

from ..conventions import Array, Record
from ..dynamics.near_field import open_tick
from ..dynamics.rigid_body import copy_truth, step_with_jets
from ..gnc.allocation import fire
from ..gnc.control import track_attitude, turn_demand, velocity_change
from ..gnc.guidance import choose_mode, locate
from ..gnc.modes import AT_THE_PORT, FLYING, MODES
from ..gnc.navigation import believed_lvlh, predict, target_rate_N, use_readings
from ..gnc.steering import steer
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.rotations import conjugate, multiply, rotate, rotate_back
from ..numerics.vectors import as_tuple, scale, store, subtract
from ..sensing.measure import sense
from ..sensing.suite import NOISE_WIDTH
from .proximity_model import Proximity
from .proximity_records import SAMPLE, STEPS, start
from .proximity_report import hand_over, note_modes, samples_to_telemetry
from .proximity_watch import judge, rings_touch, sample, see_ports
from .world import World

__all__ = ["Proximity", "advance", "fly", "tick"]

CHUNK = 1000  # cycles per call: 100 s of flight, some 10 ms


@kernel
def tick(loop: Record, env: Record, noise: Record, rows: Record) -> None:
    """One cycle. noise: NOISE_WIDTH Gaussian numbers; rows: where samples go."""
    sense(loop.measured, loop.suite, loop.truth, loop.target, loop.chaser, loop.count, noise)
    estimate(loop)
    locate(loop.course, loop.guide, loop.estimate, loop.pilot_C)
    is_new_mode = choose_mode(loop.course, loop.guide, loop.estimate.is_target_seen, loop.truth.t)
    steer(loop.course, loop.guide, loop.estimate, loop.pilot_C)
    control_chaser(loop)
    control_target(loop)
    if is_new_mode or loop.count % loop.sample_every == 0:
        sample(loop, rows)
    move(loop, env)
    judge(loop)
    loop.count += 1


@kernel
def estimate(loop: Record) -> None:
    """The chaser's attitude and the relative state, from what the jets did and what was read."""
    q_NC = as_quaternion(loop.pilot_C.q_NB)
    kick = rotate(q_NC, scale(1.0 / loop.firing_C.mass, as_tuple(loop.firing_C.push_B)))
    shift = rotate(q_NC, scale(1.0 / loop.firing_C.mass, as_tuple(loop.firing_C.shift_B)))
    if loop.count > 0:
        predict(loop.estimate, loop.navigation, kick, shift)
    track_attitude(
        loop.pilot_C, loop.chaser, loop.measured.q_NC, loop.measured.omega_CN_C, loop.firing_C.turn_B, loop.cycle
    )
    use_readings(loop.estimate, loop.navigation, loop.measured, loop.pilot_C.q_NB)


@kernel
def control_chaser(loop: Record) -> None:
    """Velocity and attitude errors into jet pulses."""
    course, pilot = loop.course, loop.pilot_C
    q_NP = as_quaternion(course.q_NP_command)
    error_P = rotate_back(q_NP, subtract(as_tuple(course.v_command_N), as_tuple(loop.estimate.v_CT_N)))
    change_N = rotate(q_NP, velocity_change(pilot, error_P, course.deadband_P))
    push = scale(loop.firing_C.mass, rotate_back(as_quaternion(pilot.q_NB), change_N))
    fire(loop.firing_C, loop.selection_C, loop.chaser, push, turn_demand(pilot, loop.chaser), loop.cycle)


@kernel
def control_target(loop: Record) -> None:
    """The target holds the agreed attitude by itself: its horizon sensor, its phase plane, its jets."""
    pilot, firing = loop.pilot_T, loop.firing_T
    q_NL = conjugate(believed_lvlh(loop.estimate))  # both craft were told the same orbit
    store_quaternion(loop.q_NT_seen, multiply(q_NL, as_quaternion(loop.measured.q_LT)))
    track_attitude(pilot, loop.target, loop.q_NT_seen, loop.measured.omega_TN_T, firing.turn_B, loop.cycle)
    store_quaternion(pilot.q_NB_command, multiply(q_NL, as_quaternion(loop.navigation.q_LT_agreed)))
    store(pilot.omega_command_N, target_rate_N(loop.estimate))
    fire(firing, loop.selection_T, loop.target, (0.0, 0.0, 0.0), turn_demand(pilot, loop.target), loop.cycle)


@kernel
def move(loop: Record, env: Record) -> None:
    """Both craft through the cycle; taken back if the guide rings would touch in it."""
    truth, h = loop.truth, loop.cycle / STEPS
    open_tick(loop.field, env, truth, loop.target, loop.chaser, loop.cycle)
    copy_truth(loop.before, truth)
    on_T, on_C = loop.firing_T.on_times, loop.firing_C.on_times
    for k in range(STEPS):
        step_with_jets(truth, loop.field, loop.target, loop.chaser, on_T, on_C, (k * h, h))
        if rings_touch(loop):
            copy_truth(truth, loop.before)
            see_ports(loop)
            loop.status = AT_THE_PORT
            return
    truth.t = loop.start + (loop.count + 1) * loop.cycle  # a sum of cycles would gather round-off
    loop.jet_time_T += loop.firing_T.jet_time
    loop.jet_time_C += loop.firing_C.jet_time


@kernel
def advance(loop: Record, env: Record, noise: Array, rows: Record, count: int) -> None:
    """Up to `count` cycles, fewer when the phase ends; samples go to rows[:loop.rows]."""
    loop.rows = 0
    for i in range(count):
        tick(loop, env, noise[i], rows)
        if loop.status != FLYING:
            sample(loop, rows)
            return


def fly(phase: Proximity, world: World) -> None:
    """Fly the phase and leave both craft, and the jets' last commands, where the docking phase takes them up.

    Raises PropagationError when the chaser does not reach the port; the verdict is in the record by then.
    """
    loop = start(phase, world)
    noise = world.random("sensors")
    rows = np.recarray(CHUNK, dtype=SAMPLE)
    first, mode = loop.truth.t, -1
    while loop.status == FLYING:
        advance(loop, world.environment, noise.standard_normal((CHUNK, NOISE_WIDTH)), rows, CHUNK)
        samples = rows[: loop.rows]
        samples_to_telemetry(phase, world, samples)
        mode = note_modes(phase, world, samples, mode=mode)
        done = min(1.0, (loop.truth.t - first) / phase.time_limit_s)
        distance = f"{np.linalg.norm(loop.truth.r_CT_N):,.0f} m between centres of mass"
        world.notify(phase.kind, done, f"{MODES[mode]}, {distance}")
    hand_over(phase, world, loop)
