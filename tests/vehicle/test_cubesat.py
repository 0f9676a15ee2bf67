"""The 6U CubeSat: eight corner jets push and turn every way, and its gas lasts for a rendezvous of small scale."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.conventions import STANDARD_GRAVITY
from softdock.gnc.allocation import lowered as selections
from softdock.gnc.allocation import select
from softdock.planning.burns import RCS, plan_burn
from softdock.vehicle.assembly import Assembly, assemble
from softdock.vehicle.craft import MAXIMUM_JETS
from softdock.vehicle.library import load_vehicle
from softdock.vehicle.lowered import lowered

FULL, EMPTY = 12.0, 11.0  # kg
SIDES = np.array([0.366, 0.239, 0.116])  # m


@pytest.fixture(scope="module")
def cubesat() -> Assembly:
    return assemble(load_vehicle("cubesat-6u"))


@pytest.mark.parametrize("mass", [FULL, EMPTY])
def test_its_inertia_is_that_of_a_uniform_box(cubesat: Assembly, mass: float) -> None:
    squares = SIDES * SIDES
    _, inertia = cubesat.mass_properties(mass)
    assert np.diag(inertia) == pytest.approx(mass / 12.0 * (squares.sum() - squares), rel=2e-3)


def test_drag_acts_on_the_mean_shadow_of_the_box(cubesat: Assembly) -> None:
    a, b, c = SIDES
    assert cubesat.craft.drag_area_m2 == pytest.approx((a * b + b * c + c * a) / 2.0, rel=0.01)


def test_every_jet_stands_at_a_corner_and_blows_away_from_the_box(cubesat: Assembly) -> None:
    assert cubesat.thrusters is not None
    for jet in cubesat.thrusters.jets:
        assert np.all(np.abs(jet.position_m) < SIDES / 2.0)
        assert np.all(np.sign(jet.position_m) == -np.sign(jet.direction))


def test_it_pushes_and_turns_every_way_and_each_demand_is_met(cubesat: Assembly) -> None:
    craft = lowered(cubesat, mass_kg=FULL, port="nose")
    effects = np.hstack([craft.jet_force, craft.jet_torque])[:8]
    assert np.linalg.matrix_rank(effects) == 6
    selection = selections(craft, dimension=6, name="cubesat-6u")
    random, on_times = np.random.default_rng(6), np.zeros(MAXIMUM_JETS)
    for _ in range(50):
        demand = random.standard_normal(6) * np.array([1e-4] * 3 + [1e-5] * 3)
        share = select(selection, demand, 1.0, on_times)
        assert share == 1.0
        assert on_times.min() >= 0.0
        np.testing.assert_allclose(on_times[:8] @ effects, demand, atol=1e-12)


def test_its_gas_gives_the_speed_that_the_rocket_equation_says(cubesat: Assembly) -> None:
    """38 m/s with jets along the motion; the corner jets push along x with 0.7 of their thrust."""
    ideal = 45.0 * STANDARD_GRAVITY * np.log(FULL / EMPTY)
    assert ideal == pytest.approx(38.4, abs=0.1)
    burn = plan_burn(cubesat, FULL, 0.7 * ideal)
    assert burn.engine == RCS
    assert sum(burn.propellant_kg().values()) == pytest.approx(1.0, rel=1e-3)
    one_second = burn.stages[0].force_N / FULL
    assert one_second == pytest.approx(5.8e-3, rel=0.01)  # m/s2
