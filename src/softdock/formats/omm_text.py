"""Writing of CCSDS orbit mean-elements messages (OMM 2.0): KVN, and XML after the schema of NDM/XML 505.0-B."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from ..astro.mean_elements import MeanElements
from ..errors import DataError
from .epochs import checked_date

Rows = dict[str, str | float | int]

_MJD_OF_YEAR_1 = 678576
_DAY_NS = 86_400_000_000_000
_SCHEMA = "https://sanaregistry.org/r/ndmxml/ndmxml-1.0-master.xsd"


def omm_text(elements: MeanElements, *, creation_date: str, originator: str = "SOFTDOCK") -> str:
    """The elements as an OMM in KVN; creation_date: UTC, like 2025-07-03T19:00:00. Raises DataError."""
    header, metadata, mean, parameters = _groups(elements, creation_date, originator)
    rows = {"CCSDS_OMM_VERS": "2.0", **header, **metadata, **mean, **parameters}
    return "".join(f"{key} = {value}\n" for key, value in rows.items())


def omm_xml(sets: Sequence[MeanElements], *, creation_date: str, originator: str = "SOFTDOCK") -> str:
    """One NDM in XML with an OMM for each set of elements; creation_date: UTC. Raises DataError."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<ndm xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
        f'     xsi:noNamespaceSchemaLocation="{_SCHEMA}">',
    ]
    for elements in sets:
        header, metadata, mean, parameters = _groups(elements, creation_date, originator)
        lines += [
            '<omm id="CCSDS_OMM_VERS" version="2.0">',
            *_block("header", _leaves(header)),
            "<body>", "<segment>",
            *_block("metadata", _leaves(metadata)),
            "<data>",
            *_block("meanElements", _leaves(mean)),
            *_block("tleParameters", _leaves(parameters)),
            "</data>", "</segment>", "</body>", "</omm>",
        ]  # fmt: skip
    return "\n".join([*lines, "</ndm>", ""])


def _leaves(rows: Rows) -> list[str]:
    return [f"<{key}>{escape(str(value))}</{key}>" for key, value in rows.items()]


def _block(tag: str, content: list[str]) -> list[str]:
    return [f"<{tag}>", *content, f"</{tag}>"]


def _groups(elements: MeanElements, creation_date: str, originator: str) -> tuple[Rows, Rows, Rows, Rows]:
    """Header, metadata, mean elements and TLE parameters, in the order of the schema. Raises DataError."""
    for what, text in (("name", elements.name), ("originator", originator)):
        if not (text.isascii() and text.isprintable() and text == text.strip()) or "[" in text:
            raise DataError(f"the {what} {ascii(text)} does not fit an OMM; write it in plain ASCII")
    return (
        {"CREATION_DATE": checked_date(creation_date), "ORIGINATOR": originator},
        {
            "OBJECT_NAME": elements.name or "UNKNOWN", "OBJECT_ID": elements.designator or "UNKNOWN",
            "CENTER_NAME": "EARTH", "REF_FRAME": "TEME", "TIME_SYSTEM": "UTC", "MEAN_ELEMENT_THEORY": "SGP4",
        },
        {
            "EPOCH": _epoch(elements),
            "MEAN_MOTION": elements.mean_motion_rev_day, "ECCENTRICITY": elements.eccentricity,
            "INCLINATION": elements.inclination_deg, "RA_OF_ASC_NODE": elements.raan_deg,
            "ARG_OF_PERICENTER": elements.perigee_argument_deg, "MEAN_ANOMALY": elements.mean_anomaly_deg,
        },
        {
            "EPHEMERIS_TYPE": 0, "CLASSIFICATION_TYPE": elements.classification,
            "NORAD_CAT_ID": elements.catalogue_number, "ELEMENT_SET_NO": elements.element_set,
            "REV_AT_EPOCH": elements.revolution, "BSTAR": elements.bstar_per_earth_radius,
            "MEAN_MOTION_DOT": elements.mean_motion_dot_rev_day2,
            "MEAN_MOTION_DDOT": elements.mean_motion_ddot_rev_day3,
        },
    )  # fmt: skip


def _epoch(elements: MeanElements) -> str:
    total = elements.epoch_mjd * _DAY_NS + round(elements.epoch_fraction * _DAY_NS)
    day = date.fromordinal(total // _DAY_NS + _MJD_OF_YEAR_1)
    second, rest = divmod(total % _DAY_NS, 1_000_000_000)
    return f"{day.isoformat()}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rest:09d}"
