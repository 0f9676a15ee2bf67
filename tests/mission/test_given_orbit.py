"""A target that a TLE, an OMM or an OEM finds in orbit: embedded, checked in a sentence, planned and flown."""

from __future__ import annotations

import re
import warnings
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from softdock.astro.mean_elements import StaleElementsWarning, TleOrbit
from softdock.astro.orientation import orientation_table
from softdock.astro.tabulated import Piece
from softdock.astro.time import Epoch
from softdock.cli import main
from softdock.errors import DataError, MissionError
from softdock.formats.oem import Oem, Segment
from softdock.formats.oem_text import oem_text
from softdock.formats.omm_text import omm_text, omm_xml
from softdock.formats.tle import parse_tles
from softdock.mission.checks import start_of
from softdock.mission.director import build_world, plan, run
from softdock.mission.given_orbit import GivenOrbit, ephemeris_files
from softdock.mission.load import complete_toml, load, new
from softdock.mission.own import new_own
from softdock.planning.burns import coast
from softdock.planning.plan_summary import plan_summary
from softdock.planning.start import GivenStart
from tests.fixtures.worst import worst_of
from tests.formats import scene
from tests.mission.broken import replaced
from tests.mission.in_orbit import AT_UTC, INSERTION, SOYUZ_TLE, soyuz_oem, with_orbit

TODAY = "2024-01-02T00:00:00"
FIRST, SECOND = SOYUZ_TLE.splitlines()[1:]
one_micrometre, one_millimetre_a_second = 1e-6, 1e-3


def written(folder: Path, text: str, **files: str) -> Path:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    path = folder / "mine.toml"
    path.write_text(text)
    return path


def oem_of(oem: str, other: str) -> str:
    """Two objects in one message."""
    segment = oem[oem.index("META_START") :]
    return oem + segment.replace("1975-065A", other).replace("SOYUZ 19", "APOLLO")


