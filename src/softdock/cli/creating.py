"""`softdock new`: a copy of a mission, or one of the user's own from a satellite and a craft."""

from __future__ import annotations

from pathlib import Path

import typer

from ..errors import MissionError


def copy_and_show(name: str, from_: str, *, vehicles: bool) -> None:
    """Copy a mission and say where it is."""
    from ..mission.load import new_files

    path, *others = new_files(name, from_, vehicles=vehicles)
    beside = f" Written beside it: {', '.join(map(str, others))}." if others else ""
    beside += " Vehicles beside it come before those on board." if vehicles else ""
    typer.echo(f"{path} is a copy of {from_} that flies.{beside} Change it, then: softdock fly {path}")


def own_and_show(
    name: str, *, target: Path | None, object_: str | None, chaser: str | None, from_: str | None
) -> None:
    """Write a rendezvous of a craft with a satellite and say where it is. Raises MissionError."""
    from ..mission.own import new_own

    if target is None or chaser is None or from_ is not None:
        given = "--from as well" if from_ is not None else "--chaser alone" if target is None else "--target alone"
        raise MissionError(
            f"{given} was given; a mission of one's own needs --target FILE and --chaser VEHICLE, a copy --from MISSION"
        )
    path = new_own(name, target=target, object_=object_, chaser=chaser)
    typer.echo(f"{path} brings {chaser} to the target of {target}. Look at it, then: softdock fly {path}")
