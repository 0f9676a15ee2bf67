"""Orbits as pieces that can be interpolated: those of a flight, cut at burns and where a phase ends, and of an arc.

The nodes of a flight are rows of telemetry, none is computed anew. A coast is interpolated with Hermite's polynomial of
degree 7, through positions and velocities of four rows; a stretch of constant thrust and the closed loop, where jets
fire at any time, with the cubic between two rows. Some tools count the degree of Hermite's polynomial as states less
one; a piece therefore has at least one state more than its degree, and no edge of thrust inside it but those of the
closed loop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np

from ..astro.tabulated import Piece
from ..astro.teme import gcrf_to
from ..astro.time import Epoch
from ..conventions import Array
from ..dynamics.arcs import Arc
from ..dynamics.transition import kinks
from ..errors import DataError, RunDirectoryError
from ..flight.far_record import LEAST_NODES
from .run_directory import Run
from .wording import finite

COAST, BURN, CLOSED_LOOP = "coast", "burn", "closed loop"
DEGREES = {COAST: 7, BURN: 3, CLOSED_LOOP: 3}  # of Hermite's polynomial
CROWDED = 0.1  # of the usual step: a node nearer than this to the one before adds noise and no knowledge
EDGE = 1e-6  # s: a row so near an edge is on it
_NANOSECOND = 1e-9


@dataclass(frozen=True, eq=False)
class CraftOrbit:
    """One craft's flight.

    pieces: in order of time · kinds: of each piece, COAST, BURN or CLOSED_LOOP · attitude: (times (n,) [s], q_NB
    (n, 4)), empty where none was flown
    """

    name: str
    object_id: str
    pieces: tuple[Piece, ...]
    kinds: tuple[str, ...]
    attitude: tuple[Array, Array]

    @property
    def states(self) -> int:
        """Number of states in all pieces."""
        return sum(len(piece.times) for piece in self.pieces)


def mission_epoch(run: Run) -> Epoch:
    """The zero of the run's times. Raises RunDirectoryError."""
    try:
        return Epoch.from_utc(str(run.mission["epoch_utc"]), allow_prediction=True)
    except (KeyError, ValueError) as fault:
        raise RunDirectoryError(f"{run.path}: mission.toml has no usable epoch_utc ({fault}); fly it again") from None


def orbits_of(run: Run, *, frame: str = "GCRF") -> tuple[CraftOrbit, ...]:
    """The orbit of every craft that flew, in GCRF or EME2000. Raises RunDirectoryError when none did."""
    epoch = mission_epoch(run)
    rows = run.telemetry
    names = [str(name) for name in dict.fromkeys(rows["craft"].tolist())]
    orbits = [_orbit(run, name, rows[rows["craft"] == name], epoch=epoch, frame=frame) for name in names]
    found = tuple(orbit for orbit in orbits if orbit.pieces)
    if not found:
        raise RunDirectoryError(f"{run.path}: its telemetry has no two states of a craft; fly on before you export")
    return found


def _orbit(run: Run, name: str, rows: Any, *, epoch: Epoch, frame: str) -> CraftOrbit:
    if not np.all(np.isfinite(_columns(rows, "position_gcrf_{}_m"))):
        raise RunDirectoryError(f"{run.path}: telemetry of {name} has positions that are not finite; fly it again")
    pieces: list[tuple[Piece, str]] = []
    for phase in dict.fromkeys(rows["phase"].tolist()):
        block = rows[rows["phase"] == phase]
        block = block[np.argsort(block["t_s"], kind="stable")]
        for start, stop, kind in _stretches(block, _burns(run, name)):
            inside = (block["t_s"] >= start - EDGE) & (block["t_s"] <= stop + EDGE)
            piece = _piece(block[inside], kind, epoch=epoch, frame=frame)
            if piece is not None:
                pieces.append((piece, kind))
    crafts = run.mission.get("crafts")
    described = crafts.get(name) if isinstance(crafts, dict) else None
    designator = described.get("designator") if isinstance(described, dict) else None
    return CraftOrbit(
        name=name,
        object_id=str(designator or plain_name(name)),
        pieces=tuple(piece for piece, _ in pieces),
        kinds=tuple(kind for _, kind in pieces),
        attitude=_attitude(rows),
    )


def pieces_of_arc(epoch: Epoch, arc: Arc, *, frame: str = "GCRF", step: float = 60.0) -> tuple[Piece, ...]:
    """A flown arc as pieces in GCRF, EME2000, ITRF or TEME, for an OEM: cut at edges of thrust and at impulses.

    epoch: the zero of the arc's times · step [s]: greatest distance of states; a short piece has states closer, so that
    each is interpolated with Hermite's polynomial of degree 7. Raises PropagationError for an arc that was flown with
    dense=False, DataError.
    """
    if not (step > 0.0 and arc.stop - arc.start > EDGE):
        raise DataError(
            f"pieces of an arc of {arc.stop - arc.start:g} s with states {step:g} s apart were asked for; give an arc "
            "that lasts and a step above 0"
        )
    edges = [arc.start, *(float(t) for t in kinks(arc)), arc.stop]
    pieces = []
    for begin, end in pairwise(edges):
        if end - begin > EDGE:
            exact = np.linspace(begin, end, max(LEAST_NODES, 1 + ceil((end - begin) / step)))
            states = arc.cut(end).states(exact)  # where an impulse lies at the end, the state before it
            pieces.append(_table(exact, states, DEGREES[COAST], epoch=epoch, frame=frame))
    return tuple(pieces)


