"""What is given up when the rest of a sequence cannot all be met, and rules whose occasion or burn is already past."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest

from softdock.astro.environment import j2_environment
from softdock.conventions import DEGREE
from softdock.errors import PlanError
from softdock.planning.chain import Chain
from softdock.planning.rest import remaining
from softdock.planning.retarget import retargeted
from softdock.planning.targeting import target
from softdock.vehicle.assembly import assemble
from softdock.vehicle.library import load_vehicle
from tests.planning.manoeuvre_scene import beside, chain, in_orbit

START = "\n[[manoeuvres]]\n"


@pytest.fixture(scope="module")
def around(epoch):
    env = j2_environment(epoch)
    return beside(env, in_orbit(env, (224.0, 229.0), 2.0), 10.0, epoch=epoch)


def listed(around, craft, text: str, *, mass: float = 14910.0, **more) -> Chain:
    start = in_orbit(around.env, (180.0, 185.0), 2.0 - 12.0 * DEGREE, mass=mass)
    return chain(text, around, craft, start, **more)


def rule(name: str, body: str) -> str:
    return f'{START}name = "{name}"\n{body}\n'


A = rule("A", 'when = { minutes = 20 }\nfree = ["forward"]\nachieves = [{ at = "end", phase_deg = 6.0 }]')
END = rule("end", 'when = { after = "A", revolutions = 2.0 }')


def on_the_way(whole: Chain, name: str, x: np.ndarray) -> tuple:
    flown = whole.fly(x)
    return flown, flown[name].way.at(flown[name].t - 300.0)


def test_what_can_be_kept_of_what_is_owed_is_kept(around, apollo) -> None:
    """One burn, two things owed to it: the older, here impossible with the other, goes; the other is met."""
    asks = 'achieves = [{ at = "end", height_difference_km = 30.0 }, { at = "end", phase_deg = 6.0 }]'
    text = rule("A", f'when = {{ minutes = 20 }}\nfree = ["forward", "down"]\n{asks}')
    text += rule("B", 'when = { revolutions = 1.0 }\nfree = ["forward"]') + END
    whole = listed(around, apollo, text, is_impulsive=True)
    flown, state = on_the_way(whole, "B", np.array([2.0, 0.0, 1.0]))
    found = retargeted(whole, flown, state, around=around)
    assert len(found.given_up) == 1
    assert found.given_up[0].startswith("what A was to achieve at end is given up")
    assert [one.condition.phase_deg for one in found.chain.sequence.owed] == [6.0]
    assert found.flown["end"].phase / DEGREE == pytest.approx(6.0, abs=1e-3)


def test_where_nothing_can_be_given_up_the_first_reason_is_said(around, apollo) -> None:
    text = A + rule("B", 'when = { revolutions = 1.0 }\nfree = ["across"]\nachieves = [{ height_km = 300.0 }]') + END
    whole = listed(around, apollo, text, is_impulsive=True)
    flown, state = on_the_way(whole, "B", np.array([1.0, 0.0]))
    with pytest.raises(PlanError, match="height after B"):
        retargeted(whole, flown, state, around=around)


def test_a_wait_that_is_over_goes_by_the_clock(around, apollo) -> None:
    """The target would stand at 80 deg only after the list is over; the burn is made when it was planned."""
    waits = 'when = { revolutions = 1.0 }\nwhen_next = { elevation_deg = 80.0 }\nfree = ["forward"]'
    whole = listed(around, apollo, A.replace('at = "end"', 'at = "B"') + rule("B", waits) + END, is_impulsive=True)
    flown, state = on_the_way(whole, "B", np.array([1.0, 0.5]))
    found = retargeted(whole, flown, state, around=around)
    assert found.flown["B"].t == pytest.approx(flown["B"].t)
    assert found.given_up[0].startswith("B goes by the clock: ")


def test_a_moment_before_the_next_burn_asks_for_nothing_that_no_burn_can_move(around, apollo) -> None:
    moment = rule("M", "when = { minutes = 30 }\nachieves = [{ height_difference_km = 40.0 }]")
    asks = A.replace("achieves = [{", 'achieves = [{ at = "B", height_difference_km = 35.0 }, {')
    text = asks + moment + rule("B", 'when = { revolutions = 1.0 }\nfree = ["forward"]') + END
    whole = listed(around, apollo, text, is_impulsive=True)
    flown, state = on_the_way(whole, "M", np.array([1.0, 0.5]))
    assert [row.at for row in remaining(whole, flown, state).rows] == ["end"]


def test_a_moment_that_counts_from_what_lies_behind_goes_by_the_clock(around, apollo) -> None:
    text = A + rule("M", 'when = { node = "ascending", offset_min = 20.0 }')
    text += rule("B", 'when = { minutes = 30.0 }\nfree = ["forward"]') + END
    whole = listed(around, apollo, text, is_impulsive=True)
    flown, state = on_the_way(whole, "M", np.array([1.0, 0.5]))
    assert flown["M"].occasion.t < state.t < flown["M"].t
    again = retargeted(whole, flown, state, around=around)
    assert again.flown["M"].t == pytest.approx(flown["M"].t)


def test_a_time_that_was_chosen_is_kept_and_no_longer_asked_for(around, apollo) -> None:
    asks = 'achieves = [{ at = "end", phase_deg = 6.0 }, { at = "end", mission_time_s = 14000.0 }]'
    text = rule("A", f'when = {{ minutes = 60 }}\nfree = ["forward", "time"]\n{asks}') + END
    whole = listed(around, apollo, text, is_impulsive=True)
    plan = target(whole)
    state = plan.flown["A"].way.at(plan.flown["A"].t - 300.0)
    rest = remaining(plan.chain, plan.flown, replace(state, r=state.r + 200.0))
    assert [row.name for row in rest.rows] == ["phase at end wanted by A"] or [row.at for row in rest.rows] == ["end"]
    assert target(rest).flown["end"].phase / DEGREE == pytest.approx(6.0, abs=1e-3)


def test_a_correction_burns_nothing_before_it_is_next_whatever_is_given(around, apollo) -> None:
    given = 'free = ["forward"]\nfixed = { forward_m_s = 3.0 }\ncorrection = true'
    fix = rule("fix", f"when = {{ revolutions = 1.0 }}\n{given}")
    flown = listed(around, apollo, A + fix + END, is_impulsive=True).fly(np.array([1.0]))
    assert flown["fix"].speed == 0.0


def test_what_burns_nothing_waits_for_a_long_burn_to_end(around) -> None:
    """22 m/s of a CubeSat's jets take an hour: a moment ten minutes after their beginning comes when they are done."""
    text = rule("A", "when = { minutes = 20 }\nfixed = { across_m_s = 22.0 }") + rule("M", "when = { minutes = 10 }")
    whole = listed(around, assemble(load_vehicle("cubesat-6u")), text, mass=12.0)
    flown = whole.fly(np.empty(0))
    burn = flown["A"].after.t - flown["A"].t
    assert burn > 3000.0
    assert flown["M"].t == flown["A"].after.t


