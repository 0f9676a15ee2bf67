"""Lambert's orbits with whole revolutions, and many at once: against Gooding's method, Kepler and two-body flight."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.astro import lambert as lambert_module
from softdock.astro.lambert import lambert, lambert_many, lambert_orbits
from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.errors import PlanError
from tests.astro.test_lambert import _mean_anomaly
from tests.astro.two_body import MU, flown
from tests.fixtures.worst import worst_of

GOODING = json.loads((Path(__file__).parents[1] / "validation" / "data" / "lambert_gooding.json").read_text("utf-8"))
CASES = GOODING["cases"]
UP = np.array([0.0, 0.0, 1.0])


def _prograde(case: dict) -> np.ndarray:
    normal = np.cross(case["r1_m"], case["r2_m"])
    return normal if normal[2] > 0.0 else -normal


def _found(case: dict) -> list[list[np.ndarray]]:
    """Velocities at both ends, low path first, with exactly the revolutions of the case."""
    places = np.array(case["r1_m"]), np.array(case["r2_m"])
    wanted = case["revolutions"]
    orbits = lambert_orbits(
        *places, case["seconds"], normal=_prograde(case), mu=GOODING["mu_m3_s2"], most_revolutions=wanted
    )
    assert [(o.revolutions, o.is_lofted) for o in orbits[:3]] == [(0, False), (1, True), (1, False)][: len(orbits)]
    pair = [o for o in orbits if o.revolutions == wanted]
    return [[o.v1, o.v2] for o in sorted(pair, key=lambda o: o.is_lofted)]


def test_both_orbits_are_goodings_and_none_is_missed(claim: Callable[..., None]) -> None:
    solved = [case for case in CASES if case["low_and_high_v1_v2_m_s"]]
    assert len(solved) == 50
    assert [bool(_found(case)) for case in CASES] == [case in solved for case in CASES]
    claim(
        claim="Lambert's orbits with 1 to 4 whole revolutions, both branches, 50 cases",
        truth="Gooding 1990 in lamberthub, tests/validation/builders/lambert_gooding.py",
        tolerance=1e-7,
        achieved=worst_of(np.abs(_found(case) - np.array(case["low_and_high_v1_v2_m_s"])).max() for case in solved),
        unit="m/s",
    )


def test_each_orbit_flown_arrives(claim: Callable[..., None]) -> None:
    r1, r2, seconds = np.array([7e6, 0.0, 0.0]), np.array([-2e6, 7.2e6, 1e6]), 30000.0
    orbits = lambert_orbits(r1, r2, seconds, normal=UP, mu=MU, most_revolutions=9)
    assert [(o.revolutions, o.is_lofted) for o in orbits] == [(0, False)] + [
        (k, lofted) for k in range(1, 6) for lofted in (True, False)
    ]
    ends = [flown(r1, orbit.v1, seconds) for orbit in orbits]
    assert all(v == pytest.approx(orbit.v2, abs=1e-5) for (_, v), orbit in zip(ends, orbits, strict=True))
    claim(
        claim="All eleven orbits between two places in 30,000 s arrive",
        truth="two-body integration (scipy)",
        tolerance=0.01,
        achieved=worst_of(np.linalg.norm(r - r2) for r, _ in ends),
        unit="m",
    )


@pytest.mark.parametrize("normal", [UP, -UP])
@pytest.mark.parametrize("seconds", [20.0, 200.0, 500.0, 700.0])
def test_a_hyperbola_flown_arrives(normal: np.ndarray, seconds: float) -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    v1, v2 = lambert(r1, r2, seconds, normal=normal, mu=MU)
    assert v1 @ v1 / 2.0 > MU / 7e6
    r, v = flown(r1, v1, seconds)
    assert r == pytest.approx(r2, abs=0.01)
    assert v == pytest.approx(v2, abs=1e-4)


@given(
    st.floats(6.5e6, 3e7), st.floats(0.0, 0.7), st.floats(0.0, 3.1), st.floats(0.0, 6.2), st.floats(0.02, 6.2),
    st.integers(1, 20),
)  # fmt: skip
def test_the_orbit_flown_is_one_of_the_two(a: float, e: float, i: float, nu: float, turn: float, laps: int) -> None:
    r1, v1 = state_from_osculating(OsculatingOrbit(a, e, i, 1.0, 2.0, nu), mu=MU)
    r2, v2 = state_from_osculating(OsculatingOrbit(a, e, i, 1.0, 2.0, nu + turn), mu=MU)
    seconds = (_mean_anomaly(e, nu + turn) - _mean_anomaly(e, nu) + 2 * pi * laps) * sqrt(a**3 / MU)
    orbits = lambert_orbits(r1, r2, seconds, normal=np.cross(r1, v1), mu=MU, most_revolutions=laps)
    miss = [max(np.abs(o.v1 - v1).max(), np.abs(o.v2 - v2).max()) for o in orbits if o.revolutions == laps]
    lost = min(turn, abs(2 * pi - turn), abs(pi - turn) + 1e-3)  # planes are lost near 180 degrees
    # where the two branches meet, velocity is as the root of the time: rounding costs half the digits
    assert min(miss, default=0.0) < 1e-3 / lost
    if not miss:
        longer = lambert_orbits(r1, r2, seconds * (1 + 1e-9), normal=np.cross(r1, v1), mu=MU, most_revolutions=laps)
        assert longer[-1].revolutions == laps


def test_the_branches_meet_at_the_shortest_time() -> None:
    """For a quarter turn of a circle: above it two orbits, which close on each other; below it none."""
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])

    def gap(seconds: float) -> float:
        pair = lambert_orbits(r1, r2, seconds, normal=UP, mu=MU, most_revolutions=1)[1:]
        return float(np.linalg.norm(pair[0].v1 - pair[1].v1)) if pair else -1.0

    low, high = 4000.0, 9000.0
    assert gap(low) < 0.0 < gap(high)
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(middle) < 0.0 else (low, middle)
    assert 0.0 <= gap(high) < 0.01
    assert gap(high + 1.0) / gap(high + 0.25) == pytest.approx(2.0, rel=0.01)  # as the root of the time


def test_places_a_kilometre_apart_after_a_whole_orbit() -> None:
    """As in rendezvous: back at nearly the same place, one lap later."""
    n = sqrt(MU / 6.8e6**3)
    r1, r2 = np.array([6.8e6, 0.0, 0.0]), 6.8e6 * np.array([np.cos(1.5e-4), np.sin(1.5e-4), 0.0])
    orbits = lambert_orbits(r1, r2, (2 * pi + 1.5e-4) / n, normal=UP, mu=MU, most_revolutions=1)
    circle = np.array([0.0, 6.8e6 * n, 0.0])
    assert min(np.linalg.norm(o.v1 - circle) for o in orbits) < 1e-3


def test_many_are_the_same_bits_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambert_module, "_CHUNK", 7)  # several pieces
    r1, r2 = (np.array([case[key] for case in CASES]) for key in ("r1_m", "r2_m"))
    seconds = np.array([case["seconds"] for case in CASES])
    normals = np.array([_prograde(case) for case in CASES])
    v1, v2 = lambert_many(r1, r2, seconds, normal=normals, mu=MU)
    for k in range(len(CASES)):
        one = lambert(r1[k], r2[k], float(seconds[k]), normal=normals[k], mu=MU)
        assert np.array_equal(v1[k], one[0])
        assert np.array_equal(v2[k], one[1])


def test_many_with_revolutions_leave_rows_of_nan_where_there_is_no_orbit() -> None:
    cases = [case for case in CASES if case["revolutions"] == 2]
    arrays = [np.array([case[key] for case in cases]) for key in ("r1_m", "r2_m", "seconds")]
    normals = np.array([_prograde(case) for case in cases])
    for is_lofted in (False, True):
        v1, v2 = lambert_many(*arrays, normal=normals, mu=MU, revolutions=2, is_lofted=is_lofted)
        for k, case in enumerate(cases):
            answers = case["low_and_high_v1_v2_m_s"]
            if answers is None:
                assert np.isnan([v1[k], v2[k]]).all()
            else:
                assert np.array([v1[k], v2[k]]) == pytest.approx(np.array(answers[is_lofted]), abs=1e-7)


def test_one_place_serves_all_rows() -> None:
    ends = np.array([[0.0, 7e6, 0.0], [1e6, 7e6, 2e6]])
    v1, v2 = lambert_many(np.array([7e6, 0.0, 0.0]), ends, np.array(2000.0), normal=UP, mu=MU)
    assert v1.shape == v2.shape == (2, 3)
    assert lambert_many(ends[:0], ends[:0], np.zeros(0), normal=UP, mu=MU)[0].shape == (0, 3)
    assert np.array_equal(v1[1], lambert(np.array([7e6, 0.0, 0.0]), ends[1], 2000.0, normal=UP, mu=MU)[0])


@pytest.mark.parametrize("seconds", [1e3, -1.0, 0.0, 1e25, float("nan"), float("inf")])
def test_rows_without_an_orbit_are_nan(seconds: float) -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    v1, v2 = lambert_many(r1, r2, seconds, normal=UP, mu=MU, revolutions=1)
    assert np.isnan(v1).all()
    assert np.isnan(v2).all()


def test_a_direct_orbit_of_two_months_arrives_and_one_of_ages_is_left_out() -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    direct, lofted, low = lambert_orbits(r1, r2, 5e6, normal=UP, mu=MU, most_revolutions=1)
    assert [(o.revolutions, o.is_lofted) for o in (direct, lofted, low)] == [(0, False), (1, True), (1, False)]
    assert flown(r1, direct.v1, 5e6)[0] == pytest.approx(r2, abs=5.0)  # 1e-12 m/s at the start is as much
    with pytest.raises(PlanError, match="no orbit leads from"):
        lambert(r1, r2, 1e17, normal=UP, mu=MU)


def test_nothing_at_all_is_refused() -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    with pytest.raises(PlanError, match="no orbit leads from"):
        lambert_orbits(r1, r2, -5.0, normal=UP, mu=MU, most_revolutions=3)
    with pytest.raises(PlanError, match="places finite"):
        lambert_orbits(r1, np.full(3, np.inf), 5e3, normal=UP, mu=MU, most_revolutions=3)


def test_places_too_close_to_tell_the_way_have_no_orbit() -> None:
    r1 = np.array([7e6, 0.0, 0.0])
    v1, _ = lambert_many(r1, r1 + np.array([0.0, 1e-11, 0.0]), 7000.0, normal=UP, mu=MU, revolutions=1)
    assert np.isnan(v1).all()


def test_shapes_that_do_not_fit_and_branches_that_are_not_are_refused() -> None:
    r = np.ones((4, 3)) * 7e6
    with pytest.raises(PlanError, match=r"shapes .* do not go together; pass \(n, 3\) and \(n,\)"):
        lambert_many(r, r[:3], np.ones(4), normal=UP, mu=MU)
    with pytest.raises(PlanError, match="do not go together"):
        lambert_many(r[:, :2], r[:, :2], np.ones(4), normal=UP, mu=MU)
    with pytest.raises(PlanError, match="orbits with 0 whole revolutions, lofted True, were asked for"):
        lambert_many(r, -r, np.ones(4), normal=UP, mu=MU, is_lofted=True)
    with pytest.raises(PlanError, match="must not be negative"):
        lambert_many(r, -r, np.ones(4), normal=UP, mu=MU, revolutions=-1)


@pytest.mark.parametrize("count", [-3, 1.5, 2.0, float("nan"), 10**20, None, "one"])
def test_a_number_of_revolutions_that_is_none_is_refused(count: object) -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    with pytest.raises(PlanError, match="the number must be whole, must not be negative and is at most 1e\\+12"):
        lambert_orbits(r1, r2, 2e4, normal=UP, mu=MU, most_revolutions=count)  # type: ignore[arg-type]
    with pytest.raises(PlanError, match="the number must be whole, must not be negative and is at most 1e\\+12"):
        lambert_many(r1, r2, 2e4, normal=UP, mu=MU, revolutions=count)  # type: ignore[arg-type]


def test_as_many_revolutions_as_there_are_may_be_asked_for() -> None:
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    assert len(lambert_orbits(r1, r2, 2e4, normal=UP, mu=MU, most_revolutions=10**12)) == 7


@pytest.mark.parametrize(("revolutions", "is_lofted"), [(0, False), (1, True), (1, False), (3, True), (3, False)])
def test_orbits_are_found_up_to_the_longest_time(revolutions: int, is_lofted: bool) -> None:
    """3e11 periods of the least-energy ellipse. The semi-major axis then gives the time, to what x can tell."""
    r1, r2 = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    period = 2.0 * pi * sqrt(((14e6 + 7e6 * sqrt(2.0)) / 4.0) ** 3 / MU)
    seconds = period * 10.0 ** np.linspace(1.0, np.log10(3e11), 200)
    v1, _ = lambert_many(r1, r2, seconds, normal=UP, mu=MU, revolutions=revolutions, is_lofted=is_lofted)
    assert np.isfinite(v1).all()
    late = lambert_many(r1, r2, 3.3e11 * period, normal=UP, mu=MU, revolutions=revolutions, is_lofted=is_lofted)
    assert np.isnan(late[0]).all()
