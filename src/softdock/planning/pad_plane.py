"""Whether a launcher can reach the target's plane from its pad at the lift-off that is asked for."""

from __future__ import annotations

from math import asin, atan2, pi

import numpy as np

from ..astro.constants import EARTH_RATE
from ..astro.orbits import secular_rates
from ..astro.time import Epoch
from ..conventions import DEGREE, Record
from ..errors import MissionError
from .inputs import Start
from .start import Insertion, pad_direction
from .window_plane import site_from_node

STEERED = 2.0 * DEGREE
"""How far off the plane the pad may be for yaw steering to reach it: assumed."""


def refuse_far_pad(
    env: Record, env_j2: Record, epoch: Epoch, *, start: Start, found: Insertion, target: str
) -> None:
    """Refuse a lift-off at which the pad is further from the target's plane than a launcher can steer.

    found: the insertion in the target's plane. Allowed is STEERED and the angle by which the Earth turns during the
    ascent, since launchers rise before their pad is in the plane. Raises MissionError with the key below the chaser's
    insertion.
    """
    limit = STEERED + EARTH_RATE * start.insertion_after_lift_off_s
    if abs(found.pad_off_plane) <= limit:
        return
    raise MissionError(
        f"the pad is {abs(found.pad_off_plane) / DEGREE:.1f} deg from the plane of {target} at lift-off, and"
        f" {limit / DEGREE:.1f} deg can be steered; {_remedy(env, env_j2, epoch, start, found)}",
        key="chaser.start.lift_off_utc",
    )


def _remedy(env: Record, env_j2: Record, epoch: Epoch, start: Start, found: Insertion) -> str:
    """When the plane passes over the pad, by the nearest of both branches; or that it never does."""
    pad, mean = pad_direction(env, epoch, start), found.mean
    latitude, inclination = asin(float(pad[2])), mean.inclination
    highest = min(inclination, pi - inclination)
    if not abs(latitude) < highest:
        return (
            f"inclined {inclination / DEGREE:.1f} deg it never passes over {start.site.name} at latitude"
            f" {start.site.latitude_deg:g} deg, choose another site or target"
        )
    now = atan2(pad[1], pad[0]) - mean.raan
    rate = EARTH_RATE - float(secular_rates(mean, env_j2)[0])
    turns = [float(site_from_node(np.array(inclination), latitude, descending=south)) - now for south in (False, True)]
    lift_off = epoch.seconds_of(start.lift_off_utc, allow_prediction=True)
    times = sorted(lift_off + ((turn + pi) % (2.0 * pi) - pi) / rate for turn in turns)
    first, second = (epoch.utc(t + 30.0)[:16].replace("T", " ") for t in times)  # to the nearest minute
    return f"it passes over the pad at {first} and {second} UTC, lift off near one of them"
