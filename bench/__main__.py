"""`make bench`: how long things take here, and how that compares with a peer measured in the same run."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from softdock.astro.environment import build_environment
from softdock.astro.time import Epoch
from softdock.conventions import DAY
from softdock.dynamics.arcs import PointState, propagate

EPOCH = Epoch.from_utc("1975-07-15T12:20:00")
LOW_ORBIT = PointState(0.0, np.array([6.6e6, 0.0, 0.0]), np.array([0.0, 4.8e3, 6.1e3]), 6700.0)
DRAG_AREA = 20.0  # m^2, Cd A


def best_of(count: int, work: Callable[[], object]) -> float:
    """Least wall time [s] of `count` runs, after one that may compile."""
    work()
    walls = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        walls.append(time.perf_counter() - start)
    return min(walls)


def in_another_process(code: str) -> dict[str, float]:
    """What a piece of Python prints as JSON; its memory and its compilations do not touch ours."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def orbit() -> None:
    env = build_environment(EPOCH, span_s=2.0 * DAY)
    wall = best_of(5, lambda: build_environment(EPOCH, span_s=2.0 * DAY))
    print(f"environment for two days, tables built     {wall:8.3f} s")
    wall = best_of(5, lambda: propagate(env, LOW_ORBIT, until=2.0 * DAY, drag_area=DRAG_AREA))
    print(f"two days in low orbit, all forces, dense   {wall:8.3f} s")
    wall = best_of(5, lambda: propagate(env, LOW_ORBIT, until=2.0 * DAY, drag_area=0.0, dense=False))
    print(f"two days in low orbit, drag off, ends only {wall:8.3f} s")


FLIGHT = """
import json, resource, tempfile, time
import softdock as sd
start = time.perf_counter()
mission = sd.load("apollo-soyuz")
sd.fly(mission, seed=7)
wall = time.perf_counter() - start
print(json.dumps({"wall_s": wall, "memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def flight() -> None:
    in_another_process(FLIGHT)  # compiles
    found = in_another_process(FLIGHT)
    print(f"apollo-soyuz planned and flown             {found['wall_s']:8.3f} s, {found['memory_MB']:.0f} MB")


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
print(json.dumps({"seconds": seconds, "simulated_s_per_s": seconds / sorted(spent[1:])[1]}))
"""
PEER = """
import json
from bench.basilisk_peer import speed
print(json.dumps(speed(1800.0, dynamics_step=0.1, control_step=0.1, record_step=1.0)))
"""


def closed_loop() -> None:
    # By processor time: both run on one thread, and a busy machine then slows both alike.
    own = in_another_process(LOOP)
    speed = own["simulated_s_per_s"]
    print(f"closed loop, {own['seconds']:.0f} s with 10 Hz control    {speed:8.0f} simulated s per CPU second")
    if importlib.util.find_spec("Basilisk") is None:
        print("Basilisk is not installed; `make bench` installs it (extra `bench`)")
        return
    peer = in_another_process(PEER)["simulated_s_per_s"]
    print(f"Basilisk, two craft at 10 Hz               {peer:8.0f} simulated s per CPU second")
    print(f"ratio                                      {speed / peer:8.1f}")


def main() -> None:
    for part in (orbit, flight, closed_loop):
        part()


if __name__ == "__main__":
    main()
