"""The report: complete, self-contained, safe with any name, honest about what did not go well."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.errors import RunDirectoryError
from softdock.flight.record import FlightRecord
from softdock.products import storage
from softdock.products.provenance import flight_meta
from softdock.products.report import report_text, write_report
from softdock.products.run_directory import Run, read_run
from tests.fixtures.runs import MISSION, example, flight_record

ALLOWED = """html head meta title style body header nav main footer section div span p b i ul ol li a h1 h2 pre code
    table thead tbody tr th td dl dt dd figure figcaption
    svg defs marker path g rect line circle polyline polygon text"""
TAGS = set(re.findall(r"\w+", ALLOWED))
VOID = {"meta", "path"}
ORDER = """checks record timeline plan manoeuvres chase heights coelliptic terminal braking approach contact
    propellant navigation vehicles words conventions again assumptions"""
SECTIONS = re.findall(r"\w+", ORDER)
NASTY = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>",
    "</title><script>x</script>", "</style><script>x</script>",
    "javascript:alert(1)", "$style ${body} $$", "{{7*7}}", "&lt;b&gt;", "<!--", "]]>",
    "\x00\x08<b>", "\u202egnp.exe", "\ud800", "<a href=//evil.example>x</a>", "onmouseover=alert(1)", "`;--",
    "</svg><iframe src=//evil.example>", "&#60;script&#62;", "a;b;c;d;e",
]  # fmt: skip


class Page(HTMLParser):
    """Collects what a browser would: elements, attributes, text; checks that tags nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def attributes(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.elements if name in attrs]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(example(tmp_path_factory.mktemp("runs") / "apollo-soyuz-seed7"))


@pytest.fixture(scope="module")
def page(run: Run) -> Page:
    return Page(report_text(run))


@pytest.fixture
def record() -> FlightRecord:
    return flight_record(stride=20)


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(example(tmp_path_factory.mktemp("runs") / "thin", record=flight_record(stride=20)))


def of(tmp_path: Path, **options: Any) -> str:
    return report_text(read_run(example(tmp_path / "run", **options)))


def test_every_section_is_there_and_every_link_leads_somewhere(page: Page) -> None:
    ids = page.attributes("id")
    assert [name for name in ids if name in SECTIONS] == SECTIONS
    assert len(ids) == len(set(ids))
    links = page.attributes("href")
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert not page.open


def test_the_report_needs_no_network_no_fonts_and_no_scripts(run: Run) -> None:
    text = report_text(run)
    assert "default-src 'none'" in text
    assert not re.search(r"https?:|url\(\s*[^#)]|@import|<script|<link|<img|src=", text)
    assert {tag for tag, _ in Page(text).elements} <= TAGS


def test_what_was_asked_for_is_shown(page: Page) -> None:
    text = " ".join(" ".join(page.text).split())
    for words in (
        "Captured", "Apollo and Soyuz joined on 17 July 1975, 16:05:21 UTC", "051:45:21", "−3 min 48 s",  # headline
        "outside", "not simulated", "SP-4209 ch. 11-3",  # beside the record
        "+5.60 +0.10 −3.50 6.60", "207.0 × 227.9",  # manoeuvres
        "1 flown 37.04 24.0 41.30",  # the ranked plan
        "V-bar, motion", "R-bar, Earth", "MC1", "MC2", "1,800 m", "corridor ±10 deg",  # figures
        "closing speed of the centres of mass, m/s",
        "0.05 to 0.3", "1,842", "83", "3 × 10⁻¹⁵",  # contact
        "1,100.00 158.40", "941.60 0",  # ledger
        "minutes after TPI", "three sigma",  # navigation
        "softdock fly apollo-soyuz --seed 7", "Terminal phase initiation", "6,378.137 km",
    ):  # fmt: skip
        assert words in text, words


def test_thrust_that_never_acted_is_said(tmp_path: Path) -> None:
    said = "Capture came before the axial thrust of Apollo was due, 0.4 s after first contact"
    texts = []
    for thrust_s in (0.0, 0.3):
        record = flight_record(stride=20)
        record.dockings[0]["thrust_s"] = thrust_s
        texts.append(report_text(read_run(example(tmp_path / f"{thrust_s}", record=record))))
    assert said in texts[0]
    assert said not in texts[1]
    assert "axial thrust before capture" in texts[1]


