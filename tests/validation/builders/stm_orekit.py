"""State transition matrices by Orekit, written to tests/validation/data/stm_orekit.json; run by hand, see orekit_setup.

    oracle/bin/python tests/validation/builders/stm_orekit.py

One day, EGM2008 20 x 20, Sun and Moon of DE440. Orekit flies the partial derivatives together with the state, all 42
numbers by Dormand and Prince's 8(5,3) method, with the step controlled for the state.
"""

from __future__ import annotations

import json
from pathlib import Path

import orekit_setup
from org.hipparchus.ode.nonstiff import DormandPrince853Integrator
from org.orekit.bodies import CelestialBodyFactory
from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction
from org.orekit.forces.gravity.potential import GravityFieldFactory
from org.orekit.frames import FramesFactory
from org.orekit.orbits import CartesianOrbit, OrbitType
from org.orekit.propagation import SpacecraftState
from org.orekit.propagation.numerical import NumericalPropagator
from org.orekit.utils import PVCoordinates

OUT = Path(__file__).parents[1] / "data" / "stm_orekit.json"
STARTS = {
    "ISS": ("2025-07-05T12:00:00", [-2700e3, -5100e3, 3600e3, 6221.0, -140.4, 4466.0]),
    "eccentric, 250 x 2000 km": ("1975-07-15T12:20:00", [6628137.0, 0.0, 0.0, 0.0, 5300.0, 6247.0]),
    "polar": ("2025-07-05T12:00:00", [0.0, 0.0, 6800e3, 7662.0, 0.0, 0.0]),
}
HOURS = [1.5, 24.0]


def flown(utc: str, start: list[float]) -> dict:
    begin, gcrf = orekit_setup.utc(utc), FramesFactory.getGCRF()
    field = GravityFieldFactory.getConstantNormalizedProvider(20, 20, begin)
    place = PVCoordinates(orekit_setup.vector(start[:3]), orekit_setup.vector(start[3:]))
    propagator = NumericalPropagator(DormandPrince853Integrator(1e-3, 60.0, 1e-7, 1e-14))
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.setInitialState(SpacecraftState(CartesianOrbit(place, gcrf, begin, field.getMu())))
    propagator.addForceModel(HolmesFeatherstoneAttractionModel(orekit_setup.itrf(), field))
    propagator.addForceModel(ThirdBodyAttraction(CelestialBodyFactory.getSun()))
    propagator.addForceModel(ThirdBodyAttraction(CelestialBodyFactory.getMoon()))
    harvester = propagator.setupMatricesComputation("stm", None, None)
    ends, matrices = [], []
    for hours in HOURS:
        state = propagator.propagate(begin.shiftedBy(3600.0 * hours))
        ends.append(orekit_setup.state(state.getPVCoordinates(gcrf)))
        matrices.append([[float(x) for x in row] for row in harvester.getStateTransitionMatrix(state).getData()])
    return {"utc": utc, "start": start, "hours": HOURS, "ends": ends, "matrices": matrices}


def main() -> None:
    orekit_setup.ready()
    cases = [{"name": name} | flown(*what) for name, what in STARTS.items()]
    note = "Orekit by orekit-jpype; see tests/validation/builders/stm_orekit.py; SI, GCRF"
    OUT.write_text(json.dumps({"made_by": note, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
