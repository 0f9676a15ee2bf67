"""heyoka: Taylor series compiled for the equations, one orbit and several side by side in one register.

Its own gravity, precession, nutation and Earth orientation; Sun and Moon by VSOP 2013 and ELP 2000, cut so that they
cost little: its distance from ours is theirs. Compiling takes seconds and is not counted.
"""

from __future__ import annotations

from typing import Any

import erfa
import numpy as np

from .harness import Array, Contestant, apart, loosest
from .tasks import ARC_ERROR_M, CROWD_ERROR_M, DEGREE, SECONDS, Orbits

NEEDS = ("heyoka",)
ARC_LADDER, CROWD_LADDER = (1e-12, 1e-13, 1e-14), (1e-10, 1e-11, 1e-12)  # tolerances, relative; each compiles anew
TIGHT = 1e-15
METRE_PER_AU = 149597870700.0
CENTURY = 36525.0 * 86400.0  # s
SUN_SERIES, MOON_SERIES = 1e-6, 1e-5  # terms below are left out


def _equations(orbits: Orbits) -> list[tuple[Any, Any]]:
    """Derivatives of position and velocity in ICRS; time in seconds from the start."""
    import heyoka as hy

    tt = erfa.taitt(*erfa.utctai(*erfa.dtf2d("UTC", *orbits.moment)))
    time = ((tt[0] - 2451545.0) + tt[1]) / 36525.0 + hy.time / CENTURY
    r, v = hy.make_vars("x", "y", "z"), hy.make_vars("vx", "vy", "vz")
    fixed = hy.model.rot_icrs_itrs(r, time_expr=time)
    field = hy.model.rot_itrs_icrs(hy.model.egm2008_acc(fixed, DEGREE, DEGREE), time_expr=time)
    earth, moon_mu = hy.model.get_elp2000_mus()
    sun_mu = hy.model.get_vsop2013_mus()[0] * METRE_PER_AU**3 / 86400.0**2
    barycentre = hy.model.vsop2013_cartesian_icrf(3, time_expr=time / 10.0, thresh=SUN_SERIES)[:3]
    moon = hy.model.rot_fk5j2000_icrs(hy.model.elp2000_cartesian_fk5(time_expr=time, thresh=MOON_SERIES))
    moon = [x * 1000.0 for x in moon]
    share = moon_mu / (moon_mu + earth)
    sun = [m * share - b * METRE_PER_AU for b, m in zip(barycentre, moon, strict=True)]
    pulls = [field, _tide(r, sun, sun_mu), _tide(r, moon, moon_mu)]
    return [*zip(r, v, strict=True), *((v[k], sum(pull[k] for pull in pulls)) for k in range(3))]


def _tide(r: Any, body: Any, mu: float) -> list[Any]:
    """What a distant body pulls at the craft more than at the Earth."""
    import heyoka as hy

    between = [b - x for b, x in zip(body, r, strict=True)]
    near, far = (hy.sum([q * q for q in a]) ** -1.5 for a in (between, body))
    return [mu * (d * near - b * far) for d, b in zip(between, body, strict=True)]


def _integrator(orbits: Orbits, tolerance: float, lanes: int) -> Any:
    import heyoka as hy

    if lanes == 1:
        return hy.taylor_adaptive(_equations(orbits), [0.0] * 6, tol=tolerance, compact_mode=True)
    nothing = np.zeros((6, lanes))
    return hy.taylor_adaptive_batch(_equations(orbits), nothing, tol=tolerance, compact_mode=True)


def _flown(integrator: Any, starts: Array) -> Array:
    """States (n, 6) at the end, as many at once as the integrator has lanes."""
    shape = integrator.state.shape
    lanes = shape[1] if len(shape) == 2 else 1
    ends = np.empty_like(starts)
    for k in range(0, len(starts), lanes):
        if lanes == 1:
            integrator.time = 0.0
        else:
            integrator.set_time(0.0)
        integrator.state[:] = starts[k : k + lanes].T.reshape(shape)
        integrator.propagate_until(SECONDS)
        ends[k : k + lanes] = integrator.state.reshape(6, lanes).T
    return ends


def _chosen(
    checked: Orbits, lanes: int, ladder: tuple[float, ...], error_m: float, ours: Array
) -> tuple[Any, str, dict[str, float]]:
    """Integrator, its setting and its errors."""
    reference = _flown(_integrator(checked, TIGHT, lanes), checked.starts)
    made = ((value, _integrator(checked, value, lanes)) for value in ladder)
    (value, chosen), found = loosest(made, lambda s: _flown(s[1], checked.starts), reference, error_m=error_m)
    errors = {"own_error_m": apart(found, reference), "our_error_m": apart(found, ours)}
    return chosen, f"tolerance {value:.2g}", errors


def arcs(orbit: Orbits, ours: Array) -> list[Contestant]:
    chosen, setting, errors = _chosen(orbit, 1, ARC_LADDER, ARC_ERROR_M, ours)
    return [Contestant("heyoka Taylor", setting, lambda: _flown(chosen, orbit.starts), **errors)]


def crowds(crowd: Orbits, checked: Orbits, ours: Array) -> list[Contestant]:
    """As many lanes as orbits are checked; their number is a multiple of what the processor has."""
    lanes = len(checked.starts)
    chosen, setting, errors = _chosen(checked, lanes, CROWD_LADDER, CROWD_ERROR_M, ours)
    sample = crowd.first(2 * lanes)
    share = len(sample.starts) / len(crowd.starts)
    return [
        Contestant(f"heyoka, {lanes} lanes", setting, lambda: _flown(chosen, sample.starts), shares=share, **errors)
    ]
