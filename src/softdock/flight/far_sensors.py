"""Instruments that look at the target from afar: range, range rate, line of sight.

A reading is of the chaser relative to the target, in inertial axes. Noise is white, one sigma a mark; a bias is drawn
once a flight. docs/theory/far-navigation.md, equations 6 to 8.
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from ..astro.constants import EQUATORIAL_RADIUS
from ..astro.eclipses import shadow_depth
from ..conventions import KILOMETRE, Array, Record
from ..formats.document import Document, Fraction, Misfit, NotNegative, Positive

MILLIRADIAN = 1e-3


class Instrument(Document):
    """What all instruments have: where they see the target, and how often they are read."""

    from_range_km: Positive
    """The target is acquired at this range or nearer."""
    to_range_km: NotNegative = 0.0
    """Nearer it is not read."""
    period_s: Positive
    """Between two marks."""
    in_light: bool = False
    """Only while some of the Sun shines on the target."""

    @model_validator(mode="after")
    def _far_to_near(self) -> Self:
        if not self.to_range_km < self.from_range_km:
            raise Misfit(
                f"is {self.to_range_km:g} km, not below from_range_km {self.from_range_km:g} km; lower it",
                key="to_range_km",
            )
        return self


class RangeSensor(Instrument):
    """Distance between the craft."""

    kind: Literal["range"]
    noise_m: Positive
    bias_m: NotNegative = 0.0

    @property
    def noise(self) -> float:
        """One sigma of a mark [m]."""
        return self.noise_m

    @property
    def bias(self) -> Array:
        """One sigma (1,) [m] of what is wrong all the flight; (0,) where nothing is."""
        return _kept(1, self.bias_m)


class RangeRateSensor(Instrument):
    """Rate of the distance between the craft."""

    kind: Literal["range-rate"]
    noise_m_s: Positive
    bias_m_s: NotNegative = 0.0

    @property
    def noise(self) -> float:
        """One sigma of a mark [m/s]."""
        return self.noise_m_s

    @property
    def bias(self) -> Array:
        """One sigma (1,) [m/s] of what is wrong all the flight; (0,) where nothing is."""
        return _kept(1, self.bias_m_s)


class BearingSensor(Instrument):
    """Line of sight as two angles across it, against a platform that stands still among the stars."""

    kind: Literal["bearing"]
    noise_mrad: Positive
    """In each of the two angles."""
    bias_mrad: NotNegative = 0.0
    """Tilt of the platform about each of its three axes."""

    @property
    def noise(self) -> float:
        """One sigma of each angle of a mark [rad]."""
        return MILLIRADIAN * self.noise_mrad

    @property
    def bias(self) -> Array:
        """One sigma (3,) [rad] of the platform's tilt about GCRF's axes; (0,) where it has none."""
        return _kept(3, MILLIRADIAN * self.bias_mrad)


FarSensor = Annotated[RangeSensor | RangeRateSensor | BearingSensor, Field(discriminator="kind")]


class RelativeNavigation(Document):
    """What the chaser itself sees of the target, and what its filter allows for."""

    sensors: Annotated[dict[str, FarSensor], Field(min_length=1)]
    """By name."""
    acceleration_noise_m_s1_5: NotNegative
    """Of the forces on each craft that the filter does not know: root of the density of white noise."""
    burn_unseen_fraction: Fraction
    """Part of a burn's execution error that accelerometers leave."""


def _kept(count: int, sigma: float) -> Array:
    return np.full(count if sigma > 0.0 else 0, sigma)


class Expected(NamedTuple):
    """What an instrument should show, and how that changes.

    values (m,) · by_state (m, 6): by the relative place and velocity · by_bias (m, b) · bends (m, 6, 6): second
    partials by the relative state
    """

    values: Array
    by_state: Array
    by_bias: Array
    bends: Array


