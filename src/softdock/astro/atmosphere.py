"""The upper atmosphere: NRLMSISE-00 with the indices of the day, tabulated as the logarithm of density.

A cubic spline over time, geodetic latitude, local solar time and height. Against the model itself, 120 to 450 km
everywhere on Earth, the table is good to 0.2 % rms and 3 % at worst (5 % near a pole in the storm of October 2003).
The indices run in straight lines from midnight to midnight, so that density has no steps.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from math import exp, floor, log, nan, pi

import erfa
import numpy as np
import pymsis
from scipy.ndimage import spline_filter1d

from ..conventions import HOUR, Array, Record
from ..errors import DataError
from ..kernels import kernel
from ..numerics.vectors import Vector, cross, norm, scale, subtract
from .constants import EARTH_RATE, MINIMUM_HEIGHT
from .time import Epoch

_TIMES, _LATITUDES, _HOURS, _HEIGHTS = 92, 19, 12, 24  # 92: ten days and the margins at 3 h
_STEP = 3.0 * HOUR
_FLUX_LAG = 17.5 / 24.0  # days
_EXTRA = 2  # nodes beyond each end: the spline's end condition dies away by 0.27 a node

# Height nodes are even in (h - 80 km)^0.4; node 4 lies at 120 km, where the model's profile has a kink, node 20 at 600;
# three more keep the spline's end condition away.
_TOP = 600000.0
_POWER, _ZERO = 0.4, 80000.0
_S120, _S600 = (120000.0 - _ZERO) ** _POWER, (_TOP - _ZERO) ** _POWER
_S_STEP = (_S600 - _S120) / 16.0
_S_START = _S120 - 4.0 * _S_STEP

ATMOSPHERE_FIELDS = [
    ("drag", "i8"),  # 1 when the air resists
    ("air_start", "f8"),  # s, of the first time node
    ("air_step", "f8"),
    ("air_count", "i8"),
    ("ut_epoch", "f8"),  # s of the UTC day at t = 0
    ("log_density_factor", "f8"),
    ("air", "f8", (_TIMES, _LATITUDES + 2, _HOURS + 3, _HEIGHTS)),  # spline coefficients, padded at pole and midnight
]


@lru_cache(maxsize=1)
def _space_weather() -> tuple[int, Array]:
    """First MJD and daily rows ap, F10.7, 81-day mean of F10.7."""
    text = resources.files("softdock.data").joinpath("space_weather/space_weather_daily.csv").read_text("ascii")
    lines = text.splitlines()[1:]
    year, month, day = (int(part) for part in lines[0].partition(",")[0].split("-"))
    table = np.array([line.split(",")[1:] for line in lines], dtype=float)
    if table.shape[1] != 3 or not np.all(np.isfinite(table)):
        raise DataError("the table space_weather_daily.csv is damaged; reinstall softdock")
    return int(erfa.cal2jd(year, month, day)[1]), table


def indices(epoch: Epoch, times: Array) -> Array:
    """Rows ap, F10.7 of the day before, 81-day mean of F10.7, (n, 3), at mission times [s]. Raises DataError.

    The table holds values interpolated to 0 h UTC (see its PROVENANCE.md), not means of the day that follows:
    they are joined by straight lines. The model wants the flux measured on the day before: seen from the middle of
    a day that is 16 to 19 h back.
    """
    first, table = _space_weather()
    utc1, utc2 = epoch.utc_parts(times)
    midnight = (utc1 - 2400000.5) + utc2 - first
    if not (midnight.min() >= _FLUX_LAG and midnight.max() < len(table) - 1):
        last = [int(x) for x in erfa.jd2cal(2400000.5, float(first + len(table) - 1))[:3]]
        raise DataError(
            f"space weather is known from 1957-10-03 to {last[0]}-{last[1]:02d}-{last[2]:02d}, asked for "
            f"{epoch.utc(float(times[0]))} to {epoch.utc(float(times[-1]))}; fly without drag or move the epoch"
        )
    days = np.arange(len(table))
    lags = (0.0, _FLUX_LAG, 0.0)
    return np.stack([np.interp(midnight - lag, days, table[:, k]) for k, lag in enumerate(lags)], axis=1)


def fill_atmosphere(env: Record, epoch: Epoch, length: float, *, factor: float) -> None:
    """Tabulate the air over `length` [s] from env.table_start on; `factor` multiplies the density. Raises DataError."""
    if not 0.0 < factor < np.inf:
        raise DataError(f"a density factor of {factor} was given; it must be positive (for no air, fly without drag)")
    env.drag, env.log_density_factor = 1, log(factor)
    env.air_step = max(_STEP, length / (_TIMES - 2 * _EXTRA - 1.5))
    env.air_count = int(np.ceil(length / env.air_step)) + 1 + 2 * _EXTRA
    env.air_start = env.table_start - _EXTRA * env.air_step
    utc1, utc2 = epoch.utc_parts(0.0)
    env.ut_epoch = float(((utc1 - 0.5) % 1.0 + utc2) % 1.0) * 86400.0
    times = env.air_start + env.air_step * np.arange(env.air_count)
    table = np.log(_model(epoch, times, env.ut_epoch))
    opposite = np.roll(table, _HOURS // 2, axis=2)  # beyond a pole the meridian goes on, twelve hours away
    table = np.concatenate([opposite[:, 4:0:-1], table, opposite[:, -2:-6:-1]], axis=1)
    for axis, edge in enumerate(("mirror", "mirror", "grid-wrap", "mirror")):
        table = spline_filter1d(table, order=3, axis=axis, mode=edge)
    env.air[: env.air_count] = np.pad(table[:, 3:-3], ((0, 0), (0, 0), (1, 2), (0, 0)), mode="wrap")


def _model(epoch: Epoch, times: Array, ut_epoch: float) -> Array:
    """NRLMSISE-00 density [kg/m^3] at the nodes (time, latitude, local hour, height)."""
    latitude = np.linspace(-90.0, 90.0, _LATITUDES)
    hour = np.arange(_HOURS) * (24.0 / _HOURS)
    height_km = ((_S_START + _S_STEP * np.arange(_HEIGHTS)) ** (1.0 / _POWER) + _ZERO) / 1000.0
    n, la, lo, he = (x.ravel() for x in np.meshgrid(np.arange(len(times)), latitude, hour, height_km, indexing="ij"))
    longitude = (15.0 * (lo - (ut_epoch + times[n]) / HOUR)) % 360.0
    ap, f107, f107a = indices(epoch, times).T
    dates = np.array([np.datetime64(epoch.utc(float(t)).replace(":60.", ":59."), "ms") for t in times])
    ap7 = np.repeat(ap[:, None], 7, axis=1)
    out = pymsis.calculate(dates[n], longitude, la, he, f107[n], f107a[n], ap7[n], version=0)
    return np.asarray(out[:, 0], dtype=float).reshape(len(times), _LATITUDES, _HOURS, _HEIGHTS)


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
def _tabulated(env: Record, t: float, latitude: float, longitude: float, height: float) -> float:
    """Spline at a height from 100 to 600 km; nan off the table or when an argument is not finite."""
    u = (t - env.air_start) / env.air_step
    p = (latitude / pi + 0.5) * (_LATITUDES - 1.0)
    q = (((env.ut_epoch + t) / HOUR + longitude * (12.0 / pi)) % 24.0) * (_HOURS / 24.0)
    s = (exp(_POWER * log(height - _ZERO)) - _S_START) / _S_STEP
    inside = 1.0 <= u <= env.air_count - 2.0 and 0.0 <= p <= _LATITUDES - 1.0
    if not (inside and 0.0 <= q <= _HOURS and 1.0 <= s < 20.5):
        return nan
    i = min(int(floor(u)), env.air_count - 3)
    j, k, m = min(int(floor(p)), _LATITUDES - 2), min(int(floor(q)), _HOURS - 1), min(int(floor(s)), _HEIGHTS - 3)
    wt, wp = _spline_weights(u - i), _spline_weights(p - j)
    wq, ws = _spline_weights(q - k), _spline_weights(s - m)
    total = 0.0
    for a in range(4):
        for b in range(4):
            for c in range(4):
                line = 0.0
                for d in range(4):  # latitude and hour are padded by one node in front, time and height are not
                    line += ws[d] * env.air[i - 1 + a, j + b, k + c, m - 1 + d]
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
