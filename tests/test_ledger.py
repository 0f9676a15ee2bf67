"""Propellant is accounted for twice: by what tanks lost, and by what engines and jets did."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from softdock.conventions import STANDARD_GRAVITY
from softdock.products.telemetry import joined

one_microgram = 1e-9  # kg
CRAFT = {"soyuz": "soyuz", "apollo": "apollo"}


@pytest.mark.parametrize("craft", list(CRAFT))
def test_tanks_lost_what_engines_and_jets_burned(showcase, craft: str, claim) -> None:
    used: dict[str, float] = defaultdict(float)
    for burn in showcase.record.burns:
        if burn["craft"] == craft:
            for tank, mass in burn["propellant_by_tank_kg"].items():
                used[tank] += mass
    rcs = showcase.crafts[craft].thrusters
    rows = joined(showcase.record.telemetry)
    fired = rows[(rows["craft"] == craft) & np.isfinite(rows["jet_time_s"])]
    assert fired.size
    thrusts = {rcs.thrust_of(jet) for jet in rcs.jets}
    if len(thrusts) == 1:  # equal jets: on-time alone tells the flow
        flow = thrusts.pop() / (rcs.specific_impulse_s * STANDARD_GRAVITY)
        used[rcs.tank] += flow * float(fired["jet_time_s"].max())
    for row in showcase.record.propellant:
        if row["craft"] == craft and (row["tank"] != rcs.tank or not thrusts):
            claim(
                claim=f"Propellant of {craft}'s tank {row['tank']}, from insertion to capture",
                truth="sum of burns, and of jet on-time at the rated flow",
                tolerance=one_microgram,
                achieved=row["start_kg"] - row["left_kg"] - used[row["tank"]],
                unit="kg",
            )


def test_masses_in_telemetry_are_dry_mass_and_what_is_left(showcase) -> None:
    rows = joined(showcase.record.telemetry)
    for craft in CRAFT:
        own = rows[rows["craft"] == craft]
        last = own[np.argmax(own["t_s"])]
        left = sum(row["left_kg"] for row in showcase.record.propellant if row["craft"] == craft)
        assert last["mass_kg"] == pytest.approx(showcase.crafts[craft].dry_mass_kg + left, abs=1e-6)
        in_time = own[np.argsort(own["t_s"], kind="stable")]
        assert np.all(np.diff(in_time["mass_kg"]) <= 1e-9)


def test_no_tank_is_below_empty(showcase) -> None:
    assert all(row["left_kg"] >= 0.0 for row in showcase.record.propellant)
