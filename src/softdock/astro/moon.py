"""The Moon as seen from the Earth's centre: ERFA's series with what is missing to DE440 from a packed table."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import erfa
import numpy as np

from ..conventions import Array
from ..errors import DataError
from .constants import ASTRONOMICAL_UNIT
from .time import Epoch

FIRST_DAY = 2436934.5  # Julian date TT of the first row, 1960-01-01; one row a day to 2060-01-01
_POINTS = 8  # of the interpolation


@lru_cache(maxsize=1)
def _table() -> Array:
    """DE440 less the series, whole metres (n, 3), one row a day from FIRST_DAY. Raises DataError."""
    with resources.as_file(resources.files("softdock.data").joinpath("ephemeris/moon_de440.npy")) as path:
        table = np.load(path, allow_pickle=False)
    if table.dtype != np.dtype("<i2") or table.ndim != 2 or table.shape[1] != 3 or len(table) < _POINTS:
        raise DataError("the table of the Moon moon_de440.npy is damaged; reinstall softdock")
    return np.asarray(table, dtype=float)


def moon_positions(epoch: Epoch, times: Array) -> Array:
    """Geometric positions (n, 3) [m] of the Moon from the Earth's centre in GCRF at mission times (n,) [s].

    From 1960 to 2060 they are DE440's (Park et al. 2021) to 10 m rms, 40 m at worst. Before and after they are those
    of the series alone (Meeus 1998, ERFA's moon98), which is off by 6 km rms, 32 km at worst. Light time is left out.
    """
    tt1, tt2 = epoch.tt(times)
    series = ASTRONOMICAL_UNIT * np.asarray(erfa.moon98(tt1, tt2)["p"])
    return np.asarray(series + _missing((tt1 - FIRST_DAY) + tt2))


def _missing(days: Array) -> Array:
    """What the series lacks (n, 3) [m] at days (n,) after the first row; zero where the table does not reach."""
    table = _table()
    inside = (days >= 0.0) & (days <= len(table) - 1.0)
    x = np.where(inside, days, 0.0)
    first = np.clip(np.floor(x).astype(int) - (_POINTS // 2 - 1), 0, len(table) - _POINTS)
    offsets = (x - first)[:, None] - np.arange(_POINTS)  # from each of the eight rows
    weights = np.ones((len(x), _POINTS))
    for j in range(_POINTS):
        for k in range(_POINTS):
            if k != j:
                weights[:, j] *= offsets[:, k] / (j - k)
    rows = table[first[:, None] + np.arange(_POINTS)]
    return np.where(inside[:, None], np.einsum("nk,nkc->nc", weights, rows), 0.0)
