"""Rendezvous schemes as launch windows see them, from what is published of them.

Progress and Soyuz: the insertion orbit is the J2-mean one of the nominal state at separation of Progress M-37
(V. Agapov, SeeSat-L, December 1997), nodal period 88.58 min (88.6 to 88.8 are printed for later flights); the powered
arc is the angle between its pad at lift-off and that position. Burns of the two-day scheme stand where the plan of
Soyuz MS-01 (Spaceflight Now, July 2016) had them. Of the fast schemes only durations are published; the places of
their burns are assumed. The propellant limit is the least that the transfer takes and 3 %, by which flown budgets of
the two-day scheme exceed their least. Published ranges of phase: Rossiyskaya Gazeta on Soyuz MS-25, 2024.
"""

from __future__ import annotations

from dataclasses import replace

from ..conventions import DEGREE
from .window_phasing import Scheme

_APPROACH = 28.0 * 60.0  # s: MS-01 had 74 min from DV5 to contact; half a revolution to arrival, assumed, leaves 28
_LAST = 0.98  # revolutions from DV4 to arrival, as in MS-01

TWO_DAY = Scheme(
    name="two-day, 34 revolutions",
    ascent=529.04,
    powered_arc=16.655 * DEGREE,
    plane_lead=189.4,
    semi_major_axis=6586.15e3,
    eccentricity=0.00389,
    burns=((2.30, 2.76), (16.40, 16.40), (33.29 - _LAST, 33.29)),  # DV1 and 2, DV3, DV4 and 5 with braking
    revolutions=33.29,
    approach=_APPROACH,
    dv_limit=123.4,  # 119.8 m/s to the station of July 2025
    published_width=150.0 * DEGREE,
)
FOUR_ORBIT = replace(
    TWO_DAY,
    name="four-orbit",
    burns=((0.5, 1.0), (3.39 - _LAST, 3.39)),  # from half a revolution on: assumed
    revolutions=3.39,  # 5 h 43 min from lift-off to docking, Progress M-16M
    published_width=22.0 * DEGREE,
)
TWO_ORBIT = replace(
    TWO_DAY,
    name="two-orbit",
    burns=((0.25, 1.62),),  # from a quarter of a revolution on: assumed
    revolutions=1.62,  # 3 h 03 min, Progress MS-17
    published_width=6.0 * DEGREE,
)
APOLLO_1975 = Scheme(
    name="Apollo, 29 revolutions",
    ascent=595.0,
    powered_arc=18.8 * DEGREE,
    semi_major_axis=6537.3e3,  # 154.7 x 173.3 km over the pad's radius, 6373.3 km
    eccentricity=9.3 / 6537.3,
    burns=((2.4, 3.8), (16.6, 16.6), (27.8, 29.8)),  # by the clock times of the flight record; the first two recalled
    revolutions=29.8,
    approach=20.0 * 60.0,  # from 43:59 elapsed, 32 min after TPI, to capture at 44:19
    dv_limit=50.0,  # assumed; the least is 39 m/s
)
SCHEMES = (TWO_DAY, FOUR_ORBIT, TWO_ORBIT, APOLLO_1975)
NAMED = {"two-day": TWO_DAY, "four-orbit": FOUR_ORBIT, "two-orbit": TWO_ORBIT, "apollo-1975": APOLLO_1975}
"""By the names that a mission file uses."""
