"""Orbital elements: osculating, and J2-mean as flight records print them.

Mean elements here are first-order averages over the mean anomaly under J2: the short-period part of every element
has zero mean. The J2 perturbation equations are averaged numerically (Gauss's equations, 64 points, nonsingular
elements), so that no series in eccentricity is truncated and circular orbits are ordinary; below 1 deg of inclination
the node is lost and mean elements with it. To first order this is Brouwer's (1959) mean with Lyddane's (1963)
treatment. The neglected J2^2 part is about 1 m of semi-major axis (2 m rms around a revolution) and, in the secular
rates, 80 m a revolution along track in low orbit: predict with `propagate`, describe with these.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin, sqrt

import numpy as np

from ..conventions import Array, Record
from ..errors import PropagationError
from ..numerics.products import crossed
from .frames import dcm_IN

_POINTS = 64


@dataclass(frozen=True)
class OsculatingOrbit:
    """Kepler elements at an instant.

    semi_major_axis [m] · eccentricity [-] · inclination, raan, argument_of_perigee, true_anomaly [rad], in the axes
    of the position they came from
    """

    semi_major_axis: float
    eccentricity: float
    inclination: float
    raan: float
    argument_of_perigee: float
    true_anomaly: float


@dataclass(frozen=True)
class MeanOrbit:
    """J2-mean elements about the true equator of date, x-axis at the celestial intermediate origin.

    semi_major_axis [m] · eccentricity [-] · inclination, raan [rad] · argument_of_latitude [rad]: argument of perigee
    plus true anomaly of the mean orbit · argument_of_perigee [rad]
    """

    semi_major_axis: float
    eccentricity: float
    inclination: float
    raan: float
    argument_of_latitude: float
    argument_of_perigee: float


def true_equator_axes(env: Record, t: float = 0.0) -> Array:
    """dcm_IN (3, 3): rows are the axes of the true equator of date in GCRF at t [s]; r_I = dcm_IN @ r_N.

    The x-axis is the celestial intermediate origin: a node counted from the true equinox is 0.31 deg less in 1975
    and 0.33 deg more in 2025 (the equation of the origins).
    """
    return np.array(dcm_IN(env, float(t)))


def osculating(r: Array, v: Array, *, mu: float) -> OsculatingOrbit:
    """Kepler elements of r [m], v [m/s] in inertial axes. Raises PropagationError when not on an ellipse.

    Without eccentricity the perigee is put at the node, without inclination the node at x. Vallado 2013, alg. 9.
    """
    a, ex, ey, i, raan, longitude = _nonsingular(np.asarray(r), np.asarray(v), mu)
    e = hypot(ex, ey)
    perigee = atan2(ey, ex) if e > 1e-14 else 0.0
    anomaly = _true_argument(ex, ey, longitude) - perigee
    return OsculatingOrbit(a, e, i, raan, perigee % (2 * pi), anomaly % (2 * pi))


def state_from_osculating(orbit: OsculatingOrbit, *, mu: float) -> tuple[Array, Array]:
    """Position (3,) [m] and velocity (3,) [m/s] of Kepler elements."""
    ex = orbit.eccentricity * cos(orbit.argument_of_perigee)
    ey = orbit.eccentricity * sin(orbit.argument_of_perigee)
    u = orbit.argument_of_perigee + orbit.true_anomaly
    return _state(np.array([orbit.semi_major_axis, ex, ey, orbit.inclination, orbit.raan]), u, mu)


def state_from_mean(mean: MeanOrbit, env: Record, t: float = 0.0) -> tuple[Array, Array]:
    """Position (3,) [m] and velocity (3,) [m/s] in GCRF of J2-mean elements at t [s].

    env: mu, radius and J2 and the true pole at t are read from it. Raises PropagationError.
    """
    if not (mean.semi_major_axis > 0.0 and 0.0 <= mean.eccentricity < 1.0):
        raise PropagationError(
            f"mean elements with semi-major axis {mean.semi_major_axis} m and eccentricity {mean.eccentricity} "
            "are no ellipse; the axis must be positive and the eccentricity in [0, 1)"
        )
    ex = mean.eccentricity * cos(mean.argument_of_perigee)
    ey = mean.eccentricity * sin(mean.argument_of_perigee)
    longitude = mean_argument(ex, ey, mean.argument_of_latitude)
    x = np.array([mean.semi_major_axis, ex, ey, mean.inclination, mean.raan, longitude])
    x = x + _short_period(x, env)
    r, v = _state(x[:5], _true_argument(x[1], x[2], x[5]), env.mu)
    axes = true_equator_axes(env, t)
    return r @ axes, v @ axes


def mean_from_state(r: Array, v: Array, env: Record, *, t: float = 0.0) -> MeanOrbit:
    """J2-mean elements of r [m], v [m/s] in GCRF at t [s]: the exact inverse of `state_from_mean`."""
    axes = true_equator_axes(env, t)
    osculating_x = np.array(_nonsingular(axes @ np.asarray(r), axes @ np.asarray(v), env.mu))
    x = osculating_x.copy()
    for _ in range(20):  # a contraction by J2: five passes reach rounding
        change = osculating_x - _short_period(x, env) - x
        change[4:] = (change[4:] + pi) % (2 * pi) - pi
        x += change
        if np.max(np.abs(change) / (x[0], 1, 1, 1, 1, 1)) < 1e-15:
            break
    u = _true_argument(x[1], x[2], x[5])
    perigee = atan2(x[2], x[1]) % (2 * pi)
    elements = (x[0], hypot(x[1], x[2]), x[3], x[4] % (2 * pi), u % (2 * pi), perigee)
    return MeanOrbit(*(float(element) for element in elements))


def secular_rates(mean: MeanOrbit, env: Record) -> tuple[float, float, float]:
    """Rates [rad/s] under J2 of the node, the perigee and the mean anomaly. Kozai 1959; Vallado 2013 eq. 9-38 ff."""
    a, e, c = mean.semi_major_axis, mean.eccentricity, cos(mean.inclination)
    n = sqrt(env.mu / a) / a
    root = sqrt(1.0 - e * e)
    k = 0.75 * n * env.j2 * (env.radius / (a * root * root)) ** 2
    return -2.0 * k * c, k * (5.0 * c * c - 1.0), n + k * root * (3.0 * c * c - 1.0)


def nodal_period(mean: MeanOrbit, env: Record) -> float:
    """Mean time [s] from one ascending node to the next under J2. For a state, pass `mean_from_state(...)`."""
    _, perigee_rate, anomaly_rate = secular_rates(mean, env)
    return 2.0 * pi / (perigee_rate + anomaly_rate)


def semi_major_axis_of_period(period: float, eccentricity: float, inclination: float, *, env: Record) -> float:
    """Mean semi-major axis [m] whose nodal period [s] under J2 is the given one. Raises PropagationError."""
    if not period > 0.0:
        raise PropagationError(f"a nodal period of {period} s was given; it must be positive")
    a = (env.mu * (period / (2 * pi)) ** 2) ** (1.0 / 3.0)
    for _ in range(30):
        ratio = period / nodal_period(MeanOrbit(a, eccentricity, inclination, 0.0, 0.0, 0.0), env)
        a *= ratio ** (2.0 / 3.0)
        if abs(ratio - 1.0) < 1e-15:
            break
    return float(a)


def advanced(mean: MeanOrbit, env: Record, seconds: float) -> MeanOrbit:
    """The mean orbit some seconds later under J2's secular rates."""
    node, perigee_rate, anomaly_rate = secular_rates(mean, env)
    e, w = mean.eccentricity, mean.argument_of_perigee
    longitude = mean_argument(e * cos(w), e * sin(w), mean.argument_of_latitude)
    w = w + perigee_rate * seconds
    u = _true_argument(e * cos(w), e * sin(w), longitude + (perigee_rate + anomaly_rate) * seconds)
    raan = (mean.raan + node * seconds) % (2 * pi)
    return MeanOrbit(mean.semi_major_axis, e, mean.inclination, raan, u % (2 * pi), w % (2 * pi))


