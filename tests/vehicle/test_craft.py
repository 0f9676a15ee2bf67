"""Vehicle files and the model behind them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from softdock.errors import MissionError
from softdock.vehicle.craft import Craft, Engine
from softdock.vehicle.library import load_vehicle, shipped_vehicles, vehicle_file

ROW = {"mass_kg": 100.0, "centre_of_mass_m": (0.0, 0.0, 0.0), "inertia_kg_m2": (10.0, 12.0, 13.0)}
SMALL: dict[str, Any] = {
    "name": "small",
    "title": "A small craft",
    "mass_properties": ({**ROW, "mass_kg": 90.0}, ROW),
    "launch_mass_kg": 100.0,
    "drag_area_m2": 1.0,
    "drag_coefficient": 2.2,
    "tanks": {"main": {"propellant_kg": 10.0}},
}


def test_the_vehicles_on_board_can_be_read() -> None:
    ours = ["apollo-csm-111", "cubesat-6u", "docking-module", "iss", "passive-target", "progress-ms", "soyuz-7k-tm"]
    assert shipped_vehicles() == ours
    for name in shipped_vehicles():
        assert load_vehicle(name).name == name


def test_an_unknown_vehicle_is_refused_with_the_nearest() -> None:
    with pytest.raises(MissionError, match=r"no vehicle 'soyuz-7k-tn' \(did you mean soyuz-7k-tm\?\)"):
        load_vehicle("soyuz-7k-tn")


@pytest.mark.parametrize("name", ["../vehicles/soyuz-7k-tm", "/etc/passwd", "", "a\0b", ".hidden"])
def test_a_name_never_leads_out_of_its_folder(name: str) -> None:
    assert vehicle_file(name) is None


def test_dry_mass_is_what_the_tanks_leave() -> None:
    assert Craft(**SMALL).dry_mass_kg == 90.0


def test_flow_follows_from_thrust_and_specific_impulse() -> None:
    """The guidance computer's 28.94 kg/s for the SPS is for its slightly optimistic 3,151 m/s."""
    engine = Engine(thrust_N=91188.5, specific_impulse_s=3151.0 / 9.80665, tank="sps", minimum_burn_s=0.5)
    assert engine.flow_kg_s == pytest.approx(28.94, abs=0.005)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mass_properties": (ROW, {**ROW, "mass_kg": 90.0})}, "order of increasing mass_kg"),
        ({"mass_properties": (ROW, ROW)}, "order of increasing mass_kg"),
        ({"mass_properties": (ROW,)}, "90 kg empty and 100 kg at launch; add rows"),
        ({"tanks": {"main": {"propellant_kg": 100.0}}}, "lower the propellant or raise the launch mass"),
        ({"engines": {"main": {"thrust_N": 1.0, "specific_impulse_s": 300.0, "tank": "main", "minimum_burn_s": 0.0,
                               "ullage": {"jets": ("a",), "duration_s": 1.0}}}}, "ullage.jets names 'a'"),
        ({"thrusters": {"thrust_N": 1.0, "specific_impulse_s": 60.0, "minimum_pulse_s": 0.01, "tank": "main",
                        "jets": [{"name": f"j{i}", "position_m": (0.0, 0.0, 0.0), "direction": (1.0, 0.0, 0.0)}
                                 for i in range(33)]}}, "at most 32 items"),
    ],
)  # fmt: skip
def test_a_craft_that_cannot_be_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Craft(**{**SMALL, **changes})
