"""A flight as CZML, the scene description that Cesium plays: one packet a craft, its samples in the ICRF.

Cesium calls the ICRF INERTIAL and takes orientations in Earth-fixed axes (CZML 1.0, its "Position" and "Orientation").
The samples and their interpolation are those of the OEM: each piece is an interval of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..astro.tabulated import Piece
from ..astro.teme import gcrf_to
from ..astro.time import Epoch
from ..conventions import Array
from ..formats.epochs import texts
from .ephemerides import CraftOrbit

COLOURS = ([90, 170, 255, 255], [255, 170, 60, 255], [120, 220, 120, 255], [220, 120, 220, 255])
REVOLUTION = 5400.0  # s of path behind a craft
SPEED_UP = 60.0  # of the clock when the scene opens


def czml_packets(title: str, epoch: Epoch, orbits: Sequence[CraftOrbit]) -> list[dict[str, Any]]:
    """The document and one packet for each craft, whose pieces must be in GCRF. Raises DataError."""
    start = min(orbit.pieces[0].start for orbit in orbits)
    stop = max(orbit.pieces[-1].stop for orbit in orbits)
    clock = {
        "interval": _interval(epoch, start, stop),
        "currentTime": _utc(epoch, start),
        "multiplier": SPEED_UP,
        "range": "LOOP_STOP",
        "step": "SYSTEM_CLOCK_MULTIPLIER",
    }
    document = {"id": "document", "name": title, "version": "1.0", "clock": clock}
    return [document, *(_packet(orbit, epoch, COLOURS[k % len(COLOURS)]) for k, orbit in enumerate(orbits))]


def _packet(orbit: CraftOrbit, epoch: Epoch, colour: list[int]) -> dict[str, Any]:
    material = {"solidColor": {"color": {"rgba": colour}}}
    packet: dict[str, Any] = {
        "id": orbit.name,
        "name": orbit.name,
        "availability": [_interval(epoch, piece.start, piece.stop) for piece in orbit.pieces],
        "position": [_position(piece, epoch) for piece in orbit.pieces],
        "point": {"pixelSize": 8, "color": {"rgba": colour}},
        "label": {
            "text": orbit.name,
            "font": "13px sans-serif",
            "fillColor": {"rgba": colour},
            "pixelOffset": {"cartesian2": [12, -12]},
            "horizontalOrigin": "LEFT",
        },
        "path": {"material": material, "width": 1.5, "leadTime": 0.0, "trailTime": REVOLUTION, "resolution": 30.0},
    }
    times, q_NB = orbit.attitude
    if len(times):
        packet["orientation"] = {
            "epoch": _utc(epoch, 0.0),
            "interpolationAlgorithm": "LINEAR",
            "interpolationDegree": 1,
            "unitQuaternion": _flat(times, earth_fixed(epoch, times, q_NB)[:, [1, 2, 3, 0]]),
        }
    return packet


def _position(piece: Piece, epoch: Epoch) -> dict[str, Any]:
    return {
        "interval": _interval(epoch, piece.start, piece.stop),
        "epoch": _utc(epoch, 0.0),
        "referenceFrame": "INERTIAL",
        "interpolationAlgorithm": "HERMITE",
        "interpolationDegree": piece.degree,
        "cartesianVelocity": _flat(piece.times, np.hstack([piece.r, piece.v])),
    }


def earth_fixed(epoch: Epoch, times: Array, q_NB: Array) -> Array:
    """Quaternions q_EB (n, 4) from q_NB (n, 4) at mission times (n,) [s]. Raises DataError.

    A predicted orientation of the Earth is good enough to look at.
    """
    zero = np.zeros((len(times), 3))
    columns = []
    for axis in np.eye(3):
        same = np.broadcast_to(axis, zero.shape)
        columns.append(gcrf_to("ITRF", epoch, times, r=same, v=zero, allow_prediction=True)[0])
    return _products(_quaternions(np.stack(columns, axis=-1)), q_NB)


def _quaternions(dcm: Array) -> Array:
    """Quaternions (n, 4) of turns about nearly one axis (n, 3, 3), each on the side of the one before."""
    from scipy.spatial.transform import Rotation

    q = np.asarray(Rotation.from_matrix(dcm).as_quat())[:, [3, 0, 1, 2]]
    flips = np.where(np.sum(q[1:] * q[:-1], axis=1) < 0.0, -1.0, 1.0)
    return np.asarray(q * np.cumprod(np.append(1.0, flips))[:, None])


def _products(p: Array, q: Array) -> Array:
    """Hamilton's products (n, 4), scalar first."""
    w = p[:, 0] * q[:, 0] - np.sum(p[:, 1:] * q[:, 1:], axis=1)
    rest = p[:, :1] * q[:, 1:] + q[:, :1] * p[:, 1:] + np.cross(p[:, 1:], q[:, 1:])
    return np.column_stack([w, rest])


def _flat(times: Array, values: Array) -> list[float]:
    return [float(x) for x in np.column_stack([times, values]).ravel()]


def _utc(epoch: Epoch, t: float) -> str:
    return texts(*epoch.tt(np.array([t])), system="UTC")[0] + "Z"


def _interval(epoch: Epoch, start: float, stop: float) -> str:
    return f"{_utc(epoch, start)}/{_utc(epoch, stop)}"