def _nonsingular(r: Array, v: Array, mu: float) -> tuple[float, float, float, float, float, float]:
    """a, e cos w, e sin w, i, node and mean argument of latitude of a state."""
    h = crossed(r, v)
    h1, r1 = float(np.linalg.norm(h)), float(np.linalg.norm(r))
    energy = float(v @ v) / 2.0 - mu / r1 if r1 > 0.0 else 0.0
    if not (energy < 0.0 and h1 > 0.0):
        raise PropagationError(f"r {r} m, v {v} m/s is not on an ellipse; its energy is {energy:.6g} J/kg")
    flat = hypot(h[0], h[1])
    node = np.array([-h[1], h[0], 0.0]) / flat if flat > 1e-12 * h1 else np.array([1.0, 0.0, 0.0])
    eccentricity = crossed(v, h) / mu - r / r1
    across = crossed(h / h1, node)
    ex, ey = float(eccentricity @ node), float(eccentricity @ across)
    u = atan2(float(r @ across), float(r @ node))
    i, raan = atan2(flat, h[2]), atan2(node[1], node[0])
    return -mu / (2.0 * energy), ex, ey, i, raan, mean_argument(ex, ey, u)


def mean_argument(ex: float, ey: float, u: float) -> float:
    """Mean argument of latitude (perigee plus mean anomaly) of the true one, both [rad]; regular at zero e."""
    root = sqrt(1.0 - ex * ex - ey * ey)
    sine, cosine = ex * sin(u) - ey * cos(u), ex * cos(u) + ey * sin(u)  # e sin and e cos of the true anomaly
    eccentric = u - 2.0 * atan2(sine, 1.0 + root + cosine)
    return eccentric - sine * root / (1.0 + cosine)


