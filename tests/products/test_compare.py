"""Flown beside simulated: every row of the record, whatever was simulated."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from softdock.errors import RunDirectoryError
from softdock.mission.load import SHIPPED
from softdock.products.compare import Compared, compare_table, comparison, decimals_for, simulated_value
from softdock.products.run_directory import Run, read_run
from softdock.products.summary import summary
from tests.fixtures.runs import FLOWN, example, flight_record


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("runs") / "apollo-soyuz-seed7"
    return read_run(example(path, record=flight_record(stride=20)))


def row(run: Run, name: str = "capture", **changes: Any) -> Compared:
    """The comparison of one changed row of the record."""
    quantity = next(q for q in tomllib.loads(FLOWN)["quantities"] if q["name"] == name)
    return comparison(run, {"quantities": [{**quantity, **changes}]})[0]


def test_every_quantity_of_the_record_is_there_in_its_order(run: Run) -> None:
    names = [row.quantity for row in comparison(run)]
    assert names == [q["name"] for q in tomllib.loads(FLOWN)["quantities"]]


def test_times_are_compared_in_seconds_simulated_less_flown(run: Run) -> None:
    capture = row(run)
    assert capture.difference == pytest.approx(-227.658)
    assert capture.within
    assert capture.words == ("17 Jul 16:09:09", "17 Jul 16:05:21", "−3 min 48 s", "30 min")


def test_numbers_are_compared_in_their_unit(run: Run) -> None:
    perigee = row(run, name="Soyuz assembly orbit, perigee")
    assert perigee.difference == pytest.approx(222.1 - 230.0)
    assert not perigee.within
    assert perigee.verdict == "outside"


def test_a_tolerance_is_inclusive_and_nothing_is_within_none(run: Run) -> None:
    name = "axial speed at contact"
    assert row(run, name=name, value=0.214, tolerance=0.0).within
    assert not row(run, name=name, value=0.214, tolerance=None).within
    assert not row(run, name=name, tolerance=float("nan")).within


@pytest.mark.parametrize(
    "place", [{}, {"table": "events", "name": "hard dock"}, {"table": "burns", "name": "NSR"}, "x", None]
)
def test_what_was_not_simulated_is_shown_and_not_within(run: Run, place: Any) -> None:
    missing = row(run, simulated=place)
    assert missing.simulated is None
    assert not missing.within
    assert missing.verdict == "not simulated"


@pytest.mark.parametrize("value", [float("nan"), "soon", None, [1.0]])
def test_a_value_that_is_none_is_never_within(run: Run, value: Any) -> None:
    assert not row(run, value=value).within
    assert not row(run, name="axial speed at contact", value=value).within


def test_fields_are_found_in_the_row_its_data_and_deeper(run: Run) -> None:
    place = {"table": "burns", "name": "TPI", "craft": "apollo", "field": "dv_lvlh_m_s.2"}
    assert simulated_value(run, place) == -3.5
    gate = {"table": "events", "name": "braking gate 900 m", "field": "range_m"}
    assert simulated_value(run, gate) == pytest.approx(900.0, abs=10.0)
    for field in ("dv_lvlh_m_s.9", "dv_lvlh_m_s.x", "name.x", "nothing", ""):
        assert simulated_value(run, {**place, "field": field}) is None


def test_no_record_means_no_rows_and_a_damaged_one_is_said(run: Run) -> None:
    assert comparison(run, {}) == []
    for wrong in ("x", {"a": 1}, [5]):
        with pytest.raises(RunDirectoryError, match="quantities of its flight record"):
            comparison(run, {"quantities": wrong})


def test_the_shipped_record_has_rows_that_can_be_shown(run: Run) -> None:
    record = tomllib.loads((SHIPPED / "apollo-soyuz" / "flown.toml").read_text("utf-8"))
    rows = comparison(run, record)
    assert len(rows) > 10
    text = printed(compare_table(rows, "Apollo-Soyuz"))
    assert all(word in text for word in ("capture", "NSR", "within", "assumed"))


def test_a_run_is_compared_from_its_path(run: Run) -> None:
    assert comparison(run.path)[0].quantity == "Apollo NSR"


@pytest.mark.parametrize(("tolerance", "digits"), [(1800.0, 0), (3.0, 1), (0.15, 2), (0.0, 2), (None, 2), (1e-9, 5)])
def test_decimals_show_a_tenth_of_the_tolerance(tolerance: float | None, digits: int) -> None:
    assert decimals_for(tolerance) == digits


def printed(*parts: Any, width: int = 120) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    for part in parts:
        console.print(part)
    return console.export_text()


def test_the_table_hides_no_disagreement(run: Run) -> None:
    text = printed(compare_table(comparison(run), "x"))
    assert "outside" in text
    assert "not simulated" in text
    assert "−7.9" in text


@pytest.mark.parametrize("width", [200, 120, 100, 80, 60, 40])
def test_no_width_of_a_terminal_loses_a_number_or_a_verdict(run: Run, width: int) -> None:
    rows = comparison(run, tomllib.loads((SHIPPED / "apollo-soyuz" / "flown.toml").read_text("utf-8")))
    lines = printed(compare_table(rows, "x"), width=width).splitlines()
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    for row in rows:
        for words in row.words:
            assert text.count(words) >= sum(words == other for r in rows for other in r.words), words
        if row.because:
            assert row.because.split()[-1] in text
    for verdict in ("within", "outside", "simulated"):
        assert text.count(verdict) >= sum(verdict in row.verdict for row in rows)


def test_a_source_and_an_explanation_are_two_sentences(run: Run) -> None:
    because = row(run, name="Soyuz assembly orbit, perigee", source="One page", explanation="Flown otherwise")
    text = " ".join(printed(compare_table([because], "x"), width=200).split())
    assert "One page. Flown otherwise." in text


def test_years_that_differ_are_shown(run: Run) -> None:
    later = row(run, value="1974-07-17T16:05:21")
    assert later.words[:3] == ("17 Jul 1974 16:05:21", "17 Jul 1975 16:05:21", "+365 d 00 h")


def test_a_record_of_another_name_is_named_in_the_summary(run: Run) -> None:
    first = {**run.flown["quantities"][2], "name": "the latches close"}
    text = printed(summary(Run(**{**vars(run), "flown": {**run.flown, "quantities": [first]}})), width=80)
    assert "capture* stands beside the record's 'the latches close'." in " ".join(text.split())
    assert "16:09:09*" in text


def test_the_summary_says_what_came_of_it(run: Run) -> None:
    text = printed(summary(run))
    assert "Captured" in text
    for words in ("17 Jul 16:05:21", "−3 min 48 s", "axial speed", "apollo sps", "158.4", str(run.path.name)):
        assert words in text, words


def test_the_summary_of_a_failure_gives_its_reason_and_escapes_nothing(tmp_path: Path) -> None:
    record = flight_record(captured=False, stride=50)
    record.dockings[0]["reason"] = "[bold]latch[/bold] 2 stayed open"
    text = printed(summary(example(tmp_path / "run", record=record), Path("x/report.html")))
    assert "Not captured" in text
    assert "[bold]latch[/bold] 2 stayed open" in text
    assert "x/report.html" in text


def test_without_a_record_the_summary_has_no_empty_columns(run: Run, tmp_path: Path) -> None:
    assert "record, UTC" in printed(summary(run))
    alone = printed(summary(example(tmp_path / "run", record=flight_record(stride=50), flown_toml=None)))
    assert "17 Jul 16:05:21" in alone
    assert "record, UTC" not in alone
    assert "difference" not in alone
