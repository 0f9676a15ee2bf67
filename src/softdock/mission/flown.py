"""What is recorded of a flight that was flown, to be laid beside the simulated one. It steers nothing."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from ..astro.time import Epoch
from ..conventions import DAY
from ..formats.document import Document, Misfit, NotNegative

SAME_FLIGHT = 30.0  # days; a mission that begins further from every time of a record is another flight


class OtherFlightWarning(UserWarning):
    """A mission names the record of a flight of quite another date; nothing is compared with it."""


class Place(Document):
    """Where the run directory's flight.json holds the simulated value: a row of a table, and its field."""

    table: Literal["events", "burns", "dockings"]
    name: str = ""
    """Name of the event or burn; dockings have none and are taken in order."""
    craft: str = ""
    field: str = "utc"
    """A key of the row or of its `data`."""


class Quantity(Document):
    """One number or time of the record, with a tolerance that was fixed before the comparison."""

    name: str
    value: float | str
    """A number in `unit`, or a UTC time where the unit is 'UTC'."""
    unit: str
    tolerance: NotNegative
    """In `unit`; in seconds where that is 'UTC'."""
    source: str
    status: Literal["read", "derived", "assumed"]
    simulated: Place
    explanation: str = ""
    """Why the simulation may differ, where that is understood. Shown beside a value outside its tolerance."""

    @model_validator(mode="after")
    def _is_said_in_full(self) -> Self:
        if self.unit == "UTC":
            if not isinstance(self.value, str):
                raise Misfit(f"is {self.value:g} and its unit is UTC; write 1975-07-17T16:09:09", key="value")
            Epoch.from_utc(self.value, allow_prediction=True)
        elif isinstance(self.value, str):
            raise Misfit(f"is the text {self.value!r} and its unit is {self.unit}; write a number", key="value")
        if not self.source.strip():
            raise Misfit("is empty; say where the value was read, or why it is assumed", key="source")
        return self


class FlownRecord(Document):
    """The record of one flight."""

    title: str
    quantities: tuple[Quantity, ...]

    def days_from(self, epoch_utc: str) -> float:
        """Days from a UTC time to the nearest time of the record; none when the record holds no time."""
        zero = Epoch.from_utc(epoch_utc, allow_prediction=True)
        times = [str(row.value) for row in self.quantities if row.unit == "UTC"]
        return min((abs(zero.seconds_of(time, allow_prediction=True)) / DAY for time in times), default=0.0)
