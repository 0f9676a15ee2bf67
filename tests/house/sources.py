"""The files of the project, for the tests that read them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "softdock"
TEXT = {".py", ".toml", ".md", ".csv", ".json", ".html", ".css", ".js", ".gfc", ""}
ROOMS = ("src", "tests", "docs", "bench", ".ci")


def package_files() -> list[Path]:
    """Python files of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def python_files() -> list[Path]:
    """All Python files of the project."""
    return sorted(path for room in ("src", "tests", "bench") for path in (ROOT / room).rglob("*.py"))


def text_files() -> list[Path]:
    """All text files of the project, top-level ones included."""
    inside = [path for room in ROOMS for path in (ROOT / room).rglob("*")]
    return sorted(
        path
        for path in [*ROOT.iterdir(), *inside]
        if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts
    )


def name_of(path: Path) -> str:
    """Path as written in messages: from the project's root."""
    return path.relative_to(ROOT).as_posix()
