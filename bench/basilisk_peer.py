"""The fair peer of our closed loop: two 6-DoF craft in Basilisk, twelve jets, attitude and translation control.

The chaser is a hub with twelve thrusters (MRP feedback, force mapping, Schmitt trigger) and a proportional and
derivative translation control in Hill axes; the target is passive. Point-mass Earth, RK4. Needs the extra `bench`:

    python -m bench.basilisk_peer [--seconds 1800] [--dynamics-step 0.1] [--control-step 0.1] [--record-step 1.0]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
from Basilisk.architecture import messaging
from Basilisk.fswAlgorithms import (
    attTrackingError,
    hillFrameRelativeControl,
    hillPoint,
    mrpFeedback,
    thrFiringSchmitt,
    thrForceMapping,
)
from Basilisk.simulation import extForceTorque, simpleNav, spacecraft, thrusterDynamicEffector
from Basilisk.utilities import SimulationBaseClass, macros, orbitalMotion, simIncludeGravBody, simIncludeThruster

REPEATS = 3
CHASER_MASS, TARGET_MASS = 6800.0, 14700.0  # kg
CHASER_INERTIA = np.diag([14700.0, 14700.0, 9000.0]).tolist()  # kg m^2
TARGET_INERTIA = np.diag([60000.0, 60000.0, 30000.0]).tolist()
JETS = [  # position [m], direction
    ((-1, -1, 1.2), (1, 0, 0)), ((-1, -1, 1.2), (0, 1, 0)), ((1, 1, 1.2), (-1, 0, 0)), ((1, 1, 1.2), (0, -1, 0)),
    ((1, -1, -1.2), (-1, 0, 0)), ((1, -1, -1.2), (0, 1, 0)), ((-1, 1, -1.2), (1, 0, 0)), ((-1, 1, -1.2), (0, -1, 0)),
    ((1, 1, 0), (0, 0, -1)), ((1, -1, 0), (0, 0, 1)), ((-1, 1, 0), (0, 0, 1)), ((-1, -1, 0), (0, 0, -1)),
]  # fmt: skip


def build(dynamics_step: float, control_step: float, record_step: float) -> SimpleNamespace:
    """The simulation with everything that must stay alive while it runs."""
    sim = SimulationBaseClass.SimBaseClass()
    process = sim.CreateNewProcess("dynamics", 2)
    process.addTask(sim.CreateNewTask("dynamics", macros.sec2nano(dynamics_step)))
    process = sim.CreateNewProcess("control", 1)
    process.addTask(sim.CreateNewTask("control", macros.sec2nano(control_step)))
    gravity = simIncludeGravBody.gravBodyFactory()
    earth = gravity.createEarth()
    earth.isCentralBody = True
    world = SimpleNamespace(sim=sim, gravity=gravity, earth=earth)
    world.target, world.target_nav = add_craft(world, "target", TARGET_MASS, TARGET_INERTIA)
    world.chaser, world.chaser_nav = add_craft(world, "chaser", CHASER_MASS, CHASER_INERTIA)
    place(world)
    add_actuators(world)
    add_attitude_control(world)
    add_translation_control(world)
    if record_step > 0.0:
        add_recorders(world, record_step)
    return world


def add_craft(world: SimpleNamespace, name: str, mass: float, inertia: list[list[float]]) -> tuple[Any, Any]:
    craft = spacecraft.Spacecraft()
    craft.ModelTag = name
    craft.hub.mHub = mass
    craft.hub.r_BcB_B = [[0.0], [0.0], [0.0]]
    craft.hub.IHubPntBc_B = inertia
    world.sim.AddModelToTask("dynamics", craft)
    world.gravity.addBodiesTo(craft)
    nav = simpleNav.SimpleNav()
    nav.ModelTag = name + "_nav"
    world.sim.AddModelToTask("dynamics", nav)
    nav.scStateInMsg.subscribeTo(craft.scStateOutMsg)
    return craft, nav


def place(world: SimpleNamespace) -> None:
    """Target on an orbit like the station's, chaser 150 m behind it and turned away."""
    elements = orbitalMotion.ClassicElements()
    elements.a, elements.e, elements.i = 6778e3, 1e-4, 0.9
    elements.Omega, elements.omega, elements.f = 0.8, 0.2, 0.3
    r_T, v_T = orbitalMotion.elem2rv(world.earth.mu, elements)
    r_C, v_C = orbitalMotion.hill2rv(r_T, v_T, np.array([0.0, -150.0, 0.0]), np.zeros(3))
    world.target.hub.r_CN_NInit, world.target.hub.v_CN_NInit = r_T, v_T
    world.chaser.hub.r_CN_NInit, world.chaser.hub.v_CN_NInit = r_C, v_C
    world.target.hub.sigma_BNInit = [[0.0], [0.0], [0.0]]
    world.target.hub.omega_BN_BInit = [[0.0], [0.0], [0.0011]]
    world.chaser.hub.sigma_BNInit = [[0.1], [0.2], [-0.3]]
    world.chaser.hub.omega_BN_BInit = [[0.001], [-0.001], [0.003]]


def add_actuators(world: SimpleNamespace) -> None:
    # Before the hub in the order of models, or pulses shorter than a step are lost.
    world.thrusters = thrusterDynamicEffector.ThrusterDynamicEffector()
    world.sim.AddModelToTask("dynamics", world.thrusters, 1000)
    world.jets = simIncludeThruster.thrusterFactory()
    for position, direction in JETS:
        world.jets.create("MOOG_Monarc_90HT", list(map(float, position)), list(map(float, direction)))
    world.jets.addToSpacecraft("jets", world.thrusters, world.chaser)
    world.push = extForceTorque.ExtForceTorque()
    world.push.ModelTag = "translation"
    world.chaser.addDynamicEffector(world.push)
    world.sim.AddModelToTask("dynamics", world.push)


