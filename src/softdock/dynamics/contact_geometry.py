"""Where two guide rings touch: signed distances between flat petals, rims and petal flanks.

Both rings are described alike. In a ring's own frame the rim is the circle of radius `radius` about x
in the plane x = 0; x points to the other ring; azimuth turns from z (the clock) toward y. A petal is a
flat trapezium that leaves the rim outward and forward. Frame D' here is the passive port's frame moved
to the centre of its rim, R the active ring's. Facing with matching clocks, q_DR = (0, 0, 0, 1): half a
turn about the clock.

Three kinds of pair touch:
- face: the rim circle of one ring on the inner face of a petal of the other; the deepest point of a
  circle against a plane is in closed form (6 pairs);
- flank: the straight side edges of neighbouring petals of both rings, closest points of two lines (6);
- pad: points of the active ring on the flat annulus of the passive rim: 24 of the rim itself, and the
  3 latch hooks, which stand proud of it until they are pressed down.
A pair counts only while its closest point lies on both finite parts: petals have ends, and a rim that
passes outside a petal's tip does not touch it.
"""

from __future__ import annotations

from math import cos, inf, radians, sin, sqrt

import numpy as np

from ..conventions import Record
from ..kernels import kernel, record
from ..numerics.rotations import Quaternion, conjugate, rotate
from ..numerics.vectors import Vector, add, cross, dot, norm, scale, subtract
from ..vehicle.mechanisms import Mechanism

PETALS = 3
RIM_POINTS = 24
PADS = RIM_POINTS + PETALS  # the hooks come last
RODS = 6
FACES = 2 * PETALS
FLANKS = 2 * PETALS

MECHANISM = np.dtype(
    [
        ("radius", "f8"),
        ("rim_half_width", "f8"),
        ("extension", "f8"),  # x in P of the ready active rim
        ("seat", "f8"),  # x in D of the passive rim
        ("petal_azimuth", "f8", (PETALS,)),
        ("petal_radius", "f8"),
        ("petal_length", "f8"),
        ("petal_sine", "f8"),  # of the flare from the axis
        ("petal_cosine", "f8"),
        ("root_half_width", "f8"),
        ("tip_half_width", "f8"),
        ("deepest", "f8"),  # a point farther behind a surface than this is on its other side
        ("pad", "f8", (PADS, 3)),  # in R
        ("stiffness", "f8"),
        ("damping", "f8"),
        ("friction", "f8"),
        ("friction_speed", "f8"),
        ("ring_mass", "f8"),
        ("ring_inertia", "f8", (3,)),
        ("rod_foot", "f8", (RODS, 3)),  # in P
        ("rod_head", "f8", (RODS, 3)),  # in R
        ("rod_length", "f8"),
        ("rod_stiffness", "f8"),
        ("rod_damping", "f8"),
        ("rod_captured_damping", "f8"),
        ("rod_shortening", "f8"),
        ("rod_lengthening", "f8"),
        ("rod_stop_stiffness", "f8"),
        ("hook", "f8", (PETALS, 3)),  # in R
        ("catch", "f8", (PETALS, 3)),  # in D'
        ("hook_stiffness", "f8"),  # against being pressed down
        ("hook_axial", "f8"),
        ("hook_lateral", "f8"),
        ("latch_stiffness", "f8"),
        ("latch_damping", "f8"),
        ("draw_time", "f8"),
    ],
    align=True,
)
"""Two like units facing each other: active extended, passive retracted. SI, radians."""

DEEPEST = 0.04
"""[m] Plate thickness plus any penetration that a real load could cause."""


