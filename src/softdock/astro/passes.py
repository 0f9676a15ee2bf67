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
from ..numerics.roots import ACCURACY, crossings_on, extrema, facing, grid, grid_by_turn, intervals_on, is_empty
from .sky import Sky, earth_fixed_positions
from .topocentric import Site, azimuth_and_elevation
from .trajectory import GROUND_STEP, Trajectory, check_zero, search_step

_MOST_TURN = np.pi / 16.0  # of the azimuth in a step, where the mask has corners
Track = Callable[[Array], Array]  # Earth-fixed positions (n, 3) of times (n,)
Elevation = Callable[[Array], Array]
Mask = float | tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Station:
    """A place that sees craft.

    site: where it is · mask_deg: least elevation at which a craft is seen, one for all around or a sequence of pairs
    (azimuth from north over east, elevation), straight lines in between. Raises DataError.
    """

    name: str
    site: Site
    mask_deg: Mask = 0.0

    def __post_init__(self) -> None:
        mask = _mask_of(self.mask_deg)
        if mask is None:
            raise DataError(
                f"station '{self.name}' has the mask {self.mask_deg} deg; give one elevation from -90 to 90, or pairs "
                "of azimuth, rising from 0 to below 360, and elevation"
            )
        object.__setattr__(self, "mask_deg", mask)

    def look(self, r_E: Array) -> tuple[Array, Array]:
        """Azimuth, 0 to 2 pi from north over east, and elevation (n,) [rad] of positions r_E (n, 3) [m] in ITRF."""
        return azimuth_and_elevation((r_E - self.site.position()) @ self.site.axes().T)

    def mask(self, azimuth: Array) -> Array:
        """Least elevation (n,) [rad] at azimuths (n,) [rad]."""
        if isinstance(self.mask_deg, float):
            return np.full(np.shape(azimuth), self.mask_deg * DEGREE)
        table = np.array(self.mask_deg) * DEGREE
        return np.interp(azimuth, table[:, 0], table[:, 1], period=2.0 * np.pi)

    def corners(self) -> Array:
        """Azimuths (m,) [rad] at which the mask has a corner; none of an even mask."""
        return np.empty(0) if isinstance(self.mask_deg, float) else np.array(self.mask_deg)[:, 0] * DEGREE

    def lowest(self) -> float:
        """Least elevation [rad] of the mask."""
        return DEGREE * (self.mask_deg if isinstance(self.mask_deg, float) else min(h for _, h in self.mask_deg))


def _mask_of(given: object) -> Mask | None:
    """A mask as one number or as pairs of numbers; None where it is neither."""
    try:
        table = np.array(given, dtype=float) if not isinstance(given, str) else np.empty(0)
    except (TypeError, ValueError):
        return None
    if table.ndim == 0:
        return float(table) if abs(table) <= 90.0 else None
    if table.ndim != 2 or table.shape[1] != 2 or not np.all(np.abs(table[:, 1]) <= 90.0):
        return None
    azimuth = table[:, 0]
    rising = np.all(np.diff(azimuth) > 0.0) and azimuth[0] >= 0.0 and azimuth[-1] < 360.0
    return tuple((float(a), float(h)) for a, h in table) if rising else None


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
    transit into several passes.
    """
    check_zero(trajectory, env)
    if is_empty(start, stop, what="passes"):
        return []
    times = grid(start, stop, step=min(search_step(trajectory, start, stop), GROUND_STEP))
    r_E = earth_fixed_positions(env, times, r=trajectory.positions(times))

    def track(t: Array) -> Array:
        return earth_fixed_positions(env, t, r=trajectory.positions(t))

    found = [one for station in stations for one in _passes_of(station, track, times, r_E)]
    return sorted(found, key=lambda one: (one.aos, one.station))


def _passes_of(station: Station, track: Track, times: Array, r_E: Array) -> list[Pass]:
    """Passes over one station, with the Earth-fixed positions on the grid already known."""
    spans = _seen_spans(station, track, times, r_E)
    if not spans.size:
        return []
    aos, los = spans.T
    top, heights = _culminations(lambda t: station.look(track(t))[1], spans, times)
    azimuths = station.look(track(np.concatenate([aos, los])))[0].reshape(2, -1)
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


def _seen_spans(station: Station, track: Track, times: Array, r_E: Array) -> Array:
    """Begin and end (n, 2) [s] of the stretches above the mask, each sought within one above its lowest elevation."""
    lowest = station.lowest()
    found = intervals_on(lambda t: station.look(track(t))[1] - lowest, times, station.look(r_E)[1] - lowest)
    if not station.corners().size:
        return np.array(found).reshape(-1, 2)

    def above(t: Array) -> Array:
        azimuth, elevation = station.look(track(t))
        return elevation - station.mask(azimuth)

    seen = []
    for begin, end in found:
        inside = _nodes_to_mask(station, track, _nodes_within(times, begin, end))
        seen += intervals_on(above, inside, above(inside))
    return np.array(seen).reshape(-1, 2)


def _nodes_within(times: Array, begin: float, end: float) -> Array:
    """The grid from begin to end [s], these and a node a millisecond from each included."""
    edge = min(ACCURACY, 1e-3 * (end - begin))
    inner = times[(times > begin) & (times < end)]
    return np.unique(np.concatenate([[begin, begin + edge], inner, [end - edge, end]]))


def _nodes_to_mask(station: Station, track: Track, times: Array) -> Array:
    """The grid, denser where the azimuth turns, with nodes at and a millisecond beside the corners of the mask.

    So the mask is a straight line over the azimuth in each step, and each stretch between two corners is looked at as a
    span of its own.
    """

    def azimuth(t: Array) -> Array:
        return station.look(track(t))[0]

    times = grid_by_turn(azimuth, times, most=_MOST_TURN)
    known = azimuth(times)

    def passed(corner: float) -> list[float]:
        found = crossings_on(lambda t: np.sin(azimuth(t) - corner), times, np.sin(known - corner))
        return [t for t, _ in facing(lambda t: np.cos(azimuth(t) - corner), found)]

    at = np.array([t for corner in station.corners().tolist() for t in passed(corner)])
    beside = at[:, None] + [-ACCURACY, 0.0, ACCURACY]
    return np.unique(np.concatenate([times, beside[(beside > times[0]) & (beside < times[-1])]]))


def _culminations(elevation: Elevation, spans: Array, times: Array) -> tuple[Array, Array]:
    """When the elevation is greatest in each pass and how great [rad]: on the nodes of the search, then closed in."""
    nodes = [_nodes_within(times, begin, end) for begin, end in spans]
    looks = np.split(elevation(np.concatenate(nodes)), np.cumsum([len(one) for one in nodes])[:-1])
    best = [int(np.argmax(one)) for one in looks]
    low = np.array([one[max(k - 1, 0)] for one, k in zip(nodes, best, strict=True)])
    high = np.array([one[min(k + 1, len(one) - 1)] for one, k in zip(nodes, best, strict=True)])
    top, value, _ = extrema(elevation, low, high)
    at = np.array([one[k] for one, k in zip(nodes, best, strict=True)])
    most = np.array([one[k] for one, k in zip(looks, best, strict=True)])
    return np.where(value >= most, top, at), np.maximum(value, most)
