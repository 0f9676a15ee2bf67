"""What a mission file says of the last kilometres."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..conventions import Array
from ..formats.document import Document, Fraction, Misfit, NotNegative, Positive, Vector3
from ..sensing.suite import Sensors
from ..vehicle.assembly import port_axes
from ..vehicle.craft import Port

HalfAngle = Annotated[float, Field(gt=0.0, lt=45.0)]


class Gate(Document):
    """Closing no faster than this inside this range."""

    range_m: Positive
    closing_speed_m_s: Positive


class TargetAttitude(Document):
    """How the target holds its port in LVLH (x forward along V-bar, z toward the Earth)."""

    port_axis_lvlh: Vector3
    roll_deg: float
    """Turn of the clock about the axis, from the direction toward the Earth (from forward if the axis is vertical)."""

    @model_validator(mode="after")
    def _points_somewhere(self) -> Self:
        length = sum(c * c for c in self.port_axis_lvlh) ** 0.5
        if not abs(length - 1.0) <= 1e-3:
            raise Misfit(f"has length {length:.4g} and a unit vector is needed; scale it to 1", key="port_axis_lvlh")
        return self


class StationKeeping(Document):
    """A stay on the port axis."""

    range_m: Positive
    """Between the two ports."""
    box_m: Positive
    """Half the side of the box."""
    duration_s: NotNegative


class FinalApproach(Document):
    """Along the port axis to contact."""

    transfer_speed_m_s: Positive
    """At most, from the last gate to the station-keeping point."""
    closing_speed_m_s: Positive
    contact_speed_m_s: Positive
    contact_speed_range_m: Positive
    """Inside it the contact speed is flown."""
    corridor_half_angle_deg: HalfAngle
    corridor_half_width_m: Positive
    """At the port."""
    escape_speed_m_s: Positive
    attitude_deadband_deg: Positive
    """From station-keeping on; before it the craft's own deadband holds."""


class Navigation(Document):
    """What the filter allows for."""

    acceleration_noise_m_s1_5: Positive
    """Square root of the density of acceleration that is not modelled on board."""
    thrust_error_fraction: Fraction
    gate_sigma: Positive
    """A reading farther than this from the expected one is refused."""
    target_position_sigma_m: NotNegative
    """Error of the target's orbit as it is told to both craft."""
    target_velocity_sigma_m_s: NotNegative


class Proximity(Document):
    """From the last midcourse correction to the cycle in which the guide rings touch."""

    kind: Literal["proximity"]
    target: str
    chaser: str
    gates: Annotated[tuple[Gate, ...], Field(min_length=1, max_length=8)]
    target_attitude: TargetAttitude
    station_keeping: StationKeeping
    final_approach: FinalApproach
    navigation: Navigation
    sensors: Sensors
    time_limit_s: Positive
    sample_interval_s: Positive

    @model_validator(mode="after")
    def _comes_closer_and_slower(self) -> Self:
        for i, (far, near) in enumerate(zip(self.gates, self.gates[1:], strict=False), start=1):
            if not near.range_m < far.range_m:
                raise Misfit(
                    f"is {near.range_m:g} m and the gate before it at {far.range_m:g} m; list gates from far to near",
                    key=f"gates[{i}].range_m",
                )
            if not near.closing_speed_m_s <= far.closing_speed_m_s:
                raise Misfit(
                    f"is {near.closing_speed_m_s:g} m/s and the gate before it allows {far.closing_speed_m_s:g} m/s; "
                    "nearer gates must not be faster",
                    key=f"gates[{i}].closing_speed_m_s",
                )
        last = self.gates[-1].range_m
        if not self.station_keeping.range_m < last:
            raise Misfit(
                f"is {self.station_keeping.range_m:g} m and the last gate is at {last:g} m; keep station inside it",
                key="station_keeping.range_m",
            )
        if not self.final_approach.contact_speed_range_m < self.station_keeping.range_m:
            raise Misfit(
                f"is {self.final_approach.contact_speed_range_m:g} m and station is kept at "
                f"{self.station_keeping.range_m:g} m; slow down after leaving it",
                key="final_approach.contact_speed_range_m",
            )
        return self

    def docking_attitude(self, port: Port) -> Array:
        """dcm_LT (3, 3) that the target holds: its body axes, in which `port` is given, to its LVLH."""
        import numpy as np

        x = np.array(self.target_attitude.port_axis_lvlh)
        x /= np.linalg.norm(x)
        reference = np.array([0.0, 0.0, 1.0]) if abs(x[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
        z = reference - np.dot(reference, x) * x
        z /= np.linalg.norm(z)
        roll = np.radians(self.target_attitude.roll_deg)
        clock = np.cos(roll) * z + np.sin(roll) * np.cross(x, z)
        dcm_LD = np.array([x, np.cross(clock, x), clock]).T
        held: Array = dcm_LD @ port_axes(port)
        return held
