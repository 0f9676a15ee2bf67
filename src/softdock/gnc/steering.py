"""Where to go and how fast: gates along the line of sight, the port axis, station-keeping, final approach.

Far out the chaser flies along the line of sight, whose direction it keeps fixed among the stars but for
the bending that gravity will add before arrival; at each gate it brakes to the gate's closing speed.
Near the target it flies in the frame D of the target's port (x out of the port).
"""

from __future__ import annotations

from math import inf

from ..conventions import Record
from ..kernels import kernel
from ..numerics.attitudes import as_quaternion, store_quaternion
from ..numerics.directions import shortest_turn, turned_no_further
from ..numerics.facing import FACING
from ..numerics.rotations import conjugate, multiply, rotate, rotate_back
from ..numerics.vectors import Vector, add, as_tuple, cross, dot, norm, scale, store, subtract, unit
from .filter import gravity
from .guidance import corridor, lateral
from .modes import BRAKING, FINAL_APPROACH, INTERCEPT, STATION_KEEPING, TRANSFER
from .navigation import target_rate_N

SLOWEST_SHARE = 0.7  # of a gate's speed: slower than that is sped up
LATE_SHARE = 0.5  # of the first gate's speed, before that gate
LINE_DEADBAND = 0.05, 1e-4  # m/s and 1/s: across the line of sight a constant plus so much per metre of range
GATE_DEADBAND = 0.1  # m/s along it
ARC_COSINE = 0.9  # 26 deg: farther round the target than that, it is circled at constant distance
TRANSFER_TIME = 25.0  # s: distance to go over this is the speed asked for
LATERAL_TIME = 8.0  # s at the port, for the offset from its axis
LATERAL_STRETCH = 20.0  # m from the port at which that time has doubled: angles are read, not offsets
TRANSFER_DEADBAND = 0.05  # m/s
STATION_DEADBAND = 0.03
AXIAL_DEADBAND = 0.02
LATERAL_DEADBAND = 0.003


@kernel
def gate_speed(guide: Record, distance: float, closing: float) -> float:
    """Closing speed [m/s] to fly at a distance [m]: as it comes, within what the last gate passed allows."""
    fastest, slowest = inf, LATE_SHARE * guide.gate_speed[0]
    for i in range(guide.gate_count):
        if distance <= guide.gate_range[i]:
            fastest = guide.gate_speed[i]
            slowest = SLOWEST_SHARE * fastest
    if closing > fastest:
        return float(fastest)
    if closing < slowest:
        return float(slowest)
    return closing


@kernel
def _along_the_line(course: Record, guide: Record, estimate: Record) -> None:
    """Close in along the line of sight at the gate's speed.

    Across the line the speed is that which the tide of gravity will have used up on arrival: with the
    distance shrinking evenly over the time T left, the tide moves the chaser by a third of a T^2.
    """
    r_T, r = as_tuple(estimate.r_TN_N), as_tuple(estimate.r_CT_N)
    sight = scale(-1.0 / course.range, r)
    speed = gate_speed(guide, course.range, course.closing)
    tide = subtract(gravity(add(r_T, r)), gravity(r_T))
    across = subtract(tide, scale(dot(tide, sight), sight))
    lead = scale(-course.range / (3.0 * speed), across)
    store(course.v_command_N, add(scale(speed, sight), lead))
    slack = LINE_DEADBAND[0] + LINE_DEADBAND[1] * course.range
    store(course.deadband_P, (GATE_DEADBAND, slack, slack))


@kernel
def _limited(error: Vector, time: float, limit: float) -> Vector:
    """Velocity that removes an error in `time` [s], no faster than the limit."""
    away = norm(error)
    speed = away / time
    if speed <= limit:
        return scale(1.0 / time, error)
    return scale(limit / away, error)


@kernel
def _toward_the_axis(course: Record, guide: Record, estimate: Record) -> Vector:
    """Velocity in D to the station-keeping point, round the target and not through it."""
    station = (guide.station_range, 0.0, 0.0)
    error = subtract(station, as_tuple(course.r_PD_D))
    here = rotate_back(as_quaternion(course.q_ND), as_tuple(estimate.r_CT_N))  # centre to centre
    goal = add(here, error)
    step = turned_no_further(unit(here), unit(goal), ARC_COSINE)
    if dot(unit(here), unit(goal)) < ARC_COSINE:
        error = subtract(scale(max(norm(here), norm(goal)), step), here)
    return _limited(error, TRANSFER_TIME, guide.transfer_speed)


