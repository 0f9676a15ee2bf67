"""A sequence is flown where its rules put it, and its Jacobian is that of the flown chain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softdock.astro.eclipses import shadow_intervals, sunrises
from softdock.astro.environment import Forces, build_environment
from softdock.astro.events import apsides, argument_of_latitude, nodes
from softdock.astro.relative import elevation_angle, phase_angle
from softdock.conventions import DEGREE
from softdock.errors import PlanError
from softdock.planning.conditions import behind_elevation
from softdock.planning.rest import remaining
from softdock.planning.sensitivity import jacobian
from tests.fixtures.worst import worst_of
from tests.planning.manoeuvre_scene import beside, by_differences, chain, in_orbit, relative_error

START_BURN = """
[[manoeuvres]]
name = "push"
when = { minutes = 10 }
fixed = { forward_m_s = 4.0, across_m_s = 1.0, down_m_s = -2.0 }
free = ["forward", "across", "down", "time"]
[[manoeuvres]]
name = "event"
when = { WHEN }
achieves = [{ mission_time_s = 0.0, height_km = 200.0, phase_deg = 20.0, out_of_plane_km = 0.0, offset_lvlh_m = [0, 0, 0], height_difference_km = 10.0 }]
[[manoeuvres]]
name = "last"
when = { after = "event", minutes = 20 }
achieves = [{ relative_velocity_m_s = [0, 0, 0], elevation_deg = 27.0, out_of_plane_rate_m_s = 0.0 }, { coelliptic = true }]
"""  # noqa: E501
RULES = {
    "revolutions": "revolutions = 2.37",
    "turns from the start": 'after = "start", revolutions = 1.9',
    "minutes": "minutes = 75",
    "seconds before": "revolutions = 1.4, offset_min = -6",
    "clock": 'utc = "1975-07-15T14:02:03"',
    "apogee": 'apsis = "apogee"',
    "second perigee": 'apsis = "perigee", count = 2',
    "any apsis": 'apsis = "either", count = 3',
    "ascending node": 'node = "ascending"',
    "any node": 'node = "either", count = 3',
    "argument of latitude": "argument_of_latitude_deg = 77, count = 2",
    "travel": "target_travel_deg = 500",
    "sunrise": 'light = "sunrise", offset_min = -23',
    "sunset": 'light = "sunset", count = 2',
    "mid-darkness": 'light = "mid-darkness"',
    "rising": "elevation_deg = 9",
}
SEQUENCE = """
[[manoeuvres]]
name = "NC1"
when = { minutes = 40 }
free = ["forward"]
achieves = [{ at = "TPI", phase_deg = 0.3 }]
[[manoeuvres]]
name = "apogee"
when = { apsis = "apogee" }
[[manoeuvres]]
preset = "NH"
name = "NC2"
when = { after = "NC1", revolutions = 8 }
at = "NCC"
height_difference_km = 37.04
[[manoeuvres]]
name = "NCC"
when = { revolutions = 0.5 }
free = ["forward", "across", "time"]
achieves = [{ at = "TPI", height_difference_km = 18.52 }, { at = "NSR", out_of_plane_km = 0.0 }, { apogee_km = 200 }]
[[manoeuvres]]
preset = "NSR"
when = { minutes = 37 }
[[manoeuvres]]
preset = "TPI"
when = { node = "descending" }
at = "TPF"
[[manoeuvres]]
preset = "TPF"
when = { target_travel_deg = 130 }
"""
BURNS = np.array([4.0, 12.0, 11.0, 0.5, -30.0, 7.0, 1.0, 1.0, 6.0, 0.3, -2.0, 1.0, 0.1, 5.0])
ENGINES = dict.fromkeys(("NC1", "NC2", "NCC", "NSR", "TPI"), "sps") | {"TPF": "rcs"}
STEPS = {"time": 2.0, "forward": 0.1, "across": 0.1, "down": 0.1}  # s, m/s


@pytest.fixture(scope="module")
def env(epoch):
    return build_environment(epoch, span_s=1.5 * 86400.0)


@pytest.fixture(scope="module")
def airless(epoch):
    return build_environment(epoch, span_s=1.5 * 86400.0, forces=Forces(drag=False))


def scene(env, epoch, apollo, text, *, phase_deg=60.0, hours=30.0, **more):
    target = in_orbit(env, (224.0, 229.0), 2.0)
    start = in_orbit(env, (168.0, 181.0), 2.0 - phase_deg * DEGREE)
    return chain(text, beside(env, target, hours, epoch=epoch), apollo, start, **more)


def unknown_steps(flying) -> np.ndarray:
    return np.array([STEPS[u.axis] for u in flying.unknowns])


def jacobian_error(flying, x: np.ndarray) -> float:
    steps = unknown_steps(flying)
    allowed = np.array([row.tolerance for row in flying.rows])
    truth = by_differences(lambda y: flying.misses(flying.fly(y)) / allowed, x, steps)
    return relative_error(jacobian(flying, flying.fly(x)) / allowed[:, None], truth, steps)


@pytest.fixture(scope="module")
def ruled(airless, epoch, apollo):
    """Flown events by the name of their rule: phase 10 deg, so that the target rises through 9 deg soon."""
    flights = {}
    for name, when in RULES.items():
        flying = scene(
            airless, epoch, apollo, START_BURN.replace("WHEN", when), phase_deg=6.0, hours=14.0, is_impulsive=True
        )
        x = np.array([u.start for u in flying.unknowns])
        flights[name] = flying, x, flying.fly(x)
    return flights


def test_events_come_where_independent_searches_find_them(ruled, airless, epoch, claim) -> None:
    off: dict[str, float] = {}
    for name, (flying, _, flown) in ruled.items():
        event, push, target = flown["event"], flown["push"], flying.around.target
        t, way = event.t, event.way
        if "apogee" in name or "perigee" in name:
            kind = name.split()[-1]
            found = [a for a, which in apsides(way, push.t + 300.0, t + 30.0) if which == kind]
            off[name] = found[-1] - t
        elif name.endswith("node"):
            found = [a for a, which in nodes(way, airless, push.t + 300.0, stop=t + 30.0)]
            off[name] = found[-1] - t
        elif name in ("sunrise", "sunset"):
            sign = {"sunrise": 1, "sunset": -1}[name]
            found = [a for a, side in sunrises(target, airless, push.t, stop=push.t + 12000.0) if side == sign]
            off[name] = found[event.manoeuvre.when.count - 1] + 60.0 * event.manoeuvre.when.offset_min - t
        elif name == "mid-darkness":
            first = shadow_intervals(target, airless, push.t, stop=push.t + 9000.0)[0]
            off[name] = sum(first) / 2.0 - t
        elif name == "clock":
            off[name] = epoch.seconds_of("1975-07-15T14:02:03") - t
        elif name == "rising":
            T = target.at(t)
            seen = float(elevation_angle(T.r, event.before.r, event.before.v))
            off[name] = (seen - 9.0 * DEGREE) / 1e-4  # the line of sight turns by some 1e-4 rad/s
    assert len(off) == 9
    a_hundredth = 0.01
    worst = worst_of(map(abs, off.values()))
    claim(
        claim="Nodes, apsides, light, elevation and clock times of manoeuvres come where their rules say",
        truth="event searches on the flown arcs",
        tolerance=a_hundredth,
        achieved=worst,
        unit="s",
    )


def test_revolutions_are_counted_by_the_argument_of_latitude(ruled, airless) -> None:
    for name, since, wanted in (("revolutions", "push", 2.37), ("turns from the start", "start", 1.9)):
        _, _, flown = ruled[name]
        ends = [flown[since].before, flown["event"].before]
        u = [float(argument_of_latitude(s.r, s.v, airless, t=s.t)) for s in ends]
        assert (u[1] - u[0]) / (2.0 * np.pi) % 1.0 == pytest.approx(wanted % 1.0, abs=1e-9)
        turned = (flown["event"].turned - flown[since].turned) / (2.0 * np.pi)
        assert turned == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("name", list(RULES))
def test_moments_move_with_earlier_burns_as_the_jacobian_says(ruled, name: str) -> None:
    flying, x, _ = ruled[name]
    assert jacobian_error(flying, x) < 2e-6


def test_the_jacobian_of_a_rendezvous_is_that_of_the_flown_chain(airless, epoch, apollo, claim) -> None:
    """No air: with it a lighter craft is braked more, which the Jacobian leaves out (next test)."""
    for kind, is_impulsive, tolerance in (("impulses", True, 1e-5), ("finite burns", False, 1e-4)):
        flying = scene(airless, epoch, apollo, SEQUENCE, is_impulsive=is_impulsive, engines=ENGINES)
        claim(
            claim=f"Jacobian of seven events in 17 hours, 14 unknowns, by state transition, {kind}",
            truth="differences of flown chains",
            tolerance=tolerance,
            achieved=jacobian_error(flying, BURNS),
            unit="of a row's largest",
        )


def test_with_air_the_jacobian_is_good_enough_to_solve_by(env, epoch, apollo, claim) -> None:
    flying = scene(env, epoch, apollo, SEQUENCE, engines=ENGINES)
    claim(
        claim="The same Jacobian in air, where the drag of a craft lighter by other burns is left out",
        truth="differences of flown chains",
        tolerance=3e-3,
        achieved=jacobian_error(flying, BURNS),
        unit="of a row's largest",
    )


def test_an_impulse_costs_the_propellant_of_the_burn_and_a_moment_nothing(airless, epoch, apollo) -> None:
    flown = {
        kind: scene(airless, epoch, apollo, SEQUENCE, is_impulsive=kind, engines=ENGINES).fly(BURNS)
        for kind in (True, False)
    }
    for name in ("NC1", "NC2", "TPF"):
        masses = [f[name].after.mass - f[name].before.mass for f in flown.values()]
        assert masses[0] == pytest.approx(masses[1], rel=1e-3)
        assert masses[0] < -1.0
    moment = flown[False]["apogee"]
    assert moment.after is moment.before
    assert flown[False].total == pytest.approx(sum(e.speed for e in flown[False].events))


def test_phases_are_counted_with_their_turns(airless, epoch, apollo) -> None:
    """20 revolutions 55 km below: some 100 deg, through the target and on to minus 40."""
    text = '[[manoeuvres]]\nname = "end"\nwhen = { revolutions = 20 }\n'
    flying = scene(airless, epoch, apollo, text)
    end = flying.fly(np.empty(0))["end"]
    T = flying.around.target.at(end.t)
    assert float(phase_angle(T.r, T.v, end.before.r)) == pytest.approx(end.phase, abs=1e-12)
    assert end.phase < 0.0
    ahead = scene(airless, epoch, apollo, text, phase_deg=-20.0).fly(np.empty(0))
    assert ahead.start.phase == pytest.approx(340.0 * DEGREE, abs=0.01)
    assert ahead["end"].phase == pytest.approx(ahead.start.phase + end.phase - 60.0 * DEGREE, abs=0.02)


def test_the_way_to_an_elevation_is_zero_where_the_elevation_is(ruled) -> None:
    flying, _, flown = ruled["rising"]
    event = flown["event"]
    y = np.concatenate([event.before.r, event.before.v])[None, :]
    one_metre = 1.0
    assert abs(behind_elevation(flying.around.target, 9.0 * DEGREE)(event.t, y, 0.0)[0]) < one_metre


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ('after = "start", revolutions = 0.05', "before push is over; raise it by"),
        ('after = "start", minutes = 5', "before push is over; give it a later time"),
        ('after = "start", node = "either"', None),
        ("elevation_deg = 60, count = 3", "rise through 60 deg"),
        ('light = "sunset", count = 30', "sunset number 30"),
        ("target_travel_deg = 3600, offset_min = 1", "past the end of the target's arc"),
        ("mission_time_s = 60000", "the target is known until 50400 s"),
    ],
)
def test_an_event_that_does_not_come_is_told_by_name(airless, epoch, apollo, when: str, words: str | None) -> None:
    flying = scene(airless, epoch, apollo, START_BURN.replace("WHEN", when), hours=14.0, is_impulsive=True)
    x = np.array([u.start for u in flying.unknowns])
    if words is None:
        assert flying.fly(x)["event"].t > flying.fly(x)["push"].t
        return
    with pytest.raises(ArithmeticError, match=words):
        flying.fly(x)


def test_a_utc_time_needs_an_epoch(airless, epoch, apollo) -> None:
    flying = scene(airless, None, apollo, START_BURN.replace("WHEN", RULES["clock"]), is_impulsive=True)
    with pytest.raises(PlanError, match="no epoch"):
        flying.fly(np.array([u.start for u in flying.unknowns]))


def test_what_does_not_happen_is_put_where_it_is_expected_only_when_asked(airless, epoch, apollo) -> None:
    flying = scene(airless, epoch, apollo, START_BURN.replace("WHEN", "elevation_deg = 60, count = 3"), hours=14.0)
    x = np.array([u.start for u in flying.unknowns])
    assert replace(flying, is_impulsive=True).fly(x, is_loose=True).missing == ("event",)


@pytest.mark.parametrize("at", [3000.0, 20000.0, 46000.0, 50000.0])
def test_the_rest_of_a_sequence_is_flown_as_the_whole_is(airless, epoch, apollo, at: float) -> None:
    """Cut on a coast; rules that count from what is past find the same times."""
    whole = scene(airless, epoch, apollo, SEQUENCE, is_impulsive=True, engines=ENGINES)
    flown = whole.fly(BURNS)
    on_way = next(e for e in flown.events if e.t >= at)
    rest = remaining(whole, flown, on_way.way.at(at))
    names = rest.sequence.names
    assert names == tuple(e.manoeuvre.name for e in flown.events if e.t >= at)
    burned = {u.name: b for u, b in zip(whole.unknowns, BURNS, strict=True)}
    x = np.array([burned[u.name] for u in rest.unknowns])
    assert ("time of NCC" in [u.name for u in rest.unknowns]) == ("NCC" in names[1:])  # the next keeps its time
    again = rest.fly(x)
    a_millisecond, a_metre = 1e-3, 1.0
    for event in again.events:
        same = flown[event.manoeuvre.name]
        assert event.t == pytest.approx(same.t, abs=a_millisecond)
        assert np.linalg.norm(event.before.r - same.before.r) < a_metre
        assert event.phase == pytest.approx(same.phase, abs=1e-6)
    assert jacobian_error(rest, x) < 1e-5
    later = remaining(rest, again, again.events[-1].way.at(again.events[-1].t - 60.0))
    assert later.sequence.names == names[-1:]


def test_the_rest_is_not_asked_for_after_the_last_event(airless, epoch, apollo) -> None:
    whole = scene(airless, epoch, apollo, SEQUENCE, is_impulsive=True, engines=ENGINES)
    flown = whole.fly(BURNS)
    with pytest.raises(PlanError, match="give a time between two of them"):
        remaining(whole, flown, replace(flown.events[-1].after, t=flown.events[-1].t + 1.0))
