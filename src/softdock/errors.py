"""Every error softdock raises on purpose.

    SoftdockError
    ├── MissionError       (ValueError)       a mission or vehicle file says something that cannot be
    ├── DataError          (ValueError)       a data table is missing, damaged or does not cover the date
    │   └── FormatError    (ValueError)       a TLE, OMM or OEM is malformed
    ├── PlanError          (ArithmeticError)  no burns reach the targets
    │   └── ThrustError    (ArithmeticError)  a craft has nothing to make a burn with
    ├── PropagationError   (ArithmeticError)  a trajectory cannot be continued
    ├── RunDirectoryError  (OSError)          results cannot be written or read
    └── FlightInterrupted  (Exception)        the user stopped the flight

Each message says what was asked, what was found (with unit) and what to do.
"""

from __future__ import annotations


class SoftdockError(Exception):
    """An error that softdock foresaw; its message is complete and meant for the user."""


class MissionError(SoftdockError, ValueError):
    """A fault in a mission or vehicle file. `key` is the dotted path of the offending key.

    `every`: where a file has several faults, the sentence of each, the first included.
    """

    def __init__(self, message: str, *, key: str = "", file: str = "", every: tuple[str, ...] = ()) -> None:
        where = ": ".join(part for part in (file, key) if part)
        super().__init__(f"{where}: {message}" if where else message)
        self.key = key
        self.file = file
        self.reason = message
        self.every = every


class DataError(SoftdockError, ValueError):
    """A data table is missing, damaged, or does not cover what was asked of it."""


class FormatError(DataError):
    """A fault in an orbit or ephemeris file. `line` and `column` count from 1; 0 is the file or line as a whole."""

    def __init__(self, message: str, *, file: str = "", line: int = 0, column: int = 0) -> None:
        place = (file, f"line {line}" if line else "", f"column {column}" if column else "")
        where = ", ".join(part for part in place if part)
        super().__init__(f"{where}: {message}" if where else message)
        self.file = file
        self.line = line
        self.column = column


class PlanError(SoftdockError, ArithmeticError):
    """No set of burns meets the targets. `residuals` maps each unmet condition to its miss."""

    def __init__(self, message: str, *, residuals: dict[str, float] | None = None) -> None:
        super().__init__(message)
        self.residuals = residuals or {}


class ThrustError(PlanError):
    """A craft has nothing to make a burn with: the fault is the craft's, not that of the burn asked for."""


class PropagationError(SoftdockError, ArithmeticError):
    """A trajectory left the domain of its models. `time_s` is seconds from the mission epoch."""

    def __init__(self, message: str, *, time_s: float = float("nan")) -> None:
        super().__init__(message)
        self.time_s = time_s


class RunDirectoryError(SoftdockError, OSError):
    """Results could not be written or read. Earlier runs are untouched."""


class FlightInterrupted(SoftdockError):
    """The flight was stopped by the user; what was finished before is kept."""
