"""Every physical constant against a tool or a table that has its own: builders/constants_tools.py, bodies_orekit.py.

The tolerances are a part in a million or less of what the constant moves: test_mutation.py changes each by that much
and sees that its row fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import erfa
import numpy as np
import pytest
import scipy.constants

from softdock.astro.constants import MU_MOON, MU_SUN
from softdock.astro.environment import Forces, build_environment
from softdock.astro.ephemeris import moon_position, sun_position, tidal_acceleration
from softdock.astro.frames import dcm_EN, geodetic
from softdock.astro.gravity import MAX_DEGREE, coefficients, earth_field
from softdock.astro.moon import moon_positions
from softdock.astro.sunlight import light_acceleration, limb_angles
from softdock.astro.tides import bulge_acceleration
from softdock.astro.time import Epoch
from softdock.conventions import DAY, FOOT, INCH, NAUTICAL_MILE, POUND, Array, Record
from softdock.gnc.filter import J2, gravity
from softdock.vehicle.craft import Engine
from tests.fixtures.worst import worst_of

DATA = Path(__file__).parent / "data"
TOOLS = json.loads((DATA / "constants_tools.json").read_text())
BODIES = json.loads((DATA / "bodies_orekit.json").read_text())
OREKIT = "Orekit with DE440"
HALF_A_PART_IN_A_MILLION = 5e-7
one_millimetre = 1e-3


def _epoch(row: dict[str, Any], *, days_before: float = 0.0) -> Epoch:
    tt = datetime.fromisoformat(row["tt"])
    one, two = erfa.dtf2d("TT", tt.year, tt.month, tt.day, tt.hour, tt.minute, float(tt.second))
    return Epoch(float(one) - days_before, float(two))


def _of_it(found: Any, truth: Any) -> float:
    """Largest difference of two rows of vectors, each over the length of the true one."""
    found, truth = np.array(found), np.array(truth)
    return float((np.linalg.norm(found - truth, axis=-1) / np.linalg.norm(truth, axis=-1)).max())


@pytest.fixture(scope="module")
def full_field() -> Record:
    epoch = Epoch.from_utc("2020-01-01T00:00:00")
    return build_environment(epoch, span_s=0.0, forces=Forces(field=(MAX_DEGREE, MAX_DEGREE), drag=False))


def test_gravity_is_another_tools_with_its_own_copy(full_field: Record, claim: Callable[..., None]) -> None:
    found = [earth_field(full_field, tuple(place)) for place in TOOLS["places_m"]]
    claim(
        claim="Gravity, EGM2008 70 x 70, from 6,700 to 26,000 km and near a pole",
        truth="satkit with its own coefficients",
        tolerance=1e-11,
        achieved=_of_it(found, TOOLS["satkit_70_m_s2"]),
        unit="of it",
    )


def test_every_coefficient_is_another_tools(claim: Callable[..., None]) -> None:
    def checksum(order: int) -> int:
        pairs = coefficients()[2][order, order:, :2]
        return crc32(" ".join(f"{float(c)!r} {float(s)!r}" for c, s in pairs).encode())

    wrong = sum(checksum(order) != stored for order, stored in enumerate(TOOLS["brahe_checksums"]))
    claim(
        claim="Every coefficient of EGM2008 to degree and order 70, to the last bit: orders that differ",
        truth="brahe's own copy",
        tolerance=0.0,
        achieved=wrong,
        unit="orders",
    )


def _pulls(body: str, mu: float, place: Callable[[Record, float], Any]) -> tuple[list[Any], list[Any]]:
    found, truth = [], []
    for row in BODIES["dates"]:
        if "itrf_axes_in_gcrf" in row:
            env = build_environment(_epoch(row), span_s=0.0, forces=Forces(field=(0, 0), drag=False))
            found += [tidal_acceleration(mu, place(env, 0.0), tuple(r)) for r in BODIES["places"]]
            truth += row[f"{body}_pull"]
    return found, truth


def test_the_suns_pull(claim: Callable[..., None]) -> None:
    claim(
        claim="Pull of the Sun at 7,000, 25,000 and 42,000 km, twenty dates from 1972 to 2023",
        truth=OREKIT,
        tolerance=HALF_A_PART_IN_A_MILLION,
        achieved=_of_it(*_pulls("sun", MU_SUN, sun_position)),
        unit="of it",
    )


def test_the_moons_pull(claim: Callable[..., None]) -> None:
    claim(
        claim="Pull of the Moon at 7,000, 25,000 and 42,000 km, twenty dates from 1972 to 2023",
        truth=OREKIT,
        tolerance=HALF_A_PART_IN_A_MILLION,
        achieved=_of_it(*_pulls("moon", MU_MOON, moon_position)),
        unit="of it",
    )


def test_the_moons_place(claim: Callable[..., None]) -> None:
    miss = [moon_positions(_epoch(row), np.zeros(1))[0] - row["moon"] for row in BODIES["dates"]]
    claim(
        claim="Place of the Moon at 32 dates from 1972 to 2055",
        truth=OREKIT,
        tolerance=50.0,
        achieved=float(np.linalg.norm(miss, axis=1).max()),
        unit="m",
    )


def test_the_suns_place(claim: Callable[..., None]) -> None:
    rows = [row for row in BODIES["dates"] if "itrf_axes_in_gcrf" in row]
    plain = Forces(field=(0, 0), drag=False)
    found = [sun_position(build_environment(_epoch(row), span_s=0.0, forces=plain), 0.0) for row in rows]
    claim(
        claim="Place of the Sun at twenty dates from 1972 to 2023",
        truth=OREKIT,
        tolerance=15.0,
        achieved=float(np.linalg.norm(np.array(found) - [row["sun"] for row in rows], axis=1).max()) / 1e3,
        unit="km",
    )


def test_the_earth_has_turned_by_the_right_angle(claim: Callable[..., None]) -> None:
    """From half a day before: the angle at the epoch is ERFA's, the rate since is the constant."""
    worst = 0.0
    for row in BODIES["dates"]:
        if "itrf_axes_in_gcrf" in row and row["tt"] >= "1990":
            env = build_environment(_epoch(row, days_before=0.5), span_s=DAY, forces=Forces(field=(0, 0), drag=False))
            turn: Array = np.array(dcm_EN(env, 0.5 * DAY)) @ np.array(row["itrf_axes_in_gcrf"]).T
            worst = worst_of(worst, float(np.abs(turn - np.eye(3)).max()))
    claim(
        claim="Axes of the Earth half a day after the epoch, twelve dates from 1990 to 2023",
        truth="Orekit, IAU 2006/2000A on the same table",
        tolerance=1e-9,
        achieved=worst,
        unit="rad",
    )


