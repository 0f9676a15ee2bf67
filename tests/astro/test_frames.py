"""Earth orientation and places on the Earth against ERFA's full series."""

from __future__ import annotations

from collections.abc import Callable
from math import nan, pi

import erfa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.environment import Forces, build_environment, height, pad_position_inertial
from softdock.astro.frames import components, composed, dcm_EN, dcm_IN, earth_fixed_position, geodetic
from softdock.astro.orbits import true_equator_axes
from softdock.astro.orientation import earth_orientation
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.errors import DataError
from tests.fixtures.worst import worst_of


def _reference(epoch: Epoch, t: float) -> np.ndarray:
    """The whole chain by ERFA, without tables."""
    pole, dut = earth_orientation(epoch, np.array([t]))
    tt1, tt2 = epoch.tt(t)
    x, y, s = erfa.xys06a(tt1, tt2)
    celestial = erfa.c2ixys(x + pole[0, 2], y + pole[0, 3], s)
    era = erfa.era00(tt1, tt2 + dut[0] / DAY)
    return np.asarray(erfa.c2tcio(celestial, era, erfa.pom00(pole[0, 0], pole[0, 1], erfa.sp00(tt1, tt2))))


def test_tabulated_orientation_is_the_series(claim: Callable[..., None]) -> None:
    worst = 0.0
    for utc, days in (("1975-07-15T12:20:00", 2.0), ("2025-07-03T19:32:40", 10.0), ("2016-12-30T00:00:00", 20.0)):
        epoch = Epoch.from_utc(utc)
        env = build_environment(epoch, span_s=days * DAY, forces=Forces(drag=False))
        for t in np.linspace(-3600.0, days * DAY, 40):
            worst = worst_of(worst, float(np.abs(np.array(dcm_EN(env, float(t))) - _reference(epoch, float(t))).max()))
    claim(
        claim="Earth orientation from the table, also across the leap second of 2016",
        truth="ERFA, IAU 2006/2000A with EOP C04, untabulated",
        tolerance=1e-10,
        achieved=worst,
        unit="rad",
    )


def test_orientation_matrices_are_rotations(env: Record) -> None:
    for t in (0.0, 12345.6, 170000.0):
        for m in (np.array(dcm_EN(env, t)), np.array(dcm_IN(env, t))):
            assert np.abs(m @ m.T - np.eye(3)).max() < 1e-14
            assert np.linalg.det(m) == pytest.approx(1.0, abs=1e-14)


def test_the_true_pole_of_1975_leans_from_the_gcrf_pole_by_precession(env: Record) -> None:
    tilt = np.degrees(np.arccos(true_equator_axes(env)[2, 2]))
    assert tilt == pytest.approx(24.5 * 20.0 / 3600.0, abs=0.004)  # 20.04"/year in declination, nutation 9"


def test_earth_orientation_has_the_values_printed_in_the_table() -> None:
    pole, ut1_less_tt = earth_orientation(Epoch.from_utc("1975-07-15T00:00:00"), np.zeros(1))
    assert pole[0, :2] / (pi / 648000.0) == pytest.approx([0.140953, 0.209753], abs=1e-9)
    assert ut1_less_tt[0] + 46.184 == pytest.approx(0.1736007, abs=1e-7)


@pytest.mark.parametrize("utc", ["1961-12-01T00:00:00", "2045-01-02T00:00:00"])
def test_dates_without_earth_orientation_are_refused_with_the_date(utc: str) -> None:
    epoch = Epoch.from_utc(utc, allow_prediction=True)
    with pytest.raises(DataError, match=utc[:4] + r".*move the mission's epoch"):
        build_environment(epoch, span_s=0.0, forces=Forces(drag=False))


@given(st.floats(-pi / 2, pi / 2), st.floats(-pi, pi), st.floats(-1e4, 1e6))
def test_geodetic_position_comes_back(latitude: float, longitude: float, height: float) -> None:
    lat, lon, h = geodetic(earth_fixed_position(latitude, longitude, height))
    assert lat == pytest.approx(latitude, abs=1e-9)
    assert h == pytest.approx(height, abs=1e-3)
    if abs(latitude) < 1.57:
        assert abs((lon - longitude + pi) % (2 * pi) - pi) < 1e-9


def test_geodetic_coordinates_are_erfas() -> None:
    x, y, z = earth_fixed_position(0.8014, 1.1055, 90.0)
    assert np.abs(erfa.gd2gc(1, 1.1055, 0.8014, 90.0) - np.array([x, y, z])).max() < 1e-8


def test_a_pad_turns_with_the_earth(env: Record) -> None:
    site = (45.920278, 63.342222, 90.0)
    day = 2.0 * pi / 7.292115e-5
    before, after = pad_position_inertial(env, 0.0, site), pad_position_inertial(env, day, site)
    assert np.linalg.norm(after - before) < 5.0  # precession, nutation and length of day in one turn
    quarter = pad_position_inertial(env, day / 4.0, site)
    pole = true_equator_axes(env)[2]
    flat = [r - (r @ pole) * pole for r in (before, quarter)]
    assert flat[0] @ flat[1] / (flat[0] @ flat[0]) == pytest.approx(0.0, abs=1e-5)


def test_beyond_the_table_everything_is_nan(env: Record) -> None:
    for t in (-1e6, 1e6, float("nan")):
        assert np.all(np.isnan(np.array(dcm_EN(env, t))[:, :2]))


@given(st.tuples(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.floats(-1e7, 1e7)))
def test_components_along_axes_make_the_vector_again(env: Record, r: tuple[float, float, float]) -> None:
    axes = dcm_EN(env, 4321.0)
    assert composed(axes, components(axes, r)) == pytest.approx(r, abs=1e-7)


def test_the_earths_centre_has_coordinates_too() -> None:
    assert geodetic((0.0, 0.0, 0.0)) == (0.0, 0.0, -6378137.0)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_what_is_no_place_has_no_coordinates(env: Record, axis: int) -> None:
    place = [7e6, 1e6, 2e6]
    place[axis] = nan
    assert np.all(np.isnan(geodetic(tuple(place))))
    assert np.isnan(height(env, 1e7, (7e6, 0.0, 0.0)))  # off the tables
    assert np.isnan(height(env, 0.0, tuple(place)))
