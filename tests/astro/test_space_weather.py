"""Indices of the air: packed, fixed and three-hourly."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.environment import build_environment
from softdock.astro.space_weather import (
    MEAN_DAYS,
    PREDICTED_DAYS,
    SpaceWeather,
    daily_weather,
    fixed_weather,
    indices,
    packed_weather,
    three_hourly_weather,
)
from softdock.astro.time import MJD_ZERO, Epoch
from softdock.conventions import DAY, HOUR
from softdock.errors import DataError
from tests.fixtures.air import density

FIRST = 52938  # 2003-10-26
AP = np.arange(8 * 6).reshape(6, 8) % 40.0
FLUX = np.column_stack([100.0 + 10.0 * np.arange(6), 150.0 + np.arange(6)])


def _three_hourly() -> SpaceWeather:
    return daily_weather(FIRST, FLUX, AP)


def test_indices_join_the_values_at_midnight() -> None:
    midnight = Epoch.from_utc("1975-07-17T00:00:00")
    f107, mean, ap = indices(packed_weather(), midnight, np.array([0.0, 0.5 * DAY]))
    assert ap[:, 0] == pytest.approx([13.0, 13.75], abs=1e-9)  # rows 13 and 14.5
    assert np.all(ap == ap[:, :1])
    assert mean[0] == pytest.approx(79.7, abs=1e-9)
    assert f107[0] == pytest.approx(82.3 + (80.2 - 82.3) * 6.5 / 24.0, abs=1e-6)  # read 17.5 h earlier


def test_three_hourly_ap_is_weighed_over_57_hours() -> None:
    """In the middle of a three-hour stretch: the standing values of the model's seven."""
    flat = AP.ravel()
    here = 8 * 4 + 2  # 6 to 9 h of the fifth day
    mjd = np.array([FIRST + (here + 0.5) / 8.0])
    f107, mean, ap = _three_hourly().at(mjd)
    expected = [flat[here - 7 : here + 1].mean(), *flat[here : here - 4 : -1]]
    expected += [flat[here - 11 : here - 3].mean(), flat[here - 19 : here - 11].mean()]
    assert ap[0] == pytest.approx(expected, abs=1e-6)
    noon = np.array([FIRST + 4.5])
    assert _three_hourly().at(noon)[0] == pytest.approx([130.0])  # of the day before
    assert _three_hourly().at(noon)[1] == pytest.approx([154.0])
    assert f107[0] == pytest.approx(128.125)  # between the noons of the third and the fourth day
    assert mean[0] == pytest.approx(153.8125)


def test_the_two_tables_on_board_tell_of_the_same_days() -> None:
    """Half the mean ap of either day is the daily table's value at midnight (its PROVENANCE.md), to rounding."""
    daily, fine = packed_weather(), three_hourly_weather()
    days = len(fine.ap) // 8
    assert days > 24900
    mean = fine.ap.reshape(-1, 8).mean(axis=1)
    midnight = daily.ap[: days - 1]  # from 2 October 1957 on
    apart = np.abs(midnight - 0.5 * (mean[:-1] + mean[1:]))
    assert np.mean(apart > 0.5) < 1e-3  # but for days that were corrected since
    assert np.abs(daily.flux[: days - 1, 1] - 0.5 * (fine.flux[:-1, 1] + fine.flux[1:, 1]))[:-45].max() < 0.2


def test_three_hourly_days_end_with_the_measured_ones() -> None:
    with pytest.raises(DataError, match="space weather is known from 1957-10-03 to 2026-02-22"):
        indices(three_hourly_weather(), Epoch.from_utc("2026-03-01T00:00:00"), np.zeros(1))


def test_daily_means_run_the_daily_mode() -> None:
    weather = daily_weather(FIRST, FLUX, AP.mean(axis=1))
    assert not weather.three_hourly
    assert weather.at(np.array([FIRST + 3.5]))[2] == pytest.approx(np.full((1, 7), AP[3].mean()))


def test_three_hourly_weather_reaches_from_the_third_day_on() -> None:
    weather = _three_hourly()
    epoch = Epoch.from_utc("2003-10-26T00:00:00")
    indices(weather, epoch, np.array([2.5, 5.4]) * DAY)
    for days in (2.4, 5.6):
        with pytest.raises(DataError, match="space weather is known from 2003-10-28 to 2003-10-31, asked for 2003-"):
            indices(weather, epoch, np.array([days]) * DAY)


def test_fixed_weather_holds_at_any_time_and_makes_the_air_it_stands_for() -> None:
    weather = fixed_weather(250.0, 240.0, 50.0)
    f107, mean, ap = weather.at(np.array([-5e5, 41000.0, 9e5]))
    assert np.all(f107 == 250.0)
    assert np.all(mean == 240.0)
    assert np.all(ap == 50.0)
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    r = np.array([6778137.0, 0.0, 0.0])
    active, quiet = (
        density(build_environment(epoch, span_s=HOUR, weather=fixed_weather(f, f, 4.0)), 0.0, r) for f in (220.0, 70.0)
    )
    assert active > 5.0 * quiet  # at 400 km, solar maximum against minimum


@pytest.mark.parametrize(
    "values", [(0.0, 100.0, 4.0), (100.0, np.nan, 4.0), (100.0, 100.0, 281.0), (100.0, 100.0, -1.0)]
)
def test_weather_that_cannot_be_is_refused(values: tuple[float, float, float]) -> None:
    with pytest.raises(DataError, match="flux lies between 0 and 1000 sfu, the ap of a day from 0 to 280"):
        fixed_weather(*values)
    with pytest.raises(DataError, match="flux outside 0 to 1000 sfu or an ap outside 0 to 280"):
        daily_weather(FIRST, np.tile(values[:2], (3, 1)), np.full(3, values[2]))


@pytest.mark.parametrize(("flux", "ap"), [((3, 2), (3, 7)), ((2, 2), (3, 8)), ((1, 2), (1, 8)), ((3, 3), (3, 8))])
def test_weather_of_odd_shape_is_refused(flux: tuple[int, int], ap: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="one or eight ap a day are needed"):
        daily_weather(FIRST, np.full(flux, 100.0), np.full(ap, 10.0))


def test_dates_before_the_table_are_refused_with_the_date() -> None:
    with pytest.raises(DataError, match="space weather is known from 1957-10-02"):
        indices(packed_weather(), Epoch.from_utc("1975-07-15T00:00:00"), np.array([-20.0 * 365.25 * DAY]))


def test_predicted_weather_has_to_be_asked_for() -> None:
    weather = packed_weather()
    last = Epoch(MJD_ZERO, weather.measured + 69.2 / 86400.0)
    indices(weather, last, np.array([-HOUR]))
    later = np.array([HOUR, 2.0 * HOUR])
    with pytest.raises(DataError, match=r"weather is measured to 20..-..-.., asked for .*allow_prediction = true"):
        indices(weather, last, later)
    assert np.all(np.isfinite(indices(weather, last, later, allow_prediction=True)[0]))


def test_past_the_table_the_mean_of_its_last_81_days_is_expected() -> None:
    weather = packed_weather()
    end = weather.measured + PREDICTED_DAYS
    f107, mean, ap = weather.at(np.array([end + 3.0, end + 3000.0]))
    assert np.all(f107 == mean)
    assert np.all(mean == weather.flux[-3, 1])
    assert ap[:, 0] == pytest.approx(weather.ap[-MEAN_DAYS - 2 : -2].mean())
