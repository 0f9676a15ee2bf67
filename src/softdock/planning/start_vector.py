"""A start by a recorded state vector: where the launcher of one flight left its craft, taken for another's.

A launcher of one type flies the same way over the Earth each time. A vector published for one launch, fixed to the
Earth, therefore stands in for another: turned east by the difference of the pads' longitudes, and into inertial space
by the Earth's angle at the other insertion. Its velocity is relative to the rotating Earth; the inertial one is
v + omega x r. Such a vector is osculating. Its node is the least certain part of it and may be moved.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi, sin
from typing import Annotated, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from ..astro.constants import EARTH_RATE, EQUATORIAL_RADIUS, MINIMUM_HEIGHT, MU_EARTH
from ..astro.orbits import (
    MeanOrbit,
    OsculatingOrbit,
    mean_from_state,
    nodal_period,
    osculating,
    secular_rates,
    semi_major_axis_of_period,
    true_equator_axes,
)
from ..astro.teme import gcrf_from
from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE, Array, Record
from ..errors import PropagationError
from ..formats.document import Document, Misfit, Positive, Vector3
from .start import GivenStart
from .wedge import Wedge


class StateVector(Document):
    """A state at insertion as it was published: fixed to the Earth, at a time after lift-off."""

    lift_off_utc: str
    """Of the flight that starts from it."""
    after_lift_off_s: Positive
    position_km: Vector3
    """Earth-fixed: x to Greenwich, z along the axis of rotation."""
    velocity_km_s: Vector3
    """Relative to the rotating Earth."""
    turned_east_deg: float = 0.0
    """Longitude of this flight's pad less that of the pad of the published flight."""
    node_turned_deg: Annotated[float, Field(ge=-180.0, le=180.0)] = 0.0
    """How far the node is taken to lie east of where the vector has it, its place in the orbit kept."""

    @field_validator("lift_off_utc")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        Epoch.from_utc(text, allow_prediction=True)
        return text

    @model_validator(mode="after")
    def _is_an_orbit(self) -> Self:
        try:
            orbit = self.elements()
        except PropagationError:
            raise Misfit(
                "gives with position_km no ellipse; it is taken relative to the rotating Earth, in km/s: check unit and"
                " frame",
                key="velocity_km_s",
            ) from None
        perigee = orbit.semi_major_axis * (1.0 - orbit.eccentricity) - EQUATORIAL_RADIUS
        if not perigee >= MINIMUM_HEIGHT:
            raise Misfit(
                f"gives with position_km a perigee {perigee / KILOMETRE:.0f} km high, below 100 km; it is taken"
                " relative to the rotating Earth, check unit and frame",
                key="velocity_km_s",
            )
        return self

    def fixed(self) -> tuple[Array, Array]:
        """Position and Earth-relative velocity (3,) [m, m/s] in Earth-fixed axes, turned to this flight's pad and node.

        Both turns are about the Earth's axis, which leaves a velocity relative to the Earth what it is.
        """
        axis = _turn((self.turned_east_deg + self.node_turned_deg) * DEGREE)
        return KILOMETRE * axis @ np.array(self.position_km), KILOMETRE * axis @ np.array(self.velocity_km_s)

    def elements(self) -> OsculatingOrbit:
        """Kepler elements [m, rad] in Earth-fixed axes that stand still: the node is the longitude it rises over."""
        r, v = self.fixed()
        return osculating(r, v + np.cross([0.0, 0.0, EARTH_RATE], r), mu=MU_EARTH)

    def start(self, epoch: Epoch, *, allow_prediction: bool = False) -> GivenStart:
        """The craft's osculating state in GCRF at its insertion, from which it flies on by our forces.

        The vector's axes are taken for ITRF's; polar motion, 10 m there, is below its printed digits' meaning. Raises
        DataError where the Earth's orientation is not known.
        """
        r, v = self.fixed()
        t = epoch.seconds_of(self.lift_off_utc, allow_prediction=allow_prediction) + self.after_lift_off_s
        r_N, v_N = gcrf_from("ITRF", epoch, np.array([t]), r=r[None], v=v[None], allow_prediction=allow_prediction)
        return GivenStart(t, r_N[0], v_N[0])


def _turn(angle: float) -> Array:
    """Matrix (3, 3) that turns vectors about z."""
    c, s = cos(angle), sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def mean_start(start: GivenStart, env_j2: Record) -> MeanOrbit:
    """The J2-mean orbit that belongs to a given state."""
    return mean_from_state(start.r, start.v, env_j2, t=start.t)


def turned_about_pole(start: GivenStart, angle: float, env: Record) -> GivenStart:
    """The same orbit with its node moved east by an angle [rad] about the true pole of date, place in it kept."""
    axes = true_equator_axes(env, start.t)
    turn = axes.T @ _turn(angle) @ axes
    return replace(start, r=turn @ start.r, v=turn @ start.v)


def mean_wedge(chaser: MeanOrbit, target: MeanOrbit) -> Wedge:
    """How the chaser's mean plane differs from the target's [rad], both at one time; the differences are small."""
    middle = 0.5 * (chaser.inclination + target.inclination)
    node = (chaser.raan - target.raan + pi) % (2.0 * pi) - pi
    return Wedge(chaser.inclination - target.inclination, node * sin(middle))


def node_gain(chaser: MeanOrbit, target: MeanOrbit, env_j2: Record, *, seconds: float) -> float:
    """How far the chaser's node moves east of the target's in a time under J2 [rad]; below it, in LEO, it is negative.

    Kozai 1959; the difference of two secular rates.
    """
    return (secular_rates(chaser, env_j2)[0] - secular_rates(target, env_j2)[0]) * seconds


def phase_gain(chaser: MeanOrbit, target: MeanOrbit, env_j2: Record, *, seconds: float) -> float:
    """Central angle [rad] that the chaser gains on the target in a time under J2, in the target's plane.

    Difference of the mean arguments of latitude, and of the nodes by cos i.
    """
    rates = (2.0 * pi / nodal_period(orbit, env_j2) for orbit in (chaser, target))
    return (next(rates) - next(rates)) * seconds + cos(target.inclination) * node_gain(
        chaser, target, env_j2, seconds=seconds
    )


def phasing_orbit(chaser: MeanOrbit, target: MeanOrbit, env_j2: Record, *, phase: float, seconds: float) -> MeanOrbit:
    """The chaser's plane with a circular orbit in which it gains a phase [rad] on the target in a time [s].

    Raises PropagationError where that needs an orbit below the ground.
    """
    node = secular_rates(target, env_j2)[0]
    orbit = replace(chaser, eccentricity=0.0, semi_major_axis=target.semi_major_axis)
    for _ in range(6):  # the node's part follows the axis; each pass takes a thousandth of what is left
        turned = cos(target.inclination) * (secular_rates(orbit, env_j2)[0] - node)
        rate = 2.0 * pi / nodal_period(target, env_j2) + phase / seconds - turned
        axis = semi_major_axis_of_period(2.0 * pi / rate, 0.0, chaser.inclination, env=env_j2)
        orbit = replace(orbit, semi_major_axis=axis)
    if not orbit.semi_major_axis >= EQUATORIAL_RADIUS + MINIMUM_HEIGHT:
        raise PropagationError(
            f"to gain {phase / DEGREE:.1f} deg in {seconds / 3600.0:.1f} h takes a circle of"
            f" {orbit.semi_major_axis / KILOMETRE:.0f} km radius, in the ground or in dense air; allow more time or"
            " a lap less",
            time_s=0.0,
        )
    return orbit
