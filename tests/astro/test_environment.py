"""Sun, Moon and air as tabulated, against the models themselves."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, pi

import erfa
import numpy as np
import pymsis
import pytest

from softdock.astro.atmosphere import indices, log_density, relative_wind
from softdock.astro.constants import ASTRONOMICAL_UNIT
from softdock.astro.environment import build_environment, pad_position_inertial
from softdock.astro.ephemeris import moon_position, sun_position, tidal_acceleration
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.errors import DataError
from tests.fixtures.air import density


@pytest.fixture(scope="module")
def long_env(epoch: Epoch) -> Record:
    return build_environment(epoch, span_s=10.0 * DAY)


def test_sun_and_moon_are_the_series(epoch: Epoch, long_env: Record, claim: Callable[..., None]) -> None:
    moon = sun = 0.0
    for t in np.linspace(-3000.0, 10.0 * DAY, 60):
        tt = epoch.tt(float(t))
        moon_truth = ASTRONOMICAL_UNIT * np.asarray(erfa.moon98(*tt)["p"])
        sun_truth = -ASTRONOMICAL_UNIT * np.asarray(erfa.epv00(*tt)[0]["p"])
        moon = max(moon, float(np.linalg.norm(np.array(moon_position(long_env, float(t))) - moon_truth)))
        sun = max(sun, float(np.linalg.norm(np.array(sun_position(long_env, float(t))) - sun_truth)))
    for body, miss, metres in (("Moon", moon, 1.0), ("Sun", sun, 10.0)):
        claim(
            claim=f"{body} from the table of ten days",
            truth="ERFA series untabulated",
            tolerance=metres,
            achieved=miss,
            unit="m",
        )


def test_the_moon_pulls_along_the_line_to_it_and_pushes_behind() -> None:
    mu, s = 4.9e12, (3.84e8, 0.0, 0.0)
    ahead, behind = tidal_acceleration(mu, s, (6.7e6, 0.0, 0.0)), tidal_acceleration(mu, s, (-6.7e6, 0.0, 0.0))
    assert ahead[0] == pytest.approx(2.0 * mu * 6.7e6 / 3.84e8**3, rel=0.03)
    assert behind[0] == pytest.approx(-ahead[0], rel=0.06)


def _model(epoch: Epoch, t: np.ndarray, place: np.ndarray) -> np.ndarray:
    """NRLMSISE-00 itself at latitude, longitude [rad] and height [m]."""
    ap, f107, f107a = indices(epoch, t).T
    dates = np.array([np.datetime64(epoch.utc(float(x)), "ms") for x in t])
    latitude, longitude, height = np.degrees(place[:, 0]), np.degrees(place[:, 1]), place[:, 2] / 1000.0
    out = pymsis.calculate(dates, longitude, latitude, height, f107, f107a, np.repeat(ap[:, None], 7, 1), version=0)
    return np.asarray(out[:, 0], dtype=float)


@pytest.mark.parametrize(
    ("utc", "days"), [("1975-07-15T12:20:00", 2.0), ("1975-07-15T12:20:00", 10.0), ("2025-07-03T19:32:40", 2.0)]
)
def test_tabulated_air_is_the_model(utc: str, days: float, claim: Callable[..., None]) -> None:
    epoch = Epoch.from_utc(utc)
    env = build_environment(epoch, span_s=days * DAY)
    rng = np.random.default_rng(3)
    n = 4000
    t = rng.uniform(0.0, days * DAY, n)
    latitude = np.arcsin(rng.uniform(-1.0, 1.0, n))
    place = np.stack([latitude, rng.uniform(-pi, pi, n), rng.uniform(120e3, 450e3, n)], axis=1)
    mine = np.array([exp(log_density(env, float(a), *(float(x) for x in p))) for a, p in zip(t, place, strict=True)])
    error = 100.0 * (mine / _model(epoch, t, place) - 1.0)
    truth = "NRLMSISE-00 by pymsis, everywhere on Earth"
    for name, value, limit in (
        ("rms", float(np.sqrt(np.mean(error**2))), 1.0),
        ("worst", float(np.abs(error).max()), 3.0),
    ):
        claim(
            claim=f"Air density 120 to 450 km, {days:g} days from {utc[:10]}, {name}",
            truth=truth,
            tolerance=limit,
            achieved=value,
            unit="%",
        )


def test_above_600_km_air_thins_on_without_a_step(env: Record) -> None:
    below, above = (log_density(env, 5000.0, 0.5, 1.0, h) for h in (599999.9, 600000.1))
    assert below == pytest.approx(above, abs=1e-5)
    assert log_density(env, 5000.0, 0.5, 1.0, 800000.0) < above - 1.0


def test_below_100_km_and_off_the_table_air_is_nan(env: Record) -> None:
    for place in ((5000.0, 0.5, 1.0, 99999.0), (1e7, 0.5, 1.0, 3e5), (5000.0, 0.5, 1.0, float("nan"))):
        assert np.isnan(log_density(env, *place))


def test_density_factor_multiplies(epoch: Epoch, env: Record) -> None:
    r = pad_position_inertial(env, 100.0, (20.0, 30.0, 250e3))
    denser = build_environment(epoch, span_s=3600.0, density_factor=1.5)
    assert density(denser, 100.0, r) == pytest.approx(1.5 * density(env, 100.0, r), rel=3e-3)


def test_air_at_rest_on_the_turning_earth_makes_no_wind(env: Record) -> None:
    rate = 7.292115146706979e-5
    r = (6.6e6, 0.0, 0.0)
    assert np.abs(relative_wind((0.0, 0.0, 1.0), r, (0.0, rate * 6.6e6, 0.0))).max() < 1e-9


def test_indices_join_the_values_at_midnight(epoch: Epoch) -> None:
    midnight = Epoch.from_utc("1975-07-17T00:00:00")
    ap, f107, f107a = indices(midnight, np.array([0.0, 0.5 * DAY])).T
    assert ap == pytest.approx([13.0, 13.75], abs=1e-9)  # rows 13 and 14.5
    assert f107a[0] == pytest.approx(79.7, abs=1e-9)
    assert f107[0] == pytest.approx(82.3 + (80.2 - 82.3) * 6.5 / 24.0, abs=1e-6)  # read 17.5 h earlier


def test_dates_without_space_weather_are_refused_with_the_date() -> None:
    with pytest.raises(DataError, match="space weather is known from 1957"):
        indices(Epoch.from_utc("1975-07-15T00:00:00"), np.array([60.0 * 365.25 * DAY]))


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_density_factor_that_is_not_positive_is_refused(epoch: Epoch, factor: float) -> None:
    with pytest.raises(DataError, match="density factor"):
        build_environment(epoch, span_s=0.0, density_factor=factor)


@pytest.mark.parametrize("span", [-1.0, 40.0 * DAY, float("nan")])
def test_a_span_that_cannot_be_tabulated_is_refused(epoch: Epoch, span: float) -> None:
    with pytest.raises(DataError, match="the longest is"):
        build_environment(epoch, span_s=span)
