"""The schema of manoeuvres that an editor reads: it takes what missions on board have, and marks what is misspelt."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from softdock.mission.load import mission_file, missions, schema_text
from softdock.planning.choices import choice_names
from softdock.planning.manoeuvres import Manoeuvre
from softdock.planning.vocabulary import vocabulary
from tests.planning.schemes import NESTED

SCHEMA = json.loads(schema_text())["$defs"]["Rendezvous"]["properties"]["manoeuvres"]
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
KNOWN = {
    "title", "description", "default", "type", "anyOf", "enum", "const", "pattern", "minLength", "maxLength", "minimum",
    "maximum", "exclusiveMinimum", "exclusiveMaximum", "properties", "required", "additionalProperties", "items",
    "prefixItems", "minItems", "maxItems",
}  # fmt: skip


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is of a schema, by the keywords used here (JSON Schema 2020-12)."""
    assert set(schema) <= KNOWN
    if "anyOf" in schema and not any(fits(value, one) for one in schema["anyOf"]):
        return False
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        return False
    kind = schema.get("type")
    if kind and not (isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))):
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        is_open = schema.get("additionalProperties", True) is not False or set(value) <= set(known)
        below = all(fits(part, known[key]) for key, part in value.items() if key in known)
        return is_open and below and set(schema.get("required", ())) <= set(value)
    if isinstance(value, list):
        places = schema.get("prefixItems", [schema.get("items", {})] * len(value))
        is_long = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return is_long and all(fits(part, one) for part, one in zip(value, places, strict=False))
    if isinstance(value, str):
        is_long = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        return is_long and bool(re.search(schema.get("pattern", ""), value))
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    return bool(
        low <= value <= high
        and value > schema.get("exclusiveMinimum", value - 1)
        and value < schema.get("exclusiveMaximum", value + 1)
    )


@pytest.mark.parametrize("name", missions())
def test_the_manoeuvres_of_missions_on_board_fit_their_schema(name: str) -> None:
    phases = tomllib.loads(mission_file(name).read_text("utf-8"))["phases"]
    rules = next(phase["manoeuvres"] for phase in phases if phase["kind"] == "rendezvous")
    assert fits(rules, SCHEMA)
    assert len(rules) > 3


def test_a_scheme_of_named_manoeuvres_fits_too() -> None:
    assert fits(tomllib.loads(NESTED)["manoeuvres"], SCHEMA)


@pytest.mark.parametrize(
    ("changes", "is_good"),
    [
        ({}, True),
        ({"when": {"minutes": "$wait"}, "free": ["$axis"], "most_m_s": "$most"}, True),
        ({"achieves": [{"offset_lvlh_m": ["$back", 0.0, 100]}]}, True),
        ({"correction": "yes"}, False),
        ({"when": {"minutse": 3.0}}, False),
        ({"when": {"minutes": "3"}}, False),
        ({"when": {"revolutions": -1.0}}, False),
        ({"free": ["forwards"]}, False),
        ({"achieves": [{"height_diff_km": 3.0}]}, False),
        ({"achieves": [{"offset_lvlh_m": [0.0, 0.0]}]}, False),
        ({"fixed": {"forward_m_s": True}}, False),
        ({"achievs": []}, False),
    ],
)
def test_a_rule_written_out_fits_by_its_keys_and_values(changes: dict[str, Any], is_good: bool) -> None:
    rule = {"name": "NC1", "when": {"minutes": 3.0}, "free": ["forward"], "achieves": [{"height_km": 300}], **changes}
    assert fits([rule], SCHEMA) is is_good


@pytest.mark.parametrize(
    ("changes", "is_good"),
    [
        ({"until": "start", "at": "TPI", "elevation_deg": 27.0}, True),
        ({"some_day": 3.0}, True),  # which key belongs to which row is for the reader of files to say
        ({"elevation_deg": "27"}, False),
        ({"preset": "CIS"}, False),
        ({"free": ["forwards"]}, False),
    ],
)
def test_a_named_rule_fits_by_its_name_and_the_values_of_keys_that_are_known(changes, is_good: bool) -> None:
    assert fits([{"preset": "CSI", "when": {"apsis": "apogee"}, **changes}], SCHEMA) is is_good


def test_an_editor_is_told_every_key_and_every_name() -> None:
    whole, named = SCHEMA["items"]["anyOf"]
    assert set(whole["properties"]) == set(Manoeuvre.model_fields)
    assert named["properties"]["preset"]["enum"] == list(vocabulary())
    assert {*choice_names(list(vocabulary().values())), "until", *whole["properties"]} <= set(named["properties"])
    assert "argument of latitude" in whole["properties"]["when"]["properties"]["revolutions"]["description"]
