"""The arcs of far_satkit.json again by Orekit, written to tests/validation/data/far_orekit.json; run by hand.

    oracle/bin/python tests/validation/builders/far_orekit.py

Set-up: orekit_setup.py. EGM2008 20 x 20, Sun and Moon of DE440; `coast` on softdock's Earth-orientation table,
`coast_finals` on the file finals2000A.all alone, which in 1975 differs from it.

NRLMSISE-00 runs in the daily-ap mode, as softdock's does. Two arcs with drag: `drag` with the observed indices of the
day in the satkit-data package (ap of the day, flux of the day before), `drag_table` with softdock's, seen from the
middle of each day. `nodes` are Sun, Moon and pole every hour, to put into softdock's tables. Nothing of softdock is
imported.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jpype
import orekit_setup
from far_cases import CRAFT, HOURS, perigee_state
from orekit_setup import PACKAGE, PACKED
from org.hipparchus.ode.nonstiff import DormandPrince853Integrator
from org.orekit.bodies import CelestialBodyFactory, OneAxisEllipsoid
from org.orekit.forces.drag import DragForce, IsotropicDrag
from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction
from org.orekit.forces.gravity.potential import GravityFieldFactory
from org.orekit.frames import FramesFactory
from org.orekit.models.earth.atmosphere import NRLMSISE00, NRLMSISE00InputParameters
from org.orekit.orbits import CartesianOrbit, OrbitType
from org.orekit.propagation import SpacecraftState
from org.orekit.propagation.numerical import NumericalPropagator
from org.orekit.time import AbsoluteDate, TimeScalesFactory
from org.orekit.utils import Constants, IERSConventions, PVCoordinates

DATA = Path(__file__).parents[1] / "data"
NODE_HOURS = range(-3, 52)  # the nodes of softdock's tables for two days
Indices = dict[date, tuple[float, float, float]]


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


def propagator_of(case: dict[str, Any], axes: Any = None) -> NumericalPropagator:
    """A propagator at the case's start, without drag, that errs by micrometres in two days. axes: the Earth's."""
    begin, gcrf, itrf = orekit_setup.utc(case["utc"]), FramesFactory.getGCRF(), axes or orekit_setup.itrf()
    field = GravityFieldFactory.getConstantNormalizedProvider(20, 20, begin)
    place = PVCoordinates(orekit_setup.vector(case["start"][:3]), orekit_setup.vector(case["start"][3:]))
    propagator = NumericalPropagator(DormandPrince853Integrator(1e-3, 300.0, 1e-9, 1e-14))
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.setInitialState(SpacecraftState(CartesianOrbit(place, gcrf, begin, field.getMu())).withMass(1.0))
    propagator.addForceModel(HolmesFeatherstoneAttractionModel(itrf, field))
    for body in (CelestialBodyFactory.getSun(), CelestialBodyFactory.getMoon()):
        propagator.addForceModel(ThirdBodyAttraction(body))
    return propagator


def two_days(case: dict[str, Any], indices: Indices | None = None, axes: Any = None) -> list[list[float]]:
    """States at HOURS; with drag when indices are given."""
    propagator = propagator_of(case, axes)
    if indices:
        radius, flattening = Constants.WGS84_EARTH_EQUATORIAL_RADIUS, Constants.WGS84_EARTH_FLATTENING
        earth = OneAxisEllipsoid(radius, flattening, orekit_setup.itrf())
        air = NRLMSISE00(Weather(indices), CelestialBodyFactory.getSun(), earth)
        propagator.addForceModel(DragForce(air, IsotropicDrag(case["drag_area_over_mass_m2_kg"], 1.0)))
    begin, gcrf = orekit_setup.utc(case["utc"]), FramesFactory.getGCRF()
    return [
        orekit_setup.state(propagator.propagate(begin.shiftedBy(3600.0 * h)).getPVCoordinates(gcrf)) for h in HOURS
    ]


def bodies(case: dict[str, Any]) -> dict[str, list[list[float]]]:
    """Sun and Moon [m] in GCRF at every NODE_HOURS, pole [rad] as Orekit takes it between the days."""
    begin, gcrf = orekit_setup.utc(case["utc"]), FramesFactory.getGCRF()
    history = FramesFactory.getEOPHistory(IERSConventions.IERS_2010, True)
    dates = [begin.shiftedBy(3600.0 * h) for h in NODE_HOURS]
    sun, moon = CelestialBodyFactory.getSun(), CelestialBodyFactory.getMoon()
    poles = [history.getPoleCorrection(date) for date in dates]
    return {
        "sun": [[float(x) for x in sun.getPosition(date, gcrf).toArray()] for date in dates],
        "moon": [[float(x) for x in moon.getPosition(date, gcrf).toArray()] for date in dates],
        "pole": [[float(pole.getXp()), float(pole.getYp())] for pole in poles],
    }


def main() -> None:
    if sys.argv[1:] == ["finals"]:  # Orekit takes its data once a process
        orekit_setup.ready("finals")
        print(json.dumps([two_days(case | {"start": perigee_state(case)}) for case in CRAFT]))
        return
    run = [sys.executable, __file__, "finals"]
    other = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    orekit_setup.ready()
    cases = []
    for case, coast_finals in zip(CRAFT, other, strict=True):
        full = case | {"start": perigee_state(case), "hours": HOURS}
        arcs = {"coast": two_days(full), "coast_finals": coast_finals}
        arcs |= {"drag": two_days(full, observed()), "drag_table": two_days(full, tabulated())}
        cases.append(full | arcs | {"nodes": bodies(full)})
    note = "Orekit by orekit-jpype; see tests/validation/builders/far_orekit.py; r [m], v [m/s] in GCRF"
    (DATA / "far_orekit.json").write_text(json.dumps({"made_by": note, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
