"""Prints the tables of docs/theory/far-regime.md on many flights: burns, gates, causes. Nothing is stored.

Apollo-Soyuz is flown whole, Progress MS-31 to rest at 2 km; the plan is made once and each seed is a flight.

    python tests/validation/builders/far_flights.py apollo-soyuz 50
    python tests/validation/builders/far_flights.py progress-ms31 50
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from softdock.flight.budget import spent
from softdock.flight.budget_causes import CAUSES, causes
from softdock.flight.world import World
from softdock.mission.director import build_world, plan, run
from softdock.mission.load import load
from softdock.mission.model import Mission
from softdock.planning.plan import Plan

WITH_CAUSES = 20  # flights of which the difference is split: each is flown three times more


def fly(mission: Mission, made: Plan, seeds: Sequence[int]) -> list[World]:
    flights = []
    for seed in seeds:
        world = build_world(mission, seed=seed)
        world.plan = made
        flights.append(run(mission, world))
        failed = [v["sentence"] for v in world.record.verdicts if not v["passed"]]
        print(f"seed {seed}: {'; '.join(failed) or 'every verdict passed'}", file=sys.stderr, flush=True)
    return flights


def burn_table(made: Plan, flights: Sequence[World]) -> None:
    print("| burn | planned | flown, mean | one sigma | least | greatest | ignition, one sigma |")
    print("|---|---|---|---|---|---|---|")
    for burn in made.burns:
        sizes = np.array([r["flown_m_s"] for w in flights for r in w.record.budget if r["name"] == burn.name])
        events = [event for world in flights for event in world.record.events if event["name"] == burn.name]
        times = [event["get_s"] for event in events if event["craft"] == burn.craft]
        figures = (burn.speed, sizes.mean(), sizes.std(ddof=1), sizes.min(), sizes.max())
        told = " | ".join(f"{figure:.2f}" for figure in figures)
        print(f"| {burn.name}, {burn.craft} | {told} | {np.std(times, ddof=1):.0f} s |")
    sums = np.array([spent(world.record, made.chaser) for world in flights])
    asked = sum(burn.speed for burn in made.burns if burn.craft == made.chaser)
    figures = (asked, sums.mean(), sums.std(ddof=1), sums.min(), sums.max())
    print(f"| all of {made.chaser} | {' | '.join(f'{figure:.2f}' for figure in figures)} | |")


def gate_table(mission: Mission, flights: Sequence[World]) -> None:
    gates: Any = next((p.gates for p in mission.phases if p.kind == "proximity"), ())
    for gate in gates:
        crossing, met = [], []
        for world in flights:
            rows = np.concatenate([r for r in world.record.telemetry if r["craft"][0] == mission.named("chaser")])
            rows = rows[rows["phase"] == "proximity"]
            along = sum(rows[f"relative_{k}_m"] * rows[f"relative_velocity_{k}_m_s"] for k in "xyz")
            speed, inside = -along / rows["range_m"], np.flatnonzero(rows["range_m"] <= gate.range_m)
            slow = [k for k in inside if speed[k] <= gate.closing_speed_m_s]
            crossing += [speed[inside[0]]] if len(inside) else []
            met += [rows["range_m"][slow[0]]] if slow else []
        print(f"gate {gate.range_m:g} m, {gate.closing_speed_m_s:g} m/s: crossed by {len(crossing)} at", end=" ")
        mean, sigma = np.mean(crossing), np.std(crossing, ddof=1)
        print(f"{mean:.2f} +- {sigma:.2f} m/s, met by {len(met)}, at {min(met):.0f} m at the latest")
    captured = sum(any(e["name"] == "capture" for e in world.record.events) for world in flights)
    passed = sum(all(v["passed"] for v in world.record.verdicts) for world in flights)
    print(f"captured: {captured}, every verdict passed: {passed}, of {len(flights)}")


def cause_table(mission: Mission, flights: Sequence[World]) -> None:
    phase: Any = next(p for p in mission.phases if p.kind == "rendezvous")
    found = np.array([[row["added_m_s"] for row in causes(phase, world)] for world in flights])
    for cause, added in zip(CAUSES, found.T, strict=True):
        print(f"| {cause} | {added.mean():+.2f} | {added.std(ddof=1):.2f} |")


def main(name: str, count: str) -> None:
    mission = load(name)
    made = plan(mission)
    flights = fly(mission, made, range(int(count)))
    burn_table(made, flights)
    gate_table(mission, flights)
    cause_table(mission, flights[:WITH_CAUSES])


if __name__ == "__main__":
    main(*sys.argv[1:])
