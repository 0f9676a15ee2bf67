"""Arcs that stop at events."""

from __future__ import annotations

import numpy as np
import pytest

from softdock.astro.environment import build_environment, height
from softdock.astro.events import apsides, node_times
from softdock.astro.orbits import true_equator_axes
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.dynamics.arcs import Arc, PointState, Thrust, propagate
from softdock.dynamics.stops import propagate_to
from softdock.errors import PropagationError

START = PointState(0.0, np.array([6.7e6, 0.0, 1e5]), np.array([0.0, 4763.0, 6102.0]), 6700.0)


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(Epoch.from_utc("1975-07-15T12:20:00"), span_s=2.0 * DAY)


def test_an_arc_stops_at_the_first_node(env: Record) -> None:
    arc = propagate_to(
        env, START, lambda a: node_times(a, env, a.start, stop=a.stop), until=DAY, drag_area=20.0
    )
    direct = propagate(env, START, until=arc.stop, drag_area=20.0)
    assert 1000.0 < arc.stop < 6000.0
    assert abs(true_equator_axes(env, arc.stop)[2] @ arc.last.r) < 1.0  # a millisecond is worth 6 m
    assert np.linalg.norm(arc.last.r - direct.last.r) < 1e-3


def test_an_arc_stops_after_a_burn_only_if_it_is_told(env: Record) -> None:
    burn = Thrust(500.0, 600.0, 4000.0, np.array([0.0, 0.6, 0.8]), 1.4)

    def perigee(arc: Arc) -> list[float]:
        return [t for t, kind in apsides(arc, 700.0, arc.stop) if kind == "perigee"]

    arc = propagate_to(env, START, perigee, until=DAY, drag_area=20.0, thrusts=[burn])
    assert arc.last.mass == pytest.approx(6700.0 - 140.0)
    assert abs(arc.last.r @ arc.last.v) < 1.0


def test_without_the_event_it_goes_to_the_end(env: Record) -> None:
    arc = propagate_to(env, START, lambda a: [], until=7000.0, drag_area=20.0)
    assert arc.stop == 7000.0


def test_entry_is_met_on_a_flight_that_cannot_go_on(env: Record) -> None:
    down = PointState(0.0, START.r, 0.97 * START.v, 3000.0)

    def at_110_km(arc: Arc) -> list[float]:
        times = np.linspace(arc.start, arc.stop, 20001)
        heights = [height(env, float(t), tuple(r)) for t, r in zip(times, arc.positions(times), strict=True)]
        return [float(times[k]) for k in range(len(times)) if heights[k] < 110000.0][:1]

    arc = propagate_to(env, down, at_110_km, until=DAY, drag_area=8.0)
    assert height(env, arc.stop, tuple(arc.last.r)) == pytest.approx(110000.0, abs=200.0)
    with pytest.raises(PropagationError, match="below 100 km"):
        propagate_to(env, down, lambda a: [], until=DAY, drag_area=8.0)


def test_stopping_backward_and_from_below_is_refused(env: Record) -> None:
    with pytest.raises(PropagationError, match="propagate forward to stop"):
        propagate_to(env, START, lambda a: [], until=-10.0, drag_area=8.0)
    low = PointState(0.0, 0.95 * START.r, START.v, 3000.0)
    with pytest.raises(PropagationError, match="below 100 km"):
        propagate_to(env, low, lambda a: [], until=100.0, drag_area=8.0)
