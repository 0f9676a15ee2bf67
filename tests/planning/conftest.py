"""Worlds small enough to plan in: a point mass for the Earth, engines strong enough to be impulses."""

from __future__ import annotations

import pytest

from softdock.astro.environment import j2_environment
from softdock.astro.gravity import fill_gravity
from softdock.astro.time import Epoch
from softdock.mission.checks import assembly_of
from softdock.mission.director import build_world, plan
from softdock.mission.load import load

EPOCH = "1975-07-15T12:20:00"


@pytest.fixture(scope="session")
def mission():
    return load("apollo-soyuz")


@pytest.fixture(scope="session")
def epoch() -> Epoch:
    return Epoch.from_utc(EPOCH)


@pytest.fixture(scope="session")
def j2(epoch):
    return j2_environment(epoch)


@pytest.fixture(scope="session")
def point_mass(epoch):
    """The central field of docs/references.md: mu 398600.4418 km3/s2 and nothing else."""
    env = j2_environment(epoch)
    fill_gravity(env, 0, 0)
    env.mu = 398600.4418e9
    return env


@pytest.fixture(scope="session")
def apollo(mission):
    return assembly_of(mission, "apollo")


@pytest.fixture(scope="session")
def soyuz(mission):
    return assembly_of(mission, "soyuz")


@pytest.fixture(scope="session")
def world(mission):
    """Apollo-Soyuz before anything has flown. Not to be changed."""
    return build_world(mission)


@pytest.fixture(scope="session")
def planned(mission, world):
    """The plan of Apollo-Soyuz."""
    return plan(mission, world=world)
