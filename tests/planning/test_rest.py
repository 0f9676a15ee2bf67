"""What is still ahead of a sequence: who answers for what the past was to achieve, and what the next to burn keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softdock.astro.environment import j2_environment
from softdock.conventions import DEGREE
from softdock.planning.chain import Chain, Flown
from softdock.planning.rest import carried_guess, remaining
from softdock.planning.targeting import target
from tests.planning.manoeuvre_scene import beside, chain, in_orbit, open_loop

LIST = """
[[manoeuvres]]
name = "A"
when = { minutes = 20 }
free = ["forward"]
achieves = [
  { at = "end", height_difference_km = 20.0 },
  { at = "B", height_difference_km = 30.0 },
  { at = "C", phase_deg = 6.0, until = "fix" },
  { at = "C", out_of_plane_km = 0.0, until = "A" },
  { at = "C", mission_time_s = 20000.0, until = "start" },
]
[[manoeuvres]]
name = "fix"
when = { revolutions = 1.0 }
free = ["forward", "across"]
correction = true
achieves = [{ at = "D", out_of_plane_km = 0.0 }]
[[manoeuvres]]
name = "B"
when = { revolutions = 0.5, offset_min = 2.0 }
free = ["forward", "time"]
achieves = [{ at = "D", height_difference_km = 15.0 }]
[[manoeuvres]]
name = "C"
when = { minutes = 50 }
when_next = { argument_of_latitude_deg = 300.0 }
free = ["forward"]
[[manoeuvres]]
name = "D"
when = { minutes = 50 }
free = ["forward", "down"]
achieves = [{ at = "end", phase_deg = 1.0 }]
[[manoeuvres]]
name = "end"
when = { minutes = 30 }
"""
X = np.array([3.0, 2.0, 90.0, 1.0, 0.5, -0.5])  # A, B and its shift in s, C, D


@pytest.fixture(scope="module")
def whole(epoch, apollo) -> Chain:
    env = j2_environment(epoch)
    start = in_orbit(env, (180.0, 185.0), 2.0 - 12.0 * DEGREE)
    return chain(LIST, beside(env, in_orbit(env, (224.0, 229.0), 2.0), 10.0), apollo, start, is_impulsive=True)


@pytest.fixture(scope="module")
def flown(whole: Chain) -> Flown:
    return whole.fly(X)


def before(whole: Chain, flown: Flown, name: str) -> Chain:
    """The rest ten minutes before an event, from where the flight then is."""
    return remaining(whole, flown, flown[name].way.at(flown[name].t - 600.0))


def owed(rest: Chain) -> set[tuple[str, str, str]]:
    """Who owed what at which event."""
    return {(one.by, one.condition.at, goal) for one in rest.sequence.owed for goal in one.condition.goals}


def test_nothing_is_owed_while_nothing_is_past_and_what_only_the_plan_asks_is_dropped(whole, flown) -> None:
    rest = before(whole, flown, "A")
    assert owed(rest) == set()
    assert rest.sequence.names == whole.sequence.names
    goals = [goal for condition in rest.sequence.manoeuvres[0].achieves for goal in condition.goals]
    assert goals == ["height_difference_km", "height_difference_km", "phase_deg", "out_of_plane_km"]
    assert [row.name for row in whole.rows].count("time at C") == 1
    assert [row.name for row in rest.rows].count("time at C") == 0


def test_what_the_past_was_to_achieve_is_taken_over_until_its_last_manoeuvre(whole, flown) -> None:
    height, phase = ("A", "end", "height_difference_km"), ("A", "C", "phase_deg")
    assert owed(before(whole, flown, "fix")) == {height, phase, ("A", "B", "height_difference_km")}
    # The height at B cannot be moved by B; the phase at C was `until` the correction, which is past.
    assert owed(before(whole, flown, "B")) == {height, ("fix", "D", "out_of_plane_km")}
    assert owed(before(whole, flown, "C")) == {
        height, ("fix", "D", "out_of_plane_km"), ("B", "D", "height_difference_km"),
    }  # fmt: skip
    assert owed(before(whole, flown, "D")) == {height}


def test_a_correction_is_solved_only_when_it_is_next(whole, flown) -> None:
    def unknowns(chain: Chain) -> set[str]:
        return {u.manoeuvre for u in chain.unknowns}

    assert "fix" not in unknowns(whole)
    assert "fix" not in unknowns(before(whole, flown, "A"))
    rest = before(whole, flown, "fix")
    assert "fix" in unknowns(rest)
    assert "distance from the target's plane at D" in [row.name for row in rest.rows]
    assert not whole.sequence.manoeuvres[1].burns
    assert rest.sequence.manoeuvres[0].burns


def test_the_next_to_burn_keeps_the_time_that_was_chosen_for_it(whole, flown) -> None:
    rest = before(whole, flown, "B")
    assert "time" in whole.sequence.manoeuvres[2].free
    assert rest.sequence.manoeuvres[0].free == ("forward",)
    assert rest.sequence.manoeuvres[0].when.offset_min == pytest.approx(2.0 + 90.0 / 60.0)
    again = rest.fly(carried_guess(rest, flown))
    assert again["B"].t == pytest.approx(flown["B"].t, abs=1e-3)
    assert "time" in before(whole, flown, "fix").sequence.manoeuvres[1].free  # not before it is next


def test_the_next_to_burn_goes_by_its_rule_for_flight(whole, flown) -> None:
    assert before(whole, flown, "B").sequence.manoeuvres[1].when.minutes == 50.0
    rest = before(whole, flown, "C")
    assert rest.sequence.manoeuvres[0].when.argument_of_latitude_deg == 300.0
    again = rest.fly(carried_guess(rest, flown))
    assert again["C"].turned / DEGREE % 360.0 == pytest.approx(300.0, abs=1e-6)
    assert abs(again["C"].t - flown["C"].t) > 60.0


def test_the_rest_of_a_rest_owes_each_thing_once(whole, flown) -> None:
    rest = before(whole, flown, "fix")
    again = rest.fly(carried_guess(rest, flown))
    twice = before(rest, again, "B")
    assert owed(twice) == owed(before(whole, flown, "B"))
    assert len(twice.sequence.owed) == len(owed(twice))
    assert twice.sequence.past == ("A", "fix")


def test_a_carried_guess_flies_the_same_burns(whole, flown) -> None:
    assert carried_guess(whole, flown) == pytest.approx(X)
    rest = before(whole, flown, "B")
    again = rest.fly(carried_guess(rest, flown))
    for event in again.events:
        if event.manoeuvre.name != "C":
            assert event.dv == pytest.approx(flown[event.manoeuvre.name].dv)


SHORT = """
[[manoeuvres]]
name = "A"
when = { minutes = 20 }
free = ["forward"]
achieves = [{ at = "end", phase_deg = 5.0 }]
[[manoeuvres]]
name = "fix"
when = { revolutions = 1.0 }
free = ["forward"]
correction = true
[[manoeuvres]]
name = "end"
when = { after = "A", revolutions = 3.0 }
"""


def test_a_burn_ahead_makes_good_what_a_past_one_got_wrong(whole) -> None:
    """A is executed 0.3 m/s wrong; the correction is solved for the phase that A was to bring."""
    plan = target(chain(SHORT, whole.around, whole.chaser, whole.start, is_impulsive=True))
    wrong = plan.chain.fly(plan.x + 0.3)
    missed = abs(wrong["end"].phase - plan.flown["end"].phase) / DEGREE
    assert missed > 0.1
    found = target(before(plan.chain, wrong, "fix"))
    assert [met.name for met in found.conditions] == ["phase at end"]
    assert max(abs(miss) for miss in open_loop(found).values()) < 10.0
    assert found.flown["end"].phase / DEGREE == pytest.approx(5.0, abs=1e-4)
    assert found.flown["fix"].speed > 0.1


def test_past_conditions_are_asked_of_another_targets_arc_where_navigation_has_one(whole, flown) -> None:
    state = flown["fix"].way.at(flown["fix"].t - 600.0)
    moved = beside(whole.env, replace(whole.around.target.at(0.0), r=whole.around.target.at(0.0).r * 1.001), 10.0)
    rest = remaining(whole, flown, state, around=moved)
    assert rest.around is moved
    same = remaining(whole, flown, state)
    assert rest.now.phase != same.now.phase
    assert rest.now.phase == pytest.approx(same.now.phase, abs=5.0 * DEGREE)
