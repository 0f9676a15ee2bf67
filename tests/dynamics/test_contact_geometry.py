"""The guide rings' signed distance, against distances worked out by hand."""

from __future__ import annotations

from math import cos, isnan, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.dynamics.contact import gap, lowered_mechanism
from softdock.dynamics.contact_geometry import face_pair, flank_pair, ring_gap
from softdock.numerics.facing import FACING
from softdock.numerics.rotations import conjugate, from_rotation_vector, multiply, rotate
from softdock.vehicle.mechanisms import mechanism

RINGS = lowered_mechanism(mechanism("apas-75"))
READY = 0.25 - 0.005  # distance of the ports at which the rims' planes meet: extension less the seat's depth
HOOK = 0.010
CLEARANCE = 0.003
HALF = sqrt(0.5)  # sine and cosine of the flare
machine = 1e-12
one_micrometre = 1e-6


def apart(height: float, offset: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float, float]:
    """Port position with the rims' planes `height` apart."""
    return (READY + height, offset[0], offset[1])


def along(azimuth_deg: float, distance: float) -> tuple[float, float]:
    return (distance * sin(radians(azimuth_deg)), distance * cos(radians(azimuth_deg)))


def first_height(offset: tuple[float, float], q_DP: tuple[float, float, float, float] = FACING) -> float:
    """Height at which rings closing along the axis first touch, by bisection from contact outward."""
    low, high = 0.0, 1.0
    while gap(RINGS, apart(high, offset), q_DP) > 0.0 and high > 0.0:
        low, high = high, high - 0.002
    while low - high > 1e-9:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(RINGS, apart(middle, offset), q_DP) > 0.0 else (low, middle)
    return high


@pytest.mark.parametrize("height", [0.011, 0.02, 0.1, 0.3])
def test_centred_rings_are_nearest_at_hooks_then_at_petal_faces(height: float) -> None:
    faces = HALF * height + HALF * CLEARANCE
    assert gap(RINGS, apart(height), FACING) == pytest.approx(min(height - HOOK, faces), abs=machine)


def test_centred_rings_first_touch_with_their_hooks() -> None:
    assert gap(RINGS, apart(HOOK), FACING) == pytest.approx(0.0, abs=machine)
    assert gap(RINGS, apart(HOOK - 0.004), FACING) == pytest.approx(-0.004, abs=machine)


@pytest.mark.parametrize("offset", [0.05, 0.15, 0.30])
@pytest.mark.parametrize("azimuth_deg", [30.0, 150.0, 270.0])
def test_offset_toward_a_petal_meets_its_face_where_the_flare_is_as_wide(azimuth_deg: float, offset: float) -> None:
    assert first_height(along(azimuth_deg, offset)) == pytest.approx(offset - CLEARANCE, abs=one_micrometre)


def test_rim_beyond_a_petal_tip_passes_its_plane_without_touching() -> None:
    offset = 0.45 * HALF + CLEARANCE + 0.01  # 10 mm beyond the tip
    r_RD_D = (offset - CLEARANCE, *along(30.0, offset))  # here the rim reaches the plane of the face
    distance, outside, _point, _normal = face_pair(RINGS, radians(30.0), r_RD_D, FACING)
    assert distance == pytest.approx(0.0, abs=machine)
    assert outside == pytest.approx(0.01 / HALF, abs=machine)
    assert ring_gap(RINGS, r_RD_D, FACING) > 0.0


def test_gap_repeats_every_120_degrees_of_offset() -> None:
    heights = [first_height(along(azimuth_deg, 0.12)) for azimuth_deg in (10.0, 130.0, 250.0)]
    assert np.ptp(heights) < one_micrometre


@pytest.mark.parametrize("roll_deg", [3.0, 5.0, 7.0])
def test_roll_either_way_touches_flanks_at_the_same_height(roll_deg: float) -> None:
    heights = [
        first_height((0.0, 0.0), multiply(from_rotation_vector((radians(sign * roll_deg), 0.0, 0.0)), FACING))
        for sign in (1.0, -1.0)
    ]
    assert heights[0] == pytest.approx(heights[1], abs=one_micrometre)
    assert heights[0] > HOOK


def test_seated_petals_have_the_play_of_their_widths() -> None:
    # Corners of neighbouring roots, 60 deg apart on tangents of the rim: their distance across the bisector.
    radius, half_width = 0.628, 0.353
    play = 2.0 * (radius * sin(pi / 6.0) - half_width * cos(pi / 6.0))
    for pair in range(6):
        distance, outside, _point, normal = flank_pair(RINGS, pair, (0.0, 0.0, 0.0), FACING)
        assert outside == pytest.approx(0.0, abs=machine)
        assert 0.0 < distance <= play + machine
        assert np.linalg.norm(normal) == pytest.approx(1.0, abs=machine)


angle = st.floats(-0.1, 0.1)
place = st.floats(-0.2, 0.2)


@given(st.floats(0.05, 0.6), place, place, angle, angle, angle)
def test_like_units_see_the_same_when_their_roles_are_exchanged(
    x: float, y: float, z: float, a: float, b: float, c: float
) -> None:
    """The clock of each unit sees the other from its own side: the exchanged pose is the inverse one."""
    q_DR = multiply(from_rotation_vector((a, b, c)), FACING)
    q_RD = conjugate(q_DR)
    back = rotate(q_RD, (x, y, z))
    r_DR_R = (-back[0], -back[1], -back[2])
    here = [flank_pair(RINGS, pair, (x, y, z), q_DR)[0] for pair in range(6)]
    exchanged = [flank_pair(RINGS, pair, r_DR_R, q_RD)[0] for pair in range(6)]
    assert sorted(here) == pytest.approx(sorted(exchanged), abs=1e-9)


@given(st.floats(0.0, 0.5), place, place, angle, angle, angle)
def test_moving_a_ring_changes_each_face_distance_by_no_more_than_the_way(
    x: float, y: float, z: float, a: float, b: float, c: float
) -> None:
    q_DR = multiply(from_rotation_vector((a, b, c)), FACING)
    way = 1e-3
    for azimuth in RINGS.petal_azimuth:
        here = face_pair(RINGS, float(azimuth), (x, y, z), q_DR)[0]
        there = face_pair(RINGS, float(azimuth), (x + way, y, z), q_DR)[0]
        assert abs(there - here) <= way + machine


def test_a_pose_that_is_not_a_number_has_no_gap() -> None:
    assert isnan(gap(RINGS, (float("nan"), 0.0, 0.0), FACING))
    assert isnan(gap(RINGS, (0.5, 0.0, 0.0), (float("nan"), 0.0, 0.0, 1.0)))


def test_far_craft_are_far_apart() -> None:
    assert gap(RINGS, (100.0, 30.0, -20.0), FACING) > 90.0
