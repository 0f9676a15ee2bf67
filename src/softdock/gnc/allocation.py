"""Which jets fire, and for how long: the cheapest on-times that give a demanded impulse.

On-times t solve the linear programme: least sum of c t with B t = d, t >= 0, where column j of B is
the force and torque of jet j. Scale each column by its cost; the optimal selections are then the
facets of the convex hull of the columns: a facet whose dual vector y has the greatest y . d holds the
jets to fire, and t follows from one small matrix product. The facets are found once, before flight
(Qhull), and the kernel looks them up. Equal ways to give one impulse are frequent in symmetric jets;
slightly unequal costs decide between them, and a second table decides the other way. When the first
selection would fire longer than a cycle, both share the demand: four jets brake instead of two.
"""

from __future__ import annotations

import numpy as np

from ..conventions import Array, Record
from ..errors import MissionError
from ..kernels import kernel, record
from ..numerics.vectors import Vector, scale, store
from ..vehicle.craft import MAXIMUM_JETS

CAPACITY = 1024
PREFERENCE = 1e-3  # how unequal the costs of jets are made: decides ties, costs at most this share of propellant

TABLE = np.dtype(
    [
        ("count", "i8"),
        ("dual", "f8", (CAPACITY, 6)),
        ("inverse", "f8", (CAPACITY, 6, 6)),  # on-times from the demand, before the division by cost
        ("jets", "i8", (CAPACITY, 6)),
    ],
    align=True,
)
SELECTION = np.dtype(
    [
        ("dimension", "i8"),  # 6: force and torque; 3: torque alone, force left free
        ("first", TABLE),
        ("second", TABLE),
        ("trial", "f8", MAXIMUM_JETS),
    ],
    align=True,
)
"""The optimal selections of one craft, decided in two opposite ways where they are equal."""


def lowered(craft: Record, *, dimension: int, name: str) -> Record:
    """The SELECTION record of a CRAFT record; `dimension` 6 for force and torque, 3 for torque alone.

    Raises MissionError when the jets cannot push every way.
    """
    count = int(craft.jet_count)
    effect = craft.jet_torque[:count].copy()
    if dimension == 6:
        effect = np.hstack([craft.jet_force[:count], effect])
    selection = record(SELECTION)
    selection.dimension = dimension
    preference = np.modf(0.6180339887498949 * np.arange(1, count + 1))[0] - 0.5  # spread evenly: golden section
    strength = craft.jet_flow[:count] / max(craft.jet_flow[:count].max(initial=0.0), 1e-12)
    for table, way in ((selection.first, 1.0), (selection.second, -1.0)):
        # between equal jets of unequal size the smaller one is preferred: its pulses are finer
        cost = craft.jet_flow[:count] * (1.0 + PREFERENCE * (way * preference + strength))
        _fill(table, effect, cost, name)
    return selection


def _fill(table: Record, effect: Array, cost: Array, name: str) -> None:
    """Facets of the hull of the jets' effects per unit of cost."""
    dimension = effect.shape[1]
    scales = np.abs(effect).max(axis=0, initial=0.0)
    vertices = effect / cost[:, None]
    facets = _facets(vertices / np.where(scales > 0.0, scales, 1.0)) if len(effect) > dimension else None
    if facets is None:
        motions = "turn and push" if dimension == 6 else "turn"
        raise MissionError(f"the jets of {name} cannot {motions} it in every direction; add jets or turn some")
    index = 0
    for jets in facets:
        basis = vertices[jets].T
        if index == CAPACITY:
            raise MissionError(f"the jets of {name} have more than {CAPACITY} optimal selections; give it fewer jets")
        inverse = np.linalg.inv(basis)
        table.jets[index, :dimension] = jets
        table.inverse[index, :dimension, :dimension] = inverse / cost[jets][:, None]
        table.dual[index, :dimension] = inverse.sum(axis=0)
        index += 1
    table.count = index


