"""How the acceleration of a point mass changes with its place and its velocity."""

from __future__ import annotations

from math import exp

from ..astro.atmosphere import log_density, relative_wind
from ..astro.constants import EARTH_RATE, FLATTENING
from ..astro.ephemeris import sun_position
from ..astro.frames import Rows, components, composed, dcm_EN, geodetic
from ..astro.gravity_gradient import attraction_gradient, plus
from ..astro.sunlight import light_acceleration, sunlit_fraction
from ..conventions import Record
from ..kernels import kernel
from ..numerics.vectors import Vector, add, cross, norm, scale, subtract, unit

_REACH = 10.0  # m, of differences in a penumbra, which is kilometres wide
_UPRIGHT = 1.0 / ((1.0 - FLATTENING) * (1.0 - FLATTENING))  # what turns the direction of a place into the vertical
_X, _Y, _Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
_NONE = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


@kernel
def acceleration_partials(
    env: Record, t: float, r: Vector, v: Vector, drag_area_over_mass: float, light_area_over_mass: float
) -> tuple[Rows, Rows]:
    """Partials by place [1/s^2] and by velocity [1/s] of `forces.acceleration` at t [s], r [m], v [m/s], in GCRF.

    Gravity to the degree and order of the environment, Sun, Moon, tide, drag, and in a penumbra sunlight; elsewhere
    its push changes by 1e-18 /s^2, which is left out. The areas are as there. docs/theory/transition.md, equation 2.
    """
    m = dcm_EN(env, t)
    by_place, by_velocity = attraction_gradient(env, t, r, m), _NONE
    if env.solar_pressure != 0 and light_area_over_mass != 0.0:
        sun = sun_position(env, t)
        if 0.0 < sunlit_fraction(m[2], r, sun) < 1.0:
            by_place = plus(by_place, _light_by_place(m[2], r, sun, light_area_over_mass))
    if env.drag != 0 and drag_area_over_mass != 0.0:
        level, slope_E = log_density_slope(env, t, components(m, r))
        factor = -0.5 * drag_area_over_mass * exp(level)
        wind = relative_wind(m[2], r, v)
        by_velocity = _drag_by_wind(factor, wind)
        by_place = plus(by_place, _drag_by_place(factor, wind, composed(m, slope_E), by_velocity, m[2]))
    return by_place, by_velocity


@kernel
def log_density_slope(env: Record, t: float, r_E: Vector) -> tuple[float, Vector]:
    """Logarithm of density [kg/m^3] and how it changes with the place [1/m] at t [s], r_E [m], in Earth-fixed axes.

    From the corners of a tetrahedron about the place, 1 m up or down and to the sides: four looks at the table instead
    of six. What its bend leaves is the part between two of the axes; with one of them upright there is next to none.
    """
    x, y, z = r_E
    up = unit((x, y, _UPRIGHT * z))
    aside = unit(cross(_Z if abs(up[2]) < 0.9 else _X, up))
    ahead = cross(up, aside)
    a = _log_density_beside(env, t, r_E, add(up, add(aside, ahead)))
    b = _log_density_beside(env, t, r_E, subtract(up, add(aside, ahead)))
    c = _log_density_beside(env, t, r_E, subtract(aside, add(up, ahead)))
    d = _log_density_beside(env, t, r_E, subtract(ahead, add(up, aside)))
    sides = add(scale(0.25 * (a - b + c - d), aside), scale(0.25 * (a - b - c + d), ahead))
    return 0.25 * (a + b + c + d), add(scale(0.25 * (a + b - c - d), up), sides)


@kernel
def _log_density_beside(env: Record, t: float, r_E: Vector, offset: Vector) -> float:
    latitude, longitude, height = geodetic(add(r_E, offset))
    value: float = log_density(env, t, latitude, longitude, height)
    return value


@kernel
def _light_by_place(pole: Vector, r: Vector, sun: Vector, light_area_over_mass: float) -> Rows:
    """Partials of the push of sunlight by place: differences over 20 m."""
    x = _light_slope(pole, r, sun, light_area_over_mass, _X)
    y = _light_slope(pole, r, sun, light_area_over_mass, _Y)
    z = _light_slope(pole, r, sun, light_area_over_mass, _Z)
    return ((x[0], y[0], z[0]), (x[1], y[1], z[1]), (x[2], y[2], z[2]))


@kernel
def _light_slope(pole: Vector, r: Vector, sun: Vector, light_area_over_mass: float, axis: Vector) -> Vector:
    ahead = light_acceleration(pole, add(r, scale(_REACH, axis)), sun, light_area_over_mass)
    behind = light_acceleration(pole, add(r, scale(-_REACH, axis)), sun, light_area_over_mass)
    return scale(0.5 / _REACH, subtract(ahead, behind))


@kernel
def _drag_by_wind(factor: float, w: Vector) -> Rows:
    """Partials of factor |w| w by w."""
    speed = norm(w)
    if not speed > 0.0:
        return (w, w, w)
    a, b = factor * speed, factor / speed
    xy, xz, yz = b * w[0] * w[1], b * w[0] * w[2], b * w[1] * w[2]
    return ((a + b * w[0] * w[0], xy, xz), (xy, a + b * w[1] * w[1], yz), (xz, yz, a + b * w[2] * w[2]))


@kernel
def _drag_by_place(factor: float, w: Vector, slope: Vector, by_wind: Rows, pole: Vector) -> Rows:
    """Partials of drag by place: through the density, and through the air that turns with the Earth."""
    # The wind is v - rate x r, so a row b of by_wind becomes rate x b.
    drag = factor * norm(w)
    return (
        add(scale(drag * w[0], slope), scale(EARTH_RATE, cross(pole, by_wind[0]))),
        add(scale(drag * w[1], slope), scale(EARTH_RATE, cross(pole, by_wind[1]))),
        add(scale(drag * w[2], slope), scale(EARTH_RATE, cross(pole, by_wind[2]))),
    )
