"""The acceleration of a point mass in orbit: gravity, Sun, Moon, the Earth's tide, sunlight and drag."""

from __future__ import annotations

from math import exp

from ..astro.atmosphere import drag_acceleration, log_density
from ..astro.ephemeris import moon_position, sun_position, tidal_acceleration
from ..astro.frames import components, composed, dcm_EN, geodetic
from ..astro.gravity import earth_field
from ..astro.sunlight import light_acceleration
from ..astro.tides import solid_tide
from ..conventions import Record
from ..kernels import kernel
from ..numerics.vectors import Vector, add


@kernel
def acceleration(
    env: Record, t: float, r: Vector, v: Vector, drag_area_over_mass: float, light_area_over_mass: float
) -> Vector:
    """Acceleration [m/s^2] in GCRF of a craft at t [s], r [m], v [m/s]; nan where a table ends.

    drag_area_over_mass [m^2/kg]: drag coefficient times frontal area over mass · light_area_over_mass [m^2/kg]:
    radiation pressure coefficient times area over mass
    """
    m = dcm_EN(env, t)
    r_E = components(m, r)
    a = composed(m, earth_field(env, r_E))
    if env.mu_sun != 0.0:
        a = add(a, tidal_acceleration(env.mu_sun, sun_position(env, t), r))
    if env.mu_moon != 0.0:
        a = add(a, tidal_acceleration(env.mu_moon, moon_position(env, t), r))
    if env.tides != 0:
        a = add(a, solid_tide(env, t, r))
    if env.solar_pressure != 0 and light_area_over_mass != 0.0:
        a = add(a, light_acceleration(m[2], r, sun_position(env, t), light_area_over_mass))
    if env.drag != 0 and drag_area_over_mass != 0.0:
        latitude, longitude, height = geodetic(r_E)
        air_density = exp(log_density(env, t, latitude, longitude, height))
        a = add(a, drag_acceleration(air_density, m[2], r, v, drag_area_over_mass))
    return a
