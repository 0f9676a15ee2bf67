"""When a ground station sees a craft: rise, culmination and set above its mask.

Geometric: no refraction, no light time. The horizon is the plane through the station at right angles to the normal of
the ellipsoid WGS 84.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import DEGREE, Array, Record
from ..errors import DataError
from ..numerics.roots import extrema, grid, intervals_on
from .sky import Sky, earth_fixed_positions
from .topocentric import Site
from .trajectory import Trajectory, search_step

_LOOKS = 17  # at a pass, for its highest point; long passes of high orbits may have several


@dataclass(frozen=True, kw_only=True)
class Station:
    """A place that sees craft.

    site: where it is · mask_deg: least elevation at which a craft is seen, one for all around or pairs (azimuth from
    north over east, elevation), straight lines in between
    """

    name: str
    site: Site
    mask_deg: float | tuple[tuple[float, float], ...] = 0.0

    def __post_init__(self) -> None:
        if not self._mask_is_in_range():
            raise DataError(
                f"station '{self.name}' has the mask {self.mask_deg} deg; give one elevation from -90 to 90, or pairs "
                "of azimuth, rising from 0 to below 360, and elevation"
            )

    def _mask_is_in_range(self) -> bool:
        if not isinstance(self.mask_deg, tuple):
            return abs(self.mask_deg) <= 90.0
        pairs = np.array(self.mask_deg, dtype=object)
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            return False
        azimuth, elevation = pairs.astype(float).T
        rising = np.all(np.diff(azimuth) > 0.0) and azimuth[0] >= 0.0 and azimuth[-1] < 360.0
        return bool(rising and np.all(np.abs(elevation) <= 90.0))

    def look(self, r_E: Array) -> tuple[Array, Array]:
        """Azimuth, 0 to 2 pi from north over east, and elevation (n,) [rad] of positions r_E (n, 3) [m] in ITRF."""
        east, north, up = self.site.axes() @ (r_E - self.site.position()).T
        return np.arctan2(east, north) % (2.0 * np.pi), np.arctan2(up, np.hypot(east, north))

    def mask(self, azimuth: Array) -> Array:
        """Least elevation (n,) [rad] at azimuths (n,) [rad]."""
        if not isinstance(self.mask_deg, tuple):
            return np.full(np.shape(azimuth), self.mask_deg * DEGREE)
        table = np.array(self.mask_deg) * DEGREE
        return np.interp(azimuth, table[:, 0], table[:, 1], period=2.0 * np.pi)


@dataclass(frozen=True, kw_only=True)
class Pass:
    """A craft above a station's mask.

    aos, los [s]: begin and end; where the search cut the pass, its start or stop · culmination [s]: when it stands
    highest · elevation [rad]: then · aos_azimuth, los_azimuth [rad] from north over east · whole: not cut
    """

    station: str
    aos: float
    los: float
    culmination: float
    elevation: float
    aos_azimuth: float
    los_azimuth: float
    whole: bool


def passes(
    trajectory: Trajectory, env: Record | Sky, start: float, *, stop: float, stations: Sequence[Station]
) -> list[Pass]:
    """All passes of a craft over some stations from start to stop [s], by time of rise. Raises DataError.

    A pass that only touches the mask, for less than a millisecond, is none. A mask of several azimuths may cut one
    transit into several passes; walls in it narrower than the way of the craft in 1/32 revolution may be overlooked.
    """
    if not stop > start:
        return []
    times = grid(start, stop, step=search_step(trajectory, start, stop))
    r_E = earth_fixed_positions(env, times, r=trajectory.positions(times))

    def track(t: Array) -> Array:
        return earth_fixed_positions(env, t, r=trajectory.positions(t))

    found = [one for station in stations for one in _passes_of(station, track, times, r_E)]
    return sorted(found, key=lambda one: (one.aos, one.station))


def _passes_of(station: Station, track: Callable[[Array], Array], times: Array, r_E: Array) -> list[Pass]:
    """Passes over one station, with the Earth-fixed positions on the grid already known."""

    def above(r: Array) -> Array:
        azimuth, elevation = station.look(r)
        return elevation - station.mask(azimuth)

    found = np.array(intervals_on(lambda t: above(track(t)), times, above(r_E))).reshape(-1, 2)
    if not found.size:
        return []
    aos, los = found[:, 0], found[:, 1]
    top = _culminations(lambda t: station.look(track(t))[1], aos, los)
    azimuths = station.look(track(np.concatenate([aos, los])))[0].reshape(2, -1)
    heights = station.look(track(top))[1]
    whole = (aos > times[0]) & (los < times[-1])
    rows = zip(aos, los, top, heights, azimuths[0], azimuths[1], whole, strict=True)
    return [
        Pass(
            station=station.name,
            aos=float(a), los=float(b), culmination=float(t), elevation=float(h),
            aos_azimuth=float(first), los_azimuth=float(last), whole=bool(uncut),
        )
        for a, b, t, h, first, last, uncut in rows
    ]  # fmt: skip


def _culminations(elevation: Callable[[Array], Array], aos: Array, los: Array) -> Array:
    """When the elevation is greatest in each pass: looked for on a coarse grid of its own, then closed in."""
    parts = np.linspace(0.0, 1.0, _LOOKS)
    times = aos[:, None] + (los - aos)[:, None] * parts
    looks = elevation(times.ravel()).reshape(times.shape)
    best = np.argmax(looks, axis=1)
    rows = np.arange(aos.size)
    low, high = times[rows, np.maximum(best - 1, 0)], times[rows, np.minimum(best + 1, _LOOKS - 1)]
    top, value, _ = extrema(elevation, low, high)
    return np.where(value >= looks[rows, best], top, times[rows, best])
