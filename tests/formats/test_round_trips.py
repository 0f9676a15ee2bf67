"""What is read is written again as the same thing, and what is well formed is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softdock.astro.mean_elements import MeanElements
from softdock.astro.tabulated import Piece
from softdock.astro.time import Epoch
from softdock.errors import DataError
from softdock.formats.covariances import Covariance
from softdock.formats.epochs import TIME_SYSTEMS, terrestrial, texts
from softdock.formats.epochs import epoch_fields as fields_of
from softdock.formats.lines import Line
from softdock.formats.oem import Oem, Segment, parse_oem, read_oem
from softdock.formats.oem_text import oem_text
from softdock.formats.omm import parse_omm, read_omm
from softdock.formats.omm_text import omm_text, omm_xml
from softdock.formats.tle import alpha5, parse_tles, read_tles, tle_lines, tle_text
from tests.formats import scene

TODAY = "2024-01-02T00:00:00"


def whole(last: int, scale: float) -> st.SearchStrategy[float]:
    """Numbers of a fixed count of decimals, as a column holds them."""
    return st.integers(0, last).map(lambda k: k / scale)


signed = st.builds(lambda sign, m, e: float(f"{sign}0.{m:05d}e{e}"), st.sampled_from("+-"), st.integers(10_000, 99_999),
                   st.integers(-9, 1))  # fmt: skip
sets = st.builds(
    MeanElements,
    name=st.from_regex(r"([A-Z][A-Z0-9 ()]{0,22}[A-Z)])?", fullmatch=True),
    catalogue_number=st.integers(0, 339_999),
    designator=st.from_regex(r"(19(5[7-9]|[6-9][0-9])|20[0-4][0-9])-[0-9]{3}[A-Z]{1,3}", fullmatch=True) | st.just(""),
    classification=st.sampled_from("UCS"),
    epoch_mjd=st.integers(36204, 72000),  # 1958 to 2055
    epoch_fraction=whole(10**8 - 1, 1e8),
    mean_motion_rev_day=st.integers(1, 20 * 10**8).map(lambda k: k / 1e8),
    mean_motion_dot_rev_day2=st.integers(1 - 10**8, 10**8 - 1).map(lambda k: k / 1e8),
    mean_motion_ddot_rev_day3=signed | st.just(0.0),
    bstar_per_earth_radius=signed | st.just(0.0),
    eccentricity=whole(9_999_999, 1e7),
    inclination_deg=whole(1_800_000, 1e4),
    raan_deg=whole(3_600_000, 1e4),
    perigee_argument_deg=whole(3_600_000, 1e4),
    mean_anomaly_deg=whole(3_600_000, 1e4),
    element_set=st.integers(0, 9999),
    revolution=st.integers(0, 99_999),
)


@given(sets)
def test_a_tle_written_and_read_is_the_same(elements: MeanElements) -> None:
    text = tle_text(elements)
    (read,) = parse_tles(text)
    assert read == elements
    assert tle_text(read) == text


@given(sets.filter(lambda e: e.epoch_mjd > 36934))  # from 1960 on, as UTC is
def test_an_omm_written_and_read_is_the_same(elements: MeanElements) -> None:
    named = replace(elements, name=elements.name or "X")
    text = omm_text(named, creation_date=TODAY)
    assert parse_omm(text) == (named,)
    assert parse_omm(scene.xml_of(text)) == (named,)


@given(st.lists(sets.filter(lambda e: e.epoch_mjd > 36934), min_size=1, max_size=3))
def test_omms_written_as_xml_and_read_are_the_same(many: list[MeanElements]) -> None:
    named = tuple(replace(one, name=one.name or "A & B <C>") for one in many)
    text = omm_xml(named, creation_date=TODAY)
    assert parse_omm(text) == named
    assert omm_xml(parse_omm(text), creation_date=TODAY) == text


def test_the_same_elements_as_tle_omm_and_xml_are_equal() -> None:
    (tle,) = parse_tles(scene.TLE)
    assert parse_omm(scene.OMM) == (tle,)
    assert parse_omm(scene.xml_of(scene.OMM)) == (tle,)
    assert parse_omm(scene.OMM + scene.OMM) == (tle, tle)
    assert tle_text(tle) == scene.TLE


def test_every_lawful_form_of_a_tle_is_read() -> None:
    (tle,) = parse_tles(scene.TLE)
    for text in (
        scene.TLE.replace("\n", "\r\n"),
        scene.TLE.rstrip("\n"),
        "0 " + scene.TLE,
        "\n" + scene.TLE + "\n",
    ):
        assert parse_tles(text) == (tle,)
    assert parse_tles(scene.TLE.replace("ISS (ZARYA)", "1 HOPEFUL 2"))[0].name == "1 HOPEFUL 2"
    assert len(parse_tles(scene.TLE + scene.FIRST + "\n" + scene.SECOND)) == 2
    blank = parse_tles(scene.summed(scene.TLE.replace("98067A", "      ")))[0]
    assert blank.designator == ""
    spaced = parse_tles(scene.TLE.replace(scene.FIRST, scene.FIRST + "  "))[0]
    assert spaced.remarks == ("line 2, column 70: 2 blanks after the line were left out",)


def test_alpha_5_runs_from_a0000_to_z9999_without_i_and_o() -> None:
    assert [alpha5(n) for n in (5, 99_999, 100_000, 105_544, 182_931, 339_999)] == [
        "00005", "99999", "A0000", "A5544", "J2931", "Z9999",
    ]  # fmt: skip
    text = scene.summed(scene.TLE.replace("1 25544", "1 A5544").replace("2 25544", "2 A5544"))
    assert parse_tles(text)[0].catalogue_number == 105_544
    with pytest.raises(DataError, match="catalogue number 340000 does not fit a TLE"):
        alpha5(340_000)


def test_two_digit_years_turn_over_at_57() -> None:
    for two, mjd in (("57", 35839), ("99", 51179), ("00", 51544), ("56", 71998)):
        text = scene.summed(scene.TLE.replace(" 24001.", f" {two}001."))
        assert parse_tles(text)[0].epoch_mjd == mjd
    with pytest.raises(DataError, match="are of 1957 and UTC began in 1960"):
        parse_tles(scene.summed(scene.TLE.replace(" 24001.", " 57001.")))[0].epoch


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("epoch_mjd", 72820, "cannot hold the year 2058"),
        ("mean_motion_dot_rev_day2", 1.5, "do not fit"),
        ("eccentricity", 0.99999999, "do not fit"),
        ("mean_motion_rev_day", 120.0, "do not fit"),
        ("bstar_per_earth_radius", 1e12, "does not fit a TLE's eight columns"),
    ],
)
def test_what_has_no_place_in_a_tle_is_refused(field: str, value: float, says: str) -> None:
    (tle,) = parse_tles(scene.TLE)
    with pytest.raises(DataError, match=says):
        tle_lines(replace(tle, **{field: value}))  # type: ignore[arg-type]


def test_tiny_numbers_lose_digits_and_nothing_else() -> None:
    (tle,) = parse_tles(scene.TLE)
    for value, text in ((3e-13, " 00030-9"), (-3e-13, "-00030-9"), (1e-16, " 00000+0"), (0.999999, " 10000+1")):
        assert tle_lines(replace(tle, bstar_per_earth_radius=value))[0][53:61] == text


def test_elements_that_are_no_orbit_are_refused() -> None:
    (tle,) = parse_tles(scene.TLE)
    with pytest.raises(DataError, match="are no orbit"):
        replace(tle, mean_motion_rev_day=float("nan"))
    with pytest.raises(DataError, match="does not fit an OMM"):
        omm_text(replace(tle, name="Mir\n"), creation_date=TODAY)
    with pytest.raises(DataError, match="the originator .* does not fit an OMM"):
        omm_xml([tle], creation_date=TODAY, originator="Энергия")


rows = st.lists(st.tuples(st.integers(1, 10**12), st.lists(st.integers(-(10**9), 10**9), min_size=6, max_size=6)),
                min_size=4, max_size=6)  # fmt: skip


@settings(max_examples=60)
@given(rows, st.sampled_from(TIME_SYSTEMS), st.sampled_from(["GCRF", "EME2000", "ITRF2014", "TEME", "ICRF"]))
def test_an_oem_written_and_read_is_the_same(
    table: list[tuple[int, list[int]]], system: str, ref_frame: str
) -> None:
    epoch = Epoch.from_utc("2016-12-31T23:50:00")
    times = np.concatenate([[0.0], np.cumsum([step * 1e-8 for step, _ in table])])[:-1]
    states = np.array([row for _, row in table])
    r = states[:, :3] * 1e-3 + np.array([7e6, 0.0, 0.0])
    v = states[:, 3:] * 1e-7
    frame = {"ITRF2014": "ITRF", "ICRF": "GCRF"}.get(ref_frame, ref_frame)
    piece = Piece(
        frame=frame, epoch=epoch, times=times, r=r, v=v, method="LAGRANGE", degree=3, start=times[0], stop=times[-1]
    )
    matrix = tuple(tuple(4e4 * (j == k) for j in range(6)) for k in range(6))
    segment = Segment(
        object_name="A", object_id="1998-067A", ref_frame=ref_frame, time_system=system, piece=piece,
        covariances=(Covariance(0.0, "RTN", matrix),),
    )  # fmt: skip
    text = oem_text(Oem(originator="TEST", creation_date=TODAY, segments=(segment,)))
    message = parse_oem(text)
    read = message.segments[0]
    assert np.abs(read.piece.times - times).max() < 2e-9
    assert np.abs(read.piece.r - r).max() < 1e-6
    assert np.abs(read.piece.v - v).max() < 1e-9
    assert (read.piece.frame, read.piece.method, read.piece.degree) == (frame, "LAGRANGE", 3)
    assert read.covariances[0].frame == "RTN"
    assert np.allclose(read.covariances[0].matrix, matrix)
    assert oem_text(message) == text


def test_what_an_oem_leaves_open_is_said() -> None:
    bare = scene.OEM.replace("INTERPOLATION = HERMITE\nINTERPOLATION_DEGREE = 3\n", "")
    assert parse_oem(bare).segments[0].remarks == ("no INTERPOLATION is given; HERMITE of degree 7 was taken",)
    even = parse_oem(scene.OEM.replace("DEGREE = 3", "DEGREE = 4")).segments[0]
    assert even.remarks == ("line 14: HERMITE has odd degrees; 4 was raised to 5",)
    faster = scene.OEM.replace("7.6 0.0\n", "7.6 0.0 0.0 0.0 0.0\n")
    assert parse_oem(faster).segments[0].remarks == ("line 17: accelerations were not used",)
    assert "today's ITRF" in parse_oem(scene.OEM.replace("GCRF", "ITRF-97")).segments[0].remarks[0]


def test_what_an_omm_leaves_open_is_said_and_what_is_not_used_too() -> None:
    text = scene.OMM.replace("CLASSIFICATION_TYPE = U\n", "MASS = 400000 [kg]\n").replace("1998-067A", "UNKNOWN")
    (read,) = parse_omm(text)
    assert (read.classification, read.designator) == ("U", "")
    assert read.remarks == ("line 19: MASS was not used", "line 6: OBJECT_ID 'UNKNOWN' is no designator like 1998-067A")


def test_a_second_covariance_is_in_the_frame_of_the_first() -> None:
    block = scene.OEM[scene.OEM.index("EPOCH =") : scene.OEM.index("COVARIANCE_STOP")]
    later = block.replace("23:59:59", "23:59:60").replace("COV_REF_FRAME = RTN\n", "")
    text = scene.OEM.replace(block, block + later)
    assert [one.frame for one in parse_oem(text).segments[0].covariances] == ["RTN", "RTN"]
    own = parse_oem(scene.OEM.replace("COV_REF_FRAME = RTN\n", ""))
    assert own.segments[0].covariances[0].frame == ""
    assert parse_oem(oem_text(own)) is not None


def test_a_leap_second_is_a_second_long_in_an_oem() -> None:
    assert parse_oem(scene.OEM).segments[0].piece.times == pytest.approx([0.0, 1.0, 2.0, 4.0], abs=1e-9)


def test_day_of_year_and_calendar_are_one_moment() -> None:
    text = scene.OEM.replace("2016-12-31T23:59:58.000 6", "2016-366T23:59:58 6")
    assert np.array_equal(parse_oem(text).segments[0].piece.times, parse_oem(scene.OEM).segments[0].piece.times)


def seconds_tt(text: str, system: str) -> float:
    """Seconds of an epoch after 2000-01-01 12:00 TT."""
    line = Line("", 1, text)
    tt1, tt2 = terrestrial([fields_of(line, text, 1)], [(line, 1)], system=system)
    return float(((tt1[0] - 2451545.0) + tt2[0]) * 86400.0)


def test_time_systems_differ_by_what_their_definitions_say() -> None:
    noon = "2020-06-01T12:00:00"
    tt = seconds_tt(noon, "TT")
    assert seconds_tt(noon, "TAI") - tt == pytest.approx(32.184, abs=1e-6)
    assert seconds_tt(noon, "GPS") - tt == pytest.approx(51.184, abs=1e-6)  # GPS = TAI - 19 s
    assert seconds_tt(noon, "UTC") - tt == pytest.approx(69.184, abs=1e-6)  # TAI - UTC = 37 s
    g = np.radians(357.53 + 0.98560028 * (2459002.0 - 2451545.0))  # Astronomical Almanac, TDB - TT to 30 us
    assert tt - seconds_tt(noon, "TDB") == pytest.approx(0.001657 * np.sin(g), abs=5e-5)


@given(st.integers(0, 10**15), st.sampled_from(TIME_SYSTEMS))
def test_epochs_come_back_to_the_nanosecond(nanoseconds: int, system: str) -> None:
    zero = Epoch.from_utc("2005-12-20T00:00:00")
    (text,) = texts(*zero.tt(np.array([nanoseconds * 1e-9])), system=system)
    line = Line("", 1, text)
    tt1, tt2 = terrestrial([fields_of(line, text, 1)], [(line, 1)], system=system)
    assert texts(tt1, tt2, system=system) == [text]


def test_what_an_oem_cannot_hold_is_refused_when_written() -> None:
    good = parse_oem(scene.OEM)
    bad = replace(good, segments=(replace(good.segments[0], object_name="Союз"),))
    with pytest.raises(DataError, match="the object's name .* does not fit an OEM"):
        oem_text(bad)
    with pytest.raises(DataError, match="the time system MET was asked for"):
        oem_text(replace(good, segments=(replace(good.segments[0], time_system="MET"),)))
    for said in ("ITRF", "EME2000", "MARS"):
        with pytest.raises(DataError, match=f"the piece is in GCRF and REF_FRAME says {said}"):
            oem_text(replace(good, segments=(replace(good.segments[0], ref_frame=said),)))


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01T00:00:00", "2024-01-02T25:00:00", "2024-01-02 00:00:00", ""])
def test_a_creation_date_that_is_none_is_not_written(text: str) -> None:
    with pytest.raises(DataError, match="the creation date cannot be written: .*; (write|correct)"):
        oem_text(replace(parse_oem(scene.OEM), creation_date=text))
    for write in (lambda one: omm_text(one, creation_date=text), lambda one: omm_xml([one], creation_date=text)):
        with pytest.raises(DataError, match="the creation date cannot be written"):
            write(parse_tles(scene.TLE)[0])


def test_comments_stand_at_the_head_of_an_oem() -> None:
    message = replace(parse_oem(scene.OEM), comments=("one", "two"))
    text = oem_text(message)
    assert text.startswith("CCSDS_OEM_VERS = 2.0\nCOMMENT one\nCOMMENT two\nCREATION_DATE = ")
    assert oem_text(parse_oem(text)) == oem_text(replace(message, comments=()))


def test_readers_take_a_path_as_a_text(tmp_path: Path) -> None:
    for read, good in ((read_tles, scene.TLE), (read_omm, scene.OMM), (read_oem, scene.OEM)):
        path = tmp_path / "a.txt"
        path.write_text(good)
        assert str(read(str(path))) == str(read(path))
