"""Light and ground-station cover at docking, for many dockings at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..astro.eclipses import beta_angle, shadow_depth
from ..astro.passes import Station
from ..astro.sky import Sky, build_sky, earth_fixed_positions, sun_positions
from ..conventions import Array
from .window_target import MeanTarget

Seen = NDArray[np.bool_]

_LOOK = 30.0  # s between looks
_AHEAD = 6000.0  # s: longer than day or night of a low orbit; later changes are not told


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a docking has around it.

    beta [rad]: Sun above the orbit plane, positive toward the orbit normal · is_sunlit: not in the umbra ·
    light_lasts [s]: until day or night ends; nan when not within 100 min · stations: names of those that see the
    target at docking · cover [-]: share of the last minutes before it in which at least one did
    """

    beta: float
    is_sunlit: bool
    light_lasts: float
    stations: tuple[str, ...]
    cover: float


def surroundings(
    target: MeanTarget, times: Array, *, stations: Sequence[Station], cover_before: float, allow_prediction: bool
) -> list[Surroundings]:
    """Light and cover at times (n,) [s]. cover_before [s]: how long before it cover is reckoned.

    Times within two hours of the target's end are looked at as far as it goes. Raises DataError.
    """
    times = np.asarray(times, dtype=float)
    if not times.size:
        return []
    sky = build_sky(target.epoch, span_s=max(float(times.max()), 0.0), allow_prediction=allow_prediction)
    r, v = target.states(times)
    beta = beta_angle(r, v, sun_positions(sky, times))
    looks = times[:, None] + np.arange(0.0, _AHEAD + _LOOK, _LOOK)
    held = np.minimum(looks, target.stop).ravel()
    depth = shadow_depth(sky, held, r=target.states(held)[0]).reshape(looks.shape)
    lasts = _first_change(depth)
    lasts = np.where(times + lasts <= target.stop, lasts, np.nan)
    seen = [_seen(target, sky, times, station=one, before=cover_before) for one in stations]
    any_seen = np.any(seen, axis=0) if seen else np.zeros((len(times), 1))
    return [
        Surroundings(
            beta=float(beta[k]),
            is_sunlit=bool(depth[k, 0] < 0.0),
            light_lasts=float(lasts[k]),
            stations=tuple(one.name for one, row in zip(stations, seen, strict=True) if row[k, -1]),
            cover=float(np.mean(any_seen[k])),
        )
        for k in range(len(times))
    ]


def _first_change(depth: Array) -> Array:
    """Seconds (n,) until each row (n, m) first changes its sign, by a straight line between looks; nan if never."""
    change = np.sign(depth[:, 1:]) != np.sign(depth[:, :-1])
    k = np.argmax(change, axis=1)
    rows = np.arange(len(depth))
    before, after = depth[rows, k], depth[rows, k + 1]
    part = before / np.where(before == after, 1.0, before - after)
    return np.where(change.any(axis=1), (k + part) * _LOOK, np.nan)


def _seen(target: MeanTarget, sky: Sky, times: Array, *, station: Station, before: float) -> Seen:
    """Whether a station sees the target at looks (n, m) that end at the times."""
    looks = times[:, None] - np.arange(_LOOK * np.ceil(before / _LOOK), -_LOOK, -_LOOK)
    looks = np.maximum(looks, target.start)
    r = target.states(looks.ravel())[0]
    azimuth, elevation = station.look(earth_fixed_positions(sky, looks.ravel(), r=r))
    return np.asarray(elevation > station.mask(azimuth)).reshape(looks.shape)
