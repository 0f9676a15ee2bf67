"""What is said of faults in documents and of paths that are no TOML files, beyond what missions themselves bring up."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from softdock.errors import FormatError, MissionError
from softdock.formats.document import Document
from softdock.formats.faults import _below, _found, _plain, validated
from softdock.formats.space_weather import read_space_weather
from softdock.formats.toml_file import LARGEST_FILE, read_toml
from tests.formats.test_space_weather import WHOLE


class Round(Document):
    radius_m: float


class Square(Document):
    side_m: float
    name: str = ""


class Drawing(Document):
    shapes: Annotated[tuple[Round | Square, ...], Field(max_length=2)] = ()
    spare: None | dict[str, Square] = None
    drawn: str = ""
    code: Annotated[str, Field(pattern="^[A-Z]$")] = "A"
    designator: Annotated[str, Field(pattern=r"^\d{4}-\d{3}[A-Z]{1,3}$")] | None = None


def refused(data: dict[str, Any]) -> MissionError:
    with pytest.raises(MissionError) as caught:
        validated(Drawing, data, file="x.toml")
    return caught.value


def test_dates_of_toml_are_texts() -> None:
    moment = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert validated(Drawing, {"drawn": moment}, file="").drawn == "2024-01-02T03:04:05+00:00"
    assert (_plain(date(2024, 1, 2)), _plain(time(3, 4))) == ("2024-01-02", "03:04:00")
    with pytest.raises(TypeError, match="TOML has no set"):
        _plain(set())


def test_unknown_keys_below_unions_and_tables_are_named() -> None:
    assert "unknown key" in str(refused({"shapes": [{"side_m": 1.0, "corners": 4}]}))
    fault = refused({"spare": {"a": {"side_m": 1.0, "nam": "b"}}})
    assert fault.key == "spare.a.nam"
    assert "did you mean name?" in str(fault)
    assert _below(Round | Square, {}, "side_m") is float
    assert _below(None | dict[str, int], {}, "a") is int
    assert _below(float, {}, "a") is None


def test_lists_that_are_too_long_and_texts_that_do_not_fit_are_named() -> None:
    three = [{"radius_m": 1.0}] * 3
    assert "has more than the 2 entries it may have; remove some" in str(refused({"shapes": three}))
    assert "code: is the text 'ab': string should match pattern" in str(refused({"code": "ab"}))
    assert _found(None, "") == "nothing"


def test_a_text_without_quotes_and_a_text_of_a_pattern_are_shown_as_they_are_written() -> None:
    assert 'code: is the number 25544 and a text is needed; write it in quotes: code = "25544"' in str(
        refused({"code": 25544})
    )
    assert "designator: is the text '19' and should match pattern" in str(refused({"designator": "19"}))
    assert str(refused({"designator": "19"})).endswith("; write it like 1998-067A")


def test_a_path_that_is_no_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissionError, match="is a folder and a TOML file is needed"):
        read_toml(tmp_path)
    with pytest.raises(MissionError, match="there is no such file"):
        read_toml(tmp_path / "none.toml")
    with pytest.raises(MissionError, match="is a device and a TOML file is needed"):
        read_toml(Path(os.devnull))
    large = tmp_path / "large.toml"
    with large.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(MissionError, match="has at most 5 MB"):
        read_toml(large)
    path = tmp_path / "a.toml"
    path.write_text("a = 1")

    def shut(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", shut)
    with pytest.raises(MissionError, match=r"cannot be read \(Permission denied\)"):
        read_toml(path)


def test_a_space_weather_file_without_columns_or_with_one_twice_is_said(tmp_path: Path) -> None:
    path = tmp_path / "SW-All.csv"
    doubled = "\n".join(line + ",x" for line in WHOLE).replace("_LAST81,x", "_LAST81,DATE")
    for text, says in (("", "is empty; fetch it again"), (doubled + "\n", "has two columns DATE; fetch it again")):
        path.write_text(text)
        with pytest.raises(FormatError, match=says):
            read_space_weather(path)


def test_a_file_that_goes_away_while_it_is_looked_at_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.toml"
    path.write_text("a = 1")
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    monkeypatch.setattr(Path, "exists", lambda self: False)
    with pytest.raises(MissionError, match="does not exist"):
        read_toml(path)
