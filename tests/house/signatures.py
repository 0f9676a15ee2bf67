"""Which types softdock's own Python code passes to each kernel: one kind a kernel, or a mission would compile."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import softdock
from softdock import kernels

PACKAGE = str(Path(softdock.__file__).parent)

calls_from_python: dict[str, set[str]] = {}
"""Types seen, by the kernel's full name. Tests may call kernels as they like: only the package's calls count."""


def watch_python_calls() -> None:
    """Note every first call of a kernel with new types, as numba resolves it, compiled or from the cache.

    Signatures that a dispatcher holds would not do: kernels that call it add theirs.
    """
    if kernels.PURE_PYTHON:
        return
    from numba.core.dispatcher import Dispatcher

    resolve = Dispatcher._compile_for_args

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        # The compiled dispatcher has no frame of its own: the frame above is the caller's.
        if sys._getframe(1).f_code.co_filename.startswith(PACKAGE):
            name = f"{self.py_func.__module__}.{self.py_func.__qualname__}"
            types = ", ".join(str(self.typeof_pyval(value)) for value in args)
            calls_from_python.setdefault(name, set()).add(types)
        return resolve(self, *args, **kwargs)

    Dispatcher._compile_for_args = noted


def with_several_signatures() -> dict[str, set[str]]:
    """Kernels that the package has called with more than one combination of types so far."""
    return {name: types for name, types in calls_from_python.items() if len(types) > 1}
