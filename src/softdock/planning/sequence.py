"""The chaser's coelliptic sequence on the full force model: what each burn must achieve, and its solution.

Every solution starts from given states of both craft, so the same functions plan before flight and
retarget in flight from what navigation says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import asin, cos, pi, sqrt

import numpy as np

from ..astro.events import crossings
from ..astro.lambert import lambert
from ..astro.relative import elevation_angle, height_difference, lvlh_axes, phase_angle, relative_lvlh
from ..conventions import Array, Record
from ..dynamics.arcs import Arc, PointState
from ..errors import PlanError
from ..vehicle.assembly import Assembly
from .burns import coast, fly_burn, plan_burn
from .solver import Residual, Solution, Target, solve

FORWARD = np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Schedule:
    """Times [s from the epoch] and aims of one coelliptic sequence: the outcome of the search."""

    circularisation: float
    nc1: float
    trim: float
    nc2: float
    ncc: float
    nsr: float
    tpi: float
    half_period: float
    waiting_radius: float
    """Mean radius of the orbit in which the target waits [m]."""
    height_after_trim: float
    """Below the waiting radius, half a revolution after the trim [m]."""
    height_at_ncc: float
    height_at_nsr: float
    elevation: float
    """The two heights before are differences, target minus chaser [m]; this one is the line of sight's [rad]."""


@dataclass(frozen=True)
class Chase:
    """Who chases whom, under which forces. The target's arc already holds its own burns.

    Which engine makes a burn jumps with its size, and a solver cannot step over a jump: while burns are solved
    each keeps the engine in `engines`, by ignition time; `by_size` notes what its size would choose.
    """

    env: Record
    chaser: Assembly
    target: Arc
    engines: dict[float, str] = field(default_factory=dict)
    by_size: dict[float, str] = field(default_factory=dict)

    def legs(self, state: PointState, burns: Sequence[tuple[float, Array]], until: float) -> list[PointState]:
        """States just before each burn, and at the end; burns are (ignition, LVLH change of velocity)."""
        states = []
        times = [t for t, _ in burns[1:]] + [until]
        if burns[0][0] > state.t:
            state = coast(self.env, self.chaser, state, until=burns[0][0]).last
        for (_, dv), end in zip(burns, times, strict=True):
            states.append(state)
            state = self._burned(state, dv, end)
        return [*states, state]

    def _burned(self, state: PointState, dv: Array, until: float) -> PointState:
        speed = float(np.linalg.norm(dv))
        if speed > 0.0:
            self.by_size[state.t] = plan_burn(self.chaser, state.mass, speed).engine
            self.engines.setdefault(state.t, self.by_size[state.t])
        engine = self.engines.get(state.t)
        return fly_burn(self.env, self.chaser, state, dv_lvlh=dv, until=until, engine=engine)[0].last

    def solve(
        self, misses: Residual, guess: Array, targets: Sequence[Target], *, jacobian: Array | None = None
    ) -> Solution:
        """Burns that meet the targets, each by the engine that suits its size, or by one that serves.

        Raises PlanError.
        """
        self.engines.clear()
        self.by_size.clear()
        try:
            found = solve(misses, guess, targets, jacobian=jacobian)
            misses(found.unknowns)
            guess, jacobian = found.unknowns, found.jacobian
        except PlanError:
            if self.engines == self.by_size:
                raise
        if self.engines != self.by_size:
            self.engines.update(self.by_size)
            found = solve(misses, guess, targets, jacobian=jacobian)
        return found

    def height_difference(self, chaser: PointState) -> float:
        """Target minus chaser radius at the same central angle [m]."""
        target = self.target.at(chaser.t)
        return float(height_difference(target.r, target.v, chaser.r, mu=float(self.env.mu)))

    def behind_elevation(self, chaser: PointState, elevation: float) -> float:
        """Distance [m] along the orbit by which the chaser is behind where it sees the target at an elevation [rad].

        Linear in the phase however far off that is, as the elevation itself is not.
        """
        target = self.target.at(chaser.t)
        r_T, r_C = float(np.linalg.norm(target.r)), float(np.linalg.norm(chaser.r))
        wanted = 0.5 * pi - elevation - asin(min(1.0, r_C / r_T * cos(elevation)))
        return r_T * (float(phase_angle(target.r, target.v, chaser.r)) - wanted)

    def normal_at_same_angle(self, chaser: PointState) -> Array:
        """Orbit normal (3,) that the target has where it passes the chaser's central angle.

        J2 tilts the osculating plane back and forth within a revolution; here both are tilted alike.
        """
        target = self.target.at(chaser.t)
        rate = float(np.linalg.norm(np.cross(target.r, target.v)) / (target.r @ target.r))
        there = self.target.at(chaser.t - float(phase_angle(target.r, target.v, chaser.r)) / rate)
        return np.asarray(-lvlh_axes(there.r, there.v)[1])

    def out_of_plane(self, chaser: PointState) -> float:
        """Position [m] of the chaser along that normal."""
        return float(self.normal_at_same_angle(chaser) @ chaser.r)


