"""The phase pane: which angle ahead of the chaser a rendezvous scheme can catch up with, and for how much.

Coplanar and near-circular. A scheme says where in its revolutions burns may stand; the cheapest burns that close size,
shape and phase are a linear programme, whose cost is convex in the angle to be caught up. What the burns make is then
followed on exact J2-mean orbits, so that angle, duration and turn of the node carry no linear error. Equations are
numbered in docs/theory/launch-windows.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, pi, sqrt
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, eye_array, hstack, vstack

from ..astro.orbits import MeanOrbit, mean_argument, nodal_period, secular_rates
from ..conventions import Array, Record
from ..errors import PlanError

_PLACES_A_TURN = 12  # burns are looked for each 30 deg or less
_DIRECTIONS = 16  # of a burn in the plane; the horizontal ones are exact, others cost up to 1.9 % too much
_SIDES = 16  # of the polygon that stands for the circle of eccentricities in the bound on perigee: 2 % of a e
_SAMPLES = 33  # of the angle caught up between its least and its greatest
_DEARER = 1.5  # the table reaches so many times the least cost, or the limit if that is more
_SCALE = 1e3  # of shapes, that they are numbers like the burns
_SLACK = 0.1  # m: of the bound on perigee, that an insertion orbit may lie on it


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A J2-mean orbit flown for some revolutions: semi-major axis [m], eccentricity, revolutions (of latitude)."""

    semi_major_axis: float
    eccentricity: float
    revolutions: float


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What legs add up to: duration [s], angle caught up with the target and turn of the own node [rad]."""

    duration: float
    caught_up: float
    node: float


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A rendezvous scheme as a launch window sees it. Revolutions count from insertion, by argument of latitude.

    ascent [s]: lift-off to insertion · powered_arc [rad]: pad at lift-off to insertion in inertial space ·
    plane_lead [s]: the plane at insertion is the one through the pad's place so long after lift-off, because the
    launcher starts with the pad's speed and loses its sideways part only bit by bit · semi_major_axis [m],
    eccentricity: J2-mean, of the insertion orbit, whose perigee is at insertion · burns: spans of revolutions in which
    burns may stand, in order; one more is made on arrival · revolutions: insertion to arrival · approach [s]: arrival
    to docking · phase_at_arrival [rad]: target ahead · dv_limit [m/s]: for all burns to the rest at arrival ·
    lowest_perigee [m]: radius of J2-mean orbits, that of insertion where left out · published_width [rad]: range of
    initial phase that is printed for it, to be laid beside the computed one. Raises PlanError.
    """

    name: str
    ascent: float
    powered_arc: float
    semi_major_axis: float
    eccentricity: float
    burns: tuple[tuple[float, float], ...]
    revolutions: float
    approach: float
    dv_limit: float
    plane_lead: float = 0.0
    phase_at_arrival: float = 0.0
    lowest_perigee: float | None = None
    published_width: float | None = None

    def __post_init__(self) -> None:
        edges = [x for span in self.burns for x in span]
        if not (edges and edges[0] >= 0.0 and edges[-1] <= self.revolutions and np.all(np.diff(edges) >= 0.0)):
            raise PlanError(
                f"scheme '{self.name}' has burns in revolutions {self.burns} of {self.revolutions:g}; give spans in"
                " order, from 0 to the arrival"
            )
        if not (self.semi_major_axis > 0.0 and 0.0 <= self.eccentricity < 0.1):
            raise PlanError(
                f"scheme '{self.name}' is inserted with semi-major axis {self.semi_major_axis} m and eccentricity"
                f" {self.eccentricity}; the axis must be positive and the orbit nearly circular, below 0.1"
            )
        if not (self.dv_limit > 0.0 and self.ascent > 0.0 and self.approach >= 0.0):
            raise PlanError(
                f"scheme '{self.name}' has a limit of {self.dv_limit} m/s, an ascent of {self.ascent} s and an approach"
                f" of {self.approach} s; give positive numbers"
            )

    def insertion_speed(self, mu: float) -> float:
        """Inertial, at insertion, which is at perigee [m/s]. mu [m3/s2]: of the Earth."""
        return sqrt(mu * (1.0 + self.eccentricity) / (1.0 - self.eccentricity) / self.semi_major_axis)

    def places(self) -> Array:
        """Revolutions (m,) at which burns are tried: all spans, and the arrival."""
        found = {self.revolutions}
        for begin, end in self.burns:
            found.update(np.linspace(begin, end, int(np.ceil((end - begin) * _PLACES_A_TURN - 1e-9)) + 1))
        return np.array(sorted(found))


