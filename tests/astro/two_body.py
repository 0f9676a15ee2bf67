"""Motion about a point or an oblate Earth by scipy alone: the truth for linear models and for Lambert's orbits."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.integrate import solve_ivp

MU = 3.986004415e14


def flown(
    r: np.ndarray, v: np.ndarray, seconds: float, *, mu: float = MU, j2: float = 0.0, radius: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Position and velocity some seconds later; with j2 the pole is the third axis."""

    def rates(_: float, y: np.ndarray) -> list[float]:
        x, y_, z = float(y[0]), float(y[1]), float(y[2])
        r2 = x * x + y_ * y_ + z * z
        pull = -mu / (r2 * sqrt(r2))
        bulge, lift = 1.5 * j2 * radius * radius / r2, 5.0 * z * z / r2
        across, up = 1.0 + bulge * (1.0 - lift), 1.0 + bulge * (3.0 - lift)
        return [y[3], y[4], y[5], pull * x * across, pull * y_ * across, pull * z * up]

    start = np.concatenate([r, v])
    end = solve_ivp(rates, (0.0, seconds), start, method="DOP853", rtol=3e-14, atol=1e-9).y[:, -1]
    return end[:3], end[3:]