def coelliptic_burn(chase: Chase, chaser: PointState) -> Array:
    """LVLH change of velocity (3,) [m/s] that makes the chaser coelliptic with the target, and coplanar.

    Semi-major axes differ by the height difference and radial rates are as a^1.5, the rule of the Apollo
    ground programs; the new velocity has no part along the target's orbit normal, up to the chaser's own
    distance from that plane.
    """
    mu = float(chase.env.mu)
    target = chase.target.at(chaser.t)
    below = chase.height_difference(chaser)
    r_T = float(np.linalg.norm(chaser.r)) + below
    radial_T, speed_T = _at_same_angle(mu, target, chaser)
    a_T = 1.0 / (2.0 / r_T - speed_T * speed_T / mu)
    a_C = a_T - below
    radial = radial_T * (a_T / a_C) ** 1.5
    r_C = float(np.linalg.norm(chaser.r))
    forward = sqrt(mu * (2.0 / r_C - 1.0 / a_C) - radial * radial)
    up = chaser.r / r_C
    normal = chase.normal_at_same_angle(chaser)
    ahead = np.cross(normal, up)
    ahead /= np.linalg.norm(ahead)
    wanted = radial * up + forward * ahead
    return np.asarray(lvlh_axes(chaser.r, chaser.v) @ (wanted - chaser.v))


def _at_same_angle(mu: float, target: PointState, chaser: PointState) -> tuple[float, float]:
    """Radial rate and speed [m/s] the target has where it passes the chaser's central angle (Kepler)."""
    h = np.cross(target.r, target.v)
    e_vector = np.cross(target.v, h) / mu - target.r / np.linalg.norm(target.r)
    in_plane = chaser.r - h * (h @ chaser.r) / (h @ h)
    x = in_plane / np.linalg.norm(in_plane)
    y = np.cross(h, x) / np.linalg.norm(h)
    scale = mu / float(np.linalg.norm(h))
    radial = -scale * float(e_vector @ y)
    transverse = scale * (1.0 + float(e_vector @ x))
    return radial, sqrt(radial * radial + transverse * transverse)


HEIGHT_TARGETS = {
    "trim": Target("height below the waiting orbit half a revolution after the trim", 5.0, "m"),
    "ncc": Target("height difference at NCC", 5.0, "m"),
    "tpi": Target("height difference at TPI", 5.0, "m"),
}
ELEVATION_TARGET = Target("distance along the orbit from the elevation wanted at TPI", 5.0, "m")
PLANE_TARGET = Target("distance from the target's plane at NSR", 2.0, "m")


def _after_nsr(chase: Chase, plan: Schedule, at_nsr: PointState) -> list[float]:
    """Misses at TPI once the coelliptic burn is made: height difference [m], distance along the orbit [m]."""
    end = chase.legs(at_nsr, [(at_nsr.t, coelliptic_burn(chase, at_nsr))], plan.tpi)[-1]
    return [
        chase.height_difference(end) - plan.height_at_nsr,
        chase.behind_elevation(end, plan.elevation),
    ]


def solve_phasing(
    chase: Chase, plan: Schedule, state: PointState, *, guess: Array, jacobian: Array | None = None
) -> Solution:
    """Forward burns NC1, trim, NC2, NCC (4,) [m/s] from a state at or before NC1."""

    def misses(x: Array) -> Array:
        burns = [
            (plan.nc1, x[0] * FORWARD),
            (plan.trim, x[1] * FORWARD),
            (plan.trim + plan.half_period, 0.0 * FORWARD),
            (plan.nc2, x[2] * FORWARD),
            (plan.ncc, x[3] * FORWARD),
        ]
        at = chase.legs(state, burns, plan.nsr)
        return np.array(
            [
                plan.waiting_radius - float(np.linalg.norm(at[2].r)) - plan.height_after_trim,
                chase.height_difference(at[4]) - plan.height_at_ncc,
                *_after_nsr(chase, plan, at[5]),
            ]
        )

    targets = [HEIGHT_TARGETS["trim"], HEIGHT_TARGETS["ncc"], HEIGHT_TARGETS["tpi"], ELEVATION_TARGET]
    return chase.solve(misses, guess, targets, jacobian=jacobian)


