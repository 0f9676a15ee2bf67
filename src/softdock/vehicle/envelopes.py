"""The contact conditions that a docking mechanism was designed for. Mechanics never reads this; judgement does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator

from ..errors import MissionError
from ..formats.document import Document, Misfit, NotNegative, Positive
from ..formats.faults import closest, validated
from ..formats.toml_file import read_toml

SHIPPED = Path(__file__).parent.parent / "data" / "envelopes"


class ContactEnvelope(Document):
    """Limits on the state of the ports at first contact, in the target port's frame."""

    name: str
    title: str
    slowest_axial_speed_m_s: NotNegative
    axial_speed_m_s: Positive
    lateral_speed_m_s: Positive
    lateral_offset_m: Positive
    pitch_yaw_deg: Positive
    """Pitch and yaw combined as a vector."""
    roll_deg: Positive
    pitch_yaw_rate_deg_s: Positive
    roll_rate_deg_s: Positive
    sources: dict[str, str] = {}
    """Where each number was read: dotted key (a prefix covers what is below it) to source, or `assumed: why`."""

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if not self.slowest_axial_speed_m_s < self.axial_speed_m_s:
            raise Misfit(
                f"is {self.slowest_axial_speed_m_s:g} m/s and axial_speed_m_s {self.axial_speed_m_s:g} m/s; "
                "no speed is inside, lower it",
                key="slowest_axial_speed_m_s",
            )
        return self


CONDITIONS = (
    ("axial speed", "axial_speed_m_s", "m/s"),
    ("lateral speed", "lateral_speed_m_s", "m/s"),
    ("lateral offset", "lateral_offset_m", "m"),
    ("pitch and yaw", "pitch_yaw_deg", "deg"),
    ("roll", "roll_deg", "deg"),
    ("pitch and yaw rate", "pitch_yaw_rate_deg_s", "deg/s"),
    ("roll rate", "roll_rate_deg_s", "deg/s"),
)
"""Name, key and unit of what is judged; conditions and envelope use the same keys."""


def judge(conditions: Mapping[str, float], envelope: ContactEnvelope) -> list[dict[str, Any]]:
    """One row {name, value, lower_limit, limit, unit, passed} for each condition; NaN or a missing one fails."""
    rows = []
    for name, key, unit in CONDITIONS:
        value = float(conditions.get(key, float("nan")))
        lower = envelope.slowest_axial_speed_m_s if key == "axial_speed_m_s" else 0.0
        limit = float(getattr(envelope, key))
        row = {"name": name, "value": value, "lower_limit": lower, "limit": limit, "unit": unit}
        rows.append({**row, "passed": lower <= value <= limit})
    return rows


def envelope(name: str) -> ContactEnvelope:
    """The envelope of that name among those on board. Raises MissionError when there is none."""
    known = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    if name not in known:
        raise MissionError(
            f"there is no contact envelope {name!r}{closest(name, known)}; use one of: {', '.join(known)}"
        )
    path = SHIPPED / f"{name}.toml"
    return validated(ContactEnvelope, read_toml(path), file=str(path))
