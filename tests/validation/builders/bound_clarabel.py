"""Least sums of impulses near a circular orbit by Clarabel, written to tests/validation/data/bound_clarabel.json.

    python -m venv oracle && oracle/bin/pip install numpy scipy clarabel
    oracle/bin/python tests/validation/builders/bound_clarabel.py

Run by hand, never by a test. A second-order cone programme over 360 angles a revolution: its sums lie above the least
ones by up to 4e-5, what is lost between two angles. Nothing of softdock is imported: what an impulse changes by the
arrival comes from the solution of Hill's equations in the Hill frame (x up, y forward, z along the orbit normal), unit
radius and rate, and is read at the arrival as position and velocity relative to the point that moves on the circle.
"""

from __future__ import annotations

import json
from pathlib import Path

import clarabel
import numpy as np
from scipy import sparse

OUTPUT = Path(__file__).parents[1] / "data" / "bound_clarabel.json"
PER_TURN = 360
CASES = [  # travel in revolutions; changes of axis, eccentricity toward and across, lag, off plane, its rate
    (0.8, [0.01, 0.002, -0.001, 0.01, 0.0, 0.0]),
    (1.5, [0.02, 0.0, 0.003, 0.05, 0.004, -0.002]),
    (2.0, [0.0, 0.0, 0.0, 0.2, 0.001, 0.003]),
    (4.3, [-0.01, 0.004, 0.002, -0.1, 0.0, 0.006]),
    (12.0, [0.03, 0.002, 0.002, 2.0, 0.005, -0.004]),
    (32.4, [0.0311, 0.0020, 0.0024, 5.65, 0.0050, -0.0042]),
    (32.4, [0.0311, 0.0020, 0.0024, -0.63, 0.0050, -0.0042]),
]


def hill(tau: float) -> np.ndarray:
    """State (6, 3) after tau of unit impulses up, forward and normal."""
    s, c = np.sin(tau), np.cos(tau)
    position = [[s, 2 * (1 - c), 0], [-2 * (1 - c), 4 * s - 3 * tau, 0], [0, 0, s]]
    velocity = [[c, 2 * s, 0], [-2 * s, 4 * c - 3, 0], [0, 0, c]]
    return np.array(position + velocity)


def conditions(state: np.ndarray) -> np.ndarray:
    """Changes of axis, eccentricity vector (toward, across), lag, off plane and rate, from relative states (6, k)."""
    x, y, z, vx, vy, vz = state
    forward = vy + x  # inertial part of the forward velocity, less the circle's
    axis = 2.0 * (x + forward)  # vis viva, to first order
    toward = x + 2.0 * forward  # e = v x h - r/|r|, to first order, along and across the radius
    across = -vx  # of e, the turns of radius and of velocity by y cancel
    return np.array([axis, toward, across, -y, z, vz])


def least(turns: float, wanted: list[float]) -> float:
    travel = 2.0 * np.pi * turns
    count = round(PER_TURN * turns) + 1
    effects = np.hstack([conditions(hill(tau)) for tau in np.linspace(0.0, travel, count)])
    scale = np.abs(effects).max(axis=1)
    # variables: per angle (size, x, y, z) in a cone
    rows = np.zeros((6, 4 * count))
    for axis in range(3):
        rows[:, 1 + axis :: 4] = effects[:, axis::3] / scale[:, None]
    cost = np.tile([1.0, 0.0, 0.0, 0.0], count)
    a = sparse.vstack([sparse.csc_matrix(rows), -sparse.eye(4 * count)]).tocsc()
    size = np.abs(np.array(wanted) / scale).max()
    b = np.concatenate([np.array(wanted) / scale / size, np.zeros(4 * count)])
    cones = [clarabel.ZeroConeT(6), *[clarabel.SecondOrderConeT(4)] * count]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    quadratic = sparse.csc_matrix((4 * count, 4 * count))
    solution = clarabel.DefaultSolver(quadratic, cost, a, b, cones, settings).solve()
    assert str(solution.status) == "Solved", solution.status
    return float(solution.obj_val * size)


if __name__ == "__main__":
    found = [{"turns": turns, "wanted": wanted, "least": least(turns, wanted)} for turns, wanted in CASES]
    about = {"made_by": "tests/validation/builders/bound_clarabel.py", "clarabel": clarabel.__version__}
    OUTPUT.write_text(json.dumps({**about, "cases": found}, indent=1) + "\n", encoding="utf-8")
