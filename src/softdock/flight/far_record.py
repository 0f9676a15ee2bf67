"""Rows of the run directory from far arcs: burns with the orbit they leave, telemetry at even times."""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import ceil
from typing import Any

import numpy as np

from ..astro.environment import height
from ..astro.relative import phase_angle, relative_lvlh
from ..conventions import DEGREE, KILOMETRE, MINUTE, Array
from ..dynamics.arcs import Arc, PointState
from ..dynamics.revolution import next_revolution
from ..errors import PropagationError
from ..planning.burns import Burn
from .record import telemetry_rows
from .world import World

BURN_STEP = 5.0  # s; cubic through states so far apart, the orbit's own bend errs by 2e-5 m
LEAST_NODES = 8  # of a coast: what a polynomial of degree 7 may ask for, however its degree is counted


def burn_row(
    world: World, label: str, craft: str, *, states: tuple[PointState, PointState], burn: Burn, dv_lvlh: Array
) -> dict[str, Any]:
    """One entry of `burns`: the burn, and the orbit after it with drag off."""
    before, after = states
    orbit = next_revolution(world.environment, after)
    return {
        "name": label,
        "craft": craft,
        "ignition_utc": world.epoch.utc(before.t),
        "get_s": before.t,
        "engine": burn.engine,
        "dv_lvlh_m_s": [float(c) for c in dv_lvlh],
        "dv_m_s": float(np.linalg.norm(dv_lvlh)),
        "duration_s": burn.duration_s,
        "stage_ends_s": list(accumulate(stage.duration_s for stage in burn.stages)),
        "propellant_kg": sum(burn.propellant_kg().values()),
        "propellant_by_tank_kg": burn.propellant_kg(),
        "perigee_km": orbit.perigee_height / KILOMETRE,
        "apogee_km": orbit.apogee_height / KILOMETRE,
        "period_min": orbit.nodal_period / MINUTE,
        "inclination_deg": orbit.inclination / DEGREE,
    }


def states_at(arcs: list[Arc], times: Array) -> Array:
    """States (n, 7) from consecutive arcs of one craft."""
    out = np.full((times.size, 7), np.nan)
    for arc in arcs:
        inside = (times >= arc.start - 1e-9) & (times <= arc.stop + 1e-9)
        if np.any(inside):
            out[inside] = arc.states(np.clip(times[inside], arc.start, arc.stop))
    if np.any(np.isnan(out)):
        missing = float(times[np.isnan(out[:, 0])][0])
        raise PropagationError(
            f"no arc of the craft holds {missing:.3f} s; they must follow one another", time_s=missing
        )
    return out


def far_rows(world: World, names: tuple[str, str], arcs: dict[str, list[Arc]], *, interval: float) -> None:
    """Telemetry of target and chaser at even times and through burns; the chaser's rows also hold the relative state.

    A flight that broke off may have arcs of one craft only, or end earlier for the target than for the chaser.
    """
    target, chaser = names
    for name in (name for name in names if name in arcs):
        burns = [row for row in world.record.burns if row["craft"] == name]
        times = _times(arcs[name], burns, interval)
        states = states_at(arcs[name], times)
        rows = telemetry_rows(times.size)
        rows["t_s"] = rows["get_s"] = times
        rows["phase"], rows["craft"] = "rendezvous", name
        for k, axis in enumerate("xyz"):
            rows[f"position_gcrf_{axis}_m"] = states[:, k]
            rows[f"velocity_gcrf_{axis}_m_s"] = states[:, 3 + k]
        rows["mass_kg"] = states[:, 6]
        rows["height_km"] = [
            height(world.environment, float(t), (float(s[0]), float(s[1]), float(s[2]))) / KILOMETRE
            for t, s in zip(times, states, strict=True)
        ]
        if name == chaser and target in arcs:
            known = times <= arcs[target][-1].stop + 1e-9
            _relative(rows, states_at(arcs[target], times[known]), states[known])
        world.record.telemetry.append(rows)


def _times(arcs: list[Arc], burns: list[dict[str, Any]], interval: float) -> Array:
    """Even times; of each burn the edges of thrust and what lies between; and enough of a short coast.

    Ephemerides are made of these rows: a stretch without an edge has LEAST_NODES of a coast or four of a burn.
    """
    start, stop = arcs[0].start, arcs[-1].stop
    found = [np.arange(start, stop, interval), np.array([start, stop])]
    begin = start
    for burn in sorted(burns, key=lambda row: float(row["get_s"])):
        edges = float(burn["get_s"]) + np.array([0.0, *burn["stage_ends_s"]])
        found += [np.linspace(a, b, max(4, 1 + ceil((b - a) / BURN_STEP))) for a, b in pairwise(edges)]
        found.append(_short(begin, float(edges[0]), interval))
        begin = float(edges[-1])
    found.append(_short(begin, stop, interval))
    return np.unique(np.clip(np.concatenate(found), start, stop))


def _short(start: float, stop: float, interval: float) -> Array:
    """Times of a coast in which even times would be too few; none for a long one."""
    return np.linspace(start, stop, LEAST_NODES) if 0.0 < stop - start < LEAST_NODES * interval else np.empty(0)


def _relative(rows: Any, target: Array, chaser: Array) -> None:
    """Write into the first rows what the chaser is to the target."""
    rows = rows[: len(target)]
    r, v = relative_lvlh(target[:, :3], target[:, 3:6], chaser[:, :3], chaser[:, 3:6])
    for k, axis in enumerate("xyz"):
        rows[f"relative_{axis}_m"] = r[:, k]
        rows[f"relative_velocity_{axis}_m_s"] = v[:, k]
    distance = np.linalg.norm(r, axis=1)
    rows["range_m"] = distance
    rows["closing_speed_m_s"] = -np.sum(r * v, axis=1) / distance
    rows["phase_angle_deg"] = phase_angle(target[:, :3], target[:, 3:6], chaser[:, :3]) / DEGREE
