"""Arcs against closed forms of the two-body and J2 problems, the rocket equation and themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, log, pi, radians, sin, sqrt

import numpy as np
import pytest

from softdock.astro.environment import Forces, build_environment, j2_environment
from softdock.astro.orbits import (
    MeanOrbit,
    OsculatingOrbit,
    mean_from_state,
    nodal_period,
    state_from_mean,
    state_from_osculating,
    true_equator_axes,
)
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record
from softdock.dynamics import arcs
from softdock.dynamics.arcs import PointState, Thrust, propagate
from softdock.dynamics.coasts import TOLERANCE
from softdock.dynamics.revolution import next_revolution
from softdock.errors import PropagationError
from tests.fixtures.air import density
from tests.fixtures.pure import both_ways

EPOCH = Epoch.from_utc("1975-07-15T12:20:00")
one_millimetre = 1e-3


@pytest.fixture(scope="module")
def central() -> Record:
    return build_environment(EPOCH, span_s=3.0 * DAY, forces=Forces(field=(0, 0), sun=False, moon=False, drag=False))


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(EPOCH, span_s=2.0 * DAY)


@pytest.fixture(scope="module")
def env_j2() -> Record:
    return j2_environment(EPOCH)


@pytest.fixture(scope="module")
def start(env_j2: Record) -> PointState:
    """Soyuz's assembly orbit, 222.1 x 226.6 km mean."""
    r, v = state_from_mean(MeanOrbit(6602490.0, 0.00034, radians(51.79), 1.0, 0.3, 2.0), env_j2)
    return PointState(0.0, r, v, 6680.0)


def _distance(a: PointState, b: PointState) -> float:
    return float(np.linalg.norm(a.r - b.r))


def test_two_body_motion_closes_after_its_period(central: Record, claim: Callable[..., None]) -> None:
    r, v = state_from_osculating(OsculatingOrbit(6.8e6, 0.02, 0.9, 1.0, 2.0, 0.5), mu=float(central.mu))
    period = 2 * pi * sqrt(6.8e6**3 / central.mu)
    end = propagate(central, PointState(0.0, r, v, 1.0), until=30.0 * period, drag_area=0.0).last
    claim(
        claim="Thirty revolutions of two-body motion end where they began",
        truth="Kepler's third law",
        tolerance=one_millimetre,
        achieved=float(np.linalg.norm(end.r - r)),
        unit="m",
    )


def test_two_body_motion_in_between_is_keplers(central: Record) -> None:
    a, e, mu = 6.8e6, 0.02, float(central.mu)
    r, v = state_from_osculating(OsculatingOrbit(a, e, 0.9, 1.0, 2.0, 0.0), mu=mu)
    arc = propagate(central, PointState(0.0, r, v, 1.0), until=6000.0, drag_area=0.0)
    for t in np.linspace(0.0, 6000.0, 37):
        anomaly = mean = sqrt(mu / a**3) * t
        for _ in range(40):
            anomaly = mean + e * sin(anomaly)
        nu = 2.0 * np.arctan2(sqrt(1 + e) * sin(anomaly / 2), sqrt(1 - e) * cos(anomaly / 2))
        truth = state_from_osculating(OsculatingOrbit(a, e, 0.9, 1.0, 2.0, float(nu)), mu=mu)
        found = arc.at(float(t))
        assert np.linalg.norm(found.r - truth[0]) < 1e-4
        assert np.linalg.norm(found.v - truth[1]) < 1e-7


def test_default_tolerance_is_worth_a_millimetre_in_two_days(
    env: Record, start: PointState, claim: Callable[..., None]
) -> None:
    fine = propagate(env, start, until=2.0 * DAY, drag_area=26.0, rtol=5e-15)
    usual = propagate(env, start, until=2.0 * DAY, drag_area=26.0)
    times = np.linspace(0.0, 2.0 * DAY, 5000)
    miss = np.linalg.norm(fine.positions(times) - usual.positions(times), axis=1)
    claim(
        claim="Two days in low orbit with drag as softdock chooses the method, at every moment",
        truth="own single-step method at a tenth of its tolerance",
        tolerance=one_millimetre,
        achieved=float(miss.max()),
        unit="m",
    )


