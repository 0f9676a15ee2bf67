"""Which numbers in the sources are constants of nature or of a reference system, and which row pins each of them.

`CONSTANTS` is what test_mutation.py changes by one part in a million. `OTHERS` are long numbers that are not such
constants. A long number that is in neither fails the test, so that a new constant comes with its row.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import softdock

PACKAGE = Path(softdock.__file__).parent
MILLIONTH = 1e-6
LONG = 4  # digits from which on a number is taken for a constant
METHODS = {  # files whose long numbers belong to a method of calculation, not to nature
    "dynamics/dop853.py": "tableau of the integrator, pinned by its order and by two days' flights",
    "astro/lambert.py": "series and an approximation of the arc cosine, pinned by the orbits found",
    "planning/window_schemes.py": "recorded figures of schemes that were flown, each with its source there",
}
FIELD = "data/gravity/egm2008_70.gfc"
MOON = "data/ephemeris/moon_de440.npy"  # whole metres, 29 km at most: a millionth of it is nothing, a hundredth is not
HUNDREDTH = 0.01


class Constant(NamedTuple):
    """A number as it is written in a file of the package, what it is, and the test whose row fails when it changes."""

    file: str
    literal: str
    name: str
    test: str

    def mutated(self, text: str) -> str:
        """The file with the number one part in a million larger. Raises ValueError when the number is not there."""
        pattern = rf"(?<![\w.]){re.escape(self.literal)}(?![\w.])"
        changed, count = re.subn(pattern, repr(float(self.literal) * (1.0 + MILLIONTH)), text)
        if not count:
            raise ValueError(f"{self.file} does not hold {self.literal} ({self.name}); correct this table")
        return changed


CONSTANTS = (
    Constant("astro/constants.py", "1.32712440018e20", "GM of the Sun", "test_the_suns_pull"),
    Constant("astro/constants.py", "4.902800118e12", "GM of the Moon", "test_the_moons_pull"),
    Constant("astro/constants.py", "149597870700.0", "astronomical unit", "test_the_moons_place"),
    Constant("astro/constants.py", "695700000.0", "radius of the Sun", "test_the_suns_radius"),
    Constant("astro/constants.py", "6378137.0", "equatorial radius", "test_geodetic_coordinates_are_erfas"),
    Constant("astro/constants.py", "298.257223563", "flattening", "test_geodetic_coordinates_are_erfas"),
    Constant(
        "astro/constants.py", "1.00273781191135448", "turn of the Earth", "test_the_earth_has_turned_by_the_right_angle"
    ),
    Constant("astro/constants.py", "3.986004415e14", "GM of the Earth on board", "test_gravity_on_board"),
    Constant("astro/orientation.py", "32.184", "TT - TAI", "test_the_earth_has_turned_by_the_right_angle"),
    Constant("astro/sunlight.py", "1361.0", "solar irradiance", "test_the_pressure_of_light"),
    Constant("astro/sunlight.py", "299792458.0", "speed of light", "test_the_pressure_of_light"),
    Constant("astro/tides.py", "0.300108", "Love number", "test_the_solid_tide"),
    Constant("gnc/filter.py", "1.0826e-3", "J2 on board", "test_the_oblateness_on_board"),
    Constant("conventions.py", "9.80665", "standard gravity", "test_propellant_flow"),
    Constant("conventions.py", "1852.0", "nautical mile", "test_units_of_length"),
    Constant("conventions.py", "0.0254", "inch", "test_units_of_length"),
    Constant("conventions.py", "0.3048", "foot", "test_units_of_length"),
    Constant("conventions.py", "0.45359237", "pound", "test_units_of_length"),
    Constant(FIELD, "3.986004415E+14", "GM of the field", "test_gravity_is_another_tools_with_its_own_copy"),
    Constant(FIELD, "6378136.3", "radius of the field", "test_gravity_is_another_tools_with_its_own_copy"),
    Constant(FIELD, "-4.841651437908150e-04", "C20", "test_gravity_is_another_tools_with_its_own_copy"),
    Constant(FIELD, "-6.096948714159450e-09", "S45,31", "test_every_coefficient_is_another_tools"),
)
COPIES = (  # constants written once more, each of which must be one of the above to the last digit
    Constant("astro/eclipses.py", "299792458.0", "speed of light", "test_copies_of_constants_are_copies"),
    Constant("products/story.py", "6378137.0", "equatorial radius", "test_copies_of_constants_are_copies"),
)

OTHERS = {  # as written: what it is
    "25544": "catalogue number of the station",
    "0.6180339887498949": "golden section",
    "0.999999": "a margin for rounding",
    "0.9999999": "a margin for rounding",
    "1721425.5": "Julian date of the year 1",
    "2400000.5": "zero of modified Julian dates",
    "2433281.5": "zero of SGP4's days",
    "2436934.5": "first row of the Moon's table",
    "2444244.5": "zero of GPS weeks",
    "2451545.0": "J2000",
    "36934.0": "modified Julian date of the beginning of UTC",
    "5373118.5": "Julian date of the end of the year 9999",
    "6.283185307179586": "twice pi",
    "6478.0": "km, below which an orbit is refused",
    "99.95": "rounding of a percentage",
    "123435.0": "m, where two splines of the air meet",
    "86400.0": "seconds of a day: a definition",
    "86_400_000_000_000": "nanoseconds of a day: a definition",
    "1440.0": "minutes of a day: a definition",
    "1439": "last minute of a day",
    "1957": "year that the two digits 57 of a TLE mean",
    "2056": "year that the two digits 56 of a TLE mean",
    "1960": "first year of UTC",
    "1972": "first year with whole leap seconds",
    "2199": "last year of a date",
    "678576": "MJD 0 as Python counts days",
    "1024": "weeks until those of GPS begin again; also rows of work in one call",
    "4096": "rows of work in one call",
    "9999": "last year of a date",
    "99_999": "greatest number in five places",
    "339_999": "greatest number in five places of which the first is a letter",
    "999_999_999": "greatest number in nine places",
    "1044": "width of a drawing in pixels",
}


def long_numbers(file: Path) -> Iterator[str]:
    """Numbers of at least LONG digits, as written, of which at least LONG - 1 are left without zeros at the ends.

    The second tells 86400.0 and 1440.0 from round numbers such as 5000.0 and 1e-3, which nature does not have. A
    number of three digits is not seen (J2 as 0.00108), nor one that is put together at run time. Numbers in another
    base than ten are bits.
    """
    text = file.read_bytes()
    lines = text.split(b"\n")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            literal = lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode()
            mantissa = literal.lower().partition("e")[0].replace("_", "")
            digits = (mantissa.rstrip("0") if "." in mantissa else mantissa).replace(".", "").lstrip("0")
            is_decimal = not literal.lower().startswith(("0x", "0o", "0b"))
            if is_decimal and len(digits) >= LONG and len(digits.strip("0")) >= LONG - 1:
                yield literal
