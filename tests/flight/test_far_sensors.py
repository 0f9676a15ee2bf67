"""Instruments far off: partials are those of the readings, and a target is seen only where it can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from softdock.astro.eclipses import shadow_intervals
from softdock.flight.far_sensors import FarSensor, axes_across, expected, sees, shown
from tests.flight.far_scene import ENV, KURS, SEXTANT, VHF, flown, in_orbit

PLACE = np.array([21e3, -35e3, 12e3, 14.0, 31.0, -22.0])  # m, m/s
STEP = np.repeat([10.0, 0.1], 3)


def sensor(**table: Any) -> FarSensor:
    found: FarSensor = TypeAdapter(FarSensor).validate_python(table)
    return found


KINDS = {"range": VHF, "rate": KURS["rate"], "angles": KURS["angles"]}


def unbiased(kind: str) -> FarSensor:
    return sensor(**{key: value for key, value in KINDS[kind].items() if not key.startswith("bias")})


def changed(one: FarSensor, ways: np.ndarray) -> np.ndarray:
    """Readings without bias of places moved by each way (n, 6), along the axes of the place itself."""
    axes = axes_across(PLACE[:3])
    return np.stack([shown(one, PLACE + way, np.zeros(0), axes=axes) for way in ways])


@pytest.mark.parametrize("kind", KINDS)
def test_partials_are_differences_of_the_reading(kind: str) -> None:
    one, ways = unbiased(kind), np.diag(STEP)
    should = expected(one, PLACE, np.zeros(0), axes=axes_across(PLACE[:3])).by_state
    found = (changed(one, ways) - changed(one, -ways)).T / 2.0
    assert np.max(np.abs(found - should * STEP)) < 1e-6 * np.max(np.abs(should * STEP))


@pytest.mark.parametrize("kind", KINDS)
def test_second_partials_are_second_differences_of_the_reading(kind: str) -> None:
    one, ways = unbiased(kind), np.diag(STEP)
    bends = expected(one, PLACE, np.zeros(0), axes=axes_across(PLACE[:3])).bends * np.outer(STEP, STEP)
    signs = [(s, t) for s in (1, -1) for t in (1, -1)]
    found = np.stack([sum(changed(one, s * a + t * ways) * s * t for s, t in signs) / 4.0 for a in ways])
    assert np.max(np.abs(np.moveaxis(found, 2, 0) - bends)) < 1e-4 * np.max(np.abs(bends))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bias_shows_as_its_partial_says(kind: str) -> None:
    one, axes = sensor(**KINDS[kind]), axes_across(PLACE[:3])
    by_bias = expected(one, PLACE, np.zeros(one.bias.size), axes=axes).by_bias
    found = [
        shown(one, PLACE, bias, axes=axes) - shown(one, PLACE, 0.0 * bias, axes=axes) for bias in np.eye(one.bias.size)
    ]
    assert np.stack(found, axis=1) == pytest.approx(by_bias, abs=1e-9)


def test_a_target_is_seen_between_its_ranges() -> None:
    one = sensor(**{**VHF, "from_range_km": 320.0, "to_range_km": 2.0})
    r_T = np.tile([6.6e6, 0.0, 0.0], (4, 1))
    r_C = r_T - np.outer([321e3, 319e3, 2.1e3, 1.9e3], [0.0, 1.0, 0.0])
    assert sees(one, ENV, np.zeros(4), r_T=r_T, r_C=r_C).tolist() == [False, True, True, False]


def test_the_earth_stands_between() -> None:
    one = sensor(**{**VHF, "from_range_km": 20000.0})
    angles = np.radians([25.0, 35.0])  # the horizon of both lies 2 x 14.8 deg away
    r_T = np.tile([6.6e6, 0.0, 0.0], (2, 1))
    r_C = 6.6e6 * np.column_stack([np.cos(angles), np.sin(angles), np.zeros(2)])
    assert sees(one, ENV, np.zeros(2), r_T=r_T, r_C=r_C).tolist() == [True, False]


def test_in_light_only_while_the_sun_shines_on_the_target() -> None:
    one = sensor(**SEXTANT, in_light=True)
    arc = flown(in_orbit(222e3, 2.0), 6000.0)
    times = np.arange(0.0, 6000.0, 10.0)
    dark = shadow_intervals(arc, ENV, 0.0, stop=6000.0)
    r_T = arc.positions(times)
    seen = sees(one, ENV, times, r_T=r_T, r_C=r_T + 1e4)
    expected_dark = np.any([(times > a) & (times < b) for a, b in dark], axis=0)
    assert expected_dark.sum() > 150
    assert np.array_equal(seen, ~expected_dark)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to_range_km": 600.0}, "not below from_range_km 500 km; lower it"),
        ({"kind": "radar"}, "'range', 'range-rate', 'bearing'"),
        ({"noise_m": 0.0}, "greater than 0"),
        ({"noise_mrad": 1.0}, "not permitted"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        sensor(**{**VHF, **change})
