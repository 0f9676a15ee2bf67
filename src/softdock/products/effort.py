"""What the burns and the approach cost: the headline's change of velocity, and what it leaves out."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from ..conventions import STANDARD_GRAVITY
from .story import Story
from .wording import DELTA_V, finite, number, sum_digits


class Approach(NamedTuple):
    """Propellant [kg] that the chaser's jets used from the last midcourse correction on, and its Δv [m/s] if known."""

    tank: str
    used_kg: float
    speed: float | None


def far_speed(story: Story) -> tuple[float, int]:
    """Sum of the chaser's burns of the far rendezvous [m/s], and their number."""
    burns = [finite(row.get("dv_m_s")) or 0.0 for row in story.run.burns if row.get("craft") == story.chaser]
    return sum(burns), len(burns)


def approach(story: Story) -> Approach | None:
    """What the jets used in the phases proximity and docking; None when the ledger does not say."""
    jets = _jets(story)
    tank = str(jets.get("tank", "rcs"))
    row = next((r for r in story.run.propellant if r.get("craft") == story.chaser and r.get("tank") == tank), None)
    by_phase = row.get("used_kg") if row else None
    if not isinstance(by_phase, dict):
        return None
    used = sum(finite(by_phase.get(phase)) or 0.0 for phase in ("proximity", "docking"))
    if not used > 0.0:
        return None
    start, impulse = _mass(story), finite(jets.get("specific_impulse_s"))
    if start is None or impulse is None or not impulse > 0.0 or not start > used:
        return Approach(tank, used, None)
    return Approach(tank, used, impulse * STANDARD_GRAVITY * log(start / (start - used)))


def effort(story: Story) -> str:
    """The sentence beside the headline's change of velocity; empty when there is nothing to say."""
    speed, count = far_speed(story)
    near = approach(story)
    total = number(speed, sum_digits(speed))
    said = f"{story.chaser_name}'s {DELTA_V} of {total} m/s counts its {count} burns of the far rendezvous"
    if not count:
        return ""
    if near is None:
        return said + "."
    worth = f", about {number(near.speed, 0)} m/s by the rocket equation" if near.speed is not None else ""
    used = number(near.used_kg, 1 if near.used_kg >= 1.0 else 3)
    jets = near.tank.upper() if near.tank == "rcs" else near.tank
    return f"{said}; braking and approach used {used} kg of {jets} propellant{worth}."


def _jets(story: Story) -> dict[str, object]:
    """The chaser's thrusters in the mission as flown; empty when it has none."""
    value: object = story.run.mission
    crafts = story.run.mission.get("crafts")
    craft = crafts.get(story.chaser) if isinstance(crafts, dict) else None
    vehicle = craft.get("vehicle") if isinstance(craft, dict) else None
    for key in ("vehicles", vehicle, "thrusters"):
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value if isinstance(value, dict) else {}


def _mass(story: Story) -> float | None:
    """Mass [kg] of the chaser when its approach began."""
    rows = story.rows(story.chaser)
    masses = rows["mass_kg"][(rows["phase"] == "proximity") & np.isfinite(rows["mass_kg"])]
    return float(masses[0]) if len(masses) else None
