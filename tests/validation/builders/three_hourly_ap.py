"""Writes src/softdock/data/space_weather/space_weather_three_hourly.csv from CelesTrak's file; run by hand.

    oracle/bin/pip install satkit-data
    oracle/bin/python tests/validation/builders/three_hourly_ap.py

Whole days that were measured: the eight ap, the flux as observed and its centred 81-day mean, as they stand there.
The last measured day is left out: its later hours were still to come.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import satkit_data

SOURCE = Path(satkit_data.__file__).parent / "data" / "SW-All.csv"
OUTPUT = Path(__file__).parents[3] / "src" / "softdock" / "data" / "space_weather" / "space_weather_three_hourly.csv"
AP = [f"AP{k}" for k in range(1, 9)]
FLUX = ["F10.7_OBS", "F10.7_OBS_CENTER81"]


def main() -> None:
    with SOURCE.open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["F10.7_DATA_TYPE"] in ("OBS", "INT")]
    names = ["date_utc", *(f"ap_{3 * k:02d}h" for k in range(8)), "f107_observed_sfu", "f107_centred_81day_mean_sfu"]
    lines = [",".join(names)]
    expected = date.fromisoformat(rows[0]["DATE"])
    for row in rows[:-1]:
        if row["DATE"] != expected.isoformat():
            raise SystemExit(f"{SOURCE} goes on with {row['DATE']} where {expected} is due")
        lines.append(",".join([row["DATE"], *(row[name] for name in AP + FLUX)]))
        expected += timedelta(1)
    OUTPUT.write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    main()
