"""Random sequences of burns, flown forward, and the same sequences with only their outcome as conditions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from softdock.astro.relative import lvlh_axes
from softdock.planning.chain import Chain, Event, Flown
from softdock.planning.conditions import Surroundings, rows_of
from softdock.planning.manoeuvres import Condition, Sequence
from tests.planning.manoeuvre_scene import beside, in_orbit

HOURS = 60.0
KINDS = {"forward": ("phase", "height"), "plane": ("plane",), "arc": ("offset",), "own": ("velocity", "apsis")}


class Case(NamedTuple):
    """A chain with its outcome as conditions, the burns that were flown, and the unknowns that they are."""

    chain: Chain
    truth: np.ndarray
    flown: Flown


def random_case(seed: int, env: Any, chaser: Any, *, is_impulsive: bool = True) -> Case:
    """Three to six burns of 0.5 to 15 m/s in at most two days, from 200 to 300 km, beside a target up to 420 km."""
    rng = np.random.default_rng([20751, seed])
    low = rng.uniform(200.0, 280.0)
    start = in_orbit(env, (low, low + rng.uniform(2.0, 40.0)), 0.3, tilt=rng.normal(0.0, 3e-4))
    height = rng.uniform(max(low + 10.0, 230.0), 420.0)
    target = in_orbit(env, (height, height + rng.uniform(1.0, 8.0)), 0.3 + rng.uniform(0.1, 6.1))
    around = beside(env, target, HOURS)
    kinds = [str(k) for k in rng.choice(list(KINDS), size=rng.integers(3, 7), p=[0.5, 0.15, 0.25, 0.1])]
    rules = [_rule(f"B{k}", kind, rng) for k, kind in enumerate(kinds)]
    rules.append({"name": "end", "when": {"revolutions": _wait(kinds[-1], rng)}})
    for k in range(1, len(rules)):
        rules[k]["when"] = _when(kinds[k - 1], rng)
    flying = Chain(around, chaser, start, _sequence(rules), is_impulsive=is_impulsive)
    truth = np.array([_component(rng, axis) for rule in rules for axis in rule.get("free", ())])
    flown = flying.fly(truth)
    for k, kind in enumerate(kinds):
        rules[k]["achieves"] = _outcome(around, kind, flown.events[k], flown.events[k + 1], rng)
    return Case(Chain(around, chaser, start, _sequence(rules), is_impulsive=is_impulsive), truth, flown)


def _sequence(rules: list[dict[str, Any]]) -> Sequence:
    return Sequence.model_validate({"manoeuvres": rules})


def _rule(name: str, kind: str, rng: np.random.Generator) -> dict[str, Any]:
    free = {"forward": ["forward"], "plane": ["forward", "across"]}.get(kind, ["forward", "across", "down"])
    if kind == "own" and rng.random() < 0.5:
        free = ["forward"]
    return {"name": name, "when": {"minutes": float(rng.uniform(5.0, 90.0))}, "free": free}


def _component(rng: np.random.Generator, axis: str) -> float:
    size = rng.uniform(0.5, 15.0) if axis == "forward" else rng.uniform(0.2, 6.0)
    return float(size * (1.0 if axis == "forward" and rng.random() < 0.8 else rng.choice([-1.0, 1.0])))


def _wait(kind: str, rng: np.random.Generator) -> float:
    """Revolutions to the next event: where heights are asked for, near half ones; elsewhere not near a half or whole.

    Nor where a forward burn does not move the phase: 3 a = 4 sin a at 0.203 revolutions.
    """
    if kind == "forward":
        return float(rng.integers(0, 6)) + float(rng.uniform(0.4, 0.6))
    return float(rng.choice([0.0, 1.0])) + float(rng.choice([rng.uniform(0.27, 0.42), rng.uniform(0.58, 0.85)]))


def _when(kind: str, rng: np.random.Generator) -> dict[str, Any]:
    wait = _wait(kind, rng)
    if rng.random() < 0.3:
        return {"minutes": wait * 89.5}
    if kind == "forward" and rng.random() < 0.3:
        return {"node": "either", "count": int(rng.integers(1, 8)), "offset_min": float(rng.uniform(0.0, 20.0))}
    return {"revolutions": wait}


def _outcome(around: Surroundings, kind: str, own: Event, later: Event, rng: np.random.Generator) -> list[Any]:
    """Conditions, as many as the kind leaves free, that the flight meets."""
    at = later.manoeuvre.name
    count = len(own.manoeuvre.free)
    if kind == "own":
        if count == 1:
            return [_met(around, own, "perigee_km" if own.dv[0] < 0.0 else "apogee_km", "")]
        return [_met(around, own, "relative_velocity_m_s", "")]
    if kind == "arc":
        return [_met(around, later, "offset_lvlh_m", at)]
    if kind == "plane":
        return [_met(around, later, "phase_deg", at), _met(around, later, "out_of_plane_km", at)]
    return [_met(around, later, str(rng.choice(["phase_deg", "height_difference_km"])), at)]


def _met(around: Surroundings, event: Event, key: str, at: str) -> dict[str, Any]:
    """The condition of a key that an event meets as it was flown."""
    is_vector = key in ("offset_lvlh_m", "relative_velocity_m_s")
    state, phase = (event.before, event.phase) if at else (event.after, event.phase_after)
    y = np.concatenate([state.r, state.v])[None, :]
    if key == "offset_lvlh_m":
        T = around.target.at(state.t)
        place = lvlh_axes(T.r, T.v) @ (state.r - T.r)
        turn = np.arctan2(-place[0], float(np.linalg.norm(T.r)) - place[2])
        return {"at": at, key: [float(x) for x in place], "laps": round((phase - turn) / (2.0 * np.pi))}
    zero = Condition.model_validate({key: (0.0, 0.0, 0.0) if is_vector else 0.0})
    rows = [(row.value, row.factor) for row in rows_of(zero, "x", around)]
    found = [float(value(state.t, y, phase)[0]) / factor for value, factor in rows if value is not None]
    if key == "phase_deg":
        laps, rest = divmod(found[0], 360.0)
        return {"at": at, key: rest, "laps": int(laps)}
    return {"at": at, key: found if is_vector else found[0]}
