"""The surroundings of a flight as one record: gravity, Earth orientation, Sun, Moon and upper atmosphere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..conventions import DAY, DEGREE, HOUR, Array, Record
from ..errors import DataError
from ..kernels import kernel, record
from ..numerics.vectors import Vector
from .atmosphere import ATMOSPHERE_FIELDS, fill_atmosphere
from .constants import MU_MOON, MU_SUN
from .ephemeris import EPHEMERIS_FIELDS, fill_bodies
from .frames import FRAME_FIELDS, components, dcm_EN, earth_fixed_position, fill_orientation, geodetic
from .gravity import GRAVITY_FIELDS, fill_gravity
from .space_weather import SpaceWeather, packed_weather
from .sunlight import SUNLIGHT_FIELDS
from .tables import NODES, TABLE_FIELDS
from .tides import TIDES_FIELDS
from .time import Epoch

EPOCH_FIELDS = [
    ("tt1", "f8"),  # days, parts of the Julian date TT of mission time zero
    ("tt2", "f8"),
]
ENVIRONMENT = np.dtype(
    EPOCH_FIELDS
    + TABLE_FIELDS
    + FRAME_FIELDS
    + GRAVITY_FIELDS
    + EPHEMERIS_FIELDS
    + TIDES_FIELDS
    + SUNLIGHT_FIELDS
    + ATMOSPHERE_FIELDS,
    align=True,
)
MARGIN = 3.0 * HOUR  # tables begin this long before the epoch and end this long after the span
LONGEST_SPAN_S = 20.0 * DAY  # nodes 3.9 h apart; the air's 3 h


@dataclass(frozen=True, kw_only=True)
class Forces:
    """What acts on a craft in orbit.

    field [-]: degree and order of EGM2008, at most 70 · sun, moon: their pull · drag: NRLMSISE-00 · solar_pressure:
    light, where the Earth does not shade it · tides: the solid Earth yields to Sun and Moon. Raises DataError.
    """

    field: tuple[int, int] = (20, 20)
    sun: bool = True
    moon: bool = True
    drag: bool = True
    solar_pressure: bool = False
    tides: bool = False

    def __post_init__(self) -> None:
        pair = self.field if isinstance(self.field, tuple | list) else ()
        if len(pair) != 2 or not all(isinstance(n, int | np.integer) for n in pair):
            raise DataError(f"forces with the field {self.field!r} were asked for; give degree and order, (20, 20)")


USUAL = Forces()


def build_environment(
    epoch: Epoch,
    *,
    span_s: float,
    forces: Forces = USUAL,
    density_factor: float = 1.0,
    weather: SpaceWeather | None = None,
    allow_prediction: bool = False,
) -> Record:
    """Environment record that serves mission times from 3 h before the epoch to 3 h after span_s.

    span_s [s]: at most 20 days · forces: what acts · density_factor [-]: multiplies the density of NRLMSISE-00 ·
    weather: its indices; the packed daily table when left out · allow_prediction: go on past the measured space weather
    and Earth orientation. Raises DataError.
    """
    check_epoch(epoch)
    if not 0.0 <= span_s <= LONGEST_SPAN_S:
        raise DataError(
            f"an environment of {span_s:.0f} s was asked; the longest is {LONGEST_SPAN_S:.0f} s, build several"
        )
    env = record(ENVIRONMENT)
    env.tt1, env.tt2 = epoch.tt1, epoch.tt2
    length = span_s + 2.0 * MARGIN
    env.table_start = -MARGIN
    env.table_step = max(HOUR, length / (NODES - 1.5))
    env.table_count = max(int(np.ceil(length / env.table_step)) + 1, 6)
    times = env.table_start + env.table_step * np.arange(env.table_count)
    fill_orientation(env, epoch, times, allow_prediction=allow_prediction)
    fill_gravity(env, *forces.field)
    fill_bodies(env, epoch, times)
    env.mu_sun = MU_SUN if forces.sun else 0.0
    env.mu_moon = MU_MOON if forces.moon else 0.0
    env.solar_pressure, env.tides = int(forces.solar_pressure), int(forces.tides)
    if forces.drag:
        fill_atmosphere(
            env,
            epoch,
            length,
            factor=density_factor,
            weather=packed_weather() if weather is None else weather,
            allow_prediction=allow_prediction,
        )
    return env


def j2_environment(epoch: Epoch) -> Record:
    """Environment of the central field and J2 alone, about the true pole of the epoch, for any mission time.

    For orbits, not for places on the Earth: polar motion and the change of UT1 are left out. Raises DataError.
    """
    check_epoch(epoch)
    env = record(ENVIRONMENT)
    env.tt1, env.tt2 = epoch.tt1, epoch.tt2
    env.table_count = 6
    env.table_step = 1e9  # the same row everywhere
    env.table_start = -2.5e9
    fill_orientation(env, epoch, np.zeros(6), allow_prediction=True)
    env.orientation[:, 3:5] = 0.0  # without polar motion the axis stands still, and energy is kept
    fill_gravity(env, 2, 0)
    fill_bodies(env, epoch, np.zeros(6))
    return env


def check_epoch(epoch: object) -> None:
    """Raises DataError where a text or a number was given for an Epoch."""
    if not isinstance(epoch, Epoch):
        raise DataError(
            f"an environment from {epoch!r} was asked for and an Epoch is needed; give "
            "Epoch.from_utc('2025-06-10T00:00:00')"
        )


def covers(env: Record, t: float) -> bool:
    """True when the tables reach mission time t [s]."""
    first = max(float(env.table_start), float(env.air_start)) if env.drag else float(env.table_start)
    return bool(first <= t <= last_time(env))


def last_time(env: Record) -> float:
    """Latest mission time [s] that the tables reach."""
    last = float(env.table_start + env.table_step * (env.table_count - 1))
    return min(last, float(env.air_start + env.air_step * (env.air_count - 1))) if env.drag else last


@kernel
def height(env: Record, t: float, r_N: Vector) -> float:
    """Geodetic height [m] over WGS 84."""
    return geodetic(components(dcm_EN(env, t), r_N))[2]


def pad_position_inertial(env: Record, t: float, site: tuple[float, float, float]) -> Array:
    """Position r_N (3,) [m] in GCRF at t [s] of a place on the Earth.

    site: geodetic latitude [deg], longitude [deg], east positive, and height [m] over WGS 84
    """
    latitude, longitude, height_m = site
    r_E = np.array(earth_fixed_position(latitude * DEGREE, longitude * DEGREE, height_m))
    return np.asarray(np.array(dcm_EN(env, float(t))).T @ r_E)
