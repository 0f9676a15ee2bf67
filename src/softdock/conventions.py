"""Units at the edges and names of frames. Inside, everything is SI and radians.

Frame letters: N inertial (GCRF) · E Earth-fixed (ITRF) · L target LVLH · T target body ·
C chaser body · P chaser port · D target port · S sensor · U site (east, north, up). `r_CT_L` is
the position of C relative to T in components of L; `dcm_XY` and `q_XY` turn Y-components into
X-components; inner letters cancel.
LVLH has x along V-bar (forward), y along minus the orbit normal, z toward the Earth.
Quaternions are Hamilton's, scalar first. See docs/conventions.md.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Record = Any  # one element of a structured array; numpy cannot type its fields

DEGREE = pi / 180.0
ARCSECOND = DEGREE / 3600.0
KILOMETRE = 1000.0
NAUTICAL_MILE = 1852.0
INCH = 0.0254
FOOT = 0.3048
POUND = 0.45359237  # kg; international yard and pound agreement, 1959
MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
STANDARD_GRAVITY = 9.80665  # m/s^2, CGPM 1901; turns specific impulse in seconds into exhaust velocity
