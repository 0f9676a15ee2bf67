"""From what pydantic found wrong to one sentence: the key's path, what was found, what to do."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..errors import MissionError
from . import units
from .document import Document, Misfit

M = TypeVar("M", bound=Document)
Path = tuple[str | int, ...]

WANTED = {
    "float_type": "a number", "float_parsing": "a number", "int_type": "a whole number",
    "int_from_float": "a whole number", "int_parsing": "a whole number", "string_type": "a text in quotes",
    "bool_type": "true or false", "bool_parsing": "true or false", "model_type": "a table",
    "model_attributes_type": "a table", "dict_type": "a table", "tuple_type": "a list", "list_type": "a list",
}  # fmt: skip
COMPARED = {
    "greater_than": ("greater than", "gt"), "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"), "less_than_equal": ("at most", "le"),
}  # fmt: skip

LIKE = {"designator": "1998-067A"}
"""Texts by their key, as they are written; a pattern alone is hard to read."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong: dotted path of the key and what to say about it."""

    key: str
    sentence: str


def validated(model: type[M], data: dict[str, Any], *, file: str) -> M:
    """The model built from the contents of a file; numbers must be numbers. Raises MissionError."""
    try:
        return model.model_validate_json(json.dumps(data, default=_plain), strict=True)
    except ValidationError as error:
        raise first_of(faults_of(error, model, data), file=file) from None


def first_of(faults: Sequence[Fault], *, file: str) -> MissionError:
    """An error that says the first fault, counts the others and carries the sentence of each."""
    more = len(faults) - 1
    count = "" if more < 1 else f" (and {more} more {'fault' if more == 1 else 'faults'} in this file)"
    every = tuple(": ".join(part for part in (file, one.key, one.sentence) if part) for one in faults)
    return MissionError(faults[0].sentence + count, key=faults[0].key, file=file, every=every if more else ())


def faults_of(error: ValidationError, model: type[Document], data: dict[str, Any]) -> list[Fault]:
    """Every fault that pydantic found, unknown keys first; a key that was misspelt is one fault, not two."""
    details = sorted(error.errors(include_url=False), key=lambda item: item["type"] != "extra_forbidden")
    faults = []
    mistaken: set[str] = set()
    for item in details:
        path = _path_in(item, data)
        key = dotted(path)
        if item["type"] == "missing" and key in mistaken:
            continue
        if item["type"] == "extra_forbidden":
            known = _known_keys(model, data, path[:-1])
            sentence, meant = _unknown_key(str(path[-1]), known)
            if meant:
                mistaken.add(dotted((*path[:-1], meant)))
            faults.append(Fault(key, sentence))
        else:
            faults += _told_by_a_validator(item, key) or [Fault(key, _sentence(item, path))]
    return faults


def _told_by_a_validator(item: ErrorDetails, key: str) -> list[Fault]:
    error = item.get("ctx", {}).get("error")
    if not isinstance(error, Misfit):
        return []
    return [Fault(".".join(part for part in (key, one.key) if part), str(one)) for one in (error, *error.others)]


def dotted(path: Sequence[str | int]) -> str:
    """A path as it is written: phases[2].gates[0].range_m."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def closest(name: str, known: Sequence[str]) -> str:
    """' (did you mean ...?)' when one of the known names is near, else nothing."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def _path_in(item: ErrorDetails, data: Any) -> Path:
    """The location of an error as keys of the file: without the labels that pydantic adds for unions."""
    path: list[str | int] = []
    here = data
    last = len(item["loc"]) - 1
    for index, part in enumerate(item["loc"]):
        in_list = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if in_list or (isinstance(here, dict) and part in here):
            here = here[part]
        elif not (index == last and item["type"] == "missing"):
            continue
        path.append(part)
    return tuple(path)


