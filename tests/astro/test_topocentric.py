"""Sights from a place on the Earth, by hand."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.topocentric import Site, sight
from softdock.errors import DataError

STILL = np.zeros((1, 3))
one_metre = 1.0


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0), st.floats(-100.0, 9000.0))
def test_axes_are_a_rotation_and_up_is_up(latitude: float, longitude: float, height: float) -> None:
    site = Site.from_degrees(latitude, longitude, height)
    axes = site.axes()
    assert np.abs(axes @ axes.T - np.eye(3)).max() < 1e-15
    assert np.linalg.det(axes) == pytest.approx(1.0, abs=1e-14)
    higher = Site.from_degrees(latitude, longitude, height + 1000.0)
    assert (higher.position() - site.position()) / 1000.0 == pytest.approx(axes[2], abs=1e-9)


@pytest.mark.parametrize(
    ("step", "azimuth", "elevation"),
    [((1.0, 0.0, 0.0), 90.0, 0.0), ((0.0, 1.0, 0.0), 0.0, 0.0), ((-1.0, 0.0, 0.0), 270.0, 0.0),
     ((0.0, -1.0, 0.0), 180.0, 0.0), ((1.0, 1.0, 2.0**0.5), 45.0, 45.0), ((0.0, 1.0, -1.0), 0.0, -45.0)],
)  # fmt: skip
def test_azimuth_runs_from_north_over_east(
    step: tuple[float, float, float], azimuth: float, elevation: float
) -> None:
    site = Site.from_degrees(45.920278, 63.342222, 90.0)
    line = 1e5 * np.array(step)
    seen = sight(site, (site.position() + line @ site.axes())[None], (line @ site.axes())[None])
    assert (np.degrees(seen.azimuth[0]) - azimuth + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-8)
    assert np.degrees(seen.elevation[0]) == pytest.approx(elevation, abs=1e-8)
    assert seen.distance[0] == pytest.approx(np.linalg.norm(line), abs=1e-6)
    assert seen.distance_rate[0] == pytest.approx(np.linalg.norm(line), abs=1e-6)  # it goes straight away


def test_range_rate_is_the_rate_of_range() -> None:
    site, r, v = Site(0.8, 1.1), np.array([[3.1e6, 4.6e6, 4.1e6]]), np.array([[-5.1e3, 1.2e3, 4.4e3]])
    after, before = (sight(site, r + dt * v, v).distance[0] for dt in (0.05, -0.05))
    assert sight(site, r, v).distance_rate[0] == pytest.approx((after - before) / 0.1, abs=1e-3)


def test_at_the_site_itself_there_is_no_rate() -> None:
    site = Site(0.3, 0.2)
    seen = sight(site, site.position()[None], STILL)
    assert seen.distance[0] == 0.0
    assert np.isnan(seen.distance_rate[0])


@pytest.mark.parametrize("bad", [(pi, 0.0, 0.0), (0.0, 7.0, 0.0), (0.0, 0.0, float("nan")), (float("nan"), 0.0, 0.0)])
def test_no_such_place_is_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(DataError, match="give -90 to 90 deg"):
        Site(*bad)
