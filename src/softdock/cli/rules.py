"""`softdock plan --rules`: a mission's manoeuvres as rules, whatever stands for others written out."""

from __future__ import annotations

import typer

from ..errors import MissionError


def rules_and_show(name_or_path: str, *, variant: str | None) -> None:
    """Print the rules as TOML, and the values that are searched. Raises MissionError."""
    from ..mission.load import load
    from ..planning.vocabulary import rules_toml

    mission = load(name_or_path, variant=variant)
    phases = [phase for phase in mission.phases if phase.kind == "rendezvous"]
    if not phases:
        raise MissionError("the mission has no rendezvous phase, so it has no manoeuvres; add one", key="phases")
    for phase in phases:
        typer.echo(rules_toml(phase.manoeuvres))
        if phase.choices:
            typer.echo("[choices]")
        for name, values in phase.choices.items():
            typer.echo(f"{name} = {list(values)}")
