"""The report: one HTML file that needs nothing else, no network, no fonts, no scripts."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from ..conventions import HOUR, KILOMETRE
from ..errors import RunDirectoryError
from . import figures_chase, figures_far, figures_near, figures_terminal, sections
from .budget import budget
from .closest_approach import legs_table
from .compare import Compared, comparison
from .contact import conditions, contact
from .effort import far_speed
from .figures_navigation import agreement, navigation
from .gates import gate_table
from .glossary import filled_in, glossary_list
from .markup import Child, Html, element, filled, joined
from .pad_rows import pads_table
from .run_directory import Run, read_run
from .sections import paragraph
from .storage import write_file
from .story import Story, reach
from .tables import facts
from .wording import DASH, DELTA_V, clock, difference, finite, get, listed, number, sum_digits, with_unit

WIDE, HALF, NARROW = 1044, 508, 356  # px; one drawing for screens and paper, one for telephones
NAME = "report.html"
AFTER_WORDS = 3  # sections that come after the list of words
Draw = Callable[[int], Html | None]


class Section(NamedTuple):
    """A section of the report: where links find it, its heading, what stands in it, the kind of phase that it is of."""

    anchor: str
    title: str
    body: Sequence[Child]
    of_phase: str = ""


def write_report(run_dir: Path | str) -> Path:
    """Write report.html into a run directory and return its path. Raises RunDirectoryError."""
    run = read_run(run_dir)
    path = run.path / NAME
    try:
        write_file(path, report_text(run).encode("utf-8", errors="replace"))
    except OSError as error:
        raise RunDirectoryError(
            f"{path}: the report could not be written ({error.strerror or error}); the run itself is untouched. "
            f"Make room there, then say: softdock report {shlex.quote(str(run.path))}"
        ) from error
    return path


def report_text(run: Run) -> str:
    """The report of a run as HTML."""
    story = Story(run)
    compared = comparison(run)
    every = [section for section in _sections(story, compared) if not section.of_phase or story.has(section.of_phase)]
    every = [*every[:-AFTER_WORDS], _words(story, every), *every[-AFTER_WORDS:]]
    found = [section for section in every if section.body]
    absent = [section.title for section in every if not section.body]
    templates = resources.files(__package__) / "templates"
    body = [_section(k + 1, section) for k, section in enumerate(found)]
    links = [element("li", element("a", section.title, href=f"#{section.anchor}")) for section in found]
    parts = {
        "title": joined([story.title, ": softdock flight report"]),
        "style": Html((templates / "report.css").read_text("utf-8")),
        "head": joined([_head(story, compared), _absent(absent)]),
        "contents": element("ol", *links),
        "body": joined(body, "\n"),
        "foot": _foot(run),
    }
    return filled((templates / "report.html").read_text("utf-8"), parts)


def _section(place: int, section: Section) -> Html:
    heading = element("h2", element("span", str(place), class_="number"), section.title)
    return element("section", heading, *section.body, id=section.anchor)


def _head(story: Story, compared: Sequence[Compared]) -> Html:
    run, outcome = story.run, story.outcome
    what = element("p", "Flight report", class_="kicker")
    seed = run.meta.get("seed", DASH)
    whom = f"{story.chaser_name} flies to {story.target_name}. Seed {seed}, run {run.path.resolve().name}."
    banner = element(
        "div",
        element("p", outcome.headline, class_="headline"),
        element("p", outcome.sentence, class_="sentence"),
        facts(_facts(story, compared)),
        class_=f"outcome {outcome.kind}",
    )
    return joined([what, element("h1", story.title), element("p", whom, class_="lead"), banner])


def _absent(titles: Sequence[str]) -> Html | None:
    """One sentence on the sections for which the flight left no samples."""
    if not titles:
        return None
    return paragraph(f"Left out, because the flight holds no samples for them: {listed(titles)}.", class_="missing")


def _facts(story: Story, compared: Sequence[Compared]) -> list[tuple[str, Child]]:
    event = story.run.event("capture") or {}
    end = None if story.has("docking") or story.run.status != "complete" else story.end
    row = next((row for row in compared if row.is_time and "capture" in row.quantity.lower()), None)
    speed = next(
        (c.value for c in conditions(story.docking) if "axial" in c.name), story.docking.get("axial_speed_m_s")
    )
    burned, burns = far_speed(story)
    used = [_used(tank) for tank in story.run.propellant if tank.get("craft") == story.chaser]
    digits, far = 0 if sum(used) >= 10.0 else 3, with_unit(burned, sum_digits(burned), "m/s")
    passed = sum(verdict.get("passed") is True for verdict in story.run.verdicts)
    pairs: list[tuple[str, Child]] = [
        ("capture, UTC", clock(event.get("utc"))),
        ("capture, GET", get(event.get("get_s"))),
        ("at the end, UTC", clock(story.epoch.utc(end.time)) if end and story.epoch else DASH),
        ("range at the end", reach(end.range) if end else DASH),
        ("speed at the end, target's LVLH", with_unit(end.speed, 2, "m/s") if end else DASH),
        ("beside the flight of record", difference(row.difference) if row else DASH),
        ("speed at first contact", with_unit(speed, 2, "m/s")),
        (f"{story.chaser_name}'s {DELTA_V}, far rendezvous", far if burns else DASH),
        (f"{story.chaser_name}'s propellant used", with_unit(sum(used), digits, "kg") if used else DASH),
        ("checks passed", f"{passed} of {len(story.run.verdicts)}"),
    ]
    return [pair for pair in pairs if pair[1] != DASH]


def _used(tank: dict[str, Any]) -> float:
    used = tank.get("used_kg")
    return sum(finite(amount) or 0.0 for amount in used.values()) if isinstance(used, dict) else 0.0


def figure(draw: Draw, caption: Child, *, width: int = WIDE) -> Html | None:
    """A figure in its two widths; None without samples for it."""
    wide, narrow = draw(width), draw(NARROW)
    if wide is None or narrow is None:
        return None
    pictures = [element("div", wide, class_="wide"), element("div", narrow, class_="narrow")]
    return element("figure", *pictures, element("figcaption", caption))


def _sections(story: Story, compared: Sequence[Compared]) -> list[Section]:
    record, has = str(story.run.flown.get("title", "The flight of record")), bool(compared)
    return [
        Section("checks", "What was checked", [sections.checks(story)]),
        *([Section("record", "Flown beside simulated", [sections.flown_beside_simulated(compared, record)])] * has),
        Section("timeline", "Timeline", [sections.timeline(story)]),
        Section("plan", "The plan", [sections.plan(story)]),
        Section("manoeuvres", "Manoeuvres", _manoeuvres(story)),
        *_spent(story),
        Section("chase", "The chase", _chase(story), "rendezvous"),
        Section("heights", "Heights and phase", _heights(story)),
        *_near(story),
        Section("contact", "Contact", [_text("contact"), contact(story)], "docking"),
        Section("propellant", "Propellant", [sections.propellant(story)]),
        Section("navigation", "Navigation", _navigation(story), "proximity"),
        Section("vehicles", "Vehicles", [sections.vehicles(story)]),
        Section("conventions", "Conventions", [_conventions(story)]),
        Section("again", "Fly it again", [_again(story)]),
        Section("assumptions", "Assumptions", [sections.assumed(story)]),
    ]


def _spent(story: Story) -> list[Section]:
    found = budget(story)
    return [Section("budget", f"{DELTA_V} budget", [_text("budget"), found])] if found is not None else []


def _words(story: Story, others: Sequence[Section]) -> Section:
    """The terms that the other sections use."""
    used = joined([child for section in others for child in (section.title, *section.body)], " ")
    return Section("words", "Words", [glossary_list(filled_in(story), used_in=used)])


def _conventions(story: Story) -> Html:
    zero = str(story.run.mission.get("epoch_utc") or DASH).replace("T", " ")
    return filled(_text("conventions"), {"zero": joined([zero])})


def _near(story: Story) -> list[Section]:
    """From NSR on, as far as the mission goes."""
    named = {str(row.get("name")) for row in (*story.run.burns, *_planned(story))}
    found = [
        Section("terminal", "From TPI to contact", _terminal(story), "proximity"),
        Section("braking", "Braking", _braking(story), "proximity"),
        Section("approach", "Final approach", _approach(story), "proximity"),
    ]
    if story.has("proximity") or {"NSR", "TPI"} <= named:
        return [Section("coelliptic", "From NSR to TPI", _coelliptic(story)), *found]
    return found


def _planned(story: Story) -> list[dict[str, Any]]:
    planned = story.run.plan.get("burns")
    return [row for row in planned if isinstance(row, dict)] if isinstance(planned, list) else []


def _text(name: str) -> Html:
    """A prepared piece of text from the templates."""
    return Html((resources.files(__package__) / "templates" / f"{name}.html").read_text("utf-8"))


def _shown(*parts: Html | None) -> list[Child]:
    """The parts that there are."""
    return [part for part in parts if part is not None]


def _pair(*parts: Html | None) -> Html | None:
    """Figures side by side; None when there is none."""
    shown = _shown(*parts)
    return element("div", *shown, class_="pair") if shown else None


def _manoeuvres(story: Story) -> list[Child]:
    pads = pads_table(story)
    said = (
        "At each ignition: where the thrust points in the LVLH of the craft that burns, what it weighs before and "
        f"after, and how {story.chaser_name} has {story.target_name} before it; a negative range rate is closing."
    )
    return [_text("manoeuvres"), sections.manoeuvres(story), *([paragraph(said), pads] if pads is not None else [])]


def _chase(story: Story) -> list[Child]:
    caption = (
        f"Path of {story.chaser_name} around {story.target_name}, which stands still at the origin while the Earth is "
        "down and both orbit to the right. Along: the arc on the target's circle, whole laps counted. Below: the "
        "target's radius less the chaser's. Names are those of the burns; the lower panel is the last 100 km."
    )
    parts = _shown(figure(partial(figures_chase.relative_motion, story), caption))
    if not story.has("proximity"):
        last = f"The last {figures_chase.LAST:g} km along the track."
        parts += _shown(figure(partial(figures_chase.last_way, story), last))
    legs = legs_table(story)
    said = (
        "The closest approach on each leg between two burns. Distances are between the centres of mass; the speed is "
        "the difference of the inertial velocities. Where the range falls through the whole leg it is least at its end."
    )
    return [*parts, *([paragraph(said), legs] if legs is not None else [])]


def _heights(story: Story) -> list[Child]:
    caption = (
        f"Heights r \N{MINUS SIGN} 6,378.137 km of {story.target_name} and {story.chaser_name}, with every burn, the "
        "target's radius less the chaser's at the same central angle, and the phase angle between them. Within a "
        "revolution each height swings between perigee and apogee."
    )
    whole = figure(partial(figures_far.heights_and_phase, story), caption)
    last = figures_far.after_longest_coast(story)
    if last is None:
        return _shown(whole)
    name, time = last
    draw = partial(figures_far.heights_and_phase, story, start=time - 0.5 * HOUR)
    return _shown(whole, figure(draw, f"The same from {name} to the end."))


def _coelliptic(story: Story) -> list[Child]:
    caption = (
        f"What {story.chaser_name} saw of {story.target_name}, computed from the true motion of both. Above: the line "
        f"of sight over {story.chaser_name}'s horizon, which starts TPI; on board it is known only as well as "
        f"navigation knows it. Below: the radius of {story.target_name}'s orbit less that of {story.chaser_name} at "
        "the same central angle, level where the orbits are coelliptic."
    )
    return _shown(figure(partial(figures_terminal.to_tpi, story), caption))


def _terminal(story: Story) -> list[Child]:
    intro = (
        f"{story.target_name} stands still at the origin; the Earth is down, and both orbit to the right. "
        "Both axes of each plot have one scale. Distances and gates are between the centres of mass."
    )
    path = f"Path of {story.chaser_name}'s centre of mass"
    whole = partial(figures_near.bar_plot, story, reach=float("inf"), unit=("km", KILOMETRE))
    near, last = (
        partial(figures_near.bar_plot, story, reach=reach, unit=("m", 1.0), shape=figures_near.PAIRED)
        for reach in (2500.0, 120.0)
    )
    aside = (
        f"Distance of {story.chaser_name} from the plane of {story.target_name}'s orbit, which the plots above do not "
        "show: the y axis of LVLH points against the orbit normal."
    )
    parts = _shown(
        figure(whole, f"{path} from TPI to contact, a dot each five minutes."),
        _pair(
            figure(near, "The last 2.5 km, with the braking gates.", width=HALF),
            figure(last, "The last 120 m.", width=HALF),
        ),
        figure(partial(figures_terminal.out_of_plane, story), aside),
    )
    return [paragraph(intro), *parts] if parts else []


def _braking(story: Story) -> list[Child]:
    caption = (
        "True closing speed over range, both between the centres of mass, as guidance sees them; the range runs down "
        "from left to right on a logarithmic scale. Shaded: no faster than the last gate passed allows. Braking begins "
        "when a gate's range is reached and lasts until its speed is met, so the line comes down inside each step."
    )
    return _shown(figure(partial(figures_near.braking, story), caption), gate_table(story))


def _approach(story: Story) -> list[Child]:
    whole, last = (partial(figures_near.corridor, story, reach=reach) for reach in (1e9, 10.0))
    axes = (
        f"Where the chaser's port is beside the axis of the target's port, from the start to contact. {_clock(story)}"
    )
    tilt = "Attitude of the chaser's port against the target's: tilt is pitch and yaw as one angle."
    end = "The last 10 m between the ports. The bracket is what the mechanism allows at contact."
    pair = _pair(figure(whole, axes, width=HALF), figure(last, end, width=HALF))
    return _shown(pair, figure(partial(figures_near.attitude, story), tilt))


def _clock(story: Story) -> str:
    """What y and z of the target's port are, in a sentence."""
    held = story.phase("proximity").get("target_attitude")
    roll = finite(held.get("roll_deg")) if isinstance(held, dict) else None
    axis = held.get("port_axis_lvlh") if isinstance(held, dict) else None
    down = finite(axis[2]) if isinstance(axis, list) and len(axis) == 3 else None
    said = "The axes turn with the target's port: x points out of it, z to its clock mark, y completes them"
    if roll is None or down is None:
        return said + "."
    zero = "forward" if abs(down) >= 0.9 else "the direction of the Earth"
    meant = ", so they are neither sideways nor up and down" if roll % 90.0 else ""
    return f"{said}. {story.target_name} holds that mark turned {number(roll, 0)} deg from {zero}{meant}."


