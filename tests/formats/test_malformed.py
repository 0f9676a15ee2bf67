"""Malformed lines are refused in a sentence that names line and column; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from softdock.errors import FormatError
from softdock.formats.oem import parse_oem, read_oem
from softdock.formats.omm import parse_omm, read_omm
from softdock.formats.tle import LARGEST_FILE, parse_tles, read_tles
from tests.formats import broken_lines, scene
from tests.formats.broken_lines import Broken

Reader = Callable[..., object]
CASES = [
    *((parse_tles, scene.TLE, name, case) for name, case in broken_lines.TLE.items()),
    *((parse_omm, scene.OMM, name, case) for name, case in broken_lines.OMM.items()),
    *((parse_oem, scene.OEM, name, case) for name, case in broken_lines.OEM.items()),
]


@pytest.mark.parametrize(
    ("reader", "good", "case"), [(r, g, c) for r, g, _, c in CASES], ids=[f"{r.__name__}-{n}" for r, _, n, _ in CASES]
)
def test_malformed_text_is_refused_where_it_is_wrong(reader: Reader, good: str, case: Broken) -> None:
    assert case.old in good
    text = good.replace(case.old, case.new, 1)
    with pytest.raises(FormatError) as caught:
        reader(scene.summed(text) if reader is parse_tles else text, file="x.txt")
    error = caught.value
    place = f"x.txt, line {case.line}" + (f", column {case.column}: " if case.column else ": ")
    assert str(error).startswith(place), str(error)
    assert case.says in str(error)
    assert (error.file, error.line, error.column) == ("x.txt", case.line, case.column)
    assert "\n" not in str(error)


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(CASES) >= 60


def test_a_wrong_checksum_is_named_with_the_right_one() -> None:
    text = scene.TLE.replace("247.4627", "247.4628")
    with pytest.raises(FormatError, match="line 3, column 69: the checksum is '3' and the line adds up to 4"):
        parse_tles(text)


def test_a_missing_checksum_is_not_made_up() -> None:
    text = "\n".join(line[:68] for line in scene.TLE.split("\n"))
    with pytest.raises(FormatError, match="line 2, column 69: has 68 characters, so its checksum is missing"):
        parse_tles(text)


def test_anything_after_the_checksum_is_refused() -> None:
    with pytest.raises(FormatError, match="line 2, column 70: has 71 characters"):
        parse_tles(scene.TLE.replace(scene.FIRST, scene.FIRST + " 7"))


@pytest.mark.parametrize("reader", [parse_tles, parse_omm, parse_oem])
def test_empty_text_is_refused(reader: Reader) -> None:
    with pytest.raises(FormatError, match="line 1: there (are|is) no"):
        reader("\n \n")


@pytest.mark.parametrize("reader", [read_tles, read_omm, read_oem])
def test_files_that_are_none_are_refused(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no such file, and .* was to be read from it; check the path"):
        reader(tmp_path / "none.txt")
    wide = tmp_path / "wide.txt"
    wide.write_bytes(scene.TLE.encode("utf-16"))
    with pytest.raises(FormatError, match="UTF-16"):
        reader(wide)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.tle"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(FormatError, match="larger than the 20 MB"):
        read_tles(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.oem"
    path.write_bytes(scene.OEM.encode().replace(b"ISS", b"I\xffS"))
    with pytest.raises(FormatError, match=re.escape("line 6, column 16: holds '\\ufffd'")):
        read_oem(path)


def test_an_oem_cut_in_its_last_number_is_refused() -> None:
    with pytest.raises(FormatError, match="line 20: the last line has no line end"):
        parse_oem(scene.OEM.split("COVARIANCE_START")[0].rstrip("\n").removesuffix("0"))


SEGMENT = scene.OEM[scene.OEM.index("META_START") : scene.OEM.index("COVARIANCE_START")]
BLOCK = scene.OEM[scene.OEM.index("EPOCH =") : scene.OEM.index("COVARIANCE_STOP")]


def test_segments_in_two_time_systems_are_refused() -> None:
    other = SEGMENT.replace("= UTC", "= TAI").replace("23:59:60.000", "23:59:59.500").replace("2016", "2015")
    with pytest.raises(FormatError, match="line 21: the segment is in TAI and the first in UTC"):
        parse_oem(scene.OEM.split("COVARIANCE_START")[0] + other.replace("2017-01", "2016-01"))


ROW = "2016-12-31T23:59:58.000 6778.0 0.0 0.0 0.0 7.6 0.0"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (SEGMENT.split("COMMENT four")[1], "\n", "line 15: there are no states after META_STOP"),
        ("INTERPOLATION = HERMITE\nINTERPOLATION_DEGREE = 3\n",
         "USEABLE_START_TIME = 2017-01-01T00:00:00\nUSEABLE_STOP_TIME = 2016-12-31T23:59:59\n",
         "USEABLE_STOP_TIME leaves nothing"),
        (BLOCK, BLOCK + BLOCK, "line 30, column 9: EPOCH is not after that of the covariance before"),
        ("\n0.5 1.0\n", "\n0.5 1e200\n", "entry 2, 2 of the covariance is 1e\\+200, beyond 1e\\+15; give km"),
        ("\n1.0\n0.5 1.0\n", "\n1e-320\n1e14 1.0\n", "heads a matrix with a negative eigenvalue"),
        ("6778.0 15.2", "6778.0 1e200", "line 19.*: the state is 1e\\+200 km from the Earth's centre"),
        (ROW, ROW + " 1e300 0 0", "an acceleration is beyond 20 km/s2"),
    ],
)  # fmt: skip
def test_what_leaves_nothing_to_interpolate_is_refused(old: str, new: str, says: str) -> None:
    assert old in scene.OEM
    with pytest.raises(FormatError, match=says):
        parse_oem(scene.OEM.replace(old, new, 1))


def test_a_single_state_is_no_ephemeris() -> None:
    text = scene.OEM.replace("INTERPOLATION = HERMITE\nINTERPOLATION_DEGREE = 3\n", "")
    rows = text.split("COMMENT four")[0] + "2016-12-31T23:59:58.000 6778.0 0.0 0.0 0.0 7.6 0.0\n"
    rows = rows.replace("STOP_TIME = 2017-01-01T00:00:01.000", "STOP_TIME = 2016-12-31T23:59:58.0005")
    with pytest.raises(FormatError, match="line 12.*one state, which cannot be interpolated"):
        parse_oem(rows)
    one = rows.replace("META_STOP", "INTERPOLATION = HERMITE\nINTERPOLATION_DEGREE = 1\nMETA_STOP")
    with pytest.raises(FormatError, match="line 12.*leaves nothing between"):
        parse_oem(one)


def test_overlapping_segments_are_refused_and_touching_ones_are_not() -> None:
    segment = scene.OEM[scene.OEM.index("META_START") : scene.OEM.index("COVARIANCE_START")]
    with pytest.raises(FormatError, match="line 21: the segment overlaps an earlier one of 1998-067A by 4 s"):
        parse_oem(scene.OEM.split("COVARIANCE_START")[0] + segment)
    other = segment.replace("1998-067A", "1998-067B")
    message = parse_oem(scene.OEM.split("COVARIANCE_START")[0] + other)
    with pytest.raises(FormatError, match="the OEM holds 1998-067A, 1998-067B; name one"):
        message.ephemeris()
    assert len(message.ephemeris("1998-067B").pieces) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<ndm>", "<!DOCTYPE ndm [<!ENTITY a 'b'>]><ndm>", "the XML has a DOCTYPE"),
        ("</ndm>", "", "is no XML: no element found"),
        ("<ndm>", "<html>", "line 2, column 1: <html> begins the XML"),
        ("<BSTAR>.0001027", "<BSTAR>1,2", "BSTAR is '1,2', which is no number"),
        ("<header>", "<header>\n<COMMENT>one</COMMENT><BSTAR>0</BSTAR>", "BSTAR is given twice, first in line 5"),
        ("</header>", "<USER_DEFINED>1</USER_DEFINED><USER_DEFINED>2</USER_DEFINED></header><X/>", "X is not known"),
        ("<BSTAR>.0001027", "<BSTAR>", "BSTAR has no value"),
        ("<BSTAR>.0001027", "<BSTAR><X>1</X>", "<X> stands inside <BSTAR>"),
        ("<metadata>", "<metadata>loose<OBJECT_TYPE>1</OBJECT_TYPE>", "OBJECT_TYPE is not known here"),
        ("</metadata>", "loose</metadata>", "'loose' stands loose in <metadata>"),
        ('version="2.0"', "", "CCSDS_OMM_VERS is ''"),
        ("<omm id", "<EPOCH>1</EPOCH><omm id", "<EPOCH> stands outside <omm>"),
    ],
)
def test_malformed_xml_is_refused(old: str, new: str, says: str) -> None:
    text = scene.xml_of(scene.OMM)
    assert old in text
    with pytest.raises(FormatError, match=re.escape(says)):
        parse_omm(text.replace(old, new, 1))
