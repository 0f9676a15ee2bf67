"""Missions whose manoeuvres, choices or terminal time are wrong in one way each, and what must be said about them."""

from __future__ import annotations

from pathlib import Path

from tests.mission.broken import MISSION, Broken, mission, replaced

NC1 = "when = { revolutions = 2.0 }"
CIRCLE = "{ circular = true }"
LIST = "phases[2].manoeuvres"
WHEN = f"{LIST}[1].when"
RULES = MISSION[MISSION.index("[[phases.manoeuvres]]") : MISSION.index("[phases.choices]")]
CHOICES = MISSION[MISSION.index("[phases.choices]") : MISSION.index("[phases.ground_tracking]")]
TERMINAL = MISSION[MISSION.index("[phases.terminal]") : MISSION.index("[[phases.manoeuvres]]")]


def listed(name: str, key: str, *essentials: str, rules: str) -> Broken:
    """The shipped mission with another list of manoeuvres, without choices and terminal time."""

    def write(folder: Path) -> Path:
        path = folder / "broken.toml"
        text = replaced(replaced(replaced(MISSION, RULES, rules), CHOICES, ""), TERMINAL, "")
        path.write_text(text, "utf-8")
        return path

    return Broken(name, write, key, essentials)


def alone(extra: str) -> str:
    """A list of one manoeuvre after three minutes."""
    return f'[[phases.manoeuvres]]\nname = "NSR"\nwhen = {{ minutes = 3.0 }}\n{extra}\n'


TIMES = [
    mission("revolutions as a text", f"{WHEN}.revolutions", "the text 'two'", "a number is needed",
            old=NC1, new='when = { revolutions = "two" }'),
    mission("revolutions back in time", f"{WHEN}.revolutions", "is -2", "greater than 0",
            old=NC1, new="when = { revolutions = -2.0 }"),
    mission("revolutions that are no number", f"{WHEN}.revolutions", "is nan", "no finite number",
            old=NC1, new="when = { revolutions = nan }"),
    mission("a rule misspelt", f"{WHEN}.revolution", "unknown key", "did you mean revolutions?",
            old=NC1, new="when = { revolution = 2.0 }"),
    mission("two rules for one time", WHEN, "has revolutions and minutes", "exactly one",
            old=NC1, new="when = { revolutions = 2.0, minutes = 3.0 }"),
    mission("no rule for the time", WHEN, "has no rule", "give one of utc",
            old=NC1, new='when = { after = "circularisation" }'),
    mission("no time at all", WHEN, "is missing", old=NC1, new=""),
    mission("a count of what is not counted", f"{WHEN}.count", "is 3, and revolutions is not counted",
            old=NC1, new="when = { revolutions = 2.0, count = 3 }"),
    mission("a clock time that is none", f"{WHEN}.utc", "'tomorrow' is not a UTC time", "1975-07-15T12:20:00",
            old=NC1, new='when = { utc = "tomorrow" }'),
    mission("counted from a manoeuvre that is not there", f"{LIST}[2].when.after", "'NC9'", "did you mean NC1?",
            old='after = "NC1", revolutions = "$trim', new='after = "NC9", revolutions = "$trim'),
    mission("counted from a later one", f"{LIST}[2].when.after", "'NSR', which is not an earlier event",
            old='after = "NC1", revolutions = "$trim', new='after = "NSR", revolutions = "$trim'),
    mission("in flight after one that is not there", f"{LIST}[8].when_next.after", "'NCX'", "did you mean NCC?",
            old="when_next = { elevation", new='when_next = { after = "NCX", elevation'),
    mission("in flight at an elevation beyond the zenith", f"{LIST}[8].when_next.elevation_deg", "is 127 deg",
            "less than 90 deg", old="when_next = { elevation_deg = 27.0", new="when_next = { elevation_deg = 127.0"),
]  # fmt: skip

