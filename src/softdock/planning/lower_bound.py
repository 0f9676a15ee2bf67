"""The least sum of changes of speed by which any burns could do it: what a plan is measured against.

Two bounds. In closed form: between coplanar or inclined orbits by two impulses, phase left free (Hohmann 1925). And by
convex programming: impulses anywhere on the way, near a circular reference orbit, to given conditions at arrival. Their
effects are Gauss's equations at small eccentricity; J2 turns the planes by different rates. Lawden's primer vector
(1963) is the certificate: with multipliers y of the conditions q and effects E(angle), p = E^T y; where |p| <= 1 at
every angle, no impulses can cost less than y . q. The greatest y . q is looked for on a grid of angles, to which those
are added where |p| > 1 between them.

Here speed is in units of the reference orbit's and length of its radius; the angle phi counts to the point of arrival,
phi <= 0. Impulses are (radial up, transverse forward, along the orbit normal).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, isnan, pi, sin, sqrt

import numpy as np

from ..astro.orbits import MeanOrbit, advanced, nodal_period
from ..conventions import Array, Record
from ..errors import PlanError
from .start_vector import mean_wedge, phase_gain

CONDITIONS = ("semi-major axis", "eccentricity toward", "eccentricity across", "lag", "off plane", "plane rate")
"""Order of the six conditions at arrival. Toward and across: the direction of the point of arrival; lag: how much later
it is passed, as an angle."""
GRID = 60  # angles a revolution; |p|, which turns with the orbit, exceeds 1 by at most 0.3 % between them
FINER = 32  # in how many parts a step is cut to see that
PASSES = 12
LONGEST = 2000.0  # rad, three weeks in low orbit; the work grows with it
CERTAIN = 1e-5  # relative: where the bound and the cost of impulses that reach it count as one
NOTHING = 1e-15  # of a condition over its largest effect, which is a speed: 1e-11 m/s
GAP = 2e-6  # relative, of the programme on one grid
WEIGHTS, NEWTON_STEPS = 60, 100


@dataclass(frozen=True)
class PlaneDrift:
    """How J2 turns the node, as node times sin i per radian travelled: by_axis for a relative change of the axis,
    by_tilt for a change of inclination [rad]; argument [rad]: of latitude, at arrival."""

    by_axis: float
    by_tilt: float
    argument: float


@dataclass(frozen=True, eq=False)
class Demand:
    """What impulses must change by the arrival.

    wanted (6,): in the order of CONDITIONS, NaN for one left free · travel [rad]: from the first possible impulse to
    the arrival · speed [m/s]: unit of speed · drift: None for planes that stand still
    """

    wanted: Array
    travel: float
    speed: float
    drift: PlaneDrift | None = None

    def left_free(self, *names: str) -> Demand:
        """The same without some of the conditions."""
        wanted = np.array([np.nan if name in names else q for name, q in zip(CONDITIONS, self.wanted, strict=True)])
        return Demand(wanted, self.travel, self.speed, self.drift)


@dataclass(frozen=True, eq=False)
class Bound:
    """The least sum of impulses.

    least [m/s]: no impulses cost less · reached [m/s]: what those below cost, which meet the conditions to 1e-5 of the
    largest · angles (k,) [rad], impulses (k, 3) [m/s]: near the best ones many small · multipliers (6,): what a unit of
    each condition costs, in units of speed
    """

    least: float
    reached: float
    angles: Array
    impulses: Array
    multipliers: Array


def coplanar_bound(perigee_radius: float, apogee_radius: float, radius: float, *, mu: float) -> float:
    """Least sum [m/s] of two impulses from an ellipse to a circle outside or inside of it in its plane.

    Radii from the centre [m] · mu [m3/s2]. The first at one apsis puts the other end on the circle, the second closes
    it; the better of the two apsides.
    """
    axis = 0.5 * (perigee_radius + apogee_radius)
    sums = []
    for here in (perigee_radius, apogee_radius):
        speed, transfer = (sqrt(mu * (2.0 / here - 1.0 / a)) for a in (axis, 0.5 * (here + radius)))
        arriving = sqrt(mu * (2.0 / radius - 2.0 / (here + radius)))
        sums.append(abs(transfer - speed) + abs(sqrt(mu / radius) - arriving))
    return min(sums)


def inclined_bound(first: float, second: float, wedge: float, *, mu: float) -> float:
    """Least sum [m/s] of two impulses between circles of given radii [m] whose planes differ by a wedge [rad].

    Both at the crossing of the planes, half a turn apart, the wedge shared at its best. Vallado 2013, section 6.5.
    """
    from scipy.optimize import minimize_scalar

    axis = 0.5 * (first + second)
    ends = [(sqrt(mu / r), sqrt(mu * (2.0 / r - 1.0 / axis))) for r in (first, second)]

    def total(share: float) -> float:
        turns = (share * wedge, (1.0 - share) * wedge)
        return sum(sqrt(a * a + b * b - 2.0 * a * b * cos(w)) for (a, b), w in zip(ends, turns, strict=True))

    found = minimize_scalar(total, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-12})
    return float(min(found.fun, total(0.0), total(1.0)))


def primer_vector(bound: Bound, demand: Demand, angles: Array) -> Array:
    """Lawden's primer vector (n, 3) at angles (n,) [rad]; nowhere longer than 1 but for the stated 1e-6."""
    return np.asarray(np.einsum("nij,i->nj", impulse_effects(angles, demand.drift), bound.multipliers))


