"""The far rendezvous: a plane that is off is closed on the way, errors have no favourite side, tanks end."""

from __future__ import annotations

from dataclasses import replace
from math import sin
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from softdock import kernels
from softdock.astro.environment import j2_environment
from softdock.conventions import DEGREE
from softdock.flight.flyer import Execution, Flyer
from softdock.flight.rendezvous import fly
from softdock.flight.world import World
from softdock.mission.director import build_world, run
from softdock.numerics.random import stream
from softdock.planning.start import Plane, insertion
from tests.flight.far_flights import far_phase, faultless, flown, mission, planned, ready, sizes

is_compiled = pytest.mark.skipif(kernels.PURE_PYTHON, reason="days of flight take hours uncompiled")
ORBITAL_SPEED = 7800.0
one_hundredth_deg = 0.01  # between the planes after NSR; fixed before the first run
most_for_a_plane = 1.5  # times the wedge: two burns stand where they stand, not where the planes cross; likewise


def flown_from_plane(*, tilt_deg: float, turn_deg: float) -> World:
    """The far rendezvous, without errors, with Apollo inserted into another plane than the one planned."""
    given, made = faultless(mission("apollo-soyuz")), planned("apollo-soyuz")
    world = build_world(given, seed=1)
    start = next(p.start for p in given.phases if p.kind == "insertion" and p.craft == "apollo")
    mean = made.chaser_start.mean
    turn = turn_deg * DEGREE / sin(mean.inclination)
    plane = Plane(mean.inclination + tilt_deg * DEGREE, mean.raan + turn)
    env_j2, mass = j2_environment(world.epoch), made.chaser_start.state.mass
    off = insertion(world.predicted, env_j2, world.epoch, start=start, plane=plane, mass_kg=mass)
    return flown(given, replace(made, chaser_start=off), seed=1)


def across(world: World) -> float:
    """Sum of the sizes of the parts of Apollo's burns across its orbit [m/s]."""
    return sum(abs(b["dv_lvlh_m_s"][1]) for b in world.record.burns if b["craft"] == "apollo")


def between_planes(world: World) -> float:
    """Angle between the orbits just before TPI [rad]: from the place across Soyuz' plane and from the speed."""
    ignition = next(b["get_s"] for b in world.record.burns if b["name"] == "TPI")
    rows = next(rows for rows in world.record.telemetry if rows["craft"][0] == "apollo")
    at = rows[rows["t_s"] < ignition][-1]
    r = float(np.linalg.norm([at[f"position_gcrf_{k}_m"] for k in "xyz"]))
    return float(np.hypot(at["relative_y_m"] / r, at["relative_velocity_y_m_s"] / ORBITAL_SPEED))


@is_compiled
def test_the_nominal_plane_needs_no_change() -> None:
    assert across(flown_from_plane(tilt_deg=0.0, turn_deg=0.0)) < ORBITAL_SPEED * one_hundredth_deg * DEGREE


@is_compiled
@pytest.mark.parametrize(("tilt_deg", "turn_deg"), [(0.15, 0.0), (0.0, -0.1), (0.08, -0.08)])
def test_a_plane_that_is_off_is_closed_by_the_burns_that_are_free_across(tilt_deg: float, turn_deg: float) -> None:
    world = flown_from_plane(tilt_deg=tilt_deg, turn_deg=turn_deg)
    wedge = ORBITAL_SPEED * float(np.hypot(tilt_deg, turn_deg)) * DEGREE
    assert 0.9 * wedge < across(world) < most_for_a_plane * wedge
    assert between_planes(world) < one_hundredth_deg * DEGREE
    assert world.record.verdicts[-1]["passed"]


@pytest.mark.parametrize("wanted", [(10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, -10.0), (6.0, 0.3, -2.7)])
def test_pointing_errors_have_no_favourite_side(wanted: tuple[float, float, float]) -> None:
    settings = SimpleNamespace(execution=Execution(speed_fraction=0.0, speed_m_s=0.0, pointing_deg=0.3))
    world = SimpleNamespace(random=lambda name: stream(3, 0, name))
    flyer: Any = SimpleNamespace(settings=settings, world=world)
    count = 2000
    flown = np.array([Flyer._executed(flyer, str(k), np.array(wanted)) for k in range(count)])
    speed = float(np.linalg.norm(wanted))
    sigma = 0.3 * DEGREE * speed
    off = flown.mean(axis=0) - np.array(wanted)
    along = np.array(wanted) / speed
    sideways = off - along * (along @ off)
    assert np.linalg.norm(sideways) < 4.0 * sigma / np.sqrt(count)
    spread = np.sqrt(np.mean(np.sum((flown - np.outer(flown @ along, along)) ** 2, axis=1)) / 2.0)
    assert spread == pytest.approx(sigma, rel=0.06)


@is_compiled
def test_each_craft_appears_in_its_own_orbit_at_its_own_time() -> None:
    given = mission("apollo-soyuz")
    world = ready(given, planned("apollo-soyuz"), 1)
    for phase in (phase for phase in given.phases if phase.kind == "insertion"):
        due = world.epoch.seconds_of(phase.start.lift_off_utc) + phase.start.insertion_after_lift_off_s
        event = next(e for e in world.record.events if e["name"] == "orbit insertion" and e["craft"] == phase.craft)
        assert event["get_s"] == pytest.approx(due, abs=1e-6)
        assert world.bodies[phase.craft].t == pytest.approx(due, abs=1e-6)


@is_compiled
def test_a_tank_that_runs_dry_ends_the_flight_with_a_sentence() -> None:
    given = mission("apollo-soyuz")
    apollo = given.vehicles["apollo-csm-111"]
    tanks = {**apollo.tanks, "sps": apollo.tanks["sps"].model_copy(update={"propellant_kg": 100.0})}
    small = apollo.model_copy(update={"tanks": tanks})
    poor = given.model_copy(update={"vehicles": {**given.vehicles, "apollo-csm-111": small}})
    world = build_world(poor, seed=1)
    world.plan = planned("apollo-soyuz")
    record = run(poor, world).record
    failed = [v for v in record.verdicts if not v["passed"]]
    assert len(failed) == 1
    assert "tank sps holds" in failed[0]["sentence"]
    assert not record.dockings
    assert all(row["left_kg"] >= 0.0 for row in record.propellant)


@is_compiled
def test_a_flight_that_breaks_off_keeps_the_burns_until_then() -> None:
    given, made = mission("progress-ms31"), planned("progress-ms31")
    world = ready(given, made, 0)

    def stop(phase: str, fraction: float, text: str) -> None:
        if "DV4" in text:
            raise KeyboardInterrupt

    world.notify = stop
    with pytest.raises(KeyboardInterrupt):
        fly(far_phase(given), world)
    names = [row["name"] for row in world.record.burns]
    assert names == ["DV1", "DV2", "DV3"]
    assert list(sizes(world, "progress")) == names
    assert {str(rows["craft"][0]) for rows in world.record.telemetry} == {"iss", "progress"}
