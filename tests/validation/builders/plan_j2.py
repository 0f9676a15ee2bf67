"""The rendezvous plan solved a second time, written to tests/validation/data/plan_j2.json; run by hand.

    python tests/validation/builders/plan_choices.py && python tests/validation/builders/plan_j2.py

From plan_choices.json come only the choices of each case: when each burn is made, and which heights and which elevation
it aims at. The numbers of the mission and its vehicles are read from their files, and the case's change is made here
again. All else is computed by j2_model.py and scipy's solvers: burns without duration, at ignition. NCC is free forward
and down, one number more than is asked for: the sum of the burns is made the least, step by step along the one
direction that keeps what is asked. No module of softdock is imported.
"""

from __future__ import annotations

import json
import tomllib
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import lru_cache
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import erfa
import numpy as np
from j2_model import MU, Air, Array, Craft, State, averaged, burned, coast, local_axes, nodal_period, osculating
from scipy.optimize import brentq, fsolve, minimize_scalar

STANDARD_GRAVITY = 9.80665
MET = 3.0  # m, of any target; a burn answers to it by mm/s
HEIGHTS = ("trim side", "NCC", "TPI")
NEAR = 1e5  # m from what is asked for; a step from there leads to within some km
NUDGE = 0.02  # m/s, of each burn for its slopes
STEADY = 2e-3  # m/s by which no burn moves any more
PASSES = 12
HERE = Path(__file__).parent
DATA = HERE.parent / "data"
PACKAGE_DATA = HERE.parents[2] / "src" / "softdock" / "data"


# ---- what the mission gives


@lru_cache(maxsize=1)
def mission() -> dict[str, Any]:
    """The mission file."""
    return tomllib.loads((PACKAGE_DATA / "missions" / "apollo-soyuz" / "mission.toml").read_text("utf-8"))


def phase(kind: str, craft: str | None = None) -> dict[str, Any]:
    """A phase of the mission, of a craft where several are of one kind."""
    return next(p for p in mission()["phases"] if p["kind"] == kind and craft in (None, p.get("craft")))


def craft_of(name: str) -> Craft:
    """A craft with what hangs on it; each part adds its drag coefficient times area."""
    entry = mission()["crafts"][name]
    names = [entry["vehicle"], *(module["vehicle"] for module in entry.get("attached", []))]
    parts = [tomllib.loads((PACKAGE_DATA / "vehicles" / f"{part}.toml").read_text("utf-8")) for part in names]
    engine = next(iter(parts[0]["engines"].values()))
    return Craft(
        sum(part["drag_coefficient"] * part["drag_area_m2"] for part in parts),
        sum(part["launch_mass_kg"] for part in parts),
        engine["specific_impulse_s"] * STANDARD_GRAVITY,
    )


def recorded(orbit: dict[str, Any], inclination: float, raised_km: float = 0.0) -> tuple[float, float]:
    """Mean semi-major axis [m] and half the difference of the apsides [m], by the nodal period where one is printed.

    raised_km: of the apogee alone; a printed period moves by as much as the closed form says for the raised axis.
    """
    a = 1e3 * (orbit["reference_radius_km"] + 0.5 * (orbit["perigee_km"] + orbit["apogee_km"]))
    half = 500.0 * (orbit["apogee_km"] - orbit["perigee_km"])
    if "nodal_period_min" in orbit:
        period = 60.0 * orbit["nodal_period_min"]
        a = brentq(lambda a: nodal_period(a, half / a, inclination) - period, a - 2e4, a + 2e4)
    return a + 500.0 * raised_km, half + 500.0 * raised_km


def inserted(
    air: Air, craft: Craft, start: dict[str, Any], plane: tuple[float, float], shift_s: float, raised_km: float
) -> State:
    """At perigee, the powered arc past the pad's foot in a plane of given inclination and node [rad]."""
    inclination, node = plane
    pad = pad_direction(air, start, shift_s)
    P = np.array([cos(node), sin(node), 0.0])
    Q = np.array([-sin(node) * cos(inclination), cos(node) * cos(inclination), sin(inclination)])
    u = atan2(float(pad @ Q), float(pad @ P)) + radians(start["powered_arc_deg"])
    a, half = recorded(start["orbit"], inclination, raised_km)
    y = osculating(np.array([a, half / a * cos(u), half / a * sin(u), inclination, node, u]))
    return State(lift_off(start) + shift_s + start["insertion_after_lift_off_s"], y, craft.mass)


