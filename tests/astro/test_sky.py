"""Sun, pole and Earth-fixed positions at many times, also across two environments."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from softdock.astro.eclipses import shadow_depth
from softdock.astro.ephemeris import sun_position
from softdock.astro.frames import components, dcm_EN, dcm_IN
from softdock.astro.sky import build_sky, earth_fixed_positions, pole_directions, sun_positions
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Array, Record
from softdock.errors import DataError

R = (6.5e6, -1.2e6, 2.3e6)


def test_many_times_are_the_kernels_one_by_one(env: Record) -> None:
    times = np.array([170000.0, -100.0, 5.0])  # in any order
    r = np.array([R, R[::-1], R])
    assert earth_fixed_positions(env, times, r=r) == pytest.approx(
        np.array([components(dcm_EN(env, t), tuple(a)) for t, a in zip(times.tolist(), r.tolist(), strict=True)]),
        abs=1e-7,
    )
    suns = np.array([sun_position(env, t) for t in times.tolist()])
    assert sun_positions(env, times) == pytest.approx(suns, abs=1e-3)
    poles = np.array([dcm_IN(env, t)[2] for t in times.tolist()])
    assert pole_directions(env, times) == pytest.approx(poles, abs=1e-15)


@pytest.mark.parametrize("t", [1e7, -1e7, float("nan")])
def test_times_beyond_the_tables_are_refused(env: Record, t: float) -> None:
    for look in (sun_positions, pole_directions, partial(earth_fixed_positions, r=np.array([R, R]))):
        with pytest.raises(DataError, match="Sun and Earth were asked for at .* s, and the environment's tables reach"):
            look(env, np.array([0.0, t]))


def test_a_sky_names_its_own_times() -> None:
    sky = build_sky(Epoch.from_utc("2025-06-10T00:00:00"), span_s=25.0 * DAY)
    with pytest.raises(DataError, match=r"asked for at 1e\+07 s, and .* reach from 1.7172e\+06 to 2.1[78].*e\+06 s"):
        sun_positions(sky, np.array([1e7]))


@pytest.mark.parametrize(
    ("times", "r"),
    [(np.linspace(0.0, 5000.0, 6), [R]), (0.0, [R] * 6), (np.zeros(6), R), (0.0, R), (np.zeros(2), [R[:2]] * 2)],
)
def test_as_many_positions_as_times_are_asked_for(env: Record, times: Array, r: object) -> None:
    """Otherwise a kernel would read what lies behind the array."""
    for look in (earth_fixed_positions, shadow_depth):
        with pytest.raises(DataError, match="positions .* were given at . times; give one row of three for each time"):
            look(env, times, r=np.array(r))


def test_a_sky_of_fifty_days_is_one_where_its_environments_meet() -> None:
    epoch = Epoch.from_utc("2016-12-20T00:00:00")  # a leap second on the way
    sky = build_sky(epoch, span_s=50.0 * DAY)
    assert sky.zeros == (0.0, 20.0 * DAY, 40.0 * DAY)
    for seam in (20.0 * DAY, 40.0 * DAY):
        times = np.array([seam - 1e-3, seam + 1e-3])
        r = np.array([R, R])
        before, after = earth_fixed_positions(sky, times, r=r)
        turned = 7.292e-5 * 2e-3 * np.array([before[1], -before[0], 0.0])
        assert np.linalg.norm(after - before - turned) < 0.002  # m, 3e-10 rad
        sun = sun_positions(sky, times)
        assert np.linalg.norm(sun[1] - sun[0]) < 100.0  # m; it moves by 60 m in two milliseconds
        poles = pole_directions(sky, times)
        assert np.linalg.norm(poles[1] - poles[0]) < 1e-10


def test_a_sky_agrees_with_an_environment_of_its_own_at_any_time() -> None:
    epoch = Epoch.from_utc("2025-06-10T00:00:00")
    sky = build_sky(epoch, span_s=30.0 * DAY)
    late = build_sky(Epoch(epoch.tt1, epoch.tt2 + 25.0), span_s=DAY)
    r = np.array([R, R])
    own = earth_fixed_positions(late, np.array([100.0, 80000.0]), r=r)
    assert earth_fixed_positions(sky, np.array([100.0, 80000.0]) + 25.0 * DAY, r=r) == pytest.approx(own, abs=0.002)


@pytest.mark.parametrize("span_s", [-1.0, float("nan"), float("inf")])
def test_a_sky_without_a_span_is_refused(span_s: float) -> None:
    with pytest.raises(DataError, match="a sky of .* s was asked; give a span that is finite and not negative"):
        build_sky(Epoch.from_utc("2025-06-10T00:00:00"), span_s=span_s)