def lowered_mechanism(model: Mechanism) -> Record:
    """The MECHANISM record of a described unit."""
    out = record(MECHANISM)
    ring, petals, surface = model.ring, model.petals, model.surface
    out.radius = ring.mean_diameter_m / 2.0
    out.rim_half_width = ring.rim_width_m / 2.0
    out.extension = ring.ready_extension_m
    out.seat = -ring.retracted_depth_m
    out.petal_azimuth[:] = [radians(petals.first_azimuth_deg + 120.0 * k) for k in range(PETALS)]
    out.petal_radius = out.radius + petals.clearance_m
    out.petal_length = petals.length_m
    out.petal_sine = sin(radians(petals.flare_deg))
    out.petal_cosine = cos(radians(petals.flare_deg))
    out.root_half_width = petals.root_width_m / 2.0
    out.tip_half_width = petals.tip_width_m / 2.0
    out.deepest = DEEPEST
    for k in range(RIM_POINTS):
        out.pad[k] = _on_circle(out.radius, 360.0 * k / RIM_POINTS)
    out.stiffness = surface.stiffness_N_m1_5
    out.damping = surface.damping_s_m
    out.friction = surface.friction_coefficient
    out.friction_speed = surface.friction_speed_m_s
    _lower_suspension(out, model)
    for k in range(PETALS):
        azimuth = model.latches.first_azimuth_deg + 120.0 * k
        out.hook[k] = _on_circle(out.radius, azimuth)
        out.catch[k] = _on_circle(out.radius, -azimuth)
        out.pad[RIM_POINTS + k] = out.hook[k]
        out.pad[RIM_POINTS + k, 0] = model.latches.travel_m
    return out


def _lower_suspension(out: Record, model: Mechanism) -> None:
    """Ring mass, rods and latches."""
    rods, latches = model.attenuator, model.latches
    out.ring_mass = model.ring.mass_kg
    transverse = 0.5 * model.ring.mass_kg * out.radius * out.radius  # a thin hoop
    out.ring_inertia[:] = (2.0 * transverse, transverse, transverse)
    for i in range(RODS):
        pair, side = divmod(i, 2)
        sign = 1.0 - 2.0 * side
        foot = 120.0 * pair + sign * rods.base_half_angle_deg
        head = 120.0 * pair + sign * (60.0 - rods.ring_half_angle_deg)
        out.rod_foot[i] = _on_circle(rods.base_radius_m, foot)
        out.rod_foot[i, 0] = -rods.base_depth_m
        out.rod_head[i] = _on_circle(rods.ring_radius_m, head)
    span = out.rod_head[0] - out.rod_foot[0]
    out.rod_length = sqrt((span[0] + out.extension) ** 2 + span[1] ** 2 + span[2] ** 2)
    out.rod_stiffness = rods.stiffness_N_m
    out.rod_damping = rods.damping_N_s_m
    out.rod_captured_damping = rods.captured_damping_N_s_m
    out.rod_shortening = rods.stroke_m - rods.extension_m
    out.rod_lengthening = rods.extension_m
    out.rod_stop_stiffness = rods.stop_stiffness_N_m
    out.hook_stiffness = latches.riding_force_N / latches.travel_m
    out.hook_axial = latches.axial_tolerance_m
    out.hook_lateral = latches.lateral_tolerance_m
    out.latch_stiffness = latches.stiffness_N_m
    out.latch_damping = latches.damping_N_s_m
    out.draw_time = latches.draw_time_s


def _on_circle(radius: float, azimuth_deg: float) -> tuple[float, float, float]:
    azimuth = radians(azimuth_deg)
    return (0.0, radius * sin(azimuth), radius * cos(azimuth))


@kernel
def clamped(x: float, low: float, high: float) -> float:
    """x kept between two bounds; a NaN stays a NaN."""
    if x < low:
        return low
    if x > high:
        return high
    return x


