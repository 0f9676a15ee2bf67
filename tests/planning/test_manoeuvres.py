"""The manoeuvre language: what it takes, what it refuses and with which words, and that it prints what it read."""

from __future__ import annotations

import pytest

from softdock.errors import MissionError
from softdock.planning.manoeuvres import RULES, Condition, Manoeuvre, Owed
from softdock.planning.vocabulary import expanded, sequence_from_toml, toml_of, vocabulary
from tests.planning.random_sequences import random_case
from tests.planning.schemes import NESTED

KEYS = {
    "at": "later", "phase_deg": 1.5, "height_difference_km": 18.52, "elevation_deg": 27.0, "height_km": 300.0,
    "offset_lvlh_m": [-1000.0, 0.0, 0.0], "relative_velocity_m_s": [0.5, 0.0, 0.0],
}  # fmt: skip
NAMED = {"NC", "NH", "NPC", "NCC", "NSR", "CSI", "CDH", "TPI", "MC", "TPF", "DV1", "DV2", "DV3", "DV4", "DV5"}
LATER = '\n[[manoeuvres]]\nname = "later"\nwhen = { minutes = 30 }\n'


def preset(name: str) -> str:
    """A sequence of one named manoeuvre with the keys that its row asks for."""
    row = str({key: value for key, value in vocabulary()[name].items() if key != "text"})
    keys = "\n".join(f"{key} = {value!r}" for key, value in KEYS.items() if f"'${key}'" in row)
    return f'[[manoeuvres]]\npreset = "{name}"\nwhen = {{ minutes = 10 }}\n{keys}\n{LATER}'


def test_the_vocabulary_holds_the_names_of_apollo_shuttle_and_soyuz() -> None:
    assert set(vocabulary()) >= NAMED
    assert all(row["text"] for row in vocabulary().values())


@pytest.mark.parametrize("name", list(vocabulary()))
def test_a_named_manoeuvre_expands_to_a_rule_that_prints_and_reads_as_itself(name: str) -> None:
    sequence = sequence_from_toml(preset(name))
    printed = toml_of(sequence)
    assert "preset" not in printed
    assert "$" not in printed
    assert sequence_from_toml(printed) == sequence
    assert sequence.manoeuvres[0].free
    assert sequence.manoeuvres[0].achieves


def test_what_stands_beside_a_preset_wins_over_its_row() -> None:
    rule = expanded({"preset": "NSR", "when": {"minutes": 5.0}, "free": ["forward", "down"], "name": "slow"})
    assert Manoeuvre.model_validate(rule).free == ("forward", "down")
    assert rule["name"] == "slow"


def test_a_preset_asks_only_for_the_keys_of_what_is_left_of_its_row() -> None:
    own = [{"at": "later", "height_km": 300.0}]
    rule = expanded({"preset": "NCC", "when": {"minutes": 5.0}, "achieves": own})
    assert rule["achieves"] == own
    assert rule["free"] == ["forward", "across", "down"]
    with pytest.raises(MissionError, match="at is not one of its keys; NCC takes nothing"):
        expanded({"preset": "NCC", "when": {"minutes": 5.0}, "achieves": own, "at": "later"})


def test_until_beside_a_preset_goes_onto_its_conditions_at_other_events() -> None:
    rule = expanded({"preset": "NH", "at": "later", "height_difference_km": 18.52, "until": "start"})
    assert rule["achieves"] == [{"at": "later", "height_difference_km": 18.52, "until": "start"}]
    assert "until" not in rule
    plain = expanded({"preset": "NH", "at": "later", "height_difference_km": 18.52})
    assert "until" not in plain["achieves"][0]  # the row itself stays as it is
    searched = expanded({"preset": "NH", "at": "later", "height_difference_km": "$low", "until": "$last"})
    assert searched["achieves"][0]["until"] == "$last"
    assert all("until" not in str(row["achieves"]) for row in vocabulary().values())


