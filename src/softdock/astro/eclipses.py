"""Day and night of a craft: when it enters and leaves the Earth's umbra and penumbra, and how high the Sun stands.

The Earth is the ellipsoid WGS 84, or a ball of its equatorial radius, without air; the Sun is a ball. Where two limbs
touch is in limb.py, the equations are in docs/theory/events.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..conventions import Array, Record
from ..errors import DataError
from ..numerics.roots import crossings, intervals, is_empty
from .constants import ASTRONOMICAL_UNIT, FLATTENING
from .limb import fill_limb_angles
from .sky import Sky, pole_directions, rows_at, sun_positions
from .trajectory import Trajectory, check_zero, search_step

_LIGHT_TIME = ASTRONOMICAL_UNIT / 299792458.0  # s; its 1.7 % through the year are 0.3" of the Sun's place
UMBRA, PENUMBRA = "umbra", "penumbra"


@dataclass(frozen=True, kw_only=True)
class Shadow:
    """How the Earth's shadow is drawn.

    flattening [-]: of the Earth, 0 for a ball of its equatorial radius · apparent: the Sun stands where it is seen, as
    its light does come, 20" behind the geometric place that tools commonly use. In low orbit that is 0.09 s. Raises
    DataError.
    """

    flattening: float = FLATTENING
    apparent: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.flattening < 1.0:
            raise DataError(
                f"a shadow of an Earth with the flattening {self.flattening:g} was asked for; give 0 for a ball to "
                "below 1"
            )


ELLIPSOID = Shadow()
BALL = Shadow(flattening=0.0)


def shadow_depth(env: Record | Sky, times: Array, *, r: Array, part: str = UMBRA, shadow: Shadow = ELLIPSOID) -> Array:
    """Angle (n,) [rad] by which the Sun is past the edge of a shadow's part: positive inside.

    r (n, 3) [m]: positions in GCRF at times (n,) [s] · part: 'umbra', where the whole Sun is hidden, or 'penumbra',
    where some of it is. Raises DataError.
    """
    _check_part(part)
    times = np.asarray(times, dtype=float).reshape(-1)
    r = rows_at(times, r)
    sun = sun_positions(env, times - (_LIGHT_TIME if shadow.apparent else 0.0))
    angles = np.empty_like(r)
    fill_limb_angles(pole_directions(env, times), r, sun, float(shadow.flattening), angles)
    sun_radius = -angles[:, 0] if part == UMBRA else angles[:, 0]
    return np.asarray(angles[:, 1] + sun_radius - angles[:, 2])


def _check_part(part: str) -> None:
    if part not in (UMBRA, PENUMBRA):
        raise DataError(f"the part '{part}' of the shadow was asked for; the known ones are {UMBRA} and {PENUMBRA}")


def shadow_intervals(
    trajectory: Trajectory,
    env: Record | Sky,
    start: float,
    *,
    stop: float,
    part: str = UMBRA,
    shadow: Shadow = ELLIPSOID,
) -> list[tuple[float, float]]:
    """Entry and exit [s] of each passage through the umbra or penumbra; one cut by start or stop begins or ends there.

    The penumbra's intervals contain the umbra's. Raises DataError.
    """
    _check_part(part)
    check_zero(trajectory, env)
    if is_empty(start, stop, what="passages of the shadow"):
        return []
    depth = _depth(trajectory.positions, env, part, shadow)
    return intervals(depth, start, stop, step=search_step(trajectory, start, stop))


def umbra_intervals(
    positions: Callable[[Array], Array], env: Record | Sky, start: float, *, stop: float, step: float = 120.0
) -> list[tuple[float, float]]:
    """Entry and exit [s] of each passage through the umbra of positions alone, looked for with a given step [s].

    The positions' times count from the environment's epoch, which nothing checks here. Raises DataError.
    """
    if is_empty(start, stop, what="passages of the umbra"):
        return []
    return intervals(_depth(positions, env, UMBRA, ELLIPSOID), start, stop, step=step)


def sunrises(
    trajectory: Trajectory, env: Record | Sky, start: float, *, stop: float, shadow: Shadow = ELLIPSOID
) -> list[tuple[float, int]]:
    """Times [s] at which the Sun's upper limb rises (+1) and sets (-1) over the Earth's limb, seen from the craft.

    The upper limb comes first and goes last: these are exit from and entry into the umbra. The whole Sun stands clear
    of the Earth from the exit from the penumbra on. Raises DataError.
    """
    check_zero(trajectory, env)
    if is_empty(start, stop, what="sunrises"):
        return []
    depth = _depth(trajectory.positions, env, UMBRA, shadow)
    found = crossings(lambda t: -depth(t), start, stop, step=search_step(trajectory, start, stop))
    return [(t, direction) for t, direction in found]


def beta_angle(r: Array, v: Array, sun: Array) -> Array:
    """Angle (...) [rad] of the Sun above the orbit plane, positive toward r x v. r, v, sun (..., 3) in one frame."""
    h = np.cross(r, v)
    sine = np.sum(h * sun, axis=-1) / (np.linalg.norm(h, axis=-1) * np.linalg.norm(sun, axis=-1))
    return np.asarray(np.arcsin(np.clip(sine, -1.0, 1.0)))


def _depth(
    positions: Callable[[Array], Array], env: Record | Sky, part: str, shadow: Shadow
) -> Callable[[Array], Array]:
    return lambda times: shadow_depth(env, times, r=positions(times), part=part, shadow=shadow)