@kernel
def face_pair(
    mechanism: Record, azimuth: float, r_YX_X: Vector, q_XY: Quaternion
) -> tuple[float, float, Vector, Vector]:
    """Rim circle of ring Y on the inner face of the petal of ring X at that azimuth.

    Returns the signed distance [m] of the circle's deepest point from the plane of the face (negative
    behind it), how far that point is outside the face's outline [m] (0 on it), the point and the
    face's normal in X.
    """
    radial = (0.0, sin(azimuth), cos(azimuth))
    tangent = (0.0, radial[2], -radial[1])
    along = (mechanism.petal_cosine, mechanism.petal_sine * radial[1], mechanism.petal_sine * radial[2])
    normal = (mechanism.petal_sine, -mechanism.petal_cosine * radial[1], -mechanism.petal_cosine * radial[2])
    n_Y = rotate(conjugate(q_XY), normal)
    steepness = sqrt(n_Y[1] * n_Y[1] + n_Y[2] * n_Y[2])
    if not steepness > 1e-9:  # the ring lies in the plane of the petal: no deepest point, no docking either
        return inf, inf, (0.0, 0.0, 0.0), normal
    reach = -mechanism.radius / steepness
    point = add(r_YX_X, rotate(q_XY, (0.0, reach * n_Y[1], reach * n_Y[2])))
    offset = subtract(point, scale(mechanism.petal_radius, radial))
    s = dot(offset, along)
    t = dot(offset, tangent)
    # Behind the root the hull carries on where the petal ends.
    s_on = clamped(s, -mechanism.deepest, mechanism.petal_length)
    taper = clamped(s / mechanism.petal_length, 0.0, 1.0)
    half_width = mechanism.root_half_width + (mechanism.tip_half_width - mechanism.root_half_width) * taper
    t_on = clamped(t, -half_width, half_width)
    outside = sqrt((s - s_on) * (s - s_on) + (t - t_on) * (t - t_on))
    return dot(offset, normal), outside, point, normal


@kernel
def petal_edge(mechanism: Record, azimuth: float, side: float) -> tuple[Vector, Vector, Vector]:
    """Root corner, unit direction to the tip, and outward tangent of a petal's side edge, in its ring's frame."""
    radial = (0.0, sin(azimuth), cos(azimuth))
    tangent = (0.0, side * radial[2], -side * radial[1])
    corner = add(scale(mechanism.petal_radius, radial), scale(mechanism.root_half_width, tangent))
    rise = mechanism.petal_length
    narrowing = mechanism.root_half_width - mechanism.tip_half_width
    length = sqrt(rise * rise + narrowing * narrowing)
    out = rise * mechanism.petal_sine / length
    inward = -narrowing / length
    direction = (
        rise * mechanism.petal_cosine / length,
        out * radial[1] + inward * tangent[1],
        out * radial[2] + inward * tangent[2],
    )
    return corner, direction, tangent


