"""Where a function of time passes zero: every root on a span, to a millisecond, many brackets at once.

The span is looked at on a grid. A step whose ends differ in sign holds a root. A node that is nearer to zero than both
neighbours may hide two roots, or a touch, at the extremum beside it: that extremum is found and looked at too. So no
root is missed as long as the function has at most one extremum in any two neighbouring steps; who chooses the step
answers for that. Roots are then closed in by Chandrupatla's method, all brackets in one call of the function.

T. R. Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without
using derivatives, Advances in Engineering Software 28 (1997) 145-149.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..conventions import Array
from ..errors import DataError

Function = Callable[[Array], Array]
Index = NDArray[np.intp]

ACCURACY = 1e-3  # s, promised; two roots nearer than this are a touch
RESOLUTION = 1e-5  # s, to which a bracket is closed
_LONGEST_SLOPE = 0.05  # s, half the base of a slope: its bias in an extremum's time is of order base^2 over step
_ROUNDING = 1e-12  # of the values next to an extremum: what rounding may leave of zero
_MOST_PASSES = 100  # bisection alone needs 40 from a day to the resolution
MOST_NODES = 5_000_000  # of a grid: a low orbit is looked at 190,000 times a year


class Crossing(NamedTuple):
    """A root: time [s] and +1 when the function rises there, -1 when it falls, 0 when it touches zero."""

    time: float
    direction: int


def crossings(
    f: Function,
    start: float,
    stop: float,
    *,
    step: float,
    nodes: Iterable[float] = (),
    touches: bool = False,
    jumps: bool = False,
) -> list[Crossing]:
    """Times [s] from start to stop at which f passes zero, in order, each with its direction.

    f: values (n,) of times (n,), in any order · step [s]: of the grid, see above · nodes [s]: further times of the
    grid, where f turns quickly · touches: report also where f reaches zero and turns back, or dips through it for less
    than a millisecond · jumps: report also where f leaps over zero, which otherwise, as where an angle wraps, is no
    crossing. A root at start or stop counts; its direction is that of the side within. What lies next to a NaN is no
    crossing. Raises DataError.
    """
    times = grid(start, stop, step=step, nodes=nodes)
    if not times.size:
        return []
    return crossings_on(f, times, np.asarray(f(times), dtype=float), touches=touches, jumps=jumps)


def is_empty(start: float, stop: float, *, what: str) -> bool:
    """True when a span [s] has no length. Raises DataError when it runs backward or its ends are no numbers.

    what: is looked for, as the message says it
    """
    if not (np.isfinite(start) and np.isfinite(stop) and start <= stop):
        raise DataError(
            f"{what} were asked for from {start:g} to {stop:g} s; give two finite times, the earlier one first"
        )
    return start == stop


def grid(start: float, stop: float, *, step: float, nodes: Iterable[float] = ()) -> Array:
    """Times (n,) [s] from start to stop at most a step apart, none when stop is not after start.

    A millisecond from each end there is one more: it shows whether f has an extremum in the outermost step.
    """
    if not (np.isfinite(start) and np.isfinite(stop) and step > 0.0):
        raise DataError(
            f"events were asked for from {start:g} to {stop:g} s with a step of {step:g} s; give two finite times and "
            "a positive step"
        )
    if not stop > start:
        return np.empty(0)
    if not (stop - start) / step <= MOST_NODES:
        raise DataError(
            f"events were asked for from {start:g} to {stop:g} s with a step of {step:g} s, and at most "
            f"{MOST_NODES} steps are looked at; take a shorter span or a longer step"
        )
    count = max(int(np.ceil((stop - start) / step)), 2)
    even = np.linspace(start, stop, count + 1)
    edge = min(ACCURACY, 1e-3 * (stop - start))
    more = np.array([t for t in nodes if start < t < stop])
    return np.unique(np.concatenate([even, [start + edge, stop - edge], more]))


def grid_by_turn(angle: Function, times: Array, *, most: float) -> Array:
    """The grid halved again and again where an angle [rad] changes by more than `most`, down to a millisecond."""
    values = np.asarray(angle(times), dtype=float)
    while True:
        turned = np.abs((np.diff(values) + np.pi) % (2.0 * np.pi) - np.pi)
        k = np.flatnonzero((turned > most) & (np.diff(times) > ACCURACY))
        if not k.size:
            return times
        middle = 0.5 * (times[k] + times[k + 1])
        times = np.insert(times, k + 1, middle)
        values = np.insert(values, k + 1, np.asarray(angle(middle), dtype=float))


def crossings_on(
    f: Function, times: Array, values: Array, *, touches: bool = False, jumps: bool = False
) -> list[Crossing]:
    """The roots on a grid whose values are known; for the rest see `crossings`."""
    times, values = _with_extrema(f, times, values)
    sign = np.sign(values)
    solid = np.flatnonzero(values != 0.0)  # a NaN is solid and belongs to no root
    if not solid.size:
        return []
    left, right = solid[:-1], solid[1:]
    product = np.nan_to_num(sign[left] * sign[right])  # what is next to a NaN is no root
    apart = right - left > 1  # zeros lie between
    found = [(times[k + 1], int(sign[k + 2])) for k in left[apart & (product < 0.0)]]
    if touches:
        found += [(times[k + 1], 0) for k in left[apart & (product > 0.0)]]
    found += _roots_at_the_ends(times, sign, solid)
    k = left[~apart & (product < 0.0)]
    roots, good = _solved(f, times[k], times[k + 1], values[k], values[k + 1], jumps=jumps)
    found += [(t, int(s)) for t, s, kept in zip(roots, sign[k + 1], good, strict=True) if kept]
    return [Crossing(float(t), d) for t, d in sorted(found)]


def _roots_at_the_ends(times: Array, sign: Array, solid: Index) -> list[tuple[float, int]]:
    """Roots that lie on the first or last node."""
    ends = []
    if solid[0] > 0 and np.isfinite(sign[solid[0]]):
        ends.append((times[solid[0] - 1], int(sign[solid[0]])))
    if solid[-1] < len(times) - 1 and np.isfinite(sign[solid[-1]]):
        ends.append((times[solid[-1] + 1], -int(sign[solid[-1]])))
    return ends


def intervals(
    f: Function, start: float, stop: float, *, step: float, nodes: Iterable[float] = ()
) -> list[tuple[float, float]]:
    """Begin and end [s] of each stretch on which f is positive; one cut by start or stop begins or ends there.

    Where f leaps over zero a stretch begins or ends as well. Raises DataError, also where f is NaN on the grid: whether
    a stretch goes on there cannot be said.
    """
    times = grid(start, stop, step=step, nodes=nodes)
    return intervals_on(f, times, np.asarray(f(times), dtype=float)) if times.size else []


def intervals_on(f: Function, times: Array, values: Array) -> list[tuple[float, float]]:
    """The stretches of `intervals` on a grid whose values are known. Raises DataError."""
    if np.any(np.isnan(values)):
        unknown = float(times[int(np.argmax(np.isnan(values)))])
        raise DataError(
            f"intervals were asked for from {times[0]:g} to {times[-1]:g} s, and at {unknown:g} s there is no value; "
            "take a span on which the trajectory and the tables are known"
        )
    found: list[tuple[float, float]] = []
    begin = float(times[0]) if values[0] > 0.0 else None
    for t, direction in crossings_on(f, times, values, jumps=True):
        if direction > 0 and begin is None:
            begin = t
        elif direction < 0 and begin is not None:
            found.append((begin, t))
            begin = None
    if begin is not None and begin < times[-1]:
        found.append((begin, float(times[-1])))
    return found


def facing(side: Function, found: list[Crossing]) -> list[Crossing]:
    """Those of some roots at which `side` is positive: the roots of an angle's sine where the cosine is."""
    if not found:
        return []
    keep = np.asarray(side(np.array([t for t, _ in found]))) > 0.0
    return [event for event, kept in zip(found, keep, strict=True) if kept]


