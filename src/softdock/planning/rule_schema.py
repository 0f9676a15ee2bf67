"""The JSON Schema of manoeuvres as files have them: written out or by name, any value searched by its "$name"."""

from __future__ import annotations

from typing import Any

from .choices import choice_names
from .manoeuvres import Condition, Manoeuvre
from .vocabulary import vocabulary

Schema = dict[str, Any]
NAME: Schema = {"type": "string", "pattern": r"^\$", "description": "Name of a value that is searched."}
LEAF = {"number", "integer", "boolean"}
NOTES = ("title", "description", "default")


def describe_rules(field: Schema) -> None:
    """Put what a manoeuvre may hold into the schema of a list of them; for `json_schema_extra`."""
    field["items"] = rule_schema()


def rule_schema() -> Schema:
    """The schema of one manoeuvre: a rule written out, or a `preset` with the keys of its row, which stay open."""
    whole = _searched(Manoeuvre.model_json_schema(), {})
    wanted = _searched(Condition.model_json_schema(), {})["properties"]
    rows = vocabulary()
    keys = sorted(set().union(*(choice_names(row) for row in rows.values())) | {"until"})
    texts = "; ".join(f"{name}: {row['text']}" for name, row in rows.items())
    named = {
        "preset": {"enum": list(rows), "description": f"A row of the vocabulary. {texts}."},
        **{key: wanted[key] for key in keys},
        **whole["properties"],
    }
    by_name = {"title": "Manoeuvre by name", "type": "object", "properties": named, "required": ["preset"]}
    return {"anyOf": [whole, by_name]}


def _searched(part: Schema, tables: Schema) -> Schema:
    """A schema without references, whose values may each be a "$name" as well."""
    tables = part.get("$defs", tables)
    if "$ref" in part:
        part = {**tables[part["$ref"].rsplit("/", 1)[-1]], **{key: part[key] for key in NOTES if key in part}}
    found = {key: value for key, value in part.items() if key != "$defs" and (key, value) != ("default", None)}
    if "properties" in found:
        found["properties"] = {key: _searched(one, tables) for key, one in found["properties"].items()}
    if "items" in found:
        found["items"] = _searched(found["items"], tables)
    if "prefixItems" in found:
        found["prefixItems"] = [_searched(one, tables) for one in found["prefixItems"]]
    if "anyOf" in found:  # null is one of them where a key may be left out; TOML has none
        opened = [_searched(one, tables) for one in found.pop("anyOf") if one != {"type": "null"}]
        return {**(opened[0] if len(opened) == 1 else {"anyOf": opened}), **found}
    if found.get("type") in LEAF or "enum" in found or "const" in found:
        notes = {key: found.pop(key) for key in NOTES if key in found}
        return {**notes, "anyOf": [found, NAME]}
    return found
