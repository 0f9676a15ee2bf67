"""Events of two orbits by Orekit's detectors, written to tests/validation/data/events_orekit.json; run by hand.

Set-up: orekit_setup.py. The craft fly under EGM2008 20 x 20, Sun and Moon of DE440; the states at the begin of every
five days are stored, so that softdock reads the same trajectory and events are compared, not propagators. Detectors
look every 2 s (at 20 s one low pass over Kiruna was missed) and close in to 1e-7 s. Times [s] are from `utc`. Station
places are assumed, near places of the names. The encounter is of two Kepler orbits.
"""

from __future__ import annotations

import json
from math import radians
from pathlib import Path

import jpype
import orekit_setup
from org.hipparchus.ode.nonstiff import DormandPrince853Integrator
from org.orekit.bodies import CelestialBodyFactory, GeodeticPoint, OneAxisEllipsoid
from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction
from org.orekit.forces.gravity.potential import GravityFieldFactory
from org.orekit.frames import FramesFactory, TopocentricFrame
from org.orekit.orbits import CartesianOrbit, KeplerianOrbit, OrbitType, PositionAngleType
from org.orekit.propagation import SpacecraftState
from org.orekit.propagation.analytical import KeplerianPropagator
from org.orekit.propagation.events import (
    ApsideDetector,
    EclipseDetector,
    ElevationDetector,
    ElevationExtremumDetector,
    EventsLogger,
    ExtremumApproachDetector,
    LatitudeCrossingDetector,
    LongitudeCrossingDetector,
    NodeDetector,
    RelativeDistanceDetector,
)
from org.orekit.propagation.events.handlers import ContinueOnEvent
from org.orekit.propagation.numerical import NumericalPropagator
from org.orekit.utils import ElevationMask, IERSConventions

OUTPUT = Path(__file__).parents[1] / "data" / "events_orekit.json"
DAY = 86400.0
LEG = 5.0 * DAY
LOOK = 2.0  # s
SHORT = 5.0 * DAY  # of nodes, apsides, crossings, culminations and the ball's shadow
RADIUS, FLATTENING, SUN_RADIUS = 6378137.0, 1.0 / 298.257223563, 695700000.0  # WGS 84; IAU 2015 resolution B3
CASES = [
    {"name": "a station's orbit", "utc": "2025-06-10T00:00:00", "days": 30.0,
     "elements": [6793137.0, 0.0008, 51.64, 250.0, 40.0, 10.0]},
    {"name": "250 x 2000 km", "utc": "2025-03-18T06:00:00", "days": 5.0,
     "elements": [RADIUS + 1125000.0, 875000.0 / (RADIUS + 1125000.0), 63.0, 120.0, 30.0, 0.0]},
]  # fmt: skip
WALLS = [[0.0, 8.0], [60.0, 3.0], [150.0, 20.0], [200.0, 12.0], [300.0, 1.0]]
STATIONS = [  # name, latitude, longitude [deg], height [m], mask [deg]
    ["Baikonur", 45.9203, 63.3422, 90.0, 5.0],
    ["Houston", 29.5502, -95.0970, 10.0, 10.0],
    ["Kiruna", 67.8571, 20.9644, 400.0, 0.0],
    ["Moscow", 55.7558, 37.6173, 150.0, 5.0],
    ["Wallops", 37.9402, -75.4664, 3.0, 0.0],
    ["Canberra", -35.4014, 148.9819, 690.0, 10.0],
    ["Kourou", 5.2360, -52.7690, 10.0, 5.0],
    ["Kerguelen", -49.3520, 70.2560, 30.0, 0.0],
    ["Houston behind walls", 29.5502, -95.0970, 10.0, WALLS],
]
MEETING = {  # Kepler orbits: a [m], e, i, node, perigee, true anomaly [rad]
    "utc": "2025-07-03T20:00:00", "mu": 3.986004415e14, "days": 2.0, "distance_m": 1.5e6,
    "target": [6793137.0, 0.001, 0.9013, 1.0, 0.5, 0.2], "chaser": [6700000.0, 0.012, 0.9033, 1.002, 2.5, 4.0],
}  # fmt: skip
LATITUDES_DEG, LONGITUDES_DEG = [51.5, 28.5, -10.0], [63.3422, 180.0, -60.0]