def test_each_number_column_says_its_unit(page: Page, run: Run) -> None:
    headers = re.findall(r"<th[^>]*class=\"number\"[^>]*>(.*?)</th>", report_text(run))
    assert len([header for header in headers if "scope" in header or "unit" in header]) > 20
    assert "m/s" in " ".join(page.text)


def test_figures_are_drawn_twice_and_hold_no_number_that_is_not_finite(run: Run) -> None:
    text = report_text(run)
    assert text.count('class="wide"') == text.count('class="narrow"') == 13
    assert "Left out, because" not in text
    coordinates = re.findall(r'(?:points|cx|cy|x|y|x1|x2|y1|y2|width|height|viewBox)="([^"]*)"', text)
    assert len(coordinates) > 1000
    assert not [value for value in coordinates if "nan" in value or "inf" in value]


def test_the_report_is_the_same_for_the_same_run(thin: Run) -> None:
    assert report_text(thin) == report_text(read_run(thin.path))


def test_the_report_is_quick_and_small(run: Run) -> None:
    begin = time.perf_counter()
    path = write_report(run.path)
    assert time.perf_counter() - begin < 2.5
    assert path.stat().st_size < 1_500_000
    assert [p.name for p in run.path.glob(".*")] == []


def test_every_assumption_is_listed_with_its_key_and_value(page: Page) -> None:
    text = " ".join(page.text)
    assert "phases[1].station_keeping_range_m" in text
    assert "A length at which the crew reads the target by eye" in text
    assert "envelope apas-75" in text
    assert "SP-4012 vol. III table 2-54" not in text


@pytest.mark.parametrize("nasty", NASTY)
def test_no_name_becomes_markup(thin: Run, nasty: str) -> None:
    spoiled = spoil_strings(vars(thin), nasty)
    text = report_text(Run(**{**spoiled, "path": thin.path, "telemetry": thin.telemetry, "status": "complete"}))
    page = Page(text.encode("utf-8", errors="replace").decode("utf-8"))
    assert {tag for tag, _ in page.elements} <= TAGS
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert all(link.startswith("#") for link in page.attributes("href"))
    assert not {"src", "srcdoc", "formaction", "action"} & {name for _, attrs in page.elements for name in attrs}
    assert not page.open


def spoil_strings(value: Any, nasty: str) -> Any:
    """Every text replaced, keys included where they are names, so that it reaches the page wherever it can."""
    if isinstance(value, str):
        return value if value in ("burns", "events", "dockings", "insertion", "proximity", "docking") else nasty
    if isinstance(value, list):
        return [spoil_strings(item, nasty) for item in value]
    if isinstance(value, dict):
        spoiled = {key: spoil_strings(item, nasty) for key, item in value.items()}
        return {**spoiled, nasty: 1.0} if all(isinstance(item, float) for item in value.values()) else spoiled
    return value


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a tree stand; of long lists only the first two."""
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], (*path, key))
    elif isinstance(value, list):
        for k in range(min(len(value), 2)):
            yield from paths(value[k], (*path, k))


PARTS = ("meta", "events", "burns", "dockings", "verdicts", "propellant", "plan", "mission", "machine", "flown")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("wrong", [None, "text", -5, [5]], ids=str)
def test_a_report_is_made_of_whatever_stands_in_a_file(
    run: Run, part: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sections that do not read telemetry: each value of each table replaced by something of another type."""
    monkeypatch.setattr("softdock.products.report.figure", lambda draw, caption, width=0: None)
    empty = Run(**{**vars(run), "telemetry": run.telemetry[:0]})
    for path in paths(getattr(run, part)):
        tree = copy.deepcopy(getattr(run, part))
        inner = tree
        for key in path[:-1]:
            inner = inner[key]
        if isinstance(tree, list) and len(path) == 1:
            continue  # that tables hold rows is checked when they are read
        inner[path[-1]] = wrong
        changed = Run(**{**vars(empty), part: tree})
        if path[0] == "quantities" and len(path) <= 2:
            with pytest.raises(RunDirectoryError, match="quantities of its flight record should be"):
                report_text(changed)
        else:
            assert "</html>" in report_text(changed), path


def test_figures_do_without_events_phases_and_burns(thin: Run) -> None:
    bare = Run(**{**vars(thin), "events": [], "burns": [], "dockings": []})
    assert "</html>" in report_text(bare)
    crafts = {"crafts": {"soyuz": {"role": "target"}, "apollo": {"role": "chaser"}}}
    assert "</html>" in report_text(Run(**{**vars(thin), "mission": crafts}))


