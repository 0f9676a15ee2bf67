"""What happens on the terminal while something runs: progress, the compilation notice, Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from ..errors import FlightInterrupted, MissionError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from ..mission.model import Mission

Notify = Callable[[str, float, str], None]

COMPILING = "Compiling the physics kernels; this happens once and takes about a minute."
ANSWER_WITHIN = 0.25  # s after Ctrl-C; work that has not asked by then is stopped where it is


WIDE = 120  # columns of what goes to a file or a pipe; a terminal has its own


def out() -> Console:
    """The console for results."""
    from rich.console import Console

    return Console(width=_width(sys.stdout))


def errors() -> Console:
    """The console for progress and faults."""
    from rich.console import Console

    return Console(stderr=True, width=_width(sys.stderr))


def _width(stream: TextIO) -> int | None:
    """Columns to write: a terminal's own, or COLUMNS, else wide enough for a file."""
    return None if stream.isatty() or "COLUMNS" in os.environ else WIDE


def announce_compilation(console: Console) -> None:
    """Say once that the first run compiles."""
    from .. import kernels

    if kernels.cache_is_cold():
        console.print(COMPILING, highlight=False)


def announce_prediction(mission: Mission) -> None:
    """Say in one line what of the data for a mission's days is predicted, if any is and the mission allows it."""
    from ..mission.forecast import predicted_data

    clauses = predicted_data(mission) if mission.environment.allow_prediction else ()
    if clauses:
        sys.stderr.write(f"Predicted, not measured: {'; '.join(clauses)}.\n")


@contextmanager
def naming_file(name_or_path: str) -> Iterator[None]:
    """Put the mission's file before what is wrong with a key of it, where that only shows when it is planned."""
    try:
        yield
    except MissionError as fault:
        if fault.file or not fault.key:
            raise
        from ..mission.load import mission_file

        raise MissionError(fault.reason, key=fault.key, file=str(mission_file(name_or_path))) from None


class Stop:
    """Whether the user has asked to stop. The first Ctrl-C asks; the second does not wait."""

    def __init__(self) -> None:
        self.asked = False
        self.is_patient = False
        """While true, work that takes a moment and would be lost is let finish."""

    def check(self) -> None:
        """Raise FlightInterrupted when the user has asked to stop."""
        if self.asked:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            raise FlightInterrupted("Stopped by Ctrl-C.")

    def on_interrupt(self, number: int, frame: FrameType | None) -> None:
        """Note the first Ctrl-C and see to it that it is answered in time."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        sys.stderr.write("\nStopping; press Ctrl-C again to leave without keeping anything.\n")
        if not self.is_patient:
            signal.setitimer(signal.ITIMER_REAL, ANSWER_WITHIN)

    def on_alarm(self, number: int, frame: FrameType | None) -> None:
        """The work did not look at the flag in time: stop it between two of its steps."""
        self.check()


@contextmanager
def interruptible() -> Iterator[Stop]:
    """Turn Ctrl-C into a request to stop, for as long as this lasts."""
    stop = Stop()
    before = signal.signal(signal.SIGINT, stop.on_interrupt), signal.signal(signal.SIGALRM, stop.on_alarm)
    try:
        yield stop
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGALRM, before[1])


@contextmanager
def progress(stop: Stop) -> Iterator[Notify]:
    """A function `notify(phase, fraction, sentence)` that shows progress: bars on a terminal, else plain lines."""
    console = errors()
    if not console.is_terminal:
        yield _lines(stop)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[sentence]}", markup=False),
    )
    with Progress(*columns, console=console) as bars:
        yield _bars(stop, bars)


def _bars(stop: Stop, bars: Progress) -> Notify:
    tasks: dict[str, TaskID] = {}

    def notify(phase: str, fraction: float, sentence: str) -> None:
        stop.check()
        if phase not in tasks:
            for task in tasks.values():
                bars.update(task, completed=1.0, sentence="")
            tasks[phase] = bars.add_task(phase, total=1.0, sentence="")
        bars.update(tasks[phase], completed=fraction, sentence=sentence)

    return notify


def _lines(stop: Stop) -> Notify:
    begin = time.monotonic()
    last = ("", "")

    def notify(phase: str, fraction: float, sentence: str) -> None:
        nonlocal last
        stop.check()
        is_done = fraction >= 1.0 and not sentence  # the line that a phase ends with
        if (phase, sentence) != last and (sentence or is_done or phase != last[0]):
            last = (phase, sentence)
            text = f"{time.monotonic() - begin:6.1f} s  {phase:<10} {100.0 * fraction:3.0f} %  {sentence}"
            sys.stderr.write(text.rstrip() + "\n")
            sys.stderr.flush()

    return notify
