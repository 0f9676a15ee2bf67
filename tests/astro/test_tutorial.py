"""The tutorial's code runs as printed, prints what the page says, and draws the picture that the page shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "tutorials" / "relative-motion.md"
BLOCK = re.compile(r"```(python|text)\n(.*?)```", flags=re.DOTALL)


def test_the_page_runs_prints_and_draws_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) == 11
    for kind, text in blocks:
        if kind == "python":
            exec(compile(text, str(PAGE), "exec"), names)
        else:
            assert capsys.readouterr().out == text
    drawn = (tmp_path / "relative-motion.svg").read_text(encoding="utf-8")
    shown = (DOCS / "images" / "relative-motion.svg").read_text(encoding="utf-8")
    assert drawn.count("<polyline") == 3
    assert re.findall(r"<(\w+)|>([^<]*[a-z][^<]*)<", drawn) == re.findall(r"<(\w+)|>([^<]*[a-z][^<]*)<", shown)
