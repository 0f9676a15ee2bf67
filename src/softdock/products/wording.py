"""Numbers, times and names as a report and a terminal show them. What is missing or not finite is a dash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import floor, isfinite, log10
from typing import Any

from ..astro.time import Epoch, get_text
from ..errors import DataError, MissionError

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
DELTA_V = "\N{GREEK CAPITAL LETTER DELTA}v"
ROUND_OFF = 1e-9  # in any unit that is shown: below it a value is zero
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip

INITIALS = 3  # letters, up to which a part of a name is taken for initials
FEW = 10.0  # m/s, below which sums of burns are told to the hundredth
LIGHT = 100.0  # kg, below which masses are told to the gram


def finite(value: Any) -> float | None:
    """The value as a float, or None when it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def number(value: Any, digits: int, *, signed: bool = False) -> str:
    """A number with a fixed count of decimals, thousands apart, a true minus sign."""
    known = finite(value)
    if known is None:
        return DASH
    text = f"{abs(known):,.{digits}f}"
    is_zero = not text.strip("0.,")
    return ("" if is_zero else MINUS if known < 0.0 else "+" if signed else "") + text


def with_unit(value: Any, digits: int, unit: str) -> str:
    """A number and its unit, kept on one line."""
    text = number(value, digits)
    return text if text == DASH else f"{text}\N{NO-BREAK SPACE}{unit}"


def significant(value: float, digits: int = 4) -> str:
    """A number of any size with that many significant digits, whole parts in full."""
    size = floor(log10(abs(value))) if value else 0
    text = number(value, max(digits - 1 - size, 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def compact(value: float) -> str:
    """A number in few signs, whatever its size; what is only round-off of zero is 0."""
    if abs(value) < ROUND_OFF:
        return "0"
    return power(value) if abs(value) < 1e-4 else significant(value)


def power(value: float | None) -> str:
    """A number near zero as one digit and a power of ten."""
    if value is None:
        return DASH
    if value == 0.0:
        return "0"
    digit, _, exponent = f"{value:.0e}".replace("-", MINUS).partition("e")
    raised = str(int(exponent.replace(MINUS, "-"))).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digit}\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}10{raised}"


def sum_digits(speed: float) -> int:
    """Decimals of a sum of burns [m/s]."""
    return 1 if speed >= FEW else 2


def mass_digits(reference: Any) -> int:
    """Decimals of a mass in kilograms, by the size of the craft or of the tank's load that it belongs to."""
    known = finite(reference)
    return 3 if known is not None and abs(known) < LIGHT else 1


def triple(values: Any, digits: int) -> tuple[str, str, str]:
    """Three components of a vector."""
    if not isinstance(values, Sequence) or len(values) != 3:
        return (DASH, DASH, DASH)
    first, second, third = (number(value, digits, signed=True) for value in values)
    return first, second, third


def nearest_second(utc: str) -> str:
    """An ISO time to the nearest second, as GET is written: 1975-07-17T16:09:09.7 is 1975-07-17T16:09:10."""
    if "." not in utc:
        return utc
    try:
        return Epoch.from_utc(utc, allow_prediction=True).utc(0.5)[:19]
    except (DataError, MissionError):
        return utc


def clock(utc: Any, *, year: bool = False) -> str:
    """An ISO time as 17 Jul 16:09:09, or with its year as 17 Jul 1975 16:09:09."""
    parts = _parts(utc)
    if parts is None:
        return DASH
    its_year, month, day, time = parts
    return f"{day} {MONTHS[month - 1][:3]} {f'{its_year} ' if year else ''}{time}"


def clocks(*times: Any) -> tuple[str, ...]:
    """Several ISO times beside each other: with their years when these differ."""
    years = {parts[0] for parts in map(_parts, times) if parts is not None}
    return tuple(clock(time, year=len(years) > 1) for time in times)


def date(utc: Any) -> str:
    """An ISO time as 17 July 1975, 16:09:09 UTC."""
    parts = _parts(utc)
    if parts is None:
        return DASH
    year, month, day, time = parts
    return f"{day} {MONTHS[month - 1]} {year}, {time} UTC"


def get(seconds: Any) -> str:
    """Ground elapsed time hhh:mm:ss."""
    known = finite(seconds)
    return DASH if known is None else get_text(known).replace("-", MINUS)


def difference(seconds: Any) -> str:
    """A difference of times as +3 min 57 s, -1 h 02 min or +18,263 d 14 h."""
    known = finite(seconds)
    if known is None:
        return DASH
    whole = round(abs(known))
    sign = "" if whole == 0 else MINUS if known < 0.0 else "+"
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours >= 100:
        return f"{sign}{hours // 24:,} d {hours % 24:02d} h"
    if hours:
        return f"{sign}{hours} h {minutes:02d} min"
    if not minutes:
        return f"{sign}{rest} s"
    return f"{sign}{minutes} min {rest:02d} s" if rest else f"{sign}{minutes} min"


def craft_name(key: Any) -> str:
    """The key of a craft as a name: apollo as Apollo, iss as ISS, cubesat-6u as Cubesat-6U."""
    parts = re.split("([- ])", str(key).replace("_", " "))
    return "".join(part.upper() if len(part) <= INITIALS else part[:1].upper() + part[1:] for part in parts)


def sentence(words: str) -> str:
    """Words that end as a sentence does; nothing stays nothing."""
    text = words.strip()
    return text if not text or text[-1] in ".!?" else text + "."


def listed(words: Sequence[str]) -> str:
    """Words as in a sentence: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _parts(utc: Any) -> tuple[int, int, int, str] | None:
    """Year, month, day and clock of an ISO time, to the nearest second."""
    try:
        day, _, time = nearest_second(str(utc).removesuffix("Z")).partition("T")
        year, month, number_of_day = (int(part) for part in day.split("-"))
    except ValueError:
        return None
    time = (time or "00:00:00").partition(".")[0]
    return (year, month, number_of_day, time) if 1 <= month <= 12 else None
