"""What made a flight: its version and mission for flight.json, the machine for machine.json."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "numba", "scipy", "pyerfa", "astropy-iers-data", "pymsis")


def flight_meta(mission: str, mission_toml: str, seed: int, *, predicted: Sequence[str] = ()) -> dict[str, Any]:
    """What identifies a flight, the same on every machine: version, commit if known, seed, mission and its hash.

    predicted: what of the data was predicted, not measured; it is left out where nothing was.
    """
    return {
        "version": _version("softdock"),
        "commit": commit(),
        "seed": seed,
        "mission": mission,
        "mission_sha256": hashlib.sha256(mission_toml.encode()).hexdigest(),
        **({"predicted_data": list(predicted)} if predicted else {}),
    }


def machine_facts(wall_s: dict[str, float]) -> dict[str, Any]:
    """Platform, libraries and wall times [s] of each part; outside every hash."""
    return {
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "wall_s": wall_s,
    }


def commit() -> str | None:
    """The commit this package was run from, with `-dirty` when it was changed since; None for an installed one."""
    package = Path(__file__).resolve().parents[1]
    root = package.parents[1]
    if not (root / ".git").exists() or package != root / "src" / "softdock":
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--match="]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5.0, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
