"""Pads: each number of one against another way to it, and the tables that are made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.constants
from scipy.spatial.transform import Rotation

from softdock.astro.constants import EQUATORIAL_RADIUS
from softdock.astro.orbits import true_equator_axes
from softdock.conventions import FOOT, NAUTICAL_MILE, POUND, STANDARD_GRAVITY
from softdock.dynamics.arcs import propagate
from softdock.planning.burns import inertial_from_lvlh
from softdock.planning.chain import Chain, Flown
from softdock.planning.targeting import losses
from softdock.planning.vocabulary import sequence_from_toml
from softdock.products.pad_table import get_tenths, in_blocks, pad_lines, pads_text
from softdock.products.pads import NAMELESS, Pad, flown_pads, impulsive_sizes, planned_pads, tenths, thrust_attitude
from softdock.products.run_directory import Run, read_run
from softdock.products.story import Story
from tests.fixtures.worst import worst_of
from tests.planning.manoeuvre_scene import beside, in_orbit
from tests.products.pad_scene import some_pads
from tests.products.rest_scene import EPOCH, environment, flight, run_at_rest, solved

Claim = Callable[..., None]
one_metre, one_millimetre_a_second = 1.0, 1e-3


@pytest.fixture(scope="module")
def pads() -> list[Pad]:
    found = solved()
    return planned_pads(found, EPOCH, "progress", impulsive=impulsive_sizes(found))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(read_run(run_at_rest(tmp_path_factory.mktemp("runs") / "run")))


# ---- what stands on a pad, by another way


def test_there_is_a_pad_for_each_burn_with_its_time_and_engine(pads: list[Pad]) -> None:
    events = solved().flown.events
    assert [pad.name for pad in pads] == [event.manoeuvre.name for event in events]
    for pad, event in zip(pads, events, strict=True):
        assert event.burn is not None
        assert (pad.ignition, pad.engine, pad.duration) == (event.t, event.burn.engine, event.burn.duration_s)
        assert pad.utc == EPOCH.utc(event.t + 0.05)[:21].replace("T", " ")


def test_body_x_is_along_the_thrust_and_body_z_toward_the_earth(pads: list[Pad], claim: Claim) -> None:
    off = []
    for pad, event in zip(pads, solved().flown.events, strict=True):
        assert pad.attitude is not None
        w, x, y, z = pad.attitude.q_NB
        turned = Rotation.from_quat([x, y, z, w])
        thrust = inertial_from_lvlh(event.before, event.dv) / event.speed
        off.append(float(np.linalg.norm(turned.apply([1.0, 0.0, 0.0]) - thrust)))
        down = -event.before.r / np.linalg.norm(event.before.r)
        flat = down - (down @ thrust) * thrust
        off.append(float(np.linalg.norm(turned.apply([0.0, 0.0, 1.0]) - flat / np.linalg.norm(flat))))
        pitch, yaw = pad.attitude.pitch, pad.attitude.yaw
        along = np.array([np.cos(pitch) * np.cos(yaw), np.cos(pitch) * np.sin(yaw), -np.sin(pitch)])
        off.append(float(np.linalg.norm(along - event.dv / event.speed)))
    claim(
        claim="Attitude on a pad: body x along the thrust, body z toward the Earth, pitch and yaw of the thrust",
        truth="scipy's rotation, components of the burn",
        tolerance=1e-12,
        achieved=worst_of(off),
        unit="rad",
    )


@pytest.mark.parametrize(
    ("dv", "pitch", "yaw"),
    [((2.0, 0.0, 0.0), 0.0, 0.0), ((-3.0, 0.0, 0.0), 0.0, 180.0), ((0.0, 1.0, 0.0), 0.0, 90.0),
     ((0.0, 0.0, -1.0), 90.0, 0.0), ((0.0, 0.0, 4.0), -90.0, 0.0), ((1.0, -1.0, -(2.0**0.5)), 45.0, -45.0)],
)  # fmt: skip
def test_pitch_is_up_and_yaw_is_right(dv: tuple[float, float, float], pitch: float, yaw: float) -> None:
    r, v = np.array([7e6, 0.0, 0.0]), np.array([0.0, 7500.0, 0.0])
    stands = thrust_attitude(r, v, np.array(dv))
    assert stands is not None
    assert np.degrees([stands.pitch, stands.yaw]) == pytest.approx([pitch, yaw], abs=1e-9)
    assert np.linalg.norm(stands.q_NB) == pytest.approx(1.0)
    assert stands.q_NB[0] >= 0.0


def test_a_burn_of_nothing_has_no_attitude() -> None:
    assert thrust_attitude(np.array([7e6, 0.0, 0.0]), np.array([0.0, 7500.0, 0.0]), np.zeros(3)) is None


def test_masses_follow_the_rocket_equation_and_no_mass_is_lost_between_pads(pads: list[Pad], claim: Claim) -> None:
    impulse = solved().chain.chaser.engines["ktdu"].specific_impulse_s
    off = []
    for pad in pads:
        before, after = pad.masses
        off.append(before * np.exp(-pad.speed / (impulse * STANDARD_GRAVITY)) - after)
    assert [pad.masses[0] for pad in pads[1:]] == [pad.masses[1] for pad in pads[:-1]]
    claim(
        claim="Mass after each burn on a pad",
        truth="rocket equation of one engine, in closed form",
        tolerance=0.01,
        achieved=worst_of(map(abs, off)),
        unit="kg",
    )


def test_the_orbit_on_a_pad_is_the_next_revolution_second_by_second(pads: list[Pad], claim: Claim) -> None:
    off, late = [], []
    for pad, event in zip(pads, solved().flown.events, strict=True):
        assert pad.orbit is not None
        arc = propagate(environment(), event.after, until=event.after.t + 6000.0, drag_area=0.0)
        times = event.after.t + np.arange(0.0, pad.orbit.period + 0.5, 1.0)
        radii = np.linalg.norm(arc.positions(times), axis=1) - EQUATORIAL_RADIUS
        off += [radii.min() - pad.orbit.perigee, radii.max() - pad.orbit.apogee]
        late.append(_turns(arc, event.after.t, pad.orbit.period))
    claim(
        claim="Apogee and perigee on a pad",
        truth="the next revolution, scanned each second",
        tolerance=one_metre,
        achieved=worst_of(map(abs, off)),
        unit="m",
    )
    assert worst_of(map(abs, late)) < 1e-6  # rad of argument of latitude


def _turns(arc: Any, t: float, period: float) -> float:
    """Argument of latitude at the end of a period less that at its start [rad], to the true equator of then."""
    pole, angles = true_equator_axes(environment(), t)[2], []
    for time in (t, t + period):
        state = arc.at(time)
        h = np.cross(state.r, state.v)
        node = np.cross(pole, h)
        angles.append(np.arctan2(np.cross(node, state.r) @ h / np.linalg.norm(h), node @ state.r))
    return float((angles[1] - angles[0] + np.pi) % (2.0 * np.pi) - np.pi)


def test_range_rate_is_how_the_range_changes_and_negative_when_closing(pads: list[Pad], claim: Claim) -> None:
    target, off = solved().chain.around.target, []
    for pad, event in zip(pads, solved().flown.events, strict=True):
        times = event.t + np.array([-0.5, 0.0, 0.5])
        far = np.linalg.norm(target.positions(times) - event.way.positions(times), axis=1)
        assert pad.sight is not None
        assert pad.sight.range == pytest.approx(far[1], abs=1e-6)
        assert pad.sight.range_rate < 0.0
        off.append(pad.sight.range_rate - (far[2] - far[0]))
    claim(
        claim="Range rate at ignition on a pad",
        truth="difference of ranges half a second before and after",
        tolerance=one_millimetre_a_second,
        achieved=worst_of(map(abs, off)),
        unit="m/s",
    )


def test_the_last_pad_sees_the_target_where_the_chaser_was_sent(pads: list[Pad]) -> None:
    """1,414 m behind and below: 45 deg up, 2 km away."""
    seen = pads[-1].sight
    assert seen is not None
    assert seen.range == pytest.approx(1414.0 * 2.0**0.5, abs=one_metre)
    assert np.degrees(seen.elevation) == pytest.approx(45.0, abs=0.05)
    assert seen.phase > 0.0


def test_a_phase_beyond_half_a_turn_is_counted_on(tmp_path: Path) -> None:
    """A chaser 200 deg behind: 200, not -160; the same from its samples."""
    env, craft = environment(), solved().chain.chaser
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0), 60.0, drag_area=0.0)
    text = "".join(
        f'[[manoeuvres]]\nname = "{name}"\nwhen = {{ minutes = {minutes} }}\nfixed = {{ forward_m_s = 0.01 }}\n'
        for name, minutes in (("first", 10), ("last", 2600))
    )
    chain = Chain(around, craft, in_orbit(env, (300.0, 305.0), np.radians(-200.0)), sequence_from_toml(text))
    found: Any = SimpleNamespace(chain=chain, flown=chain.fly(np.zeros(0)))
    first, last = (pad.sight for pad in planned_pads(found, EPOCH, "progress"))
    assert first is not None
    assert last is not None
    assert abs(np.degrees(last.phase)) < 180.0
    assert np.degrees(first.phase) == pytest.approx(198.0, abs=3.0)
    flown = flown_pads(Story(read_run(run_at_rest(tmp_path / "run", record=flight(found)))))
    assert [pad.sight.phase for pad in flown if pad.sight] == pytest.approx([first.phase, last.phase], abs=1e-6)


def test_impulses_and_losses_are_those_of_both_solutions(pads: list[Pad], claim: Claim) -> None:
    rows, _, _ = losses(solved().chain)
    off = [pad.impulsive - row.impulsive for pad, row in zip(pads, rows, strict=True) if pad.impulsive is not None]
    claim(
        claim="Sizes as impulses on the pads of five burns, from the finite burns as a guess",
        truth="both solutions solved from nothing",
        tolerance=0.01,
        achieved=worst_of(map(abs, off)),
        unit="m/s",
    )
    assert [pad.loss for pad in pads] == pytest.approx([row.loss for row in rows], abs=0.02)
    assert sum(abs(pad.loss or 0.0) for pad in pads) > 0.1


def test_a_plan_of_impulses_is_its_own_guess_and_its_burns_take_no_time() -> None:
    found = losses(solved().chain)[1]
    assert impulsive_sizes(found) == {event.manoeuvre.name: event.speed for event in found.flown.events}
    assert [pad.duration for pad in planned_pads(found, EPOCH, "progress")] == [0.0] * len(found.flown.events)


def test_a_burn_of_nothing_has_a_pad_without_engine_and_a_moment_has_none() -> None:
    text = """
