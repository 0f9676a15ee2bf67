"""The docking phase: first contact, thrust, capture or the reason why not, attenuation, one joined craft.

The attitude control of both craft is inhibited from first contact on; only the pulses already commanded
for the tick in which the rings touch are finished. What the mechanism does decides capture; whether the
contact was one it was designed for is judged separately and afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from ..conventions import Array, Record
from ..dynamics.contact import present_gap, ring_pose
from ..dynamics.contact_state import BROKEN, CAPTURED, FREE, angular_momentum, linear_momentum
from ..dynamics.joined import changes, join
from ..dynamics.ports import Facing
from ..formats.document import Document, NotNegative, Positive
from ..vehicle.envelopes import envelope, judge
from .meeting import Meeting, meeting
from .world import World

PARTED = 0.05  # m; rings farther apart than this and opening have rebounded


class Docking(Document):
    """Contact and capture of a target by a chaser, with the mechanism that their ports carry."""

    kind: Literal["docking"]
    target: str
    chaser: str
    approach_limit_s: Positive
    """First contact must come within this time of the hand-over."""
    thrust_delay_s: Annotated[float, Field(ge=0.0, le=0.5)]
    """From first contact to the chaser's axial thrust."""
    thrust_duration_s: NotNegative
    """Thrust ends after this time, or earlier at capture."""
    capture_limit_s: Positive
    """Capture must come within this time of first contact."""
    attenuation_s: NotNegative
    """Time that the attenuators are given after capture, before the craft are taken as one rigid body."""
    step_s: Annotated[float, Field(gt=0.0, le=0.001)]
    sample_interval_s: Annotated[float, Field(gt=0.0, le=0.5)]
    """Between two rows of telemetry; also the longest stretch in one call of a kernel."""
    envelope: str
    """Contact conditions that the mechanism was designed for; judged, never used by the mechanics."""


def fly(phase: Docking, world: World) -> None:
    """Fly from the hand-over near contact to capture and one joined craft, or to the reason why not."""
    meet = meeting(world, (phase.target, phase.chaser), step_s=phase.step_s, sample_s=phase.sample_interval_s)
    row: dict[str, Any] = {"target": phase.target, "chaser": phase.chaser, "captured": False}
    reached = meet.reach_contact(phase.approach_limit_s)
    ports = meet.facing()
    if not reached:
        t = float(meet.touch.t)
        row |= {"utc": world.epoch.utc(t), "get_s": t}
        reason = _no_contact(meet, phase.approach_limit_s)
    else:
        row |= _at_contact(phase, world, meet, ports)
        before = momenta(meet.touch)
        meet.fire_axial(phase.thrust_delay_s, phase.thrust_duration_s)
        reason = _until_capture(phase, world, meet)
        row["captured"] = reason == ""
        if row["captured"]:
            _attenuate(phase, world, meet)
        row |= _at_end(meet, before)
    row["reason"] = reason
    _hand_on(world, meet, row)
    _verdict(phase, world, row)


def _at_contact(phase: Docking, world: World, meet: Meeting, ports: Facing) -> dict[str, Any]:
    """Contact conditions, with their judgement, as an event and as part of the docking's row."""
    t = float(meet.touch.t)
    conditions = ports.conditions()
    world.event("first contact", phase.chaser, t, **conditions)
    limits = judge(conditions, envelope(phase.envelope))
    outside = [row for row in limits if not row["passed"]]
    listed = ", ".join(f"{row['name']} {_number(row['value'])} {row['unit']}" for row in outside)
    world.record.verdicts.append(
        {
            "name": "contact inside the envelope",
            "passed": not outside,
            "sentence": f"Outside the {phase.envelope} envelope at first contact: {listed}."
            if outside
            else f"All {len(limits)} contact conditions are inside the {phase.envelope} envelope.",
        }
    )
    return {"utc": world.epoch.utc(t), "get_s": t, **conditions, "envelope": limits}


def _until_capture(phase: Docking, world: World, meet: Meeting) -> str:
    """Fly until capture; returns an empty sentence, or why there was none."""
    start = float(meet.touch.t)
    thrust_end = start + phase.thrust_delay_s + phase.thrust_duration_s
    status, reason = FREE, ""
    while status == FREE and not reason:
        status = meet.advance()
        t = float(meet.touch.t)
        world.notify("docking", min((t - start) / phase.capture_limit_s, 1.0), "guide rings in contact")
        if status == FREE and not t - start < phase.capture_limit_s:
            reason = f"No capture within {phase.capture_limit_s:g} s of first contact: {open_latches(meet)}."
        elif status == FREE and t > thrust_end:
            reason = _lost(meet)
    if status == BROKEN:
        reason = "The contact broke down: a number of its state is not finite."
    if status == CAPTURED:
        t = float(meet.touch.capture_time)
        world.event("capture", phase.chaser, t, after_contact_s=t - start, thrust_s=meet.thrust_time())
    return reason