FORMS = {
    "tle": SOYUZ_TLE,
    "omm": omm_text(parse_tles(SOYUZ_TLE)[0], creation_date=TODAY),
    "xml": omm_xml(parse_tles(SOYUZ_TLE), creation_date=TODAY),
    "oem": soyuz_oem(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_state_from_a_file_and_from_text(form: str, tmp_path: Path) -> None:
    kind = "omm" if form == "xml" else form
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    r, v = TleOrbit(parse_tles(SOYUZ_TLE)[0], epoch).states(np.array([24000.0]))
    from_file = load(written(tmp_path, with_orbit({kind: f"soyuz.{form}"}), **{f"soyuz_{form}": FORMS[form]}))
    from_text = load(written(tmp_path, with_orbit({kind: FORMS[form]})))
    assert from_file == from_text
    orbit = from_file.crafts["soyuz"].orbit
    assert orbit is not None
    start = orbit.start(epoch, AT_UTC)
    assert start.t == 24000.0
    assert start.r == pytest.approx(r[0], abs=10 * one_micrometre)  # an OEM holds whole micrometres
    assert start.v == pytest.approx(v[0], abs=one_micrometre)


def test_what_is_kept_of_a_mission_needs_no_file(tmp_path: Path) -> None:
    windows = SOYUZ_TLE.replace("\n", "\r\n").rstrip()
    mission = load(written(tmp_path, with_orbit({"tle": "soyuz.tle"}), soyuz_tle=windows))
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mission.toml").write_text(complete_toml(mission))
    (tmp_path / "soyuz.tle").unlink()
    again = load(tmp_path / "kept")
    assert again == mission
    assert again.crafts["soyuz"].orbit is not None
    assert again.crafts["soyuz"].orbit.text == SOYUZ_TLE


def test_a_copy_of_a_mission_takes_its_ephemeris_along(tmp_path: Path) -> None:
    source = written(tmp_path, with_orbit({"tle": "soyuz.tle"}), soyuz_tle=SOYUZ_TLE)
    folder = tmp_path / "copy"
    folder.mkdir()
    copy = new("yours", source, folder=folder)
    assert (folder / "soyuz.tle").read_text() == SOYUZ_TLE
    assert load(copy).crafts == load(source).crafts
    odd: dict[str, Any] = {"crafts": {"a": 3, "b": {"orbit": 1}, "c": {"orbit": {"tle": 1, "x": "y", "oem": "f"}}}}
    assert ephemeris_files(odd, folder) == {("c", "oem"): folder / "f"}
    assert ephemeris_files({"crafts": []}, folder) == {}


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "no file": ({"tle": "gone.tle"}, "crafts.soyuz.orbit.tle", "gone.tle: no such file, and a set of two-line"),
    "a folder": ({"oem": "."}, "crafts.soyuz.orbit.oem", "Is a directory"),
    "a zero byte": ({"oem": "\0"}, "crafts.soyuz.orbit.oem", "null byte"),
    "a checksum": (
        {"tle": SOYUZ_TLE.replace("    04\n", "    05\n")}, "crafts.soyuz.orbit.tle", "line 3, column 69: the checksum",
    ),
    "two kinds": (
        {"tle": SOYUZ_TLE, "oem": soyuz_oem()}, "crafts.soyuz.orbit", "exactly one of tle, omm and oem and has tle and",
    ),
    "no kind": ({"object": "8030"}, "crafts.soyuz.orbit", "exactly one of tle, omm and oem and has none"),
    "another object": (
        {"tle": SOYUZ_TLE, "object": "25544"}, "crafts.soyuz.orbit.object", "'25544' and the elements are of 8030",
    ),
    "which object": (
        {"tle": SOYUZ_TLE + scene.TLE}, "crafts.soyuz.orbit.object",
        "2 objects (8030 (1975-065A, SOYUZ 19), 25544 (1998-067A, ISS (ZARYA))); name one",
    ),
    "an object without quotes": (
        {"tle": SOYUZ_TLE, "object": 8030}, "crafts.soyuz.orbit.object", 'write it in quotes: object = "8030"',
    ),
    "one name of two": (
        {"tle": SOYUZ_TLE + scene.TLE.replace("ISS (ZARYA)", "SOYUZ 19"), "object": "SOYUZ 19"},
        "crafts.soyuz.orbit.object", "the name of several objects; give the catalogue number",
    ),
    "which object of an OEM": (
        {"oem": oem_of(soyuz_oem(), "1975-066A")}, "crafts.soyuz.orbit.object",
        "is not given and the OEM holds 1975-065A, 1975-066A; name one",
    ),
    "another object of an OEM": (
        {"oem": soyuz_oem(), "object": "MIR"}, "crafts.soyuz.orbit.object", "'MIR' and the OEM holds 1975-065A",
    ),
    "an OEM that is over": (
        {"oem": soyuz_oem(minutes=5).replace("1975-07-15T1", "1975-07-14T1")},
        "phases[0].at_utc", "it is not extrapolated",
    ),
    "elements too old": (
        {"tle": scene.TLE}, "phases[0].at_utc", "d from their epoch and serve 14 d; use elements of a nearer epoch",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_one_sentence_says_what_is_wrong_with_an_ephemeris(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orbit, key, says = BROKEN[name]
    path = written(tmp_path, with_orbit(orbit))
    with pytest.raises(MissionError) as caught:
        load(path)
    assert caught.value.key == key
    assert says in str(caught.value)
    assert main(["plan", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_fault_in_a_file_is_told_with_the_file_line_and_column(tmp_path: Path) -> None:
    bad = SOYUZ_TLE.replace("51.7889", "5l.7889")
    path = written(tmp_path, with_orbit({"tle": "soyuz.tle"}), soyuz_tle=bad)
    with pytest.raises(MissionError, match=r"soyuz\.tle, line 3, column 9: the inclination is") as caught:
        load(path)
    assert caught.value.file == str(path)


GIVEN = f'[crafts.soyuz.orbit]\ntle = """\n{SOYUZ_TLE}"""\n'
SHIPPED_START = INSERTION.rstrip() + "\n"


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({f'at_utc = "{AT_UTC}"\n': ""}, "phases[0]", "needs a start (lift-off and recorded orbit) or an at_utc"),
        ({f'at_utc = "{AT_UTC}"\n': f'at_utc = "{AT_UTC}"\n{SHIPPED_START}'}, "phases[0]", "give one of them"),
        ({f'at_utc = "{AT_UTC}"\n': SHIPPED_START}, "crafts.soyuz.orbit", "write at_utc there or remove the orbit"),
        ({GIVEN: ""}, "phases[0].at_utc", "needs the ephemeris of soyuz; add crafts.soyuz.orbit"),
        ({AT_UTC: "noon"}, "phases[0].at_utc", "'noon' is not a UTC time"),
        ({AT_UTC: "1975-07-15T12:00:00"}, "phases[0].at_utc", "before the mission epoch"),
        ({AT_UTC: "1975-07-15T21:00:00"}, "phases[0].at_utc", "move phases[0].at_utc before 1975-07-15 19:59:56"),
        ({"1975-065A": "19"}, "crafts.soyuz.designator", "should match pattern"),
    ],
)  # fmt: skip
def test_when_a_given_orbit_begins_is_checked(
    tmp_path: Path, changes: dict[str, str], key: str, says: str
) -> None:
    text = with_orbit({"tle": SOYUZ_TLE})
    for old, changed in changes.items():
        text = replaced(text, old, changed)
    with pytest.raises(MissionError) as caught:
        load(written(tmp_path, text))
    assert (caught.value.key, says in str(caught.value)) == (key, True), str(caught.value)


def test_a_chaser_may_be_in_orbit_already(tmp_path: Path) -> None:
    """Its state at the time given is that of its elements; no launch closes its plane."""
    (tmp_path / "station.tle").write_text(scene.TLE)
    path = new_own("mine", target=tmp_path / "station.tle", chaser="cubesat-6u", folder=tmp_path)
    text = path.read_text("utf-8")
    beside = text[text.index("[phases.relative]") : text.index("# ---- rendezvous")]
    later = re.search(r'at_utc = "([^"]+)"', beside)[1]
    text = replaced(text, beside, f'at_utc = "{later}"\n\n')
    text = replaced(text, 'port = "nose"\n', f'port = "nose"\n\n[crafts.cubesat-6u.orbit]\ntle = """\n{scene.TLE}"""\n')
    text = "\n".join(line for line in text.splitlines() if not line.startswith('"phases[1]')) + "\n"
    path.write_text(text)
    mission = load(path)
    found = start_of(mission, mission.phases[1])
    assert isinstance(found, GivenStart)
    assert found.t == pytest.approx(Epoch.from_utc(mission.epoch_utc).seconds_of(later))
    assert np.linalg.norm(found.r) == pytest.approx(6.79e6, rel=0.01)


def test_a_file_name_is_no_text_where_no_file_was_read() -> None:
    with pytest.raises(ValidationError, match="is 'iss.tle', a file's name, and what was read must be in its place"):
        GivenOrbit(tle="iss.tle")


def test_an_object_goes_by_number_designator_or_name_and_the_nearest_elements_speak() -> None:
    epoch = Epoch.from_utc("1975-07-15T12:20:00")
    far_off = SOYUZ_TLE.replace("75197.63888889", "75195.63888889").replace("240.7224", "140.7224")
    texts = scene.summed(far_off) + SOYUZ_TLE + scene.TLE
    alone = GivenOrbit(tle=SOYUZ_TLE).start(epoch, AT_UTC)
    for wanted in ("8030", "08030", "1975-065A", "SOYUZ 19"):
        assert np.array_equal(GivenOrbit(tle=texts, object=wanted).start(epoch, AT_UTC).r, alone.r)
    two = oem_of(soyuz_oem(), "1975-066A")
    for wanted in ("1975-066A", "APOLLO"):
        assert GivenOrbit(oem=two, object=wanted).start(epoch, AT_UTC).t == 24000.0


def test_an_oem_fixed_to_the_earth_needs_leave_for_predicted_days() -> None:
    day = date.fromisoformat(orientation_table().last_measured) + timedelta(days=20)
    zero = Epoch.from_utc(f"{day}T00:00:00", allow_prediction=True)
    times = 60.0 * np.arange(8)
    r = 7e6 * np.stack([np.cos(1e-3 * times), np.sin(1e-3 * times), 0.0 * times], axis=1)
    piece = Piece(frame="ITRF", epoch=zero, times=times, r=r, v=1e-3 * r[:, [1, 0, 2]], start=0.0, stop=420.0)
    segment = Segment(object_name="A", object_id="A", ref_frame="ITRF", time_system="TT", piece=piece)
    orbit = GivenOrbit(oem=oem_text(Oem(originator="TEST", creation_date=TODAY, segments=(segment,))))
    with pytest.raises(DataError, match=r"set allow_prediction = true in the mission's \[environment\]"):
        orbit.start(zero, f"{day}T00:03:00")
    start = orbit.start(zero, f"{day}T00:03:00", allow_prediction=True)
    assert np.linalg.norm(start.r) == pytest.approx(7e6, abs=1.0)


def test_elements_that_are_old_are_flown_with_a_warning(tmp_path: Path) -> None:
    older = scene.summed(SOYUZ_TLE.replace("75197.63888889", "75192.63888889"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mission = load(written(tmp_path, with_orbit({"tle": older})))
    orbit = mission.crafts["soyuz"].orbit
    assert orbit is not None
    with pytest.warns(StaleElementsWarning, match="more than 3 d from their epoch"):
        orbit.start(Epoch.from_utc(mission.epoch_utc), AT_UTC)


def test_two_forms_are_refused_before_either_file_is_read(tmp_path: Path) -> None:
    text = with_orbit({"tle": "soyuz.tle", "omm": "nowhere.omm"})
    with pytest.raises(MissionError, match="needs exactly one of tle, omm and oem and has tle and omm") as caught:
        load(written(tmp_path, text, soyuz_tle=SOYUZ_TLE))
    assert caught.value.key == "crafts.soyuz.orbit"


# ---- planned and flown


@pytest.fixture(scope="module")
def shipped() -> Any:
    mission = load("apollo-soyuz")
    world = build_world(mission)
    return plan(mission, world=world), world


def test_a_target_by_oem_is_planned_like_the_target_that_it_is_of(shipped: Any, tmp_path: Path, claim: Any) -> None:
    """Soyuz as the shipped mission has it at insertion, handed over as an OEM: the same burns follow."""
    planned, world = shipped
    state = planned.target_start.state
    arc = coast(world.predicted, world.crafts["soyuz"], state, until=state.t + 900.0, dense=True)
    times = np.append(state.t, np.arange(60.0 * np.ceil(state.t / 60.0), arc.stop, 60.0))
    piece = Piece(
        frame="GCRF", epoch=world.epoch, times=times, r=arc.positions(times), v=arc.velocities(times),
        start=times[0], stop=times[-1],
    )  # fmt: skip
    segment = Segment(object_name="SOYUZ", object_id="1975-065A", ref_frame="GCRF", time_system="TDB", piece=piece)
    text = oem_text(Oem(originator="SOFTDOCK", creation_date=TODAY, segments=(segment,)))
    at_utc = world.epoch.utc(state.t)
    given = load(written(tmp_path, with_orbit({"oem": "soyuz.oem"}, at_utc=at_utc, raised=True), soyuz_oem=text))
    found = plan(given)
    assert [burn.name for burn in found.burns] == [burn.name for burn in planned.burns]
    worst = worst_of(
        float(np.abs(a.dv_lvlh - b.dv_lvlh).max()) for a, b in zip(found.burns, planned.burns, strict=True)
    )
    claim(
        claim="Burns planned for a target given by an OEM instead of its insertion",
        truth="the plan of the mission from which the OEM is",
        tolerance=one_millimetre_a_second,
        achieved=worst,
        unit="m/s",
    )


def test_a_target_by_tle_is_planned_and_found_in_orbit(tmp_path: Path) -> None:
    mission = load(written(tmp_path, with_orbit({"tle": "soyuz.tle"}), soyuz_tle=SOYUZ_TLE))
    stopped: list[str] = []

    def stop(phase: str, fraction: float, text: str) -> None:
        stopped.append(phase)
        if phase == "rendezvous" and fraction > 0.0:
            raise KeyboardInterrupt

    world = build_world(mission, seed=7, notify=stop)
    with pytest.raises(KeyboardInterrupt):
        run(mission, world)
    event = world.record.events[0]
    assert (event["name"], event["craft"], event["get_s"]) == ("found in orbit", "soyuz", 24000.0)
    assert "yaw_deg" not in event["data"]
    assert all(np.isfinite(value) for value in event["data"].values())
    burns = {burn.name: burn for burn in world.plan.burns}
    assert "assembly 1" not in burns
    assert burns["NSR"].craft == "apollo"
    notes = plan_summary(world.plan, world.epoch)["notes"]
    assert "The target makes no burns of its own." in notes
    assert any("is taken from its ephemeris; its" in note for note in notes)