def test_geodetic_coordinates_are_erfas(claim: Callable[..., None]) -> None:
    angle = height_miss = 0.0
    for longitude, latitude, height in ((0.3, 0.0, 2e5), (2.0, 0.7, 4e5), (-1.0, -1.2, 1e5), (3.0, 1.57, 8e5)):
        r = erfa.gd2gc(1, longitude, latitude, height)  # 1 is WGS 84
        found = geodetic(tuple(float(x) for x in r))
        angle = worst_of(angle, abs(found[0] - latitude), abs(found[1] - longitude))
        height_miss = worst_of(height_miss, abs(found[2] - height))
    claim(claim="Latitude, longitude over WGS 84", truth="ERFA", tolerance=1e-9, achieved=angle, unit="rad")
    claim(claim="Height over WGS 84", truth="ERFA", tolerance=one_millimetre, achieved=height_miss, unit="m")


def test_gravity_on_board(claim: Callable[..., None]) -> None:
    found = [gravity(tuple(place)) for place in TOOLS["places_m"]]
    claim(
        claim="On-board gravity, central and J2 with four digits",
        truth="satkit, EGM2008 of degree 2 and order 0",
        tolerance=2e-7,
        achieved=_of_it(found, TOOLS["satkit_zonal_2_m_s2"]),
        unit="of it",
    )