def test_dense_output_is_as_good_as_the_steps(env: Record, start: PointState) -> None:
    arc = propagate(env, start, until=20000.0, drag_area=26.0, rtol=TOLERANCE)
    for t in np.linspace(100.0, 19900.0, 25):
        direct = propagate(env, start, until=float(t), drag_area=26.0, rtol=TOLERANCE).last
        assert _distance(arc.at(float(t)), direct) < 1e-5
        assert np.linalg.norm(arc.at(float(t)).v - direct.v) < 1e-8


def test_j2_motion_keeps_energy_and_polar_momentum(env_j2: Record, start: PointState) -> None:
    axes = true_equator_axes(env_j2)

    def kept(s: PointState) -> tuple[float, float]:
        r, v = axes @ s.r, axes @ s.v
        d = np.linalg.norm(r)
        potential = env_j2.mu / d * (1.0 - env_j2.j2 * (env_j2.radius / d) ** 2 * (1.5 * (r[2] / d) ** 2 - 0.5))
        return float(v @ v / 2.0 - potential), float(r[0] * v[1] - r[1] * v[0])

    end = propagate(env_j2, start, until=2.0 * DAY, drag_area=0.0).last
    for before, after in zip(kept(start), kept(end), strict=True):
        assert after == pytest.approx(before, rel=3e-13)


def test_the_node_turns_under_j2_as_the_closed_form_says(
    env_j2: Record, start: PointState, claim: Callable[..., None]
) -> None:
    a, i = 6602490.0, radians(51.79)
    rate = -1.5 * env_j2.j2 * sqrt(env_j2.mu / a**3) * (env_j2.radius / a) ** 2 * cos(i)
    arc = propagate(env_j2, start, until=2.0 * DAY, drag_area=0.0)
    first, last = (mean_from_state(s.r, s.v, env_j2) for s in (arc.first, arc.last))
    turned = (last.raan - first.raan + pi) % (2 * pi) - pi
    claim(
        claim="Turn of the node in two days under J2",
        truth="first-order secular rate",
        tolerance=0.2,
        achieved=(turned / (rate * 2.0 * DAY) - 1.0) * 100.0,
        unit="%",
    )


def test_nodal_period_flown_is_the_closed_form(env_j2: Record, start: PointState, claim: Callable[..., None]) -> None:
    closed = nodal_period(MeanOrbit(6602490.0, 0.00034, radians(51.79), 0.0, 0.0, 0.0), env_j2)
    claim(
        claim="Nodal period of a flown revolution under J2",
        truth="first-order closed form",
        tolerance=0.05,
        achieved=next_revolution(env_j2, start).nodal_period - closed,
        unit="s",
    )


def test_a_two_body_revolution_has_the_radii_of_its_ellipse(central: Record) -> None:
    r, v = state_from_osculating(OsculatingOrbit(6.7e6, 0.01, 0.9, 1.0, 2.0, 1.0), mu=float(central.mu))
    revolution = next_revolution(central, PointState(0.0, r, v, 1.0))
    assert revolution.least_radius == pytest.approx(6.7e6 * 0.99, abs=1e-3)
    assert revolution.greatest_radius == pytest.approx(6.7e6 * 1.01, abs=1e-3)
    assert revolution.nodal_period == pytest.approx(2 * pi * sqrt(6.7e6**3 / central.mu), abs=2e-3)
    assert revolution.perigee_height == pytest.approx(6.7e6 * 0.99 - 6378137.0, abs=1e-3)


