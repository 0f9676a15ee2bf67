"""What a run tells: who flew, what came of it, when things happened, and the samples each figure needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..astro.time import Epoch
from ..conventions import KILOMETRE, Array
from ..errors import MissionError
from .run_directory import Run
from .telemetry import Rows
from .wording import DASH, craft_name, date, finite, get, listed, sentence, with_unit

STATE = (("position", "m"), ("velocity", "m_s"))
RELATIVE = ("relative_{}_m", "relative_velocity_{}_m_s")
NEAR = 1e3  # m up to which a distance is told in metres
AT_REST = 0.5  # m/s in the target's LVLH, below which a chaser stands: what braking with its errors leaves. assumed
EQUATORIAL_RADIUS = 6378137.0  # m; heights in the report are r minus this, as perigee_km is


@dataclass(frozen=True)
class Outcome:
    """What came of a flight: `kind` is good, warning or bad; a headline and the sentence below it."""

    kind: str
    headline: str
    sentence: str


@dataclass(frozen=True)
class End:
    """The chaser at its last sample.

    time [s]: GET · range [m] · speed [m/s]: in the target's LVLH · sides: 1.4 km behind, 1.4 km below
    """

    time: float
    range: float
    speed: float
    sides: tuple[str, ...]


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

    def has(self, kind: str) -> bool:
        """Whether the mission has a phase of a kind; one that names no phases may have any."""
        return not self.phases or any(phase.get("kind") == kind for phase in self.phases)

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
    def _known(self) -> dict[str, Rows]:
        return {}

    def known(self, craft: str) -> Rows:
        """Samples of one craft with position and velocity, in the order of time."""
        if craft not in self._known:
            rows = self.rows(craft)
            columns = [f"{name}_gcrf_{axis}_{unit}" for name, unit in STATE for axis in "xyz"]
            finite_rows = np.all([np.isfinite(rows[column]) for column in columns], axis=0)
            self._known[craft] = picked(rows, finite_rows)
        return self._known[craft]

    @cached_property
    def relative(self) -> Rows:
        """Samples of the chaser that have its motion relative to the target."""
        rows = self.rows(self.chaser)
        return picked(rows, np.isfinite(rows["relative_x_m"]) & np.isfinite(rows["relative_z_m"]))

    @cached_property
    def beside(self) -> Rows:
        """Samples of the chaser that have its place and velocity in the target's LVLH."""
        rows = self.known(self.chaser)
        columns = [name.format(axis) for name in RELATIVE for axis in "xyz"]
        return picked(rows, np.all([np.isfinite(rows[column]) for column in columns], axis=0))

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

    def since(self, name: str) -> Rows:
        """Samples of the relative motion from an event to first contact; of proximity alone when it never came."""
        start, rows = self.time(name), self.relative
        if start is None:
            rows = picked(rows, rows["phase"] == "proximity")
        return self.between(rows, start, self.time("first contact"))

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
            sentences = ["The flight was interrupted by its user.", *self._where]
            return Outcome("warning", f"Interrupted{self._after}", " ".join(sentences))
        if run.status == "failed":
            said = run.meta.get("ended_by")
            why = failed or [sentence(str(said)) if said else "The flight broke off; no reason was recorded."]
            return Outcome("bad", f"Failed{self._after}", " ".join([*why, *self._where]))
        if not self.docking and any(row.get("ends_flight") is True for row in run.verdicts):
            return Outcome("bad", f"Ended {self._before}", " ".join([*map(sentence, failed), *self._where]))
        if not self.has("docking"):
            return self._reached(failed)
        if not self.is_captured:
            reason = str(self.docking.get("reason") or "")
            return Outcome("bad", "Not captured", reason or " ".join(failed) or "The two craft never touched.")
        when = f"{self.chaser_name} and {self.target_name} joined on {date(self._capture_utc())}."
        if failed:
            return Outcome("warning", f"Captured, with {_checks(len(failed))} not passed", " ".join([when, *failed]))
        return Outcome("good", "Captured", when)

    def _reached(self, failed: list[str]) -> Outcome:
        """What came of a flight that was not to dock: where it ended, and how fast it still went."""
        end = self.end
        if end is None:
            why = " ".join(failed) or "The chaser left no samples of its way to the target."
            return Outcome("bad", "Not flown to the end", why)
        speed, far = with_unit(end.speed, 2, "m/s"), reach(end.range)
        at_rest = end.speed <= AT_REST
        headline = f"At rest {far} from {self.target_name}" if at_rest else f"{far} from {self.target_name}, at {speed}"
        said = (
            f"{self.chaser_name} was {listed(end.sides)} {self.target_name} on {self.utc(end.time)}, moving "
            f"{speed} in its LVLH."
        )
        if failed:
            return Outcome("warning", f"{headline}, with {_checks(len(failed))} not passed", " ".join([said, *failed]))
        return Outcome("good" if at_rest else "warning", headline, said)

    @cached_property
    def end(self) -> End | None:
        """Where the chaser was beside the target at last; None without samples."""
        rows = self.beside
        if not len(rows):
            return None
        place, speeds = ([float(rows[name.format(axis)][-1]) for axis in "xyz"] for name in RELATIVE)
        ways = (("ahead of", "behind"), ("right of", "left of"), ("below", "above"))
        sides = [f"{reach(abs(way))} {words[way < 0.0]}" for way, words in zip(place, ways, strict=True)]
        far, speed = float(np.linalg.norm(place)), float(np.linalg.norm(speeds))
        shown = [side for side, way in zip(sides, place, strict=True) if abs(way) > 0.02 * far]
        return End(float(rows["get_s"][-1]), far, speed, tuple(shown))

    @cached_property
    def _last_event(self) -> dict[str, Any]:
        """The latest event of an unfinished flight; empty when nothing happened."""
        return max(self.run.events, key=lambda row: finite(row.get("get_s")) or 0.0, default={})

    @property
    def _after(self) -> str:
        return f" after {self._last_event.get('name')}" if self._last_event else ""

    @property
    def _before(self) -> str:
        """What an ended flight did not come to: the next burn of its list, or all that follows the last one."""
        given = self.phase("rendezvous").get("manoeuvres")
        rules = [rule for rule in given if isinstance(rule, dict)] if isinstance(given, list) else []
        names = [str(rule.get("name") or rule.get("preset")) for rule in rules]
        flown = {str(row.get("name")) for row in self.run.burns if row.get("craft") == self.chaser}
        last = max((k for k, name in enumerate(names) if name in flown), default=-1)
        return f"before {names[last + 1]}" if last + 1 < len(names) else self._after.strip() or "at once"

    @cached_property
    def _where(self) -> list[str]:
        """Where an unfinished flight ended, in sentences: the last event and the last sample."""
        last, rows = self._last_event, self.rows(self.chaser)
        said = [f"The last event was {last.get('name')} at {date(last.get('utc'))}."] if last else []
        if len(rows):
            row = rows[-1]
            time = float(row["get_s"])
            far = reach(float(row["range_m"]))
            apart = "" if far == DASH else f", {far} between the centres of mass"
            said.append(f"The last sample is of the {row['phase']} phase at {self.utc(time)} (GET {get(time)}){apart}.")
        return said

    @cached_property
    def epoch(self) -> Epoch | None:
        """Zero of GET; None when the mission has none."""
        try:
            return Epoch.from_utc(str(self.run.mission.get("epoch_utc", "")), allow_prediction=True)
        except MissionError:
            return None

    def utc(self, time: float) -> str:
        """A GET [s] as a UTC time in words; a dash when the mission has no epoch."""
        return date(self.epoch.utc(time)) if self.epoch else DASH

    def _capture_utc(self) -> Any:
        event = self.run.event("capture")
        return event.get("utc") if event else self.docking.get("utc")


def reach(metres: float) -> str:
    """A distance [m] in words, near ones in metres."""
    return with_unit(metres / KILOMETRE, 1, "km") if metres > NEAR else with_unit(metres, 0, "m")


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
