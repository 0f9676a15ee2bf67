"""The records of the closed loop, how a phase fills them, and how they become telemetry."""

from __future__ import annotations

import numpy as np

from ..conventions import DEGREE, Record
from ..dynamics.contact_geometry import MECHANISM, lowered_mechanism
from ..dynamics.rigid_body import FIELD, TRUTH
from ..errors import MissionError
from ..gnc import allocation
from ..gnc.allocation import FIRING, SELECTION
from ..gnc.control import AUTOPILOT
from ..gnc.filter import ESTIMATE, RADIO_BIAS, SIZE_BIAS
from ..gnc.guidance import COURSE, GUIDE
from ..gnc.modes import INTERCEPT
from ..gnc.navigation import NAVIGATION, believed_lvlh, suppose_agreed_attitude
from ..kernels import record
from ..numerics.attitudes import as_quaternion, quaternion_of
from ..numerics.rotations import conjugate, multiply
from ..sensing import suite as instruments
from ..sensing.measure import sense
from ..sensing.suite import MEASURED, NOISE_WIDTH, SENSORS
from ..vehicle.craft import AttitudeControl
from ..vehicle.lowered import CRAFT, lowered
from ..vehicle.mechanisms import mechanism
from .proximity_model import Proximity
from .proximity_watch import see_ports
from .world import World

CYCLE = 0.1  # s: the Apollo digital autopilot's (AGC), kept for the whole loop
STEPS = 2  # of the dynamics in a cycle
ATTITUDE_ALPHA = 0.2  # of the filter of the target's attitude: quiet to 0.4 of one reading's noise

LOOP = np.dtype(
    [
        ("truth", TRUTH),
        ("before", TRUTH),
        ("field", FIELD),
        ("target", CRAFT),
        ("chaser", CRAFT),
        ("mechanism", MECHANISM),
        ("suite", SENSORS),
        ("measured", MEASURED),
        ("navigation", NAVIGATION),
        ("estimate", ESTIMATE),
        ("guide", GUIDE),
        ("course", COURSE),
        ("pilot_T", AUTOPILOT),
        ("pilot_C", AUTOPILOT),
        ("selection_T", SELECTION),
        ("selection_C", SELECTION),
        ("firing_T", FIRING),
        ("firing_C", FIRING),
        ("q_NT_seen", "f8", 4),  # the target's own reading, turned into N
        ("start", "f8"),  # s, when the phase began
        ("cycle", "f8"),  # s
        ("count", "i8"),  # cycles flown
        ("sample_every", "i8"),
        ("rows", "i8"),  # samples taken in this chunk
        ("status", "i8"),
        ("latest", "f8"),  # s at which time is up
        ("jet_time_T", "f8"),  # s for which its jets have fired, all together
        ("jet_time_C", "f8"),
        ("least_mass_T", "f8"),  # kg at which the jets may use no more
        ("least_mass_C", "f8"),
        ("r_PD_D", "f8", 3),  # true: chaser's port relative to the target's, in the target port's frame
        ("q_DP", "f8", 4),
    ],
    align=True,
)
"""Everything that the closed loop reads and writes."""

SAMPLE = np.dtype(
    [
        ("truth", TRUTH),
        ("estimated_N", "f8", 3),
        ("sigma", "f8"),
        ("r_PD_D", "f8", 3),
        ("closing", "f8"),  # m/s between the port origins
        ("tilt", "f8"),
        ("roll", "f8"),
        ("mode", "i8"),
        ("jet_time_T", "f8"),
        ("jet_time_C", "f8"),
    ],
    align=True,
)
"""One sample of the loop, as it goes to telemetry."""


