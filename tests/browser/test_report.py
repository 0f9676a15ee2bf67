"""The report as a person sees it: in headless Chromium, on a screen and on a telephone."""

from __future__ import annotations

import functools
import html
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from softdock.products.report import write_report
from tests.fixtures.runs import example

pytestmark = pytest.mark.browser

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]  # fmt: skip

# The report carries no script, and its policy forbids any; this page looks at it from outside.
LOOK = """<!doctype html><body style="margin:0">
<iframe id="f" width="WIDTH" height="2000" src="run/report.html"></iframe>
<pre id="found"></pre><script>
document.getElementById('f').onload = function () {
  const page = this.contentDocument, shown = e => e.getClientRects().length > 0;
  const texts = svg => [...svg.querySelectorAll('text')].map(t => ({t: t.textContent, r: t.getBoundingClientRect()}));
  const hits = [], cut = [];
  for (const svg of [...page.querySelectorAll('figure svg')].filter(s => s.ownerSVGElement === null && shown(s))) {
    const all = texts(svg), frame = svg.getBoundingClientRect();
    all.forEach((a, i) => {
      const sideways = a.r.left < frame.left - 1 || a.r.right > frame.right + 1;
      if (sideways || a.r.top < frame.top - 1 || a.r.bottom > frame.bottom + 1) cut.push(a.t);
      all.slice(i + 1).forEach(b => {
        const x = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
        const y = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
        if (x > 2 && y > 4) hits.push(a.t + ' | ' + b.t);
      });
    });
  }
  const small = [...page.querySelectorAll('figure svg')].filter(s => s.ownerSVGElement === null && shown(s))
    .map(s => s.getBoundingClientRect().width / s.viewBox.baseVal.width);
  const beyond = [...page.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth + 1);
  document.getElementById('found').textContent = JSON.stringify({
    texts: page.querySelectorAll('figure text').length, wide: page.documentElement.scrollWidth,
    hits: hits, cut: cut, beyond: beyond.map(s => s.getAttribute('aria-label')), figures: small,
    sections: page.querySelectorAll('section').length, fonts: page.fonts.size,
    script: page.querySelectorAll('script').length, height: page.documentElement.scrollHeight});
};
</script></body>"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Path]]:
    """A folder, served on this machine only: its address, and itself."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The folder with a run and its report."""
    folder = tmp_path_factory.mktemp("site")
    write_report(example(folder / "run"))
    with served(folder) as found:
        yield found


def seen(chromium: str, site: tuple[str, Path], width: int, profile: Path) -> dict[str, Any]:
    """What the looking page found in the report at a width of the window [px]."""
    address, folder = site
    (folder / f"look-{width}.html").write_text(LOOK.replace("WIDTH", str(width)))
    command = [chromium, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width + 40},2100",
               "--virtual-time-budget=8000", "--dump-dom", f"{address}/look-{width}.html"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="found">(.+?)</pre>', done.stdout, flags=re.DOTALL)
    assert found is not None, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result


@pytest.mark.parametrize("width", [1280, 820, 390])
def test_nothing_overlaps_or_sticks_out(chromium: str, site: tuple[str, Path], tmp_path: Path, width: int) -> None:
    page = seen(chromium, site, width, tmp_path)
    assert page["sections"] == 19
    assert page["wide"] <= width, "the page is wider than the window"
    assert page["texts"] > 200
    assert page["hits"] == [], "texts of figures lie on each other"
    assert page["cut"] == [], "texts of figures are cut off"
    assert len(page["figures"]) == 13
    assert min(page["figures"]) > 0.7, "a figure is drawn so small that its text cannot be read"
    assert page["script"] == page["fonts"] == 0


def test_no_table_needs_scrolling_on_a_telephone(chromium: str, site: tuple[str, Path], tmp_path: Path) -> None:
    assert seen(chromium, site, 390, tmp_path)["beyond"] == []


def test_it_prints(chromium: str, site: tuple[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    command = [chromium, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--no-pdf-header-footer",
               f"--print-to-pdf={target}", f"{site[0]}/run/report.html"]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page[^s]", content))
    assert 6 <= pages <= 25
