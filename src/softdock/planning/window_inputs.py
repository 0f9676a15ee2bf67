"""What a mission says of its launch windows: schemes, launcher, site, and the stations that are to see the docking."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import atan2, cos, sin
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from ..astro.constants import EARTH_RATE
from ..astro.environment import j2_environment
from ..astro.frames import earth_fixed_position
from ..astro.passes import Station
from ..astro.time import Epoch
from ..astro.topocentric import Site as Place
from ..conventions import DEGREE, MINUTE, Record
from ..errors import PlanError, SoftdockError
from ..formats.document import Document, Misfit, NotNegative, Positive
from ..formats.faults import closest
from .inputs import MOST_REVOLUTIONS, Latitude, Longitude, RecordedOrbit, Site, Start
from .start import mean_shape
from .start_vector import StateVector, mean_start
from .window_phasing import Scheme
from .window_plane import Steering
from .window_schemes import NAMED
from .windows import Rules

Arc = Annotated[float, Field(gt=0.0, lt=90.0)]
Revolutions = Annotated[float, Field(ge=0.0, le=MOST_REVOLUTIONS)]


@dataclass(frozen=True, kw_only=True)
class Injection:
    """How a chaser comes into orbit: ascent [s], powered arc [rad], J2-mean semi-major axis [m] and eccentricity."""

    ascent: float
    powered_arc: float
    semi_major_axis: float
    eccentricity: float


_SOME = Injection(ascent=1.0, powered_arc=0.1, semi_major_axis=7e6, eccentricity=0.0)  # to try a scheme's other keys


class OwnScheme(Document):
    """A rendezvous scheme as launch windows see it. Revolutions count from insertion, by argument of latitude."""

    name: Annotated[str, Field(min_length=1)]
    insertion_after_lift_off_s: Positive | None = None
    """This, the powered arc and the orbit are the chaser's own where all three are left out."""
    powered_arc_deg: Arc | None = None
    """Central angle in inertial space from the pad's position at lift-off to insertion."""
    orbit: RecordedOrbit | None = None
    """Of insertion; perigee is there."""
    plane_lead_s: NotNegative = 0.0
    """The plane at insertion is the one through the pad's place so long after lift-off."""
    burns_in_revolutions: Annotated[tuple[tuple[Revolutions, Revolutions], ...], Field(min_length=1)]
    """Spans in which burns may stand, in order; one more is made on arrival."""
    revolutions: Revolutions
    """Insertion to arrival."""
    approach_min: NotNegative
    """Arrival to docking."""
    phase_at_arrival_deg: float = 0.0
    """Target ahead."""
    dv_limit_m_s: Positive
    """For all burns to the rest at arrival."""
    published_width_deg: Positive | None = None
    """Range of initial phase that is printed for it, to be laid beside the computed one."""

    @model_validator(mode="after")
    def _is_a_scheme(self) -> Self:
        given = self.insertion_after_lift_off_s, self.powered_arc_deg, self.orbit
        if None in given and given != (None, None, None):
            raise Misfit(
                "has only a part of insertion_after_lift_off_s, powered_arc_deg and orbit; give all three, or none for"
                " those of the chaser"
            )
        try:
            self._scheme(_SOME)
        except PlanError as fault:
            raise Misfit(str(fault)) from None
        return self

    def scheme(self, inclination: float, env_j2: Record, *, own: Injection | None) -> Scheme:
        """As the search takes it. inclination [rad]: of the target · own: the chaser's insertion. Raises PlanError."""
        if self.orbit is None or self.insertion_after_lift_off_s is None or self.powered_arc_deg is None:
            if own is None:
                raise PlanError(
                    f"scheme '{self.name}' has no insertion and the chaser none that is recorded; give it"
                    " insertion_after_lift_off_s, powered_arc_deg and orbit"
                )
            return self._scheme(own)
        a, e = mean_shape(self.orbit, inclination, env_j2)
        return self._scheme(
            Injection(
                ascent=self.insertion_after_lift_off_s,
                powered_arc=self.powered_arc_deg * DEGREE,
                semi_major_axis=a,
                eccentricity=e,
            )
        )

    def _scheme(self, injection: Injection) -> Scheme:
        width = self.published_width_deg
        return Scheme(
            name=self.name,
            plane_lead=self.plane_lead_s,
            burns=self.burns_in_revolutions,
            revolutions=self.revolutions,
            approach=self.approach_min * MINUTE,
            phase_at_arrival=self.phase_at_arrival_deg * DEGREE,
            dv_limit=self.dv_limit_m_s,
            published_width=None if width is None else width * DEGREE,
            **asdict(injection),
        )


class LauncherSteering(Document):
    """What the launcher can do about a plane that its pad does not lie in."""

    azimuth: Literal["fixed", "free"] = "fixed"
    """Fixed: that of the in-plane launch; free: set anew for each moment."""
    yaw_limit_deg: Annotated[float, Field(ge=0.0, lt=90.0)] = 0.0
    """The most by which the heading at insertion may differ from the great circle through pad and insertion."""
    powered_arc_deg: Arc | None = None
    """On which the yaw is flown; the scheme's where left out."""

    @model_validator(mode="after")
    def _can_yaw(self) -> Self:
        if self.yaw_limit_deg > 0.0 and self.azimuth == "fixed":
            raise Misfit('is given with a fixed azimuth; write azimuth = "free", which it needs', key="yaw_limit_deg")
        return self

    def steering(self, scheme: Scheme) -> Steering:
        """Of the launcher in a scheme."""
        arc = scheme.powered_arc if self.powered_arc_deg is None else self.powered_arc_deg * DEGREE
        return Steering(
            free_azimuth=self.azimuth == "free", yaw_limit=self.yaw_limit_deg * DEGREE, powered_arc=arc
        )


