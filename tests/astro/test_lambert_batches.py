"""Lambert's orbits by the hundred: every shape of triangle and time, the same bits uncompiled, and what is refused."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from math import factorial, pi, sqrt

import numpy as np
import pytest

from softdock import kernels
from softdock.astro.lambert import lambert, lambert_many, lambert_orbits
from softdock.conventions import Array
from softdock.errors import PlanError
from tests.astro.two_body import MU
from tests.house.sources import ROOT

UP = np.array([0.0, 0.0, 1.0])


def problems(n: int) -> tuple[Array, Array, Array]:
    """Places between a low orbit and the geostationary one, and times from a tenth to ten of the parabola's."""
    generator = np.random.default_rng(11)
    places = []
    for _ in range(2):
        way = generator.normal(size=(n, 3))
        radius = 6.6e6 * (4.2e7 / 6.6e6) ** generator.uniform(size=(n, 1))
        places.append(radius * way / np.linalg.norm(way, axis=1)[:, None])
    far = np.linalg.norm(places[0], axis=1) + np.linalg.norm(places[1], axis=1)
    s = 0.5 * (far + np.linalg.norm(places[1] - places[0], axis=1))
    return places[0], places[1], np.sqrt(s**3 / (2.0 * MU)) * 10.0 ** generator.uniform(-1.0, 1.0, n)


def _stumpff(z: Array) -> tuple[Array, Array]:
    """Stumpff's C and S, by cosines, hyperbolic cosines and, near zero, their series."""
    root, series = np.sqrt(np.abs(z)) + 1e-300, np.abs(z) < 1e-2
    safe = np.where(series, 1.0, root)
    c = np.where(z > 0.0, 1.0 - np.cos(safe), np.cosh(safe) - 1.0) / safe**2
    s = np.where(z > 0.0, safe - np.sin(safe), np.sinh(safe) - safe) / safe**3
    powers = [(-z) ** k for k in range(7)]
    c_series = sum(power / factorial(2 * k + 2) for k, power in enumerate(powers))
    s_series = sum(power / factorial(2 * k + 3) for k, power in enumerate(powers))
    return np.where(series, c_series, c), np.where(series, s_series, s)


def _kepler(r1: Array, v1: Array, seconds: Array) -> Array:
    """Positions (n, 3) [m] some seconds later, by universal variables and halving: Bate, Mueller and White 1971."""
    radius = np.linalg.norm(r1, axis=1)
    alpha = 2.0 / radius - np.sum(v1 * v1, axis=1) / MU
    sigma = np.sum(r1 * v1, axis=1) / sqrt(MU)

    def time(chi: Array) -> Array:
        c, s = _stumpff(alpha * chi**2)
        return (sigma * chi**2 * c + (1.0 - alpha * radius) * chi**3 * s + radius * chi) / sqrt(MU)

    low, high = np.zeros(len(seconds)), np.full(len(seconds), 1.0)
    while np.any(time(high) < seconds):
        high = np.where(time(high) < seconds, 1.5 * high, high)
    for _ in range(100):
        middle = 0.5 * (low + high)
        late = time(middle) > seconds
        low, high = np.where(late, low, middle), np.where(late, middle, high)
    c, s = _stumpff(alpha * low**2)
    f, g = 1.0 - low**2 / radius * c, seconds - low**3 * s / sqrt(MU)
    return f[:, None] * r1 + g[:, None] * v1


@pytest.mark.parametrize("normal", [UP, -UP], ids=["short and long", "long and short"])
def test_a_thousand_orbits_arrive(claim: Callable[..., None], normal: Array) -> None:
    r1, r2, seconds = problems(1000)
    v1, _ = lambert_many(r1, r2, seconds, normal=normal, mu=MU)
    miss = np.linalg.norm(_kepler(r1, v1, seconds) - r2, axis=1)
    speed, radius = np.linalg.norm(v1, axis=1), np.linalg.norm(r2, axis=1)
    claim(
        claim=f"A thousand Lambert orbits between 200 and 36,000 km up arrive, turning about {normal[2]:+.0f} z",
        truth="Kepler's equation in universal variables, solved by halving",
        tolerance=1e-9,
        achieved=float((miss / (radius + speed * seconds)).max()),
        unit="of the way",
    )


