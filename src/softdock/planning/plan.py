"""The whole plan before flight: starts, the target's burns, the chaser's sequence, its ranked alternatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sin

import numpy as np

from ..astro.events import apsides, crossings, umbra_intervals
from ..astro.frames import dcm_EN
from ..astro.orbits import mean_from_state
from ..astro.relative import phase_angle
from ..astro.time import Epoch
from ..conventions import DEGREE, HOUR, KILOMETRE, MINUTE, Array, Record
from ..dynamics.arcs import Arc, PointState
from ..errors import MissionError, PlanError, PropagationError, ThrustError
from ..vehicle.assembly import Assembly
from .assembly_orbit import UNRAISED, Raiser, Raising, raised_arc
from .burns import coast, fly_burn
from .inputs import AssemblyOrbit, Coelliptic, Start
from .pad_plane import refuse_far_pad
from .plane_change import wedge
from .search import Candidate, Circularised, Reference, candidates, shortlist
from .sequence import FORWARD, Chase, Schedule, arrival_time, coelliptic_burn, solve_intercept, solve_phasing
from .solver import Solution
from .start import GivenStart, Insertion, Plane, insertion, longest_revolution, shifted, target_insertion

CLOSED_WITHIN = 5.0  # m between the planes at NSR; a tenth of what navigation can see
Notify = Callable[[float, str], None]


@dataclass(frozen=True)
class Party:
    """One craft of the rendezvous: its name, what it is, how it starts, its mass then [kg]."""

    name: str
    craft: Assembly
    start: Start | GivenStart
    mass_kg: float


@dataclass(frozen=True)
class PlannedBurn:
    """A burn as planned: ignition [s], LVLH change of velocity (3,) [m/s]."""

    name: str
    craft: str
    ignition: float
    dv_lvlh: Array

    @property
    def speed(self) -> float:
        """Size of the burn [m/s]."""
        return float(np.linalg.norm(self.dv_lvlh))


@dataclass(frozen=True)
class Plan:
    """What is to be flown: starts, burns in order of time, the schedule and what else was considered."""

    target: str
    chaser: str
    target_start: Insertion
    chaser_start: Insertion
    raising: Raising
    schedule: Schedule
    revolutions: float
    coast_min: float
    burns: tuple[PlannedBurn, ...]
    arrival: float
    braking_m_s: float
    """Relative speed left at arrival, to be taken off by braking."""
    alternatives: tuple[dict[str, float], ...]
    searched: dict[str, tuple[float, ...]]
    """The values from which the choice was made, by the key under which an alternative holds its own."""
    closing_miss_m: float
    """Distance between the planes at NSR with the plan's insertion."""
    begins: tuple[float, ...]
    """When the chaser's revolutions begin, from its second on [s]."""

    def start(self, craft: str) -> Insertion:
        """The planned insertion of a craft."""
        return {self.target: self.target_start, self.chaser: self.chaser_start}[craft]

    def revolution(self, time: float) -> int:
        """The chaser's revolution at a time after its lift-off."""
        return 1 + sum(begin <= time for begin in self.begins)

    def burn(self, name: str) -> PlannedBurn:
        """The planned burn of a name."""
        return next(b for b in self.burns if b.name == name)


@dataclass(frozen=True)
class Closed:
    """The chaser's start and burns once its plane meets the target's at NSR, and how far [m] it misses."""

    start: Insertion
    circularisation: float
    speeds: Array
    at_nsr: PointState
    miss: float


