"""`softdock doctor`: what an installation is made of, and the kernels compiled ahead."""

from __future__ import annotations

import pytest

from softdock.cli import main

Captured = pytest.CaptureFixture[str]


def test_doctor_names_versions_caches_and_data(capsys: Captured) -> None:
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    data = ("solar activity", "three-hourly", "leap seconds", "apollo-soyuz")
    for word in ("python", "numba", "cores", "compiled kernels", *data):
        assert word in text


def test_doctor_compiles_by_flying(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    from softdock.mission import director

    flown = []
    monkeypatch.setattr(director, "fly", lambda mission, *, notify: flown.append(mission.name))
    assert main(["doctor", "--compile"]) == 0
    assert flown == ["apollo-soyuz"]
    assert "All kernels are compiled" in capsys.readouterr().out
