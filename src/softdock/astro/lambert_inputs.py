"""What Lambert's problem is given, checked once at the door: numbers, their shapes, mu and whole revolutions."""

from __future__ import annotations

from operator import index

import numpy as np

from ..conventions import Array
from ..errors import PlanError
from ..numerics.vectors import Vector

ABSURD = 1e30  # m, s, m^3/s^2, and for lengths its inverse: beyond, products overflow or vanish
_MOST_REVOLUTIONS = 10**12  # more take longer than the longest time that is solved for


def numbers(what: str, value: object) -> Array:
    """The argument as an array of floats. Raises PlanError."""
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise PlanError(f"Lambert's problem was given {value!r} for {what}; pass numbers") from None


def three_numbers(what: str, value: object) -> Vector:
    """The argument (3,) as Python floats, so that the kernel keeps one signature. Raises PlanError."""
    a = numbers(what, value)
    if a.shape != (3,):
        raise PlanError(f"Lambert's problem was given {what} of shape {a.shape}; pass three components")
    return (float(a[0]), float(a[1]), float(a[2]))


def one_number(what: str, value: object) -> float:
    """The argument as a float. Raises PlanError."""
    a = numbers(what, value)
    if a.shape != ():
        raise PlanError(f"Lambert's problem was given {what} of shape {a.shape}; pass one number")
    return float(a)


def checked_mu(value: object) -> float:
    """The gravitational parameter [m^3/s^2], which is positive. Raises PlanError."""
    mu = one_number("mu", value)
    if not 0.0 < mu < ABSURD:
        raise PlanError(f"Lambert's problem was given mu {mu} m3/s2; it must be above zero and below {ABSURD:g}")
    return mu


def checked_count(value: object) -> int:
    """The number of whole revolutions. Raises PlanError."""
    try:
        count = index(value)  # type: ignore[arg-type]
    except TypeError:
        count = -1
    if not 0 <= count <= _MOST_REVOLUTIONS:
        raise PlanError(
            f"orbits with {value} whole revolutions were asked for; "
            f"the number must be whole, must not be negative and is at most {_MOST_REVOLUTIONS:g}"
        )
    return count