@dataclass(frozen=True)
class Planner:
    """Everything the plan is made from."""

    env: Record
    env_j2: Record
    epoch: Epoch
    target: Party
    chaser: Party
    assembly: AssemblyOrbit | None
    """None for a target that stays in the orbit in which it is."""
    inputs: Coelliptic
    notify: Notify

    def plan(self) -> Plan:
        """Solve the plan on the full force model. Raises PlanError; MissionError with the key below the phase."""
        self.notify(0.02, "the target's burns to its assembly orbit")
        target = self.target
        start_T, lift_off = target_insertion(
            self.env, self.env_j2, self.epoch, start=target.start, mass_kg=target.mass_kg
        )
        raising = UNRAISED
        if self.assembly is not None:
            raiser = Raiser(self.env, self.env_j2, target.craft)
            raising = raiser.plan(start_T.state, lift_off, self.assembly)
        self._refuse_before_assembly(raising, self._latest())
        arc = self._target_arc(start_T, raising)
        start_C = self._chaser_start(self._guessed_plane(arc))
        refuse_far_pad(
            self.env, self.env_j2, self.epoch, start=self._launch, found=start_C, target=self.target.name
        )
        tpi = self._tpi_time(arc)
        self._refuse_before_assembly(raising, tpi)
        best, solution, ranked = self._search(arc, tpi, start_C)
        closed = self._closed(arc, best, solution, start_C)
        return self._assembled(arc, start_T, raising, best, closed, ranked)

    # ---- the target

    def _target_arc(self, start: Insertion, raising: Raising) -> Arc:
        burns = [(t, speed * FORWARD) for t, speed in zip(raising.times, raising.speeds, strict=True)]
        return raised_arc(self.env, self.target.craft, start.state, pending=burns, until=self._latest())

    def _latest(self) -> float:
        return self._lift_off() + self.inputs.reach_s(longest_revolution(self.target.start, self.assembly))

    @property
    def _launch(self) -> Start:
        assert isinstance(self.chaser.start, Start)  # the mission's checks see to it
        return self.chaser.start

    def _lift_off(self) -> float:
        return self.epoch.seconds_of(self._launch.lift_off_utc, allow_prediction=True)

    def _refuse_before_assembly(self, raising: Raising, tpi: float) -> None:
        if raising.times and not tpi > raising.times[-1]:
            raise MissionError(
                f"is {self.inputs.docking_revolution}, before {self.target.name} is in its assembly orbit: its second"
                f" burn is at {self.epoch.utc(raising.times[-1])[:19]} UTC; raise it, or lower second_revolution",
                key="coelliptic.docking_revolution",
            )

    def _begins(self, arc: Arc) -> list[float]:
        """When the chaser's revolutions begin [s], from its second on.

        They count crossings of its pad's longitude; docked, both cross together, so the target's crossings since the
        chaser's lift-off count the same once it has been caught.
        """
        longitude = self._launch.site.longitude_deg
        return crossings_of_longitude(self.env, arc, self._lift_off(), longitude_deg=longitude)

    def _tpi_time(self, arc: Arc) -> float:
        """Mid-darkness of the target from which capture falls in the docking revolution."""
        begins = self._begins(arc)
        number = self.inputs.docking_revolution
        if len(begins) < number:
            raise PlanError(
                f"docking_revolution {number} begins after the {len(begins)} revolutions that were computed; lower it"
            )
        begin = begins[number - 2]
        lead = self.inputs.tpi_to_capture_min * MINUTE
        nights = umbra_intervals(arc.positions, self.env, begin - lead - 1.6 * HOUR, stop=begin - lead + 3.2 * HOUR)
        middles = [0.5 * (a + b) for a, b in nights if 0.5 * (a + b) + lead >= begin]
        if not middles:
            raise PlanError("the target is never in darkness near the docking revolution; TPI has no mid-darkness")
        return middles[0]

    # ---- the chaser's start

    def _guessed_plane(self, arc: Arc) -> Plane:
        """The target's mean plane at the chaser's insertion."""
        t = self._lift_off() + self._launch.insertion_after_lift_off_s
        at = arc.at(t)
        mean = mean_from_state(at.r, at.v, self.env_j2, t=t)
        return Plane(mean.inclination, mean.raan)

    def _chaser_start(self, plane: Plane) -> Insertion:
        start = self._launch
        return insertion(self.env, self.env_j2, self.epoch, start=start, plane=plane, mass_kg=self.chaser.mass_kg)

    def circularisation(self, env: Record, start: PointState, time: float) -> tuple[PointState, float]:
        """State before the burn at an apogee, and the forward burn [m/s] that makes the mean orbit a circle there."""
        at = coast(env, self.chaser.craft, start, until=time).last
        return at, circularising_speed(self.env_j2, at)

    def _apogees(self, start: PointState) -> list[float]:
        low, high = (self._lift_off() + h * HOUR for h in self.inputs.circularisation_after_lift_off_h)
        arc = coast(self.env, self.chaser.craft, start, until=high, dense=True)
        return [t for t, kind in apsides(arc, low, high) if kind == "apogee"]

    # ---- the search

    def _search(self, arc: Arc, tpi: float, start: Insertion) -> tuple[Candidate, Solution, list[dict[str, float]]]:
        """The cheapest candidate by its solved burns, on a coarser field, and the table of all solved."""
        coarse = self.env.copy()
        coarse.degree = coarse.order = 4
        chase = Chase(coarse, self.chaser.craft, arc)
        ref = self._reference(arc, tpi)
        found: list[Candidate] = []
        for time in self._apogees(start.state):
            before, speed = self.circularisation(self.env, start.state, time)
            found.extend(candidates(ref, self._circularised(arc, before, speed, ref), self.inputs))
        chosen = shortlist(found, self.inputs.candidates)
        solved: list[tuple[float, Candidate, Solution]] = []
        failed: list[PlanError | PropagationError] = []
        for k, candidate in enumerate(chosen):
            self.notify(0.1 + 0.6 * k / len(chosen), f"phasing alternative {k + 1} of {len(chosen)}")
            try:
                after = self._after_circularisation(coarse, start.state, candidate.schedule.circularisation)
                solution = solve_phasing(chase, candidate.schedule, after, guess=candidate.burns)
                solved.append((self._cost(chase, candidate, after, solution), candidate, solution))
            except (PlanError, PropagationError) as fault:
                failed.append(fault)  # not reachable from here; the table lists those that are
        if not solved:
            raise self._none_of(failed, tpi)
        solved.sort(key=lambda s: s[0])
        return solved[0][1], solved[0][2], [self._row(cost, c, s) for cost, c, s in solved]

    def _none_of(self, failed: list[PlanError | PropagationError], tpi: float) -> PlanError:
        """Why no candidate could be solved: the craft's fault if it is one, else that of the time for phasing."""
        lack = next((fault for fault in failed if isinstance(fault, ThrustError)), None)
        if lack is not None:
            return lack
        name, when = self.chaser.name, self.epoch.utc(tpi)[:19]
        low = sum(isinstance(fault, PropagationError) for fault in failed)
        why = f": in {low} of them {name} does not stay in orbit from NC1 to NSR" if low else ""
        what = f"none of {len(failed)} phasing alternatives closes" if failed else "no number of revolutions closes"
        return PlanError(
            f"{what} {name}'s phase from NC1 to TPI at {when} UTC{why}; move {name}'s lift_off_utc, choose another"
            " docking_revolution, or widen nc1_after_lift_off_h and the height differences searched"
        )

    def _reference(self, arc: Arc, tpi: float) -> Reference:
        at = arc.at(tpi)
        mean = mean_from_state(at.r, at.v, self.env_j2, t=tpi)
        return Reference(mean.semi_major_axis, float(np.linalg.norm(np.cross(at.r, at.v)) / (at.r @ at.r)), tpi)

    def _circularised(self, arc: Arc, before: PointState, speed: float, ref: Reference) -> Circularised:
        target = arc.at(before.t)
        mean = mean_from_state(before.r, before.v, self.env_j2, t=before.t)
        radius = mean.semi_major_axis + 2.0 * speed / ref.rate
        behind = float(phase_angle(target.r, target.v, before.r)) % (2.0 * pi)
        return Circularised(before.t, ref.radius - radius, behind, self._lift_off())

    def _after_circularisation(self, env: Record, start: PointState, time: float) -> PointState:
        before, speed = self.circularisation(env, start, time)
        return fly_burn(env, self.chaser.craft, before, dv_lvlh=speed * FORWARD, until=time + 5.0 * MINUTE)[0].last

    def _cost(self, chase: Chase, candidate: Candidate, after: PointState, solution: Solution) -> float:
        """Burns from NC1 to NSR as solved [m/s]; the planes are closed later, so NSR counts in the plane only."""
        at = chase.legs(after, phasing_burns(candidate.schedule, solution.unknowns), candidate.schedule.nsr)
        nsr = float(np.hypot(*coelliptic_burn(chase, at[-1])[[0, 2]]))
        return float(np.sum(np.abs(solution.unknowns))) + nsr

    def _row(self, cost: float, candidate: Candidate, solution: Solution) -> dict[str, float]:
        s = candidate.schedule
        names = ("nc1_m_s", "trim_m_s", "nc2_m_s", "ncc_m_s")
        return {
            "dv_total_m_s": cost,
            "revolutions_between": candidate.revolutions,
            "coast_min": candidate.coast,
            "circularisation_get_s": s.circularisation,
            "nc1_get_s": s.nc1,
            "trim_get_s": s.trim,
            "height_after_trim_km": s.height_after_trim / KILOMETRE,
            "height_at_ncc_km": s.height_at_ncc / KILOMETRE,
            **dict(zip(names, map(float, solution.unknowns), strict=True)),
        }

    # ---- the full solution

    def _closed(self, arc: Arc, best: Candidate, solution: Solution, start: Insertion) -> Closed:
        """Burns and the insertion plane solved together on the full field: the planes close at NSR."""
        chase = Chase(self.env, self.chaser.craft, arc)
        s, plane = best.schedule, Plane(start.mean.inclination, start.mean.raan)
        for turn in range(4):
            self.notify(0.75 + 0.05 * turn, "the plan on the full force model")
            start = self._chaser_start(plane)
            speed = self.circularisation(self.env, start.state, s.circularisation)[1]
            after = self._after_circularisation(self.env, start.state, s.circularisation)
            solution = solve_phasing(chase, s, after, guess=solution.unknowns, jacobian=solution.jacobian)
            at_nsr = chase.legs(after, phasing_burns(s, solution.unknowns), s.nsr)[-1]
            found = wedge(chase, at_nsr, self.env_j2)
            miss = float(np.linalg.norm(at_nsr.r)) * found.angle
            if miss < CLOSED_WITHIN:
                break
            plane = shifted(plane, -found.tilt, -found.turn / sin(plane.inclination))
        return Closed(start, speed, solution.unknowns, at_nsr, miss)

    def _assembled(
        self,
        arc: Arc,
        start: Insertion,
        raising: Raising,
        best: Candidate,
        closed: Closed,
        ranked: list[dict[str, float]],
    ) -> Plan:
        """Everything solved, as one list of burns in order of time."""
        s, name = best.schedule, self.chaser.name
        phasing = zip(("NC1", "trim", "NC2", "NCC"), phasing_burns(s, closed.speeds), strict=True)
        raised = enumerate(zip(raising.times, raising.speeds, strict=True))
        correction = s.trim + self.inputs.phase_correction_at_fraction * (s.nc2 - s.trim)
        terminal, arrival, braking = self._terminal(Chase(self.env, self.chaser.craft, arc), s, closed.at_nsr)
        burns = [
            *(PlannedBurn(f"assembly {k + 1}", self.target.name, t, v * FORWARD) for k, (t, v) in raised),
            PlannedBurn("circularisation", name, s.circularisation, closed.circularisation * FORWARD),
            *(PlannedBurn(label, name, t, dv) for label, (t, dv) in phasing),
            PlannedBurn("phase correction", name, correction, np.zeros(3)),
            *terminal,
        ]
        return Plan(
            target=self.target.name,
            chaser=name,
            target_start=start,
            chaser_start=closed.start,
            raising=raising,
            schedule=s,
            revolutions=best.revolutions,
            coast_min=best.coast,
            burns=tuple(sorted(burns, key=lambda b: b.ignition)),
            arrival=arrival,
            braking_m_s=braking,
            alternatives=tuple(ranked),
            searched=self.inputs.searched,
            closing_miss_m=closed.miss,
            begins=tuple(self._begins(arc)),
        )

    def _terminal(self, chase: Chase, s: Schedule, at_nsr: PointState) -> tuple[list[PlannedBurn], float, float]:
        """NSR, TPI and the two midcourse corrections (planned as zero), arrival, and the speed left then."""
        nsr = coelliptic_burn(chase, at_nsr)
        at_tpi = chase.legs(at_nsr, [(s.nsr, nsr)], s.tpi)[-1]
        arrival = arrival_time(chase.target, s.tpi, self.inputs.travel_deg * DEGREE)
        tpi = solve_intercept(chase, at_tpi, arrival).unknowns
        end = chase.legs(at_tpi, [(s.tpi, tpi)], arrival)[-1]
        braking = float(np.linalg.norm(end.v - chase.target.at(arrival).v))
        name = self.chaser.name
        corrections = [
            PlannedBurn(f"MC{k + 1}", name, s.tpi + minutes * MINUTE, np.zeros(3))
            for k, minutes in enumerate(self.inputs.midcourse_after_tpi_min)
        ]
        terminal = [PlannedBurn("NSR", name, s.nsr, nsr), PlannedBurn("TPI", name, s.tpi, tpi)]
        return [*terminal, *corrections], arrival, braking


