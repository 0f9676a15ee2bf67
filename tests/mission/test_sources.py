"""Every number that ships says where it was read, or that it is assumed and why."""

from __future__ import annotations

from typing import Any

import pytest

from softdock.mission.load import load
from softdock.mission.names import missions
from softdock.mission.sources import keys_of
from softdock.vehicle.envelopes import SHIPPED as ENVELOPES
from softdock.vehicle.envelopes import envelope
from softdock.vehicle.library import load_vehicle, shipped_vehicles
from softdock.vehicle.mechanisms import SHIPPED as MECHANISMS
from softdock.vehicle.mechanisms import mechanism
from tests.mission.leaves import covers, leaves, without_source


def shipped() -> dict[str, dict[str, Any]]:
    """Everything on board, defaults included."""
    found = {f"vehicle {name}": load_vehicle(name).model_dump() for name in shipped_vehicles()}
    found |= {f"mission {name}": load(name).model_dump(exclude={"vehicles"}) for name in missions()}
    found |= {f"mechanism {path.stem}": mechanism(path.stem).model_dump() for path in MECHANISMS.glob("*.toml")}
    found |= {f"envelope {path.stem}": envelope(path.stem).model_dump() for path in ENVELOPES.glob("*.toml")}
    return found


SHIPPED = shipped()


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_has_a_source(name: str) -> None:
    assert without_source(SHIPPED[name]) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_source_says_something_about_something(name: str) -> None:
    data = SHIPPED[name]
    keys = [leaf for leaf, _ in leaves(data) if not leaf.startswith("sources")]
    for key, text in data["sources"].items():
        assert len(text.strip()) > 10, f"{key} has no source to speak of"
        assert any(covers(key, leaf) for leaf in keys), f"{key} is no key of {name}"


def test_a_mission_knows_its_keys_and_what_lies_above_them() -> None:
    known = keys_of({"epoch": "1975", "phases": [{"gates": [{"range_m": 1.0}]}, {"none": None}]})
    gates = {"phases[0].gates", "phases[0].gates[0]", "phases[0].gates[0].range_m", "phases.gates.range_m"}
    assert {"epoch", "phases", "phases[1].none", *gates} <= known
    assert not {"", "gates", "range_m", "phases[2]", "phases[0].gate"} & known


def test_a_source_covers_what_is_below_it_and_nothing_beside_it() -> None:
    assert covers("thrusters.jets", "thrusters.jets[3].position_m[0]")
    assert covers("thrusters.jets.position_m", "thrusters.jets[3].position_m[0]")
    assert covers("phases[2].gates", "phases[2].gates[0].range_m")
    assert not covers("phases[2].gates", "phases[3].gates[0].range_m")
    assert not covers("launch_mass", "launch_mass_kg")


def test_every_quantity_of_the_flight_record_has_a_source_and_a_tolerance() -> None:
    record = load("apollo-soyuz").flown
    assert record is not None
    names = [quantity.name for quantity in record.quantities]
    assert len(set(names)) == len(names) >= 20
    for quantity in record.quantities:
        assert quantity.tolerance > 0.0
        assert len(quantity.source) > 10
    assert {"Apollo NSR", "Apollo TPI", "capture"} <= set(names)
