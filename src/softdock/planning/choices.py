"""The free choices of a sequence: values written "$name" in its rules, and every combination of what they may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Several
from itertools import product
from math import prod
from typing import Any

from ..errors import MissionError
from ..formats.faults import closest, validated
from .manoeuvres import Sequence
from .vocabulary import expanded

Choice = dict[str, Any]
MOST_COMBINATIONS = 20_000


def choice_names(value: Any) -> set[str]:
    """Names that are written "$name" anywhere in rules."""
    if isinstance(value, str):
        return {value[1:]} if value.startswith("$") else set()
    if isinstance(value, Mapping):
        return set().union(*(choice_names(part) for part in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(choice_names(part) for part in value))
    return set()


def chosen(value: Any, choice: Mapping[str, Any]) -> Any:
    """Rules with every "$name" replaced by what was chosen for it."""
    if isinstance(value, str) and value.startswith("$"):
        return choice[value[1:]]
    if isinstance(value, Mapping):
        return {key: chosen(part, choice) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [chosen(part, choice) for part in value]
    return value


def combinations(choices: Mapping[str, Several[Any]]) -> Iterator[Choice]:
    """Every combination of the values searched; the last name changes fastest."""
    return (dict(zip(choices, values, strict=True)) for values in product(*choices.values()))


def timing_choices(rules: Several[Mapping[str, Any]], choices: Mapping[str, Several[Any]]) -> set[str]:
    """Names that change when something happens; the others change only what is to be achieved."""
    places: set[str] = set()
    for rule in rules:
        full = expanded(dict(rule))
        places |= choice_names({key: part for key, part in full.items() if key != "achieves"})
        for wanted in full.get("achieves", ()):
            numbers = ("height_difference_km", "height_km", "phase_deg", "out_of_plane_km", "offset_lvlh_m", "offset_min")
            places |= choice_names({key: part for key, part in wanted.items() if key not in numbers})
    return places & set(choices)


def sequence_of(rules: Several[Mapping[str, Any]], choice: Mapping[str, Any]) -> Sequence:
    """The sequence of rules, named ones written out, for one choice. Raises MissionError."""
    full = [expanded(dict(rule), file=f"manoeuvres[{k}]") for k, rule in enumerate(rules)]
    return validated(Sequence, {"manoeuvres": chosen(full, choice)}, file="")


def check_choices(rules: Several[Mapping[str, Any]], choices: Mapping[str, Several[Any]], given: Several[str]) -> None:
    """Raises MissionError where rules name a choice that there is not, or one is not used, or they are too many.

    given: names that have a value from elsewhere
    """
    used = choice_names([expanded(dict(rule), file=f"manoeuvres[{k}]") for k, rule in enumerate(rules)])
    for name in sorted(used - set(choices) - set(given)):
        known = sorted({*choices, *given})
        raise MissionError(
            f"${name} stands in manoeuvres and has no values{closest(name, known)}; give {name} = [...] below choices",
            key="choices",
        )
    for name in choices:
        if name not in used:
            raise MissionError(f"is used by no manoeuvre; write \"${name}\" where it is meant", key=f"choices.{name}")
    count = prod(len(values) for values in choices.values())
    if count > MOST_COMBINATIONS:
        raise MissionError(
            f"make {count} combinations and at most {MOST_COMBINATIONS} are searched; give fewer values", key="choices"
        )
