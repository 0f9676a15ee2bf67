"""Space-weather files, whole and damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from softdock.errors import FormatError
from softdock.formats.space_weather import read_space_weather

HEAD = (
    "DATE,BSRN,ND,KP1,KP2,KP3,KP4,KP5,KP6,KP7,KP8,KP_SUM,AP1,AP2,AP3,AP4,AP5,AP6,AP7,AP8,AP_AVG,CP,C9,ISN,F10.7_OBS,"
    "F10.7_ADJ,F10.7_DATA_TYPE,F10.7_OBS_CENTER81,F10.7_OBS_LAST81,F10.7_ADJ_CENTER81,F10.7_ADJ_LAST81"
)
FIRST = (
    "2003-10-29,2323,27,47,40,90,80,77,77,87,87,583,39,27,400,207,179,179,300,"
    "300,204,2.1,9,250,291.7,287.7,OBS,146.8,127.6,144.8,128.4"
)
SECOND = (
    "2003-10-30,2324,1,87,77,50,47,50,73,90,90,563,300,154,56,39,48,132,400,"
    "400,191,2.1,9,262,271.4,267.5,INT,146.5,129.3,144.5,130.0"
)
THIRD = (
    "2003-10-31,2324,2,83,80,77,70,77,47,40,43,517,236,179,154,111,154,39,27,"
    "32,116,2.0,8,261,248.9,245.2,PRD,146.2,130.6,144.1,131.3"
)
MONTH = "2003-11-01,2324,3,,,,,,,,,,,,,,,,,,,,,11,68.9,70.2,PRM,69.2,68.7,70.4,70.7"
WHOLE = [HEAD, FIRST, SECOND, THIRD, MONTH]


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "SW-All.csv"
    path.write_text("\r\n".join(lines) + "\r\n")
    return path


def test_a_file_becomes_three_hourly_weather_and_monthly_rows_are_left_out(tmp_path: Path) -> None:
    weather = read_space_weather(_file(tmp_path, *WHOLE))
    assert weather.three_hourly
    assert weather.flux.tolist() == [[291.7, 146.8], [271.4, 146.5], [248.9, 146.2]]
    assert weather.ap[:8].tolist() == [39, 27, 400, 207, 179, 179, 300, 300]
    assert weather.ap_days[0] == 52941.0 + 1.0 / 16.0
    assert np.diff(weather.ap_days) == pytest.approx(np.full(23, 0.125))
    assert weather.measured == 52943.0  # midnight after the last day that is no prediction


def _with(row: str, old: str, new: str) -> str:
    assert old in row
    return row.replace(old, new, 1)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "has no column"),
        ([FIRST, SECOND], "line 1: has no column DATE"),
        ([HEAD.replace("AP3,", ""), FIRST], "has no column AP3"),
        ([HEAD, FIRST], "has 1 days and two at least"),
        ([HEAD, FIRST, THIRD], "line 3: 2003-10-31 follows 2003-10-29"),
        ([HEAD, SECOND, FIRST], "follows 2003-10-30"),
        ([HEAD, FIRST, SECOND + ",1"], "has 32 cells and the file 31 columns"),
        ([HEAD, FIRST, _with(SECOND, "2003-10-30", "2003-13-30")], "which is no day"),
        ([HEAD, FIRST, _with(SECOND, "2003-10-30", "30 Oct 03")], "which is no day"),
        ([HEAD, FIRST, _with(SECOND, ",132,", ",432,")], "AP6 is 432 and must be from 0 to 400"),
        ([HEAD, FIRST, _with(SECOND, ",132,", ",,")], "AP6 is '', which is no number"),
        ([HEAD, FIRST, _with(SECOND, "271.4", "-1.0")], "F10.7_OBS is -1"),
        ([HEAD, FIRST, _with(SECOND, "146.5", "nan")], "F10.7_OBS_CENTER81 is 'nan'"),
        (["<html>"], "is a web page"),
    ],
)
def test_one_sentence_says_where_a_file_is_wrong(lines: list[str], says: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_space_weather(_file(tmp_path, *lines))
    assert says in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "SW-All.csv"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", str(tmp_path / "nowhere.csv")):
        with pytest.raises(FormatError, match=r"nowhere\.csv: no such file, and a space-weather file was to be read"):
            read_space_weather(path)