@dataclass(frozen=True, kw_only=True)
class Phasing:
    """A scheme against a target's orbit: the cheapest way for each angle caught up.

    caught_up (n,) [rad], rising, from insertion to arrival, in argument of latitude · cost (n,) [m/s] ·
    duration (n,) [s] · node (n,) [rad]: turn of the chaser's node · plans: legs of each · limits [rad]: between which
    the cost is within the scheme's limit; nan where it never is · rate [rad/s]: of the target's argument of latitude
    """

    scheme: Scheme
    caught_up: Array
    cost: Array
    duration: Array
    node: Array
    plans: tuple[tuple[Leg, ...], ...]
    limits: tuple[float, float]
    rate: float

    @property
    def width(self) -> float:
        """Range of initial phase that can be absorbed [rad], not cut at a full turn; nan when there is none."""
        return self.limits[1] - self.limits[0]

    @property
    def least(self) -> float:
        """The least that the burns cost for any angle [m/s]."""
        return float(self.cost.min())

    def cost_at(self, caught_up: Array) -> Array:
        """Delta-v [m/s] for angles caught up (...) [rad]; nan where burns of half as much again do not reach."""
        return np.interp(caught_up, self.caught_up, self.cost, left=np.nan, right=np.nan)

    def duration_at(self, caught_up: Array) -> Array:
        """Insertion to arrival [s]; beyond the ends that of the end."""
        return np.interp(caught_up, self.caught_up, self.duration)

    def node_at(self, caught_up: Array) -> Array:
        """Turn of the chaser's node from insertion to arrival [rad]; beyond the ends that of the end."""
        return np.interp(caught_up, self.caught_up, self.node)

    def nearest_lap(self, angle: Array) -> Array:
        """Angles (...) [rad] with full turns added so that they lie within the limits, else as near as can be.

        Where several turns serve, the one nearest to the middle of the limits.
        """
        low, high = self.limits if np.isfinite(self.width) else (self.caught_up[0], self.caught_up[-1])
        middle = 0.5 * (low + high)
        return np.asarray(angle + 2.0 * pi * np.round((middle - angle) / (2.0 * pi)))


def drift_over(legs: Sequence[Leg], target: MeanOrbit, *, inclination: float, env: Record) -> Drift:
    """What legs at an inclination [rad] add up to beside a target on a mean orbit. Eq. 12 to 14.

    env: gravity to J2. The target's argument of latitude runs on evenly; the legs' is counted at their own nodes.
    """
    _, perigee, anomaly = secular_rates(target, env)
    duration, node = 0.0, 0.0
    for leg in legs:
        orbit = MeanOrbit(leg.semi_major_axis, leg.eccentricity, inclination, 0.0, 0.0, 0.0)
        lasts = leg.revolutions * nodal_period(orbit, env)
        duration += lasts
        node += secular_rates(orbit, env)[0] * lasts
    turns = sum(leg.revolutions for leg in legs)
    return Drift(duration=duration, caught_up=2.0 * pi * turns - (perigee + anomaly) * duration, node=node)


