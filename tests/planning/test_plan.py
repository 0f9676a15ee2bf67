"""The plan of Apollo-Soyuz meets its own targets when it is flown again, burn by burn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from softdock.astro.environment import j2_environment
from softdock.astro.relative import elevation_angle
from softdock.conventions import DEGREE, MINUTE
from softdock.mission.director import build_world
from softdock.planning.assembly_orbit import FORWARD, raised_arc
from softdock.planning.burns import coast
from softdock.planning.plan import Party, Plan, Planner, circularising_speed
from softdock.planning.sequence import Chase
from softdock.planning.start import ascending_plane, insertion


class Planned(NamedTuple):
    planner: Planner
    plan: Plan
    chase: Chase


@pytest.fixture(scope="module")
def planned(mission) -> Planned:
    world = build_world(mission)
    phase = next(p for p in mission.phases if p.kind == "rendezvous")
    starts = {p.craft: p.start for p in mission.phases if p.kind == "insertion"}

    def party(name: str) -> Party:
        craft = world.crafts[name]
        return Party(name, craft, starts[name], craft.dry_mass_kg + sum(craft.initial_propellant.values()))

    planner = Planner(
        env=world.predicted,
        env_j2=j2_environment(world.epoch),
        epoch=world.epoch,
        target=party("soyuz"),
        chaser=party("apollo"),
        assembly=phase.assembly_orbit,
        inputs=phase.coelliptic,
        notify=lambda fraction, text: None,
    )
    plan = planner.plan()
    pending = [(t, v * FORWARD) for t, v in zip(plan.raising.times, plan.raising.speeds, strict=True)]
    arc = raised_arc(
        world.predicted, world.crafts["soyuz"], plan.target_start.state, pending=pending, until=plan.arrival + 60.0
    )
    return Planned(planner, plan, Chase(world.predicted, world.crafts["apollo"], arc))


@pytest.fixture(scope="module")
def states(planned: Planned) -> dict[str, Any]:
    """The chaser just before each of its planned burns, and at arrival."""
    own = [b for b in planned.plan.burns if b.craft == "apollo"]
    burns = [(b.ignition, b.dv_lvlh) for b in own]
    at = planned.chase.legs(planned.plan.chaser_start.state, burns, planned.plan.arrival)
    return dict(zip([b.name for b in own] + ["arrival"], at, strict=True))


def test_burns_come_in_the_order_of_the_sequence(planned: Planned) -> None:
    own = [b.name for b in planned.plan.burns if b.craft == "apollo"]
    assert own == ["circularisation", "NC1", "trim", "phase correction", "NC2", "NCC", "NSR", "TPI", "MC1", "MC2"]
    times = [b.ignition for b in planned.plan.burns]
    assert times == sorted(times)


def test_the_flown_plan_meets_each_target(planned: Planned, states: dict[str, Any]) -> None:
    chase, s = planned.chase, planned.plan.schedule
    ten_metres = 10.0
    assert chase.height_difference(states["NCC"]) == pytest.approx(s.height_at_ncc, abs=ten_metres)
    assert chase.height_difference(states["TPI"]) == pytest.approx(s.height_at_nsr, abs=ten_metres)
    target = chase.target.at(s.tpi)
    tpi = states["TPI"]
    assert elevation_angle(target.r, tpi.r, tpi.v) / DEGREE == pytest.approx(27.0, abs=0.02)
    arrived = chase.target.at(planned.plan.arrival).r - states["arrival"].r
    assert np.linalg.norm(arrived) < ten_metres


def test_the_planes_meet_at_nsr(planned: Planned, states: dict[str, Any]) -> None:
    five_metres = 5.0
    assert abs(planned.chase.out_of_plane(states["NSR"])) < five_metres
    assert planned.plan.closing_miss_m < five_metres


def test_circularisation_leaves_a_mean_circle_at_the_height_of_apogee(planned: Planned, states: dict[str, Any]) -> None:
    before = states["circularisation"]
    env_j2 = planned.planner.env_j2
    burn = planned.plan.burn("circularisation")
    assert circularising_speed(env_j2, before) == pytest.approx(float(burn.dv_lvlh[0]), abs=1e-4)
    arc = coast(planned.chase.env, planned.chase.chaser, states["NC1"], until=states["NC1"].t + 88 * MINUTE, dense=True)
    radii = np.linalg.norm(arc.positions(np.linspace(arc.start, arc.stop, 200)), axis=1)
    twelve_kilometres = 12e3  # an osculating circle swings by J2, J3 and drag; the insertion ellipse swings by 19 km
    assert radii.max() - radii.min() < twelve_kilometres


@pytest.mark.parametrize("minutes", [40.0, 65.0])
def test_the_night_of_tpi_does_not_hang_on_the_time_allowed_to_capture(planned: Planned, minutes: float) -> None:
    inputs = planned.planner.inputs.model_copy(update={"tpi_to_capture_min": minutes})
    other = replace(planned.planner, inputs=inputs)
    assert other._tpi_time(planned.planner._target_arc(planned.plan.target_start, planned.plan.raising)) == (
        pytest.approx(planned.plan.schedule.tpi, abs=1e-3)
    )


def test_the_targets_start_is_in_its_own_plane(planned: Planned) -> None:
    p = planned.planner
    plane = ascending_plane(p.env, p.epoch, p.target.start)
    again = insertion(p.env, p.env_j2, p.epoch, start=p.target.start, plane=plane, mass_kg=p.target.mass_kg)
    assert again.state.r == pytest.approx(planned.plan.target_start.state.r)


def test_alternatives_are_ranked_and_the_first_is_taken(planned: Planned) -> None:
    costs = [row["dv_total_m_s"] for row in planned.plan.alternatives]
    assert costs == sorted(costs)
    assert planned.plan.alternatives[0]["revolutions_between"] == planned.plan.revolutions
