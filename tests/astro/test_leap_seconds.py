"""Leap seconds: where they come from, to when they are known, and every one of them to the nanosecond."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import erfa
import numpy as np
import pytest

from softdock.astro import leap_seconds as module
from softdock.astro.leap_seconds import LeapSeconds, leap_seconds, read_leap_seconds
from softdock.astro.scales import convert, epoch_of, time_text
from softdock.astro.time import Epoch, date_parts, day_length
from softdock.errors import DataError

one_nanosecond = Fraction(1, 10**9)
# Days that began with a new TAI - UTC, from IERS Bulletin C, and the value from then on [s].
STEPS = {
    "1972-07-01": 11, "1973-01-01": 12, "1974-01-01": 13, "1975-01-01": 14, "1976-01-01": 15, "1977-01-01": 16,
    "1978-01-01": 17, "1979-01-01": 18, "1980-01-01": 19, "1981-07-01": 20, "1982-07-01": 21, "1983-07-01": 22,
    "1985-07-01": 23, "1988-01-01": 24, "1990-01-01": 25, "1991-01-01": 26, "1992-07-01": 27, "1993-07-01": 28,
    "1994-07-01": 29, "1996-01-01": 30, "1997-07-01": 31, "1999-01-01": 32, "2006-01-01": 33, "2009-01-01": 34,
    "2012-07-01": 35, "2015-07-01": 36, "2017-01-01": 37,
}  # fmt: skip
TAI_LESS = {"TAI": Fraction(0), "TT": Fraction(-32184, 1000), "GPS": Fraction(19)}  # seconds to take off for each scale
# Days from which TAI - UTC [s] was a + (MJD - m) b, from the UTC-TAI history of the IERS.
RUBBER = (
    ("1961-01-01", "1.4228180", 37300, "0.001296"), ("1961-08-01", "1.3728180", 37300, "0.001296"),
    ("1962-01-01", "1.8458580", 37665, "0.0011232"), ("1963-11-01", "1.9458580", 37665, "0.0011232"),
    ("1964-01-01", "3.2401300", 38761, "0.001296"), ("1964-04-01", "3.3401300", 38761, "0.001296"),
    ("1964-09-01", "3.4401300", 38761, "0.001296"), ("1965-01-01", "3.5401300", 38761, "0.001296"),
    ("1965-03-01", "3.6401300", 38761, "0.001296"), ("1965-07-01", "3.7401300", 38761, "0.001296"),
    ("1965-09-01", "3.8401300", 38761, "0.001296"), ("1966-01-01", "4.3131700", 39126, "0.002592"),
    ("1968-02-01", "4.2131700", 39126, "0.002592"),
)  # fmt: skip


def around(first_day: str, after: int) -> Iterator[tuple[str, int]]:
    """UTC texts a second before, at, in and after a leap second, and TAI since 0001-01-01 in whole seconds."""
    ordinal = date.fromisoformat(first_day).toordinal()
    last = date.fromordinal(ordinal - 1).isoformat()
    midnight = ordinal * 86400 + after  # TAI of 0 h UTC after the leap second
    for text, seconds in ((f"{last}T23:59:58", -3), (f"{last}T23:59:59", -2), (f"{last}T23:59:60", -1)):
        yield text, midnight + seconds
    yield f"{first_day}T00:00:00", midnight
    yield f"{first_day}T00:00:01", midnight + 1


def exact(day1: float, day2: float) -> Fraction:
    """Seconds since 0001-01-01 of a two-part Julian date, without rounding."""
    return (Fraction(float(day1)) + Fraction(float(day2)) - Fraction(3442849, 2)) * 86400


@pytest.mark.parametrize(("first_day", "after"), STEPS.items())
def test_every_leap_second_is_exact_in_both_directions(first_day: str, after: int) -> None:
    for text, tai in around(first_day, after):
        for scale, less in TAI_LESS.items():
            day1, day2 = convert(*date_parts(text), source="UTC", target=scale)
            assert abs(exact(day1, day2) - (tai - less)) < one_nanosecond
            back = convert(day1, day2, source=scale, target="UTC")
            assert [float(x) for x in back] == pytest.approx(date_parts(text), abs=1e-14)
            assert time_text(epoch_of(text), digits=9) == text + ".000000000"
        tdb = convert(*date_parts(text), source="UTC", target="TDB")
        tt = convert(*tdb, source="TDB", target="TT")
        assert time_text(Epoch(float(tt[0]), float(tt[1])), digits=9) == text + ".000000000"


@pytest.mark.parametrize(("first_day", "after"), STEPS.items())
def test_mission_seconds_count_every_leap_second(first_day: str, after: int) -> None:
    texts = list(around(first_day, after))
    epoch = Epoch.from_utc(texts[0][0])
    for text, tai in texts:
        assert epoch.seconds_of(text) == pytest.approx(tai - texts[0][1], abs=1e-9)
        assert epoch.utc(float(tai - texts[0][1])) == text + ".000"
    with pytest.raises(ValueError, match="no such second was in that day"):
        epoch.seconds_of(texts[2][0].replace("23:59:60", "23:59:61"))


def test_the_table_has_no_other_leap_seconds() -> None:
    found = {day.isoformat(): offset for day, offset in leap_seconds().steps}
    assert found == {"1972-01-01": 10.0} | STEPS


@pytest.mark.parametrize(("first_day", "a", "reference", "b"), RUBBER)
def test_the_years_before_1972_have_their_long_seconds_and_small_steps(
    first_day: str, a: str, reference: int, b: str
) -> None:
    mjd = date.fromisoformat(first_day).toordinal() - 678576
    for clock, seconds in (("00:00:00", 0), ("12:00:00", 43200), ("23:59:59", 86399)):
        part = Fraction(mjd - reference) + Fraction(seconds, 86400)
        tai_less_utc = Fraction(a) + part * Fraction(b)
        text = f"{first_day}T{clock}"
        day1, day2 = convert(*date_parts(text), source="UTC", target="TAI")
        wanted = date.fromisoformat(first_day).toordinal() * 86400 + seconds + tai_less_utc
        assert abs(exact(day1, day2) - wanted) < one_nanosecond
        assert time_text(epoch_of(text), digits=6) == text + ".000000"  # ERFA's days of a step miss the next by 2 ns


@pytest.mark.parametrize(
    "last_day", ["1961-07-31", "1963-10-31", "1964-03-31", "1965-08-31", "1968-01-31", "1971-12-31"]
)
def test_days_that_end_in_a_small_step_are_written_right(last_day: str) -> None:
    for clock in ("00:00:00.000", "12:00:00.000", "23:59:59.875"):
        assert Epoch.from_utc(f"{last_day}T{clock}").utc() == f"{last_day}T{clock}"


def test_1971_ended_with_a_step_of_107758_microseconds() -> None:
    assert day_length(2441316.5) == pytest.approx(86400.107758, abs=1e-9)
    epoch = Epoch.from_utc("1971-12-31T23:59:60.1")
    assert epoch.utc() == "1971-12-31T23:59:60.100"
    assert epoch.seconds_of("1972-01-01T00:00:00") == pytest.approx(0.007758, abs=1e-8)  # of seconds 3e-8 longer


def test_a_million_dates_come_back() -> None:
    rng = np.random.default_rng(1)
    day1 = 2437665.5 + rng.integers(0, 23500, 10**6)
    day2 = rng.random(10**6)
    tt = convert(day1, day2, source="UTC", target="TT")
    back = convert(*tt, source="TT", target="UTC")
    assert np.abs((back[0] - day1) + (back[1] - day2)).max() * 86400.0 < 1e-9


def test_the_newer_of_the_two_tables_counts() -> None:
    table = leap_seconds()
    assert table.expires >= date(2026, 1, 1)
    assert table.expires_mjd == (table.expires - date(1858, 11, 17)).days


@pytest.fixture
def other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A leap-second file that softdock reads instead of the installed one; afterwards everything is as before."""
    path = tmp_path / "Leap_Second.dat"

    class Package:
        IERS_LEAP_SECOND_FILE = str(path)

    monkeypatch.setattr(module, "import_module", lambda name: Package)
    leap_seconds.cache_clear()
    yield path
    leap_seconds.cache_clear()
    erfa.leap_seconds.set(None)


