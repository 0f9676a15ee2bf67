"""Scales, ticks, thinned lines and names that keep clear of each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.products.bars import limit_bar, offset_bar, share_bar
from softdock.products.chart import Box, Canvas, Panel, Scale, decimals, nice_step, spanning, staggered
from softdock.products.placing import Placer, simplified

NUMBERS = st.floats(-1e7, 1e7)


def panel(*, log: bool = False) -> Panel:
    canvas = Canvas(400, 300, "a test")
    y = Scale(1.0, 1000.0, 270, 10, log=True) if log else Scale(0.0, 10.0, 270, 10)
    return Panel(canvas, Box(40, 10, 350, 260), Scale(0.0, 10.0, 40, 390), y)


def test_a_scale_maps_its_ends_to_pixels() -> None:
    assert Scale(-5.0, 5.0, 100.0, 0.0)(0.0) == 50.0
    assert Scale(1.0, 100.0, 0.0, 200.0, log=True)(10.0) == pytest.approx(100.0)
    assert np.isnan(Scale(1.0, 100.0, 0.0, 200.0, log=True)(0.0))


@given(low=NUMBERS, span=st.floats(1e-6, 1e7), count=st.integers(2, 12))
def test_ticks_are_few_round_and_inside(low: float, span: float, count: int) -> None:
    high = low + max(span, abs(low) * 1e-6)
    ticks = Scale(low, high, 0.0, 1.0).ticks(count)
    assert len(ticks) <= count + 1
    slack = 1e-6 * (high - low)
    assert all(low - slack <= tick <= high + slack for tick in ticks)


def test_ticks_of_hours_take_the_steps_of_a_clock() -> None:
    assert Scale(0.0, 52.0, 0.0, 1.0).ticks(9, (1.0, 3.0, 6.0, 12.0)) == [6.0 * k for k in range(9)]
    assert Scale(10.0, 5000.0, 1.0, 0.0, log=True).ticks(3) == [10.0, 100.0, 1000.0]
    assert Scale(10.0, 200.0, 0.0, 1.0, log=True).ticks(9) == [10.0, 20.0, 50.0, 100.0, 200.0]


@pytest.mark.parametrize(("least", "step"), [(0.9, 1.0), (1.1, 2.0), (0.03, 0.05), (51.0, 100.0)])
def test_steps_are_one_two_five(least: float, step: float) -> None:
    assert nice_step(least) == pytest.approx(step)


@pytest.mark.parametrize(("ticks", "digits"), [([0.0, 10.0], 0), ([0.0, 0.5], 1), ([0.0, 0.02], 2), ([3.0], 0)])
def test_tick_numbers_have_the_decimals_they_need(ticks: list[float], digits: int) -> None:
    assert decimals(ticks) == digits


def test_the_span_of_nothing_is_still_a_span() -> None:
    assert spanning([np.array([np.nan])]) == (0.0, 1.0)
    low, high = spanning([np.full(3, 7.0)])
    assert low < 7.0 < high


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=60))
def test_no_point_that_was_dropped_is_visibly_off_the_line(points: list[tuple[float, float]]) -> None:
    given_points = np.array(points)
    kept = simplified(given_points, 0.5)
    assert (kept[0] == given_points[0]).all()
    assert (kept[-1] == given_points[-1]).all()
    for point in given_points:
        assert distance_to_line(point, kept) <= 0.5 + 1e-9


def distance_to_line(point: np.ndarray, line: np.ndarray) -> float:
    if len(line) == 1:
        return float(np.hypot(*(point - line[0])))
    best = np.inf
    for a, b in zip(line, line[1:], strict=False):
        length = float((b - a) @ (b - a))
        share = 0.0 if length == 0.0 else float(np.clip((point - a) @ (b - a) / length, 0.0, 1.0))
        best = min(best, float(np.hypot(*(point - a - share * (b - a)))))
    return best


def test_a_straight_line_keeps_two_points() -> None:
    assert len(simplified(np.column_stack([np.arange(1000.0), 2.0 * np.arange(1000.0)]))) == 2


def test_names_do_not_overlap_each_other_or_leave_the_panel() -> None:
    placer = Placer(0.0, 0.0, 400.0, 300.0)
    placer.avoid([np.array([[0.0, 150.0], [400.0, 150.0]])])
    for k in range(8):
        placer.want(180.0 + 6.0 * k, 150.0, f"name {k}")
    names = placer.placed()
    assert len(names) == 8
    rooms = []
    for name in names:
        width = 6.1 * len(name.text)
        left = {"start": name.x, "middle": name.x - width / 2, "end": name.x - width}[name.anchor]
        rooms.append((left, name.y - 9.0, left + width, name.y + 2.0))
    for k, a in enumerate(rooms):
        assert a[0] >= 0.0
        assert a[2] <= 400.0
        for b in rooms[k + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_names_above_a_panel_stand_in_rows_clear_of_earlier_lines() -> None:
    marks = staggered([(9.0, "third", "c"), (8.9, "second", "c"), (8.8, "first", "c"), (2.0, "alone", "t")],
                      Scale(0.0, 10.0, 0.0, 400.0))  # fmt: skip
    assert [(mark.text, mark.row) for mark in marks] == [("alone", 0), ("first", 0), ("second", 1), ("third", 2)]


def test_lines_break_at_gaps_and_leave_out_what_a_logarithm_has_not() -> None:
    drawn = panel(log=True)
    drawn.line(np.arange(7.0), np.array([10.0, 20.0, np.nan, 30.0, 0.0, -5.0, 40.0]), "line")
    svg = drawn.canvas.svg()
    assert svg.count("<polyline") == 3
    assert "nan" not in svg


def test_dots_outside_the_panel_or_without_a_place_are_left_out() -> None:
    drawn = panel()
    drawn.dot(5.0, 5.0, "inside")
    drawn.dot(50.0, 5.0, "outside")
    drawn.dot(float("nan"), 5.0, "nowhere")
    drawn.finish()
    svg = drawn.canvas.svg()
    assert svg.count("<circle") == 1
    assert "inside" in svg
    assert "outside" not in svg


def test_bars_show_inside_and_outside_and_nothing_for_nothing() -> None:
    assert 'class="in"' in limit_bar(0.2, 0.05, 0.3)
    assert 'class="out"' in limit_bar(0.04, 0.05, 0.3)
    assert 'class="out"' in limit_bar(99.0, 0.0, 0.3)
    assert "<circle" not in limit_bar(None, 0.0, 0.3)
    assert 'class="out"' in str(offset_bar(-40.0, 10.0))
    assert offset_bar(None, 10.0) is None
    assert offset_bar(1.0, None) is None
    assert share_bar([("a", 1.0)], 0.0) is None
    assert 'class="a"' in str(share_bar([("a", 5.0)], 2.0))
