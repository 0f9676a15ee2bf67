"""A TOML file as a dictionary, or one sentence that says why not."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from ..errors import MissionError

LARGEST_FILE = 5_000_000  # bytes; a mission with all its vehicles takes 40,000, an ephemeris in it 4 million at most
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(path: Path | str) -> dict[str, Any]:
    """Contents of a TOML file. Raises MissionError for anything that is not one, with line and column."""
    path = Path(path)
    text = _text(path)
    if not text.strip():
        raise MissionError("the file is empty; `softdock new NAME` writes a mission to start from", file=str(path))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise MissionError("is nested too deeply to be a mission or vehicle; flatten it", file=str(path)) from None
    except ValueError as fault:
        raise MissionError(_not_toml(fault, text), file=str(path)) from None


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise MissionError("is a folder and a TOML file is needed; name the file in it", file=str(path))
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise MissionError(
                f"holds {size / 1e6:.1f} MB and a mission or vehicle file has at most "
                f"{LARGEST_FILE / 1e6:.0f} MB; check that this is the file you meant",
                file=str(path),
            )
        if not path.is_file():
            there = "is a device and" if path.exists() else "does not exist;"
            raise MissionError(f"{there} a TOML file is needed; check the path", file=str(path))
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)  # a file that grows meanwhile is not read to its end
    except FileNotFoundError:
        raise MissionError("there is no such file; check the path", file=str(path)) from None
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise MissionError(f"cannot be read ({reason}); check its permissions", file=str(path)) from None
    if data.startswith(b"\xef\xbb\xbf"):
        raise MissionError(
            "begins with a UTF-8 byte-order mark, which TOML does not have; save it as UTF-8 without BOM",
            file=str(path),
        )
    return _decoded(data, path)


def _decoded(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise MissionError(
            f"is binary (a zero byte at offset {data.index(0)}) and text is needed; "
            "check that this is the file you meant",
            file=str(path),
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise MissionError(
            f"is not UTF-8 text (byte 0x{data[fault.start]:02x} in line {line}); save it as UTF-8", file=str(path)
        ) from None


def _not_toml(fault: ValueError, text: str) -> str:
    message = str(fault)
    found = _PLACE.search(message)
    what = message[: found.start()] if found else message
    if found and found.group(1):
        where = f"line {found.group(1)}, column {found.group(2)}"
    else:
        where = f"line {text.count(chr(10)) + 1}, its end"
    if "integer string conversion" in what:
        return "holds a whole number with thousands of digits; no quantity here needs so many"
    if "verwrite a value" in what or "twice" in what:
        return f"says a key twice: {what[0].lower()}{what[1:]} in {where}; keep one of the two"
    return f"is not TOML: {what[0].lower()}{what[1:]} in {where}; correct that line"
