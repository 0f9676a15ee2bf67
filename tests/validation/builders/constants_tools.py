"""Gravity by tools with their own copy of EGM2008, written to tests/validation/data/constants_tools.json; run by hand.

    python -m venv oracle && oracle/bin/pip install satkit satkit-data brahe numpy
    oracle/bin/python tests/validation/builders/constants_tools.py

satkit and brahe bring the coefficients with them. Of brahe's, a checksum of each order is kept. Nothing of softdock is
imported.
"""

from __future__ import annotations

import json
from pathlib import Path
from zlib import crc32

import brahe as bh
import numpy as np
import satkit as sk
import satkit_data

OUTPUT = Path(__file__).parents[1] / "data" / "constants_tools.json"
DEGREE = 70
PLACES = [  # m in Earth-fixed axes
    [3.1e6, -4.2e6, 4.0e6], [6.7e6, 0.0, 0.0], [0.0, 6.6e6, 1.2e6], [-1.0e3, 2.0e3, 6.7e6], [-5.5e6, -3.0e6, -2.6e6],
    [1.9e7, 1.7e7, -4.0e6],
]  # fmt: skip


def checksum(field: bh.GravityModel, order: int) -> int:
    """Of the coefficients C, S of one order, degree by degree, as text that reads back to the same bits."""
    pairs = [field.get(degree, order) for degree in range(order, DEGREE + 1)]
    return crc32(" ".join(f"{float(c)!r} {float(s)!r}" for c, s in pairs).encode())


def pull(degree: int, order: int) -> list[list[float]]:
    model = sk.gravmodel.egm2008
    return [sk.gravity(np.array(place), model=model, degree=degree, order=order).tolist() for place in PLACES]


def main() -> None:
    sk.utils.set_datadir(str(Path(satkit_data.__file__).parent / "data"))
    field = bh.GravityModel.from_model_type(bh.GravityModelType.EGM2008_120)
    stored = {
        "made_by": f"satkit {sk.__version__}, brahe {bh.__version__}; see tests/validation/builders/constants_tools.py",
        "places_m": PLACES,
        "satkit_70_m_s2": pull(DEGREE, DEGREE),
        "satkit_zonal_2_m_s2": pull(2, 0),
        "brahe_c20": float(field.get(2, 0)[0]),
        "brahe_checksums": [checksum(field, order) for order in range(DEGREE + 1)],
    }
    OUTPUT.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
