"""Frames, time scales and sights by Orekit, 1962 to 2026, written to tests/validation/data/frames_orekit.json.

Run by hand; what it needs is said in orekit_setup.py. Earth orientation is the table that softdock reads, without the
daily and half-daily tidal terms. Besides Orekit's own TEME, which is its true equator of IAU 1980 without the IERS
corrections, the file has TEME as Vallado et al. 2006 tie it to the Earth, put together from Orekit's CIRF, its GMST of
1982 and its Earth rotation angle. Nothing of softdock is imported.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orekit_setup
from org.hipparchus.geometry.euclidean.threed import Rotation, RotationConvention, Vector3D
from org.orekit.bodies import GeodeticPoint, OneAxisEllipsoid
from org.orekit.frames import FramesFactory, LOFType, TopocentricFrame, Transform
from org.orekit.time import TimeScalesFactory
from org.orekit.utils import Constants, IERSConventions, PVCoordinates

OUT = Path(__file__).parents[1] / "data" / "frames_orekit.json"
DATES = (
    "1962-03-10T06:30:00", "1965-06-04T15:00:00", "1968-12-24T16:00:00", "1972-07-01T00:00:00.5",
    "1975-07-17T16:09:09.25", "1981-04-12T12:00:03", "1990-01-01T00:00:00", "1999-08-22T00:00:00",
    "2004-04-06T07:51:28.386009", "2012-06-30T23:59:59.5", "2016-12-31T18:00:00", "2025-07-05T21:25:00",
    "2026-06-01T03:00:00",
)  # fmt: skip
STATE = ([-4.4e6, 4.1e6, 3.1e6], [-3.9e3, -5.9e3, 2.2e3])  # m, m/s in GCRF
CHASER = ([-4.4e6 + 900.0, 4.1e6 - 1200.0, 3.1e6 + 500.0], [-3.9e3 + 0.7, -5.9e3 + 0.4, 2.2e3 - 0.3])
SITE = (0.8014, 1.1055, 90.0)  # rad, rad, m: near Baikonur


def pair(values: tuple[list[float], list[float]]) -> PVCoordinates:
    return PVCoordinates(orekit_setup.vector(values[0]), orekit_setup.vector(values[1]))


def frames() -> dict[str, Any]:
    conventions = IERSConventions.IERS_2010
    return {
        "EME2000": FramesFactory.getEME2000(),
        "TOD": FramesFactory.getTOD(conventions, True),
        "CIRS": FramesFactory.getCIRF(conventions, True),
        "ITRF": orekit_setup.itrf(),
        "TEME of Orekit": FramesFactory.getTEME(),
    }


def earth_tied_teme(date: Any, state: PVCoordinates) -> list[float]:
    ut1 = TimeScalesFactory.getUT1(IERSConventions.IERS_2010, True)
    sidereal = IERSConventions.IERS_1996.getGMSTFunction(ut1).value(date)
    rotation = IERSConventions.IERS_2010.getEarthOrientationAngleFunction(ut1).value(date)
    turn = Rotation(Vector3D.PLUS_K, rotation - sidereal, RotationConvention.FRAME_TRANSFORM)  # TEME to CIRS is back
    cirf = FramesFactory.getCIRF(IERSConventions.IERS_2010, True)
    there = FramesFactory.getGCRF().getTransformTo(cirf, date).transformPVCoordinates(state)
    return orekit_setup.state(Transform(date, turn).transformPVCoordinates(there))


def case(text: str) -> dict[str, Any]:
    date, gcrf, state = orekit_setup.utc(text), FramesFactory.getGCRF(), pair(STATE)
    ut1 = TimeScalesFactory.getUT1(IERSConventions.IERS_2010, True)
    tdb, tt, utc = TimeScalesFactory.getTDB(), TimeScalesFactory.getTT(), TimeScalesFactory.getUTC()
    states = {
        name: orekit_setup.state(gcrf.getTransformTo(frame, date).transformPVCoordinates(state))
        for name, frame in frames().items()
    }
    states["TEME"] = earth_tied_teme(date, state)
    earth = OneAxisEllipsoid(Constants.WGS84_EARTH_EQUATORIAL_RADIUS, Constants.WGS84_EARTH_FLATTENING,
                             orekit_setup.itrf())  # fmt: skip
    seen = TopocentricFrame(earth, GeodeticPoint(*SITE), "site")
    below = earth.transform(state.getPosition(), gcrf, date)
    local = {
        ours: orekit_setup.state(theirs.transformFromInertial(date, state).transformPVCoordinates(pair(CHASER)))
        for ours, theirs in (("LVLH", LOFType.LVLH_CCSDS), ("RTN", LOFType.QSW))
    }
    return {
        "utc": text,
        "ut1_less_utc_s": ut1.offsetFromTAI(date).toDouble() - utc.offsetFromTAI(date).toDouble(),
        "tai_less_utc_s": -utc.offsetFromTAI(date).toDouble(),
        "tdb_less_tt_s": tdb.offsetFromTAI(date).toDouble() - tt.offsetFromTAI(date).toDouble(),
        "states": states,
        "local": local,
        "azimuth": seen.getAzimuth(state.getPosition(), gcrf, date),
        "elevation": seen.getElevation(state.getPosition(), gcrf, date),
        "range_m": seen.getRange(state.getPosition(), gcrf, date),
        "range_rate_m_s": seen.getRangeRate(state, gcrf, date),
        "geodetic": [below.getLatitude(), below.getLongitude(), below.getAltitude()],
    }


def main() -> None:
    orekit_setup.ready()
    stored = {"state": STATE, "chaser": CHASER, "site": SITE, "cases": [case(text) for text in DATES]}
    OUT.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
