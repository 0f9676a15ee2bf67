"""The terms: one text for the report and for docs/glossary.md, filled in from the mission or without numbers."""

from __future__ import annotations

import re

from softdock.products.glossary import glossary_list, glossary_page, terms
from tests.house.sources import ROOT


def test_the_glossary_of_the_documents_is_that_of_the_report() -> None:
    written = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert written == glossary_page(), "say: python docs/glossary.py"


def test_what_a_mission_sets_is_said_only_where_it_is_known() -> None:
    assert "Here at 31 deg" in glossary_list({"elevation": "31", "travel": "120"})
    assert "Here" not in re.sub(r"Here the least", "", glossary_list({"elevation": "31"}))
    assert "$" not in glossary_list()


def test_no_term_of_the_report_holds_a_number_of_one_mission() -> None:
    constants = {"APAS-75", "6,378.137 km", "MC1, MC2", "NC1", "NC2"}
    for term in terms():
        text = term.text
        for constant in constants:
            text = text.replace(constant, "")
        if term.in_report:
            assert not re.search(r"\d+ (m|km|deg|degrees|m/s)\b", text), term.name


def test_a_gate_begins_the_braking() -> None:
    gate = next(term for term in terms() if term.name == "braking gate")
    assert "Braking begins when the range is reached and lasts until the speed is met" in gate.text
