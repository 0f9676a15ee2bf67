"""Rules with named values: filled, combined, and told apart by whether they move a time or only a goal."""

from __future__ import annotations

from itertools import product

import pytest

from softdock.astro.time import Epoch
from softdock.errors import MissionError
from softdock.planning.choices import (
    LIFT_OFF,
    MOST_COMBINATIONS,
    check_choices,
    check_values,
    choice_names,
    chosen,
    combinations,
    sequence_of,
    timing_choices,
)
from softdock.planning.drift import Drift
from softdock.planning.merits import Cover, Light, Margin, Merits

RULES = (
    {"name": "NC1", "when": {"minutes": "$wait"}, "free": ["forward"],
     "achieves": [{"at": "end", "height_km": "$height"}]},
    {"preset": "NSR", "when": {"revolutions": "$turns", "offset_min": 3.0}},
    {"name": "end", "when": {"minutes": 30.0}, "achieves": [{"mission_time_s": "$known", "offset_min": "$early"}]},
)  # fmt: skip
CHOICES = {"wait": (10.0, 20.0), "height": (200.0, 210.0, 220.0), "turns": (1.5,), "early": (-5, -10)}


def test_names_are_found_however_deep_they_stand() -> None:
    assert choice_names(RULES) == {"wait", "height", "turns", "early", "known"}
    assert choice_names({"a": 3.0, "b": ["x", None, True]}) == set()


def test_every_name_is_replaced_by_what_was_chosen_and_nothing_else_changes() -> None:
    filled = chosen(RULES[0], {"wait": 20.0, "height": 210.0})
    assert filled == {
        "name": "NC1", "when": {"minutes": 20.0}, "free": ["forward"], "achieves": [{"at": "end", "height_km": 210.0}],
    }  # fmt: skip
    assert RULES[0]["when"] == {"minutes": "$wait"}  # the rules themselves stay as they are


def test_combinations_are_all_of_them_once_and_the_last_changes_fastest() -> None:
    found = list(combinations(CHOICES))
    assert [tuple(one.values()) for one in found] == list(product(*CHOICES.values()))
    assert list(combinations({})) == [{}]


def test_a_choice_of_times_is_told_from_a_choice_of_goals() -> None:
    assert timing_choices(RULES, CHOICES) == {"wait", "turns"}
    assert timing_choices(RULES, {**CHOICES, LIFT_OFF: (0.0, 5.0)}) == {"wait", "turns", LIFT_OFF}
    moved = ({"name": "a", "when": {"minutes": 1.0}, "achieves": [{"at": "$where", "height_km": 1.0}]},)
    assert timing_choices(moved, {"where": ("a", "b")}) == {"where"}  # the goal is at another moment


def test_a_sequence_holds_what_was_chosen_with_presets_written_out() -> None:
    sequence = sequence_of(RULES, {"wait": 20.0, "height": 210.0, "turns": 1.5, "early": -5, "known": 9000.0})
    assert sequence.names == ("NC1", "NSR", "end")
    assert sequence.manoeuvres[0].when.minutes == 20.0
    assert sequence.manoeuvres[0].achieves[0].height_km == 210.0
    assert sequence.manoeuvres[1].when.revolutions == 1.5
    assert sequence.manoeuvres[1].free == ("forward", "across", "down")
    assert sequence.manoeuvres[2].achieves[0].mission_time_s == 9000.0


def test_good_choices_are_not_refused() -> None:
    check_choices(RULES, {**CHOICES, LIFT_OFF: (0.0, 5.0)}, ("known",))
    check_values(RULES, CHOICES, {"known": 9000.0})


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"idle": (1.0,)}, "choices.idle", "used by no manoeuvre"),
        ({"known": (1.0,)}, "choices.known", "have already"),
        ({"wait": (10.0, 20.0, 10.0)}, "choices.wait", "holds 10.0 twice"),
        ({"height": tuple(float(k) for k in range(MOST_COMBINATIONS))}, "choices", "make 80000 combinations"),
        ({LIFT_OFF: ("late",)}, f"choices.{LIFT_OFF}", "minutes are needed"),
    ],
)
def test_choices_that_cannot_be_are_refused_with_their_key(changes, key: str, words: str) -> None:
    with pytest.raises(MissionError, match=words) as caught:
        check_choices(RULES, {**CHOICES, **changes}, ("known",))
    assert caught.value.key == key


