"""Equidistant tables in a record, read by Lagrange interpolation on six points."""

from __future__ import annotations

from math import floor, nan

from ..conventions import Record
from ..kernels import kernel

NODES = 128  # capacity; two days of hourly nodes need 60, twelve days at 2.3 h all of them

Weights = tuple[float, float, float, float, float, float]

TABLE_FIELDS = [("table_start", "f8"), ("table_step", "f8"), ("table_count", "i8")]


@kernel
def first_node(env: Record, t: float) -> int:
    """Index of the first of the six nodes around t [s], or -1 when the table does not reach t."""
    u = (t - env.table_start) / env.table_step
    if not (0.0 <= u <= env.table_count - 1.0):
        return -1
    last: int = env.table_count - 6
    return min(max(int(floor(u)) - 2, 0), last)


@kernel
def weights(env: Record, t: float, first: int) -> Weights:
    """Lagrange weights of the nodes first .. first + 5 at t [s]; nan when first is -1."""
    if first < 0:
        return (nan, nan, nan, nan, nan, nan)
    a = (t - env.table_start) / env.table_step - first
    b, c, d, e, f = a - 1.0, a - 2.0, a - 3.0, a - 4.0, a - 5.0
    ab, ef = a * b, e * f
    return (
        b * c * d * ef / -120.0,
        a * c * d * ef / 24.0,
        ab * d * ef / -12.0,
        ab * c * ef / 12.0,
        ab * c * d * f / -24.0,
        ab * c * d * e / 120.0,
    )


@kernel
def blend(table: Record, first: int, column: int, w: Weights) -> float:
    """Weighted sum of six rows of one column; nan when first is -1."""
    if first < 0:
        return nan
    total: float = (
        w[0] * table[first, column]
        + w[1] * table[first + 1, column]
        + w[2] * table[first + 2, column]
        + w[3] * table[first + 3, column]
        + w[4] * table[first + 4, column]
        + w[5] * table[first + 5, column]
    )
    return total