def test_a_rebound_is_the_headline(tmp_path: Path) -> None:
    text = of(tmp_path, record=flight_record(captured=False, stride=20))
    assert "Not captured" in text
    assert "The rings rebounded: latch 2 stayed open" in text
    assert 'class="outcome bad"' in text


def test_a_check_that_is_not_passed_is_in_the_headline(tmp_path: Path, record: FlightRecord) -> None:
    record.verdicts[0] = {"name": "contact conditions", "passed": False, "sentence": "Too fast: 0.2 m/s."}
    text = of(tmp_path, record=record)
    assert "Captured, with one check not passed" in text
    assert "Too fast: 0.2 m/s." in text


@pytest.mark.parametrize("passed", [None, "yes", 1, float("nan")])
def test_only_true_passes(tmp_path: Path, record: FlightRecord, passed: Any) -> None:
    record.verdicts[0]["passed"] = passed
    text = of(tmp_path, record=record)
    assert "Captured</p>" not in text


def test_a_number_that_is_not_finite_is_the_headline(tmp_path: Path, record: FlightRecord) -> None:
    record.dockings[0]["axial_speed_m_s"] = float("nan")
    text = of(tmp_path, record=record)
    assert 'class="outcome bad"' in text
    assert "dockings[0].axial_speed_m_s" in text


def test_an_interrupted_flight_says_so_and_shows_what_there_is(tmp_path: Path, record: FlightRecord) -> None:
    record.events, record.dockings, record.verdicts = record.events[:3], [], []
    text = of(tmp_path, record=record, status="interrupted")
    assert "Interrupted after NSR" in text
    assert "The last event was NSR at 17 July 1975, 14:12:00 UTC." in text


def test_an_empty_flight_has_a_report(tmp_path: Path) -> None:
    text = of(tmp_path, record=FlightRecord(), mission_toml='name = "x"', flown_toml=None)
    assert "The two craft never touched." in text
    left_out = re.findall(r"Left out, because the flight holds no samples for them: ([^.]*)\.", text)
    assert left_out == [
        "The chase, Heights and phase, From NSR to TPI, From TPI to contact, Braking, Final approach and Navigation"
    ]
    assert 'id="braking"' not in text
    assert "Flown beside simulated" not in text


def test_a_ledger_that_does_not_close_is_marked(tmp_path: Path, record: FlightRecord) -> None:
    record.propellant[0]["left_kg"] += 1e-5
    text = of(tmp_path, record=record)
    assert 'class="fail">−1' in text


def test_a_condition_outside_its_envelope_is_marked(tmp_path: Path, record: FlightRecord) -> None:
    record.dockings[0]["envelope"][1] |= {"value": 0.4, "passed": False}
    text = of(tmp_path, record=record)
    assert "✖ outside" in text or "✕ outside" in text
    assert 'class="out"' in text


def test_gaps_in_telemetry_break_lines_and_nothing_else(tmp_path: Path, record: FlightRecord) -> None:
    for block in record.telemetry:
        block["relative_x_m"][10:20] = np.nan
        block["closing_speed_m_s"][::7] = np.nan
    assert "nan" not in re.sub(r"<style>.*?</style>", "", of(tmp_path, record=record), flags=re.DOTALL).lower()


def test_a_full_disk_leaves_the_run_and_an_earlier_report(
    tmp_path: Path, record: FlightRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = example(tmp_path / "run", record=record)
    before = write_report(path).read_bytes()

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "write_synced", full)
    with pytest.raises(RunDirectoryError, match=r"report.html: the report could not be written \(No space"):
        write_report(path)
    assert (path / "report.html").read_bytes() == before
    assert not list(path.glob(".*"))


def test_the_replay_command_is_safe_to_paste(tmp_path: Path, record: FlightRecord) -> None:
    text = of(tmp_path, record=record, meta={"seed": 3, "mission": "x; rm -rf ~"}, mission_toml=MISSION)
    assert "softdock fly &#x27;x; rm -rf ~&#x27; --seed 3" in text


def test_data_that_were_predicted_are_named_in_the_report(tmp_path: Path, record: FlightRecord) -> None:
    clauses = ["Earth orientation after 2026-10-22", "space weather after 2026-10-01"]
    meta = flight_meta("x", MISSION, 3, predicted=clauses)
    text = of(tmp_path, record=record, meta=meta)
    assert "predicted, not measured" in text
    assert " and ".join(clauses) in text
    assert "predicted_data" not in flight_meta("x", MISSION, 3)
    assert "predicted, not measured" not in of(tmp_path / "other", record=record)
