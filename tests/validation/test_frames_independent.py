"""Time scales and frames against Orekit, SOFA's worked example, Vallado's worked case and a printed formula."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import pi, sin
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softdock.astro import teme
from softdock.astro.framed import Framed
from softdock.astro.scales import convert, ut1_less_tt
from softdock.astro.teme import frame_axes, gcrf_from
from softdock.astro.time import Epoch
from softdock.astro.topocentric import Site
from softdock.conventions import ARCSECOND, DAY, Array
from tests.fixtures.worst import worst_of

Claim = Callable[..., None]
STORED = json.loads((Path(__file__).parent / "data" / "frames_orekit.json").read_text())
CASES: list[dict[str, Any]] = STORED["cases"]
NOW = np.zeros(1)
OREKIT = "Orekit 13.1, IERS 2010, EOP C04 without subdaily tides"
one_nanoradian = 1e-9  # 7 mm in a low orbit
one_metre, one_centimetre, one_microsecond = 1.0, 0.01, 1e-6
slow_turn = 1e-4  # m/s: precession and nutation of the axes, which neither tool takes for a rotation
moving_pole = 2e-5  # m/s: the rates of the pole and of the length of the day


def orbit(case: dict[str, Any], state: list[list[float]]) -> Framed:
    r, v = (np.array([part]) for part in state)
    return Framed(frame="GCRF", epoch=Epoch.from_utc(case["utc"]), times=NOW, r=r, v=v)


@pytest.mark.parametrize("frame", ["EME2000", "TOD", "CIRS", "TEME", "ITRF"])
def test_frames_are_orekits_from_1962_to_2026(claim: Claim, frame: str) -> None:
    angle, speed = 0.0, 0.0
    for case in CASES:
        got, truth = orbit(case, STORED["state"]).to(frame), np.array(case["states"][frame])
        angle = worst_of(angle, float(np.linalg.norm(got.r[0] - truth[:3]) / np.linalg.norm(truth[:3])))
        speed = worst_of(speed, float(np.linalg.norm(got.v[0] - truth[3:])))
    # ITRF's 4 mm: Orekit's pole between the days is Hermite's with C04's rates, which are zeros in its older rows.
    tied = ", as Vallado et al. 2006 tie it to the Earth" if frame == "TEME" else ""
    claim(
        claim=f"GCRF to {frame}{tied}, thirteen dates from 1962 to 2026",
        truth=OREKIT,
        tolerance=one_nanoradian,
        achieved=angle,
        unit="rad",
    )
    assert speed < (moving_pole if frame == "ITRF" else slow_turn)


def test_teme_is_near_the_uncorrected_one_of_orekit(claim: Claim) -> None:
    worst = 0.0
    for case in CASES:
        got, truth = orbit(case, STORED["state"]).to("TEME").r[0], np.array(case["states"]["TEME of Orekit"][:3])
        worst = worst_of(worst, float(np.linalg.norm(got - truth) / np.linalg.norm(truth)))
    claim(
        claim="TEME tied to the Earth against TEME on the equinox of IAU 1980 without the IERS corrections",
        truth=OREKIT,
        tolerance=1e-6,  # the corrections reach 0.1", 5e-7 rad, in longitude
        achieved=worst,
        unit="rad",
    )


def test_ut1_is_orekits(claim: Claim) -> None:
    worst = 0.0
    for case in CASES:
        epoch = Epoch.from_utc(case["utc"])
        found = ut1_less_tt(np.array(epoch.tt1), np.array(epoch.tt2)) + 32.184 + case["tai_less_utc_s"]
        worst = worst_of(worst, abs(float(found) - case["ut1_less_utc_s"]))
    claim(
        claim="UT1 - UTC between the days of the table, whose own error is 1e-5 s, in 1962 2e-3 s",
        truth=OREKIT,
        tolerance=one_microsecond,
        achieved=worst,
        unit="s",
    )


def printed_tdb_less_tt(days: float) -> float:
    """TDB - TT [s], days TT from J2000: Kaplan 2005, USNO Circular 179, equation 2.6, good to some 10 us."""
    t = days / 36525.0
    return (
        0.001657 * sin(628.3076 * t + 6.2401)
        + 0.000022 * sin(575.3385 * t + 4.2970)
        + 0.000014 * sin(1256.6152 * t + 6.1969)
        + 0.000005 * sin(606.9777 * t + 4.0212)
        + 0.000005 * sin(52.9691 * t + 0.4444)
        + 0.000002 * sin(21.3299 * t + 5.5431)
        + 0.000010 * t * sin(628.3076 * t + 4.2490)
    )


def test_tdb_is_the_printed_formulas_and_orekits(claim: Claim) -> None:
    from_formula, from_orekit = 0.0, 0.0
    for case in CASES:
        epoch = Epoch.from_utc(case["utc"])
        tdb1, tdb2 = convert(epoch.tt1, epoch.tt2, source="TT", target="TDB")
        found = ((float(tdb1) - epoch.tt1) + (float(tdb2) - epoch.tt2)) * DAY
        days = (epoch.tt1 - 2451545.0) + epoch.tt2
        from_formula = worst_of(from_formula, abs(found - printed_tdb_less_tt(days)))
        from_orekit = worst_of(from_orekit, abs(found - case["tdb_less_tt_s"]))
    ten_microseconds = 1e-5
    claim(
        claim="TDB - TT at the Earth's centre",
        truth="Kaplan 2005, USNO Circular 179, equation 2.6",
        tolerance=ten_microseconds,
        achieved=from_formula,
        unit="s",
    )
    claim(
        claim="TDB - TT at the Earth's centre",
        truth="Orekit 13.1, whose two terms leave out 22, 5 and 5 us",
        tolerance=4.0 * ten_microseconds,
        achieved=from_orekit,
        unit="s",
    )


def test_sights_from_a_site_are_orekits(claim: Claim) -> None:
    site = Site(*STORED["site"])
    angle, distance, rate = 0.0, 0.0, 0.0
    for case in CASES:
        seen = orbit(case, STORED["state"]).sight_from(site)
        turn = (float(seen.azimuth[0]) - case["azimuth"] + pi) % (2.0 * pi) - pi
        angle = worst_of(angle, abs(turn), abs(float(seen.elevation[0]) - case["elevation"]))
        distance = worst_of(distance, abs(float(seen.distance[0]) - case["range_m"]))
        rate = worst_of(rate, abs(float(seen.distance_rate[0]) - case["range_rate_m_s"]))
    what = "a craft seen from a site"
    claim(
        claim=f"Azimuth and elevation of {what}", truth=OREKIT, tolerance=one_nanoradian, achieved=angle, unit="rad"
    )
    claim(claim=f"Range of {what}", truth=OREKIT, tolerance=one_centimetre, achieved=distance, unit="m")
    claim(claim=f"Range rate of {what}", truth=OREKIT, tolerance=moving_pole, achieved=rate, unit="m/s")


def test_geodetic_coordinates_are_orekits(claim: Claim) -> None:
    angle, height = 0.0, 0.0
    for case in CASES:
        latitude, longitude, high = (float(x[0]) for x in orbit(case, STORED["state"]).geodetic())
        turn = (longitude - case["geodetic"][1] + pi) % (2.0 * pi) - pi
        angle = worst_of(angle, abs(latitude - case["geodetic"][0]), abs(turn))
        height = worst_of(height, abs(high - case["geodetic"][2]))
    what = "of a point below a craft"
    claim(
        claim=f"Geodetic latitude and longitude {what}",
        truth=OREKIT,
        tolerance=one_nanoradian,
        achieved=angle,
        unit="rad",
    )
    claim(claim=f"Geodetic height {what}", truth=OREKIT, tolerance=one_centimetre, achieved=height, unit="m")


@pytest.mark.parametrize("frame", ["LVLH", "RTN"])
def test_local_frames_are_orekits(claim: Claim, frame: str) -> None:
    miss = 0.0
    for case in CASES:
        seen = orbit(case, STORED["chaser"]).seen_from(orbit(case, STORED["state"]), frame)
        miss = worst_of(miss, float(np.abs(np.hstack([seen.r[0], seen.v[0]]) - case["local"][frame]).max()))
    claim(
        claim=f"Chaser in the target's {frame}, 1.6 km off, velocity as seen turning with it",
        truth=f"Orekit 13.1, {'LVLH_CCSDS' if frame == 'LVLH' else 'QSW'}",
        tolerance=1e-6,
        achieved=miss,
        unit="m, m/s",
    )


def given_orientation(monkeypatch: pytest.MonkeyPatch, *, pole: list[float], ut1_less_utc: float, tai_utc: int) -> None:
    """Pole x_p, y_p, dX, dY in arcseconds and UT1 - UTC [s] of an example instead of the tables."""

    def printed(_: Epoch, times: Array, *, allow_prediction: bool) -> tuple[Array, Array]:
        rows = ARCSECOND * np.array([pole])
        return np.repeat(rows, len(times), axis=0), np.full(len(times), ut1_less_utc - tai_utc - 32.184)

    monkeypatch.setattr(teme, "earth_orientation", printed)


def test_the_worked_example_of_sofa(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    pole = [0.0349282, 0.4833163, 0.1750e-3, -0.2259e-3]
    given_orientation(monkeypatch, pole=pole, ut1_less_utc=-0.072073685, tai_utc=33)
    printed = np.array(
        [
            [+0.973104317697535, +0.230363826239128, -0.000703163482198],
            [-0.230363800456037, +0.973104570632801, +0.000118545366625],
            [+0.000711560162668, +0.000046626403995, +0.999999745754024],
        ]
    )
    dcm_NE, rate = frame_axes("ITRF", Epoch.from_utc("2007-04-05T12:00:00"), NOW)
    claim(
        claim="Celestial-to-terrestrial matrix of the worked example, IAU 2006/2000A, CIO based",
        truth="SOFA Tools for Earth Attitude, section 5.4",
        tolerance=1e-12,
        achieved=float(np.abs(dcm_NE[0].T - printed).max()),
        unit="rad",
    )
    assert np.linalg.norm(rate) == pytest.approx(7.292115e-5, rel=1e-7)


def test_the_worked_case_of_vallado_in_gcrf_and_true_of_date(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    pole = [-0.140682, 0.333309, -0.000205, -0.000136]
    given_orientation(monkeypatch, pole=pole, ut1_less_utc=-0.4399619, tai_utc=32)
    epoch = Epoch.from_utc("2004-04-06T07:51:28.386009")
    r = 1e3 * np.array([[-1033.4793830, 7901.2952754, 6380.3565958]])
    v = 1e3 * np.array([[-3.225636520, -2.872451450, 5.531924446]])
    fixed = Framed(frame="ITRF", epoch=epoch, times=NOW, r=r, v=v)
    gcrf, tod = fixed.to("GCRF"), fixed.to("TOD")
    truth = "Vallado, Fundamentals of Astrodynamics, example 3-15"
    claim(
        claim="ITRF to GCRF of the published case, FK5 theory with the IERS corrections",
        truth=truth,
        tolerance=2.0 * one_centimetre,  # corrections printed to 1e-6"
        achieved=float(np.linalg.norm(gcrf.r[0] - 1e3 * np.array([5102.50895790, 6123.01140070, 6378.13692820]))),
        unit="m",
    )
    claim(
        claim="ITRF to true of date of the published case, equinox of IAU 1980 without corrections",
        truth=truth,
        tolerance=one_metre,  # 15 mas between the equinoxes of FK5 and GCRF are 0.6 m
        achieved=float(np.linalg.norm(tod.r[0] - 1e3 * np.array([5094.51478040, 6127.36646120, 6380.34453270]))),
        unit="m",
    )
    published = 1e3 * np.array([-4.7432201570, 0.7905364970, 5.5337557270])
    assert np.linalg.norm(gcrf.v[0] - published) < slow_turn
    again, _ = gcrf_from("TOD", epoch, NOW, r=tod.r, v=tod.v)
    assert np.abs(again - gcrf.r).max() < 1e-7