def impulse_effects(angles: Array, drift: PlaneDrift | None = None) -> Array:
    """What a unit impulse at each angle (n,) [rad] changes by the arrival: (n, 6, 3), conditions by directions.

    Clohessy and Wiltshire 1960, as a change of elements; the drift of the node by J2, secular, of first order.
    """
    phi = np.asarray(angles, dtype=float)
    s, c, effects = np.sin(phi), np.cos(phi), np.zeros((len(phi), 6, 3))
    effects[:, 0, 1] = 2.0
    effects[:, 1, 0], effects[:, 1, 1] = s, 2.0 * c
    effects[:, 2, 0], effects[:, 2, 1] = -c, 2.0 * s
    effects[:, 3, 0], effects[:, 3, 1] = 2.0 * (1.0 - c), -3.0 * phi + 4.0 * s
    effects[:, 4, 2], effects[:, 5, 2] = -s, c
    if drift is not None:
        u = drift.argument
        node = np.zeros((len(phi), 3))
        node[:, 1] = -phi * drift.by_axis * 2.0
        node[:, 2] = -phi * drift.by_tilt * np.cos(u + phi)
        effects[:, 4] -= cos(u) * node
        effects[:, 5] += sin(u) * node
    return effects


def rendezvous_demand(
    chaser: MeanOrbit, target: MeanOrbit, env_j2: Record, *, phase: float, seconds: float, behind: float = 0.0
) -> Demand:
    """What impulses must change so that the chaser is at rest near the target after a time.

    chaser, target: J2-mean, at the start · phase [rad]: from chaser to target then, with whole laps, which are what
    matters of it · seconds [s] · behind [m]: of the point of rest. The reference orbit lies half way between the two,
    where differences of rates are exact to second order.
    """
    radius = 0.5 * (chaser.semi_major_axis + target.semi_major_axis)
    inclination = 0.5 * (chaser.inclination + target.inclination)
    late, there = advanced(chaser, env_j2, seconds), advanced(target, env_j2, seconds)
    u = there.argument_of_latitude
    wedge = mean_wedge(late, there)
    tilt, turn = -wedge.tilt, -wedge.turn
    e_late, e_there = (_eccentricity(orbit, u) for orbit in (late, there))
    about = phase_gain(chaser, target, env_j2, seconds=seconds) - phase
    lead = about + _wrapped(late.argument_of_latitude - u + cos(inclination) * _wrapped(late.raan - there.raan) - about)
    wanted = np.array([
        (target.semi_major_axis - chaser.semi_major_axis) / radius,
        e_there[0] - e_late[0],
        e_there[1] - e_late[1],
        lead + behind / radius,
        tilt * sin(u) - turn * cos(u),
        tilt * cos(u) + turn * sin(u),
    ])  # fmt: skip
    flown = 2.0 * pi * seconds / nodal_period(target, env_j2) + phase
    travel = flown + _wrapped(u - chaser.argument_of_latitude - flown)
    return Demand(wanted, travel, sqrt(env_j2.mu / radius), plane_drift(env_j2, radius, inclination, argument=u))


