"""A world at the hand-over to the near regime: Soyuz on a circular orbit of 222 km, Apollo about to arrive."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from softdock.astro.environment import build_environment, j2_environment
from softdock.astro.relative import clohessy_wiltshire_stm, inertial_from_lvlh
from softdock.astro.time import Epoch
from softdock.conventions import Array, Record
from softdock.flight.attitude import lvlh_attitude, pointing_attitude, swung
from softdock.flight.proximity import Proximity, advance
from softdock.flight.proximity_records import SAMPLE, start
from softdock.flight.world import Body, World
from softdock.sensing.suite import NOISE_WIDTH
from softdock.vehicle.assembly import Assembly, Attachment, assemble
from softdock.vehicle.library import load_vehicle

RADIUS = 6378137.0 + 222e3
INCLINATION = np.radians(51.79)
ARRIVAL_S = 600.0  # from the hand-over to the intercept

SENSORS: dict[str, Any] = {
    "chaser_attitude": {"noise_deg": 0.02, "bias_deg": 0.02, "rate_noise_deg_s": 0.003, "rate_bias_deg_s": 0.001},
    "target_attitude": {"noise_deg": 0.05, "bias_deg": 0.1, "rate_noise_deg_s": 0.005, "rate_bias_deg_s": 0.002},
    "radio_range": {"noise_m": 30.0, "bias_m": 15.0, "quantum_m": 18.52, "period_s": 1.0, "minimum_range_m": 300.0},
    "sextant": {"noise_mrad": 0.283, "period_s": 10.0, "minimum_range_m": 1000.0},
    "sight": {
        "noise_deg": 0.1,
        "period_s": 1.0,
        "minimum_range_m": 60.0,
        "maximum_range_m": 2000.0,
        "half_field_deg": 5.0,
    },
    "apparent_size": {"noise_fraction": 0.03, "bias_fraction": 0.01, "period_s": 1.0, "maximum_range_m": 300.0},
    "docking_target": {
        "direction_noise_deg": 0.1,
        "attitude_noise_deg": 0.3,
        "attitude_bias_deg": 0.1,
        "period_s": 1.0,
        "maximum_range_m": 100.0,
        "half_field_deg": 5.0,
        "eye_behind_port_m": 4.0,
    },
}
PHASE: dict[str, Any] = {
    "kind": "proximity",
    "target": "soyuz",
    "chaser": "apollo",
    "gates": [
        {"range_m": 1800.0, "closing_speed_m_s": 9.0},
        {"range_m": 900.0, "closing_speed_m_s": 6.0},
        {"range_m": 450.0, "closing_speed_m_s": 3.0},
        {"range_m": 150.0, "closing_speed_m_s": 1.5},
    ],
    "target_attitude": {"port_axis_lvlh": [1.0, 0.0, 0.0], "roll_deg": 60.0},
    "station_keeping": {"range_m": 50.0, "box_m": 2.0, "duration_s": 480.0},
    "final_approach": {
        "transfer_speed_m_s": 1.5,
        "closing_speed_m_s": 0.3,
        "contact_speed_m_s": 0.2,
        "contact_speed_range_m": 10.0,
        "corridor_half_angle_deg": 10.0,
        "corridor_half_width_m": 0.3,
        "escape_speed_m_s": 0.3,
        "attitude_deadband_deg": 0.2,
    },
    "navigation": {
        "acceleration_noise_m_s1_5": 2e-4,
        "thrust_error_fraction": 0.02,
        "gate_sigma": 5.0,
        "target_position_sigma_m": 300.0,
        "target_velocity_sigma_m_s": 0.3,
    },
    "sensors": SENSORS,
    "time_limit_s": 5400.0,
    "sample_interval_s": 1.0,
}


@cache
def environment() -> Record:
    return build_environment(Epoch.from_utc("1975-07-17T15:30:00"), span_s=10800.0)


@cache
def assemblies() -> dict[str, Assembly]:
    module = Attachment(load_vehicle("docking-module"), "nose", "csm")
    apollo = assemble(load_vehicle("apollo-csm-111"), [module])
    return {"soyuz": assemble(load_vehicle("soyuz-7k-tm")), "apollo": apollo}


def arrival(seconds: float) -> tuple[Array, Array]:
    """r_CT_L, v_CT_L so long before an intercept that began 10 nmi below with 130 deg of travel."""
    rate = np.sqrt(3.986004415e14 / RADIUS**3)
    total = np.radians(130.0) / rate
    down = np.array([-0.314 * np.pi / 180.0 * RADIUS, 0.0, 10 * 1852.0])
    stm = clohessy_wiltshire_stm(rate, total)
    speed = np.linalg.solve(stm[:3, 3:], -stm[:3, :3] @ down)
    state = clohessy_wiltshire_stm(rate, total - seconds) @ np.concatenate([down, speed])
    return state[:3], state[3:]


def world(seed: int, *, position_sigma: float = 300.0, velocity_sigma: float = 0.3) -> World:
    """The world at the hand-over, with a draw of navigation error."""
    epoch = Epoch.from_utc("1975-07-17T15:30:00")
    env = environment()
    out = World(epoch=epoch, environment=env, predicted=env, crafts=assemblies(), seed=seed)
    out.ports = {"soyuz": "apas", "apollo": "apas"}
    speed = np.sqrt(3.986004415e14 / RADIUS)
    r_T = np.array([RADIUS, 0.0, 0.0])
    v_T = speed * np.array([0.0, np.cos(INCLINATION), np.sin(INCLINATION)])
    r_L, v_L = arrival(ARRIVAL_S)
    r_C, v_C = inertial_from_lvlh(r_T, v_T, r_CT_L=r_L, v_CT_L=v_L)
    held = phase().docking_attitude(assemblies()["soyuz"].ports["apas"])
    limits = assemblies()["soyuz"].craft.attitude_control
    assert limits is not None
    attitude = swung(lvlh_attitude(r_T, v_T, held), limits, out.random("limit cycle"))
    out.bodies["soyuz"] = _body("soyuz", r_T, v_T, attitude)
    sight, motion = r_T - r_C, v_T - v_C
    turn = np.cross(sight, motion) / (sight @ sight)
    out.bodies["apollo"] = _body("apollo", r_C, v_C, pointing_attitude(sight, turn, -r_C))
    draw = out.random("scene").standard_normal(6)
    covariance = np.diag([position_sigma**2] * 3 + [velocity_sigma**2] * 3)
    out.belief = (r_C - r_T + position_sigma * draw[:3], v_C - v_T + velocity_sigma * draw[3:], covariance)
    return out


def _body(name: str, r: Array, v: Array, attitude: tuple[Array, Array]) -> Body:
    propellant = {"soyuz": {"main": 250.0, "rcs": 60.0}, "apollo": {"sps": 600.0, "rcs": 700.0}}[name]
    return Body(
        t=0.0, r_N=r, v_N=v, q_NB=attitude[0], omega_BN_B=attitude[1],
        propellant=propellant, dry_mass_kg=assemblies()[name].dry_mass_kg,
    )  # fmt: skip


def phase(**changes: Any) -> Proximity:
    """The phase as Apollo-Soyuz flies it, with some fields replaced."""
    return Proximity.model_validate({**PHASE, **changes})


def near_the_port(seed: int) -> World:
    """The same craft 30 m apart, all near instruments in reach; under J2 alone, which uncompiled code can afford."""
    out = world(seed)
    out.environment = j2_environment(out.epoch)
    soyuz = out.bodies["soyuz"]
    r_C, v_C = inertial_from_lvlh(
        soyuz.r_N, soyuz.v_N, r_CT_L=np.array([40.0, 0.3, -0.2]), v_CT_L=np.array([-0.3, 0.0, 0.01])
    )
    sight = soyuz.r_N - r_C
    out.bodies["apollo"] = replace(out.bodies["apollo"], r_N=r_C, v_N=v_C)
    attitude = pointing_attitude(sight, np.zeros(3), -r_C)
    out.bodies["apollo"] = replace(out.bodies["apollo"], q_NB=attitude[0], omega_BN_B=attitude[1])
    out.belief = (r_C - soyuz.r_N + 0.3, v_C - soyuz.v_N - 0.02, np.diag([0.5**2] * 3 + [0.05**2] * 3))
    return out


def rows(flight: World, craft: str) -> Any:
    """Telemetry of one craft."""
    return np.concatenate([part for part in flight.record.telemetry if part["craft"][0] == craft])


def begun(seed: int = 0, **changes: Any) -> tuple[World, Record]:
    """The scene and its loop at the start."""
    scene = world(seed)
    return scene, start(phase(**changes), scene)


def advanced(scene: World, loop: Record, cycles: int, *, chunk: int = 0) -> Any:
    """Fly so many cycles in chunks; returns the samples."""
    noise = scene.random("sensors")
    samples = np.recarray(chunk or cycles, dtype=SAMPLE)
    kept = []
    for _ in range(cycles // (chunk or cycles)):
        advance(
            loop, scene.environment, noise.standard_normal((chunk or cycles, NOISE_WIDTH)), samples, chunk or cycles
        )
        kept.append(samples[: loop.rows].copy())
    return np.concatenate(kept)