BURNS = [
    mission("a component that no craft has", f"{LIST}[1].free[0]", "'forwards'", "'forward'",
            old='free = ["forward", "time"]', new='free = ["forwards", "time"]'),
    mission("a component twice", f"{LIST}[1].free", "names forward twice",
            old='free = ["forward", "time"]', new='free = ["forward", "forward"]'),
    mission("two manoeuvres of one name", f"{LIST}[10].name", "is 'MC1', which an earlier one has",
            old='name = "MC2"', new='name = "MC1"'),
    mission("a manoeuvre called start", f"{LIST}[10].name", "is 'start'", "use another",
            old='name = "MC2"', new='name = "start"'),
    mission("a correction that is a text", f"{LIST}[4].correction", "the text 'yes'", "true or false",
            old="correction = true", new='correction = "yes"'),
    mission("a burn of the target", "phases[2].manoeuvres", "burn chaser and soyuz", "flown by one craft",
            old='name = "NC1" #', new='craft = "soyuz"\nname = "NC1" #'),
    listed("all burns of the target", f"{LIST}[0].craft", "is 'soyuz'", "those of apollo",
           rules=alone('craft = "soyuz"\nfree = ["forward"]\nachieves = [{ circular = true }]')),
    listed("moments only", "phases[2].manoeuvres", "hold no burn that is solved", rules=alone("")),
    listed("corrections only", "phases[2].manoeuvres", "hold no burn that is solved", "free a component",
           rules=alone('free = ["forward"]\ncorrection = true\nachieves = [{ circular = true }]')),
    listed("nothing free", "phases[2].manoeuvres", "hold no burn that is solved",
           rules=alone("fixed = { forward_m_s = 3.0 }")),
    listed("nothing wanted", "phases[2].manoeuvres", "ask for nothing", "achieves", rules=alone('free = ["forward"]')),
    listed("a table for the list", "phases[2].manoeuvres", "is a table", "a list is needed",
           rules='[phases.manoeuvres]\nname = "NSR"\n'),
    listed("no list", "phases[2].manoeuvres", "is missing", rules=""),
    mission("unknown preset", f"{LIST}[7].preset", "no manoeuvre 'NSA'", "did you mean NSR?", "NC, NH, NPC",
            old='preset = "NSR"', new='preset = "NSA"'),
    mission("a preset that is a list", f"{LIST}[7].preset", "is no text",
            old='preset = "NSR"', new='preset = ["NSR"]'),
    mission("a preset without its key", f"{LIST}[8].at", "at is missing; TPI takes at",
            old='at = "intercept"\n', new=""),
    mission("a preset with a key of another", f"{LIST}[7].height_km", "NSR takes nothing",
            old='preset = "NSR"\n', new='preset = "NSR"\nheight_km = 200.0\n'),
    mission("a chaser's plane that closes nowhere", "phases[1].start.closes_at", "is 'NSX'", "did you mean NSR?",
            old='closes_with = "soyuz"', new='closes_with = "soyuz"\ncloses_at = "NSX"'),
]  # fmt: skip

GOALS = [
    mission("wanted at an event that is not there", f"{LIST}[5].achieves[0].at", "'NCX'", "did you mean NCC?",
            old='at = "NCC", height', new='at = "NCX", height'),
    mission("wanted before it is burned", f"{LIST}[5].achieves[0].at", "'NC1', which is not this or a later",
            old='at = "NCC", height', new='at = "NC1", height'),
    mission("a preset's event that is not there", f"{LIST}[8].achieves[0].at", "did you mean intercept?",
            old='at = "intercept"\n', new='at = "interception"\n'),
    mission("until nobody", f"{LIST}[2].achieves[0].until", "'NCX', which is not an event",
            old='until = "NC1" }', new='until = "NCX" }'),
    mission("a condition without one", f"{LIST}[0].achieves[0]", "asks for nothing",
            old=CIRCLE, new='{ at = "TPI" }'),
    mission("laps of no phase", f"{LIST}[0].achieves[0].laps", "phase that is not asked for",
            old=CIRCLE, new="{ circular = true, laps = 2 }"),
    mission("an offset of no time", f"{LIST}[0].achieves[0].offset_min", "time that is not asked for",
            old=CIRCLE, new="{ circular = true, offset_min = 2.0 }"),
    mission("a wanted time that is none", f"{LIST}[0].achieves[0].utc", "'never' is not a UTC time",
            old=CIRCLE, new='{ at = "NSR", utc = "never" }'),
    mission("wanted in radians", f"{LIST}[1].achieves[1].elevation_rad", "is in rad", "write elevation_deg",
            old="elevation_deg = 27.0, until", new="elevation_rad = 0.47, until"),
    mission("a height in m", f"{LIST}[5].achieves[0].height_difference_m", "is in m", "read in km",
            old='at = "NCC", height_difference_km', new='at = "NCC", height_difference_m'),
]  # fmt: skip

