"""The manoeuvre language: who burns, when, what is free, and what it is to achieve at which later event.

A sequence is a list of such rules in the order of time. Nothing here is solved: `chain` flies a sequence, `targeting`
finds its burns. Rules are read from TOML and printed as TOML; `vocabulary` writes the usual ones by their names.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..formats.document import Document, Misfit, Positive, Vector3
from ..formats.faults import closest

START, NOW = "start", "now"  # the states from which a sequence is flown, and from which the rest of one is
COMPONENTS = ("forward", "across", "down")  # axes of LVLH
Axis = Literal["forward", "across", "down", "time"]
Angle = Annotated[float, Field(ge=-360.0, le=360.0)]
Count = Annotated[int, Field(ge=1, le=500)]

RULES = (
    "utc", "mission_time_s", "revolutions", "seconds", "minutes", "apsis", "node", "argument_of_latitude_deg",
    "elevation_deg", "target_travel_deg", "light",
)  # fmt: skip
COUNTED = ("apsis", "node", "argument_of_latitude_deg", "elevation_deg", "light")


class When(Document):
    """The moment of an event: exactly one rule, and if wanted an offset from what the rule gives."""

    after: str = ""
    """The earlier event from which is counted; the one before in the list when left out, `start` for the beginning."""
    utc: str | None = None
    mission_time_s: float | None = None
    revolutions: Positive | None = None
    """Of the burning craft, by its argument of latitude; halves and any other part too."""
    seconds: float | None = None
    minutes: float | None = None
    apsis: Literal["perigee", "apogee", "either"] | None = None
    node: Literal["ascending", "descending", "either"] | None = None
    argument_of_latitude_deg: Angle | None = None
    elevation_deg: Annotated[float, Field(gt=0.0, lt=90.0)] | None = None
    """Of the target over the chaser's local horizontal, rising."""
    target_travel_deg: Annotated[float, Field(gt=0.0, le=3600.0)] | None = None
    """Central angle by which the target moves on."""
    light: Literal["sunrise", "sunset", "mid-darkness"] | None = None
    """At the target: end, begin and middle of its passage through the umbra."""
    count: Count = 1
    """Which one, counted from the earlier event."""
    offset_min: float = 0.0
    """Added to the time that the rule gives; negative for before."""

    @property
    def rule(self) -> str:
        """The key of the rule that is used."""
        return next(name for name in RULES if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        given = [name for name in RULES if getattr(self, name) is not None]
        if len(given) != 1:
            raise Misfit(
                f"has {' and '.join(given) if given else 'no rule'} for the time and needs exactly one; "
                f"give one of {', '.join(RULES)}"
            )
        if self.count != 1 and given[0] not in COUNTED:
            raise Misfit(f"is {self.count}, and {given[0]} is not counted; leave it out", key="count")
        return self


class Condition(Document):
    """What must hold at an event: at the manoeuvre's own it is meant right after the burn, at another before its burn.

    Each key is a condition of its own; several may stand together.
    """

    at: str = ""
    """Name of the event; the manoeuvre itself when left out."""
    phase_deg: Angle | None = None
    """Central angle from chaser to target in the target's plane, positive when the target is ahead."""
    laps: Annotated[int, Field(ge=-100, le=100)] = 0
    """Whole turns added to the phase wanted, where the phase at the start counts from 0 to 360 deg."""
    height_difference_km: float | None = None
    """Target radius less chaser radius at the same central angle."""
    height_km: float | None = None
    """Distance from the Earth's centre less 6378.137 km."""
    elevation_deg: Annotated[float, Field(gt=0.0, lt=90.0)] | None = None
    """Of the target over the chaser's local horizontal."""
    out_of_plane_km: float | None = None
    """Distance from the target's plane, positive toward its orbit normal."""
    out_of_plane_rate_m_s: float | None = None
    """Speed across that plane; zero with a distance of zero is the same plane, zero alone puts the node 90 deg on."""
    circular: Literal[True] | None = None
    """The craft stands at the mean radius of its J2-mean orbit: after a burn at an apsis, that orbit is a circle."""
    coelliptic: Literal[True] | None = None
    """The height difference stays as it is: semi-major axes differ by it, radial rates go as their power 1.5."""
    offset_lvlh_m: Vector3 | None = None
    """Place in the target's LVLH; zeros are an intercept."""
    relative_velocity_m_s: Vector3 | None = None
    """Velocity in the target's LVLH as seen turning with it."""
    utc: str | None = None
    mission_time_s: float | None = None
    offset_min: float = 0.0
    """Added to a time that is wanted; negative for before."""
    apogee_km: float | None = None
    """Greatest distance from the Earth's centre over the next revolution, drag off, less 6378.137 km."""
    perigee_km: float | None = None
    """The least, likewise."""
    until: str = ""
    """The last manoeuvre that is still solved for it in flight; `start` for a condition of the plan alone. When left
    out, all burns before the event are, also those after the manoeuvre that is to achieve it."""

    @property
    def goals(self) -> dict[str, Any]:
        """What is wanted, by key."""
        kept = self.model_dump(exclude={"at", "laps", "offset_min", "until"}, exclude_none=True)
        return dict(kept)

    @model_validator(mode="after")
    def _wants_something(self) -> Self:
        if not self.goals:
            raise Misfit("asks for nothing; give what must hold, for example height_difference_km = 18.5")
        if self.laps and self.phase_deg is None and self.elevation_deg is None and self.offset_lvlh_m is None:
            raise Misfit("counts turns of a phase that is not asked for; leave it out", key="laps")
        if self.offset_min and self.utc is None and self.mission_time_s is None:
            raise Misfit("moves a time that is not asked for; leave it out", key="offset_min")
        return self


class Fixed(Document):
    """Components of a burn that are given: in LVLH of the burning craft at ignition."""

    forward_m_s: float = 0.0
    across_m_s: float = 0.0
    """Along y of LVLH, which is minus the orbit normal."""
    down_m_s: float = 0.0


class Manoeuvre(Document):
    """One event of a sequence: a burn, or, with nothing free and nothing fixed, a named moment."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    craft: str = "chaser"
    when: When
    free: tuple[Axis, ...] = ()
    """What the solver may choose: components in LVLH of the burning craft at ignition, and the time."""
    fixed: Fixed = Fixed()
    """Components that are given; where one is free too, this is where the solver starts."""
    achieves: tuple[Condition, ...] = ()
    when_next: When | None = None
    """In flight, the rule instead of `when` once this is the next to burn: a transfer planned for a time may then wait
    for the elevation."""
    correction: bool = False
    """Planned as zero; in flight, when it is the next to burn, it is solved with those ahead for what they are to
    achieve."""
    most_m_s: Positive | None = None
    """Bound of each free component, up and down."""
    most_shift_min: Positive = 60.0
    """Bound of a free time: how far from what `when` gives."""

    @property
    def burns(self) -> bool:
        """False for a moment, and for a correction that is not the next to burn."""
        return not self.correction and self.may_burn

    @property
    def may_burn(self) -> bool:
        """False for a moment."""
        return any(axis in COMPONENTS for axis in self.free) or any(self.given)

    @property
    def given(self) -> Vector3:
        """Fixed components forward, across, down [m/s]."""
        return (self.fixed.forward_m_s, self.fixed.across_m_s, self.fixed.down_m_s)

    @model_validator(mode="after")
    def _not_twice(self) -> Self:
        twice = [axis for axis in self.free if self.free.count(axis) > 1]
        if twice:
            raise Misfit(f"names {twice[0]} twice; keep one", key="free")
        if self.name in (START, NOW):
            raise Misfit(f"is {self.name!r}, which is where a sequence begins; use another", key="name")
        return self


class Owed(Document):
    """A condition that a manoeuvre flown already was to achieve at an event still ahead."""

    by: str
    condition: Condition


class Sequence(Document):
    """Manoeuvres and moments of one craft in the order of time."""

    manoeuvres: Annotated[tuple[Manoeuvre, ...], Field(min_length=1, max_length=60)]
    past: tuple[str, ...] = ()
    """Names of earlier events that were flown already, from which may still be counted."""
    owed: tuple[Owed, ...] = ()
    """What those were to achieve at events still ahead, and what the burns ahead are solved for as well."""

    @property
    def names(self) -> tuple[str, ...]:
        """In order of time."""
        return tuple(m.name for m in self.manoeuvres)

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        for k, m in enumerate(self.manoeuvres):
            here, before = f"manoeuvres[{k}]", [START, *self.past, *self.names[:k]]
            if m.name in before:
                raise Misfit(f"is {m.name!r}, which an earlier one has; give each its own name", key=f"{here}.name")
            if m.when.after and m.when.after not in before:
                raise Misfit(_unknown(m.when.after, before, "an earlier event"), key=f"{here}.when.after")
            for j, wanted in enumerate(m.achieves):
                if wanted.at and wanted.at not in self.names[k:]:
                    key = f"{here}.achieves[{j}].at"
                    raise Misfit(_unknown(wanted.at, self.names[k:], "this or a later event"), key=key)
                known = [START, *self.past, *self.names]
                if wanted.until and wanted.until not in known:
                    raise Misfit(_unknown(wanted.until, known, "an event"), key=f"{here}.achieves[{j}].until")
        if len({m.craft for m in self.manoeuvres}) > 1:
            raise Misfit(
                f"burn {' and '.join(sorted({m.craft for m in self.manoeuvres}))}; a sequence is flown by one craft, "
                "and the target's burns are in its own arc",
                key="manoeuvres",
            )
        return self


def _unknown(name: str, known: Any, what: str) -> str:
    return f"is {name!r}, which is not {what}{closest(name, list(known))}; use one of: {', '.join(known)}"
