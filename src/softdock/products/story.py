"""What a run tells: who flew, what came of it, when things happened, and the samples each figure needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..conventions import KILOMETRE, Array
from .run_directory import Run
from .telemetry import Rows
from .wording import craft_name, date, finite

EQUATORIAL_RADIUS = 6378137.0  # m; heights in the report are r minus this, as perigee_km is


@dataclass(frozen=True)
class Outcome:
    """What came of a flight: `kind` is good, warning or bad; a headline and the sentence below it."""

    kind: str
    headline: str
    sentence: str


@dataclass(frozen=True)
class Story:
    """A run, read with the roles of its crafts known."""

    run: Run

    @cached_property
    def title(self) -> str:
        """The mission's title."""
        return str(self.run.mission.get("title") or self.run.mission.get("name") or self.run.path.name)

    @cached_property
    def target(self) -> str:
        """Key of the craft that is flown to."""
        return self._role("target", 0)

    @cached_property
    def chaser(self) -> str:
        """Key of the craft that flies there."""
        return self._role("chaser", 1)

    @property
    def target_name(self) -> str:
        """Its name in sentences."""
        return craft_name(self.target)

    @property
    def chaser_name(self) -> str:
        """Its name in sentences."""
        return craft_name(self.chaser)

    def _role(self, role: str, place: int) -> str:
        crafts = self.run.mission.get("crafts")
        known = crafts if isinstance(crafts, dict) else {}
        named = [str(phase[role]) for phase in self.phases if role in phase]
        cast = [name for name, craft in known.items() if isinstance(craft, dict) and craft.get("role") == role]
        candidates: list[str] = [*cast, *named, *list(known)[place : place + 1], role]
        return candidates[0]

    @cached_property
    def phases(self) -> list[dict[str, Any]]:
        """The phases of the mission as flown."""
        phases = self.run.mission.get("phases")
        return [phase for phase in phases if isinstance(phase, dict)] if isinstance(phases, list) else []

    def phase(self, kind: str) -> dict[str, Any]:
        """The first phase of a kind; empty when the mission has none."""
        return next((phase for phase in self.phases if phase.get("kind") == kind), {})

    def time(self, name: str) -> float | None:
        """GET [s] of the first event of that name."""
        event = self.run.event(name)
        return finite(event.get("get_s")) if event else None

    @cached_property
    def docking(self) -> dict[str, Any]:
        """The last contact; empty when there was none."""
        return self.run.dockings[-1] if self.run.dockings else {}

    @cached_property
    def is_captured(self) -> bool:
        """Whether the rings latched."""
        return self.docking.get("captured") is True and self.run.status == "complete"

    def rows(self, craft: str) -> Rows:
        """Samples of one craft in the order of time."""
        rows = picked(self.run.telemetry, self.run.telemetry["craft"] == craft)
        return rows[np.argsort(rows["get_s"], kind="stable")]

    @cached_property
    def relative(self) -> Rows:
        """Samples of the chaser that have its motion relative to the target."""
        rows = self.rows(self.chaser)
        return picked(rows, np.isfinite(rows["relative_x_m"]) & np.isfinite(rows["relative_z_m"]))

    @cached_property
    def ports(self) -> Rows:
        """Samples of the chaser near enough for its port to be followed, up to first contact."""
        rows = self.rows(self.chaser)
        contact = self.time("first contact")
        known = np.isfinite(rows["port_axial_m"]) & np.isfinite(rows["port_lateral_y_m"])
        return picked(rows, known & (rows["get_s"] <= (np.inf if contact is None else contact)))

    def between(self, rows: Rows, start: float | None, stop: float | None) -> Rows:
        """Rows of a span of time; None leaves that end open."""
        low, high = -np.inf if start is None else start, np.inf if stop is None else stop
        return picked(rows, (rows["get_s"] >= low) & (rows["get_s"] <= high))

    def first_within(self, reach: float) -> float | None:
        """GET [s] at which the range first falls to a value [m]; None when it never does."""
        inside = self.relative["get_s"][self.relative["range_m"] <= reach]
        return float(inside[0]) if len(inside) else None

    def place(self, time: float | None) -> tuple[float, float]:
        """V-bar and R-bar position [m] of the chaser at a time, between the samples around it; NaN without any."""
        rows = self.relative
        if time is None or not len(rows) or not rows["get_s"][0] <= time <= rows["get_s"][-1] + 1.0:
            return float("nan"), float("nan")
        x, z = (float(np.interp(time, rows["get_s"], rows[f"relative_{axis}_m"])) for axis in "xz")
        return x, z

    @cached_property
    def outcome(self) -> Outcome:
        """The headline of the report. A check that is not passed is never silent."""
        run = self.run
        failed = [str(row.get("sentence") or row.get("name")) for row in run.verdicts if row.get("passed") is not True]
        if run.status == "interrupted":
            last = run.events[-1] if run.events else {}
            after = f"The last event was {last.get('name')} at {date(last.get('utc'))}." if last else ""
            return Outcome(
                "warning", "Stopped before its end", f"The flight was interrupted by its user. {after}".strip()
            )
        if run.status == "failed":
            return Outcome("bad", "Failed", " ".join(failed) or "The flight broke off; no reason was recorded.")
        if not self.is_captured:
            reason = str(self.docking.get("reason") or "")
            return Outcome("bad", "Not captured", reason or " ".join(failed) or "The two craft never touched.")
        when = f"{self.chaser_name} and {self.target_name} joined on {date(self._capture_utc())}."
        if failed:
            return Outcome("warning", f"Captured, with {_checks(len(failed))} not passed", " ".join([when, *failed]))
        return Outcome("good", "Captured", when)

    def _capture_utc(self) -> Any:
        event = self.run.event("capture")
        return event.get("utc") if event else self.docking.get("utc")


def _checks(count: int) -> str:
    return "one check" if count == 1 else f"{count} checks"


def picked(rows: Rows, which: NDArray[np.bool_]) -> Rows:
    """The rows for which `which` is true."""
    kept: Rows = rows[which]
    return kept


def heights_km(rows: Rows) -> Array:
    """Heights r - 6378.137 km, the measure in which perigee and apogee are given."""
    x, y, z = (rows[f"position_gcrf_{axis}_m"] for axis in "xyz")
    return np.asarray((np.sqrt(x * x + y * y + z * z) - EQUATORIAL_RADIUS) / KILOMETRE)
