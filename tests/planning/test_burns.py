"""Finite burns give the change of velocity asked for, from the right engine and tank."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.conventions import STANDARD_GRAVITY
from softdock.dynamics.arcs import PointState
from softdock.errors import PlanError
from softdock.planning.burns import fly_burn, plan_burn
from softdock.vehicle.assembly import assemble

MASS = 14910.0


@pytest.mark.parametrize("speed", [0.05, 1.9, 2.6, 5.0, 12.0, 60.0])
def test_a_burn_gains_the_speed_of_the_rocket_equation(apollo, speed: float) -> None:
    mass, gained = MASS, 0.0
    for stage in plan_burn(apollo, MASS, speed).stages:
        gained += stage.speed_gained(mass)
        mass -= stage.flow_kg_s * stage.duration_s
    assert gained == pytest.approx(speed, rel=1e-6)


def test_the_size_chooses_the_engine(apollo) -> None:
    assert plan_burn(apollo, MASS, 1.9).engine == "rcs"
    assert plan_burn(apollo, MASS, 2.6).engine == "sps"
    assert plan_burn(apollo, MASS, 50.0).engine == "sps"


def test_the_tanks_are_charged_what_the_thrust_cost(apollo) -> None:
    burn = plan_burn(apollo, MASS, 10.0)
    used = burn.propellant_kg()
    sps = apollo.engines["sps"]
    impulse = sum(s.force_N * s.duration_s for s in burn.stages if s.tank == "sps")
    assert used["sps"] == pytest.approx(impulse / (sps.specific_impulse_s * STANDARD_GRAVITY), rel=1e-12)
    assert used["rcs"] > 0.0  # ullage


def test_a_burn_smaller_than_the_only_engine_can_make_is_refused(soyuz) -> None:
    bare = assemble(soyuz.craft.model_copy(update={"thrusters": None}))
    with pytest.raises(PlanError, match="cannot burn 0.10 m/s"):
        plan_burn(bare, 6680.0, 0.1)


def test_a_flown_burn_changes_velocity_along_lvlh_and_mass_by_its_propellant(point_mass, apollo) -> None:
    radius = 6.6e6
    speed = float(np.sqrt(point_mass.mu / radius))
    start = PointState(0.0, np.array([radius, 0.0, 0.0]), np.array([0.0, speed, 0.0]), MASS)
    dv = np.array([4.0, 1.0, -2.0])
    burned, burn = fly_burn(point_mass, apollo, start, dv_lvlh=dv, until=30.0)
    coasted, _ = fly_burn(point_mass, apollo, start, dv_lvlh=np.zeros(3), until=30.0)
    change = burned.last.v - coasted.last.v
    # LVLH at ignition: forward is inertial y, across is minus the normal (minus z), down is minus x
    expected = np.array([2.0, 4.0, -1.0])
    gravity_loss = 0.03  # m/s: the craft moves under the burn for 30 s
    assert change == pytest.approx(expected, abs=gravity_loss)
    assert burn is not None
    assert MASS - burned.last.mass == pytest.approx(sum(burn.propellant_kg().values()), rel=1e-9)
