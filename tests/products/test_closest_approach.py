"""Closest approach on each leg against a scan of the arcs: within a leg and at its ends, from a plan and from a run."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from softdock.astro.relative import relative_lvlh
from softdock.flight.record import telemetry_rows
from softdock.planning.chain import Chain
from softdock.planning.targeting import Targeted
from softdock.planning.vocabulary import sequence_from_toml
from softdock.products.closest_approach import AT_END, AT_START, INSIDE, flown_legs, legs_table, legs_text, planned_legs
from softdock.products.run_directory import Run, read_run
from softdock.products.story import Story
from tests.fixtures.worst import worst_of
from tests.planning.manoeuvre_scene import beside, in_orbit
from tests.products.rest_scene import EPOCH, environment, run_at_rest, solved

Claim = Callable[..., None]
one_centimetre, one_metre = 0.01, 1.0
PASSING = """
[[manoeuvres]]
name = "look"
when = { minutes = 100 }
[[manoeuvres]]
name = "lift"
when = { minutes = 5 }
fixed = { forward_m_s = 2.0 }
[[manoeuvres]]
name = "end"
when = { minutes = 200 }
"""


def passing(*, is_impulsive: bool) -> Targeted:
    """A chaser 12 km below that overtakes its target after an hour, and goes on."""
    env, craft = environment(), solved().chain.chaser
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0), 6.0, drag_area=0.0)
    start = in_orbit(env, (401.0, 406.0), -0.012, mass=6800.0)
    chain = Chain(around, craft, start, sequence_from_toml(PASSING), is_impulsive=is_impulsive)
    return Targeted(chain, np.zeros(0), chain.fly(np.zeros(0)), (), 0, 0, (), np.zeros((0, 0)))


def scanned(found: Targeted, start: float, stop: float) -> tuple[float, float, float]:
    """Time [s], distance [m] and speed [m/s] of the least distance of the flown way, each tenth of a second."""
    times = np.linspace(start, stop, round((stop - start) / 0.1) + 1)
    chaser = np.full((times.size, 7), np.nan)
    for before, event in pairwise((found.flown.start, *found.flown.events)):
        for arc, begin in ((before.burning, before.t), (event.way, before.after.t)):
            if arc is not None:
                inside = (times >= max(begin, arc.start)) & (times <= arc.stop)
                chaser[inside] = arc.states(times[inside])
    apart = found.chain.around.target.states(times) - chaser
    far = np.linalg.norm(apart[:, :3], axis=1)
    k = int(np.argmin(far))
    return float(times[k]), float(far[k]), float(np.linalg.norm(apart[k, 3:6]))


@pytest.mark.parametrize("is_impulsive", [True, False])
def test_the_closest_approach_of_each_leg_is_what_a_scan_of_the_arcs_finds(is_impulsive: bool, claim: Claim) -> None:
    found, off = passing(is_impulsive=is_impulsive), []
    legs = planned_legs(found)
    assert [(leg.before, leg.after) for leg in legs] == [("start", "look"), ("look", "lift"), ("lift", "end")]
    assert [leg.where for leg in legs] == [INSIDE, AT_START, AT_START]
    for leg in legs:
        time, distance, speed = scanned(found, leg.start, leg.stop)
        off.append(leg.approach.distance - distance)
        assert leg.approach.time == pytest.approx(time, abs=0.1)
        assert leg.approach.speed == pytest.approx(speed, abs=0.01)
    claim(
        claim=f"Closest approach on three legs, one passing the target; {'impulse' if is_impulsive else 'finite burn'}",
        truth="scan of the dense arcs each tenth of a second",
        tolerance=0.1,
        achieved=worst_of(map(abs, off)),
        unit="m",
    )


def test_of_several_minima_the_least_is_told() -> None:
    """Below and ahead on an eccentric orbit the range rises and falls each revolution."""
    env, craft = environment(), solved().chain.chaser
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0), 6.0, drag_area=0.0)
    text = '[[manoeuvres]]\nname = "end"\nwhen = { minutes = 300 }\n'
    chain = Chain(around, craft, in_orbit(env, (395.0, 433.0), 0.004, mass=6800.0), sequence_from_toml(text))
    found = Targeted(chain, np.zeros(0), chain.fly(np.zeros(0)), (), 0, 0, (), np.zeros((0, 0)))
    (leg,) = planned_legs(found)
    assert leg.where == INSIDE
    assert leg.approach.distance == pytest.approx(scanned(found, leg.start, leg.stop)[1], abs=0.1)


def test_legs_that_only_close_in_are_least_at_their_end() -> None:
    legs = planned_legs(solved())
    events = solved().flown.events
    assert [leg.after for leg in legs] == [event.manoeuvre.name for event in events]
    assert {leg.where for leg in legs} == {AT_END}
    assert [leg.approach.time for leg in legs] == [event.t for event in events]
    assert legs[-1].approach.distance == pytest.approx(1414.0 * 2.0**0.5, abs=one_metre)


# ---- from a run


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(read_run(run_at_rest(tmp_path_factory.mktemp("runs") / "run")))


def test_the_legs_of_a_run_are_those_that_were_flown(story: Story, claim: Claim) -> None:
    planned, flown = planned_legs(solved()), flown_legs(story)
    assert [leg.after for leg in flown] == [*(leg.after for leg in planned), "last sample"]
    assert flown[0].before == "first sample"
    pairs = list(zip(flown, planned, strict=False))
    assert [a.approach.speed for a, _ in pairs] == pytest.approx([b.approach.speed for _, b in pairs], abs=0.02)
    claim(
        claim="Closest approach on the last leg of a run, from samples a minute apart",
        truth="dense arcs that were flown",
        tolerance=one_centimetre,
        achieved=flown[4].approach.distance - planned[4].approach.distance,
        unit="m",
    )


def test_a_passage_between_two_samples_is_found(claim: Claim) -> None:
    """The chaser of `passing` sampled each minute, as telemetry is."""
    found = passing(is_impulsive=True)
    stop = found.flown.events[0].t
    times = np.arange(0.0, stop, 60.0)
    rows = _sampled(found, times)
    run = Run(_NO_PATH, "complete", {}, [], [], [], [], [], {}, [], rows, _CAST, {})
    (leg,) = flown_legs(Story(run))
    time, distance, _ = scanned(found, 0.0, times[-1])
    assert leg.where == INSIDE
    assert leg.approach.time == pytest.approx(time, abs=0.2)
    claim(
        claim="Closest approach of a passage 12 km below between two samples a minute apart",
        truth="scan of the dense arcs",
        tolerance=0.1,
        achieved=leg.approach.distance - distance,
        unit="m",
    )


_NO_PATH: Any = "nowhere"
_CAST = {"crafts": {"iss": {"role": "target"}, "progress": {"role": "chaser"}}}


def _sampled(found: Targeted, times: np.ndarray) -> Any:
    target = found.chain.around.target.states(times)
    chaser = found.flown.events[0].way.states(times)
    blocks = []
    for name, states in (("iss", target), ("progress", chaser)):
        rows = telemetry_rows(times.size)
        rows["t_s"] = rows["get_s"] = times
        rows["phase"], rows["craft"] = "rendezvous", name
        for k, axis in enumerate("xyz"):
            rows[f"position_gcrf_{axis}_m"], rows[f"velocity_gcrf_{axis}_m_s"] = states[:, k], states[:, 3 + k]
        blocks.append(rows)
    r, v = relative_lvlh(target[:, :3], target[:, 3:6], chaser[:, :3], chaser[:, 3:6])
    for k, axis in enumerate("xyz"):
        blocks[1][f"relative_{axis}_m"], blocks[1][f"relative_velocity_{axis}_m_s"] = r[:, k], v[:, k]
    return np.concatenate(blocks)


def test_without_one_of_the_craft_there_are_no_legs(story: Story) -> None:
    run = story.run
    alone = run.telemetry[run.telemetry["craft"] == "progress"]
    assert flown_legs(Story(Run(**{**vars(run), "telemetry": alone}))) == []
    assert legs_table(Story(Run(**{**vars(run), "telemetry": run.telemetry[:0]}))) is None


def test_first_contact_ends_the_last_leg(story: Story) -> None:
    contact = {"name": "first contact", "get_s": 18800.0}
    legs = flown_legs(Story(Run(**{**vars(story.run), "events": [contact]})))
    assert (legs[-1].after, legs[-1].stop) == ("first contact", 18800.0)


def test_the_tables_have_units_times_and_where_the_range_is_least(story: Story) -> None:
    text = legs_text(planned_legs(solved()), EPOCH)
    lines = text.splitlines()
    assert [words in lines[0] for words in ("UTC", "GET", "distance, km", "relative speed, m/s")] == [True] * 4
    assert lines[-1].split()[:3] == ["DV5", "to", "braking"]
    assert "1.999" in lines[-1]
    assert lines[-1].endswith(AT_END)
    page = str(legs_table(story))
    assert "DV5 to braking" in page
    assert "1.999" in page
    assert "m/s" in page
