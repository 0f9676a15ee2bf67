"""Progress MS-31 and the station on 3 July 2025: the stand-in vector and the elements nearest to lift-off."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from softdock.astro.environment import j2_environment
from softdock.astro.mean_elements import MeanElements, StaleElementsWarning, TleOrbit
from softdock.astro.orbits import MeanOrbit, mean_from_state
from softdock.astro.time import Epoch
from softdock.conventions import Array, Record
from softdock.formats.tle import parse_tles
from softdock.planning.start import GivenStart
from softdock.planning.start_vector import StateVector, mean_start

LIFT_OFF = "2025-07-03T19:32:40.257"
DOCKING = "2025-07-05T21:25:00"
SITE_31_FROM_SITE_1 = 0.222  # deg of longitude
FROM_2_KM_TO_CONTACT = 35.0 * 60.0  # s; 32 min of Progress MS-03. assumed
TLES = """\
1 25544U 98067A   25183.17152840  .00005361  00000-0  10070-3 0  9993
2 25544  51.6357 232.8024 0002162 321.8485 134.2034 15.50326686517486
1 25544U 98067A   25185.47485775  .00005492  00000+0  10282-3 0  9993
2 25544  51.6344 221.3901 0002450 331.8120  28.2736 15.50368910517843
1 25544U 98067A   25186.50618345  .00006730  00000+0  12412-3 0  9992
2 25544  51.6343 216.2777 0002492 336.9059  23.1817 15.50384048518002
"""
# Progress M-37, nominal state at separation, published before its launch on 20 December 1997 by the Keldysh ballistic
# centre (SeeSat-L, Dec-1997/0127)
PUBLISHED = {
    "after_lift_off_s": 529.04,
    "position_km": (355.203, 4117.639, 5092.747),
    "velocity_km_s": (-7.45392, -0.39670, 0.84063),
}


@dataclass(frozen=True)
class Scene:
    """Both craft at the insertion of Progress, in seconds from lift-off."""

    epoch: Epoch
    j2: Record
    progress: GivenStart
    station: GivenStart
    chaser: MeanOrbit
    target: MeanOrbit
    docking: float
    arrival: float


def elements() -> tuple[MeanElements, ...]:
    return tuple(parse_tles(TLES))


def station_by(which: int, epoch: Epoch, t: float) -> tuple[Array, Array]:
    """The station in GCRF by SGP4 from one of the element sets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StaleElementsWarning)
        r, v = TleOrbit(elements()[which], epoch).states(np.array([t]))
    return r[0], v[0]


def scene() -> Scene:
    epoch = Epoch.from_utc(LIFT_OFF)
    j2 = j2_environment(epoch)
    progress = StateVector(lift_off_utc=LIFT_OFF, turned_east_deg=SITE_31_FROM_SITE_1, **PUBLISHED).start(epoch)
    station = GivenStart(progress.t, *station_by(1, epoch, progress.t))
    docking = epoch.seconds_of(DOCKING)
    return Scene(
        epoch=epoch,
        j2=j2,
        progress=progress,
        station=station,
        chaser=mean_start(progress, j2),
        target=mean_from_state(station.r, station.v, j2, t=station.t),
        docking=docking,
        arrival=docking - FROM_2_KM_TO_CONTACT,
    )
