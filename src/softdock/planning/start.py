"""States at insertion from what is recorded of them: pad, lift-off time, powered arc, mean orbit.

A craft that is in orbit already comes with its state, from an ephemeris.

Recorded orbits are J2-mean, and are taken so here; to read them as osculating would move the phase two
days later by degrees. The plane of the first craft is the ascending one through the pad's position at
lift-off with the recorded inclination. The plane of a craft that chases it is given from outside (the
plan solves it); its pad and lift-off time then fix only where along that plane it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import asin, atan2, cos, nan, pi, sin

import numpy as np

from ..astro.environment import pad_position_inertial
from ..astro.orbits import MeanOrbit, mean_from_state, semi_major_axis_of_period, state_from_mean, true_equator_axes
from ..astro.time import Epoch
from ..conventions import DEGREE, MINUTE, Array, Record
from ..dynamics.arcs import PointState
from ..errors import MissionError
from .inputs import RecordedOrbit, Start


@dataclass(frozen=True)
class Plane:
    """An orbital plane about the true pole: inclination and right ascension of the ascending node [rad]."""

    inclination: float
    raan: float

    def normal(self) -> Array:
        """Unit orbit normal (3,) in the intermediate frame (true equator)."""
        s = sin(self.inclination)
        return np.array([s * sin(self.raan), -s * cos(self.raan), cos(self.inclination)])

    def argument_of_latitude(self, direction: Array) -> float:
        """Of the foot in the plane of a direction (3,) in the same frame [rad]."""
        node = np.array([cos(self.raan), sin(self.raan), 0.0])
        return atan2(float(direction @ np.cross(self.normal(), node)), float(direction @ node))


@dataclass(frozen=True)
class Insertion:
    """A craft's mean orbit and state at insertion, and how its ascent lies to its plane [rad]."""

    mean: MeanOrbit
    state: PointState
    pad_off_plane: float
    """NaN, as yaw, for a craft that an ephemeris finds in orbit already."""
    yaw: float
    """Turn of the heading at insertion from the great circle through the pad and the insertion point."""


@dataclass(frozen=True, eq=False)
class GivenStart:
    """A craft in orbit already at t [s] from the mission epoch: r, v (3,) [m, m/s] in GCRF, from an ephemeris."""

    t: float
    r: Array
    v: Array


def pad_direction(env: Record, epoch: Epoch, start: Start) -> Array:
    """Direction (3,) of the pad at lift-off in the intermediate frame."""
    site = start.site
    lift_off = epoch.seconds_of(start.lift_off_utc, allow_prediction=True)
    pad = pad_position_inertial(env, lift_off, (site.latitude_deg, site.longitude_deg, site.height_m))
    pad = true_equator_axes(env, lift_off) @ pad
    return np.asarray(pad / np.linalg.norm(pad))


def ascending_plane(env: Record, epoch: Epoch, start: Start) -> Plane:
    """The north-going plane through the pad at lift-off with the start's inclination. Raises MissionError."""
    pad = pad_direction(env, epoch, start)
    assert start.inclination_deg is not None
    inclination = start.inclination_deg * DEGREE
    if not abs(pad[2]) <= sin(inclination):
        raise MissionError(
            f"a plane inclined {start.inclination_deg:g} deg never passes over {start.site.name} at latitude"
            f" {start.site.latitude_deg:g} deg; raise inclination_deg above the latitude"
        )
    u = asin(pad[2] / sin(inclination))
    return Plane(inclination, atan2(pad[1], pad[0]) - atan2(cos(inclination) * sin(u), cos(u)))


def mean_shape(orbit: RecordedOrbit, inclination: float, env_j2: Record) -> tuple[float, float]:
    """J2-mean semi-major axis [m] and eccentricity of a recorded orbit, by its nodal period where printed."""
    a, e = orbit.semi_major_axis, orbit.eccentricity
    if orbit.nodal_period_min is not None:
        a = semi_major_axis_of_period(orbit.nodal_period_min * MINUTE, e, inclination, env=env_j2)
    return a, e * orbit.semi_major_axis / a


def insertion(env: Record, env_j2: Record, epoch: Epoch, *, start: Start, plane: Plane, mass_kg: float) -> Insertion:
    """The state at insertion in a given plane: the pad's foot at lift-off, the powered arc, perigee."""
    pad = pad_direction(env, epoch, start)
    u = plane.argument_of_latitude(pad) + start.powered_arc_deg * DEGREE
    a, e = mean_shape(start.orbit, plane.inclination, env_j2)
    mean = MeanOrbit(a, e, plane.inclination, plane.raan % (2.0 * pi), u, u)
    t = epoch.seconds_of(start.lift_off_utc, allow_prediction=True) + start.insertion_after_lift_off_s
    r, v = state_from_mean(mean, env_j2, t)
    off = asin(float(pad @ plane.normal()))
    return Insertion(mean, PointState(t, r, v, mass_kg), off, _yaw(plane, pad, u))


def given_insertion(env_j2: Record, start: GivenStart, *, mass_kg: float) -> Insertion:
    """A craft as its ephemeris has it: the state itself, and the J2-mean orbit that belongs to it."""
    mean = mean_from_state(start.r, start.v, env_j2, t=start.t)
    return Insertion(mean, PointState(start.t, start.r, start.v, mass_kg), nan, nan)


def target_insertion(
    env: Record, env_j2: Record, epoch: Epoch, *, start: Start | GivenStart, mass_kg: float
) -> tuple[Insertion, float]:
    """The target's start, and the time [s] from which its revolutions count: its lift-off, or the given state's."""
    if isinstance(start, GivenStart):
        return given_insertion(env_j2, start, mass_kg=mass_kg), start.t
    plane = ascending_plane(env, epoch, start)
    found = insertion(env, env_j2, epoch, start=start, plane=plane, mass_kg=mass_kg)
    return found, epoch.seconds_of(start.lift_off_utc, allow_prediction=True)


def _yaw(plane: Plane, pad: Array, u: float) -> float:
    node = np.array([cos(plane.raan), sin(plane.raan), 0.0])
    forward = np.cross(plane.normal(), node)
    here = cos(u) * node + sin(u) * forward
    heading = cos(u) * forward - sin(u) * node
    straight = here * float(here @ pad) - pad
    straight /= np.linalg.norm(straight)
    return atan2(float(np.cross(straight, heading) @ here), float(straight @ heading))


def shifted(plane: Plane, inclination: float, raan: float) -> Plane:
    """A plane with its inclination and node changed [rad]."""
    return replace(plane, inclination=plane.inclination + inclination, raan=plane.raan + raan)
