"""Orbits of a flight as OEM and CZML: on the arcs that were flown, cut where thrust begins and ends, never half."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.astro.environment import build_environment
from softdock.astro.teme import gcrf_from
from softdock.astro.time import Epoch
from softdock.cli import main
from softdock.conventions import HOUR, KILOMETRE, Array
from softdock.dynamics.arcs import Arc, PointState
from softdock.errors import DataError, RunDirectoryError
from softdock.flight.far_record import _times, burn_row, far_rows, states_at
from softdock.flight.proximity import fly
from softdock.flight.world import World
from softdock.formats.oem import parse_oem, read_oem
from softdock.numerics.rotations import multiply, rotate
from softdock.planning.burns import coast, fly_burn
from softdock.products import export
from softdock.products.czml import czml_packets, earth_fixed
from softdock.products.ephemerides import BURN, CLOSED_LOOP, COAST, interpolation_error, orbits_of, plain_name
from softdock.products.export import export_run
from softdock.products.run_directory import Run, write_run
from softdock.products.telemetry import joined
from tests.fixtures.runs import MACHINE, META
from tests.fixtures.worst import worst_of
from tests.flight import proximity_scene

Claim = Callable[..., None]
EPOCH = "1975-07-17T15:30:00"
MISSION = f'name = "a"\ntitle = "A flight"\nepoch_utc = "{EPOCH}"\n[crafts.apollo]\ndesignator = "1975-066A"\n'
one_millimetre, one_centimetre = 1e-3, 1e-2


def run_of(world: World, path: Path = Path("run")) -> Run:
    """What would be read back of a flight."""
    return Run(
        path=path, status="complete", meta={}, events=[], burns=world.record.burns, dockings=[], verdicts=[],
        propellant=[], plan={}, not_finite=[], telemetry=joined(world.record.telemetry), machine={},
        mission={"epoch_utc": EPOCH, "title": "A flight", "crafts": {"apollo": {"designator": "1975-066A"}}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def far() -> tuple[World, list[Arc]]:
    """Apollo coasts for two hours, burns its main engine with ullage and tail-off, then its jets, and coasts again."""
    crafts = proximity_scene.assemblies()
    epoch = Epoch.from_utc(EPOCH)
    env = build_environment(epoch, span_s=6.0 * HOUR)
    world = World(epoch=epoch, environment=env, predicted=env, crafts=crafts, seed=0)
    body = proximity_scene.world(0).bodies["apollo"]
    arcs = [coast(env, crafts["apollo"], PointState(0.0, body.r_N, body.v_N, body.mass_kg), until=7234.567, dense=True)]
    for label, dv in (("big", np.array([20.0, 5.0, -3.0])), ("small", np.array([0.4, 0.0, 0.1]))):
        before = arcs[-1].last
        _, burn = fly_burn(env, crafts["apollo"], before, dv_lvlh=dv, until=before.t + 1.0)
        assert burn is not None
        stop = before.t + burn.duration_s
        arcs.append(fly_burn(env, crafts["apollo"], before, dv_lvlh=dv, until=stop, dense=True)[0])
        row = burn_row(world, label, "apollo", states=(before, arcs[-1].last), burn=burn, dv_lvlh=dv)
        world.record.burns.append(row)
        arcs.append(coast(env, crafts["apollo"], arcs[-1].last, until=stop + 3000.0, dense=True))
    far_rows(world, ("soyuz", "apollo"), {"apollo": arcs}, interval=60.0)
    return world, arcs


def miss(far: tuple[World, list[Arc]], message: str) -> dict[str, float]:
    """Largest distance [m] of an OEM read back from the arcs, by kind of piece."""
    world, arcs = far
    (orbit,) = orbits_of(run_of(world))
    ephemeris = parse_oem(message).ephemeris("1975-066A", zero=world.epoch)
    worst: dict[str, float] = {}
    for (start, stop), kind in zip(ephemeris.windows(), orbit.kinds, strict=True):
        times = np.linspace(start, stop, 4001)[1:-1]
        r, _ = ephemeris.states(times)
        off = np.linalg.norm(r - states_at(arcs, times)[:, :3], axis=1).max()
        worst[kind] = worst_of(worst.get(kind, 0.0), float(off))
    return worst


@pytest.mark.parametrize(("frame", "system"), [("ICRF", "UTC"), ("EME2000", "TDB")])
def test_an_exported_oem_is_on_the_arcs_that_were_flown(
    far: tuple[World, list[Arc]], frame: str, system: str, claim: Claim
) -> None:
    ((name, text, _),) = export._oems(run_of(far[0]), frame, system)
    assert name == "apollo.oem"
    assert f"REF_FRAME = {frame}\nTIME_SYSTEM = {system}\n" in text
    for kind, worst in miss(far, text).items():
        claim(
            claim=f"An exported OEM ({frame}, {system}) between its states, {kind}",
            truth="the dense arcs of the flight",
            tolerance=one_millimetre,
            achieved=worst,
            unit="m",
        )


def test_segments_are_cut_where_thrust_changes(far: tuple[World, list[Arc]]) -> None:
    world, arcs = far
    (orbit,) = orbits_of(run_of(world))
    big, small = (len(row["stage_ends_s"]) for row in world.record.burns)
    assert (big, small) == (4, 1)  # ullage, build-up, main engine, tail-off; jets
    assert orbit.kinds == (COAST, *[BURN] * big, COAST, *[BURN] * small, COAST)
    assert orbit.object_id == "1975-066A"
    assert orbit.pieces[0].start == 0.0
    assert all(after.start == before.stop for before, after in pairwise(orbit.pieces))
    assert orbit.pieces[big].stop == pytest.approx(arcs[1].stop, abs=1e-9)
    assert all(len(piece.times) > piece.degree for piece in orbit.pieces)
    assert 0.0 < interpolation_error(orbit) < one_millimetre


def test_a_short_coast_has_states_enough(far: tuple[World, list[Arc]]) -> None:
    world, arcs = far
    run = run_of(world)
    before, after = world.record.burns
    close = {**after, "get_s": before["get_s"] + before["duration_s"] + 100.0}
    times = _times(arcs, [close, before], 60.0)
    between = times[(times >= close["get_s"] - 100.0) & (times <= close["get_s"])]
    assert len(between) >= 8
    assert len(_times(arcs[:1], [], 60.0)) == 1 + np.ceil(arcs[0].stop / 60.0)
    assert run.burns == [before, after]


def test_without_states_inside_a_burn_the_burn_is_left_out(far: tuple[World, list[Arc]]) -> None:
    world, arcs = far
    run = run_of(world)
    even = run.telemetry[np.isin(run.telemetry["t_s"], np.arange(0.0, arcs[-1].stop, 60.0))]
    whole = [{key: value for key, value in row.items() if key != "stage_ends_s"} for row in run.burns]
    for burns in (run.burns, whole):
        (orbit,) = orbits_of(replace(run, telemetry=even, burns=burns))
        assert orbit.kinds == (COAST, COAST, COAST)
        assert all(b.start - a.stop < 121.0 for a, b in pairwise(orbit.pieces))


def test_a_node_beside_another_is_left_out_of_a_coast(far: tuple[World, list[Arc]]) -> None:
    run = run_of(far[0])
    first = run.telemetry[run.telemetry["t_s"] < 7000.0]
    double = first[[0, 1, 1, 2, 3, 4, 5]]
    double["t_s"][2] += 1e-7
    (orbit,) = orbits_of(replace(run, burns=[], telemetry=double))
    assert orbit.pieces[0].times == pytest.approx(first["t_s"][:6], abs=1e-6)
    crowded = np.append(first[:5], first[4:5])
    crowded["t_s"][4] -= 1.0
    (orbit,) = orbits_of(replace(run, burns=[], telemetry=crowded))
    assert orbit.pieces[0].times == pytest.approx(first["t_s"][:5], abs=1e-6)


def test_a_closed_loop_is_interpolated_through_its_pulses(claim: Claim) -> None:
    flown = {}
    for interval in (1.0, 0.1):
        world = proximity_scene.world(3)
        fly(proximity_scene.phase(sample_interval_s=interval), world)
        flown[interval] = run_of(world)
    coarse = {orbit.name: orbit for orbit in orbits_of(flown[1.0])}
    for orbit in orbits_of(flown[0.1]):
        assert orbit.kinds == (CLOSED_LOOP,)
        (fine,), (piece,) = orbit.pieces, coarse[orbit.name].pieces
        r, _ = piece.states(fine.times)
        claim(
            claim=f"An exported closed loop between states a second apart, {orbit.name}",
            truth="the same flight with ten states a second",
            tolerance=one_centimetre,
            achieved=float(np.linalg.norm(r - fine.r, axis=1).max()),
            unit="m",
        )
        assert interpolation_error(coarse[orbit.name]) < one_centimetre


def test_the_showcase_is_exported_from_insertion_to_the_end_without_a_gap(showcase: World) -> None:
    run = replace(run_of(showcase), mission={"epoch_utc": "1975-07-15T12:20:00"})
    for orbit in orbits_of(run):
        inserted = next(row for row in showcase.record.events if row["craft"] == orbit.name)
        assert orbit.pieces[0].start == pytest.approx(inserted["get_s"], abs=1e-9)
        assert orbit.pieces[-1].stop == pytest.approx(showcase.bodies[orbit.name].t, abs=1.0)
        assert all(after.start == before.stop for before, after in pairwise(orbit.pieces))
        assert all(len(piece.times) > piece.degree for piece in orbit.pieces)
        assert orbit.kinds[-2:] == (CLOSED_LOOP, CLOSED_LOOP)
        assert interpolation_error(orbit) < one_centimetre


# ---- CZML


def czml_states(packet: dict[str, Any], epoch: Epoch, times: Array) -> Array:
    """Positions (n, 3) [m] of a packet, by the text of CZML: Hermite's polynomial of the interval's samples."""
    out = np.full((len(times), 3), np.nan)
    for part in packet["position"]:
        assert (part["referenceFrame"], part["interpolationAlgorithm"]) == ("INERTIAL", "HERMITE")
        start, stop = (epoch.seconds_of(text) for text in part["interval"].split("/"))
        zero = epoch.seconds_of(part["epoch"])
        table = np.array(part["cartesianVelocity"]).reshape(-1, 7)
        nodes = (part["interpolationDegree"] + 1) // 2
        for k in np.flatnonzero((times >= start) & (times <= stop)):
            near = np.clip(np.searchsorted(table[:, 0] + zero, times[k]) - nodes // 2, 0, len(table) - nodes)
            out[k] = hermite(table[near : near + nodes], times[k] - zero)
    return out


def hermite(rows: Array, t: float) -> Array:
    """Newton's divided differences on doubled nodes; rows (n, 7): time, position, velocity."""
    z = np.repeat(rows[:, 0], 2)
    table = np.repeat(rows[:, 1:4], 2, axis=0)
    coefficients = [table[0]]
    for order in range(1, len(z)):
        gaps = (z[order:] - z[:-order])[:, None]
        rates = np.diff(table, axis=0)
        if order == 1:
            derivative = np.repeat(rows[:, 4:7], 2, axis=0)[:-1]
            table = np.where(gaps == 0.0, derivative, rates / np.where(gaps == 0.0, 1.0, gaps))
        else:
            table = rates / gaps
        coefficients.append(table[0])
    value = coefficients[-1]
    for k in range(len(z) - 2, -1, -1):
        value = value * (t - z[k]) + coefficients[k]
    return np.asarray(value)


