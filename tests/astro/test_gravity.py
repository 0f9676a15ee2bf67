"""Gravity against closed forms and Laplace's equation, and differences of it against the full field."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment
from softdock.astro.gravity import coefficients, earth_field
from softdock.astro.time import Epoch
from softdock.conventions import Record
from softdock.errors import DataError

PLACE = (3.1e6, -4.2e6, 4.0e6)


def _potential(env: Record, r: np.ndarray, degree: int) -> float:
    """The potential by scipy's associated Legendre functions, term by term: another formula, another author."""
    from scipy.special import assoc_legendre_p_all

    radius = float(np.linalg.norm(r))
    latitude, longitude = np.arcsin(r[2] / radius), np.arctan2(r[1], r[0])
    p = assoc_legendre_p_all(degree, degree, np.sin(latitude), norm=True)[0]  # orthonormal, with the Condon phase
    total, harmonics = 0.0, coefficients()[2]
    for n in range(degree + 1):
        for m in range(n + 1):
            full = p[n, m] * (-1.0) ** m * sqrt(2.0) * (1.0 if m == 0 else sqrt(2.0))
            c, s = harmonics[m, n, :2]
            total += (env.radius / radius) ** n * full * (c * np.cos(m * longitude) + s * np.sin(m * longitude))
    return float(env.mu / radius * total)


def test_the_field_is_the_gradient_of_the_series(env: Record, claim: Callable[..., None]) -> None:
    r = np.array(PLACE)
    step = 300.0
    numeric = np.zeros(3)
    for k in range(3):  # fourth-order difference; its own error is about 1e-9 m/s^2
        d = np.eye(3)[k] * step
        near = _potential(env, r + d, 20) - _potential(env, r - d, 20)
        far = _potential(env, r + 2 * d, 20) - _potential(env, r - 2 * d, 20)
        numeric[k] = (8.0 * near - far) / (12.0 * step)
    claim(
        claim="EGM2008 20 x 20 acceleration",
        truth="difference of the potential summed with scipy's Legendre functions",
        tolerance=1e-8,
        achieved=float(np.abs(np.array(earth_field(env, PLACE)) - numeric).max()),
        unit="m/s^2",
    )


@pytest.mark.parametrize("degree", [2, 20, 70])
def test_the_field_has_no_divergence_and_no_curl(epoch: Epoch, degree: int) -> None:
    env = build_environment(epoch, span_s=0.0, forces=Forces(field=(degree, degree), sun=False, moon=False, drag=False))
    step = 500.0
    gradient = np.zeros((3, 3))
    for k in range(3):
        d = np.eye(3)[k] * step
        up, down = (np.array(earth_field(env, tuple(np.array(PLACE) + sign * d))) for sign in (1.0, -1.0))
        gradient[:, k] = (up - down) / (2.0 * step)
    size = np.abs(gradient).max()
    assert abs(np.trace(gradient)) < 1e-6 * size
    assert np.abs(gradient - gradient.T).max() < 1e-6 * size


def test_poles_and_equator_are_ordinary_places(env: Record) -> None:
    for place in ((0.0, 0.0, 6.7e6), (0.0, 0.0, -6.7e6), (6.7e6, 0.0, 0.0)):
        near = tuple(x + 1e-3 for x in place)
        assert np.abs(np.array(earth_field(env, place)) - np.array(earth_field(env, near))).max() < 1e-8
        assert np.linalg.norm(earth_field(env, place)) == pytest.approx(env.mu / 6.7e6**2, rel=4e-3)


def test_degree_two_order_zero_is_the_closed_j2_form(env_j2: Record) -> None:
    r = np.array(PLACE)
    central = -env_j2.mu * r / np.linalg.norm(r) ** 3
    distance, up = np.linalg.norm(r), np.array([0.0, 0.0, 1.0])
    # Vallado 2013 eq. 8-30: along r by 5 sin^2(latitude) - 1, along the axis by -2 sin(latitude)
    k = 1.5 * env_j2.j2 * env_j2.mu * env_j2.radius**2 / distance**4
    sine = r[2] / distance
    closed = central + k * ((5.0 * sine * sine - 1.0) * r / distance - 2.0 * sine * up)
    assert np.array(earth_field(env_j2, PLACE)) == pytest.approx(closed, abs=1e-14)
    assert env_j2.j2 == pytest.approx(1.0826e-3, rel=1e-4)


def test_a_field_that_the_file_does_not_hold_is_refused(epoch: Epoch) -> None:
    with pytest.raises(DataError, match="degree 71 and order 20"):
        build_environment(epoch, span_s=0.0, forces=Forces(field=(71, 20)))
    with pytest.raises(DataError, match="degree 4 and order 5"):
        build_environment(epoch, span_s=0.0, forces=Forces(field=(4, 5)))
