"""What daily and half-daily tides in the Earth's orientation move in two days, by Orekit; prints, stores nothing.

    oracle/bin/python tests/validation/builders/tides_of_orientation_orekit.py

Set-up: orekit_setup.py. The flights of far_orekit.py and orbits_orekit.py with ITRF with and without these terms.
"""

from __future__ import annotations

from math import dist

import far_orekit
import orekit_setup
from far_cases import CRAFT, ORBITS, perigee_state


def main() -> None:
    orekit_setup.ready()
    simple, full = orekit_setup.itrf(True), orekit_setup.itrf(False)
    for case in [*CRAFT, *(orbit for orbit in ORBITS if orbit["name"] in ("highly elliptic", "geostationary"))]:
        started = case | {"start": perigee_state(case)}
        arcs = [far_orekit.two_days(started, axes=axes) for axes in (simple, full)]
        apart = max(dist(one[:3], other[:3]) for one, other in zip(*arcs, strict=True))
        print(f"{case['name']}: {1e3 * apart:.3g} mm")


if __name__ == "__main__":
    main()
