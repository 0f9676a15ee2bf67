"""What astropy, Skyfield and the oem package make of a TLE and of an OEM, stored in tests/validation/data; run by hand.

    oracle/bin/pip install sgp4 skyfield astropy oem
    oracle/bin/python tests/validation/builders/ephemeris_formats.py

The orbit of the OEM is SGP4's in TEME, its velocity the derivative of its position by differences, since SGP4's own
velocity is not. astropy reads the Earth's orientation of its own package. Nothing of softdock is imported.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from astropy import units as u
from astropy.coordinates import GCRS, ITRS, TEME, CartesianDifferential, CartesianRepresentation
from astropy.time import Time, TimeDelta
from astropy.utils import iers
from oem import OrbitEphemerisMessage
from sgp4.api import Satrec
from skyfield.api import EarthSatellite, load

iers.conf.auto_download = False
iers.conf.auto_max_age = None
TARGET = Path(__file__).parents[1] / "data" / "ephemeris_formats.json"
LINES = (
    "1 25544U 98067A   24001.51782528  .00016717  00000+0  10270-3 0  9999",
    "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391433533",
)
META = """CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2024-01-02T00:00:00
ORIGINATOR = ORACLE

META_START
OBJECT_NAME = ISS
OBJECT_ID = 1998-067A
CENTER_NAME = EARTH
REF_FRAME = TEME
TIME_SYSTEM = UTC
START_TIME = {start}
STOP_TIME = {stop}
INTERPOLATION = {method}
INTERPOLATION_DEGREE = {degree}
META_STOP
"""


def teme(satellite: Satrec, times: Time) -> TEME:
    _, r, v = satellite.sgp4_array(times.utc.jd1, times.utc.jd2)
    rate = CartesianDifferential(*(v.T * u.km / u.s))
    return TEME(CartesianRepresentation(*(r.T * u.km), differentials=rate), obstime=times)


def metres(frame: object) -> list[list[float]]:
    p = frame.cartesian
    return np.column_stack(
        [p.xyz.to_value(u.m).T, p.differentials["s"].d_xyz.to_value(u.m / u.s).T] if p.differentials else [p.xyz.T]
    ).tolist()


def message(satellite: Satrec, start: Time, method: str, degree: int) -> OrbitEphemerisMessage:
    step = np.arange(0.0, 3601.0, 120.0)

    def positions(seconds: np.ndarray) -> np.ndarray:
        at = start + TimeDelta(seconds, format="sec")
        return satellite.sgp4_array(at.utc.jd1, at.utc.jd2)[1]

    h = 1.0
    near = [positions(step + k * h) for k in (-2, -1, 1, 2)]
    v = (near[0] - 8.0 * near[1] + 8.0 * near[2] - near[3]) / (12.0 * h)
    epochs = (start + TimeDelta(step, format="sec")).utc.isot
    rows = [" ".join([t, *(f"{x:.9f}" for x in [*a, *b])]) for t, a, b in zip(epochs, positions(step), v, strict=True)]
    text = META.format(start=epochs[0], stop=epochs[-1], method=method, degree=degree) + "\n".join(rows) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.oem"
        path.write_text(text)
        return OrbitEphemerisMessage.open(path)


def written(read: OrbitEphemerisMessage) -> str:
    """The message as the package itself writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "two.oem"
        read.save_as(path, file_format="kvn")
        return path.read_text()


def read_of_softdock() -> list[dict[str, object]]:
    """Segments of data/softdock.oem, which softdock wrote, as the package reads them: TAI days and SI states."""
    found = []
    for segment in OrbitEphemerisMessage.open(TARGET.parent / "softdock.oem"):
        rows = [[s.epoch.tai.jd1, s.epoch.tai.jd2, *(1e3 * s.position), *(1e3 * s.velocity)] for s in segment.states]
        found.append({"frame": segment.metadata["REF_FRAME"], "rows": rows})
    return found


def main() -> None:
    satellite = Satrec.twoline2rv(*LINES)
    start = Time("2024-01-02T00:00:00.000", scale="utc", format="isot")
    seconds = np.arange(0.0, 86400.0, 7200.0)
    times = start + TimeDelta(seconds, format="sec")
    states = teme(satellite, times)
    scale = load.timescale(builtin=True)
    sky = EarthSatellite(*LINES, ts=scale).at(scale.from_astropy(times))
    oems = []
    for method, degree in (("LAGRANGE", 7), ("HERMITE", 7)):
        read = message(satellite, start, method, degree)
        asked = np.arange(400.0, 3200.0, 97.0)
        got = [read(start + TimeDelta(t, format="sec")) for t in asked]
        out = [[*(1e3 * s.position), *(1e3 * s.velocity)] for s in got]
        oems.append({"method": method, "text": written(read), "seconds": asked.tolist(), "states": out})
    data = {
        "lines": LINES, "utc": "2024-01-02T00:00:00", "seconds": seconds.tolist(),
        "astropy_itrf": metres(states.transform_to(ITRS(obstime=times))),
        "astropy_gcrf": metres(states.transform_to(GCRS(obstime=times))),
        "skyfield_gcrf": (sky.position.m.T).tolist(), "oems": oems, "softdock": read_of_softdock(),
    }  # fmt: skip
    TARGET.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
