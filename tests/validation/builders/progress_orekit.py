"""The burns of progress_burns.json flown by Orekit, written to tests/validation/data/progress_orekit.json; run by hand.

    python tests/validation/builders/progress_burns.py && oracle/bin/python tests/validation/builders/progress_orekit.py

Set-up: orekit_setup.py. EGM2008 20 x 20, Sun and Moon of DE440, softdock's Earth-orientation table; with air
NRLMSISE-00 on softdock's indices, held for a day. Each burn is thrust along one direction in space: that which its
components have in the local axes of Orekit's own Progress at ignition. How long it lasts follows from the rocket
equation and the vehicle's file. Nothing of softdock is imported.
"""

from __future__ import annotations

import json
import tomllib
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orekit_setup
from far_orekit import Weather, tabulated
from orekit_setup import PACKED
from org.hipparchus.ode.nonstiff import DormandPrince853Integrator
from org.orekit.attitudes import FrameAlignedProvider
from org.orekit.bodies import CelestialBodyFactory, OneAxisEllipsoid
from org.orekit.forces.drag import DragForce, IsotropicDrag
from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction
from org.orekit.forces.gravity.potential import GravityFieldFactory
from org.orekit.forces.maneuvers import ConstantThrustManeuver
from org.orekit.frames import FramesFactory
from org.orekit.models.earth.atmosphere import NRLMSISE00
from org.orekit.orbits import CartesianOrbit, OrbitType
from org.orekit.propagation import SpacecraftState
from org.orekit.propagation.numerical import NumericalPropagator
from org.orekit.utils import Constants, PVCoordinates

DATA = Path(__file__).parents[1] / "data"
STANDARD_GRAVITY = 9.80665
RUNS = {"no air": ("no air", False), "with air": ("with air", True), "air left out": ("with air", False)}
"""The burns that are flown, and whether there is air; the last shows what the air moves."""


class Stage(NamedTuple):
    """Constant thrust [N] and flow [kg/s] for a time [s]; no thrust while an engine builds up."""

    duration: float
    force: float
    flow: float


def vehicle(name: str) -> dict[str, Any]:
    """A vehicle's file."""
    return tomllib.loads((PACKED / "vehicles" / f"{name}.toml").read_text("utf-8"))


def stages(mass: float, speed: float) -> list[Stage]:
    """Progress' burn of a speed [m/s]: by its engine from that engine's least speed on, else by its jets."""
    craft = vehicle("progress-ms")
    engine = next(iter(craft["engines"].values()))
    if speed < engine["least_speed_m_s"]:
        return [by_jets(craft["thrusters"], mass, speed)]
    exhaust = engine["specific_impulse_s"] * STANDARD_GRAVITY
    force, tail_s = engine["thrust_N"], engine["tail_off_s"]
    tail_force = engine["tail_off_N_s"] / tail_s
    tail_used = tail_force / exhaust * tail_s
    # m0 / (m0 - main - tail) = exp(v / exhaust), tail and main thrust having one exhaust speed
    main = mass * (1.0 - exp(-speed / exhaust)) - tail_used
    return [
        Stage(engine["build_up_s"], 0.0, 0.0),
        Stage(main / (force / exhaust), force, force / exhaust),
        Stage(tail_s, tail_force, tail_force / exhaust),
    ]


def by_jets(jets: dict[str, Any], mass: float, speed: float) -> Stage:
    """The jets that push forward, canted: their flow is of all their thrust, their force of what points forward."""
    used = [jet for jet in jets["jets"] if jet["name"] in jets["translation_jets"]]
    force = sum(jets["thrust_N"] * jet["direction"][0] for jet in used)
    flow = len(used) * jets["thrust_N"] / (jets["specific_impulse_s"] * STANDARD_GRAVITY)
    return Stage(mass / flow * (1.0 - exp(-speed * flow / force)), force, flow)


