"""`softdock plan`: the burns as solved before flight, and the alternatives that were weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from .tables import plain_table
from .terminal import announce_compilation, announce_prediction, errors, interruptible, naming_file, out, progress

if TYPE_CHECKING:
    from ..astro.time import Epoch
    from ..planning.plan import Plan

HEADINGS = {
    "dv_total_m_s": "Δv (m/s)",
    "revolutions_between": "revolutions",
    "coast_min": "NSR to TPI (min)",
    "height_after_trim_km": "Δh after trim (km)",
    "height_at_ncc_km": "Δh at NCC (km)",
}
MOST_ALTERNATIVES = 8
ROOMY = 100  # columns; with fewer, units go below the words of a heading and columns move together


def plan_and_show(name_or_path: str) -> None:
    """Load, plan, and print burns and alternatives."""
    from ..mission.load import load

    mission = load(name_or_path)
    announce_compilation(errors())
    announce_prediction(mission)
    with interruptible() as stop, progress(stop) as notify, naming_file(name_or_path):
        from ..mission.director import build_world, plan

        world = build_world(mission, notify=notify)
        solved = plan(mission, world=world)
    console = out()
    title = f"{mission.title}: the plan before flight. GET counts from {mission.epoch_utc} UTC."
    console.print(title, style="bold", markup=False, highlight=False)
    is_narrow = console.width < ROOMY
    console.print(burn_table(solved, world.epoch, is_narrow=is_narrow))
    chaser, target = mission.named("chaser"), mission.named("target")
    own = sum(burn.speed for burn in solved.burns if burn.craft == chaser)
    arrival = world.epoch.utc(solved.arrival)[:19]
    console.print(
        f"{chaser} burns {own:.1f} m/s up to its last correction, meets {target} at {arrival} UTC "
        f"and brakes {solved.braking_m_s:.1f} m/s.",
        markup=False,
        highlight=False,
    )
    console.print(alternatives_table(solved, is_narrow=is_narrow))


def burn_table(plan: Plan, epoch: Epoch, *, is_narrow: bool = False) -> Table:
    """Every burn in order of time."""
    from ..astro.time import get_text

    table = _table(is_narrow=is_narrow)
    table.add_column("burn", min_width=8, overflow="fold")
    table.add_column("craft", overflow="fold")
    table.add_column(_heading("ignition (UTC)", is_narrow), no_wrap=True)
    for heading in ("GET (h:min:s)", "forward (m/s)", "right (m/s)", "down (m/s)", "Δv (m/s)"):
        table.add_column(_heading(heading, is_narrow), justify="right", no_wrap=True)
    for burn in plan.burns:
        parts = [f"{float(part):.2f}" for part in burn.dv_lvlh]
        when = epoch.utc(burn.ignition)[:19].replace("T", " ")
        table.add_row(escape(burn.name), escape(burn.craft), when, get_text(burn.ignition), *parts, f"{burn.speed:.2f}")
    return table


def alternatives_table(plan: Plan, *, is_narrow: bool = False) -> Table:
    """What else the search solved, cheapest first; the first was taken."""
    table = _table("Alternatives from NC1 to NSR, the first is the plan", is_narrow=is_narrow)
    for heading in HEADINGS.values():
        table.add_column(_heading(heading, is_narrow), justify="right", no_wrap=True)
    for row in plan.alternatives[:MOST_ALTERNATIVES]:
        table.add_row(*(f"{row[key]:.2f}".rstrip("0").rstrip(".") for key in HEADINGS))
    return table


def _table(title: str = "", *, is_narrow: bool) -> Table:
    table = plain_table(title)
    table.collapse_padding = is_narrow
    return table


def _heading(words: str, is_narrow: bool) -> str:
    return words.replace(" (", "\n(") if is_narrow else words
