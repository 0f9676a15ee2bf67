"""Jet selection: exact, cheapest, never negative, and the selections that flew."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from softdock.conventions import Array, Record
from softdock.errors import MissionError
from softdock.gnc.allocation import FIRING, fire, lowered, select, to_pulses
from softdock.kernels import record
from softdock.vehicle import lowered as craft_records
from tests.dynamics.bodies import chaser, with_jet
from tests.flight.proximity_scene import assemblies

JETS = 16
NO_LIMIT = 1e9


@cache
def apollo() -> Record:
    return craft_records.lowered(assemblies()["apollo"], mass_kg=14246.0, port="apas")


@cache
def soyuz() -> Record:
    return craft_records.lowered(assemblies()["soyuz"], mass_kg=6680.0, port="apas")


@cache
def apollo_selection() -> Record:
    return lowered(apollo(), dimension=6, name="apollo")


def effect(craft: Record, on_times: Array) -> Array:
    n = craft.jet_count
    return np.concatenate([on_times[:n] @ craft.jet_force[:n], on_times[:n] @ craft.jet_torque[:n]])


def firing(demand: Array, *, limit: float = NO_LIMIT) -> tuple[dict[str, float], float]:
    """On-times by the name of the jet, those below a microsecond left out; and the share of the demand."""
    on_times = np.zeros(32)
    share = select(apollo_selection(), demand, limit, on_times)
    names = [jet.name for jet in assemblies()["apollo"].thrusters.jets]  # type: ignore[union-attr]
    return {n: float(t) for n, t in zip(names, on_times, strict=False) if t > 1e-6}, share


components = st.floats(-300.0, 300.0)


@settings(max_examples=200)
@given(demand=st.tuples(*[components] * 6))
def test_selection_gives_the_demand_exactly_and_never_a_negative_time(demand: tuple[float, ...]) -> None:
    on_times = np.zeros(32)
    select(apollo_selection(), np.array(demand), NO_LIMIT, on_times)
    assert np.all(on_times >= 0.0)
    assert effect(apollo(), on_times) == pytest.approx(np.array(demand), abs=1e-9)


@settings(max_examples=100)
@given(demand=st.tuples(*[components] * 6))
def test_pulses_stay_within_half_a_minimum_pulse_of_each_jet(demand: tuple[float, ...]) -> None:
    on_times = np.zeros(32)
    share = select(apollo_selection(), np.array(demand), 0.1, on_times)
    to_pulses(on_times, 0.014)
    assert np.all((on_times == 0.0) | (on_times >= 0.014))
    assert np.all(on_times <= 0.1 + 1e-12)
    slack = 0.007 * np.abs(np.hstack([apollo().jet_force, apollo().jet_torque])).sum(axis=0)
    assert np.all(np.abs(effect(apollo(), on_times) - share * np.array(demand)) <= slack + 1e-9)


def test_selection_is_the_optimum_of_the_linear_programme() -> None:
    matrix = np.hstack([apollo().jet_force[:JETS], apollo().jet_torque[:JETS]]).T
    random = np.random.default_rng(3)
    on_times = np.zeros(32)
    for _ in range(50):
        demand = 100.0 * random.standard_normal(6)
        select(apollo_selection(), demand, NO_LIMIT, on_times)
        best = linprog(np.ones(JETS), A_eq=matrix, b_eq=demand).fun
        assert on_times.sum() <= best * (1.0 + 2e-3)  # ties are decided by costs that differ by a thousandth


@pytest.mark.parametrize(
    ("axis", "sign", "jets"),
    [
        (4, 1, {"C3", "A3"}),  # + pitch
        (4, -1, {"C4", "A4"}),
        (5, 1, {"D3", "B3"}),  # + yaw
        (5, -1, {"D4", "B4"}),
    ],
)
def test_pitch_and_yaw_use_the_couples_of_the_agc(axis: int, sign: int, jets: set[str]) -> None:
    # vehicles.md 1.4, from the AGC's jet tables; the shares below 15 % undo the inward cant about the other axis
    demand = np.zeros(6)
    demand[axis] = 100.0 * sign
    times, _ = firing(demand)
    strongest = max(times.values())
    assert {name for name, t in times.items() if t > 0.15 * strongest} == jets


def test_roll_uses_one_of_the_two_couples_of_the_agc() -> None:
    times, _ = firing(np.array([0.0, 0.0, 0.0, 100.0, 0.0, 0.0]))
    assert set(times) in ({"A1", "C1"}, {"B1", "D1"})


@pytest.mark.parametrize(("sign", "pairs"), [(1, ({"A4", "C3"}, {"B4", "D3"})), (-1, ({"A3", "C4"}, {"B3", "D4"}))])
def test_axial_push_uses_one_pair_and_when_more_is_asked_both(sign: int, pairs: tuple[set[str], set[str]]) -> None:
    few, _ = firing(np.array([20.0 * sign, 0.0, 0.0, 0.0, 0.0, 0.0]))
    assert set(few) in pairs
    many, share = firing(np.array([1000.0 * sign, 0.0, 0.0, 0.0, 0.0, 0.0]), limit=0.1)
    assert set(many) == pairs[0] | pairs[1]
    assert share == pytest.approx(4 * 0.1 * 443.9 * 0.9848 / 1000.0, rel=1e-3)


def test_lateral_push_behind_the_centre_of_mass_is_balanced_in_torque() -> None:
    demand = np.array([0.0, 100.0, 0.0, 0.0, 0.0, 0.0])
    on_times = np.zeros(32)
    select(apollo_selection(), demand, NO_LIMIT, on_times)
    alone = effect(apollo(), np.where(on_times >= np.sort(on_times)[-2], on_times, 0.0))
    assert abs(alone[5]) > 50.0  # A1 and C2 by themselves would turn the craft
    assert effect(apollo(), on_times) == pytest.approx(demand, abs=1e-9)


def test_nothing_is_fired_for_nothing() -> None:
    on_times = np.ones(32)
    assert select(apollo_selection(), np.zeros(6), 0.1, on_times) == 1.0
    assert not on_times.any()


def test_not_a_number_fires_nothing() -> None:
    on_times = np.ones(32)
    select(apollo_selection(), np.full(6, np.nan), 0.1, on_times)
    assert not on_times.any()


def test_turning_goes_before_pushing() -> None:
    out = record(FIRING)
    out.mass = 14246.0
    fire(out, apollo_selection(), apollo(), (1e5, 0.0, 0.0), (0.0, 60.0, 0.0), 0.1)
    assert out.turn_B[1] == pytest.approx(60.0, abs=20.0)  # to half a minimum pulse of two jets
    assert out.push_B[0] > 90.0


def test_firing_sums_up_what_the_on_times_do() -> None:
    out = record(FIRING)
    out.mass = 14246.0
    fire(out, apollo_selection(), apollo(), (50.0, 20.0, 0.0), (30.0, 0.0, 0.0), 0.1)
    assert np.concatenate([out.push_B, out.turn_B]) == pytest.approx(effect(apollo(), out.on_times), abs=1e-9)
    assert 14246.0 - out.mass == pytest.approx(out.on_times @ apollo().jet_flow, abs=1e-9)
    assert out.jet_time == pytest.approx(out.on_times.sum())


def test_target_turns_with_torque_alone() -> None:
    selection = lowered(soyuz(), dimension=3, name="soyuz")
    on_times = np.zeros(32)
    for demand in (np.array([3.0, 0.0, 0.0]), np.array([-1.0, 8.0, -2.0])):
        select(selection, np.concatenate([demand, np.zeros(3)]), NO_LIMIT, on_times)
        assert effect(soyuz(), on_times)[3:] == pytest.approx(demand, abs=1e-9)


def test_jets_that_cannot_push_every_way_are_refused() -> None:
    lame = with_jet(chaser(), (100.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.1)
    with pytest.raises(MissionError, match="the jets of lame cannot turn and push it in every direction"):
        lowered(lame, dimension=6, name="lame")
    with pytest.raises(MissionError, match="cannot turn it"):
        lowered(chaser(), dimension=3, name="jetless")
