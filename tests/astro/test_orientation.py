"""The tables of the Earth's orientation: what is measured, what is predicted, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from softdock.astro import orientation as module
from softdock.astro.constants import EARTH_RATE
from softdock.astro.frames import fill_orientation
from softdock.astro.orientation import date_of, earth_orientation, earth_rate, orientation_table
from softdock.astro.teme import ALL_FRAMES, gcrf_to
from softdock.astro.time import Epoch
from softdock.conventions import DAY
from softdock.errors import DataError

NOW = np.zeros(1)
TABLE = orientation_table()
LAST = date.fromisoformat(TABLE.last_measured)


def at(day: date) -> Epoch:
    return Epoch.from_utc(f"{day.isoformat()}T00:00:00", allow_prediction=True)


def test_measured_ends_where_bulletin_a_says_so() -> None:
    package = import_module("astropy_iers_data")
    lines = Path(package.IERS_A_FILE).read_text("ascii").splitlines()
    observed = [float(line[7:15]) for line in lines if line[16] == "I" and line[57] == "I"]
    assert TABLE.last_measured == date_of(int(observed[-1]))
    assert date.fromisoformat(TABLE.last_predicted) - LAST > timedelta(300)
    assert date_of(TABLE.first) == "1962-01-01"


def test_ut1_runs_on_through_every_step_of_utc() -> None:
    bends = np.diff(TABLE.rows[: TABLE.measured, 2], 2)
    assert np.abs(bends).max() < 2e-3  # s a day a day; a step left in would show as 0.05 to 1 s


def test_the_first_and_the_last_measured_day_are_served_and_no_second_more() -> None:
    for day, row in ((date(1962, 1, 1), TABLE.rows[0]), (LAST, TABLE.rows[TABLE.measured - 1])):
        _, found = earth_orientation(at(day), NOW)
        assert found[0] == pytest.approx(row[2], abs=1e-12)
    with pytest.raises(DataError, match=rf"to {LAST}, asked for {LAST}T00:00:01.000; .* set allow_prediction = true"):
        earth_orientation(at(LAST), np.array([0.0, 1.0]))
    with pytest.raises(DataError, match="known from 1962-01-01 .* asked for 1961-12-31T23:59:59"):
        earth_orientation(at(date(1962, 1, 1)), np.array([-1.0]))


def test_prediction_is_used_only_when_allowed_and_joins_on() -> None:
    day = LAST + timedelta(30)
    with pytest.raises(DataError, match=f"asked for {day}"):
        earth_orientation(at(day), NOW)
    _, found = earth_orientation(at(day), NOW, allow_prediction=True)
    assert found[0] == pytest.approx(TABLE.rows[TABLE.measured + 29, 2], abs=1e-12)
    seconds = np.linspace(-2.0 * DAY, 0.0, 50)
    measured, joined = (earth_orientation(at(LAST), seconds, allow_prediction=allowed)[1] for allowed in (False, True))
    assert np.abs(measured - joined).max() < 1e-3


def test_before_the_table_no_prediction_is_offered() -> None:
    for allowed in (False, True):
        with pytest.raises(DataError, match="asked for 1961-06-10T00:00:00.000; move the mission's epoch$"):
            earth_orientation(at(date(1961, 6, 10)), NOW, allow_prediction=allowed)


def test_past_the_prediction_nothing_helps() -> None:
    late = at(date.fromisoformat(TABLE.last_predicted) + timedelta(1))
    with pytest.raises(DataError, match=f"predicted to {TABLE.last_predicted}, asked for .* update astropy-iers-data"):
        earth_orientation(late, NOW, allow_prediction=True)
    for t in (float("nan"), float("inf")):
        with pytest.raises(DataError, match=f"asked for {t} s"):
            earth_orientation(at(LAST), np.array([t]))


def test_only_itrf_needs_measured_days() -> None:
    recent = at(LAST + timedelta(20))
    r, v = np.array([[7e6, 1e5, -2e5]]), np.array([[10.0, 7e3, 2e3]])
    for frame in ALL_FRAMES:
        if frame != "ITRF":
            gcrf_to(frame, recent, NOW, r=r, v=v)
    with pytest.raises(DataError, match="allow_prediction"):
        gcrf_to("ITRF", recent, NOW, r=r, v=v)
    gcrf_to("ITRF", recent, NOW, r=r, v=v, allow_prediction=True)


def test_the_kernels_table_takes_prediction_only_when_allowed(env_j2: np.ndarray) -> None:
    env, recent = env_j2.copy(), at(LAST + timedelta(20))
    with pytest.raises(DataError, match="allow_prediction"):
        fill_orientation(env, recent, np.zeros(6))
    fill_orientation(env, recent, np.zeros(6), allow_prediction=True)


def test_the_rate_is_the_slope_of_the_angle() -> None:
    epoch, seconds = Epoch.from_utc("1972-03-10T13:00:00"), np.array([-100.0, 0.0, 100.0])
    _, ut1 = earth_orientation(epoch, seconds)
    slope = (ut1[2] - ut1[0]) / 200.0
    assert earth_rate(epoch, NOW)[0] / EARTH_RATE - 1.0 == pytest.approx(slope, abs=1e-12)


@pytest.fixture
def other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose eopc04 and finals2000A softdock reads instead of the installed ones."""

    class Package:
        IERS_B_FILE = str(tmp_path / "eopc04")
        IERS_A_FILE = str(tmp_path / "finals2000A")

    monkeypatch.setattr(module, "import_module", lambda name: Package)
    orientation_table.cache_clear()
    yield tmp_path
    orientation_table.cache_clear()


