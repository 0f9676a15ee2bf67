"""How long plans and their retargeting take: processor time, in a process of its own.

A retarget is the solution of all that is left of a mission's burns from navigated states, the burns before as guess.
"""

from __future__ import annotations

from math import nan

from .flights import in_another_process
from .harness import Row

MISSIONS = ("apollo-soyuz", "progress-ms31")
SEEDS = 5

PLAN = """
import json, time
from softdock.flight import flyer, insertion, rendezvous
from softdock.mission.director import build_world, plan
from softdock.mission.load import load
mission = load({name!r})
plan(mission)
start = time.process_time()
made = plan(mission)
planned = time.process_time() - start
spent, solve = [], flyer.retargeted
def timed(*given, **more):
    start = time.thread_time()
    try:
        return solve(*given, **more)
    finally:
        spent.append(time.thread_time() - start)
flyer.retargeted = timed
mean, worst = [], []
for seed in range({seeds} + 1):
    world = build_world(mission, seed=seed)
    world.plan = made
    spent.clear()
    for phase in mission.phases:
        if phase.kind == "insertion":
            insertion.fly(phase, world)
        elif phase.kind == "rendezvous":
            rendezvous.fly(phase, world)
    if seed > 0:  # one flight to warm up
        mean.append(sum(spent) / len(spent))
        worst.append(max(spent))
print(json.dumps({{"plan_s": planned, "mean_s": sum(mean) / len(mean), "worst_s": max(worst)}}))
"""


def plans() -> list[Row]:
    """A plan, warm, and the retargets of five flights: their mean, and the longest of all."""
    rows = []
    for name in MISSIONS:
        code = PLAN.format(name=name, seeds=SEEDS)
        in_another_process(code)  # compiles
        found = in_another_process(code)
        rows.append(Row(f"{name} planned, warm", "softdock", "all threads", found["plan_s"], 1.0, nan, nan))
        for key, which in (("mean_s", "mean"), ("worst_s", "longest")):
            setting = f"{which} of {SEEDS} flights"
            rows.append(Row(f"{name} retargeted before each burn", "softdock", setting, found[key], 1.0, nan, nan))
    return rows