def flown(case: dict) -> tuple[NumericalPropagator, object, object]:
    """Propagator at the start of a case, its begin, and the Earth-fixed frame."""
    begin = orekit_setup.utc(case["utc"])
    itrf = orekit_setup.itrf()
    field = GravityFieldFactory.getConstantNormalizedProvider(20, 20, begin)
    a, e, i, raan, perigee, anomaly = case["elements"]
    orbit = KeplerianOrbit(
        a, e, radians(i), radians(perigee), radians(raan), radians(anomaly), PositionAngleType.TRUE,
        FramesFactory.getGCRF(), begin, field.getMu(),
    )  # fmt: skip
    propagator = NumericalPropagator(DormandPrince853Integrator(1e-3, 300.0, 1e-6, 1e-13))
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.setInitialState(SpacecraftState(CartesianOrbit(orbit)).withMass(1.0))
    propagator.addForceModel(HolmesFeatherstoneAttractionModel(itrf, field))
    propagator.addForceModel(ThirdBodyAttraction(CelestialBodyFactory.getSun()))
    propagator.addForceModel(ThirdBodyAttraction(CelestialBodyFactory.getMoon()))
    return propagator, begin, itrf


def stations(earth: OneAxisEllipsoid) -> dict[str, TopocentricFrame]:
    return {
        name: TopocentricFrame(earth, GeodeticPoint(radians(latitude), radians(longitude), height), name)
        for name, latitude, longitude, height, _ in STATIONS
    }


def detectors(itrf: object) -> tuple[dict[str, object], dict[str, object]]:
    """Those of the whole time and those of the first days, by the name under which their events are stored."""
    earth, ball = (OneAxisEllipsoid(RADIUS, f, itrf) for f in (FLATTENING, 0.0))
    sun = CelestialBodyFactory.getSun()
    cirs = FramesFactory.getCIRF(IERSConventions.IERS_2010, True)
    long = {f"{part}": getattr(EclipseDetector(sun, SUN_RADIUS, earth), f"with{part.title()}")()
            for part in ("umbra", "penumbra")}  # fmt: skip
    places = stations(earth)
    for name, *_, mask in STATIONS:
        if isinstance(mask, list):
            table = jpype.JArray(jpype.JDouble, 2)([[radians(x) for x in pair] for pair in mask])
            long[f"passes {name}"] = ElevationDetector(places[name]).withElevationMask(ElevationMask(table))
        else:
            long[f"passes {name}"] = ElevationDetector(places[name]).withConstantElevation(radians(mask))
    short = {f"ball {part}": getattr(EclipseDetector(sun, SUN_RADIUS, ball), f"with{part.title()}")()
             for part in ("umbra", "penumbra")}  # fmt: skip
    short["nodes"] = NodeDetector(cirs)
    short["culminations Baikonur"] = ElevationExtremumDetector(places["Baikonur"])
    short |= {f"latitude {x}": LatitudeCrossingDetector(earth, radians(x)) for x in LATITUDES_DEG}
    short |= {f"longitude {x}": LongitudeCrossingDetector(earth, radians(x)) for x in LONGITUDES_DEG}
    return long, short


def watched(propagator: NumericalPropagator, named: dict[str, object], *, loggers: dict[str, EventsLogger]) -> None:
    """Let the detectors work, their events noted under their names; later calls go on with the same notes."""
    for name, detector in named.items():
        loggers.setdefault(name, EventsLogger())
        exact = detector.withMaxCheck(LOOK).withThreshold(1e-7).withHandler(ContinueOnEvent())
        propagator.addEventDetector(loggers[name].monitorDetector(exact))


