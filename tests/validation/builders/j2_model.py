"""A small model of flight near the Earth for plan_j2.py: scipy, ERFA and pymsis, no module of softdock.

J2 to J4 about the pole of the epoch (no other harmonics, Sun or Moon), NRLMSISE-00 called at every point, burns
without duration, mean elements as averages over one revolution under J2 alone. Positions are in the true equator and
intermediate origin of the epoch, held fixed: the pole moves by 1e-7 rad a day.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import acos, atan2, cos, degrees, exp, hypot, pi, sin, sqrt
from pathlib import Path
from typing import NamedTuple

import erfa
import numpy as np
import numpy.typing as npt
import pymsis
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

Array = npt.NDArray[np.float64]

MU = 3.986004418e14  # m3/s2, IERS Conventions 2010
RADIUS = 6378137.0  # m
J2, J3, J4 = 1.0826267e-3, -2.5327e-6, -1.6196e-6  # EGM96, as in Vallado 2013, table D-1
EARTH_RATE = 7.292115e-5  # rad/s
UT1_LESS_UTC = 0.1725  # s, IERS C04, 15 July 1975 noon


class State(NamedTuple):
    """Time [s from the epoch], position and velocity (6,) [m, m/s], mass [kg]."""

    t: float
    y: Array
    mass: float


@dataclass(frozen=True)
class Craft:
    """Drag coefficient times area [m2], launch mass [kg], exhaust speed [m/s] of the main engine."""

    drag_area: float
    mass: float
    exhaust: float


# ---- forces


class Air:
    """NRLMSISE-00 with the daily indices of the mission's table, whose rows hold for 0 h UTC."""

    def __init__(self, epoch: datetime, indices: Path) -> None:
        self.epoch = np.datetime64(epoch, "ms")
        first = epoch.date() - timedelta(days=3)
        rows = [r for r in list(csv.reader(indices.open()))[1:] if 0 <= (date.fromisoformat(r[0]) - first).days < 9]
        self.rows = np.array([r[1:] for r in rows], dtype=float)
        self.start = (epoch - datetime.combine(first, datetime.min.time())).total_seconds() / 86400.0
        day = epoch.year, epoch.month, epoch.day
        noon = sum(erfa.cal2jd(*day)) + (epoch.hour + (epoch.minute + (epoch.second + UT1_LESS_UTC) / 60) / 60) / 24
        self.rotation = float(erfa.era00(noon, 0.0))

    def turn(self, t: float) -> float:
        """Earth rotation angle [rad]."""
        return self.rotation + EARTH_RATE * t

    def density(self, t: float, r: Array) -> float:
        """kg/m3 at r (3,) [m]."""
        east, north, height = erfa.gc2gd(1, r)
        day = self.start + t / 86400.0
        k = int(day)
        low, high = self.rows[k], self.rows[k + 1]
        ap, _, mean_flux = low + (day - k) * (high - low)
        flux = float(np.interp(day - 17.5 / 24.0, range(len(self.rows)), self.rows[:, 1]))
        when = self.epoch + np.timedelta64(int(t * 1000.0), "ms")
        east = degrees(east - self.turn(t)) % 360.0
        out = pymsis.calculate(when, east, degrees(north), height / 1000.0, flux, mean_flux, [[ap] * 7], version=0)
        return float(out.flat[0])


def gravity(x: float, y: float, z: float, j3: float, j4: float) -> tuple[float, float, float]:
    """Gradient of mu/r (1 - sum J_n (R/r)^n P_n(z/r)) [m/s2]."""
    r2 = x * x + y * y + z * z
    r = sqrt(r2)
    s, rho = z / r, RADIUS / r
    s2 = s * s
    c2, c3, c4 = J2 * rho**2, j3 * rho**3, j4 * rho**4
    radial = 3.0 * c2 * 0.5 * (3.0 * s2 - 1.0)
    radial += 4.0 * c3 * 0.5 * s * (5.0 * s2 - 3.0) + 5.0 * c4 * 0.125 * (35.0 * s2 * s2 - 30.0 * s2 + 3.0)
    polar = c2 * 3.0 * s + c3 * 0.5 * (15.0 * s2 - 3.0) + c4 * 0.5 * s * (35.0 * s2 - 15.0)
    g = MU / r2
    along = g * (radial - 1.0 + s * polar) / r
    return along * x, along * y, along * z - g * polar


def coast(air: Air | None, craft: Craft, state: State, until: float) -> State:
    """The state at `until`, without thrust; under J2 alone where there is no air."""
    return State(until, path(air, craft, state, np.array([until]))[:, -1], state.mass)


