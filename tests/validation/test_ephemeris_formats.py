"""SGP4, TEME and OEM against published numbers and what builders/ephemeris_formats.py and oem_orekit.py stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.astro import teme
from softdock.astro.mean_elements import TleOrbit, satellite
from softdock.astro.tabulated import Piece
from softdock.astro.teme import gcrf_from, gcrf_to
from softdock.astro.time import Epoch
from softdock.conventions import ARCSECOND, DAY, Array
from softdock.formats.oem import Oem, Segment, parse_oem
from softdock.formats.oem_text import oem_text
from softdock.formats.tle import checksum, parse_tles
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]
STORED = json.loads((Path(__file__).parent / "data" / "ephemeris_formats.json").read_text())
FOLDER = Path(import_module("sgp4").__file__ or "").parent
OREKIT = json.loads((Path(__file__).parent / "data" / "oem_orekit.json").read_text())
one_metre, one_centimetre, one_millimetre = 1.0, 0.01, 0.001
VALLADO = "Vallado et al. 2006, AIAA 2006-6753, appendix C"


def verification_set() -> Iterator[tuple[str, str, list[list[float]]]]:
    """Line 1, line 2 and rows of minutes, km, km/s of each object in Vallado's set, as shipped with sgp4."""
    lines = [line for line in (FOLDER / "SGP4-VER.TLE").read_text().splitlines() if line[0] in "12"]
    blocks = (FOLDER / "tcppver.out").read_text().split(" xx\n")
    for first, second, rows in zip(lines[::2], lines[1::2], blocks[1:], strict=True):
        table = [[float(x) for x in row.split()[:7]] for row in rows.splitlines() if len(row.split()) >= 7]
        yield first[:69], second[:69], table


def test_the_sgp4_verification_set(claim: Claim) -> None:
    worst, rows = 0.0, 0
    for first, second, table in verification_set():
        if first[2:5] == "333":
            continue  # made to fail, with checksums that are wrong
        (elements,) = parse_tles(f"{first}\n{second}\n")
        model = satellite(elements)
        for minutes, *state in table:
            error, r, _ = model.sgp4_tsince(minutes)
            assert error == 0
            worst, rows = worst_of(worst, float(np.abs(np.array(r) - state[:3]).max())), rows + 1
    assert rows == 588
    claim(
        claim="SGP4 from lines read here, 30 objects of the verification set",
        truth="tcppver.out, Vallado et al. 2006",
        tolerance=1e-6,
        achieved=worst,
        unit="km",
    )


def test_the_objects_made_to_fail_have_wrong_checksums() -> None:
    bad = [first for first, _, _ in verification_set() if first[2:5] == "333"]
    assert [checksum(line) == int(line[68]) for line in bad] == [False] * 3


def worked_case() -> tuple[Array, Array]:
    """ITRF minus the published ITRF [m, m/s] of the worked case."""
    epoch, now = Epoch.from_utc("2004-04-06T07:51:28.386009"), np.zeros(1)
    r = 1e3 * np.array([[5094.18016210, 6127.64465950, 6380.34453270]])
    v = 1e3 * np.array([[-4.746131487, 0.785818041, 5.531931288]])
    r_N, v_N = gcrf_from("TEME", epoch, now, r=r, v=v)
    r_E, v_E = gcrf_to("ITRF", epoch, now, r=r_N, v=v_N)
    return (
        r_E[0] - 1e3 * np.array([-1033.47938300, 7901.29527540, 6380.35659580]),
        v_E[0] - 1e3 * np.array([-3.225636520, -2.872451450, 5.531924446]),
    )


def test_teme_to_itrf_of_the_published_case(claim: Claim) -> None:
    miss, _ = worked_case()
    what = "TEME to ITRF of the published case, IERS tables between the days"
    claim(claim=what, truth=VALLADO, tolerance=one_metre, achieved=float(np.linalg.norm(miss)), unit="m")


