"""The named manoeuvres of rendezvous as a table of rules: data/manoeuvres/vocabulary.toml.

In a sequence `preset = "NC"` stands for the free components and the conditions of its row; `$name` in a row is filled
from the key of that name beside it, and what is written beside it wins over the row. `until` beside it goes onto the
row's conditions at other events.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import MissionError
from ..formats.faults import closest, validated
from ..formats.toml_file import read_toml
from .manoeuvres import Manoeuvre, Sequence

ORDER = tuple(Manoeuvre.model_fields)
FILE = Path(__file__).parent.parent / "data" / "manoeuvres" / "vocabulary.toml"


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, dict[str, Any]]:
    """Rows of the table by name: `text`, `free`, `achieves`, and where usual `when`."""
    return dict(read_toml(FILE))


def expanded(rule: dict[str, Any], *, file: str = "sequence") -> dict[str, Any]:
    """The rule of one manoeuvre with its `preset` written out; one without is returned as is. Raises MissionError."""
    if not isinstance(rule, dict) or "preset" not in rule:
        return rule
    name, table = rule["preset"], vocabulary()
    if name not in table:
        known = ", ".join(table)
        raise MissionError(
            f"there is no manoeuvre {name!r}{closest(str(name), list(table))}; use one of: {known}",
            key="preset",
            file=file,
        )
    own = {key: value for key, value in rule.items() if key in Manoeuvre.model_fields}
    asked = {key: value for key, value in rule.items() if key != "preset" and key not in own}
    row = {key: value for key, value in table[name].items() if key != "text" and key not in own}
    if any("at" in wanted for wanted in row.get("achieves", ())) and "until" in asked:
        row["achieves"] = [{**wanted, "until": "$until"} if "at" in wanted else wanted for wanted in row["achieves"]]
    used: set[str] = set()
    filled = _filled(row, asked, used)
    missing = sorted(used - set(asked))
    idle = sorted(set(asked) - used)
    if missing or idle:
        what = f"{missing[0]} is missing" if missing else f"{idle[0]} is not one of its keys"
        wants = ", ".join(sorted(used)) or "nothing"
        raise MissionError(f"{what}; {name} takes {wants}", key=(missing or idle)[0], file=file)
    return {"name": name, **filled, **own}


def _filled(value: Any, asked: dict[str, Any], used: set[str]) -> Any:
    """The row with every `$name` replaced; `used` gathers the names."""
    if isinstance(value, str) and value.startswith("$"):
        used.add(value[1:])
        return asked.get(value[1:])
    if isinstance(value, dict):
        return {key: _filled(part, asked, used) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, asked, used) for part in value]
    return value


def sequence_from_toml(text: str, *, file: str = "sequence") -> Sequence:
    """The sequence of a TOML text, its [[manoeuvres]] written out or by name (`preset`). Raises MissionError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise MissionError(f"is not TOML: {fault}; correct that line", file=file) from None
    rules = data.get("manoeuvres")
    if isinstance(rules, list):
        data["manoeuvres"] = [expanded(rule, file=f"{file}: manoeuvres[{k}]") for k, rule in enumerate(rules)]
    return validated(Sequence, data, file=file)


def toml_of(sequence: Sequence) -> str:
    """The TOML text of a sequence, every rule written out: reading it gives the same sequence."""
    data = sequence.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    head = [f"{key} = {_inline(data[key])}\n" for key in ("past", "owed") if key in data]
    return "\n".join([*head, rules_toml(data["manoeuvres"])])


def rules_toml(rules: Iterable[Mapping[str, Any]]) -> str:
    """The TOML text of rules as a file has them, named ones written out; values that are searched keep their names."""
    full = [expanded(dict(rule)) for rule in rules]
    blocks = ["\n".join(f"{key} = {_inline(rule[key])}" for key in ORDER if key in rule) for rule in full]
    return "\n".join(f"[[manoeuvres]]\n{block}\n" for block in blocks)


def _inline(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(part) for part in value) + "]"
    written = json.dumps(value, ensure_ascii=False)  # texts, numbers, true and false are written alike in both
    return written.replace("\x7f", "\\u007f")  # but for this one character
