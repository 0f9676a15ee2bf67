"""The code on the pages runs as printed, prints what the page says, and draws the pictures that the page shows.

A block with a file name is written to that file, a diff is applied to the file it names, and the commands of a console
are run; there a line of three dots stands for any lines.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from softdock.cli.app import main

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
MARK = re.compile(r"<(\w+)|>([^<]*[a-z][^<]*)<")
PAGES = {  # number of blocks, picture, and how many of which element it has
    "library.md": (20, "", {}),
    "theory/events.md": (2, "", {}),
    "tutorials/covariance.md": (11, "covariance.svg", {"circle": 502, "polyline": 3}),
    "tutorials/relative-motion.md": (11, "relative-motion.svg", {"polyline": 3}),
    "tutorials/scheme.md": (21, "", {}),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs_prints_and_draws_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    count, picture, elements = PAGES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    names: dict[str, Any] = {}
    blocks = BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))
    assert len(blocks) == count
    for kind, file, text in blocks:
        if kind == "python":
            exec(compile(text, name, "exec"), names)
        elif kind == "console":
            converse(text, capsys)
        elif kind == "diff":
            change(text)
        elif file:
            Path(file).write_text(text, encoding="utf-8")
        else:
            assert capsys.readouterr().out == text
    if picture:
        drawn = (tmp_path / picture).read_text(encoding="utf-8")
        shown = (DOCS / "images" / picture).read_text(encoding="utf-8")
        assert MARK.findall(drawn) == MARK.findall(shown)
        assert {element: drawn.count(f"<{element}") for element in elements} == elements


def converse(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Run each command after a `$ ` and compare what it prints with the lines below it."""
    for command, said in re.findall(r"^\$ softdock (.*)\n((?:(?!\$ ).*\n)*)", text, flags=re.MULTILINE):
        assert main(shlex.split(command)) == 0
        found = "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.replace("\xa0", " ").splitlines())
        expected = re.escape(said).replace(re.escape("...\n"), r"(?:.*\n)*")
        assert re.fullmatch(expected, found), found


def change(text: str) -> None:
    """Put the lines with a plus in the place of those with a minus, in the file of the first line; others stay."""
    first, *lines = text.splitlines(keepends=True)
    path = Path(first.removeprefix("--- ").strip())
    before = "".join(line[2:] for line in lines if line.startswith(("- ", "  ")))
    after = "".join(line[2:] for line in lines if line.startswith(("+ ", "  ")))
    old = path.read_text(encoding="utf-8")
    assert old.count(before) == 1
    path.write_text(old.replace(before, after), encoding="utf-8")


def test_every_page_with_code_is_run() -> None:
    pages = {page: page.read_text("utf-8") for page in DOCS.rglob("*.md")}
    with_code = {str(page.relative_to(DOCS)) for page, text in pages.items() if re.search("```(python|console)", text)}
    assert with_code == set(PAGES)