def start(phase: Proximity, world: World) -> Record:
    """The LOOP record at the hand-over from the far regime."""
    loop = record(LOOP)
    random = world.random("instruments")
    loop.cycle = CYCLE
    loop.sample_every = max(1, round(phase.sample_interval_s / CYCLE))
    _start_truth(loop, phase, world)
    loop.start = loop.truth.t
    loop.latest = loop.start + phase.time_limit_s
    loop.suite = instruments.lowered(phase.sensors, loop.chaser, cycle_s=CYCLE, random=random)
    _start_guide(loop, phase)
    _start_navigation(loop, phase, world, random)
    _start_pilots(loop, phase, world)
    _first_readings(loop, random)
    see_ports(loop)
    return loop


def _start_truth(loop: Record, phase: Proximity, world: World) -> None:
    """Both craft as the phase before left them."""
    for name, side in ((phase.target, "T"), (phase.chaser, "C")):
        body, assembly = world.bodies[name], world.crafts[name]
        craft = lowered(assembly, mass_kg=body.mass_kg, port=world.ports[name])
        loop["target" if side == "T" else "chaser"] = craft
        loop.truth[f"mass_{side}"] = body.mass_kg
        loop.truth[f"q_N{side}"] = body.q_NB
        loop.truth[f"omega_{side}N_{side}"] = body.omega_BN_B
        loop[f"selection_{side}"] = allocation.lowered(craft, dimension=3 if side == "T" else 6, name=name)
        loop[f"firing_{side}"].mass = body.mass_kg
        one_cycle = CYCLE * float(craft.jet_flow.sum())  # left in the tank, so that no cycle can overdraw it
        loop[f"least_mass_{side}"] = body.mass_kg - body.propellant[tank_of(world, name)] + one_cycle
    target, chaser = world.bodies[phase.target], world.bodies[phase.chaser]
    loop.truth.t = target.t
    loop.truth.r_TN_N[:] = target.r_N
    loop.truth.v_TN_N[:] = target.v_N
    loop.truth.r_CT_N[:] = chaser.r_N - target.r_N
    loop.truth.v_CT_N[:] = chaser.v_N - target.v_N
    port = world.crafts[phase.chaser].ports[world.ports[phase.chaser]]
    if port.mechanism is None:
        raise MissionError(f"port {world.ports[phase.chaser]!r} of {phase.chaser} has no docking mechanism; name one")
    loop.mechanism = lowered_mechanism(mechanism(port.mechanism))


def tank_of(world: World, name: str) -> str:
    """The tank that a craft's jets drink from."""
    thrusters = world.crafts[name].thrusters
    if thrusters is None:
        raise MissionError(f"{name} has no thrusters and cannot hold its attitude; give its vehicle [thrusters]")
    return thrusters.tank


def _start_guide(loop: Record, phase: Proximity) -> None:
    guide, final, station = loop.guide, phase.final_approach, phase.station_keeping
    guide.gate_count = len(phase.gates)
    for i, gate in enumerate(phase.gates):
        guide.gate_range[i] = gate.range_m
        guide.gate_speed[i] = gate.closing_speed_m_s
    guide.station_range = station.range_m
    guide.station_time = station.duration_s
    guide.station_box = station.box_m
    guide.transfer_speed = final.transfer_speed_m_s
    guide.approach_speed = final.closing_speed_m_s
    guide.contact_speed = final.contact_speed_m_s
    guide.contact_speed_range = final.contact_speed_range_m
    guide.corridor_tangent = np.tan(final.corridor_half_angle_deg * DEGREE)
    guide.corridor_floor = final.corridor_half_width_m
    guide.escape_speed = final.escape_speed_m_s
    guide.docking_deadband = final.attitude_deadband_deg * DEGREE
    guide.port_C[:] = loop.chaser.port_position
    guide.port_T[:] = loop.target.port_position
    guide.q_CP[:] = conjugate(quaternion_of(loop.chaser.dcm_PB))
    guide.q_TD[:] = conjugate(quaternion_of(loop.target.dcm_PB))
    loop.course.mode = INTERCEPT
    loop.course.mode_start = loop.truth.t


