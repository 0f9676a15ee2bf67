"""Progress MS: masses close, its assumed jets meet recorded forces and control six ways, burns last as flown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import tomli_w

from softdock.conventions import STANDARD_GRAVITY, Record
from softdock.gnc.allocation import CAPACITY
from softdock.gnc.allocation import lowered as selections
from softdock.mission.director import fly
from softdock.mission.load import load
from softdock.planning.burns import RCS, plan_burn
from softdock.vehicle.assembly import Assembly, assemble
from softdock.vehicle.library import load_vehicle
from softdock.vehicle.lowered import lowered
from tests.mission.in_orbit import SOYUZ_TLE, with_orbit

LAUNCH, EMPTY = 7280.0, 6400.0  # kg
one_newton = 1.0


@pytest.fixture(scope="module")
def progress() -> Assembly:
    return assemble(load_vehicle("progress-ms"))


@pytest.fixture(scope="module")
def at_launch(progress: Assembly) -> Record:
    return lowered(progress, mass_kg=LAUNCH, port="probe")


def test_masses_close_and_the_cargo_is_no_propellant_of_its_own(progress: Assembly) -> None:
    assert progress.initial_propellant == {"kdu": 880.0}
    assert progress.dry_mass_kg == pytest.approx(EMPTY)
    assert progress.craft.launch_mass_kg == pytest.approx(LAUNCH)


def test_inertia_lies_between_a_solid_cylinder_and_a_quarter_more_and_less(progress: Assembly) -> None:
    """7,280 kg in a solid cylinder 7.2 x 2.4 m: 5,240 and 34,070 kg m2."""
    _, inertia = progress.mass_properties(LAUNCH)
    assert inertia[0, 0] == pytest.approx(5240.0, rel=0.25)
    assert inertia[1, 1] == pytest.approx(34070.0, rel=0.25)
    _, empty = progress.mass_properties(EMPTY)
    assert empty[1, 1] / inertia[1, 1] == pytest.approx(EMPTY / LAUNCH, rel=1e-3)


def test_the_probe_is_ahead_of_the_centre_and_has_no_contact_model(progress: Assembly, at_launch: Record) -> None:
    assert at_launch.port_position == pytest.approx([4.2, 0.0, 0.0])
    assert at_launch.dcm_PB == pytest.approx(np.eye(3))
    assert progress.ports["probe"].mechanism is None


def test_twenty_eight_equal_jets_stand_in_fourteen_pairs(at_launch: Record) -> None:
    assert at_launch.jet_count == 28
    forces = at_launch.jet_force[:28]
    assert np.linalg.norm(forces, axis=1) == pytest.approx(np.full(28, 129.0), rel=1e-3)
    assert forces[0::2] == pytest.approx(forces[1::2])
    assert np.count_nonzero(forces[:, 0] > 0.0) == 8


def test_four_axial_jets_give_the_force_derived_from_a_flown_burn_and_no_torque(
    progress: Assembly, at_launch: Record
) -> None:
    """460 N along the axis, forward and back; 258 N across, a pair."""
    assert progress.thrusters is not None
    forward = list(progress.jet_indices(progress.thrusters.translation_jets))
    backward = np.flatnonzero(at_launch.jet_force[:, 0] < 0.0)
    for jets, sign in ((forward, 1.0), (backward, -1.0)):
        assert at_launch.jet_force[jets].sum(axis=0) == pytest.approx([sign * 460.0, 0.0, 0.0], abs=one_newton)
        assert at_launch.jet_torque[jets].sum(axis=0) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert at_launch.jet_force[12:14].sum(axis=0) == pytest.approx([0.0, 258.0, 0.0])


@pytest.mark.parametrize("mass", [LAUNCH, EMPTY])
def test_its_jets_push_and_turn_every_way(progress: Assembly, mass: float) -> None:
    craft = lowered(progress, mass_kg=mass, port="probe")
    effects = np.hstack([craft.jet_force, craft.jet_torque])[:28]
    assert np.linalg.matrix_rank(effects) == 6
    for dimension in (3, 6):
        selection = selections(craft, dimension=dimension, name="progress-ms")  # refuses jets that cannot
        assert dimension < selection.first.count <= CAPACITY


def test_one_jet_of_each_ring_turns_it_about_as_strongly_as_is_said(progress: Assembly, at_launch: Record) -> None:
    """About 400 N m in pitch and yaw (an estimate); in roll, for which nothing is said, the levers are a fifth."""
    aft, forward = progress.jet_indices(("DPO-13", "DPO-25"))
    assert at_launch.jet_force[aft] == pytest.approx(-at_launch.jet_force[forward])
    couple = at_launch.jet_torque[aft] + at_launch.jet_torque[forward]
    assert abs(couple[2]) == pytest.approx(400.0, rel=0.3)
    assert np.abs(at_launch.jet_torque[12:28, 0]) == pytest.approx(np.full(16, 0.3 * 129.0))


def test_the_main_engine_burns_as_long_as_flown_burns_of_two_day_schemes(progress: Assembly) -> None:
    """21.6 m/s of Soyuz MS-01's DV1: m dv / F is 53 s; the rocket equation takes 0.4 % off."""
    burn = plan_burn(progress, LAUNCH, 21.63)
    assert burn.engine == "ktdu"
    assert burn.duration_s == pytest.approx(LAUNCH * 21.63 / 2950.0, rel=0.02)
    spent = LAUNCH * (1.0 - np.exp(-21.63 / (302.0 * STANDARD_GRAVITY)))
    assert sum(burn.propellant_kg().values()) == pytest.approx(spent, rel=0.01)
    small = plan_burn(progress, LAUNCH, 0.5)
    assert small.engine == RCS
    assert small.duration_s == pytest.approx(LAUNCH * 0.5 / 460.0, rel=0.01)