def _facets(points: Array) -> Array | None:
    """Corner numbers of the facets of the hull of points (n, d), sorted; None when the origin is not inside."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(points)
    except QhullError:
        return None
    offsets = hull.equations[:, -1]  # negative: the origin is on the inner side
    if not offsets.max() < -1e-9:
        return None
    bases = points[hull.simplices]
    volume = np.abs(np.linalg.det(bases))
    corners = np.sort(hull.simplices[volume > 1e-9 * volume.max()], axis=1)
    ordered: Array = corners[np.lexsort(corners.T[::-1])]
    return ordered


@kernel
def _look_up(table: Record, dimension: int, demand: Record, on_times: Record) -> None:
    """Unlimited cheapest on-times [s] for a demand (N s, N m s), by the facet that the demand points through."""
    best, found = -1.0, 0
    for f in range(table.count):
        value = 0.0
        for k in range(dimension):
            value += table.dual[f, k] * demand[k]
        if value > best:
            best, found = value, f
    for j in range(on_times.shape[0]):
        on_times[j] = 0.0
    if not best > 0.0:
        return
    for i in range(dimension):
        t = 0.0
        for k in range(dimension):
            t += table.inverse[found, i, k] * demand[k]
        if t > 0.0:  # a tiny negative is round-off
            on_times[table.jets[found, i]] = t


@kernel
def _longest(on_times: Record) -> float:
    longest = 0.0
    for j in range(on_times.shape[0]):
        if on_times[j] > longest:
            longest = on_times[j]
    return longest


@kernel
def select(selection: Record, demand: Record, limit: float, on_times: Record) -> float:
    """Fill on_times (32) [s] for a demand; returns the share of it, at most 1, that fits under `limit` [s]."""
    _look_up(selection.first, selection.dimension, demand, on_times)
    longest = _longest(on_times)
    if longest > limit:
        _look_up(selection.second, selection.dimension, demand, selection.trial)
        for j in range(on_times.shape[0]):
            on_times[j] = 0.5 * (on_times[j] + selection.trial[j])
        longest = _longest(on_times)
    if not longest > limit:
        return 1.0
    share = limit / longest
    for j in range(on_times.shape[0]):
        on_times[j] *= share
    return share


@kernel
def to_pulses(on_times: Record, minimum_pulse: float) -> None:
    """Round on-times below the minimum pulse to it or to nothing. What is not fired is still an error next cycle."""
    for j in range(on_times.shape[0]):
        if on_times[j] < minimum_pulse:
            on_times[j] = minimum_pulse if on_times[j] >= 0.5 * minimum_pulse else 0.0


FIRING = np.dtype(
    [
        ("demand", "f8", 6),  # N s, N m s
        ("on_times", "f8", MAXIMUM_JETS),  # s from the start of the cycle
        ("mass", "f8"),  # kg believed, after this firing
        ("push_B", "f8", 3),  # N s that the on-times deliver, body axes
        ("shift_B", "f8", 3),  # N s^2: what that moves, times mass, until the end of the cycle
        ("turn_B", "f8", 3),  # N m s
        ("jet_time", "f8"),  # s in this cycle, all jets together
    ],
    align=True,
)
"""What the jets of one craft are told to do in this cycle, and what that does."""

PUSH_SHARE = 0.8  # of a cycle at most is spent on pushing, so that turning always finds room


@kernel
def fire(firing: Record, selection: Record, craft: Record, push_B: Vector, turn_B: Vector, cycle: float) -> None:
    """Turn demanded impulses (N s and N m s, body axes) into pulses of this cycle [s]. Torque goes first."""
    demand = firing.demand
    for k in range(6):
        demand[k] = 0.0
    turn_at = selection.dimension - 3
    if turn_at == 3 and (push_B[0] != 0.0 or push_B[1] != 0.0 or push_B[2] != 0.0):
        store(demand, push_B)
        share = select(selection, demand, PUSH_SHARE * cycle, firing.on_times)
        store(demand, scale(share, push_B))
    for k in range(3):
        demand[turn_at + k] = turn_B[k]
    select(selection, demand, cycle, firing.on_times)
    to_pulses(firing.on_times, craft.minimum_pulse)
    _sum_up(firing, craft, cycle)


@kernel
def _sum_up(firing: Record, craft: Record, cycle: float) -> None:
    """Impulse, its moment in time, angular impulse, propellant: what navigation and control feed forward."""
    firing.jet_time = 0.0
    for k in range(3):
        firing.push_B[k] = 0.0
        firing.shift_B[k] = 0.0
        firing.turn_B[k] = 0.0
    for j in range(craft.jet_count):
        t = firing.on_times[j]
        if t > 0.0:
            firing.jet_time += t
            firing.mass -= craft.jet_flow[j] * t
            for k in range(3):
                firing.push_B[k] += craft.jet_force[j, k] * t
                firing.shift_B[k] += craft.jet_force[j, k] * t * (cycle - 0.5 * t)
                firing.turn_B[k] += craft.jet_torque[j, k] * t