def phasing(scheme: Scheme, target: MeanOrbit, env: Record) -> Phasing:
    """The cheapest burns of a scheme for every angle that it can catch up, beside a near-circular target.

    Raises PlanError when no burns lead to the target's orbit.
    """
    programme = _Programme(scheme, target, env)
    least = programme.solved().cost
    if not np.isfinite(least):
        raise PlanError(
            f"scheme '{scheme.name}' has no burns that lead from its insertion orbit to the target's; give it more"
            " spans for burns, or half a revolution between two"
        )
    ceiling = max(_DEARER * least, scheme.dv_limit)
    least_angle, most = (programme.solved(ceiling=ceiling, toward=sign).angle for sign in (1.0, -1.0))
    within = scheme.dv_limit >= least
    edges = [programme.solved(ceiling=scheme.dv_limit, toward=sign).angle for sign in (1.0, -1.0)] if within else []
    # the ends are drawn in by rounding's worth, that the programme can still be solved there
    inner = 1e-9 * (most - least_angle)
    asked = np.array([*np.linspace(least_angle, most, _SAMPLES), *edges])
    asked = np.unique(np.clip(asked, least_angle + inner, most - inner))
    found = [programme.solved(angle=float(angle)) for angle in asked]
    drifts = [drift_over(one.legs, target, inclination=target.inclination, env=env) for one in found]
    caught_up = np.array([drift.caught_up for drift in drifts])
    limits = tuple(float(np.interp(edge, asked, caught_up)) for edge in edges) if within else (np.nan, np.nan)
    return Phasing(
        scheme=scheme,
        caught_up=caught_up,
        cost=np.array([one.cost for one in found]),
        duration=np.array([drift.duration for drift in drifts]),
        node=np.array([drift.node for drift in drifts]),
        plans=tuple(one.legs for one in found),
        limits=(limits[0], limits[1]),
        rate=float(sum(secular_rates(target, env)[1:])),
    )


@dataclass(frozen=True)
class _Solved:
    """Cost [m/s], linear angle caught up [rad] and legs of the programme's best burns; nan and none without any."""

    cost: float
    angle: float
    legs: tuple[Leg, ...]


