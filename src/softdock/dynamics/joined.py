"""Bodies that became one: the perfectly inelastic union of rigid bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Array
from ..numerics.rotations import Quaternion, rotate
from ..numerics.vectors import as_tuple


@dataclass(frozen=True, kw_only=True, eq=False)
class Moving:
    """A rigid body in motion; r, v of its centre of mass and spin (angular momentum about it) in N, SI."""

    mass: float
    inertia: Array
    """About its centre of mass, own axes (3, 3)."""
    r_N: Array
    v_N: Array
    q_NB: Array
    spin_N: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined:
    """One rigid body made of several, at the moment of joining t [s]. Its axes are those of its first part."""

    t: float
    mass: float
    r_N: Array
    v_N: Array
    q_NB: Array
    omega_BN_B: Array
    inertia: Array
    """About the common centre of mass, in the joined body's axes (3, 3)."""
    omega_BN_N: Array

    def velocity_at(self, place_N: Array) -> Array:
        """Velocity [m/s] of the point of the body that is at `place_N`, in N."""
        velocity: Array = self.v_N + np.cross(self.omega_BN_N, place_N - self.r_N)
        return velocity


def dcm(q_XY: Array) -> Array:
    """Rotation matrix (3, 3) of a quaternion."""
    q: Quaternion = (float(q_XY[0]), float(q_XY[1]), float(q_XY[2]), float(q_XY[3]))
    columns: Array = np.array([rotate(q, as_tuple(axis)) for axis in np.eye(3)]).T
    return columns


def join(parts: Sequence[Moving], *, t: float = 0.0) -> Joined:
    """The parts held together as they stand: mass, linear and angular momentum are kept, energy is not.

    The velocity is that of the common centre of mass; the rate follows from the angular momentum about it.
    """
    mass = sum(part.mass for part in parts)
    centre = sum((part.mass * part.r_N for part in parts), np.zeros(3)) / mass
    velocity = sum((part.mass * part.v_N for part in parts), np.zeros(3)) / mass
    inertia_N = np.zeros((3, 3))
    spin_N = np.zeros(3)
    for part in parts:
        arm = part.r_N - centre
        turn = dcm(part.q_NB)
        inertia_N += turn @ part.inertia @ turn.T + part.mass * (np.dot(arm, arm) * np.eye(3) - np.outer(arm, arm))
        spin_N += part.spin_N + part.mass * np.cross(arm, part.v_N - velocity)
    omega_N = np.asarray(np.linalg.solve(inertia_N, spin_N), dtype=np.float64)
    axes = dcm(parts[0].q_NB)
    return Joined(
        t=t,
        mass=mass,
        r_N=centre,
        v_N=velocity,
        q_NB=parts[0].q_NB.copy(),
        omega_BN_B=axes.T @ omega_N,
        inertia=axes.T @ inertia_N @ axes,
        omega_BN_N=omega_N,
    )


def changes(parts: Sequence[Moving], joined: Joined) -> tuple[float, float]:
    """Linear and angular momentum (about the common centre) that a union changed, relative to the parts' own."""
    turn = dcm(joined.q_NB)
    linear = joined.mass * joined.v_N
    angular = turn @ joined.inertia @ turn.T @ joined.omega_BN_N
    linear_size = angular_size = 0.0
    for part in parts:
        orbital = part.mass * np.cross(part.r_N - joined.r_N, part.v_N - joined.v_N)
        linear = linear - part.mass * part.v_N
        angular = angular - part.spin_N - orbital
        linear_size += part.mass * float(np.linalg.norm(part.v_N))
        angular_size += float(np.linalg.norm(part.spin_N) + np.linalg.norm(orbital))
    return float(np.linalg.norm(linear)) / linear_size, float(np.linalg.norm(angular)) / angular_size
