"""The gradients of gravity against Laplace's equation, closed forms and differences of the accelerations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from softdock.astro.constants import MU_MOON
from softdock.astro.environment import Forces, build_environment
from softdock.astro.ephemeris import tidal_acceleration
from softdock.astro.frames import dcm_EN
from softdock.astro.gravity import earth_field
from softdock.astro.gravity_gradient import (
    attraction_gradient,
    bulge_gradient,
    earth_gradient,
    tidal_gradient,
    turned_back,
)
from softdock.astro.tides import bulge_acceleration
from softdock.astro.time import Epoch
from softdock.conventions import Array, Record
from tests.fixtures.worst import worst_of

PLACES = {
    "middle latitude": (3.1e6, -4.2e6, 4.0e6),
    "north pole": (0.0, 0.0, 6.7e6),
    "south pole": (0.0, 0.0, -6.7e6),
    "equator": (6.7e6, 0.0, 0.0),
    "a metre from the pole": (1.0, -0.5, 6.6e6),
    "high": (2.0e7, 1.5e7, -0.5e7),
}
BODY = (-2.1e8, 3.0e8, 1.1e8)  # m, a Moon


@pytest.fixture(scope="module", params=[0, 2, 20, 70])
def field(request: pytest.FixtureRequest, epoch: Epoch) -> Record:
    size = (request.param, request.param)
    return build_environment(epoch, span_s=0.0, forces=Forces(field=size, sun=False, moon=False, drag=False))


def differences(acceleration: Callable[[tuple[float, ...]], tuple[float, ...]], place: tuple[float, ...]) -> Array:
    """Gradient by central differences at three distances, extrapolated twice: the error falls with the sixth power."""

    def at(step: float) -> Array:
        columns = []
        for axis in np.eye(3):
            ahead, behind = (np.array(acceleration(tuple(np.array(place) + k * step * axis))) for k in (1.0, -1.0))
            columns.append((ahead - behind) / (2.0 * step))
        return np.stack(columns, axis=1)

    near, middle, far = at(2000.0), at(4000.0), at(8000.0)
    return np.asarray((16.0 * (4.0 * near - middle) / 3.0 - (4.0 * middle - far) / 3.0) / 15.0)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_gradient_is_symmetric_and_has_no_trace(field: Record, place: tuple[float, ...]) -> None:
    gradient = np.array(earth_gradient(field, place))
    assert np.array_equal(gradient, gradient.T)
    assert abs(np.trace(gradient)) < 1e-12 * np.abs(gradient).max()


def test_the_gradient_is_what_differences_of_the_field_say(field: Record, claim: Callable[..., None]) -> None:
    worst = 0.0
    for place in PLACES.values():
        gradient = np.array(earth_gradient(field, place))
        miss = gradient - differences(lambda r: earth_field(field, r), place)
        worst = worst_of(worst, float(np.abs(miss).max() / np.abs(gradient).max()))
    claim(
        claim=f"Gradient of EGM2008 of degree and order {field.degree}, at the poles too, of its largest element",
        truth="differences of the field, extrapolated",
        tolerance=1e-9,
        achieved=worst,
        unit="-",
    )


def test_order_below_degree_is_served(epoch: Epoch) -> None:
    env = build_environment(epoch, span_s=0.0, forces=Forces(field=(12, 3), sun=False, moon=False, drag=False))
    place = PLACES["middle latitude"]
    gradient = np.array(earth_gradient(env, place))
    assert np.abs(gradient - differences(lambda r: earth_field(env, r), place)).max() < 1e-9 * np.abs(gradient).max()


def test_a_point_mass_has_the_closed_form(epoch: Epoch) -> None:
    env = build_environment(epoch, span_s=0.0, forces=Forces(field=(0, 0), sun=False, moon=False, drag=False))
    r = np.array(PLACES["middle latitude"])
    distance = float(np.linalg.norm(r))
    up = r / distance
    closed = env.mu / distance**3 * (3.0 * np.outer(up, up) - np.eye(3))
    assert np.array(earth_gradient(env, tuple(r))) == pytest.approx(closed, abs=1e-14 * np.abs(closed).max())


def test_a_third_body_and_its_bulge_pull_as_their_gradients_say() -> None:
    place = PLACES["middle latitude"]
    cases = (
        (tidal_gradient(MU_MOON, BODY, place), lambda r: tidal_acceleration(MU_MOON, BODY, r), 1e-8),
        (bulge_gradient(MU_MOON, BODY, place, 6.378e6), lambda r: bulge_acceleration(MU_MOON, BODY, r, 6.378e6), 1e-9),
    )
    for rows, acceleration, tolerance in cases:  # the tide is a small difference: it keeps fewer digits
        gradient = np.array(rows)
        size = np.abs(gradient).max()
        assert np.abs(gradient - differences(acceleration, place)).max() < tolerance * size
        assert np.array_equal(gradient, gradient.T)
        assert abs(np.trace(gradient)) < 1e-13 * size


def test_all_attraction_is_the_sum_in_inertial_axes(epoch: Epoch) -> None:
    env = build_environment(epoch, span_s=3600.0, forces=Forces(field=(8, 8), drag=False, tides=True))
    t, r = 1234.0, PLACES["middle latitude"]
    m = dcm_EN(env, t)
    whole = np.array(attraction_gradient(env, t, r, m))
    env.mu_sun, env.mu_moon, env.tides = 0.0, 0.0, 0
    earth = np.array(attraction_gradient(env, t, r, m))
    axes = np.array(m)
    turned = axes.T @ np.array(earth_gradient(env, tuple(axes @ r))) @ axes
    assert earth == pytest.approx(turned, abs=1e-15 * np.abs(turned).max())
    assert 1e-8 < np.abs(whole - earth).max() / np.abs(earth).max() < 1e-6
    assert np.array_equal(whole, whole.T)


def test_turning_back_keeps_symmetry_to_the_bit() -> None:
    m = turned_axes(0.3, 1.1)
    g = ((1.0, 0.3, -0.2), (0.3, -2.0, 0.7), (-0.2, 0.7, 1.0))
    turned = np.array(turned_back(m, g))
    assert np.array_equal(turned, turned.T)
    assert turned == pytest.approx(np.array(m).T @ np.array(g) @ np.array(m), abs=1e-15)


def turned_axes(a: float, b: float) -> tuple[tuple[float, ...], ...]:
    """Three axes turned by two angles."""
    ca, sa, cb, sb = np.cos(a), np.sin(a), np.cos(b), np.sin(b)
    rows = np.array([[ca, sa, 0.0], [-sa, ca, 0.0], [0.0, 0.0, 1.0]]) @ np.array([[1, 0, 0], [0, cb, sb], [0, -sb, cb]])
    return tuple(tuple(float(x) for x in row) for row in rows)
