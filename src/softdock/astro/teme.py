"""States in the frames in which ephemerides come: GCRF, EME2000, ITRF and TEME, to GCRF and back.

TEME is the frame of SGP4: the true equator of date, its x-axis where the mean sidereal time of 1982 puts it. It is
tied to the Earth by that angle (Vallado, Crawford, Hujsak and Kelso 2006, AIAA 2006-6753, appendix C), so that
ITRF = W R3(GMST82) TEME; with ITRF = W R3(ERA) CIRS it is the true equator of date (CIRS) turned by GMST82 - ERA.
"""

from __future__ import annotations

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import DataError
from .constants import EARTH_RATE
from .frames import earth_orientation
from .time import Epoch

FRAMES = ("GCRF", "EME2000", "ITRF", "TEME")


def gcrf_from(frame: str, epoch: Epoch, times: Array, *, r: Array, v: Array) -> tuple[Array, Array]:
    """Positions and velocities (n, 3) [m, m/s] in GCRF of states in a frame at mission times (n,) [s].

    frame: GCRF, EME2000, ITRF or TEME · r, v (n, 3) [m, m/s]. The slow turn of TEME and EME2000 against GCRF is left
    out of the velocity: 5e-5 m/s in a low orbit. Raises DataError.
    """
    dcm, rate = _axes(frame, epoch, times)
    return _turned(dcm, r), _turned(dcm, v + np.cross(rate, r))


def gcrf_to(frame: str, epoch: Epoch, times: Array, *, r: Array, v: Array) -> tuple[Array, Array]:
    """Positions and velocities (n, 3) [m, m/s] in a frame of states in GCRF; the way back of `gcrf_from`."""
    dcm, rate = _axes(frame, epoch, times)
    back = np.swapaxes(dcm, -1, -2)
    r_F = _turned(back, r)
    return r_F, _turned(back, v) - np.cross(rate, r_F)


def _turned(dcm: Array, a: Array) -> Array:
    return np.asarray(np.einsum("...ij,...j->...i", dcm, a))


def _axes(frame: str, epoch: Epoch, times: Array) -> tuple[Array, Array]:
    """Matrices dcm_NF (n, 3, 3), or one for all, and the frame's own rate (3,) or (n, 3) [rad/s] in its components."""
    still = np.zeros(3)
    if frame == "GCRF":
        return np.eye(3), still
    if frame == "EME2000":
        return np.asarray(erfa.bp06(2451545.0, 0.0)[0]).T, still  # frame bias, IERS Conventions 2010 ch. 5
    if frame not in FRAMES:
        raise DataError(f"the frame {frame} was asked for; the known ones are {', '.join(FRAMES)}")
    if not np.size(times):
        return np.eye(3), still
    pole, ut1_less_tt = earth_orientation(epoch, times)
    tt1, tt2 = epoch.tt(times)
    ut2 = tt2 + ut1_less_tt / DAY
    x, y, s = erfa.xys06a(tt1, tt2)
    dcm_IN = erfa.c2ixys(x + pole[:, 2], y + pole[:, 3], s)
    angle = erfa.era00(tt1, ut2)
    if frame == "TEME":
        dcm_IF = erfa.rz(erfa.gmst82(tt1, ut2) - angle, np.eye(3))
    else:
        polar_motion = erfa.pom00(pole[:, 0], pole[:, 1], erfa.sp00(tt1, tt2))
        dcm_IF = np.swapaxes(polar_motion @ erfa.rz(angle, np.eye(3)), -1, -2)
        still = EARTH_RATE * polar_motion[:, :, 2]  # about the celestial pole, a microradian from ITRF's z-axis
    return np.asarray(np.swapaxes(dcm_IN, -1, -2) @ dcm_IF), still