def test_the_oblateness_on_board(claim: Callable[..., None]) -> None:
    claim(
        claim="On-board J2 is EGM2008's, rounded to four decimals",
        truth="brahe's own copy, C20",
        tolerance=1e-12,
        achieved=J2 - round(-float(np.sqrt(5.0)) * TOOLS["brahe_c20"], 7),
        unit="-",
    )


def test_the_suns_radius(claim: Callable[..., None]) -> None:
    """Seen along an axis in which the Earth is not stretched: any that is square to the Sun's direction."""
    r = np.array(BODIES["places"][-1])
    worst = 0.0
    for row in BODIES["dates"]:
        sun = np.array(row["sun"])
        pole = np.cross(r, sun)
        pole = pole / np.linalg.norm(pole)
        seen = limb_angles(*(tuple(float(x) for x in a) for a in (pole, r, sun)))[0]
        worst = worst_of(worst, abs(seen / row["sun_radius_seen"] - 1.0))
    claim(
        claim="Radius of the Sun as seen from 42,000 km",
        truth="Orekit, IAU 2015 nominal radius",
        tolerance=1e-9,
        achieved=worst,
        unit="of it",
    )


def test_the_pressure_of_light(claim: Callable[..., None]) -> None:
    nominal_irradiance, au = 1361.0, erfa.DAU  # W/m^2: IAU 2015 resolution B3, table 1
    push = light_acceleration((0.0, 0.0, 1.0), (7.0e6, 0.0, 0.0), (au + 7.0e6, 0.0, 0.0), 0.02)
    claim(
        claim="Push of sunlight at one astronomical unit",
        truth="nominal solar irradiance of IAU 2015 B3 over CODATA's speed of light",
        tolerance=HALF_A_PART_IN_A_MILLION,
        achieved=-push[0] / (nominal_irradiance / scipy.constants.c * 0.02) - 1.0,
        unit="of it",
    )


def test_the_solid_tide(claim: Callable[..., None]) -> None:
    """Straight below and above the Moon, where degree 2 is 3 k (mu/r^2) (R/r)^2 (R/s)^3."""
    k20, k21, k22 = 0.30190, 0.29830, 0.30102  # IERS Conventions 2010, table 6.3, anelastic Earth, real parts
    love = (k20 + 2.0 * k21 + 2.0 * k22) / 5.0
    mu, radius, r, s = 4.9e12, 6378136.3, 6.8e6, 3.84e8
    found = bulge_acceleration(mu, (s, 0.0, 0.0), (r, 0.0, 0.0), radius)
    closed = -3.0 * love * mu / (r * r) * (radius / r) ** 2 * (radius / s) ** 3
    claim(
        claim="Pull of the solid tide straight below the Moon",
        truth="closed form with the mean Love number of IERS 2010 table 6.3",
        tolerance=1e-12,
        achieved=found[0] / closed - 1.0,
        unit="of it",
    )


def test_propellant_flow(claim: Callable[..., None]) -> None:
    engine = Engine(thrust_N=1000.0, specific_impulse_s=300.0, tank="main", minimum_burn_s=0.0)
    claim(
        claim="Propellant flow of 1 kN at 300 s of specific impulse",
        truth="standard gravity of CODATA",
        tolerance=1e-12,
        achieved=engine.flow_kg_s * 300.0 * scipy.constants.g / 1000.0 - 1.0,
        unit="of it",
    )


def test_units_of_length(claim: Callable[..., None]) -> None:
    claim(
        claim="The nautical mile, the foot, the inch and the pound",
        truth="scipy.constants",
        tolerance=1e-12,
        achieved=worst_of(
            abs(ours / theirs - 1.0)
            for ours, theirs in (
                (NAUTICAL_MILE, scipy.constants.nautical_mile),
                (FOOT, scipy.constants.foot),
                (INCH, scipy.constants.inch),
                (POUND, scipy.constants.pound),
            )
        ),
        unit="of it",
    )