@kernel
def flank_pair(mechanism: Record, pair: int, r_RD_D: Vector, q_DR: Quaternion) -> tuple[float, float, Vector, Vector]:
    """Side edge of an active petal against that of its neighbour on the passive ring.

    Returns the signed distance [m] (negative when the petals overlap), how far the closest points are
    off the edges [m] (0 on both), the point between them and the normal toward the passive petal, in D'.
    Pairs 0..2 are the edges of growing azimuth, 3..5 the others.
    """
    active = pair % 3
    side = 1.0 if pair < 3 else -1.0
    # Seen from the passive side azimuths run backwards: +30, 150, 270 face -30, -150, -270 deg.
    passive = 2 - active if pair < 3 else (3 - active) % 3
    corner_R, direction_R, tangent_R = petal_edge(mechanism, mechanism.petal_azimuth[active], side)
    a0 = add(r_RD_D, rotate(q_DR, corner_R))
    a = rotate(q_DR, direction_R)
    b0, b, _tangent_D = petal_edge(mechanism, mechanism.petal_azimuth[passive], side)
    normal = cross(a, b)
    sine = norm(normal)
    if not sine > 1e-3:  # parallel edges have no closest points
        return inf, inf, (0.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    outward = 1.0 if dot(normal, rotate(q_DR, tangent_R)) > 0.0 else -1.0
    normal = scale(outward / sine, normal)
    between = subtract(b0, a0)
    cosine = dot(a, b)
    along_a = (dot(a, between) - cosine * dot(b, between)) / (sine * sine)
    along_b = (cosine * dot(a, between) - dot(b, between)) / (sine * sine)
    narrowing = mechanism.root_half_width - mechanism.tip_half_width
    length = sqrt(mechanism.petal_length * mechanism.petal_length + narrowing * narrowing)
    off_a = along_a - clamped(along_a, -mechanism.deepest, length)
    off_b = along_b - clamped(along_b, -mechanism.deepest, length)
    middle = add(scale(0.5, add(a0, scale(along_a, a))), scale(0.5, add(b0, scale(along_b, b))))
    return dot(between, normal), sqrt(off_a * off_a + off_b * off_b), middle, normal


@kernel
def pad_pair(mechanism: Record, pad: int, r_RD_D: Vector, q_DR: Quaternion) -> tuple[float, float, Vector]:
    """A point of the active ring over the passive rim's flat annulus.

    Returns its height [m] (negative below), how far it is beside the annulus [m] (0 on it), and the point in D'.
    """
    p = mechanism.pad[pad]
    point = add(r_RD_D, rotate(q_DR, (p[0], p[1], p[2])))
    radial = sqrt(point[1] * point[1] + point[2] * point[2])
    beside = radial - clamped(
        radial, mechanism.radius - mechanism.rim_half_width, mechanism.radius + mechanism.rim_half_width
    )
    return point[0], abs(beside), point


@kernel
def separation(distance: float, outside: float, deepest: float) -> float:
    """Signed distance of a pair: negative only on the finite faces, and not so deep as to be on the other side."""
    if outside > 0.0:
        return sqrt(distance * distance + outside * outside)
    if distance < -deepest:
        return -distance
    return distance


@kernel
def ring_gap(mechanism: Record, r_RD_D: Vector, q_DR: Quaternion) -> float:
    """Smallest signed distance [m] over all pairs, the rings anywhere; negative in contact, NaN for a NaN pose.

    r_RD_D [m]: centre of the active rim relative to the passive rim's, in D · q_DR: active ring to D.
    """
    smallest = inf
    q_RD = conjugate(q_DR)
    r_DR_R = scale(-1.0, rotate(q_RD, r_RD_D))
    for k in range(PETALS):
        azimuth = mechanism.petal_azimuth[k]
        distance, outside, _p, _n = face_pair(mechanism, azimuth, r_DR_R, q_RD)
        gap_here = separation(distance, outside, mechanism.deepest)
        if not gap_here >= smallest:
            smallest = gap_here
        distance, outside, _p, _n = face_pair(mechanism, azimuth, r_RD_D, q_DR)
        gap_here = separation(distance, outside, mechanism.deepest)
        if not gap_here >= smallest:
            smallest = gap_here
    for pair in range(FLANKS):
        distance, outside, _p, _n = flank_pair(mechanism, pair, r_RD_D, q_DR)
        gap_here = separation(distance, outside, mechanism.deepest)
        if not gap_here >= smallest:
            smallest = gap_here
    for pad in range(PADS):
        distance, outside, _p = pad_pair(mechanism, pad, r_RD_D, q_DR)
        gap_here = separation(distance, outside, mechanism.deepest)
        if not gap_here >= smallest:
            smallest = gap_here
    return smallest


@kernel
def gap(mechanism: Record, r_PD_D: Vector, q_DP: Quaternion) -> float:
    """Signed distance [m] between the guide rings, the active one in its ready position; negative in contact.

    r_PD_D [m]: chaser port relative to target port, in the target port's frame (x outward) · q_DP: chaser
    port frame to target port frame; (0, 0, 0, 1) when they face with matching clocks.
    """
    forward = rotate(q_DP, (mechanism.extension, 0.0, 0.0))
    r_RD_D = (r_PD_D[0] + forward[0] - mechanism.seat, r_PD_D[1] + forward[1], r_PD_D[2] + forward[2])
    return ring_gap(mechanism, r_RD_D, q_DP)