def columns() -> list[str]:
    """Every key that a row of the ranked table may have."""
    light = Light(is_day=True, changes_in=None, beta=0.1)
    one = Merits(
        burns=40.0, braking=8.0, duration=3600.0, arrival=4000.0, transfer="NC 3", light_at_transfer=light,
        light_at_docking=light, cover=Cover(stations=(), before=0.0, after=0.0),
        propellant={"main": Margin(left_kg=1.0, share=0.5)},
        drifts=(Drift(without="NSR", start=0.0, least=1.0, time=0.0, looked=1.0),),
    )  # fmt: skip
    return sorted({*one.row(), *one.row(Epoch.from_utc("1975-07-15T12:20:00"))})


@pytest.mark.parametrize("column", columns())
def test_a_choice_may_not_have_the_name_of_a_merit_beside_which_it_is_shown(column: str) -> None:
    rules = ({"name": "a", "when": {"minutes": f"${column}"}},)
    with pytest.raises(MissionError, match="has the name of a merit in the ranked table") as caught:
        check_choices(rules, {column: (1.0,)}, ())
    assert caught.value.key == f"choices.{column}"
    rules = ({"name": "a", "when": {"minutes": f"$my_{column}_1"}},)
    check_choices(rules, {f"my_{column}_1": (1.0,)}, ())


def test_times_after_the_last_leap_second_that_is_known_are_taken() -> None:
    """Whether predictions serve is said once, in the mission's environment."""
    moment = {"name": "a", "when": {"utc": "2049-07-03T12:00:00"}, "achieves": [{"utc": "2049-07-03T12:00:00"}]}
    assert sequence_of((moment,), {}).manoeuvres[0].when.utc == "2049-07-03T12:00:00"


def test_a_name_without_values_is_refused_with_the_nearest_one() -> None:
    few = {name: values for name, values in CHOICES.items() if name != "turns"}
    with pytest.raises(MissionError, match=r"\$turns stands in manoeuvres and has no values") as caught:
        check_choices(RULES, few, ("known",))
    assert caught.value.key == "choices"
    with pytest.raises(MissionError, match=r"\(did you mean turnz\?\)"):
        check_choices(RULES, {**few, "turnz": (1.0,)}, ("known",))


def test_a_later_value_that_makes_no_rule_is_refused_at_its_place() -> None:
    check_values(RULES, CHOICES, {"known": 0.0})
    with pytest.raises(MissionError, match=r"manoeuvres\[1\]\.when\.revolutions is -1") as caught:
        check_values(RULES, {**CHOICES, "turns": (1.5, 2.0, -1.0)}, {"known": 0.0})
    assert caught.value.key == "choices.turns[2]"


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ({"when": {"utc": "noon"}}, "manoeuvres[1].when.utc"),
        ({"when": {"minutes": 1.0}, "when_next": {"utc": "noon"}}, "manoeuvres[1].when_next.utc"),
        ({"when": {"minutes": 1.0}, "when_next": {"after": "later", "minutes": 1.0}}, "manoeuvres[1].when_next.after"),
        ({"when": {"minutes": 1.0}, "achieves": [{"utc": "noon"}]}, "manoeuvres[1].achieves[0].utc"),
    ],
)
def test_times_that_are_none_are_refused_with_their_key(rule, key: str) -> None:
    first = {"name": "first", "when": {"minutes": 1.0}}
    later = {"name": "later", "when": {"minutes": 1.0}}
    with pytest.raises(MissionError, match="'noon' is not a UTC time|'later', which is not an earlier event") as caught:
        sequence_of((first, {"name": "second", **rule}, later), {})
    assert caught.value.key == key