def plane_drift(env_j2: Record, radius: float, inclination: float, *, argument: float) -> PlaneDrift:
    """J2's secular turn of the node near a circular orbit, as partial derivatives. Kozai 1959."""
    k = 1.5 * env_j2.j2 * (env_j2.radius / radius) ** 2
    s = sin(inclination)
    return PlaneDrift(3.5 * k * cos(inclination) * s, k * s * s, argument)


def _wrapped(angle: float) -> float:
    """The same angle from -pi to pi."""
    return (angle + pi) % (2.0 * pi) - pi


def _eccentricity(orbit: MeanOrbit, u: float) -> tuple[float, float]:
    """Parts of the eccentricity vector toward and across the direction at argument of latitude u."""
    angle = orbit.argument_of_perigee - u
    return orbit.eccentricity * cos(angle), orbit.eccentricity * sin(angle)


def linear_bound(demand: Demand) -> Bound:
    """The least sum of impulses that meet the demand, with its certificate.

    Raises PlanError where none meet it or the certificate does not close to 1e-5.
    """
    rows = [row for row, value in enumerate(demand.wanted) if not isnan(value)]
    if not (rows and np.all(np.isfinite(demand.wanted[rows])) and 0.0 < demand.travel <= LONGEST):
        said = f"a bound for {len(rows)} conditions over a way of {demand.travel:g} rad was asked"
        raise PlanError(f"{said}; give at least one condition, finite ones, and a way up to {LONGEST:g} rad")
    angles = _grid(demand)
    scale = np.abs(impulse_effects(angles, demand.drift)[:, rows]).max(axis=(0, 2))
    wanted = demand.wanted[rows] / scale
    size = float(np.abs(wanted).max())
    if not size > NOTHING:
        return Bound(0.0, 0.0, np.empty(0), np.empty((0, 3)), np.zeros(6))
    for _ in range(PASSES):
        effects = impulse_effects(angles, demand.drift)[:, rows] / scale[:, None]
        scaled = _multipliers(effects, wanted / size)
        impulses, miss = _impulses(effects, wanted / size, scaled)
        if not miss <= CERTAIN:
            named = ", ".join(CONDITIONS[row] for row in rows)
            raise PlanError(f"no impulses meet the conditions {named} together; allow a longer way or leave one free")
        y, impulses = np.zeros(6), size * impulses
        y[rows] = scaled / scale
        peaks, greatest = _peaks(angles, demand, y)
        y /= max(1.0, greatest)
        least, reached = float(y[rows] @ demand.wanted[rows]), float(np.linalg.norm(impulses, axis=1).sum())
        if abs(reached - least) <= CERTAIN * reached:
            return Bound(demand.speed * least, demand.speed * reached, angles, demand.speed * impulses, y)
        angles = np.unique(np.concatenate([angles, peaks]))
    raise PlanError(
        f"the least sum of impulses lies between {demand.speed * least:.4f} and {demand.speed * reached:.4f} m/s and"
        f" did not close in {PASSES} passes; give a shorter way"
    )


