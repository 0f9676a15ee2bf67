"""Contact mechanics against closed forms and invariants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softdock.conventions import Record
from softdock.dynamics.contact import advance, approach, hunt_crossley_force, present_gap, step
from softdock.dynamics.contact_state import (
    AXIAL,
    BROKEN,
    CAPTURED,
    HULL,
    NOWHERE,
    RING,
    TARGET,
    Origin,
    angular_momentum,
    linear_momentum,
    opened,
)
from softdock.dynamics.joined import dcm
from tests.fixtures.pure import both_ways

from .contact_scene import AXIAL_JETS, CHASER_PORT, TARGET_PORT, rings, scene, side

STEP = 5e-4
MESSY: dict[str, Any] = {
    "offset": (0.10, 0.05),
    "tilt_deg": (3.0, 2.0),
    "roll_deg": 3.0,
    "lateral": (0.03, -0.05),
    "rate": (0.01, -0.005, 0.008),
}
round_off = 1e-12
NO_LATCHES = {"hook_axial": -1.0}
LOOSE = {"rod_stiffness": 1e-9, "rod_damping": 1e-9}


def bounce(mass: float, speed: float, stiffness: float, damping: float) -> tuple[float, float]:
    """Rebound speed and contact time of a mass that hits a wall, in small Runge-Kutta steps."""
    x, v, t, h = 0.0, speed, 0.0, 1e-6

    def acceleration(x: float, v: float) -> float:
        return -hunt_crossley_force(x, v, stiffness, damping) / mass

    while x >= 0.0:
        a1 = acceleration(x, v)
        a2 = acceleration(x + 0.5 * h * v, v + 0.5 * h * a1)
        x, v, t = x + h * (v + 0.5 * h * a1), v + h * a2, t + h
    return -v, t


def test_restitution_of_small_damping_is_one_minus_a_v() -> None:
    damping, speed = 0.2, 0.1
    rebound, _ = bounce(60.0, speed, 4e6, damping)
    second_order = (damping * speed) ** 2
    assert rebound / speed == pytest.approx(1.0 - damping * speed, abs=second_order)


def test_contact_time_of_an_elastic_impact_is_hertz_s() -> None:
    # Johnson, Contact Mechanics, 11.24: deepest point (5 m v2 / 4 K)^(2/5), contact time 2.943 of it over v
    mass, speed, stiffness = 60.0, 0.2, 4e6
    _, time = bounce(mass, speed, stiffness, 0.0)
    depth = (5.0 * mass * speed**2 / (4.0 * stiffness)) ** 0.4
    assert time == pytest.approx(2.9432 * depth / speed, rel=1e-3)


def test_contact_never_pulls() -> None:
    assert hunt_crossley_force(0.001, -100.0, 4e6, 1.5) == 0.0
    assert hunt_crossley_force(-0.001, 0.1, 4e6, 1.5) == 0.0


def test_a_depth_that_is_not_a_number_is_not_hidden() -> None:
    assert np.isnan(hunt_crossley_force(float("nan"), 0.1, 4e6, 1.5))


# ---- invariants


def test_hull_and_ring_together_are_the_chaser() -> None:
    mechanics = rings()
    rate = np.array([0.01, -0.02, 0.03])
    chaser = side(14246.0, (21600.0, 110000.0, 112000.0), CHASER_PORT, rate=rate, velocity=np.array([0.1, 0.2, 0.3]))
    touch = opened(mechanics, side(6680.0, (5300.0, 3e4, 3e4), TARGET_PORT), chaser)
    assert touch.mass[HULL] + touch.mass[RING] == pytest.approx(chaser.mass, rel=round_off)
    assert linear_momentum(touch) == pytest.approx(chaser.mass * chaser.velocity, rel=round_off)
    assert angular_momentum(touch) == pytest.approx(chaser.inertia @ rate, rel=1e-11)


def audit(touch: Record, before: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:  # type: ignore[type-arg]
    """Relative changes of linear and angular momentum beyond what came from outside."""
    linear = linear_momentum(touch) - touch.impulse - before[0]
    angular = angular_momentum(touch) - touch.moment - before[1]
    motion = touch.mass[:, None] * touch.v
    size = np.linalg.norm(motion, axis=1).sum()
    lever = np.linalg.norm(touch.r, axis=1) @ np.linalg.norm(motion, axis=1)  # a head-on contact has no r x m v
    turning = lever + np.linalg.norm(touch.spin, axis=1).sum()
    return float(np.linalg.norm(linear) / size), float(np.linalg.norm(angular) / turning)


def test_contact_and_capture_keep_momentum(claim: Callable[..., None]) -> None:
    mechanics = rings()
    touch = scene(mechanics, **MESSY)
    before = linear_momentum(touch), angular_momentum(touch)
    for jet in range(AXIAL_JETS):
        touch.jet_start[HULL, jet, AXIAL], touch.jet_stop[HULL, jet, AXIAL] = 0.3, 1.5
    assert advance(mechanics, touch, STEP, 12000) == CAPTURED
    assert touch.peak_force > 500.0
    linear, angular = audit(touch, before)
    truth = "Newton's third law"
    claim(claim="Contact, latching and attenuation keep linear momentum", truth=truth,
          tolerance=round_off, achieved=linear, unit="relative")  # fmt: skip
    claim(claim="Contact, latching and attenuation keep angular momentum", truth=truth,
          tolerance=round_off, achieved=angular, unit="relative")  # fmt: skip


small = st.floats(-0.1, 0.1)


@settings(max_examples=25)
@given(
    st.floats(0.05, 0.4), st.tuples(small, small), st.tuples(small, small), st.tuples(small, small), st.floats(-7, 7)
)
def test_momentum_is_kept_from_any_contact(
    closing: float,
    offset: tuple[float, float],
    lateral: tuple[float, float],
    tilt: tuple[float, float],
    roll: float,
) -> None:
    mechanics = rings()
    tilt_deg = (40.0 * tilt[0], 40.0 * tilt[1])
    touch = scene(mechanics, closing=closing, offset=offset, lateral=lateral, tilt_deg=tilt_deg, roll_deg=roll)
    before = linear_momentum(touch), angular_momentum(touch)
    advance(mechanics, touch, 1e-3, 1000)
    assert max(audit(touch, before)) < round_off


def stored_energy(mechanics: Record, touch: Record) -> float:
    """In surfaces and rods [J]; latches and hooks must be off."""
    depth = touch.pair_depth[:36]
    surfaces = 0.4 * mechanics.stiffness * np.sum(depth**2.5)
    port = touch.r[HULL] + dcm(touch.q[HULL]) @ touch.port[HULL]
    feet = port + mechanics.rod_foot @ (dcm(touch.q[HULL]) @ dcm(touch.q_port[HULL])).T
    heads = touch.r[RING] + mechanics.rod_head @ dcm(touch.q[RING]).T
    short = mechanics.rod_length - np.linalg.norm(heads - feet, axis=1)
    stops = np.maximum(short - mechanics.rod_shortening, 0.0) + np.maximum(-short - mechanics.rod_lengthening, 0.0)
    rods = 0.5 * np.sum(mechanics.rod_stiffness * short**2 + mechanics.rod_stop_stiffness * stops**2)
    return float(surfaces + rods)


def kinetic_energy(touch: Record) -> float:
    """Of all three bodies relative to the origin [J]."""
    energy = 0.5 * float(np.sum(touch.mass[:, None] * touch.v * touch.v))
    for body in (TARGET, HULL, RING):
        spin_B = dcm(touch.q[body]).T @ touch.spin[body]
        energy += 0.5 * float(spin_B @ touch.inertia_inverse[body] @ spin_B)
    return energy


def energies(mechanics: Record, touch: Record, *, count: int, every: int, dt: float) -> np.ndarray:  # type: ignore[type-arg]
    out = [kinetic_energy(touch) + stored_energy(mechanics, touch)]
    for _ in range(count):
        advance(mechanics, touch, dt, every)
        out.append(kinetic_energy(touch) + stored_energy(mechanics, touch))
    return np.array(out)


@pytest.mark.parametrize("case", [{}, MESSY, MESSY | {"closing": 0.4, "offset": (0.0, 0.25)}])
def test_contact_without_thrust_never_gains_energy(case: dict[str, Any]) -> None:
    mechanics = rings(hook_stiffness=0.0, **NO_LATCHES)
    touch = scene(mechanics, **case)
    energy = energies(mechanics, touch, count=500, every=10, dt=2e-4)
    integration = 1e-4 * energy[0]  # depths are those of mid-step
    assert np.max(np.diff(energy)) < integration
    assert energy[-1] < 0.95 * energy[0]


def test_elastic_frictionless_contact_keeps_energy() -> None:
    mechanics = rings(hook_stiffness=0.0, friction=0.0, damping=0.0, rod_damping=0.0, **NO_LATCHES)
    touch = scene(mechanics, **MESSY)
    energy = energies(mechanics, touch, count=400, every=20, dt=1e-4)
    assert np.max(np.abs(energy / energy[0] - 1.0)) < 1e-3


def test_eccentric_impact_gives_the_impulse_of_the_equivalent_mass() -> None:
    """methods.md section 9: 1/m = 1/m1 + 1/m2 + (r1 x n) I1^-1 (r1 x n) + the same of body 2."""
    mechanics = rings(friction=0.0, damping=0.0, hook_stiffness=0.0, stiffness=4e8, **LOOSE, **NO_LATCHES)
    touch = scene(mechanics, offset=(0.08, 0.11), tilt_deg=(2.0, 3.0), clearance=1e-3)  # one pair touches first
    while not np.any(touch.pair_depth > 0.0):
        step(mechanics, touch, 1e-5)
    pair = int(np.argmax(touch.pair_depth))
    point, normal = touch.pair_point[pair].copy(), touch.pair_push[pair].copy()
    inverse = 0.0
    for body in (RING, TARGET):
        turn = dcm(touch.q[body])
        arm = np.cross(point - touch.r[body], normal)
        inverse += 1.0 / touch.mass[body] + arm @ turn @ touch.inertia_inverse[body] @ turn.T @ arm
    speed = -float(touch.v[RING] @ normal)
    start = touch.mass[RING] * touch.v[RING]
    advance(mechanics, touch, 1e-5, 600)
    assert not np.any(touch.pair_depth > 0.0)
    impulse = float((touch.mass[RING] * touch.v[RING] - start) @ normal)
    assert impulse == pytest.approx(2.0 * speed / inverse, rel=0.01)


# ---- numbers


def final(dt: float, duration: float) -> np.ndarray:  # type: ignore[type-arg]
    mechanics = rings(**NO_LATCHES)
    touch = scene(mechanics, **MESSY)
    advance(mechanics, touch, dt, round(duration / dt))
    return np.concatenate([touch.r.ravel(), touch.v.ravel()])


def test_the_step_is_of_second_order_in_a_standing_contact() -> None:
    exact = final(1e-3 / 32.0, 0.4)
    errors = [np.max(np.abs(final(dt, 0.4) - exact)) for dt in (1e-3, 5e-4, 2.5e-4)]
    slopes = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert slopes == pytest.approx(2.0, abs=0.2)


def test_a_millisecond_is_enough_when_surfaces_come_and_go(claim: Callable[..., None]) -> None:
    miss = float(np.max(np.abs(final(1e-3, 1.2) - final(1e-3 / 32.0, 1.2))[:9]))
    claim(claim="Contact stepped at 1 ms", truth="the same at 0.03 ms", tolerance=3e-4, achieved=miss, unit="m")


def test_any_chunk_length_gives_the_same_bits() -> None:
    mechanics = rings()
    whole, parts = scene(mechanics, **MESSY), scene(mechanics, **MESSY)
    advance(mechanics, whole, STEP, 1000)
    for count in (1, 9, 90, 400, 500):
        advance(mechanics, parts, STEP, count)
    assert whole.tobytes() == parts.tobytes()


SHORT_RUN = """
from tests.dynamics.contact_scene import rings, scene
from tests.dynamics.test_contact import MESSY
from softdock.dynamics.contact import advance
mechanics = rings()
touch = scene(mechanics, clearance=0.0, **MESSY)
advance(mechanics, touch, 1e-3, 40)
print(touch.tobytes().hex())
"""


def test_compiled_and_plain_python_give_the_same_bits() -> None:
    compiled, plain = both_ways(SHORT_RUN)
    assert compiled == plain


def test_a_state_that_is_not_a_number_is_reported() -> None:
    mechanics = rings()
    touch = scene(mechanics)
    touch.v[RING, 1] = np.nan
    assert advance(mechanics, touch, STEP, 5) == BROKEN


# ---- thrust and tide


@pytest.mark.parametrize("dt", [1e-3, 7e-4, 1e-4])
def test_jets_deliver_the_commanded_impulse_at_any_step(dt: float) -> None:
    mechanics = rings()
    touch = scene(mechanics, clearance=0.5)
    on_time = 0.0314
    touch.jet_stop[HULL, 0, 0] = on_time
    advance(mechanics, touch, dt, round(0.2 / dt))
    assert touch.impulse[0] == pytest.approx(-437.0 * on_time, rel=1e-9)
    assert touch.jet_on[HULL, 0] == pytest.approx(on_time, rel=1e-9)


def test_overlapping_commands_fire_a_jet_once() -> None:
    mechanics = rings()
    touch = scene(mechanics, clearance=0.5)
    touch.jet_stop[HULL, 0, 0] = 0.06
    touch.jet_start[HULL, 0, AXIAL], touch.jet_stop[HULL, 0, AXIAL] = 0.04, 0.1
    advance(mechanics, touch, 1e-3, 200)
    assert touch.jet_on[HULL, 0] == pytest.approx(0.1, rel=1e-9)


def test_free_craft_drift_apart_along_the_radius_by_the_tide() -> None:
    mu, radius = 3.986004418e14, 6.6e6
    origin = Origin(t=0.0, position=np.array([-radius, 0.0, 0.0]), velocity=np.array([0.0, 7770.0, 0.0]), mu=mu)
    mechanics = rings()
    touch = scene(mechanics, closing=0.0, clearance=1.0, origin=origin)
    x = touch.r[:, 0].copy()
    apart = x[HULL] - x[TARGET]
    advance(mechanics, touch, 1e-3, 1000)
    speed = touch.v[HULL, 0] - touch.v[TARGET, 0]
    assert speed == pytest.approx(2.0 * mu / radius**3 * apart, rel=0.02)  # ring and rods shake a little


# ---- first contact and latches


def test_approach_stops_in_the_step_of_first_contact() -> None:
    mechanics = rings()
    touch = scene(mechanics, closing=0.2, clearance=0.01)
    count = approach(mechanics, touch, 1e-3, 1000)
    assert 45 <= count <= 55
    assert -3e-4 < present_gap(mechanics, touch) <= 0.0


def test_a_closed_latch_stays_closed() -> None:
    mechanics = rings()
    touch = scene(mechanics)
    assert advance(mechanics, touch, STEP, 4000) == CAPTURED
    assert touch.latched.sum() == 3
    touch.v[HULL, 0] += 0.5  # drawn away
    touch.v[RING, 0] += 0.5
    advance(mechanics, touch, STEP, 2000)
    assert touch.latched.sum() == 3
    assert touch.status == CAPTURED


def test_capture_ends_the_axial_thrust() -> None:
    mechanics = rings()
    touch = scene(mechanics)
    for jet in range(AXIAL_JETS):
        touch.jet_start[HULL, jet, AXIAL], touch.jet_stop[HULL, jet, AXIAL] = 0.0, 10.0
    assert advance(mechanics, touch, STEP, 4000) == CAPTURED
    assert touch.jet_on[HULL, 0] == pytest.approx(touch.capture_time, abs=1e-9)


def test_slow_craft_without_thrust_do_not_press_the_hooks_down() -> None:
    mechanics = rings()
    touch = scene(mechanics, closing=0.01)
    advance(mechanics, touch, STEP, 20000)
    assert touch.latched.sum() == 0
    assert touch.v[HULL, 0] - touch.v[TARGET, 0] > 0.0


def test_nowhere_has_no_gravity() -> None:
    assert NOWHERE.mu == 0.0