def test_drag_takes_the_energy_that_the_air_says(env: Record, start: PointState) -> None:
    """The energy lost is the work of drag along the way."""
    area, span = 26.0, 3.0 * 5335.0
    free, braked = (propagate(env, start, until=span, drag_area=x) for x in (0.0, area))
    end = free.last, braked.last
    energy = [s.v @ s.v / 2.0 - env.mu / np.linalg.norm(s.r) for s in end]
    work = 0.0
    times = np.linspace(0.0, span, 600)
    for t, r, v in zip(times, free.positions(times), free.velocities(times), strict=True):
        wind = v - 7.292115e-5 * np.cross([0.0, 0.0, 1.0], r)
        air = density(env, float(t), r)
        work -= 0.5 * air * area / start.mass * np.linalg.norm(wind) * (wind @ v) * span / 600.0
    # the field does other work on the other path; in three revolutions that is about a per cent
    assert energy[1] - energy[0] == pytest.approx(work, rel=0.03)


def _burn(start_s: float, stop_s: float, direction: np.ndarray) -> Thrust:
    return Thrust(start_s=start_s, stop_s=stop_s, force_N=4090.0, direction_N=direction, flow_kg_s=1.5)


def test_a_burn_gives_what_the_rocket_equation_says(central: Record, start: PointState) -> None:
    direction = start.v / np.linalg.norm(start.v)
    coast = propagate(central, start, until=100.0, drag_area=0.0).last
    pushed = propagate(central, start, until=100.0, drag_area=0.0, thrusts=[_burn(40.0, 60.0, direction)]).last
    gain = 4090.0 / 1.5 * log(6680.0 / (6680.0 - 30.0))
    assert np.linalg.norm(pushed.v - coast.v) == pytest.approx(gain, rel=2e-3)  # gravity differs over 50 s
    assert pushed.mass == pytest.approx(6650.0, abs=1e-9)


def test_thrust_switches_exactly_and_mass_falls_in_between(env: Record, start: PointState) -> None:
    direction = start.v / np.linalg.norm(start.v)
    arc = propagate(env, start, until=500.0, drag_area=26.0, thrusts=[_burn(123.456, 133.456, direction)])
    assert {123.456, 133.456} <= set(arc.steps[0])
    assert arc.masses(np.array([0.0, 123.456, 128.456, 133.456, 500.0])) == pytest.approx(
        [6680.0, 6680.0, 6672.5, 6665.0, 6665.0], abs=1e-9
    )


def test_overlapping_burns_add(central: Record, start: PointState) -> None:
    x = np.array([1.0, 0.0, 0.0])
    both = propagate(central, start, until=60.0, drag_area=0.0, thrusts=[_burn(10.0, 30.0, x), _burn(20.0, 40.0, x)])
    assert both.last.mass == pytest.approx(6680.0 - 60.0, abs=1e-9)


def test_a_burn_already_running_or_running_on_is_cut_at_the_ends(central: Record, start: PointState) -> None:
    burn = _burn(-100.0, 1000.0, np.array([1.0, 0.0, 0.0]))
    assert propagate(central, start, until=60.0, drag_area=0.0, thrusts=[burn]).last.mass == pytest.approx(6590.0)


def test_flying_back_arrives_where_it_began_and_reads_forward(env: Record, start: PointState) -> None:
    there = propagate(env, start, until=40000.0, drag_area=26.0)
    back = propagate(env, there.last, until=0.0, drag_area=26.0)
    assert _distance(back.first, start) < 1e-3
    assert (back.start, back.stop) == (0.0, 40000.0)
    times = np.linspace(0.0, 40000.0, 50)
    assert np.abs(back.positions(times) - there.positions(times)).max() < 1e-3


def test_joined_arcs_read_as_one(env: Record, start: PointState) -> None:
    first = propagate(env, start, until=3000.0, drag_area=26.0)
    kicked = PointState(3000.0, first.last.r, first.last.v + [1.0, 0.0, 0.0], 6600.0)
    second = propagate(env, kicked, until=6000.0, drag_area=26.0)
    whole = first.joined(second)
    assert (whole.start, whole.stop) == (0.0, 6000.0)
    assert np.array_equal(whole.at(1000.0).r, first.at(1000.0).r)
    assert np.array_equal(whole.at(5000.0).v, second.at(5000.0).v)
    assert whole.masses(np.array([3000.0]))[0] == 6600.0  # the later arc rules
    with pytest.raises(PropagationError, match="cannot follow"):
        second.joined(first)