def read(loggers: dict[str, EventsLogger], begin: object) -> dict[str, dict[str, list[float]]]:
    out: dict[str, dict[str, list[float]]] = {}
    for name, logger in loggers.items():
        out[name] = {"rising": [], "falling": []}
        for event in logger.getLoggedEvents():
            t = float(event.getState().getDate().durationFrom(begin))
            out[name]["rising" if event.isIncreasing() else "falling"].append(round(t, 4))
        if name.startswith("longitude"):  # the detector's sign alternates, whichever way the craft goes
            out[name] = {"either": sorted(out[name]["rising"] + out[name]["falling"])}
    return out


def culminations(loggers: dict[str, EventsLogger], itrf: object, begin: object) -> list[list[float]]:
    """Time and elevation of each highest point above 5 deg."""
    place = stations(OneAxisEllipsoid(RADIUS, FLATTENING, itrf))["Baikonur"]
    rows = []
    for event in loggers["culminations Baikonur"].getLoggedEvents():
        at = event.getState()
        elevation = float(place.getElevation(at.getPosition(), at.getFrame(), at.getDate()))
        if not event.isIncreasing() and elevation > radians(5.0):
            rows.append([round(float(at.getDate().durationFrom(begin)), 4), elevation])
    return rows


def events(case: dict) -> dict:
    propagator, begin, itrf = flown(case)
    long, short = detectors(itrf)
    short["apsides"] = ApsideDetector(propagator.getInitialState().getOrbit())
    late: dict[str, EventsLogger] = {}
    early: dict[str, EventsLogger] = {}
    watched(propagator, long, loggers=late)
    watched(propagator, short, loggers=early)
    legs, t = [], 0.0
    found: dict = {}
    while t < case["days"] * DAY:
        legs.append([t, *orekit_setup.state(propagator.getInitialState().getPVCoordinates(FramesFactory.getGCRF()))])
        end = propagator.propagate(begin.shiftedBy(t), begin.shiftedBy(min(t + LEG, case["days"] * DAY)))
        if t + LEG == SHORT:
            found |= read(early, begin) | {"culminations Baikonur": culminations(early, itrf, begin)}
            propagator.clearEventsDetectors()
            watched(propagator, long, loggers=late)
        propagator.setInitialState(end)
        t += LEG
    found |= read(late, begin)
    keep = ("name", "utc", "days")
    return {key: case[key] for key in keep} | {"legs": legs, "short_days": SHORT / DAY, "events": found}


def orbit(elements: list[float], begin: object) -> KeplerianOrbit:
    a, e, i, node, perigee, anomaly = elements
    return KeplerianOrbit(
        a, e, i, perigee, node, anomaly, PositionAngleType.TRUE, FramesFactory.getGCRF(), begin, MEETING["mu"]
    )


def meeting() -> dict:
    """Distances of two craft on Kepler orbits."""
    begin = orekit_setup.utc(MEETING["utc"])
    target, chaser = (KeplerianPropagator(orbit(MEETING[name], begin)) for name in ("target", "chaser"))
    named = {
        "distance": RelativeDistanceDetector(target, MEETING["distance_m"]),
        "approaches": ExtremumApproachDetector(target),
    }
    loggers: dict[str, EventsLogger] = {}
    watched(chaser, named, loggers=loggers)
    chaser.propagate(begin, begin.shiftedBy(MEETING["days"] * DAY))
    return MEETING | {"events": read(loggers, begin)}


def main() -> None:
    orekit_setup.ready()
    cases = [events(case) for case in CASES]
    for case in cases:
        print(case["name"], {name: len(rows) if isinstance(rows, list) else sum(map(len, rows.values()))
                             for name, rows in case["events"].items()})  # fmt: skip
    note = (
        "Orekit by orekit-jpype; see tests/validation/builders/events_orekit.py; times [s] from utc; legs: time, "
        "r [m], v [m/s] in GCRF; functions rise out of shadow, above a mask, northward, at perigee, where craft part"
    )
    names = ["name", "latitude_deg", "longitude_deg", "height_m", "mask_deg"]
    rows = [dict(zip(names, row, strict=True)) for row in STATIONS]
    content = {"made_by": note, "stations": rows, "cases": cases, "meeting": meeting()}
    OUTPUT.write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
