"""Sun, Moon, their pull and the Earth's turn by Orekit, written to tests/validation/data/bodies_orekit.json; by hand.

Set-up: orekit_setup.py. DE440 as distributed in JPL's own format, whose gravitational parameters Orekit takes from its
header; IAU 2006/2000A on softdock's Earth-orientation table. The Sun's radius as seen
from the last place is Orekit's nominal one. Every 2.7 years, at odd hours of terrestrial time.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orekit_setup
from org.orekit.bodies import CelestialBodyFactory, OneAxisEllipsoid
from org.orekit.forces.gravity import ThirdBodyAttraction
from org.orekit.frames import FramesFactory
from org.orekit.orbits import CartesianOrbit
from org.orekit.propagation import SpacecraftState
from org.orekit.time import AbsoluteDate, TimeScalesFactory
from org.orekit.utils import Constants, OccultationEngine, PVCoordinates

OUTPUT = Path(__file__).parents[1] / "data" / "bodies_orekit.json"
FIRST, APART, COUNT = datetime.fromisoformat("1972-01-03T05:17:00"), timedelta(days=987, hours=7), 32
PLACES = ([7.0e6, 0.0, 0.0], [-1.2e7, 2.1e7, 5.0e6], [3.0e6, -4.2e7, 1.0e5])  # m in GCRF
VELOCITY = [0.0, 1.0e3, 1.0e3]  # of no effect


def seen_radius(craft: SpacecraftState) -> float:
    """Angle [rad] of the Sun's radius as seen from the craft."""
    shape = OneAxisEllipsoid(Constants.WGS84_EARTH_EQUATORIAL_RADIUS, 0.0, orekit_setup.itrf())
    sun = CelestialBodyFactory.getSun()
    engine = OccultationEngine(sun, Constants.IAU_2015_NOMINAL_SOLAR_RADIUS, shape)
    return float(engine.angles(craft).getOccultedApparentRadius())


def of_date(tt: datetime) -> dict[str, Any]:
    date = AbsoluteDate(tt.year, tt.month, tt.day, tt.hour, tt.minute, float(tt.second), TimeScalesFactory.getTT())
    gcrf = FramesFactory.getGCRF()
    row: dict[str, Any] = {"tt": tt.isoformat()}
    for name, body in (("sun", CelestialBodyFactory.getSun()), ("moon", CelestialBodyFactory.getMoon())):
        pull = ThirdBodyAttraction(body)
        row[name] = [float(x) for x in body.getPosition(date, gcrf).toArray()]
        row[f"{name}_pull"] = []
        for place in PLACES:
            point = PVCoordinates(orekit_setup.vector(place), orekit_setup.vector(VELOCITY))
            craft = SpacecraftState(CartesianOrbit(point, gcrf, date, Constants.WGS84_EARTH_MU))
            row[f"{name}_pull"].append([float(x) for x in pull.acceleration(craft, pull.getParameters(date)).toArray()])
    row["sun_radius_seen"] = seen_radius(craft)
    if tt.year < 2026:  # of the other years Earth orientation is not measured
        rows = gcrf.getTransformTo(orekit_setup.itrf(), date).getRotation().getMatrix()
        row["itrf_axes_in_gcrf"] = [[float(x) for x in axis] for axis in rows]
    return row


def main() -> None:
    orekit_setup.ready()
    dates = [of_date(FIRST + k * APART) for k in range(COUNT)]
    note = "Orekit by orekit-jpype; see tests/validation/builders/bodies_orekit.py; m, m/s^2, GCRF"
    OUTPUT.write_text(json.dumps({"made_by": note, "places": PLACES, "dates": dates}, indent=1) + "\n")


if __name__ == "__main__":
    main()
