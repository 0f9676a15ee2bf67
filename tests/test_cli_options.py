"""Options that do not go together, copies beside each other, and what is printed folded."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from softdock.cli import main
from softdock.mission.load import load

Captured = pytest.CaptureFixture[str]


def test_a_second_copy_uses_the_ephemeris_that_is_there_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "a", "--from", "progress-ms31"]) == 0
    assert "Written beside it: iss.tle." in capsys.readouterr().out
    assert main(["new", "b", "--from", "progress-ms31"]) == 0
    assert "iss.tle" not in capsys.readouterr().out
    assert load("b.toml").name == "b"
    (tmp_path / "iss.tle").write_text("another\n")
    assert main(["new", "c", "--from", "progress-ms31"]) == 2
    assert "iss.tle exists and is not overwritten" in capsys.readouterr().err
    assert not (tmp_path / "c.toml").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--rules --pads", "--pads does nothing beside --rules; leave one of them out"),
        ("--window 3d --pads", "--pads does nothing beside --window; leave one of them out"),
        ("--window 3d --rules", "--rules does nothing beside --window; leave one of them out"),
        ("--pads --feet --out x", "--out does nothing beside --pads; leave one of them out"),
        ("--out x", "--out is where --window draws, which was not asked for; add --window 30d or leave it out"),
        ("--window 0d", "--window is '0d', which is no time; ask for a day or more, such as 30d or 2w"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(options: str, said: str, capsys: Captured) -> None:
    assert main(["plan", "apollo-soyuz", *options.split()]) == 2
    assert capsys.readouterr().err == f"softdock: {said}\n"


def test_long_rules_have_a_condition_to_a_line_and_stay_toml(capsys: Captured) -> None:
    assert main(["plan", "apollo-soyuz", "--rules"]) == 0
    text = capsys.readouterr().out
    assert "achieves = [\n  { at = " in text
    (ncc,) = (rule for rule in tomllib.loads(text)["manoeuvres"] if rule["name"] == "NCC")
    assert len(ncc["achieves"]) == 2
