"""States in frames of the Earth and of the sky, to GCRF and back.

| name | axes |
|---|---|
| GCRF | inertial: N |
| EME2000 | mean equator and equinox of J2000, 23 milliarcseconds from GCRF |
| TOD | true equator and equinox of date, IAU 2006/2000A with the IERS pole offsets |
| CIRS | the same equator, x-axis at the celestial intermediate origin |
| TEME | the same equator, x-axis where SGP4's sidereal time of 1982 puts it |
| ITRF | fixed to the Earth: E |

TEME is tied to the Earth by that angle (Vallado, Crawford, Hujsak and Kelso 2006, AIAA 2006-6753, appendix C), so that
ITRF = W R3(GMST82) TEME; with ITRF = W R3(ERA) CIRS it is CIRS turned by GMST82 - ERA.
"""

from __future__ import annotations

import erfa
import numpy as np

from ..conventions import DAY, Array
from ..errors import DataError
from .orientation import earth_orientation, earth_rate
from .time import Epoch

FRAMES = ("GCRF", "EME2000", "ITRF", "TEME")
"""Frames in which ephemerides are read."""
_SOON = 600.0  # s; within it the pole's rate changes by 3e-15 rad/s
ALL_FRAMES = ("GCRF", "EME2000", "TOD", "CIRS", "TEME", "ITRF")


def gcrf_from(
    frame: str, epoch: Epoch, times: Array, *, r: Array, v: Array, allow_prediction: bool = False
) -> tuple[Array, Array]:
    """Positions and velocities (n, 3) [m, m/s] in GCRF of states in a frame at mission times (n,) [s].

    frame: one of ALL_FRAMES · r, v (n, 3) [m, m/s] · allow_prediction: ITRF past the last measured day. The slow turn
    of TOD, CIRS and TEME against GCRF is left out of the velocity: up to 1.1e-4 m/s in a low orbit. ITRF turns with
    precession, nutation and the length of the day; the rate of polar motion (up to 3e-6 m/s) is left out. Raises
    DataError.
    """
    dcm, rate = frame_axes(frame, epoch, times, allow_prediction=allow_prediction)
    return _turned(dcm, r), _turned(dcm, v + np.cross(rate, r))


def gcrf_to(
    frame: str, epoch: Epoch, times: Array, *, r: Array, v: Array, allow_prediction: bool = False
) -> tuple[Array, Array]:
    """Positions and velocities (n, 3) [m, m/s] in a frame of states in GCRF; the way back of `gcrf_from`."""
    dcm, rate = frame_axes(frame, epoch, times, allow_prediction=allow_prediction)
    back = np.swapaxes(dcm, -1, -2)
    r_F = _turned(back, r)
    return r_F, _turned(back, v) - np.cross(rate, r_F)


def _turned(dcm: Array, a: Array) -> Array:
    return np.asarray(np.einsum("...ij,...j->...i", dcm, a))


def frame_axes(frame: str, epoch: Epoch, times: Array, *, allow_prediction: bool = False) -> tuple[Array, Array]:
    """Matrices dcm_NF (n, 3, 3), or one for all, and the frame's own rate (3,) or (n, 3) [rad/s] in its components.

    times (n,) [s], or one time: then (3, 3) and (3,) · allow_prediction: ITRF past the last measured day. The other
    frames take only the pole offsets from the tables (under a milliarcsecond; UT1 cancels in TEME), and where these are
    predicted they are used. Raises DataError.
    """
    if np.ndim(times) == 0:
        dcm, rate = frame_axes(frame, epoch, np.atleast_1d(times), allow_prediction=allow_prediction)
        return dcm.reshape(3, 3), rate.reshape(3)
    still = np.zeros(3)
    if frame not in ALL_FRAMES:
        raise DataError(f"the frame {frame} was asked for; the known ones are {', '.join(ALL_FRAMES)}")
    if frame == "GCRF" or not np.size(times):
        return np.eye(3), still
    if frame == "EME2000":
        return np.asarray(erfa.bp06(2451545.0, 0.0)[0]).T, still  # frame bias, IERS Conventions 2010 ch. 5
    pole, ut1_less_tt = earth_orientation(epoch, times, allow_prediction=allow_prediction or frame != "ITRF")
    tt1, tt2 = epoch.tt(times)
    x, y, s = erfa.xys06a(tt1, tt2)
    dcm_NI = np.swapaxes(erfa.c2ixys(x + pole[:, 2], y + pole[:, 3], s), -1, -2)
    if frame == "CIRS":
        return dcm_NI, still
    if frame == "TOD":
        return _equinox_axes(dcm_NI[:, :, 2], tt1, tt2), still
    ut2 = tt2 + ut1_less_tt / DAY
    angle = erfa.era00(tt1, ut2)
    if frame == "TEME":
        return np.asarray(dcm_NI @ erfa.rz(erfa.gmst82(tt1, ut2) - angle, np.eye(3))), still
    polar_motion = erfa.pom00(pole[:, 0], pole[:, 1], erfa.sp00(tt1, tt2))
    dcm_IE = np.swapaxes(polar_motion @ erfa.rz(angle, np.eye(3)), -1, -2)
    dcm_NE = np.asarray(dcm_NI @ dcm_IE)
    spin = earth_rate(epoch, times, allow_prediction=allow_prediction)[:, None] * dcm_NI[:, :, 2]
    return dcm_NE, _turned(np.swapaxes(dcm_NE, -1, -2), spin + _pole_turn(dcm_NI[:, :, 2], epoch, times, pole))


def _pole_turn(now: Array, epoch: Epoch, times: Array, pole: Array) -> Array:
    """Rate (n, 3) [rad/s] in GCRF at which precession and nutation turn CIRS, which does not turn about its pole.

    now (n, 3): unit vectors to the celestial pole · pole: what `earth_orientation` gives, whose dX and dY stay
    """
    x, y, _ = erfa.xys06a(*epoch.tt(np.asarray(times) + _SOON))
    x, y = x + pole[:, 2], y + pole[:, 3]
    later = np.stack([x, y, np.sqrt(1.0 - x * x - y * y)], axis=-1)
    return np.asarray(np.cross(now, later) / _SOON)


def _equinox_axes(pole: Array, tt1: float, tt2: Array) -> Array:
    """dcm (n, 3, 3): z the true pole (n, 3), x the ascending node of the ecliptic of date on its equator."""
    ecliptic_pole = erfa.ecm06(tt1, tt2)[:, 2]
    node = np.cross(pole, ecliptic_pole)
    x = node / np.linalg.norm(node, axis=-1, keepdims=True)
    return np.stack([x, np.cross(pole, x), pole], axis=-1)
