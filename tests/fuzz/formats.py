"""Feeds damaged TLE, OMM and OEM to the readers; only FormatError may come out. Run by hand:

    .venv/bin/python -m tests.fuzz.formats --minutes 10 --reader tle --seed 1

Mutations of good texts (bytes, lines, tokens, splices), kept when they reach lines of the readers not reached before.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from random import Random
from types import FrameType
from typing import Any

from softdock.errors import FormatError
from softdock.formats.oem import parse_oem
from softdock.formats.omm import parse_omm
from softdock.formats.tle import parse_tles
from tests.formats import scene

READERS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "tle": (parse_tles, [scene.TLE, scene.FIRST + "\n" + scene.SECOND]),
    "omm": (parse_omm, [scene.OMM, scene.xml_of(scene.OMM)]),
    "oem": (parse_oem, [scene.OEM]),
}
TOKENS = [
    "", "0", "-1", "9" * 30, "1e999", "nan", "inf", "1d3", "1,5", "=", "==", "[", "]", "[km]", "\t", "\r", "\x00",
    "\ufeff", "\u0664", "\u2028",
    "<", "<!DOCTYPE a>", "&lt;", "&#x110000;", "<![CDATA[", "-->", "META_START", "META_STOP\n",
    "COVARIANCE_START\n", "COVARIANCE_STOP\n", "EPOCH = ", "COMMENT", "2016-12-31T23:59:60", "2016-366T24:00:00",
    "0000-00-00T00:00:00", "UTC", "TDB", "GPS", "TAI", "ITRF", "TEME", "HERMITE", "LINEAR", "25", "1 ", "2 ", "I0000",
]  # fmt: skip
SLOW = 1.0  # s


def mutated(text: str, pool: list[str], random: Random) -> str:
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
    return text[:20_000]


class Reached:
    """Lines of softdock's readers that ran."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if "softdock/formats" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self.trace


def fuzz(name: str, minutes: float, *, seed: int) -> int:
    """Number of texts tried; an error that is not a FormatError ends it with that error."""
    read, pool = READERS[name]
    pool, random, reached, tried, kept = list(pool), Random(seed), Reached(), 0, 0
    end = time.process_time() + 60.0 * minutes
    while time.process_time() < end:
        text = mutated(random.choice(pool), pool, random)
        watch = tried % 20 == 0
        before, start = len(reached.lines), time.process_time()
        if name == "tle" and random.random() < 0.7:
            text = scene.summed(text) if text.isascii() else text
        sys.settrace(reached.trace if watch else None)
        try:
            read(text)
        except FormatError:
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
        if time.process_time() - start > SLOW:
            raise TimeoutError(f"text {tried} of seed {seed} took over {SLOW} s: {text[:2000]!r}")
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
