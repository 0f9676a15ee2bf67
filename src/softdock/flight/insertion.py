"""Insertion into orbit: the craft appears, complete, at the moment that its plan gives.

Ascent comes before this phase as a kind of its own; until then the state at insertion is built from what
is recorded of it (planning/start.py), or is a recorded state itself (planning/start_vector.py).
"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import field_validator, model_validator

from ..astro.time import Epoch
from ..conventions import DEGREE, KILOMETRE, MINUTE
from ..dynamics.revolution import next_revolution
from ..formats.document import Document, Misfit
from ..planning.inputs import Start
from ..planning.plan import Plan
from ..planning.start_relative import RelativeStart
from ..planning.start_vector import StateVector
from .attitude import lvlh_attitude
from .world import Body, World


class Insertion(Document):
    """A craft enters orbit or is found there: by a start, a vector, a relative place or its ephemeris at a time."""

    kind: Literal["insertion"]
    craft: str
    start: Start | None = None
    vector: StateVector | None = None
    """A published state at insertion; it gives the craft's plane too."""
    relative: RelativeStart | None = None
    """A place beside the target, of a chaser that is in orbit already."""
    at_utc: str | None = None
    """When a craft whose `orbit` is given begins to fly by the forces of this mission."""

    @field_validator("at_utc")
    @classmethod
    def _is_a_time(cls, text: str | None) -> str | None:
        if text is not None:
            Epoch.from_utc(text, allow_prediction=True)
        return text

    @model_validator(mode="after")
    def _begins_once(self) -> Self:
        given = [name for name in ("start", "vector", "relative", "at_utc") if getattr(self, name) is not None]
        if len(given) != 1:
            raise Misfit(
                "needs a start (lift-off and recorded orbit) or an at_utc (a time within the craft's ephemeris) or a"
                " vector (a published state) or a relative (a place beside the target), and has"
                f" {' and '.join(given) or 'none'}; give one of them"
            )
        return self


def body_at_start(world: World, name: str) -> Body:
    """A craft in the orbit with which its plan begins, holding LVLH, its tanks as they were filled."""
    plan: Plan = world.plan
    state, craft = plan.start(name).state, world.crafts[name]
    q_NB, omega = lvlh_attitude(state.r, state.v, np.eye(3))
    return Body(
        t=state.t,
        r_N=state.r,
        v_N=state.v,
        q_NB=q_NB,
        omega_BN_B=omega,
        propellant=craft.initial_propellant,
        dry_mass_kg=craft.dry_mass_kg,
    )


def fly(phase: Insertion, world: World) -> None:
    """Put the craft into the orbit of its plan, holding LVLH."""
    plan: Plan = world.plan
    given = plan.start(phase.craft)
    state = given.state
    world.bodies[phase.craft] = body_at_start(world, phase.craft)
    orbit = next_revolution(world.environment, state)
    ascent = {"pad_off_plane_deg": given.pad_off_plane / DEGREE, "yaw_deg": given.yaw / DEGREE}
    world.event(
        "found in orbit" if phase.at_utc or phase.relative else "orbit insertion",
        phase.craft,
        state.t,
        perigee_km=orbit.perigee_height / KILOMETRE,
        apogee_km=orbit.apogee_height / KILOMETRE,
        period_min=orbit.nodal_period / MINUTE,
        mean_semi_major_axis_km=given.mean.semi_major_axis / KILOMETRE,
        mean_eccentricity=given.mean.eccentricity,
        inclination_deg=given.mean.inclination / DEGREE,
        **(ascent if phase.start is not None else {}),
    )
