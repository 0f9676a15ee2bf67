"""How a flown sequence answers to its unknowns: the Jacobian of its misses, from state transition.

Between events a change of the state is carried by the transition matrix; an event's moment moves so that its rule
still holds; a burn hands on what came before, turned with the craft's own axes, and adds what its own components
change. Equations 1 to 7 of docs/design/manoeuvres.md. Left out: the drag of a craft that is lighter by other burns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..astro.relative import lvlh_axes
from ..conventions import Array
from ..dynamics.arcs import PointState
from ..dynamics.forces import acceleration
from ..dynamics.transition import transitions
from .burns import LEAST_BURN
from .chain import Chain, Event, Flown
from .conditions import Value
from .manoeuvres import COMPONENTS
from .occasions import latitude_miss

STEPS = np.repeat([10.0, 0.01], 3)  # m, m/s: of differences of closed forms; their error is 1e-9 of the derivative
MOMENT = 0.05  # s, likewise
_GAUSS = np.polynomial.legendre.leggauss(4)  # thrust bends the path slowly: seven orders are plenty in a stage


@dataclass
class _Carried:
    """Derivatives by the unknowns as they are carried along the flight.

    state (6, n): of the state at a fixed time after the last event · mass (n,): of the craft's · moments, turns (n,):
    of each event's time and of its argument of latitude · counted: the events from which turns are counted
    """

    state: Array
    mass: Array
    moments: dict[str, Array] = field(default_factory=dict)
    turns: dict[str, Array] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()


def jacobian(chain: Chain, flown: Flown) -> Array:
    """Derivatives (m, n) of the misses, in SI and radians, by the unknowns, in m/s and s, about a flown sequence."""
    unknowns, rows = chain.unknowns, chain.rows
    out = np.zeros((len(rows), len(unknowns)))
    carried = _Carried(np.zeros((6, len(unknowns))), np.zeros(len(unknowns)))
    carried.counted = frozenset(event.occasion.turns_from for event in flown.events)
    for settled in (*chain.past, flown.start):
        carried.moments[settled.manoeuvre.name] = np.zeros(len(unknowns))
        carried.turns[settled.manoeuvre.name] = np.zeros(len(unknowns))
    last = flown.start
    for event in flown.events:
        here = [(k, row) for k, row in enumerate(rows) if row.at == event.manoeuvre.name]
        before, moved = _to_event(chain, event, last, carried)
        for k, row in here:
            if row.value is None:
                out[k] = moved
            elif not row.is_own:
                out[k] = _total(chain, _at_phase(row.value, event.phase), event.before, before, moved)
        end_moved = _through_burn(chain, event, before, moved, carried)
        for k, row in here:
            if row.value is not None and row.is_own:
                out[k] = _total(chain, _at_phase(row.value, event.phase_after), event.after, carried.state, end_moved)
        last = event
    return out


def _at_phase(value: Callable[[float, Array, float], Array], phase: float) -> Value:
    return lambda t, states: value(t, states, phase)


def _to_event(chain: Chain, event: Event, last: Event, carried: _Carried) -> tuple[Array, Array]:
    """Derivatives (6, n) of the state at the event's fixed time, before its burn, and (n,) of its time."""
    name, occasion = event.manoeuvre.name, event.occasion
    times = np.array([event.t, event.t if occasion.crossing is None else occasion.t])
    phi = transitions(
        chain.env,
        event.way,
        times,
        start=last.after.t,
        drag_area=chain.chaser.drag_area,
        light_area=chain.chaser.light_area,
    )
    before = phi[0] @ carried.state
    if occasion.crossing is not None:
        gradient, rate = _gradient(chain, occasion.crossing, event.way.at(occasion.t))
        change = gradient @ (phi[1] @ carried.state)
        if occasion.turns_from:
            change = change - carried.turns[occasion.turns_from]
        moved = -change / rate
    elif occasion.follows:
        moved = occasion.rate * carried.moments[occasion.follows]
    else:
        moved = np.zeros(before.shape[1])
    moved = moved + np.array([float(u.manoeuvre == name and u.axis == "time") for u in chain.unknowns])
    carried.moments[name] = moved
    if name in carried.counted:
        turns = latitude_miss(chain.env, event.turned)
        carried.turns[name] = _total(chain, turns, event.before, before, moved)
    return before, moved


def _through_burn(chain: Chain, event: Event, before: Array, moved: Array, carried: _Carried) -> Array:
    """Carry the state's derivatives past a burn; returns those (n,) of the moment at which it ends."""
    name, dv = event.manoeuvre.name, event.dv
    wanted = np.zeros((3, before.shape[1]))  # of the burn's components in LVLH
    for k, unknown in enumerate(chain.unknowns):
        if unknown.manoeuvre == name and unknown.axis in COMPONENTS:
            wanted[COMPONENTS.index(unknown.axis), k] = 1.0
    total = before + np.outer(_slope(chain, event.before), moved)
    turned = _turned_with(event.before, dv) @ total + _axes(event.before).T @ wanted  # of the vector in GCRF
    if event.burning is None or event.speed < LEAST_BURN:
        end = total.copy()
        end[3:] += turned
        lasts = np.zeros(before.shape[1])
    else:
        end, lasts = _through_thrust(chain, event, (total, turned), carried)
    carried.state = end - np.outer(_slope(chain, event.after), moved)
    return moved + lasts


