"""How long a whole flight takes, and its closed loop beside Basilisk's, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from math import nan

from .harness import Row, is_installed


def in_another_process(code: str) -> dict[str, float]:
    """What a piece of Python prints as JSON; its memory and its compilations do not touch ours."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


FLIGHT = """
import json, resource, time
import softdock as sd
start = time.perf_counter()
mission = sd.load("apollo-soyuz")
sd.fly(mission, seed=7)
wall = time.perf_counter() - start
print(json.dumps({"wall_s": wall, "memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def flight() -> list[Row]:
    in_another_process(FLIGHT)  # compiles
    found = in_another_process(FLIGHT)
    setting = f"wall time, {found['memory_MB']:.0f} MB"
    return [Row("apollo-soyuz planned and flown", "softdock", setting, found["wall_s"], 1.0, nan, nan)]


LOOP = """
import copy, json, time
import softdock as sd
from softdock.mission.director import FLIERS, build_world, plan
mission = sd.load("apollo-soyuz")
world = build_world(mission, seed=7)
world.plan = plan(mission, world=world)
for phase in mission.phases:
    if phase.kind == "proximity":
        break
    FLIERS[phase.kind](phase, world)
begin = world.bodies[phase.chaser].t
spent = []
for _ in range(4):
    again = copy.deepcopy(world)
    start = time.process_time()
    FLIERS[phase.kind](phase, again)
    spent.append(time.process_time() - start)
seconds = again.bodies[phase.chaser].t - begin
print(json.dumps({"simulated_s_per_s": seconds / sorted(spent[1:])[1]}))
"""
PEER = """
import json
from bench.basilisk_peer import speed
print(json.dumps(speed(1800.0, dynamics_step=0.1, control_step=0.1, record_step=1.0)))
"""


def closed_loop() -> list[Row]:
    # By processor time: both run on one thread, and a busy machine then slows both alike.
    own = in_another_process(LOOP)["simulated_s_per_s"]
    work = "a thousand seconds of closed loop, 10 Hz control"
    rows = [Row(work, "softdock", "two craft, filter", 1000.0 / own, 1.0, nan, nan)]
    if is_installed("Basilisk"):
        peer = in_another_process(PEER)["simulated_s_per_s"]
        rows.append(Row(work, "Basilisk", "two craft, no filter", 1000.0 / peer, own / peer, nan, nan))
    return rows
