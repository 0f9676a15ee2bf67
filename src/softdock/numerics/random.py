"""Random streams keyed by campaign, run and subsystem: any run alone gives the same bits."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, run: int, subsystem: str) -> np.random.Generator:
    """Independent generator of one subsystem in one run of one campaign.

    The key words are hashed into the entropy as a whole, so that neighbouring seeds share nothing.
    """
    name = int.from_bytes(hashlib.sha256(subsystem.encode()).digest()[:8], "big")
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence([seed, run, name])))