def _with_extrema(f: Function, times: Array, values: Array) -> tuple[Array, Array]:
    """The grid with every extremum added at which f reaches zero between two nodes of the same sign."""
    a, b, c = values[:-2], values[1:-1], values[2:]
    same = (np.sign(a) == np.sign(b)) & (np.sign(b) == np.sign(c)) & (b != 0.0)
    k = np.flatnonzero(same & (np.abs(b) <= np.abs(a)) & (np.abs(b) <= np.abs(c)))
    if not k.size:
        return times, values
    t, v, bend = extrema(f, times[k], times[k + 2])
    scale = np.maximum(np.abs(a[k]), np.abs(c[k]))
    nothing = np.maximum(np.abs(bend) * ACCURACY * ACCURACY / 8.0, _ROUNDING * scale)  # roots of a parabola 1 ms apart
    v = np.where(np.abs(v) <= nothing, 0.0, v)
    new = np.flatnonzero(np.sign(v) != np.sign(b[k]))
    t, first = np.unique(np.concatenate([times, t[new]]), return_index=True)
    return t, np.concatenate([values, v[new]])[first]


def extrema(f: Function, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Times (n,) [s], values (n,) and second derivatives (n,) of f at its extremum in each bracket, one in each.

    Where f goes one way only, the end at which it is the less steep.
    """
    if not low.size:
        return low, low, low
    base = np.minimum(_LONGEST_SLOPE, 1e-3 * (high - low))
    first, last = float(low.min()), float(high.max())
    own = np.arange(low.size)

    def slope(t: Array, index: Index) -> Array:
        before, after = np.maximum(t - base[index], first), np.minimum(t + base[index], last)
        values = np.asarray(f(np.concatenate([before, after])))
        return np.asarray((values[t.size :] - values[: t.size]) / (after - before))

    at_low, at_high = slope(low, own), slope(high, own)
    t = np.where(np.abs(at_low) < np.abs(at_high), low, high)
    k = np.flatnonzero(at_low * at_high < 0.0)
    if k.size:
        t[k] = _closed_in(lambda x, index: slope(x, k[index]), low[k], high[k], at_low[k], at_high[k])[0]
    middle = np.clip(t, low + base, high - base)
    values = np.asarray(f(np.concatenate([t, middle, middle - base, middle + base]))).reshape(4, -1)
    return t, values[0], np.asarray((values[2] - 2.0 * values[1] + values[3]) / (base * base))


def _solved(
    f: Function, low: Array, high: Array, at_low: Array, at_high: Array, *, jumps: bool
) -> tuple[Array, Array]:
    """Roots (n,) of f in brackets at whose ends its values differ in sign, and which of them (n,) count as such."""
    if not low.size:
        return low, np.empty(0, dtype=bool)
    root, width, change = _closed_in(lambda t, _: np.asarray(f(t), dtype=float), low, high, at_low, at_high)
    leaps = (change > 0.5 * np.abs(at_high - at_low)) & (width < 0.1 * (high - low))
    return root, np.asarray((jumps | ~leaps) & np.isfinite(change))


def _closed_in(
    f: Callable[[Array, Index], Array], low: Array, high: Array, at_low: Array, at_high: Array
) -> tuple[Array, Array, Array]:
    """Roots (n,), widths (n,) of the last brackets and changes (n,) of f over them; zero where a root was hit.

    f: values of times and of the indices of their brackets. Chandrupatla 1997, one pass of all open brackets at a time
    """
    a, b, c = high.copy(), low.copy(), high.copy()
    fa, fb, fc = at_high.astype(float), at_low.astype(float), at_high.astype(float)
    part = np.full(a.size, 0.5)
    live = np.arange(a.size)
    for _ in range(_MOST_PASSES):
        t = a[live] + part[live] * (b[live] - a[live])
        ft = f(t, live)
        kept = np.sign(ft) == np.sign(fa[live])
        c[live], fc[live] = np.where(kept, a[live], b[live]), np.where(kept, fa[live], fb[live])
        b[live], fb[live] = np.where(kept, b[live], a[live]), np.where(kept, fb[live], fa[live])
        a[live], fa[live] = t, ft
        live = live[(ft != 0.0) & (np.abs(b[live] - a[live]) > 2.0 * RESOLUTION)]
        if not live.size:
            break
        part[live] = _next_part(a[live], b[live], c[live], fa[live], fb[live], fc[live])
    best = np.where(np.abs(fb) < np.abs(fa), b, a)
    return best, np.abs(b - a), np.where(fa == 0.0, 0.0, np.abs(fb - fa))


def _next_part(a: Array, b: Array, c: Array, fa: Array, fb: Array, fc: Array) -> Array:
    """Where between a (0) and b (1) to look next: inverse quadratic where that is safe, else the middle."""
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        safe = (phi * phi < xi) & ((1.0 - phi) * (1.0 - phi) < 1.0 - xi)
        quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    least = RESOLUTION / np.abs(b - a)
    return np.asarray(np.clip(np.where(safe & np.isfinite(quadratic), quadratic, 0.5), least, 1.0 - least))
