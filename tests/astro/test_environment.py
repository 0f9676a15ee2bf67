"""Sun, Moon and air as tabulated, against the models themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from math import exp, pi

import erfa
import numpy as np
import pymsis
import pytest

from softdock.astro.atmosphere import log_density, relative_wind
from softdock.astro.constants import ASTRONOMICAL_UNIT
from softdock.astro.environment import build_environment, pad_position_inertial
from softdock.astro.ephemeris import moon_position, sun_position, tidal_acceleration
from softdock.astro.moon import moon_positions
from softdock.astro.space_weather import SpaceWeather, daily_weather, indices, packed_weather
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.errors import DataError
from tests.fixtures.air import density
from tests.fixtures.worst import worst_of


@pytest.fixture(scope="module")
def long_env(epoch: Epoch) -> Record:
    return build_environment(epoch, span_s=10.0 * DAY)


def test_tables_of_sun_and_moon_are_their_sources(epoch: Epoch, long_env: Record, claim: Callable[..., None]) -> None:
    moon = sun = 0.0
    for t in np.linspace(-3000.0, 10.0 * DAY, 60):
        tt = epoch.tt(float(t))
        moon_truth = moon_positions(epoch, np.array([t]))[0]
        sun_truth = -ASTRONOMICAL_UNIT * np.asarray(erfa.epv00(*tt)[0]["p"])
        moon = worst_of(moon, float(np.linalg.norm(np.array(moon_position(long_env, float(t))) - moon_truth)))
        sun = worst_of(sun, float(np.linalg.norm(np.array(sun_position(long_env, float(t))) - sun_truth)))
    for body, miss, metres in (("Moon", moon, 1.0), ("Sun", sun, 10.0)):
        claim(
            claim=f"{body} from the table of ten days",
            truth="the same untabulated",
            tolerance=metres,
            achieved=miss,
            unit="m",
        )


def test_the_moon_pulls_along_the_line_to_it_and_pushes_behind() -> None:
    mu, s = 4.9e12, (3.84e8, 0.0, 0.0)
    ahead, behind = tidal_acceleration(mu, s, (6.7e6, 0.0, 0.0)), tidal_acceleration(mu, s, (-6.7e6, 0.0, 0.0))
    assert ahead[0] == pytest.approx(2.0 * mu * 6.7e6 / 3.84e8**3, rel=0.03)
    assert behind[0] == pytest.approx(-ahead[0], rel=0.06)


def _model(epoch: Epoch, t: np.ndarray, place: np.ndarray, weather: SpaceWeather) -> np.ndarray:  # type: ignore[type-arg]
    """NRLMSISE-00 itself at latitude, longitude [rad] and height [m]."""
    f107, f107a, ap = indices(weather, epoch, t)
    dates = np.array([np.datetime64(epoch.utc(float(x)), "ms") for x in t])
    latitude, longitude, height = np.degrees(place[:, 0]), np.degrees(place[:, 1]), place[:, 2] / 1000.0
    activity = -1 if weather.three_hourly else 1
    out = pymsis.calculate(
        dates, longitude, latitude, height, f107, f107a, ap, version=0, geomagnetic_activity=activity
    )
    return np.asarray(out[:, 0], dtype=float)


def _errors(epoch: Epoch, days: float, weather: SpaceWeather, *, top: float) -> np.ndarray:  # type: ignore[type-arg]
    """Per cent of the density, at places drawn everywhere; half below 160 km or near a pole, where it is hardest."""
    env = build_environment(epoch, span_s=days * DAY, weather=weather)
    rng = np.random.default_rng(3)
    n = 4000
    t = rng.uniform(0.0, days * DAY, n)
    latitude, height = np.arcsin(rng.uniform(-1.0, 1.0, n)), rng.uniform(120e3, top, n)
    height[: n // 4] = rng.uniform(120e3, 160e3, n // 4)
    latitude[::4] = rng.choice([-1.0, 1.0], n // 4) * rng.uniform(1.3, 0.5 * pi, n // 4)
    place = np.stack([latitude, rng.uniform(-pi, pi, n), height], axis=1)
    mine = np.array([exp(log_density(env, float(a), *(float(x) for x in p))) for a, p in zip(t, place, strict=True)])
    return np.asarray(100.0 * (mine / _model(epoch, t, place, weather) - 1.0))


def _claim_errors(claim: Callable[..., None], what: str, error: np.ndarray) -> None:  # type: ignore[type-arg]
    truth = "NRLMSISE-00 by pymsis, everywhere on Earth"
    rms, worst = float(np.sqrt(np.mean(error**2))), float(np.abs(error).max())
    claim(claim=f"Air density, {what}, rms", truth=truth, tolerance=1.0, achieved=rms, unit="%")
    claim(claim=f"Air density, {what}, worst", truth=truth, tolerance=3.0, achieved=worst, unit="%")


@pytest.mark.parametrize(
    ("utc", "days"),
    [
        ("1975-07-15T12:20:00", 2.0),
        ("1975-07-15T12:20:00", 10.0),
        ("2025-07-03T19:32:40", 2.0),
        ("2008-12-01T00:00:00", 2.0),  # solar minimum
        ("1989-03-13T00:00:00", 2.0),  # great storms
        ("2003-10-29T00:00:00", 2.0),
        ("2024-05-10T12:00:00", 2.0),
    ],
)
def test_tabulated_air_is_the_model(utc: str, days: float, claim: Callable[..., None]) -> None:
    error = _errors(Epoch.from_utc(utc), days, packed_weather(), top=600e3)
    _claim_errors(claim, f"120 to 600 km, {days:g} days from {utc[:10]}", error)


def test_tabulated_air_follows_a_storm_of_three_hourly_ap(claim: Callable[..., None]) -> None:
    """ap of 26 to 31 October 2003 by GFZ Potsdam, flux by NRC Canada; to 400 in three hours."""
    ap = [
        [9, 7, 6, 7, 4, 4, 18, 22], [22, 18, 18, 7, 7, 9, 5, 4], [15, 39, 22, 39, 12, 27, 18, 27],
        [39, 27, 400, 207, 179, 179, 300, 300], [300, 154, 56, 39, 48, 132, 400, 400],
        [236, 179, 154, 111, 154, 39, 27, 32],
    ]  # fmt: skip
    flux = [[298.3, 147.0], [257.2, 147.1], [274.4, 147.0], [291.7, 146.8], [271.4, 146.5], [248.9, 146.2]]
    weather = daily_weather(52938, np.array(flux), np.array(ap))
    error = _errors(Epoch.from_utc("2003-10-28T18:00:00"), 2.5, weather, top=500e3)
    _claim_errors(claim, "120 to 500 km, three-hourly ap of October 2003", error)


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


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_density_factor_that_is_not_positive_is_refused(epoch: Epoch, factor: float) -> None:
    with pytest.raises(DataError, match="density factor"):
        build_environment(epoch, span_s=0.0, density_factor=factor)


WORST_OF_ALL = """
import numpy as np
from softdock.astro.environment import build_environment
from softdock.astro.space_weather import daily_weather
from softdock.astro.time import Epoch
weather = daily_weather(42604, np.full((9, 2), 150.0), np.full((9, 8), 400.0))
build_environment(Epoch.from_utc('1975-07-15T12:20:00'), span_s=0.0, weather=weather)
"""


def test_weather_that_the_model_cannot_make_air_of_is_refused() -> None:
    """In a process of its own: the model's Fortran writes a line for each failure."""
    done = subprocess.run([sys.executable, "-c", WORST_OF_ALL], capture_output=True, text=True, check=False)
    assert "DataError: NRLMSISE-00 finds no density near 100 km with ap up to 400 and F10.7 150 sfu" in done.stderr


@pytest.mark.parametrize("span", [-1.0, 40.0 * DAY, float("nan")])
def test_a_span_that_cannot_be_tabulated_is_refused(epoch: Epoch, span: float) -> None:
    with pytest.raises(DataError, match="the longest is"):
        build_environment(epoch, span_s=span)
