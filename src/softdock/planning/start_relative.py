"""A start beside the target: a chaser that is in orbit already, a stated way behind, below and beside it.

The chaser's J2-mean orbit is coelliptic with the target's (Goodman 2011, JSC-63400 rev. 3: the product of semi-major
axis and eccentricity and the line of apsides are the target's), so that the height difference is the same all around
the orbit. Left alone it closes by 3 pi times that height a revolution.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi, sin
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ..astro.constants import EQUATORIAL_RADIUS, MINIMUM_HEIGHT
from ..astro.orbits import MeanOrbit, mean_from_state, state_from_mean
from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE, Record
from ..errors import MissionError
from ..formats.document import Document, Misfit
from .start import GivenStart

FARTHEST_KM = 2000.0  # along the orbit, from the target; a fifth of a radian in low orbit
LEAST_INCLINATION = 1.0 * DEGREE  # the mean elements' own: nearer the equator the node is lost
MOST_TALL = 0.9  # eccentricity of the chaser's mean orbit


class RelativeStart(Document):
    """Where a chaser is found in orbit, from its target's J2-mean orbit at that time."""

    at_utc: str
    """When it begins to fly by the forces of this mission; not before its target does."""
    behind_km: Annotated[float, Field(ge=-FARTHEST_KM, le=FARTHEST_KM)]
    """Way along the target's orbit, at the target's distance from the Earth's centre; negative for ahead."""
    below_km: Annotated[float, Field(ge=-200.0, le=200.0)]
    """Height difference, the same all around the orbit; negative for above."""
    out_of_plane_km: Annotated[float, Field(ge=-50.0, le=50.0)] = 0.0
    """Greatest distance from the target's plane, reached at the start, positive toward its orbit normal."""

    @field_validator("at_utc")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        Epoch.from_utc(text, allow_prediction=True)
        return text

    @model_validator(mode="after")
    def _is_elsewhere(self) -> Self:
        if not (self.behind_km or self.below_km or self.out_of_plane_km):
            raise Misfit("puts the chaser where its target is; give behind_km or below_km", key="behind_km")
        return self

    def start(self, target: GivenStart, env_j2: Record) -> GivenStart:
        """The chaser's osculating state in GCRF at the target's time, from which it flies on by our forces.

        target: its state at at_utc · env_j2: J2 and the pole. Raises MissionError where there is no such orbit.
        """
        t = target.t
        mean = self.orbit(mean_from_state(target.r, target.v, env_j2, t=t))
        return GivenStart(t, *state_from_mean(mean, env_j2, t))

    def orbit(self, target: MeanOrbit) -> MeanOrbit:
        """The chaser's J2-mean orbit beside the target's. Raises MissionError."""
        if not LEAST_INCLINATION <= target.inclination <= pi - LEAST_INCLINATION:
            raise MissionError(
                f"the target's orbit is inclined {target.inclination / DEGREE:.2f} deg and a place beside it is told"
                " from its node, which is lost nearer than 1 deg to the equator; give the chaser a state or another"
                " target"
            )
        a = target.semi_major_axis - self.below_km * KILOMETRE
        e = target.eccentricity * target.semi_major_axis / a
        if not (e <= MOST_TALL and a * (1.0 - e) >= EQUATORIAL_RADIUS + MINIMUM_HEIGHT):
            raise MissionError(
                f"below_km is {self.below_km:g} km and the chaser's perigee would be"
                f" {(a * (1.0 - e) - EQUATORIAL_RADIUS) / KILOMETRE:.0f} km high, in dense air; lower it, or choose a"
                " higher target"
            )
        return replace(self._beside(target), semi_major_axis=a, eccentricity=e)

    def _beside(self, target: MeanOrbit) -> MeanOrbit:
        """The target's orbit seen earlier in it and with its plane tilted about the line a quarter turn away."""
        e, u = target.eccentricity, target.argument_of_latitude
        anomaly = u - target.argument_of_perigee
        radius = target.semi_major_axis * (1.0 - e * e) / (1.0 + e * cos(anomaly))
        back = self.behind_km * KILOMETRE / radius
        tilt = self.out_of_plane_km * KILOMETRE / radius
        here = u - back  # where the distance from the target's plane is greatest
        node = -tilt * cos(here) / sin(target.inclination)
        turned = cos(target.inclination) * node  # the arc from the node to any place in the orbit shortens by it
        return replace(
            target,
            inclination=target.inclination + tilt * sin(here),
            raan=(target.raan + node) % (2.0 * pi),
            argument_of_latitude=(here - turned) % (2.0 * pi),
            argument_of_perigee=(target.argument_of_perigee - turned) % (2.0 * pi),
        )
