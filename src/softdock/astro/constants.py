"""Constants of nature and of the reference systems, in SI. Gravity's own GM and radius come with its file."""

from __future__ import annotations

MU_SUN = 1.32712440018e20  # m^3/s^2, IERS Conventions 2010 (TCB-compatible value differs by 1.6e-8)
MU_MOON = 4.902800118e12  # m^3/s^2, DE440: Park, Folkner, Williams and Boggs 2021
ASTRONOMICAL_UNIT = 149597870700.0  # m, IAU 2012 resolution B2
SUN_RADIUS = 695700000.0  # m, IAU 2015 resolution B3
EQUATORIAL_RADIUS = 6378137.0  # m, WGS 84 and the zero of perigee and apogee heights
FLATTENING = 1.0 / 298.257223563  # WGS 84
TWO_PI = 6.283185307179586
EARTH_RATE = TWO_PI * 1.00273781191135448 / 86400.0  # rad/s of UT1, IERS Conventions 2010 eq. 5.15
MU_EARTH = 3.986004415e14  # m^3/s^2, EGM2008
MINIMUM_HEIGHT = 100000.0  # m geodetic; below it an orbit is not continued