def axes_across(r: Array) -> Array:
    """Two unit vectors (2, 3) across a place, the second across the first: place, first, second are right-handed."""
    sight = r / sqrt(float(r @ r))
    least = int(np.argmin(np.abs(sight)))
    i, j = (least + 1) % 3, (least + 2) % 3
    first = np.zeros(3)
    first[i], first[j] = sight[j], -sight[i]  # across the axis of GCRF that is most across
    first /= sqrt(float(first @ first))
    return np.stack([first, _cross(sight, first)])


def _cross(a: Array, b: Array) -> Array:
    """a x b of single vectors: NumPy's own takes ten times as long, and marks are many."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def shown(sensor: FarSensor, relative: Array, bias: Array, *, axes: Array) -> Array:
    """Reading (m,) without noise of a relative state (6,) [m, m/s]: range [m], range rate [m/s], two angles [rad].

    bias (b,) · axes (2, 3): along which the line of sight is read. Equation 6.
    """
    r, v = relative[:3], relative[3:]
    distance = sqrt(float(r @ r))
    sight = r / distance
    if isinstance(sensor, BearingSensor):
        return np.asarray(axes @ (sight + _cross(bias, sight) if bias.size else sight))
    value = distance if isinstance(sensor, RangeSensor) else float(sight @ v)
    return np.array([value + float(np.sum(bias))])


def expected(sensor: FarSensor, relative: Array, bias: Array, *, axes: Array) -> Expected:
    """What should be shown of a believed relative state (6,), and its first and second partials. Equation 7.

    axes (2, 3): across the believed line of sight, as `axes_across` gives them
    """
    r, v = relative[:3], relative[3:]
    distance = sqrt(float(r @ r))
    sight = r / distance
    count = 2 if isinstance(sensor, BearingSensor) else 1
    first, bends = np.zeros((count, 6)), np.zeros((count, 6, 6))
    by_bias = np.ones((count, bias.size))
    if isinstance(sensor, BearingSensor):
        first[:, :3] = axes / distance
        bends[:, :3, :3] = -_both(axes, sight) / (distance * distance)
        by_bias = np.stack([axes[1], -axes[0]]) if bias.size else by_bias  # sight x axis
    elif isinstance(sensor, RangeSensor):
        first[0, :3] = sight
        bends[0, :3, :3] = (np.eye(3) - np.outer(sight, sight)) / distance
    else:
        flat = (np.eye(3) - np.outer(sight, sight)) / distance
        rate = float(sight @ v)
        across = v - rate * sight
        first[0] = np.concatenate([across / distance, sight])
        bends[0, :3, :3] = -_both(across, sight) / (distance * distance) - rate / distance * flat
        bends[0, :3, 3:] = bends[0, 3:, :3] = flat
    return Expected(shown(sensor, relative, bias, axes=axes), first, by_bias, bends)


def _both(a: Array, b: Array) -> Array:
    """a b' + b a' for each a (..., 3)."""
    one = a[..., :, None] * b
    return np.asarray(one + np.swapaxes(one, -1, -2))


def sees(sensor: FarSensor, env: Record, times: Array, *, r_T: Array, r_C: Array) -> Array:
    """Whether the target is seen (n,) at times (n,) [s]: near enough, not behind the Earth, in light if that is asked.

    r_T, r_C (n, 3) [m]: in GCRF
    """
    sight = r_T - r_C
    distance = np.linalg.norm(sight, axis=1)
    seen = (distance <= KILOMETRE * sensor.from_range_km) & (distance >= KILOMETRE * sensor.to_range_km)
    near = np.flatnonzero(seen)
    if not near.size:
        return np.asarray(seen)
    part = np.clip(-np.sum(r_C[near] * sight[near], axis=1) / distance[near] ** 2, 0.0, 1.0)
    lowest = np.linalg.norm(r_C[near] + part[:, None] * sight[near], axis=1)
    seen[near] &= lowest > EQUATORIAL_RADIUS
    if sensor.in_light:
        seen[near] &= shadow_depth(env, times[near], r=np.ascontiguousarray(r_T[near])) <= 0.0
    return np.asarray(seen)
