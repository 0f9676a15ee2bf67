"""What a flight leaves behind while it runs: events, burns, dockings, verdicts, telemetry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

TELEMETRY = np.dtype(
    [
        ("t_s", "f8"),
        ("get_s", "f8"),
        ("phase", "U16"),
        ("craft", "U24"),
        ("position_gcrf_x_m", "f8"),
        ("position_gcrf_y_m", "f8"),
        ("position_gcrf_z_m", "f8"),
        ("velocity_gcrf_x_m_s", "f8"),
        ("velocity_gcrf_y_m_s", "f8"),
        ("velocity_gcrf_z_m_s", "f8"),
        ("mass_kg", "f8"),
        ("height_km", "f8"),
        ("attitude_w", "f8"),
        ("attitude_x", "f8"),
        ("attitude_y", "f8"),
        ("attitude_z", "f8"),
        ("rate_x_deg_s", "f8"),
        ("rate_y_deg_s", "f8"),
        ("rate_z_deg_s", "f8"),
        # of the chaser relative to the target, in the target's LVLH
        ("relative_x_m", "f8"),
        ("relative_y_m", "f8"),
        ("relative_z_m", "f8"),
        ("relative_velocity_x_m_s", "f8"),
        ("relative_velocity_y_m_s", "f8"),
        ("relative_velocity_z_m_s", "f8"),
        ("range_m", "f8"),
        ("closing_speed_m_s", "f8"),  # see docs/conventions.md: between the port origins, along the axis at contact
        ("phase_angle_deg", "f8"),
        # what the on-board side believes of the same vector
        ("estimated_x_m", "f8"),
        ("estimated_y_m", "f8"),
        ("estimated_z_m", "f8"),
        ("estimate_sigma_m", "f8"),
        # of the chaser's port relative to the target's port, in the target port's frame (x outward)
        ("port_axial_m", "f8"),
        ("port_lateral_y_m", "f8"),
        ("port_lateral_z_m", "f8"),
        ("port_tilt_deg", "f8"),
        ("port_roll_deg", "f8"),
        ("mode", "i8"),
        ("jet_time_s", "f8"),  # jets fired so far, summed over all jets, since the near regime began
    ]
)
"""One row per craft and sample; a quantity that does not apply is NaN. Also the Parquet schema."""


def telemetry_rows(count: int) -> np.ndarray[Any, Any]:
    """Rows whose numbers are all NaN until written, mode -1."""
    rows = np.zeros(count, dtype=TELEMETRY)
    for name in rows.dtype.names or ():
        if rows.dtype[name].kind == "f":
            rows[name] = np.nan
    rows["mode"] = -1
    return rows


@dataclass
class FlightRecord:
    """The growing contents of a run directory. Times are seconds (TT) from the mission epoch."""

    events: list[dict[str, Any]] = field(default_factory=list)
    burns: list[dict[str, Any]] = field(default_factory=list)
    dockings: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    propellant: list[dict[str, Any]] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)
    budget: list[dict[str, Any]] = field(default_factory=list)
    """Of each far burn: its size as planned, targeted and flown."""
    budget_causes: list[dict[str, Any]] = field(default_factory=list)
    """What each kind of error added to the chaser's far burns, where that was asked for."""
    telemetry: list[np.ndarray[Any, Any]] = field(default_factory=list)
