"""Root search on functions whose roots are known: none missed, none twice, each within a millisecond."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, ceil, floor, pi

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from softdock.errors import DataError
from softdock.numerics.roots import crossings, extrema, facing, grid, grid_by_turn, intervals, is_empty

one_millisecond = 1e-3


def test_every_root_of_a_sine_is_found_with_its_direction() -> None:
    found = crossings(lambda t: np.sin(t / 100.0), 10.0, 2000.0, step=120.0)
    assert [d for _, d in found] == [-1, 1, -1, 1, -1, 1]
    assert [t for t, _ in found] == pytest.approx([100 * pi * k for k in range(1, 7)], abs=one_millisecond)


@pytest.mark.parametrize("first", [5.0, 99.9995, 130.0, 995.0], ids=["first step", "node", "middle", "last step"])
@pytest.mark.parametrize("apart", [1.0, 0.002])
def test_two_roots_within_one_step_are_found(first: float, apart: float) -> None:
    found = crossings(lambda t: (t - first) * (t - first - apart), 0.0, 1000.0, step=100.0)
    assert [t for t, _ in found] == pytest.approx([first, first + apart], abs=0.1 * one_millisecond)
    assert [d for _, d in found] == [-1, 1]


@pytest.mark.parametrize("at", [130.0, 200.0, 0.3, 999.9], ids=["middle", "node", "first step", "last step"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_tangent_root_is_a_touch_and_no_crossing(at: float, sign: float) -> None:
    def f(t: np.ndarray) -> np.ndarray:
        return sign * (t - at) ** 2

    assert crossings(f, 0.0, 1000.0, step=100.0) == []
    ((t, direction),) = crossings(f, 0.0, 1000.0, step=100.0, touches=True)
    assert direction == 0
    assert t == pytest.approx(at, abs=one_millisecond)


def test_near_misses_and_dips_of_half_a_millisecond_are_told_apart_from_touches() -> None:
    def dip(depth: float) -> list[int]:
        found = crossings(lambda t: (t - 130.0) ** 2 - depth, 0.0, 1000.0, step=100.0, touches=True)
        return [d for _, d in found]

    assert dip(-1e-5) == []
    assert dip((0.25 * one_millisecond) ** 2) == [0]
    assert dip(one_millisecond**2) == [-1, 1]


@pytest.mark.parametrize(("at", "direction"), [(0.0, 1), (300.0, 1), (1000.0, 1), (0.0, -1), (300.0, -1), (1000.0, -1)])
def test_a_root_on_a_node_or_an_end_counts_once(at: float, direction: int) -> None:
    assert crossings(lambda t: direction * (t - at), 0.0, 1000.0, step=100.0) == [(at, direction)]


def test_a_root_of_third_order_is_one_crossing() -> None:
    ((t, direction),) = crossings(lambda t: (t - 311.0) ** 3, 0.0, 1000.0, step=70.0, touches=True)
    assert direction == 1
    assert t == pytest.approx(311.0, abs=one_millisecond)


def test_an_angle_that_wraps_does_not_cross() -> None:
    found = crossings(lambda t: (t + 0.5) % (2 * pi) - pi, 0.0, 20.0, step=0.7)
    assert [d for _, d in found] == [1, 1, 1]
    assert [t for t, _ in found] == pytest.approx([pi - 0.5 + 2 * pi * k for k in range(3)], abs=one_millisecond)


def test_where_the_function_is_nan_nothing_crosses() -> None:
    assert crossings(lambda t: np.where(t < 500.0, np.nan, 1.0), 0.0, 1000.0, step=100.0) == []
    assert crossings(lambda t: np.full(t.size, np.nan), 0.0, 1000.0, step=100.0) == []
    found = crossings(lambda t: np.where(t < 500.0, np.nan, t - 720.0), 0.0, 1000.0, step=100.0)
    assert found == [(pytest.approx(720.0, abs=one_millisecond), 1)]


def test_a_function_that_is_zero_all_along_has_no_root() -> None:
    assert crossings(lambda t: np.zeros(t.size), 0.0, 1000.0, step=100.0, touches=True) == []


@given(
    step=st.floats(1.0, 300.0),
    slowness=st.floats(1.05, 20.0),
    phase=st.floats(0.0, 2 * pi),
    level=st.floats(-1.0, 1.0),
)
def test_no_root_of_a_wave_is_missed_when_half_a_wave_is_two_steps(
    step: float, slowness: float, phase: float, level: float
) -> None:
    """sin(w t - phase) = level, with its extrema 2 steps or more apart: roots in pairs however near to each other."""
    w = pi / (2.0 * step * slowness)
    stop = 20.0 * step * slowness
    known = []
    for k in range(floor(-phase / (2 * pi)) - 1, ceil((w * stop) / (2 * pi)) + 2):
        known += [((asin(level) + 2 * pi * k + phase) / w, 1), ((pi - asin(level) + 2 * pi * k + phase) / w, -1)]
    edges = sorted([0.0, stop] + [t for t, _ in known])
    assume(np.min(np.diff(edges)) > 2.0 * one_millisecond)
    known = sorted(root for root in known if 0.0 < root[0] < stop)
    found = crossings(lambda t: np.sin(w * t - phase) - level, 0.0, stop, step=step)
    assert [d for _, d in found] == [d for _, d in known]
    assert [t for t, _ in found] == pytest.approx([t for t, _ in known], abs=one_millisecond)


def test_times_of_roots_are_far_better_than_promised(claim: Callable[..., None]) -> None:
    """At the end of 30 days, on a function that is steep on one side and flat on the other."""
    root, begin, end = 2.5e6 + 1.0 / 3.0, 2.5e6 - 500.0, 2.5e6 + 500.0
    ((t, _),) = crossings(lambda t: np.expm1((t - root) / 20.0), begin, end, step=400.0)
    claim(
        claim="Time of a root 29 days from the epoch",
        truth="closed form",
        tolerance=one_millisecond,
        achieved=t - root,
        unit="s",
    )


def test_further_nodes_show_what_the_step_would_skip() -> None:
    def spike(t: np.ndarray) -> np.ndarray:
        return np.exp(-(((t - 543.2) / 0.1) ** 2)) - 0.5

    assert crossings(spike, 0.0, 1000.0, step=100.0) == []
    found = crossings(spike, 0.0, 1000.0, step=100.0, nodes=[543.15, -1.0, 2000.0])
    half = 0.1 * np.sqrt(np.log(2.0))
    assert [t for t, _ in found] == pytest.approx([543.2 - half, 543.2 + half], abs=one_millisecond)


def test_a_grid_is_denser_where_an_angle_turns() -> None:
    def angle(t: np.ndarray) -> np.ndarray:
        return np.arctan2(t - 500.0, 0.01)

    times = grid_by_turn(angle, grid(0.0, 1000.0, step=100.0), most=0.2)
    assert np.abs(np.diff(angle(times))).max() <= 0.2
    assert times.size < 100
    assert np.all(np.diff(times) > 0.0)
    jump = grid_by_turn(lambda t: np.where(t < 321.0, 0.0, 2.0), grid(0.0, 1000.0, step=100.0), most=0.2)
    assert np.diff(jump).min() > 0.2 * one_millisecond  # a jump is not followed for ever


def test_stretches_above_zero_are_cut_by_the_ends() -> None:
    found = intervals(lambda t: np.cos(t / 100.0), 0.0, 700.0, step=50.0)
    assert found == [
        (0.0, pytest.approx(50 * pi, abs=one_millisecond)),
        (pytest.approx(150 * pi, abs=one_millisecond), 700.0),
    ]
    assert intervals(lambda t: t - 1000.0, 0.0, 1000.0, step=100.0) == []
    assert intervals(lambda t: -t, 0.0, 1000.0, step=100.0) == []
    assert intervals(lambda t: t, 0.0, 1000.0, step=100.0) == [(0.0, 1000.0)]


def test_an_extremum_comes_with_its_value_and_bend() -> None:
    t, value, bend = extrema(lambda t: 3.0 + 2.0 * (t - 41.7) ** 2, np.array([0.0, 50.0]), np.array([100.0, 60.0]))
    assert t == pytest.approx([41.7, 50.0], abs=one_millisecond)  # the second goes one way only
    assert value == pytest.approx([3.0, 3.0 + 2.0 * 8.3**2], abs=1e-3)
    assert bend == pytest.approx([4.0, 4.0], rel=1e-3)
    assert extrema(np.sin, np.empty(0), np.empty(0))[0].size == 0


def test_the_other_end_of_a_line_is_left_out() -> None:
    found = crossings(np.sin, 1.0, 20.0, step=0.5)
    assert [t for t, _ in facing(np.cos, found)] == pytest.approx([2 * pi, 4 * pi, 6 * pi], abs=one_millisecond)
    assert facing(np.cos, []) == []


def test_an_empty_span_holds_nothing_and_a_span_without_numbers_is_refused() -> None:
    assert crossings(np.sin, 5.0, 5.0, step=1.0) == []
    assert intervals(np.cos, 5.0, 4.0, step=1.0) == []
    for start, stop, step in ((0.0, float("nan"), 1.0), (0.0, float("inf"), 1.0), (0.0, 1.0, 0.0), (0.0, 1.0, -1.0)):
        with pytest.raises(DataError, match=r"events were asked for from .* with a step of .* s; give two finite"):
            crossings(np.sin, start, stop, step=step)


def test_a_grid_beyond_all_measure_is_refused_in_a_sentence() -> None:
    with pytest.raises(DataError, match="from 0 to 1e\\+13 s with a step of 100 s, and at most 5000000 steps"):
        grid(0.0, 1e13, step=100.0)
    assert crossings(np.sin, -1.0, 1.0, step=float("inf")) == [(pytest.approx(0.0, abs=one_millisecond), 1)]


def test_a_span_is_empty_or_has_a_length_and_never_runs_backward() -> None:
    assert is_empty(5.0, 5.0, what="nodes")
    assert not is_empty(4.0, 5.0, what="nodes")
    for start, stop in ((5.0, 4.0), (float("nan"), 4.0), (4.0, float("nan")), (0.0, float("inf"))):
        with pytest.raises(DataError, match="nodes were asked for from .* s; give two finite times, the earlier one"):
            is_empty(start, stop, what="nodes")


def test_a_leap_over_zero_is_reported_on_demand_and_ends_an_interval() -> None:
    def wall(t: np.ndarray) -> np.ndarray:
        return np.where((t > 321.0) & (t < 654.0), 1.0, -1.0)

    assert crossings(wall, 0.0, 1000.0, step=100.0) == []
    (up, down) = crossings(wall, 0.0, 1000.0, step=100.0, jumps=True)
    assert up == (pytest.approx(321.0, abs=one_millisecond), 1)
    assert down == (pytest.approx(654.0, abs=one_millisecond), -1)
    assert intervals(wall, 0.0, 1000.0, step=100.0) == [(up.time, down.time)]


def test_no_interval_runs_through_a_nan() -> None:
    with pytest.raises(DataError, match="intervals were asked for from 0 to 1000 s, and at 600 s there is no value"):
        intervals(lambda t: np.where(t < 550.0, 1.0, np.nan), 0.0, 1000.0, step=100.0)
