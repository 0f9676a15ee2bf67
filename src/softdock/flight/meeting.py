"""Two craft in contact: from the world's bodies to the contact record and back, with what is kept on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..astro.environment import height
from ..astro.relative import relative_lvlh
from ..conventions import DEGREE, KILOMETRE, Array, Record
from ..dynamics.arcs import Arc, PointState, propagate
from ..dynamics.contact import advance, approach, lowered_mechanism, present_gap, step
from ..dynamics.contact_state import (
    AXIAL,
    HULL,
    RING,
    TARGET,
    Origin,
    Side,
    opened,
)
from ..dynamics.joined import Joined, Moving, dcm
from ..dynamics.ports import Facing, facing, port_state
from ..errors import MissionError
from ..vehicle.lowered import lowered
from ..vehicle.mechanisms import mechanism
from .record import telemetry_rows
from .world import Body, World

Rows = np.ndarray[Any, Any]
ROOT = 1e-7  # s; first contact is found to better than a microsecond


@dataclass
class Meeting:
    """A contact in progress."""

    world: World
    names: tuple[str, str]
    """Target, chaser."""
    mechanism: Record
    crafts: tuple[Record, Record]
    touch: Record
    step_s: float
    per_sample: int
    """Steps between two samples of telemetry."""
    samples: list[Record] = field(default_factory=list)

    def keep(self) -> None:
        """Remember the present state for telemetry."""
        self.samples.append(self.touch.copy())

    def reach_contact(self, limit_s: float) -> bool:
        """Fly on until the guide rings touch, to the microsecond; False when they do not within the limit."""
        until = self.touch.t + limit_s
        self.keep()
        if not present_gap(self.mechanism, self.touch) > 0.0:
            return True
        while self.touch.t < until:
            before = self.touch.copy()
            steps = approach(self.mechanism, self.touch, self.step_s, self.per_sample)
            if steps > 0:
                self.touch = before
                advance(self.mechanism, self.touch, self.step_s, steps - 1)
                self._bisect()
                self.keep()
                return True
            self.keep()
        return False

    def _bisect(self) -> None:
        """Make the part of a step after which the rings just touch."""
        apart, touching = 0.0, self.step_s
        while touching - apart > ROOT:
            middle = 0.5 * (apart + touching)
            trial = self.touch.copy()
            step(self.mechanism, trial, middle)
            if present_gap(self.mechanism, trial) > 0.0:
                apart = middle
            else:
                touching = middle
        step(self.mechanism, self.touch, touching)

    def facing(self) -> Facing:
        """The ports relative to each other now."""
        return facing_of(self.touch)

    def fire_axial(self, delay_s: float, duration_s: float) -> None:
        """Command the chaser's axial jets to thrust after a delay; capture stops them."""
        assembly = self.world.crafts[self.names[1]]
        jets = assembly.thrusters.translation_jets if assembly.thrusters else ()
        for index in assembly.jet_indices(jets):
            self.touch.jet_start[HULL, index, AXIAL] = self.touch.t + delay_s
            self.touch.jet_stop[HULL, index, AXIAL] = self.touch.t + delay_s + duration_s

    def thrust_time(self) -> float:
        """Seconds for which the axial jets have thrust so far."""
        since = self.touch.jet_start[HULL, :, AXIAL]
        until = np.minimum(self.touch.jet_stop[HULL, :, AXIAL], self.touch.t)
        return float(max(0.0, np.max(until - since)))

    def advance(self) -> int:
        """Fly to the next sample; returns the status of the contact."""
        status: int = advance(self.mechanism, self.touch, self.step_s, self.per_sample)
        self.keep()
        return status

    # ---- back to the world

    def burn(self) -> tuple[Body, Body]:
        """Book what the jets burned: off the bodies and off the masses, which stood still while they fired.

        What left carries the momentum it had aboard; its exhaust's momentum was already in the thrust.
        """
        bodies = []
        for index, (name, craft) in enumerate(zip(self.names, self.crafts, strict=True)):
            used = float(craft.jet_flow @ self.touch.jet_on[index])
            body = self.world.bodies[name]
            thrusters = self.world.crafts[name].thrusters
            if used > 0.0 and thrusters is not None:
                body = body.burned(thrusters.tank, used)
                self.touch.mass[index] -= used
            bodies.append(body)
        return bodies[0], bodies[1]

    def parts(self) -> list[Moving]:
        """Target, hull and ring as they move now, relative to the origin."""
        touch = self.touch
        return [
            Moving(
                mass=float(touch.mass[body]),
                inertia=touch.inertia[body].copy(),
                r_N=touch.r[body].copy(),
                v_N=touch.v[body].copy(),
                q_NB=touch.q[body].copy(),
                spin_N=touch.spin[body].copy(),
            )
            for body in (TARGET, HULL, RING)
        ]

    def bodies(self, booked: tuple[Body, Body], origin: PointState, joined: Joined | None) -> dict[str, Body]:
        """Complete states of both craft; where there is a joined body they move as parts of it."""
        out = {}
        for index, name in enumerate(self.names):
            q_NB = self.touch.q[index].copy()
            turn = dcm(q_NB)
            omega_N = turn @ self.touch.inertia_inverse[index] @ turn.T @ self.touch.spin[index]
            # the ports stay where they are: the centre of mass moves a little with what was burned
            craft = lowered(self.world.crafts[name], mass_kg=booked[index].mass_kg, port=self.world.ports[name])
            arm_N = turn @ (self.touch.port[index] - craft.port_position)
            r_N = origin.r + self.touch.r[index] + arm_N
            v_N = origin.v + self.touch.v[index] + np.cross(omega_N, arm_N)
            if joined is not None:
                v_N, omega_N = joined.velocity_at(r_N), joined.omega_BN_N
            out[name] = replace(
                booked[index], t=float(self.touch.t), r_N=r_N, v_N=v_N, q_NB=q_NB, omega_BN_B=turn.T @ omega_N
            )
        return out

    def origin_arc(self) -> Arc:
        """Fall of the origin since the start, with the target's drag."""
        target = self.world.bodies[self.names[0]]
        start = PointState(target.t, target.r_N, target.v_N, target.mass_kg)
        drag_area, light_area = float(self.crafts[0].drag_area), float(self.crafts[0].light_area)
        env, until = self.world.environment, float(self.touch.t)
        return propagate(env, start, until=until, drag_area=drag_area, light_area=light_area)

    def write_telemetry(self, arc: Arc) -> None:
        """Rows of both craft for every sample kept."""
        times = np.array([float(touch.t) for touch in self.samples])
        states = arc.states(times)
        rows = {name: self._rows(index, times, states) for index, name in enumerate(self.names)}
        target, chaser = (rows[name] for name in self.names)
        r, v = relative_lvlh(*_inertial(target), *_inertial(chaser))
        for k, axis in enumerate("xyz"):
            chaser[f"relative_{axis}_m"] = r[:, k]
            chaser[f"relative_velocity_{axis}_m_s"] = v[:, k]
        chaser["range_m"] = np.linalg.norm(r, axis=1)
        for row, touch in zip(chaser, self.samples, strict=True):
            ports = facing_of(touch)
            row["closing_speed_m_s"] = -ports.velocity[0]
            row["port_axial_m"], row["port_lateral_y_m"], row["port_lateral_z_m"] = ports.position
            row["port_tilt_deg"] = ports.tilt / DEGREE
            row["port_roll_deg"] = ports.roll / DEGREE
        self.world.record.telemetry.extend((target, chaser))

    def _rows(self, index: int, times: Array, states: Array) -> Rows:
        rows = telemetry_rows(times.size)
        rows["t_s"] = rows["get_s"] = times
        rows["phase"], rows["craft"] = "docking", self.names[index]
        rows["mass_kg"] = self.world.bodies[self.names[index]].mass_kg
        shift = self.touch.port[index] - self.crafts[index].port_position
        fired = self.world.jet_time.get(self.names[index], 0.0)
        for row, touch, state in zip(rows, self.samples, states, strict=True):
            turn = dcm(touch.q[index])
            omega_N = turn @ touch.inertia_inverse[index] @ turn.T @ touch.spin[index]
            arm = turn @ shift
            r = state[:3] + touch.r[index] + arm
            v = state[3:6] + touch.v[index] + np.cross(omega_N, arm)
            rate = turn.T @ omega_N / DEGREE
            for k, axis in enumerate("xyz"):
                row[f"position_gcrf_{axis}_m"], row[f"velocity_gcrf_{axis}_m_s"] = r[k], v[k]
                row[f"rate_{axis}_deg_s"] = rate[k]
            for k, axis in enumerate("wxyz"):
                row[f"attitude_{axis}"] = touch.q[index, k]
            row["jet_time_s"] = fired + touch.jet_on[index].sum()
            place = (float(r[0]), float(r[1]), float(r[2]))
            row["height_km"] = height(self.world.environment, float(touch.t), place) / KILOMETRE
        return rows


