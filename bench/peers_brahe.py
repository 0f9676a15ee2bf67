"""brahe: DP54 and RKF78, one orbit and its parallel batch on one thread. In Rust.

The planetary ephemeris of JPL would be fetched, so its Sun and Moon are the analytic ones: its distance from ours is
theirs. Its nutation is the short series IAU 2000B, five times as quick here as the whole one, its default.
"""

from __future__ import annotations

import time
from typing import Any

import astropy_iers_data
import numpy as np

from .harness import Array, Contestant, apart, loosest
from .tasks import ARC_ERROR_M, CROWD_ERROR_M, DEGREE, SECONDS, Orbits

NEEDS = ("brahe",)
LADDER = [10.0 ** (-k / 2.0) for k in range(14, 27)]  # tolerances, absolute [m, m/s] and relative
TIGHT = 1e-14
SAMPLE = 10  # of the crowd: each orbit costs the same


def _start() -> None:
    import brahe as bh

    orientation = bh.FileEOPProvider.from_standard_file(str(astropy_iers_data.IERS_A_FILE), True, "Hold")
    bh.set_global_eop_provider_from_file_provider(orientation)
    bh.set_precession_nutation_model(bh.PrecessionNutationModel.IAU2000B)
    bh.set_num_threads(1)


def _forces() -> Any:
    import brahe as bh

    bodies = [
        bh.ThirdBodyConfiguration(body, bh.EphemerisSource.LowPrecision)
        for body in (bh.ThirdBody.SUN, bh.ThirdBody.MOON)
    ]
    gravity = bh.GravityConfiguration(
        DEGREE, DEGREE, bh.GravityModelType.EGM2008_120, parallel=bh.ParallelMode.Never
    )
    return bh.ForceModelConfig(gravity=gravity, third_body=bodies)


def _propagators(orbits: Orbits, method: str, tolerance: float) -> tuple[list[Any], Any]:
    """Propagators at the start and the end's epoch."""
    import brahe as bh

    year, month, day, hour, minute, second = orbits.moment
    begin = bh.Epoch.from_datetime(year, month, day, hour, minute, second, 0.0, bh.TimeSystem.UTC)
    chosen = bh.NumericalPropagationConfig.with_method(getattr(bh.IntegrationMethod, method))
    chosen = chosen.with_abs_tol(tolerance).with_rel_tol(tolerance)
    made = []
    for start in orbits.starts:
        propagator = bh.NumericalOrbitPropagator(begin, start, chosen, _forces())
        propagator.set_trajectory_mode(bh.TrajectoryMode.DISABLED)
        made.append(propagator)
    return made, begin + SECONDS


def _flown(made: tuple[list[Any], Any]) -> Array:
    """States (n, 6) at the end, by its parallel batch when there are several."""
    import brahe as bh

    propagators, end = made
    for propagator in propagators:
        propagator.reset()
    if len(propagators) > 1:
        bh.par_propagate_to(propagators, end)
    else:
        propagators[0].propagate_to(end)
    return np.array([propagator.current_state() for propagator in propagators])


def _raced(method: str, orbits: Orbits, checked: Orbits, ours: Array, error_m: float, share: float) -> Contestant:
    reference = _flown(_propagators(checked, method, TIGHT))
    value, found = loosest(
        LADDER, lambda x: _flown(_propagators(checked, method, x)), reference, error_m=error_m
    )
    made = _propagators(orbits, method, value)
    clock = time.thread_time if len(orbits.starts) == 1 else time.process_time  # the batch has a thread of its own
    return Contestant(
        f"brahe {method}", f"tolerance {value:.2g}", lambda: _flown(made), clock=clock, shares=share,
        own_error_m=apart(found, reference), our_error_m=apart(found, ours),
    )  # fmt: skip


def arcs(orbit: Orbits, ours: Array) -> list[Contestant]:
    _start()
    return [_raced(method, orbit, orbit, ours, ARC_ERROR_M, 1.0) for method in ("DP54", "RKF78")]


def crowds(crowd: Orbits, checked: Orbits, ours: Array) -> list[Contestant]:
    _start()
    few, sample = checked.first(2), crowd.first(SAMPLE)
    return [_raced("DP54", sample, few, ours[:2], CROWD_ERROR_M, SAMPLE / len(crowd.starts))]
