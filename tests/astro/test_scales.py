"""Time scales, their texts and the weeks of GPS."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.orientation import earth_orientation, orientation_table
from softdock.astro.scales import (
    SCALES,
    convert,
    epoch_of,
    epoch_of_gps_week,
    full_gps_week,
    gps_week,
    time_text,
    ut1_less_tt,
)
from softdock.astro.time import MJD_ZERO, Epoch, date_parts
from softdock.conventions import DAY
from softdock.errors import DataError, MissionError

one_nanosecond = 1e-9 / 86400.0  # days
ROLL_OVERS = {"1999-08-22": 1024, "2019-04-07": 2048, "2038-11-21": 3072}


def apart(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    """Days between two-part dates."""
    return float(np.abs((one[0] - other[0]) + (one[1] - other[1])).max())


@given(st.integers(2437665, 2461000), st.floats(0.0, 0.999999), st.sampled_from(SCALES), st.sampled_from(SCALES))
def test_there_and_back_is_where_it_was(day: int, part: float, source: str, target: str) -> None:
    start = (np.array(day + 0.5), np.array(part))
    there = convert(*start, source=source, target=target)
    # 2 ns: on days before 1972 that end in a step ERFA's day is 1.5 ns short of the next
    assert apart(convert(*there, source=target, target=source), start) < 2.0 * one_nanosecond


def test_offsets_are_the_defined_ones() -> None:
    tt1, tt2 = convert(*date_parts("2000-01-01T12:00:00", "TAI"), source="TAI", target="TT")
    assert ((tt1 - 2451545.0) + tt2) * 86400.0 == pytest.approx(32.184, abs=1e-9)
    gps = time_text(epoch_of("1980-01-06T00:00:00"), scale="GPS", digits=9)
    assert gps == "1980-01-06T00:00:00.000000000"  # GPS time began with UTC on that day
    assert time_text(epoch_of("2025-07-05T21:25:00"), scale="GPS") == "2025-07-05T21:25:18.000"
    assert time_text(epoch_of("2025-07-05T21:25:00"), scale="TAI", digits=0) == "2025-07-05T21:25:37"


def test_ut1_is_utc_plus_the_printed_difference() -> None:
    ut1 = convert(*date_parts("1975-07-15"), source="UTC", target="UT1")
    assert ((ut1[0] - 2442608.5) + ut1[1]) * 86400.0 == pytest.approx(0.1736007, abs=1e-7)  # EOP C04 of that day


def test_arrays_keep_their_shape() -> None:
    day, part = np.full((3, 2), 2451544.5), np.linspace(0.0, 0.9, 6).reshape(3, 2)
    for source in SCALES:
        for target in SCALES:
            assert [x.shape for x in convert(day, part, source=source, target=target)] == [(3, 2), (3, 2)]
    nothing = np.array([])
    assert ut1_less_tt(nothing, nothing).shape == (0,)
    assert convert(nothing, nothing, source="UTC", target="UT1")[0].shape == (0,)


def test_ut1_less_tt_is_what_the_frames_use() -> None:
    epoch, days = Epoch.from_utc("1993-05-01T07:00:00"), np.array([0.0, 3.25, 40.0])
    _, wanted = earth_orientation(epoch, days * 86400.0)
    assert ut1_less_tt(np.full(3, epoch.tt1), epoch.tt2 + days) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("scale", SCALES)
def test_texts_in_each_scale_come_back(scale: str) -> None:
    for text in ("1975-07-15T12:20:00.123456789", "2024-02-29T23:59:59.999999999", "1999-12-31T00:00:00.000000000"):
        assert time_text(epoch_of(text, scale), scale=scale, digits=9) == text


def test_a_day_of_the_year_is_a_date() -> None:
    assert epoch_of("1975-196T12:20:00") == epoch_of("1975-07-15T12:20:00")
    assert epoch_of("2024-366T00:00:00", "TDB") == epoch_of("2024-12-31T00:00:00", "TDB")
    for text in ("2025-366T00:00:00", "2025-000T00:00:00"):
        with pytest.raises(MissionError, match=f"'{text}' is not a UTC time: there is no such month"):
            epoch_of(text)


@pytest.mark.parametrize(
    ("text", "scale", "says"),
    [
        ("2016-12-31T23:59:60", "TAI", "is not a TAI time: only UTC has leap seconds"),
        ("2016-12-31T23:59:61", "UTC", "no such second was in that day"),
        ("2016-12-31T23:59:00Z", "TT", "is not a TT time; write it"),
        ("2016-02-30T00:00:00", "TDB", "is not a TDB time: there is no such day"),
        ("2016-02-20T00:60:00", "GPS", "there is no such minute"),
        ("noon", "UT1", "'noon' is not a UT1 time"),
    ],
)
def test_what_is_no_time_in_a_scale_is_refused(text: str, scale: str, says: str) -> None:
    with pytest.raises(MissionError, match=says):
        epoch_of(text, scale)


def test_unknown_scales_and_dates_without_utc_are_refused() -> None:
    with pytest.raises(DataError, match="the time scale TCB was asked for; the known ones are UTC, TAI"):
        convert(2451545.0, 0.0, source="TCB", target="TT")
    with pytest.raises(DataError, match="the time scale tai was asked for"):
        time_text(epoch_of("2000-01-01"), scale="tai")
    for source, target in (("UTC", "TT"), ("TT", "UTC")):
        with pytest.raises(DataError, match="and began on 1960-01-01"):
            convert(2430000.5, 0.0, source=source, target=target)
        with pytest.raises(DataError, match=f"dates in {source} that are no finite numbers"):
            convert(2451545.0, float("nan"), source=source, target=target)
    with pytest.raises(DataError, match="Earth orientation is known from 1962-01-01"):
        convert(2437000.5, 0.0, source="TT", target="UT1")


def test_predicted_ut1_is_had_only_when_asked_for() -> None:
    text = "2027-01-01T00:00:00"
    with pytest.raises(DataError, match="asked for 2027-01-01T00:00:00.000.*set allow_prediction = true"):
        convert(*date_parts(text), source="UTC", target="UT1")
    ut1 = convert(*date_parts(text), source="UTC", target="UT1", allow_prediction=True)
    assert abs((ut1[0] - 2461406.5) + ut1[1]) * 86400.0 < 0.9  # what leap seconds hold it to
    late = epoch_of("2045-01-01T00:00:00", allow_prediction=True)
    with pytest.raises(DataError, match="leap seconds are announced to"):
        time_text(late)
    assert time_text(late, allow_prediction=True) == "2045-01-01T00:00:00.000"
    assert time_text(late, scale="TAI") == "2045-01-01T00:00:37.000"


@pytest.mark.parametrize("seconds", [0.0, 1e-6, 0.01, 1.0, 20.0, 33.9, 40.0])
def test_ut1_leads_back_from_the_first_second_of_its_table_and_to_its_last(seconds: float) -> None:
    table = orientation_table()
    for day, utc in ((table.first, seconds), (table.first + table.measured - 1, -seconds)):
        there = convert(MJD_ZERO + day, utc / DAY, source="UTC", target="UT1")
        back = convert(*there, source="UT1", target="UTC")
        assert ((back[0] - MJD_ZERO - day) + back[1]) * DAY == pytest.approx(utc, abs=1e-9)
    with pytest.raises(DataError, match="known from 1962-01-01 .* asked for 1961-12-31T23:59:59.967"):
        convert(MJD_ZERO + table.first, 0.0, source="UT1", target="TT")  # UT1 was behind UTC by 33 ms


def test_parts_of_a_date_are_as_many_and_digits_are_counted() -> None:
    with pytest.raises(DataError, match=r"dates in TT have parts of shapes \(3,\) and \(2,\); give as many of either"):
        convert(np.full(3, 2451545.0), np.zeros(2), source="TT", target="TAI")
    for digits in (-1, 13, 2.5):
        with pytest.raises(DataError, match=f"a time with {digits} digits of the second was asked for; give 0 to 12"):
            time_text(epoch_of("2000-01-01"), digits=digits)  # type: ignore[arg-type]
    assert time_text(epoch_of("2000-01-01"), digits=12) == "2000-01-01T00:00:00.000000000000"


@pytest.mark.parametrize(("day", "week"), ROLL_OVERS.items())
def test_gps_weeks_roll_over_and_the_full_count_runs_on(day: str, week: int) -> None:
    begins = epoch_of(f"{day}T00:00:00", "GPS")
    assert gps_week(begins) == (week, pytest.approx(0.0, abs=1e-9))
    before, second = gps_week(begins, -1.0)
    assert (before, second) == (week - 1, pytest.approx(604799.0, abs=1e-9))
    for told, whole in ((0, week), (1023, week - 1), (1, week + 1)):
        for near in (-20.0, 0.0, 20.0):  # weeks by which the receiver's own clock may be wrong
            assert full_gps_week(told, Epoch(begins.tt1 + 7.0 * near, begins.tt2)) == whole


def test_two_craft_that_took_a_roll_over_differently_are_1024_weeks_apart() -> None:
    one, other = epoch_of_gps_week(1024 + 736, 86400.25), epoch_of_gps_week(736, 86400.25)
    assert one.tt1 + one.tt2 - (other.tt1 + other.tt2) == pytest.approx(7 * 1024, abs=1e-9)
    assert gps_week(one) == (1760, pytest.approx(86400.25, abs=1e-9))
    with pytest.raises(DataError, match="0 to 1023, found 1024"):
        full_gps_week(1024, one)
    with pytest.raises(DataError, match="found -1"):
        full_gps_week(-1, one)
