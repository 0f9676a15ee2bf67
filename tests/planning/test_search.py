"""The ranked table against a scan of everything, its estimates against solutions, and one thread against several."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from softdock.astro.environment import j2_environment
from softdock.conventions import DEGREE
from softdock.errors import PlanError, ThrustError
from softdock.planning import search
from softdock.planning.choices import Choice, combinations
from softdock.planning.search import Begin, Candidate, Scan, ranked, total_speed
from tests.fixtures.worst import worst_of
from tests.planning.manoeuvre_scene import beside, chain, in_orbit
from tests.planning.schemes import NESTED

CHOICES = {"turns": (5.5, 6.0, 6.5), "wait": (45.0, 65.0), "low": (25.0, 37.04), "below": (14.0, 18.52)}
RULES = (
    NESTED.replace("revolutions = 20 ", 'revolutions = "$turns" ')
    .replace("minutes = 65 ", 'minutes = "$wait" ')
    .replace("height_difference_km = 37.04", 'height_difference_km = "$low"')
    .replace("height_difference_km = 18.52", 'height_difference_km = "$below"')
)

MOMENT = 'name = "TPF"'
CORRECTION = 'name = "TPF"\nfree = ["forward", "across", "down"]\ncorrection = true'


def silent(share: float, what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def scan(epoch, apollo) -> Scan:
    """Seven revolutions from 25 deg behind to rest at the target, J2 alone."""
    env = j2_environment(epoch)
    target = in_orbit(env, (224.0, 229.0), 2.0)
    start = in_orbit(env, (168.0, 181.0), 2.0 - 25.0 * DEGREE)
    around = beside(env, target, 16.0, epoch=epoch)
    rules = tuple(tomllib.loads(RULES)["manoeuvres"])
    begin = Begin(start, around.target, {})
    return Scan(chain(NESTED, around, apollo, start), rules, CHOICES, lambda sequence: sequence, lambda _: begin)


@pytest.fixture(scope="module")
def every(scan: Scan) -> list[Candidate]:
    """All 24 combinations, each solved from nothing."""
    return sorted((scan.solved(choice) for choice in combinations(CHOICES)), key=lambda one: one.total)


def named(choice: Choice) -> tuple[Any, ...]:
    return tuple(choice[name] for name in CHOICES)


def test_the_first_of_the_table_is_the_least_of_a_full_scan(scan: Scan, every: list[Candidate]) -> None:
    found = ranked(scan, 6, None, notify=silent)
    assert named(found[0].choice) == named(every[0].choice)
    assert [one.total for one in found] == sorted(one.total for one in found)
    a_centimetre_a_second = 0.01
    truth = {named(one.choice): one.total for one in every}
    for one in found:
        assert one.total == pytest.approx(truth[named(one.choice)], abs=a_centimetre_a_second)
    assert len(found) == 6
    assert every[-1].total > every[0].total + 1.0  # the choices matter


def test_the_cost_of_other_goals_is_read_off_the_jacobian(scan: Scan, every: list[Candidate], claim) -> None:
    """From one way of timing solved roughly, heights up to 12 km from its own."""
    truth = {named(one.choice): one.total for one in every}
    goals = list(combinations({name: CHOICES[name] for name in ("low", "below")}))
    off = []
    for turns, wait in ((5.5, 45.0), (6.5, 65.0)):
        base = search._base(scan, {"turns": turns, "wait": wait, **goals[0]}, scan.first().found.x)
        shifts = search._shifts(scan, base, goals)
        for goal, (cost, _) in zip(goals, search._estimates(base, shifts), strict=True):
            off.append(abs(cost - truth[named({**base.choice, **goal})]))
    claim(
        claim="Cost of a scheme with other heights, read off one Jacobian, worst of 8",
        truth="each scheme solved",
        tolerance=0.5,
        achieved=worst_of(off),
        unit="m/s",
    )


@pytest.mark.parametrize("end", [MOMENT, CORRECTION], ids=["moment", "correction"])
def test_what_is_left_to_brake_is_read_off_as_well(scan: Scan, end: str, claim) -> None:
    """The same with no burn at the end: the speed there depends on the height at TPI."""
    text = RULES.replace('preset = "TPF"', end)
    passing = replace(scan, rules=tuple(tomllib.loads(text)["manoeuvres"]))
    goals = list(combinations({name: CHOICES[name] for name in ("low", "below")}))
    base = search._base(passing, {"turns": 5.5, "wait": 45.0, **goals[0]}, passing.first().found.x)
    shifts = search._shifts(passing, base, goals)
    pairs = zip(goals, search._estimates(base, shifts), strict=True)
    off = [abs(cost - passing.solved({**base.choice, **goal}).total) for goal, (cost, _) in pairs]
    claim(
        claim="Cost of a scheme with other heights, speed left to brake included, read off one Jacobian, worst of 4; at"
        f" the end a {'correction' if end == CORRECTION else 'moment'}",
        truth="each scheme solved",
        tolerance=0.5,
        achieved=worst_of(off),
        unit="m/s",
    )


def test_one_thread_finds_what_several_find(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = []
    for count in (1, 2, 5):
        monkeypatch.setattr(search, "cpu_count", lambda count=count: count)
        tables.append(ranked(scan, 6, None, notify=silent))
    a_millimetre_a_second = 1e-3  # what counts as met
    for table in tables[1:]:
        assert [named(one.choice) for one in table] == [named(one.choice) for one in tables[0]]
        same = [one.total for one in tables[0]]
        assert [one.total for one in table] == pytest.approx(same, abs=a_millimetre_a_second)


@pytest.mark.parametrize("end", [MOMENT, CORRECTION], ids=["moment", "correction"])
def test_the_total_counts_what_is_left_to_brake_where_the_last_event_does_not_burn(scan: Scan, every, end: str) -> None:
    """A correction is planned as zero, and brakes nothing."""
    text = RULES.replace('preset = "TPF"', end)
    unbraked = replace(scan, rules=tuple(tomllib.loads(text)["manoeuvres"]))
    best = every[0]
    one = unbraked.solved(best.choice)
    last, target = one.found.flown.events[-1], one.found.chain.around.target
    left = float(np.linalg.norm(target.at(last.t).v - last.after.v))
    assert one.total == pytest.approx(one.found.flown.total + left)
    assert left > 3.0
    a_centimetre_a_second = 0.01  # at rest by turning axes or by inertial ones: the same in the same place
    assert one.total == pytest.approx(best.total, abs=a_centimetre_a_second)
    assert total_speed(best.found) == best.found.flown.total


def test_a_single_combination_is_solved_as_it_is(scan: Scan, every: list[Candidate]) -> None:
    best = every[0]
    alone = replace(scan, choices={name: (value,) for name, value in best.choice.items()})
    (found,) = ranked(alone, 6, None, notify=silent)
    assert found.total == pytest.approx(best.total, abs=1e-3)


def test_progress_is_told_from_alternatives_to_the_best_and_ends_at_one(scan: Scan) -> None:
    told: list[tuple[float, str]] = []
    ranked(scan, 2, None, notify=lambda share, what: told.append((share, what)))
    assert [what for _, what in told] == ["alternatives"] * 6 + ["the best alternatives"] * 2
    assert told[-1][0] == pytest.approx(1.0)


def test_ways_that_cannot_be_flown_do_not_stop_the_others(scan: Scan) -> None:
    """Sixty revolutions are past the end of the target's arc."""
    wider = replace(scan, choices={**CHOICES, "turns": (6.0, 60.0)})
    found = ranked(wider, 3, None, notify=silent)
    assert {one.choice["turns"] for one in found} == {6.0}


