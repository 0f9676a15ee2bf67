"""Closest approach on each leg of a rendezvous: when, how near, how fast past each other.

A leg runs from one ignition, or moment, to the next. Distances are between the centres of mass; the speed is the
difference of the inertial velocities, which where the craft stand still beside each other is not the one that LVLH
shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ..astro.encounters import Approach, closest_approaches
from ..astro.relative import inertial_from_lvlh
from ..astro.time import Epoch
from ..astro.trajectory import Trajectory
from ..conventions import KILOMETRE, Array
from ..errors import DataError
from ..planning.targeting import Targeted
from .coelliptic import in_gcrf, in_lvlh
from .markup import Child, Html
from .story import Story
from .tables import columns, table
from .telemetry import Rows
from .wording import clock, finite, get, number

IN_METRES = 1e4  # m up to which the report's table tells the metre
INSIDE, AT_START, AT_END = "within the leg", "at its start", "at its end"


class Leg(NamedTuple):
    """The least distance of a leg.

    before, after: names of the events between which it runs · start, stop [s] · approach: time [s], distance [m],
    relative speed [m/s] · where: INSIDE, where the range has a minimum, or AT_START or AT_END, where it still falls
    """

    before: str
    after: str
    start: float
    stop: float
    approach: Approach
    where: str


def planned_legs(found: Targeted) -> list[Leg]:
    """The closest approach on each leg of a solved sequence, from its dense arcs. Raises DataError."""
    target, legs = found.chain.around.target, []
    events = (found.flown.start, *found.flown.events)
    for before, after in pairwise(events):
        path = after.way if before.burning is None else before.burning.joined(after.way)
        if after.t > before.t:
            nearest, where = closest(target, path, before.t, stop=after.t)
            legs.append(Leg(before.manoeuvre.name, after.manoeuvre.name, before.t, after.t, nearest, where))
    return legs


def closest(target: Trajectory, chaser: Trajectory, start: float, *, stop: float) -> tuple[Approach, str]:
    """The least distance from start to stop [s], and whether it is INSIDE, AT_START or AT_END. Raises DataError."""
    ends = np.array([start, stop])
    r = target.positions(ends) - chaser.positions(ends)
    v = target.velocities(ends) - chaser.velocities(ends)
    found = [(approach, INSIDE) for approach in closest_approaches(target, chaser, start, stop=stop)]
    for k, where in enumerate((AT_START, AT_END)):
        found.append((Approach(float(ends[k]), float(np.linalg.norm(r[k])), float(np.linalg.norm(v[k]))), where))
    return min(found, key=lambda each: each[0].distance)


# ---- from a run


class Samples:
    """The path of the target between the samples of a run, as an orbit that events are looked for on."""

    def __init__(self, rows: Rows) -> None:
        self.motion = in_gcrf(rows)

    def positions(self, times: Array) -> Array:
        """Positions (n, 3) [m] in GCRF."""
        return self.motion.at(times)[0]

    def velocities(self, times: Array) -> Array:
        """Velocities (n, 3) [m/s] in GCRF."""
        return self.motion.at(times)[1]


class Beside:
    """The path of the chaser beside such a target: its place in the target's LVLH errs less than both places in GCRF.

    rows: of the chaser, with its relative motion
    """

    def __init__(self, target: Samples, rows: Rows) -> None:
        self.target, self.motion = target.motion, in_lvlh(rows)

    def _states(self, times: Array) -> tuple[Array, Array]:
        r_CT_L, v_CT_L = self.motion.at(times)
        return inertial_from_lvlh(*self.target.at(times), r_CT_L=r_CT_L, v_CT_L=v_CT_L)

    def positions(self, times: Array) -> Array:
        """Positions (n, 3) [m] in GCRF."""
        return self._states(times)[0]

    def velocities(self, times: Array) -> Array:
        """Velocities (n, 3) [m/s] in GCRF."""
        return self._states(times)[1]


def flown_legs(story: Story) -> list[Leg]:
    """The closest approach on each leg as it was flown, up to first contact; empty without samples of both craft."""
    rows, own = story.known(story.target), story.beside
    if min(len(rows), len(own)) < 2:
        return []
    start, stop = (pick(float(r["get_s"][end]) for r in (rows, own)) for pick, end in ((max, 0), (min, -1)))
    target = Samples(rows)
    chaser = Beside(target, own)
    legs = []
    for (before, begin), (after, end) in pairwise(_edges(story, start, stop)):
        try:
            nearest, where = closest(target, chaser, begin, stop=end)
        except DataError:  # samples that were damaged; the report is made of what is left
            continue
        legs.append(Leg(before, after, begin, end, nearest, where))
    return legs


def _edges(story: Story, start: float, stop: float) -> Iterator[tuple[str, float]]:
    """Where legs begin and end: the first sample, the chaser's burns, first contact or the last sample."""
    burns = [(finite(row.get("get_s")), str(row.get("name"))) for row in _own_burns(story)]
    contact, end = story.time("first contact"), "last sample"
    if contact is not None and start < contact <= stop:
        stop, end = contact, "first contact"
    yield "first sample", start
    last = start
    for time, name in sorted((time, name) for time, name in burns if time is not None):
        if last < time < stop:
            yield name, time
            last = time
    if stop > last:
        yield end, stop


def _own_burns(story: Story) -> list[dict[str, Any]]:
    return [row for row in story.run.burns if row.get("craft") == story.chaser]


def legs_table(story: Story) -> Html | None:
    """The table of the report; None without a leg."""
    legs = flown_legs(story)
    if not legs:
        return None
    head = columns("leg;;text", "closest;UTC", "GET;h:min:s", "distance;km", "relative speed;m/s", "where;;text")
    return table(head, [_row(story, leg) for leg in legs], label="Closest approach on each leg", fits=True)


def _row(story: Story, leg: Leg) -> list[Child]:
    time, distance, speed = leg.approach
    utc = clock(story.epoch.utc(time)) if story.epoch else ""
    digits = 1 if distance > IN_METRES else 3
    name = f"{leg.before} to {leg.after}"
    return [name, utc, get(time), number(distance / KILOMETRE, digits), number(speed, 2), leg.where]


def legs_text(legs: Sequence[Leg], epoch: Epoch) -> str:
    """The legs as plain text, one a line."""
    rows = [("leg", "closest, UTC", "GET", "distance, km", "relative speed, m/s", "")]
    for leg in legs:
        time, distance, speed = leg.approach
        when = epoch.utc(time + 0.5)[:19].replace("T", " ")  # rounded, as GET is
        numbers = (number(distance / KILOMETRE, 3), number(speed, 2))
        rows.append((f"{leg.before} to {leg.after}", when, get(time), *numbers, leg.where))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    justify = (str.ljust, str.ljust, str.rjust, str.rjust, str.rjust, str.ljust)
    lines = ["  ".join(j(cell, w) for j, cell, w in zip(justify, row, widths, strict=True)) for row in rows]
    return "".join(line.rstrip() + "\n" for line in lines)
