"""softdock plans, flies and judges a spacecraft rendezvous and docking from one mission file.

    import softdock as sd
    mission = sd.load("apollo-soyuz")  # or a path
    plan = sd.plan(mission)
    flight = sd.fly(mission, seed=7)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import SoftdockError as SoftdockError
    from .mission.director import fly as fly
    from .mission.director import plan as plan
    from .mission.load import complete_toml as complete_toml
    from .mission.load import load as load
    from .mission.load import new as new
    from .mission.model import Mission as Mission
    from .mission.names import missions as missions

_HOME = {
    "Mission": "mission.model",
    "SoftdockError": "errors",
    "complete_toml": "mission.load",
    "fly": "mission.director",
    "load": "mission.load",
    "missions": "mission.names",
    "new": "mission.load",
    "plan": "mission.director",
}
__all__ = [*_HOME, "__version__"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: NumPy, numba and SciPy take a second to come."""
    if name == "__version__":
        from importlib.metadata import version

        return version("softdock")
    if name not in _HOME:
        raise AttributeError(f"module 'softdock' has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
