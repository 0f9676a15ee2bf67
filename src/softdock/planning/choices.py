"""The free choices of a sequence: values written "$name" in its rules, and every combination of what they may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Several
from itertools import product
from math import prod
from re import fullmatch
from typing import Any

from ..astro.time import Epoch
from ..errors import DataError, MissionError
from ..formats.faults import closest, validated
from .manoeuvres import START, Sequence
from .vocabulary import expanded

Choice = dict[str, Any]
MOST_COMBINATIONS = 20_000
GOALS = ("height_difference_km", "height_km", "phase_deg", "out_of_plane_km", "offset_lvlh_m", "offset_min")
LIFT_OFF = "lift_off_shift_min"  # a choice of when the chaser is launched, which no rule names
COLUMNS = (
    "delta_v_m_s", "braking_m_s", "duration_h", "arrival_s", "arrival_utc", "light_at_.*", "beta_at_.*_deg",
    "stations_at_docking", "cover_before_docking_min", "cover_after_docking_min", ".*_left_kg",
    "least_tank_left_percent", "least_free_drift_km", "least_free_drift_without",
)  # fmt: skip
"""Patterns of the merits in the ranked table, in which choices are columns too."""


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
            places |= choice_names({key: part for key, part in wanted.items() if key not in GOALS})
    return (places | {LIFT_OFF}) & set(choices)


def sequence_of(rules: Several[Mapping[str, Any]], choice: Mapping[str, Any]) -> Sequence:
    """The sequence of rules, named ones written out, for one choice. Raises MissionError."""
    sequence = validated(Sequence, {"manoeuvres": chosen(_written_out(rules), choice)}, file="")
    for k, rule in enumerate(sequence.manoeuvres):
        here, before, later = f"manoeuvres[{k}]", (START, *sequence.names[:k]), rule.when_next
        if later is not None and later.after and later.after not in before:
            said = f"is {later.after!r}, which is not an earlier event{closest(later.after, before)}; use one of: "
            raise MissionError(said + ", ".join(before), key=f"{here}.when_next.after")
        clocks = {"when": rule.when.utc, "when_next": later.utc if later is not None else None}
        clocks |= {f"achieves[{j}]": condition.utc for j, condition in enumerate(rule.achieves)}
        for key, utc in clocks.items():
            if utc is not None:
                _check_utc(utc, key=f"{here}.{key}.utc")
    return sequence


def _written_out(rules: Several[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rules with their presets written out. Raises MissionError."""
    for k, rule in enumerate(rules):
        if not isinstance(rule.get("preset", ""), str):
            said = "is no text; write the name of a manoeuvre in quotes"
            raise MissionError(said, key="preset", file=f"manoeuvres[{k}]")
    return [expanded(dict(rule), file=f"manoeuvres[{k}]") for k, rule in enumerate(rules)]


def _check_utc(utc: str, *, key: str) -> None:
    try:
        Epoch.from_utc(utc, allow_prediction=True)  # whether predictions may be used, the director sees
    except (DataError, MissionError) as fault:
        raise MissionError(str(fault), key=key) from None


def check_choices(rules: Several[Mapping[str, Any]], choices: Mapping[str, Several[Any]], given: Several[str]) -> None:
    """Raises MissionError where rules name a choice that there is not, or one is not used, or they are too many.

    given: names that have a value from elsewhere
    """
    used = choice_names(_written_out(rules))
    for name in sorted(used - set(choices) - set(given)):
        known = sorted({*choices, *given})
        raise MissionError(
            f"${name} stands in manoeuvres and has no values{closest(name, known)}; give {name or 'a name'} = [...]"
            " below choices",
            key="choices",
        )
    for name, values in choices.items():
        key = f"choices.{name}"
        if name in given:
            raise MissionError(f"is a value that rules have already; search another name than {name}", key=key)
        if any(fullmatch(pattern, name) for pattern in COLUMNS):
            raise MissionError("has the name of a merit in the ranked table; give the choice another", key=key)
        if name not in used and name != LIFT_OFF:
            raise MissionError(f"is used by no manoeuvre; write \"${name}\" where it is meant", key=key)
        if name == LIFT_OFF and any(isinstance(value, str) for value in values):
            raise MissionError("holds a text and minutes are needed; write numbers", key=key)
        twice = next((value for k, value in enumerate(values) if value in values[:k]), None)
        if twice is not None:
            raise MissionError(f"holds {twice} twice; remove one", key=key)
    count = prod(len(values) for values in choices.values())
    if count > MOST_COMBINATIONS:
        raise MissionError(
            f"make {count} combinations and at most {MOST_COMBINATIONS} are searched; give fewer values", key="choices"
        )


def check_values(
    rules: Several[Mapping[str, Any]], choices: Mapping[str, Several[Any]], given: Mapping[str, Any]
) -> None:
    """Raises MissionError where a value of a choice leads to a rule that cannot be, though the first one does not.

    given: values that rules may name and that are not searched
    """
    first = {**given, **next(combinations(choices))}
    for name, values in choices.items():
        for k, value in enumerate(values[1:], 1):
            try:
                sequence_of(rules, {**first, name: value})
            except MissionError as fault:
                said = f"leads to a rule that cannot be: {fault.key} {fault.reason}"
                raise MissionError(said, key=f"choices.{name}[{k}]") from None
