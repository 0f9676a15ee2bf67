"""Branch coverage of time, frames and parsers by their own tests, uncompiled; below 100 % it fails.

    make coverage        or: .venv/bin/python -m tests.house.coverage_of_parsers

Compiled kernels cannot be traced, so SOFTDOCK_PURE_PYTHON is set before softdock is imported.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.house.sources import ROOT

MODULES = [
    "src/softdock/formats/*.py", "src/softdock/astro/mean_elements.py", "src/softdock/astro/tabulated.py",
    "src/softdock/astro/time.py", "src/softdock/astro/scales.py", "src/softdock/astro/frames.py",
    "src/softdock/astro/orientation.py", "src/softdock/astro/teme.py", "src/softdock/astro/lvlh.py",
    "src/softdock/astro/framed.py", "src/softdock/astro/topocentric.py", "src/softdock/mission/given_orbit.py",
]  # fmt: skip
TESTS = [
    "tests/formats", "tests/astro/test_tabulated.py", "tests/astro/test_time.py", "tests/astro/test_scales.py",
    "tests/astro/test_leap_seconds.py", "tests/astro/test_frames.py", "tests/astro/test_orientation.py",
    "tests/astro/test_framed.py", "tests/astro/test_lvlh.py",
    "tests/astro/test_topocentric.py", "tests/validation/test_ephemeris_formats.py",
    "tests/mission/test_broken_missions.py", "tests/mission/test_given_orbit.py",
]  # fmt: skip
NOT_HERE = "not planned"  # what flies or plans is slow uncompiled and reads nothing


def main() -> int:
    """Run the tests, print what was missed; 0 when nothing was."""
    os.environ["SOFTDOCK_PURE_PYTHON"] = "1"
    os.chdir(ROOT)
    import coverage
    import pytest

    include = [str(path) for pattern in MODULES for path in sorted(ROOT.glob(pattern))]
    with tempfile.TemporaryDirectory() as folder:
        watch = coverage.Coverage(data_file=str(Path(folder) / "coverage"), branch=True, include=include)
        watch.start()
        failed = pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not slow", "-k", NOT_HERE, *TESTS])
        watch.stop()
        if failed:
            return int(failed)
        covered = watch.report(show_missing=True, skip_covered=True)
    return 0 if covered == 100.0 else 1


if __name__ == "__main__":
    sys.exit(main())
