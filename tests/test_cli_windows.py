"""`softdock plan --window`: the span, the tables and the figure."""

from __future__ import annotations

import re
import xml.dom.minidom
from dataclasses import replace
from io import StringIO
from math import inf, nan
from pathlib import Path

import pytest
from rich.console import Console

from softdock.cli.window_tables import (
    day_text,
    light_text,
    moment,
    month_table,
    pane_text,
    panes_table,
    station_letters,
    widths_table,
)
from softdock.cli.windows import days_of, figure_path, show_windows, windows_and_show
from softdock.errors import MissionError, SoftdockError
from softdock.mission import load as loading
from softdock.mission.model import Mission
from softdock.mission.windows import SchemeWindows, Search, scheme_windows, window_search
from tests.mission.windows_scene import table, to_the_station

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def month() -> tuple[Search, tuple[SchemeWindows, ...]]:
    search = window_search(to_the_station(), table(), days=14.0)
    return search, scheme_windows(search)


def recorder(width: int) -> Console:
    return Console(width=width, record=True, file=StringIO())


def printed(console_width: int, *shown: object) -> list[str]:
    console = recorder(console_width)
    for one in shown:
        console.print(one)
    return console.export_text().splitlines()


@pytest.mark.parametrize(
    ("text", "days"), [("30d", 30.0), ("2w", 14.0), (" 10 d ", 10.0), ("1.5W", 10.5), ("0.5d", 0.5)]
)
def test_a_span_is_days_or_weeks(text: str, days: float) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize("text", ["", "30", "d", "3m", "-2d", "1e9d", "nan d", "30 days", "12345678w", "٣d"])
def test_any_other_span_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SoftdockError, match=r"^--window is '.*'; write days or weeks .*: 30d or 2w$"):
        days_of(text)


@pytest.mark.parametrize("text", ["0d", "0.0w"])
def test_a_span_of_no_time_is_told_apart(text: str) -> None:
    with pytest.raises(SoftdockError, match=r"which is no time; ask for a day or more, such as 30d or 2w$"):
        days_of(text)


def test_texts_of_the_table(month) -> None:
    search, months = month
    epoch, window = search.target.epoch, months[0].windows[0]
    assert pane_text((-22.5, 22.5)) == "−0.4 +0.4"
    assert pane_text((-601.0, -1.0)) == "−10.0 +0.0"
    assert pane_text((-inf, inf)) == "any"
    assert pane_text((nan, nan)) == "never"
    assert day_text(epoch, 0.0) == "03 Jul"
    assert moment(epoch, 86370.0) == "04 Jul 00:00"
    assert moment(epoch, 86369.0) == "03 Jul 23:59"
    around = replace(window.at_docking, is_sunlit=False, light_lasts=1234.0)
    assert light_text(replace(window, at_docking=around)) == "night 21"
    assert light_text(replace(window, at_docking=replace(around, is_sunlit=True, light_lasts=nan))) == "day 99+"
    letters = station_letters([str(k) for k in range(28)])
    assert (letters["0"], letters["25"], letters["26"]) == ("A", "Z", "(27)")


def test_widths_stand_beside_the_published_ones(month) -> None:
    rows = printed(100, widths_table(month[1]))
    assert re.search(r"two-day, 34 revolutions +1[12]\d\.\d +123\.4 +any \(51\d\) +150$", rows[3].rstrip())
    assert re.search(r"four-orbit +1[12]\d\.\d +123\.4 +40\.\d +22$", rows[4].rstrip())
    assert re.search(r"two-orbit +1[12]\d\.\d +123\.4 +15\.\d +6$", rows[5].rstrip())
    never = replace(month[1][0], found=replace(month[1][0].found, limits=(nan, nan)))
    assert "none" in printed(100, widths_table([never]))[3]


def test_schemes_stand_side_by_side_day_by_day(month) -> None:
    search, months = month
    rows = printed(100, panes_table(months, search.target.epoch))
    assert max(map(len, rows)) <= 100
    days = [row for row in rows if re.match(r"\d\d Jul ", row)]
    assert len(days) == len(months[0].windows) == 14
    assert re.match(r"03 Jul +22\d \* 19:32:3\d any +19:30:4\d \+4\d\.\d \+5\d\.\d +19:30:", days[0])
    assert sum(row.count("*") for row in days) == sum(one.best is not None for one in months)
    assert sum(row.count("*") + row.count(" + ") for row in days) == sum(
        window.is_open for one in months for window in one.windows
    )
    assert all(re.search(r"\d\d:\d\d:\d\d", row) for row in days)
    narrow = printed(80, panes_table(months, search.target.epoch, is_narrow=True))
    assert sum(bool(re.match(r"\d\d Jul ", row)) for row in narrow) == 14
    assert max(map(len, narrow)) <= 80


def test_a_scheme_that_has_no_passage_that_day_has_an_empty_place(month) -> None:
    search, (two_day, four, _) = month
    rows = printed(100, panes_table([two_day, replace(four, windows=four.windows[1:])], search.target.epoch))
    first, second = (row for row in rows if row.startswith(("03 Jul", "04 Jul")))
    assert first.rstrip().endswith("any")
    assert "19:07:2" in second


