"""The run directory: what a flight leaves on the disk, complete or not at all.

flight.json        what happened: the same bytes for the same seed and mission
telemetry.parquet  one row per craft and sample
mission.toml       the mission as flown, defaults included
flown.toml         the flight record it is compared with, when the mission carries one
machine.json       platform and wall times, outside every hash
report.html        written afterwards by `report.write_report`
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import RunDirectoryError
from ..flight.record import FlightRecord
from .plain import json_text, plain
from .storage import write_folder
from .telemetry import Rows, joined, not_finite_columns, parquet_bytes, parquet_rows

FORMAT = 1
ROWS = ("events", "burns", "dockings", "verdicts", "propellant", "budget", "budget_causes")
STATUSES = ("complete", "interrupted", "failed")


@dataclass(frozen=True)
class Run:
    """A run directory that was read back. Times are seconds (TT) from the mission epoch (GET)."""

    path: Path
    status: str
    meta: dict[str, Any]
    events: list[dict[str, Any]]
    burns: list[dict[str, Any]]
    dockings: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    propellant: list[dict[str, Any]]
    plan: dict[str, Any]
    not_finite: list[str]
    telemetry: Rows
    mission: dict[str, Any]
    machine: dict[str, Any]
    flown: dict[str, Any] = field(default_factory=dict)
    budget: list[dict[str, Any]] = field(default_factory=list)
    budget_causes: list[dict[str, Any]] = field(default_factory=list)

    def event(self, name: str) -> dict[str, Any] | None:
        """The first event of that name, if it happened."""
        return next((event for event in self.events if event.get("name") == name), None)


def new_run_path(base: Path | str, mission: str, seed: int) -> Path:
    """A path under `base` that does not exist: apollo-soyuz-seed7, then apollo-soyuz-seed7-2 and so on."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", mission).strip("-.")[:80] or "mission"
    first = Path(base) / f"{name}-seed{seed}"
    path, number = first, 1
    while path.exists() or path.is_symlink():
        number += 1
        path = first.with_name(f"{first.name}-{number}")
    return path


def write_run(
    path: Path | str,
    *,
    record: FlightRecord,
    meta: Mapping[str, Any],
    mission_toml: str,
    machine: Mapping[str, Any],
    status: str = "complete",
    flown_toml: str | None = None,
) -> Path:
    """Write a run directory as one step and return its path.

    meta: version, commit if known, seed, mission hash; nothing of the time or the machine, which go to `machine` ·
    status: complete, interrupted or failed. A flight with a number that is not finite is written as failed, with
    null in its place and its path under `not_finite`.

    Raises RunDirectoryError when it cannot be written; then nothing of it is left and earlier runs are untouched.
    """
    if status not in STATUSES:
        raise ValueError(f"status {status!r} is none of {', '.join(STATUSES)}")
    path = Path(path)
    telemetry = joined(record.telemetry)
    files = {
        "flight.json": flight_text(record, meta, status, telemetry=telemetry).encode(),
        "telemetry.parquet": parquet_bytes(telemetry),
        "mission.toml": mission_toml.encode(),
        "machine.json": json_text(plain(dict(machine), "machine", [])).encode(),
    }
    if flown_toml is not None:
        files["flown.toml"] = flown_toml.encode()
    try:
        write_folder(path, files)
    except OSError as error:
        kept = (
            f"{path} is complete but the disk did not confirm it" if path.is_dir() else "nothing of this run was kept"
        )
        if isinstance(error, FileExistsError):
            kept = "it was left as it is and nothing of this run was kept"
        raise RunDirectoryError(
            f"{path}: the run could not be written ({error.strerror or error}); {kept}, earlier runs are untouched. "
            "Make room there or name another folder."
        ) from error
    return path


def flight_text(record: FlightRecord, meta: Mapping[str, Any], status: str, *, telemetry: Rows) -> str:
    """The text of flight.json: fixed order, exact floats, nothing of the time or the machine."""
    not_finite: list[str] = []
    content = {name: getattr(record, name) for name in ROWS} | {"meta": dict(meta), "plan": record.plan}
    document = plain(content, "", not_finite)
    not_finite += not_finite_columns(telemetry)
    if not_finite:
        status = "failed"
        sentence = f"{len(not_finite)} numbers or columns are not finite, the first is {not_finite[0]}."
        document["verdicts"].append({"name": "finite numbers", "passed": False, "sentence": sentence})
    document |= {"format": FORMAT, "status": status, "not_finite": not_finite}
    return json_text(plain(document, "", []))


def read_run(path: Path | str) -> Run:
    """Read a run directory. Raises RunDirectoryError when something is missing or damaged, and says what."""
    path = Path(path)
    if not path.is_dir():
        raise RunDirectoryError(
            f"{path}: there is no such run directory; `softdock fly` writes one and prints its name."
        )
    if not (path / "flight.json").exists() and not (path / "telemetry.parquet").exists():
        raise RunDirectoryError(
            f"{path}: not a run folder, it holds no flight.json; name one that `softdock fly` wrote, "
            "such as runs/apollo-soyuz-seed0."
        )
    flight = _flight(path / "flight.json")
    flown = path / "flown.toml"
    return Run(
        path=path,
        status=str(flight.get("status", "complete")),
        telemetry=_telemetry(path / "telemetry.parquet"),
        mission=_toml(path / "mission.toml"),
        machine=_json(path / "machine.json"),
        flown=_toml(flown) if flown.exists() else {},
        **{name: flight[name] for name in ("meta", "plan", "not_finite", *ROWS)},
    )


def _flight(file: Path) -> dict[str, Any]:
    flight = _json(file)
    if flight.get("format") != FORMAT:
        raise RunDirectoryError(
            f"{file}: its format is {flight.get('format')!r}, this softdock reads {FORMAT}; fly the mission again."
        )
    for name, kind in [("meta", dict), ("plan", dict), ("not_finite", list), *((name, list) for name in ROWS)]:
        if not isinstance(flight.setdefault(name, kind()), kind):
            raise RunDirectoryError(f"{file}: {name} should be a {kind.__name__}; the file was changed or damaged.")
        if name in ROWS and not all(isinstance(row, dict) for row in flight[name]):
            raise RunDirectoryError(
                f"{file}: {name} holds something that is not a row; the file was changed or damaged."
            )
    return flight


def _telemetry(file: Path) -> Rows:
    import pyarrow as pa

    try:
        return parquet_rows(file.read_bytes())
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        raise RunDirectoryError(f"{file}: cannot be read ({_short(error)}); fly the mission again.") from error


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise RunDirectoryError(f"{file}: cannot be read ({_short(error)}); fly the mission again.") from error
    if not isinstance(content, dict):
        raise RunDirectoryError(f"{file}: should hold an object; the file was changed or damaged.")
    return content


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RunDirectoryError(f"{file}: cannot be read ({_short(error)}); fly the mission again.") from error


def _short(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0]
