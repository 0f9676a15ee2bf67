"""Files of a flight for other tools: an OEM for each craft, and CZML for Cesium."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..astro.tabulated import Piece
from ..errors import DataError, RunDirectoryError
from ..formats.epochs import TIME_SYSTEMS
from ..formats.oem import Oem, Segment
from ..formats.oem_text import oem_text
from .czml import czml_packets
from .ephemerides import CraftOrbit, interpolation_error, mission_epoch, orbits_of, plain_name
from .run_directory import Run, read_run
from .storage import write_file

FOLDER = "export"
REF_FRAMES = {"ICRF": "GCRF", "GCRF": "GCRF", "EME2000": "EME2000"}
"""What an OEM may call its frame, and the frame here; ICRF and GCRF are one, with their origin in the Earth."""


@dataclass(frozen=True)
class Exported:
    """One file that was written.

    error_m: bound of what is lost by interpolating between its states · status: of the run, complete if it is
    """

    path: Path
    crafts: tuple[str, ...]
    states: int
    segments: int
    error_m: float
    status: str = "complete"


def export_run(
    run_dir: Path,
    *,
    oem: bool,
    czml: bool,
    folder: Path | None = None,
    ref_frame: str = "ICRF",
    time_system: str = "UTC",
    overwrite: bool = False,
) -> tuple[Exported, ...]:
    """Write the orbits of a run; by default into the folder `export` in it. All files or none.

    ref_frame: of the OEM: ICRF, GCRF or EME2000 · time_system: of the OEM: UTC, TAI, TT, TDB or GPS. Raises
    RunDirectoryError, DataError.
    """
    _known("frame", ref_frame, tuple(REF_FRAMES))
    _known("time system", time_system, TIME_SYSTEMS)
    if not (oem or czml):
        raise DataError("an export of nothing was asked for; say --oem, --czml or both")
    if not oem and (ref_frame, time_system) != ("ICRF", "UTC"):
        raise DataError(
            f"frame {ref_frame} and time system {time_system} were asked for and concern the OEM only, CZML is in the "
            "ICRF and UTC; leave them out, or ask for --oem too"
        )
    if Path(run_dir).is_file():
        raise RunDirectoryError(f"{run_dir} is a file, not a run directory; name the folder that it lies in")
    run = read_run(run_dir)
    folder = run.path / FOLDER if folder is None else folder
    contents: dict[str, str] = {}
    rows: list[Exported] = []
    for wanted, write in ((oem, _oems), (czml, _scene)):
        if wanted:
            for name, text, orbits in write(run, ref_frame, time_system):
                contents[name] = text
                rows.append(_row(folder / name, orbits, run.status))
    _write(folder, contents, overwrite=overwrite)
    return tuple(rows)


def _known(what: str, asked: str, known: Sequence[str]) -> None:
    if asked not in known:
        raise DataError(f"the {what} {asked[:40]!r} was asked for; choose one of {', '.join(known)}")


def _row(path: Path, orbits: Sequence[CraftOrbit], status: str) -> Exported:
    return Exported(
        path=path,
        crafts=tuple(orbit.name for orbit in orbits),
        states=sum(orbit.states for orbit in orbits),
        segments=sum(len(orbit.pieces) for orbit in orbits),
        error_m=max(interpolation_error(orbit) for orbit in orbits),
        status=status,
    )


def _oems(run: Run, ref_frame: str, time_system: str) -> list[tuple[str, str, Sequence[CraftOrbit]]]:
    """Name, text and orbit of one OEM a craft, as CCSDS 502.0-B wants it: an OEM is of one object."""
    found: list[tuple[str, str, Sequence[CraftOrbit]]] = []
    for orbit in orbits_of(run, frame=REF_FRAMES[ref_frame]):
        name = plain_name(orbit.name)
        while any(other == f"{name}.oem" for other, _, _ in found):
            name += "-2"
        message = message_of(
            orbit.pieces, object_name=name, object_id=orbit.object_id, ref_frame=ref_frame, time_system=time_system,
            comments=_comments(run),
        )  # fmt: skip
        found.append((f"{name}.oem", oem_text(message), (orbit,)))
    return found


def message_of(
    pieces: Sequence[Piece],
    *,
    object_name: str,
    object_id: str,
    ref_frame: str = "ICRF",
    time_system: str = "UTC",
    comments: Sequence[str] = (),
) -> Oem:
    """An OEM of one object, created now, for `oem_text`: a segment for each piece.

    ref_frame: what the pieces' frame is called, ICRF for GCRF · time_system: UTC, TAI, TT, TDB or GPS
    """
    segments = tuple(
        Segment(object_name=object_name, object_id=object_id, ref_frame=ref_frame, time_system=time_system, piece=piece)
        for piece in pieces
    )
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return Oem(originator="SOFTDOCK", creation_date=created, segments=segments, comments=tuple(comments))


def _comments(run: Run) -> tuple[str, ...]:
    """Which flight an OEM is of, and that it is not whole where it is not; in plain ASCII."""
    flight = f"mission {run.meta.get('mission', run.path.name)}, seed {run.meta.get('seed', 'unknown')}"
    partial = () if run.status == "complete" else (f"partial: the flight was {_ended(run.status)}",)
    return tuple(re.sub(r"[^ -~]|\[", "?", line).strip() for line in (flight, *partial))


def _ended(status: str) -> str:
    return {"interrupted": "interrupted", "failed": "broken off by a failure"}.get(status, f"ended as {status}")


def _scene(run: Run, _ref_frame: str, _time_system: str) -> list[tuple[str, str, Sequence[CraftOrbit]]]:
    """Name, text and orbits of the scene."""
    orbits = orbits_of(run)
    title = str(run.mission.get("title") or run.meta.get("mission") or run.path.name)
    packets = czml_packets(title, mission_epoch(run), orbits)
    return [("flight.czml", json.dumps(packets, allow_nan=False, separators=(",", ":")) + "\n", orbits)]


def _write(folder: Path, contents: Mapping[str, str], *, overwrite: bool) -> None:
    """Every file whole, or none of those that were not there before. Raises RunDirectoryError."""
    there = [folder / name for name in contents if (folder / name).exists()]
    if there and not overwrite:
        raise RunDirectoryError(f"{there[0]} is there already; say --overwrite, or name another folder with --out")
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            write_file(folder / name, text.encode())
            written.append(folder / name)
    except OSError as fault:
        for path in written:
            if path not in there:
                path.unlink(missing_ok=True)
        raise RunDirectoryError(
            f"{folder}: the export could not be written ({fault.strerror or fault}); make room there or name another"
            " folder with --out"
        ) from None
