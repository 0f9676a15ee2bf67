"""Missions that were written from elements, flown without a key edited: closed loop, with every error drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import softdock as sd
from softdock.astro.relative import relative_lvlh
from softdock.mission.own import LARGEST_SHARE, new_own
from tests.mission.own_scene import TARGETS

three_hundred_metres = 300.0  # of the hold point 1.5 km away: sensors and burns as the file has them
three_decimetres_a_second = 0.3


@pytest.mark.parametrize(
    ("where", "chaser"),
    [("the station", "cubesat-6u"), ("220 km", "soyuz-7k-tm"), ("400 x 680 km", "apollo-csm-111")],
)
def test_a_mission_that_was_written_loads_plans_and_flies_to_its_hold_point(where, chaser, tmp_path: Path) -> None:
    (tmp_path / "station.tle").write_text(TARGETS[where])
    mission = sd.load(new_own("mine", target=tmp_path / "station.tle", chaser=chaser, folder=tmp_path))
    planned = [burn.name for burn in sd.plan(mission).burns]
    assert planned == ["NC1", "NC2", "NH", "NSR", "TPI", "MC1", "MC2", "arrival"]
    world = sd.fly(mission, seed=1)
    assert all(verdict["passed"] for verdict in world.record.verdicts), world.record.verdicts
    T, C = world.bodies[mission.named("target")], world.bodies[mission.named("chaser")]
    place, speed = relative_lvlh(T.r_N, T.v_N, C.r_N, C.v_N)
    assert float(np.linalg.norm(place - [-1500.0, 0.0, 0.0])) < three_hundred_metres
    assert float(np.linalg.norm(speed)) < three_decimetres_a_second
    for tank, left in C.propellant.items():
        assert left >= (1.0 - LARGEST_SHARE) * world.crafts[mission.named("chaser")].initial_propellant[tank]