def lift_off(start: dict[str, Any]) -> float:
    """Seconds from the epoch."""
    return (
        datetime.fromisoformat(start["lift_off_utc"]) - datetime.fromisoformat(mission()["epoch_utc"])
    ).total_seconds()


def pad_direction(air: Air, start: dict[str, Any], shift_s: float) -> Array:
    """Unit vector (3,) of the pad at lift-off."""
    site = start["site"]
    r = erfa.gd2gc(1, radians(site["longitude_deg"]), radians(site["latitude_deg"]), site["height_m"])
    turn = air.turn(lift_off(start) + shift_s)
    pad = np.array([cos(turn) * r[0] - sin(turn) * r[1], sin(turn) * r[0] + cos(turn) * r[1], r[2]])
    return np.asarray(pad / np.linalg.norm(pad))


# ---- the target


def target_states(
    air: Air, choices: dict[str, Any], raised_km: float
) -> tuple[dict[str, list[float]], dict[str, State]]:
    """The target's burns, and its states before each, at Apollo's insertion and at every event of Apollo's."""
    craft, start = craft_of("soyuz"), phase("insertion", "soyuz")["start"]
    inclination = radians(start["inclination_deg"])
    pad = pad_direction(air, start, 0.0)
    u = asin(pad[2] / sin(inclination))
    node = atan2(pad[1], pad[0]) - atan2(cos(inclination) * sin(u), cos(u))
    first = inserted(air, craft, start, (inclination, node), 0.0, raised_km)
    goal_a, goal_half = recorded(phase("rendezvous")["assembly_orbit"]["orbit"], inclination)
    t1, t2 = choices["assembly_s"]
    before = coast(air, craft, first, t1)

    def after(x: Array) -> State:
        return burned(craft, coast(air, craft, burned(craft, before, x[0]), t2), x[1])

    def misses(x: Array) -> list[float]:
        y = after(x).y
        mean = averaged(y)
        u = latitude_argument(y)
        return [mean[0] - goal_a, -mean[0] * (mean[1] * cos(u) + mean[2] * sin(u)) - goal_half]

    x = solved(misses, [3.0, 6.0])
    speeds = {"assembly 1": float(x[0]), "assembly 2": float(x[1])}
    moments = {"assembly 1": t1, "insertion": choices["chaser_insertion_s"], "assembly 2": t2} | choices["times_s"]
    state, at = first, {}
    for name in sorted(moments, key=lambda name: moments[name]):
        state = at[name] = coast(air, craft, state, moments[name])
        if name in speeds:
            state = burned(craft, state, speeds[name])
    return {name: [speed, 0.0] for name, speed in speeds.items()}, at


def latitude_argument(y: Array) -> float:
    """Angle [rad] from the ascending node to the position of a state (6,)."""
    pole = np.cross(y[:3], y[3:])
    node = np.array([-pole[1], pole[0], 0.0])
    across = np.cross(pole, node) / np.linalg.norm(pole)
    return atan2(float(y[:3] @ across), float(y[:3] @ node))


def solved(misses: Any, guess: list[float]) -> Array:
    """Root by MINPACK's hybrid method."""
    x, details, status, message = fsolve(misses, guess, xtol=1e-6, epsfcn=1e-6, full_output=True)
    assert status == 1, message
    assert np.max(np.abs(details["fvec"])) < MET, details["fvec"]
    return np.asarray(x)


# ---- the chaser


class Flight(NamedTuple):
    """A flight from NC1 to TPI: its states before each event, what it misses [m], the burns NSR and TPI [m/s]."""

    at: dict[str, State]
    misses: Array
    nsr: Array
    tpi: Array

    def cost(self, x: Array) -> float:
        """Sum [m/s] of NC1, trim, NC2, NCC (5,) and of NSR and TPI, all in the plane."""
        return burned_in_all(x, np.concatenate([self.nsr, self.tpi]))


