"""Our side of each race."""

from __future__ import annotations

import time

import numpy as np

from softdock.astro.environment import Forces, build_environment
from softdock.astro.lambert import lambert_many
from softdock.astro.mean_elements import TleOrbit
from softdock.astro.time import Epoch
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.ensemble import propagate_many
from softdock.formats.tle import parse_tles

from .harness import Array, Contestant, apart
from .tasks import CROWD_ERROR_M, DEGREE, MU, SECONDS, TLE, Orbits, moments

TIGHT = 5e-15  # local error of the reference: a tenth of what is flown


class Ours:
    """softdock with the environment of the task built."""

    def __init__(self, orbits: Orbits) -> None:
        self.epoch = Epoch.from_utc(orbits.utc)
        self.env = self.environment()

    def environment(self) -> object:
        return build_environment(self.epoch, span_s=SECONDS, forces=Forces(field=(DEGREE, DEGREE), drag=False))

    def flown(self, start: Array, rtol: float | None = None) -> Array:
        """State (6,) at the end; without rtol by the method that softdock chooses."""
        state = PointState(0.0, start[:3], start[3:], 1.0)
        end = propagate(self.env, state, until=SECONDS, drag_area=0.0, rtol=rtol, dense=False).last
        return np.concatenate([end.r, end.v])

    def reference(self, orbits: Orbits) -> Array:
        """States (n, 6) at the end by the single-step method at its tightest."""
        return np.array([self.flown(start, TIGHT) for start in orbits.starts])


def arcs(ours: Ours, orbit: Orbits, reference: Array) -> list[Contestant]:
    start = orbit.starts[0]
    found = []
    for name, rtol in (("as softdock chooses", None), ("single-step method", 5e-14)):
        error = apart(ours.flown(start, rtol), reference)
        found.append(
            Contestant("softdock", name, lambda rtol=rtol: ours.flown(start, rtol), own_error_m=error)  # type: ignore[misc]
        )
    return found


def crowds(ours: Ours, crowd: Orbits, checked: Orbits, reference: Array) -> list[Contestant]:
    def work(orbits: Orbits = crowd) -> Array:
        answer = propagate_many(
            ours.env, 0.0, orbits.starts, times=np.array([SECONDS]), error_m=CROWD_ERROR_M, workers=1
        )
        return answer.states[:, 0]

    error = apart(work(checked), reference)
    # Its one worker is a thread of its own: the processor time of the process counts.
    return [Contestant("softdock", "ensemble", work, clock=time.process_time, own_error_m=error)]


def lamberts(triangles: tuple[Array, Array, Array]) -> list[Contestant]:
    up = np.array([0.0, 0.0, 1.0])
    return [Contestant("softdock", "lambert_many", lambda: lambert_many(*triangles, normal=up, mu=MU))]


def sgp4s() -> list[Contestant]:
    orbit, times = TleOrbit(parse_tles("\n".join(TLE))[0]), moments()
    return [Contestant("softdock", "TEME, by sgp4", lambda: orbit.teme(times))]
