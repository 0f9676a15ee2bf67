"""The filter of far navigation: its errors are as large as it says, and go where the dynamics carry them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
import pytest

from softdock.astro.relative import lvlh_axes
from softdock.dynamics.arcs import Arc, PointState
from softdock.dynamics.transition import transition
from softdock.errors import PropagationError
from softdock.flight.far_navigation import APART, FarNavigation, steps_between
from softdock.flight.far_sensors import RelativeNavigation, axes_across, expected
from softdock.flight.tracking import ground_covariance, ground_error, ground_miss, turned_to_gcrf
from softdock.numerics.random import stream
from tests.flight.far_scene import APOLLO, ENV, GROUND, KURS, SEXTANT, VHF, chase, flown, navigation, onboard, relative

RUNS = 200
HALF_HOUR = 1800.0
chi_square_6_at_99 = (5.39, 6.65)  # scipy.stats.chi2.ppf((0.005, 0.995), 6 * 200) / 200; fixed before the first run
BURN = np.array([3.0, 0.0, -1.0])
SIGMA = (0.02, 0.05)  # m/s along a burn and across it

Scene = tuple[list[Arc], list[Arc]]


@cache
def far() -> Scene:
    return chase(150.0)


@cache
def near() -> Scene:
    return chase(15.0, below_km=5.0)


def ends(scene: Scene) -> tuple[PointState, PointState]:
    return scene[0][-1].last, scene[1][-1].last


def observed(board: RelativeNavigation, run: int, scene: Scene, *, burns: bool = False) -> FarNavigation:
    """Navigation at the end of a scene; with a burn of the chaser on the way of which only its error is simulated."""
    nav = navigation(board, run)
    if burns:
        at = scene[1][0].at(0.6 * HALF_HOUR)
        nav.burned("chaser", (at, replace(at, t=at.t + 20.0)), dv_lvlh=BURN, sigma=SIGMA)
    nav.observe(*scene, HALF_HOUR)
    return nav


@pytest.mark.parametrize(
    ("name", "board", "scene", "burns"),
    [
        ("VHF and sextant from 150 km", APOLLO, far, False),
        ("Kurs from 150 km", onboard(KURS), far, False),
        ("Kurs from 15 km", onboard(KURS), near, False),
        ("VHF and sextant from 150 km with a burn", onboard({"VHF": VHF, "sextant": SEXTANT}, unseen=1.0), far, True),
        ("Kurs from 15 km, strong unknown forces", onboard(KURS, noise=1e-2), near, False),
    ],
)
def test_errors_are_as_large_as_the_covariance_says(
    claim: Callable[..., None], name: str, board: RelativeNavigation, scene: Callable[[], Scene], burns: bool
) -> None:
    white = np.empty((RUNS, 6))
    for run in range(RUNS):
        error, p = relative(observed(board, run, scene(), burns=burns))
        white[run] = np.linalg.solve(np.linalg.cholesky(p), error)
    low, high = chi_square_6_at_99
    claim(
        claim=f"Far navigation's errors are those of its covariance: {name}, half an hour of marks",
        truth="mean normalised squared error of 200 flights, 99 % interval of chi-square over six",
        tolerance=0.5 * (high - low),
        achieved=float(np.mean(np.sum(white * white, axis=1))) - 0.5 * (high + low),
        unit="",
    )
    one_in_a_thousand = 22.5  # chi-square of six
    assert RUNS * float(np.sum(np.square(white.mean(axis=0)))) < one_in_a_thousand  # no favourite side


def test_without_marks_errors_go_where_flights_from_them_go(claim: Callable[..., None]) -> None:
    """Both craft flown from believed states: what is off at the end is what the filter says, curvature included."""
    (target,), (chaser,) = chase(300.0)
    random = np.random.default_rng(8)
    errors = [1e-2 * ground_miss(arc.first, GROUND, random) for arc in (target, chaser)]
    ways = [steps_between(ENV, [arc], np.array([0.0, 900.0, HALF_HOUR])) for arc in (target, chaser)]
    carried = [phi[1] @ phi[0] @ e for phi, e in zip(ways, errors, strict=True)]
    moved = []
    for arc, e in zip((target, chaser), errors, strict=True):
        end = flown(replace(arc.first, r=arc.first.r + e[:3], v=arc.first.v + e[3:]), HALF_HOUR).last
        moved.append(np.concatenate([end.r - arc.last.r, end.v - arc.last.v]))
    found, truth = carried[1] - carried[0], moved[1] - moved[0]
    claim(
        claim="The error of the relative place is carried as two flights from believed states show",
        truth="both flights propagated, errors of metres, 300 km apart, half an hour; part of it",
        tolerance=1e-4,
        achieved=float(np.linalg.norm((found - truth)[:3]) / np.linalg.norm(truth[:3])),
        unit="",
    )
    alone = ways[1][1] @ ways[1][0] @ (errors[1] - errors[0])  # as if the target's own error did not matter
    assert np.linalg.norm((alone - truth)[:3]) > 0.02 * np.linalg.norm(truth[:3])


def test_the_filter_is_least_squares_over_all_marks(claim: Callable[..., None]) -> None:
    """Without unknown forces the covariance is that of one fit to all marks together."""
    exact = onboard({"VHF": {**VHF, "bias_m": 0.0}, "sextant": SEXTANT}, noise=0.0)
    tight = GROUND.model_copy(update={k: 0.1 * v for k, v in GROUND.model_dump().items()})  # bends play no part
    nav = navigation(exact, ground=tight)
    (target,), (chaser,) = far()
    nav.observe([target], [chaser], HALF_HOUR)
    start = 60.0
    prior = np.zeros((12, 12))
    for k, arc in enumerate((target, chaser)):
        state = arc.at(start)
        turn = turned_to_gcrf(state)
        prior[6 * k : 6 * k + 6, 6 * k : 6 * k + 6] = turn @ ground_covariance(state, tight) @ turn.T
    information = np.linalg.inv(prior)
    for t in np.arange(start, HALF_HOUR + 1.0, 60.0):
        phi = np.zeros((12, 12))
        for k, arc in enumerate((target, chaser)):
            phi[6 * k : 6 * k + 6, 6 * k : 6 * k + 6] = transition(ENV, arc, start=start, stop=float(t))
        y = (chaser.states(np.array([t])) - target.states(np.array([t])))[0, :6]
        axes = axes_across(y[:3])
        for sensor in exact.sensors.values():
            h = expected(sensor, y, np.zeros(0), axes=axes).by_state @ APART @ phi
            information += h.T @ h / sensor.noise**2
    p = phi @ np.linalg.inv(information) @ phi.T
    truth, found = (np.sqrt(np.diag(APART @ q @ APART.T)) for q in (p, nav.covariance[:12, :12]))
    claim(
        claim="After 30 marks of VHF and sextant the filter's relative sigmas are those of one least-squares fit",
        truth="normal equations of all marks at the first; part of each",
        tolerance=1e-3,
        achieved=float(np.max(np.abs(found / truth - 1.0))),
        unit="",
    )


def test_unknown_forces_spread_velocity_with_the_root_of_time() -> None:
    added, noise = [], 1e-2
    for density in (0.0, noise):
        nav = navigation(onboard({"VHF": {**VHF, "noise_m": 1e6}}, noise=density))
        nav.observe(*far(), 360.0)
        added.append(relative(nav)[1])
    spread = np.diag(added[1] - added[0])
    assert spread[3:] == pytest.approx(2.0 * 300.0 * noise**2, rel=0.1)  # of two craft; gravity bends it a little
    assert spread[:3] == pytest.approx(2.0 * 300.0**3 / 3.0 * noise**2, rel=0.1)


def test_what_is_known_grows_with_marks() -> None:
    nav, scene = navigation(APOLLO), far()
    sigma = []
    for until in (60.0, 300.0, 900.0, HALF_HOUR):
        nav.observe(*scene, until)
        sigma.append(sqrt(float(np.trace(relative(nav)[1][:3, :3]))))
    ground = navigation(None).relative_covariance(*ends(scene))
    assert np.all(np.diff([sqrt(float(np.trace(ground[:3, :3]))), *sigma]) < 0.0)
    assert sigma[-1] < 0.5 * sigma[0]
    assert nav.marks == {"VHF": 30, "sextant": 30}
    assert nav.first_marks == {"VHF": 60.0, "sextant": 60.0}


def test_before_the_first_mark_each_look_is_a_draw_of_the_ground() -> None:
    scene = chase(600.0)  # beyond every instrument, for the first minutes
    nav = navigation(APOLLO)
    nav.observe(*scene, 300.0)
    target, chaser = scene[0][0].at(300.0), scene[1][0].at(300.0)
    assert not nav.is_acquired
    looks = [nav.seen(target, chaser, label) for label in ("NC1", "NC1", "NC2")]
    random = stream(11, 0, "navigation NC1")
    assert np.array_equal(looks[0][0].r, ground_error(target, GROUND, random).r)
    assert np.array_equal(looks[0][1].v, ground_error(chaser, GROUND, random).v)
    assert np.array_equal(looks[0][1].r, looks[1][1].r)
    assert not np.allclose(looks[0][1].r, looks[2][1].r)
    turn = turned_to_gcrf(chaser)
    both = turn @ ground_covariance(chaser, GROUND) @ turn.T + nav.relative_covariance(target, target) / 2.0
    assert nav.relative_covariance(target, chaser) == pytest.approx(both, rel=1e-9)


def test_at_the_first_mark_the_ground_is_what_is_known() -> None:
    bad = onboard({"VHF": {**VHF, "noise_m": 1e6}})
    nav, scene = navigation(bad), far()
    nav.observe(*scene, 60.0)
    assert nav.is_acquired
    target, chaser = scene[0][0].at(60.0), scene[1][0].at(60.0)
    before = navigation(None).covariance_rtn(target, chaser)
    found = nav.covariance_rtn(target, chaser)
    assert np.sqrt(np.diag(found)) == pytest.approx(np.sqrt(np.diag(before)), rel=1e-6)


def test_what_planning_sees_is_the_truth_and_the_errors() -> None:
    nav, scene = navigation(APOLLO), far()
    nav.observe(*scene, HALF_HOUR)
    target, chaser = ends(scene)
    seen_T, seen_C = nav.seen(target, chaser, "TPI")
    error, p = relative(nav)
    assert seen_C.r - seen_T.r - (chaser.r - target.r) == pytest.approx(error[:3], abs=1e-6)
    assert (seen_C.t, seen_C.mass) == (chaser.t, chaser.mass)
    r, v, covariance = nav.belief(target, chaser, "hand-over")
    assert np.array_equal(r, seen_C.r - seen_T.r)
    assert np.array_equal(v, seen_C.v - seen_T.v)
    assert covariance == pytest.approx(p, rel=1e-12)
    turned = nav.covariance_rtn(target, chaser)
    assert np.trace(turned[:3, :3]) == pytest.approx(np.trace(p[:3, :3]), rel=1e-9)
    assert np.linalg.norm(seen_T.r - target.r) > 10.0 * np.linalg.norm(error[:3])  # what is common stays


def test_craft_that_part_are_the_grounds_again() -> None:
    day = 86400.0
    (target,), (chaser,) = chase(50.0, until=day)
    nav = navigation(onboard({"VHF": {**VHF, "from_range_km": 60.0}}))
    nav.observe([target], [chaser], HALF_HOUR)
    assert nav.is_acquired
    bias = nav.covariance[12, 12]
    assert bias < 15.0**2
    nav.observe([target], [chaser], 0.5 * day)
    assert not nav.is_acquired
    at = target.at(0.5 * day), chaser.at(0.5 * day)
    assert nav.relative_covariance(*at) == pytest.approx(navigation(None).relative_covariance(*at))
    assert nav.covariance[12, 12] < bias
    again = chase(50.0, until=HALF_HOUR)  # they meet once more
    moved = [[_later(arc, 0.5 * day)] for (arc,) in again]
    nav.observe(*moved, 0.5 * day + HALF_HOUR)
    assert nav.is_acquired


def _later(arc: Arc, delay: float) -> Arc:
    return flown(replace(arc.first, t=arc.first.t + delay), arc.stop + delay)


def test_a_burn_adds_what_accelerometers_leave() -> None:
    after = {}
    for unseen in (0.0, 0.5):
        nav, scene = navigation(onboard({"VHF": VHF}, unseen=unseen)), far()
        nav.observe(*scene, 600.0)
        at = scene[1][0].at(580.0)
        nav.burned("chaser", (at, scene[1][0].at(600.0)), dv_lvlh=BURN, sigma=SIGMA)
        after[unseen] = nav.covariance
    axes = lvlh_axes(at.r, at.v)
    added = axes @ (after[0.5] - after[0.0])[9:12, 9:12] @ axes.T
    along = BURN / np.linalg.norm(BURN)
    assert sqrt(along @ added @ along) == pytest.approx(0.5 * SIGMA[0], rel=1e-6)
    assert np.linalg.eigvalsh(added)[1:] == pytest.approx((0.5 * SIGMA[1]) ** 2, rel=1e-6)
    assert after[0.5][:9, :9] == pytest.approx(after[0.0][:9, :9])


def test_burns_before_the_first_mark_are_the_grounds_to_find() -> None:
    scene = far()
    at, end = scene[1][0].at(10.0), scene[1][0].at(30.0)
    with_burn, without = navigation(APOLLO), navigation(APOLLO)
    with_burn.burned("chaser", (at, end), dv_lvlh=BURN, sigma=SIGMA)
    for nav in (with_burn, without):
        nav.observe(*scene, 600.0)
    assert np.array_equal(with_burn.covariance, without.covariance)


def test_looking_twice_is_looking_once() -> None:
    quiet = onboard({"VHF": VHF, "sextant": {**SEXTANT, "period_s": 45.0}}, noise=0.0)
    once, twice = navigation(quiet), navigation(quiet)
    scene = far()
    once.observe(*scene, HALF_HOUR)
    for until in (50.0, 777.0, 900.0, 900.0, HALF_HOUR):
        twice.observe(*scene, until)
    assert twice.marks == once.marks == {"VHF": 30, "sextant": 40}
    assert relative(twice)[0] == pytest.approx(relative(once)[0], abs=1e-6)


def test_arcs_in_pieces_are_one_flight() -> None:
    quiet = onboard({"VHF": VHF, "sextant": SEXTANT}, noise=0.0)
    whole, parts = navigation(quiet), navigation(quiet)
    (target,), (chaser,) = far()
    whole.observe([target], [chaser], HALF_HOUR)
    cut = [target.cut(700.0), flown(target.at(700.0), HALF_HOUR)]
    also = [chaser.cut(1100.0), flown(chaser.at(1100.0), HALF_HOUR)]
    parts.observe(cut, also, HALF_HOUR)
    assert relative(parts)[0] == pytest.approx(relative(whole)[0], abs=1e-3)


def test_no_marks_in_the_dark() -> None:
    scene = chase(150.0, until=5400.0)
    nav = navigation(onboard({"sextant": {**SEXTANT, "in_light": True, "from_range_km": 5000.0}}))
    nav.observe(*scene, 5400.0)
    assert 40 < nav.marks["sextant"] < 70  # of 90: a good third of a low orbit is dark


def test_a_seed_gives_the_same_flight_again() -> None:
    first, again, other = (observed(APOLLO, run, far()) for run in (3, 3, 4))
    assert np.array_equal(first.error, again.error)
    assert not np.allclose(first.error, other.error)


def _elsewhere(nav: FarNavigation, scene: Scene) -> Any:
    return nav.seen(scene[0][0].at(60.0), scene[1][0].at(60.0), "NSR")


def _late(nav: FarNavigation, scene: Scene) -> Any:
    at = scene[1][0].at(100.0)
    return nav.burned("chaser", (at, scene[1][0].at(120.0)), dv_lvlh=BURN, sigma=SIGMA)


def _beyond(nav: FarNavigation, scene: Scene) -> Any:
    return nav.observe(*scene, HALF_HOUR + 600.0)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (_elsewhere, "stands at 600.000 s and was asked for 60.000 s; let it observe first"),
        (_late, "a burn that ended at 120.0 s; tell it before"),
        (_beyond, "no arc of the craft holds"),
    ],
)
def test_what_navigation_cannot_know_is_refused(act: Callable[..., Any], words: str) -> None:
    nav, scene = navigation(APOLLO), far()
    nav.observe(*scene, 600.0)
    with pytest.raises(PropagationError, match=words):
        act(nav, scene)
