"""Pads of made-up burns."""

from __future__ import annotations

import numpy as np

from softdock.products.pads import Attitude, Orbit, Pad, Sight


def some_pads(count: int) -> list[Pad]:
    """So many pads, each with everything known."""
    return [
        Pad(
            name=f"DV{k + 1}",
            craft="progress",
            ignition=3600.0 * (k + 1),
            utc=f"2025-07-03 {20 + k % 4:02d}:32:40.2",
            dv_lvlh=np.array([1.25, -0.5, 0.75]),
            engine="main",
            duration=12.5,
            masses=(7250.0, 7200.0),
            ullage=4.0,
            impulsive=1.5,
            attitude=Attitude(-0.5, 0.25, np.array([0.5, -0.5, 0.5, -0.5])),
            orbit=Orbit(2.0e5, 2.5e5, 5330.0),
            sight=Sight(1852.0, -30.48, 0.471, 0.005),
        )
        for k in range(count)
    ]