def test_steps_do_not_depend_on_the_chunk(env: Record, start: PointState, monkeypatch: pytest.MonkeyPatch) -> None:
    long = propagate(env, start, until=30000.0, drag_area=26.0, rtol=TOLERANCE)
    monkeypatch.setattr(arcs, "_CHUNK", 7)
    short = propagate(env, start, until=30000.0, drag_area=26.0, rtol=TOLERANCE)
    for a, b in zip(long.steps, short.steps, strict=True):
        assert np.array_equal(a, b)


def test_an_arc_of_no_length_holds_its_state(env: Record, start: PointState) -> None:
    arc = propagate(env, start, until=0.0, drag_area=26.0)
    assert np.array_equal(arc.at(0.0).r, start.r)


def test_an_arc_without_dense_output_knows_its_ends_only(env: Record, start: PointState) -> None:
    arc = propagate(env, start, until=9000.0, drag_area=26.0, dense=False)
    assert _distance(arc.at(9000.0), propagate(env, start, until=9000.0, drag_area=26.0).last) == 0.0
    with pytest.raises(PropagationError, match="known at its ends only"):
        arc.at(4000.0)


@pytest.mark.parametrize("degree", [20, 36, 70])
def test_burns_and_sunlight_are_as_good_on_a_fine_field(degree: int, claim: Callable[..., None]) -> None:
    """What the single-step method takes: its error estimate alone does not see waves shorter than a step."""
    env = build_environment(EPOCH, span_s=DAY, forces=Forces(field=(degree, degree), drag=False, solar_pressure=True))
    r, v = np.array([6.793e6, 0.0, 0.0]), np.array([0.0, 100.0, 7660.0])
    burn = Thrust(1000.0, 1060.0, 100.0, np.array([0.0, 0.0, 1.0]), 0.03)

    def flown(rtol: float | None) -> PointState:
        start = PointState(0.0, r, v, 6700.0)
        return propagate(env, start, until=DAY, drag_area=0.0, light_area=20.0, thrusts=[burn], rtol=rtol).last

    claim(
        claim=f"A day at {degree} x {degree} with a burn and sunlight as softdock chooses the method",
        truth="own single-step method at a fiftieth of its tolerance",
        tolerance=one_millimetre,
        achieved=_distance(flown(None), flown(1e-15)),
        unit="m",
    )


def test_coasts_around_a_burn_go_by_the_multistep_method(env: Record, start: PointState) -> None:
    burn = Thrust(20000.0, 20060.0, 3000.0, start.v / np.linalg.norm(start.v), 1.0)
    quick = propagate(env, start, until=DAY, drag_area=26.0, thrusts=[burn])
    single = propagate(env, start, until=DAY, drag_area=26.0, thrusts=[burn], rtol=5e-15)
    assert len(quick.steps[0]) < 0.7 * len(single.steps[0])
    times = np.linspace(0.0, DAY, 3001)
    assert np.abs(quick.positions(times) - single.positions(times)).max() < one_millimetre
    assert quick.masses(np.array([19999.0, 20030.0, 20061.0])) == pytest.approx([6680.0, 6650.0, 6620.0])


def test_a_craft_at_rest_falls(env: Record, start: PointState) -> None:
    arc = propagate(env, replace(start, v=np.zeros(3)), until=60.0, drag_area=26.0)
    assert np.linalg.norm(arc.last.r) == pytest.approx(np.linalg.norm(start.r) - 0.5 * 9.15 * 3600.0, rel=1e-4)


