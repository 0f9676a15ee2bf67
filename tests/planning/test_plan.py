"""The plan of Apollo-Soyuz keeps its own conditions when it is flown again, burn by burn, with nothing solved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from softdock.astro.orbits import mean_from_state
from softdock.astro.relative import elevation_angle
from softdock.conventions import DEGREE, HOUR, MINUTE
from softdock.errors import PlanError, PropagationError
from softdock.mission import director
from softdock.mission.load import load
from softdock.planning import plan as planning
from softdock.planning.burns import coast
from softdock.planning.chain import Flown
from softdock.planning.plan import BESIDE, Plan
from softdock.planning.plan_summary import lacks, plan_summary
from softdock.planning.search import total_speed
from softdock.planning.start import ascending_plane, insertion
from tests.fixtures.worst import worst_of
from tests.mission.broken import MISSION, replaced
from tests.planning.manoeuvre_scene import open_loop

EQUATORIAL_RADIUS = 6378137.0  # m
J2 = 1.0826e-3  # EGM2008, C20 times -sqrt 5
OWN = ["circularisation", "NC1", "trim", "phase correction", "NC2", "NCC", "NSR", "TPI", "MC1", "MC2"]


def test_burns_come_in_the_order_of_the_list_between_those_of_the_target(planned) -> None:
    assert [b.name for b in planned.burns if b.craft == "apollo"] == OWN
    assert [b.name for b in planned.burns if b.craft == "soyuz"] == ["assembly 1", "assembly 2"]
    times = [b.ignition for b in planned.burns]
    assert times == sorted(times)
    assert {b.name for b in planned.burns if b.speed == 0.0} == {"phase correction", "MC1", "MC2"}
    assert planned.burn("NC1").speed == pytest.approx(planned.solved.flown["NC1"].speed)


def test_the_plan_flown_open_loop_meets_every_condition(planned, claim) -> None:
    misses = open_loop(planned.solved)
    asked = {row.name for row in planned.solved.chain.rows if row.value is not None}
    assert misses.keys() == asked
    assert len(asked) > 10
    speeds = {row.name for row in planned.solved.chain.rows if row.unit == "m/s"}
    for unit, tolerance, kept in (("m", 10.0, asked - speeds), ("m/s", 0.01, speeds)):
        claim(
            claim=f"Apollo-Soyuz as planned, flown open loop for 44 hours: its worst condition in {unit}",
            truth="the single-step integrator, burns at their times, nothing solved",
            tolerance=tolerance,
            achieved=worst_of(abs(misses[name]) for name in kept),
            unit=unit,
        )


def test_what_the_list_asks_for_is_where_the_plan_says(planned, world) -> None:
    """The conditions by their definitions, not by the rows that the solver saw."""
    flown, target = planned.solved.flown, planned.solved.chain.around.target
    tpi = flown["TPI"]
    assert elevation_angle(target.at(tpi.t).r, tpi.before.r, tpi.before.v) / DEGREE == pytest.approx(27.0, abs=0.002)
    lead = tpi.t - flown["NSR"].t
    assert lead == pytest.approx(-60.0 * planned.choice["nsr_to_tpi_min"], abs=0.01)
    arrived = flown.events[-1].before
    assert np.linalg.norm(target.at(arrived.t).r - arrived.r) < 10.0
    assert planned.arrival == arrived.t
    assert planned.braking_m_s == pytest.approx(np.linalg.norm(target.at(arrived.t).v - arrived.v))
    assert planned.solved.idle == ()


def test_circularisation_leaves_a_mean_circle(planned, world) -> None:
    chain, after = planned.solved.chain, planned.solved.flown["circularisation"].after
    mean = mean_from_state(after.r, after.v, chain.env, t=after.t)
    along = mean.argument_of_latitude - mean.argument_of_perigee
    a_metre = 1.0
    assert abs(mean.semi_major_axis * mean.eccentricity * np.cos(along)) < a_metre
    # At an osculating apsis J2's swing with twice the argument of latitude hides as much of the mean radial rate.
    left = J2 * EQUATORIAL_RADIUS**2 * np.sin(mean.inclination) ** 2 / (2.0 * mean.semi_major_axis)
    assert mean.semi_major_axis * mean.eccentricity < 1.05 * left
    arc = coast(chain.env, chain.chaser, after, until=after.t + 88.0 * MINUTE, dense=True)
    radii = np.linalg.norm(arc.positions(np.linspace(arc.start, arc.stop, 200)), axis=1)
    twelve_kilometres = 12e3  # an osculating circle swings by J2, J3 and drag; the insertion ellipse swings by 19 km
    assert radii.max() - radii.min() < twelve_kilometres


def test_the_targets_start_is_in_its_own_plane(planned, world, j2, mission) -> None:
    start = next(p.start for p in mission.phases if p.kind == "insertion" and p.craft == "soyuz")
    plane = ascending_plane(world.predicted, world.epoch, start)
    found = planned.target_start.state
    again = insertion(world.predicted, j2, world.epoch, start=start, plane=plane, mass_kg=found.mass)
    assert again.state.r == pytest.approx(found.r)


def test_alternatives_are_ranked_and_the_first_is_taken(planned) -> None:
    costs = [one.total for one in planned.ranked]
    assert costs == sorted(costs)
    assert planned.ranked[0].choice == planned.choice
    assert len({tuple(one.choice.values()) for one in planned.ranked}) == len(costs) > 3


def test_the_plan_costs_what_its_search_said(planned) -> None:
    """As impulses in a coarse field there, with finite burns in the full one here."""
    a_tenth = 0.1  # m/s, assumed
    assert total_speed(planned.solved) == pytest.approx(planned.ranked[0].total, abs=a_tenth)
    assert planned.bound.least < total_speed(planned.solved)


def test_the_summary_holds_the_choice_the_burns_and_what_was_considered(planned, world) -> None:
    told = plan_summary(planned, world.epoch)
    assert told["choice"] == planned.choice
    assert [row["name"] for row in told["burns"]] == [b.name for b in planned.burns]
    assert len(told["alternatives"]) == len(planned.ranked)
    searched = {name for name, values in planned.searched.items() if len(values) > 1}
    assert searched <= told["alternatives"][0].keys()
    assert any("miss each other by" in note for note in told["notes"])
    assert told["bound_m_s"] == planned.bound.least
    assert told["propellant_suffices"] is True
    assert lacks(planned) == []


def test_revolutions_are_counted_from_lift_off(planned) -> None:
    assert planned.revolution(planned.begins[0] - 1.0) == 1
    assert planned.revolution(planned.begins[0]) == 2
    assert planned.revolution(planned.arrival + 23.0 * MINUTE) == 29


# ---- what may be missing of a plan


def ended(planned: Plan, count: int) -> Plan:
    """The plan without its last events."""
    flown = planned.solved.flown
    events = Flown(flown.start, flown.events[: len(flown.events) - count])
    return replace(planned, solved=replace(planned.solved, flown=events), ranked=planned.ranked[:1])


def test_a_plan_that_ends_far_from_its_target_has_no_bound(planned, world) -> None:
    short = ended(planned, 4)
    last = short.solved.flown.events[-1]
    assert last.manoeuvre.name == "NSR"
    apart = np.linalg.norm(last.after.r - short.solved.chain.around.target.at(last.after.t).r)
    assert apart > BESIDE
    assert short.bound is None
    assert "bound_m_s" not in plan_summary(short, world.epoch)


@pytest.mark.parametrize("fault", [PlanError("does not close"), PropagationError("is not on an ellipse")])
def test_a_bound_that_is_not_found_does_not_end_a_flight(fault: Exception, planned, world, monkeypatch) -> None:
    def fail(found: Any) -> None:
        raise fault

    monkeypatch.setattr(planning, "least", fail)
    without = replace(planned, ranked=planned.ranked[:1])
    assert without.bound is None
    told = plan_summary(without, world.epoch)
    assert "bound_m_s" not in told
    assert told["braking_m_s"] == planned.braking_m_s


def test_merits_that_cannot_be_told_do_not_end_a_flight_but_are_missed_aloud(planned, world) -> None:
    late = replace(planned, inputs=replace(planned.inputs, docking_after_s=50.0 * HOUR), ranked=planned.ranked[:2])
    told = plan_summary(late, world.epoch)
    assert [row["delta_v_m_s"] for row in told["alternatives"]] == [one.total for one in planned.ranked[:2]]
    assert "only its cost is told" in told["notes"][-1]
    assert "tables do not reach" in told["notes"][-1]


def test_speed_beside_the_target_is_left_to_brake_unless_the_last_event_burns(planned) -> None:
    correction = ended(planned, 1)  # MC2, planned as zero
    last = correction.solved.flown.events[-1]
    assert (last.manoeuvre.name, last.manoeuvre.may_burn, last.speed) == ("MC2", True, 0.0)
    target = planned.solved.chain.around.target.at(last.t)
    turn = np.cross(target.r, target.v) / (target.r @ target.r)
    beside = last.after.v - target.v - np.cross(turn, last.after.r - target.r)
    assert correction.braking_m_s == pytest.approx(np.linalg.norm(beside))
    assert correction.braking_m_s > 5.0
    assert total_speed(correction.solved) == correction.solved.flown.total + correction.braking_m_s
    assert ended(planned, 3).braking_m_s == 0.0  # TPI burns


def test_a_tank_that_does_not_hold_what_the_burns_need_is_told(planned, world) -> None:
    chain, flown = planned.solved.chain, planned.solved.flown
    used = sum(event.burn.propellant_kg().get("sps", 0.0) for event in flown.events if event.burn is not None)
    tanks = {**chain.chaser.initial_propellant, "sps": used - 12.0}
    poor = SimpleNamespace(
        chaser="apollo",
        solved=SimpleNamespace(chain=SimpleNamespace(chaser=SimpleNamespace(initial_propellant=tanks)), flown=flown),
    )
    (said,) = lacks(poor)
    assert f"need {used:.1f} kg from apollo's tank sps, which holds {used - 12.0:.1f} kg" in said


# ---- a launch that the search may move


def shifted(folder: Path, planned: Plan, minutes: str) -> Any:
    """Apollo-Soyuz with what was planned for all choices, and some minutes for its lift-off."""
    text = replaced(MISSION, "[phases.choices]", f"[phases.choices]\nlift_off_shift_min = {minutes}")
    for name, value in planned.choice.items():
        text = replaced(text, f"{name} =", f"{name} = [{value}]")
    (folder / "mine.toml").write_text(text, "utf-8")
    return load(folder / "mine.toml")


def test_a_shift_for_which_the_pad_is_too_far_from_the_plane_is_left_out(planned, tmp_path: Path) -> None:
    mission = shifted(tmp_path, planned, "[60.0, 3.0]")  # the Earth turns by 15 deg in an hour; 4.5 can be steered
    found = director.plan(mission)
    assert {one.choice["lift_off_shift_min"] for one in found.ranked} == {3.0}
    rules = mission.phases[2]
    start = found.chaser_start.state
    lift_off = director.build_world(mission).epoch.seconds_of(mission.phases[1].start.lift_off_utc) + 180.0
    assert start.t == pytest.approx(lift_off + mission.phases[1].start.insertion_after_lift_off_s)
    assert found.solved.chain.around.target.stop == pytest.approx(start.t + rules.within_h * HOUR)


def test_a_launch_that_can_only_be_moved_too_far_is_refused_with_the_shift(planned, tmp_path: Path) -> None:
    words = r"lift_off_shift_min = 60\.0.*: with its lift-off moved by 60 min the pad is \d+\.\d deg from the plane"
    with pytest.raises(PlanError, match=words):
        director.plan(shifted(tmp_path, planned, "[60.0]"))


def test_revolutions_and_the_terminal_time_belong_to_the_shifted_lift_off(planned, tmp_path: Path) -> None:
    """Two hours later the target has passed the pad's longitude once or twice more: revolutions begin afresh."""
    mission = shifted(tmp_path, planned, "[0.0, 120.0]")
    planner = director._planner(mission, mission.phases[2], director.build_world(mission))
    _, raising, arc = planner._target()
    early, late = planner._days(arc, raising).values()
    lift_off = planner._inserted - mission.phases[1].start.insertion_after_lift_off_s
    gone = [t for t in early.begins if t < lift_off + 120.0 * MINUTE]
    assert len(gone) in (1, 2)
    assert late.begins[: len(early.begins) - len(gone)] == pytest.approx(early.begins[len(gone) :], abs=0.01)
    assert early.arc.stop == pytest.approx(planner._inserted + mission.phases[2].within_h * HOUR)
    assert late.arc.stop == arc.stop == pytest.approx(early.arc.stop + 120.0 * MINUTE)
    assert late.given["terminal_s"] - early.given["terminal_s"] > 80.0 * MINUTE
