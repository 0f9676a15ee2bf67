"""What the tests of far navigation share: two orbits, the ground's accuracy, Apollo's instruments and Kurs."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from softdock.astro.environment import j2_environment
from softdock.astro.orbits import OsculatingOrbit, state_from_osculating
from softdock.astro.time import Epoch
from softdock.dynamics.arcs import Arc, PointState, propagate
from softdock.flight.far_navigation import APART, MOVING, FarNavigation
from softdock.flight.far_sensors import RelativeNavigation
from softdock.flight.tracking import GroundTracking
from softdock.numerics.random import stream

ENV = j2_environment(Epoch.from_utc("1975-07-17T12:00:00"))
MASS = 14910.0
GROUND = GroundTracking(
    radial_m=100.0,
    in_track_m=400.0,
    cross_track_m=150.0,
    semi_major_axis_m=50.0,
    radial_rate_m_s=0.4,
    cross_track_rate_m_s=0.15,
)
FAR = {"from_range_km": 500.0, "period_s": 60.0}
VHF = {**FAR, "kind": "range", "noise_m": 30.0, "bias_m": 15.0}
SEXTANT = {**FAR, "kind": "bearing", "noise_mrad": 0.283}
KURS = {
    "range": {**FAR, "kind": "range", "noise_m": 10.0, "bias_m": 10.0},
    "rate": {**FAR, "kind": "range-rate", "noise_m_s": 0.015, "bias_m_s": 0.015},
    "angles": {**FAR, "kind": "bearing", "noise_mrad": 3.1, "bias_mrad": 3.1},
}


def onboard(sensors: dict[str, Any], *, noise: float = 1e-4, unseen: float = 0.2) -> RelativeNavigation:
    return RelativeNavigation(sensors=sensors, acceleration_noise_m_s1_5=noise, burn_unseen_fraction=unseen)


APOLLO = onboard({"VHF": VHF, "sextant": SEXTANT})


def in_orbit(height: float, argument: float, *, eccentricity: float = 0.0005) -> PointState:
    """A state at a perigee height [m], at some argument of latitude [rad]."""
    axis = (6378137.0 + height) / (1.0 - eccentricity)
    orbit = OsculatingOrbit(axis, eccentricity, float(np.radians(51.7)), 1.0, 0.3, argument)
    return PointState(0.0, *state_from_osculating(orbit, mu=float(ENV.mu)), MASS)


def flown(state: PointState, until: float) -> Arc:
    return propagate(ENV, state, until=until, drag_area=0.0)


def chase(behind_km: float, *, below_km: float = 18.5, until: float = 1800.0) -> tuple[list[Arc], list[Arc]]:
    """Arcs of a target at 222 km and of a chaser so far behind and below it, both coasting."""
    target = in_orbit(222e3, 2.0)
    chaser = in_orbit(222e3 - 1e3 * below_km, 2.0 - 1e3 * behind_km / 6.6e6)
    return [flown(target, until)], [flown(chaser, until)]


def navigation(board: RelativeNavigation | None, run: int = 0, **more: Any) -> FarNavigation:
    return FarNavigation(more.pop("ground", GROUND), board, ENV, random=partial(stream, 11, run), start=0.0)


def relative(nav: FarNavigation) -> tuple[np.ndarray, np.ndarray]:
    """Error (6,) and covariance (6, 6) of the relative state, in GCRF."""
    return APART @ nav.error[:MOVING], APART @ nav.covariance[:MOVING, :MOVING] @ APART.T