@pytest.mark.parametrize(("seconds", "degree"), [(600.0, 8), (6500.0, 4)], ids=["single steps", "multistep"])
def test_compiled_and_plain_python_give_the_same_bits(seconds: float, degree: int) -> None:
    code = (
        "import numpy as np\n"
        "from softdock.astro.environment import Forces, build_environment\n"
        "from softdock.astro.time import Epoch\n"
        "from softdock.dynamics.arcs import PointState, propagate\n"
        f"forces = Forces(field=({degree}, {degree}))\n"
        "env = build_environment(Epoch.from_utc('1975-07-15T12:20:00'), span_s=0.0, forces=forces)\n"
        "s = PointState(0.0, np.array([6.7e6, 0.0, 1e5]), np.array([0.0, 4850.0, 6150.0]), 6680.0)\n"
        f"arc = propagate(env, s, until={seconds}, drag_area=26.0)\n"
        "print(arc.last.r.tobytes().hex(), arc.last.v.tobytes().hex(), arc.at(333.0).r.tobytes().hex())\n"
    )
    compiled, plain = both_ways(code)
    assert len(compiled) > 100
    assert compiled == plain


def test_a_craft_that_sinks_is_told_so(env: Record) -> None:
    r, v = np.array([6.378e6 + 140e3, 0.0, 0.0]), np.array([0.0, 4800.0, 6050.0])
    with pytest.raises(PropagationError, match=r"fell below 100 km at .* raise its perigee") as caught:
        propagate(env, PointState(0.0, r, v, 6680.0), until=DAY, drag_area=26.0)
    assert 0.0 < caught.value.time_s < DAY


def test_a_start_below_100_km_is_refused(env: Record) -> None:
    low = PointState(0.0, np.array([6.43e6, 0.0, 0.0]), np.array([0.0, 0.0, 7800.0]), 6680.0)
    with pytest.raises(PropagationError, match="below 100 km; raise it"):
        propagate(env, low, until=100.0, drag_area=0.0)


@pytest.mark.parametrize(
    ("change", "value"), [("r", np.nan), ("mass", 0.0), ("mass", -5.0), ("t", np.inf), ("v", np.inf)]
)
def test_a_state_that_cannot_be_is_refused(env: Record, start: PointState, change: str, value: float) -> None:
    fields = {"t": 0.0, "r": start.r.copy(), "v": start.v.copy(), "mass": 6680.0}
    fields[change] = np.full(3, value) if change in "rv" else value
    with pytest.raises(PropagationError, match="cannot be flown until"):
        propagate(env, PointState(**fields), until=100.0, drag_area=0.0)  # type: ignore[arg-type]


def test_beyond_the_environment_is_refused_with_the_remedy(env: Record, start: PointState) -> None:
    with pytest.raises(PropagationError, match="build it with a longer span_s"):
        propagate(env, start, until=30.0 * DAY, drag_area=0.0)


def test_a_burn_longer_than_the_craft_is_heavy_is_refused(env: Record, start: PointState) -> None:
    with pytest.raises(PropagationError, match="uses 7500.0 kg, the craft weighs 6680.0 kg"):
        propagate(env, start, until=6000.0, drag_area=0.0, thrusts=[_burn(0.0, 5000.0, np.array([1.0, 0.0, 0.0]))])


def test_a_burn_cannot_be_flown_backward(env: Record, start: PointState) -> None:
    later = PointState(1000.0, start.r, start.v, 6680.0)
    with pytest.raises(PropagationError, match="backward in time"):
        propagate(env, later, until=0.0, drag_area=0.0, thrusts=[_burn(100.0, 200.0, np.array([1.0, 0.0, 0.0]))])


def test_a_time_outside_the_arc_is_refused(env: Record, start: PointState) -> None:
    arc = propagate(env, start, until=1000.0, drag_area=0.0)
    with pytest.raises(PropagationError, match="asked for 1001.000"):
        arc.at(1001.0)
    with pytest.raises(PropagationError, match="asked for nan"):
        arc.positions(np.array([np.nan]))
