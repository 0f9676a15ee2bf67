"""Apollo-Soyuz whole: it captures near the recorded time, again with the same bits, and compiles nothing on the way."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from softdock import kernels
from softdock.conventions import MINUTE
from softdock.products.run_directory import flight_text
from softdock.products.telemetry import joined
from tests.house.sources import ROOT

RECORDED_CAPTURE = "1975-07-17T16:09:09"  # NASA SP-4012 vol. III table 2-54

AGAIN = """
import hashlib, json
from tests.house import signatures
signatures.watch_python_calls()
import softdock
from tests.test_showcase import text_of
world = softdock.fly(softdock.load("apollo-soyuz"), seed=7)
several = {name: sorted(types) for name, types in signatures.with_several_signatures().items()}
called = len(signatures.calls_from_python)
print(json.dumps({"several": several, "called": called, "sha256": hashlib.sha256(text_of(world).encode()).hexdigest()}))
"""


def text_of(world: Any) -> str:
    """What flight.json would hold, apart from what identifies the run."""
    return flight_text(world.record, {}, "complete", telemetry=joined(world.record.telemetry))


@pytest.fixture(scope="module")
def again() -> dict[str, Any]:
    """The same flight in a process of its own: hash of its text, and kernels called with several kinds of types."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", AGAIN], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_apollo_captures_soyuz_near_the_recorded_time(showcase, claim) -> None:
    docking = showcase.record.dockings[0]
    assert docking["captured"] is True
    capture = next(event for event in showcase.record.events if event["name"] == "capture")
    late = showcase.epoch.seconds_of(capture["utc"]) - showcase.epoch.seconds_of(RECORDED_CAPTURE)
    claim(
        claim="Apollo-Soyuz captures when it did on 17 July 1975, from orbit insertion on",
        truth="NASA SP-4012 table 2-54: 16:09:09 UTC",
        tolerance=30.0,
        achieved=late / MINUTE,
        unit="min",
    )


def test_every_verdict_of_the_showcase_passed(showcase) -> None:
    verdicts = showcase.record.verdicts
    assert verdicts
    assert [verdict for verdict in verdicts if verdict["passed"] is not True] == []


def test_the_same_seed_gives_the_same_flight_to_the_bit(showcase, again) -> None:
    assert again["sha256"] == hashlib.sha256(text_of(showcase).encode()).hexdigest()


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="uncompiled kernels have no signatures")
def test_a_flight_calls_each_kernel_with_one_kind_of_arguments(again) -> None:
    assert again["called"] > 0
    assert again["several"] == {}
