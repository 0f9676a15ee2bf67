"""Covariance blocks of an OEM: lower triangles of 6 x 6 matrices, each with its epoch and frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..astro.time import Epoch
from ..conventions import DAY, KILOMETRE, Array
from .epochs import epoch_fields, terrestrial
from .lines import Line, Pair, number_in, pair_of

COVARIANCE_STOP = "COVARIANCE_STOP"
FRAMES = ("", "GCRF", "ICRF", "EME2000", "ITRF", "TEME", "RSW", "RTN", "TNW")
_LARGEST = 1e15  # km2: the square of the farthest state and more
_NEGATIVE = 1e-6  # of the greatest eigenvalue: rounding of the digits written


@dataclass(frozen=True)
class Covariance:
    """Covariance (6, 6) of position and velocity [m, m/s] at a time [s] from the segment's epoch; frame as written."""

    time: float
    frame: str
    matrix: tuple[tuple[float, ...], ...]


def covariances_of(lines: list[Line], *, system: str, epoch: Epoch, times: Array) -> tuple[Covariance, ...]:
    """Covariances between COVARIANCE_START and COVARIANCE_STOP; nothing may follow. Raises FormatError."""
    if not lines:
        return ()
    stop = next((k for k, line in enumerate(lines) if line.text.strip() == COVARIANCE_STOP), 0)
    if not stop:
        raise lines[0].fault(f"COVARIANCE_START has no {COVARIANCE_STOP}; add it, or the file was cut")
    if stop + 1 < len(lines):
        raise lines[stop + 1].fault(f"follows {COVARIANCE_STOP}, where only a new segment may; remove it")
    found: list[Covariance] = []
    k = 1
    while k < stop:
        head: list[Pair] = []
        while k < stop and "=" in lines[k].text:
            head.append(pair_of(lines[k]))
            k += 1
        rows = lines[k : min(k + 6, stop)]
        k += 6
        if not head or head[0].key != "EPOCH":
            raise (head[0].line if head else rows[0]).fault("an EPOCH is due at the head of a covariance; add it", 1)
        found.append(_covariance(head, rows, system=system, epoch=epoch))
        if not times[0] - 1e-3 <= found[-1].time <= times[-1] + 1e-3:
            raise head[0].fault("is outside the states of the segment; correct it")
        if len(found) > 1 and found[-1].time <= found[-2].time:
            raise head[0].fault("is not after that of the covariance before; put them in order")
        if not found[-1].frame and len(found) > 1:
            found[-1] = Covariance(found[-1].time, found[-2].frame, found[-1].matrix)
    return tuple(found)


def _covariance(head: list[Pair], rows: list[Line], *, system: str, epoch: Epoch) -> Covariance:
    fields = epoch_fields(head[0].line, head[0].value, head[0].column)
    tt1, tt2 = terrestrial([fields], [(head[0].line, head[0].column)], system=system)
    frame = ""
    for pair in head[1:]:
        if pair.key != "COV_REF_FRAME" or pair.value.upper() not in FRAMES:
            raise pair.fault(f"= {pair.value[:40]} is not known here; COV_REF_FRAME is one of {', '.join(FRAMES[1:])}")
        frame = pair.value.upper()
    matrix = np.zeros((6, 6))
    for k in range(6):
        words = rows[k].text.split() if k < len(rows) else []
        if len(words) != k + 1:
            line = rows[k] if k < len(rows) else head[0].line
            raise line.fault(f"row {k + 1} of the covariance has {len(words)} numbers and needs {k + 1}; correct it")
        for j, word in enumerate(words):
            name = f"entry {k + 1}, {j + 1} of the covariance"
            value = number_in(rows[k], word, name=name, column=rows[k].text.index(word) + 1)
            if not abs(value) <= _LARGEST:
                raise rows[k].fault(f"{name} is {value:g}, beyond {_LARGEST:g}; give km and km/s", 1)
            matrix[k, j] = matrix[j, k] = value
    _check_positive(matrix, head[0])
    si = matrix * KILOMETRE * KILOMETRE
    time = float(((tt1[0] - epoch.tt1) + (tt2[0] - epoch.tt2)) * DAY)
    return Covariance(time, frame, tuple(tuple(float(x) for x in row) for row in si))


def _check_positive(matrix: Array, head: Pair) -> None:
    """A covariance has no negative eigenvalue; positions and velocities are scaled to be of one size first."""
    spread = np.sqrt(np.abs(np.diag(matrix)))
    scale = np.where(spread > 0.0, spread, 1.0)
    with np.errstate(over="ignore"):  # beside a tiny variance a covariance may be beyond all numbers, and is refused
        scaled = matrix / np.outer(scale, scale)
    values = np.linalg.eigvalsh(scaled) if np.all(np.isfinite(scaled)) else np.array([-1.0])
    if np.any(np.diag(matrix) < 0.0) or not values[0] >= -_NEGATIVE * max(float(values[-1]), 1.0):
        raise head.fault("heads a matrix with a negative eigenvalue, which is no covariance; correct the matrix")
