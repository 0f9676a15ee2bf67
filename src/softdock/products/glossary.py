"""The terms of the report: their explanations, and links to them where they appear."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

from .markup import Html, element


class Term(NamedTuple):
    """A term, its other spellings and its explanation."""

    name: str
    also: tuple[str, ...]
    text: str

    @property
    def anchor(self) -> str:
        """Name of its place in the page."""
        return "word-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@cache
def terms() -> tuple[Term, ...]:
    """All terms in alphabetical order."""
    text = (resources.files(__package__) / "templates" / "glossary.toml").read_text("utf-8")
    found = [Term(row["name"], tuple(row.get("also", ())), row["text"]) for row in tomllib.loads(text)["terms"]]
    return tuple(sorted(found, key=lambda term: term.name.replace("\u0394", "delta ").lower()))


@cache
def _by_spelling() -> dict[str, Term]:
    return {spelling: term for term in terms() for spelling in (term.name, *term.also)}


def explained(text: object) -> Html:
    """A text as a link to its explanation, when it is a term or begins with one."""
    words = str(text)
    known = _by_spelling()
    term = known.get(words) or next((known[s] for s in known if words.startswith(s + " ")), None)
    if term is None:
        return element("span", words)
    return element("a", words, href=f"#{term.anchor}", title=term.text, class_="term")


def glossary_list() -> Html:
    """The terms and their explanations."""
    rows = [
        element("div", element("dt", term.name, id=term.anchor), element("dd", term.text)) for term in terms()
    ]  # fmt: skip
    return element("dl", *rows, class_="words")
