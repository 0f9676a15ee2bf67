"""The modes of an approach, and how it can end, as integers for kernels and sentences for people."""

from __future__ import annotations

INTERCEPT = 0
BRAKING = 1
TRANSFER = 2
STATION_KEEPING = 3
FINAL_APPROACH = 4
ESCAPE = 5

MODES = {
    INTERCEPT: "intercept",
    BRAKING: "braking",
    TRANSFER: "transfer to the port axis",
    STATION_KEEPING: "station-keeping",
    FINAL_APPROACH: "final approach",
    ESCAPE: "escape",
}
"""Name of each mode, as events and plots show it."""

FLYING = 0
AT_THE_PORT = 1
TOO_LATE = 2
ESCAPED = 3
OUT_OF_PROPELLANT = 4
NOT_FINITE = 5
MISSED = 6

ENDINGS = {
    FLYING: "still flying",
    AT_THE_PORT: "the guide rings touch within the next cycle",
    TOO_LATE: "the time limit passed before contact",
    ESCAPED: "the chaser left the approach corridor and backed away",
    OUT_OF_PROPELLANT: "the jets ran out of propellant",
    NOT_FINITE: "a number in the state became infinite or undefined",
    MISSED: "the chaser passed the target's port without touching it",
}
"""What each status means; every one but the first two is a failure."""
