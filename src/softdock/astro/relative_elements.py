"""Relative orbit elements: how two near-circular orbits differ, in six small numbers that hardly change.

D'Amico 2010 (thesis, TU Delft), Gaias and D'Amico 2015 (J. Guidance 38): differences of semi-major axis and mean
argument of latitude, and two vectors, of eccentricity and of inclination, whose size times the semi-major axis is the
swing of the relative motion along the radius and across the plane. Quasi-nonsingular: circular orbits are ordinary,
equatorial ones (below about 1 deg) are not. Their secular change under J2 is linear and is derived here from
Kozai's rates; with mean elements the prediction holds for days where Clohessy-Wiltshire's holds for an orbit.
Domain: target's eccentricity below 0.005, differences below 0.01, no drag that differs between the two.
"""

from __future__ import annotations

from math import cos, hypot, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from ..conventions import Array, Record
from ..errors import PropagationError
from .orbits import MeanOrbit, OsculatingOrbit, secular_rates

MOST_ECCENTRIC = 0.005
LEAST_INCLINATION = 0.0175  # rad; the node is lost in the plane of the equator


class RelativeElements(NamedTuple):
    """Chaser less target, without unit; times the target's semi-major axis they are lengths.

    axis: difference of semi-major axes over the target's · longitude: of mean arguments of latitude plus cos i times
    that of the nodes [rad] · eccentricity_x, _y: of e cos w and e sin w · inclination_x: of inclinations [rad],
    inclination_y: sin i times that of the nodes [rad]
    """

    axis: float
    longitude: float
    eccentricity_x: float
    eccentricity_y: float
    inclination_x: float
    inclination_y: float


def relative_elements(target: OsculatingOrbit | MeanOrbit, chaser: OsculatingOrbit | MeanOrbit) -> RelativeElements:
    """Relative elements of two orbits, both osculating for an instant or both J2-mean for a prediction.

    Osculating differences swing by J2 within every revolution: predict with means (`mean_from_state`).
    Raises PropagationError outside the domain.
    """
    if type(target) is not type(chaser):
        raise PropagationError(
            f"relative elements of a {type(target).__name__} and a {type(chaser).__name__} were asked; "
            "give both as J2-mean or both as osculating orbits"
        )
    _check_target(target)
    node = _wrapped(chaser.raan - target.raan)
    along = _wrapped(mean_argument_of_latitude(chaser) - mean_argument_of_latitude(target))
    mine, theirs = _vector(chaser), _vector(target)
    six = (
        chaser.semi_major_axis / target.semi_major_axis - 1.0,
        along + node * cos(target.inclination),
        mine[0] - theirs[0],
        mine[1] - theirs[1],
        chaser.inclination - target.inclination,
        node * sin(target.inclination),
    )
    return RelativeElements(*(float(x) for x in six))


def mean_argument_of_latitude(orbit: OsculatingOrbit | MeanOrbit) -> float:
    """Argument of perigee plus mean anomaly [rad], 0 to 2 pi."""
    e, w = orbit.eccentricity, orbit.argument_of_perigee
    f = orbit.argument_of_latitude - w if isinstance(orbit, MeanOrbit) else orbit.true_anomaly
    eccentric = 2.0 * np.arctan2(sqrt(1.0 - e) * sin(0.5 * f), sqrt(1.0 + e) * cos(0.5 * f))
    return float((w + eccentric - e * sin(eccentric)) % (2.0 * pi))


