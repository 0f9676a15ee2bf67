"""The commands of softdock: what each takes, and the sentence that explains it."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import FlightInterrupted, MissionError, SoftdockError

INTERRUPTED = 130  # what shells expect after Ctrl-C
MOST_FAULTS = 10  # of one file that are said at once
STOPPED_AT_ONCE = "Stopped at once; nothing of this was kept."
CONTEXT = {"help_option_names": ["-h", "--help"]}
MISSION_HELP = "A mission on board (see `softdock missions`), or the path of a mission file or of its folder."

app = typer.Typer(
    name="softdock",
    help="Plan and fly a spacecraft rendezvous and docking from one mission file.",
    epilog="Start with: softdock fly apollo-soyuz",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT,
)

MissionArgument = Annotated[str, typer.Argument(metavar="MISSION", help=MISSION_HELP)]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="A folder that `softdock fly` wrote.")]
VariantOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="A variant that the mission file names: some values are then others.")
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 flown but not as asked, 2 refused, 130 interrupted."""
    try:
        with _warnings_as_sentences():
            code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has enough, as `head` has
        _forget_output()
        return 1
    except OSError as fault:
        if fault.filename is not None:
            raise  # it names a file, so it is not about the output
        _forget_output()
        return _said(f"the output cannot be written ({fault.strerror}); send it elsewhere", 2)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        app(args=None if arguments is None else list(arguments), prog_name="softdock")
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
        return _said(STOPPED_AT_ONCE, code) if code == INTERRUPTED else code
    except FlightInterrupted as stop:
        return _said(str(stop), INTERRUPTED)
    except MissionError as fault:
        return _all_said(fault.every) if fault.every else _said(str(fault), 2)
    except SoftdockError as fault:
        return _said(str(fault), 2)
    return 0


def _all_said(sentences: Sequence[str]) -> int:
    """Each fault of a file on a line of its own."""
    for sentence in sentences[:MOST_FAULTS]:
        _said(sentence, 2)
    more = len(sentences) - MOST_FAULTS
    return _said(f"and {more} more {'fault' if more == 1 else 'faults'} in this file", 2) if more > 0 else 2


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """What softdock warns of, said like its errors; other warnings as Python shows them."""
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if category.__module__.startswith("softdock"):
            _said(str(message), 0)
        else:
            shown(message, category, *where, **more)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown


def _forget_output() -> None:
    """Let what is still buffered go nowhere, so that Python does not complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _said(sentence: str, code: int) -> int:
    sys.stderr.write("softdock: " + " ".join(sentence.split()) + "\n")
    return code


def _seed(text: str | int) -> int:
    """A seed. Raises SoftdockError for anything but a whole number from 0 on."""
    if not re.fullmatch(r"[0-9]{1,18}", str(text), re.ASCII):
        raise SoftdockError(f"--seed is {str(text)[:40]!r}; give a whole number from 0 on, of at most 18 digits")
    return int(text)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"softdock {version('softdock')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Plan and fly a spacecraft rendezvous and docking from one mission file."""


@app.command()
def missions() -> None:
    """List the missions on board."""
    from .tables import missions_table
    from .terminal import out

    out().print(missions_table())


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of your mission: small letters, digits and hyphens.")],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="MISSION", help="Mission to copy, name or path; else apollo-soyuz.")
    ] = None,
    *,
    vehicles: Annotated[
        bool, typer.Option("--vehicles", help="Copy the files of its vehicles too, to lie beside it and be edited.")
    ] = False,
    target: Annotated[
        Path | None, typer.Option("--target", metavar="FILE", help="Instead: a target by its two-line elements (TLE).")
    ] = None,
    object_: Annotated[
        str | None, typer.Option("--object", metavar="ID", help="Which object of that file, where it holds several.")
    ] = None,
    chaser: Annotated[
        str | None, typer.Option("--chaser", metavar="VEHICLE", help="With --target: the craft that goes there.")
    ] = None,
) -> None:
    """Write a mission file of your own to edit: NAME.toml in this folder, with all its comments.

    A copy of a mission on board, or, with --target and --chaser, a rendezvous of any craft on board with any satellite.
    """
    from .creating import copy_and_show, own_and_show

    if target is not None or chaser is not None:
        own_and_show(name, target=target, object_=object_, chaser=chaser, from_=from_)
    else:
        copy_and_show(name, from_ or "apollo-soyuz", vehicles=vehicles)


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead.")] = None,
) -> None:
    """Print the JSON Schema of mission files, with which editors complete and check them while you type."""
    from ..mission.load import schema_text

    text = schema_text()
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as fault:
        raise SoftdockError(f"{output} cannot be written ({fault.strerror}); name another file") from None
    typer.echo(f"{output} holds the schema. Begin a mission file with: #:schema {output}")


