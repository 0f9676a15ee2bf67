"""The report of a flight that ends at rest, as a person sees it in headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from softdock.products.report import write_report
from tests.browser.test_report import seen, served
from tests.products.rest_scene import run_at_rest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The folder with a run and its report."""
    folder = tmp_path_factory.mktemp("site")
    write_report(run_at_rest(folder / "run"))
    with served(folder) as found:
        yield found


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overlaps_or_sticks_out(chromium: str, site: tuple[str, Path], tmp_path: Path, width: int) -> None:
    page = seen(chromium, site, width, tmp_path)
    assert page["wide"] <= width, "the page is wider than the window"
    assert len(page["figures"]) == 4
    assert page["hits"] == [], "texts of figures lie on each other"
    assert page["cut"] == [], "texts of figures are cut off"
    assert min(page["figures"]) > 0.7, "a figure is drawn so small that its text cannot be read"
    assert width > 1000 or page["beyond"] == []
