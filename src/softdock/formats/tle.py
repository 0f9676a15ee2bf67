"""Two-line element sets, read strictly and written.

Columns, checksum and ranges are those of Hoots and Roehrich 1980 (Spacetrack Report 3) and of Space-Track's
description; catalogue numbers beyond 99999 are Alpha-5. Let through with a remark: blanks after column 69. CR LF ends
a line as LF does; the designator, ephemeris type, element set and revolution may be blank.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from ..astro.mean_elements import MeanElements
from ..errors import DataError
from .lines import Line, lines_of, read_text

LENGTH = 69
LONGEST_NAME = 24
LARGEST_FILE = 20_000_000  # bytes; the whole catalogue has 6 million
KIND = "a set of two-line elements"
ALPHA5 = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # 10 to 33; I and O are left out
PIVOT = 57  # two-digit years from 57 are 1957 to 1999, below 2000 to 2056
_MJD_OF_YEAR_1 = 678576  # MJD = this negated + the ordinal of a date


class Field(NamedTuple):
    """Columns of one quantity, counted from 1, and how it is written."""

    what: str
    first: int
    last: int
    pattern: re.Pattern[str]
    like: str


def _field(what: str, first: int, last: int, *, pattern: str, like: str) -> Field:
    return Field(what, first, last, re.compile(pattern, re.ASCII), like)


_ANGLE = r" {0,2}\d{1,3}\.\d{4}"
_IMPLIED = r"[ +-]\d{5}[+-]\d"
NUMBER = _field("the catalogue number", 3, 7, pattern=r"[\dA-HJ-NP-Z]\d{4}", like="25544, 00005 or A5544")
FIRST = (
    _field("the classification", 8, 8, pattern="[UCS]", like="U"),
    _field("the international designator", 10, 17, pattern=r" {8}|\d{5}[A-Z]{0,3} *", like="98067A, or blank"),
    _field("the epoch's year", 19, 20, pattern=r"\d\d", like="25"),
    _field("the epoch's day", 21, 32, pattern=r" {0,2}\d{1,3}\.\d{8}", like="184.81435185"),
    _field("half the rate of mean motion", 34, 43, pattern=r"[ +-]\.\d{8}", like=" .00016717 or -.00000205"),
    _field("a sixth of the second rate of mean motion", 45, 52, pattern=_IMPLIED, like=" 00000+0"),
    _field("the drag term B*", 54, 61, pattern=_IMPLIED, like=" 10270-3 or -11606-4"),
    _field("the ephemeris type", 63, 63, pattern="[ 0]", like="0 (4 is SGP4-XP, which is not known here)"),
    _field("the element set's number", 65, 68, pattern=r" *\d*", like=" 999"),
)
SECOND = (
    _field("the inclination", 9, 16, pattern=_ANGLE, like=" 51.6416"),
    _field("the ascending node", 18, 25, pattern=_ANGLE, like="247.4627"),
    _field("the eccentricity", 27, 33, pattern=r"\d{7}", like="0006703, its point implied"),
    _field("the argument of perigee", 35, 42, pattern=_ANGLE, like="130.5360"),
    _field("the mean anomaly", 44, 51, pattern=_ANGLE, like="325.0288"),
    _field("the mean motion", 53, 63, pattern=r" ?\d{1,2}\.\d{8}", like="15.72125391"),
    _field("the revolution number", 64, 68, pattern=r" *\d*", like="56353"),
)


def read_tles(path: Path | str) -> tuple[MeanElements, ...]:
    """Element sets of a file of two- or three-line elements. Raises FormatError, which names line and column."""
    return parse_tles(read_text(path, largest=LARGEST_FILE, kind=KIND), file=str(path))


def parse_tles(text: str, *, file: str = "") -> tuple[MeanElements, ...]:
    """Element sets of a text; blank lines may part them. Raises FormatError, which names line and column."""
    lines = [line for line in lines_of(text, file=file, kind=KIND) if line.text.strip()]
    sets = []
    k = 0
    while k < len(lines):
        name = None if _is_element_line(lines[k], "1") else lines[k]
        k += name is not None
        if name is not None and _is_element_line(name, "2"):
            raise name.fault("is a line 2 without a line 1 above it; add the missing line", 1)
        title = "" if name is None else _name(name)
        if k >= len(lines) or not lines[k].text.startswith("1 "):
            raise lines[min(k, len(lines) - 1)].fault("a line 1 is due here, which begins with '1 '; add it", 1)
        if k + 1 >= len(lines) or not lines[k + 1].text.startswith("2 "):
            raise lines[min(k + 1, len(lines) - 1)].fault("a line 2 is due here, which begins with '2 '; add it", 1)
        sets.append(_elements(title, lines[k], lines[k + 1]))
        k += 2
    if not sets:
        raise Line(file, 1, "").fault("there are no elements in it; give two lines of 69 characters")
    return tuple(sets)


def _is_element_line(line: Line, kind: str) -> bool:
    """An element line and not a name such as '1 HOPEFUL 2', which ends by column 24."""
    return line.text.startswith(kind + " ") and len(line.text.rstrip()) > LONGEST_NAME


def _name(line: Line) -> str:
    text = line.text.rstrip()
    text = text[2:] if text.startswith("0 ") else text
    if len(text) > LONGEST_NAME:
        raise line.fault(
            f"is neither an element line nor a name, which has at most {LONGEST_NAME} characters; remove it",
            len(line.text.rstrip()) - len(text) + LONGEST_NAME + 1,
        )
    return text.strip()


def checksum(text: str) -> int:
    """Sum modulo 10 of the digits in the first 68 columns, a minus counting 1."""
    return sum(int(c) if c.isdigit() else c == "-" for c in text[: LENGTH - 1]) % 10


def _elements(name: str, first: Line, second: Line) -> MeanElements:
    remarks = [remark for line in (first, second) for remark in _check_length(line)]
    a, b = _columns(first, FIRST), _columns(second, SECOND)
    number = _catalogue_number(first)
    if _catalogue_number(second) != number:
        raise second.fault(
            f"is of object {second.text[2:7]} and the line 1 above it of {first.text[2:7]}; pair the right lines", 3
        )
    mjd, fraction = _epoch(first)
    angles = [_angle(second, item) for item in (SECOND[0], SECOND[1], SECOND[3], SECOND[4])]
    motion = float(b[5])
    if not 0.0 < motion <= 20.0:
        raise second.fault(f"the mean motion is {motion:g} rev/day and must be above 0 and at most 20; correct it", 53)
    for line in (first, second):
        _check_sum(line)
    return MeanElements(
        name=name, catalogue_number=number, classification=a[0], designator=_designator(a[1]),
        epoch_mjd=mjd, epoch_fraction=fraction,
        mean_motion_dot_rev_day2=float(a[4]), mean_motion_ddot_rev_day3=_implied(a[5]),
        bstar_per_earth_radius=_implied(a[6]), element_set=int(a[8].strip() or 0),
        inclination_deg=angles[0], raan_deg=angles[1], perigee_argument_deg=angles[2], mean_anomaly_deg=angles[3],
        eccentricity=float("0." + b[2]), mean_motion_rev_day=motion, revolution=int(b[6].strip() or 0),
        remarks=tuple(remarks),
    )  # fmt: skip


def _check_length(line: Line) -> list[str]:
    text = line.text.rstrip()
    if len(text) == LENGTH - 1:
        raise line.fault("has 68 characters, so its checksum is missing; fetch the elements again", LENGTH)
    if len(text) < LENGTH:
        raise line.fault(
            f"has {len(text)} characters and an element line has {LENGTH}: it was cut or blanks were lost; "
            "fetch the elements again",
            len(text) + 1,
        )
    if len(text) > LENGTH:
        raise line.fault(f"has {len(text)} characters and an element line has {LENGTH}; remove the rest", LENGTH + 1)
    spare = len(line.text) - LENGTH
    return [f"line {line.number}, column {LENGTH + 1}: {spare} blanks after the line were left out"] if spare else []


def _columns(line: Line, fields: tuple[Field, ...]) -> list[str]:
    """The text of each field; every column between them must be blank."""
    taken = {1, LENGTH}
    for item in (NUMBER, *fields):
        text = line.text[item.first - 1 : item.last]
        taken.update(range(item.first, item.last + 1))
        if item is NUMBER and text != text.strip():
            raise line.fault(f"the catalogue number '{text}' has blanks; write it with leading zeros", item.first)
        if not item.pattern.fullmatch(text):
            raise line.fault(f"{item.what} is '{text}'; it is written like {item.like}", item.first)
    for column in range(1, LENGTH):
        if column not in taken and line.text[column - 1] != " ":
            raise line.fault(f"holds '{line.text[column - 1]}' where a blank must be; put fields in columns", column)
    return [line.text[item.first - 1 : item.last] for item in fields]


def _check_sum(line: Line) -> None:
    last, due = line.text[LENGTH - 1], checksum(line.text)
    if last != str(due):
        raise line.fault(f"the checksum is '{last}' and the line adds up to {due}; fetch the elements again", LENGTH)


def _catalogue_number(line: Line) -> int:
    text = line.text[2:7]
    return (ALPHA5.index(text[0]) + 10) * 10_000 + int(text[1:]) if text[0] in ALPHA5 else int(text)


def _epoch(line: Line) -> tuple[int, float]:
    """MJD (UTC) and fraction of the day."""
    two = int(line.text[18:20])
    year = two + (1900 if two >= PIVOT else 2000)
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    day = int(line.text[20:23])
    if not 1 <= day <= days:
        raise line.fault(f"the epoch's day is {day} and {year} has days 1 to {days}; correct it", 21)
    return date(year, 1, 1).toordinal() - _MJD_OF_YEAR_1 + day - 1, float("0" + line.text[23:32])


def _angle(line: Line, item: Field) -> float:
    value = float(line.text[item.first - 1 : item.last])
    highest = 180.0 if item is SECOND[0] else 360.0
    if value > highest:
        raise line.fault(f"{item.what} is {value:g} deg and must be at most {highest:g} deg; correct it", item.first)
    return value


def _designator(text: str) -> str:
    if not text.strip():
        return ""
    return f"{'19' if int(text[:2]) >= PIVOT else '20'}{text[:2]}-{text[2:].rstrip()}"


def _implied(text: str) -> float:
    """A number such as -11606-4, which is -0.11606e-4."""
    return float(f"{text[0].strip()}0.{text[1:6]}e{text[6:]}")


def tle_lines(elements: MeanElements) -> tuple[str, str]:
    """Line 1 and line 2 of a set of elements, rounded to their columns. Raises DataError for what has no place."""
    day = date.fromordinal(elements.epoch_mjd + _MJD_OF_YEAR_1)
    parts = round(elements.epoch_fraction * 1e8)
    day += timedelta(days=parts // 10**8)
    if not 1957 <= day.year <= 2056:
        raise DataError(f"a TLE cannot hold the year {day.year}, only 1957 to 2056; write an OMM")
    of_year = day.timetuple().tm_yday
    designator = elements.designator[2:].replace("-", "")
    number = alpha5(elements.catalogue_number)
    rate = f"{elements.mean_motion_dot_rev_day2: .8f}"
    eccentricity = f"{elements.eccentricity:.7f}"
    first = (
        f"1 {number}{elements.classification:1.1} {designator:8} {day.year % 100:02d}{of_year:03d}.{parts % 10**8:08d} "
        f"{rate[0]}{rate[2:]} {_as_implied(elements.mean_motion_ddot_rev_day3)} "
        f"{_as_implied(elements.bstar_per_earth_radius)} 0 {elements.element_set % 10_000:4d}"
    )
    second = (
        f"2 {number} {elements.inclination_deg:8.4f} {elements.raan_deg:8.4f} {eccentricity[2:]} "
        f"{elements.perigee_argument_deg:8.4f} {elements.mean_anomaly_deg:8.4f} "
        f"{elements.mean_motion_rev_day:11.8f}{elements.revolution % 100_000:5d}"
    )
    if len(first) != LENGTH - 1 or len(second) != LENGTH - 1 or rate[1] != "0" or eccentricity[0] != "0":
        raise DataError(f"elements of object {elements.catalogue_number} do not fit a TLE's columns; write an OMM")
    return f"{first}{checksum(first)}", f"{second}{checksum(second)}"


def tle_text(elements: MeanElements) -> str:
    """The element set as two lines, after a line with its name if it has one. Raises DataError."""
    name = f"{elements.name[:LONGEST_NAME]}\n" if elements.name else ""
    return name + "\n".join(tle_lines(elements)) + "\n"


def alpha5(number: int) -> str:
    """A catalogue number in five characters: 105544 is A5544. Raises DataError above 339999."""
    if not 0 <= number <= 339_999:
        raise DataError(f"catalogue number {number} does not fit a TLE, which ends at 339999; write an OMM")
    return f"{number:05d}" if number < 100_000 else f"{ALPHA5[number // 10_000 - 10]}{number % 10_000:04d}"


def _as_implied(value: float) -> str:
    """A number in the form of -11606-4."""
    sign = "-" if value < 0.0 else " "
    size = abs(value)
    exponent = int(f"{size:.4e}".split("e")[1]) + 1 if size else 0
    exponent = max(exponent, -9)
    digits = round(float(f"{size}e{5 - exponent}") if "e" not in f"{size}" else size * 10.0 ** (5 - exponent))
    if not digits:
        return " 00000+0"  # others write a zero as 00000-0: equal in value, not in text
    if exponent > 9 or digits > 99_999:
        raise DataError(f"{value:g} does not fit a TLE's eight columns; write an OMM")
    return f"{sign}{digits:05d}{exponent:+d}"
