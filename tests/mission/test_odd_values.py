"""Whatever is written in place of whatever, a mission loads or one sentence says why not."""

from __future__ import annotations

import copy
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from softdock.errors import MissionError
from softdock.mission.load import complete_toml, load

ODD: list[Any] = [
    0, -1, 1e308, -1e308, 10**400, float("nan"), float("inf"), "", "x", "é", True, [], {}, [1], [[]], {"a": 1}, [{}],
    "1975-07-15T12:20:00", "soyuz", "apollo",
]  # fmt: skip
MUTANTS = 60


def places(table: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key below a table."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        yield table, key
        if isinstance(value, dict | list):
            yield from places(value)


def mutant(whole: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """A mission in which one to three entries are replaced, removed or added."""
    changed = copy.deepcopy(whole)
    for _ in range(draw.randint(1, 3)):
        table, key = draw.choice(list(places(changed)))
        what = draw.random()
        if what < 0.1:
            del table[key]
        elif what < 0.2 and isinstance(table, dict):
            table[f"new_{key}"] = copy.deepcopy(draw.choice(ODD))
        else:
            table[key] = copy.deepcopy(draw.choice(ODD))
    return changed


@pytest.mark.parametrize("seed", range(2))
def test_a_mission_with_odd_values_loads_or_is_refused_in_one_sentence(seed: int, tmp_path: Path) -> None:
    whole = tomllib.loads(complete_toml(load("apollo-soyuz")))
    draw = random.Random(seed)
    path = tmp_path / "odd.toml"
    said = []
    for _ in range(MUTANTS):
        path.write_text(tomli_w.dumps(mutant(whole, draw)), "utf-8")
        try:
            load(path)
        except MissionError as fault:
            said.append(str(fault))
    assert len(said) > 0.8 * MUTANTS
    for sentence in said:
        assert sentence.startswith(str(path))
        assert "\n" not in sentence
        assert len(sentence) < 1500
