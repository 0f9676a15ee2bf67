"""What state transition has to keep whatever the numbers: symplecticity, composition, bits, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment, j2_environment
from softdock.conventions import DAY, Array, Record
from softdock.dynamics import transition as module
from softdock.dynamics.arcs import Thrust, propagate
from softdock.dynamics.forces import acceleration
from softdock.dynamics.partials import acceleration_partials
from softdock.dynamics.transition import kinks, transition, transitions, usual_step
from softdock.errors import PropagationError
from tests.dynamics.transition_scene import EPOCH, ORBITS, REVOLUTION, TWO_DAYS, started, units, worst_block

J = np.block([[np.zeros((3, 3)), np.eye(3)], [-np.eye(3), np.zeros((3, 3))]])


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(EPOCH, span_s=TWO_DAYS, forces=Forces(drag=False))


@pytest.fixture(scope="module")
def env_air() -> Record:
    return build_environment(EPOCH, span_s=TWO_DAYS)


def defect(phi: Array, size: Array) -> float:
    """Largest element of Phi^T J Phi - J in units of radius and radius times mean motion."""
    scaled = phi * size[None, :] / size[:, None]
    return float(np.abs(scaled.T @ J @ scaled - J).max())


@pytest.mark.parametrize("name", ORBITS)
def test_it_is_symplectic(env: Record, name: str, claim: Callable[..., None]) -> None:
    """Over two days elements of some hundreds are rounded: the square of that times 1e-16 is nobody's to mend."""
    state = started(env, name)
    arc = propagate(env, state, until=TWO_DAYS, drag_area=0.0)
    size = units(env, state)
    for span, said in ((REVOLUTION, "a revolution"), (TWO_DAYS, "two days, of the largest element")):
        phi = transition(env, arc, start=0.0, stop=span, drag_area=0.0)
        largest = float(np.abs(phi * size[None, :] / size[:, None]).max())
        claim(
            claim=f"State transition is symplectic over {said}, {name}, in units of radius and mean motion",
            truth="Hamilton's equations",
            tolerance=1e-10,
            achieved=defect(phi, size) / (largest if span == TWO_DAYS else 1.0),
            unit="-",
        )


def test_it_is_symplectic_at_any_step(env: Record) -> None:
    state = started(env, "250 x 2000 km")
    arc = propagate(env, state, until=REVOLUTION, drag_area=0.0)
    for step in (0.05, 0.3, 1.5, 6.0):
        assert defect(transition(env, arc, start=0.0, stop=REVOLUTION, drag_area=0.0, step=step), units(env, state)) < (
            1e-10
        )


def test_the_usual_step_is_short_enough(env: Record, claim: Callable[..., None]) -> None:
    """Above all on a tall orbit, whose perigee is passed faster than any circle."""
    coarse = build_environment(EPOCH, span_s=TWO_DAYS, forces=Forces(field=(0, 0), drag=False))
    for field, said in ((env, "20 x 20"), (coarse, "a point mass")):
        arc = propagate(field, started(field, "160 x 30,000 km"), until=TWO_DAYS, drag_area=0.0)
        both = [
            transition(field, arc, start=0.0, stop=TWO_DAYS, drag_area=0.0, step=step)
            for step in (None, usual_step(field) / 6.0)
        ]
        claim(
            claim=f"State transition over two days, 160 x 30,000 km, {said}, no drag: usual steps, of each 3 x 3 block",
            truth="a sixth of the usual steps",
            tolerance=3e-9,
            achieved=worst_block(*both),
            unit="-",
        )


def test_the_volume_in_phase_space_stays(env: Record) -> None:
    state = started(env, "ISS")
    size = units(env, state)
    arc = propagate(env, state, until=TWO_DAYS, drag_area=0.0)
    phi = transition(env, arc, start=0.0, stop=TWO_DAYS, drag_area=0.0)
    assert np.linalg.det(phi * size[None, :] / size[:, None]) == pytest.approx(1.0, abs=1e-8)


def test_drag_shrinks_the_volume_as_the_partials_by_velocity_say(env_air: Record) -> None:
    """Liouville: the rate of the logarithm of the determinant is the trace of the partials by velocity."""
    state, area = started(env_air, "Soyuz, 222 km"), 40.0
    arc = propagate(env_air, state, until=REVOLUTION, drag_area=area)
    phi = transition(env_air, arc, start=0.0, stop=REVOLUTION, drag_area=area)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    total = 0.0
    for x, w in zip(nodes, weights, strict=True):
        s = arc.at(0.5 * REVOLUTION * (1.0 + x))
        by_velocity = acceleration_partials(env_air, s.t, tuple(s.r), tuple(s.v), area / s.mass, 0.0)[1]
        total += 0.5 * REVOLUTION * w * float(np.trace(np.array(by_velocity)))
    size = units(env_air, state)
    assert total < -1e-5
    assert np.linalg.slogdet(phi * size[None, :] / size[:, None])[1] == pytest.approx(total, rel=1e-6)


