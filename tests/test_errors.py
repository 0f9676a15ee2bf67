"""Errors: each is a sentence, is a natural builtin too, and carries its values."""

from __future__ import annotations

import builtins
import math
import re

import pytest

from softdock import errors
from softdock.errors import MissionError, PlanError, PropagationError, SoftdockError

TREE = re.findall(r"[├└]── (\w+) +\((\w+)\)", errors.__doc__ or "")


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    defined = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, SoftdockError) and kind is not SoftdockError
    }
    assert {name for name, _ in TREE} == defined


@pytest.mark.parametrize(("name", "builtin"), TREE)
def test_each_error_is_the_natural_builtin_too(name: str, builtin: str) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, SoftdockError)
    assert issubclass(kind, getattr(builtins, builtin))
    with pytest.raises(SoftdockError, match="what to do"):
        raise kind("what was asked, what was found, what to do")


def test_a_mission_error_starts_with_the_file_and_the_path_of_the_key() -> None:
    error = MissionError("mass -5 kg is negative; give a positive mass", key="crafts.apollo.mass_kg", file="mine.toml")
    assert str(error) == "mine.toml: crafts.apollo.mass_kg: mass -5 kg is negative; give a positive mass"
    assert (error.key, error.file) == ("crafts.apollo.mass_kg", "mine.toml")
    assert error.reason == "mass -5 kg is negative; give a positive mass"
    assert str(MissionError("the file is empty", file="mine.toml")) == "mine.toml: the file is empty"
    assert str(MissionError("no crafts")) == "no crafts"


def test_a_plan_error_carries_what_was_not_met() -> None:
    assert PlanError("no", residuals={"phase_deg": 2.5}).residuals == {"phase_deg": 2.5}
    assert PlanError("no").residuals == {}


def test_a_propagation_error_carries_when_it_happened() -> None:
    assert PropagationError("below 100 km", time_s=12.5).time_s == 12.5
    assert math.isnan(PropagationError("below 100 km").time_s)
