"""The shipped mission with a target that an ephemeris finds in orbit."""

from __future__ import annotations

from typing import Any

import numpy as np
import tomli_w

from softdock.astro.mean_elements import TleOrbit
from softdock.astro.tabulated import Piece
from softdock.astro.time import Epoch
from softdock.formats.oem import Oem, Segment
from softdock.formats.oem_text import oem_text
from softdock.formats.tle import parse_tles
from tests.mission.broken import MISSION, replaced

AT_UTC = "1975-07-15T19:00:00"  # before Apollo lifts off
# Fitted to Soyuz as the shipped mission plans it between its second burn and docking: 0.2 km rms over five hours.
SOYUZ_TLE = """SOYUZ 19
1 08030U 75065A   75197.63888889  .00000000  00000+0  99949-4 0    07
2 08030  51.7889 121.0606 0005679 268.6304 240.7224 16.18398040    04
"""
INSERTION = MISSION[MISSION.index("[phases.start]") : MISSION.index('[[phases]]\nkind = "insertion"\ncraft = "apollo"')]
RAISING = MISSION[MISSION.index("# Soyuz's own two burns") : MISSION.index("# The night in which TPI falls")]


def with_orbit(orbit: dict[str, Any], *, at_utc: str = AT_UTC, raised: bool = False) -> str:
    """A mission whose target is in orbit by `orbit` at a time; raised: it still makes its own two burns."""
    text = replaced(MISSION, INSERTION, f'at_utc = "{at_utc}"\n\n')
    gone = ['"phases[0].start']
    if not raised:
        text = replaced(text, RAISING, "")
        gone.append('"phases[2].assembly_orbit')
    inline = tomli_w.dumps({"crafts": {"soyuz": {"orbit": orbit}}}, multiline_strings=True)
    text = replaced(text, "[crafts.apollo]\n", inline + "\n[crafts.apollo]\n")
    return "\n".join(line for line in text.splitlines() if not line.startswith(tuple(gone))) + "\n"


def soyuz_oem(*, minutes: int = 10) -> str:
    """The orbit of SOYUZ_TLE around AT_UTC as an OEM, a state a minute."""
    zero = Epoch.from_utc(AT_UTC)
    times = 60.0 * np.arange(-minutes, minutes + 1)
    r, v = TleOrbit(parse_tles(SOYUZ_TLE)[0], zero).states(times)
    piece = Piece(
        frame="GCRF", epoch=zero, times=times, r=r, v=v, method="LAGRANGE", degree=7, start=times[0], stop=times[-1]
    )
    segment = Segment(
        object_name="SOYUZ 19", object_id="1975-065A", ref_frame="ICRF", time_system="UTC", piece=piece
    )
    return oem_text(Oem(originator="SOFTDOCK", creation_date="2024-01-02T00:00:00", segments=(segment,)))
