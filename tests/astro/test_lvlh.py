"""The kernel's LVLH is the arrays' LVLH."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.lvlh import LOCAL_FRAMES, local_axes, lvlh_from_inertial, lvlh_rate
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


def test_named_frames_are_one_frame_turned() -> None:
    r, v = np.array([[6.5e6, -1.2e6, 3.0e5]]), np.array([[1.3e3, 5.0e3, 5.7e3]])
    lvlh, rate = local_axes("LVLH", r, v)
    forward, down = lvlh[0, 0], lvlh[0, 2]
    for name in ("RTN", "QSW", "HILL"):
        axes, own = local_axes(name, r, v)
        assert axes[0] == pytest.approx(np.stack([-down, forward, np.cross(-down, forward)]), abs=1e-15)
        assert own[0] == pytest.approx([0.0, 0.0, -rate[0, 1]], abs=1e-18)


def test_named_frames_turn_as_they_say() -> None:
    """On a Kepler orbit, where the plane stands still, axes a moment later are the axes turned by their rate."""
    r, v = np.array([6.5e6, -1.2e6, 3.0e5]), np.array([1.3e3, 5.0e3, 5.7e3])
    step, pull = 0.05, -3.986e14 / np.linalg.norm(r) ** 3
    for name in LOCAL_FRAMES:
        _, rate = local_axes(name, r, v)
        axes = [
            local_axes(name, r + dt * v + 0.5 * dt * dt * pull * r, v + dt * pull * r)[0] for dt in (-step, 0.0, step)
        ]
        turn = (axes[2] - axes[0]) / (2.0 * step) @ axes[1].T  # minus the cross product matrix of the rate
        assert -np.array([turn[2, 1], turn[0, 2], turn[1, 0]]) == pytest.approx(rate, abs=1e-9)