def test_combinations_that_are_no_sequence_do_not_stop_the_others(scan: Scan) -> None:
    """NCC cannot count from NSR, which comes after it."""
    rules = tuple({**rule, "when": {**rule["when"], "after": "$from"}} if rule["name"] == "NCC" else rule
                  for rule in ({**rule, "name": rule.get("name", rule["preset"])} for rule in scan.rules))  # fmt: skip
    mixed = replace(scan, rules=rules, choices={**CHOICES, "turns": (6.0,), "from": ("NSR", "NC2")})
    assert {one.choice["from"] for one in ranked(mixed, 3, None, notify=silent)} == {"NC2"}


def test_where_nothing_can_be_flown_the_first_reason_is_said_with_its_choice(scan: Scan) -> None:
    never = replace(scan, choices={**CHOICES, "turns": (60.0, 61.0)})
    first = "turns = 60.0, wait = 45.0, low = 25.0, below = 14.0"
    words = f"none of the 4 combinations .* the first, {first}: NC2 would come .* allow more time"
    with pytest.raises(PlanError, match=words):
        ranked(never, 3, np.zeros(12), notify=silent)
    alone = replace(scan, choices={"turns": (60.0,), "wait": (45.0,), "low": (25.0,), "below": (14.0,)})
    with pytest.raises(PlanError, match=f"^with {first}: NC2 would come"):
        ranked(alone, 3, None, notify=silent)


def test_a_craft_that_cannot_burn_is_said_before_any_geometry() -> None:
    lack, far = ThrustError("apollo cannot burn"), PlanError("too far", residuals={"height": 3.0})
    choices = {"turns": (5.0, 6.0, 7.0), "wait": (45.0,)}
    failed = [({"turns": turns, "wait": 45.0}, fault) for turns, fault in ((7.0, far), (6.0, lack))]
    assert search.none_of(choices, failed, 7) is lack
    assert search.none_of({}, [({}, far)], 1) is far


def test_the_first_that_failed_is_the_first_of_the_list_whichever_thread_was_faster() -> None:
    choices = {"turns": (5.0, 6.0, 7.0), "wait": (45.0,)}
    failed = [({"turns": turns, "wait": 45.0}, PlanError("far", residuals={"height": turns})) for turns in (7.0, 5.0)]
    said = search.none_of(choices, failed, 3)
    assert "the first, turns = 5.0: far" in str(said)
    assert said.residuals == {"height": 5.0}
