"""`softdock plan --rules`: a mission's manoeuvres as rules, whatever stands for others written out."""

from __future__ import annotations

import re

import typer

from ..errors import MissionError

LONGEST = 100  # letters, above which the conditions of a manoeuvre stand on lines of their own
BETWEEN = re.compile(r"(?<=\}), (?=\{)")


def rules_and_show(name_or_path: str, *, variant: str | None) -> None:
    """Print the rules as TOML, and the values that are searched. Raises MissionError."""
    from ..mission.load import load
    from ..planning.vocabulary import rules_toml

    mission = load(name_or_path, variant=variant)
    phases = [phase for phase in mission.phases if phase.kind == "rendezvous"]
    if not phases:
        raise MissionError("the mission has no rendezvous phase, so it has no manoeuvres; add one", key="phases")
    for phase in phases:
        typer.echo("\n".join(map(_folded, rules_toml(phase.manoeuvres).split("\n"))))
        if phase.choices:
            typer.echo("[choices]")
        for name, values in phase.choices.items():
            typer.echo(f"{name} = {list(values)}")


def _folded(line: str) -> str:
    """A line of conditions with one to a line, where they are several and long together."""
    head, bracket, rest = line.partition(" = [{")
    conditions = BETWEEN.split("{" + rest.removesuffix("]"))
    if len(line) <= LONGEST or not bracket or len(conditions) < 2:
        return line
    return "\n".join([f"{head} = [", *(f"  {one}," for one in conditions), "]"])
