"""The instruments of the near regime: what a mission file says of them, and the records kernels read.

Noise is one sigma per reading, white; a bias is drawn once per flight from its own sigma.
"""

from __future__ import annotations

import numpy as np

from ..conventions import DEGREE, Record
from ..formats.document import Document, NotNegative, Positive
from ..kernels import record
from ..numerics.rotations import from_rotation_vector


class Attitude(Document):
    """Attitude and rate of one craft, read every cycle: platform or horizon sensor, and rate gyros."""

    noise_deg: Positive
    bias_deg: NotNegative
    rate_noise_deg_s: Positive
    rate_bias_deg_s: NotNegative


class RadioRange(Document):
    """VHF ranging on tones that the target returns."""

    noise_m: Positive
    bias_m: NotNegative
    quantum_m: NotNegative
    period_s: Positive
    minimum_range_m: NotNegative


class Sextant(Document):
    """Line of sight against the platform's axes."""

    noise_mrad: Positive
    period_s: Positive
    minimum_range_m: NotNegative


class Sight(Document):
    """Line of sight to the target's hull in an optical sight fixed along the port axis."""

    noise_deg: Positive
    period_s: Positive
    minimum_range_m: NotNegative = 0.0
    """Nearer, the hull is too large to say where its middle is."""
    maximum_range_m: Positive
    half_field_deg: Positive


class ApparentSize(Document):
    """Range from the apparent size of the target in the sight."""

    noise_fraction: Positive
    bias_fraction: NotNegative
    period_s: Positive
    maximum_range_m: Positive


class DockingTarget(Document):
    """The stand-off cross beside the target's port, seen through the sight: direction and relative attitude."""

    direction_noise_deg: Positive
    attitude_noise_deg: Positive
    attitude_bias_deg: NotNegative
    period_s: Positive
    maximum_range_m: Positive
    half_field_deg: Positive
    eye_behind_port_m: Positive


class Sensors(Document):
    """Everything that the near regime measures with."""

    chaser_attitude: Attitude
    target_attitude: Attitude
    radio_range: RadioRange
    sextant: Sextant
    sight: Sight
    apparent_size: ApparentSize
    docking_target: DockingTarget


NOISE_WIDTH = 23
"""Gaussian numbers used per cycle, whether or not each instrument reads in it: same bits for any sensor set-up."""

SENSORS = np.dtype(
    [
        ("attitude_noise_C", "f8"),
        ("attitude_bias_C", "f8", 4),  # quaternion
        ("rate_noise_C", "f8"),
        ("rate_bias_C", "f8", 3),
        ("attitude_noise_T", "f8"),
        ("attitude_bias_T", "f8", 4),
        ("rate_noise_T", "f8"),
        ("rate_bias_T", "f8", 3),
        ("radio_noise", "f8"),
        ("radio_bias", "f8"),
        ("radio_quantum", "f8"),
        ("radio_period", "i8"),  # periods count cycles
        ("radio_minimum_range", "f8"),
        ("sextant_noise", "f8"),
        ("sextant_period", "i8"),
        ("sextant_minimum_range", "f8"),
        ("sight_noise", "f8"),
        ("sight_period", "i8"),
        ("sight_minimum_range", "f8"),
        ("sight_maximum_range", "f8"),
        ("sight_field_cosine", "f8"),
        ("size_noise", "f8"),
        ("size_bias", "f8"),
        ("size_period", "i8"),
        ("size_maximum_range", "f8"),
        ("docking_direction_noise", "f8"),
        ("docking_attitude_noise", "f8"),
        ("docking_attitude_bias", "f8", 4),
        ("docking_period", "i8"),
        ("docking_maximum_range", "f8"),
        ("docking_field_cosine", "f8"),
        ("eye_C", "f8", 3),  # m from the chaser's centre of mass, its body axes
    ],
    align=True,
)
"""The instruments of one flight, biases drawn."""

