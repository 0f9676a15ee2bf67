"""`softdock doctor`: what this installation is made of, and whether its data are current."""

from __future__ import annotations

import os
import platform
import shutil
import time
from importlib import resources
from importlib.metadata import PackageNotFoundError, version

from rich.markup import escape
from rich.table import Table

from .tables import plain_table
from .terminal import COMPILING, errors, interruptible, out, progress

LIBRARIES = ("softdock", "numpy", "numba", "scipy", "pyerfa", "astropy-iers-data", "pymsis", "pydantic", "pyarrow")


def show_health() -> None:
    """Print versions, the machine, the caches and the data."""
    table = plain_table()
    table.add_column("what", style="bold")
    table.add_column("found")
    for add in (_versions, _machine, _caches, _data):
        add(table)
    out().print(table)


def warm_kernels() -> None:
    """Compile every kernel into the cache by flying the mission that ships, and keep nothing else."""
    errors().print(COMPILING, highlight=False)
    begin = time.monotonic()
    with interruptible() as stop, progress(stop) as notify:
        from ..mission.director import fly
        from ..mission.load import load

        fly(load("apollo-soyuz"), notify=notify)
    from ..kernels import cache_refusal

    then = (
        "They are not kept: the next start compiles again" if cache_refusal() else "Flights start at once from now on"
    )
    out().print(f"All kernels are compiled ({time.monotonic() - begin:.0f} s). {then}.")


def _versions(table: Table) -> None:
    table.add_row("python", platform.python_version())
    for name in LIBRARIES:
        try:
            table.add_row(name, version(name))
        except PackageNotFoundError:
            table.add_row(name, "[red]not installed[/red]")


def _machine(table: Table) -> None:
    table.add_row("machine", f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")


def _caches(table: Table) -> None:
    from ..kernels import PURE_PYTHON, cache_folder, cache_is_cold, cache_refusal

    folder = cache_folder()
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files) / 1e6
    state = "unused: SOFTDOCK_PURE_PYTHON is set" if PURE_PYTHON else "cold" if cache_is_cold() else "warm"
    table.add_row("compiled kernels", f"{state}, {size:.1f} MB in {escape(str(folder))}")
    refusal = "" if PURE_PYTHON else cache_refusal()
    if refusal:
        table.add_row("", f"[red]cannot be written ({refusal}): what is compiled is not kept[/red]")
    existing = next(path for path in (folder, *folder.parents) if path.is_dir())
    table.add_row("room for them", f"{shutil.disk_usage(existing).free / 1e9:.1f} GB free")


def _data(table: Table) -> None:
    from ..astro.leap_seconds import leap_seconds
    from ..astro.orientation import orientation_table
    from ..mission.names import missions

    for what, file in (("solar activity", "daily"), ("the same, three-hourly", "three_hourly")):
        weather = resources.files("softdock").joinpath("data", "space_weather", f"space_weather_{file}.csv")
        days = [line.split(",")[0] for line in weather.read_text("utf-8").splitlines() if line[:1].isdigit()]
        table.add_row(what, f"{days[0]} to {days[-1]}")
    turn = orientation_table()
    table.add_row("Earth orientation", f"measured to {turn.last_measured}, predicted to {turn.last_predicted}")
    table.add_row("leap seconds", f"valid to {leap_seconds().expires}")
    table.add_row("missions on board", ", ".join(missions()))