def phasing_burns(s: Schedule, speeds: Array) -> list[tuple[float, Array]]:
    """NC1, trim, NC2, NCC as (ignition, LVLH change of velocity)."""
    return [(t, speed * FORWARD) for t, speed in zip((s.nc1, s.trim, s.nc2, s.ncc), speeds, strict=True)]


def circularising_speed(env_j2: Record, at: PointState) -> float:
    """Forward burn [m/s] after which the J2-mean semi-major axis equals the J2-mean radius of apogee now."""
    before = mean_from_state(at.r, at.v, env_j2, t=at.t)
    wanted = before.semi_major_axis * (1.0 + before.eccentricity)
    forward = np.cross(np.cross(at.r, at.v), at.r)
    forward /= np.linalg.norm(forward)
    speed = 0.0
    for _ in range(5):
        now = mean_from_state(at.r, at.v + speed * forward, env_j2, t=at.t).semi_major_axis
        speed += (wanted - now) * float(env_j2.mu) / (2.0 * now * now * float(np.linalg.norm(at.v)))
    return speed


def crossings_of_longitude(env: Record, arc: Arc, start: float, *, longitude_deg: float) -> list[float]:
    """Times [s] at which the ground track passes a longitude eastward, from `start` on."""

    def past(times: Array) -> Array:
        turns = [np.array(dcm_EN(env, float(t)))[:2] @ r for t, r in zip(times, arc.positions(times), strict=True)]
        east = np.arctan2([r[1] for r in turns], [r[0] for r in turns]) - longitude_deg * DEGREE
        return np.asarray((east + pi) % (2.0 * pi) - pi)

    return [t for t, direction in crossings(past, start, arc.stop, step=60.0) if direction > 0]
