"""Steps that end where sunlight goes on or off."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin, sqrt

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment
from softdock.astro.ephemeris import sun_position
from softdock.astro.frames import dcm_EN
from softdock.astro.sunlight import sunlit_fraction
from softdock.astro.time import Epoch
from softdock.conventions import DAY, HOUR, Record
from softdock.dynamics.arcs import Arc, PointState, propagate
from tests.fixtures.pure import both_ways

one_centimetre = 0.01
LIGHT = 0.02  # m^2/kg
RADIUS = 6793637.0
SPEED = sqrt(3.986004415e14 / RADIUS)


@pytest.fixture(scope="module")
def env() -> Record:
    epoch = Epoch.from_utc("2025-06-20T00:00:00")
    return build_environment(epoch, span_s=2.0 * DAY, forces=Forces(field=(4, 4), drag=False, solar_pressure=True))


def _start() -> PointState:
    node, i = radians(10.0), radians(51.64)
    r = RADIUS * np.array([cos(node), sin(node), 0.0])
    v = SPEED * np.array([-sin(node) * cos(i), cos(node) * cos(i), sin(i)])
    return PointState(0.0, r, v, 1.0)


def _coast(env: Record, start: PointState, until: float, **more: float) -> Arc:
    return propagate(env, start, until=until, drag_area=0.0, light_area=LIGHT, **more)  # type: ignore[arg-type]


def _lit(env: Record, arc: Arc, t: float) -> float:
    x, y, z = arc.at(t).r.tolist()
    return float(sunlit_fraction(dcm_EN(env, t)[2], (x, y, z), sun_position(env, t)))


def test_two_days_through_31_nights_are_converged(env: Record, claim: Callable[..., None]) -> None:
    """Against ten times finer steps; leaping the penumbra at the usual tolerance would cost two metres."""
    state = _start()
    for k in range(1, 4 * 24 * 12 + 1):
        state = propagate(env, state, until=150.0 * k, drag_area=0.0, light_area=LIGHT, rtol=1e-15, dense=False).last
    usual = _coast(env, _start(), state.t).last
    claim(
        claim="Two days with sunlight on and off, the usual steps",
        truth="finer steps",
        tolerance=one_centimetre,
        achieved=float(np.linalg.norm(usual.r - state.r)),
        unit="m",
    )


def test_no_step_leaps_an_edge(env: Record) -> None:
    arc = _coast(env, _start(), 6.0 * HOUR)
    starts, spans = arc.steps[0], arc.steps[1]
    crossed = 0
    for begin, span in zip(starts.tolist(), spans.tolist(), strict=True):
        inside = [_lit(env, arc, begin + x * span) for x in (0.03, 0.5, 0.97)]
        kinds = {0 if part == 1.0 else 2 if part == 0.0 else 1 for part in inside}
        assert len(kinds) == 1 or span < 1.0
        crossed += kinds == {1}
    assert crossed >= 7  # penumbrae in 3.9 revolutions


def test_the_way_back_ends_where_the_way_began(env: Record) -> None:
    there = _coast(env, _start(), DAY).last
    back = _coast(env, there, 0.0).first
    assert np.linalg.norm(back.r - _start().r) < one_centimetre


def test_without_an_area_light_changes_no_step(env: Record) -> None:
    lit = propagate(env, _start(), until=HOUR, drag_area=0.0, rtol=5e-14)
    epoch = Epoch.from_utc("2025-06-20T00:00:00")
    dark = build_environment(epoch, span_s=2.0 * DAY, forces=Forces(field=(4, 4), drag=False))
    assert np.array_equal(lit.last.r, propagate(dark, _start(), until=HOUR, drag_area=0.0, rtol=5e-14).last.r)


INTO_THE_NIGHT = """
import numpy as np
from softdock.astro.environment import Forces, build_environment
from softdock.astro.ephemeris import sun_position
from softdock.astro.space_weather import fixed_weather
from softdock.astro.time import Epoch
from softdock.dynamics.arcs import PointState, propagate
forces = Forces(field=(4, 4), solar_pressure=True, tides=True)
weather = fixed_weather(150.0, 150.0, 9.0)
env = build_environment(Epoch.from_utc('1975-07-15T12:20:00'), span_s=0.0, forces=forces, weather=weather)
sun = np.array(sun_position(env, 0.0))
back = -sun / np.linalg.norm(sun)
side = np.cross(back, [0.0, 0.0, 1.0])
side /= np.linalg.norm(side)
angle = 1.27  # rad from the axis of the shadow, whose edge lies at 1.25
r = 6.7e6 * (np.cos(angle) * back + np.sin(angle) * side)
v = 7710.0 * (np.sin(angle) * back - np.cos(angle) * side)
arc = propagate(env, PointState(0.0, r, v, 6680.0), until=240.0, drag_area=26.0, light_area=26.0)
print(len(arc.steps[0]), arc.last.r.tobytes().hex(), arc.last.v.tobytes().hex(), arc.at(33.0).r.tobytes().hex())
"""


def test_into_the_night_compiled_and_plain_python_give_the_same_bits() -> None:
    compiled, plain = both_ways(INTO_THE_NIGHT)
    assert len(compiled) > 100
    assert compiled == plain