class GroundStation(Document):
    """A place on the ground that sees the target above an elevation."""

    name: Annotated[str, Field(min_length=1)]
    latitude_deg: Latitude
    """Geodetic."""
    longitude_deg: Longitude
    height_m: float = 0.0
    least_elevation_deg: Annotated[float, Field(ge=-5.0, lt=90.0)] = 5.0

    def station(self) -> Station:
        """As passes take it."""
        place = Place.from_degrees(self.latitude_deg, self.longitude_deg, self.height_m)
        return Station(name=self.name, site=place, mask_deg=self.least_elevation_deg)


class Window(Document):
    """Launch windows day by day: which schemes, from where, and what a lift-off has to keep to."""

    schemes: tuple[str, ...] = ()
    """Of those on board: two-day, four-orbit, two-orbit, apollo-1975. They begin with the chaser's own insertion."""
    own_schemes: tuple[OwnScheme, ...] = ()
    """Schemes given in full."""
    plane_budget_m_s: NotNegative
    """For the plane change by a lift-off early or late."""
    dv_limit_m_s: Positive | None = None
    """For all burns to the rest at arrival, in place of each scheme's own."""
    steering: LauncherSteering = LauncherSteering()
    branches: Annotated[tuple[Literal["ascending", "descending"], ...], Field(min_length=1)] = ("ascending",)
    """Whether the pad is passed with the plane going north, south or both."""
    site: Site | None = None
    """Of the launch; where left out, that of the chaser's recorded insertion."""
    stations: tuple[GroundStation, ...] = ()
    """Whose view of the docking is told."""
    cover_before_min: NotNegative = 30.0
    """Over how long before docking their cover is reckoned."""
    first_day: str | None = None
    """UTC day such as 2025-07-03; the day of epoch_utc where left out."""

    @field_validator("first_day")
    @classmethod
    def _is_a_day(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                Epoch.from_utc(f"{text}T00:00:00", allow_prediction=True)
            except SoftdockError:
                raise Misfit(f"is {text[:20]!r}; write a day as 2025-07-03") from None
        return text

    @model_validator(mode="after")
    def _has_schemes(self) -> Self:
        for index, name in enumerate(self.schemes):
            if name not in NAMED:
                known = f"those on board are: {', '.join(NAMED)}"
                said = f"there is no scheme {name[:40]!r}{closest(name, list(NAMED))}; {known}"
                raise Misfit(f"{said}; give others in full as own_schemes", key=f"schemes[{index}]")
        if not (self.schemes or self.own_schemes):
            raise Misfit(f"names no scheme; give schemes, of {', '.join(NAMED)}, or own_schemes in full")
        called = [*(NAMED[name].name for name in self.schemes), *(own.name for own in self.own_schemes)]
        twice = next((name for k, name in enumerate(called) if name in called[:k]), None)
        if twice is not None:
            raise Misfit(f"has the scheme {twice!r} twice; remove or rename one")
        return self

    def found_schemes(self, inclination: float, env_j2: Record, *, own: Injection | None) -> tuple[Scheme, ...]:
        """Every scheme that is searched, the mission's own first. inclination [rad]: of the target.

        own: the chaser's insertion, which takes the place of the one that a scheme on board was flown with
        """
        found = [NAMED[name] for name in self.schemes]
        if own is not None:
            found = [replace(one, **asdict(own)) for one in found]
        found = [*(one.scheme(inclination, env_j2, own=own) for one in self.own_schemes), *found]
        if self.dv_limit_m_s is not None:
            found = [replace(one, dv_limit=self.dv_limit_m_s) for one in found]
        return tuple(found)

    def rules(self, scheme: Scheme, *, allow_prediction: bool) -> Rules:
        """What a lift-off has to keep to in a scheme."""
        return Rules(
            plane_budget=self.plane_budget_m_s,
            steering=self.steering.steering(scheme),
            branches=tuple(dict.fromkeys(self.branches)),
            stations=tuple(one.station() for one in self.stations),
            cover_before=self.cover_before_min * MINUTE,
            allow_prediction=allow_prediction,
        )


def recorded_injection(start: Start, inclination: float, env_j2: Record) -> Injection:
    """Of a craft whose insertion is recorded. inclination [rad]: of its orbit."""
    a, e = mean_shape(start.orbit, inclination, env_j2)
    return Injection(
        ascent=start.insertion_after_lift_off_s,
        powered_arc=start.powered_arc_deg * DEGREE,
        semi_major_axis=a,
        eccentricity=e,
    )


def vector_injection(vector: StateVector, site: Site, epoch: Epoch, *, allow_prediction: bool) -> Injection:
    """Of a craft that starts from a published state, from a site on. Raises DataError."""
    start = vector.start(epoch, allow_prediction=allow_prediction)
    mean = mean_start(start, j2_environment(epoch))
    turned = EARTH_RATE * vector.after_lift_off_s
    pad = np.array(earth_fixed_position(site.latitude_deg * DEGREE, site.longitude_deg * DEGREE, site.height_m))
    x, y, z = vector.fixed()[0]
    inserted = np.array([cos(turned) * x - sin(turned) * y, sin(turned) * x + cos(turned) * y, z])
    across = float(np.linalg.norm(np.cross(pad, inserted)))
    return Injection(
        ascent=vector.after_lift_off_s,
        powered_arc=atan2(across, float(pad @ inserted)),
        semi_major_axis=mean.semi_major_axis,
        eccentricity=mean.eccentricity,
    )