def path(air: Air | None, craft: Craft, state: State, times: Array) -> Array:
    """States (6, n) at times in order from the state's own, forward or backward."""
    ratio = 0.5 * craft.drag_area / state.mass
    j3, j4 = (0.0, 0.0) if air is None else (J3, J4)

    def rates(t: float, y: Array) -> list[float]:
        px, py, pz, vx, vy, vz = y.tolist()
        ax, ay, az = gravity(px, py, pz, j3, j4)
        if air is not None:
            wx, wy = vx + EARTH_RATE * py, vy - EARTH_RATE * px
            k = ratio * air.density(t, y[:3]) * sqrt(wx * wx + wy * wy + vz * vz)
            ax, ay, az = ax - k * wx, ay - k * wy, az - k * vz
        return [vx, vy, vz, ax, ay, az]

    tolerances = [1e-4, 1e-4, 1e-4, 1e-7, 1e-7, 1e-7]
    span = (state.t, float(times[-1]))
    if span[0] == span[1]:
        return state.y[:, None]
    found = solve_ivp(rates, span, state.y, method="DOP853", t_eval=times, rtol=1e-11, atol=tolerances)
    assert found.success, found.message
    return np.asarray(found.y)


def burned(craft: Craft, state: State, forward: float, down: float = 0.0, across: float = 0.0) -> State:
    """The state after a change of velocity in local axes: forward, across (minus the orbit normal), down."""
    r, v = state.y[:3], state.y[3:]
    dv = np.array([forward, across, down]) @ local_axes(r, v)
    return State(state.t, np.concatenate([r, v + dv]), state.mass * exp(-float(np.linalg.norm(dv)) / craft.exhaust))


def local_axes(r: Array, v: Array) -> Array:
    """Rows forward, across, down (3, 3)."""
    down = -r / np.linalg.norm(r)
    across = -np.cross(r, v)
    across /= np.linalg.norm(across)
    return np.array([np.cross(across, down), across, down])


# ---- elements: semi-major axis, e cos w, e sin w, inclination, node, mean argument of latitude


def elements(y: Array) -> Array:
    """Of a state (6,)."""
    r, v = y[:3], y[3:]
    h = np.cross(r, v)
    pole = h / np.linalg.norm(h)
    node = np.array([-pole[1], pole[0], 0.0]) / hypot(pole[0], pole[1])
    across = np.cross(pole, node)
    e = np.cross(v, h) / MU - r / np.linalg.norm(r)
    a = 1.0 / (2.0 / np.linalg.norm(r) - v @ v / MU)
    ex, ey = float(e @ node), float(e @ across)
    size, w = hypot(ex, ey), atan2(ey, ex)
    f = atan2(float(r @ across), float(r @ node)) - w
    anomaly = 2.0 * atan2(sqrt(1.0 - size) * sin(f / 2.0), sqrt(1.0 + size) * cos(f / 2.0))
    mean = w + anomaly - size * sin(anomaly)
    return np.array([a, ex, ey, acos(pole[2]), atan2(node[1], node[0]), mean])


def state_of(x: Array) -> Array:
    """State (6,) of elements."""
    a, ex, ey, i, node, mean = (float(value) for value in x)
    e, w = hypot(ex, ey), atan2(ey, ex)
    anomaly = brentq(lambda E: E - e * sin(E) - (mean - w), mean - w - 1.0, mean - w + 1.0, xtol=1e-14)
    f = 2.0 * atan2(sqrt(1.0 + e) * sin(anomaly / 2.0), sqrt(1.0 - e) * cos(anomaly / 2.0))
    u, p = w + f, a * (1.0 - e * e)
    P = np.array([cos(node), sin(node), 0.0])
    Q = np.array([-sin(node) * cos(i), cos(node) * cos(i), sin(i)])
    r = p / (1.0 + e * cos(f)) * (cos(u) * P + sin(u) * Q)
    v = sqrt(MU / p) * (-(sin(u) + ey) * P + (cos(u) + ex) * Q)
    return np.concatenate([r, v])


def nodal_period(a: float, e: float, i: float) -> float:
    """Closed form of first order in J2 [s] (Kozai 1959)."""
    n = sqrt(MU / a**3)
    k = 0.75 * n * J2 * (RADIUS / (a * (1.0 - e * e))) ** 2
    return 2.0 * pi / (n + k * (5.0 * cos(i) ** 2 - 1.0) + k * sqrt(1.0 - e * e) * (3.0 * cos(i) ** 2 - 1.0))


def averaged(y: Array) -> Array:
    """Elements (6,) averaged over one nodal revolution around a state, under J2 alone."""
    x = elements(y)
    period = nodal_period(x[0], hypot(x[1], x[2]), x[3])
    later = np.asarray(period * (np.arange(32) + 0.5) / 64.0, dtype=float)
    here = State(0.0, y, 1.0)
    still = Craft(0.0, 1.0, 1.0)
    ahead, behind = path(None, still, here, later), path(None, still, here, -later)
    rows = np.array([elements(column) for column in np.concatenate([behind[:, ::-1], ahead], axis=1).T])
    rows[:, 4:] = np.unwrap(rows[:, 4:], axis=0)
    mean = rows.mean(axis=0)
    mean[4:] = x[4:] + (mean[4:] - x[4:] + pi) % (2.0 * pi) - pi
    return np.asarray(mean)


def osculating(mean: Array) -> Array:
    """State (6,) whose averaged elements are the given ones."""
    x = mean.copy()
    for _ in range(8):
        miss = mean - averaged(state_of(x))
        miss[4:] = (miss[4:] + pi) % (2.0 * pi) - pi
        x += miss
        if abs(miss[0]) < 1e-3 and float(np.max(np.abs(miss[1:]))) < 1e-10:
            break
    return state_of(x)
