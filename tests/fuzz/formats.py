"""Feeds damaged texts to the readers of files; only their own errors may come out. Run by hand:

    .venv/bin/python -m tests.fuzz.formats --minutes 10 --reader tle --seed 1

Mutations of good texts (bytes, lines, tokens, splices; for missions also of the tree that the text stands for), kept
when they reach lines of the readers not reached before.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from random import Random
from types import FrameType
from typing import Any

from softdock.errors import FormatError, MissionError, SoftdockError
from softdock.formats.oem import parse_oem
from softdock.formats.omm import parse_omm
from softdock.formats.omm_text import omm_xml
from softdock.formats.tle import parse_tles
from tests.formats import scene
from tests.formats.test_space_weather import WHOLE
from tests.fuzz.missions import damaged_tree, good_missions, read_mission, read_weather
from tests.mission.in_orbit import soyuz_oem

WRITTEN = omm_xml(parse_omm(scene.OMM) * 2, creation_date="2024-01-02T00:00:00")
READERS: dict[str, tuple[Callable[[str], object], list[str], type[SoftdockError]]] = {
    "tle": (parse_tles, [scene.TLE, scene.FIRST + "\n" + scene.SECOND], FormatError),
    "omm": (parse_omm, [scene.OMM], FormatError),
    "omm-xml": (parse_omm, [scene.xml_of(scene.OMM), WRITTEN], FormatError),
    "oem": (parse_oem, [scene.OEM, soyuz_oem(minutes=4)], FormatError),
    "space-weather": (read_weather, ["\n".join(WHOLE) + "\n"], FormatError),
    "mission": (read_mission, good_missions(), MissionError),
}
TOKENS = [
    "", "0", "-1", "9" * 30, "1e999", "nan", "inf", "1d3", "1,5", "=", "==", "[", "]", "[km]", "\t", "\r", "\x00",
    "\ufeff", "\u0664", "\u2028",
    "<", "<!DOCTYPE a>", "&lt;", "&#x110000;", "<![CDATA[", "-->", "META_START", "META_STOP\n",
    "COVARIANCE_START\n", "COVARIANCE_STOP\n", "EPOCH = ", "COMMENT", "2016-12-31T23:59:60", "2016-366T24:00:00",
    "0000-00-00T00:00:00", "UTC", "TDB", "GPS", "TAI", "ITRF", "TEME", "HERMITE", "LINEAR", "25", "1 ", "2 ", "I0000",
]  # fmt: skip
SLOW = {"mission": 5.0}  # s, for one text; a mission is checked whole, and its ephemeris with it
OTHERS_SLOW = 1.0
LONGEST = {"mission": 60_000}


def mutated(text: str, pool: list[str], random: Random, *, longest: int = 20_000) -> str:
    """The text after one to four damages."""
    for _ in range(random.randint(1, 4)):
        at, other = random.randint(0, len(text)), random.randint(0, len(text))
        low, high = min(at, other), max(at, other)
        lines = text.split("\n")
        k, j = random.randrange(len(lines)), random.randrange(len(lines))
        kind = random.randrange(8)
        if kind == 0:
            sign = chr(random.randint(0, random.choice([127, 0x10FFFF])))
            text = text[:at] + sign + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + random.choice(TOKENS) + text[at + random.randint(0, 8) :]
        elif kind == 2:
            text = text[:low] + text[min(high, low + 40) :]
        elif kind == 3:
            lines[k], lines[j] = lines[j], lines[k]
            text = "\n".join(lines)
        elif kind == 4:
            lines.insert(k, lines[j])
            text = "\n".join(lines)
        elif kind == 5:
            del lines[k]
            text = "\n".join(lines)
        elif kind == 6:
            text = text[:at] + random.choice("0123456789.-+ ") + text[at + 1 :]
        else:
            donor = random.choice(pool)
            text = text[:at] + donor[min(at, len(donor)) :]
    return text[:longest]


class Reached:
    """Lines of softdock's readers that ran."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if not any(room in frame.f_code.co_filename for room in ("softdock/formats", "softdock/mission")):
            return None
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self.trace


def next_text(name: str, pool: list[str], random: Random) -> str:
    """A damaged text for a reader; half of those for the mission reader are damaged as trees."""
    text = random.choice(pool)
    if name == "mission" and random.random() < 0.5:
        return damaged_tree(text, random)
    text = mutated(text, pool, random, longest=LONGEST.get(name, 20_000))
    if name == "tle" and random.random() < 0.7 and text.isascii():
        text = scene.summed(text)
    return text


def seconds(read: Callable[[str], object], text: str, expected: type[SoftdockError]) -> float:
    """CPU time of one reading; a busy machine can make any one of them long."""
    start = time.process_time()
    with suppress(expected):
        read(text)
    return time.process_time() - start


def fuzz(name: str, minutes: float, *, seed: int) -> int:
    """Number of texts tried; an error that is not the reader's own ends it with that error."""
    warnings.simplefilter("error", RuntimeWarning)  # a number that overflowed unseen
    read, pool, expected = READERS[name]
    pool, random, reached, tried, kept = list(pool), Random(seed), Reached(), 0, 0
    end = time.process_time() + 60.0 * minutes
    while time.process_time() < end:
        text = next_text(name, pool, random)
        watch = tried % 20 == 0
        before, start = len(reached.lines), time.process_time()
        sys.settrace(reached.trace if watch else None)
        try:
            read(text)
        except expected:
            pass
        except Exception:
            sys.settrace(None)
            print(f"seed {seed}, text {tried}: {text!r}")
            raise
        finally:
            sys.settrace(None)
        tried += 1
        if watch and len(reached.lines) > before:
            pool.append(text)
            kept += 1
        limit = SLOW.get(name, OTHERS_SLOW) * (10.0 if watch else 1.0)
        if time.process_time() - start > limit and min(seconds(read, text, expected) for _ in range(3)) > limit:
            raise TimeoutError(f"text {tried} of seed {seed} takes over {limit} s each time: {text[:2000]!r}")
    print(f"{name}: {tried} texts, {kept} kept, {len(reached.lines)} lines reached, {minutes} CPU-minutes, no surprise")
    return tried


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--reader", choices=[*READERS, "all"], default="all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for one in READERS if given.reader == "all" else [given.reader]:
        fuzz(one, given.minutes, seed=given.seed)
