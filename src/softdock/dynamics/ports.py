"""How two docking ports stand and move relative to each other, in the target port's frame D (x outward)."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

import numpy as np

from ..conventions import DEGREE, Array
from ..numerics.facing import tilt_and_roll
from ..numerics.rotations import Quaternion, conjugate, multiply, rotate, rotate_back
from ..numerics.vectors import Vector, as_tuple


@dataclass(frozen=True, kw_only=True, eq=False)
class PortState:
    """A port in motion: position and velocity of its origin, q_NP, and omega_PN_N of its craft."""

    r_N: Array
    v_N: Array
    q_NP: Quaternion
    omega_N: Array


@dataclass(frozen=True, kw_only=True)
class Facing:
    """The chaser's port relative to the target's; angles [rad] are errors from facing with matching clocks."""

    position: Vector
    """r_PD_D [m]."""
    velocity: Vector
    """v_PD_D [m/s], as seen from the target port, which may turn."""
    tilt: float
    """Pitch and yaw combined: between the axes."""
    roll: float
    """About the target port's axis, after the tilt is taken away; signed."""
    rate: Vector
    """omega_PD_D [rad/s]."""

    def conditions(self) -> dict[str, float]:
        """Contact conditions under the keys of the run directory; magnitudes, axial speed positive when closing."""
        return {
            "axial_speed_m_s": -self.velocity[0],
            "lateral_speed_m_s": hypot(self.velocity[1], self.velocity[2]),
            "lateral_offset_m": hypot(self.position[1], self.position[2]),
            "pitch_yaw_deg": self.tilt / DEGREE,
            "roll_deg": abs(self.roll) / DEGREE,
            "pitch_yaw_rate_deg_s": hypot(self.rate[1], self.rate[2]) / DEGREE,
            "roll_rate_deg_s": abs(self.rate[0]) / DEGREE,
        }


def port_state(r_N: Array, v_N: Array, q_NB: Array, *, omega_N: Array, port_B: Array, q_BP: Array) -> PortState:
    """Motion of a port from that of its craft: centre of mass, attitude, rate in N; port in body axes."""
    q: Quaternion = (float(q_NB[0]), float(q_NB[1]), float(q_NB[2]), float(q_NB[3]))
    arm = np.array(rotate(q, as_tuple(port_B)))
    q_port: Quaternion = (float(q_BP[0]), float(q_BP[1]), float(q_BP[2]), float(q_BP[3]))
    return PortState(r_N=r_N + arm, v_N=v_N + np.cross(omega_N, arm), q_NP=multiply(q, q_port), omega_N=omega_N)


def facing(target: PortState, chaser: PortState) -> Facing:
    """The chaser's port as the target's sees it."""
    q_ND = target.q_NP
    apart_N = chaser.r_N - target.r_N
    seen_N = chaser.v_N - target.v_N - np.cross(target.omega_N, apart_N)
    tilt, roll = tilt_and_roll(multiply(conjugate(q_ND), chaser.q_NP))
    return Facing(
        position=rotate_back(q_ND, as_tuple(apart_N)),
        velocity=rotate_back(q_ND, as_tuple(seen_N)),
        tilt=tilt,
        roll=roll,
        rate=rotate_back(q_ND, as_tuple(chaser.omega_N - target.omega_N)),
    )