def add_attitude_control(world: SimpleNamespace) -> None:
    """Hold the chaser's body along Hill axes with its jets."""
    world.pointing = hillPoint.hillPoint()
    world.pointing.transNavInMsg.subscribeTo(world.chaser_nav.transOutMsg)
    world.planet = messaging.EphemerisMsg().write(messaging.EphemerisMsgPayload())
    world.pointing.celBodyInMsg.subscribeTo(world.planet)
    world.error = attTrackingError.attTrackingError()
    world.error.attNavInMsg.subscribeTo(world.chaser_nav.attOutMsg)
    world.error.attRefInMsg.subscribeTo(world.pointing.attRefOutMsg)
    flat = [value for row in CHASER_INERTIA for value in row]
    payload = messaging.VehicleConfigMsgPayload(ISCPntB_B=flat, massSC=CHASER_MASS)
    world.vehicle = messaging.VehicleConfigMsg().write(payload)
    world.feedback = mrpFeedback.mrpFeedback()
    world.feedback.K, world.feedback.Ki, world.feedback.P, world.feedback.integralLimit = 300.0, -1.0, 3500.0, 1.0
    world.feedback.guidInMsg.subscribeTo(world.error.attGuidOutMsg)
    world.feedback.vehConfigInMsg.subscribeTo(world.vehicle)
    world.mapping = thrForceMapping.thrForceMapping()
    world.mapping.thrForceSign = +1
    world.mapping.controlAxes_B = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    world.layout = world.jets.getConfigMessage()
    world.mapping.cmdTorqueInMsg.subscribeTo(world.feedback.cmdTorqueOutMsg)
    world.mapping.thrConfigInMsg.subscribeTo(world.layout)
    world.mapping.vehConfigInMsg.subscribeTo(world.vehicle)
    world.trigger = thrFiringSchmitt.thrFiringSchmitt()
    world.trigger.thrMinFireTime, world.trigger.level_on, world.trigger.level_off = 0.02, 0.75, 0.25
    world.trigger.thrConfInMsg.subscribeTo(world.layout)
    world.trigger.thrForceInMsg.subscribeTo(world.mapping.thrForceCmdOutMsg)
    world.thrusters.cmdsInMsg.subscribeTo(world.trigger.onTimeOutMsg)


def add_translation_control(world: SimpleNamespace) -> None:
    """Bring the chaser to 10 m behind the target; run all control modules in their order."""
    w = 0.006  # rad/s, bandwidth
    world.approach = hillFrameRelativeControl.HillFrameRelativeControl()
    world.approach.setMu(world.earth.mu)
    world.approach.setK((np.eye(3) * w * w).ravel().tolist())
    world.approach.setP((np.eye(3) * 2.0 * w).ravel().tolist())
    world.approach.setReferencePosition([0.0, -10.0, 0.0])
    world.approach.setReferenceVelocity([0.0, 0.0, 0.0])
    world.approach.chiefTransInMsg.subscribeTo(world.target_nav.transOutMsg)
    world.approach.deputyTransInMsg.subscribeTo(world.chaser_nav.transOutMsg)
    world.approach.deputyVehicleConfigInMsg.subscribeTo(world.vehicle)
    world.push.cmdForceInertialInMsg.subscribeTo(world.approach.forceOutMsg)
    for model in (world.pointing, world.error, world.feedback, world.mapping, world.trigger, world.approach):
        world.sim.AddModelToTask("control", model)


def add_recorders(world: SimpleNamespace, record_step: float) -> None:
    messages = (world.chaser.scStateOutMsg, world.target.scStateOutMsg, world.error.attGuidOutMsg)
    world.recorders = [message.recorder(macros.sec2nano(record_step)) for message in messages]
    for recorder in world.recorders:
        world.sim.AddModelToTask("dynamics", recorder)


def speed(seconds: float, *, dynamics_step: float, control_step: float, record_step: float) -> dict[str, float]:
    """Simulated seconds per second of processor time (median of three), and how well the chaser arrived."""
    spent = []
    for _ in range(REPEATS):
        world = build(dynamics_step, control_step, record_step)
        world.sim.InitializeSimulation()
        world.sim.ConfigureStopTime(macros.sec2nano(seconds))
        start = time.process_time()
        world.sim.ExecuteSimulation()
        spent.append(time.process_time() - start)
    chaser, target = world.chaser.scStateOutMsg.read(), world.target.scStateOutMsg.read()
    offset = np.linalg.norm(np.array(chaser.r_BN_N) - np.array(target.r_BN_N))
    return {
        "simulated_s_per_s": seconds / statistics.median(spent),
        "final_distance_m": float(offset),
        "final_attitude_error_mrp": float(np.linalg.norm(world.error.attGuidOutMsg.read().sigma_BR)),
        "memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time Basilisk on the peer of softdock's closed loop.")
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--dynamics-step", type=float, default=0.1)
    parser.add_argument("--control-step", type=float, default=0.1)
    parser.add_argument("--record-step", type=float, default=1.0, help="0 keeps only the final state")
    options = vars(parser.parse_args())
    for name, value in speed(options.pop("seconds"), **options).items():
        print(f"{name:26} {value:.6g}")


if __name__ == "__main__":
    main()
