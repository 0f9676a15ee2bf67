"""States that know their frame: what may be put together and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.framed import Framed, Offset
from softdock.astro.lvlh import LOCAL_FRAMES
from softdock.astro.orientation import orientation_table
from softdock.astro.relative import relative_lvlh
from softdock.astro.teme import ALL_FRAMES, gcrf_from, gcrf_to
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.conventions import DAY
from softdock.errors import DataError
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]

EPOCH = Epoch.from_utc("2025-07-05T20:00:00")
TIMES = np.array([0.0, 600.0, 1200.0])
R = np.array([[6.5e6, -1.2e6, 3.0e5], [5.2e6, 2.1e6, 3.5e6], [1.5e6, 4.9e6, 4.4e6]])
V = np.array([[1.3e3, 5.0e3, 5.7e3], [-3.6e3, 5.1e3, 4.1e3], [-6.9e3, 2.2e3, 1.2e3]])
STATION = Framed(frame="GCRF", epoch=EPOCH, times=TIMES, r=R, v=V)
CRAFT = replace(STATION, r=R + [900.0, -1200.0, 500.0], v=V + [0.7, 0.4, -0.3])


@given(st.sampled_from(ALL_FRAMES), st.sampled_from(ALL_FRAMES))
def test_states_come_back_from_every_frame(one: str, other: str) -> None:
    back = CRAFT.to(one).to(other).to("GCRF")
    assert np.abs(back.r - CRAFT.r).max() < 1e-7
    assert np.abs(back.v - CRAFT.v).max() < 1e-10
    assert CRAFT.to("GCRF") is CRAFT


@pytest.mark.parametrize("frame", LOCAL_FRAMES)
def test_what_is_seen_from_a_target_leads_back(frame: str) -> None:
    for start in ("GCRF", "TEME", "ITRF"):
        target = STATION.to(start)
        offset = CRAFT.seen_from(target, frame)
        assert offset.frame == frame
        again = target + offset
        assert again.frame == start
        assert np.abs(again.to("GCRF").r - CRAFT.r).max() < 1e-6
        assert np.abs(again.to("GCRF").v - CRAFT.v).max() < 1e-9


def test_lvlh_is_that_of_the_conventions() -> None:
    seen = CRAFT.seen_from(STATION)
    r, v = relative_lvlh(R, V, CRAFT.r, CRAFT.v)
    assert np.abs(seen.r - r).max() < 1e-9
    assert np.abs(seen.v - v).max() < 1e-12
    radial = CRAFT.seen_from(STATION, "RTN")
    assert np.abs(np.stack([radial.r[:, 1], -radial.r[:, 2], -radial.r[:, 0]], axis=1) - r).max() < 1e-9


def test_frames_are_not_mixed_in_silence() -> None:
    fixed = CRAFT.to("ITRF")
    with pytest.raises(DataError, match="states in ITRF and in GCRF were put together; bring them into one frame"):
        fixed - STATION
    for mixed in (lambda: STATION + (fixed - STATION.to("ITRF")), lambda: _local("RTN") - _local("LVLH")):
        with pytest.raises(DataError, match="were put together"):
            mixed()
    for foreign in (lambda: STATION - R, lambda: R - STATION, lambda: STATION + CRAFT, lambda: _local("RTN") + R):
        with pytest.raises(TypeError):
            foreign()


def _local(frame: str) -> Offset:
    return CRAFT.seen_from(STATION, frame)


def test_offsets_add_up() -> None:
    total = _local("LVLH") + _local("LVLH")
    assert np.array_equal(total.r, 2.0 * _local("LVLH").r)
    assert np.array_equal((total - _local("LVLH")).v, _local("LVLH").v)
    straight = CRAFT.to("EME2000") - STATION.to("EME2000")
    assert np.abs((STATION.to("EME2000") + straight).to("GCRF").r - CRAFT.r).max() < 1e-7


def test_times_must_agree_whatever_their_epoch() -> None:
    later = Framed(frame="GCRF", epoch=Epoch(EPOCH.tt1 + 1.0, EPOCH.tt2), times=TIMES - DAY, r=R, v=V)
    assert np.abs((CRAFT - later).r - (CRAFT - STATION).r).max() == 0.0
    for other in (replace(STATION, times=TIMES + 1.0), replace(STATION, times=TIMES[:2], r=R[:2], v=V[:2])):
        with pytest.raises(DataError, match="are not at the same times"):
            CRAFT - other
        with pytest.raises(DataError, match="are not at the same times"):
            CRAFT.seen_from(other)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"frame": "LVLH"}, "states in the frame LVLH were asked for; the known ones are GCRF"),
        ({"r": R[:2]}, r"positions \(2, 3\)"),
        ({"v": V.T[:2]}, r"give arrays \(n,\), \(n, 3\) and \(n, 3\)"),
        ({"times": 0.0}, r"times \(\)"),
    ],
)
def test_what_is_no_state_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(DataError, match=says):
        replace(STATION, **change)  # type: ignore[arg-type]


def test_unknown_frames_are_refused_by_name() -> None:
    with pytest.raises(DataError, match="the frame B1950 was asked for"):
        STATION.to("B1950")
    with pytest.raises(DataError, match="the local frame TNW was asked for; the known ones are LVLH, RTN, QSW, HILL"):
        CRAFT.seen_from(STATION, "TNW")
    with pytest.raises(FrozenInstanceError):
        STATION.frame = "ITRF"  # type: ignore[misc]


def test_a_local_frame_is_asked_for_in_another_way() -> None:
    for frame in ("LVLH", "RTN"):
        says = rf'states in {frame}, which .* seen_from\(target, "{frame}"\) makes .* target.moved_by\(offset\)'
        with pytest.raises(DataError, match=says):
            STATION.to(frame)


def test_the_other_names_of_two_frames_are_taken() -> None:
    assert np.array_equal(STATION.to("J2000").r, STATION.to("EME2000").r)
    assert STATION.to("J2000").frame == "EME2000"
    assert STATION.to("ICRF") is STATION
    assert np.abs((replace(STATION, frame="ICRF") - STATION).r).max() == 0.0


def test_geodetic_and_sight_go_together() -> None:
    latitude, longitude, height = STATION.geodetic()
    for k in range(3):
        below = Site(float(latitude[k]), float(longitude[k]))
        seen = STATION.sight_from(below)
        assert seen.elevation[k] == pytest.approx(np.pi / 2, abs=1e-7)
        assert seen.distance[k] == pytest.approx(height[k], abs=1e-5)


def test_a_place_that_is_no_number_has_no_coordinates() -> None:
    nothing = replace(STATION, r=np.where(np.arange(3)[:, None] == 1, np.nan, R))
    for column in nothing.geodetic():
        assert np.isnan(column[1])
        assert np.all(np.isfinite(column[[0, 2]]))


def test_offsets_of_two_targets_are_two_frames() -> None:
    other = replace(STATION, r=R + [0.0, 0.0, 5000.0])
    for mixed in (lambda: _local("LVLH") + CRAFT.seen_from(other), lambda: _local("LVLH") - CRAFT.seen_from(other)):
        with pytest.raises(DataError, match="offsets in the LVLH of two targets, 5000 m and 0 m/s apart, were put"):
            mixed()
    faster = replace(STATION, v=V + [0.0, 0.0, 1.0])
    with pytest.raises(DataError, match="of two targets, 0 m and 1 m/s apart"):
        _local("RTN") + CRAFT.seen_from(faster, "RTN")
    again = _local("LVLH") + CRAFT.seen_from(STATION.to("TEME"))  # the same target
    assert np.abs(again.r - 2.0 * _local("LVLH").r).max() < 1e-6
    by_hand = replace(_local("LVLH"), target=None)
    assert (by_hand + _local("LVLH")).target is not None
    assert (by_hand + by_hand).target is None
    assert (CRAFT - STATION + (CRAFT - other)).frame == "GCRF"  # in a frame of the Earth they are vectors


def test_states_are_copies_of_what_was_given() -> None:
    r = R.copy()
    given = Framed(frame="GCRF", epoch=EPOCH, times=[0.0, 600.0, 1200.0], r=r, v=V.tolist())  # type: ignore[arg-type]
    r[0, 0] = 1.0
    assert given.r[0, 0] == R[0, 0]
    assert np.array_equal((given - STATION).v, np.zeros((3, 3)))
    for wrong in ("north", [[1.0], [2.0, 3.0]]):
        with pytest.raises(DataError, match="states in GCRF hold what is no array of numbers; give numbers"):
            Framed(frame="GCRF", epoch=EPOCH, times=TIMES, r=wrong, v=V)  # type: ignore[arg-type]


def test_predicted_itrf_serves_wherever_it_is_allowed() -> None:
    day = date.fromisoformat(orientation_table().last_measured) + timedelta(20)
    late = replace(STATION, epoch=Epoch.from_utc(f"{day}T00:00:00", allow_prediction=True))
    craft, fixed = replace(CRAFT, epoch=late.epoch), late.to("ITRF", allow_prediction=True)
    with pytest.raises(DataError, match=r"mission's \[environment\], or allow_prediction=True in the call"):
        craft.seen_from(fixed)
    offset = craft.seen_from(fixed, allow_prediction=True)
    with pytest.raises(DataError, match="allow_prediction=True in the call"):
        fixed + offset
    there = fixed.moved_by(offset, allow_prediction=True)
    assert np.abs(there.to("GCRF", allow_prediction=True).r - craft.r).max() < 1e-6


@pytest.mark.parametrize(
    ("frame", "stated"), [("TOD", 1.1e-4), ("CIRS", 1.1e-4), ("TEME", 1.1e-4), ("ITRF", 3e-6), ("EME2000", 2e-9)]
)
def test_velocities_are_the_rates_of_positions_as_well_as_stated(frame: str, stated: float, claim: Claim) -> None:
    """A craft that stands still in GCRF at 7000 km; five-point differences over 100 s, from 1965 to 2026."""
    r, h, worst = np.tile([5e6, 3e6, 3.9e6], (40, 1)), 50.0, 0.0
    for year in (1965, 1974, 1983, 1995, 2008, 2017, 2026):
        times, epoch = np.linspace(0.0, 28.0 * DAY, 40), Epoch.from_utc(f"{year}-03-05T03:00:00")
        still = Framed(frame="GCRF", epoch=epoch, times=times, r=r, v=0.0 * r)
        a, b, c, d = (replace(still, times=times + k * h).to(frame).r for k in (-2.0, -1.0, 1.0, 2.0))
        rate = (a - 8.0 * b + 8.0 * c - d) / (12.0 * h)
        worst = worst_of(worst, np.linalg.norm(rate - still.to(frame).v, axis=1))
    claim(
        claim=f"Velocity in {frame} is the rate of the position, slow turns left out",
        truth="differences of positions over 100 s, seven months from 1965 to 2026",
        tolerance=stated,
        achieved=worst,
        unit="m/s",
    )


@pytest.mark.parametrize("frame", ALL_FRAMES)
def test_one_time_serves_in_every_frame(frame: str) -> None:
    many = gcrf_from(frame, EPOCH, np.array([600.0]), r=R[:1], v=V[:1])
    one = gcrf_from(frame, EPOCH, np.float64(600.0), r=R[0], v=V[0])
    back = gcrf_to(frame, EPOCH, np.float64(600.0), r=one[0], v=one[1])
    assert np.array_equal(np.stack(one), np.stack(many)[:, 0])
    assert np.abs(np.stack(back) - [R[0], V[0]]).max() < 1e-7
