"""The chase as a picture: its coordinates against the exact ones, laps, names, and what is drawn of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softdock.astro.curvilinear import curvilinear_from_lvlh
from softdock.products.coelliptic import counted, vectors
from softdock.products.figures_chase import LAST, NEAR, chase, last_way, marked, relative_motion
from softdock.products.figures_far import after_longest_coast, height_differences, heights_and_phase
from softdock.products.run_directory import Run, read_run
from softdock.products.story import Story
from tests.fixtures.flight import NSR, TPI
from tests.fixtures.runs import example
from tests.fixtures.worst import worst_of
from tests.products.rest_scene import PLACE, run_at_rest, solved

Claim = Callable[..., None]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(read_run(run_at_rest(tmp_path_factory.mktemp("runs") / "run")))


@pytest.fixture(scope="module")
def docked(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(read_run(example(tmp_path_factory.mktemp("runs") / "run")))


def changed(story: Story, **parts: Any) -> Story:
    return Story(Run(**{**vars(story.run), **parts}))


def test_the_chase_is_in_curvilinear_coordinates_of_the_target(story: Story, claim: Claim) -> None:
    path, rows, off = chase(story), story.beside, []
    assert path is not None
    assert len(path.get_s) == len(rows)
    targets = solved().chain.around.target.positions(np.asarray(rows["get_s"]))
    places, speeds = vectors(rows, "relative_{}_m"), vectors(rows, "relative_velocity_{}_m_s")
    for k, (r_T, r, v) in enumerate(zip(targets, places, speeds, strict=True)):
        exact, _ = curvilinear_from_lvlh(r, v, radius=float(np.linalg.norm(r_T)))
        off += [1e3 * path.along[k] - exact[0], 1e3 * path.below[k] - exact[2]]
    claim(
        claim="Along and below in the figure of the chase, 3,600 km to 2 km",
        truth="exact curvilinear coordinates on the dense arc of the target",
        tolerance=1.0,
        achieved=worst_of(map(abs, off)),
        unit="m",
    )


def test_the_chase_ends_where_the_chaser_was_sent(story: Story) -> None:
    path = chase(story)
    assert path is not None
    one_metre = 1e-3
    there = path.at(solved().flown["braking"].t)
    assert there == pytest.approx((PLACE[0] / 1e3, PLACE[2] / 1e3), abs=one_metre)


def test_laps_are_counted_back_from_the_end() -> None:
    phase = np.array([170.0, 100.0, 10.0, -80.0, -170.0, 100.0, 10.0, 1.0])
    assert counted(phase) == pytest.approx([530.0, 460.0, 370.0, 280.0, 190.0, 100.0, 10.0, 1.0])
    assert counted(np.zeros(0)).size == 0


def test_what_is_within_reach_begins_where_the_chaser_comes_to_stay(story: Story) -> None:
    path = chase(story)
    assert path is not None
    last = path.within(NEAR)
    assert last is not None
    assert abs(last.along[0]) > NEAR >= np.abs(last.along[1:]).max()
    assert path.within(1e6) is not None
    assert path.within(1e-3) is None
    assert np.isnan(path.at(-1.0)).all()


@pytest.mark.parametrize("width", [1044, 356])
def test_every_burn_is_named_once_in_the_panel_where_it_has_room(story: Story, width: int) -> None:
    drawn = str(relative_motion(story, width))
    for name, _ in marked(story):
        assert (drawn + str(last_way(story, width))).count(f">{name}</text>") == 1, name
    assert drawn.count(">ISS</text>") == 2
    assert drawn.count("below the target, km") == 2
    assert "motion" in drawn
    assert "times as large" in drawn
    assert "nan" not in drawn


def test_a_burn_beyond_the_lower_panel_stands_in_the_upper_one(story: Story) -> None:
    upper, lower = str(relative_motion(story, 1044)).split("below the target, km")[1:]
    assert [name for name, _ in marked(story) if f">{name}<" in upper] == ["DV1", "DV2", "DV4"]
    assert [name for name, _ in marked(story) if f">{name}<" in lower] == ["DV5"]
    assert ">braking<" in str(last_way(story, 1044))
    near = {**story.run.mission, "phases": [*story.phases, {"kind": "proximity"}]}
    assert ">braking<" in str(relative_motion(changed(story, mission=near), 1044))  # no other figure has it


def test_motion_is_to_the_right_and_the_earth_is_down(story: Story) -> None:
    """The chaser comes from behind and below: from the left, under the line of V-bar, up to the target."""
    drawn = str(last_way(story, 1044))
    assert f"The last {LAST:g} km" in drawn
    assert "one scale on both axes" in drawn
    (points,) = re.findall(r'<polyline points="([^"]*)" class="line c"', drawn)
    path = np.array([[float(value) for value in pair.split(",")] for pair in points.split()])
    (target,) = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="8"', drawn)
    x, y = (float(value) + 4.0 for value in target)
    assert (path[:, 0] < x).all()
    assert (path[:, 1] > y).all()
    assert path[0, 0] < path[-1, 0]
    assert path[-1, 1] < path[0, 1]


def test_a_chase_that_never_leaves_the_last_100_km_has_one_panel(story: Story) -> None:
    near = story.run.telemetry[story.run.telemetry["get_s"] > solved().flown["DV5"].t]
    drawn = str(relative_motion(changed(story, telemetry=near), 1044))
    assert drawn.count("below the target, km") == 1


def test_without_samples_of_both_craft_nothing_is_drawn(story: Story) -> None:
    alone = story.run.telemetry[story.run.telemetry["craft"] == "progress"]
    for telemetry in (alone, story.run.telemetry[:0]):
        bare = changed(story, telemetry=telemetry)
        assert relative_motion(bare, 1044) is None
        assert last_way(bare, 1044) is None
        assert height_differences(bare) is None
    far = story.run.telemetry[story.run.telemetry["get_s"] < solved().flown["DV4"].t]
    assert last_way(changed(story, telemetry=far), 1044) is None


# ---- over time


def test_the_height_difference_of_the_made_up_coelliptic_flight_is_as_built(docked: Story) -> None:
    found = height_differences(docked, NSR)
    assert found is not None
    hours, values = found
    level = values[(hours > NSR / 3600.0) & (hours < TPI / 3600.0)]
    assert len(level) > 30
    assert level == pytest.approx(np.full(len(level), 18.52), abs=0.001)


def test_each_burn_is_a_line_through_all_three_panels(story: Story) -> None:
    drawn = str(heights_and_phase(story, 1044))
    lines = re.findall(r'<line x1="([\d.]+)" x2="[\d.]+" y1="[\d.]+" y2="[\d.]+" class="upright c"', drawn)
    assert len(lines) == 3 * len(marked(story))
    assert len(set(lines)) == len(marked(story))
    for words in ("height, km", "height difference, km", "phase angle, deg", "ground elapsed time, h"):
        assert words in drawn


def test_the_second_view_begins_with_the_burn_after_the_longest_coast(story: Story, docked: Story) -> None:
    assert after_longest_coast(story) == ("DV4", solved().flown["DV4"].t)
    found = after_longest_coast(docked)
    assert found is not None
    assert found[0] == "NC2"
    assert after_longest_coast(changed(story, burns=story.run.burns[:2])) is None
