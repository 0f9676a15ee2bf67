"""Numbers, times and markup as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from softdock.products.glossary import explained, glossary_list, terms
from softdock.products.markup import Html, element, joined
from softdock.products.sections import arrived, note_in_words, split_unit
from softdock.products.tables import columns, passed, table
from softdock.products.wording import (
    DASH,
    clock,
    clocks,
    compact,
    craft_name,
    date,
    difference,
    get,
    listed,
    mass_digits,
    number,
    power,
    sentence,
    significant,
    triple,
    with_unit,
)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1234.5, 1, "1,234.5"), (-0.25, 2, "−0.25"), (-0.001, 2, "0.00"), (0, 1, "0.0"), (float("nan"), 1, DASH),
     (float("inf"), 1, DASH), (None, 1, DASH), ("7", 1, DASH), (True, 1, DASH)],
)  # fmt: skip
def test_numbers(value: Any, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_signs_units_and_vectors() -> None:
    assert number(0.5, 1, signed=True) == "+0.5"
    assert number(0.0, 1, signed=True) == "0.0"
    assert with_unit(3.0, 1, "kg") == "3.0\N{NO-BREAK SPACE}kg"
    assert with_unit(None, 1, "kg") == DASH
    assert triple([1.0, -2.0, 0.0], 1) == ("+1.0", "−2.0", "0.0")
    assert triple([1.0], 1) == triple("abc", 1) == triple(None, 1) == (DASH, DASH, DASH)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1797.25, "1,797"), (0.123456, "0.1235"), (12.0, "12"), (0.0, "0"), (-3.5, "−3.5"), (1e-7, "0.0000001")],
)
def test_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text


def test_powers_of_ten() -> None:
    assert power(3.1e-15).replace("\N{NO-BREAK SPACE}", " ") == "3 × 10⁻¹⁵"
    assert power(-2e-9).replace("\N{NO-BREAK SPACE}", " ") == "−2 × 10⁻⁹"
    assert power(0.0) == "0"
    assert power(None) == DASH


def test_times() -> None:
    assert clock("1975-07-17T16:09:09.999") == "17 Jul 16:09:10"
    assert clock("1975-07-17T16:09:09.499") == "17 Jul 16:09:09"
    assert clock("2016-12-31T23:59:59.7") == "31 Dec 23:59:60"  # a leap second
    assert clock("2016-12-31T23:59:60.7") == "1 Jan 00:00:00"
    assert date("1975-07-17T16:09:09Z") == "17 July 1975, 16:09:09 UTC"
    assert get(186549.0) == "051:49:09"
    assert get(-60.0) == "−000:01:00"
    for wrong in (None, "", "soon", "1975-13-01T00:00:00", 5, "1975-07"):
        assert clock(wrong) == date(wrong) == DASH


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (-228.0, "−3 min 48 s"),
        (59.6, "+1 min"),
        (3720.0, "+1 h 02 min"),
        (-7.0, "−7 s"),
        (1578009600.0, "+18,264 d 00 h"),
        (-360000.0, "−4 d 04 h"),
    ],
)
def test_differences_of_time(seconds: float, text: str) -> None:
    assert difference(None) == DASH
    assert difference(seconds) == text


def test_years_stand_beside_times_that_differ_in_them() -> None:
    assert clocks("1975-07-17T16:09:09", "1975-07-18T01:00:00") == ("17 Jul 16:09:09", "18 Jul 01:00:00")
    assert clocks("1975-07-17T16:09:09", "2025-07-17T16:00:00") == ("17 Jul 1975 16:09:09", "17 Jul 2025 16:00:00")
    assert clocks("1975-07-17T16:09:09", None) == ("17 Jul 16:09:09", DASH)


@pytest.mark.parametrize(("value", "text"), [(-6e-15, "0"), (0.0, "0"), (2e-8, "2 × 10⁻⁸"), (0.25, "0.25")])
def test_round_off_of_zero_is_zero(value: float, text: str) -> None:
    assert compact(value).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("key", "name"),
    [("iss", "ISS"), ("progress", "Progress"), ("iss-zarya", "ISS-Zarya"), ("cubesat-6u", "Cubesat-6U")],
)
def test_names_of_crafts(key: str, name: str) -> None:
    assert craft_name(key) == name


@pytest.mark.parametrize(("kg", "digits"), [(12.0, 3), (99.9, 3), (100.0, 1), (None, 1), (-5.0, 3)])
def test_small_masses_are_told_to_the_gram(kg: float | None, digits: int) -> None:
    assert mass_digits(kg) == digits


def test_choices_are_named_in_a_sentence_as_in_the_tables() -> None:
    note = "At the edge: height km (3 of 1 to 3), nh height km (2.0 of 2.0 to 4.0), x (1 of 1 to 9)."
    said = "height (3 of 1 to 3 km), NH height (2.0 of 2.0 to 4.0 km), x (1 of 1 to 9)."
    assert note_in_words(note, ["height_km", "nh_height_km", "x"]).endswith(said)


def test_an_arrival_is_told_of_where_nothing_docks() -> None:
    row = {"light_at_docking": "day", "cover_before_docking_min": 1.0, "beta_at_tpi_deg": 2.0}
    assert arrived(row) == {"light_on_arrival": "day", "cover_before_arrival_min": 1.0, "beta_at_tpi_deg": 2.0}


@pytest.mark.parametrize(("words", "text"), [("a", "a."), ("a. ", "a."), ("", ""), ("why?", "why?")])
def test_words_end_as_a_sentence(words: str, text: str) -> None:
    assert sentence(words) == text


def test_lists_of_words() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", "a < b & c", Html("<b>x</b>"), None, [1, "<"]) == "<p>a &lt; b &amp; c<b>x</b>1&lt;</p>"
    assert element("a", "x", href='"><script>', class_="y", title=None) == (
        '<a href="&quot;&gt;&lt;script&gt;" class="y">x</a>'
    )
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert joined(["<", Html("<br>")], " ") == "&lt; <br>"


def test_coordinates_have_one_decimal() -> None:
    assert element("line", x1=1.0, x2=2.25, y1=1 / 3) == '<line x1="1" x2="2.2" y1="0.3"></line>'


def test_tables_have_units_in_their_headers_and_wrong_rows_do_not_fit() -> None:
    made = table(columns("burn;;text", "speed;m/s"), [("NC1", "4.2")], label="Burns", classes=["chosen"])
    assert '<th scope="col" class="number">speed <span class="unit">m/s</span></th>' in made
    assert '<tr class="chosen"><th scope="row" class="text">NC1</th>' in made
    assert '<td class="number" data-label="speed, m/s">4.2</td></tr>' in made


def test_only_true_has_passed() -> None:
    assert "✓ passed" in passed(True)
    for value in (False, None, 1, "true", float("nan")):
        assert "not passed" in passed(value)


@pytest.mark.parametrize(
    ("key", "words", "unit"),
    [("range_m", "range between centres of mass", "m"), ("dv_total_m_s", "Δv", "m/s"),
     ("nc1_get_s", "NC1", "GET"),
     ("roll_rate_deg_s", "roll rate", "deg/s"), ("note", "note", ""),
     ("wedge_deg", "wedge", "deg"),
     ("nh_revolutions", "NH revolutions", ""),
     ("closing_speed_m_s", "closing speed of the ports", "m/s"), ("_m", " m", "")],
)  # fmt: skip
def test_keys_are_split_into_words_and_unit(key: str, words: str, unit: str) -> None:
    assert split_unit(key) == (words, unit)


def test_every_term_is_explained_once_and_sorted() -> None:
    names = [term.name for term in terms()]
    assert len(names) == len(set(names)) > 25
    spellings = [s for term in terms() for s in (term.name, *term.also)]
    assert len(spellings) == len(set(spellings))
    assert all(len(term.text) > 20 for term in terms())
    assert len({term.anchor for term in terms()}) == len(names)
    assert glossary_list().count("<dt") == sum(term.in_report for term in terms())


@pytest.mark.parametrize("word", ["NC1", "NCC", "NSR", "TPI", "MC2", "sps", "braking gate 1800 m", "capture", "GET"])
def test_terms_are_linked_where_they_appear(word: str) -> None:
    assert 'class="term"' in explained(word)
    assert f">{word}<" in explained(word)


def test_other_words_are_left_alone() -> None:
    assert explained("TPIX") == "<span>TPIX</span>"