[[manoeuvres]]
name = "MC"
when = { minutes = 20 }
free = ["forward"]
[[manoeuvres]]
name = "later"
when = { minutes = 40 }
"""
    env = environment()
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0), 2.0, drag_area=0.0)
    chain = Chain(around, solved().chain.chaser, in_orbit(env, (400.0, 405.0), -0.1), sequence_from_toml(text))
    flown: Flown = chain.fly(np.zeros(1))
    found: Any = SimpleNamespace(chain=chain, flown=flown)
    (pad,) = planned_pads(found, EPOCH, "progress")
    assert (pad.name, pad.engine, pad.duration, pad.speed, pad.attitude) == ("MC", NAMELESS, 0.0, 0.0, None)
    assert pad.sight is not None
    assert "thrust, pitch up" not in [line.title for line in pad_lines([pad])]


def test_an_orbit_that_enters_the_air_is_not_shown() -> None:
    env, craft = environment(), solved().chain.chaser
    text = '[[manoeuvres]]\nname = "down"\nwhen = { minutes = 5 }\nfixed = { forward_m_s = -200.0 }\n'
    around = beside(env, in_orbit(env, (414.0, 417.0), 0.0), 1.0, drag_area=0.0)
    chain = Chain(around, craft, in_orbit(env, (200.0, 205.0), 0.0, mass=6800.0), sequence_from_toml(text))
    found: Any = SimpleNamespace(chain=chain, flown=chain.fly(np.zeros(0)))
    (pad,) = planned_pads(found, EPOCH, "progress")
    assert pad.orbit is None
    assert "apogee after" not in [line.title for line in pad_lines([pad])]


# ---- from a run


def test_the_pads_of_a_run_are_those_that_were_flown(story: Story, pads: list[Pad], claim: Claim) -> None:
    flown, off = flown_pads(story), []
    assert [pad.name for pad in flown] == [pad.name for pad in pads]
    for a, b in zip(flown, pads, strict=True):
        assert (a.utc, a.engine, a.craft, a.duration) == (b.utc, b.engine, b.craft, b.duration)
        assert a.masses == pytest.approx(b.masses, abs=1e-6)
        assert None not in (a.attitude, b.attitude, a.orbit, b.orbit, a.sight, b.sight)
        pairs: Any = ((a.attitude, b.attitude), (a.orbit, b.orbit), (a.sight, b.sight))
        (stands, stood), (orbit, planned), (seen, sees) = pairs
        assert stands.q_NB == pytest.approx(stood.q_NB, abs=1e-9)
        assert [orbit.apogee, orbit.perigee] == pytest.approx([planned.apogee, planned.perigee], abs=1e-6)
        assert [seen.elevation, seen.phase] == pytest.approx([sees.elevation, sees.phase], abs=1e-6)
        assert seen.range_rate == pytest.approx(sees.range_rate, abs=1e-6)
        off.append(seen.range - sees.range)
    claim(
        claim="Range on the pads of a run, from its telemetry",
        truth="dense arcs that were flown",
        tolerance=1e-3,
        achieved=worst_of(map(abs, off)),
        unit="m",
    )


def test_the_pads_of_a_damaged_run_show_what_is_left(story: Story) -> None:
    run = story.run
    without = Story(Run(**{**vars(run), "telemetry": run.telemetry[:0]}))
    assert all(pad.sight is None and pad.attitude is None and np.isnan(pad.masses[0]) for pad in flown_pads(without))
    assert pads_text(flown_pads(without)).count("DV1") == 1
    broken = [{**row, "dv_lvlh_m_s": [1.0, None, 2.0]} for row in run.burns[:1]] + [{"name": "x", "get_s": 5.0}]
    assert flown_pads(Story(Run(**{**vars(run), "burns": broken}))) == []
    target_only = Story(Run(**{**vars(run), "burns": [{**run.burns[0], "craft": "iss"}]}))
    (pad,) = flown_pads(target_only)
    assert pad.sight is None
    assert pad.attitude is not None


# ---- tables


def test_feet_miles_and_pounds_are_those_of_the_treaties(claim: Claim) -> None:
    pairs = ((FOOT, scipy.constants.foot), (POUND, scipy.constants.lb), (NAUTICAL_MILE, scipy.constants.nautical_mile))
    claim(
        claim="The foot, the pound and the nautical mile on pads",
        truth="scipy.constants",
        tolerance=1e-12,
        achieved=worst_of(abs(ours / theirs - 1.0) for ours, theirs in pairs),
        unit="of it",
    )


def test_a_pad_on_request_has_feet_miles_and_pounds_below_the_metric_values() -> None:
    lines = pad_lines(some_pads(1), feet=True)
    after = {line.title: lines[k + 1] for k, line in enumerate(lines[:-1])}
    assert after["Δv forward"][1:] == ("ft/s", ("+4.10",))
    assert after["range to target"][1:] == ("n.mi", ("1.000",))
    assert after["range rate"][1:] == ("ft/s", ("−100.00",))
    assert after["mass before"][1:] == ("lb", ("15,984",))
    assert after["apogee after"][1:] == ("n.mi", ("134.99",))
    assert {line.unit for line in pad_lines(some_pads(1))} == {"UTC", "GET", "", "m/s", "s", "deg", "kg", "km", "min"}


def test_every_number_of_a_pad_has_its_line() -> None:
    text = " ".join(pads_text(some_pads(1)).split())
    for words in (
        "DV1", "progress", "ignition UTC 2025-07-03 20:32:40.2", "ignition GET 001:00:00.0", "engine main",
        "Δv forward m/s +1.25", "Δv right m/s −0.50", "Δv down m/s +0.75", "Δv m/s 1.54", "the same as an impulse",
        "impulse m/s 1.50", "loss m/s +0.041", "duration s 12.5", "of it ullage s 4.0", "thrust, pitch up deg −28.6",
        "thrust, yaw right deg +14.3", "q GCRF from body, w +0.50000", "q GCRF from body, z −0.50000",
        "mass before kg 7,250.0", "mass after kg 7,200.0",
        "apogee after km 250.00", "perigee after km 200.00", "period after min 88.833", "range to target km 1.852",
        "range rate m/s −30.48", "elevation of target deg +26.99", "phase, target ahead deg +0.29",
    ):  # fmt: skip
        assert words in text, words


def test_pads_stand_in_blocks_that_fit_and_are_evenly_filled() -> None:
    pads = some_pads(7)
    for width, sizes in ((20, [1] * 7), (80, [2, 2, 1, 2]), (100, [2, 3, 2]), (200, [7])):
        assert [len(block) for block in in_blocks(pads, width=width)] == sizes
        assert max(map(len, pads_text(pads, width=width).splitlines())) <= max(width, 54)
    assert in_blocks([], width=80) == []
    assert pads_text([]) == ""


def test_columns_of_a_text_stand_under_each_other() -> None:
    pads = some_pads(3)
    pads[1] = replace(pads[1], masses=(1234567.0, 7.0), impulsive=None)
    lines = pads_text(pads, width=120).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [line for line in lines if "impulse" in line][0].split()[-3:] == ["1.50", "–", "1.50"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "000:00:00.0"), (59.96, "000:01:00.0"), (186549.04, "051:49:09.0"), (-0.04, "000:00:00.0"),
     (-61.5, "-000:01:01.5")],
)  # fmt: skip
def test_get_is_rounded_to_the_tenth(seconds: float, text: str) -> None:
    assert get_tenths(seconds) == text


def test_utc_is_rounded_to_the_tenth() -> None:
    assert tenths(EPOCH, 0.04) == "2025-07-03 19:32:40.0"
    assert tenths(EPOCH, 19.96) == "2025-07-03 19:33:00.0"


def test_a_run_directory_without_epoch_keeps_its_own_times(story: Story, tmp_path: Path) -> None:
    mission = {key: value for key, value in story.run.mission.items() if key != "epoch_utc"}
    pads = flown_pads(Story(Run(**{**vars(story.run), "mission": mission})))
    assert pads[0].utc == str(story.run.burns[0]["ignition_utc"])[:21].replace("T", " ")
