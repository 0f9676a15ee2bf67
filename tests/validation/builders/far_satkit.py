"""Two-day arcs by satkit, written to tests/validation/data/far_satkit.json; run by hand, never by a test.

    python -m venv oracle && oracle/bin/pip install satkit satkit-data astropy-iers-data numpy
    oracle/bin/python tests/validation/builders/far_satkit.py

satkit is an independent propagator (9(8) Runge-Kutta of Verner in Rust, IAU 2006/2000A, DE440, NRLMSISE-00). EGM2008
20 x 20, Sun and Moon as point masses; its solid tides and relativity, on by default, are off. It reads Earth
orientation from Bulletin A and takes it linearly between the days: `coast` is flown with the days of softdock's table
(EOP C04) written into that file, `coast_finals` with the file as it is. With drag it knows only three-hourly ap:
at one and the same constant ap = 13 that mode of NRLMSISE-00 gives 2 % more air than the daily mode. The comparison
mode for mode is far_orekit.py's. Nothing of softdock is imported.
"""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import astropy_iers_data
import numpy as np
import satkit as sk
import satkit_data
from far_cases import CRAFT, HOURS, perigee_state

OUTPUT = Path(__file__).parents[1] / "data" / "far_satkit.json"


def data_folder(table: bool) -> str:
    """satkit's data with Earth orientation beside it. table: the days of EOP C04 instead of Bulletin A's own."""
    folder = tempfile.mkdtemp()
    for file in (Path(satkit_data.__file__).parent / "data").iterdir():
        os.symlink(file, Path(folder) / file.name)
    rows = Path(astropy_iers_data.IERS_A_FILE).read_text("ascii").splitlines()
    if table:
        rows = [_with_c04(row) for row in rows]
    (Path(folder) / "finals2000A.all").write_text("\n".join(rows) + "\n")
    return folder


def _c04() -> dict[int, list[float]]:
    """x_p, y_p ["], UT1 - UTC [s], dX, dY ["] of each modified Julian day."""
    lines = Path(astropy_iers_data.IERS_B_FILE).read_text("ascii").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {int(float(row[4])): [float(x) for x in row[5:10]] for row in rows}


C04 = _c04()


def _with_c04(row: str) -> str:
    """A line of Bulletin A's file with the numbers of C04; after the end of C04 as it is."""
    values = C04.get(int(float(row[7:15])))
    if values is None:
        return row
    x, y, ut1, dx, dy = values
    row = row.ljust(125)
    row = row[:18] + f"{x:9.6f}" + row[27:37] + f"{y:9.6f}" + row[46:58] + f"{ut1:10.7f}" + row[68:]
    return row[:97] + f"{1e3 * dx:9.3f}" + row[106:116] + f"{1e3 * dy:9.3f}" + row[125:]


def settings() -> sk.propsettings:
    return sk.propsettings(
        abs_error=1e-12, rel_error=1e-13, gravity_degree=20, gravity_order=20, gravity_model=sk.gravmodel.egm2008,
        tide_model=sk.tidemodel.none, use_relativistic_correction=False, use_spaceweather=True,
        require_eop_coverage=True,
    )  # fmt: skip


def states(case: dict[str, Any], start: np.ndarray, drag: bool) -> list[list[float]]:
    begin = sk.time.from_rfc3339(case["utc"] + "Z")
    properties = sk.satproperties(cdaoverm=case["drag_area_over_mass_m2_kg"] if drag else 0.0)
    result = sk.propagate(
        start, begin, duration_secs=3600.0 * HOURS[-1], propsettings=settings(), satproperties=properties
    )
    return [[float(x) for x in result.interp(begin + sk.duration.from_hours(h))] for h in HOURS]


def arcs(table: bool) -> list[tuple[list[list[float]], list[list[float]]]]:
    """Without and with drag, for each craft. satkit keeps the Earth orientation it read first: one process each."""
    sk.utils.set_datadir(data_folder(table))
    starts = [np.array(perigee_state(case)) for case in CRAFT]
    return [(states(case, start, False), states(case, start, True)) for case, start in zip(CRAFT, starts, strict=True)]


def main() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        with_table, as_it_is = pool.map(arcs, (True, False))
    cases = []
    for case, (coast, drag), (coast_finals, _) in zip(CRAFT, with_table, as_it_is, strict=True):
        stored = {"coast": coast, "coast_finals": coast_finals, "drag_three_hourly": drag}
        cases.append(case | {"start": perigee_state(case), "hours": HOURS} | stored)
    note = f"satkit {sk.__version__}; see tests/validation/builders/far_satkit.py; r [m], v [m/s] in GCRF"
    OUTPUT.write_text(json.dumps({"made_by": note, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
