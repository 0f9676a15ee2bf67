"""satkit: every integrator it has, Gauss-Jackson too, and its Lambert solver. In Rust, on one thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from .harness import Array, Contestant, apart, loosest
from .tasks import ARC_ERROR_M, CROWD_ERROR_M, DEGREE, MU, SECONDS, Orbits, peers_data

NEEDS = ("satkit", "satkit_data")
LADDER = [10.0 ** (-k / 2.0) for k in range(16, 28)]  # tolerances, absolute [m, m/s] and relative
STEPS = [120.0, 100.0, 90.0, 80.0, 70.0, 60.0, 50.0, 45.0, 40.0, 35.0, 30.0, 25.0, 20.0]  # s, of Gauss-Jackson
SAMPLE = 100  # of the crowd: each orbit costs the same


def _settings(method: str, tolerance: float, step: float = 60.0) -> Any:
    """Gravity to the degree of the task, Sun and Moon, and nothing else; no dense output."""
    import satkit as sk

    return sk.propsettings(
        abs_error=tolerance, rel_error=tolerance, gravity_degree=DEGREE, gravity_order=DEGREE,
        gravity_model=sk.gravmodel.egm2008, tide_model=sk.tidemodel.none, use_relativistic_correction=False,
        integrator=getattr(sk.integrator, method), enable_interp=False, gj_step_seconds=step,
    )  # fmt: skip


def _flown(orbits: Orbits, settings: Any) -> Array:
    """States (n, 6) at the end."""
    import satkit as sk

    begin = sk.time.from_rfc3339(orbits.utc + "Z")
    return np.array(
        [sk.propagate(start, begin, duration_secs=SECONDS, propsettings=settings).state for start in orbits.starts]
    )


def _ways() -> list[tuple[str, str, list[Any]]]:
    """Name, label of a setting and settings from loose to tight of each integrator."""
    ways = [
        (method, "tolerance {:.2g}", [(x, _settings(method, x)) for x in LADDER])
        for method in ("rkv98", "rkv87", "rkv65", "rkts54")
    ]
    return [*ways, ("gauss_jackson8", "step {:.0f} s", [(x, _settings("gauss_jackson8", 1e-12, x)) for x in STEPS])]


def _setup() -> None:
    import satkit as sk

    sk.utils.set_datadir(str(peers_data()))


def arcs(orbit: Orbits, ours: Array) -> list[Contestant]:
    """One orbit: each integrator at the loosest setting that keeps the error."""
    _setup()
    reference = _flown(orbit, _settings("rkv98", 1e-14))
    found = []
    for method, label, ladder in _ways():
        (value, chosen), end = loosest(ladder, lambda s: _flown(orbit, s[1]), reference, error_m=ARC_ERROR_M)
        found.append(_contestant(method, label.format(value), orbit, chosen, (end, reference, ours)))
    return found


def crowds(crowd: Orbits, checked: Orbits, ours: Array) -> list[Contestant]:
    """The crowd one by one: the two quickest methods for it."""
    _setup()
    reference = _flown(checked, _settings("rkv98", 1e-14))
    found = []
    for method, label, ladder in (_ways()[0], _ways()[-1]):
        (value, chosen), end = loosest(ladder, lambda s: _flown(checked, s[1]), reference, error_m=CROWD_ERROR_M)
        sample = crowd.first(SAMPLE)
        share = len(sample.starts) / len(crowd.starts)
        found.append(_contestant(method, label.format(value), sample, chosen, (end, reference, ours), share))
    return found


def _contestant(
    method: str, setting: str, orbits: Orbits, chosen: Any, ends: tuple[Array, Array, Array], share: float = 1.0
) -> Contestant:
    end, reference, ours = ends
    return Contestant(
        f"satkit {method}", setting, lambda: _flown(orbits, chosen), shares=share,
        own_error_m=apart(end, reference), our_error_m=apart(end, ours),
    )  # fmt: skip


def lamberts(triangles: tuple[Array, Array, Array]) -> list[Contestant]:
    import satkit as sk

    starts, ends, times = list(triangles[0]), list(triangles[1]), triangles[2].tolist()

    def work() -> None:
        solve = sk.lambert
        for r1, r2, seconds in zip(starts, ends, times, strict=True):
            solve(r1, r2, seconds, mu=MU)

    return [Contestant("satkit", "lambert", work)]