@pytest.mark.parametrize("rule", [{"preset": "NSR"}, {"preset": "NPC"}, {"preset": "NC", "achieves": []}])
def test_until_is_refused_beside_a_preset_that_asks_for_nothing_later(rule) -> None:
    with pytest.raises(MissionError, match="until is not one of its keys") as caught:
        expanded({**rule, "when": {"minutes": 5.0}, "until": "start"})
    assert caught.value.key == "until"


def test_what_earlier_burns_owe_is_printed_too() -> None:
    condition = Condition(at="TPI", height_difference_km=18.52, until="NCC")
    sequence = sequence_from_toml(NESTED).model_copy(
        update={"past": ("NC0",), "owed": (Owed(by="NC0", condition=condition),)}
    )
    again = sequence_from_toml(toml_of(sequence))
    assert again == sequence
    assert again.owed[0].condition == condition


def test_any_name_prints_as_toml() -> None:
    name = '\\"é\\u0001\\u007f\\\\\U0001f6f0'
    sequence = sequence_from_toml(f'[[manoeuvres]]\nname = "{name}"\nwhen = {{ minutes = 1e-7 }}\n')
    assert sequence_from_toml(toml_of(sequence)) == sequence


def test_a_rule_without_burn_is_a_moment() -> None:
    moment = sequence_from_toml(LATER).manoeuvres[0]
    assert not moment.burns
    assert sequence_from_toml(preset("NC")).manoeuvres[0].burns


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_prints_as_toml_that_reads_as_the_same(seed: int, point_mass, apollo) -> None:
    sequence = random_case(seed, point_mass, apollo).chain.sequence
    assert sequence_from_toml(toml_of(sequence)) == sequence


def test_the_order_of_events_is_that_of_the_list() -> None:
    assert sequence_from_toml(NESTED).names == ("NC1", "NC2", "NCC", "NSR", "TPI", "TPF")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[manoeuvres]]\nname = "a"\nwhen = { minutes = 3, seconds = 5 }', "seconds and minutes for the time"),
        ('[[manoeuvres]]\nname = "a"\nwhen = { offset_min = 3 }', f"no rule for the time.*{RULES[0]}"),
        ('[[manoeuvres]]\nname = "a"\nwhen = { minutes = 3, count = 2 }', "minutes is not counted"),
        ('[[manoeuvres]]\nname = "a"\nwhen = { minutse = 3 }', "minutse.*minutes"),
        ('[[manoeuvres]]\nname = "start"\nwhen = { minutes = 3 }', "where a sequence begins"),
        ('[[manoeuvres]]\nname = "a"\nwhen = { minutes = 3 }' + LATER.replace("later", "a"), "earlier one has"),
        ('[[manoeuvres]]\nname = "a"\nwhen = { minutes = 3, after = "b" }', "'b', which is not an earlier event"),
        (preset("NC").replace('"later"', '"latr"', 1), "'later', which is not this or a later event.*latr"),
        (preset("NC").replace("phase_deg", "phase"), "phase_deg is missing"),
        (preset("NPC").replace("[[manoeuvres]]", "[[manoeuvres]]\nphase_deg = 2.0", 1), "NPC takes nothing"),
        (preset("NC").replace('"NC"', '"NCX"'), "no manoeuvre 'NCX'.*use one of: NC"),
        (preset("NC").replace("minutes = 10 }", 'minutes = 10 }\nfree = ["down", "down"]'), "names down twice"),
        (preset("NC").replace("minutes = 10 }", 'minutes = 10 }\nfree = ["up"]'), "free"),
        (preset("NC") + 'craft = "soyuz"', "flown by one craft"),
        (LATER + "achieves = [{}]", "asks for nothing"),
        (LATER + "achieves = [{ height_km = 200.0, laps = 1 }]", "counts turns of a phase"),
        ("[[manoeuvres]\n", "is not TOML"),
        ("", "manoeuvres"),
    ],
)
def test_what_cannot_be_is_refused_with_the_key_and_what_to_do(text: str, words: str) -> None:
    with pytest.raises(MissionError, match=f"(?s){words}"):
        sequence_from_toml(text)