def _through_thrust(
    chain: Chain, event: Event, change: tuple[Array, Array], carried: _Carried
) -> tuple[Array, Array]:
    """Derivatives (6, n) at the end of a finite burn, whose begin is fixed, and (n,) of its duration.

    change: of the state at its begin (6, n), and of the change of velocity wanted, in GCRF (3, n). A heavier craft
    burns as much longer as it takes to gain the same.
    """
    total, turned = change
    arc, burn = event.burning, event.burn
    assert arc is not None
    assert burn is not None
    direction = _axes(event.before).T @ event.dv / event.speed
    ends = event.t + np.cumsum([s.duration_s for s in burn.stages])
    begins = ends - np.array([s.duration_s for s in burn.stages])
    nodes = 0.5 * ((ends + begins)[:, None] + (ends - begins)[:, None] * _GAUSS[0])
    weights = 0.5 * (ends - begins)[:, None] * _GAUSS[1]
    k = len(burn.stages) - 1 - int(_has_tail(chain, burn.engine))  # the stage whose duration sets the burn's size
    times = np.clip(np.concatenate([nodes.ravel(), [ends[k]], [arc.stop]]), arc.start, arc.stop)
    areas = chain.chaser.drag_area, chain.chaser.light_area
    phi = transitions(chain.env, arc, times, drag_area=areas[0], light_area=areas[1])
    later = np.array([phi[-1] @ np.linalg.inv(matrix) for matrix in phi])[:, :, 3:]  # from each time to the end
    force = np.repeat([s.force_N for s in burn.stages], len(_GAUSS[0]))
    push = weights.ravel() * force / arc.masses(times[:-2])
    by_direction = np.einsum("k,kij->ij", push, later[:-2])
    heavier = carried.mass / float(event.before.mass)
    mass = float(arc.masses(times[-2:-1])[0])
    main = burn.stages[k].force_N / mass
    tail = burn.stages[k + 1].force_N / mass if k + 1 < len(burn.stages) else 0.0
    by_time = later[-2] @ direction * (main - tail) + later[-1] @ direction * tail
    longer = (direction @ turned + float(np.sum(push)) * heavier) / main
    swung = (turned - np.outer(direction, direction @ turned)) / event.speed - np.outer(direction, heavier)
    carried.mass = carried.mass - burn.stages[k].flow_kg_s * longer
    return phi[-1] @ total + by_direction @ swung + np.outer(by_time, longer), longer


def _has_tail(chain: Chain, engine: str) -> bool:
    description = chain.chaser.engines.get(engine)
    return description is not None and description.tail_off_N_s > 0.0


def _axes(state: PointState) -> Array:
    return lvlh_axes(state.r, state.v)


def _turned_with(state: PointState, dv: Array) -> Array:
    """Derivatives (3, 6) by the craft's state of a vector given in its LVLH, in GCRF."""
    y = np.concatenate([state.r, state.v]) + _around()
    return _differences(np.einsum("kji,j->ki", lvlh_axes(y[:, :3], y[:, 3:]), dv)).T


def _around() -> Array:
    """Changes (12, 6) of a state: each component up, then each down."""
    return np.concatenate([np.diag(STEPS), -np.diag(STEPS)])


def _differences(values: Array) -> Array:
    """Central differences (6, ...) of values (12, ...) taken around a state."""
    steps = STEPS.reshape((6,) + (1,) * (values.ndim - 1))
    return np.asarray((values[:6] - values[6:]) / (2.0 * steps))


def _slope(chain: Chain, state: PointState) -> Array:
    """Derivative (6,) by time of a coasting state."""
    r, v, craft = state.r, state.v, chain.chaser
    place, speed = (float(r[0]), float(r[1]), float(r[2])), (float(v[0]), float(v[1]), float(v[2]))
    areas = craft.drag_area / state.mass, craft.light_area / state.mass
    a = acceleration(chain.env, float(state.t), place, speed, float(areas[0]), float(areas[1]))
    return np.array([*speed, *a])


def _gradient(chain: Chain, value: Value, state: PointState) -> tuple[Array, float]:
    """Derivatives of a value by the state (6,), and by time along the coast."""
    y, slope = np.concatenate([state.r, state.v]), _slope(chain, state)
    gradient = _differences(value(state.t, y + _around()))
    late = value(state.t + MOMENT, (y + MOMENT * slope)[None, :])[0]
    early = value(state.t - MOMENT, (y - MOMENT * slope)[None, :])[0]
    return gradient, float(late - early) / (2.0 * MOMENT)


def _total(chain: Chain, value: Value, state: PointState, change: Array, moved: Array) -> Array:
    """Derivatives (n,) of a value where the state at a fixed time and the time itself change."""
    gradient, rate = _gradient(chain, value, state)
    return gradient @ change + rate * moved