def _navigation(story: Story) -> list[Child]:
    caption = (
        "Distance of the position that the on-board navigation believes from the true one, in space, beside three "
        "times the root of the sum of its own three variances. "
        f"{agreement(story)} The bars below say when the range is one at which each sensor can measure. The line rises "
        "where none does: between the reach of two, or with the target out of the field of view; the plot "
        "starts where the closed loop takes over, and of navigation before that no samples are kept."
    )
    return _shown(figure(partial(navigation, story), caption))


def _again(story: Story) -> Html:
    run = story.run
    seed, name = run.meta.get("seed", 0), run.meta.get("mission") or run.mission.get("name", "")
    commands = [f"softdock fly {shlex.quote(str(name))} --seed {seed}", f"softdock fly mission.toml --seed {seed}"]
    same = "The same seed and the same mission give the same flight.json, bit for bit, on the same machine."
    which = "The second line flies the mission exactly as it was flown here, from the folder of this report."
    wall = run.machine.get("wall_s")
    pairs: list[tuple[str, Child]] = [
        ("softdock", run.meta.get("version", DASH)),
        ("commit", run.meta.get("commit") or "not known"),
        ("mission, SHA-256", run.meta.get("mission_sha256", DASH)),
        *_predicted(run),
        ("platform", run.machine.get("platform", DASH)),
    ]
    for part, value in wall.items() if isinstance(wall, dict) else ():
        pairs.append((f"wall time, {part}", with_unit(value, 1, "s")))
    body = [paragraph(same), element("pre", "\n".join(commands)), paragraph(which), facts(pairs)]
    return joined(body)


def _predicted(run: Run) -> list[tuple[str, Child]]:
    """What of the data was predicted when this was flown."""
    clauses = run.meta.get("predicted_data")
    said = listed([str(clause) for clause in clauses]) if isinstance(clauses, list) else ""
    return [("predicted, not measured", said)] if said else []


def _foot(run: Run) -> Html:
    count, version = number(len(run.telemetry), 0), run.meta.get("version", "")
    return element("p", f"Made by softdock {version} from flight.json and {count} samples in telemetry.parquet.")
