"""Numbers in a model and what its `sources` say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and value of everything below a value: phases[2].gates[0].range_m."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value):
            yield from leaves(below, f"{path}[{index}]")
    else:
        yield path, value


def is_number(value: Any) -> bool:
    """Whether a leaf needs a source."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def covers(key: str, leaf: str) -> bool:
    """Whether a key of `sources` speaks for a leaf: it or something above it, list places given or not."""
    return any(
        form == key or form.startswith((f"{key}.", f"{key}[")) for form in (leaf, re.sub(r"\[\d+\]", "", leaf))
    )


def without_source(data: Mapping[str, Any]) -> list[str]:
    """Numbers of a dumped model for which no source is given."""
    numbers = [leaf for leaf, value in leaves(data) if is_number(value)]
    return [leaf for leaf in numbers if not any(covers(key, leaf) for key in data["sources"])]
