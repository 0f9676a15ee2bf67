"""A good TLE, OMM and OEM, and tools to break them."""

from __future__ import annotations

from softdock.formats.tle import checksum

FIRST = "1 25544U 98067A   24001.51782528  .00016717  00000+0  10270-3 0  9999"
SECOND = "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391433533"
TLE = f"ISS (ZARYA)\n{FIRST}\n{SECOND}\n"
OMM = """CCSDS_OMM_VERS = 2.0
COMMENT one object
CREATION_DATE = 2024-01-02T00:00:00
ORIGINATOR = 18 SPCS
OBJECT_NAME = ISS (ZARYA)
OBJECT_ID = 1998-067A
CENTER_NAME = EARTH
REF_FRAME = TEME
TIME_SYSTEM = UTC
MEAN_ELEMENT_THEORY = SGP4
EPOCH = 2024-01-01T12:25:40.104192
MEAN_MOTION = 15.72125391 [rev/day]
ECCENTRICITY = .0006703
INCLINATION = 51.6416 [deg]
RA_OF_ASC_NODE = 247.4627
ARG_OF_PERICENTER = 130.5360
MEAN_ANOMALY = 325.0288
EPHEMERIS_TYPE = 0
CLASSIFICATION_TYPE = U
NORAD_CAT_ID = 25544
ELEMENT_SET_NO = 999
REV_AT_EPOCH = 43353
BSTAR = .0001027
MEAN_MOTION_DOT = .00016717
MEAN_MOTION_DDOT = 0
"""
GROUPS = {"header": (1, 3), "metadata": (3, 9), "meanElements": (9, 16), "tleParameters": (16, 24)}
OEM = """CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2024-01-02T00:00:00
ORIGINATOR = SOFTDOCK

META_START
OBJECT_NAME = ISS
OBJECT_ID = 1998-067A
CENTER_NAME = EARTH
REF_FRAME = GCRF
TIME_SYSTEM = UTC
START_TIME = 2016-12-31T23:59:58.000
STOP_TIME = 2017-01-01T00:00:01.000
INTERPOLATION = HERMITE
INTERPOLATION_DEGREE = 3
META_STOP
COMMENT four states, three seconds and a leap second
2016-12-31T23:59:58.000 6778.0 0.0 0.0 0.0 7.6 0.0
2016-12-31T23:59:59.000 6778.0 7.6 0.0 0.0 7.6 0.0
2016-12-31T23:59:60.000 6778.0 15.2 0.0 0.0 7.6 0.0
2017-01-01T00:00:01.000 6778.0 30.4 0.0 0.0 7.6 0.0
COVARIANCE_START
EPOCH = 2016-12-31T23:59:59.000
COV_REF_FRAME = RTN
1.0
0.5 1.0
0.0 0.0 1.0
0.0 0.0 0.0 1e-6
0.0 0.0 0.0 0.0 1e-6
0.0 0.0 0.0 0.0 0.0 1e-6
COVARIANCE_STOP
"""


def summed(text: str) -> str:
    """A TLE with the checksums that its lines add up to."""
    lines = [
        line[:68] + str(checksum(line)) + line[69:] if line[:2] in ("1 ", "2 ") and len(line) >= 69 else line
        for line in text.split("\n")
    ]
    return "\n".join(lines)


def xml_of(text: str) -> str:
    """A KVN OMM as XML."""
    pairs = [line.split(" = ") for line in text.splitlines() if " = " in line]
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<ndm>", f'<omm id="CCSDS_OMM_VERS" version="{pairs[0][1]}">']
    for name, (start, stop) in GROUPS.items():
        leaves = [f"<{key}>{value.split(' [')[0]}</{key}>" for key, value in pairs[start:stop]]
        parts += [f"<{name}>", *leaves, f"</{name}>"]
    return "\n".join([*parts, "</omm>", "</ndm>", ""])
