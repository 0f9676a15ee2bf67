"""CCSDS orbit ephemeris messages (OEM, 502.0-B-2), read strictly from KVN.

Any order of keys within a block is let through, any key, frame, centre or time system not known here is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from pathlib import Path

import numpy as np

from ..astro.tabulated import HIGHEST_DEGREE, METHODS, SLACK, Ephemeris, Piece
from ..astro.time import Epoch
from ..conventions import DAY, KILOMETRE, Array
from ..errors import FormatError
from .covariances import COVARIANCE_STOP, Covariance, covariances_of
from .epochs import epoch_fields, known_system, terrestrial
from .lines import Line, Pair, lines_of, number_in, pair_of, read_text, whole_of

LARGEST_FILE = 200_000_000  # bytes: two years at a minute's step
KIND = "an OEM"
VERSIONS = ("1.0", "2.0", "3.0")
HEADER = ("CREATION_DATE", "ORIGINATOR")
HEADER_OPTIONAL = ("MESSAGE_ID", "CLASSIFICATION")
META = ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "START_TIME", "STOP_TIME")
META_OPTIONAL = ("USEABLE_START_TIME", "USEABLE_STOP_TIME", "INTERPOLATION", "INTERPOLATION_DEGREE", "REF_FRAME_EPOCH")
FRAME_NAMES = {"GCRF": "GCRF", "ICRF": "GCRF", "EME2000": "EME2000", "J2000": "EME2000", "TEME": "TEME"}
COLUMNS = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT", "X_DDOT", "Y_DDOT", "Z_DDOT")
FARTHEST_KM, NEAREST_KM, FASTEST_KM_S = 2e6, 6000.0, 20.0  # of a state about the Earth
_CUT = 1e-3  # s by which a table may miss its START_TIME and STOP_TIME


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One segment: what it says of itself, and its states as a piece of an orbit.

    ref_frame: as written · covariances: as read · remarks: what was let through
    """

    object_name: str
    object_id: str
    ref_frame: str
    time_system: str
    piece: Piece
    covariances: tuple[Covariance, ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Oem:
    """An orbit ephemeris message about one object or several.

    comments: lines that are written at its head; a reader leaves them out
    """

    originator: str
    creation_date: str
    segments: tuple[Segment, ...]
    comments: tuple[str, ...] = field(default=(), compare=False)

    def ephemeris(self, object_id: str = "", *, zero: Epoch | None = None) -> Ephemeris:
        """The orbit of one object; the id may be left out if there is only one. Raises FormatError, DataError."""
        ids = list(dict.fromkeys(segment.object_id for segment in self.segments))
        wanted = object_id or ids[0]
        if wanted not in ids or (not object_id and len(ids) > 1):
            raise FormatError(f"object '{object_id}' was asked for and the OEM holds {', '.join(ids)}; name one")
        return Ephemeris(tuple(s.piece for s in self.segments if s.object_id == wanted), zero)


def read_oem(path: Path | str) -> Oem:
    """The message in a file. Raises FormatError, which names the line."""
    return parse_oem(read_text(path, largest=LARGEST_FILE, kind=KIND), file=str(path))


def parse_oem(text: str, *, file: str = "") -> Oem:
    """The message in a text. Raises FormatError, which names the line."""
    lines = [line for line in lines_of(text, file=file, kind=KIND) if line.text.strip() and not _is_comment(line)]
    if not lines:
        raise Line(file, 1, "").fault("there is no OEM in it; it begins with CCSDS_OEM_VERS = 2.0")
    if not text.endswith("\n") and _word(lines[-1]) != COVARIANCE_STOP:
        raise lines[-1].fault("the last line has no line end, so the file may be cut; fetch it again or end the line")
    version = pair_of(lines[0])
    if version.key != "CCSDS_OEM_VERS" or version.value not in VERSIONS:
        raise lines[0].fault(f"an OEM begins with CCSDS_OEM_VERS = {', '.join(VERSIONS)}; give one of these", 1)
    starts = [k for k, line in enumerate(lines) if _word(line) == "META_START"]
    if not starts:
        raise lines[-1].fault("there is no META_START in the file; an OEM has at least one segment")
    header = _block(lines[1 : starts[0]], HEADER, HEADER_OPTIONAL, owner=lines[0])
    epoch_fields(header["CREATION_DATE"].line, header["CREATION_DATE"].value, header["CREATION_DATE"].column)
    blocks = [lines[a:b] for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    segments = tuple(_segment(block) for block in blocks)
    _check_order(segments, [block[0] for block in blocks])
    return Oem(
        originator=header["ORIGINATOR"].value, creation_date=header["CREATION_DATE"].value, segments=segments
    )


def _word(line: Line) -> str:
    return line.text.strip()


def _is_comment(line: Line) -> bool:
    return _word(line) == "COMMENT" or _word(line).startswith("COMMENT ")


def _block(lines: list[Line], needed: tuple[str, ...], optional: tuple[str, ...], *, owner: Line) -> dict[str, Pair]:
    """Pairs by key; none twice, none unknown, none missing."""
    pairs: dict[str, Pair] = {}
    for line in lines:
        pair = pair_of(line)
        if pair.key in pairs:
            raise pair.fault(f"is given twice, first in line {pairs[pair.key].line.number}; remove one")
        if pair.key not in needed + optional:
            raise pair.fault(f"is not known here; the keys are {', '.join(needed + optional)}")
        pairs[pair.key] = pair
    for key in needed:
        if key not in pairs:
            raise owner.fault(f"{key} is missing in what begins here; add it")
    return pairs


def _segment(lines: list[Line]) -> Segment:
    stop = next((k for k, line in enumerate(lines) if _word(line) == "META_STOP"), 0)
    if not stop:
        raise lines[0].fault("META_START has no META_STOP before the data or the next segment; add it")
    meta = _block(lines[1:stop], META, META_OPTIONAL, owner=lines[0])
    if meta["CENTER_NAME"].value.upper() != "EARTH":
        raise meta["CENTER_NAME"].fault(f"is {meta['CENTER_NAME'].value} and only EARTH is known here; convert it")
    frame, remarks = _frame(meta["REF_FRAME"])
    system = known_system(meta["TIME_SYSTEM"].value, meta["TIME_SYSTEM"].line, meta["TIME_SYSTEM"].column)
    body = lines[stop + 1 :]
    cut = next((k for k, line in enumerate(body) if _word(line) == "COVARIANCE_START"), len(body))
    if not cut:
        raise lines[stop].fault("there are no states after META_STOP; add some")
    epoch, times, states = _states(body[:cut], system)
    method, degree, more = _method(meta, len(times))
    bounds = _bounds(meta, system, epoch, times=times, rows=body[:cut])
    piece = Piece(
        frame=frame, epoch=epoch, times=times, r=states[:, :3], v=states[:, 3:6],
        method=method, degree=degree, start=bounds[0], stop=bounds[1],
    )  # fmt: skip
    if states.shape[1] > 6:
        more = [*more, f"line {body[0].number}: accelerations were not used"]
    return Segment(
        object_name=meta["OBJECT_NAME"].value, object_id=meta["OBJECT_ID"].value,
        ref_frame=meta["REF_FRAME"].value, time_system=system, piece=piece,
        covariances=covariances_of(body[cut:], system=system, epoch=epoch, times=times),
        remarks=(*remarks, *more),
    )  # fmt: skip


def frame_named(ref_frame: str) -> str:
    """The frame of a piece that an OEM calls so: GCRF for ICRF, ITRF for ITRF2014; empty for one not known here."""
    name = ref_frame.upper()
    if name.startswith("ITRF") and (name[4:].lstrip("-").isdigit() or name == "ITRF"):
        return "ITRF"
    return FRAME_NAMES.get(name, "")


def _frame(pair: Pair) -> tuple[str, list[str]]:
    frame = frame_named(pair.value)
    if not frame:
        raise pair.fault(f"is {pair.value[:40]}; the known frames are GCRF, ICRF, EME2000, ITRF and TEME; convert it")
    remark = f"line {pair.line.number}: {pair.value} was read as today's ITRF; they differ by cm"
    return frame, [remark] if frame == "ITRF" and pair.value.upper() != "ITRF" else []


def _states(rows: list[Line], system: str) -> tuple[Epoch, Array, Array]:
    """Epoch of the first state, times [s] from it, and rows of states in SI."""
    fields, table = [], np.empty((len(rows), len(rows[0].text.split()) - 1))
    for k, row in enumerate(rows):
        words = row.text.split()
        if len(words) not in (7, 10) or len(words) != table.shape[1] + 1:
            due = "an epoch and 6 or 9 numbers, as many in each line"
            raise row.fault(f"has {len(words)} entries where {due} are due; correct it, the line may be cut")
        fields.append(epoch_fields(row, words[0], row.text.index(words[0]) + 1))
        column = row.text.index(words[0]) + len(words[0])
        for j, word in enumerate(words[1:]):
            column = row.text.index(word, column)
            table[k, j] = number_in(row, word, name=COLUMNS[j], column=column + 1)
            column += len(word)
        _check_size(row, table[k])
    tt1, tt2 = terrestrial(fields, [(row, 1) for row in rows], system=system)
    epoch = Epoch(float(tt1[0]), float(tt2[0]))
    times = ((tt1 - epoch.tt1) + (tt2 - epoch.tt2)) * DAY
    wrong = np.flatnonzero(np.diff(times) <= 0.0)
    if wrong.size:
        k = int(wrong[0]) + 1
        what = "repeats" if times[k] == times[k - 1] else "is before"
        raise rows[k].fault(f"the epoch {what} the one of the line above; put each state once, in order of time", 1)
    return epoch, times, table * KILOMETRE


def _check_size(row: Line, state: Array) -> None:
    radius, speed = hypot(*state[:3].tolist()), hypot(*state[3:6].tolist())  # which overflows without a warning
    if not NEAREST_KM <= radius <= FARTHEST_KM:
        raise row.fault(f"the state is {radius:.6g} km from the Earth's centre; give km from there, not m")
    if speed > FASTEST_KM_S:
        raise row.fault(f"the speed is {speed:.6g} km/s; give km/s, not m/s")
    if not np.all(np.abs(state[6:]) <= FASTEST_KM_S):
        raise row.fault(f"an acceleration is beyond {FASTEST_KM_S:g} km/s2; correct it")


def _bounds(meta: dict[str, Pair], system: str, epoch: Epoch, *, times: Array, rows: list[Line]) -> tuple[float, float]:
    """Start and stop [s] from the epoch of what may be asked for; the times in the metadata must fit the states."""
    at = {key: _seconds(pair, system, epoch) for key, pair in meta.items() if key.endswith("_TIME")}
    if not at["START_TIME"] < at["STOP_TIME"]:
        raise meta["STOP_TIME"].fault("is not after START_TIME; correct one of them")
    for key, row, seconds in (("START_TIME", rows[0], times[0]), ("STOP_TIME", rows[-1], times[-1])):
        if abs(at[key] - seconds) > _CUT:
            raise row.fault(
                f"the {'first' if row is rows[0] else 'last'} state is {seconds - at[key]:+.3f} s off the {key} of "
                f"line {meta[key].line.number}; correct that, or fetch the file again if it was cut"
            )
    start, stop = at.get("USEABLE_START_TIME", times[0]), at.get("USEABLE_STOP_TIME", times[-1])
    for key in ("USEABLE_START_TIME", "USEABLE_STOP_TIME"):
        if key in at and not times[0] - _CUT <= at[key] <= times[-1] + _CUT:
            raise meta[key].fault("is outside the states of the segment; correct it")
    if not start < stop:
        last = meta.get("USEABLE_STOP_TIME") or meta.get("USEABLE_START_TIME") or meta["STOP_TIME"]
        raise last.fault("leaves nothing between the useable start and stop; correct it")
    return float(max(start, times[0])), float(min(stop, times[-1]))


def _seconds(pair: Pair, system: str, epoch: Epoch) -> float:
    fields = epoch_fields(pair.line, pair.value, pair.column)
    tt1, tt2 = terrestrial([fields], [(pair.line, pair.column)], system=system)
    return float(((tt1[0] - epoch.tt1) + (tt2[0] - epoch.tt2)) * DAY)


def _method(meta: dict[str, Pair], count: int) -> tuple[str, int, list[str]]:
    """Interpolation, its degree and what was assumed of it."""
    if "INTERPOLATION" not in meta:
        degree = min(7, 2 * count - 1)
        if count < 2:
            raise meta["STOP_TIME"].fault("belongs to a segment of one state, which cannot be interpolated; add states")
        return "HERMITE", degree, [f"no INTERPOLATION is given; HERMITE of degree {degree} was taken"]
    given = meta["INTERPOLATION"]
    if given.value.upper() not in METHODS:
        raise given.fault(f"is {given.value[:40]}; the known ones are {', '.join(METHODS)}")
    if "INTERPOLATION_DEGREE" not in meta:
        raise given.fault("is given without INTERPOLATION_DEGREE; add it")
    pair = meta["INTERPOLATION_DEGREE"]
    degree = whole_of(pair, low=1, high=HIGHEST_DEGREE)
    nodes = (degree + 2) // 2 if given.value.upper() == "HERMITE" else degree + 1
    if nodes > count:
        raise pair.fault(f"is {degree} and needs {nodes} states where the segment has {count}; lower it")
    odd = given.value.upper() == "HERMITE" and degree % 2 == 0
    remark = f"line {pair.line.number}: HERMITE has odd degrees; {degree} was raised to {degree + 1}"
    return given.value.upper(), degree, [remark] if odd else []


def _check_order(segments: tuple[Segment, ...], lines: list[Line]) -> None:
    """Segments share a time system; those of one object follow each other and may share a moment, not more."""
    for k, late in enumerate(segments):
        if late.time_system != segments[0].time_system:
            raise lines[k].fault(
                f"the segment is in {late.time_system} and the first in {segments[0].time_system}, where an OEM has "
                "one time system; convert one"
            )
        for early in segments[:k]:
            if early.object_id == late.object_id:
                a, b = early.piece, late.piece
                gap = ((b.epoch.tt1 - a.epoch.tt1) + (b.epoch.tt2 - a.epoch.tt2)) * DAY + b.start - a.stop
                if gap < -SLACK:
                    raise lines[k].fault(
                        f"the segment overlaps an earlier one of {late.object_id} by {-gap:.6g} s, or is out of order; "
                        "set USEABLE times so that they meet"
                    )
