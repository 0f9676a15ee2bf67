"""What a mission's [sources] may speak of: its own keys, and what lies above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

LIST_PLACE = re.compile(r"\[\d+\]")


def keys_of(data: Mapping[str, Any]) -> set[str]:
    """Dotted path of everything in a tree, with the places in lists and without: phases[2].gates[0].range_m."""
    paths = set(_paths(data, ""))
    return paths | {LIST_PLACE.sub("", path) for path in paths}


def _paths(value: Any, path: str) -> Iterator[str]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _paths(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value):
            yield from _paths(below, f"{path}[{index}]")
