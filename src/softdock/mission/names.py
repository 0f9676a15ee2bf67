"""Names of missions. It imports little, so that listing them is quick."""

from __future__ import annotations

from pathlib import Path

from ..formats.toml_file import read_toml

SHIPPED = Path(__file__).parent.parent / "data" / "missions"
NAME_PATTERN = r"^[a-z0-9][a-z0-9-]*$"


def missions() -> list[str]:
    """Names of the missions on board, in alphabetical order."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/mission.toml"))


def headline(name: str) -> tuple[str, str]:
    """Title and epoch of a mission on board."""
    data = read_toml(SHIPPED / name / "mission.toml")
    return str(data["title"]), str(data["epoch_utc"])
