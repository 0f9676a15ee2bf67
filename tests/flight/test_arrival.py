"""The verdict on a far rendezvous: on the place that the list wants, in truth; what is no number does not pass."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from softdock.dynamics.arcs import PointState
from softdock.flight.arrival import judge
from softdock.planning.vocabulary import sequence_from_toml

TARGET = PointState(0.0, np.array([6.79e6, 0.0, 0.0]), np.array([0.0, 7661.0, 0.0]), 4.2e5)
RATE = 7661.0 / 6.79e6
HOLD = """
[[manoeuvres]]
name = "stop"
when = { minutes = 1.0 }
free = ["forward", "across", "down"]
achieves = [{ offset_lvlh_m = [-1500.0, 0.0, 0.0] }, { relative_velocity_m_s = [0.0, 0.0, 0.0] }]
"""
NO_PLACE = """
[[manoeuvres]]
name = "stop"
when = { minutes = 1.0 }
free = ["forward"]
achieves = [{ height_km = 400.0 }]
"""


def behind(metres: float) -> PointState:
    """At rest in the target's LVLH, so far behind it along V-bar; to 0.2 m of the arc at 1.5 km."""
    angle = -metres / 6.79e6
    r = 6.79e6 * np.array([np.cos(angle), np.sin(angle), 0.0])
    return PointState(0.0, r, np.cross([0.0, 0.0, RATE], r), 12.0)


def verdict(
    chaser: PointState, *, text: str = HOLD, given_up: tuple[str, ...] = (), sigma_m: float = 1.0
) -> dict[str, Any]:
    """What is said of a chaser that made its last burn there."""
    record = SimpleNamespace(verdicts=[])
    known = np.diag([sigma_m**2 / 3.0] * 3 + [1e-4] * 3)
    flyer = SimpleNamespace(
        now={"T": TARGET, "C": chaser},
        last="stop",
        settings=SimpleNamespace(target="T", chaser="C"),
        plan=SimpleNamespace(solved=SimpleNamespace(chain=SimpleNamespace(sequence=sequence_from_toml(text)))),
        navigation=SimpleNamespace(relative_covariance=lambda T, C: known),
        given_up=list(given_up),
        world=SimpleNamespace(record=record),
    )
    phase = SimpleNamespace(target="T", chaser="C", arrival_within_m=300.0, arrival_within_m_s=1.0)
    judge(phase, flyer)  # type: ignore[arg-type]
    (row,) = record.verdicts
    return dict(row)


def test_a_chaser_at_its_place_passes_and_one_beside_it_does_not() -> None:
    assert verdict(behind(1500.0))["passed"]
    assert verdict(behind(1790.0))["passed"]
    missed = verdict(behind(1810.0))
    assert not missed["passed"]
    assert "310 m from the place and 0.00 m/s from the velocity that the list wants at stop" in missed["sentence"]


def test_a_chaser_that_moves_does_not_pass() -> None:
    there = behind(1500.0)
    assert not verdict(replace(there, v=there.v + np.array([0.0, 0.0, 1.1])))["passed"]


def test_what_navigation_could_not_know_is_not_asked_for() -> None:
    assert verdict(behind(2500.0), sigma_m=400.0)["passed"]
    assert not verdict(behind(2900.0), sigma_m=400.0)["passed"]


@pytest.mark.parametrize("part", ["r", "v"])
def test_what_is_no_number_does_not_pass(part: str) -> None:
    there = behind(1500.0)
    assert not verdict(replace(there, **{part: getattr(there, part) * np.nan}))["passed"]


def test_where_no_place_is_named_all_that_was_asked_has_to_be_met() -> None:
    assert verdict(behind(1500.0), text=NO_PLACE)["passed"]
    missed = verdict(behind(1500.0), text=NO_PLACE, given_up=("what A was to achieve at B is given up",))
    assert not missed["passed"]
    assert "in flight something was given up" in missed["sentence"]
