"""The terms of the report: their explanations, and links to them where they appear."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Template
from typing import NamedTuple

from .coelliptic import asked
from .gates import gates_of
from .markup import Html, element
from .story import Story
from .wording import finite, listed, number, significant

HEADER = """# Glossary

Written by `python docs/glossary.py` from the terms of the report; frames and signs stand in
[conventions](conventions.md).
"""


class Term(NamedTuple):
    """A term, its other spellings, its explanation, and what the mission at hand sets, with $names to fill."""

    name: str
    also: tuple[str, ...]
    text: str
    here: str = ""
    in_report: bool = True

    @property
    def anchor(self) -> str:
        """Name of its place in the page."""
        return "word-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@cache
def terms() -> tuple[Term, ...]:
    """All terms in alphabetical order."""
    text = (resources.files(__package__) / "templates" / "glossary.toml").read_text("utf-8")
    found = [Term(**{**row, "also": tuple(row.get("also", ()))}) for row in tomllib.loads(text)["terms"]]
    return tuple(sorted(found, key=lambda term: term.name.replace("\u0394", "delta ").lower()))


@cache
def _by_spelling() -> dict[str, Term]:
    return {spelling: term for term in terms() if term.in_report for spelling in (term.name, *term.also)}


def explained(text: object) -> Html:
    """A text as a link to its explanation, when it is a term or begins with one."""
    words = str(text)
    known = _by_spelling()
    term = known.get(words) or next((known[s] for s in known if words.startswith(s + " ")), None)
    if term is None:
        return element("span", words)
    return element("a", words, href=f"#{term.anchor}", title=term.text, class_="term")


def glossary_list(values: Mapping[str, str] | None = None, *, used_in: str | None = None) -> Html:
    """The terms of the report and their explanations.

    values: what `filled_in` found of the mission · used_in: markup, of whose terms alone the list is
    """
    shown = [term for term in terms() if term.in_report and (used_in is None or _is_used(term, used_in))]
    rows = [
        element("div", element("dt", term.name, id=term.anchor), element("dd", term.text, _here(term, values or {})))
        for term in shown
    ]
    return element("dl", *rows, class_="words")


def _is_used(term: Term, markup: str) -> bool:
    """Whether a page links to a term or has one of its spellings, whatever the size of the letters."""
    spellings = "|".join(map(re.escape, (*term.name.split(", "), *term.also)))
    is_there = re.search(rf"(?<![\w-])(?:{spellings})(?![\w-])", re.sub("<[^>]*>", " ", markup), re.IGNORECASE)
    return f'#{term.anchor}"' in markup or is_there is not None


def glossary_page() -> str:
    """All terms as docs/glossary.md."""
    return "\n".join([HEADER, *[f"**{term.name}**: {term.text}\n" for term in terms()]])


def filled_in(story: Story) -> dict[str, str]:
    """What the mission sets, by the name under which explanations ask for it; what it does not set is left out."""
    proximity, wanted = story.phase("proximity"), asked(story)
    gates = [f"{significant(speed)} m/s inside {number(reach, 0)} m" for reach, speed in gates_of(story)]
    known = {
        "elevation": wanted.elevation_deg,
        "height": wanted.height_km,
        "travel": wanted.travel_deg,
        "station": _value(proximity, "station_keeping", "range_m"),
        "corridor": _value(proximity, "final_approach", "corridor_half_angle_deg"),
    }
    words = {name: significant(value) for name, value in known.items() if value is not None}
    words |= {"event": wanted.height_at} if wanted.height_at else {}
    return words | ({"gates": listed(gates)} if gates else {})


def _here(term: Term, values: Mapping[str, str]) -> str:
    """The sentence on this mission; empty when it lacks a value."""
    if not term.here:
        return ""
    try:
        return " " + Template(term.here).substitute(values)
    except KeyError:
        return ""


def _value(phase: Mapping[str, object], table: str, key: str) -> float | None:
    inside = phase.get(table)
    return finite(inside.get(key)) if isinstance(inside, Mapping) else None