def test_czml_is_on_the_arcs_that_were_flown(far: tuple[World, list[Arc]], claim: Claim) -> None:
    world, arcs = far
    document, packet = json.loads(json.dumps(czml_packets("A flight", world.epoch, orbits_of(run_of(world)))))
    assert (document["id"], document["version"], packet["id"]) == ("document", "1.0", "apollo")
    assert document["clock"]["interval"].startswith("1975-07-17T15:30:00.000000000Z/")
    times = np.linspace(1.0, arcs[-1].stop - 1.0, 500)
    off = np.linalg.norm(czml_states(packet, world.epoch, times) - states_at(arcs, times)[:, :3], axis=1)
    claim(
        claim="A packet of CZML between its samples, coasts and burns",
        truth="the dense arcs of the flight",
        tolerance=one_millimetre,
        achieved=float(off.max()),
        unit="m",
    )


def test_orientations_in_czml_are_earth_fixed() -> None:
    epoch, times = Epoch.from_utc(EPOCH), np.array([0.0, 900.0, 86400.0])
    q_NB = np.array([[0.5, 0.5, 0.5, 0.5], [0.6, 0.0, 0.8, 0.0], [1.0, 0.0, 0.0, 0.0]])
    q_EB = earth_fixed(epoch, times, q_NB)
    assert np.linalg.norm(q_EB, axis=1) == pytest.approx(1.0, abs=1e-12)
    for k, q in enumerate(q_EB):
        x_N = rotate(tuple(q_NB[k]), (1.0, 0.0, 0.0))
        x_E = np.array([rotate(tuple(q), (1.0, 0.0, 0.0))])
        back, _ = gcrf_from("ITRF", epoch, times[k : k + 1], r=x_E, v=np.zeros((1, 3)))
        assert back[0] == pytest.approx(np.array(x_N), abs=1e-12)
    turned = multiply(tuple(q_EB[2]), (1.0, 0.0, 0.0, 0.0))
    assert turned == pytest.approx(tuple(q_EB[2]))


