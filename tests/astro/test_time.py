"""Mission time against the calendar and the leap seconds of the IERS."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro.time import Epoch, MissionClock, get_text, seconds_from_get
from softdock.errors import DataError, MissionError


def test_tt_is_ahead_of_utc_by_46_seconds_in_july_1975() -> None:
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    tt = (epoch.tt1 - 2442608.5 + epoch.tt2) * 86400.0  # the Julian date of 1975-07-15 0 h is 2442608.5
    assert tt - (12 * 3600 + 20 * 60) == pytest.approx(14.0 + 32.184, abs=1e-5)


def test_docking_one_is_where_the_record_puts_it() -> None:
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    assert epoch.seconds_of("1975-07-17T16:09:09") == pytest.approx(186549.0, abs=1e-6)
    assert get_text(186549.0) == "051:49:09"


def test_a_leap_second_counts_as_a_second() -> None:
    epoch = Epoch.from_utc("1975-12-31T23:59:50")
    assert epoch.seconds_of("1976-01-01T00:00:00") == pytest.approx(11.0, abs=1e-6)
    assert epoch.utc(10.25) == "1975-12-31T23:59:60.250"
    assert epoch.utc(11.0) == "1976-01-01T00:00:00.000"


def test_the_years_outer_leap_seconds_are_not_counted() -> None:
    epoch = Epoch.from_utc("1975-07-01T00:00:00")
    assert epoch.seconds_of("1975-08-01T00:00:00") == pytest.approx(31 * 86400.0, abs=1e-5)


def test_half_a_millisecond_before_midnight_rounds_into_the_next_day() -> None:
    assert Epoch.from_utc("1975-07-15T23:59:59").utc(0.9996) == "1975-07-16T00:00:00.000"


@given(st.integers(0, 10**9))
def test_utc_text_comes_back_to_the_millisecond(milliseconds: int) -> None:
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    seconds = milliseconds * 1e-3
    assert epoch.seconds_of(epoch.utc(seconds)) == pytest.approx(seconds, abs=2e-5 + 5e-4)


@given(st.integers(-(10**6), 10**7))
def test_elapsed_time_comes_back_exactly(seconds: int) -> None:
    assert seconds_from_get(get_text(float(seconds))) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "1975-13-01T00:00:00", "1975-02-30T00:00:00", "1975-07-15T25:00:00", "1950-01-01T00:00:00"],
)
def test_what_is_no_utc_time_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(MissionError, match=f"'{text}' is not a UTC time"):
        Epoch.from_utc(text)


def test_a_second_60_where_there_was_none_is_refused() -> None:
    with pytest.raises(MissionError, match="not a UTC time"):
        Epoch.from_utc("1975-07-15T23:59:60")


@pytest.mark.parametrize("t", [float("nan"), float("inf"), -1e18, 1e18])
def test_no_date_is_made_of_what_is_no_time(t: float) -> None:
    with pytest.raises(DataError, match="give a time of the years 1 to 9998"):
        Epoch.from_utc("1975-07-15T12:20:00").utc(t)


@pytest.mark.parametrize(
    ("utc", "after", "text"),
    [
        ("2016-12-31T23:59:60", 0.9996, "2017-01-01T00:00:00.000"),
        ("2016-12-31T23:59:60", 0.9994, "2016-12-31T23:59:60.999"),
        ("2016-12-31T23:59:59", 0.9996, "2016-12-31T23:59:60.000"),
        ("2015-12-31T23:59:59", 0.9996, "2016-01-01T00:00:00.000"),
        ("2016-02-29T23:59:59", 0.9999, "2016-03-01T00:00:00.000"),
        ("1998-12-31T23:59:60", 0.9999, "1999-01-01T00:00:00.000"),
        ("1963-10-31T23:59:60", 0.0996, "1963-11-01T00:00:00.000"),
    ],
)
def test_rounding_carries_over_midnight_and_leap_seconds(utc: str, after: float, text: str) -> None:
    assert Epoch.from_utc(utc).utc(after) == text


@given(st.dates(date(1972, 1, 1), date(2026, 12, 31)), st.integers(0, 86399), st.integers(0, 999), st.booleans())
def test_every_utc_text_comes_back(day: date, second: int, millisecond: int, leap: bool) -> None:
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    text = ("1990-12-31T23:59:60" if leap else f"{day}T{clock}") + f".{millisecond:03d}"
    assert Epoch.from_utc(text).utc() == text


def test_a_mission_clock_has_its_own_zero() -> None:
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    apollo = MissionClock.from_utc("Apollo GET", epoch, "1975-07-15T19:50:00")
    assert (apollo.name, apollo.zero) == ("Apollo GET", pytest.approx(27000.0, abs=1e-6))
    assert apollo.text(186549.0) == "044:19:09"
    assert apollo.seconds("044:19:09") == pytest.approx(186549.0, abs=1e-6)
    assert apollo.text(0.0) == "-007:30:00"
    assert MissionClock("GET").text(186549.0) == "051:49:09"


def test_an_epoch_far_out_of_the_calendar_is_named() -> None:
    with pytest.raises(DataError, match=r"the date of Julian day 1.00246e\+09 was asked for"):
        Epoch(2460836.5, 1e9).utc()


@pytest.mark.parametrize("seconds", [float("nan"), float("inf")])
def test_no_clock_shows_what_is_no_time(seconds: float) -> None:
    with pytest.raises(MissionError, match="an elapsed time of .* s cannot be written; give a finite number"):
        get_text(seconds)
    with pytest.raises(MissionError, match="cannot be written"):
        MissionClock("GET").text(seconds)


def test_what_is_no_elapsed_time_is_refused() -> None:
    with pytest.raises(MissionError, match="'1:70:00' is not an elapsed time"):
        seconds_from_get("1:70:00")