def _true_argument(ex: float, ey: float, longitude: float) -> float:
    """True argument of latitude [rad] of the mean one, on the same turn: Kepler's equation by Newton."""
    f = longitude + ex * sin(longitude) - ey * cos(longitude)
    for _ in range(50):
        step = (f - ex * sin(f) + ey * cos(f) - longitude) / (1.0 - ex * cos(f) - ey * sin(f))
        f -= max(-1.0, min(1.0, step))  # bounded: far starts at high eccentricity do not run away
        if abs(step) < 1e-15:
            break
    root = sqrt(1.0 - ex * ex - ey * ey)
    sine, cosine = ex * sin(f) - ey * cos(f), ex * cos(f) + ey * sin(f)  # e sin and e cos of the eccentric anomaly
    return f + 2.0 * atan2(sine, 1.0 + root - cosine)


def _true_arguments(ex: float, ey: float, longitudes: Array) -> Array:
    """The same for many (n,) at once."""
    f = longitudes + ex * np.sin(longitudes) - ey * np.cos(longitudes)
    for _ in range(50):
        sine, cosine = np.sin(f), np.cos(f)
        step = (f - ex * sine + ey * cosine - longitudes) / (1.0 - ex * cosine - ey * sine)
        f = f - np.clip(step, -1.0, 1.0)
        if float(np.max(np.abs(step))) < 1e-15 * max(1.0, float(np.max(np.abs(f)))):
            break
    root = sqrt(1.0 - ex * ex - ey * ey)
    sine, cosine = ex * np.sin(f) - ey * np.cos(f), ex * np.cos(f) + ey * np.sin(f)
    return np.asarray(f + 2.0 * np.arctan2(sine, 1.0 + root - cosine))


def _state(x: Array, u: float, mu: float) -> tuple[Array, Array]:
    """Position and velocity of a, e cos w, e sin w, i, node at a true argument of latitude."""
    a, ex, ey, i, raan = (float(value) for value in x[:5])
    p = a * (1.0 - ex * ex - ey * ey)
    radius = p / (1.0 + ex * cos(u) + ey * sin(u))
    node = np.array([cos(raan), sin(raan), 0.0])
    across = np.array([-sin(raan) * cos(i), cos(raan) * cos(i), sin(i)])
    r = radius * (cos(u) * node + sin(u) * across)
    v = sqrt(mu / p) * (-(sin(u) + ey) * node + (cos(u) + ex) * across)
    return r, v


def _short_period(x: Array, env: Record) -> Array:
    """First-order J2 short-period part of a, e cos w, e sin w, i, node and mean argument of latitude.

    The rates over one turn of the mean anomaly, less their mean, are integrated by Fourier series; the constant of
    integration makes the part's own mean zero. The longitude also integrates the mean motion of the axis's part.
    """
    turn = np.arange(_POINTS) * (2.0 * pi / _POINTS)
    field = (float(env.mu), float(env.j2), float(env.radius))  # read once: a record's fields are slow in plain Python
    rates = _oblateness_rates(x, x[5] + turn, field)
    n = sqrt(field[0] / x[0]) / x[0]
    wave = np.fft.rfft(rates, axis=0) / _POINTS
    k = np.arange(wave.shape[0])
    integral = np.zeros_like(wave)
    integral[1:-1] = 2.0 * wave[1:-1] / (1j * n * k[1:-1, None])
    part = integral.sum(axis=0).real
    part[5] += (-1.5 * n / x[0]) * float((integral[1:-1, 0] / (1j * n * k[1:-1])).sum().real)
    return np.asarray(part)


def _oblateness_rates(x: Array, longitudes: Array, field: tuple[float, float, float]) -> Array:
    """Gauss's equations (n, 6) for J2's force at mean arguments of latitude (n,), no mean motion.

    Vallado 2013 eq. 9-24.
    """
    mu, j2, equator = field
    a, ex, ey, i = float(x[0]), float(x[1]), float(x[2]), float(x[3])
    u = _true_arguments(ex, ey, longitudes)
    su, cu, si, ci = np.sin(u), np.cos(u), sin(i), cos(i)
    e2 = ex * ex + ey * ey
    p = a * (1.0 - e2)
    h = sqrt(mu * p)
    radius = p / (1.0 + ex * cu + ey * su)
    k = -1.5 * j2 * mu * equator * equator / radius**4
    fr, fs, fw_over_si = k * (1.0 - 3.0 * si * si * su * su), k * 2.0 * si * si * su * cu, k * 2.0 * ci * su
    e_sin, e_cos = ex * su - ey * cu, ex * cu + ey * su
    node_rate = radius * su * fw_over_si / h
    q = p + radius
    root = sqrt(1.0 - e2)
    return np.stack([
        2.0 * a * a / h * (e_sin * fr + p / radius * fs),
        (p * su * fr + (q * cu + radius * ex) * fs) / h + ey * ci * node_rate,
        (-p * cu * fr + (q * su + radius * ey) * fs) / h - ex * ci * node_rate,
        radius * cu * fw_over_si * si / h,
        node_rate,
        (-2.0 * radius * root * fr + (-p * e_cos * fr + q * e_sin * fs) / (1.0 + root)) / h - ci * node_rate,
    ], axis=1)  # fmt: skip
