"""The documents say what is there: links lead somewhere, commands and names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

import softdock
from softdock.cli.app import app
from tests.house.sources import ROOT, name_of

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")


def anchor(heading: str) -> str:
    """What a heading is called in a link."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target, part in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        other = page if not target else page.parent / target
        assert other.exists(), f"{name_of(page)} links to {target}, which is not there"
        if part:
            headings = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert part in [anchor(heading) for heading in headings], f"{target}#{part}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_indented_commands_and_names_exist(page: Path) -> None:
    blocks = "\n".join(re.findall(r"^    (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for command in re.findall(r"^softdock ([a-z]+)", blocks, flags=re.MULTILINE):
        assert command in commands
    for name in re.findall(r"\bsd\.(\w+)", blocks):
        assert hasattr(softdock, name)
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make ([a-z]+)", blocks, flags=re.MULTILINE):
        assert f"\n{target}:" in makefile