def _start_navigation(loop: Record, phase: Proximity, world: World, random: np.random.Generator) -> None:
    """What navigation allows for, and what the far regime's navigation hands on."""
    known, sensors, navigation = loop.navigation, phase.sensors, phase.navigation
    platform = sensors.chaser_attitude.noise_deg * DEGREE
    known.cycle = CYCLE
    known.acceleration_noise = navigation.acceleration_noise_m_s1_5
    known.thrust_error = navigation.thrust_error_fraction
    known.gate = navigation.gate_sigma**2
    known.radio_variance = sensors.radio_range.noise_m**2 + sensors.radio_range.quantum_m**2 / 12.0
    known.sextant_variance = (1e-3 * sensors.sextant.noise_mrad) ** 2
    known.sight_variance = (sensors.sight.noise_deg * DEGREE) ** 2 + platform**2
    known.size_fraction = sensors.apparent_size.noise_fraction
    known.docking_variance = (sensors.docking_target.direction_noise_deg * DEGREE) ** 2 + platform**2
    known.alpha = ATTITUDE_ALPHA
    known.beta = ATTITUDE_ALPHA**2 / (2.0 - ATTITUDE_ALPHA)  # best for this alpha: Benedict and Bordner 1962
    known.docking_period = sensors.docking_target.period_s
    known.eye_C[:] = loop.suite.eye_C
    known.port_T[:] = loop.target.port_position
    held = phase.docking_attitude(world.crafts[phase.target].ports[world.ports[phase.target]])
    known.q_LT_agreed[:] = quaternion_of(held)
    position, velocity, covariance = world.belief
    estimate = loop.estimate
    estimate.r_CT_N[:] = position
    estimate.v_CT_N[:] = velocity
    estimate.covariance[:6, :6] = covariance
    estimate.covariance[RADIO_BIAS, RADIO_BIAS] = sensors.radio_range.bias_m**2
    estimate.covariance[SIZE_BIAS, SIZE_BIAS] = sensors.apparent_size.bias_fraction**2
    estimate.r_TN_N[:] = loop.truth.r_TN_N + navigation.target_position_sigma_m * random.standard_normal(3)
    estimate.v_TN_N[:] = loop.truth.v_TN_N + navigation.target_velocity_sigma_m_s * random.standard_normal(3)
    suppose_agreed_attitude(estimate, known)


def _start_pilots(loop: Record, phase: Proximity, world: World) -> None:
    for name, side in ((phase.target, "T"), (phase.chaser, "C")):
        limits = world.crafts[name].craft.attitude_control
        if limits is None:
            raise MissionError(f"{name} has no attitude control; add an [attitude_control] table to its vehicle")
        _set_limits(loop[f"pilot_{side}"], limits)
    loop.guide.wide_deadband = loop.pilot_C.deadband


def _first_readings(loop: Record, random: np.random.Generator) -> None:
    """What both autopilots believe when they are switched on: one reading of their own instruments."""
    sense(loop.measured, loop.suite, loop.truth, loop.target, loop.chaser, 0, random.standard_normal(NOISE_WIDTH))
    q_NL = conjugate(believed_lvlh(loop.estimate))
    loop.q_NT_seen[:] = multiply(q_NL, as_quaternion(loop.measured.q_LT))
    loop.pilot_T.q_NB[:] = loop.q_NT_seen
    loop.pilot_T.omega_BN_B[:] = loop.measured.omega_TN_T
    loop.pilot_C.q_NB[:] = loop.measured.q_NC
    loop.pilot_C.omega_BN_B[:] = loop.measured.omega_CN_C


def _set_limits(pilot: Record, limits: AttitudeControl) -> None:
    pilot.deadband = limits.deadband_deg * DEGREE
    pilot.rate_deadband = limits.rate_deadband_deg_s * DEGREE
    pilot.rate_limit = limits.rate_limit_deg_s * DEGREE
