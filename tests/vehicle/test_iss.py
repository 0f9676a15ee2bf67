"""The station as a target: its mass, its inertia, and its ports where they are seen from the centre of mass."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.vehicle.assembly import Assembly, assemble
from softdock.vehicle.library import load_vehicle
from softdock.vehicle.lowered import lowered

MASS = 473264.0  # kg


@pytest.fixture(scope="module")
def station() -> Assembly:
    return assemble(load_vehicle("iss"))


def test_it_weighs_what_its_ephemeris_says_and_burns_nothing(station: Assembly) -> None:
    assert station.dry_mass_kg == MASS
    assert station.engines == {}
    assert station.thrusters is None


def test_its_principal_moments_are_the_published_ones_in_proportion_to_mass(station: Assembly) -> None:
    """8.76e7, 1.049e8 and 1.645e8 kg m2 at 400,000 kg."""
    _, inertia = station.mass_properties(MASS)
    moments = np.linalg.eigvalsh(inertia) * 400000.0 / MASS
    assert moments == pytest.approx([8.76e7, 1.049e8, 1.645e8], rel=2e-3)


def test_poisk_is_behind_and_above_and_points_to_the_zenith(station: Assembly) -> None:
    craft = lowered(station, mass_kg=MASS, port="poisk")
    assert craft.port_position == pytest.approx([-26.1, 0.0, -6.1])
    assert craft.dcm_PB[0] == pytest.approx([0.0, 0.0, -1.0])
    assert np.linalg.det(craft.dcm_PB) == pytest.approx(1.0)


@pytest.mark.parametrize(("port", "axis"), [("rassvet", (0, 0, 1)), ("prichal", (0, 0, 1)), ("zvezda-aft", (-1, 0, 0))])
def test_every_port_points_away_from_the_station(station: Assembly, port: str, axis: tuple[int, int, int]) -> None:
    described = station.ports[port]
    assert described.axis == axis
    assert np.dot(described.position_m, described.axis) > 0.0
    assert described.mechanism is None


def test_its_drag_lowers_it_by_metres_to_hundreds_of_metres_a_day(station: Assembly) -> None:
    """da/dt = -2 pi rho B a^2 per revolution, with 1e-12 to 1e-11 kg/m3 at 415 km from quiet to active Sun."""
    ballistic = station.drag_area / MASS
    for density, least, most in ((1e-12, 5.0, 50.0), (1e-11, 50.0, 500.0)):
        daily = 2.0 * np.pi * density * ballistic * 6.7938e6**2 * 86400.0 / (92.88 * 60.0)
        assert least < daily < most
