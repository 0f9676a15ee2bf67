"""Products of arrays of three-vectors, without the checks that make numpy's own slow for few of them."""

from __future__ import annotations

import numpy as np

from ..conventions import Array

_NEXT, _LAST = np.array([1, 2, 0]), np.array([2, 0, 1])


def crossed(a: Array, b: Array) -> Array:
    """Vector product (..., 3) of vectors (..., 3)."""
    a, b = np.asarray(a), np.asarray(b)
    return np.asarray(
        a.take(_NEXT, axis=-1) * b.take(_LAST, axis=-1) - a.take(_LAST, axis=-1) * b.take(_NEXT, axis=-1)
    )
