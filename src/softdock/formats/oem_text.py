"""Writing of CCSDS orbit ephemeris messages (OEM 2.0, KVN)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..astro.tabulated import Piece
from ..conventions import KILOMETRE, Array
from ..errors import DataError
from .covariances import Covariance
from .epochs import TIME_SYSTEMS, checked_date, texts
from .oem import Oem, Segment, frame_named

DIGITS = {"position": 9, "velocity": 12}  # after the point of km and km/s: a micrometre and a nanometre a second


def oem_text(message: Oem) -> str:
    """The message as text: times to the nanosecond, positions to the micrometre. Raises DataError."""
    lines = [
        "CCSDS_OEM_VERS = 2.0",
        *(f"COMMENT {_plain(comment, 'comment')}" for comment in message.comments),
        f"CREATION_DATE = {checked_date(message.creation_date)}",
        f"ORIGINATOR = {_plain(message.originator, 'originator')}",
    ]
    for segment in message.segments:
        lines += ["", *_segment(segment)]
    return "\n".join(lines) + "\n"


def _plain(text: str, what: str) -> str:
    if not (text.isascii() and text.isprintable() and text == text.strip() and text) or "[" in text:
        raise DataError(f"the {what} {ascii(text)} does not fit an OEM; write it in plain ASCII")
    return text


def _epochs(piece: Piece, times: Array, system: str) -> list[str]:
    return texts(*piece.epoch.tt(times), system=system)


def _segment(segment: Segment) -> Iterator[str]:
    piece = segment.piece
    if segment.time_system not in TIME_SYSTEMS:
        raise DataError(f"the time system {segment.time_system} was asked for; the known are {', '.join(TIME_SYSTEMS)}")
    if frame_named(segment.ref_frame) != piece.frame:
        raise DataError(
            f"the piece is in {piece.frame} and REF_FRAME says {segment.ref_frame[:40]}; turn the states into that "
            "frame first, or name the frame that they are in"
        )
    rows = _epochs(piece, piece.times, segment.time_system)
    bounds = _epochs(piece, np.array([piece.start, piece.stop]), segment.time_system)
    meta = {
        "OBJECT_NAME": _plain(segment.object_name, "object's name"),
        "OBJECT_ID": _plain(segment.object_id, "object's id"),
        "CENTER_NAME": "EARTH",
        "REF_FRAME": _plain(segment.ref_frame, "frame"),
        "TIME_SYSTEM": segment.time_system,
        "START_TIME": rows[0],
        "USEABLE_START_TIME": bounds[0],
        "USEABLE_STOP_TIME": bounds[1],
        "STOP_TIME": rows[-1],
        "INTERPOLATION": piece.method,
        "INTERPOLATION_DEGREE": str(piece.degree),
    }
    yield "META_START"
    yield from (f"{key} = {value}" for key, value in meta.items())
    yield "META_STOP"
    for text, r, v in zip(rows, piece.r / KILOMETRE, piece.v / KILOMETRE, strict=True):
        position = " ".join(f"{x:.{DIGITS['position']}f}" for x in r)
        yield f"{text} {position} " + " ".join(f"{x:.{DIGITS['velocity']}f}" for x in v)
    if segment.covariances:
        yield "COVARIANCE_START"
        for one in segment.covariances:
            yield from _covariance(one, segment)
        yield "COVARIANCE_STOP"


def _covariance(one: Covariance, segment: Segment) -> Iterator[str]:
    yield f"EPOCH = {_epochs(segment.piece, np.array([one.time]), segment.time_system)[0]}"
    if one.frame:
        yield f"COV_REF_FRAME = {one.frame}"
    for k, row in enumerate(one.matrix):
        yield " ".join(f"{x / KILOMETRE / KILOMETRE:.16e}" for x in row[: k + 1])