def burned_in_all(x: Array, rest: Array) -> float:
    """Sum [m/s] of forward burns NC1, trim, NC2 and of NCC, NSR, TPI, each forward and down."""
    return float(np.sum(np.abs(x[:3])) + sum(hypot(*pair) for pair in (x[3:], rest[:2], rest[2:])))


class Chase:
    """Apollo's sequence against a target whose states are known at the times of the choices."""

    def __init__(self, air: Air, choices: dict[str, Any], target: dict[str, State], shift_s: float) -> None:
        self.air, self.choices, self.target, self.shift_s = air, choices, target, shift_s
        self.craft, self.start = craft_of("apollo"), phase("insertion", "apollo")["start"]
        self.arrival = travelled(air, target["TPI"], radians(choices["travel_deg"]))

    def to(self, state: State, moment: str) -> State:
        """Coasts to a moment of the choices."""
        return coast(self.air, self.craft, state, self.choices["times_s"][moment])

    def circularised(self, plane: tuple[float, float]) -> tuple[State, State, State, float]:
        """States at insertion, before and after the burn that makes the mean orbit a circle there, and the burn."""
        first = inserted(self.air, self.craft, self.start, plane, self.shift_s, 0.0)
        before = self.to(first, "circularisation")

        def beside_mean_radius(x: float) -> float:
            mean = averaged(burned(self.craft, before, x).y)
            return float(mean[1] * cos(mean[5]) + mean[2] * sin(mean[5]))

        speed = brentq(beside_mean_radius, 0.0, 15.0, xtol=1e-6)
        return first, before, burned(self.craft, before, speed), float(speed)

    def flown(self, circular: State, x: Array, is_near: bool) -> Flight:
        """The flight from the circle with forward burns NC1, trim, NC2 and NCC forward and down (5,) [m/s].

        is_near: the chaser comes near enough to where TPI is wanted for a transfer from there to be solved
        """
        at = {"NC1": self.to(circular, "NC1")}
        at["trim"] = self.to(burned(self.craft, at["NC1"], x[0]), "trim")
        at["trim side"] = self.to(burned(self.craft, at["trim"], x[1]), "trim side")
        at["NC2"] = self.to(at["trim side"], "NC2")
        return self.ended(at, x, is_near)

    def ended(self, at: dict[str, State], x: Array, is_near: bool) -> Flight:
        """The same flight from NC2 on, up to which it is known."""
        at = at | {"NCC": self.to(burned(self.craft, at["NC2"], x[2]), "NCC")}
        at["NSR"] = self.to(burned(self.craft, at["NCC"], x[3], x[4]), "NSR")
        after, nsr = self.coelliptic(at["NSR"])
        at["TPI"] = self.to(after, "TPI")
        lower = [below(self.target[name], at[name]) - self.choices["heights_m"][name] for name in HEIGHTS]
        late = behind_line_of_sight(self.target["TPI"], at["TPI"], radians(self.choices["elevation_deg"]))
        tpi = self.intercept(at["TPI"]) if is_near else np.zeros(2)
        return Flight(at, np.array([*lower, late]), nsr, tpi)

    def phased(self, circular: State, x: Array, is_near: bool) -> tuple[Array, Flight]:
        """The burns (5,) that miss nothing and sum up to the least, and their flight."""
        for _ in range(PASSES):
            here = self.flown(circular, x, is_near)
            step = cheapest_step(here, x, self.slopes(circular, here, x, is_near))
            if is_near and np.max(np.abs(here.misses)) < MET and np.max(np.abs(step)) < STEADY:
                return x, here
            x, is_near = x + step, is_near or bool(np.max(np.abs(here.misses)) < NEAR)
        raise AssertionError(f"no least sum after {PASSES} steps; misses {here.misses} m, last step {step} m/s")

    def slopes(self, circular: State, here: Flight, x: Array, is_near: bool) -> Array:
        """How misses, NSR and TPI (8,) answer to the burns (5,)."""
        columns = []
        for k in range(5):
            moved = x + np.where(np.arange(5) == k, NUDGE, 0.0)
            there = self.flown(circular, moved, is_near) if k < 2 else self.ended(here.at, moved, is_near)
            columns.append((answers(there) - answers(here)) / NUDGE)
        return np.array(columns).T

    def coelliptic(self, state: State) -> tuple[State, Array]:
        """After NSR: the target's ellipse made smaller by the height difference, the same centre; forward and down."""
        target = self.target["NSR"].y
        e, h = eccentricity(target)
        a = 1.0 / (2.0 / np.linalg.norm(target[:3]) - target[3:] @ target[3:] / MU)
        smaller = a - below(self.target["NSR"], state)
        e = e * a / smaller
        x = state.y[:3] / np.linalg.norm(state.y[:3])
        y = np.cross(h, x) / np.linalg.norm(np.cross(h, x))
        scale = sqrt(MU / (smaller * (1.0 - e @ e)))
        wanted = scale * ((1.0 + e @ x) * y - (e @ y) * x)
        dv = local_axes(state.y[:3], state.y[3:]) @ (wanted - state.y[3:])
        return burned(self.craft, state, dv[0], dv[2], dv[1]), dv[[0, 2]]

    def intercept(self, state: State) -> Array:
        """TPI forward and down [m/s]: meets the target's position at arrival."""

        def misses(x: Array) -> Array:
            end = coast(self.air, self.craft, burned(self.craft, state, x[0], x[2], x[1]), self.arrival.t)
            return end.y[:3] - self.arrival.y[:3]

        return solved(misses, [5.0, 0.1, -2.0])[[0, 2]]


