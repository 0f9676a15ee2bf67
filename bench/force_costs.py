"""What each force costs: two days of a station's orbit alone and of a crowd about it. `python -m bench.force_costs`.

Processor time of one thread, the least of several runs; tables and compilation are not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from math import radians

import numpy as np

from softdock.astro.environment import Forces, build_environment
from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.astro.time import Epoch
from softdock.conventions import DAY
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.ensemble import propagate_many

SPAN_S = 2.0 * DAY
EPOCH = Epoch.from_utc("2025-07-03T00:00:00")
ORBIT = OsculatingOrbit(6.793e6, 0.0008, radians(51.6), 4.4, 0.7, 0.2)
MASS, DRAG_AREA, LIGHT_AREA = 6680.0, 20.0, 30.0  # kg, m^2; assumed: a craft like Soyuz
CROWD = 30
SPREAD = np.array([100.0] * 3 + [0.1] * 3)  # m, m/s, one sigma
RUNS = 9
CASES = {
    "20 x 20, Sun, Moon": Forces(drag=False),
    "20 x 20, Sun, Moon, air": Forces(),
    "20 x 20, all: air, tides, sunlight": Forces(solar_pressure=True, tides=True),
    "70 x 70, Sun, Moon": Forces(field=(70, 70), drag=False),
    "70 x 70, Sun, Moon, air": Forces(field=(70, 70)),
    "70 x 70, Sun, Moon, air, tides": Forces(field=(70, 70), tides=True),
    "70 x 70, all: air, tides, sunlight": Forces(field=(70, 70), solar_pressure=True, tides=True),
}


def least(work: Callable[[], object], runs: int) -> float:
    """Least processor time [s] of some runs, after one to warm up."""
    times = []
    for _ in range(runs + 1):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times[1:])


def costs(forces: Forces) -> tuple[float, float]:
    """Processor time [s] of one dense arc to a millimetre, and of one craft of a crowd to a decimetre."""
    env = build_environment(EPOCH, span_s=SPAN_S, forces=forces)
    r, v = state_from_osculating(ORBIT, mu=float(env.mu))
    start = PointState(0.0, r, v, MASS)
    arc = partial(propagate, env, start, until=SPAN_S, drag_area=DRAG_AREA, light_area=LIGHT_AREA)
    states = np.concatenate([r, v]) + SPREAD * np.random.default_rng(1).normal(size=(CROWD, 6))
    loads = (MASS, DRAG_AREA, LIGHT_AREA)
    crowd = partial(propagate_many, env, 0.0, states, times=np.array([SPAN_S]), loads=loads, workers=1)
    return least(arc, RUNS), least(crowd, 2) / CROWD


def main() -> None:
    """Print the table."""
    print("| forces | one arc | a craft of a crowd |\n|---|---|---|")
    for name, forces in CASES.items():
        one, many = costs(forces)
        print(f"| {name} | {1e3 * one:.3g} ms | {1e3 * many:.3g} ms |", flush=True)


if __name__ == "__main__":
    main()
