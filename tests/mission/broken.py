"""Mission files that are wrong in one way each, and what must be said about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from softdock.mission.names import SHIPPED
from softdock.vehicle.library import SHIPPED as VEHICLES

MISSION = (SHIPPED / "apollo-soyuz" / "mission.toml").read_text("utf-8")
APOLLO = (VEHICLES / "apollo-csm-111.toml").read_text("utf-8")


@dataclass(frozen=True)
class Broken:
    """A broken mission: how it is written into a folder, the key and the essentials of the sentence."""

    name: str
    write: Callable[[Path], Path]
    key: str
    essentials: tuple[str, ...]


def replaced(text: str, old: str, new: str, *, count: int = 1) -> str:
    """The text with something replaced that must be there; of a key with its '=', the whole line, whatever its value."""
    if old.endswith(" ="):
        old = next(line for line in text.splitlines() if line.startswith(old))
    assert old in text, f"{old!r} is no longer in the file"
    return text.replace(old, new, count)


def mission(name: str, key: str, *essentials: str, old: str, new: str) -> Broken:
    """The shipped mission with one thing changed."""

    def write(folder: Path) -> Path:
        path = folder / "broken.toml"
        path.write_text(replaced(MISSION, old, new), "utf-8")
        return path

    return Broken(name, write, key, essentials)


def vehicle(name: str, key: str, *essentials: str, old: str, new: str) -> Broken:
    """The shipped mission beside a vehicle file with one thing changed."""

    def write(folder: Path) -> Path:
        (folder / "apollo-csm-111.toml").write_text(replaced(APOLLO, old, new), "utf-8")
        path = folder / "broken.toml"
        path.write_text(MISSION, "utf-8")
        return path

    return Broken(name, write, key, ("apollo-csm-111.toml", *essentials))


def content(name: str, data: bytes, *essentials: str) -> Broken:
    """A file with these bytes."""

    def write(folder: Path) -> Path:
        path = folder / "broken.toml"
        path.write_bytes(data)
        return path

    return Broken(name, write, "", essentials)


def place(name: str, write: Callable[[Path], Path], *essentials: str) -> Broken:
    """A path that is no mission file."""
    return Broken(name, write, "", essentials)


def _huge(folder: Path) -> Path:
    path = folder / "huge.toml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    return path


def _folder(folder: Path) -> Path:
    path = folder / "empty-folder"
    path.mkdir()
    return path


def _secret(folder: Path) -> Path:
    path = folder / "folder.toml"
    path.mkdir()
    return path


SOYUZ_LIFT_OFF = 'lift_off_utc = "1975-07-15T12:20:00"'
APOLLO_LIFT_OFF = 'lift_off_utc = "1975-07-15T19:50:01"'
SPS = "[engines.sps]\nthrust_N = 91188.5"
PHASES = MISSION[MISSION.index("[[phases]]") : MISSION.index("\n[sources]\n")]
DOCKING = MISSION[MISSION.rindex("[[phases]]") : MISSION.index("\n# ---", MISSION.rindex("[[phases]]"))]

STRUCTURE = [
    content("empty", b"", "is empty", "softdock new"),
    content("only blanks", b" \n\t\n", "is empty"),
    content("binary", b"\x7fELF\x02\x01\x01\x00\x00\x00", "binary", "offset 7"),
    content("byte-order mark", b"\xef\xbb\xbf" + MISSION.encode(), "byte-order mark", "without BOM"),
    content("not UTF-8", MISSION.encode() + b"# caf\xe9\n", "not UTF-8", "0xe9", "line"),
    content("not TOML", b"name = apollo\n", "not TOML", "line 1, column 8"),
    content("YAML", b"name: apollo-soyuz\nphases:\n  - kind: insertion\n", "not TOML", "line 1, column 5"),
    content("cut off", b'name = "apollo', "not TOML", "line 1"),
    content("duplicate key", b'name = "a"\nname = "b"\n', "says a key twice", "line 2"),
    content("nested a thousand deep", b"x = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
    content("a number with 5,000 digits", b"x = " + b"9" * 5000, "digits"),
    place("50 MB", _huge, "50.0 MB", "at most 5 MB"),
    place("a folder without a mission", _folder, "folder without a mission.toml"),
    place("a folder called .toml", _secret, "folder"),
    place("no such file", lambda folder: folder / "nowhere.toml", "no such file"),
    place(
        "no such mission",
        lambda folder: Path("apollo-soyus"),
        "no mission 'apollo-soyus'",
        "(did you mean apollo-soyuz?)",
    ),
    place("a path that cannot be", lambda folder: Path("x" * 5000), "cannot be looked up"),
    place("/dev/null", lambda folder: Path("/dev/null"), "device"),
]

KEYS = [
    mission("unknown key", "environment.gravity_degre", "did you mean gravity_degree?", "gravity_order",
            old="gravity_degree =", new="gravity_degre = 20"),
    mission("unknown key in a phase", "phases[2].candidate", "unknown key", "did you mean candidates?",
            old="candidates =", new="candidate = 8\ncandidates = 8"),
    mission("unknown table", "weather", "unknown key", "environment",
            old="[environment]", new="[weather]\n[environment]"),
    mission("km for m", "phases[0].start.site.height_km", "is in km", "read in m", "write height_m",
            old="height_m =", new="height_km = 0.09"),
    mission("m for km", "phases[0].start.orbit.perigee_m", "is in m", "read in km", "write perigee_km",
            old="perigee_km =", new="perigee_m = 186300.0"),
    mission("nautical miles", "phases[2].relative_navigation.sensors.vhf.from_range_nmi", "is in n.mi", "read in km",
            old="from_range_km =", new="from_range_nmi = 170.0"),
    mission("radians", "phases[2].execution.pointing_rad", "is in rad", "read in deg",
            old="pointing_deg =", new="pointing_rad = 0.005"),
    vehicle("pounds", "launch_mass_lb", "is in lb", "read in kg", "write launch_mass_kg",
            old="launch_mass_kg = 12904.0", new="launch_mass_lb = 28448.0"),
    vehicle("pounds of force", "engines.sps.thrust_lbf", "is in lbf", "read in N",
            old=SPS, new=SPS.replace("thrust_N = 91188.5", "thrust_lbf = 20500.0")),
    mission("missing key", "phases[0].start.powered_arc_deg", "is missing; add it",
            old="powered_arc_deg =", new="# none"),
    mission("missing table", "environment", "is missing",
            old=MISSION[MISSION.index("[environment]") : MISSION.index("# ---- crafts")], new=""),
    mission("no name", "name", "is missing", old='name = "apollo-soyuz"\n', new=""),
]  # fmt: skip

FIXED = "[environment]\nspace_weather = { f107_sfu = 120.0, f107_mean_sfu = 120.0, ap = 9.0 }\n"
DAYS = """space_weather_days = [
  { day = "1975-07-14", f107_sfu = 80.0, f107_mean_sfu = 80.0, ap = [9, 9, 9, 9, 9, 9, 9, 9] },
  { day = "1975-07-15", f107_sfu = 80.0, f107_mean_sfu = 80.0, ap = [9, 9, 9, 9, 9, 9, 9, 9] },
]
"""

VALUES = [
    vehicle("negative mass", "launch_mass_kg", "-12904 kg", "greater than 0 kg",
            old="launch_mass_kg = 12904.0", new="launch_mass_kg = -12904.0"),
    vehicle("nan", "drag_area_m2", "nan m2", "no finite number", old="drag_area_m2 = 23.4", new="drag_area_m2 = nan"),
    mission("infinity", "phases[2].execution.speed_m_s", "inf m/s", "no finite number",
            old="speed_m_s =", new="speed_m_s = inf"),
    mission("a number too large for a float", "phases[2].sample_interval_s", "finite",
            old="sample_interval_s =", new="sample_interval_s = 1e999"),
    mission("a whole number too large for a float", "phases[2].sample_interval_s", "401 digits", "no finite number",
            old="sample_interval_s = 60.0", new="sample_interval_s = 1" + "0" * 400),
    mission("text for a number", "phases[0].start.powered_arc_deg", "the text '18.8 deg'", "a number in deg",
            old="powered_arc_deg =", new='powered_arc_deg = "18.8 deg"'),
    mission("a number in quotes", "phases[0].start.powered_arc_deg", "the text '18.8'", "a number in deg",
            old="powered_arc_deg =", new='powered_arc_deg = "18.8"'),
    mission("true for a number", "phases[0].start.powered_arc_deg", "is true", "a number in deg",
            old="powered_arc_deg =", new="powered_arc_deg = true"),
    mission("a number for true", "environment.drag", "is 1", "true or false", old="drag =", new="drag = 1"),
    mission("half a degree of gravity", "environment.gravity_degree", "20.5", "whole number",
            old="gravity_degree =", new="gravity_degree = 20.5"),
    mission("degree beyond the data", "environment.gravity_degree", "is 360", "at most 70",
            old="gravity_degree =", new="gravity_degree = 360"),
    mission("order above degree", "environment.gravity_order", "is 30", "gravity_degree is 20",
            old="gravity_order =", new="gravity_order = 30"),
    mission("unknown weather", "environment.space_weather.f10", "unknown key", "f107_sfu",
            old="[environment]", new=FIXED.replace("f107_sfu", "f10", 1)),
    mission("solar flux in nothing", "environment.space_weather.f107_sfu", "is missing",
            old="[environment]", new=FIXED.replace("f107_sfu = 120.0, ", "")),
    mission("ap beyond the scale", "environment.space_weather.ap", "is 900", "at most 280",
            old="[environment]", new=FIXED.replace("ap = 9.0", "ap = 900.0")),
    mission("no flux at all", "environment.space_weather.f107_mean_sfu", "is 0 sfu", "greater than 0 sfu",
            old="[environment]", new=FIXED.replace("mean_sfu = 120.0", "mean_sfu = 0.0")),
    mission("weather given twice", "environment.space_weather", "space_weather_days", "keep one",
            old="[environment]", new=FIXED + DAYS),
    mission("three-hourly and given", "environment.three_hourly_ap", "is true", "keep one",
            old="[environment]", new=FIXED + "three_hourly_ap = true\n"),
    mission("days with a gap", "environment.space_weather_days[1].day", "1975-07-16 after 1975-07-14",
            old="[environment]", new="[environment]\n" + DAYS.replace("07-15", "07-16")),
    mission("a single day", "environment.space_weather_days", "one day", "two",
            old="[environment]", new="[environment]\n" + DAYS[: DAYS.index("}") + 1] + "]\n"),
    mission("a day that is none", "environment.space_weather_days[0].day", "'1975-07-32' is no day",
            old="[environment]", new="[environment]\n" + DAYS.replace("07-14", "07-32")),
    mission("seven ap a day", "environment.space_weather_days[0].ap", "8",
            old="[environment]", new="[environment]\n" + DAYS.replace("9, 9, ", "9, ", 1)),
    mission("a list for a table", "environment", "is a list", "a table is needed",
            old=MISSION[MISSION.index("[environment]") : MISSION.index("# ---- crafts")], new="[[environment]]\n"),
    mission("a number for a list", "phases[2].choices.nc2_revolutions", "is 24", "a list",
            old="nc2_revolutions =", new="nc2_revolutions = 24.0"),
    mission("latitude beyond the pole", "phases[0].start.site.latitude_deg", "459.2", "at most 90 deg",
            old="latitude_deg =", new="latitude_deg = 459.2"),
    mission("date not ISO", "epoch_utc", "'15 July 1975'", "1975-07-15T12:20:00",
            old='epoch_utc = "1975-07-15T12:20:00"', new='epoch_utc = "15 July 1975"'),
    mission("the 31st of June", "epoch_utc", "1975-06-31",
            old='epoch_utc = "1975-07-15T', new='epoch_utc = "1975-06-31T'),
    mission("name with a path in it", "name", "'../../etc'", "small letters",
            old='name = "apollo-soyuz"', new='name = "../../etc"'),
    mission("perigee under ground", "phases[0].start.orbit.perigee_km", "-186.3 km", "6378.14 km", "ground",
            old="perigee_km =", new="perigee_km = -186.3"),
    mission("apogee below perigee", "phases[0].start.orbit.apogee_km", "21.9 km", "perigee_km",
            old="apogee_km =", new="apogee_km = 21.9"),
    mission("an apogee that its period denies", "phases[0].start.orbit", "disagree by ", "km of mean height", "change all three",
            old="apogee_km =", new="apogee_km = 231.9"),
    mission("a waiting orbit that its period denies", "phases[2].assembly_orbit.orbit", "disagree by ", "change all three",
            old="nodal_period_min = 88.92", new="nodal_period_min = 89.92"),
    mission("a period of a microsecond", "phases[0].start.orbit", "disagree by 6", "km of mean height",
            old="nodal_period_min =", new="nodal_period_min = 1e-6"),
    mission("an apogee beyond the Moon", "phases[0].start.orbit.apogee_km", "at most 100000 km",
            old="apogee_km =", new="apogee_km = 500000.0"),
    mission("inclination below the latitude", "phases[0].start.inclination_deg", "is 45.7 deg", "never passes over Baikonur",
            "choose one from 45.73", old="inclination_deg =", new="inclination_deg = 45.7"),
    mission("a source of nothing", 'sources."phases[2].candidats"', "did you mean phases[2].candidates?",
            old='"phases[2].candidates" =', new='"phases[2].candidats" = "assumed: a slip of the pen"'),
]  # fmt: skip

CRAFTS = [
    mission("missing craft", "phases[2].target", "no craft 'mir'", "soyuz, apollo",
            old='kind = "rendezvous"\ntarget = "soyuz"', new='kind = "rendezvous"\ntarget = "mir"'),
    mission("target and chaser exchanged", "phases[2].target", "role is chaser",
            old='kind = "rendezvous"\ntarget = "soyuz"', new='kind = "rendezvous"\ntarget = "apollo"'),
    mission("no target", "crafts", "no craft has the role target", old='role = "target"', new='role = "chaser"'),
    mission("unknown role", "crafts.soyuz.role", "'station'", "'target' or 'chaser'",
            old='role = "target"', new='role = "station"'),
    mission("unknown vehicle", "crafts.apollo.vehicle", "no vehicle 'apollo-csm-112'", "did you mean apollo-csm-111",
            old='vehicle = "apollo-csm-111"', new='vehicle = "apollo-csm-112"'),
    mission("vehicle with a path in it", "crafts.apollo.vehicle", "no vehicle '../secret'",
            old='vehicle = "apollo-csm-111"', new='vehicle = "../secret"'),
    mission("unknown port", "crafts.soyuz.port", "no free port 'drogue'", "apas",
            old='port = "apas"', new='port = "drogue"'),
    mission("port already taken", "crafts.apollo.port", "no free port 'nose'", "apas",
            old='role = "chaser"\nport = "apas"', new='role = "chaser"\nport = "nose"'),
    mission("attached to no port", "crafts.apollo.attached", "no free port 'tail'", "nose",
            old='port = "nose", its_port', new='port = "tail", its_port'),
    Broken("ports that do not fit", lambda folder: _without_module(folder), "crafts",
           ("soyuz has apas-75, apollo has none", "same mechanism")),
    vehicle("jet pointing nowhere", "thrusters.jets[0]", "jet A1 points nowhere", "length 0",
            old="direction = [0.0, 0.9988, 0.0480]", new="direction = [0.0, 0.0, 0.0]"),
    vehicle("jet that is not a unit vector", "thrusters.jets[0]", "jet A1 points nowhere", "length 9.988",
            old="direction = [0.0, 0.9988, 0.0480]", new="direction = [0.0, 9.988, 0.0480]"),
    vehicle("two components", "thrusters.jets[0].position_m[2]", "missing",
            old="position_m = [-1.042, -0.468, -2.092]", new="position_m = [-1.042, -0.468]"),
    vehicle("two jets of one name", "thrusters", "jet A1 is listed 2 times", old='name = "A2"', new='name = "A1"'),
    vehicle("jet that is not there", "thrusters", "'E5', which is no jet",
            old='translation_jets = ["A4"', new='translation_jets = ["E5"'),
    vehicle("tank that is not there", "", "engines.sps.tank names 'spa'", "sps, rcs",
            old='tank = "sps"', new='tank = "spa"'),
    vehicle("more propellant than mass", "", "the tanks hold 16938 kg", "launch_mass_kg is 12904 kg",
            old="propellant_kg = 1100.0", new="propellant_kg = 16000.0"),
    vehicle("empty mass below the mass table", "", "mass_properties covers 10866 to 15402 kg", "10766 kg",
            old="propellant_kg = 1100.0", new="propellant_kg = 1200.0"),
    vehicle("impossible inertia", "mass_properties[0]", "no body has one moment larger",
            old="inertia_kg_m2 = [18459.0, 51311.0, 53080.0]", new="inertia_kg_m2 = [18459.0, 5131.0, 53080.0]"),
    vehicle("port without an axis", "ports.nose", "axis has length 0",
            old="axis = [1.0, 0.0, 0.0]", new="axis = [0.0, 0.0, 0.0]"),
    vehicle("clock along the axis", "ports.nose", "right angles",
            old="clock = [0.0, 0.0, 1.0]", new="clock = [1.0, 0.0, 0.0]"),
    vehicle("another name in the file", "name", "'apollo-csm-119'", "apollo-csm-111.toml",
            old='name = "apollo-csm-111"', new='name = "apollo-csm-119"'),
]  # fmt: skip

PHASE_ORDER = [
    mission("unknown phase kind", "phases[4]", "unknown kind 'dokcing'", "did you mean docking?",
            old='kind = "docking"', new='kind = "dokcing"'),
    mission("phase without kind", "phases[4]", "has no kind", old='kind = "docking"\n', new=""),
    mission("no phases", "phases", "is missing; add it", old=PHASES, new=""),
    Broken("an empty list of phases", lambda folder: _no_phases(folder), "phases", ("0 entries", "at least 1")),
    mission("docking before insertion", "phases[0].kind", "needs apollo in orbit", old=PHASES, new=DOCKING + PHASES),
    mission("rendezvous without an insertion", "phases[1].kind", "rendezvous needs apollo in orbit", old=PHASES,
            new=PHASES[: PHASES.index("[[phases]]", 5)] + PHASES[PHASES.index('[[phases]]\nkind = "rendezvous"') :]),
    mission("target behind in time", "phases[1].start.lift_off_utc", "apollo would reach orbit 58.9 min before its target",
            old=SOYUZ_LIFT_OFF, new='lift_off_utc = "1975-07-15T20:50:00"'),
    mission("lift-off before the epoch", "phases[1].start.lift_off_utc", "before the mission epoch", "move epoch_utc back",
            old=APOLLO_LIFT_OFF, new='lift_off_utc = "1974-07-15T19:50:01"'),
    mission("inserted twice", "phases[1].craft", "soyuz is inserted twice",
            old='craft = "apollo"', new='craft = "soyuz"'),
    mission("plane of nobody", "phases[1].start.closes_with", "is 'mir'", "soyuz",
            old='closes_with = "soyuz"', new='closes_with = "mir"'),
    mission("chaser with a plane of its own", "phases[1].start.inclination_deg", "apollo chases soyuz", "closes_with",
            old='closes_with = "soyuz"', new="inclination_deg = 51.79"),
    mission("target without a plane", "phases[0].start.closes_with", "soyuz is the target", "inclination_deg",
            old="inclination_deg = 51.79", new='closes_with = "apollo"\n#'),
    mission("two planes", "phases[1].start", "exactly one of inclination_deg and closes_with",
            old='closes_with = "soyuz"', new='closes_with = "soyuz"\ninclination_deg = 51.8'),
    mission("gates that come no closer", "phases[3].gates[1].range_m", "is 1900 m", "from far to near",
            old="range_m = 900.0", new="range_m = 1900.0"),
    mission("gates that come faster", "phases[3].gates[2].closing_speed_m_s", "is 30 m/s", "must not be faster",
            old="closing_speed_m_s = 3.0", new="closing_speed_m_s = 30.0"),
    mission("a gate in km", "phases[3].gates[0].range_km", "is in km", "write range_m",
            old="range_m = 1800.0", new="range_km = 1.8"),
    mission("station outside the gates", "phases[3].station_keeping.range_m", "is 500 m", "150 m",
            old="range_m = 50.0", new="range_m = 500.0"),
    mission("thrust too late for the mechanism", "phases[4].thrust_delay_s", "is 1.5 s", "at most 0.5 s",
            old="thrust_delay_s =", new="thrust_delay_s = 1.5"),
    mission("unknown envelope", "phases[4].envelope", "no contact envelope 'idss'", "apas-75",
            old='envelope = "apas-75"', new='envelope = "idss"'),
    mission("unknown flight record", "flight_record", "no flight record 'gemini'", "apollo-soyuz",
            old='flight_record = "apollo-soyuz"', new='flight_record = "gemini"'),
]  # fmt: skip


def _without_module(folder: Path) -> Path:
    path = folder / "broken.toml"
    text = replaced(MISSION, 'role = "chaser"\nport = "apas"', 'role = "chaser"\nport = "nose"')
    begin = text.index("attached = ")
    path.write_text(text[:begin] + text[text.index("\n", begin) :], "utf-8")
    return path


def _no_phases(folder: Path) -> Path:
    path = folder / "broken.toml"
    path.write_text(replaced(MISSION.replace(PHASES, ""), "epoch_utc", "phases = []\nepoch_utc"), "utf-8")
    return path


BROKEN = [*STRUCTURE, *KEYS, *VALUES, *CRAFTS, *PHASE_ORDER]
