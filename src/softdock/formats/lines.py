"""Lines of a text file, each able to say what is wrong with it and where; KVN, the CCSDS form of `KEY = value`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import FormatError

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_PAIR = re.compile(r"([A-Z][A-Z0-9_]*)( *= *)(.*)", re.ASCII)
_UNIT = re.compile(r"(.*?) *\[([^\[\]]*)\]", re.ASCII)
_LONGEST_NUMBER = 40  # characters; a double needs 24


@dataclass(frozen=True)
class Line:
    """One line of a file, without its line end."""

    file: str
    number: int
    text: str

    def fault(self, sentence: str, column: int = 0) -> FormatError:
        """The error that names this line."""
        return FormatError(sentence, file=self.file, line=self.number, column=column)


@dataclass(frozen=True)
class Pair:
    """One `KEY = value [unit]`; `column` is where the value begins."""

    line: Line
    key: str
    value: str
    unit: str
    column: int

    def fault(self, sentence: str) -> FormatError:
        """The error that names this value."""
        return self.line.fault(f"{self.key} {sentence}", self.column)


def read_text(path: Path | str, *, largest: int, kind: str) -> str:
    """Text of a file of at most `largest` bytes that should be `kind`. Raises FormatError."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(largest + 1)
    except FileNotFoundError:
        raise FormatError(f"no such file, and {kind} was to be read from it; check the path", file=str(path)) from None
    except (OSError, ValueError) as fault:  # a path with a zero byte is a ValueError
        reason = getattr(fault, "strerror", None) or str(fault)
        raise FormatError(f"cannot be read as {kind}: {reason}; check the path", file=str(path)) from None
    if len(data) > largest:
        raise FormatError(
            f"is larger than the {largest / 1e6:.0f} MB that {kind} may have; check that it is one, or split it",
            file=str(path),
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FormatError("is UTF-16 text and ASCII is needed; save it as plain text", file=str(path), line=1, column=1)
    return data.decode("utf-8", errors="replace")


def lines_of(text: str, *, file: str, kind: str) -> list[Line]:
    """Lines of a text in printable ASCII; LF and CR LF end a line, nothing else is let through. Raises FormatError."""
    if text.lstrip()[:1] == "<" and kind != "XML":
        first = text[: len(text) - len(text.lstrip())].count("\n") + 1
        raise FormatError(f"is a web page or XML where {kind} is needed; fetch it again", file=file, line=first)
    lines = []
    for number, content in enumerate(text.split("\n"), start=1):
        line = Line(file, number, content[:-1] if content.endswith("\r") else content)
        if not (line.text.isascii() and line.text.isprintable()):
            raise _strange(line)
        lines.append(line)
    if lines and not lines[-1].text:
        lines.pop()  # what follows the last line end is no line
    return lines


def _strange(line: Line) -> FormatError:
    column, sign = next((k, c) for k, c in enumerate(line.text, start=1) if not " " <= c <= "~")
    if sign == "\ufeff":
        return line.fault("starts with a byte order mark; save the file as ASCII", column)
    if sign == "\t":
        return line.fault("holds a tab and columns are counted in blanks; replace it by blanks", column)
    return line.fault(f"holds {ascii(sign)}, which is not printable ASCII; correct or remove it", column)


def number_in(line: Line, text: str, *, name: str, column: int) -> float:
    """A finite number, written with a decimal point and e or E. Raises FormatError."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise line.fault(f"{name} is '{text[:_LONGEST_NUMBER]}', which is no number; write it like -1234.5e-3", column)
    value = float(text)
    if not math.isfinite(value):
        raise line.fault(f"{name} is '{text}', which is beyond any number here; correct it", column)
    return value


def pair_of(line: Line) -> Pair:
    """The key, value and unit of a KVN line. Raises FormatError."""
    indent = len(line.text) - len(line.text.lstrip(" "))
    found = _PAIR.fullmatch(line.text.strip(" "))
    if found is None:
        raise line.fault(f"'{line.text.strip()[:40]}' is not KEY = value; correct or remove it", indent + 1)
    key, sign, value = found.groups()
    column = indent + len(key) + len(sign) + 1
    if not value:
        raise line.fault(f"{key} has no value; write one or remove the line", column)
    with_unit = _UNIT.fullmatch(value)
    value, unit = with_unit.groups() if with_unit else (value, "")
    return Pair(line, key, value, unit, column)


def number_of(pair: Pair, unit: str = "", *, low: float = -math.inf, high: float = math.inf) -> float:
    """The value of a pair as a number from low to high, in a unit that need not be written. Raises FormatError."""
    if pair.unit and pair.unit.lower() != unit.lower():
        raise pair.fault(f"is in [{pair.unit}] and is read in [{unit}]; convert it" if unit else "has no unit; drop it")
    value = number_in(pair.line, pair.value, name=pair.key, column=pair.column)
    if not low <= value <= high:
        bound = f"at least {low:g}" if value < low else f"at most {high:g}"
        raise pair.fault(f"is {value:g} and must be {bound} {unit}".rstrip() + "; correct it")
    return value


def whole_of(pair: Pair, *, low: int, high: int) -> int:
    """The value of a pair as a whole number. Raises FormatError."""
    value = number_of(pair, low=low, high=high)
    if value != int(value):
        raise pair.fault(f"is {pair.value} and must be a whole number; correct it")
    return int(value)
