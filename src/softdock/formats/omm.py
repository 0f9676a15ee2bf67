"""CCSDS orbit mean-elements messages (OMM, 502.0-B) of SGP4 elements, read strictly from KVN or XML."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.parsers import expat

from ..astro.mean_elements import MeanElements
from ..errors import FormatError
from .epochs import epoch_fields
from .lines import Line, Pair, lines_of, number_of, pair_of, read_text, whole_of

LARGEST_FILE = 100_000_000  # bytes; the whole catalogue as XML has 60 million
KIND = "an OMM"
VERSIONS = ("1.0", "2.0", "3.0")
THEORIES = ("SGP4", "SGP/SGP4")
NEEDED = (
    "CREATION_DATE", "ORIGINATOR", "OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM",
    "MEAN_ELEMENT_THEORY", "EPOCH", "MEAN_MOTION", "ECCENTRICITY", "INCLINATION", "RA_OF_ASC_NODE",
    "ARG_OF_PERICENTER", "MEAN_ANOMALY", "NORAD_CAT_ID", "BSTAR", "MEAN_MOTION_DOT", "MEAN_MOTION_DDOT",
)  # fmt: skip
OPTIONAL = ("EPHEMERIS_TYPE", "CLASSIFICATION_TYPE", "ELEMENT_SET_NO", "REV_AT_EPOCH")
UNUSED = re.compile(
    "GM|MESSAGE_ID|CLASSIFICATION|MASS|SOLAR_RAD_(AREA|COEFF)|DRAG_(AREA|COEFF)|REF_FRAME_EPOCH|COV_REF_FRAME|"
    "C[XYZ](_DOT)?_[XYZ](_DOT)?|USER_DEFINED_[A-Z0-9_]*"
)
FIXED = {"CENTER_NAME": ("EARTH",), "REF_FRAME": ("TEME",), "TIME_SYSTEM": ("UTC",), "MEAN_ELEMENT_THEORY": THEORIES}
XML_BLOCKS = {
    "ndm", "omm", "header", "body", "segment", "metadata", "data", "meanElements", "tleParameters",
    "spacecraftParameters", "covarianceMatrix", "userDefinedParameters",
}  # fmt: skip
_DESIGNATOR = re.compile(r"\d{4}-\d{3}[A-Z]{0,3}", re.ASCII)
_MJD_OF_YEAR_1 = 678576
_DAY_NS = 86_400_000_000_000


def read_omm(path: Path | str) -> tuple[MeanElements, ...]:
    """Mean elements of the messages in a file, KVN or XML. Raises FormatError, which names the line."""
    return parse_omm(read_text(path, largest=LARGEST_FILE, kind=KIND), file=str(path))


def parse_omm(text: str, *, file: str = "") -> tuple[MeanElements, ...]:
    """Mean elements of the messages in a text, KVN or XML. Raises FormatError, which names the line."""
    is_xml = text.lstrip("\ufeff \r\n\t")[:1] == "<"
    messages = _Reader(text, file).messages if is_xml else _kvn_messages(lines_of(text, file=file, kind=KIND))
    if not messages:
        raise Line(file, 1, "").fault("there is no OMM in it; one begins with CCSDS_OMM_VERS = 2.0")
    return tuple(_elements(pairs) for pairs in messages)


def _kvn_messages(lines: list[Line]) -> list[list[Pair]]:
    messages: list[list[Pair]] = []
    for line in lines:
        word = line.text.strip()
        if not word or word == "COMMENT" or word.startswith("COMMENT "):
            continue
        pair = pair_of(line)
        if pair.key == "CCSDS_OMM_VERS":
            messages.append([])
        elif not messages:
            raise line.fault("an OMM begins with CCSDS_OMM_VERS = 2.0; add it, or check that this is one", 1)
        messages[-1].append(pair)
    return messages


class _Reader:
    """Leaves of the messages in an XML text, each with its line and column."""

    def __init__(self, text: str, file: str) -> None:
        self.messages: list[list[Pair]] = []
        self._file = file
        self._open: list[tuple[str, int, int, str]] = []  # tag, line, column, unit
        self._text = ""
        self._parser = expat.ParserCreate("UTF-8")  # whatever it declares: the text is decoded already
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        try:
            self._parser.Parse(text.encode(errors="replace"), True)
        except expat.ExpatError as fault:
            line = Line(file, fault.lineno, "")
            raise line.fault(f"is no XML: {expat.ErrorString(fault.code)}; fetch it again", fault.offset + 1) from None

    def _fault(self, sentence: str) -> FormatError:
        line = Line(self._file, self._parser.CurrentLineNumber, "")
        return line.fault(sentence, self._parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        raise self._fault("the XML has a DOCTYPE, which an OMM has not; it may be a web page, fetch it again")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._open and self._open[-1][0] not in XML_BLOCKS:
            raise self._fault(f"<{tag}> stands inside <{self._open[-1][0]}>, which holds a value; correct it")
        if not self._open and tag not in ("ndm", "omm"):
            raise self._fault(f"<{tag[:40]}> begins the XML where <ndm> or <omm> must; check that this is an OMM")
        unit = attributes.get("units", "")
        if tag == "omm":
            self.messages.append([])
            version = attributes.get("version", "")
            self._keep("CCSDS_OMM_VERS", version, unit="")
        if tag == "USER_DEFINED":
            tag = "USER_DEFINED_"
        self._text = ""
        self._open.append((tag, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, unit))

    def _keep(self, key: str, value: str, *, unit: str, line: int = 0, column: int = 0) -> None:
        if not self.messages:
            raise self._fault(f"<{key}> stands outside <omm>; correct it")
        at = Line(self._file, line or self._parser.CurrentLineNumber, "")
        self.messages[-1].append(Pair(at, key, value, unit, column or self._parser.CurrentColumnNumber + 1))

    def _characters(self, data: str) -> None:
        self._text += data

    def _end(self, _: str) -> None:
        tag, line, column, unit = self._open.pop()
        if tag in XML_BLOCKS:
            if self._text.strip():
                raise self._fault(f"{ascii(self._text.strip()[:40])} stands loose in <{tag}>; remove it")
        elif tag != "COMMENT":
            self._keep(tag, self._text.strip(), unit=unit, line=line, column=column)
        self._text = ""


def _elements(given: list[Pair]) -> MeanElements:
    pairs, remarks = _by_key(given)
    for key, allowed in FIXED.items():
        if pairs[key].value.upper() not in allowed:
            raise pairs[key].fault(
                f"is {pairs[key].value[:40]} and SGP4 elements have {' or '.join(allowed)}; give a message of that kind"
            )
    if "EPHEMERIS_TYPE" in pairs and whole_of(pairs["EPHEMERIS_TYPE"], low=0, high=9) != 0:
        raise pairs["EPHEMERIS_TYPE"].fault(f"is {pairs['EPHEMERIS_TYPE'].value} and only 0, SGP4, is known here")
    mjd, fraction = _epoch(pairs["EPOCH"])
    motion = number_of(pairs["MEAN_MOTION"], "rev/day", low=1e-8, high=20.0)
    return MeanElements(
        name=pairs["OBJECT_NAME"].value,
        catalogue_number=whole_of(pairs["NORAD_CAT_ID"], low=0, high=999_999_999),
        designator=_designator(pairs["OBJECT_ID"], remarks),
        classification=_classification(pairs),
        epoch_mjd=mjd, epoch_fraction=fraction, mean_motion_rev_day=motion,
        mean_motion_dot_rev_day2=number_of(pairs["MEAN_MOTION_DOT"], "rev/day**2", low=-1e3, high=1e3),
        mean_motion_ddot_rev_day3=number_of(pairs["MEAN_MOTION_DDOT"], "rev/day**3", low=-1e3, high=1e3),
        bstar_per_earth_radius=number_of(pairs["BSTAR"], "1/ER", low=-1e3, high=1e3),
        eccentricity=number_of(pairs["ECCENTRICITY"], low=0.0, high=0.9999999),
        inclination_deg=number_of(pairs["INCLINATION"], "deg", low=0.0, high=180.0),
        raan_deg=number_of(pairs["RA_OF_ASC_NODE"], "deg", low=0.0, high=360.0),
        perigee_argument_deg=number_of(pairs["ARG_OF_PERICENTER"], "deg", low=0.0, high=360.0),
        mean_anomaly_deg=number_of(pairs["MEAN_ANOMALY"], "deg", low=0.0, high=360.0),
        element_set=whole_of(pairs["ELEMENT_SET_NO"], low=0, high=9999) if "ELEMENT_SET_NO" in pairs else 0,
        revolution=whole_of(pairs["REV_AT_EPOCH"], low=0, high=10**9) if "REV_AT_EPOCH" in pairs else 0,
        remarks=tuple(remarks),
    )  # fmt: skip


def _by_key(given: list[Pair]) -> tuple[dict[str, Pair], list[str]]:
    pairs: dict[str, Pair] = {}
    remarks: list[str] = []
    version = given[0]
    if version.value not in VERSIONS:
        raise version.fault(f"is '{version.value[:40]}' and the known ones are {', '.join(VERSIONS)}")
    for pair in given[1:]:
        if UNUSED.fullmatch(pair.key):
            remarks.append(f"line {pair.line.number}: {pair.key} was not used")
            continue
        if pair.key not in NEEDED + OPTIONAL:
            known = ", ".join(NEEDED + OPTIONAL)
            raise pair.line.fault(f"{pair.key[:40]} is not known here; the keys are {known}", pair.column)
        if pair.key in pairs:
            raise pair.fault(f"is given twice, first in line {pairs[pair.key].line.number}; remove one")
        if not pair.value:
            raise pair.fault("has no value; write one")
        pairs[pair.key] = pair
    for key in NEEDED:
        if key not in pairs:
            raise version.line.fault(f"{key} is missing in the OMM that begins here; add it", version.column)
    epoch_fields(pairs["CREATION_DATE"].line, pairs["CREATION_DATE"].value, pairs["CREATION_DATE"].column)
    return pairs, remarks


def _epoch(pair: Pair) -> tuple[int, float]:
    year, month, day, hour, minute, second = epoch_fields(pair.line, pair.value, pair.column)
    if second >= 60.0:
        raise pair.fault("is in a leap second, where SGP4 elements have no epoch; correct it")
    nanoseconds = (hour * 3600 + minute * 60) * 1_000_000_000 + round(second * 1e9)
    return date(year, month, day).toordinal() - _MJD_OF_YEAR_1, nanoseconds / _DAY_NS


def _designator(pair: Pair, remarks: list[str]) -> str:
    if _DESIGNATOR.fullmatch(pair.value):
        return pair.value
    remarks.append(f"line {pair.line.number}: OBJECT_ID {ascii(pair.value[:40])} is no designator like 1998-067A")
    return ""


def _classification(pairs: dict[str, Pair]) -> str:
    if "CLASSIFICATION_TYPE" not in pairs:
        return "U"
    pair = pairs["CLASSIFICATION_TYPE"]
    if pair.value not in ("U", "C", "S"):
        raise pair.fault(f"is '{pair.value[:40]}' and must be U, C or S; correct it")
    return pair.value
