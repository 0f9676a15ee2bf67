"""Peers of single algorithms: lamberthub for Lambert's problem, satkit for SGP4."""

from __future__ import annotations

from .harness import Array, Contestant
from .tasks import MU, TLE, moments

SLOW = 1000  # triangles for lamberthub, which is Python


def lamberthub(triangles: tuple[Array, Array, Array]) -> list[Contestant]:
    from lamberthub import izzo2015

    starts, ends, times = list(triangles[0][:SLOW]), list(triangles[1][:SLOW]), triangles[2][:SLOW].tolist()

    def work() -> None:
        for r1, r2, seconds in zip(starts, ends, times, strict=True):
            izzo2015(MU, r1, r2, seconds)

    return [Contestant("lamberthub", "izzo2015", work, shares=SLOW / len(triangles[2]))]


def satkit_sgp4() -> list[Contestant]:
    import satkit as sk

    tle = sk.TLE.from_lines(list(TLE))
    tle = tle[0] if isinstance(tle, list) else tle
    times = [tle.epoch + sk.duration.from_seconds(x) for x in moments().tolist()]
    return [Contestant("satkit", "TEME", lambda: sk.sgp4(tle, times))]