SEARCHED = [
    mission("a choice without values", "phases[2].choices", "$nc2_revolution stands in manoeuvres and has no values",
            "did you mean nc2_revolutions?", old='"$nc2_revolutions"', new='"$nc2_revolution"'),
    mission("a choice without a name", "phases[2].choices", "$ stands in manoeuvres",
            old=NC1, new='when = { revolutions = "$" }'),
    mission("a choice that nobody uses", "phases[2].choices.idle", "used by no manoeuvre", '"$idle"',
            old="[phases.choices]", new="[phases.choices]\nidle = [1.0, 2.0]"),
    mission("nothing to choose from", "phases[2].choices.nc2_revolutions", "0 entries", "at least 1",
            old="nc2_revolutions =", new="nc2_revolutions = []"),
    mission("a value twice", "phases[2].choices.nc2_revolutions", "holds 24.0 twice",
            old="nc2_revolutions =", new="nc2_revolutions = [24.0, 24.0]"),
    mission("a value that is no number", "phases[2].choices.nc2_revolutions[1]", "no finite number",
            old="nc2_revolutions =", new="nc2_revolutions = [24.0, nan]"),
    mission("a value that is true", "phases[2].choices.nc2_revolutions[0]", "no finite number and no text",
            old="nc2_revolutions =", new="nc2_revolutions = [true, 24.0]"),
    mission("a value that is a list", "phases[2].choices.nc2_revolutions[0]", "no finite number and no text",
            old="nc2_revolutions =", new="nc2_revolutions = [[24.0], 24.0]"),
    mission("a later value that cannot be", "phases[2].choices.nc2_revolutions[2]",
            "manoeuvres[5].when.revolutions is -1", "greater than 0",
            old="nc2_revolutions =", new="nc2_revolutions = [24.0, 23.5, -1.0]"),
    mission("too many combinations", "phases[2].choices", "combinations and at most 20000", "fewer values",
            old="nc2_revolutions =", new=f"nc2_revolutions = {[20.0 + k / 1000 for k in range(1500)]}"),
    mission("a choice for a time that is known", "phases[2].choices.terminal_s", "have already",
            old="[phases.choices]", new="[phases.choices]\nterminal_s = [180000.0]"),
    mission("a launch shifted by a text", "phases[2].choices.lift_off_shift_min", "minutes are needed",
            old="[phases.choices]", new='[phases.choices]\nlift_off_shift_min = ["late"]'),
    mission("no terminal time", "phases[2].terminal", "a rule names $terminal_s", "add the table",
            old=TERMINAL, new=""),
    mission("an unknown light", "phases[2].terminal.light", "'noon'", "'mid-darkness'",
            old="light =", new='light = "noon"'),
    mission("no lead to capture", "phases[2].terminal.to_capture_min", "is missing", old="to_capture_min =", new=""),
    mission("not an hour", "phases[2].within_h", "is 0 h", "greater than 0 h", old="within_h =", new="within_h = 0.0"),
    mission("three weeks", "phases[2].within_h", "is 500 h", "at most 480 h", old="within_h =", new="within_h = 500.0"),
    mission("an instrument of no kind", "phases[2].relative_navigation.sensors.sextant", "unknown kind 'bearings'",
            "did you mean bearing?", old='kind = "bearing"', new='kind = "bearings"'),
]  # fmt: skip

MANOEUVRES = [*TIMES, *BURNS, *GOALS, *SEARCHED]