def _burns(run: Run, name: str) -> list[tuple[float, float]]:
    """Begin and end [s] of each constant stretch of thrust of a craft, in order."""
    found = []
    for row in run.burns:
        start, duration = finite(row.get("get_s")), finite(row.get("duration_s"))
        if row.get("craft") == name and start is not None and duration is not None:
            listed = row.get("stage_ends_s")
            ends = [finite(end) for end in listed] if isinstance(listed, list) else [duration]
            edges = [0.0, *(end for end in ends if end is not None)]
            found += [(start + a, start + b) for a, b in pairwise(edges) if b > a]
    return sorted(found)


def _stretches(rows: Any, burns: list[tuple[float, float]]) -> list[tuple[float, float, str]]:
    """Start, stop and kind of what lies between cuts. Where attitude is flown, jets fire at any time."""
    begin, end = float(rows["t_s"][0]), float(rows["t_s"][-1])
    if np.isfinite(rows["attitude_w"]).any():
        return [(begin, end, CLOSED_LOOP)]
    found = []
    for start, stop in burns:
        if begin < start - EDGE:
            found.append((begin, start, COAST))
        found.append((start, stop, BURN))
        begin = stop
    return [*found, (begin, end, COAST)]


def _piece(rows: Any, kind: str, *, epoch: Epoch, frame: str) -> Piece | None:
    """Rows as a table; None for fewer than two moments."""
    if not rows.size:
        return None
    exact = rows["t_s"]
    kept = _apart(exact, CROWDED if kind == COAST else 0.0)
    if len(kept) < 2:
        return None
    states = np.hstack([_columns(rows, "position_gcrf_{}_m"), _columns(rows, "velocity_gcrf_{}_m_s")])
    return _table(exact[kept], states[kept], min(DEGREES[kind], 2 * len(kept) - 1), epoch=epoch, frame=frame)


def _table(exact: Array, states: Array, degree: int, *, epoch: Epoch, frame: str) -> Piece:
    """States in GCRF at exact times as a piece in a frame, moved to whole nanoseconds."""
    times = np.round(exact / _NANOSECOND) * _NANOSECOND
    r, v = states[:, :3] + states[:, 3:6] * (times - exact)[:, None], states[:, 3:6]
    r, v = gcrf_to(frame, epoch, times, r=r, v=v)
    return Piece(
        frame=frame, epoch=epoch, times=times, r=r, v=v, degree=degree, start=float(times[0]), stop=float(times[-1])
    )


def _apart(times: Array, crowded: float) -> list[int]:
    """Indices of nodes with room between them: both ends, and what is not crowded; never twice a microsecond."""
    gaps = np.diff(times)
    least = max(crowded * float(np.median(gaps)), EDGE) if gaps.size else EDGE
    kept = [0]
    for k in range(1, len(times)):
        if times[k] - times[kept[-1]] > least:
            kept.append(k)
    last = len(times) - 1
    if kept[-1] != last and times[last] - times[kept[-1]] > EDGE:
        kept.append(last)
    if len(kept) > 2 and times[kept[-1]] - times[kept[-2]] <= least:
        del kept[-2]
    return kept


def _attitude(rows: Any) -> tuple[Array, Array]:
    """Times [s] and quaternions q_NB (n, 4), each turned to the side of the one before."""
    known = rows[np.isfinite(rows["attitude_w"])]
    _, first = np.unique(known["t_s"], return_index=True)
    q = _columns(known[first], "attitude_{}", axes="wxyz")
    if len(q):
        q = q * np.cumprod(np.append(1.0, np.where(np.sum(q[1:] * q[:-1], axis=1) < 0.0, -1.0, 1.0)))[:, None]
    return known["t_s"][first], q


def _columns(rows: Any, pattern: str, *, axes: str = "xyz") -> Array:
    return np.stack([rows[pattern.format(axis)] for axis in axes], axis=1)


def plain_name(name: str) -> str:
    """A craft's name as a file's name and an object's name may be: letters, digits, dots, hyphens."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60] or "craft"


def interpolation_error(orbit: CraftOrbit) -> float:
    """An estimate [m] of the error between nodes, from what an interpolation through every second node misses.

    Half the step divides the miss by 2**(degree + 1) where motion is smooth, and by 2 where a pulse changes velocity.
    Burns are left out: their nodes are at the edges of thrust, see flight/far_record.py for what is between them.
    """
    worst = 0.0
    for piece, kind in zip(orbit.pieces, orbit.kinds, strict=True):
        half = slice(0, None, 2)
        if kind == BURN or len(piece.times) < 2 * piece.nodes + 1:
            continue
        times = piece.times[half]
        coarse = replace(piece, times=times, r=piece.r[half], v=piece.v[half], stop=float(times[-1]))
        between = slice(1, len(times) * 2 - 2, 2)
        miss = coarse.states(piece.times[between])[0] - piece.r[between]
        share = 2.0 ** -(piece.degree + 1) if kind == COAST else 0.5
        worst = max(worst, share * float(np.linalg.norm(miss, axis=1).max()))
    return worst
