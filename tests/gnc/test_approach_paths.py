"""Hops, transfers, forced lines, glideslopes, fly-arounds and natural orbits, flown by integrators that know none."""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from softdock.astro.constants import MU_EARTH
from softdock.astro.relative import inertial_from_lvlh, relative_lvlh
from softdock.conventions import Array
from softdock.errors import PlanError
from softdock.gnc.approach_paths import (
    PulsedPath,
    fly_around,
    forced_line,
    glide_seconds,
    glide_to_go,
    glideslope,
    holding_acceleration,
    inspection_circle,
    pulses_through,
    radial_hop,
    safety_ellipse,
    tangential_hop,
    transfer_velocities,
)
from tests.fixtures.worst import worst_of

RADIUS = 6378137.0 + 415e3  # m, the station's orbit
N = float(np.sqrt(MU_EARTH / RADIUS**3))
REVOLUTION = 2.0 * pi / N
one_micrometre = 1e-6
"""For Hill's equations at kilometres, integrated to a relative 1e-12."""
linear = 15.0 / RADIUS
"""Of distance squared, for at most half a revolution: 1.4 cm at 100 m is 10 / RADIUS of it, with half as much again."""
linear_over_a_revolution = 40.0 / RADIUS
O, A, ACROSS = np.zeros(3), np.array([-100.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
TURN = {"angle": 1.0, "seconds": 600.0, "pulses": 4, "mean_motion": N}
SWEEP = {"angle": -pi, "seconds": 0.4 * REVOLUTION, "pulses": 12, "mean_motion": N}
GLIDE = {"start_speed": 1.0, "end_speed": 0.1, "pulses": 4, "mean_motion": N}

STALE = float(brentq(lambda a: 8.0 * np.sin(a / 2.0) - 3.0 * a * np.cos(a / 2.0), 8.5, 9.2)) / N
"""The other time [s], 1.41 revolutions, after which two points cannot be joined at will."""

Thrust = Callable[[float], Array]


def unpowered(t: float) -> Array:
    return np.zeros(3)


def hill(state: Array, seconds: float, thrust: Thrust = unpowered) -> Array:
    """The state after `seconds` by Hill's equations, written from the turning frame: gravity gradient and Coriolis."""
    omega = np.array([0.0, -N, 0.0])
    gradient = N * N * np.array([-1.0, -1.0, 2.0])

    def rate(t: float, s: Array) -> Array:
        turning = -2.0 * np.cross(omega, s[3:]) - np.cross(omega, np.cross(omega, s[:3]))
        return np.concatenate([s[3:], gradient * s[:3] + turning + thrust(t)])

    return np.asarray(solve_ivp(rate, (0.0, seconds), state, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1])


def two_body(state: Array, seconds: float, thrust: Thrust = unpowered) -> Array:
    """The relative state after `seconds`, both craft flown in inertial axes about a point mass."""
    r_T, v_T = np.array([RADIUS, 0.0, 0.0]), np.array([0.0, N * RADIUS, 0.0])
    r_C, v_C = inertial_from_lvlh(r_T, v_T, r_CT_L=state[:3], v_CT_L=state[3:])

    def rate(t: float, s: Array) -> Array:
        a = N * t
        up, forward = np.array([np.cos(a), np.sin(a), 0.0]), np.array([-np.sin(a), np.cos(a), 0.0])
        push = thrust(t)
        powered = push[0] * forward - push[1] * np.array([0.0, 0.0, 1.0]) - push[2] * up
        fall = -MU_EARTH * s[:6].reshape(2, 3) / np.linalg.norm(s[:6].reshape(2, 3), axis=1)[:, None] ** 3
        fall[1] += powered
        return np.concatenate([s[6:], fall.ravel()])

    both = np.concatenate([r_T, r_C, v_T, v_C])
    end = solve_ivp(rate, (0.0, seconds), both, method="DOP853", rtol=1e-12, atol=1e-7).y[:, -1]
    return np.concatenate(relative_lvlh(end[:3], end[6:9], end[3:6], end[9:]))


def flown(path: PulsedPath, fly: Callable[..., Array]) -> Array:
    """States (k, 6) before the impulse at each point, the impulses given open loop from the first point on."""
    state = np.concatenate([path.points[0], path.before[0]])
    out = [state]
    for span, impulse in zip(np.diff(path.times), path.impulses, strict=False):
        state = fly(state + np.concatenate([np.zeros(3), impulse]), float(span))
        out.append(state)
    return np.array(out)


def miss(path: PulsedPath, fly: Callable[..., Array]) -> float:
    """Greatest distance [m] of the flown path from its points."""
    return float(np.max(np.linalg.norm(flown(path, fly)[:, :3] - path.points, axis=1)))


PATHS = {
    "a radial hop": (radial_hop(-250.0, -150.0, mean_motion=N), 250.0, linear),
    "a tangential hop": (tangential_hop(-250.0, -150.0, mean_motion=N), 250.0, linear_over_a_revolution),
    "a glideslope": (
        glideslope(np.array([-400.0, 30.0, 300.0]), 0.5 * A, **{**GLIDE, "pulses": 8}),
        500.0,
        linear,
    ),
    "a fly-around": (
        fly_around(np.array([0.0, 0.0, 120.0]), np.array([0.0, 1.0, 0.2]), **SWEEP),
        120.0,
        linear,
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_path_ends_where_hills_equations_take_it(name: str, claim: Callable[..., None]) -> None:
    claim(
        claim=f"Points and velocities of {name}",
        truth="Hill's equations integrated",
        tolerance=one_micrometre,
        achieved=miss(PATHS[name][0], hill),
        unit="m",
    )
    path = PATHS[name][0]
    assert flown(path, hill)[:, 3:] == pytest.approx(path.before, abs=N * one_micrometre * 10.0)


@pytest.mark.parametrize("name", PATHS)
def test_a_path_flown_about_a_point_mass_keeps_to_the_linear_error(name: str, claim: Callable[..., None]) -> None:
    path, size, share = PATHS[name]
    claim(
        claim=f"Points of {name} within {size:g} m, open loop",
        truth="two-body motion of both craft",
        tolerance=share * size * size,
        achieved=miss(path, two_body),
        unit="m",
    )


@pytest.mark.parametrize(
    ("hop", "axis", "cm_s"), [(radial_hop, 2, 2.82), (tangential_hop, 0, -0.60)], ids=["radial", "tangential"]
)
def test_a_hop_of_100_m_at_the_station_costs_what_the_literature_says(
    hop: Callable[..., PulsedPath], axis: int, cm_s: float, claim: Callable[..., None]
) -> None:
    path = hop(-200.0, -100.0, mean_motion=N)
    claim(
        claim=f"First impulse of a {hop.__name__.replace('_', ' ')} of 100 m at 415 km",
        truth=f"{abs(cm_s):.2f} cm/s, n dx / {'4' if axis == 2 else '(6 pi)'}",
        tolerance=0.005,
        achieved=100.0 * path.impulses[0, axis] - cm_s,
        unit="cm/s",
    )
    assert path.delta_v == pytest.approx(2.0 * abs(path.impulses[0, axis]))
    assert np.count_nonzero(path.impulses) == 2
    assert path.after[-1] == pytest.approx(np.zeros(3))


def test_a_radial_hop_bulges_a_quarter_of_its_length_and_comes_back_without_its_second_impulse() -> None:
    path = radial_hop(-300.0, -100.0, mean_motion=N)
    assert path.states(np.array(REVOLUTION / 4.0))[2] == pytest.approx(50.0)
    assert path.states(np.array(path.times[-1]))[3:] == pytest.approx(np.zeros(3))
    missed = path.leaving_with(path.before[-1])
    assert missed.states(np.array(REVOLUTION))[:3] == pytest.approx([-300.0, 0.0, 0.0])


def test_a_tangential_hop_goes_on_by_its_length_without_its_second_impulse() -> None:
    path = tangential_hop(-300.0, -200.0, mean_motion=N)
    assert path.leaving_with(path.before[-1]).states(np.array(2.0 * REVOLUTION))[0] == pytest.approx(-100.0)
    assert path.states(np.array(REVOLUTION / 2.0))[2] == pytest.approx(400.0 / (6.0 * pi))


place = st.tuples(*[st.floats(-500.0, 500.0)] * 3).map(np.array)


@given(start=place, end=place, part=st.floats(0.01, 0.45))
def test_a_transfer_and_its_mirror_in_time_reach_each_others_start(start: Array, end: Array, part: float) -> None:
    after, before = transfer_velocities(start, end, seconds=part * REVOLUTION, mean_motion=N)
    mirror = np.array([-1.0, 1.0, 1.0])  # Hill's equations run backward are themselves with x turned
    back, home = transfer_velocities(mirror * end, mirror * start, seconds=part * REVOLUTION, mean_motion=N)
    assert back == pytest.approx(-mirror * before, abs=1e-9)
    assert home == pytest.approx(-mirror * after, abs=1e-9)


@pytest.mark.parametrize("part", [1e-4, 0.2, 0.5, 0.5 + 1e-5, 0.9, 1.3, 1.7])
def test_a_transfer_arrives_by_hills_equations_also_past_a_revolution(part: float) -> None:
    start, end = np.array([-300.0, 20.0, 80.0]), np.array([-40.0, -20.0 if part == 0.5 else -20.0005, 0.0])
    after, before = transfer_velocities(start, end, seconds=part * REVOLUTION, mean_motion=N)
    arrived = hill(np.concatenate([start, after]), part * REVOLUTION)
    assert arrived[:3] == pytest.approx(end, abs=one_micrometre)
    assert arrived[3:] == pytest.approx(before, abs=N * one_micrometre * 10.0)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ([-300.0, 0.0, 0.0], [-80.0, 0.0, 0.0]),
        ([0.0, 0.0, 300.0], [0.0, 0.0, 80.0]),
        ([200.0, 30.0, -90.0], [5.0, 9.0, 7.0]),
    ],
    ids=["V-bar", "R-bar", "slanting"],
)
def test_the_thrust_of_a_forced_line_keeps_it_straight(
    start: list[float], end: list[float], request: pytest.FixtureRequest, claim: Callable[..., None]
) -> None:
    line = forced_line(np.array(start), np.array(end), speed=0.3, mean_motion=N)
    begin = line.states(np.array(0.0))
    of = request.node.callspec.id
    for truth, fly, tolerance in (
        ("Hill's equations integrated", hill, one_micrometre),
        ("two-body motion of both craft", two_body, linear * 300.0**2),
    ):
        arrived = fly(begin, line.seconds, lambda t: line.acceleration(np.array(t)))
        achieved = float(np.linalg.norm(arrived[:3] - end))
        name = f"End of a forced line from 300 m, {of}"
        claim(claim=name, truth=truth, tolerance=tolerance, achieved=achieved, unit="m")


def test_forced_lines_take_the_accelerations_and_sums_of_the_textbook() -> None:
    vbar = forced_line(np.array([-300.0, 0.0, 0.0]), np.array([-100.0, 0.0, 0.0]), speed=0.2, mean_motion=N)
    assert vbar.acceleration(np.array([0.0, 500.0])) == pytest.approx(np.array([[0.0, 0.0, 2.0 * N * 0.2]] * 2))
    assert vbar.delta_v_by_axis == pytest.approx([0.0, 0.0, 2.0 * N * 200.0])
    rbar = forced_line(np.array([0.0, 0.0, 300.0]), np.array([0.0, 0.0, 100.0]), speed=0.2, mean_motion=N)
    first = rbar.acceleration(np.array(0.0))
    assert first == pytest.approx([2.0 * N * 0.2, 0.0, -3.0 * N * N * 300.0])  # braking by nature: thrust goes up
    assert rbar.delta_v_by_axis == pytest.approx([2.0 * N * 200.0, 0.0, 1.5 * N * N * (300.0**2 - 100.0**2) / 0.2])


def test_the_sum_of_a_forced_line_through_a_change_of_sign_is_that_of_magnitudes() -> None:
    line = forced_line(np.array([-50.0, 40.0, 80.0]), np.array([20.0, -10.0, -60.0]), speed=0.4, mean_motion=N)
    times = (np.arange(20000) + 0.5) * line.seconds / 20000
    summed = np.abs(line.acceleration(times)).mean(axis=0) * line.seconds
    assert line.delta_v_by_axis == pytest.approx(summed, rel=1e-6)


def test_holding_a_point_on_vbar_is_free_and_elsewhere_is_not() -> None:
    assert holding_acceleration(2.0 * A, O, mean_motion=N) == pytest.approx(O)
    held = holding_acceleration(np.array([[0.0, 50.0, 0.0], [0.0, 0.0, 50.0]]), O, mean_motion=N)
    assert held == pytest.approx(N * N * np.array([[0.0, 50.0, 0.0], [0.0, 0.0, -150.0]]))


@given(start_speed=st.floats(0.05, 5.0), end_speed=st.floats(0.05, 5.0), part=st.floats(0.0, 1.0))
def test_a_glide_closes_its_distance_with_a_speed_linear_in_what_is_left(
    start_speed: float, end_speed: float, part: float
) -> None:
    speeds = {"start_speed": start_speed, "end_speed": end_speed}
    total = glide_seconds(500.0, **speeds)
    assert glide_to_go(500.0, 0.0, **speeds) == 500.0
    assert glide_to_go(500.0, total, **speeds) == pytest.approx(0.0, abs=1e-8)
    step = 1e-5 * total
    t = float(np.clip(part * total, step, total - step))
    slope = (glide_to_go(500.0, t - step, **speeds) - glide_to_go(500.0, t + step, **speeds)) / (2.0 * step)
    wanted = end_speed + (start_speed - end_speed) * glide_to_go(500.0, t, **speeds) / 500.0
    assert slope == pytest.approx(wanted, rel=1e-6)


def speed_errors(pulses: int) -> tuple[float, float]:
    """Greatest miss [m/s] of the speed along the slope, mean of both sides of a pulse, and that at the end."""
    start, end = np.array([-400.0, 0.0, 300.0]), np.array([-40.0, 0.0, 30.0])
    path = glideslope(start, end, start_speed=1.5, end_speed=0.25, pulses=pulses, mean_motion=N)
    to_go = np.linalg.norm(path.points - end, axis=1)
    along = 0.5 * (path.before + path.after) @ ((end - start) / 450.0)
    wanted = 0.25 + 1.25 * to_go / 450.0
    return float(np.max(np.abs(along - wanted)[1:-1])), float(abs(along - wanted)[-1])


def test_a_glideslope_has_the_glides_speeds_at_its_pulses(claim: Callable[..., None]) -> None:
    few, many = speed_errors(10), speed_errors(80)
    claim(
        claim="Speed at the pulses of a glideslope from 1.5 to 0.25 m/s over 450 m, 80 pulses",
        truth="the exponential glide",
        tolerance=0.002,
        achieved=many[0],
        unit="m/s",
    )
    assert np.log(few[0] / many[0]) / np.log(8.0) == pytest.approx(2.0, abs=0.2)  # means are of second order
    assert np.log(few[1] / many[1]) / np.log(8.0) == pytest.approx(1.0, abs=0.2)  # the last, of one side, of first


def test_a_glideslope_gives_as_many_pulses_as_asked_and_may_stop_at_its_end() -> None:
    path = glideslope(3.0 * A, 0.5 * A, **{**GLIDE, "pulses": 5})
    assert np.count_nonzero(np.linalg.norm(path.impulses, axis=1)) == 5
    stopped = path.leaving_with(np.zeros(3))
    assert stopped.after[-1] == pytest.approx(np.zeros(3))
    assert stopped.delta_v == pytest.approx(path.delta_v + np.linalg.norm(path.before[-1]))


def test_a_glideslope_taken_up_under_way_needs_less_at_its_first_pulse() -> None:
    standing = glideslope(3.0 * A, 0.5 * A, **GLIDE)
    moving = glideslope(3.0 * A, 0.5 * A, **GLIDE, arriving=standing.after[0])
    assert moving.impulses[0] == pytest.approx(np.zeros(3), abs=1e-15)
    assert moving.impulses[1:] == pytest.approx(standing.impulses[1:])
    assert pulses_through(moving.points, moving.times + 9.0, mean_motion=N).times == pytest.approx(moving.times)


def radius_error(pulses: int, turns: float) -> tuple[float, float]:
    """Greatest error [m] of the radius in an inspection at 100 m in half a revolution, and `fly_around`'s bound."""
    seconds = 0.5 * REVOLUTION
    path = fly_around(A, ACROSS, angle=turns * 2.0 * pi, seconds=seconds, pulses=pulses, mean_motion=N)
    radius = np.linalg.norm(path.states(np.linspace(0.0, seconds, 40 * pulses + 1))[:, :3], axis=1)
    assert radius[::40] == pytest.approx(np.full(pulses + 1, 100.0))
    turn, drift = 2.0 * pi / pulses, pi / pulses
    bound = 100.0 * (turn * turn + 2.0 * turn * drift + 3.0 * drift * drift) / 8.0
    return float(np.max(np.abs(radius - 100.0))), bound


def test_a_fly_around_bulges_between_its_pulses_by_no_more_than_stated(claim: Callable[..., None]) -> None:
    (with_it, bound), (against_it, _) = radius_error(36, 1.0), radius_error(36, -1.0)
    claim(
        claim="Radius between the 36 pulses of an inspection at 100 m in half a revolution",
        truth="the bend of circle and free arc",
        tolerance=1.05 * bound,
        achieved=worst_of((with_it, against_it)),
        unit="m",
    )
    assert np.log(radius_error(18, 1.0)[0] / with_it) / np.log(2.0) == pytest.approx(2.0, abs=0.2)


def test_a_fly_around_keeps_its_side_of_the_axis_and_turns_right_handed() -> None:
    path = fly_around(np.array([50.0, 7.0, 0.0]), 2.0 * ACROSS, **TURN | {"angle": pi / 2.0, "pulses": 3})
    assert path.points[-1] == pytest.approx([0.0, 7.0, -50.0])
    assert path.points[:, 1] == pytest.approx(np.full(4, 7.0))
    assert len(path.times) == 4


@pytest.mark.parametrize("side", [1, -1])
def test_an_inspection_circle_is_one_without_thrust(side: int, claim: Callable[..., None]) -> None:
    state = inspection_circle(150.0, phase=0.4, mean_motion=N, side=side)
    away = [hill(state, part * REVOLUTION) for part in (0.1, 0.3, 0.55, 0.8, 1.0)]
    claim(
        claim=f"Radius of a natural circle of 150 m, side {side}",
        truth="Hill's equations integrated",
        tolerance=one_micrometre,
        achieved=worst_of(abs(float(np.linalg.norm(a[:3])) - 150.0) for a in away),
        unit="m",
    )
    assert away[-1][:3] == pytest.approx(state[:3], abs=one_micrometre)
    normal = np.array([0.0, 1.0, -side * np.sqrt(3.0)])
    assert [float(a[:3] @ normal) for a in away] == pytest.approx([0.0] * 5, abs=one_micrometre * 10.0)


@pytest.mark.parametrize(("up", "aside", "side"), [(200.0, 120.0, 1), (80.0, 150.0, -1)])
def test_a_safety_ellipse_stays_clear_of_vbar_even_when_it_drifts(up: float, aside: float, side: int) -> None:
    state = safety_ellipse(up, aside, phase=1.1, mean_motion=N, centre=30.0, side=side)
    r, v = state[None, :3], state[None, 3:]
    orbit = PulsedPath(times=np.zeros(1), points=r, before=v, after=v, mean_motion=N)
    around = orbit.states(np.linspace(0.0, REVOLUTION, 2001))
    assert around[-1] == pytest.approx(state, abs=1e-7)
    assert np.hypot(around[:, 1], around[:, 2]).min() == pytest.approx(min(up, aside), rel=1e-5)
    assert np.ptp(around[:, 0]) == pytest.approx(4.0 * up, rel=1e-5)
    assert np.sign(state[1] * state[5] - state[2] * state[4]) == -side
    assert around[:, 0].mean() == pytest.approx(30.0, abs=2.0 * up / 1000.0)
    hit = orbit.leaving_with(state[3:] + np.array([0.002, 0.0, 0.0])).states(np.linspace(0.0, 15.0 * REVOLUTION, 3001))
    assert np.ptp(hit[:, 0]) > 500.0
    assert np.hypot(hit[:, 1], hit[:, 2]).min() > min(up, aside) - 4.0 * 0.002 / N


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (lambda: radial_hop(5.0, 5.0, mean_motion=N), "a hop from 5 m to 5 m was asked for; give two places"),
        (lambda: radial_hop(5.0, 9.0, mean_motion=0.0), "a mean motion of 0 rad/s was asked for; give more than zero"),
        (lambda: tangential_hop(0.0, np.nan, mean_motion=N), "a hop from 0 m to nan m"),
        (lambda: transfer_velocities(A, O, seconds=0.0, mean_motion=N), "a transfer time of 0 s was asked for"),
        (lambda: transfer_velocities(A, O, seconds=np.nan, mean_motion=N), "a transfer time of nan s was asked for"),
        (lambda: transfer_velocities(A, O, seconds=REVOLUTION, mean_motion=N), "1.0000 revolutions of the target"),
        (lambda: transfer_velocities(A, O, seconds=STALE, mean_motion=N), "choose another time"),
        (
            lambda: transfer_velocities(A, A + [0.0, 9.0, 0.0], seconds=REVOLUTION / 2.0, mean_motion=N),
            "half revolutions was asked for, from 0 m to 9 m out of plane",
        ),
        (lambda: transfer_velocities(A[:2], O, seconds=9.0, mean_motion=N), "start was given as"),
        (lambda: pulses_through(np.zeros((1, 3)), np.zeros(1), mean_motion=N), "give two points or more"),
        (lambda: pulses_through(np.eye(3), np.array([0.0, 5.0, 5.0]), mean_motion=N), "do not increase"),
        (lambda: forced_line(A, A, speed=1.0, mean_motion=N), "to itself was asked for"),
        (lambda: forced_line(A, O, speed=-1.0, mean_motion=N), "a speed of -1 m/s was asked for"),
        (lambda: glideslope(A, O, **{**GLIDE, "pulses": 0}), "0 pulses were asked for; give at least 1"),
        (lambda: glideslope(A, O, **{**GLIDE, "end_speed": 0.0}), "a final speed of 0 m/s"),
        (lambda: glide_to_go(100.0, 1e6, start_speed=1.0, end_speed=1.0), "the glide lasts from 0 to 100 s"),
        (lambda: fly_around(A, np.array([2.0, 0.0, 0.0]), **TURN), "has no radius; turn the axis"),
        (lambda: fly_around(A, O, **TURN), "has no radius; turn the axis"),
        (lambda: fly_around(A, ACROSS, **{**TURN, "angle": 0.0}), "by 0 rad was asked for"),
        (lambda: fly_around(A, ACROSS, **{**TURN, "pulses": 0}), "0 pulses were asked for"),
        (lambda: inspection_circle(0.0, phase=0.0, mean_motion=N), "a circle radius of 0 m"),
        (lambda: inspection_circle(9.0, phase=0.0, mean_motion=N, side=0), "side 0 of an inspection circle"),
        (lambda: safety_ellipse(9.0, 9.0, phase=np.inf, mean_motion=N), "a phase of inf rad"),
        (lambda: safety_ellipse(9.0, 9.0, phase=0.0, mean_motion=N, side=2), "side 2 of a safety ellipse"),
        (lambda: radial_hop(0.0, 9.0, mean_motion=N).states(np.array(-1.0)), "a state -1 s from the path's start"),
    ],
)
def test_what_cannot_be_flown_is_refused_with_a_sentence(asked: Callable[[], object], sentence: str) -> None:
    with pytest.raises(PlanError) as fault:
        asked()
    assert sentence in str(fault.value)
