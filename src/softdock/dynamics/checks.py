"""What can be flown and what cannot: the sentences for states, areas, burns and tolerances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..astro.constants import MINIMUM_HEIGHT
from ..astro.environment import covers, last_time
from ..astro.environment import height as height_of
from ..conventions import Array, Record
from ..errors import PropagationError

if TYPE_CHECKING:
    from .arcs import PointState, Thrust

_UNIT = 1e-6  # by which the length of a direction may differ from one


def check_flight(env: Record, state: PointState, *, until: float, areas: tuple[float, float]) -> None:
    """Refuse a state [s, m, m/s, kg] and areas [m^2] that cannot be flown to `until` [s]. Raises PropagationError."""
    for what, vector in (("position", state.r), ("velocity", state.v)):
        if np.shape(vector) != (3,):
            raise PropagationError(f"a {what} of shape {np.shape(vector)} was given; it has three components")
    numbers = (state.t, *state.r, *state.v, state.mass, until, *areas)
    if not np.all(np.isfinite(numbers)) or not state.mass > 0.0 or not min(areas) >= 0.0:
        raise PropagationError(
            f"a state with t {state.t} s, r {state.r} m, v {state.v} m/s, mass {state.mass} kg, areas of "
            f"{areas[0]} m2 (drag) and {areas[1]} m2 (light) cannot be flown until {until} s; all must be finite, mass"
            " above zero, areas not below",
            time_s=state.t,
        )
    h = height_at(env, state.t, state.r)
    if not h >= MINIMUM_HEIGHT:
        raise PropagationError(
            f"the craft is {h / 1000.0:.1f} km above the ellipsoid at {state.t:.1f} s, below 100 km; raise it",
            time_s=state.t,
        )
    for t in (state.t, until):
        if not covers(env, t):
            raise PropagationError(
                f"the environment's tables do not reach {t:.1f} s from the epoch; build it with a longer span_s",
                time_s=t,
            )


def check_thrusts(thrusts: Sequence[Thrust]) -> None:
    """Refuse burns that are none: times out of order, no unit direction, negative force or flow."""
    for burn in thrusts:
        numbers = (burn.start_s, burn.stop_s, burn.force_N, burn.flow_kg_s)
        direction = np.asarray(burn.direction_N, dtype=float)
        length = float(np.linalg.norm(direction)) if direction.shape == (3,) else np.nan
        ordered = np.all(np.isfinite(numbers)) and burn.stop_s >= burn.start_s
        if not ordered or not min(burn.force_N, burn.flow_kg_s) >= 0.0 or not abs(length - 1.0) <= _UNIT:
            raise PropagationError(
                f"a burn from {burn.start_s} to {burn.stop_s} s with {burn.force_N} N along {burn.direction_N} and "
                f"{burn.flow_kg_s} kg/s was given; times must be finite and in order, force and flow not below zero, "
                "the direction a unit vector of three components",
                time_s=burn.start_s,
            )


def check_tolerance(rtol: float) -> None:
    """Refuse what is no relative tolerance."""
    if not 0.0 < rtol < 1.0:
        raise PropagationError(f"a tolerance rtol of {rtol} was given; it lies between 0 and 1, say 5e-14")


def height_at(env: Record, t: float, r: Array) -> float:
    """Geodetic height [m] of a position in GCRF; a time off the tables counts as the nearest on them."""
    on_table = min(max(float(t), float(env.table_start)), last_time(env))
    return float(height_of(env, on_table, (float(r[0]), float(r[1]), float(r[2]))))