def _lost(meet: Meeting) -> str:
    """Why the rings will not meet any more, or nothing while they still may."""
    r_RD_D, _ = ring_pose(meet.mechanism, meet.touch)
    if r_RD_D[0] < -0.1:
        return f"The petals missed: the rings passed each other {np.hypot(r_RD_D[1], r_RD_D[2]):.2f} m to the side."
    ports = meet.facing()
    apart = present_gap(meet.mechanism, meet.touch) > PARTED
    if apart and ports.velocity[0] > 0.0 and not np.any(meet.touch.latched):
        return f"The rings rebounded, opening at {ports.velocity[0]:.3f} m/s: {open_latches(meet)}."
    return ""


def open_latches(meet: Meeting) -> str:
    """The latches that stayed open and how near each came to closing, in words."""
    parts = []
    for k, (axial, lateral) in enumerate(meet.touch.latch_near):
        if not meet.touch.latched[k]:
            parts.append(
                f"latch {k + 1} came no nearer than {1000.0 * axial:.0f} mm along and {1000.0 * lateral:.0f} mm across"
            )
    reach = f"it closes within {1000.0 * meet.mechanism.hook_axial:g} and {1000.0 * meet.mechanism.hook_lateral:g} mm"
    return "; ".join([*parts, reach])


def _no_contact(meet: Meeting, limit_s: float) -> str:
    gap = present_gap(meet.mechanism, meet.touch)
    offset = np.hypot(*meet.facing().position[1:])
    return (
        f"The guide rings did not touch within {limit_s:g} s of the hand-over: "
        f"they are {gap:.2f} m apart, {offset:.2f} m to the side."
    )


def _attenuate(phase: Docking, world: World, meet: Meeting) -> None:
    """Let the attenuators take up the relative motion."""
    until = float(meet.touch.t) + phase.attenuation_s
    while meet.touch.t < until and meet.advance() == CAPTURED:
        world.notify("docking", 1.0, "captured, attenuating")


def momenta(touch: Record) -> tuple[Array, Array]:
    """Linear and angular momentum less what jets and tides have given, which contact must not change."""
    return linear_momentum(touch) - touch.impulse, angular_momentum(touch) - touch.moment


def _at_end(meet: Meeting, before: tuple[Array, Array]) -> dict[str, Any]:
    """Loads, what is left of the relative motion, and how well momentum was kept."""
    touch = meet.touch
    linear, angular = (after - start for after, start in zip(momenta(touch), before, strict=True))
    motion = np.linalg.norm(touch.mass[:, None] * touch.v, axis=1)
    # a lever, not r x m v: that is nothing in a head-on contact
    turning = np.linalg.norm(touch.r, axis=1) @ motion + np.linalg.norm(touch.spin, axis=1).sum()
    ports = meet.facing()
    captured = touch.status == CAPTURED
    return {
        "capture_get_s": float(touch.capture_time) if captured else None,
        "thrust_s": meet.thrust_time(),
        "peak_force_N": float(touch.peak_force),
        "attenuator_stroke_m": float(touch.stroke),
        "momentum_error": float(np.linalg.norm(linear) / motion.sum()),
        "angular_momentum_error": float(np.linalg.norm(angular) / turning),
        "remaining_speed_m_s": float(np.linalg.norm(ports.velocity)),
        "remaining_rate_deg_s": float(np.degrees(np.linalg.norm(ports.rate))),
    }


def _hand_on(world: World, meet: Meeting, row: dict[str, Any]) -> None:
    """Write telemetry and the docking's row; leave complete bodies, joined after capture."""
    arc = meet.origin_arc()
    origin = arc.at(float(meet.touch.t))
    meet.write_telemetry(arc)
    booked = meet.burn()
    for name, fired in zip(meet.names, meet.touch.jet_on.sum(axis=1), strict=True):
        world.jet_time[name] = world.jet_time.get(name, 0.0) + float(fired)
    if row["captured"]:
        parts = meet.parts()
        one = join(parts, t=float(meet.touch.t))
        linear, angular = changes(parts, one)
        row |= {"union_momentum_error": linear, "union_angular_momentum_error": angular, "joined_mass_kg": one.mass}
        world.joined = replace(one, r_N=one.r_N + origin.r, v_N=one.v_N + origin.v)
    world.bodies |= meet.bodies(booked, origin, world.joined)
    world.pending_on_times.clear()
    world.record.dockings.append(row)


def _verdict(phase: Docking, world: World, row: dict[str, Any]) -> None:
    sentence = row["reason"]
    if row["captured"]:
        sentence = (
            f"All three latches closed {row['capture_get_s'] - row['get_s']:.2f} s after first contact; peak force "
            f"{row['peak_force_N']:.0f} N, attenuators used {1000.0 * row['attenuator_stroke_m']:.0f} mm."
        )
    world.record.verdicts.append(
        {"name": "captured", "passed": bool(row["captured"]), "sentence": sentence, "ends_flight": not row["captured"]}
    )


def _number(value: float) -> str:
    return f"{value:.3g}"
