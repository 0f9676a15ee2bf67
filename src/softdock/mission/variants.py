"""Variants of a mission: the same file with a few of its values replaced, each by its path, before it is read.

    [variants.plane-closed]
    "phases[1].vector.node_turned_deg" = -0.223

A variant replaces what the file says and adds nothing, so that a misspelt path is told and not ignored. What it is
replaced by is checked with the rest of the mission.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from ..errors import MissionError
from ..formats.faults import closest, dotted

VARIANTS = "variants"
PART = re.compile(r"([^.\[\]]+)((?:\[\d+\])*)")  # a name and places in lists
PLACE = re.compile(r"\[(\d+)\]")


def with_variant(data: dict[str, Any], name: str, *, file: str = "mission") -> dict[str, Any]:
    """The contents of a mission file as one of its variants has them; the table of variants stays.

    data: as it was read, and left as it is · name: below `variants` · file: for the sentence. Raises MissionError.
    """
    table = data.get(VARIANTS, {})
    if not isinstance(table, dict) or not all(isinstance(one, dict) for one in table.values()):
        raise MissionError(
            'must hold a table for each variant; write [variants.NAME] and below it "path.of.key" = value',
            key=VARIANTS,
            file=file,
        )
    if name not in table:
        known = f"the variants here are: {', '.join(table)}" if table else "the mission has none"
        said = f"there is no variant {name!r}{closest(name, list(table))}; {known}"
        raise MissionError(said, key=VARIANTS, file=file)
    if not table[name]:
        raise MissionError("replaces nothing; give a path and a value", key=f"{VARIANTS}.{name}", file=file)
    out = deepcopy(data)
    for path, value in table[name].items():
        _replace(out, path, value, key=f'{VARIANTS}.{name}."{path}"', file=file)
    return out


def _replace(data: dict[str, Any], path: str, value: Any, *, key: str, file: str) -> None:
    """Put a value in the place of what stands at a path. Raises MissionError where nothing does."""
    parts = _parts(path)
    if not parts:
        raise MissionError(
            'is no path; write names with dots between them and places in lists from 0, as "phases[1].within_h"',
            key=key,
            file=file,
        )
    here: Any = data
    for depth, part in enumerate(parts):
        if not _has(here, part):
            above = dotted(parts[:depth]) or "the mission"
            raise MissionError(f"leads nowhere: {above} has no {_told(part, here)}", key=key, file=file)
        if depth == len(parts) - 1:
            here[part] = deepcopy(value)
        here = here[part]


def _parts(path: str) -> list[str | int]:
    """Keys and places of a path; none where it is not one."""
    found: list[str | int] = []
    for piece in path.split("."):
        match = PART.fullmatch(piece)
        if match is None:
            return []
        found += [match[1], *(int(place) for place in PLACE.findall(match[2]))]
    return found


def _has(here: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(here, list) and part < len(here)
    return isinstance(here, dict) and part in here


def _told(part: str | int, here: Any) -> str:
    """What is missing, and what there is."""
    if isinstance(part, int):
        count = f"a list of {len(here)}, counted from 0" if isinstance(here, list) else "no list"
        return f"place [{part}]; it is {count}"
    known = [str(name) for name in here] if isinstance(here, dict) else []
    return f"{part!r}{closest(part, known)}; what is written there is: {', '.join(known) or 'nothing'}"