def leap_file(last: str = "", *, steps: int = 99, changed: bool = False) -> str:
    rows = ["41317.0  1 1 1972 10"]
    for day, offset in list(STEPS.items())[:steps]:
        year, month, first = day.split("-")
        rows.append(f"0.0 {int(first)} {int(month)} {year} {offset + (changed and year == '1990')}")
    return "\n".join(["# File expires on 28 December 2040", *rows, last]) + "\n"


def test_a_leap_second_that_erfa_does_not_know_is_taught(other_file: Path) -> None:
    other_file.write_text(leap_file("64694.0  1  1 2036 38"))
    epoch = Epoch.from_utc("2035-12-31T23:59:59")
    assert epoch.utc(1.5) == "2035-12-31T23:59:60.500"
    assert leap_seconds().expires == date(2040, 12, 28)


def test_an_older_file_leaves_erfas_table(other_file: Path) -> None:
    other_file.write_text(leap_file(steps=5))
    assert len(leap_seconds().steps) == 28
    assert leap_seconds().expires == date(2040, 12, 28)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (leap_file(changed=True), "of ERFA and of astropy-iers-data differ"),
        (leap_file("64694.0  1  1 2036 39"), "ERFA does not take the leap seconds"),
        (leap_file().replace("expires", "ends"), "no step, or no date of expiry"),
        ("# File expires on 28 June 2027\n", "no step, or no date of expiry"),
        (leap_file("64694.0  1  1 2036"), "cannot be read: not enough values"),
    ],
)
def test_a_damaged_file_is_refused(other_file: Path, text: str, says: str) -> None:
    other_file.write_text(text)
    with pytest.raises(DataError, match=says):
        Epoch.from_utc("1975-07-15T12:20:00")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="reinstall astropy-iers-data"):
        read_leap_seconds(tmp_path / "none.dat")


def test_a_table_says_its_last_day() -> None:
    assert LeapSeconds(((date(1972, 1, 1), 10.0),), date(1858, 11, 18)).expires_mjd == 1.0


def test_utc_past_the_table_is_refused_with_the_date_unless_allowed() -> None:
    late = "2045-01-01T00:00:00"
    epoch = Epoch.from_utc("2026-01-01T00:00:00")
    for ask in (Epoch.from_utc, epoch.seconds_of, epoch_of):
        with pytest.raises(DataError, match=rf"announced to {leap_seconds().expires}, asked for '{late}'.*allow_pred"):
            ask(late)
    assert Epoch.from_utc(late, allow_prediction=True).utc() == "2045-01-01T00:00:00.000"
    assert epoch.seconds_of(late, allow_prediction=True) == pytest.approx(86400.0 * 6940, abs=1e-5)
    for there, back in (("UTC", "TAI"), ("TAI", "UTC")):
        with pytest.raises(DataError, match=r"asked for MJD 67700\.\d UTC"):
            convert(2467700.5, 0.5, source=there, target=back)
        convert(2467700.5, 0.5, source=there, target=back, allow_prediction=True)