def answers(flight: Flight) -> Array:
    """Misses, NSR and TPI (8,) of a flight."""
    return np.concatenate([flight.misses, flight.nsr, flight.tpi])


def cheapest_step(here: Flight, x: Array, slopes: Array) -> Array:
    """The step of the burns (5,) that takes the misses away and, of those, makes the sum of all burns the least.

    What NSR and TPI burn is taken to change as `slopes` has it.
    """
    along = np.linalg.svd(slopes[:4])[2][-1]  # the direction in which nothing that is asked for moves
    mend = np.linalg.lstsq(slopes[:4], -here.misses, rcond=None)[0]
    rest = answers(here)[4:]

    def cost(share: float) -> float:
        step = mend + share * along
        return burned_in_all(x + step, rest + slopes[4:] @ step)

    return np.asarray(mend + minimize_scalar(cost, bracket=(-0.5, 0.5), tol=1e-10).x * along)


def eccentricity(y: Array) -> tuple[Array, Array]:
    """Eccentricity vector and angular momentum (3,) of a state (6,)."""
    h = np.cross(y[:3], y[3:])
    return np.cross(y[3:], h) / MU - y[:3] / np.linalg.norm(y[:3]), h


def below(target: State, chaser: State) -> float:
    """Radius of the target's Kepler orbit at the chaser's central angle, less the chaser's radius [m]."""
    e, h = eccentricity(target.y)
    r = chaser.y[:3]
    flat = r - h * (h @ r) / (h @ h)
    return float((h @ h) / MU / (1.0 + e @ flat / np.linalg.norm(flat)) - np.linalg.norm(r))


def angle_between(chaser: State, target: State) -> float:
    """Central angle [rad] from the chaser forward to the target."""
    rt, rc, h = target.y[:3], chaser.y[:3], np.cross(target.y[:3], target.y[3:])
    return atan2(float(np.cross(rc, rt) @ h) / float(np.linalg.norm(h)), float(rc @ rt))


def apsis(state: State) -> dict[str, Any]:
    """Which apsis a state is near, and how far off: its radial speed [m/s]."""
    r, v = state.y[:3], state.y[3:]
    radius = float(np.linalg.norm(r))
    radial = float(r @ v) / radius
    kind = "perigee" if v @ v - radial * radial > MU / radius else "apogee"
    return {"kind": kind, "radial_speed_m_s": radial}