def test_teme_to_itrf_with_the_published_orientation(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    def published(_: Epoch, times: Array, *, allow_prediction: bool) -> tuple[Array, Array]:
        pole = ARCSECOND * np.array([[-0.140682, 0.333309, 0.0, 0.0]])
        return np.repeat(pole, len(times), axis=0), np.full(len(times), -0.439961 - 32.0 - 32.184)

    monkeypatch.setattr(teme, "earth_orientation", published)
    miss, rate = worked_case()
    what = "TEME to ITRF of the published case, with its own pole and UT1"
    claim(claim=what, truth=VALLADO, tolerance=one_centimetre, achieved=float(np.linalg.norm(miss)), unit="m")
    assert np.linalg.norm(rate) < 1e-4


def test_a_tle_in_itrf_and_gcrf_is_where_astropy_puts_it(claim: Claim) -> None:
    zero, times = Epoch.from_utc(STORED["utc"]), np.array(STORED["seconds"])
    orbit = TleOrbit(parse_tles("\n".join(STORED["lines"]))[0], zero)
    r, v = orbit.states(times)
    r_E, v_E = gcrf_to("ITRF", zero, times, r=r, v=v)
    itrf, gcrf = np.array(STORED["astropy_itrf"]), np.array(STORED["astropy_gcrf"])
    for name, got, truth in (("ITRF", r_E, itrf), ("GCRF", r, gcrf)):
        claim(
            claim=f"A TLE's positions in {name} over a day",
            truth="astropy",
            tolerance=2.0 * one_centimetre,
            achieved=float(np.linalg.norm(got - truth[:, :3], axis=1).max()),
            unit="m",
        )
    assert np.abs(v_E - itrf[:, 3:]).max() < 1e-4
    assert np.abs(v - gcrf[:, 3:]).max() < 1e-4


def test_a_tle_in_gcrf_is_where_skyfield_puts_it(claim: Claim) -> None:
    zero, times = Epoch.from_utc(STORED["utc"]), np.array(STORED["seconds"])
    r = TleOrbit(parse_tles("\n".join(STORED["lines"]))[0], zero).positions(times)
    claim(
        claim="A TLE's positions in GCRF over a day (Skyfield ties TEME to the equinox, not to the Earth)",
        truth="Skyfield",
        tolerance=one_metre,
        achieved=float(np.linalg.norm(r - np.array(STORED["skyfield_gcrf"]), axis=1).max()),
        unit="m",
    )


@pytest.mark.parametrize("case", STORED["oems"], ids=lambda case: str(case["method"]))
def test_an_oem_of_another_tool_is_read_and_interpolated_alike(claim: Claim, case: dict[str, list[float]]) -> None:
    (segment,) = parse_oem(str(case["text"])).segments
    r, v = segment.piece.states(np.array(case["seconds"]))
    truth = np.array(case["states"])
    claim(
        claim=f"An OEM written by the oem package, {case['method']} of degree 7",
        truth="the oem package's own interpolation",
        tolerance=1e-6,
        achieved=float(np.linalg.norm(r - truth[:, :3], axis=1).max()),
        unit="m",
    )
    assert np.abs(v - truth[:, 3:]).max() < 1e-8


def test_an_oem_written_here_is_read_alike_by_another_tool(claim: Claim) -> None:
    text = (Path(__file__).parent / "data" / "softdock.oem").read_text()
    message = parse_oem(text)
    assert oem_text(message) == text, "the writer changed: write softdock.oem anew, then run the builder"
    miss, off = 0.0, 0.0
    for segment, other in zip(message.segments, STORED["softdock"], strict=True):
        rows, piece = np.array(other["rows"]), segment.piece
        times = ((rows[:, 0] - piece.epoch.tt1) + (rows[:, 1] - piece.epoch.tt2)) * DAY + 32.184
        assert (other["frame"], len(rows)) == (segment.ref_frame, len(piece.times))
        off = worst_of(off, float(np.abs(times - piece.times).max()))
        miss = worst_of(miss, float(np.abs(np.hstack([piece.r, piece.v]) - rows[:, 2:]).max()))
    assert off < 1e-8
    claim(
        claim="An OEM written here, segments in EME2000 and ITRF, has the same states elsewhere",
        truth="the oem package",
        tolerance=1e-6,
        achieved=miss,
        unit="m",
    )


def test_a_tle_written_as_an_oem_is_the_tle(claim: Claim) -> None:
    orbit, times = TleOrbit(parse_tles("\n".join(STORED["lines"]))[0]), np.linspace(0.0, 20000.0, 4001)
    piece = orbit.table(0.0, 20000.0)
    segment = Segment(object_name="ISS", object_id="1998-067A", ref_frame="GCRF", time_system="UTC", piece=piece)
    text = oem_text(Oem(originator="TEST", creation_date="2024-01-02T00:00:00", segments=(segment,)))
    read = parse_oem(text).ephemeris(zero=orbit.elements.epoch)
    assert read.windows()[0] == pytest.approx((0.0, 20000.0), abs=1e-8)
    r, v = orbit.states(times)
    got, rate = read.states(times)
    claim(
        claim="A TLE written as an OEM and read again, between its states",
        truth="SGP4 itself",
        tolerance=one_millimetre,
        achieved=float(np.linalg.norm(got - r, axis=1).max()),
        unit="m",
    )
    assert np.abs(rate - v).max() < 1e-6
    assert len(orbit.table(5.0, 6.0, step=10.0).times) == 12


# ---- Orekit, both ways


def orekit_nodes(segment: Piece, stored: dict[str, Any], epoch: Epoch) -> tuple[float, float, Array]:
    """Miss of the nodes [m], of their times [s], and the times from the piece's epoch at which Orekit interpolated."""
    rows = np.array(stored["nodes"])
    offset = ((segment.epoch.tt1 - epoch.tt1) + (segment.epoch.tt2 - epoch.tt2)) * DAY
    off = float(np.abs(segment.times + offset - rows[:, 0]).max())
    miss = float(np.abs(np.hstack([segment.r, segment.v]) - rows[:, 1:]).max())
    return miss, off, np.array(stored["seconds"]) - offset


@pytest.mark.parametrize("case", OREKIT["orekit"], ids=lambda case: str(case["frame"]))
def test_an_oem_written_by_orekit_is_read_and_interpolated_alike(claim: Claim, case: dict[str, Any]) -> None:
    message, epoch = parse_oem(case["text"]), Epoch.from_utc(OREKIT["begin"])
    assert [segment.ref_frame for segment in message.segments] == [case["frame"]] * 2
    nodes, between = 0.0, 0.0
    for segment, stored in zip(message.segments, case["segments"], strict=True):
        miss, off, asked = orekit_nodes(segment.piece, stored, epoch)
        assert off < 1e-8
        nodes = worst_of(nodes, miss)
        r, _ = segment.piece.states(asked)
        between = worst_of(between, float(np.linalg.norm(r - np.array(stored["states"])[:, :3], axis=1).max()))
    named = f"An OEM written by Orekit in {case['frame']}"
    claim(claim=f"{named}: the states", truth="Orekit", tolerance=1e-6, achieved=nodes, unit="m or m/s")
    claim(
        claim=f"{named}: between the states, 120 s apart",
        truth="Orekit, with eight states to our four",
        tolerance=one_millimetre,
        achieved=between,
        unit="m",
    )


@pytest.mark.parametrize("case", OREKIT["softdock"], ids=lambda case: str(case["file"]))
def test_an_oem_written_here_is_read_and_interpolated_alike_by_orekit(claim: Claim, case: dict[str, Any]) -> None:
    text = (Path(__file__).parent / "data" / case["file"]).read_text()
    message, epoch = parse_oem(text), Epoch.from_utc(case["epoch"])
    assert oem_text(message) == text
    nodes, between = 0.0, dict[str, float]()
    for segment, stored in zip(message.segments, case["segments"], strict=True):
        miss, off, asked = orekit_nodes(segment.piece, stored, epoch)
        assert (stored["frame"], stored["degree"]) == (segment.ref_frame, segment.piece.degree)
        assert off < 1e-8
        nodes = worst_of(nodes, miss)
        kind = "closed loop" if segment.piece.degree == 3 and len(stored["nodes"]) > 6 else "smooth"
        r, _ = segment.piece.states(asked)
        worst = float(np.linalg.norm(r - np.array(stored["states"])[:, :3], axis=1).max())
        between[kind] = worst_of(between.get(kind, 0.0), worst)
    named = f"{case['file']}, written here and read by Orekit"
    claim(claim=f"{named}: the states", truth="Orekit", tolerance=1e-6, achieved=nodes, unit="m or m/s")
    for kind, worst in between.items():
        claim(
            claim=f"{named}: between the states, {kind}",
            truth="Orekit, whose polynomials run through more states",
            tolerance=one_millimetre if kind == "smooth" else one_centimetre,
            achieved=worst,
            unit="m",
        )


def test_an_export_is_read_alike_by_the_oem_package(claim: Claim) -> None:
    message = parse_oem((Path(__file__).parent / "data" / "softdock_export.oem").read_text())
    worst = 0.0
    for segment, rows in zip(message.segments, OREKIT["oem_package"], strict=True):
        piece, table = segment.piece, np.array(rows)
        times = ((table[:, 0] - piece.epoch.tt1) + (table[:, 1] - piece.epoch.tt2)) * DAY + 32.184
        assert float(np.abs(times - piece.times).max()) < 1e-8
        worst = worst_of(worst, float(np.abs(np.hstack([piece.r, piece.v]) - table[:, 2:]).max()))
    claim(
        claim="softdock_export.oem, written here and read by the oem package: the states",
        truth="the oem package",
        tolerance=1e-6,
        achieved=worst,
        unit="m or m/s",
    )


def test_a_scene_written_here_is_read_by_czml3() -> None:
    packets = json.loads((Path(__file__).parent / "data" / "softdock_export.czml").read_text())
    assert [packet["id"] for packet in packets] == [read["id"] for read in OREKIT["czml"]]
    for packet, read in zip(packets[1:], OREKIT["czml"][1:], strict=True):
        pieces = packet["position"]
        assert read["samples"] == [len(piece["cartesianVelocity"]) // 7 for piece in pieces]
        assert read["degrees"] == [piece["interpolationDegree"] for piece in pieces]
        assert [json.loads(text) for text in read["intervals"]] == [piece["interval"] for piece in pieces]
        assert (read["frames"], read["availability"]) == (["INERTIAL"], len(packet["availability"]))


def test_a_day_without_leap_second_is_a_day() -> None:
    (tle,) = parse_tles("\n".join(STORED["lines"]))
    zero = Epoch.from_utc(STORED["utc"])
    assert ((zero.tt1 - tle.epoch.tt1) + (zero.tt2 - tle.epoch.tt2)) * DAY == pytest.approx(
        (1.0 - 0.51782528) * DAY, abs=1e-5
    )
