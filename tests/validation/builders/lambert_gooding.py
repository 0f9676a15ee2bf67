"""Lambert orbits with whole revolutions by lamberthub, written to tests/validation/data/lambert_gooding.json.

    python -m venv oracle && oracle/bin/pip install lamberthub numpy
    oracle/bin/python tests/validation/builders/lambert_gooding.py

Run by hand, never by a test. Gooding's method of 1990 shares nothing with Izzo's but the problem. Of each pair the low
path comes first. A case with no orbit in so short a time is stored without answers. Nothing of softdock is imported.
"""

from __future__ import annotations

import json
from math import pi, sqrt
from pathlib import Path

import lamberthub
import numpy as np

MU = 3.986004415e14
OUTPUT = Path(__file__).parents[1] / "data" / "lambert_gooding.json"
CASES = 60


def solved(r1: np.ndarray, r2: np.ndarray, seconds: float, *, revolutions: int) -> list[list[list[float]]] | None:
    """Velocities at both ends, low path and high, or None. Scaled, since its tolerance is absolute."""
    length = 1e6
    time = sqrt(length**3 / MU)
    pair = []
    for low_path in (True, False):
        try:
            v1, v2 = lamberthub.gooding1990(
                1.0, r1 / length, r2 / length, seconds / time, M=revolutions, prograde=True, low_path=low_path,
                maxiter=100, atol=1e-13, rtol=1e-13,
            )  # fmt: skip
        except ValueError:
            return None
        pair.append([list(v1 * length / time), list(v2 * length / time)])
    return pair


def main() -> None:
    draw = np.random.default_rng(20)
    rows = []
    for k in range(CASES):
        r1, r2 = (draw.uniform(6.6e6, 2.0e7) * unit(draw.normal(size=3)) for _ in range(2))
        revolutions = 1 + k % 4
        axis = (np.linalg.norm(r1) + np.linalg.norm(r2) + np.linalg.norm(r2 - r1)) / 4.0  # of the least energy
        seconds = float(2.0 * pi * sqrt(axis**3 / MU) * revolutions * draw.uniform(0.9, 2.5))
        rows.append({
            "r1_m": list(r1), "r2_m": list(r2), "seconds": seconds, "revolutions": revolutions,
            "low_and_high_v1_v2_m_s": solved(r1, r2, seconds, revolutions=revolutions),
        })  # fmt: skip
    made = {"tool": f"lamberthub {lamberthub.__version__}, gooding1990", "mu_m3_s2": MU, "cases": rows}
    OUTPUT.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(sum(row["low_and_high_v1_v2_m_s"] is not None for row in rows), "of", CASES, "with answers")


def unit(a: np.ndarray) -> np.ndarray:
    return a / np.linalg.norm(a)


if __name__ == "__main__":
    main()
