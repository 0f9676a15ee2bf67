"""What the fuzzer needs for readers that want a file: good missions, with a target in orbit too, and their damages."""

from __future__ import annotations

import copy
import tempfile
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import tomli_w

from softdock.formats.space_weather import read_space_weather
from softdock.mission.load import complete_toml, load
from softdock.mission.names import SHIPPED
from tests.formats import scene
from tests.mission.in_orbit import SOYUZ_TLE, soyuz_oem, with_orbit

VALUES: list[Any] = [
    None, True, -1, 0, 1, 2**63, 10**30, -0.0, 1e-320, 1e308, float("nan"), float("inf"), 90.0, 180.0, 0.5, "", " ",
    "soyuz", "apollo", "chaser", "iss.tle", "/dev/null", "..", "\x00\n", "\x00", "1975-07-15T12:20:00",
    "1962-01-01T00:00:00", "9999-12-31T23:59:60", "2016-12-31T23:59:60", "1975-07-15", "12:20:00", [], [[]], [0.0] * 3,
    [1.0, "a"], {}, {"tle": scene.TLE}, {"oem": scene.OEM, "object": "1998-067A"}, {"omm": scene.OMM, "tle": "a"},
]  # fmt: skip
_FOLDER = tempfile.TemporaryDirectory(prefix="softdock-fuzz-")


def read_mission(text: str) -> None:
    """Load a mission from a text; what loads must be written out whole and load again to an equal one."""
    path = Path(_FOLDER.name) / "mission.toml"
    path.write_text(text, "utf-8", errors="surrogatepass")
    mission = load(path)
    path.write_text(complete_toml(mission), "utf-8")
    assert load(path) == mission


def read_weather(text: str) -> None:
    """Read a space-weather file from a text."""
    path = Path(_FOLDER.name) / "weather.csv"
    path.write_text(text, "utf-8", errors="surrogatepass")
    read_space_weather(path)


def good_missions() -> list[str]:
    """Texts that load."""
    shipped = (SHIPPED / "apollo-soyuz" / "mission.toml").read_text("utf-8")
    weather = "space_weather = { f107_sfu = 150.0, f107_mean_sfu = 140.0, ap = 15.0 }\nallow_prediction = true\n"
    day = '{{ day = "1975-07-{}", f107_sfu = 80.0, f107_mean_sfu = 80.0, ap = [1, 2, 3, 4, 5, 6, 7, 8] }}'
    days = f"space_weather_days = [{', '.join(day.format(k) for k in range(12, 20))}]\ntides = true\n"
    other = [shipped.replace("[environment]\n", f"[environment]\n{lines}") for lines in (weather, days)]
    return [shipped, *other, with_orbit({"tle": SOYUZ_TLE}), with_orbit({"oem": soyuz_oem()})]


def damaged_tree(text: str, random: Random) -> str:
    """A mission with one to three of its keys removed, renamed, doubled or given another's or an odd value."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        return text
    for _ in range(random.randint(1, 3)):
        _damage(data, random)
    try:
        return tomli_w.dumps(data, multiline_strings=random.random() < 0.5)
    except (TypeError, ValueError):
        return text


def _damage(data: dict[str, Any], random: Random) -> None:
    places = list(_places(data))
    if not places:
        return
    holder, key = random.choice(places)
    other, there = random.choice(places)
    kind = random.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind in (1, 2):
        value = copy.deepcopy(random.choice(VALUES))
        holder[key] = {} if value is None else value
    elif kind == 3:
        holder[key] = copy.deepcopy(other[there])
    elif kind == 4 and isinstance(holder, list):
        holder.insert(0, copy.deepcopy(holder[key]))
    elif kind == 4:
        holder[str(key) + random.choice(["s", "_m", "_km", "\x01"])] = holder.pop(key)
    elif isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
        holder[key] = holder[key] * random.choice([-1, 0, 1e-9, 0.5, 2, 1e9])


def _places(value: Any) -> Any:
    """Every (table or list, key or index) of a tree."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in list(entries):
        yield value, key
        yield from _places(below)
