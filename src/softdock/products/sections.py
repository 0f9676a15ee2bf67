"""The sections of the report that are mostly tables: timeline, plan, manoeuvres, propellant, assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .assumptions import assumptions, counted, shown
from .bars import offset_bar, share_bar
from .compare import Compared
from .effort import effort
from .glossary import explained
from .markup import Child, Html, element, joined
from .story import Story
from .tables import Column, columns, facts, passed, table
from .wording import (
    DASH,
    DELTA_V,
    TIMES,
    clock,
    clocks,
    compact,
    craft_name,
    finite,
    get,
    mass_digits,
    number,
    power,
    sentence,
    triple,
)

WORDS = {
    "dv_total_m_s": DELTA_V,
    "delta_v_m_s": f"{DELTA_V} as impulses",
    "lift_off_shift_min": "lift-off shift",
    "duration_h": "duration",
    "light_at_tpi": "light at TPI",
    "beta_at_tpi_deg": "beta at TPI",
    "light_at_docking": "light at docking",
    "beta_at_docking_deg": "beta at docking",
    "stations_at_docking": "stations at docking",
    "cover_before_docking_min": "cover before docking",
    "cover_after_docking_min": "cover after docking",
    "least_tank_left_percent": "left in the emptiest tank",
    "least_free_drift_km": "nearest free drift",
    "least_free_drift_without": "nearest free drift is without",
    "revolutions_between": "revolutions between NC1 and NC2",
    "coast_min": "NSR to TPI",
    "nsr_lead_min": "NSR to TPI",
    "nsr_to_tpi_min": "NSR from TPI",
    "height_after_trim_km": "height difference after trim",
    "height_at_ncc_km": "height difference at NCC",
    "delta_h_ncc_km": "height difference at NCC",
    "circularisation_get_s": "circularisation",
    "nc1_utc": "NC1",
    "nc1_get_s": "NC1",
    "trim_get_s": "trim",
    "nc1_m_s": "NC1",
    "trim_m_s": "trim",
    "nc2_m_s": "NC2",
    "ncc_m_s": "NCC",
    "dv_m_s": DELTA_V,
    "arrival_utc": "arrival aimed at",
    "range_m": "range between centres of mass",
    "closing_speed_m_s": "closing speed of the ports",
    "braking_m_s": "speed left for braking",
    "bound_m_s": f"least possible {DELTA_V} for these two states",
    "above_bound_percent": "above the least possible",
    "yaw_deg": "yaw of the ascent",
    "pad_off_plane_deg": "pad off the plane",
}
"""Keys in words, in the order in which columns stand; other keys follow, their underscores as spaces."""
NAMES = re.compile(r"\b(?:nh|nsr|npc|tpi|tpf|csi|cdh|ncc|nc\d?|mc\d?|dv\d)\b")
"""Manoeuvres that are called by initials."""
SUFFIXES = {"_get_s": "GET", "_utc": "UTC", "_deg_s": "deg/s", "_m_s": "m/s", "_km": "km", "_min": "min", "_deg": "deg"}
SUFFIXES |= {"_kg": "kg", "_h": "h", "_s": "s", "_m": "m", "_percent": "%"}


def paragraph(*children: Child, class_: str | None = None) -> Html:
    """Running text."""
    return element("p", *children, class_=class_)


def checks(story: Story) -> Html:
    """Every verdict of the flight with its sentence."""
    rows: list[Sequence[Child]] = [
        (row.get("name", DASH), passed(row.get("passed")), row.get("sentence", "")) for row in story.run.verdicts
    ]
    if not rows:
        return paragraph("The flight recorded no checks.")
    return table(columns("check;;text", "result;;text", "why;;text"), rows, label="Checks")


def flown_beside_simulated(rows: Sequence[Compared], title: str) -> Html:
    """The flight record and the simulation, one line a quantity, those outside their tolerance marked."""
    measures = [row for row in rows if row.counts]
    agree, said = sum(row.within for row in measures), "quantities that were read or derived lie within their tolerance"
    parts = [f"{title}. {agree} of {len(measures)} {said}, which was fixed before the comparison."]
    for verdict, words in (("outside", "Outside it"), ("not simulated", "Not simulated")):
        names = [row.quantity for row in measures if row.verdict == verdict]
        parts += [f"{words}: {'; '.join(names)}."] if names else []
    if len(measures) < len(rows):
        parts.append("Assumed values of the record stand in the table too, but measure nothing.")
    times, others = [row for row in rows if row.is_time], [row for row in rows if not row.is_time]
    tables = [_compared(part, label) for part, label in ((times, "Times"), (others, "Orbits, burns, contact")) if part]
    return joined([paragraph(" ".join(parts)), *tables])


def _compared(rows: Sequence[Compared], label: str) -> Html:
    head = columns(f"{label.lower()};;text", "flown", "simulated", "difference", "tolerance", "unit;;text")
    head += columns("difference against tolerance;;text", ";;text", "record;;text")
    cells: list[Sequence[Child]] = []
    for row in rows:
        bar = offset_bar(row.difference, row.tolerance)
        verdict = element("span", row.verdict, class_=MARKS[row.verdict])
        cells.append((row.quantity, *row.words, row.unit, bar, verdict, _source(row)))
    return table(head, cells, label=f"{label}, flown beside simulated")


MARKS = {"within": "pass", "outside": "fail", "not simulated": "open"}


def _source(row: Compared) -> Html:
    because = element("span", f" {row.because}", class_="because") if row.because else None
    return element("span", element("b", row.status), f": {row.why}", because, class_="source")


def timeline(story: Story) -> Html:
    """Everything that happened, in order."""
    head = columns("UTC;;time", "GET;h:min:s", "craft;;text name", "event;;text", "after TPI;min", "details;;text")
    start = story.time("TPI")
    events = sorted(story.run.events, key=lambda row: finite(row.get("get_s")) or 0.0)
    rows: list[Sequence[Child]] = []
    for event in events:
        time = finite(event.get("get_s"))
        since = None if time is None or start is None or time < start else (time - start) / 60.0
        after, details = "" if since is None else number(since, 1), _details(event.get("data"))
        who, what = craft_name(event.get("craft", DASH)), explained(event.get("name", DASH))
        rows.append((clock(event.get("utc")), get(time), who, what, after, details))
    if not rows:
        return paragraph("Nothing happened.")
    return table(head, rows, label="Events", fits=True)


def _details(data: Any) -> str:
    """The data of an event in words; names carry their units."""
    if not isinstance(data, Mapping):
        return ""
    parts = []
    for key, value in data.items():
        name, unit = split_unit(str(key))
        known = finite(value)
        words = str(value) if known is None else get(known) if unit == "GET" else compact(known)
        parts.append(words if name == "note" else f"{name} {words} {unit}".strip())
    return ", ".join(parts)


def split_unit(key: str) -> tuple[str, str]:
    """A key with a unit suffix as words and unit: dv_total_m_s is ('dv total', 'm/s')."""
    for suffix, unit in SUFFIXES.items():
        if key.endswith(suffix) and len(key) > len(suffix):
            return WORDS.get(key) or _in_words(key.removesuffix(suffix)), unit
    return WORDS.get(key) or _in_words(key), ""


def _in_words(key: str) -> str:
    return NAMES.sub(lambda name: name[0].upper(), key.replace("_", " "))


def arrived(row: Mapping[str, Any]) -> dict[str, Any]:
    """An alternative of a mission that ends with its arrival: what is told of the docking is told of that."""
    renamed = {key: key.replace("_at_docking", "_on_arrival").replace("_docking", "_arrival") for key in row}
    return {renamed[key]: value for key, value in row.items()}


def note_in_words(note: str, choices: Iterable[str]) -> str:
    """A sentence of the plan with its choices named as they are in tables."""
    for key in sorted(choices, key=len, reverse=True):
        words, unit = split_unit(key)
        found = re.search(rf"(?<!\w){re.escape(key.replace('_', ' '))} \(([^)]*)\)", note)
        if found:
            note = note.replace(found[0], f"{words} ({f'{found[1]} {unit}'.strip()})")
    return note


def plan(story: Story) -> Html:
    """What the plan says, and the alternatives that its search ranked."""
    contents = story.run.plan
    said = contents.get("notes")
    notes = [note for note in said if isinstance(note, str)] if isinstance(said, list) else []
    chosen = contents.get("choice")
    items = [element("li", note_in_words(note, chosen if isinstance(chosen, Mapping) else ())) for note in notes]
    parts: list[Child] = [element("ul", *items)] if items else []
    ranked = [row if _is_told_of_docking(story) else arrived(row) for row in _rows(contents.get("alternatives"))]
    if len(ranked) > 1:
        parts.append(_alternatives(ranked, chosen))
    alone = ranked[0] if len(ranked) == 1 else {}
    merits = [(key, value) for key, value in alone.items() if isinstance(value, str | int | float)]
    results = [(key, contents[key]) for key in WORDS if isinstance(contents.get(key), str | int | float)]
    told = {**dict(merits), **dict(results)}
    pairs = [(split_unit(key)[0], _value(key, value, unit=True)) for key, value in told.items()]
    if pairs:
        parts += [paragraph("The plan that was flown from:"), facts(pairs)] if len(ranked) > 1 else [facts(pairs)]
    return joined(parts) if parts else paragraph("The run holds no plan.")


def _is_told_of_docking(story: Story) -> bool:
    """Whether the mission docks, or says when it would."""
    return story.has("docking") or bool(finite(story.phase("rendezvous").get("docking_after_min")))


def _alternatives(rows: Sequence[Mapping[str, Any]], choice: Any) -> Html:
    """The ranked table: what was chosen from first, then what it is worth; what is the same in all stands below."""
    choice = choice if isinstance(choice, Mapping) else {}
    order, last = list(WORDS), len(WORDS)
    known = [key for key in dict.fromkeys(k for row in rows for k in row) if not _is_nested(rows, key)]
    known.sort(key=lambda key: (key not in choice, order.index(key) if key in WORDS else last))
    alike = [key for key in known if len(rows) > 1 and len({_value(key, row.get(key)) for row in rows}) == 1]
    keys = [key for key in known if key not in alike]
    head = [Column("rank"), *(_column(key, rows[0].get(key)) for key in keys)]
    asked = [key for key in choice if any(key in row for row in rows)]
    marks = ["chosen" if asked and all(row.get(key) == choice[key] for key in asked) else "" for row in rows]
    ranks = [f"{k} flown" if mark else str(k) for k, mark in enumerate(marks, start=1)]
    cells = [(rank, *[_value(key, row.get(key)) for key in keys]) for rank, row in zip(ranks, rows, strict=True)]
    text = paragraph(
        "What the search of the free choices solved, best first; the one flown is marked, and its burns were then "
        "solved on the full force model."
    )
    made = table(head, cells, label="Ranked alternatives", classes=marks, fits=True)
    same = [(split_unit(key)[0], _value(key, rows[0].get(key), unit=True)) for key in alike]
    return joined([text, made, *([paragraph("The same in all of them:"), facts(same)] if same else [])])


def _is_nested(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
    return any(isinstance(row.get(key), dict | list) for row in rows)


def _column(key: str, value: Any) -> Column:
    name, unit = split_unit(key)
    is_text = isinstance(value, str) and unit != "UTC"
    return Column(name, "h:min:s" if unit == "GET" else unit, "text" if is_text else "number")


def _value(key: str, value: Any, *, unit: bool = False) -> str:
    kind = split_unit(key)[1]
    if kind in ("GET", "UTC"):
        return get(value) if kind == "GET" else clock(value)
    if isinstance(value, str | bool):
        return str(value)
    text = number(value, mass_digits(value) if kind == "kg" else 2 if kind in ("m/s", "km", "deg") else 1)
    return f"{text} {kind}" if unit else text


def manoeuvres(story: Story) -> Html:
    """The burn table: when, with what, how much, and the orbit afterwards."""
    if not story.run.burns:
        return paragraph("No burn was made.")
    head = columns("burn;;text", "craft;;text name", "ignition;UTC", "planned;UTC", "GET;h:min:s", "engine;;text")
    speeds = (*(f"{DELTA_V} {axis}" for axis in "xyz"), f"|{DELTA_V}|", f"planned {DELTA_V}")
    head += [Column(title, "m/s") for title in speeds]
    head += columns("duration;s", "propellant;kg", f"perigee {TIMES} apogee;km", "period;min")
    before = {_key(row): row for row in _rows(story.run.plan.get("burns"))}
    burns = sorted(story.run.burns, key=lambda row: finite(row.get("get_s")) or 0.0)
    most = max(finite(row.get("propellant_kg")) or 0.0 for row in burns)
    rows = [_burn(row, before.get(_key(row), {}), max(2, mass_digits(most))) for row in burns]
    classes = ["of-target" if row.get("craft") == story.target else "" for row in burns]
    made, said = table(head, rows, label="Manoeuvres", classes=classes), effort(story)
    return joined([made, paragraph(said)] if said else [made])


def _burn(row: Mapping[str, Any], planned: Mapping[str, Any], digits: int) -> Sequence[Child]:
    """One line; digits: decimals of the propellant."""
    ignition, before = clocks(row.get("ignition_utc"), planned.get("ignition_utc"))
    orbit = f"{number(row.get('perigee_km'), 1)} {TIMES} {number(row.get('apogee_km'), 1)}"
    return (
        explained(row.get("name", DASH)), craft_name(row.get("craft", DASH)), ignition, before, get(row.get("get_s")),
        explained(row.get("engine", DASH)), *triple(row.get("dv_lvlh_m_s"), 2),
        number(row.get("dv_m_s"), 2), number(planned.get("dv_m_s"), 2), number(row.get("duration_s"), 1),
        number(row.get("propellant_kg"), digits), orbit, number(row.get("period_min"), 2),
    )  # fmt: skip


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("name")), str(row.get("craft"))


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def propellant(story: Story) -> Html:
    """The ledger: what each tank held, what each phase took, what is left, and whether it closes."""
    ledger = story.run.propellant
    if not ledger:
        return paragraph("The run holds no propellant ledger.")
    used = [row["used_kg"] if isinstance(row.get("used_kg"), Mapping) else {} for row in ledger]
    order = [phase.get("kind") for phase in story.phases]
    phases = sorted(
        {str(phase) for row in used for phase, amount in row.items() if amount != 0.0},
        key=lambda p: (p not in order, order.index(p) if p in order else 0, p),
    )
    head = columns("craft;;text name", "tank;;text", "start;kg") + [Column(phase, "kg") for phase in phases]
    head += columns("left;kg", "does not close by;kg", "used, of the start;;text")
    shades = {phase: f"share-{k % 4}" for k, phase in enumerate(phases)}
    rows = [_tank(row, by_phase, shades) for row, by_phase in zip(ledger, used, strict=True)]
    legend = [element("span", element("i", class_=f"swatch {shades[phase]}"), phase, class_="key") for phase in phases]
    closes = (
        "Start, less what each phase used, less what is left, must be nothing. What remains is shown as the amount by "
        "which the ledger does not close: a check of the bookkeeping, 0 where it is round-off."
    )
    made = table(head, rows, label="Propellant")
    return joined([paragraph(legend, class_="keys"), made, paragraph(closes)])


def _tank(row: Mapping[str, Any], used: Mapping[str, Any], shades: Mapping[str, str]) -> Sequence[Child]:
    start, left = finite(row.get("start_kg")), finite(row.get("left_kg"))
    amounts, digits = {phase: finite(used.get(phase, 0.0)) for phase in shades}, max(2, mass_digits(start))
    known = [amount for amount in amounts.values() if amount is not None]
    gap: str | Html = DASH
    if start is not None and left is not None and len(known) == len(amounts):
        rest = start - sum(known) - left
        closes = abs(rest) <= 1e-9 * max(start, 1.0)
        gap = element("span", "0" if closes else power(rest), class_="pass" if closes else "fail")
    bar = share_bar([(shades[phase], amount or 0.0) for phase, amount in amounts.items()], start or 0.0)
    return (craft_name(row.get("craft", DASH)), explained(row.get("tank", DASH)), number(start, digits),
            *[number(amount, digits) for amount in amounts.values()], _left(left, digits), gap, bar)  # fmt: skip


def _left(left: float | None, digits: int) -> Child:
    """What a tank holds at the end; less than nothing cannot be and is marked."""
    if left is None or left >= 0.0:
        return number(left, digits)
    words = f"\N{MULTIPLICATION X} {number(left, digits)}"
    return element("span", words, class_="fail", title="less than an empty tank holds")


def assumed(story: Story) -> Html:
    """Every number without a source, with its key, so that it can be found and changed."""
    found = assumptions(story.run.mission)
    guessed, entries = counted(story.run.mission)
    if not entries:
        return paragraph("The mission file names no sources.")
    text = paragraph(
        f"Of {entries} entries on sources in the mission and its vehicles, {guessed} say that a number was assumed. "
        "Change one under its key in mission.toml, beside this report, and fly again to see what it matters."
    )
    head = columns("in;;text", "key;;text", "value;;text", "why;;text")
    rows = [(entry.document, element("code", entry.key), entry.value, _plain_why(entry.why)) for entry in found]
    return joined([text, table(head, rows, label="Assumptions")])


def vehicles(story: Story) -> Html:
    """What the craft are built of, one row a vehicle."""
    given = story.run.mission.get("vehicles")
    known = [row for row in given.values() if isinstance(row, Mapping)] if isinstance(given, Mapping) else []
    if not known:
        return paragraph("The mission describes no vehicles.")
    head = columns(
        "vehicle;;text", "launch mass;kg", "propellant;kg;text", "engines: thrust, specific impulse;N, s;text"
    )
    head += columns("jets: number, thrust, least pulse;N, ms;text", "drag area;m\u00b2", "drag coefficient")
    rows = [_vehicle(row) for row in known]
    return table(head, rows, label="Vehicles")


def _vehicle(row: Mapping[str, Any]) -> Sequence[Child]:
    tanks, engines = (row[key] if isinstance(row.get(key), Mapping) else {} for key in ("tanks", "engines"))
    held = [f"{name} {shown(t.get('propellant_kg'))}" for name, t in tanks.items() if isinstance(t, Mapping)]
    pushes = [
        f"{name} {shown(e.get('thrust_N'))}, {shown(e.get('specific_impulse_s'))}"
        for name, e in engines.items()
        if isinstance(e, Mapping)
    ]
    jets, least = row.get("thrusters"), ""
    if isinstance(jets, Mapping) and isinstance(jets.get("jets"), list):
        pulse = finite(jets.get("minimum_pulse_s"))
        listed_jets = [jet for jet in jets["jets"] if isinstance(jet, Mapping)]
        forces = {finite(jet.get("thrust_N", jets.get("thrust_N"))) or 0.0 for jet in listed_jets}
        strong = " or ".join(compact(force) for force in sorted(forces, reverse=True))
        least = f"{len(jets['jets'])}, {strong}, {DASH if pulse is None else compact(1e3 * pulse)}"
    name, mass = row.get("title") or row.get("name", DASH), row.get("launch_mass_kg")
    return (name, number(mass, max(0, mass_digits(mass) - 1)), "; ".join(held), "; ".join(pushes), least,
            number(row.get("drag_area_m2"), 1), number(row.get("drag_coefficient"), 1))  # fmt: skip


def _plain_why(why: str) -> str:
    rest = sentence(why.removeprefix("assumed:"))
    return rest[:1].upper() + rest[1:]