def propagator_of(utc: str, start: dict[str, Any], craft: dict[str, Any], has_air: bool) -> NumericalPropagator:
    """A craft at its start, in the forces; its mass is flown too."""
    begin, gcrf, itrf = orekit_setup.utc(utc), FramesFactory.getGCRF(), orekit_setup.itrf()
    field = GravityFieldFactory.getConstantNormalizedProvider(20, 20, begin)
    place = PVCoordinates(orekit_setup.vector(start["state"][:3]), orekit_setup.vector(start["state"][3:]))
    orbit = CartesianOrbit(place, gcrf, begin.shiftedBy(start["t_s"]), field.getMu())
    propagator = NumericalPropagator(DormandPrince853Integrator(1e-3, 300.0, 1e-9, 1e-14))
    propagator.setOrbitType(OrbitType.CARTESIAN)
    propagator.setAttitudeProvider(FrameAlignedProvider(gcrf))  # thrust is given in its axes; EME2000 unless told
    propagator.setInitialState(SpacecraftState(orbit).withMass(start["mass_kg"]))
    propagator.addForceModel(HolmesFeatherstoneAttractionModel(itrf, field))
    for body in (CelestialBodyFactory.getSun(), CelestialBodyFactory.getMoon()):
        propagator.addForceModel(ThirdBodyAttraction(body))
    if has_air:
        earth = OneAxisEllipsoid(Constants.WGS84_EARTH_EQUATORIAL_RADIUS, Constants.WGS84_EARTH_FLATTENING, itrf)
        air = NRLMSISE00(Weather(tabulated()), CelestialBodyFactory.getSun(), earth)
        propagator.addForceModel(DragForce(air, IsotropicDrag(craft["drag_area_m2"], craft["drag_coefficient"])))
    return propagator


def at(state: SpacecraftState) -> list[float]:
    """r [m] and v [m/s] in GCRF."""
    return orekit_setup.state(state.getPVCoordinates(FramesFactory.getGCRF()))


def direction(state: list[float], dv_lvlh: list[float]) -> Any:
    """Unit vector in GCRF of a burn given forward, across (minus the orbit normal) and down."""
    r, v = np.array(state[:3]), np.array(state[3:])
    down, across = -r / np.linalg.norm(r), -np.cross(r, v)
    across /= np.linalg.norm(across)
    dv = np.array(dv_lvlh) @ np.array([np.cross(across, down), across, down])
    return orekit_setup.vector(dv / np.linalg.norm(dv))


def flown(case: dict[str, Any], has_air: bool) -> dict[str, Any]:
    """Of each burn: both craft at ignition and after it, the chaser's mass after it, how long it lasts."""
    begin = orekit_setup.utc(case["utc"])
    chaser = propagator_of(case["utc"], case["chaser"], vehicle("progress-ms"), has_air)
    target = propagator_of(case["utc"], case["target"], vehicle("iss"), has_air)
    found = {}
    for burn in case["burns"]:
        ignition = burn["ignition_s"]
        before = chaser.propagate(begin.shiftedBy(ignition))
        row = {"chaser": at(before), "target": at(target.propagate(begin.shiftedBy(ignition)))}
        end = push(chaser, begin, ignition, burn["dv_lvlh_m_s"])
        after = chaser.propagate(begin.shiftedBy(end))
        row |= {"chaser_after": at(after), "target_after": at(target.propagate(begin.shiftedBy(end)))}
        found[burn["name"]] = row | {"duration_s": end - ignition, "mass_after_kg": float(after.getMass())}
    return found


def push(chaser: NumericalPropagator, begin: Any, ignition: float, dv_lvlh: list[float]) -> float:
    """Give the chaser, which is at ignition, the thrust of a burn; when it ends [s]."""
    here = chaser.getInitialState()
    ahead, t = direction(at(here), dv_lvlh), ignition
    for stage in stages(float(here.getMass()), float(np.linalg.norm(dv_lvlh))):
        if stage.force > 0.0:
            isp = stage.force / (stage.flow * STANDARD_GRAVITY)
            chaser.addForceModel(
                ConstantThrustManeuver(begin.shiftedBy(t), stage.duration, stage.force, isp, ahead)
            )
        t += stage.duration
    return t


def main() -> None:
    orekit_setup.ready()
    cases = json.loads((DATA / "progress_burns.json").read_text("utf-8"))["cases"]
    runs = {name: flown(cases[case], has_air) for name, (case, has_air) in RUNS.items()}
    note = "Orekit by orekit-jpype; see tests/validation/builders/progress_orekit.py; r [m], v [m/s] in GCRF"
    (DATA / "progress_orekit.json").write_text(json.dumps({"made_by": note, "runs": runs}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
