"""The kernel's LVLH is the arrays' LVLH."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.lvlh import lvlh_from_inertial, lvlh_rate
from softdock.astro.relative import lvlh_axes
from softdock.numerics.rotations import rotate


def test_kernel_and_array_agree_on_lvlh() -> None:
    r, v = np.array([6.5e6, -1.2e6, 3.0e5]), np.array([1.3e3, 5.0e3, 5.7e3])
    q = lvlh_from_inertial((6.5e6, -1.2e6, 3.0e5), (1.3e3, 5.0e3, 5.7e3))
    axes = np.array([rotate(q, axis) for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))]).T
    assert axes == pytest.approx(lvlh_axes(r, v), abs=1e-14)


def test_rate_turns_the_position_with_the_horizontal_velocity() -> None:
    r, v = np.array([6.5e6, -1.2e6, 3.0e5]), np.array([1.3e3, 5.0e3, 5.7e3])
    omega = np.array(lvlh_rate((6.5e6, -1.2e6, 3.0e5), (1.3e3, 5.0e3, 5.7e3)))
    horizontal = v - (v @ r) / (r @ r) * r
    assert np.cross(omega, r) == pytest.approx(horizontal, rel=1e-12)
