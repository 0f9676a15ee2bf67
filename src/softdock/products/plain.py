"""A flight as JSON text that is the same for the same flight, bit for bit."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

import numpy as np

LEADING = (
    "format",
    "status",
    "meta",
    "events",
    "burns",
    "dockings",
    "verdicts",
    "propellant",
    "plan",
    "not_finite",
    "name",
    "craft",
    "utc",
    "ignition_utc",
    "get_s",
    "engine",
    "passed",
    "sentence",
)
_RANK = {key: rank for rank, key in enumerate(LEADING)}


def plain(value: Any, path: str, not_finite: list[str]) -> Any:
    """The value in JSON's own types; keys in a fixed order; a number that is not finite becomes null.

    path: where the value stands, for messages · not_finite: gathers the paths of such numbers. A key is a string;
    anything JSON has no type for is refused (TypeError), so that nothing is written that cannot be read back.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), path, not_finite)
    if isinstance(value, float):
        if isfinite(value):
            return value
        not_finite.append(path)
        return None
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (_RANK.get(key, len(_RANK)), key))
        return {key: plain(value[key], f"{path}.{key}" if path else key, not_finite) for key in keys}
    if isinstance(value, list | tuple):
        return [plain(item, f"{path}[{k}]", not_finite) for k, item in enumerate(value)]
    raise TypeError(f"{path}: a {type(value).__name__} cannot be written to flight.json")


def json_text(document: dict[str, Any]) -> str:
    """JSON with one line a row of each list, for people and for diff. Floats as Python's repr: shortest and exact."""
    entries = [f"{json.dumps(key)}: {_entry(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _entry(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(_line(row) for row in value) + "\n]"
    if isinstance(value, dict) and value:
        return "{\n  " + ",\n  ".join(f"{json.dumps(key)}: {_line(item)}" for key, item in value.items()) + "\n}"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