def _multipliers(effects: Array, wanted: Array) -> Array:
    """The y (n,) with the greatest y . wanted where |E^T y| <= 1 at every angle.

    Newton's method on the logarithmic barrier, Boyd and Vandenberghe 2004, section 11.3: at weight w it is within
    len(effects)/w of the greatest.
    """
    y, weight, growth = np.zeros(len(wanted)), 1.0, 10.0
    for _ in range(WEIGHTS):
        found, is_centre = _centred(effects, wanted, y, weight=weight * growth)
        if is_centre:
            y, weight = found, weight * growth
        else:
            growth = sqrt(growth)
        if len(effects) <= GAP * weight * float(y @ wanted):
            break
    return y


def _centred(effects: Array, wanted: Array, y: Array, *, weight: float) -> tuple[Array, bool]:
    """The y (n,) that minimises -weight y . wanted - sum log(1 - |p|^2), from another inside; whether it was reached.

    Far from it the step is shortened by 1 + decrement, which keeps it inside: the barrier is self-concordant. Longer
    ones come so near to the edge that they then follow it slowly.
    """
    for _ in range(NEWTON_STEPS):
        primer = np.einsum("nij,i->nj", effects, y)
        room = 1.0 - np.square(primer).sum(axis=1)
        push = np.einsum("nij,nj->ni", effects, primer) / room[:, None]
        gradient = 2.0 * push.sum(axis=0) - weight * wanted
        flat = (effects / np.sqrt(room)[:, None, None]).transpose(1, 0, 2).reshape(len(wanted), -1)
        hessian = 2.0 * flat @ flat.T + 4.0 * push.T @ push
        unit = 1.0 / np.sqrt(np.diag(hessian))  # its rows differ by many orders
        step = -unit * np.linalg.lstsq(unit[:, None] * hessian * unit, unit * gradient, rcond=None)[0]
        decrement = sqrt(max(-float(gradient @ step), 0.0))
        if not decrement > 1e-5:
            return y, True
        y = y + step / (1.0 + decrement if decrement > 0.25 else 1.0)
    return y, False


def _impulses(effects: Array, wanted: Array, y: Array) -> tuple[Array, float]:
    """The impulses (n, 3) that belong to the multipliers, along the primer where it is near 1, and their miss."""
    primer = np.einsum("nij,i->nj", effects, y)
    along = primer / (1.0 - np.square(primer).sum(axis=1))[:, None]
    made = np.einsum("nij,nj->i", effects, along)
    factor = float(made @ wanted) / float(made @ made)
    return factor * along, float(np.abs(factor * made - wanted).max())


def _grid(demand: Demand) -> Array:
    """Angles [rad], rising, from the first possible impulse to the arrival."""
    return -np.linspace(demand.travel, 0.0, max(8, round(GRID * demand.travel / (2.0 * pi))) + 1)


def _peaks(angles: Array, demand: Demand, y: Array) -> tuple[Array, float]:
    """Angles beside the given ones where |p| is greatest nearby and above 1, and the greatest |p| of all.

    The way is looked at 32 times as finely as the grid where |p| is near 1: it is then known to 1e-6.
    """
    size = np.linalg.norm(np.einsum("nij,i->nj", impulse_effects(angles, demand.drift), y), axis=1)
    top = angles[size > min(1.0 - 0.01, float(size.max()) * (1.0 - 1e-12))]
    step = demand.travel / (len(_grid(demand)) - 1)
    near = np.clip(top[:, None] + step * np.linspace(-1.0, 1.0, 2 * FINER + 1), -demand.travel, 0.0)
    exact = np.einsum("nij,i->nj", impulse_effects(near.ravel(), demand.drift), y)
    lengths = np.linalg.norm(exact, axis=1).reshape(near.shape)
    best = np.argmax(lengths, axis=1)
    here = np.arange(len(top))
    return near[here, best][lengths[here, best] > 1.0], float(lengths.max())
