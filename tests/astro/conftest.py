"""Environments that several tests read; building one with air takes a third of a second."""

from __future__ import annotations

import pytest

from softdock.astro.environment import build_environment, j2_environment
from softdock.astro.time import Epoch
from softdock.conventions import DAY, Record


@pytest.fixture(scope="session")
def epoch() -> Epoch:
    return Epoch.from_utc("1975-07-15T12:20:00")


@pytest.fixture(scope="session")
def env(epoch: Epoch) -> Record:
    return build_environment(epoch, span_s=2.0 * DAY)


@pytest.fixture(scope="session")
def env_j2(epoch: Epoch) -> Record:
    return j2_environment(epoch)