def relative_elements_stm(target: MeanOrbit, seconds: float, *, env: Record) -> Array:
    """Transition (6, 6) of mean relative elements over `seconds` [s] under the secular part of J2.

    target: its mean orbit · env: mu, radius and J2 are read from it. Per second, with gamma = J2 (R/a)^2 / 2:
    longitude -n [3/2 + 21/2 gamma (3 cos^2 i - 1)] axis - 21/2 n gamma sin 2i inclination_x; the eccentricity vector
    turns at 3/2 n gamma (5 cos^2 i - 1); inclination_y 21/4 n gamma sin 2i axis + 3 n gamma sin^2 i inclination_x.
    Raises PropagationError outside the domain.
    """
    _check_target(target)
    n = sqrt(env.mu / target.semi_major_axis) / target.semi_major_axis
    gamma = 0.5 * env.j2 * (env.radius / target.semi_major_axis) ** 2
    s, c = sin(target.inclination), cos(target.inclination)
    turn = secular_rates(target, env)[1] * seconds
    stm = np.eye(6)
    stm[1, 0] = -n * seconds * (1.5 + 10.5 * gamma * (3.0 * c * c - 1.0))
    stm[1, 4] = -21.0 * n * seconds * gamma * s * c
    stm[2:4, 2:4] = [[cos(turn), -sin(turn)], [sin(turn), cos(turn)]]
    stm[5, 0] = 10.5 * n * seconds * gamma * s * c
    stm[5, 4] = 3.0 * n * seconds * gamma * s * s
    return stm


def curvilinear_from_elements(semi_major_axis: float, argument: float, *, mu: float) -> Array:
    """Matrix (6, 6) from relative elements to curvilinear position [m] and velocity [m/s] in LVLH axes.

    semi_major_axis [m], argument: mean argument of latitude [rad], both of the target · mu [m^3/s^2]. To first order
    about a circle: what is left out is the target's eccentricity and the elements' square, times their size.
    `curvilinear.lvlh_from_curvilinear` leads on to straight axes; the inverse, by `numpy.linalg.solve`, gives
    elements.
    """
    a, n = semi_major_axis, sqrt(mu / semi_major_axis) / semi_major_axis
    s, c = sin(argument), cos(argument)
    place = [[0.0, 1.0, 2.0 * s, -2.0 * c, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, -s, c], [-1.0, 0.0, c, s, 0.0, 0.0]]
    rate = [[-1.5, 0.0, 2.0 * c, 2.0 * s, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, -c, -s], [0.0, 0.0, -s, c, 0.0, 0.0]]
    return np.concatenate([a * np.array(place), a * n * np.array(rate)])


def least_distance_across(elements: RelativeElements, semi_major_axis: float) -> float:
    """Least distance [m] from the target's track, in the plane of radius and normal, over a revolution.

    The rule of eccentricity and inclination vectors: while they are parallel, two craft may drift past each other
    along the track without touching. Exact to first order for equal semi-major axes; where these differ, that
    difference is taken off and the result is a lower bound. D'Amico and Montenbruck 2006 (J. Guidance 29).
    """
    ex, ey, ix, iy = elements[2:]
    product = abs(ex * ix + ey * iy)
    size = hypot(ex, ey) ** 2 + hypot(ix, iy) ** 2 + hypot(ex + ix, ey + iy) * hypot(ex - ix, ey - iy)
    least = sqrt(2.0 / size) * product if size > 0.0 else 0.0
    return semi_major_axis * max(least - abs(elements.axis), 0.0)


def _vector(orbit: OsculatingOrbit | MeanOrbit) -> tuple[float, float]:
    """e cos w and e sin w."""
    e, w = orbit.eccentricity, orbit.argument_of_perigee
    return e * cos(w), e * sin(w)


def _wrapped(angle: float) -> float:
    """Angle [rad], -pi to pi."""
    return (angle + pi) % (2.0 * pi) - pi


def _check_target(target: OsculatingOrbit | MeanOrbit) -> None:
    """Refuse a target outside the domain."""
    e, i = target.eccentricity, target.inclination
    if not (e <= MOST_ECCENTRIC and LEAST_INCLINATION <= i <= pi - LEAST_INCLINATION):
        raise PropagationError(
            f"relative elements about an orbit of eccentricity {e:.4g} and inclination {i:.4g} rad were asked; "
            f"they need at most {MOST_ECCENTRIC} and a plane {LEAST_INCLINATION} rad off the equator, "
            "elsewhere use yamanaka_ankersen_stm"
        )
