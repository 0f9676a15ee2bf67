"""An arc of the library as pieces for an OEM: on the arc, and cut where it bends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from softdock.astro.environment import build_environment
from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.astro.time import Epoch
from softdock.conventions import HOUR, Record
from softdock.dynamics.arcs import Arc, PointState, Thrust, propagate
from softdock.errors import DataError, PropagationError
from softdock.formats.oem import parse_oem
from softdock.formats.oem_text import oem_text
from softdock.products.ephemerides import pieces_of_arc
from softdock.products.export import message_of
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]
EPOCH = Epoch.from_utc("2024-01-01T12:00:00")
EDGES = [0.0, 900.0, 1100.0, 1100.5, 1200.0, 5000.0, 9000.0]
one_millimetre = 1e-3


@pytest.fixture(scope="module")
def env() -> Record:
    return build_environment(EPOCH, span_s=3.0 * HOUR)


@pytest.fixture(scope="module")
def arc(env: Record) -> Arc:
    """Two burns, the shorter one within the longer, and an impulse between coasts."""
    r, v = state_from_osculating(OsculatingOrbit(6.7e6, 0.002, 0.9, 1.0, 0.5, 0.0), mu=env.mu)
    forward, up = (a / np.linalg.norm(a) for a in (v, r))
    burns = [Thrust(900.0, 1200.0, 3000.0, forward, 1.0), Thrust(1100.0, 1100.5, 3000.0, up, 1.0)]
    before = propagate(env, PointState(0.0, r, v, 9000.0), until=5000.0, drag_area=20.0, thrusts=burns)
    jumped = replace(before.last, v=before.last.v + np.array([0.3, 0.0, -0.2]))
    return before.joined(propagate(env, jumped, until=9000.0, drag_area=20.0))


@pytest.mark.parametrize(("frame", "ref_frame"), [("GCRF", "ICRF"), ("EME2000", "EME2000"), ("ITRF", "ITRF")])
def test_an_arc_becomes_an_oem_that_is_cut_where_it_bends(arc: Arc, frame: str, ref_frame: str, claim: Claim) -> None:
    pieces = pieces_of_arc(EPOCH, arc, frame=frame)
    assert [piece.start for piece in pieces] == pytest.approx(EDGES[:-1], abs=1e-6)
    assert [piece.stop for piece in pieces] == pytest.approx(EDGES[1:], abs=1e-6)
    assert all(len(piece.times) > piece.degree for piece in pieces)
    text = oem_text(message_of(pieces, object_name="A", object_id="2024-001A", ref_frame=ref_frame))
    read = parse_oem(text).ephemeris(zero=EPOCH)
    off = 0.0
    for a, b in pairwise(EDGES):
        times = np.linspace(a, b, 1501)[1:-1]
        off = worst_of(off, float(np.linalg.norm(read.positions(times) - arc.positions(times), axis=1).max()))
    claim(
        claim=f"An OEM of an arc with burns and an impulse ({ref_frame}) between its states",
        truth="the dense arc",
        tolerance=one_millimetre,
        achieved=off,
        unit="m",
    )


def test_both_sides_of_an_impulse_are_kept(arc: Arc) -> None:
    before, after = pieces_of_arc(EPOCH, arc)[-2:]
    assert after.v[0] - before.v[-1] == pytest.approx([0.3, 0.0, -0.2], abs=1e-9)
    assert after.r[0] == pytest.approx(before.r[-1], abs=1e-6)


def test_what_is_no_dense_arc_is_not_made_an_oem(env: Record, arc: Arc) -> None:
    ends = propagate(env, arc.first, until=900.0, drag_area=20.0, dense=False)
    with pytest.raises(PropagationError, match="fly it dense"):
        pieces_of_arc(EPOCH, ends)
    for one, step in ((arc, 0.0), (arc, float("nan")), (arc.cut(0.0), 60.0)):
        with pytest.raises(DataError, match="give an arc that lasts and a step above 0"):
            pieces_of_arc(EPOCH, one, step=step)
    with pytest.raises(DataError, match="the piece is in GCRF and REF_FRAME says ITRF"):
        oem_text(message_of(pieces_of_arc(EPOCH, arc), object_name="A", object_id="A", ref_frame="ITRF"))
