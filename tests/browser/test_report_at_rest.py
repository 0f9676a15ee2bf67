"""The report of a flight that ends at rest, as a person sees it in headless Chromium."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from softdock.products.report import write_report
from tests.browser.test_report import seen
from tests.products.rest_scene import run_at_rest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The folder with a run and its report, served on this machine only."""
    folder = tmp_path_factory.mktemp("site")
    write_report(run_at_rest(folder / "run"))
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *args: None  # type: ignore[attr-defined]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overlaps_or_sticks_out(chromium: str, site: tuple[str, Path], tmp_path: Path, width: int) -> None:
    page = seen(chromium, site, width, tmp_path)
    assert page["wide"] <= width, "the page is wider than the window"
    assert len(page["figures"]) == 4
    assert page["hits"] == [], "texts of figures lie on each other"
    assert page["cut"] == [], "texts of figures are cut off"
    assert min(page["figures"]) > 0.7, "a figure is drawn so small that its text cannot be read"
    assert width > 1000 or page["beyond"] == []