@kernel
def _beyond(error: float, slack: float) -> float:
    if error > slack:
        return error - slack
    return error + slack if error < -slack else 0.0


@kernel
def _keeping_station(course: Record, guide: Record) -> Vector:
    """Velocity in D back into the middle half of the station-keeping box."""
    slack = 0.5 * guide.station_box
    error = (
        _beyond(guide.station_range - course.r_PD_D[0], slack),
        _beyond(-course.r_PD_D[1], slack),
        _beyond(-course.r_PD_D[2], slack),
    )
    return _limited(error, TRANSFER_TIME, guide.transfer_speed)


@kernel
def _to_contact(course: Record, guide: Record) -> Vector:
    """Velocity in D along the port axis; the chaser waits while it is far off the axis."""
    axial = course.r_PD_D[0]
    speed = guide.approach_speed if axial > guide.contact_speed_range else guide.contact_speed
    if lateral(course) > 0.5 * corridor(course, guide):
        speed = 0.0
    time = LATERAL_TIME * (1.0 + max(axial, 0.0) / LATERAL_STRETCH)
    sideways = _limited((0.0, -course.r_PD_D[1], -course.r_PD_D[2]), time, guide.approach_speed)
    return (-speed, sideways[1], sideways[2])


@kernel
def _about_the_port(course: Record, guide: Record, estimate: Record) -> None:
    """Velocity command and deadbands of the modes flown in the frame of the target's port."""
    mode = course.mode
    if mode == TRANSFER:
        wanted, axial, sideways = _toward_the_axis(course, guide, estimate), TRANSFER_DEADBAND, TRANSFER_DEADBAND
    elif mode == STATION_KEEPING:
        wanted, axial, sideways = _keeping_station(course, guide), STATION_DEADBAND, STATION_DEADBAND
    elif mode == FINAL_APPROACH:
        wanted, axial, sideways = _to_contact(course, guide), AXIAL_DEADBAND, LATERAL_DEADBAND
    else:
        wanted, axial, sideways = (guide.escape_speed, 0.0, 0.0), TRANSFER_DEADBAND, TRANSFER_DEADBAND
    turning = cross(target_rate_N(estimate), as_tuple(estimate.r_CT_N))
    store(course.v_command_N, add(turning, rotate(as_quaternion(course.q_ND), wanted)))
    store(course.deadband_P, (axial, sideways, sideways))


@kernel
def _point(course: Record, guide: Record, estimate: Record, pilot: Record) -> None:
    """Attitude: port axis along the line of sight until the chaser is on station, then square to the target's port.

    Pointing along the line starts from the docking attitude by the least turn, so that roll is right on arrival.
    """
    q_NP = multiply(as_quaternion(course.q_ND), FACING)
    omega = target_rate_N(estimate)
    pilot.deadband = guide.docking_deadband
    mode = course.mode
    if mode in (INTERCEPT, BRAKING, TRANSFER):
        sight = scale(-1.0, unit(as_tuple(estimate.r_CT_N)))
        q_NP = multiply(shortest_turn(rotate(q_NP, (1.0, 0.0, 0.0)), sight), q_NP)
        pilot.deadband = guide.wide_deadband
        if mode != TRANSFER:
            omega = (0.0, 0.0, 0.0)  # the line of sight keeps its direction among the stars
    store_quaternion(course.q_NP_command, q_NP)
    store_quaternion(pilot.q_NB_command, multiply(q_NP, conjugate(as_quaternion(guide.q_CP))))
    store(pilot.omega_command_N, omega)


@kernel
def steer(course: Record, guide: Record, estimate: Record, pilot: Record) -> None:
    """Velocity and attitude to fly in the present mode."""
    if course.mode in (INTERCEPT, BRAKING):
        _along_the_line(course, guide, estimate)
    else:
        _about_the_port(course, guide, estimate)
    _point(course, guide, estimate, pilot)
