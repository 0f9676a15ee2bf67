"""The kinds of phase that a mission may list; each is owned by its file in `flight`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..flight.docking import Docking
from ..flight.insertion import Insertion
from ..flight.proximity_model import Proximity
from ..flight.rendezvous import Rendezvous

__all__ = ["Docking", "Insertion", "Phase", "Proximity", "Rendezvous"]

Phase = Annotated[Insertion | Rendezvous | Proximity | Docking, Field(discriminator="kind")]
