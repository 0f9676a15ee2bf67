"""Many dispersed coasts at once: the same forces, other states, every core at work."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..conventions import Array, Record
from ..errors import PropagationError
from .arcs import PointState, propagate
from .checks import check_flight
from .coasts import long_coast
from .dop853 import interpolate

_SLACK = 1e-6  # s beyond the ends that is rounding


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Coasts of a crowd.

    times (m,) [s] · states (n, m, 6): r [m], v [m/s] in GCRF, nan in the rows of a craft that did not arrive ·
    failures: why, by number
    """

    times: Array
    states: Array
    failures: dict[int, str]


def propagate_many(
    env: Record,
    t: float,
    states: Array,
    *,
    times: Array,
    loads: Array | tuple[float, float, float] = (1.0, 0.0, 0.0),
    error_m: float = 0.1,
    workers: int | None = None,
) -> Ensemble:
    """States at `times` [s] of craft that coast from `states` (n, 6) [m, m/s] in GCRF at t [s].

    times (m,): rising, all at t or later · loads: mass [kg], drag coefficient times area [m^2] and radiation pressure
    coefficient times area [m^2], three for all or (n, 3) · error_m [m]: aim after two days in low orbit; 0.1 takes
    two thirds of the time of 0.001 · workers: threads, one a core where left out; the answer does not depend on them.
    Raises PropagationError for what cannot be asked; a craft that cannot fly is named in `failures`.
    """
    crowd, asked = np.ascontiguousarray(states, dtype=float), np.asarray(times, dtype=float).reshape(-1)
    if crowd.ndim != 2 or crowd.shape[1] != 6:
        raise PropagationError(f"states of shape {crowd.shape} were given; an ensemble takes (n, 6): r [m], v [m/s]")
    rising = asked.size and np.all(np.isfinite(asked)) and np.all(np.diff(asked) > 0.0)
    if not rising or not asked[0] >= t - _SLACK or not 0.0 < error_m <= 1e4:
        raise PropagationError(
            f"an ensemble from {t} s was asked at {asked.size} times with an error of {error_m} m; the times must be "
            "finite, rise and not lie before the start, and the error be above 0 and at most 10 km"
        )
    n = len(crowd)
    given = np.asarray(loads, dtype=float)
    if given.shape not in ((3,), (n, 3)):
        raise PropagationError(
            f"loads of shape {given.shape} were given for {n} craft; mass [kg] and two areas [m2] are (3,) or ({n}, 3)"
        )
    each = np.broadcast_to(given, (n, 3))
    found = np.full((n, asked.size, 6), np.nan)

    def fly(k: int) -> str:
        """Fill one row; returns why it could not be filled."""
        mass, drag_area, light_area = (float(x) for x in each[k])
        start = PointState(float(t), crowd[k, :3], crowd[k, 3:], mass)
        try:
            found[k] = _states(env, start, asked, areas=(drag_area, light_area), error_m=error_m)
        except PropagationError as fault:
            return str(fault)
        return ""

    reasons = _in_threads(fly, n, workers or os.cpu_count() or 1)
    return Ensemble(asked, found, {k: why for k, why in enumerate(reasons) if why})


def _states(env: Record, start: PointState, times: Array, *, areas: tuple[float, float], error_m: float) -> Array:
    """States (m, 6) of one craft."""
    y = np.array([*start.r, *start.v, start.mass])
    until = float(times[-1])
    check_flight(env, start, until=until, areas=areas)
    coast = long_coast(env, start.t, y, until=until, areas=areas, error_m=error_m)
    if coast is None:
        return propagate(env, start, until=until, drag_area=areas[0], light_area=areas[1]).states(times)[:, :6]
    out = np.empty((len(times), 7))
    interpolate(*coast.steps_at(times), times, out)
    return out[:, :6]


def _in_threads(work: Callable[[int], str], n: int, workers: int) -> list[str]:
    """Answers of `work` for 0 to n - 1. Kernels let go of the interpreter's lock, so threads share out the cores."""
    pool = ThreadPoolExecutor(max_workers=max(1, min(workers, n)))
    try:
        return list(pool.map(work, range(n)))
    finally:
        pool.shutdown(cancel_futures=True)  # after an interrupt: those in the air land, no other starts
