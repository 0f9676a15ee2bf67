"""The order of every integrator: by how much its error falls when the step is halved.

A new integrator is a new row of INTEGRATORS: a function that flies something with a number of equal steps, the order
that theory gives it, and three numbers of steps for which the error is neither round-off nor yet without law.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment
from softdock.astro.time import Epoch
from softdock.conventions import DAY, HOUR, Array, Record
from softdock.dynamics import contact
from softdock.dynamics.arcs import PointState, propagate
from softdock.dynamics.coasts import Coast, stepper_at
from softdock.dynamics.dop853 import COEFFICIENTS, advance, interpolate, land
from softdock.dynamics.multistep import march
from softdock.dynamics.near_field import open_tick
from softdock.dynamics.rigid_body import step
from softdock.dynamics.transition import transition
from softdock.gnc.filter import ESTIMATE, coast, spread
from softdock.kernels import record
from tests.dynamics.bodies import MU, chaser, circular, field, target
from tests.dynamics.contact_scene import rings, scene

ANY_ERROR = 1e12  # a tolerance at which no step is refused
NO_JETS = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
AXIS, ECCENTRICITY = 7.6e6, 0.03  # of the orbit about a point mass: far from the circle, powers compete for longer
PERIOD = 2.0 * pi * AXIS * sqrt(AXIS / MU)


def kepler(t: float) -> Array:
    """State (6,) of the orbit t [s] after perigee, by Kepler's equation."""
    mean = 2.0 * pi * t / PERIOD
    anomaly = mean
    for _ in range(50):
        anomaly -= (anomaly - ECCENTRICITY * sin(anomaly) - mean) / (1.0 - ECCENTRICITY * cos(anomaly))
    side, rate = sqrt(1.0 - ECCENTRICITY**2), 2.0 * pi / PERIOD / (1.0 - ECCENTRICITY * cos(anomaly))
    flat = np.array([
        [AXIS * (cos(anomaly) - ECCENTRICITY), AXIS * side * sin(anomaly)],
        [-AXIS * sin(anomaly) * rate, AXIS * side * cos(anomaly) * rate],
    ])  # fmt: skip
    tilted = np.array([[0.6, 0.64, 0.48], [-0.8, 0.48, 0.36]])
    return np.asarray((flat @ tilted).ravel())


@lru_cache(maxsize=1)
def point_mass() -> Record:
    epoch = Epoch.from_utc("2020-01-01T00:00:00")
    return build_environment(epoch, span_s=DAY, forces=Forces(field=(0, 0), sun=False, moon=False, drag=False))


def stepper(t: float = 0.0) -> Record:
    """The single-step method on the orbit, which takes whatever step it is given."""
    out = stepper_at(t, np.append(kepler(t), 1.0), (0.0, 0.0), rtol=ANY_ERROR)
    out.step = DAY
    return out


def single_steps(count: int) -> Array:
    s = stepper()
    for k in range(count):
        land(point_mass(), s, 0.8 * PERIOD * (k + 1) / count)
    return np.asarray(s.y[:6].copy()) - kepler(0.8 * PERIOD)


def burning_steps(count: int) -> Array:
    """A burn of ten minutes that uses a third of the craft."""
    s = stepper()
    s.force[:], s.flow, s.y[6] = (900.0, -2000.0, 500.0), 0.55, 1000.0
    for k in range(count):
        land(point_mass(), s, 600.0 * (k + 1) / count)
    return np.asarray(s.y[:6].copy())


def dense_output(count: int) -> Array:
    """Miss inside one step of a 'count'-th of a revolution, times count: what the sum of such steps would amount to."""
    begin, span = 0.1 * PERIOD, PERIOD / count
    s = stepper(begin)
    s.until, s.dense = begin + span, 1
    kept = np.empty(1), np.empty(1), np.empty((2, 7)), np.empty((1, COEFFICIENTS, 7))
    advance(point_mass(), s, *kept)
    places = begin + span * np.linspace(0.1, 0.9, 9)
    out = np.empty((len(places), 7))
    interpolate(kept[0], kept[1], kept[2][:1], kept[3], places, out)
    return (out[:, :6] - np.array([kepler(float(t)) for t in places])) * count


def multistep(count: int) -> Array:
    """Greatest correction of a step on a circular orbit: the local error, which goes with two powers more.

    The miss itself is above round-off only at steps so long that several powers of them still compete.
    """
    radius = 6.8e6
    rate = sqrt(MU / radius) / radius
    y = np.array([radius, 0.0, 0.0, 0.0, 0.6 * radius * rate, 0.8 * radius * rate, 1.0])
    s = stepper_at(0.0, y, (0.0, 0.0), rtol=1e-15)
    return np.array([march(point_mass(), s, 8.0 * pi / rate / count, np.empty((count + 1, 9)))])


def multistep_between(count: int) -> Array:
    """Miss between true nodes, a count-th of a revolution for three of them, times count."""
    begin, h = 0.1 * PERIOD, PERIOD / count / 3.0
    states = np.array([kepler(begin + k * h) for k in range(4)])
    r = states[:, :3]
    pull = -MU * r / np.linalg.norm(r, axis=1, keepdims=True) ** 3
    steps = Coast(begin, h, np.hstack([states, pull]), 1.0).steps()
    places = begin + 3.0 * h * np.linspace(0.1, 0.9, 9)
    out = np.empty((len(places), 7))
    interpolate(*steps, places, out)
    return (out[:, :6] - np.array([kepler(float(t)) for t in places])) * count


