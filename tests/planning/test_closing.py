"""A launch into a plane that meets the target's at an event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softdock.conventions import DEGREE
from softdock.dynamics.arcs import Arc, PointState
from softdock.errors import PlanError
from softdock.planning import closing
from softdock.planning.closing import CLOSED_WITHIN, OPEN_BEYOND, PASSES, closed, in_plane, relative_speed
from softdock.planning.vocabulary import sequence_from_toml
from softdock.planning.wedge import Wedge, wedge

LIST = """
[[manoeuvres]]
preset = "NPC"
when = { minutes = 10 }
[[manoeuvres]]
name = "both"
when = { minutes = 10 }
free = ["forward", "across"]
achieves = [{ at = "later", height_difference_km = 10.0, out_of_plane_km = 0.0 }, { phase_deg = 3.0 }]
[[manoeuvres]]
name = "across alone"
when = { minutes = 10 }
free = ["forward", "across"]
achieves = [{ at = "later", height_km = 200.0 }]
[[manoeuvres]]
name = "later"
when = { minutes = 30 }
"""


def off_plane(target: Arc, at: PointState) -> tuple[float, float]:
    """Angle [rad] between the chaser's plane and that in which the target stood where the chaser is, and the time then.

    By a scan of the target's way, a point each tenth of a second: nothing of the program but the arc.
    """
    times = np.arange(at.t - 3000.0, at.t + 300.0, 0.1)
    y = target.states(times)
    h_C = np.cross(at.r, at.v)
    n_C = h_C / np.linalg.norm(h_C)
    inside = y[:, :3] - np.outer(y[:, :3] @ n_C, n_C)
    ahead = np.cross(n_C, at.r)
    angle = np.abs(np.arctan2(inside @ ahead / np.linalg.norm(ahead), inside @ at.r / np.linalg.norm(at.r)))
    here = y[int(np.argmin(angle))]
    h_T = np.cross(here[:3], here[3:6])
    return float(np.linalg.norm(np.cross(n_C, h_T / np.linalg.norm(h_T)))), float(times[int(np.argmin(angle))])


def test_the_planes_meet_where_the_launch_closes_them(planned, claim) -> None:
    flown, target = planned.solved.flown, planned.solved.chain.around.target
    assert planned.closing_miss_m < CLOSED_WITHIN
    found, then = off_plane(target, flown["NSR"].before)
    assert then < flown["NSR"].t  # the target is ahead
    claim(
        claim="Apollo's plane at NSR, closed by the launch alone, beside that of Soyuz at the same central angle",
        truth="scan of the target's way",
        tolerance=5.0,
        achieved=found * float(np.linalg.norm(flown["NSR"].before.r)),
        unit="m",
    )


def test_planes_that_were_to_meet_later_do_not_meet_before(planned) -> None:
    """Nodes of orbits at different heights run at different rates: at insertion the planes are far apart."""
    target = planned.solved.chain.around.target
    start = planned.solved.flown.start.before
    apart, _ = off_plane(target, planned.solved.flown["NC1"].before)
    assert apart * 6.55e6 > 100.0
    assert abs(planned.chaser_start.mean.inclination - planned.target_start.mean.inclination) < 0.2 * DEGREE
    assert start.t == planned.chaser_start.state.t


def test_the_wedge_is_the_angle_between_planes(planned, j2) -> None:
    target, at = planned.solved.chain.around.target, planned.solved.flown["NC1"].before
    found = wedge(target, at, j2)
    brute, _ = off_plane(target, at)
    assert found.angle == pytest.approx(brute, rel=0.05, abs=1e-6)


def test_what_a_sequence_does_about_the_plane_is_left_to_the_launch() -> None:
    sequence = in_plane(sequence_from_toml(LIST))
    first, both, across, later = sequence.manoeuvres
    assert "across" not in first.free
    assert first.achieves == ()
    assert both.free == ("forward",)
    assert [list(c.goals) for c in both.achieves] == [["height_difference_km"], ["phase_deg"]]
    assert across.free == ("forward", "across")  # it asks for nothing about the plane: another's intercept may need it
    assert later.free == ()


def test_the_relative_speed_is_that_of_the_difference(planned) -> None:
    target, last = planned.solved.chain.around.target, planned.solved.flown.events[-1].before
    assert relative_speed(target, last) == pytest.approx(np.linalg.norm(target.at(last.t).v - last.v))


@pytest.fixture
def restless(planned, j2, monkeypatch):
    """closed() with a wedge that is always so many metres: what it gives, every start that it flew, every solution."""

    def run(metres: float):
        at = planned.solved.flown["NSR"].before
        monkeypatch.setattr(closing, "wedge", lambda *_: Wedge(0.0, metres / float(np.linalg.norm(at.r))))
        flown, solutions = [], []

        def solve(start, last):
            assert last is (solutions[-1] if solutions else None)
            flown.append(start)
            solutions.append(replace(planned.solved))
            return solutions[-1]

        def launch(plane):
            mean = replace(planned.chaser_start.mean, inclination=plane.inclination, raan=plane.raan)
            return replace(planned.chaser_start, mean=mean)

        target = planned.solved.chain.around.target
        return closed(launch, solve, target, start=planned.chaser_start, event="NSR", env_j2=j2), flown, solutions

    return run


def test_planes_that_only_come_near_are_told_with_the_solution_of_the_last_launch(restless) -> None:
    found, flown, solutions = restless(40.0)
    assert len(flown) == PASSES
    assert found.start is flown[-1]
    assert found.found is solutions[-1]
    assert found.miss == pytest.approx(40.0)
    assert len({one.mean.raan for one in flown}) == PASSES  # each pass flew another launch


def test_planes_that_stay_apart_are_refused(restless) -> None:
    words = f"at NSR, and after {PASSES} passes they are {OPEN_BEYOND + 1.0:.0f} m apart there"
    with pytest.raises(PlanError, match=words):
        restless(OPEN_BEYOND + 1.0)
    with pytest.raises(PlanError, match="they are nan m apart"):
        restless(float("nan"))
