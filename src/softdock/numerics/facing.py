"""Two frames that look at each other along their x axes, as mated parts do, and how far they are from it."""

from __future__ import annotations

from math import atan2, sqrt

from ..kernels import kernel
from .rotations import Quaternion

FACING: Quaternion = (0.0, 0.0, 0.0, 1.0)
"""q_DP of frames whose x axes are opposed and whose z axes agree: half a turn about z."""


@kernel
def tilt_and_roll(q_DP: Quaternion) -> tuple[float, float]:
    """Angle between x of D and minus x of P, and the turn of P about x of D once that is taken away [rad].

    Swing and twist of q_DP times the inverse of FACING, which is (z, -y, x, -w) of q_DP's elements; the roll
    is within half a turn either way, positive about x of D.
    """
    w, x, y, z = q_DP
    sign = -1.0 if z < 0.0 else 1.0
    tilt = 2.0 * atan2(sqrt(x * x + w * w), sqrt(y * y + z * z))
    return tilt, 2.0 * atan2(-sign * y, sign * z)
