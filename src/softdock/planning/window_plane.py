"""The plane pane: when a launch site turns into an orbit's plane, on what azimuth, and what being early or late costs.

A spherical triangle of pole, node and site, in directions from the Earth's centre: latitudes here are geocentric.
Equations are numbered in docs/theory/launch-windows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, pi, sin, sqrt

import numpy as np

from ..astro.constants import EARTH_RATE, EQUATORIAL_RADIUS
from ..conventions import DEGREE, Array
from ..errors import PlanError


@dataclass(frozen=True, kw_only=True)
class Steering:
    """What a launcher can do about a plane that its pad does not lie in.

    free_azimuth: the azimuth is set anew for each moment; if not, it is that of the in-plane launch and the node moves
    with the lift-off · yaw_limit [rad]: the most by which the heading at insertion may differ from the great circle
    through pad and insertion · powered_arc [rad]: from pad to insertion in inertial space. Raises PlanError.
    """

    free_azimuth: bool = False
    yaw_limit: float = 0.0
    powered_arc: float = 0.0

    def __post_init__(self) -> None:
        if not (0.0 <= self.yaw_limit < 0.5 * pi and 0.0 <= self.powered_arc < 0.5 * pi):
            raise PlanError(
                f"yaw of {self.yaw_limit / DEGREE:g} deg over an arc of {self.powered_arc / DEGREE:g} deg was asked"
                " for; give both from 0 to below 90 deg"
            )
        if self.yaw_limit > 0.0 and not self.free_azimuth:
            raise PlanError("yaw steering was asked for with a fixed azimuth; set free_azimuth, which it needs")

    @property
    def reach(self) -> float:
        """How far off the plane the pad may be for the launcher still to reach the plane itself [rad]. Eq. 8."""
        return asin(sin(self.yaw_limit) * sin(self.powered_arc))


@dataclass(frozen=True, kw_only=True)
class PlanePass:
    """A site turning through an orbit's plane.

    inclination, latitude [rad], the latter geocentric · rate [rad/s] of the site's right ascension less that of the
    node · speed [m/s] at which a wedge between the planes is taken out · descending: the plane goes south there
    """

    inclination: float
    latitude: float
    rate: float
    speed: float
    descending: bool = False

    @property
    def argument_of_latitude(self) -> float:
        """Of the site in the plane [rad]. Eq. 1."""
        return float(argument_of_site(np.array(self.inclination), self.latitude, descending=self.descending))

    @property
    def from_node(self) -> float:
        """Right ascension from the ascending node to the site [rad]. Eq. 2."""
        return float(site_from_node(np.array(self.inclination), self.latitude, descending=self.descending))

    def off_plane(self, late: Array) -> Array:
        """Angle (n,) [rad] of the site out of the plane, positive toward the normal, so late (n,) [s]. Eq. 6."""
        i, b = self.inclination, self.latitude
        x = self.from_node + self.rate * np.asarray(late, dtype=float)
        return np.asarray(np.arcsin(cos(i) * sin(b) - sin(i) * cos(b) * np.sin(x)))

    def wedge(self, late: Array, steering: Steering) -> Array:
        """Angle (n,) [rad] between the planes that is left after the ascent, so late (n,) [s]. Eq. 5, 7, 8."""
        if not steering.free_azimuth:
            turn = 0.5 * self.rate * np.asarray(late, dtype=float)
            return np.asarray(2.0 * np.arcsin(sin(self.inclination) * np.abs(np.sin(turn))))
        return np.maximum(np.abs(self.off_plane(late)) - steering.reach, 0.0)

    def cost(self, late: Array, steering: Steering) -> Array:
        """Plane change (n,) [m/s] of a lift-off so late (n,) [s]. Eq. 9."""
        return np.asarray(2.0 * self.speed * np.sin(0.5 * self.wedge(late, steering)))

    def cost_rate(self, steering: Steering) -> float:
        """Plane change by each second early or late near the in-plane time, no yaw [m/s per s]. Eq. 10."""
        s = sin(self.inclination)
        if not steering.free_azimuth:
            return self.speed * self.rate * s
        return self.speed * self.rate * sqrt(max(s * s - sin(self.latitude) * sin(self.latitude), 0.0))

    def pane(self, budget: float, steering: Steering) -> tuple[float, float]:
        """Seconds late, the first negative, between which the plane change stays within a budget [m/s]. Eq. 11.

        At most half a revolution of the Earth; with a free azimuth to where the other branch begins.
        """
        if not budget >= 0.0:
            raise PlanError(f"a plane change of {budget} m/s was allowed; give 0 or more")
        wedge = 2.0 * asin(min(0.5 * budget / self.speed, 1.0))
        s = sin(self.inclination)
        if not steering.free_azimuth:
            late = 2.0 * asin(min(sin(0.5 * wedge) / s, 1.0)) / self.rate
            return -late, late
        off = sin(min(wedge + steering.reach, 0.5 * pi))
        middle, scale = cos(self.inclination) * sin(self.latitude), s * cos(self.latitude)
        early, late = (asin(max(-1.0, min(1.0, (middle + sign * off) / scale))) for sign in (-1.0, 1.0))
        if self.descending:
            early, late = pi - late, pi - early
        early, late = ((edge - self.from_node + pi) % (2.0 * pi) - pi for edge in (early, late))
        return float(early) / self.rate, float(late) / self.rate


def argument_of_site(inclination: Array, latitude: float, *, descending: bool) -> Array:
    """Argument of latitude (...) [rad] at which planes of some inclinations (...) [rad] pass over a latitude. Eq. 1.

    latitude [rad]: geocentric. Raises PlanError where a plane never does.
    """
    sine = np.sin(latitude) / np.sin(inclination)
    if not np.all(np.abs(sine) <= 1.0):
        worst = float(np.ravel(inclination)[int(np.argmax(np.ravel(~(np.abs(sine) <= 1.0))))])
        raise PlanError(
            f"a plane inclined {worst / DEGREE:.3f} deg never passes over geocentric latitude"
            f" {latitude / DEGREE:.3f} deg; choose a site nearer to the equator or a target with another inclination"
        )
    u = np.arcsin(sine)
    return np.asarray(pi - u if descending else u)


def site_from_node(inclination: Array, latitude: float, *, descending: bool) -> Array:
    """Right ascension (...) [rad] from the ascending node to the site in its plane. Eq. 2. Raises PlanError."""
    u = argument_of_site(inclination, latitude, descending=descending)
    return np.asarray(np.arctan2(np.cos(inclination) * np.sin(u), np.cos(u)))


def foot_of_site(inclination: Array, latitude: float, *, from_node: Array) -> Array:
    """Argument of latitude (...) [rad] of the point of planes that is nearest to a site off them. Eq. 2a.

    latitude [rad]: geocentric · from_node (...) [rad]: right ascension of the site from the ascending node
    """
    up, along = sin(latitude), cos(latitude)
    across = up * np.sin(inclination) + along * np.cos(inclination) * np.sin(from_node)
    return np.asarray(np.arctan2(across, along * np.cos(from_node)))


def inertial_azimuth(inclination: float, latitude: float, *, descending: bool = False) -> float:
    """Azimuth [rad] from north over east of an orbit's plane over a latitude [rad], the Earth not turning. Eq. 3.

    latitude: geocentric for a real site; the formula is that of a sphere. Raises PlanError.
    """
    argument_of_site(np.array(inclination), latitude, descending=descending)
    azimuth = asin(max(-1.0, min(1.0, cos(inclination) / cos(latitude))))
    return (pi - azimuth if descending else azimuth) % (2.0 * pi)


def earth_relative_azimuth(
    azimuth: float, latitude: float, *, speed: float, radius: float = EQUATORIAL_RADIUS
) -> float:
    """Azimuth [rad] of the velocity that is left to gain when the site's own is taken off. Eq. 4.

    azimuth [rad]: inertial · speed [m/s]: inertial, at insertion · radius [m]: at which the site's speed counts
    """
    east = speed * sin(azimuth) - EARTH_RATE * radius * cos(latitude)
    return atan2(east, speed * cos(azimuth)) % (2.0 * pi)