def test_two_stretches_make_the_whole(env_air: Record) -> None:
    area = 4.0
    arc = propagate(env_air, started(env_air, "250 x 2000 km"), until=DAY, drag_area=area)
    leg = partial(transition, env_air, arc, drag_area=area)
    whole = leg(start=0.0, stop=DAY)
    assert worst_block(leg(start=31234.5, stop=DAY) @ leg(start=0.0, stop=31234.5), whole) < 1e-9


def test_backward_is_the_inverse(env_air: Record) -> None:
    area = 4.0
    state = started(env_air, "ISS")
    arc = propagate(env_air, state, until=DAY, drag_area=area)
    there = transition(env_air, arc, start=1000.0, stop=DAY, drag_area=area)
    back = transition(env_air, arc, start=DAY, stop=1000.0, drag_area=area)
    size = units(env_air, state)
    assert np.abs((back @ there) * size[None, :] / size[:, None] - np.eye(6)).max() < 1e-7  # elements of 200, squared


def test_an_arc_flown_back_serves_as_well(env: Record) -> None:
    there = propagate(env, started(env, "ISS"), until=20000.0, drag_area=0.0)
    back = propagate(env, there.last, until=0.0, drag_area=0.0)
    a, b = (transition(env, arc, start=0.0, stop=20000.0, drag_area=0.0) for arc in (there, back))
    assert worst_block(a, b) < 1e-9


def test_one_time_does_not_depend_on_the_others_asked(env: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    arc = propagate(env, started(env, "ISS"), until=20000.0, drag_area=0.0)
    times = np.array([20000.0, 0.0, 5000.0, 12345.6, 12345.6, 3000.0, 300.0])
    few = transitions(env, arc, times, drag_area=0.0)
    assert np.array_equal(few[1], np.eye(6))
    assert np.array_equal(few[3], few[4])
    monkeypatch.setattr(module, "_CHUNK", 3)
    dense = transitions(env, arc, np.concatenate([np.linspace(0.0, 20000.0, 777), times]), drag_area=0.0)
    assert np.array_equal(dense[-7:], few)
    assert np.array_equal(few[0], transition(env, arc, start=0.0, stop=20000.0, drag_area=0.0))


def test_nor_does_it_where_the_shadow_cuts_the_steps() -> None:
    env = build_environment(EPOCH, span_s=20000.0, forces=Forces(drag=False, solar_pressure=True))
    arc = propagate(env, started(env, "ISS"), until=20000.0, drag_area=0.0, light_area=20.0)
    alone = transition(env, arc, start=0.0, stop=15000.0, drag_area=0.0, light_area=20.0)
    both = transitions(env, arc, np.array([15000.0, 20000.0]), drag_area=0.0, light_area=20.0)
    assert np.array_equal(both[0], alone)
    dark = propagate(env, started(env, "ISS"), until=20000.0, drag_area=0.0)
    assert not np.array_equal(transition(env, dark, start=0.0, stop=15000.0), alone)


def test_times_on_both_sides_of_the_start(env: Record) -> None:
    arc = propagate(env, started(env, "ISS"), until=20000.0, drag_area=0.0)
    both = transitions(env, arc, np.array([15000.0, 2000.0]), start=9000.0, drag_area=0.0)
    for phi, stop in zip(both, (15000.0, 2000.0), strict=True):
        assert np.array_equal(phi, transition(env, arc, start=9000.0, stop=stop, drag_area=0.0))


def test_the_velocity_of_the_arc_is_carried_into_itself(claim: Callable[..., None]) -> None:
    """On a field that does not turn, the rate of the state is a solution of the variational equations."""
    env = j2_environment(EPOCH)
    state = started(env, "ISS")
    arc = propagate(env, state, until=DAY, drag_area=0.0)
    rates = []
    for s in (arc.first, arc.last):
        rates.append(np.concatenate([s.v, acceleration(env, s.t, tuple(s.r), tuple(s.v), 0.0, 0.0)]))
    carried = transition(env, arc, start=0.0, stop=DAY, drag_area=0.0) @ rates[0]
    size = units(env, state)
    claim(
        claim="State transition over a day under J2 carries the rate of the state into the rate at the end",
        truth="time invariance of the flow",
        tolerance=1e-9,
        achieved=float(np.abs((carried - rates[1]) / size).max() / np.abs(rates[1] / size).max()),
        unit="-",
    )


def test_kinks_are_where_burns_switch_and_impulses_lie(env: Record) -> None:
    push = Thrust(1000.0, 1060.0, 10.0, np.array([0.6, 0.0, 0.8]), 0.0)
    first = propagate(env, started(env, "ISS"), until=3000.0, drag_area=0.0, thrusts=[push])
    kicked = replace(first.last, v=first.last.v + np.array([0.0, 0.01, 0.0]))
    arc = first.joined(propagate(env, kicked, until=9000.0, drag_area=0.0))
    assert list(kinks(arc)) == [1000.0, 1060.0, 3000.0]
    back = propagate(env, first.first, until=-3000.0, drag_area=0.0)
    assert list(kinks(back.joined(first))) == [1000.0, 1060.0]


def test_an_impulse_leaves_the_matrix_as_it_is(env: Record) -> None:
    first = propagate(env, started(env, "ISS"), until=3000.0, drag_area=0.0)
    kicked = replace(first.last, v=first.last.v + np.array([0.0, 30.0, 0.0]))
    second = propagate(env, kicked, until=9000.0, drag_area=0.0)
    whole = transition(env, first.joined(second), start=0.0, stop=9000.0, drag_area=0.0)
    before = transition(env, first, start=0.0, stop=3000.0, drag_area=0.0)
    after = transition(env, second, start=3000.0, stop=9000.0, drag_area=0.0)
    assert worst_block(after @ before, whole) < 1e-12


def test_an_arc_of_no_length_has_the_unit_matrix(env: Record) -> None:
    arc = propagate(env, started(env, "ISS"), until=0.0, drag_area=0.0)
    assert np.array_equal(transition(env, arc, start=0.0, stop=0.0, drag_area=0.0), np.eye(6))


@pytest.mark.parametrize(("start", "stop"), [(0.0, 1001.0), (-5.0, 100.0), (0.0, np.nan)])
def test_a_time_outside_the_arc_is_refused(env: Record, start: float, stop: float) -> None:
    arc = propagate(env, started(env, "ISS"), until=1000.0, drag_area=0.0)
    with pytest.raises(PropagationError, match=r"of an arc from 0.000 to 1000.000 s; propagate further first"):
        transition(env, arc, start=start, stop=stop, drag_area=0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"drag_area": -1.0}, {"drag_area": np.nan}, {"light_area": np.inf}, {"drag_area": 5.001}, {"light_area": 0.0},
    ],  # fmt: skip
)
def test_areas_that_the_arc_was_not_flown_with_are_refused(env: Record, wrong: dict[str, float]) -> None:
    arc = propagate(env, started(env, "ISS"), until=1000.0, drag_area=5.0, light_area=2.0)
    with pytest.raises(PropagationError, match="an area for .* was asked of an arc flown with [52] m2; leave .* out"):
        transition(env, arc, start=0.0, stop=10.0, **wrong)


