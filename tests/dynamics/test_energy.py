"""The energy that flights keep where the field is conservative: a rigid Earth that turns evenly about a fixed pole.

There the energy as seen by the Earth, v^2/2 - U - omega . (r x v), is constant, Jacobi's integral. U is summed here
with scipy's Legendre functions, so that a field that is not the gradient of its potential would show too.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt

import numpy as np
import pytest
from scipy.special import assoc_legendre_p_all

from softdock.astro.constants import EARTH_RATE
from softdock.astro.environment import j2_environment
from softdock.astro.frames import dcm_EN
from softdock.astro.gravity import coefficients, fill_gravity
from softdock.astro.time import Epoch
from softdock.conventions import Array, Record
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.coasts import TOLERANCE
from softdock.dynamics.rigid_body import step
from tests.dynamics.bodies import MU, chaser, circular, field, target

DEGREE = 20
TURNS = 15
per_turn = 1e-10
ORBITS = {  # perigee and apogee from the Earth's centre [m]
    "415 x 420 km": (6.793e6, 6.798e6),
    "250 x 2000 km": (6.628e6, 8.378e6),
    "600 x 39750 km": (6.978e6, 4.6128e7),
}
METHODS = {"single steps": TOLERANCE, "the multistep method": None}


@pytest.fixture(scope="module")
def turning() -> Record:
    env = j2_environment(Epoch.from_utc("2025-07-03T19:32:40"))
    fill_gravity(env, DEGREE, DEGREE)
    return env


def potential(env: Record, r_E: Array) -> float:
    """U [m^2/s^2] at r_E [m]. Heiskanen and Moritz 1967, section 2-5, fully normalised."""
    radius = float(np.linalg.norm(r_E))
    longitude = np.arctan2(r_E[1], r_E[0])
    m = np.arange(DEGREE + 1)
    p = assoc_legendre_p_all(DEGREE, DEGREE, r_E[2] / radius, norm=True)[0][:, : DEGREE + 1]
    p = p * (-1.0) ** m * sqrt(2.0) * np.where(m == 0, 1.0, sqrt(2.0))  # from orthonormal with Condon's phase
    c, s = (coefficients()[2][: DEGREE + 1, : DEGREE + 1, k].T for k in (0, 1))  # [degree, order]
    falling = (env.radius / radius) ** np.arange(DEGREE + 1)
    return float(env.mu / radius * falling @ (p * (c * np.cos(m * longitude) + s * np.sin(m * longitude))).sum(axis=1))


def jacobi(env: Record, state: PointState) -> float:
    axes = np.array(dcm_EN(env, state.t))
    turning_part = EARTH_RATE * float(axes[2] @ np.cross(state.r, state.v))
    return 0.5 * float(state.v @ state.v) - potential(env, axes @ state.r) - turning_part


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ORBITS)
def test_fifteen_turns_keep_jacobis_integral(
    turning: Record, claim: Callable[..., None], name: str, method: str
) -> None:
    low, high = ORBITS[name]
    speed = sqrt(MU * (2.0 / low - 2.0 / (low + high)))
    state = PointState(0.0, np.array([0.0, low, 0.0]), speed * np.array([-0.62, 0.0, 0.7846]), 1.0)
    axis = 0.5 * (low + high)
    until = TURNS * 2.0 * pi * sqrt(axis / MU) * axis
    arc = propagate(turning, state, until=until, drag_area=0.0, rtol=METHODS[method])
    kept = jacobi(turning, arc.last) - jacobi(turning, state)
    claim(
        claim=f"Energy of {name}, 20 x 20 of an evenly turning Earth, {method}: drift a turn",
        truth="Jacobi's integral, potential by scipy",
        tolerance=per_turn,
        achieved=kept / (MU / (2.0 * axis)) / TURNS,
        unit="of the energy",
    )


def test_a_turn_in_ticks_of_a_tenth_of_a_second_keeps_the_energy(claim: Callable[..., None]) -> None:
    truth, rate = circular(415e3)
    truth.v_TN_N[:] *= 1.02
    around, T, C = field(MU), target(), chaser()
    no_jets = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))

    def energy() -> float:
        return 0.5 * float(truth.v_TN_N @ truth.v_TN_N) - MU / float(np.linalg.norm(truth.r_TN_N))

    before = energy()
    for _ in range(round(2.0 * pi / rate / 0.1)):
        step(truth, around, T, C, no_jets, no_jets, 0.1)
    claim(
        claim="Energy of the target about a point mass in ticks of 0.1 s: drift a turn",
        truth="two-body motion",
        tolerance=per_turn,
        achieved=energy() / before - 1.0,
        unit="of the energy",
    )
