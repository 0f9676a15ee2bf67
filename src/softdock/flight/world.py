"""The state of everything while a flight runs; one phase hands it complete to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..astro.time import Epoch
from ..conventions import Array, Record
from ..errors import PropagationError
from ..numerics.random import stream
from ..vehicle.assembly import Assembly
from .record import FlightRecord


@dataclass(frozen=True)
class Body:
    """Complete state of one craft at t [s TT from the epoch]. Vectors are GCRF (N) unless named otherwise.

    r_N [m], v_N [m/s]: centre of mass · q_NB: body to inertial, scalar first · omega_BN_B [rad/s] ·
    propellant: kg left in each tank.
    """

    t: float
    r_N: Array
    v_N: Array
    q_NB: Array
    omega_BN_B: Array
    propellant: dict[str, float]
    dry_mass_kg: float

    @property
    def mass_kg(self) -> float:
        """Mass with what is left in the tanks."""
        return self.dry_mass_kg + sum(self.propellant.values())

    def burned(self, tank: str, mass_kg: float) -> Body:
        """The same state with less propellant in one tank. Raises PropagationError when the tank does not hold it."""
        if not mass_kg <= self.propellant[tank]:
            raise PropagationError(
                f"tank {tank} holds {self.propellant[tank]:.2f} kg and {mass_kg:.2f} kg are burned; load more"
                f" (tanks.{tank}.propellant_kg of the vehicle)",
                time_s=self.t,
            )
        return replace(self, propellant={**self.propellant, tank: self.propellant[tank] - mass_kg})


@dataclass
class World:
    """Crafts, their truth, the environment they fly in, and the record of the flight."""

    epoch: Epoch
    environment: Record
    """The surroundings as they are."""
    predicted: Record
    """The surroundings as planning and navigation believe them to be."""
    crafts: dict[str, Assembly]
    seed: int
    run: int = 0
    bodies: dict[str, Body] = field(default_factory=dict)
    ports: dict[str, str] = field(default_factory=dict)
    """Docking port used by each craft."""
    plan: Any = None
    docking_attitude: Array = field(default_factory=lambda: np.eye(3))
    """dcm_LB (3, 3) that the target holds from hand-over to contact."""
    belief: Any = None
    """What one phase's navigation hands to the next: (r_CT_N, v_CT_N, covariance 6 x 6)."""
    pending_on_times: dict[str, Array] = field(default_factory=dict)
    """Jet on-times [s] commanded for the tick in which a phase ended, counted from its start."""
    jet_time: dict[str, float] = field(default_factory=dict)
    """Seconds for which each craft's jets have fired since the near regime began, all jets together."""
    joined: Any = None
    """After capture, both craft as one rigid body (dynamics.joined.Joined); `bodies` moves with it."""
    record: FlightRecord = field(default_factory=FlightRecord)
    notify: Callable[[str, float, str], None] = lambda phase, fraction, text: None
    """Progress: phase, fraction done, a sentence. It raises FlightInterrupted when the user stops."""

    def random(self, subsystem: str) -> np.random.Generator:
        """The random stream of one subsystem in this run."""
        return stream(self.seed, self.run, subsystem)

    def event(self, name: str, craft: str, t: float, **data: Any) -> None:
        """Record that something happened."""
        self.record.events.append({"name": name, "craft": craft, "utc": self.epoch.utc(t), "get_s": t, "data": data})
