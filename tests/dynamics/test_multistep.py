"""The multistep method: its weights, its order, its guards, and long coasts against the single-step method."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi, sqrt

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment, j2_environment
from softdock.astro.gravity import fill_gravity
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.dynamics import coasts
from softdock.dynamics.arcs import Arc, PointState, propagate
from softdock.dynamics.coasts import Coast, long_coast, stepper_at
from softdock.dynamics.multistep import POINTS, _ordinates, march
from softdock.errors import PropagationError

one_millimetre = 0.001
NO_AREAS = (0.0, 0.0)


@pytest.fixture(scope="module")
def epoch() -> Epoch:
    return Epoch.from_utc("2025-07-03T19:32:40")


@pytest.fixture(scope="module")
def env(epoch: Epoch) -> Record:
    return build_environment(epoch, span_s=2.0 * DAY)


@pytest.fixture(scope="module")
def central(epoch: Epoch) -> Record:
    env = j2_environment(epoch)
    fill_gravity(env, 0, 0)
    env.mu_sun = env.mu_moon = 0.0
    return env


def orbit(perigee_km: float, apogee_km: float, inclination: float = 0.9) -> PointState:
    """At perigee."""
    mu = 3.986004415e14
    low, high = 6378137.0 + 1e3 * perigee_km, 6378137.0 + 1e3 * apogee_km
    speed = sqrt(mu * (2.0 / low - 2.0 / (low + high)))
    direction = np.array([0.0, np.cos(inclination), np.sin(inclination)])
    return PointState(0.0, np.array([low, 0.0, 0.0]), speed * direction, 6700.0)


def as_row(state: PointState) -> np.ndarray:
    return np.array([*state.r, *state.v, state.mass])


@pytest.mark.parametrize("x", [1, 0, -6])
@pytest.mark.parametrize("power", [0, 1, 5, POINTS - 1])
def test_the_weights_are_exact_for_polynomials(x: int, power: int) -> None:
    """a = y^power at y = 0, 1, 2, ...: the second sum of a, and its double integral, are known in closed form."""
    b, c = _ordinates(x)

    def miss(newest: int) -> tuple[float, float]:
        a = np.arange(newest + 1.0) ** power
        s = np.cumsum(a)
        total_v, total_r = s[newest], np.cumsum(s)[newest]
        y = newest + float(x)
        recent = a[::-1][:POINTS]
        v, r = total_v + b @ recent, total_r + (x - 1) * total_v + c @ recent
        return v - y ** (power + 1) / (power + 1), r - y ** (power + 2) / ((power + 1) * (power + 2))

    scale = 40.0 ** (power + 1)
    constant = miss(20)[0]
    assert constant == pytest.approx(miss(30)[0], abs=1e-12 * scale)
    drifts = [miss(n)[1] - constant * (n + x) for n in (20, 30)]  # a constant of integration each
    assert drifts[0] == pytest.approx(drifts[1], abs=1e-12 * scale * 40.0)


def flown(env: Record, state: PointState, turns: int, steps: int) -> float:
    """Miss [m] after whole turns of the central field at so many steps a turn."""
    a = 1.0 / (2.0 / np.linalg.norm(state.r) - state.v @ state.v / env.mu)
    nodes = np.empty((turns * steps + 1, 9))
    h = 2.0 * pi * sqrt(a**3 / env.mu) / steps
    march(env, stepper_at(0.0, as_row(state), NO_AREAS), float(h), nodes)
    return float(np.linalg.norm(nodes[-1, :3] - state.r))


def test_whole_flights_gain_at_least_the_order_of_the_points(central: Record) -> None:
    """No clean order: sums, starting values and output have orders of their own. A step's is in test_orders."""
    state = orbit(400.0, 410.0)
    rough, fine = flown(central, state, 4, 28), flown(central, state, 4, 44)
    assert log(rough / fine) / log(44 / 28) > POINTS - 0.2


@pytest.mark.parametrize(("name", "perigee", "apogee"), [("the station's", 415, 420), ("250 x 2000 km", 250, 2000)])
def test_two_days_are_the_single_step_methods(
    env: Record, claim: Callable[..., None], name: str, perigee: float, apogee: float
) -> None:
    start = orbit(perigee, apogee)
    tight = propagate(env, start, until=2.0 * DAY, drag_area=20.0, rtol=2e-15)
    usual = propagate(env, start, until=2.0 * DAY, drag_area=20.0)
    times = np.linspace(0.0, 2.0 * DAY, 5003)
    miss = usual.states(times) - tight.states(times)
    assert len(usual.steps[0]) < 0.7 * len(tight.steps[0])  # it was the multistep method
    claim(
        claim=f"Two days by the multistep method with drag, {name} orbit, at every moment",
        truth="own single-step method at 1/25 of its tolerance",
        tolerance=one_millimetre,
        achieved=float(np.linalg.norm(miss[:, :3], axis=1).max()),
        unit="m",
    )
    assert np.linalg.norm(miss[:, 3:6], axis=1).max() < 3e-7


