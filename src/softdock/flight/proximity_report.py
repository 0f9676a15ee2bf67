"""What the closed loop leaves behind: telemetry, events, the state of both craft, a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..astro.environment import height
from ..astro.relative import phase_angle, relative_lvlh
from ..conventions import DEGREE, KILOMETRE, Array, Record
from ..dynamics.joined import dcm
from ..errors import PropagationError
from ..gnc.modes import AT_THE_PORT, ENDINGS, MODES
from .proximity_model import Proximity
from .proximity_records import tank_of
from .record import telemetry_rows
from .world import World


def note_modes(phase: Proximity, world: World, samples: Any, *, mode: int) -> int:
    """An event for each change of mode; returns the last one."""
    for row in samples:
        if row.mode != mode:
            mode = int(row.mode)
            distance = float(np.linalg.norm(row.truth.r_CT_N))
            t, speed = float(row.truth.t), float(row.closing)
            world.event(MODES[mode], phase.chaser, t, range_m=distance, closing_speed_m_s=speed)
    return mode


def hand_over(phase: Proximity, world: World, loop: Record) -> None:
    """Put both craft and their jets' last commands into the world, and the verdict into the record.

    Raises PropagationError when the chaser is not at the port.
    """
    truth, status = loop.truth, int(loop.status)
    offset, motion = truth.r_CT_N, truth.v_CT_N
    for name, side, share in ((phase.target, "T", 0.0), (phase.chaser, "C", 1.0)):
        body, mass = world.bodies[name], float(truth[f"mass_{side}"])
        burned = body.mass_kg - mass
        arm, swing = _moved_centre(world, name, loop, side)
        world.bodies[name] = replace(
            body.burned(tank_of(world, name), burned),
            t=float(truth.t),
            r_N=truth.r_TN_N + share * offset + arm,
            v_N=truth.v_TN_N + share * motion + swing,
            q_NB=truth[f"q_N{side}"].copy(),
            omega_BN_B=truth[f"omega_{side}N_{side}"].copy(),
        )
        world.pending_on_times[name] = loop[f"firing_{side}"].on_times.copy()
        world.jet_time[name] = float(loop[f"jet_time_{side}"])
        world.event("proximity ends", name, float(truth.t), propellant_kg=burned)
    distance = float(np.linalg.norm(loop.r_PD_D))
    sentence = (
        f"{ENDINGS[status][0].upper()}{ENDINGS[status][1:]}: mode {MODES[int(loop.course.mode)]}, "
        f"{distance:,.2f} m between the ports, {world.epoch.utc(float(truth.t))} UTC"
    )
    world.record.verdicts.append({"name": "reached the port", "passed": status == AT_THE_PORT, "sentence": sentence})
    if status != AT_THE_PORT:
        raise PropagationError(f"{phase.chaser} did not reach {phase.target}. {sentence}", time_s=float(truth.t))


def _moved_centre(world: World, name: str, loop: Record, side: str) -> tuple[Array, Array]:
    """From the centre of mass that the loop kept to that of the mass now left: offset [m] and velocity [m/s] in N.

    The hull, and with it the port, stays where it is.
    """
    kept = loop["target" if side == "T" else "chaser"].centre_of_mass
    arm_B = world.crafts[name].mass_properties(float(loop.truth[f"mass_{side}"]))[0] - kept
    turn = dcm(loop.truth[f"q_N{side}"])
    return turn @ arm_B, turn @ np.cross(loop.truth[f"omega_{side}N_{side}"], arm_B)


def samples_to_telemetry(phase: Proximity, world: World, samples: Any) -> None:
    """Telemetry rows of both craft from the loop's samples."""
    truth = samples["truth"]
    r_T, v_T, r_C, v_C = truth["r_TN_N"], truth["v_TN_N"], truth["r_CT_N"], truth["v_CT_N"]
    for name, side, r, v in ((phase.target, "T", r_T, v_T), (phase.chaser, "C", r_T + r_C, v_T + v_C)):
        rows = telemetry_rows(samples.size)
        rows["t_s"] = rows["get_s"] = truth["t"]
        rows["phase"], rows["craft"] = phase.kind, name
        _fill(rows, "position_gcrf_{}_m", r)
        _fill(rows, "velocity_gcrf_{}_m_s", v)
        _fill(rows, "attitude_{}", truth[f"q_N{side}"], axes="wxyz")
        _fill(rows, "rate_{}_deg_s", truth[f"omega_{side}N_{side}"] / DEGREE)
        rows["mass_kg"] = truth[f"mass_{side}"]
        rows["height_km"] = [
            height(world.environment, float(t), (float(p[0]), float(p[1]), float(p[2]))) / KILOMETRE
            for t, p in zip(truth["t"], r, strict=True)
        ]
        rows["jet_time_s"] = samples[f"jet_time_{side}"]
        if side == "C":
            rows["mode"] = samples["mode"]
            _fill_relative(rows, samples)
        world.record.telemetry.append(rows)


def _fill(rows: Any, pattern: str, values: Array, *, axes: str = "xyz") -> None:
    for k, axis in enumerate(axes):
        rows[pattern.format(axis)] = values[:, k]


def _fill_relative(rows: Any, samples: Any) -> None:
    """Columns that belong to the chaser's rows: the relative state, what is believed of it, and the ports."""
    truth = samples["truth"]
    r_T, v_T, offset = truth["r_TN_N"], truth["v_TN_N"], truth["r_CT_N"]
    r, v = relative_lvlh(r_T, v_T, r_T + offset, v_T + truth["v_CT_N"])
    _fill(rows, "relative_{}_m", r)
    _fill(rows, "relative_velocity_{}_m_s", v)
    rows["range_m"] = np.linalg.norm(r, axis=1)
    rows["closing_speed_m_s"] = samples["closing"]
    rows["phase_angle_deg"] = phase_angle(r_T, v_T, r_T + offset) / DEGREE
    believed, _ = relative_lvlh(r_T, v_T, r_T + samples["estimated_N"], v_T)
    _fill(rows, "estimated_{}_m", believed)
    rows["estimate_sigma_m"] = samples["sigma"]
    rows["port_axial_m"] = samples["r_PD_D"][:, 0]
    rows["port_lateral_y_m"] = samples["r_PD_D"][:, 1]
    rows["port_lateral_z_m"] = samples["r_PD_D"][:, 2]
    rows["port_tilt_deg"] = samples["tilt"] / DEGREE
    rows["port_roll_deg"] = samples["roll"] / DEGREE
