"""The code on the pages runs as printed, prints what the page says, and draws the pictures that the page shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"```(python|text)\n(.*?)```", flags=re.DOTALL)
MARK = re.compile(r"<(\w+)|>([^<]*[a-z][^<]*)<")
PAGES = {  # number of blocks, picture, and how many of which element it has
    "library.md": (20, "", {}),
    "theory/events.md": (2, "", {}),
    "tutorials/covariance.md": (11, "covariance.svg", {"circle": 502, "polyline": 3}),
    "tutorials/relative-motion.md": (11, "relative-motion.svg", {"polyline": 3}),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs_prints_and_draws_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    count, picture, elements = PAGES[name]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))
    assert len(blocks) == count
    for kind, text in blocks:
        if kind == "python":
            exec(compile(text, name, "exec"), names)
        else:
            assert capsys.readouterr().out == text
    if picture:
        drawn = (tmp_path / picture).read_text(encoding="utf-8")
        shown = (DOCS / "images" / picture).read_text(encoding="utf-8")
        assert MARK.findall(drawn) == MARK.findall(shown)
        assert {element: drawn.count(f"<{element}") for element in elements} == elements


def test_every_page_with_code_is_run() -> None:
    with_code = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if "```python" in page.read_text("utf-8")}
    assert with_code == set(PAGES)