@app.command()
def plan(
    mission: MissionArgument,
    *,
    variant: VariantOption = None,
    pads: Annotated[
        bool, typer.Option("--pads", help="A pad for each burn: all that a crew would need to make it.")
    ] = False,
    feet: Annotated[
        bool, typer.Option("--feet", help="The pads, with feet, nautical miles and pounds beside metric units.")
    ] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="Instead: the manoeuvres as rules, named ones such as NSR written out.")
    ] = False,
    window: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Instead: launch windows day by day, for 30d or 2w.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where --window draws, else NAME-windows.svg.")
    ] = None,
) -> None:
    """Solve the burns of a mission before flight: when each is, how large, and what else was considered.

    Burns are solved on the full force model from what they are to achieve; none is copied from the flight record.
    """
    _refuse_idle(
        window=window is not None, rules=rules, others={"--pads": pads, "--feet": feet, "--out": output is not None}
    )
    if window is not None:
        from .windows import windows_and_show

        windows_and_show(mission, span=window, output=output, variant=variant)
        return
    if rules:
        from .rules import rules_and_show

        rules_and_show(mission, variant=variant)
        return
    from .planned import plan_and_show

    plan_and_show(mission, variant=variant, pads=pads, feet=feet)


def _refuse_idle(*, window: bool, rules: bool, others: dict[str, bool]) -> None:
    """Raises SoftdockError where an option would do nothing."""
    given = {"--window": window, "--rules": rules, **others}
    what, *others_given = [name for name, is_given in given.items() if is_given] or [""]
    serving = {"--window": "--out", "--pads": "--feet"}.get(what)
    idle = next((name for name in others_given if name != serving), None)
    if idle is not None:
        raise SoftdockError(f"{idle} does nothing beside {what}; leave one of them out")
    if what == "--out":
        raise SoftdockError("--out is where --window draws, which was not asked for; add --window 30d or leave it out")


@app.command()
def fly(
    mission: MissionArgument,
    *,
    variant: VariantOption = None,
    seed: Annotated[
        int,
        typer.Option(parser=_seed, metavar="NUMBER", help="Draws noise and burn errors: the same, the same flight."),
    ] = 0,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder in which the run directory is made.")
    ] = Path("runs"),
) -> None:
    """Plan a mission and fly it to its end, then write a run directory with report.html.

    The first flight compiles the physics, once, which takes about a minute. Ctrl-C stops and keeps what was flown.
    """
    from .flying import fly_and_report

    raise typer.Exit(fly_and_report(mission, variant=variant, seed=seed, base=out))


@app.command()
def report(run_dir: RunArgument) -> None:
    """Write report.html of a run again: one self-contained page that opens in any browser."""
    from ..products.report import write_report

    typer.echo(f"{write_report(run_dir)} is written; open it in a browser.")


@app.command()
def export(
    run_dir: RunArgument,
    *,
    oem: Annotated[bool, typer.Option("--oem", help="An orbit ephemeris message (CCSDS OEM) of each craft.")] = False,
    czml: Annotated[bool, typer.Option("--czml", help="One scene of all craft for Cesium.")] = False,
    output: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the files, else RUN_DIR/export.")
    ] = None,
    frame: Annotated[str, typer.Option(metavar="FRAME", help="Of the OEM: ICRF, GCRF or EME2000.")] = "ICRF",
    time_system: Annotated[str, typer.Option(metavar="SYSTEM", help="Of the OEM: UTC, TAI, TT, TDB or GPS.")] = "UTC",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files of an earlier export.")] = False,
) -> None:
    """Write the orbits that were flown as files for other tools: --oem, --czml or both.

    Segments are cut at burns and where a phase ends; between their states they interpolate to millimetres.
    """
    from .exporting import export_and_show

    export_and_show(
        run_dir, oem=oem, czml=czml, folder=output, frame=frame, time_system=time_system, overwrite=overwrite
    )


@app.command()
def compare(run_dir: RunArgument) -> None:
    """Lay the real flight's record beside a simulated flight, quantity by quantity, with tolerances and sources."""
    from .tables import show_comparison

    show_comparison(run_dir)


@app.command()
def doctor(
    compile_: Annotated[
        bool, typer.Option("--compile", help="Compile all kernels now, by flying Apollo-Soyuz without keeping it.")
    ] = False,
) -> None:
    """Show versions, cores, caches and how current the data on board are."""
    from .doctor import show_health, warm_kernels

    show_health()
    if compile_:
        warm_kernels()