MEASURED = np.dtype(
    [
        ("q_NC", "f8", 4),
        ("omega_CN_C", "f8", 3),
        ("q_LT", "f8", 4),  # by the target's own horizon sensor
        ("omega_TN_T", "f8", 3),
        ("has_radio", "i8"),
        ("radio_range", "f8"),  # m between centres of mass
        ("has_sextant", "i8"),
        ("sextant_N", "f8", 3),  # unit vector from chaser to target, platform axes
        ("has_sight", "i8"),
        ("sight_C", "f8", 3),  # the same in the chaser's body axes
        ("has_size", "i8"),
        ("size_range", "f8"),  # m from the eye to the target's port
        ("has_docking_target", "i8"),
        ("docking_C", "f8", 3),  # unit vector from the eye to the target's port, chaser's body axes
        ("docking_q_CT", "f8", 4),  # attitude of the target relative to the chaser
    ],
    align=True,
)
"""The readings of one cycle."""


def lowered(sensors: Sensors, chaser: Record, *, cycle_s: float, random: np.random.Generator) -> Record:
    """The SENSORS record of one flight; `chaser` is the CRAFT record that carries them."""
    suite = record(SENSORS)
    for letter, attitude in (("C", sensors.chaser_attitude), ("T", sensors.target_attitude)):
        suite[f"attitude_noise_{letter}"] = attitude.noise_deg * DEGREE
        suite[f"attitude_bias_{letter}"] = _small_turn(attitude.bias_deg, random)
        suite[f"rate_noise_{letter}"] = attitude.rate_noise_deg_s * DEGREE
        suite[f"rate_bias_{letter}"] = attitude.rate_bias_deg_s * DEGREE * random.standard_normal(3)
    _lower_far(suite, sensors, cycle_s=cycle_s, random=random)
    _lower_near(suite, sensors, cycle_s=cycle_s, random=random)
    suite.eye_C[:] = chaser.port_position - sensors.docking_target.eye_behind_port_m * chaser.dcm_PB[0]
    return suite


def _lower_far(suite: Record, sensors: Sensors, *, cycle_s: float, random: np.random.Generator) -> None:
    radio, sextant, sight = sensors.radio_range, sensors.sextant, sensors.sight
    suite.radio_noise = radio.noise_m
    suite.radio_bias = radio.bias_m * random.standard_normal()
    suite.radio_quantum = radio.quantum_m
    suite.radio_period = _cycles(radio.period_s, cycle_s)
    suite.radio_minimum_range = radio.minimum_range_m
    suite.sextant_noise = 1e-3 * sextant.noise_mrad
    suite.sextant_period = _cycles(sextant.period_s, cycle_s)
    suite.sextant_minimum_range = sextant.minimum_range_m
    suite.sight_noise = sight.noise_deg * DEGREE
    suite.sight_period = _cycles(sight.period_s, cycle_s)
    suite.sight_minimum_range = sight.minimum_range_m
    suite.sight_maximum_range = sight.maximum_range_m
    suite.sight_field_cosine = np.cos(sight.half_field_deg * DEGREE)


def _lower_near(suite: Record, sensors: Sensors, *, cycle_s: float, random: np.random.Generator) -> None:
    size, cross = sensors.apparent_size, sensors.docking_target
    suite.size_noise = size.noise_fraction
    suite.size_bias = size.bias_fraction * random.standard_normal()
    suite.size_period = _cycles(size.period_s, cycle_s)
    suite.size_maximum_range = size.maximum_range_m
    suite.docking_direction_noise = cross.direction_noise_deg * DEGREE
    suite.docking_attitude_noise = cross.attitude_noise_deg * DEGREE
    suite.docking_attitude_bias[:] = _small_turn(cross.attitude_bias_deg, random)
    suite.docking_period = _cycles(cross.period_s, cycle_s)
    suite.docking_maximum_range = cross.maximum_range_m
    suite.docking_field_cosine = np.cos(cross.half_field_deg * DEGREE)


def _cycles(period_s: float, cycle_s: float) -> int:
    return max(1, round(period_s / cycle_s))


def _small_turn(sigma_deg: float, random: np.random.Generator) -> tuple[float, float, float, float]:
    x, y, z = sigma_deg * DEGREE * random.standard_normal(3)
    return from_rotation_vector((float(x), float(y), float(z)))