@pytest.mark.parametrize(("width", "is_narrow"), [(100, False), (80, True)])
def test_every_column_of_a_month_fits(month, width: int, is_narrow: bool) -> None:
    search, months = month
    names = [one.name for one in search.window.stations]
    for one in months:
        shown = month_table(one, "ascending", search.target.epoch, stations=names, is_narrow=is_narrow)
        rows = printed(width, shown)
        days = [row for row in rows if re.match(r"[*+ ]\d\d Jul ", row)]
        assert len(days) == len(one.windows)  # nothing folded into a second line
        assert "…" not in "".join(rows)
        assert all(re.match(r".\d\d Jul \d\d:\d\d:\d\d ", row) for row in days)
        assert sum(row[0] == "*" for row in days) == (one.best is not None)
        assert sum(row[0] != " " for row in days) == sum(window.is_open for window in one.windows)


def test_a_row_says_what_the_window_is(month) -> None:
    search, (_, four, _) = month
    best = four.best
    assert best is not None
    shown = month_table(four, "ascending", search.target.epoch, stations=["Moscow", "Kolpashevo"])
    (row,) = (row for row in printed(100, shown) if row.startswith("*"))
    cells = row.split()
    assert cells[0] == "*05"
    assert cells[2] == "18:44:24"
    assert (cells[3], cells[4]) == ("−0.4", "+0.4")
    assert 61.0 < float(cells[5]) < 63.0  # over the turning Earth, of 51.64 deg from Baikonur
    assert 26.0 < float(cells[6]) < 27.0
    assert float(cells[8]) == pytest.approx(45.6, abs=0.2)
    assert float(cells[11]) == pytest.approx(best.dv, abs=0.05)
    assert cells[12:15] == ["06", "Jul", "00:24"]
    assert cells[15] == "day"


def test_branches_have_tables_of_their_own(month) -> None:
    search, _ = month
    both = replace(search, window=table(branches=["ascending", "descending"], stations=[]), schemes=search.schemes[:1])
    console = recorder(80)
    show_windows(console, both, scheme_windows(both))
    text = console.export_text()
    assert "revolutions, ascending" in text
    assert "revolutions, descending" in text
    assert "Seen by" not in text
    assert "side by side" not in text
    assert "node offset +0." in text  # told above the narrow table, which leaves it out


def test_more_schemes_than_fit_are_set_in_groups(month) -> None:
    search, months = month
    console = recorder(80)
    show_windows(console, search, [*months, replace(months[0])])
    text = console.export_text()
    assert text.count("Schemes side by side") == 2
    assert max(map(len, text.splitlines())) <= 80


def test_a_scheme_that_never_opens_says_so(month) -> None:
    search, months = month
    console = recorder(100)
    show_windows(console, search, months)
    text = console.export_text()
    assert "two-orbit: no day is open." in text
    best = "1 of 14 days have a lift-off that keeps both panes, 1 of them in the plane; best is 05 Jul 18:44:24 UTC"
    assert re.search("four-orbit: " + best, " ".join(text.split()))
    for words in ("99+", "m/s /min", "any (497)"):
        assert words in " ".join(text.split()), words
    assert "Seen by: A Moscow, B Kolpashevo." in text


@pytest.fixture
def mission(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Mission:
    found = to_the_station()
    monkeypatch.setattr(loading, "load", lambda *_, **__: found)
    monkeypatch.chdir(tmp_path)
    return found


def test_the_command_prints_and_draws(mission: Mission, capsys: Captured, tmp_path: Path) -> None:
    windows_and_show("to-the-station", span="2d", output=None)
    text = capsys.readouterr().out
    assert text.startswith("To the station: launch windows from Baikonur 31/6, 2d from 2025-07-03.\n")
    assert "carried on by SGP4" in text
    assert text.rstrip().endswith("to-the-station-windows.svg holds the figure.")
    figure = (tmp_path / "to-the-station-windows.svg").read_text("utf-8")
    drawn = xml.dom.minidom.parseString(figure)
    assert len(drawn.getElementsByTagName("circle")) == 3 * 3 * 2  # panels, schemes, days
    assert "nan" not in figure.lower()
    windows_and_show("to-the-station", span="2d", output=None)
    assert "holds the figure, in place of an earlier one." in capsys.readouterr().out


def test_the_figure_goes_where_it_is_sent_and_over_no_other_file(mission: Mission, tmp_path: Path) -> None:
    windows_and_show("x", span="1d", output=tmp_path / "deep" / "a.svg")
    assert (tmp_path / "deep" / "a.svg").is_file()
    assert figure_path("mine", tmp_path) == tmp_path / "mine-windows.svg"
    other = tmp_path / "notes.svg"
    other.write_text("mine")
    with pytest.raises(SoftdockError, match="exists and is no SVG figure, so it is not overwritten"):
        windows_and_show("x", span="1d", output=other)
    assert other.read_text() == "mine"
    with pytest.raises(SoftdockError, match="cannot be written"):
        windows_and_show("x", span="1d", output=other / "below.svg")


def test_days_without_a_passage_give_no_figure(mission: Mission, capsys: Captured, tmp_path: Path) -> None:
    windows_and_show("x", span="0.5d", output=None)  # Baikonur passes the plane at 19:30
    assert "so no figure is written" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_a_mission_without_the_table_is_told_what_to_add(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path, without = tmp_path / "mine.toml", to_the_station().model_copy(update={"window": None})
    monkeypatch.setattr(loading, "load", lambda *_, **__: without)
    monkeypatch.setattr(loading, "mission_file", lambda _: path)
    with pytest.raises(MissionError, match=r"mine.toml: window: is missing.*add it, with schemes = \['two-day'\]"):
        windows_and_show("mine.toml", span="30d", output=None)
