"""Variants of a mission: values of the file replaced by their paths, and what is said where a path leads nowhere."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from softdock.errors import MissionError
from softdock.formats.toml_file import read_toml
from softdock.mission.names import SHIPPED
from softdock.mission.variants import with_variant

DATA: dict[str, Any] = {
    "name": "one",
    "phases": [
        {"kind": "insertion"},
        {"vector": {"node_turned_deg": 0.0}, "gates": [{"range_m": 1.0}, {"range_m": 2.0}]},
    ],
    "variants": {
        "turned": {"phases[1].vector.node_turned_deg": -0.2, "name": "two"},
        "gates": {"phases[1].gates[1]": {"range_m": 5.0}, "phases[1].gates[0].range_m": 7.0},
    },
}


def data(**variants: Any) -> dict[str, Any]:
    """The mission with these variants instead."""
    return {**deepcopy(DATA), "variants": variants}


def test_only_what_a_variant_names_is_replaced() -> None:
    found = with_variant(DATA, "turned")
    assert found["phases"][1]["vector"] == {"node_turned_deg": -0.2}
    assert found["name"] == "two"
    rest = deepcopy(found)
    rest["phases"][1]["vector"]["node_turned_deg"], rest["name"] = 0.0, "one"
    assert rest == DATA


def test_places_in_lists_and_whole_tables_are_replaced_too() -> None:
    found = with_variant(DATA, "gates")
    assert found["phases"][1]["gates"] == [{"range_m": 7.0}, {"range_m": 5.0}]


def test_the_file_as_it_was_read_is_left_as_it_is() -> None:
    kept = deepcopy(DATA)
    found = with_variant(DATA, "gates")
    found["phases"][1]["gates"][1]["range_m"] = 9.0
    found["phases"][0]["kind"] = "other"
    assert kept == DATA


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        (DATA, "turnd", r"variants: there is no variant 'turnd' \(did you mean turned\?\); .* are: turned, gates"),
        ({"name": "one"}, "turned", "variants: there is no variant 'turned'; the mission has none"),
        ({"variants": {"a": 3}}, "a", r"variants: must hold a table for each variant; write \[variants.NAME\]"),
        ({"variants": 3}, "a", r"variants: must hold a table for each variant"),
        (data(a={}), "a", "variants.a: replaces nothing; give a path and a value"),
        (data(a={"phases[1].vektor.x": 1}), "a",
         r"leads nowhere: phases\[1\] has no 'vektor' \(did you mean vector\?\); what is .* there is: vector, gates"),
        (data(a={"phases[2].kind": 1}), "a", r"phases has no place \[2\]; it is a list of 2, counted from 0"),
        (data(a={"name[0]": 1}), "a", r"name has no place \[0\]; it is no list"),
        (data(a={"name.x": 1}), "a", "name has no 'x'; what is written there is: nothing"),
        (data(a={"nam": 1}), "a", r"the mission has no 'nam' \(did you mean name\?\)"),
        (data(a={"phases[x].kind": 1}), "a", "is no path; write names with dots between them"),
        (data(a={"phases..kind": 1}), "a", "is no path"),
        (data(a={"": 1}), "a", "is no path"),
        (data(a={"phases[-1].kind": 1}), "a", "is no path"),
    ],
)  # fmt: skip
def test_what_a_variant_cannot_mean_is_told(given: dict[str, Any], name: str, words: str) -> None:
    with pytest.raises(MissionError, match=words) as caught:
        with_variant(given, name, file="some.toml")
    assert str(caught.value).startswith("some.toml: variants")


def test_every_variant_on_board_changes_its_mission() -> None:
    count = 0
    for path in SHIPPED.glob("*/mission.toml"):
        read = read_toml(path)
        for name in read.get("variants", {}):
            assert with_variant(read, name) != read
            count += 1
    assert count >= 1
