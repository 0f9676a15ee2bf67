"""Trajectories whose place is known in closed form at any time."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, sin, sqrt

import numpy as np

from softdock.astro.frames import dcm_EN
from softdock.conventions import Array, Record

MU = 3.986004415e14


class Circle:
    """Circular motion in the plane of two given axes, along the first at `zero` [s]."""

    def __init__(self, radius: float, x: Array, y: Array, *, zero: float = 0.0) -> None:
        self.radius, self.x, self.y, self.zero = radius, np.asarray(x), np.asarray(y), zero
        self.rate = sqrt(MU / radius**3)

    def positions(self, times: Array) -> Array:
        a = self.rate * (np.asarray(times)[:, None] - self.zero)
        return np.asarray(self.radius * (np.cos(a) * self.x + np.sin(a) * self.y))

    def velocities(self, times: Array) -> Array:
        a = self.rate * (np.asarray(times)[:, None] - self.zero)
        return np.asarray(self.radius * self.rate * (np.cos(a) * self.y - np.sin(a) * self.x))


class Ellipse:
    """Kepler motion: a [m], e, inclination, node, perigee and true anomaly at t = 0 [rad]."""

    def __init__(self, elements: list[float], *, mu: float = MU) -> None:
        self.a, self.e, i, node, perigee, anomaly = elements
        self.n = sqrt(mu / self.a**3)
        first = 2.0 * np.arctan(sqrt((1.0 - self.e) / (1.0 + self.e)) * np.tan(anomaly / 2.0))
        self.mean = float(first - self.e * np.sin(first))
        x = np.array([cos(node), sin(node), 0.0])
        y = np.array([-sin(node) * cos(i), cos(node) * cos(i), sin(i)])
        self.p, self.q = cos(perigee) * x + sin(perigee) * y, cos(perigee) * y - sin(perigee) * x

    def _eccentric(self, times: Array) -> Array:
        mean = self.mean + self.n * np.asarray(times, dtype=float)
        found = mean + self.e * np.sin(mean)
        for _ in range(30):
            found = found - (found - self.e * np.sin(found) - mean) / (1.0 - self.e * np.cos(found))
        return np.asarray(found)[:, None]

    def positions(self, times: Array) -> Array:
        f, b = self._eccentric(times), sqrt(1.0 - self.e**2)
        return np.asarray(self.a * ((np.cos(f) - self.e) * self.p + b * np.sin(f) * self.q))

    def velocities(self, times: Array) -> Array:
        f, b = self._eccentric(times), sqrt(1.0 - self.e**2)
        return np.asarray(self.a * self.n * (b * np.cos(f) * self.q - np.sin(f) * self.p) / (1.0 - self.e * np.cos(f)))


class OverTheGround:
    """A craft whose Earth-fixed place is given as a function of time: r_E(times) (n, 3)."""

    def __init__(self, env: Record, r_E: Callable[[Array], Array]) -> None:
        self.env, self.r_E = env, r_E

    def positions(self, times: Array) -> Array:
        places = zip(times, self.r_E(np.asarray(times, dtype=float)), strict=True)
        return np.array([np.array(dcm_EN(self.env, float(t))).T @ r for t, r in places]).reshape(-1, 3)

    def velocities(self, times: Array) -> Array:
        times = np.asarray(times, dtype=float)
        return (self.positions(times + 0.5) - self.positions(times - 0.5)) / 1.0
