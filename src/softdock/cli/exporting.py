"""`softdock export`: files of a flight for other tools, and what is in them."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from ..products.export import export_run
from .tables import plain_table
from .terminal import errors, out

GOOD_ENOUGH = 0.01  # m of interpolation that is said without a word


def export_and_show(
    run_dir: Path, *, oem: bool, czml: bool, folder: Path | None, frame: str, time_system: str, overwrite: bool
) -> None:
    """Write the files and list them. Raises SoftdockError."""
    rows = export_run(
        run_dir, oem=oem, czml=czml, folder=folder,
        ref_frame=frame.upper(), time_system=time_system.upper(), overwrite=overwrite,
    )  # fmt: skip
    table = plain_table()
    for heading in ("file", "craft", "states", "segments", "interpolates to"):
        table.add_column(heading, justify="left" if heading in ("file", "craft") else "right")
    for row in rows:
        size = f"{1000.0 * row.error_m:.2g} mm"
        table.add_row(escape(row.path.name), escape(", ".join(row.crafts)), str(row.states), str(row.segments), size)
    out().print(table)
    out().print(f"Written to {rows[0].path.parent}", markup=False, highlight=False, soft_wrap=True)
    if rows[0].status != "complete":
        errors().print(
            f"The run is partial ({rows[0].status}): the files end where its flight ended.",
            highlight=False, markup=False,
        )  # fmt: skip
    worst = max(row.error_m for row in rows)
    if not worst <= GOOD_ENOUGH:
        errors().print(
            f"Between states the files may be {worst:.2g} m off; fly with a smaller sample_interval_s for finer ones.",
            highlight=False, markup=False,
        )  # fmt: skip
