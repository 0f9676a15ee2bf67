"""State transition along arcs against differences of flights, closed forms and Orekit."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment
from softdock.astro.orbits import OsculatingOrbit, osculating, state_from_osculating
from softdock.astro.relative import lvlh_axes
from softdock.astro.time import Epoch
from softdock.astro.yamanaka_ankersen import yamanaka_ankersen_stm
from softdock.conventions import DAY, Array, Record
from softdock.dynamics.arcs import PointState, Thrust, propagate
from softdock.dynamics.forces import acceleration
from softdock.dynamics.partials import acceleration_partials
from softdock.dynamics.transition import transition, transitions
from tests.dynamics.transition_scene import EPOCH, ORBITS, REVOLUTION, TWO_DAYS, compared, worst_block
from tests.fixtures.pure import both_ways
from tests.fixtures.worst import worst_of

DATA = Path(__file__).parents[1] / "validation" / "data"
of_differences = 1e-7


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(EPOCH, span_s=TWO_DAYS, forces=Forces(drag=False))


@pytest.fixture(scope="module")
def env_air() -> Record:
    return build_environment(EPOCH, span_s=TWO_DAYS)


@pytest.mark.parametrize("name", ORBITS)
@pytest.mark.parametrize(("span", "said"), [(REVOLUTION, "a revolution"), (TWO_DAYS, "two days")])
def test_it_is_what_differences_of_flights_say(
    env: Record, name: str, span: float, said: str, claim: Callable[..., None]
) -> None:
    claim(
        claim=f"State transition over {said}, {name}, 20 x 20 with Sun and Moon, of each 3 x 3 block",
        truth="central differences of the flight, extrapolated",
        tolerance=of_differences,
        achieved=compared(env, name, span),
        unit="-",
    )


IN_THE_AIR = [  # the last two cross a scale height of the air in half a minute
    ("ISS", 10.0), ("Soyuz, 222 km", 4.0), ("250 x 2000 km", 4.0), ("160 x 30,000 km", 0.5), ("160 x 30,000 km", 4.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "area"), IN_THE_AIR)
def test_it_is_what_differences_say_in_the_air(
    env_air: Record, name: str, area: float, claim: Callable[..., None]
) -> None:
    claim(
        claim=f"State transition over two days with drag, {name}, {area / 1000.0} m^2/kg, of each 3 x 3 block",
        truth="central differences of the flight, extrapolated",
        tolerance=of_differences,
        achieved=compared(env_air, name, TWO_DAYS, drag_area=area),
        unit="-",
    )


def test_it_is_what_differences_say_through_burns(env_air: Record, claim: Callable[..., None]) -> None:
    burns = (
        Thrust(1000.0, 1060.0, 4000.0, np.array([0.6, 0.0, 0.8]), 1.3),
        Thrust(5000.0, 5300.0, 100.0, np.array([0.6, 0.8, 0.0]), 0.0),
    )
    claim(
        claim="State transition over 12 h with drag and two burns, of each 3 x 3 block",
        truth="central differences of the flight, extrapolated",
        tolerance=of_differences,
        achieved=compared(env_air, "ISS", 0.5 * DAY, drag_area=4.0, thrusts=burns),
        unit="-",
    )


def test_it_is_what_differences_say_in_the_finest_field_with_the_tide(claim: Callable[..., None]) -> None:
    env = build_environment(EPOCH, span_s=0.5 * DAY, forces=Forces(field=(70, 70), drag=False, tides=True))
    claim(
        claim="State transition over 12 h over the poles, 70 x 70 with Sun, Moon and tide, of each 3 x 3 block",
        truth="central differences of the flight, extrapolated",
        tolerance=of_differences,
        achieved=compared(env, "over the poles", 0.5 * DAY),
        unit="-",
    )


def test_it_is_what_differences_say_in_and_out_of_the_shadow(claim: Callable[..., None]) -> None:
    """The edge of the shadow is a few seconds wide; a craft that drifts along the track meets it earlier or later."""
    env = build_environment(EPOCH, span_s=TWO_DAYS, forces=Forces(drag=False, solar_pressure=True))
    claim(
        claim="State transition over two days, ISS, with sunlight on 0.01 m^2/kg, of each 3 x 3 block",
        truth="central differences of the flight, extrapolated",
        tolerance=of_differences,
        achieved=compared(env, "ISS", TWO_DAYS, light_area=10.0),
        unit="-",
    )


def lvlh_to_inertial(r: Array, v: Array) -> Array:
    """Turns r_CT_L, v_CT_L into the inertial difference (6, 6)."""
    axes = np.array(lvlh_axes(r, v)).T  # columns: the axes of L in N
    rate = np.linalg.norm(np.cross(r, v)) / float(r @ r)
    turning = np.array([[0.0, 0.0, -rate], [0.0, 0.0, 0.0], [rate, 0.0, 0.0]])  # (0, -rate, 0) x
    return np.block([[axes, np.zeros((3, 3))], [axes @ turning, axes]])


@pytest.mark.parametrize("eccentricity", [0.0, 0.1166, 0.6])
def test_two_bodies_have_the_closed_form_of_yamanaka_and_ankersen(
    eccentricity: float, claim: Callable[..., None]
) -> None:
    env = build_environment(EPOCH, span_s=DAY, forces=Forces(field=(0, 0), sun=False, moon=False, drag=False))
    mu, a = float(env.mu), 6.7e6 / (1.0 - eccentricity)
    r, v = state_from_osculating(OsculatingOrbit(a, eccentricity, 0.9, 1.0, 2.0, 0.5), mu=mu)
    span = 3.3 * 2.0 * pi * sqrt(a / mu) * a
    arc = propagate(env, PointState(0.0, r, v, 1.0), until=span, drag_area=0.0)
    found = transition(env, arc, start=0.0, stop=span, drag_area=0.0)
    relative = yamanaka_ankersen_stm(osculating(r, v, mu=mu), span, mu=mu)
    end = lvlh_to_inertial(arc.last.r, arc.last.v)
    truth = end @ relative @ np.linalg.inv(lvlh_to_inertial(r, v))
    claim(
        claim=f"State transition over 3.3 revolutions about a point mass, eccentricity {eccentricity}, of each block",
        truth="Yamanaka and Ankersen's closed form",
        tolerance=1e-8,
        achieved=worst_block(found, truth),
        unit="-",
    )


@pytest.mark.parametrize("case", json.loads((DATA / "stm_orekit.json").read_text())["cases"], ids=lambda c: c["name"])
def test_orekit_carries_the_same_matrix(case: dict[str, Any], claim: Callable[..., None]) -> None:
    env = build_environment(Epoch.from_utc(case["utc"]), span_s=DAY, forces=Forces(drag=False))
    start = np.array(case["start"])
    arc = propagate(env, PointState(0.0, start[:3], start[3:], 1.0), until=DAY, drag_area=0.0)
    found = transitions(env, arc, 3600.0 * np.array(case["hours"]), drag_area=0.0)
    pairs = zip(found, np.array(case["matrices"]), strict=True)
    claim(
        claim=f"State transition over a revolution and a day, {case['name']}, 20 x 20 with Sun and Moon, of each block",
        truth="Orekit's variational equations",
        tolerance=of_differences,
        achieved=worst_of(worst_block(*pair) for pair in pairs),
        unit="-",
    )


@pytest.mark.parametrize("place", [(4.1e6, -3.2e6, 4.2e6), (10.0, -20.0, 6.65e6), (6.7e6, 0.0, 0.0)])
def test_partials_are_what_differences_of_the_acceleration_say(place: tuple[float, ...]) -> None:
    env = build_environment(EPOCH, span_s=0.0, forces=Forces(field=(8, 8), tides=True))
    v, step = (1200.0, 6500.0, 3800.0), 30.0
    by_place, by_velocity = (np.array(rows) for rows in acceleration_partials(env, 100.0, place, v, 0.05, 0.0))
    drag = by_place - np.array(acceleration_partials(env, 100.0, place, v, 0.0, 0.0)[0])
    for k, axis in enumerate(np.eye(3)):
        for found, size, ends in (
            (by_place, step, [(tuple(place + x * axis), v) for x in (step, -step)]),
            (by_velocity, 1.0, [(place, tuple(v + x * axis)) for x in (1.0, -1.0)]),
        ):
            ahead, behind = (np.array(acceleration(env, 100.0, r, w, 0.05, 0.0)) for r, w in ends)
            tolerance = 1e-4 * np.abs(drag).max() if found is by_place else 1e-6 * np.abs(by_velocity).max()
            assert np.abs((ahead - behind) / (2.0 * size) - found[:, k]).max() < tolerance


def test_compiled_and_plain_python_give_the_same_bits() -> None:
    code = (
        "import numpy as np\n"
        "from softdock.astro.environment import Forces, build_environment\n"
        "from softdock.astro.time import Epoch\n"
        "from softdock.dynamics.arcs import PointState, propagate\n"
        "from softdock.dynamics.transition import transitions\n"
        "env = build_environment(Epoch.from_utc('1975-07-15T12:20:00'), span_s=0.0, forces=Forces(field=(10, 9)))\n"
        "s = PointState(0.0, np.array([6.6e6, 1e5, 2e5]), np.array([100.0, 4800.0, 6100.0]), 6680.0)\n"
        "arc = propagate(env, s, until=300.0, drag_area=26.0)\n"
        "print(transitions(env, arc, np.array([111.0, 300.0]), drag_area=26.0).tobytes().hex())\n"
    )
    compiled, plain = both_ways(code)
    assert len(compiled) > 1000
    assert compiled == plain