def _options(annotation: Any) -> list[Any]:
    """What an annotation allows, with unions taken apart and marks removed."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [option for part in get_args(annotation) for option in _options(part)]
    return [annotation]


def _models(annotation: Any, table: Any) -> list[type[BaseModel]]:
    """Models that an annotation allows for a table; of a union told apart by `kind`, the one of that kind."""
    models = [option for option in _options(annotation) if isinstance(option, type) and issubclass(option, BaseModel)]
    kind = table.get("kind") if isinstance(table, dict) else None
    kinds = [get_args(m.model_fields["kind"].annotation) if "kind" in m.model_fields else () for m in models]
    return [m for m, names in zip(models, kinds, strict=True) if kind in names] or models


def _below(annotation: Any, table: Any, part: str | int) -> Any:
    """The annotation of one entry of a table or list."""
    for model in _models(annotation, table):
        if part in model.model_fields:
            return model.model_fields[str(part)].annotation
    for option in _options(annotation):
        if get_origin(option) is dict:
            return get_args(option)[1]
        if get_origin(option) in (tuple, list):
            return get_args(option)[0]
    return None


def _known_keys(model: type[BaseModel], data: Any, path: Path) -> list[str]:
    """Keys that may stand in the table at a path."""
    annotation: Any = model
    for part in path:
        annotation = _below(annotation, data, part)
        data = data[part]
    return [name for found in _models(annotation, data)[:1] for name in found.model_fields]


def _unknown_key(key: str, known: Sequence[str]) -> tuple[str, str]:
    """The sentence about an unknown key, and the key that was probably meant."""
    stem, unit = units.split(key)
    for candidate in known:
        if unit and units.split(candidate)[0] == stem and units.unit_of(candidate):
            wanted = units.unit_of(candidate)
            return f"is in {unit} and this quantity is read in {wanted}; convert it and write {candidate}", candidate
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    return f"unknown key{closest(key, known)}; the keys known here are: {', '.join(known)}", near[0] if near else ""


def _sentence(item: ErrorDetails, path: Path) -> str:
    kind, context = item["type"], item.get("ctx", {})
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    unit = units.unit_of(name)
    found = _found(item["input"], unit)
    if kind == "missing":
        return "is missing; add it"
    if kind in COMPARED:
        word, limit = COMPARED[kind]
        return f"is {found} and must be {word} {_found(context[limit], unit)}; correct it"
    if kind == "finite_number":
        return f"is {found}, which is no finite number; give a number{_in(unit)}"
    if kind == "string_type" and isinstance(item["input"], int | float) and not isinstance(item["input"], bool):
        return f'is the number {item["input"]} and a text is needed; write it in quotes: {name} = "{item["input"]}"'
    if kind in WANTED:
        wanted = WANTED[kind]
        return f"is {found} and {wanted}{_in(unit) if wanted == 'a number' else ''} is needed; write {wanted}"
    if kind == "literal_error":
        return f"is {found} and must be {context['expected']}; choose one of them"
    if kind == "string_pattern_mismatch" and name in LIKE:
        return f"is {found} and should match pattern {context['pattern']}; write it like {LIKE[name]}"
    return _sentence_of_structure(item, found)


def _sentence_of_structure(item: ErrorDetails, found: str) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "union_tag_invalid":
        known = [part.strip().strip("'") for part in context["expected_tags"].split(",")]
        return f"unknown kind {context['tag']!r}{closest(context['tag'], known)}; the kinds are: {', '.join(known)}"
    if kind == "union_tag_not_found":
        return "has no kind; add one, for example kind = \"rendezvous\""
    if kind == "too_short":
        return f"has {context['actual_length']} entries and needs at least {context['min_length']}; add what is missing"
    if kind == "too_long":
        return f"has more than the {context['max_length']} entries it may have; remove some"
    if kind == "value_error":
        return str(context["error"])
    return f"is {found}: {item['msg'][0].lower()}{item['msg'][1:]}; correct it"


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


def _found(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**16:
        return f"a whole number of {len(str(abs(value)))} digits"
    if isinstance(value, int | float):
        return f"{value:.10g} {unit}".rstrip()
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    if value is None:
        return "nothing"
    return "a table" if isinstance(value, dict) else "a list"