def test_no_shape_of_triangle_and_no_time_is_missed() -> None:
    """Places from a nanometre's angle to nearly a whole turn apart, times from next to nothing to thousands of laps."""
    generator = np.random.default_rng(12)
    n = 20_000
    angle = 10.0 ** generator.uniform(-9.0, 0.49, n) * generator.choice([-1.0, 1.0], n)
    radius = 7e6 * generator.uniform(1.0, 1.5, n)
    r1 = np.array([7e6, 0.0, 0.0])
    r2 = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.zeros(n)], axis=1)
    chord = np.linalg.norm(r2 - r1, axis=1)
    seconds = chord / 7e3 * 10.0 ** generator.uniform(-6.0, 3.0, n)
    for v in lambert_many(r1, r2, seconds, normal=UP, mu=MU):
        assert np.isfinite(v).all()
    hour = np.full(n, 3600.0)
    assert np.isfinite(lambert_many(r1, r2, hour, normal=UP, mu=MU)).all()


def test_the_curve_bends_sharply_between_places_that_meet_again() -> None:
    """A lap short of a hair: steps alone would go round and round where the bracket halves."""
    angles = -(10.0 ** np.linspace(-9.0, -4.0, 60))
    r2 = np.stack([7e6 * np.cos(angles), 7e6 * np.sin(angles), np.zeros(60)], axis=1)
    s = 7e6 * (1.0 + np.sin(-angles / 2.0))
    for share in np.linspace(0.99, 1.01, 81):
        seconds = share * 2.0 * pi * np.sqrt((s / 2.0) ** 3 / MU)
        v1, _ = lambert_many(np.array([7e6, 0.0, 0.0]), r2, seconds, normal=UP, mu=MU)
        assert np.isfinite(v1).all()


ASK = "from tests.astro.test_lambert_batches import answers; print(answers())"


def answers() -> str:
    """Hash of the velocities of two hundred problems, direct and with a revolution."""
    r1, r2, seconds = problems(200)
    found = [lambert_many(r1, r2, seconds, normal=UP, mu=MU)]
    found += [lambert_many(r1, r2, 9.0 * seconds, normal=UP, mu=MU, revolutions=1, is_lofted=x) for x in (True, False)]
    return hashlib.sha256(np.nan_to_num(np.array(found)).tobytes()).hexdigest()


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="compares with compiled kernels")
def test_compiled_and_uncompiled_give_the_same_bits() -> None:
    env = os.environ | {"SOFTDOCK_PURE_PYTHON": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == answers()


def test_single_rows_serve_all_and_are_not_copied_into_many() -> None:
    r1, r2, seconds = problems(5)
    ups = np.tile(UP, (5, 1))
    whole = lambert_many(np.tile(r1[:1], (5, 1)), r2, np.full(5, 3000.0), normal=ups, mu=MU)
    short = lambert_many(r1[0], r2, 3000.0, normal=UP, mu=MU)
    assert np.array_equal(whole, short)
    turned = lambert_many(np.asfortranarray(r1), r2[::-1][::-1], seconds, normal=UP, mu=MU)
    assert np.array_equal(turned, lambert_many(r1, r2, seconds, normal=UP, mu=MU))
    frozen = r1.copy()
    frozen.flags.writeable = False
    assert np.array_equal(turned, lambert_many(frozen, r2, seconds, normal=UP, mu=MU))


@pytest.mark.parametrize(
    ("r2", "normal", "seconds"),
    [
        ([0.0, 7e6, 0.0], [0.0, 0.0, float("nan")], 2000.0),  # which way is not said
        ([-8e6, 0.0, 0.0], [1.0, 0.0, 0.0], 2000.0),  # opposite, and the normal lies along the places
        ([0.0, 7e6, 0.0], [0.0, 0.0, 1.0], 1e-170),  # faster than numbers go
    ],
)
def test_what_has_no_answer_is_refused(r2: list[float], normal: list[float], seconds: float) -> None:
    with pytest.raises(PlanError, match="no orbit leads from"):
        lambert(np.array([7e6, 0.0, 0.0]), np.array(r2), seconds, normal=np.array(normal), mu=MU)


@pytest.mark.parametrize("normal", [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 2.0, 1e-11], [0.0, 0.0, float("inf")]])
def test_a_normal_that_does_not_tell_the_way_is_refused(normal: list[float]) -> None:
    places = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7e6, 0.0])
    with pytest.raises(PlanError, match=r"about the normal \[.*\]; .* the normal finite, not zero and neither in the"):
        lambert(*places, 2000.0, normal=np.array(normal), mu=MU)
    assert np.isnan(lambert_many(*places, 2000.0, normal=np.array(normal), mu=MU)[0]).all()


