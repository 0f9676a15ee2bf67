"""The flight record beside the simulated flight. A disagreement is shown, never hidden and never tuned away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..astro.time import Epoch
from ..errors import MissionError, RunDirectoryError
from .run_directory import Run, read_run
from .wording import DASH, clocks, difference, finite, number, sentence

if TYPE_CHECKING:
    from .compare_table import ComparedTable

TIME = "UTC"
NO_RECORD = "the mission carries no flight record (flown.toml), so there is nothing to compare with"


@dataclass(frozen=True)
class Compared:
    """One quantity of the record: flown and simulated value, their difference, and whether it is within tolerance.

    Times are ISO texts with unit UTC, their difference [s]; a simulated value that is missing is None and not within.
    """

    quantity: str
    flown: float | str
    simulated: float | str | None
    difference: float | None
    unit: str
    tolerance: float | None
    within: bool
    source: str
    status: str
    explanation: str = ""

    @property
    def is_time(self) -> bool:
        """Whether this compares times."""
        return self.unit == TIME

    @property
    def why(self) -> str:
        """The source as a sentence, without a status that it repeats."""
        return sentence(self.source.removeprefix("assumed:"))

    @property
    def because(self) -> str:
        """What is known of a disagreement; nothing where there is none."""
        return sentence(self.explanation) if self.verdict == "outside" else ""

    @property
    def words(self) -> tuple[str, str, str, str]:
        """Flown, simulated, difference and tolerance as they are shown."""
        if self.is_time:
            flown, simulated = clocks(self.flown, self.simulated)
            return flown, simulated, difference(self.difference), spread(self.tolerance)
        digits = decimals_for(self.tolerance)
        shown = (number(value, digits) for value in (self.flown, self.simulated))
        flown, simulated = shown
        return flown, simulated, number(self.difference, digits, signed=True), number(self.tolerance, digits)

    @property
    def counts(self) -> bool:
        """Whether the record's value was read or derived; one that was assumed is no measure of the flight."""
        return self.status != "assumed"

    @property
    def verdict(self) -> str:
        """Within, outside or not simulated."""
        if self.simulated is None:
            return "not simulated"
        return "within" if self.within else "outside"


def comparison(run: Run | Path | str, flown: Mapping[str, Any] | None = None) -> list[Compared]:
    """The record and the run, one row a quantity, in the order of the record; no rows when there is no record.

    flown: the contents of a flown.toml; left out, the one in the run directory is used
    """
    run = run if isinstance(run, Run) else read_run(run)
    record = run.flown if flown is None else flown
    quantities = record.get("quantities", [])
    if not isinstance(quantities, list | tuple) or not all(isinstance(row, Mapping) for row in quantities):
        raise RunDirectoryError(f"{run.path}: quantities of its flight record should be a list of tables.")
    return [_compared(run, row) for row in quantities]


def simulated_value(run: Run, place: Mapping[str, Any]) -> Any:
    """What flight.json holds at a place: the first row of the table with that name and craft, and its field."""
    rows = {"events": run.events, "burns": run.burns, "dockings": run.dockings}.get(str(place.get("table")), [])
    for row in rows:
        if all(not place.get(key) or row.get(key) == place[key] for key in ("name", "craft")):
            return _inside(row, str(place.get("field", "utc")))
    return None


def compare_table(rows: Sequence[Compared], title: str) -> ComparedTable:
    """The comparison as a table for the terminal, as wide as that is."""
    from .compare_table import ComparedTable

    return ComparedTable(tuple(rows), title)


def spread(seconds: float | None) -> str:
    """A tolerance of time in words."""
    return DASH if seconds is None else difference(seconds).lstrip("+")


def decimals_for(tolerance: float | None) -> int:
    """Decimals that show a tenth of the tolerance."""
    if tolerance is None or not tolerance > 0.0:
        return 2
    return next((digits for digits in range(5) if tolerance * 10.0**digits >= 10.0), 5)


def _compared(run: Run, row: Mapping[str, Any]) -> Compared:
    unit, flown = str(row.get("unit", "")), row.get("value", DASH)
    place = row.get("simulated", {})
    value = simulated_value(run, place) if isinstance(place, Mapping) else None
    simulated = (value if isinstance(value, str) else None) if unit == TIME else finite(value)
    tolerance = finite(row.get("tolerance"))
    gap = _time_gap(run, flown, simulated) if unit == TIME else _gap(flown, simulated)
    return Compared(
        quantity=str(row.get("name", DASH)),
        flown=flown if isinstance(flown, int | float | str) else str(flown),
        simulated=simulated,
        difference=gap,
        unit=unit,
        tolerance=tolerance,
        within=gap is not None and tolerance is not None and abs(gap) <= tolerance,
        source=str(row.get("source", "")),
        status=str(row.get("status", "")),
        explanation=str(row.get("explanation", "")),
    )


def _gap(flown: Any, simulated: Any) -> float | None:
    a, b = finite(flown), finite(simulated)
    return None if a is None or b is None else b - a


def _time_gap(run: Run, flown: Any, simulated: Any) -> float | None:
    """Simulated minus flown [s]; None when one of them is no time."""
    if not isinstance(flown, str) or not isinstance(simulated, str):
        return None
    try:
        epoch = Epoch.from_utc(str(run.mission.get("epoch_utc", "")) or flown, allow_prediction=True)
        return epoch.seconds_of(simulated, allow_prediction=True) - epoch.seconds_of(flown, allow_prediction=True)
    except MissionError:
        return None


def _inside(row: Mapping[str, Any], field: str) -> Any:
    """A field of a row or of its data; dots and numbers go deeper, as in dv_lvlh_m_s.0."""
    data = row.get("data")
    value: Any = row if field.split(".")[0] in row else data if isinstance(data, Mapping) else {}
    for key in field.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
