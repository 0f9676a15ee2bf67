"""Terminal phase initiation as tabulated in docs/references.md: circular target, 27 deg, 130 deg of travel."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, radians, sin, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from softdock.astro.lambert import lambert
from softdock.astro.relative import elevation_angle, height_difference, phase_angle
from softdock.conventions import DEGREE, NAUTICAL_MILE
from tests.fixtures.worst import worst_of

MU, EARTH = 3.986004418e14, 6378137.0
ROWS = [  # target height km, height difference nmi, phase deg, range km, transfer min, TPI, TPF m/s, catch-up deg/h
    (222.0, 10.0, 0.314, 40.58, 32.1, 6.62, 8.81, 1.026),
    (435.0, 10.0, 0.304, 40.58, 33.7, 6.31, 8.40, 0.947),
    (415.0, 10.0, 0.305, 40.58, 33.5, 6.34, 8.44, 0.954),
    (222.0, 20.0, 0.624, 80.7, 32.1, 13.3, 17.4, 2.06),
]


def _circular(radius: float, angle: float) -> tuple[np.ndarray, np.ndarray]:
    speed = sqrt(MU / radius)
    return radius * np.array([cos(angle), sin(angle), 0.0]), speed * np.array([-sin(angle), cos(angle), 0.0])


@pytest.mark.parametrize("row", ROWS)
def test_tpi_row(row: tuple[float, ...], claim: Callable[..., None]) -> None:
    height, below, *published = row
    target, chaser = EARTH + 1000.0 * height, EARTH + 1000.0 * height - below * NAUTICAL_MILE

    def elevation(phase: float) -> float:
        return float(elevation_angle(_circular(target, phase)[0], *_circular(chaser, 0.0))) - radians(27.0)

    phase = float(brentq(elevation, 1e-4, 0.1))
    (r_T, v_T), (r_C, v_C) = _circular(target, phase), _circular(chaser, 0.0)
    assert phase_angle(r_T, v_T, r_C) == pytest.approx(phase, abs=1e-12)
    assert height_difference(r_T, v_T, r_C, mu=MU) == pytest.approx(below * NAUTICAL_MILE, abs=1e-5)
    rate_T, rate_C = sqrt(MU / target**3), sqrt(MU / chaser**3)
    seconds = radians(130.0) / rate_T
    r_end, v_end = _circular(target, phase + radians(130.0))
    v1, v2 = lambert(r_C, r_end, seconds, normal=np.array([0.0, 0.0, 1.0]), mu=MU)
    computed = (
        phase / DEGREE,
        float(np.linalg.norm(r_T - r_C)) / 1000.0,
        seconds / 60.0,
        float(np.linalg.norm(v1 - v_C)),
        float(np.linalg.norm(v_end - v2)),
        (rate_C - rate_T) * 3600.0 * 180.0 / pi,
    )
    claim(
        claim=f"TPI, {height:g} km, {below:g} nmi below: phase, range, transfer, both burns, catch-up",
        truth="two-body table, docs/references.md",
        tolerance=1.0,
        achieved=worst_of(abs(a / b - 1.0) for a, b in zip(computed, published, strict=True)) * 100.0,
        unit="%",
    )