def c04(days: list[int], x: str = "0.1") -> str:
    return "# head\n" + "".join(f"2000 1 1 0 {day}.00 {x} 0.2 0.3 0.0 0.0 0 0 0\n" for day in days)


def bulletin(day: int, flag: str) -> str:
    fields = f"{'':7}{day:8.2f} {flag} {0.1:9.6f}{0.0:9.6f} {0.2:9.6f}{0.0:9.6f}  {flag}{0.3:10.7f}"
    return fields + " " * 60 + "\n"


def test_rows_after_a_predicted_one_are_predicted(other_files: Path) -> None:
    (other_files / "eopc04").write_text(c04([51544, 51545, 51546, 51547]))
    flags = {51546: "I", 51548: "I", 51549: "P", 51550: "I", 51552: "I"}  # the last after a gap
    (other_files / "finals2000A").write_text("".join(bulletin(day, flag) for day, flag in flags.items()))
    table = orientation_table()
    assert (table.first, table.measured, len(table.rows)) == (51544, 5, 7)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (c04([51544, 51545, 51547, 51548]), "has gaps"),
        (c04([51544, 51545, 51546, 51547], x="nan"), "is damaged"),
        ("", "is empty"),
        (c04([51544, 51545, 51546, 51547], x="0.x"), "is damaged: could not convert string to float"),
        (c04([51544, 51545, 51546, 51547]) + "\n", "is damaged: a line of EOP C04 is too short"),
        (c04([51544, 51545, 51546, 51547])[:-40], "is damaged: a line of EOP C04 is too short"),
        ("<html>", "is damaged: a line of EOP C04 is too short"),
        (c04([51544, 51545, 51546, 51547]) + "# \N{LATIN SMALL LETTER E WITH ACUTE}\n", "is damaged: 'ascii' codec"),
    ],
)
def test_a_damaged_table_is_refused(other_files: Path, text: str, says: str) -> None:
    (other_files / "eopc04").write_bytes(text.encode("latin-1"))
    (other_files / "finals2000A").write_text("")
    with pytest.raises(DataError, match=f"{says}.*; reinstall astropy-iers-data"):
        orientation_table()


@pytest.mark.parametrize(
    "text", ["\n", "<html>", bulletin(51548, "I")[:10] + "x", bulletin(51548, "I").replace("0.3", "0.x")]
)
def test_a_damaged_bulletin_is_refused(other_files: Path, text: str) -> None:
    (other_files / "eopc04").write_text(c04([51544, 51545, 51546, 51547]))
    (other_files / "finals2000A").write_text(text)
    with pytest.raises(DataError, match="table of astropy-iers-data is damaged: .*; reinstall astropy-iers-data"):
        orientation_table()


def test_a_missing_table_is_refused(other_files: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        orientation_table()
