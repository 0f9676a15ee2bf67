"""`softdock plan`: the burns as solved before flight, the alternatives that were weighed, and pads on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from .tables import plain_table
from .terminal import announce_compilation, announce_prediction, errors, interruptible, naming_file, out, progress

if TYPE_CHECKING:
    from rich.console import Console

    from ..astro.time import Epoch
    from ..planning.plan import Plan
    from ..products.pads import Pad

Row = Mapping[str, Any]
MOST_ALTERNATIVES = 8
ROOMY = 100  # columns; with fewer, columns move together and some are left out
WIDEST = 17  # letters of an alternative's column; longer words go on below
BETWEEN = 2  # letters between columns
OF_THEM = ("At the edge", "Of each alternative")  # with which a plan's notes on what was searched begin
TIGHT = 76  # columns, below which a burn's line has no room for all of its numbers
NUMBERS = (("GET", "h:min:s"), ("forward", "m/s"), ("right", "m/s"), ("down", "m/s"), ("Δv", "m/s"), ("lasts", "s"))


def plan_and_show(
    name_or_path: str, *, variant: str | None = None, pads: bool = False, feet: bool = False
) -> None:
    """Load, plan, and print burns and alternatives.

    pads: a pad for each burn and the closest approach on each leg as well · feet: on the pads, feet per second,
    nautical miles and pounds below the metric values
    """
    from ..mission.load import load

    mission = load(name_or_path, variant=variant)
    announce_compilation(errors())
    announce_prediction(mission)
    with interruptible() as stop, progress(stop) as notify, naming_file(name_or_path):
        from ..mission.director import build_world, plan

        world = build_world(mission, notify=notify)
        solved = plan(mission, world=world)
    console = out()
    title = f"{mission.title}: the plan before flight. GET counts from {mission.epoch_utc} UTC."
    console.print(title, style="bold", markup=False, highlight=False)
    console.print(burn_table(solved, world.epoch, width=console.width))
    from ..planning.plan_summary import lacks

    for sentence in (*sentences(solved, world.epoch), *lacks(solved)):
        console.print(sentence, markup=False, highlight=False)
    docks = solved.inputs.docking_after_s > 0.0 or any(phase.kind == "docking" for phase in mission.phases)
    show_alternatives(console, solved, world.epoch, docks=docks)
    if pads or feet:
        show_pads(console, solved, world.epoch, feet=feet)


def show_alternatives(console: Console, plan: Plan, epoch: Epoch, *, docks: bool) -> None:
    """Print what was solved besides the plan, what all have in common, and what is to be said of them."""
    from ..planning.plan_summary import plan_summary
    from ..products.sections import arrived, note_in_words

    found = plan_summary(plan, epoch)
    rows = found["alternatives"] if docks else [arrived(row) for row in found["alternatives"]]
    if len(rows) < 2:
        return
    combinations = prod(len(values) for values in plan.searched.values())
    console.print(alternatives_table(rows, width=console.width, combinations=combinations))
    notes = [note_in_words(note, plan.searched) for note in found["notes"] if note.startswith(OF_THEM)]
    for sentence in (alike(rows), *notes):
        if sentence:
            console.print(sentence, markup=False, highlight=False)


def burn_table(plan: Plan, epoch: Epoch, *, width: int = ROOMY) -> Table:
    """Every burn in order of time; how long one of the target's lasts is not told.

    width: in columns; with few the year is left out, with fewer how long each burn lasts
    """
    from ..products.wording import DASH, clock, get, nearest_second, number

    lasting = {event.manoeuvre.name: event.burn for event in plan.solved.flown.events}
    table = plain_table()
    table.collapse_padding = is_narrow = width < ROOMY
    table.add_column("burn", min_width=8, overflow="fold")
    table.add_column("craft", overflow="fold")
    table.add_column("ignition\n(UTC)", no_wrap=True)
    numbers = NUMBERS if width >= TIGHT else NUMBERS[:-1]
    for words, unit in numbers:
        table.add_column(f"{words}\n({unit})", justify="right", no_wrap=True)
    for burn in plan.burns:
        parts = [number(float(part), 2) for part in (*burn.dv_lvlh, burn.speed)]
        utc = nearest_second(epoch.utc(burn.ignition))
        when = clock(utc) if is_narrow else utc.replace("T", " ")
        known = lasting.get(burn.name) if burn.craft == plan.chaser else None
        lasts = DASH if known is None else number(known.duration_s, 1)
        cells = (get(burn.ignition), *parts, lasts)[: len(numbers)]
        table.add_row(escape(burn.name), escape(burn.craft), when, *cells)
    return table


def sentences(plan: Plan, epoch: Epoch) -> Iterator[str]:
    """When the chaser arrives, what it burns and brakes in all; and how near that is to the least."""
    from ..products.wording import nearest_second, sum_digits

    arrival = nearest_second(epoch.utc(plan.solved.flown.events[-1].after.t)).replace("T", " ")
    own, braking = sum(burn.speed for burn in plan.burns if burn.craft == plan.chaser), plan.braking_m_s
    does = f"meets {plan.target}" if braking > 0.0 else f"is at its place beside {plan.target}"
    yield f"{plan.chaser} {does} at {arrival} UTC."
    total, digits = own + braking, sum_digits(own + braking)
    burned = round(own, digits)
    parts = f" ({burned:.{digits}f} burned and {round(total, digits) - burned:.{digits}f} to brake)"
    said = f"In all {total:.{digits}f} m/s{parts if braking > 0.0 else ''}"
    bound = getattr(plan, "bound", None)
    if bound is not None:
        above = 100.0 * (total / bound.least - 1.0)
        said += f"; least possible for these two states {bound.least:.{digits}f} m/s; {above:.1f} % above"
    yield f"{said}."
    met = plan.solved.conditions
    part = max((abs(one.miss) / one.allowed for one in met), default=0.0)
    steps, flights = counted(plan.solved.iterations, "step"), counted(plan.solved.flights, "flight")
    farthest = "the farthest to" if len(met) != 1 else "to"
    yield (
        f"Solved in {steps} and {flights}: {counted(len(met), 'condition')} met, {farthest} {100.0 * part:.0f} % of"
        " what is allowed."
    )


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1 step, 2 steps."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def alternatives_table(rows: Sequence[Row], *, width: int, combinations: int | None = None) -> Table:
    """What the search solved, best first, a column each: the choices, then what they are worth. As many as fit.

    rows: in the order in which their keys are shown, units in the keys; what is the same in all is left to `alike` ·
    combinations: of which these were solved
    """
    keys = [key for key in _keys(rows) if not _is_alike(rows, key)]
    titles = [_title(key) for key in keys]
    best = rows[:MOST_ALTERNATIVES]
    digits = {key: max(_digits(row.get(key)) for row in best) for key in keys}
    columns = [[_cell(row.get(key), digits[key]) for key in keys] for row in best]
    heads = [str(k + 1) if k else "1, the plan" for k in range(len(columns))]
    room, fitting = width - max(map(len, titles), default=0), 0
    for head, cells in zip(heads, columns, strict=True):
        room -= BETWEEN + max(len(head), *(min(len(cell), WIDEST) for cell in cells), 0)
        fitting += room >= 0 or not fitting
    shown = f"the best {fitting} of " if fitting < len(rows) else ""
    solved = "combinations" if combinations in (None, len(rows)) else f"solved of {combinations} combinations"
    table = plain_table(f"Ranked alternatives, {shown}the {len(rows)} {solved}")
    table.add_column("", no_wrap=True)
    for head in heads[:fitting]:
        table.add_column(head, justify="right", max_width=WIDEST)
    for title, *cells in zip(titles, *columns[:fitting], strict=True):
        table.add_row(title, *map(escape, cells))
    return table


def alike(rows: Sequence[Row]) -> str:
    """What all alternatives have in common, as a sentence; empty where that is nothing."""
    from ..products.sections import split_unit

    said = []
    for key in (key for key in _keys(rows) if _is_alike(rows, key)):
        words, unit = split_unit(key)
        value = rows[0].get(key)
        said.append(f"{words} {_cell(value, _digits(value))} {unit}".strip())
    return f"The same in all of them: {'; '.join(said)}." if said else ""


def _keys(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _is_alike(rows: Sequence[Row], key: str) -> bool:
    digits = max((_digits(row.get(key)) for row in rows), default=0)
    return len(rows) > 1 and len({_cell(row.get(key), digits) for row in rows}) == 1


def show_pads(console: Console, plan: Plan, epoch: Epoch, *, feet: bool) -> None:
    """Print a pad for each of the chaser's burns, and the closest approach on each leg."""
    from ..errors import PlanError
    from ..products.closest_approach import legs_text, planned_legs
    from ..products.pad_table import in_blocks
    from ..products.pads import impulsive_sizes, planned_pads

    sizes: Mapping[str, float] | None = None
    try:
        sizes = impulsive_sizes(plan.solved)
    except PlanError as fault:
        said = f"The same plan could not be solved with impulses, so no losses are shown: {fault}"
        console.print(said, markup=False, highlight=False)
    found = planned_pads(plan.solved, epoch, plan.chaser, impulsive=sizes)
    for block in in_blocks(found, width=console.width):
        console.print()
        console.print(pad_table(block, feet=feet))
    console.print()
    console.print(conditions_table(plan))
    console.print("\nClosest approach on each leg, between the centres of mass", style="bold", highlight=False)
    console.print(legs_text(planned_legs(plan.solved), epoch), markup=False, highlight=False, soft_wrap=True)