def behind_line_of_sight(target: State, chaser: State, elevation: float) -> float:
    """Distance along the orbit [m] by which the chaser is behind the point that sees the target at an elevation."""
    far, near = float(np.linalg.norm(target.y[:3])), float(np.linalg.norm(chaser.y[:3]))

    def sight(angle: float) -> float:
        return atan2(far * cos(angle) - near, far * sin(angle)) - elevation

    return far * (angle_between(chaser, target) - float(brentq(sight, 1e-6, 0.5, xtol=1e-12)))


def travelled(air: Air, start: State, angle: float) -> State:
    """The target when it has gone a central angle [rad] on from a state."""
    craft = craft_of("soyuz")
    r, v = start.y[:3], start.y[3:]
    ahead = local_axes(r, v)[0]

    def short(t: float) -> float:
        there = coast(air, craft, start, t).y[:3]
        return (atan2(float(there @ ahead), float(there @ r / np.linalg.norm(r))) - angle + pi) % (2.0 * pi) - pi

    about = start.t + angle / (float(np.linalg.norm(np.cross(r, v))) / float(r @ r))
    return coast(air, craft, start, brentq(short, about - 100.0, about + 100.0, xtol=1e-5))


def turned_from(choices: dict[str, Any], at: dict[str, State]) -> dict[str, float]:
    """How far [deg] each event is from where so many revolutions after an earlier one end."""
    found = {}
    for name, (earlier, revolutions) in choices["revolutions"].items():
        angle = latitude_argument(at[name].y) - latitude_argument(at[earlier].y) - 2.0 * pi * revolutions
        found[name] = degrees((angle + pi) % (2.0 * pi) - pi)
    return found


def plan(choices: dict[str, Any], shift_s: float, raised_km: float) -> dict[str, Any]:
    """Burns [forward, down] in m/s and the angle from Apollo to Soyuz at Apollo's insertion, of one case."""
    epoch = datetime.fromisoformat(mission()["epoch_utc"])
    air = Air(epoch, PACKAGE_DATA / "space_weather" / "space_weather_daily.csv")
    burns, target = target_states(air, choices, raised_km)
    chase = Chase(air, choices, target, shift_s)
    mean = averaged(target["insertion"].y)
    plane = np.array([mean[3], mean[4]])
    x = np.array([9.0, 11.0, 1.0, 3.0, -0.5])
    for is_near in (False, True):  # the plane of insertion moves so that the planes close at NSR
        first, apogee, circular, speed = chase.circularised((float(plane[0]), float(plane[1])))
        x, flight = chase.phased(circular, x, is_near)
        plane += (averaged(target["NSR"].y) - averaged(flight.at["NSR"].y))[3:5]
    burns["circularisation"] = [speed, 0.0]
    burns |= {name: [float(dv), 0.0] for name, dv in zip(("NC1", "trim", "NC2"), x, strict=False)}
    burns |= {"NCC": x[3:].tolist(), "NSR": flight.nsr.tolist(), "TPI": flight.tpi.tolist()}
    return {
        "burns_forward_down_m_s": burns,
        "sum_m_s": speed + flight.cost(x),
        "assembly_apsides": [apsis(target[name]) for name in ("assembly 1", "assembly 2")],
        "circularisation_apsis": apsis(apogee),
        "turned_from_rule_deg": turned_from(choices, flight.at),
        "phase_at_insertion_deg": degrees(angle_between(first, target["insertion"])),
        "arrival_s": chase.arrival.t,
    }


def solve(case: dict[str, Any]) -> dict[str, Any]:
    """The plan of a stored case."""
    return plan(case["choices"], case["lift_off_shift_s"], case["apogee_shift_km"])


def main() -> None:
    cases = json.loads((DATA / "plan_choices.json").read_text("utf-8"))["cases"]
    with ProcessPoolExecutor() as pool:
        found = dict(zip(cases, pool.map(solve, cases.values()), strict=True))
    print(json.dumps(found, indent=1))
    (DATA / "plan_j2.json").write_text(json.dumps({"cases": found}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
