"""The target of a launch as J2-mean elements over time: from mean orbits that follow each other, or from a trajectory.

Elements are read at many times at once. Between nodes they are straight lines, which is exact for J2's secular rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, pi, sin

import numpy as np

from ..astro.environment import j2_environment
from ..astro.orbits import MeanOrbit, advanced, mean_argument, mean_from_state, secular_rates
from ..astro.teme import gcrf_from
from ..astro.time import Epoch
from ..astro.trajectory import Trajectory
from ..conventions import DAY, HOUR, Array, Record
from ..errors import PlanError

_POLE_STANDS = 5.0 * DAY  # s; in it precession and nutation move the pole by less than 5e-6 rad
STEP = 3.0 * HOUR  # s between the nodes of a trajectory; drag of 1 deg/day^2 bends the line between them by 0.002 deg
A, EX, EY, I, RAAN, LONGITUDE = range(6)


@dataclass(frozen=True)
class MeanTarget:
    """J2-mean elements of the target between nodes.

    times (n,) [s] from `epoch`, not falling · elements (n, 6): semi-major axis [m], e cos w, e sin w, inclination,
    node, mean argument of latitude [rad], the last two counted on over full turns; true equator of date, x at the
    celestial intermediate origin · env: gravity to J2
    """

    epoch: Epoch
    times: Array
    elements: Array
    env: Record

    @property
    def start(self) -> float:
        """First time served [s]."""
        return float(self.times[0])

    @property
    def stop(self) -> float:
        """Last time served [s]."""
        return float(self.times[-1])

    def at(self, times: Array) -> Array:
        """Elements (n, 6) at times (n,) [s]. Raises PlanError outside the nodes."""
        times = np.asarray(times, dtype=float)
        outside = ~((times >= self.start) & (times <= self.stop))
        if np.any(outside):
            t = float(times[outside][0])
            raise PlanError(
                f"the target's orbit was asked for {t:.0f} s from {self.epoch.utc()} UTC and is known from"
                f" {self.start:.0f} to {self.stop:.0f} s; give a longer one, or search fewer days"
            )
        return np.stack([np.interp(times, self.times, column) for column in self.elements.T], axis=-1)

    @cached_property
    def middle(self) -> MeanOrbit:
        """A circular orbit of the median size and inclination: what phasing is reckoned against."""
        a, i = (float(np.median(self.elements[:, k])) for k in (A, I))
        return MeanOrbit(a, 0.0, i, 0.0, 0.0, 0.0)

    def states(self, times: Array) -> tuple[Array, Array]:
        """Positions and velocities (n, 3) [m, m/s] in GCRF, to first order in eccentricity, without J2's swings.

        In a station's orbit these are 10 km, for light and cover: a second of time.
        """
        a, ex, ey, i, raan, longitude = self.at(times).T
        u = longitude + 2.0 * (ex * np.sin(longitude) - ey * np.cos(longitude))
        node = np.stack([np.cos(raan), np.sin(raan), np.zeros_like(raan)], axis=-1)
        across = np.stack([-np.sin(raan) * np.cos(i), np.cos(raan) * np.cos(i), np.sin(i)], axis=-1)
        p = a * (1.0 - ex * ex - ey * ey)
        radius = p / (1.0 + ex * np.cos(u) + ey * np.sin(u))
        r = radius[:, None] * (np.cos(u)[:, None] * node + np.sin(u)[:, None] * across)
        v = -(np.sin(u) + ey)[:, None] * node + (np.cos(u) + ex)[:, None] * across
        return gcrf_from("CIRS", self.epoch, times, r=r, v=np.sqrt(self.env.mu / p)[:, None] * v)


def mean_target(epoch: Epoch, orbits: Sequence[tuple[float, MeanOrbit]], *, until: float) -> MeanTarget:
    """A target on mean orbits that follow each other: each from its time [s] on, under J2's secular rates.

    Raises PlanError without an orbit or with times that do not rise.
    """
    begins = [t for t, _ in orbits]
    ends = [*begins[1:], until]
    if not orbits or not all(b < e for b, e in zip(begins, ends, strict=True)):
        raise PlanError(
            f"mean orbits that begin at {begins} s were to serve until {until:.0f} s; give at least one, with times"
            " that rise and end before that"
        )
    env = j2_environment(epoch)
    times: list[float] = []
    rows: list[Array] = []
    for (begin, orbit), end in zip(orbits, ends, strict=True):
        count = int((end - begin) / DAY * 4.0) + 2  # the perigee turns: a straight line a quarter of a day long is one
        for t in np.linspace(begin, end, count):
            times.append(float(t))
            rows.append(_row(advanced(orbit, env, float(t) - begin)))
    return MeanTarget(epoch, np.array(times), _counted_on(np.array(times), np.array(rows), env), env)


def trajectory_target(
    trajectory: Trajectory, epoch: Epoch, *, start: float, stop: float, step: float = STEP
) -> MeanTarget:
    """A target on a trajectory, such as an arc, an ephemeris or a TleOrbit, from start to stop [s] from the epoch.

    Each `step` [s] the state is turned into its J2-mean elements. Raises PlanError, and what the trajectory raises.
    """
    if not (stop > start and 0.0 < step <= 0.5 * DAY):
        raise PlanError(
            f"a target from {start:.0f} to {stop:.0f} s with a node each {step:.0f} s was asked for; let stop come"
            " after start and give a step above 0 and at most 43200 s"
        )
    times = np.linspace(start, stop, max(int(np.ceil((stop - start) / step)), 1) + 1)
    positions, velocities = trajectory.positions(times), trajectory.velocities(times)
    rows = []
    zero, env = start, j2_environment(Epoch(epoch.tt1, epoch.tt2 + start / DAY))
    for k, t in enumerate(times):
        if t - zero > _POLE_STANDS:
            zero = float(t)
            env = j2_environment(Epoch(epoch.tt1, epoch.tt2 + zero / DAY))
        rows.append(_row(mean_from_state(positions[k], velocities[k], env)))
    return MeanTarget(epoch, times, _counted_on(times, np.array(rows), env), env)


def _row(mean: MeanOrbit) -> Array:
    e, w = mean.eccentricity, mean.argument_of_perigee
    ex, ey = e * cos(w), e * sin(w)
    longitude = mean_argument(ex, ey, mean.argument_of_latitude)
    return np.array([mean.semi_major_axis, ex, ey, mean.inclination, mean.raan, longitude])


def _counted_on(times: Array, rows: Array, env: Record) -> Array:
    """Rows whose node and argument of latitude run on over full turns, as many as J2's rates make."""
    out = rows.copy()
    for k in range(1, len(times)):
        before = MeanOrbit(out[k - 1, A], float(np.hypot(out[k - 1, EX], out[k - 1, EY])), out[k - 1, I], 0.0, 0.0, 0.0)
        node, perigee, anomaly = secular_rates(before, env)
        for column, rate in ((RAAN, node), (LONGITUDE, perigee + anomaly)):
            ahead = out[k - 1, column] + rate * (times[k] - times[k - 1])
            out[k, column] += 2.0 * pi * np.round((ahead - out[k, column]) / (2.0 * pi))
    return out
