"""Pads in the report: one line a burn, beside the table of manoeuvres."""

from __future__ import annotations

from ..conventions import DEGREE, KILOMETRE
from .glossary import explained
from .markup import Child, Html
from .pads import Pad, flown_pads
from .story import Story
from .tables import Column, columns, table
from .wording import DASH, craft_name, mass_digits, number

HEAD = (
    *columns("burn;;text", "craft;;text name", "ignition;UTC;time", "thrust, pitch up;deg", "thrust, yaw right;deg"),
    *columns("mass before;kg", "mass after;kg", "range;km", "range rate;m/s", "elevation;deg", "phase;deg"),
)


def pads_table(story: Story) -> Html | None:
    """Attitude, masses and the sight of the target at each ignition; None without a burn."""
    pads = flown_pads(story)
    classes = ["of-target" if pad.craft == story.target else "" for pad in pads]
    head: list[Column] = list(HEAD)
    return table(head, list(map(_row, pads)), label="Pads", classes=classes) if pads else None


def _row(pad: Pad) -> list[Child]:
    stands, seen = pad.attitude, pad.sight
    return [
        explained(pad.name), craft_name(pad.craft), pad.utc,
        number(stands.pitch / DEGREE, 1, signed=True) if stands else DASH,
        number(stands.yaw / DEGREE, 1, signed=True) if stands else DASH,
        *(number(mass, mass_digits(pad.masses[0])) for mass in pad.masses),
        number(seen.range / KILOMETRE, 3) if seen else DASH,
        number(seen.range_rate, 2, signed=True) if seen else DASH,
        number(seen.elevation / DEGREE, 2, signed=True) if seen else DASH,
        number(seen.phase / DEGREE, 2, signed=True) if seen else DASH,
    ]  # fmt: skip