@pytest.mark.parametrize("length", [5e-324, 1e-200, 1e-7, 1.0, 1e12, 1e200, 1.7e308])
def test_the_length_of_the_normal_does_not_matter(length: float) -> None:
    r1 = np.array([7e6, 0.0, 0.0])
    for r2 in (np.array([0.0, 8e6, 0.0]), np.array([-8e6, 0.0, 0.0])):
        for way in (UP, -UP):
            truth = lambert(r1, r2, 3000.0, normal=way, mu=MU)
            found = lambert(r1, r2, 3000.0, normal=length * way, mu=MU)
            assert np.array(found) == pytest.approx(np.array(truth), rel=1e-12, abs=1e-9)


def test_places_too_near_the_centre_for_their_squares_have_no_orbit() -> None:
    r1, r2 = np.array([1e-100, 0.0, 0.0]), np.array([0.0, 1e-100, 0.0])
    assert np.isnan(lambert_many(r1, r2, 1.0, normal=np.array([0.0, 1.0, 1.0]), mu=MU)[0]).all()


WRONG = [
    ({"r1": [7e6, 0.0]}, r"r1 of shape \(2,\); pass three components"),
    ({"r2": [7e6, 0.0, 0.0, 0.0]}, r"r2 of shape \(4,\); pass three components"),
    ({"normal": [[0.0, 0.0, 1.0]]}, r"normal of shape \(1, 3\); pass three components"),
    ({"r1": "far"}, r"was given 'far' for r1; pass numbers"),
    ({"seconds": [2000.0, 3000.0]}, r"seconds of shape \(2,\); pass one number"),
    ({"mu": float("nan")}, r"mu nan m3/s2; it must be above zero and below 1e\+30"),
    ({"mu": -1.0}, r"mu -1.0 m3/s2"),
    ({"mu": None}, r"mu nan m3/s2|given None for mu"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG, ids=[str(k) for k in range(len(WRONG))])
def test_arguments_that_cannot_be_are_refused_with_a_sentence(wrong: dict[str, object], sentence: str) -> None:
    given = {"r1": [7e6, 0.0, 0.0], "r2": [0.0, 7e6, 0.0], "seconds": 2000.0, "normal": UP, "mu": MU} | wrong
    with pytest.raises(PlanError, match=sentence):
        lambert(**given)  # type: ignore[arg-type]
    with pytest.raises(PlanError, match=sentence):
        lambert_orbits(**given, most_revolutions=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"mu": float("nan")}, {"mu": 0.0}, {"seconds": np.full((2, 3), 2e3)}, {"r1": "x"}])
def test_wrong_arguments_for_many_are_refused(wrong: dict[str, object]) -> None:
    given = {"r1": [7e6, 0.0, 0.0], "r2": [0.0, 7e6, 0.0], "seconds": 2000.0, "normal": UP, "mu": MU} | wrong
    with pytest.raises(PlanError, match=r"Lambert's problem was given|do not go together; pass \(n, 3\) and \(n,\)"):
        lambert_many(**given)  # type: ignore[arg-type]
