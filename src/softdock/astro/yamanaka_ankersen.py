"""Linear relative motion about a target on any ellipse: the state transition of Yamanaka and Ankersen 2002.

J. Guidance 25(1), 60-66. Exact for the linearised two-body problem, so that what is left is second order in the
distance: at e = 0.7, over 37 % of an orbit that takes craft from 100 m apart to kilometres, 0.04 m of 2.1 km from
apogee and 0.5 m of 7.5 km from perigee. Without eccentricity it is Clohessy and Wiltshire's.
Domain: 0 <= e < 1, any time; distance small against the target's radius at both ends; no perturbation. Ten times the
distance has a hundred times the error: far along a circular track use curvilinear coordinates, and over days
`relative_elements`, which know the Earth's oblateness.
"""

from __future__ import annotations

from math import atan, cos, floor, pi, sin, sqrt, tan

import numpy as np

from ..conventions import Array
from ..errors import PropagationError
from .orbits import OsculatingOrbit


def true_anomaly_after(orbit: OsculatingOrbit, seconds: float, *, mu: float) -> float:
    """True anomaly [rad] on the same ellipse `seconds` [s] later, counted on through whole turns.

    Kepler's equation by Newton from a start beyond the root, which converges for every eccentricity below one.
    Raises PropagationError.
    """
    e = _checked(orbit, seconds)
    mean = _mean_of_true(e, orbit.true_anomaly) + sqrt(mu / orbit.semi_major_axis) / orbit.semi_major_axis * seconds
    turns = floor(mean / (2.0 * pi) + 0.5)
    rest = mean - 2.0 * pi * turns
    sign = 1.0 if rest >= 0.0 else -1.0
    wanted = abs(rest)
    eccentric = min(wanted + e, pi)  # not before the root: from here the steps only come nearer
    for _ in range(100):
        step = (eccentric - e * sin(eccentric) - wanted) / (1.0 - e * cos(eccentric))
        eccentric -= step
        if abs(step) < 1e-15:
            break
    half = sqrt((1.0 + e) / (1.0 - e)) * tan(0.5 * eccentric) if eccentric < pi else float("inf")
    return 2.0 * pi * turns + sign * 2.0 * atan(half)


def yamanaka_ankersen_stm(target: OsculatingOrbit, seconds: float, *, mu: float) -> Array:
    """State transition (6, 6) of r_CT_L [m], v_CT_L [m/s] over `seconds` [s] about the target's ellipse.

    target: osculating elements now · mu [m^3/s^2]. Raises PropagationError when it is no ellipse.
    """
    e, p = _checked(target, seconds), target.semi_major_axis * (1.0 - target.eccentricity * target.eccentricity)
    k2 = sqrt(mu / p) / p  # h / p^2
    before, after = target.true_anomaly, true_anomaly_after(target, seconds, mu=mu)
    scaled = np.zeros((6, 6))
    in_plane = np.ix_((0, 2, 3, 5), (0, 2, 3, 5))
    scaled[in_plane] = _solutions(e, after, k2 * seconds) @ _constants(e, before)
    turn = after - before
    scaled[np.ix_((1, 4), (1, 4))] = [[cos(turn), sin(turn)], [-sin(turn), cos(turn)]]
    return np.asarray(_from_scaled(e, after, k2) @ scaled @ _to_scaled(e, before, k2))


def _checked(orbit: OsculatingOrbit, seconds: float) -> float:
    """The eccentricity, when the orbit is an ellipse and the time a number."""
    e, a = orbit.eccentricity, orbit.semi_major_axis
    if not (0.0 <= e < 1.0 and 0.0 < a < float("inf") and abs(seconds) < float("inf")):
        raise PropagationError(
            f"motion over {seconds} s on an orbit with semi-major axis {a} m and eccentricity {e} was asked; "
            "pass an ellipse, eccentricity in [0, 1), and a finite time"
        )
    return e


def _mean_of_true(e: float, anomaly: float) -> float:
    """Mean anomaly [rad] of a true one, on the same turn."""
    turns = floor(anomaly / (2.0 * pi) + 0.5)
    eccentric = 2.0 * atan(sqrt((1.0 - e) / (1.0 + e)) * tan(0.5 * (anomaly - 2.0 * pi * turns)))
    return 2.0 * pi * turns + eccentric - e * sin(eccentric)


def _to_scaled(e: float, anomaly: float, k2: float) -> Array:
    """Their scaling: place times rho, derivative by the true anomaly instead of time."""
    rho = 1.0 + e * cos(anomaly)
    one, none = np.eye(3), np.zeros((3, 3))
    return np.block([[rho * one, none], [-e * sin(anomaly) * one, one / (k2 * rho)]])


def _from_scaled(e: float, anomaly: float, k2: float) -> Array:
    """The inverse of `_to_scaled`."""
    rho = 1.0 + e * cos(anomaly)
    one, none = np.eye(3), np.zeros((3, 3))
    return np.block([[one / rho, none], [k2 * e * sin(anomaly) * one, k2 * rho * one]])


def _solutions(e: float, anomaly: float, j: float) -> Array:
    """Their fundamental matrix: four independent solutions x, z, x', z' at a true anomaly; j is k^2 times the time."""
    rho = 1.0 + e * cos(anomaly)
    s, c = rho * sin(anomaly), rho * cos(anomaly)
    s_rate, c_rate = cos(anomaly) + e * cos(2.0 * anomaly), -sin(anomaly) - e * sin(2.0 * anomaly)
    return np.array([
        [1.0, -c * (1.0 + 1.0 / rho), s * (1.0 + 1.0 / rho), 3.0 * rho * rho * j],
        [0.0, s, c, 2.0 - 3.0 * e * s * j],
        [0.0, 2.0 * s, 2.0 * c - e, 3.0 * (1.0 - 2.0 * e * s * j)],
        [0.0, s_rate, c_rate, -3.0 * e * (s_rate * j + s / (rho * rho))],
    ])  # fmt: skip


def _constants(e: float, anomaly: float) -> Array:
    """The inverse of `_solutions` at the start, where j is zero."""
    rho = 1.0 + e * cos(anomaly)
    s, c = rho * sin(anomaly), rho * cos(anomaly)
    q = 1.0 + 1.0 / rho
    rows = np.array([
        [1.0 - e * e, 3.0 * e * s * q / rho, -e * s * q, 2.0 - e * c],
        [0.0, -3.0 * s * (1.0 + e * e / rho) / rho, s * q, c - 2.0 * e],
        [0.0, -3.0 * (c / rho + e), c * q + e, -s],
        [0.0, 3.0 * rho + e * e - 1.0, -rho * rho, e * s],
    ])  # fmt: skip
    return rows / (1.0 - e * e)
