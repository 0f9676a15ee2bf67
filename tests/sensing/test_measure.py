"""What the instruments make of the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softdock.conventions import DEGREE, Array, Record
from softdock.dynamics.rigid_body import TRUTH
from softdock.kernels import record
from softdock.numerics.rotations import conjugate, from_rotation_vector, multiply, rotate
from softdock.sensing.measure import sense
from softdock.sensing.suite import MEASURED, NOISE_WIDTH, Sensors, lowered
from tests.dynamics.bodies import chaser, circular, target
from tests.flight.proximity_scene import SENSORS

QUIET = np.zeros(NOISE_WIDTH)
CYCLE = 0.1


def suite(*, biased: bool = False, **changes: dict[str, Any]) -> Record:
    data = {name: {**values, **changes.get(name, {})} for name, values in SENSORS.items()}
    if not biased:
        data = {n: {k: 0.0 if "bias" in k else v for k, v in values.items()} for n, values in data.items()}
    return lowered(Sensors.model_validate(data), chaser(), cycle_s=CYCLE, random=np.random.default_rng(0))


def facing(distance: float) -> Record:
    """The chaser ahead of the target along x, port to port, looking back at it."""
    truth, _ = circular(222e3)
    truth.r_CT_N[:] = (distance, 0.0, 0.0)
    truth.q_NC[:] = (0.0, 0.0, 0.0, 1.0)
    return truth


def read(instruments: Record, truth: Record, *, cycle: int = 0, noise: Array = QUIET) -> Record:
    measured = record(MEASURED)
    sense(measured, instruments, truth, target(), chaser(), cycle, noise)
    return measured


def test_quiet_instruments_read_the_truth() -> None:
    truth = facing(60.0)
    measured = read(suite(), truth)
    assert measured.q_NC == pytest.approx(truth.q_NC)
    assert measured.omega_CN_C == pytest.approx(truth.omega_CN_C)
    assert measured.size_range == pytest.approx(60.0 - 4.0 - 0.0)  # port at 4 m; the eye is 4 m behind the other port
    assert measured.docking_C == pytest.approx([1.0, 0.0, 0.0])
    q_CT = tuple(float(c) for c in measured.docking_q_CT)
    assert rotate(q_CT, (1.0, 0.0, 0.0)) == pytest.approx((-1.0, 0.0, 0.0))


def test_target_reads_its_attitude_relative_to_lvlh() -> None:
    truth = facing(60.0)
    # the scene's target flies along y with up along x: LVLH x is N y, LVLH z is minus N x
    measured = read(suite(), truth)
    q_LT = tuple(float(c) for c in measured.q_LT)
    assert rotate(q_LT, (0.0, 1.0, 0.0)) == pytest.approx((1.0, 0.0, 0.0))
    assert rotate(q_LT, (1.0, 0.0, 0.0)) == pytest.approx((0.0, 0.0, -1.0))


def test_radio_range_comes_in_whole_quanta_and_not_from_near() -> None:
    instruments = suite()
    far = read(instruments, facing(5000.0))
    assert far.has_radio == 1
    assert far.radio_range == pytest.approx(270 * 18.52)
    assert read(instruments, facing(299.0)).has_radio == 0


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (5000.0, (1, 1, 0, 0, 0)),
        (1500.0, (1, 1, 1, 0, 0)),
        (500.0, (1, 0, 1, 0, 0)),
        (200.0, (0, 0, 1, 1, 0)),
        (80.0, (0, 0, 1, 1, 1)),
        (20.0, (0, 0, 0, 1, 1)),
    ],
)
def test_each_instrument_has_its_ranges(distance: float, expected: tuple[int, ...]) -> None:
    m = read(suite(), facing(distance))
    assert (m.has_radio, m.has_sextant, m.has_sight, m.has_size, m.has_docking_target) == expected


def test_instruments_read_at_their_own_periods() -> None:
    instruments = suite()
    truth = facing(1500.0)
    readings = [read(instruments, truth, cycle=k) for k in range(200)]
    assert sum(m.has_radio for m in readings) == 20
    assert sum(m.has_sextant for m in readings) == 2


def test_what_is_outside_the_field_of_the_sight_is_not_seen() -> None:
    truth = facing(80.0)
    aside = from_rotation_vector((0.0, 0.0, 6.0 * DEGREE))
    truth.q_NC[:] = multiply((0.0, 0.0, 0.0, 1.0), aside)
    m = read(suite(), truth)
    assert (m.has_sight, m.has_size, m.has_docking_target) == (0, 0, 0)


def test_cross_is_not_read_from_the_side() -> None:
    truth = facing(80.0)
    truth.q_NT[:] = from_rotation_vector((0.0, 0.0, 60.0 * DEGREE))
    m = read(suite(), truth)
    assert m.has_docking_target == 0
    assert m.has_sight == 1


def test_noise_has_the_stated_size() -> None:
    instruments = suite()
    random = np.random.default_rng(5)
    truth = facing(80.0)
    turns, sights, sizes, attitudes = [], [], [], []
    for _ in range(3000):
        m = read(instruments, truth, noise=random.standard_normal(NOISE_WIDTH))
        turns.append(2.0 * multiply(conjugate((0.0, 0.0, 0.0, 1.0)), tuple(float(c) for c in m.q_NC))[1])
        sights.append(m.sight_C[1])
        sizes.append(m.size_range / 76.0 - 1.0)
        attitudes.append(2.0 * m.docking_q_CT[0])
    tolerance = 0.06  # five sigma of the standard deviation of 3,000 draws
    assert np.std(turns) == pytest.approx(0.02 * DEGREE, rel=tolerance)
    assert np.std(sights) == pytest.approx(0.1 * DEGREE, rel=tolerance)
    assert np.std(sizes) == pytest.approx(0.03, rel=tolerance)
    assert np.std(attitudes) == pytest.approx(0.3 * DEGREE, rel=tolerance)


def test_biases_are_drawn_once_and_shift_every_reading() -> None:
    instruments = suite(biased=True, radio_range={"quantum_m": 0.0})
    assert instruments.radio_bias != 0.0
    first, second = (read(instruments, facing(d)).radio_range - d for d in (5000.0, 3000.0))
    assert first == pytest.approx(instruments.radio_bias)
    assert second == pytest.approx(instruments.radio_bias)


def test_same_generator_draws_the_same_biases() -> None:
    assert suite(biased=True).tobytes() == suite(biased=True).tobytes()


def test_truth_is_not_touched() -> None:
    truth = facing(80.0)
    before = truth.tobytes()
    read(suite(biased=True), truth, noise=np.ones(NOISE_WIDTH))
    assert truth.tobytes() == before
    assert truth.dtype == TRUTH
