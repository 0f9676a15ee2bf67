"""A launch whose pad is far from the target's plane is refused with the times at which it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from softdock.astro.environment import Forces, build_environment
from softdock.astro.orbits import secular_rates
from softdock.conventions import DEGREE, HOUR
from softdock.errors import MissionError
from softdock.mission.director import plan
from softdock.mission.load import load
from softdock.planning.pad_plane import refuse_far_pad
from softdock.planning.start import Plane, ascending_plane, insertion, shifted
from tests.mission.broken import MISSION, replaced
from tests.mission.in_orbit import with_orbit

APOLLO = 'lift_off_utc = "1975-07-15T19:50:01"'


@pytest.fixture(scope="module")
def env(epoch):
    return build_environment(epoch, span_s=40 * HOUR, forces=Forces(drag=False))


@pytest.fixture(scope="module")
def starts(mission):
    return {p.craft: p.start for p in mission.phases if p.kind == "insertion"}


def refusal(env, j2, epoch, start, plane: Plane) -> str:
    """What is said of a lift-off into a plane; nothing when it can be flown."""
    found = insertion(env, j2, epoch, start=start, plane=plane, mass_kg=1.0)
    try:
        refuse_far_pad(env, j2, epoch, start=start, found=found, target="soyuz")
    except MissionError as fault:
        return str(fault)
    return ""


@pytest.mark.parametrize("lift_off", ["1975-07-15T13:00:00", "1975-07-15T17:00:00", "1975-07-16T10:00:00"])
def test_at_the_times_that_are_named_the_plane_is_over_the_pad(env, j2, epoch, starts, lift_off) -> None:
    plane = ascending_plane(env, epoch, starts["soyuz"])
    start = starts["apollo"].model_copy(update={"lift_off_utc": lift_off})
    said = refusal(env, j2, epoch, start, plane)
    off, *_ = re.findall(r"the pad is ([\d.]+) deg from the plane of soyuz", said)
    assert float(off) > 4.5
    times = re.findall(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)", said)
    assert len(times) == 2
    half_a_minute = 0.13  # deg, the Earth's turn in 30 s
    drift = secular_rates(insertion(env, j2, epoch, start=start, plane=plane, mass_kg=1.0).mean, j2)[0]
    for day, clock in times:
        later = start.model_copy(update={"lift_off_utc": f"{day}T{clock}:00"})
        if epoch.seconds_of(later.lift_off_utc) < -2.5 * HOUR:
            continue  # before the tables of the environment
        passed = epoch.seconds_of(later.lift_off_utc) - epoch.seconds_of(lift_off)
        drifted = shifted(plane, 0.0, drift * passed)
        found = insertion(env, j2, epoch, start=later, plane=drifted, mass_kg=1.0)
        assert abs(found.pad_off_plane) / DEGREE < half_a_minute
        assert refusal(env, j2, epoch, later, drifted) == ""


def test_a_plane_that_never_comes_is_said(env, j2, epoch, starts) -> None:
    said = refusal(env, j2, epoch, starts["apollo"], Plane(10.0 * DEGREE, 1.0))
    assert "never passes over Kennedy Space Center" in said
    assert "choose another site or target" in said


def test_a_mission_that_lifts_off_hours_from_the_plane_is_refused_with_its_key(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(replaced(MISSION, APOLLO, 'lift_off_utc = "1975-07-15T17:00:00"'))
    with pytest.raises(MissionError, match="deg from the plane of soyuz at lift-off") as caught:
        plan(load(path))
    assert caught.value.key == "phases[1].start.lift_off_utc"


STATION = """ISS (ZARYA)
1 25544U 98067A   25183.17152840  .00005361  00000-0  10070-3 0  9993
2 25544  51.6357 232.8024 0002162 321.8485 134.2034 15.50326686517486
"""


def test_a_station_is_reached_in_a_late_revolution(tmp_path: Path) -> None:
    """At 93 min a revolution, 29 of them take longer than the 48 h in which a low target makes them."""
    text = with_orbit({"tle": STATION}, at_utc="2025-07-02T12:00:00")
    text = replaced(text, 'flight_record = "apollo-soyuz"', "")
    text = replaced(text, 'epoch_utc = "1975-07-15T12:20:00"', 'epoch_utc = "2025-07-02T11:00:00"')
    path = tmp_path / "mine.toml"
    path.write_text(replaced(text, APOLLO, 'lift_off_utc = "2025-07-02T12:22:00"'))
    for revolution, hours, orbits in ((29, 48.0, [25.0, 26.0]), (40, 66.0, [37.0, 38.0])):
        whole = replaced(path.read_text(), "docking_revolution =", f"docking_revolution = {revolution}")
        whole = replaced(whole, "within_h =", f"within_h = {hours}")
        whole = replaced(whole, "trim_revolutions =", "trim_revolutions = [1.5]")
        path.write_text(replaced(whole, "nc2_revolutions =", f"nc2_revolutions = {orbits}"))
        solved = plan(load(path))
        assert len(solved.begins) >= revolution - 1
        assert solved.revolution(solved.arrival) in (revolution - 1, revolution)
