"""Three-vectors: the identities of vector algebra, and no answer made up where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from softdock.numerics.vectors import add, as_tuple, cross, dot, norm, scale, store, subtract, times, unit

machine = 1e-12
numbers = st.floats(-1e3, 1e3)
vectors = st.tuples(numbers, numbers, numbers)


def size(*several: tuple[float, float, float]) -> float:
    """Product of lengths, at least one: what an absolute error of a product is measured by."""
    return math.prod(max(1.0, math.sqrt(sum(x * x for x in a))) for a in several)


@given(vectors, vectors)
def test_the_cross_product_is_normal_to_both_and_turns_its_sign(a, b) -> None:
    c = cross(a, b)
    assert abs(dot(c, a)) <= machine * size(a, a, b)
    assert abs(dot(c, b)) <= machine * size(a, b, b)
    assert cross(b, a) == (-c[0], -c[1], -c[2])


@given(vectors, vectors)
def test_lengths_obey_lagrange(a, b) -> None:
    c, d = cross(a, b), dot(a, b)
    assert dot(c, c) + d * d == pytest.approx(dot(a, a) * dot(b, b), rel=machine, abs=machine * size(a, a, b, b))


@given(vectors, vectors)
def test_subtraction_is_addition_of_the_opposite(a, b) -> None:
    assert subtract(a, b) == add(a, scale(-1.0, b))


@given(vectors)
def test_a_unit_vector_has_length_one_or_there_is_none(a) -> None:
    assume(norm(a) == 0.0 or norm(a) > 1e-140)  # squares of smaller numbers lose their digits
    length = norm(unit(a))
    assert length == (0.0 if norm(a) == 0.0 else pytest.approx(1.0, abs=machine))


def test_hand_calculations() -> None:
    assert dot((1.0, 2.0, 3.0), (4.0, -5.0, 6.0)) == 12.0
    assert cross((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)) == (0.0, 0.0, 1.0)
    assert norm((2.0, 3.0, 6.0)) == 7.0


def test_a_not_a_number_is_not_hidden() -> None:
    assert math.isnan(norm((math.nan, 0.0, 0.0)))
    assert math.isnan(dot((math.nan, 0.0, 0.0), (0.0, 0.0, 0.0)))


def test_arrays_go_in_and_come_out() -> None:
    array = np.zeros(3)
    store(array, (1.0, -2.0, 3.0))
    assert as_tuple(array) == (1.0, -2.0, 3.0)
    matrix = np.arange(9.0).reshape(3, 3)
    assert times(matrix, (1.0, -2.0, 3.0)) == tuple(matrix @ array)