def collocation(count: int) -> Array:
    """Transition matrix of a circular orbit, metres and metres per second scaled alike."""
    env = point_mass()
    rate = sqrt(float(env.mu) / AXIS) / AXIS
    span = 2.0 * pi / rate
    state = PointState(0.0, np.array([AXIS, 0.0, 0.0]), np.array([0.0, 0.6, 0.8]) * AXIS * rate, 1.0)
    arc = propagate(env, state, until=span, drag_area=0.0, rtol=1e-15)
    phi = transition(env, arc, start=0.0, stop=span, drag_area=0.0, step=2.0 * pi / count)
    scale = np.array([1.0] * 3 + [1.0 / rate] * 3)
    return np.asarray(phi * scale[None, :] / scale[:, None])


def tumbling(count: int) -> Array:
    """A craft that tumbles in orbit, its attitude and rates."""
    truth, _ = circular(222e3)
    truth.omega_CN_C[:] = (0.3, -0.2, 0.25)
    T, C = target(), chaser()
    for _ in range(count):
        step(truth, field(MU), T, C, NO_JETS, NO_JETS, 20.0 / count)
    return np.concatenate([truth.q_NC, truth.omega_CN_C])


@lru_cache(maxsize=1)
def rough_field() -> Record:
    epoch = Epoch.from_utc("2020-01-01T00:00:00")
    return build_environment(epoch, span_s=HOUR, forces=Forces(field=(8, 8), drag=False))


def ticks(count: int) -> Array:
    """The near field's ticks, in each of which all but the central attraction is held; far longer than in use."""
    truth, _ = circular(300e3)
    truth.v_TN_N[:] = (0.0, 0.6 * truth.v_TN_N[1], 0.8 * truth.v_TN_N[1])
    truth.r_CT_N[:] = (2000.0, -5000.0, 300.0)
    around, T, C = field(MU), target(), chaser()
    for _ in range(count):
        open_tick(around, rough_field(), truth, T, C, 2400.0 / count)
        step(truth, around, T, C, NO_JETS, NO_JETS, 2400.0 / count)
    return np.concatenate([truth.r_TN_N, 1e3 * truth.r_CT_N])


def standing_contact(count: int) -> Array:
    mechanics = rings(hook_axial=-1.0)  # no latch closes
    touch = scene(
        mechanics, offset=(0.10, 0.05), tilt_deg=(3.0, 2.0), roll_deg=3.0, lateral=(0.03, -0.05),
        rate=(0.01, -0.005, 0.008),
    )  # fmt: skip
    contact.advance(mechanics, touch, 0.4 / count, count)
    return np.concatenate([touch.r.ravel(), touch.v.ravel()])


def believed(count: int) -> Record:
    """The on-board estimate after half an hour's coast."""
    estimate = record(ESTIMATE)
    estimate.r_TN_N[:], estimate.v_TN_N[:] = (6.6e6, 0.0, 0.0), (0.0, 4.6e3, 6.2e3)
    estimate.r_CT_N[:], estimate.v_CT_N[:] = (900.0, -4000.0, 200.0), (1.0, -0.5, 0.3)
    estimate.covariance[:6, :6] = np.diag([100.0] * 3 + [1e-4] * 3)
    for _ in range(count):
        spread(estimate, 0.0, 0.0, 1800.0 / count)
        coast(estimate, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1800.0 / count)
    return estimate


def on_board_coast(count: int) -> Array:
    end = believed(count)
    return np.concatenate([end.r_TN_N, 1e3 * end.r_CT_N])


def on_board_spread(count: int) -> Array:
    return np.asarray(believed(count).covariance[:3, :3].copy())


class Integrator(NamedTuple):
    """A row: what, its order, the flight, numbers of steps, and the number for the truth (0: the flight is a miss)."""

    name: str
    order: int
    flight: Callable[[int], Array]
    counts: tuple[int, int, int]
    truth: int


INTEGRATORS = [
    Integrator("Dormand and Prince 8(5,3)", 8, single_steps, (28, 36, 48), 0),
    Integrator("Dormand and Prince 8(5,3) in a burn", 8, burning_steps, (3, 4, 5), 60),
    Integrator("the dense output of Dormand and Prince 8(5,3)", 7, dense_output, (24, 34, 48), 0),
    Integrator("Gauss and Jackson, 13 points, in one step", 15, multistep, (100, 120, 140), 0),
    Integrator("the dense output of Gauss and Jackson", 7, multistep_between, (24, 34, 48), 0),
    Integrator("Gauss-Legendre collocation of the state transition", 12, collocation, (6, 7, 8), 40),
    Integrator("two rigid bodies, Runge and Kutta", 4, tumbling, (50, 70, 100), 2000),
    Integrator("the near field, held over a tick", 2, ticks, (84, 120, 168), 4800),
    Integrator("contact, drift and kick", 2, standing_contact, (400, 800, 1600), 12800),
    Integrator("the on-board filter's coast, leapfrog", 2, on_board_coast, (180, 252, 360), 9000),
    # the gradient of gravity is that of the beginning of the cycle
    Integrator("the on-board filter's covariance", 1, on_board_spread, (180, 252, 360), 9000),
]


@pytest.mark.parametrize("row", INTEGRATORS, ids=lambda row: row.name)
def test_every_integrators_order(row: Integrator, claim: Callable[..., None]) -> None:
    truth = row.flight(row.truth) if row.truth else 0.0
    errors = [float(np.linalg.norm(row.flight(count) - truth)) for count in row.counts]
    slope = -float(np.polyfit(np.log(row.counts), np.log(errors), 1)[0])
    claim(
        claim=f"Order of {row.name}, less {row.order}",
        truth="theory; error against number of steps",
        tolerance=0.2,
        achieved=slope - row.order,
        unit="-",
    )
