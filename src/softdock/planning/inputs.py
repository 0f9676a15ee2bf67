"""What a user fixes about a rendezvous before it is planned. Nothing here is a burn."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from ..formats.document import Document, Misfit, Positive

Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Field(ge=-180.0, le=360.0)]
MOST_REVOLUTIONS = 500  # a month, which no plan here is made for
LONGEST_REVOLUTION = 1.6 * 3600.0  # s from one crossing of a longitude to the next, up to 270 km without slack
HIGHEST_KM = 1e5  # of an apogee; beyond it the Moon bends an orbit out of any mean elements
GROUND_KM = 6478.0  # least perigee radius that is taken for an orbit: 100 km above the equator


class Site(Document):
    """A launch pad."""

    name: str
    latitude_deg: Latitude
    """Geodetic."""
    longitude_deg: Longitude
    height_m: float = 0.0


class RecordedOrbit(Document):
    """An orbit as flight records print it: J2-mean heights of perigee and apogee over a stated radius.

    Where a nodal period is given it fixes the semi-major axis and the heights fix only their difference.
    """

    perigee_km: float
    apogee_km: Annotated[float, Field(le=HIGHEST_KM)]
    reference_radius_km: Annotated[float, Field(gt=0.0, le=2.0 * GROUND_KM)]
    nodal_period_min: Annotated[float, Field(gt=0.0, le=1e4)] | None = None

    @model_validator(mode="after")
    def _is_an_orbit(self) -> Self:
        radius = self.perigee_km + self.reference_radius_km
        if not radius >= GROUND_KM:
            raise Misfit(
                f"is {self.perigee_km:g} km over a radius of {self.reference_radius_km:g} km, in the ground or in dense"
                f" air; raise it so that the sum is at least {GROUND_KM:g} km",
                key="perigee_km",
            )
        if not self.apogee_km >= self.perigee_km:
            raise Misfit(
                f"is {self.apogee_km:g} km, below perigee_km {self.perigee_km:g}; exchange them", key="apogee_km"
            )
        return self

    @property
    def semi_major_axis(self) -> float:
        """From the heights alone [m]."""
        return 1e3 * (self.reference_radius_km + 0.5 * (self.perigee_km + self.apogee_km))

    @property
    def eccentricity(self) -> float:
        """From the heights alone."""
        return 500.0 * (self.apogee_km - self.perigee_km) / self.semi_major_axis


class Start(Document):
    """Insertion into orbit, by what is recorded of it. The plane is either given or follows from another's."""

    lift_off_utc: str
    insertion_after_lift_off_s: Positive
    site: Site
    powered_arc_deg: Annotated[float, Field(gt=0.0, lt=90.0)]
    """Central angle in inertial space from the pad's position at lift-off to insertion."""
    orbit: RecordedOrbit
    """Perigee is at insertion."""
    inclination_deg: Annotated[float, Field(gt=0.0, lt=180.0)] | None = None
    closes_with: str | None = None
    """Craft whose plane this one meets at an event of its rendezvous."""
    closes_at: str = "NSR"
    """Name of that event, a manoeuvre of the rendezvous phase."""

    @model_validator(mode="after")
    def _one_plane(self) -> Self:
        if (self.inclination_deg is None) == (self.closes_with is None):
            raise Misfit("needs exactly one of inclination_deg and closes_with; give one of them")
        return self


class AssemblyOrbit(Document):
    """The target's two burns to the orbit in which it waits, each at an apsis of a stated revolution.

    Revolution n of the target runs from n-1 to n nodal periods after lift-off.
    """

    first_revolution: Annotated[int, Field(ge=1)]
    second_revolution: Annotated[int, Field(ge=2, le=MOST_REVOLUTIONS)]
    orbit: RecordedOrbit

    @property
    def longest_s(self) -> float:
        """From lift-off to the end of the revolution of the second burn, at most."""
        return self.second_revolution * LONGEST_REVOLUTION

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.second_revolution > self.first_revolution:
            raise Misfit(
                f"is {self.second_revolution}, not after first_revolution {self.first_revolution}; raise it",
                key="second_revolution",
            )
        return self
