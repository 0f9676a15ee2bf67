"""The free choices of a coelliptic sequence, ranked by a linear estimate before any is solved.

Near-circular orbits, all heights measured down from the target's mean radius: a burn of dv raises the
opposite side by 4 dv / n, and the phase closes at 1.5 n / a for each metre of mean height difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import asin, cos, pi

import numpy as np

from ..conventions import DEGREE, HOUR, KILOMETRE, MINUTE, Array
from .inputs import Coelliptic
from .sequence import Schedule

REVOLUTIONS_BEFORE_NC2 = 3.0  # from the trim, so that its outcome can be measured. assumed


@dataclass(frozen=True)
class Circularised:
    """The chaser after circularisation: when [s], how far below the target [m], how far behind [rad]."""

    time: float
    below: float
    behind: float
    lift_off: float


@dataclass(frozen=True)
class Reference:
    """The target's waiting orbit as a circle: radius [m], rate [rad/s], and the time of TPI [s]."""

    radius: float
    rate: float
    tpi: float

    @property
    def catch_up(self) -> float:
        """Phase closed per second and metre of height difference [rad/(s m)]."""
        return 1.5 * self.rate / self.radius

    def period(self, below: float) -> float:
        """Of an orbit whose mean radius is `below` metres less [s]."""
        return 2.0 * pi / self.rate * (1.0 - 1.5 * below / self.radius)

    def phase_at_tpi(self, elevation: float, below: float) -> float:
        """Angle [rad] by which the chaser is behind when the line of sight stands at the elevation."""
        return 0.5 * pi - elevation - asin((self.radius - below) / self.radius * cos(elevation))


@dataclass(frozen=True)
class Candidate:
    """One set of free choices, its schedule, and the linear estimate of its burns [m/s]."""

    revolutions: float
    coast: float
    schedule: Schedule
    burns: Array
    """NC1, trim, NC2, NCC, forward."""
    nsr: float

    @property
    def rank(self) -> tuple[float, float]:
        """Cheap from NC1 to NSR first; among equals to 0.1 m/s, the smaller trim."""
        return round(float(np.sum(np.abs(self.burns))) + self.nsr, 1), abs(float(self.burns[1]))


def _height_after_nc1(
    ref: Reference, orbit: Circularised, inputs: Coelliptic, times: tuple[float, float, float, float], heights: Array
) -> float:
    """Height difference [m] opposite NC1 with which the phase closes by TPI."""
    nc1, trim, nc2, nsr = times
    after_trim, at_ncc, at_nsr = heights
    closed = orbit.below * (nc1 - orbit.time) + 0.5 * (orbit.below * (trim - nc1) + after_trim * (nc2 - trim))
    closed += 0.5 * (after_trim + at_ncc) * (nsr - nc2) + at_nsr * (ref.tpi - nsr)
    wanted = orbit.behind - ref.phase_at_tpi(inputs.elevation_at_tpi_deg * DEGREE, at_nsr)
    return float((wanted / ref.catch_up - closed) / (0.5 * (nc2 - nc1)))


def _burns(ref: Reference, orbit: Circularised, whole: bool, after_nc1: float, heights: Array) -> tuple[Array, float]:
    """Forward burns NC1, trim, NC2, NCC and the size of NSR [m/s], each by what it does to the far side."""
    after_trim, at_ncc, at_nsr = heights
    other = after_nc1 if whole else after_trim  # the side that NC2 lifts to the height at NCC
    ncc_side = after_trim if whole else after_nc1
    lifts = np.array([orbit.below - after_nc1, orbit.below - after_trim, other - at_ncc, ncc_side - at_nsr])
    return 0.25 * ref.rate * lifts, 0.25 * ref.rate * abs(at_ncc - at_nsr)


def candidates(ref: Reference, orbit: Circularised, inputs: Coelliptic) -> Iterator[Candidate]:
    """Every admissible combination of the searched choices."""
    earliest = orbit.lift_off + inputs.nc1_after_lift_off_h[0] * HOUR
    latest = orbit.lift_off + inputs.nc1_after_lift_off_h[1] * HOUR
    at_nsr = inputs.height_difference_at_nsr_km * KILOMETRE
    for coast, at_ncc, after_trim in product(
        inputs.coelliptic_coast_min, inputs.height_difference_at_ncc_km, inputs.height_difference_after_trim_km
    ):
        heights = np.array([after_trim * KILOMETRE, at_ncc * KILOMETRE, at_nsr])
        nsr = ref.tpi - coast * MINUTE
        longest = int(2.0 * (nsr - earliest) / ref.period(orbit.below))
        for half_revolutions, after in product(range(1, longest + 1), inputs.trim_after_nc1_revolutions):
            revolutions = 0.5 * half_revolutions
            if after > revolutions - REVOLUTIONS_BEFORE_NC2:
                continue
            found = _scheduled(ref, orbit, inputs, (revolutions, after), nsr, heights)
            if max(earliest, orbit.time + 0.5 * ref.period(orbit.below)) <= found.schedule.nc1 <= latest:
                yield replace(found, coast=coast)


def _scheduled(
    ref: Reference,
    orbit: Circularised,
    inputs: Coelliptic,
    revolutions: tuple[float, float],
    nsr: float,
    heights: Array,
) -> Candidate:
    """Times and burns of one combination; the height opposite NC1 sets the periods, and the periods that height.

    revolutions: from NC1 to NC2, and from NC1 to the trim
    """
    between, after = revolutions
    ncc = nsr - inputs.ncc_to_nsr_min * MINUTE
    nc2 = ncc - 0.5 * ref.period(0.5 * float(heights[0] + heights[1]))
    after_nc1 = float(heights[0])
    for _ in range(6):
        trim = nc2 - (between - after) * ref.period(0.5 * (float(heights[0]) + after_nc1))
        nc1 = trim - after * ref.period(0.5 * (orbit.below + after_nc1))
        after_nc1 = _height_after_nc1(ref, orbit, inputs, (nc1, trim, nc2, nsr), heights)
    burns, nsr_speed = _burns(ref, orbit, between % 1.0 == 0.0, after_nc1, heights)
    schedule = Schedule(
        circularisation=orbit.time,
        nc1=nc1,
        trim=trim,
        nc2=nc2,
        ncc=ncc,
        nsr=nsr,
        tpi=ref.tpi,
        half_period=0.5 * ref.period(0.5 * (float(heights[0]) + after_nc1)),
        waiting_radius=ref.radius,
        height_after_trim=float(heights[0]),
        height_at_ncc=float(heights[1]),
        height_at_nsr=float(heights[2]),
        elevation=inputs.elevation_at_tpi_deg * DEGREE,
    )
    return Candidate(between, 0.0, schedule, burns, nsr_speed)


def shortlist(found: list[Candidate], count: int) -> list[Candidate]:
    """The best candidate of each number of revolutions and coast, cheapest first."""
    best: dict[tuple[float, float, float], Candidate] = {}
    for candidate in found:
        key = (candidate.schedule.circularisation, candidate.revolutions, candidate.coast)
        if key not in best or candidate.rank < best[key].rank:
            best[key] = candidate
    return sorted(best.values(), key=lambda c: c.rank)[:count]