# ---- files


@pytest.fixture
def run_dir(far: tuple[World, list[Arc]], tmp_path: Path) -> Path:
    world, _ = far
    return write_run(tmp_path / "run", record=world.record, meta=META, mission_toml=MISSION, machine=MACHINE)


def test_the_command_writes_and_lists_the_files(run_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(run_dir), "--oem", "--czml"]) == 0
    printed = capsys.readouterr()
    assert "apollo.oem" in printed.out
    assert f"Written to {run_dir / 'export'}" in printed.out
    assert printed.err == ""
    assert sorted(path.name for path in (run_dir / "export").iterdir()) == ["apollo.oem", "flight.czml"]
    segments = read_oem(run_dir / "export" / "apollo.oem").segments
    assert [segment.object_id for segment in segments] == ["1975-066A"] * 8
    assert json.loads((run_dir / "export" / "flight.czml").read_text())[0]["name"] == "A flight"


def test_what_cannot_be_exported_is_said_in_one_sentence(
    run_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    for arguments, says in (
        ([str(run_dir)], "say --oem, --czml or both"),
        ([str(tmp_path / "none"), "--oem"], "there is no such run directory"),
        ([str(tmp_path / "empty"), "--oem"], "not a run folder"),
        ([str(run_dir / "flight.json"), "--oem"], "flight.json is a file, not a run directory; name the folder"),
        ([str(run_dir), "--czml", "--frame", "eme2000"], "frame EME2000 and time system UTC were asked for"),
        ([str(run_dir), "--czml", "--time-system", "TAI"], "leave them out, or ask for --oem too"),
        ([str(run_dir), "--oem", "--frame", "mars"], "the frame 'MARS' was asked for; choose one of ICRF"),
        ([str(run_dir), "--oem", "--time-system", "MET"], "the time system 'MET' was asked for; choose one of UTC"),
        ([str(run_dir), "--oem", "--out", str(tmp_path / "file")], "could not be written"),
    ):
        assert main(["export", *arguments]) == 2
        printed = capsys.readouterr()
        assert says in printed.err
        assert printed.err.count("\n") == 1
        assert printed.out == ""
    assert not (run_dir / "export").exists()


def test_a_partial_run_is_said_to_be_partial(
    far: tuple[World, list[Arc]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for status, remark in (("complete", ""), ("interrupted", "interrupted"), ("failed", "broken off by a failure")):
        path = write_run(
            tmp_path / status, record=far[0].record, meta=META, mission_toml=MISSION, machine=MACHINE, status=status
        )
        assert main(["export", str(path), "--oem"]) == 0
        said = re.findall(r"^COMMENT (.*)", (path / "export" / "apollo.oem").read_text(), flags=re.MULTILINE)
        assert said[0] == f"mission {META['mission']}, seed {META['seed']}"
        assert said[1:] == ([f"partial: the flight was {remark}"] if remark else [])
        assert (f"The run is partial ({status})" in capsys.readouterr().err) == bool(remark)


def test_files_of_an_earlier_export_are_replaced_only_when_told(
    run_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "elsewhere" / "deep"
    for folder, more in ((run_dir / "export", []), (other, ["--out", str(other)])):
        command = ["export", str(run_dir), "--oem", *more]
        assert main(command) == 0
        (folder / "apollo.oem").write_text("mine")
        assert main(command) == 2
        assert "is there already; say --overwrite" in capsys.readouterr().err
        assert (folder / "apollo.oem").read_text() == "mine"
        assert main([*command, "--overwrite"]) == 0
        assert read_oem(folder / "apollo.oem").segments


def test_an_export_that_fails_midway_leaves_nothing(run_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = export.write_file

    def full(path: Path, content: bytes) -> None:
        if path.suffix == ".czml":
            raise OSError(errno.ENOSPC, "No space left on device")
        written(path, content)

    monkeypatch.setattr(export, "write_file", full)
    with pytest.raises(RunDirectoryError, match="No space left on device"):
        export_run(run_dir, oem=True, czml=True)
    assert list((run_dir / "export").iterdir()) == []


def test_coarse_states_are_exported_with_a_warning(
    far: tuple[World, list[Arc]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, arcs = far
    sparse = replace(world.record, telemetry=[], burns=[])
    thin = World(
        epoch=world.epoch, environment=world.environment, predicted=world.predicted, crafts=world.crafts, seed=0,
        record=sparse,
    )  # fmt: skip
    far_rows(thin, ("soyuz", "apollo"), {"apollo": arcs[:1]}, interval=700.0)
    path = write_run(tmp_path / "run", record=sparse, meta=META, mission_toml=MISSION, machine=MACHINE)
    assert main(["export", str(path), "--oem"]) == 0
    assert "m off; fly with a smaller sample_interval_s" in capsys.readouterr().err


def test_damaged_runs_are_refused(far: tuple[World, list[Arc]]) -> None:
    run = run_of(far[0])
    nothing = replace(run, telemetry=run.telemetry[:1])
    with pytest.raises(RunDirectoryError, match="has no two states of a craft"):
        orbits_of(nothing)
    holes = run.telemetry.copy()
    holes["position_gcrf_x_m"][3] = np.nan
    with pytest.raises(RunDirectoryError, match="positions that are not finite"):
        orbits_of(replace(run, telemetry=holes))
    for epoch in ({}, {"epoch_utc": "yesterday"}):
        with pytest.raises(RunDirectoryError, match="no usable epoch_utc"):
            orbits_of(replace(run, mission=epoch))
    odd = replace(run, mission={"epoch_utc": EPOCH, "crafts": 3}, burns=[{"craft": "apollo"}, {}])
    assert orbits_of(odd)[0].object_id == "apollo"
    with pytest.raises(DataError, match="an export of nothing"):
        export_run(Path("run"), oem=False, czml=False)


def test_crafts_with_odd_names_have_files_of_their_own(far: tuple[World, list[Arc]]) -> None:
    assert plain_name("Союз 19/b") == "19-b"
    assert plain_name("...") == "craft"
    run = run_of(far[0])
    rows = np.concatenate([run.telemetry[:40], run.telemetry[:40]])
    rows["craft"][:40], rows["craft"][40:] = "a b", "a/b"
    found = export._oems(replace(run, telemetry=rows, burns=[]), "ICRF", "UTC")
    assert [name for name, _, _ in found] == ["a-b.oem", "a-b-2.oem"]
    assert all(parse_oem(text).segments[0].piece.r[0, 0] > KILOMETRE for _, text, _ in found)
