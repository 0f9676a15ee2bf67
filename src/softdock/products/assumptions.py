"""The numbers for which no source was read, with their values, out of the mission as flown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from ..errors import MissionError
from ..vehicle.envelopes import envelope
from ..vehicle.mechanisms import mechanism
from .wording import DASH


class Assumption(NamedTuple):
    """A key, what stands there, and why it was assumed."""

    document: str
    key: str
    value: str
    why: str


def assumptions(mission: Mapping[str, Any]) -> list[Assumption]:
    """Every entry of the mission's and its vehicles' sources that says `assumed`, in the order of the file."""
    return [entry for entry in _entries(mission) if re.search(r"\bassumed\b", entry.why, re.IGNORECASE)]


def counted(mission: Mapping[str, Any]) -> tuple[int, int]:
    """Number of entries that say `assumed`, and of all entries."""
    return len(assumptions(mission)), sum(1 for _ in _entries(mission))


def _entries(mission: Mapping[str, Any]) -> Iterator[Assumption]:
    vehicles = mission.get("vehicles")
    documents: list[tuple[str, Any]] = [("mission", mission)]
    documents += list(vehicles.items()) if isinstance(vehicles, Mapping) else []
    documents += _on_board(mission)
    for name, document in documents:
        sources = document.get("sources") if isinstance(document, Mapping) else None
        for key, why in sources.items() if isinstance(sources, Mapping) else ():
            yield Assumption(str(name), str(key), shown(looked_up(document, str(key))), str(why))


def _on_board(mission: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Mechanisms and contact envelopes that the mission names; they are files on board, not part of mission.toml."""
    mechanisms = sorted(_named(mission, "mechanism"))
    envelopes = sorted(_named(mission, "envelope"))
    found: list[tuple[str, Any]] = []
    for names, kind, read in ((mechanisms, "mechanism", mechanism), (envelopes, "envelope", envelope)):
        for name in names:
            with suppress(MissionError):
                found.append((f"{kind} {name}", read(name).model_dump(mode="json")))
    return found


def _named(value: Any, key: str) -> set[str]:
    """Every text that stands under a key, at any depth."""
    if isinstance(value, list):
        return set().union(*[_named(item, key) for item in value])
    if not isinstance(value, Mapping):
        return set()
    own = {value[key]} if isinstance(value.get(key), str) else set()
    return own.union(*[_named(item, key) for item in value.values()])


def looked_up(document: Any, key: str) -> Any:
    """What stands at a dotted key such as phases[1].gates or tanks.main; in a list of tables, the first that has it."""
    value = document
    for part in re.findall(r"[^.\[\]]+", key):
        if isinstance(value, list) and not part.isdigit():
            value = next((row for row in value if isinstance(row, Mapping) and (part in row)), None)
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def shown(value: Any) -> str:
    """A value in a cell: numbers as they are, short lists in full, tables by what they hold."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and len(value) <= 4 and all(isinstance(v, str | int | float) for v in value):
        return ", ".join(shown(v) for v in value)
    if isinstance(value, Mapping) and len(value) <= 3 and all(isinstance(v, int | float) for v in value.values()):
        return ", ".join(f"{k} {shown(v)}" for k, v in value.items())
    return f"{_leaves(value)} values"


def _leaves(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_leaves(item) for item in value.values())
    if isinstance(value, list):
        return sum(_leaves(item) for item in value)
    return 1
