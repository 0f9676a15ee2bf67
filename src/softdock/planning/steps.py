"""Steps of a solver for more, as many, or fewer unknowns than conditions: shortest, within a reach and within bounds.

Numbers here are scaled: a miss of 1 counts as met, an unknown of 1 is 1 m/s.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..conventions import Array

RANK = 1e-9  # singular values below this part of the greatest are none
LEAST_SPEED = 0.02  # m/s; burns below weigh no more than one of this size. assumed
REWEIGHTED = 60  # passes of reweighted least squares


def step_within(derivatives: Array, misses: Array, *, reach: float, low: Array, high: Array) -> Array:
    """The step (n,) that takes the linear misses (m,) least far from zero, shortest where several do.

    derivatives (m, n) · reach: its greatest length · low, high (n,): bounds of the step itself
    """
    step = np.zeros(derivatives.shape[1])
    is_free = np.ones(step.size, dtype=bool)
    while is_free.any():
        rest = misses + derivatives @ np.where(is_free, 0.0, step)
        step[is_free] = _damped(derivatives[:, is_free], rest, reach)
        beyond = is_free & ((step < low) | (step > high))
        if not beyond.any():
            break
        step[beyond] = np.clip(step[beyond], low[beyond], high[beyond])
        is_free &= ~beyond
    return step


def _damped(derivatives: Array, misses: Array, reach: float) -> Array:
    """The least-squares step, damped so that it is no longer than `reach`: Levenberg and Marquardt."""
    u, s, vt = np.linalg.svd(derivatives, full_matrices=False)
    along = u.T @ misses
    kept = s > RANK * (s[0] if s.size else 0.0)
    if not kept.any():
        return np.zeros(derivatives.shape[1])
    s, along, vt = s[kept], along[kept], vt[kept]

    def length(damping: float) -> float:
        return float(np.linalg.norm(s / (s * s + damping) * along))

    damping = 0.0
    if length(0.0) > reach:
        low, high = 1e-30 * s[0] ** 2, float(np.linalg.norm(along)) * s[0] / reach + s[0] ** 2
        for _ in range(100):
            damping = float(np.sqrt(low * high))
            low, high = (damping, high) if length(damping) > reach else (low, damping)
        damping = high
    return np.asarray(-vt.T @ (s / (s * s + damping) * along))


def null_space(derivatives: Array) -> Array:
    """Directions (n, k) in which no condition changes."""
    _, s, vt = np.linalg.svd(derivatives)
    rank = int(np.sum(s > RANK * (s[0] if s.size else 0.0)))
    return np.asarray(vt[rank:].T)


def cheaper(x: Array, directions: Array, groups: Sequence[NDArray[np.intp]], *, reach: float) -> Array:
    """The step (n,) within the directions (n, k) that lessens the sum of the sizes of groups of unknowns the most.

    groups: indices of the components of each burn, and the given ones are part of x · by reweighted least squares
    """
    step = np.zeros_like(x)
    weights = np.zeros(x.size)
    for _ in range(REWEIGHTED):
        for group in groups:
            weights[group] = 1.0 / max(float(np.linalg.norm((x + step)[group])), LEAST_SPEED)
        weighted = directions * weights[:, None]
        normal = directions.T @ weighted + 1e-9 * np.eye(directions.shape[1])
        moved = directions @ np.linalg.solve(normal, -weighted.T @ x)
        done = float(np.max(np.abs(moved - step))) < 1e-6
        step = moved
        if done:
            break
    length = float(np.linalg.norm(step))
    return step * min(1.0, reach / length) if length > 0.0 else step
