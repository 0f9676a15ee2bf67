"""The sky over many moments at once: Sun, pole and Earth-fixed positions, also over spans longer than one environment.

Wherever an event asks for an environment, a Sky does as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..conventions import DAY, Array, Record
from ..errors import DataError
from ..kernels import kernel
from ..numerics.vectors import as_tuple, store
from .environment import LONGEST_SPAN_S, Forces, build_environment, check_epoch
from .ephemeris import sun_position
from .frames import components, dcm_EN, dcm_IN
from .time import Epoch


@dataclass(frozen=True, eq=False)
class Sky:
    """Environments one after the other.

    records: without air, the later one speaks where two meet · zeros: mission time [s] at which each has its t = 0
    """

    records: tuple[Record, ...]
    zeros: tuple[float, ...]

    @property
    def tt1(self) -> float:
        """First part of the Julian date TT [days] of mission time zero, as an environment has it."""
        return float(self.records[0].tt1)

    @property
    def tt2(self) -> float:
        """Second part of that date [days]."""
        return float(self.records[0].tt2) - self.zeros[0] / DAY


def build_sky(epoch: Epoch, *, span_s: float, allow_prediction: bool = False) -> Sky:
    """Sky that serves mission times from 3 h before the epoch to 3 h after span_s [s]. Raises DataError.

    allow_prediction: go on past the measured Earth orientation
    """
    check_epoch(epoch)
    if not 0.0 <= span_s < float("inf"):
        raise DataError(f"a sky of {span_s:g} s was asked; give a span that is finite and not negative")
    zeros = tuple(k * LONGEST_SPAN_S for k in range(max(int(np.ceil(span_s / LONGEST_SPAN_S)), 1)))
    records = tuple(
        build_environment(
            Epoch(epoch.tt1, epoch.tt2 + zero / DAY),
            span_s=min(span_s - zero, LONGEST_SPAN_S),
            forces=Forces(field=(2, 0), drag=False),  # places on the Earth, Sun and Moon need no more
            allow_prediction=allow_prediction,
        )
        for zero in zeros
    )
    return Sky(records, zeros)


def earth_fixed_positions(env: Record | Sky, times: Array, *, r: Array) -> Array:
    """Positions r_E (n, 3) [m] in ITRF of r (n, 3) [m] in GCRF at times (n,) [s]. Raises DataError."""
    r = rows_at(times, r)
    out = np.empty(r.shape)
    for record, own, rows in _parts(env, times):
        part = np.empty((own.size, 3))
        fill_earth_fixed(record, own, np.array(r[rows], order="C"), part)
        out[rows] = part
    return out


def sun_positions(env: Record | Sky, times: Array) -> Array:
    """Sun from the Earth's centre (n, 3) [m] in GCRF, geometric, at times (n,) [s]. Raises DataError."""
    return _filled(env, times, fill_sun)


def pole_directions(env: Record | Sky, times: Array) -> Array:
    """Celestial pole of date (n, 3), unit vectors in GCRF, at times (n,) [s]. Raises DataError."""
    return _filled(env, times, fill_poles)


def _filled(env: Record | Sky, times: Array, fill: Callable[[Record, Array, Array], None]) -> Array:
    """Vectors (n, 3) that a kernel fills in, environment by environment."""
    out = np.empty((np.size(times), 3))
    for record, own, rows in _parts(env, times):
        part = np.empty((own.size, 3))
        fill(record, own, part)
        out[rows] = part
    return out


def rows_at(times: Array, r: Array) -> Array:
    """A copy of positions r (n, 3), one for each of the times (n,). Raises DataError when they are not as many."""
    found = np.array(r, dtype=float, order="C")
    if found.shape != (np.size(times), 3):
        raise DataError(
            f"positions {found.shape} were given at {np.size(times)} times; give one row of three for each time"
        )
    return found


def _parts(env: Record | Sky, times: Array) -> Iterator[tuple[Record, Array, Any]]:
    """Each environment with its own times and the rows that they are. Raises DataError outside the tables."""
    times = np.array(times, dtype=float).reshape(-1)  # a copy: writable whatever came, one signature of the kernels
    if not isinstance(env, Sky):
        _check_covered(env, times, 0.0)
        yield env, times, slice(None)
        return
    chosen = np.maximum(np.searchsorted(env.zeros, times, side="right") - 1, 0)
    for k in np.unique(chosen):
        rows = np.flatnonzero(chosen == k)
        own = times[rows] - env.zeros[k]
        _check_covered(env.records[k], own, env.zeros[k])
        yield env.records[k], own, rows


def _check_covered(env: Record, times: Array, zero: float) -> None:
    """Raises DataError where the tables that the kernels read do not reach; a NaN is not reached."""
    u = (times - env.table_start) / env.table_step
    outside = ~((u >= 0.0) & (u <= env.table_count - 1.0))
    if np.any(outside):
        asked, first = zero + times[int(np.argmax(outside))], zero + env.table_start
        last = first + env.table_step * (env.table_count - 1)
        raise DataError(
            f"Sun and Earth were asked for at {asked:g} s, and the environment's tables reach from {first:g} to "
            f"{last:g} s; build it with a longer span_s, or build a sky"
        )


@kernel
def fill_earth_fixed(env: Record, times: Array, r_N: Array, out: Array) -> None:
    """Write the components in ITRF of positions (n, 3) in GCRF."""
    for i in range(times.shape[0]):
        store(out[i], components(dcm_EN(env, times[i]), as_tuple(r_N[i])))


@kernel
def fill_sun(env: Record, times: Array, out: Array) -> None:
    """Write the Sun's positions (n, 3) [m] in GCRF."""
    for i in range(times.shape[0]):
        store(out[i], sun_position(env, times[i]))


@kernel
def fill_poles(env: Record, times: Array, out: Array) -> None:
    """Write the directions (n, 3) of the celestial pole of date in GCRF."""
    for i in range(times.shape[0]):
        store(out[i], dcm_IN(env, times[i])[2])
