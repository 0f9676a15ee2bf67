"""Newton's method for burns: as many unknowns as targets, on any model, with a stated miss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Array
from ..errors import PlanError

Residual = Callable[[Array], Array]


@dataclass(frozen=True)
class Solution:
    """Unknowns that meet the targets, the misses left over, and the Jacobian for the next neighbour."""

    unknowns: Array
    misses: Array
    jacobian: Array
    evaluations: int


@dataclass(frozen=True)
class Target:
    """One condition to be met: its name, and the miss that counts as met, in its own unit."""

    name: str
    tolerance: float
    unit: str


def _difference_jacobian(residual: Residual, x: Array, misses: Array, step: float) -> Array:
    columns = []
    for k in range(x.size):
        moved = x.copy()
        moved[k] += step
        columns.append((residual(moved) - misses) / step)
    return np.array(columns).T.copy()


def _worst(misses: Array, targets: Sequence[Target]) -> float:
    scaled = np.abs(misses) / np.array([t.tolerance for t in targets])
    return float(np.max(scaled)) if np.all(np.isfinite(scaled)) else float("inf")


def solve(
    residual: Residual,
    guess: Array,
    targets: Sequence[Target],
    *,
    step: float = 0.01,
    largest_change: float = 15.0,
    jacobian: Array | None = None,
    limit: int = 60,
) -> Solution:
    """Unknowns at which every miss is within its target's tolerance.

    guess (n,) and step in the unknowns' unit, m/s for burns · jacobian (n, n): that of a neighbouring
    or coarser problem, else taken by differences · limit: evaluations allowed.

    Newton steps with Broyden's rank-one update; the Jacobian is taken anew when a step gains less
    than a factor of four, and the step is halved when it gains nothing.

    Raises PlanError with each unmet target and its miss.
    """
    x = np.array(guess, dtype=float)
    misses, count = residual(x), 1
    fresh = jacobian is None
    if jacobian is None:
        jacobian = _difference_jacobian(residual, x, misses, step)
        count += x.size
    while 1.0 < _worst(misses, targets) < np.inf and np.all(np.isfinite(jacobian)) and count < limit:
        change = np.linalg.lstsq(jacobian, -misses, rcond=1e-12)[0]
        longest = float(np.max(np.abs(change)))
        change *= min(1.0, largest_change / longest) if longest > 0.0 else 1.0
        tried = residual(x + change)
        count += 1
        gain = _worst(tried, targets) / _worst(misses, targets)
        if gain < 1.0:
            curvature = tried - misses - jacobian @ change
            jacobian = jacobian + np.outer(curvature, change) / (change @ change)
            x, misses, fresh = x + change, tried, False
        if not gain < 0.25 and not fresh:
            jacobian, fresh = _difference_jacobian(residual, x, misses, step), True
            count += x.size
        elif not gain < 1.0:
            largest_change = 0.5 * min(largest_change, longest)
    if not _worst(misses, targets) <= 1.0:
        raise PlanError(
            _unmet(misses, targets), residuals={t.name: float(m) for t, m in zip(targets, misses, strict=True)}
        )
    return Solution(x, misses, jacobian, count)


def _unmet(misses: Array, targets: Sequence[Target]) -> str:
    parts = [
        f"{t.name} by {m:.4g} {t.unit} (allowed {t.tolerance:g})"
        for t, m in zip(targets, misses, strict=True)
        if not abs(m) <= t.tolerance
    ]
    return "no burns meet " + " and ".join(parts) + "; relax a target, or move the burns' times"
