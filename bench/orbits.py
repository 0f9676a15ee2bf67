"""Orbits: one arc, a crowd, Lambert, SGP4 and the environment, each beside the peers that are installed.

The same forces for all: EGM2008 20 x 20, Sun, Moon. Each peer runs at the loosest setting that keeps the error of the
work against its own tight reference, so that speed is compared at equal accuracy.
"""

from __future__ import annotations

from . import ours, peers_brahe, peers_heyoka, peers_orekit, peers_satkit, peers_small, tasks
from .harness import Contestant, Row, is_installed, race

CHECKED = 8  # of the crowd, on which settings are chosen and errors measured


def one_arc() -> list[Row]:
    """Two days of one orbit at 1 mm."""
    orbit = tasks.station()
    own = ours.Ours(orbit)
    reference = own.reference(orbit)
    contestants = ours.arcs(own, orbit, reference)
    for peer in (peers_satkit, peers_orekit, peers_brahe, peers_heyoka):
        if is_installed(*peer.NEEDS):
            contestants += peer.arcs(orbit, reference)
    return race("two days of one orbit, error of 1 mm", contestants, rounds=5)


def crowd() -> list[Row]:
    """Two days of a thousand orbits at 10 cm, on one thread."""
    orbits = tasks.crowd()
    checked = orbits.first(CHECKED)
    own = ours.Ours(orbits)
    reference = own.reference(checked)
    contestants = ours.crowds(own, orbits, checked, reference)
    for peer in (peers_satkit, peers_brahe, peers_heyoka):
        if is_installed(*peer.NEEDS):
            contestants += peer.crowds(orbits, checked, reference)
    return race(f"two days of {tasks.CROWD:,} orbits, error of 10 cm, one thread", contestants, rounds=2)


def lambert() -> list[Row]:
    """A hundred thousand triangles."""
    triangles = tasks.triangles(tasks.TRIANGLES)
    contestants = ours.lamberts(triangles)
    if is_installed(*peers_satkit.NEEDS):
        contestants += peers_satkit.lamberts(triangles)
    if is_installed("lamberthub"):
        contestants += peers_small.lamberthub(triangles)
    return race(f"Lambert's problem, {tasks.TRIANGLES:,} times", contestants, rounds=7)


def sgp4() -> list[Row]:
    """SGP4 at many times; ours is the sgp4 library's, so this is for information."""
    contestants: list[Contestant] = ours.sgp4s()
    if is_installed(*peers_satkit.NEEDS):
        contestants += peers_small.satkit_sgp4()
    return race(f"SGP4 at {tasks.MOMENTS:,} times", contestants, rounds=5)


def environment() -> list[Row]:
    """The tables that a flight of two days needs; peers make none, and pay at each step."""
    own = ours.Ours(tasks.station())
    return race("environment for two days", [Contestant("softdock", "tables built", own.environment)], rounds=5)


PARTS = (environment, one_arc, crowd, lambert, sgp4)


def orbits() -> list[Row]:
    return [row for part in PARTS for row in part()]