def _inertial(rows: Rows) -> tuple[Array, Array]:
    r = np.stack([rows[f"position_gcrf_{axis}_m"] for axis in "xyz"], axis=1)
    v = np.stack([rows[f"velocity_gcrf_{axis}_m_s"] for axis in "xyz"], axis=1)
    return r, v


def facing_of(touch: Record) -> Facing:
    """The ports of target and hull relative to each other."""
    states = []
    for body in (TARGET, HULL):
        turn = dcm(touch.q[body])
        omega_N = turn @ touch.inertia_inverse[body] @ turn.T @ touch.spin[body]
        state = port_state(
            touch.r[body],
            touch.v[body],
            touch.q[body],
            omega_N=omega_N,
            port_B=touch.port[body],
            q_BP=touch.q_port[body],
        )
        states.append(state)
    return facing(states[0], states[1])


def meeting(world: World, names: tuple[str, str], *, step_s: float, sample_s: float) -> Meeting:
    """The contact of target and chaser, from their bodies and the jet pulses that are still due."""
    fitted = {name: world.crafts[name].ports[world.ports[name]].mechanism for name in names}
    kinds = set(fitted.values())
    if len(kinds) != 1 or None in kinds:
        listed = ", ".join(f"{name} has {kind or 'none'}" for name, kind in fitted.items())
        raise MissionError(f"the docking ports do not fit: {listed}; choose ports with the same mechanism")
    model = lowered_mechanism(mechanism(str(kinds.pop())))
    crafts = tuple(lowered(world.crafts[n], mass_kg=world.bodies[n].mass_kg, port=world.ports[n]) for n in names)
    target = world.bodies[names[0]]
    origin = Origin(t=target.t, position=target.r_N, velocity=target.v_N, mu=float(world.environment.mu))
    sides = [_side(world, name, craft, target) for name, craft in zip(names, crafts, strict=True)]
    touch = opened(model, sides[0], sides[1], origin=origin)
    per_sample = max(1, round(sample_s / step_s))
    return Meeting(
        world=world, names=names, mechanism=model, crafts=(crafts[0], crafts[1]), touch=touch,
        step_s=step_s, per_sample=per_sample,
    )  # fmt: skip


def _side(world: World, name: str, craft: Record, target: Body) -> Side:
    body = world.bodies[name]
    count = int(craft.jet_count)
    due = world.pending_on_times.get(name)
    return Side(
        mass=body.mass_kg,
        inertia=craft.inertia,
        position=body.r_N - target.r_N,
        velocity=body.v_N - target.v_N,
        attitude=body.q_NB,
        rate=body.omega_BN_B,
        port_position=craft.port_position,
        dcm_PB=craft.dcm_PB,
        jet_force=craft.jet_force[:count],
        jet_torque=craft.jet_torque[:count],
        on_time=np.zeros(count) if due is None else np.asarray(due)[:count],
    )
