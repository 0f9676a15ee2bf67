"""A craft that is in orbit already: its orbit by a TLE, an OMM or an OEM, from a file or in the mission itself.

The mission carries the text, so that what is kept of a flight can be flown again without the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import model_validator

from ..astro.mean_elements import MeanElements, TleOrbit
from ..astro.tabulated import Ephemeris
from ..astro.time import Epoch
from ..conventions import DAY
from ..errors import DataError, FormatError, MissionError
from ..formats import oem, omm, tle
from ..formats.document import Document, Misfit
from ..formats.lines import read_text
from ..planning.start import GivenStart

KINDS = {"tle": tle.KIND, "omm": omm.KIND, "oem": oem.KIND}
READERS: dict[str, Callable[..., Any]] = {"tle": tle.parse_tles, "omm": omm.parse_omm, "oem": oem.parse_oem}
LARGEST = 4_000_000  # bytes of one ephemeris in a mission: three weeks at a minute's step


class GivenOrbit(Document):
    """The orbit of a craft by an ephemeris: exactly one of tle, omm and oem."""

    tle: str | None = None
    """Path of a file of two-line elements, from the mission file's folder, or the lines themselves."""
    omm: str | None = None
    """Path of a file of orbit mean-elements messages (KVN or XML), or their text."""
    oem: str | None = None
    """Path of a file of an orbit ephemeris message, or its text."""
    object: str | None = None
    """Which object of the ephemeris, where it holds several: catalogue number, designator or name."""

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise Misfit(_one_of(given))
        if "\n" not in self.text:
            raise Misfit(
                f"is {self.text[:60]!r}, a file's name, and what was read must be in its place; load the mission from"
                " its file, or give the text",
                key=self.kind,
            )
        try:
            _chosen(self.kind, self.text, self.object)
        except FormatError as fault:
            raise Misfit(str(fault), key=self.kind) from None
        except DataError as fault:
            raise Misfit(str(fault), key="object") from None
        return self

    @property
    def kind(self) -> str:
        """tle, omm or oem."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def text(self) -> str:
        """What was read, or the file's name before that."""
        return str(getattr(self, self.kind))

    def start(self, epoch: Epoch, at_utc: str, *, allow_prediction: bool = False) -> GivenStart:
        """The craft's state in GCRF at a UTC time, which it flies on from by our forces.

        Of several element sets of the object the one of the nearest epoch speaks. allow_prediction: of the Earth's
        orientation, for an OEM in ITRF. Raises PropagationError where the ephemeris does not reach or its elements are
        too old, DataError where the Earth's orientation is not known.
        """
        t = epoch.seconds_of(at_utc, allow_prediction=True)
        found = _chosen(self.kind, self.text, self.object)
        if isinstance(found, oem.Oem):
            table = replace(_ephemeris(found, self.object, epoch), allow_prediction=allow_prediction)
            r, v = table.states(np.array([t]))
            return GivenStart(t, r[0], v[0])
        nearest = min(found, key=lambda one: abs(_seconds_from(one.epoch, epoch) - t))
        r, v = TleOrbit(nearest, epoch).states(np.array([t]))
        return GivenStart(t, r[0], v[0])


def _one_of(given: list[str]) -> str:
    return f"needs exactly one of tle, omm and oem and has {' and '.join(given) or 'none'}; give one of them"


def _seconds_from(own: Epoch, zero: Epoch) -> float:
    return ((own.tt1 - zero.tt1) + (own.tt2 - zero.tt2)) * DAY


@lru_cache(maxsize=8)
def _parsed(kind: str, text: str) -> tuple[MeanElements, ...] | oem.Oem:
    """What a text holds. Raises FormatError with line and column."""
    found: tuple[MeanElements, ...] | oem.Oem = READERS[kind](text)
    return found


def _chosen(kind: str, text: str, wanted: str | None) -> tuple[MeanElements, ...] | oem.Oem:
    """The element sets of one object, or the message that has it. Raises FormatError; DataError about the object."""
    found = _parsed(kind, text)
    if isinstance(found, oem.Oem):
        _ephemeris(found, wanted, None)
        return found
    objects = [_label(one) for _, one in sorted({one.catalogue_number: one for one in found}.items())]
    if wanted is None:
        if len(objects) > 1:
            raise DataError(f"is not given and the elements are of {len(objects)} objects ({_few(objects)}); name one")
        return found
    sets = tuple(one for one in found if wanted.strip() in _names_of(one))
    if not sets:
        raise DataError(f"is {wanted[:40]!r} and the elements are of {_few(objects)}; name one of them")
    if len({one.catalogue_number for one in sets}) > 1:
        raise DataError(f"is {wanted[:40]!r}, the name of several objects; give the catalogue number")
    return sets


def _names_of(one: MeanElements) -> set[str]:
    number = str(one.catalogue_number)
    return {number, number.zfill(5), *(name for name in (one.designator, one.name) if name)}


def _label(one: MeanElements) -> str:
    """An object as it may be asked for: number, designator and name, 25544 (1998-067A, ISS (ZARYA))."""
    others = ", ".join(text for text in (one.designator, one.name) if text)
    return f"{one.catalogue_number} ({others})" if others else str(one.catalogue_number)


def _few(objects: list[str]) -> str:
    more = "" if len(objects) <= 4 else f" and {len(objects) - 4} more"
    return ", ".join(objects[:4]) + more


def _ephemeris(message: oem.Oem, wanted: str | None, zero: Epoch | None) -> Ephemeris:
    """The orbit of one object, by its id or its name. Raises DataError."""
    ids = {segment.object_id: segment.object_name for segment in message.segments}
    if wanted is None and len(ids) == 1:
        return message.ephemeris(zero=zero)
    matching = [key for key, name in ids.items() if wanted is not None and wanted.strip() in (key, name)]
    if len(matching) != 1:
        said = f"is {wanted[:40]!r}" if wanted is not None else "is not given"
        listed = ", ".join(list(ids)[:4]) + ("" if len(ids) <= 4 else f" and {len(ids) - 4} more")
        raise DataError(f"{said} and the OEM holds {listed}; name one of them")
    return message.ephemeris(matching[0], zero=zero)


def ephemeris_files(data: dict[str, Any], folder: Path) -> dict[tuple[str, str], Path]:
    """Files of ephemerides that the crafts of a mission name, by craft and kind; text in their place is none."""
    crafts = data.get("crafts")
    found: dict[tuple[str, str], Path] = {}
    for name, craft in crafts.items() if isinstance(crafts, dict) else ():
        orbit = craft.get("orbit") if isinstance(craft, dict) else None
        for kind, value in orbit.items() if isinstance(orbit, dict) else ():
            if kind in KINDS and isinstance(value, str) and value.strip() and "\n" not in value:
                found[str(name), kind] = folder / value
    return found


def embed_ephemerides(data: dict[str, Any], folder: Path, *, file: str) -> None:
    """Put the text of each file into the place of its name. Raises MissionError: file, line and column of the fault."""
    for (name, kind), path in ephemeris_files(data, folder).items():
        given = [other for other in KINDS if other in data["crafts"][name]["orbit"]]
        if len(given) > 1:
            raise MissionError(_one_of(given), key=f"crafts.{name}.orbit", file=file)
        try:
            text = read_text(path, largest=LARGEST, kind=KINDS[kind])
            READERS[kind](text, file=str(path))
        except FormatError as fault:
            raise MissionError(str(fault), key=f"crafts.{name}.orbit.{kind}", file=file) from None
        text = text.replace("\r\n", "\n")
        data["crafts"][name]["orbit"][kind] = text if text.endswith("\n") else text + "\n"