@pytest.mark.parametrize("step", [0.0, 7.0, 1e-18, 9.9e-5, np.nan])
def test_steps_that_cannot_be_are_refused(env: Record, step: float) -> None:
    arc = propagate(env, started(env, "ISS"), until=1000.0, drag_area=0.0)
    with pytest.raises(PropagationError, match=f"in steps of {step} rad was asked; give at least 0.0001 rad"):
        transition(env, arc, start=0.0, stop=10.0, step=step)


def test_an_arc_keeps_the_areas_it_was_flown_with(env_air: Record) -> None:
    """Also backward, cut, and joined; the matrix takes them from there."""
    start = started(env_air, "Soyuz, 222 km")
    there, back = (propagate(env_air, start, until=t, drag_area=20.0, light_area=3.0) for t in (6000.0, -3000.0))
    for arc in (there, back, there.cut(2000.0), back.joined(there)):
        assert arc.areas == (20.0, 3.0)
    phi = transition(env_air, there, start=0.0, stop=6000.0)
    assert np.array_equal(phi, transition(env_air, there, start=0.0, stop=6000.0, drag_area=20.0, light_area=3.0))
    bare = transition(env_air, propagate(env_air, start, until=6000.0, drag_area=0.0), start=0.0, stop=6000.0)
    assert worst_block(phi, bare) > 1e-6  # what the wrong areas would have been worth


def test_stretches_flown_with_different_areas_are_asked_one_by_one(env: Record) -> None:
    docked = propagate(env, started(env, "ISS"), until=1000.0, drag_area=30.0)
    free = propagate(env, docked.last, until=2000.0, drag_area=10.0)
    both = docked.joined(free)
    assert both.areas is None
    assert both.cut(500.0).areas is None
    with pytest.raises(PropagationError, match="stretches were flown with different areas; ask each stretch before"):
        transition(env, both, start=0.0, stop=500.0)
    nothing = propagate(env, docked.last, until=1000.0, drag_area=10.0)
    assert docked.joined(nothing).areas == (30.0, 0.0)
    assert nothing.joined(free).areas == (10.0, 0.0)


def test_an_arc_without_its_path_is_refused(env: Record) -> None:
    arc = propagate(env, started(env, "ISS"), until=1000.0, drag_area=0.0, dense=False)
    with pytest.raises(PropagationError, match="its path is not known; fly it dense"):
        transition(env, arc, start=0.0, stop=1000.0, drag_area=0.0)


def test_an_environment_too_short_is_refused_with_the_remedy(env: Record) -> None:
    arc = propagate(env, started(env, "ISS"), until=DAY, drag_area=0.0)
    short = build_environment(EPOCH, span_s=3600.0, forces=Forces(drag=False))
    with pytest.raises(PropagationError, match="pass the environment that the arc was flown in") as caught:
        transition(short, arc, start=0.0, stop=DAY, drag_area=0.0)
    assert 3600.0 + 3.0 * 3600.0 - 300.0 < caught.value.time_s < 3600.0 + 5.0 * 3600.0  # margin and a node's rounding