def test_its_propellant_brings_it_to_the_station_and_down_again(progress: Assembly) -> None:
    """115 m/s to dock and about 90 m/s to leave orbit take 490 kg; 185 to 250 kg are said to remain after docking."""
    exhaust = 302.0 * STANDARD_GRAVITY
    assert exhaust * np.log(LAUNCH / EMPTY) > 115.2 + 90.0


def test_ship_and_station_of_the_library_fly_a_rendezvous_of_the_shipped_scheme(tmp_path: Path) -> None:
    """In the orbits of 1975, from insertion to the end of the far regime: there is no contact model to dock with."""
    data = tomllib.loads(with_orbit({"tle": SOYUZ_TLE}))
    data["crafts"]["soyuz"] |= {"vehicle": "iss", "port": "poisk"}
    data["crafts"]["apollo"] = {"role": "chaser", "vehicle": "progress-ms", "port": "probe"}
    data["phases"] = [phase for phase in data["phases"] if phase["kind"] in ("insertion", "rendezvous")]
    del data["sources"]
    (tmp_path / "mine.toml").write_text(tomli_w.dumps(data))
    world = fly(load(tmp_path / "mine.toml"), seed=3)
    burns = world.record.burns
    assert {burn["engine"] for burn in burns} == {"ktdu", RCS}
    for burn in burns:
        assert (burn["engine"] == RCS) == (burn["dv_m_s"] < 1.0)
    spent = sum(burn["propellant_kg"] for burn in burns)
    assert world.bodies["apollo"].mass_kg == pytest.approx(LAUNCH - spent)
    assert spent == pytest.approx(LAUNCH * sum(b["dv_m_s"] for b in burns) / (302.0 * STANDARD_GRAVITY), rel=0.02)
    station, ship = world.bodies["soyuz"], world.bodies["apollo"]
    sight, motion = station.r_N - ship.r_N, station.v_N - ship.v_N
    assert np.linalg.norm(sight) < 10e3
    assert sight @ motion < 0.0  # after its last correction it closes in