def solve_trim(chase: Chase, plan: Schedule, state: PointState, *, guess: Array) -> Solution:
    """Forward burns trim, NC2, NCC (3,) [m/s]: in flight the trim answers for the phase."""

    def misses(x: Array) -> Array:
        burns = [(plan.trim, x[0] * FORWARD), (plan.nc2, x[1] * FORWARD), (plan.ncc, x[2] * FORWARD)]
        at = chase.legs(state, burns, plan.nsr)
        return np.array([chase.height_difference(at[2]) - plan.height_at_ncc, *_after_nsr(chase, plan, at[3])])

    return chase.solve(misses, guess, [HEIGHT_TARGETS["ncc"], HEIGHT_TARGETS["tpi"], ELEVATION_TARGET])


def solve_nc2(chase: Chase, plan: Schedule, state: PointState, *, guess: Array) -> Solution:
    """NC2 forward, NCC forward and down (3,) [m/s]: the last phase error goes into NCC's radial part."""

    def misses(x: Array) -> Array:
        burns = [(plan.nc2, x[0] * FORWARD), (plan.ncc, np.array([x[1], 0.0, x[2]]))]
        at = chase.legs(state, burns, plan.nsr)
        return np.array([chase.height_difference(at[1]) - plan.height_at_ncc, *_after_nsr(chase, plan, at[2])])

    return chase.solve(misses, guess, [HEIGHT_TARGETS["ncc"], HEIGHT_TARGETS["tpi"], ELEVATION_TARGET])


def solve_ncc(chase: Chase, plan: Schedule, state: PointState, *, guess: Array) -> Solution:
    """NCC in three components (3,) [m/s]: height and phase for TPI, and the target's plane at NSR."""

    def misses(x: Array) -> Array:
        at = chase.legs(state, [(plan.ncc, x)], plan.nsr)
        return np.array([*_after_nsr(chase, plan, at[1]), chase.out_of_plane(at[1])])

    return chase.solve(misses, guess, [HEIGHT_TARGETS["tpi"], ELEVATION_TARGET, PLANE_TARGET])


def solve_intercept(chase: Chase, state: PointState, arrival: float) -> Solution:
    """Change of velocity in LVLH (3,) [m/s] that meets the target's position at the arrival time.

    Lambert's two-body arc is the first guess; the forces then move it by a few decimetres a second.
    """
    goal = chase.target.at(arrival)

    def misses(x: Array) -> Array:
        end = chase.legs(state, [(state.t, x)], arrival)[-1]
        return np.asarray(relative_lvlh(goal.r, goal.v, end.r, end.v)[0])

    normal = np.cross(state.r, state.v)
    departing, _ = lambert(state.r, goal.r, arrival - state.t, normal=normal, mu=float(chase.env.mu))
    guess = lvlh_axes(state.r, state.v) @ (departing - state.v)
    targets = [Target(f"miss {name} at arrival", 1.0, "m") for name in ("forward", "across", "down")]
    return chase.solve(misses, guess, targets)


def arrival_time(target: Arc, start: float, travel: float) -> float:
    """When the target has travelled a central angle [rad] from where it is at `start`."""
    from scipy.optimize import brentq

    first = target.at(start)
    u = first.r / np.linalg.norm(first.r)
    normal = np.cross(first.r, first.v)
    w = np.cross(normal, u) / np.linalg.norm(normal)

    def short_of(t: float) -> float:
        r = target.at(t).r
        angle = float(np.arctan2(r @ w, r @ u)) % (2.0 * pi)
        return angle - travel

    rate = float(np.linalg.norm(normal)) / float(first.r @ first.r)
    about = start + travel / rate
    return float(brentq(short_of, about - 120.0, about + 120.0, xtol=1e-4))


def rising_elevation(chase: Chase, chaser: PointState, elevation: float, *, until: float) -> float | None:
    """When the line of sight next rises through an elevation [rad] before `until` [s]; None if it does not."""
    arc = coast(chase.env, chase.chaser, chaser, until=until, dense=True)

    def above(times: Array) -> Array:
        return np.asarray(
            elevation_angle(chase.target.positions(times), arc.positions(times), arc.velocities(times)) - elevation
        )

    found = crossings(above, chaser.t, until, step=20.0)
    return next((t for t, direction in found if direction > 0), None)
