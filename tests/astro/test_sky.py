"""Sun, pole and Earth-fixed positions at many times, also across two environments."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.ephemeris import sun_position
from softdock.astro.frames import components, dcm_EN, dcm_IN
from softdock.astro.sky import build_sky, earth_fixed_positions, pole_directions, sun_positions
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
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


def test_beyond_the_tables_everything_is_nan(env: Record) -> None:
    assert np.all(np.isnan(sun_positions(env, np.array([1e7]))))
    assert np.all(np.isnan(earth_fixed_positions(env, np.array([1e7]), r=np.array([R]))))


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
