"""What each force is worth in two days by Orekit, written to tests/validation/data/budget_orekit.json; run by hand.

Set up as orekit_setup.py says. For each case: the arc under EGM2008 20 x 20, Sun and Moon, the same arc with one thing
more, and how far apart the two are. Light pressure takes the constants named below. The ocean's tide is left out: its
harmonics are no part of the data at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import orekit_setup
from org.hipparchus.ode.nonstiff import DormandPrince853Integrator
from org.orekit.bodies import CelestialBodyFactory, OneAxisEllipsoid
from org.orekit.forces.gravity import (
    HolmesFeatherstoneAttractionModel,
    Relativity,
    SolidTides,
    ThirdBodyAttraction,
)
from org.orekit.forces.gravity.potential import GravityFieldFactory, TideSystem
from org.orekit.forces.radiation import (
    IsotropicRadiationSingleCoefficient,
    KnockeRediffusedForceModel,
    SolarRadiationPressure,
)
from org.orekit.frames import FramesFactory
from org.orekit.orbits import CartesianOrbit, OrbitType
from org.orekit.propagation import SpacecraftState
from org.orekit.propagation.numerical import NumericalPropagator
from org.orekit.time import TimeScalesFactory
from org.orekit.utils import Constants, IERSConventions, PVCoordinates

OUTPUT = Path(__file__).parents[1] / "data" / "budget_orekit.json"
MU = 3.986004415e14
AU = 149597870700.0
PRESSURE = 1361.0 / 299792458.0  # N/m^2 at one astronomical unit
LIGHT_AREA_OVER_MASS = 0.02  # m^2/kg, coefficient times area over mass; assumed, that of a station with large arrays
HOURS = [6, 12, 18, 24, 30, 36, 42, 48]
CASES = [  # radii over 6378.137 km; the station's second plane meets the Sun at 70 deg, with short eclipses
    {"name": "soyuz-1975", "utc": "1975-07-15T12:28:50", "perigee_m": 6600237.0, "apogee_m": 6604737.0,
     "inclination_deg": 51.79, "node_deg": 75.0},
    {"name": "station-2025", "utc": "2025-07-03T19:32:40", "perigee_m": 6791137.0, "apogee_m": 6796137.0,
     "inclination_deg": 51.64, "node_deg": 200.0},
    {"name": "station-2025-grazing", "utc": "2025-06-20T00:00:00", "perigee_m": 6791137.0, "apogee_m": 6796137.0,
     "inclination_deg": 51.64, "node_deg": 10.0},
]  # fmt: skip


def start_of(case: dict[str, Any]) -> list[float]:
    """Kepler state at perigee, at the node, in GCRF."""
    r, far = case["perigee_m"], case["apogee_m"]
    v = sqrt(MU * (2.0 / r - 2.0 / (r + far)))
    i, node = radians(case["inclination_deg"]), radians(case["node_deg"])
    return [r * cos(node), r * sin(node), 0.0, -v * sin(node) * cos(i), v * cos(node) * cos(i), v * sin(i)]


def field(begin: Any, frame: Any, degree: int) -> Any:
    return HolmesFeatherstoneAttractionModel(
        frame, GravityFieldFactory.getConstantNormalizedProvider(degree, degree, begin)
    )


def earth(frame: Any) -> Any:
    return OneAxisEllipsoid(Constants.WGS84_EARTH_EQUATORIAL_RADIUS, Constants.WGS84_EARTH_FLATTENING, frame)


def light(frame: Any) -> Any:
    craft = IsotropicRadiationSingleCoefficient(LIGHT_AREA_OVER_MASS, 1.0)
    return SolarRadiationPressure(AU, PRESSURE, CelestialBodyFactory.getSun(), earth(frame), craft)


def albedo() -> Any:
    craft = IsotropicRadiationSingleCoefficient(LIGHT_AREA_OVER_MASS, 1.0)
    degree = radians(5.0)
    return KnockeRediffusedForceModel(
        CelestialBodyFactory.getSun(), craft, Constants.WGS84_EARTH_EQUATORIAL_RADIUS, degree,
        TimeScalesFactory.getUTC(),
    )  # fmt: skip


def solid_tides(frame: Any, begin: Any, conventions: Any = IERSConventions.IERS_2010) -> Any:
    radius = GravityFieldFactory.getConstantNormalizedProvider(20, 20, begin).getAe()
    bodies = [CelestialBodyFactory.getSun(), CelestialBodyFactory.getMoon()]
    ut1 = TimeScalesFactory.getUT1(conventions, True)
    return SolidTides(frame, radius, MU, TideSystem.TIDE_FREE, conventions, ut1, bodies)


def propagator_of(case: dict[str, Any], frame: Any, degree: int, more: list[Any], *, step: float = 120.0) -> Any:
    begin = orekit_setup.utc(case["utc"])
    start = start_of(case)
    place = PVCoordinates(orekit_setup.vector(start[:3]), orekit_setup.vector(start[3:]))
    orbit = CartesianOrbit(place, FramesFactory.getGCRF(), begin, MU)
    propagator = NumericalPropagator(DormandPrince853Integrator(1e-3, step, 1e-6, 1e-13))
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.setInitialState(SpacecraftState(orbit).withMass(1.0))
    propagator.addForceModel(field(begin, frame, degree))
    for body in (CelestialBodyFactory.getSun(), CelestialBodyFactory.getMoon()):
        propagator.addForceModel(ThirdBodyAttraction(body))
    for model in more:
        propagator.addForceModel(model)
    return propagator


def flown(
    case: dict[str, Any], frame: Any, degree: int, more: list[Any], *, step: float = 120.0
) -> list[list[float]]:
    """States at HOURS; step [s]: the longest. Across the penumbra, which takes 8 s, only short ones are right."""
    begin, gcrf = orekit_setup.utc(case["utc"]), FramesFactory.getGCRF()
    propagator = propagator_of(case, frame, degree, more, step=step)
    at = (propagator.propagate(begin.shiftedBy(3600.0 * h)).getPVCoordinates(gcrf) for h in HOURS)
    return [orekit_setup.state(coordinates) for coordinates in at]


def lighting(case: dict[str, Any], frame: Any) -> list[list[float]]:
    """Time [s], r (3) [m], lit part of the Sun, force over mass (3) [m/s^2]: every second in and near penumbrae."""
    begin, gcrf = orekit_setup.utc(case["utc"]), FramesFactory.getGCRF()
    model = light(frame)
    propagator = propagator_of(case, frame, 20, [])
    rows: list[list[float]] = []
    before = None
    for second in range(0, 12000):
        state = propagator.propagate(begin.shiftedBy(float(second)))
        ratio = float(model.getLightingRatio(state))
        partial = 0.0 < ratio < 1.0
        if partial or (before is not None and before != ratio) or second % 600 == 0:
            force = model.acceleration(state, model.getParameters()).toArray()
            place = orekit_setup.state(state.getPVCoordinates(gcrf))[:3]
            rows.append([float(second), *place, ratio, *(float(x) for x in force)])
        before = ratio
    return rows


def main() -> None:
    orekit_setup.ready()
    simple, full = orekit_setup.itrf(), orekit_setup.itrf(False)
    cases = []
    for case in CASES:
        begin = orekit_setup.utc(case["utc"])
        more: dict[str, Callable[[], list[list[float]]]] = {
            "light": lambda case=case: flown(case, simple, 20, [light(simple)], step=5.0),
            "tides": lambda case=case, begin=begin: flown(case, simple, 20, [solid_tides(simple, begin)]),
            "degree 30": lambda case=case: flown(case, simple, 30, []),
            "degree 50": lambda case=case: flown(case, simple, 50, []),
            "degree 70": lambda case=case: flown(case, simple, 70, []),
            "relativity": lambda case=case: flown(case, simple, 20, [Relativity(MU)]),
            "albedo and infrared": lambda case=case: flown(case, simple, 20, [albedo()]),
            "subdaily Earth orientation": lambda case=case: flown(case, full, 20, []),
            "planets": lambda case=case: flown(
                case, simple, 20,
                [ThirdBodyAttraction(b) for b in (CelestialBodyFactory.getVenus(), CelestialBodyFactory.getJupiter())],
            ),
        }  # fmt: skip
        base = flown(case, simple, 20, [])
        arcs = {name: make() for name, make in more.items()}
        apart = {
            name: [float(x) for x in np.linalg.norm(np.array(arc)[:, :3] - np.array(base)[:, :3], axis=1)]
            for name, arc in arcs.items()
        }
        print(case["name"], {name: f"{row[-1]:.4g}" for name, row in apart.items()})
        kept = {name: arcs[name] for name in ("light", "tides")}
        lit = lighting(case, simple) if case["name"] != "soyuz-1975" else []
        cases.append(case | {"start": start_of(case), "hours": HOURS, "base": base, "apart_m": apart} | kept
                     | {"lighting": lit})  # fmt: skip
    note = "Orekit by orekit-jpype; see tests/validation/builders/budget_orekit.py; r [m], v [m/s] in GCRF"
    given = {"light_area_over_mass_m2_kg": LIGHT_AREA_OVER_MASS, "pressure_N_m2": PRESSURE}
    OUTPUT.write_text(json.dumps({"made_by": note} | given | {"cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
