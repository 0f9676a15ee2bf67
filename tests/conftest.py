"""What all tests share: settings of hypothesis, no network, browser tests, claims and the page made of them."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from tests.house.signatures import watch_python_calls

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
watch_python_calls()  # before the first kernel is called

CLAIM = "claim"


class Row(NamedTuple):
    """One line of the validation page."""

    claim: str
    truth: str
    tolerance: float
    achieved: float
    unit: str
    at_least: bool
    test: str


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--validation-page", metavar="FILE", help="run the tests that state a claim; write FILE from them")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--validation-page"):
        config.pluginmanager.register(Collector(config), "claims")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--validation-page"):
        return
    chosen = [item for item in items if CLAIM in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture
def claim(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Assert a claim of fidelity and record it for docs/validation.md.

    claim(claim="A circular orbit closes after its period", truth="Kepler's third law",
          tolerance=one_millimetre, achieved=miss, unit="m")

    `achieved` must be within +-`tolerance`, or not below it with `at_least=True`; a NaN fails.
    """

    def record(*, claim: str, truth: str, tolerance: float, achieved: float, unit: str, at_least: bool = False) -> None:
        row = Row(claim, truth, float(tolerance), float(achieved), unit, at_least, request.node.nodeid)
        holds = row.achieved >= row.tolerance if at_least else abs(row.achieved) <= row.tolerance
        assert holds, f"{claim}: achieved {achieved:g} {unit}, stated {tolerance:g} {unit} against {truth}"
        request.node.user_properties.append((CLAIM, row._asdict()))

    return record


class Collector:
    """Gathers the rows of passed tests, from this process or from workers, and writes the page at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.rows: list[Row] = []
        self.page = Path(config.getoption("--validation-page"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.rows += [Row(**value) for name, value in report.user_properties if name == CLAIM]

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == 0:  # a page with a hole would look complete
            self.page.write_text(validation_page(self.rows), encoding="utf-8")


ROOMS = {  # titles of the page's tables, by the folder of the tests
    "astro": "Time, frames, forces and orbits",
    "dynamics": "Integrators, rigid bodies and contact",
    "flight": "Phases of a flight",
    "formats": "Ephemerides in and out",
    "gnc": "Guidance, navigation and control",
    "planning": "The plan",
    "products": "Reports and exports",
    "validation": "Beside other tools and published tables",
    "whole": "Whole flights",
}


def validation_page(rows: list[Row]) -> str:
    """The page of claims in Markdown: one table a test folder, in the order of the tests."""
    lines = [
        "# Validation",
        "",
        "Each line is a claim that a test checks against a closed form, another tool, a flight record or a finer step.",
        "`achieved` is what was seen when `make validation` made this page; do not edit it. A test fails when a claim",
        "no longer holds. The numbers of other tools are stored in `tests/validation/data`; each file names the script",
        "in `tests/validation/builders` that makes it anew, and the script's first lines say what to install for it.",
        "How a claim is made, and how each physical constant is pinned by one: [validation](design/validation.md).",
    ]
    rooms: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.test):
        rooms.setdefault("/".join(row.test.split("::")[0].split("/")[1:-1]) or "whole", []).append(row)
    for room, claims in rooms.items():
        title = f"## {ROOMS.get(room, room)}"
        lines += ["", title, "", "| claim | truth | tolerance | achieved | test |", "|---|---|---|---|---|"]
        for row in claims:
            sign = "at least " if row.at_least else ""
            name = row.test.split("/")[-1].replace("|", "\\|")
            numbers = f"{sign}{row.tolerance:.3g} {row.unit} | {row.achieved:.2g} {row.unit}"
            lines.append(f"| {row.claim} | {row.truth} | {numbers} | `{name}` |")
    return "\n".join(lines) + "\n"


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and _chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and in CI this test must run: apt-get install chromium")
        pytest.skip("Chromium is not installed; apt-get install chromium lets this test look at the page")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; only for tests marked `browser`, which are skipped or failed when there is none."""
    found = _chromium()
    assert found is not None, "mark the test with @pytest.mark.browser"
    return found


@pytest.fixture(scope="session")
def showcase() -> Any:
    """Apollo-Soyuz, planned and flown with seed 7 once for all tests: its World. Not to be changed."""
    import softdock

    return softdock.fly(softdock.load("apollo-soyuz"), seed=7)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Nothing is fetched: a connection to another machine fails the test that tries it."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}; nothing is fetched at run time")
        connect(self, address)

    socket.socket.connect = local_only  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
