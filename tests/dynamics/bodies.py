"""Two plain craft for tests of the rigid-body kernels."""

from __future__ import annotations

import numpy as np

from softdock.conventions import Array, Record
from softdock.dynamics.rigid_body import FIELD, TRUTH
from softdock.kernels import record
from softdock.vehicle.lowered import CRAFT

MU = 3.986004415e14


def craft(mass: float, inertia: tuple[float, float, float]) -> Record:
    """A craft without jets, port 4 m ahead."""
    out = record(CRAFT)
    out.mass = mass
    out.inertia[:] = np.diag(inertia)
    out.inertia_inverse[:] = np.linalg.inv(out.inertia)
    out.port_position[:] = (4.0, 0.0, 0.0)
    out.dcm_PB[:] = np.eye(3)
    out.minimum_pulse = 0.014
    return out


def target() -> Record:
    return craft(6680.0, (5300.0, 32000.0, 32000.0))


def chaser() -> Record:
    return craft(14246.0, (21500.0, 109000.0, 111000.0))


def with_jet(out: Record, force: tuple[float, float, float], torque: tuple[float, float, float], flow: float) -> Record:
    """The craft with one jet more."""
    j = int(out.jet_count)
    out.jet_force[j], out.jet_torque[j], out.jet_flow[j] = force, torque, flow
    out.jet_count = j + 1
    return out


def field(mu: float) -> Record:
    """Central attraction and nothing else; empty space for mu = 0."""
    out = record(FIELD)
    out.mu = mu
    return out


def circular(height_m: float) -> tuple[Record, float]:
    """Both craft at one place on an equatorial circular orbit, not turning; and the mean motion [rad/s]."""
    radius = 6378137.0 + height_m
    rate = float(np.sqrt(MU / radius**3))
    truth = record(TRUTH)
    truth.r_TN_N[:] = (radius, 0.0, 0.0)
    truth.v_TN_N[:] = (0.0, radius * rate, 0.0)
    truth.q_NT[0] = truth.q_NC[0] = 1.0
    truth.mass_T, truth.mass_C = 6680.0, 14246.0
    return truth, rate


def hill(truth: Record) -> Array:
    """Chaser relative to the target: Hill axes (x up, y forward), position and rotating velocity in the plane."""
    r, v = truth.r_TN_N, truth.v_TN_N
    up = r / np.linalg.norm(r)
    normal = np.cross(r, v) / np.linalg.norm(np.cross(r, v))
    axes = np.array([up, np.cross(normal, up), normal])
    omega = np.cross(r, v) / (r @ r)
    return np.concatenate([axes @ truth.r_CT_N, axes @ (truth.v_CT_N - np.cross(omega, truth.r_CT_N))])


def place(truth: Record, state: tuple[float, ...]) -> None:
    """Put the chaser at a Hill state (x, y, z, and their rotating rates) of a target at (r, 0, 0) moving along y."""
    position, speed = np.array(state[:3]), np.array(state[3:])
    rate = np.cross(truth.r_TN_N, truth.v_TN_N) / (truth.r_TN_N @ truth.r_TN_N)
    truth.r_CT_N[:] = position
    truth.v_CT_N[:] = speed + np.cross(rate, position)
