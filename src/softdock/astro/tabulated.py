"""An orbit given by a table of states, interpolated: what an OEM is once it is read.

Lagrange and Hermite interpolation on the nodes nearest to the time asked for; see CCSDS 502.0-B-2 section 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..conventions import DAY, Array
from ..errors import DataError, PropagationError
from .teme import FRAMES, gcrf_from
from .time import Epoch

METHODS = ("HERMITE", "LAGRANGE", "LINEAR")
HIGHEST_DEGREE = 25
SLACK = 1e-6  # s beyond a window that is rounding and no extrapolation
_TELLABLE = 3e9  # s, a century: further off, a date says nothing
_SHOWN = 4  # stretches without a gap that a refusal lists
_AT_ONCE = 4096  # times; their products take some 70 MB at the highest degree


@dataclass(frozen=True, kw_only=True)
class Piece:
    """States on an unbroken stretch of time.

    frame: GCRF, EME2000, ITRF or TEME · times (n,) [s] from `epoch`, rising · r, v (n, 3) [m, m/s] in the frame ·
    method: HERMITE, LAGRANGE or LINEAR · degree of the polynomial · start, stop [s]: what may be asked for
    """

    frame: str
    epoch: Epoch
    times: Array
    r: Array
    v: Array
    method: str = "HERMITE"
    degree: int = 7
    start: float
    stop: float

    def __post_init__(self) -> None:
        n = len(self.times)
        if self.frame not in FRAMES or self.method not in METHODS or not 1 <= self.degree <= HIGHEST_DEGREE:
            raise DataError(
                f"a table in {self.frame}, {self.method} of degree {self.degree}, was asked for; the frames are "
                f"{', '.join(FRAMES)}, the methods {', '.join(METHODS)}, the degrees 1 to {HIGHEST_DEGREE}"
            )
        if self.r.shape != (n, 3) or self.v.shape != (n, 3) or n < self.nodes or not np.all(np.diff(self.times) > 0.0):
            raise DataError(
                f"a table of {n} states is to be interpolated with {self.method} of degree {self.degree}; give at "
                f"least {self.nodes} states at rising times, each of three components"
            )
        if not self.times[0] - SLACK <= self.start < self.stop <= self.times[-1] + SLACK:
            raise DataError(
                f"a table from {self.times[0]:g} to {self.times[-1]:g} s is to serve {self.start:g} to {self.stop:g}; "
                "keep that inside the table"
            )

    @property
    def nodes(self) -> int:
        """Number of states that one polynomial runs through; an even degree of Hermite is raised by one."""
        if self.method == "LINEAR":
            return 2
        return (self.degree + 2) // 2 if self.method == "HERMITE" else self.degree + 1

    def states(self, times: Array) -> tuple[Array, Array]:
        """Positions and velocities (n, 3) in the piece's frame at times (n,) [s] from its epoch, none of them checked.

        Hermite's velocity is the derivative of its position; Lagrange's and linear are interpolated on their own.
        """
        parts = [self._states(times[k : k + _AT_ONCE]) for k in range(0, max(len(times), 1), _AT_ONCE)]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _states(self, times: Array) -> tuple[Array, Array]:
        m = self.nodes
        after = np.searchsorted(self.times, times)
        first = np.clip(after - m // 2 - (m % 2) * self._nearer_below(times, after), 0, len(self.times) - m)
        rows = first[:, None] + np.arange(m)
        x = times[:, None] - self.times[rows]  # (n, m)
        gaps = x[:, None, :] - x[:, :, None]  # (n, j, k): t_j - t_k
        weights, slopes, own = _lagrange(x, gaps)
        r, v = self.r[rows], self.v[rows]
        if self.method != "HERMITE":
            return np.asarray(np.einsum("nj,njc->nc", weights, r)), np.asarray(np.einsum("nj,njc->nc", weights, v))
        a = 1.0 - 2.0 * x * own
        square, square_rate = weights * weights, 2.0 * weights * slopes
        at_r, at_v = a * square, x * square
        rate_r, rate_v = a * square_rate - 2.0 * own * square, square + x * square_rate
        return (
            np.asarray(np.einsum("nj,njc->nc", at_r, r) + np.einsum("nj,njc->nc", at_v, v)),
            np.asarray(np.einsum("nj,njc->nc", rate_r, r) + np.einsum("nj,njc->nc", rate_v, v)),
        )

    def _nearer_below(self, times: Array, after: NDArray[np.integer[Any]]) -> Array:
        """1 where the node before a time is the nearer one, so that an odd number of nodes is centred on it."""
        high = np.clip(after, 1, len(self.times) - 1)
        return np.asarray((times - self.times[high - 1] < self.times[high] - times) & (after > 0), dtype=int)


def times_of(times: Array | float) -> Array:
    """Times (n,) [s] of what was asked: of one number, (1,). Raises DataError for a table of times."""
    found = np.atleast_1d(np.asarray(times, dtype=float))
    if found.ndim != 1:
        raise DataError(f"states at times of shape {found.shape} were asked for; give one list of times (n,) [s]")
    return found


def _lagrange(x: Array, gaps: Array) -> tuple[Array, Array, Array]:
    """Lagrange's polynomials l_j(t), their derivatives there, and l_j'(t_j), each (n, m).

    x (n, k): t - t_k · gaps (n, j, k): t_j - t_k
    """
    n, m = x.shape
    diagonal = np.eye(m, dtype=bool)
    safe = np.where(diagonal, 1.0, gaps)
    ratio = np.where(diagonal, 1.0, x[:, None, :] / safe)
    inverse = np.where(diagonal, 0.0, 1.0 / safe)
    without = np.where(diagonal, 1.0, np.broadcast_to(ratio[:, :, None, :], (n, m, m, m)))  # (n, j, i, k), no k = i
    slopes = np.sum(inverse * np.prod(without, axis=-1), axis=-1)
    return np.prod(ratio, axis=-1), slopes, np.sum(inverse, axis=-1)


@dataclass(frozen=True)
class Ephemeris:
    """An orbit made of tabulated pieces: a Trajectory in GCRF, in seconds from `zero`.

    pieces: in order of time; where two meet, the later one speaks · zero: mission epoch, the first piece's if left out
    · allow_prediction: for pieces in ITRF, of the Earth's orientation past its last measured day
    """

    pieces: tuple[Piece, ...]
    zero: Epoch | None = None
    allow_prediction: bool = False

    def __post_init__(self) -> None:
        if not self.pieces:
            raise DataError("an ephemeris without pieces was asked for; give at least one")
        for before, after in zip(self.windows(), self.windows()[1:], strict=False):
            if after[0] < before[1] - SLACK:
                raise DataError(
                    f"pieces of an ephemeris overlap by {before[1] - after[0]:g} s; shorten one, or put them in order"
                )

    def windows(self) -> list[tuple[float, float]]:
        """Start and stop [s] of each piece, in mission time."""
        return [(p.start + self._offset(p), p.stop + self._offset(p)) for p in self.pieces]

    def states(self, times: Array | float) -> tuple[Array, Array]:
        """Positions and velocities (n, 3) [m, m/s] in GCRF at mission times (n,) [s].

        Raises PropagationError outside every piece's window, DataError where the Earth's orientation is not known.
        """
        times = times_of(times)
        windows = np.array(self.windows())
        chosen = np.searchsorted(windows[:, 0] - SLACK, times, side="right") - 1
        outside = (chosen < 0) | ~(times <= windows[np.maximum(chosen, 0), 1] + SLACK)
        if np.any(outside):
            raise self._refusal(float(times[int(np.argmax(outside))]))
        r, v = np.empty((len(times), 3)), np.empty((len(times), 3))
        for k in np.unique(chosen):
            piece, mask = self.pieces[k], chosen == k
            own = times[mask] - self._offset(piece)
            at, rate = piece.states(own)
            r[mask], v[mask] = gcrf_from(
                piece.frame, piece.epoch, own, r=at, v=rate, allow_prediction=self.allow_prediction
            )
        return r, v

    def positions(self, times: Array | float) -> Array:
        """Positions (n, 3) [m] in GCRF at mission times (n,) [s]. Raises PropagationError, DataError."""
        return self.states(times)[0]

    def velocities(self, times: Array | float) -> Array:
        """Velocities (n, 3) [m/s] in GCRF at mission times (n,) [s]. Raises PropagationError, DataError."""
        return self.states(times)[1]

    def _offset(self, piece: Piece) -> float:
        """Mission time [s] of a piece's epoch."""
        if self.zero is None:
            zero = self.pieces[0].epoch
        else:
            zero = self.zero
        return ((piece.epoch.tt1 - zero.tt1) + (piece.epoch.tt2 - zero.tt2)) * DAY

    def _spans(self) -> list[tuple[float, float]]:
        """Start and stop [s] of what is served without a gap, in mission time: windows that meet are one."""
        spans: list[tuple[float, float]] = []
        for start, stop in self.windows():
            touches = bool(spans) and start <= spans[-1][1] + SLACK
            spans[-1:] = [(spans[-1][0], stop)] if touches else [*spans[-1:], (start, stop)]
        return spans

    def _refusal(self, t: float) -> PropagationError:
        zero = self.zero or self.pieces[0].epoch
        spans = self._spans()
        shown = spans if len(spans) <= _SHOWN else [spans[0], spans[-1]]
        known = "; ".join(f"{zero.utc(a)} to {zero.utc(b)}" for a, b in shown)
        left_out = len(spans) - len(shown)
        more = f", and {left_out} {'stretch' if left_out == 1 else 'stretches'} between these" if left_out else ""
        asked = zero.utc(t) if abs(t) < _TELLABLE else f"{t:g} s from {zero.utc()}"
        return PropagationError(
            f"the ephemeris was asked for {asked} UTC and serves {known}{more}; it is not extrapolated, "
            "ask within it or give a longer one",
            time_s=t,
        )
