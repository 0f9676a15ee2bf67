"""Where on the way ahead sunlight begins or ceases to change: steps end there, for a method cannot see what it leaps.

A low orbit crosses the penumbra in eight seconds and steps are ten times as long. A step across it is off by metres
after two days; one that ends at its edges is not.
"""

from __future__ import annotations

from ..astro.ephemeris import sun_position
from ..astro.frames import dcm_EN
from ..astro.sunlight import limb_angles
from ..conventions import Record
from ..kernels import kernel
from ..numerics.vectors import Vector, add, as_tuple, dot, norm, scale

_LOOKS = 8  # along a step; a penumbra grazed for less than an eighth of a step can be missed
_HALVINGS = 14
_NEAREST = 0.05  # s; an edge so near counts as passed


@kernel
def _light_phase(pole: Vector, r: Vector, sun: Vector) -> int:
    """0 in the open, 1 in the penumbra, 2 in the umbra, -1 where there is no telling."""
    sun_radius, earth_radius, separation = limb_angles(pole, r, sun)
    if separation >= earth_radius + sun_radius:
        return 0
    if separation <= earth_radius - sun_radius:
        return 2
    return 1 if separation >= 0.0 else -1


@kernel
def _ahead(mu: float, r: Vector, v: Vector, h: float) -> Vector:
    """Position [m] on the Kepler arc h [s] later, to the fourth power of h. Bate, Mueller and White 1971, sect. 5.5"""
    r1 = norm(r)
    u = mu / (r1 * r1 * r1)
    p, q = dot(r, v) / (r1 * r1), dot(v, v) / (r1 * r1) - u
    h2 = h * h
    f = 1.0 - 0.5 * u * h2 + 0.5 * u * p * h2 * h + u * (3.0 * q - 15.0 * p * p + u) * h2 * h2 / 24.0
    g = h - u * h2 * h / 6.0 + 0.25 * u * p * h2 * h2
    return add(scale(f, r), scale(g, v))


@kernel
def step_to_light_edge(env: Record, s: Record, h: float) -> float:
    """The step h [s] of a `STEPPER`, shortened to the first edge of umbra or penumbra that it would leap."""
    if env.solar_pressure == 0 or s.light_area == 0.0 or not abs(h) > 2.0 * _NEAREST:
        return h
    r, v = as_tuple(s.y), (s.y[3], s.y[4], s.y[5])
    pole = dcm_EN(env, s.t)[2]
    near = _NEAREST if h > 0.0 else -_NEAREST
    here = _light_phase(pole, _ahead(env.mu, r, v, near), sun_position(env, s.t + near))
    low = near
    for k in range(1, _LOOKS + 1):
        high = near + (h - near) * k / _LOOKS
        if _light_phase(pole, _ahead(env.mu, r, v, high), sun_position(env, s.t + high)) != here:
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                if _light_phase(pole, _ahead(env.mu, r, v, middle), sun_position(env, s.t + middle)) == here:
                    low = middle
                else:
                    high = middle
            return high
        low = high
    return h