class _Programme:
    """The linear programme of one scheme and target.

    Unknown are the sizes of burns [m/s] in each place and direction and, that the matrices stay sparse, the shape after
    each place: semi-major axis less the target's, e cos u and e sin u over `size`, times 1000
    """

    def __init__(self, scheme: Scheme, target: MeanOrbit, env: Record) -> None:
        self.scheme, self.target = scheme, target
        self.places = scheme.places()
        self.size = 0.5 * (scheme.semi_major_axis + target.semi_major_axis)
        speed = sqrt(env.mu / self.size)
        turn = 2.0 * pi * np.arange(_DIRECTIONS) / _DIRECTIONS
        place, way = np.meshgrid(2.0 * pi * self.places, turn, indexing="ij")
        forward, up = (np.ravel(part) / speed for part in (np.cos(way), np.sin(way)))
        at = np.ravel(place)
        # eq. 15: changes of the shape by one m/s; u counts from insertion
        self.changes = np.stack([2.0 * forward, *_eccentricity(forward, up, at)])
        start = (scheme.semi_major_axis - target.semi_major_axis) / self.size
        self.before = np.array([start, scheme.eccentricity, 0.0])
        periods = [nodal_period(_circular(a, target), env) for a in (scheme.semi_major_axis, target.semi_major_axis)]
        slope = (periods[0] / periods[1] - 1.0) / start if abs(start) > 1e-9 else 1.5
        # eq. 16: angle caught up, by one m/s
        self.angles = -slope * (2.0 * pi * scheme.revolutions - at) * self.changes[0] - 2.0 * up
        self.angle_before = -slope * 2.0 * pi * scheme.revolutions * start
        self.follows, self.start = self._shapes()
        self.above, self.bound = self._perigee()

    def solved(self, *, angle: float | None = None, ceiling: float | None = None, toward: float = 0.0) -> _Solved:
        """The cheapest burns, for an angle [rad] or any; or, under a ceiling [m/s], those of extreme angle.

        toward: +1 for the least angle, -1 for the greatest
        """
        burns, shapes = self.angles.size, 3 * len(self.places)
        equal, right = self.follows, self.start
        if angle is not None:
            equal = vstack([equal, csr_array([np.append(self.angles, np.zeros(shapes))])])
            right = np.append(right, angle - self.angle_before)
        above, bound = self.above, self.bound
        price = np.append(np.ones(burns), np.zeros(shapes))
        if ceiling is not None:
            above, bound = vstack([above, csr_array([price])]), np.append(bound, ceiling)
            price = toward * np.append(self.angles, np.zeros(shapes))
        free = [(None, None)] * (shapes - 3) + [(0.0, 0.0)] * 3  # the last shape is the target's
        found = linprog(price, above, bound, equal, right, bounds=[(0.0, None)] * burns + free, method="highs")
        if found.status != 0:
            return _Solved(np.nan, np.nan, ())
        x = np.asarray(found.x)[:burns]
        return _Solved(float(x.sum()), float(self.angle_before + self.angles @ x), self._legs(x))

    def _shapes(self) -> tuple[Any, Array]:
        """Rows and right sides of: the shape after each place is that before it and what is burnt there."""
        m = len(self.places)
        each = self.changes.reshape(3, m, _DIRECTIONS)
        burnt = block_diag([csr_array(_SCALE * each[:, k]) for k in range(m)])
        step = eye_array(3 * m) - eye_array(3 * m, k=-3)
        right = np.zeros(3 * m)
        right[:3] = _SCALE * self.before
        return csr_array(hstack([-burnt, step])), right

    def _perigee(self) -> tuple[Any, Array]:
        """Rows and bounds of: after no place but the last is the perigee lower than allowed. Eq. 17."""
        scheme, m = self.scheme, len(self.places)
        own = scheme.semi_major_axis - self.size * scheme.eccentricity  # as the programme has it, that it may stay
        lowest = min(own if scheme.lowest_perigee is None else scheme.lowest_perigee, own) - _SLACK
        side = 2.0 * pi * np.arange(_SIDES) / _SIDES
        one = csr_array(np.stack([-np.ones(_SIDES), np.cos(side), np.sin(side)], axis=1))
        rows = block_diag([one] * (m - 1)) if m > 1 else csr_array((0, 0))
        count = _SIDES * (m - 1)
        rows = hstack([csr_array((count, self.angles.size)), rows, csr_array((count, 3))])
        return csr_array(rows), np.full(count, _SCALE * (self.target.semi_major_axis - lowest) / self.size)

    def _legs(self, x: Array) -> tuple[Leg, ...]:
        """The mean orbits between the places where something is burnt. Their revolutions are of the mean argument."""
        each = (self.changes * x).reshape(3, len(self.places), _DIRECTIONS).sum(axis=2)
        legs: list[Leg] = []
        now, since = self.before.copy(), 0.0
        for k, place in enumerate(self.places):
            if place > since and (np.any(np.abs(each[:, k]) > 1e-12) or k == len(self.places) - 1):
                ex, ey = float(now[1]), float(now[2])
                begin, end = (mean_argument(ex, ey, 2.0 * pi * float(rev)) for rev in (since, place))
                a = float(self.target.semi_major_axis + self.size * now[0])
                legs.append(Leg(semi_major_axis=a, eccentricity=hypot(ex, ey), revolutions=(end - begin) / (2.0 * pi)))
                since = float(place)
            now = now + each[:, k]
        return tuple(legs)


def _eccentricity(forward: Array, up: Array, at: Array) -> tuple[Array, Array]:
    c, s = np.cos(at), np.sin(at)
    return 2.0 * forward * c + up * s, 2.0 * forward * s - up * c


def _circular(semi_major_axis: float, like: MeanOrbit) -> MeanOrbit:
    return MeanOrbit(semi_major_axis, 0.0, like.inclination, 0.0, 0.0, 0.0)
