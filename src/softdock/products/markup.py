"""HTML and SVG built from parts: every text is escaped unless it was built here, so no name can become markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Template

VOID = {"br", "col", "hr", "meta"}
Child = object  # text, a number, None (left out), markup, or a list of these


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(tag: str, *children: Child, **attributes: object) -> Html:
    """One element. `class_` becomes class, other underscores hyphens; attributes that are None are left out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{joined(children)}</{tag}>")


def joined(children: Iterable[Child], separator: str = "") -> Html:
    """Children one after the other, texts escaped."""
    return Html(separator.join(_text(child) for child in children))


def filled(template: str, parts: dict[str, Html]) -> Html:
    """A template with its $names replaced by markup."""
    return Html(Template(template).substitute(parts))


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return str(child)
    if isinstance(child, list | tuple):
        return joined(child)
    return escape(str(child))


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
