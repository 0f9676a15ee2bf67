"""Point-mass flight between moments: coasts and finite burns, with the state at any time in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..conventions import Array, Record
from ..errors import PropagationError
from .checks import check_flight, check_thrusts, check_tolerance, height_at
from .coasts import TOLERANCE, Steps, long_coast, stepper_at
from .dop853 import ARRIVED, COEFFICIENTS, RUNNING, TOO_LOW, advance, interpolate

_CHUNK = 512  # steps per kernel call: 2 ms at 20 x 20, 10 ms at 70 x 70
_AT_ONCE = 1_000_000  # times read per kernel call: 0.15 s


@dataclass(frozen=True, eq=False)
class PointState:
    """Where a craft is.

    t [s]: from the mission epoch · r, v (3,) [m, m/s]: in GCRF · mass [kg]
    """

    t: float
    r: Array
    v: Array
    mass: float


@dataclass(frozen=True, eq=False)
class Thrust:
    """A burn at constant force along a fixed inertial direction.

    start_s, stop_s [s] · force_N [N] · direction_N (3,): unit vector in GCRF · flow_kg_s [kg/s]: propellant used
    """

    start_s: float
    stop_s: float
    force_N: float
    direction_N: Array
    flow_kg_s: float


@dataclass(frozen=True, eq=False)
class Arc:
    """A flown stretch, readable at any time within: the 7th-order interpolant of every step.

    steps: (starts (n,), spans (n,), states (n, 7) before each step, coefficients (n, 7, 7)) · first, last: its ends ·
    areas [m^2]: for drag and light, as flown; None where stretches flown with different ones were joined
    """

    first: PointState
    last: PointState
    steps: Steps = field(repr=False)
    areas: tuple[float, float] | None = (0.0, 0.0)

    @property
    def start(self) -> float:
        """Earliest time [s]."""
        return self.first.t

    @property
    def stop(self) -> float:
        """Latest time [s]."""
        return self.last.t

    def states(self, times: Array) -> Array:
        """States (n, 7): r [m], v [m/s], mass [kg]. Raises PropagationError outside the arc."""
        asked = np.ascontiguousarray(times, dtype=float).reshape(-1)
        if asked.size and not (asked.min() >= self.start - 1e-6 and asked.max() <= self.stop + 1e-6):
            low, high = float(asked.min()), float(asked.max())
            raise PropagationError(
                f"the arc runs from {self.start:.3f} to {self.stop:.3f} s, asked for {low:.3f} to {high:.3f} s; "
                "propagate further first",
                time_s=low,
            )
        if not len(self.steps[0]):
            return self._ends(asked)
        out = np.empty((asked.size, 7))
        for k in range(0, asked.size, _AT_ONCE):
            interpolate(*self.steps, asked[k : k + _AT_ONCE], out[k : k + _AT_ONCE])
        return out

    def _ends(self, asked: Array) -> Array:
        """States of an arc flown without dense output: only its ends are known."""
        ends = np.array([np.concatenate((s.r, s.v, [s.mass])) for s in (self.first, self.last)])
        at_stop = np.abs(asked - self.stop) <= 1e-6
        if not np.all(at_stop | (np.abs(asked - self.start) <= 1e-6)):
            raise PropagationError("this arc was flown with dense=False and is known at its ends only; fly it dense")
        return np.asarray(ends[at_stop.astype(int)])

    def at(self, t: float) -> PointState:
        """State at t [s]."""
        y = self.states(np.array([t]))[0]
        return PointState(t, y[:3], y[3:6], float(y[6]))

    def positions(self, times: Array) -> Array:
        """Positions (n, 3) [m] in GCRF."""
        return self.states(times)[:, :3]

    def velocities(self, times: Array) -> Array:
        """Velocities (n, 3) [m/s] in GCRF."""
        return self.states(times)[:, 3:6]

    def masses(self, times: Array) -> Array:
        """Masses (n,) [kg]."""
        return self.states(times)[:, 6]

    def cut(self, t: float) -> Arc:
        """This arc up to t [s]. Raises PropagationError outside the arc."""
        end = self.at(t)  # refuses what lies outside
        kept = np.minimum(self.steps[0], self.steps[0] + self.steps[1]) < t
        starts, spans, states, coefficients = (column[kept] for column in self.steps)
        if kept.any():
            y = np.empty((1, 7))
            interpolate(starts, spans, states, coefficients, np.array([float(t)]), y)
            end = _state(float(t), y[0])  # where an impulse lies at t, the state before it
        return Arc(self.first, end, (starts, spans, states, coefficients), self.areas)

    def joined(self, other: Arc) -> Arc:
        """This arc followed by one that starts where it stops. An impulse may lie between: the later arc rules."""
        if abs(other.start - self.stop) > 1e-6:
            raise PropagationError(f"an arc from {other.start:.6f} s cannot follow one that stops at {self.stop:.6f} s")
        if any(len(arc.steps[0]) == 0 and arc.stop > arc.start for arc in (self, other)):
            raise PropagationError("an arc flown with dense=False has nothing between its ends to join; fly both dense")
        pairs = zip(self.steps, other.steps, strict=True)
        steps: Steps = tuple(np.concatenate(pair) for pair in pairs)  # type: ignore[assignment]
        flown = {arc.areas for arc in (self, other) if len(arc.steps[0])} or {self.areas}  # not of one without length
        return Arc(self.first, other.last, steps, flown.pop() if len(flown) == 1 else None)


def propagate(
    env: Record,
    state: PointState,
    *,
    until: float,
    drag_area: float,
    light_area: float = 0.0,
    thrusts: Sequence[Thrust] = (),
    rtol: float | None = None,
    dense: bool = True,
) -> Arc:
    """Arc from `state` to `until` [s]; an earlier `until` coasts back, and the arc still runs forward in time.

    drag_area [m^2]: drag coefficient times frontal area · light_area [m^2]: radiation pressure coefficient times area
    · thrusts: burns, their edges met exactly, overlapping ones added · rtol [-]: where given, the single-step method
    alone is used, with this local error over |r| and |v|; otherwise long coasts go by the multistep method. Two days
    above 200 km are good to 1 mm by either; deep in the air less, see docs/design/far-arcs.md · dense: keep the
    interpolant. Raises PropagationError.
    """
    areas = (drag_area, light_area)
    check_flight(env, state, until=until, areas=areas)
    check_thrusts(thrusts)
    if rtol is not None:
        check_tolerance(rtol)
    y = np.array([*state.r, *state.v, state.mass], dtype=float)
    stepper = stepper_at(float(state.t), y, areas, rtol=TOLERANCE if rtol is None else rtol)
    stepper.dense = int(dense)
    stepper.step = np.copysign(30.0, until - state.t)
    pieces: list[Steps] = []
    for edge, force, flow in _segments(state, until, thrusts):
        if rtol is None and not force.any() and flow == 0.0:
            coast = long_coast(env, float(stepper.t), stepper.y, until=edge, areas=areas)
            if coast is not None:
                pieces.extend([coast.steps()] if dense else [])
                stepper.t, stepper.y[:6] = edge, coast.nodes[-1, :6]
                continue
        _set_segment(stepper, edge, force, flow)
        while stepper.status == RUNNING:
            pieces.extend(_chunk(env, stepper, dense))
        if stepper.status != ARRIVED:
            raise _failure(env, stepper, until)
    return _arc(state, _state(until, stepper.y), pieces, areas)


def _state(t: float, y: Array) -> PointState:
    return PointState(t, y[:3].copy(), y[3:6].copy(), float(y[6]))


def _arc(begin: PointState, end: PointState, pieces: list[Steps], areas: tuple[float, float]) -> Arc:
    """The arc between two states, the earlier one first."""
    backward = end.t < begin.t
    first, last = (end, begin) if backward else (begin, end)
    return Arc(first, last, _merged(pieces, backward), (float(areas[0]), float(areas[1])))


def _segments(state: PointState, until: float, thrusts: Sequence[Thrust]) -> Iterator[tuple[float, Array, float]]:
    """End [s], force (3,) [N] and flow [kg/s] of each stretch of constant thrust."""
    live = [b for b in thrusts if b.stop_s > max(b.start_s, min(state.t, until)) and b.start_s < max(state.t, until)]
    if live and until < state.t:
        raise PropagationError("a burn cannot be flown backward in time; propagate from before it", time_s=state.t)
    edges = {t for b in live for t in (b.start_s, b.stop_s) if state.t < t < until}
    begin = state.t
    for end in (*sorted(edges), until):
        burning = [b for b in live if b.start_s <= begin and b.stop_s >= end]
        force = sum((b.force_N * np.asarray(b.direction_N, dtype=float) for b in burning), np.zeros(3))
        yield end, force, sum(b.flow_kg_s for b in burning)
        begin = end


def _set_segment(stepper: Record, end: float, force: Array, flow: float) -> None:
    """Prepare the stepper for a stretch of constant thrust."""
    used = flow * (end - float(stepper.t))
    if not used < stepper.y[6]:
        raise PropagationError(
            f"a burn of {end - stepper.t:.1f} s uses {used:.1f} kg, the craft weighs {stepper.y[6]:.1f} kg; shorten it",
            time_s=float(stepper.t),
        )
    stepper.until, stepper.force[:], stepper.flow = end, force, flow
    stepper.fresh, stepper.rejected = 1, 0
    stepper.status = ARRIVED if end == stepper.t else RUNNING


def _chunk(env: Record, stepper: Record, dense: bool) -> Iterator[Steps]:
    """Advance by one kernel call; yields the steps when they are to be kept."""
    starts, spans, states = np.empty(_CHUNK), np.empty(_CHUNK), np.empty((_CHUNK + 1, 7))
    coefficients = np.empty((_CHUNK if dense else 0, COEFFICIENTS, 7))
    n = advance(env, stepper, starts, spans, states, coefficients)
    if dense and n:
        yield starts[:n].copy(), spans[:n].copy(), states[:n].copy(), coefficients[:n].copy()


def _merged(pieces: list[Steps], backward: bool) -> Steps:
    """Steps of all pieces in the order of time."""
    empty = (np.empty(0), np.empty(0), np.empty((0, 7)), np.empty((0, COEFFICIENTS, 7)))
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)] if pieces else list(empty)
    if backward:
        columns = [np.ascontiguousarray(column[::-1]) for column in columns]
    return columns[0], columns[1], columns[2], columns[3]


def _failure(env: Record, stepper: Record, until: float) -> PropagationError:
    """The sentence for a flight that stopped before its end."""
    t = float(stepper.t)
    h = height_at(env, t, stepper.y) / 1000.0
    where = f"at {t:.1f} s from the mission epoch, {h:.1f} km above the ellipsoid, on the way to {until:.1f} s"
    if stepper.status == TOO_LOW or h < 105.0:
        return PropagationError(f"the craft fell below 100 km {where}; raise its perigee", time_s=t)
    return PropagationError(f"no step small enough was found {where}; check the state", time_s=t)