def test_a_coast_back_meets_the_start(env: Record) -> None:
    start = orbit(300.0, 320.0)
    there = propagate(env, start, until=0.25 * DAY, drag_area=20.0)
    back = propagate(env, there.last, until=0.0, drag_area=20.0)
    assert back.start == 0.0
    assert np.linalg.norm(back.first.r - start.r) < one_millimetre
    times = np.linspace(0.0, 0.25 * DAY, 101)
    assert np.abs(back.states(times)[:, :3] - there.states(times)[:, :3]).max() < one_millimetre


def test_a_step_too_long_is_seen_and_made_shorter(epoch: Epoch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step tried first is one for a field of degree 20 at a ceiling that keeps it; the field is of degree 70."""
    env = build_environment(epoch, span_s=DAY, forces=Forces(field=(70, 70), drag=False))
    start = orbit(150.0, 160.0)
    plain = long_coast(env, 0.0, as_row(start), until=0.5 * DAY, areas=NO_AREAS)
    monkeypatch.setattr(coasts, "_WAVE", 4.0)
    greedy = long_coast(env, 0.0, as_row(start), until=0.5 * DAY, areas=NO_AREAS)
    assert plain is not None
    assert greedy is not None
    assert greedy.step < 1.5 * plain.step
    assert np.linalg.norm(plain.nodes[-1, :3] - greedy.nodes[-1, :3]) < one_millimetre


def test_the_single_step_method_takes_what_the_other_cannot(env: Record, epoch: Epoch) -> None:
    row = as_row(orbit(300.0, 320.0))
    assert long_coast(env, 0.0, row, until=1800.0, areas=NO_AREAS) is None  # too short
    falling = as_row(orbit(60.0, 400.0))
    falling[:6] = [*(orbit(400.0, 400.0).r), 0.0, 7400.0, 0.0]
    assert long_coast(env, 0.0, falling, until=DAY, areas=NO_AREAS) is None  # comes down
    through = np.array([6.9e6, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0])
    assert long_coast(env, 0.0, through, until=DAY, areas=NO_AREAS) is None  # would pass the Earth's centre
    straight = np.array([6.9e6, 0.0, 0.0, 1000.0, 0.0, 0.0, 1.0])
    assert long_coast(env, 0.0, straight, until=DAY, areas=NO_AREAS) is None
    lit = build_environment(epoch, span_s=DAY, forces=Forces(drag=False, solar_pressure=True))
    assert long_coast(lit, 0.0, row, until=DAY, areas=(0.0, 5.0)) is None  # the shadow's edge is no polynomial
    assert isinstance(long_coast(lit, 0.0, row, until=DAY, areas=NO_AREAS), Coast)
    assert long_coast(env, 0.0, row, until=DAY, areas=NO_AREAS, error_m=1e-12) is None  # finer than round-off


def test_a_flight_that_comes_down_is_said_as_ever(env: Record) -> None:
    low = orbit(120.0, 125.0)
    with pytest.raises(PropagationError, match="fell below 100 km"):
        propagate(env, low, until=2.0 * DAY, drag_area=200.0)


def test_the_arc_of_a_coast_reads_like_any_other(env: Record) -> None:
    start = orbit(300.0, 320.0)
    arc = propagate(env, start, until=0.3 * DAY, drag_area=20.0)
    assert isinstance(arc, Arc)
    assert arc.at(0.0).r == pytest.approx(start.r, abs=1e-9)
    assert arc.at(0.3 * DAY).r == pytest.approx(arc.last.r, abs=1e-7)
    assert np.all(arc.masses(np.linspace(0.0, 0.3 * DAY, 7)) == start.mass)
    further = propagate(env, arc.last, until=0.6 * DAY, drag_area=20.0)
    whole = arc.joined(further)
    assert whole.at(0.45 * DAY).r == pytest.approx(further.at(0.45 * DAY).r, abs=1e-9)
    ends = propagate(env, start, until=0.3 * DAY, drag_area=20.0, dense=False)
    assert ends.last.r == pytest.approx(arc.last.r, abs=0.0)
    half = arc.cut(0.15 * DAY)
    assert half.stop == 0.15 * DAY
    assert half.at(0.1 * DAY).r == pytest.approx(arc.at(0.1 * DAY).r, abs=0.0)
    with pytest.raises(PropagationError, match="propagate further first"):
        half.at(0.2 * DAY)
