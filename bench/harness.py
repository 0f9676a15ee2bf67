"""How contestants are timed: in turns, warmed up, least processor time of several rounds, and one table at the end."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from math import nan
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Contestant:
    """One way to do a piece of work.

    name, setting: what the table calls it · work: the work itself, set-up done; its answer is not looked at ·
    clock [s]: processor time of this thread, so that a virtual machine that compiles beside it costs nothing ·
    shares: the work is this part of the whole, so that a slow peer need not do all of it · own_error_m, our_error_m:
    farthest from its own tight reference and from ours
    """

    name: str
    setting: str
    work: Callable[[], object]
    clock: Callable[[], float] = time.thread_time
    shares: float = 1.0
    own_error_m: float = nan
    our_error_m: float = nan


@dataclass(frozen=True)
class Row:
    """One line of the table; ratio: how many times as long as ours it takes."""

    work: str
    name: str
    setting: str
    seconds: float
    ratio: float
    own_error_m: float
    our_error_m: float


def is_installed(*packages: str) -> bool:
    """True when all are there; the first that is not is named in a line."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            print(f"{package} is not installed and is left out; pip install softdock[bench] brings most peers")
            return False
    return True


def least_times(contestants: Sequence[Contestant], rounds: int) -> list[float]:
    """Least time [s] of each for the whole work: one round to warm up, then in turns, so that all share the weather."""
    least = [float("inf")] * len(contestants)
    for number in range(rounds + 1):
        for k, contestant in enumerate(contestants):
            start = contestant.clock()
            contestant.work()
            spent = contestant.clock() - start
            if number > 0:
                least[k] = min(least[k], spent / contestant.shares)
    return least


def race(work: str, contestants: Sequence[Contestant], *, rounds: int) -> list[Row]:
    """Rows of the table for one piece of work; the first contestant is ours."""
    print(f"{work}: {len(contestants)} contestants, {rounds} rounds", flush=True)
    times = least_times(contestants, rounds)
    return [
        Row(work, c.name, c.setting, seconds, seconds / times[0], c.own_error_m, c.our_error_m)
        for c, seconds in zip(contestants, times, strict=True)
    ]


def loosest(
    settings: Iterable[Choice], answers: Callable[[Choice], Array], reference: Array, *, error_m: float
) -> tuple[Choice, Array]:
    """First setting, from loose to tight, whose positions are within error_m [m] of the reference, and its answers.

    The tightest where none is; the table shows its error.
    """
    for setting in settings:
        found = answers(setting)
        if apart(found, reference) <= error_m:
            break
    return setting, found


def apart(a: Array, b: Array) -> float:
    """Greatest distance [m] between positions, the first three columns, of two arrays of states."""
    offset = np.atleast_2d(a)[:, :3] - np.atleast_2d(b)[:, :3]
    return float(np.sqrt((offset * offset).sum(axis=1)).max())


def table(rows: Sequence[Row]) -> str:
    """The rows as text; the ratio of a contestant is its time over ours."""
    lines, work = [], ""
    for row in rows:
        if row.work != work:
            work = row.work
            lines += ["", work, f"  {'':34}{'CPU s':>11}{'x ours':>9}{'to itself':>12}{'to ours':>11}"]
        errors = "".join(f"{'' if e != e else f'{1e3 * e:.3g} mm':>12}" for e in (row.own_error_m, row.our_error_m))
        lines.append(f"  {row.name + ', ' + row.setting:34}{row.seconds:11.4g}{row.ratio:9.2f}{errors}".rstrip())
    return "\n".join(lines)


def save(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as JSON; what was not measured is null."""
    plain = [{key: None if value != value else value for key, value in asdict(row).items()} for row in rows]
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
