"""The upper atmosphere: NRLMSISE-00 with the indices of the day, tabulated as the logarithm of density.

A cubic spline over time, geodetic latitude, local solar time and height. Against the model itself, 120 to 600 km
everywhere on Earth, the table is good to 0.2 % rms and 2 % at worst, in storms too; with three-hourly indices in the
greatest of storms to 3 % at worst.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, floor, log, nan, pi

import numpy as np
import pymsis
from scipy.ndimage import spline_filter1d

from ..conventions import HOUR, Array, Record
from ..errors import DataError
from ..kernels import kernel
from ..numerics.vectors import Vector, cross, norm, scale, subtract
from .constants import EARTH_RATE, MINIMUM_HEIGHT
from .space_weather import SpaceWeather, indices
from .time import Epoch

_TIMES, _LATITUDES, _HOURS = 168, 19, 12  # 168: twenty days and the margins at 3 h
_STEPS_DAILY = (3.0,)  # h between time nodes; they divide a day, so that nodes lie where the indices bend
_STEPS_THREE_HOURLY = (1.0, 1.5, 3.0)  # the first that fits the span

# The model's temperature has two pieces that meet at 123.435 km, where density jumps by up to 0.6 %: a spline each.
# Lower nodes are even in height, upper ones in (h - 90 km)^0.25.
_TOP, _JOINT = 600000.0, 123435.0
_LOWER, _UPPER = 8, 14
_LOWER_STEP = (_JOINT - MINIMUM_HEIGHT) / (_LOWER - 1.0)
_POWER, _ZERO = 0.25, 90000.0
_S_START = (_JOINT - _ZERO) ** _POWER
_S_STEP = ((_TOP - _ZERO) ** _POWER - _S_START) / (_UPPER - 1.0)

ATMOSPHERE_FIELDS = [
    ("drag", "i8"),  # 1 when the air resists
    ("air_start", "f8"),  # s, of the first time node
    ("air_step", "f8"),
    ("air_count", "i8"),  # of time nodes; there are two more coefficients
    ("ut_epoch", "f8"),  # s of the UTC day at t = 0
    ("log_density_factor", "f8"),
    # spline coefficients: padded at pole and midnight, lower piece then upper piece
    ("air", "f8", (_TIMES, _LATITUDES + 2, _HOURS + 3, _LOWER + _UPPER + 4)),
]


def fill_atmosphere(
    env: Record, epoch: Epoch, length: float, *, factor: float, weather: SpaceWeather, allow_prediction: bool
) -> None:
    """Tabulate the air over `length` [s] from env.table_start on; `factor` multiplies the density. Raises DataError."""
    if not 0.0 < factor < np.inf:
        raise DataError(f"a density factor of {factor} was given; it must be positive (for no air, fly without drag)")
    env.drag, env.log_density_factor = 1, log(factor)
    utc1, utc2 = epoch.utc_parts(0.0)
    env.ut_epoch = float(((utc1 - 0.5) % 1.0 + utc2) % 1.0) * 86400.0
    times = _time_nodes(env, length, weather.three_hourly)
    env.air_start, env.air_step, env.air_count = times[0], times[1] - times[0], len(times)
    f107, f107a, ap = indices(weather, epoch, times, allow_prediction=allow_prediction)
    density = _model(epoch, times, float(env.ut_epoch), (f107, f107a, ap), three_hourly=weather.three_hourly)
    if not np.all(density > 0.0):
        raise DataError(
            f"NRLMSISE-00 finds no density near 100 km with ap up to {ap.max():.0f} and F10.7 {f107.min():.0f} sfu; "
            "give less extreme space weather, or fly without drag"
        )
    env.air[: len(times) + 2] = _coefficients(np.log(density))


def _time_nodes(env: Record, length: float, three_hourly: bool) -> Array:
    """Times [s] of the nodes, in step with the UTC day: three-hourly values have one in the middle of their hours."""
    steps = _STEPS_THREE_HOURLY if three_hourly else _STEPS_DAILY
    for hours in steps:
        step = hours * HOUR
        early = (env.table_start + env.ut_epoch - (1.5 * HOUR if three_hourly else 0.0)) % step
        count = max(int(np.ceil((length + early) / step)) + 1, 5)
        if count <= _TIMES - 2:
            return np.asarray(env.table_start - early + step * np.arange(count))
    raise DataError(f"air over {length:.0f} s was asked, and {_TIMES - 3} steps of {steps[-1]:g} h is the longest")


def _coefficients(table: Array) -> Array:
    """Spline coefficients (time, latitude, hour, height), padded, of values at the nodes."""
    table = np.tensordot(_not_a_knot(table.shape[0]), table, axes=1)
    lower, upper = _not_a_knot(_LOWER), _not_a_knot(_UPPER)
    table = np.concatenate([table[..., :_LOWER] @ lower.T, table[..., _LOWER - 1 :] @ upper.T], axis=-1)
    opposite = np.roll(table, _HOURS // 2, axis=2)  # beyond a pole the meridian goes on, twelve hours away
    table = np.concatenate([opposite[:, 4:0:-1], table, opposite[:, -2:-6:-1]], axis=1)
    table = spline_filter1d(spline_filter1d(table, order=3, axis=1, mode="mirror"), order=3, axis=2, mode="grid-wrap")
    return np.pad(table[:, 3:-3], ((0, 0), (0, 0), (1, 2), (0, 0)), mode="wrap")


@lru_cache(maxsize=8)
def _not_a_knot(count: int) -> Array:
    """Matrix (count + 2, count) from values at even nodes to coefficients of cubic B-splines. De Boor 1978, ch. IV.

    At either end the first two cells share one cubic.
    """
    system = np.zeros((count + 2, count + 2))
    for k in range(count):
        system[k, k : k + 3] = 1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0
    system[count, :5] = system[count + 1, -5:] = 1.0, -4.0, 6.0, -4.0, 1.0
    return np.asarray(np.linalg.inv(system)[:, :count])


def _model(
    epoch: Epoch, times: Array, ut_epoch: float, given: tuple[Array, Array, Array], *, three_hourly: bool
) -> Array:
    """NRLMSISE-00 density [kg/m^3] at the nodes (time, latitude, local hour, height)."""
    latitude = np.linspace(-90.0, 90.0, _LATITUDES)
    hour = np.arange(_HOURS) * (24.0 / _HOURS)
    upper = (_S_START + _S_STEP * np.arange(1, _UPPER)) ** (1.0 / _POWER) + _ZERO
    height_km = np.concatenate([MINIMUM_HEIGHT + _LOWER_STEP * np.arange(_LOWER), upper]) / 1000.0
    n, la, lo, he = (x.ravel() for x in np.meshgrid(np.arange(len(times)), latitude, hour, height_km, indexing="ij"))
    longitude = (15.0 * (lo - (ut_epoch + times[n]) / HOUR)) % 360.0
    dates = np.array([np.datetime64(epoch.utc(float(t)).replace(":60.", ":59."), "ms") for t in times])
    f107, f107a, ap = (column[n] for column in given)
    activity = -1 if three_hourly else 1
    out = pymsis.calculate(dates[n], longitude, la, he, f107, f107a, ap, version=0, geomagnetic_activity=activity)
    return np.asarray(out[:, 0], dtype=float).reshape(len(times), _LATITUDES, _HOURS, len(height_km))


@kernel
def _spline_weights(x: float) -> tuple[float, float, float, float]:
    """Cubic B-spline weights at the fraction x of a cell. De Boor 1978."""
    y = 1.0 - x
    return (
        y * y * y / 6.0,
        (4.0 - 3.0 * x * x * (1.0 + y)) / 6.0,
        (4.0 - 3.0 * y * y * (1.0 + x)) / 6.0,
        x * x * x / 6.0,
    )


@kernel
def _height_cell(height: float) -> tuple[int, float]:
    """First of the four coefficients in height and the fraction of the cell, from 100 to 600 km; -1 elsewhere."""
    if not (MINIMUM_HEIGHT <= height <= _TOP):
        return (-1, nan)
    if height < _JOINT:
        s = (height - MINIMUM_HEIGHT) / _LOWER_STEP
        k = min(int(floor(s)), _LOWER - 2)
        return (k, s - k)
    s = max((exp(_POWER * log(height - _ZERO)) - _S_START) / _S_STEP, 0.0)
    k = min(int(floor(s)), _UPPER - 2)
    return (_LOWER + 2 + k, s - k)


@kernel
def _tabulated(env: Record, t: float, latitude: float, longitude: float, height: float) -> float:
    """Spline at a height from 100 to 600 km; nan off the table or when an argument is not finite."""
    u = (t - env.air_start) / env.air_step
    p = (latitude / pi + 0.5) * (_LATITUDES - 1.0)
    q = (((env.ut_epoch + t) / HOUR + longitude * (12.0 / pi)) % 24.0) * (_HOURS / 24.0)
    m, x = _height_cell(height)
    inside = 0.0 <= u <= env.air_count - 1.0 and 0.0 <= p <= _LATITUDES - 1.0
    if not (inside and 0.0 <= q <= _HOURS and m >= 0):
        return nan
    i = min(int(floor(u)), env.air_count - 2)
    j, k = min(int(floor(p)), _LATITUDES - 2), min(int(floor(q)), _HOURS - 1)
    wt, wp = _spline_weights(u - i), _spline_weights(p - j)
    wq, ws = _spline_weights(q - k), _spline_weights(x)
    total = 0.0
    for a in range(4):
        for b in range(4):
            for c in range(4):
                line = 0.0
                for d in range(4):
                    line += ws[d] * env.air[i + a, j + b, k + c, m + d]
                total += wt[a] * wp[b] * wq[c] * line
    return total


@kernel
def log_density(env: Record, t: float, latitude: float, longitude: float, height: float) -> float:
    """Natural logarithm of density [kg/m^3] at geodetic latitude, longitude [rad] and height [m].

    Above 600 km it goes on with the scale height found there; below 100 km it is nan.
    """
    if not height >= MINIMUM_HEIGHT:
        return nan
    if height <= _TOP:
        at_height: float = _tabulated(env, t, latitude, longitude, height) + env.log_density_factor
        return at_height
    top: float = _tabulated(env, t, latitude, longitude, _TOP)
    slope = (top - _tabulated(env, t, latitude, longitude, _TOP - 10000.0)) / 10000.0
    above: float = top + slope * (height - _TOP) + env.log_density_factor
    return above


@kernel
def relative_wind(pole: Vector, r: Vector, v: Vector) -> Vector:
    """Velocity [m/s] through air that turns with the Earth about the unit axis `pole`; all in inertial axes."""
    return subtract(v, scale(EARTH_RATE, cross(pole, r)))


@kernel
def drag_acceleration(air_density: float, pole: Vector, r: Vector, v: Vector, drag_area_over_mass: float) -> Vector:
    """Drag [m/s^2] on a craft at r [m], v [m/s]; drag_area_over_mass [m^2/kg] includes the drag coefficient."""
    wind = relative_wind(pole, r, v)
    return scale(-0.5 * air_density * drag_area_over_mass * norm(wind), wind)
