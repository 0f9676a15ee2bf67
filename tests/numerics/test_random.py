"""Random streams: the same key gives the same bits, and neighbouring keys share nothing."""

from __future__ import annotations

import itertools

import numpy as np

from softdock.numerics.random import stream


def first_words(seed: int, run: int, subsystem: str) -> tuple[int, ...]:
    return tuple(stream(seed, run, subsystem).integers(0, 2**63, 4).tolist())


def test_the_same_key_gives_the_same_bits_in_any_order() -> None:
    keys = list(itertools.product((1, 2), (0, 1, 2), ("radar", "imu")))
    forward = {key: first_words(*key) for key in keys}
    assert {key: first_words(*key) for key in reversed(keys)} == forward


def test_neighbouring_seeds_runs_and_names_share_no_word() -> None:
    keys = itertools.product(range(40), range(20), ("radar", "imu", "radar2"))
    words = [word for key in keys for word in first_words(*key)]
    assert len(set(words)) == len(words)


def test_run_k_of_one_seed_is_not_run_k_minus_1_of_the_next() -> None:
    assert first_words(1, 5, "imu") != first_words(2, 4, "imu")


def test_the_bits_of_one_key_are_pinned() -> None:
    # A change here changes every flight of every seed: regression, on purpose.
    assert stream(7, 0, "radar").standard_normal(2).tolist() == [-0.9440238669752511, -0.552326113774744]


def test_two_streams_are_uncorrelated() -> None:
    n = 20_000
    a, b = stream(1, 0, "radar").standard_normal(n), stream(1, 0, "imu").standard_normal(n)
    four_sigma = 4.0 / np.sqrt(n)
    assert abs(np.mean(a * b)) < four_sigma
