"""Orbits by table and by mean elements: interpolation, windows, age."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softdock.astro.events import apsides
from softdock.astro.mean_elements import StaleElementsWarning, TleOrbit
from softdock.astro.tabulated import Ephemeris, Piece
from softdock.astro.teme import FRAMES, gcrf_from, gcrf_to
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Array
from softdock.errors import DataError, PropagationError
from softdock.formats.tle import parse_tles
from tests.formats import scene

(ELEMENTS,) = parse_tles(scene.TLE)
EPOCH = Epoch.from_utc("2024-01-01T12:00:00")
GRID = 60.0 * np.arange(40)


def circle(times: Array) -> tuple[Array, Array]:
    """A circular orbit of 7000 km."""
    n, a = 1.078e-3, 7e6
    c, s, o = np.cos(n * times), np.sin(n * times), 0.0 * times
    return a * np.stack([c, s, o], axis=1), a * n * np.stack([-s, c, o], axis=1)


def piece(times: Array, *, method: str = "HERMITE", degree: int = 7, frame: str = "GCRF") -> Piece:
    r, v = circle(times)
    return Piece(
        frame=frame, epoch=EPOCH, times=times, r=r, v=v, method=method, degree=degree, start=times[0], stop=times[-1]
    )


@pytest.mark.parametrize(("method", "degree"), [("HERMITE", 3), ("HERMITE", 5), ("LAGRANGE", 3), ("LAGRANGE", 5)])
def test_interpolation_has_the_order_of_its_degree(method: str, degree: int) -> None:
    asked = np.linspace(900.0, 1500.0, 301)

    def worst(step: float) -> float:
        table = piece(step * np.arange(int(2400.0 / step) + 1), method=method, degree=degree)
        return float(np.abs(table.states(asked)[0] - circle(asked)[0]).max())

    assert np.log2(worst(120.0) / worst(60.0)) == pytest.approx(degree + 1, abs=0.2)


@pytest.mark.parametrize(("method", "degree"), [("HERMITE", 7), ("LAGRANGE", 8), ("LAGRANGE", 7), ("LINEAR", 1)])
def test_nodes_come_back_exactly_and_a_polynomial_everywhere(method: str, degree: int) -> None:
    table = piece(GRID, method=method, degree=degree)
    r, v = table.states(GRID)
    assert np.abs(r - table.r).max() < 1e-8
    assert np.abs(v - table.v).max() < 1e-10
    uneven = np.array([0.0, 10.0, 25.0, 70.0, 90.0, 130.0, 170.0, 200.0, 260.0])
    line = np.stack([7e6 + 100.0 * uneven, 5.0 * uneven, -uneven], axis=1)
    rate = np.tile([100.0, 5.0, -1.0], (9, 1))
    straight = replace(table, times=uneven, r=line, v=rate, start=0.0, stop=260.0)
    r, v = straight.states(np.linspace(0.0, 260.0, 77))
    assert np.abs(r[:, 1] - 5.0 * np.linspace(0.0, 260.0, 77)).max() < 1e-7
    assert np.abs(v - [100.0, 5.0, -1.0]).max() < 1e-8


def test_many_times_are_as_few() -> None:
    table = piece(GRID)
    asked = np.linspace(0.0, 2340.0, 9001)
    r, v = table.states(asked)
    assert np.array_equal(r[::1000], table.states(asked[::1000])[0])
    assert np.abs(v - circle(asked)[1]).max() < 1e-6


def test_an_ephemeris_is_not_extrapolated_nor_bridged() -> None:
    parts = (replace(piece(GRID), stop=600.0), replace(piece(GRID), start=900.0))
    orbit = Ephemeris(parts)
    assert orbit.windows() == [(0.0, 600.0), (900.0, 2340.0)]
    assert orbit.positions(np.array([0.0, 600.0, 900.0, 2340.0])).shape == (4, 3)
    for t in (-0.01, 600.01, 899.9, 2340.01, float("nan"), float("inf"), 1e15):
        with pytest.raises(PropagationError, match="and serves 2024-01-01T12:00:00.000 to .* it is not extrapolated"):
            orbit.velocities(np.array([0.0, t]))
    with pytest.raises(DataError, match="overlap by 300 s"):
        Ephemeris((replace(piece(GRID), stop=600.0), replace(piece(GRID), start=300.0)))
    with pytest.raises(DataError, match="without pieces"):
        Ephemeris(())


def test_a_refusal_names_stretches_and_not_the_pieces_they_are_made_of() -> None:
    def stretches(*edges: tuple[float, float]) -> Ephemeris:
        return Ephemeris(tuple(replace(piece(GRID), start=a, stop=b) for a, b in edges))

    touching = stretches((0.0, 600.0), (600.0, 900.0), (900.0, 2340.0))
    with pytest.raises(PropagationError, match=r"serves \S+12:00:00\.000 to \S+12:39:00\.000; it is not"):
        touching.states(np.array([-5.0]))
    many = stretches(*((300.0 * k, 300.0 * k + 200.0) for k in range(7)))
    ends = r"12:00:00\.000 to \S+12:03:20\.000; \S+12:30:00\.000 to \S+12:33:20\.000, and 5 stretches between these"
    with pytest.raises(PropagationError, match=ends):
        many.states(np.array([250.0]))


def test_one_time_is_a_list_of_one_and_a_table_of_times_is_refused() -> None:
    for orbit in (Ephemeris((piece(GRID),)), TleOrbit(ELEMENTS)):
        assert np.array_equal(orbit.positions(0.0), orbit.positions(np.array([0.0])))
        assert orbit.velocities(60.0).shape == (1, 3)
        with pytest.raises(DataError, match=r"at times of shape \(2, 2\) were asked for; give one list of times"):
            orbit.positions(np.zeros((2, 2)))


def test_no_times_are_no_states() -> None:
    nothing = np.array([])
    for orbit in (Ephemeris((piece(GRID),)), piece(GRID), TleOrbit(ELEMENTS)):
        assert [part.shape for part in orbit.states(nothing)] == [(0, 3), (0, 3)]


def test_where_pieces_meet_the_later_one_speaks() -> None:
    late = replace(piece(GRID), start=600.0, r=piece(GRID).r + 1.0)
    orbit = Ephemeris((replace(piece(GRID), stop=600.0), late))
    assert orbit.positions(np.array([600.0]))[0] == pytest.approx(circle(np.array([600.0]))[0][0] + 1.0, abs=1e-6)


def test_moving_every_epoch_by_a_day_moves_nothing_else() -> None:
    other = Epoch.from_utc("2024-01-02T12:00:00")
    moved = Ephemeris((replace(piece(GRID), epoch=other),), EPOCH)
    asked = np.linspace(10.0, 2000.0, 11)
    shifted = moved.positions(asked + DAY)
    assert np.abs(shifted - Ephemeris((piece(GRID),), EPOCH).positions(asked)).max() < 1e-5  # 86400 s keep 1e-11 s


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"frame": "TOD"}, "a table in TOD"),
        ({"method": "SPLINE"}, "SPLINE of degree 7"),
        ({"degree": 26}, "degrees 1 to 25"),
        ({"times": GRID[::-1]}, "at rising times"),
        ({"r": np.zeros((3, 3))}, "each of three components"),
        ({"stop": 1e6}, "keep that inside the table"),
    ],
)
def test_a_table_that_cannot_serve_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(DataError, match=says):
        replace(piece(GRID), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_there_and_back(frame: str) -> None:
    r, v = circle(GRID)
    r_F, v_F = gcrf_to(frame, EPOCH, GRID, r=r, v=v)
    back = gcrf_from(frame, EPOCH, GRID, r=r_F, v=v_F)
    assert np.abs(back[0] - r).max() < 1e-7
    assert np.abs(back[1] - v).max() < 1e-10
    assert np.abs(np.linalg.norm(r_F, axis=1) - 7e6).max() < 1e-7


@pytest.mark.parametrize("frame", FRAMES)
def test_velocity_is_the_rate_of_position_in_each_frame(frame: str) -> None:
    times = np.array([-0.5, 0.0, 0.5])
    r, v = circle(times)
    r_F, v_F = gcrf_to(frame, EPOCH, times, r=r, v=v)
    slow_turn = 1e-4  # m/s: of the equator of date, which is left out
    assert np.abs(r_F[2] - r_F[0] - v_F[1]).max() < 4e-4 + slow_turn  # the third derivative over a second: 3.7e-4


def test_unknown_frames_and_uncovered_dates_are_refused() -> None:
    r, v = circle(GRID)
    with pytest.raises(DataError, match="the frame MOD was asked for"):
        gcrf_from("MOD", EPOCH, GRID, r=r, v=v)
    with pytest.raises(DataError, match="Earth orientation is known from"):
        gcrf_from("TEME", Epoch.from_utc("2055-01-01T00:00:00", allow_prediction=True), GRID, r=r, v=v)


def test_mean_elements_are_warned_of_and_refused_by_age() -> None:
    orbit = TleOrbit(ELEMENTS)
    assert orbit.positions(np.array([2.9 * DAY])).shape == (1, 3)
    with pytest.warns(StaleElementsWarning, match="object 25544 of 2024-01-01T12:25:40.104 UTC are used more than 3 d"):
        orbit.positions(np.array([0.0, -3.1 * DAY]))
    for t in (14.1 * DAY, -14.1 * DAY, float("nan")):
        with pytest.raises(PropagationError, match="from their epoch and serve 14 d; use elements of a nearer"):
            orbit.velocities(np.array([t]))
    wide = TleOrbit(ELEMENTS, warn_after=40.0 * DAY, refuse_after=40.0 * DAY)
    assert np.isfinite(wide.positions(np.array([30.0 * DAY]))).all()


def test_mission_zero_shifts_time_and_nothing_else() -> None:
    own = TleOrbit(ELEMENTS)
    shifted = TleOrbit(ELEMENTS, EPOCH)
    offset = 25 * 60 + 40.104192
    assert np.abs(shifted.positions(np.array([offset])) - own.positions(np.array([0.0]))).max() < 1e-3


def test_an_orbit_that_sgp4_cannot_fly_is_said() -> None:
    fallen = TleOrbit(replace(ELEMENTS, bstar_per_earth_radius=0.9), refuse_after=14.0 * DAY, warn_after=14.0 * DAY)
    with pytest.raises(PropagationError, match="SGP4 cannot take object 25544 to 2024-01-14") as caught:
        fallen.positions(np.array([0.0, 13.0 * DAY]))
    assert caught.value.time_s == 13.0 * DAY


def test_events_are_found_on_both() -> None:
    found = apsides(TleOrbit(ELEMENTS), 0.0, 6000.0)
    assert [kind for _, kind in found] == ["perigee", "apogee", "perigee"]
    grid = np.arange(-600.0, 6601.0, 60.0)
    r, v = TleOrbit(ELEMENTS).states(grid)
    table = Piece(
        frame="GCRF", epoch=ELEMENTS.epoch, times=grid, r=r, v=v, method="LAGRANGE", degree=8, start=0.0, stop=6000.0
    )
    again = apsides(Ephemeris((table,)), 0.0, 6000.0)
    assert [t for t, _ in again] == pytest.approx([t for t, _ in found], abs=1e-3)