def conditions_table(plan: Plan) -> Table:
    """Every condition that the burns were solved for, how far it is missed and how far it may be."""
    table = plain_table("What the burns were solved for")
    table.add_column("condition", overflow="fold")
    for heading in ("miss", "allowed"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    for one in plan.solved.conditions:
        table.add_row(escape(one.name), f"{one.miss:.2g}", f"{one.allowed:.2g}", one.unit)
    return table


def pad_table(pads: Sequence[Pad], *, feet: bool = False) -> Table:
    """Pads side by side."""
    from ..products.pad_table import pad_lines

    table = plain_table()
    for name in ("", ""):
        table.add_column(name, no_wrap=True)
    for pad in pads:
        table.add_column(f"{escape(pad.name)}\n{escape(pad.craft)}", justify="right", no_wrap=True)
    for line in pad_lines(pads, feet=feet):
        table.add_row(line.title, line.unit, *map(escape, line.cells))
    return table


def _title(key: str) -> str:
    """A key in words with its unit: duration_h is 'duration (h)'."""
    from ..products.sections import split_unit

    words, unit = split_unit(key)
    return f"{words} ({unit})" if unit else words


def _digits(value: Any) -> int:
    """Decimals that a number needs, two at most, of a small one three."""
    from ..products.wording import finite

    known = finite(value)
    if known is None:
        return 0
    most = 3 if abs(known) < 1.0 else 2
    return next((k for k in range(most) if abs(round(known, k) - known) < 0.5 * 10.0**-most), most)


def _cell(value: Any, digits: int) -> str:
    """A value of an alternative: numbers with so many decimals, times without their year."""
    from ..products.wording import DASH, clock, finite, number

    known = finite(value)
    if known is not None:
        return number(known, digits)
    time = clock(value) if isinstance(value, str) and "T" in value else DASH
    return time if time != DASH else DASH if value is None else str(value)
