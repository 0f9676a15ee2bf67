"""The description of a docking mechanism of guide rings with outward petals, as its file gives it.

A unit is androgynous: whichever side is active extends its ring on six attenuator rods; the passive
side keeps its ring retracted. Positions refer to the unit's own port frame: x outward, z the clock.
Azimuths turn from the clock (z) toward y. What contact conditions the unit was designed for is no
part of this description: see `envelopes.py`.
"""

from __future__ import annotations

from math import pi, tan
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from ..errors import MissionError
from ..formats.document import Document, Misfit, NotNegative, Positive
from ..formats.faults import closest, validated
from ..formats.toml_file import read_toml

SHIPPED = Path(__file__).parent.parent / "data" / "mechanisms"

Degrees = Annotated[float, Field(ge=-360.0, le=360.0)]
Flare = Annotated[float, Field(gt=5.0, lt=85.0)]
HalfAngle = Annotated[float, Field(gt=0.0, lt=60.0)]


class GuideRing(Document):
    """The ring that touches its counterpart rim to rim."""

    mean_diameter_m: Positive
    rim_width_m: Positive
    ready_extension_m: Positive
    """Rim plane of the active ring ahead of its port plane, before contact."""
    retracted_depth_m: NotNegative
    """Rim plane of the passive ring below its port plane."""
    mass_kg: Positive
    """Active ring with its petals; it is part of the craft's mass."""


class Petals(Document):
    """Three flat guides, equal, 120 degrees apart, flared outward from the rim and narrowing to the tip."""

    first_azimuth_deg: Degrees
    """30 deg makes like units interleave when their clocks match."""
    length_m: Positive
    flare_deg: Flare
    """Between the petal and the port axis."""
    root_width_m: Positive
    tip_width_m: Positive
    clearance_m: NotNegative
    """Radial play between the seated rim and the petal roots."""


class Surface(Document):
    """Hunt-Crossley contact with exponent 3/2 and Coulomb friction, for each touching pair."""

    stiffness_N_m1_5: Positive
    damping_s_m: NotNegative
    friction_coefficient: NotNegative
    friction_speed_m_s: Positive
    """Slip at which regularised friction reaches 71 % of its limit."""


class Attenuator(Document):
    """Six rods in three pairs between hull and ring, each a spring and a damper side by side."""

    base_depth_m: Positive
    """Rod feet below the port plane."""
    base_radius_m: Positive
    ring_radius_m: Positive
    base_half_angle_deg: HalfAngle
    ring_half_angle_deg: HalfAngle
    stiffness_N_m: Positive
    damping_N_s_m: Positive
    captured_damping_N_s_m: Positive
    """Damping of each rod after capture."""
    stroke_m: Positive
    """Travel of a rod from stop to stop."""
    extension_m: NotNegative
    """Part of the stroke that is left for lengthening in the ready position."""
    stop_stiffness_N_m: Positive

    @model_validator(mode="after")
    def _has_room_to_shorten(self) -> Self:
        if not self.extension_m < self.stroke_m:
            raise Misfit(
                f"is {self.extension_m:g} m and stroke_m {self.stroke_m:g} m; nothing is left to shorten, lower it",
                key="extension_m",
            )
        return self


class Latches(Document):
    """Three capture latches on the active ring, 120 degrees apart, with catches on the passive one."""

    first_azimuth_deg: Degrees
    travel_m: Positive
    """How far an open hook stands proud of the rim."""
    riding_force_N: Positive
    """Needed to press one hook down to the rim."""
    axial_tolerance_m: Positive
    """A latch closes when its seat is this near to its catch along the port axis, and"""
    lateral_tolerance_m: Positive
    """this near across it."""
    stiffness_N_m: Positive
    damping_N_s_m: Positive
    draw_time_s: Positive
    """Time in which a closed hook draws 63 % of the offset at which it closed."""


class Mechanism(Document):
    """One docking unit, able to be active or passive."""

    name: str
    title: str
    ring: GuideRing
    petals: Petals
    surface: Surface
    attenuator: Attenuator
    latches: Latches
    sources: dict[str, str] = {}
    """Where each number was read: dotted key (a prefix covers what is below it) to source."""

    @model_validator(mode="after")
    def _petals_interleave(self) -> Self:
        # Roots lie on tangents of the rim; those of neighbours, 60 deg apart, cross at tan 30 deg.
        widest = (self.ring.mean_diameter_m + 2.0 * self.petals.clearance_m) * tan(pi / 6.0)
        if not self.petals.root_width_m < widest:
            raise Misfit(
                f"is {self.petals.root_width_m:g} m and facing petals would overlap; make it less than {widest:.3f} m",
                key="petals.root_width_m",
            )
        return self


def mechanism(name: str) -> Mechanism:
    """The mechanism of that name among those on board. Raises MissionError when there is none."""
    known = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    if name not in known:
        raise MissionError(
            f"there is no docking mechanism {name!r}{closest(name, known)}; use one of: {', '.join(known)}"
        )
    path = SHIPPED / f"{name}.toml"
    return validated(Mechanism, read_toml(path), file=str(path))
