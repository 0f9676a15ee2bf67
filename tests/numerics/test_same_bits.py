"""Compiled and uncompiled kernels give the same bits."""

from __future__ import annotations

import os
import struct
import subprocess
import sys

import numpy as np
import pytest

from softdock import kernels
from softdock.numerics import rotations, vectors
from tests.house.sources import ROOT

ASK = "from tests.numerics.test_same_bits import answers; print(answers())"


def answers() -> str:
    """Every rotation and vector kernel on a thousand drawn inputs, as hexadecimal bits."""
    generator = np.random.default_rng(1975)
    found: list[float] = []
    for row in generator.standard_normal((1000, 10)).tolist():
        a, b, q = tuple(row[0:3]), tuple(row[3:6]), rotations.normalised(tuple(row[6:10]))
        found += vectors.cross(a, b)
        found += vectors.unit(a)
        found += [vectors.dot(a, b), vectors.norm(a), rotations.angle_between(a, b)]
        found += rotations.rotate(q, a)
        found += rotations.rotate_back(q, b)
        found += rotations.from_rotation_vector(a)
        found += rotations.to_rotation_vector(q)
        found += rotations.multiply(q, rotations.from_rotation_vector(b))
        found += rotations.from_axes(*(rotations.rotate(q, tuple(e)) for e in np.eye(3).tolist()))
    return struct.pack(f"<{len(found)}d", *found).hex()


@pytest.mark.skipif(kernels.PURE_PYTHON, reason="compares with compiled kernels")
def test_compiled_and_uncompiled_give_the_same_bits() -> None:
    env = {**os.environ, "SOFTDOCK_PURE_PYTHON": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert answers() == done.stdout.strip()
