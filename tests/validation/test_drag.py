"""Drag and tides against satkit's with the indices that it used, stored by builders/drag_satkit.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.astro.atmosphere import log_density
from softdock.astro.environment import USUAL, Forces, build_environment
from softdock.astro.space_weather import SpaceWeather, fixed_weather, three_hourly_weather
from softdock.astro.time import Epoch
from softdock.conventions import DAY, HOUR, Array
from softdock.dynamics.arcs import PointState, propagate
from tests.fixtures.worst import worst_of

STORED = json.loads((Path(__file__).parent / "data" / "drag_satkit.json").read_text())
AREA = STORED["drag_area_over_mass_m2_kg"]
CASES = STORED["cases"]
MJD_OF_YEAR_1 = 678576
SATKIT_WITHOUT_WEATHER = fixed_weather(150.0, 150.0, 4.0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_three_hourly_table_on_board_holds_satkits_indices(case: dict[str, Any]) -> None:
    given, weather = case["weather"], three_hourly_weather()
    first = date.fromisoformat(given["first_day"]).toordinal() - MJD_OF_YEAR_1
    day = round(first + 0.5 - weather.flux_days[0])
    count = len(given["ap"])
    assert weather.flux[day : day + count].tolist() == given["flux_sfu"]
    assert weather.ap[8 * day : 8 * (day + count)].reshape(-1, 8).tolist() == given["ap"]


def _flown(case: dict[str, Any], forces: Forces = USUAL, *, weather: SpaceWeather | None = None) -> Array:
    env = build_environment(Epoch.from_utc(case["utc"]), span_s=2.0 * DAY, forces=forces, weather=weather)
    start = np.array(case["start"])
    arc = propagate(env, PointState(0.0, start[:3], start[3:], 1.0), until=2.0 * DAY, drag_area=AREA)
    return arc.positions(np.array(case["hours"]) * HOUR)


def _stored(case: dict[str, Any], name: str) -> Array:
    return np.array(case[name])[:, :3]


def _lengths(vectors: Array) -> Array:
    return np.asarray(np.linalg.norm(vectors, axis=1))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_two_days_of_drag_with_satkits_indices(case: dict[str, Any], claim: Callable[..., None]) -> None:
    """At every six hours of the two days, of what drag has moved until then."""
    rows = (
        ("three-hourly ap on board", "drag", three_hourly_weather()),
        ("one fixed weather", "drag_fixed", SATKIT_WITHOUT_WEATHER),
    )
    for what, name, weather in rows:
        mine = _flown(case, weather=weather)
        moved = _lengths(_stored(case, name) - _stored(case, "coast"))
        claim(
            claim=f"Two days with drag, {case['name']}, {what}, of what drag moves",
            truth="satkit",
            tolerance=2.0,
            achieved=100.0 * float((_lengths(mine - _stored(case, name)) / moved).max()),
            unit="%",
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_density_with_fixed_weather(case: dict[str, Any], claim: Callable[..., None]) -> None:
    env = build_environment(Epoch.from_utc(case["utc"]), span_s=2.0 * DAY, weather=SATKIT_WITHOUT_WEATHER)
    worst = 0.0
    for t, latitude, longitude, height, density in case["densities_fixed"]:
        worst = worst_of(worst, abs(exp(log_density(env, t, latitude, longitude, height)) / density - 1.0))
    claim(
        claim=f"Air density 120 to 600 km, two days from {case['utc'][:10]}, fixed weather",
        truth="satkit",
        tolerance=3.0,
        achieved=100.0 * worst,
        unit="%",
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_two_days_of_the_tides_first_step(case: dict[str, Any], claim: Callable[..., None]) -> None:
    truth = _stored(case, "tides") - _stored(case, "coast")
    mine = _flown(case, Forces(drag=False, tides=True)) - _flown(case, Forces(drag=False))
    claim(
        claim=f"Two days under the solid tide, {case['name']}, of what it moves",
        truth="satkit, step 1 of the IERS Conventions",
        tolerance=10.0,
        achieved=100.0 * float(_lengths(mine - truth).max() / _lengths(truth).max()),
        unit="%",
    )
