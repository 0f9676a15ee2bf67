"""Writes data/softdock_export.oem and .czml, the exports that oem_orekit.py lets other tools read; run by hand:

    .venv/bin/python -m tests.validation.builders.export_sample

Half an hour of Apollo-Soyuz (seed 7): the coelliptic coast, TPI with its ullage and tail-off, MC1 with jets, and the
first seconds of the closed loop after MC2, which is left out, so that there is a gap.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from softdock.mission.director import fly
from softdock.mission.load import complete_toml, load
from softdock.products.export import export_run
from softdock.products.run_directory import Run, read_run, write_run
from softdock.products.telemetry import parquet_bytes

DATA = Path(__file__).parents[1] / "data"
SPAN, CLOSED_LOOP = 600.0, 12.0  # s before TPI and after MC1; of the closed loop


def flown(folder: Path) -> Run:
    """The run directory of the whole flight, read back."""
    mission = load("apollo-soyuz")
    world = fly(mission, seed=7)
    meta = {"mission": mission.name, "seed": 7}
    write_run(folder, record=world.record, meta=meta, mission_toml=complete_toml(mission), machine={})
    return read_run(folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "run"
        run = flown(folder)
        ignition = {row["name"]: row["get_s"] for row in run.burns if row["craft"] == "apollo"}
        rows = run.telemetry
        far = (rows["t_s"] >= ignition["TPI"] - SPAN) & (rows["t_s"] <= ignition["MC1"] + SPAN)
        begin = rows["t_s"][rows["phase"] == "proximity"].min()
        near = (rows["phase"] == "proximity") & (rows["t_s"] <= begin + CLOSED_LOOP)
        kept = rows[(far & (rows["phase"] == "rendezvous")) | near]
        (folder / "telemetry.parquet").write_bytes(parquet_bytes(kept))
        export_run(folder, oem=True, czml=True)
        text = (folder / "export" / "apollo.oem").read_text()
        same = re.sub("CREATION_DATE = .*", "CREATION_DATE = 2024-01-02T00:00:00", text)
        (DATA / "softdock_export.oem").write_text(same)
        (DATA / "softdock_export.czml").write_text((folder / "export" / "flight.czml").read_text())


if __name__ == "__main__":
    main()