def test_turns_are_counted_through_a_burn_longer_than_half_a_revolution(around) -> None:
    text = rule("A", "when = { minutes = 20 }\nfixed = { across_m_s = 22.0 }")
    text += rule("B", "when = { revolutions = 1.0 }")
    whole = listed(around, assemble(load_vehicle("cubesat-6u")), text, mass=12.0)
    flown = whole.fly(np.empty(0))
    revolution = 88.5 * 60.0
    assert flown["B"].turned - flown["A"].turned == pytest.approx(2.0 * pi)
    assert flown["B"].t - flown["A"].t == pytest.approx(revolution, abs=120.0)


def test_an_elevation_over_a_chaser_above_its_target_is_refused(around, apollo) -> None:
    text = rule("A", 'when = { minutes = 20 }\nfree = ["forward"]\nachieves = [{ at = "T", elevation_deg = 27.0 }]')
    above = 'achieves = [{ at = "T", height_difference_km = -10.0 }]'
    text += rule("B", f'when = {{ revolutions = 4.0 }}\nfree = ["forward"]\n{above}')
    text += rule("T", "when = { revolutions = 0.5 }")
    with pytest.raises(PlanError, match="a chaser above its target sees it below the horizon"):
        target(listed(around, apollo, text, is_impulsive=True))


def test_a_chaser_that_begins_ahead_is_told_to_count_a_lap(around, apollo) -> None:
    start = in_orbit(around.env, (240.0, 245.0), 2.0 + 6.0 * DEGREE, mass=14910.0)
    text = rule("A", 'when = { minutes = 20 }\nfree = ["forward"]\nachieves = [{ at = "end", phase_deg = -2.0 }]') + END
    with pytest.raises(PlanError, match=r"the chaser begins 6\.\d deg ahead .* give the condition laps = 1"):
        target(chain(text, around, apollo, start, is_impulsive=True))
    counted = chain(text.replace("phase_deg = -2.0", "phase_deg = -2.0, laps = 1"), around, apollo, start)
    assert target(counted).flown["end"].phase / DEGREE == pytest.approx(358.0, abs=1e-3)
