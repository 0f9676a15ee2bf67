"""The tools of the tests themselves: claims fail when they should, and nothing is fetched."""

from __future__ import annotations

import math
import socket

import pytest

from tests.conftest import Row, validation_page

UNMET = {"claim": "A thing is so", "truth": "a closed form", "unit": "m"}


@pytest.mark.parametrize("achieved", [1.1, -1.1, math.nan, math.inf])
def test_a_claim_that_does_not_hold_fails(claim, achieved: float) -> None:
    with pytest.raises(AssertionError, match="stated 1 m against a closed form"):
        claim(**UNMET, tolerance=1.0, achieved=achieved)


@pytest.mark.parametrize("achieved", [18.0, math.nan])
def test_a_claim_of_at_least_so_many_fails_below(claim, achieved: float) -> None:
    with pytest.raises(AssertionError, match="stated 19 m"):
        claim(**UNMET, tolerance=19.0, achieved=achieved, at_least=True)


def test_the_page_has_a_table_for_each_folder_and_a_line_for_each_claim() -> None:
    first = Row("Orbits close", "Kepler", 0.001, 2.34e-5, "m", False, "tests/astro/test_orbits.py::test_close")
    second = Row("Flights capture", "counting", 19.0, 20.0, "flights", True, "tests/test_seeds.py::test_twenty")
    page = validation_page([second, first])
    assert page.index("## Time, frames, forces and orbits") < page.index("## Whole flights")
    assert "| Orbits close | Kepler | 0.001 m | 2.3e-05 m | `test_orbits.py::test_close` |" in page
    assert "| Flights capture | counting | at least 19 flights | 20 flights | `test_seeds.py::test_twenty` |" in page


def test_another_machine_cannot_be_reached() -> None:
    documentation_address = "192.0.2.1"  # RFC 5737: never anybody's
    with socket.socket() as wire, pytest.raises(AssertionError, match="nothing is fetched"):
        wire.connect((documentation_address, 80))
