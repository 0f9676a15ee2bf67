"""The one compile alias: `@kernel` turns a Python function into machine code, once.

`SOFTDOCK_PURE_PYTHON=1` runs the same source uncompiled. Compiled code is kept in the user's cache
folder under a stamp of everything a kernel reads: the source of its module and of every softdock
module that one imports, directly or not, and the versions of Python, numba and NumPy. numba's own
cache looks at the file of the function alone and would serve stale physics after a callee changed.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

PURE_PYTHON = os.environ.get("SOFTDOCK_PURE_PYTHON", "") == "1"
OPTIONS = {"error_model": "python", "fastmath": False, "boundscheck": None, "nogil": True}

STAMP_IN_NAME = 16  # hexadecimal digits
PROBE = 1_000_000  # bytes written to see whether a cache has room; all kernels take some 20 MB
STALE_AFTER = 60 * 86400.0  # s; compiled code of other sources is thrown away when it is older

compiled_kernels: list[Any] = []
"""Every dispatcher made by `kernel`, in order of definition, for the test that counts signatures."""


def cache_folder() -> Path:
    """Folder of the compiled kernels: `SOFTDOCK_CACHE_DIR`, else `softdock` in the user's cache folder."""
    chosen = os.environ.get("SOFTDOCK_CACHE_DIR")
    if chosen:
        return Path(chosen) / "kernels"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "softdock" / "kernels"


class CacheWarning(UserWarning):
    """Compiled code cannot be kept, so it is compiled again when softdock is started again."""


def cache_refusal() -> str:
    """Why nothing can be kept in the cache folder, in words of the operating system; empty when it can."""
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache_folder()) as probe:
            probe.write(bytes(PROBE))
    except OSError as fault:
        return fault.strerror or str(fault)
    return ""


def cache_is_cold() -> bool:
    """True when no kernel has been compiled into the cache folder yet."""
    return not PURE_PYTHON and not any(cache_folder().glob("*/*.nbi"))


def _imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """Absolute names of what the syntax tree of `module` imports; an imported name may be a module too."""
    parent = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, parent)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


@lru_cache(maxsize=None)
def _file_of(module: str) -> Path | None:
    loaded = sys.modules.get(module)
    name = getattr(loaded, "__file__", None)
    if name is None:
        try:
            spec = importlib.util.find_spec(module)
        except (ImportError, ValueError, AttributeError):
            return None
        name = spec.origin if spec else None
    return Path(name) if name and name.endswith(".py") else None


@lru_cache(maxsize=None)
def _read(module: str) -> tuple[bytes, frozenset[str]]:
    """Source of a module, and the modules that it imports of its own top-level package or of this one."""
    path = _file_of(module)
    if path is None:
        return b"", frozenset()
    source = path.read_bytes()
    tops = {module.partition(".")[0], __name__.partition(".")[0]}
    names = _imports(ast.parse(source), module, path.name == "__init__.py")
    return source, frozenset(n for n in names if n.partition(".")[0] in tops and _file_of(n) is not None)


@lru_cache(maxsize=None)
def stamp(module: str) -> str:
    """Hash of everything the kernels of `module` read: sources, transitively, versions and flags."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(_read(name)[1])
    import numba

    bounds = os.environ.get("NUMBA_BOUNDSCHECK", "")
    digest = hashlib.sha256(repr((sys.version, numba.__version__, np.__version__, OPTIONS, bounds)).encode())
    for name in sorted(reached):
        digest.update(name.encode() + b"\0" + _read(name)[0] + b"\0")
    return digest.hexdigest()


def _name_of_stamp(module: str) -> str:
    return stamp(module)[:STAMP_IN_NAME]


@lru_cache(maxsize=None)  # made when first needed: numba takes half a second to import
def _locator_class() -> Any:
    """Where numba keeps the code of a function, and by what it knows it again."""
    from numba.core.caching import _CacheLocator

    class Locator(_CacheLocator):  # type: ignore[misc]
        def __init__(self, function: Callable[..., Any]) -> None:
            self.module, self.line = function.__module__, function.__code__.co_firstlineno

        def get_cache_path(self) -> str:
            return str(cache_folder() / self.module)

        def get_source_stamp(self) -> str:
            return stamp(self.module)

        def get_disambiguator(self) -> str:
            # The stamp is in the name of the files: no index can ever name what other sources left behind,
            # be it after a write that failed halfway or from another version that shares the folder.
            return f"{self.line}-{_name_of_stamp(self.module)}"

        @classmethod
        def from_function(cls, py_func: Any, py_file: str) -> Locator:
            return cls(py_func)  # whether its folder can be written shows when something is kept

    return Locator


@lru_cache(maxsize=None)
def _cache_class() -> Any:
    """numba's cache of one function, valid by the stamp; a fault in it never stops a kernel."""
    from numba.core.caching import CompileResultCacheImpl, FunctionCache

    class Implementation(CompileResultCacheImpl):  # type: ignore[misc]
        _locator_classes = (_locator_class(),)

    class Cache(FunctionCache):  # type: ignore[misc]
        _impl_class = Implementation

        def load_overload(self, sig: Any, target_context: Any) -> Any:
            try:
                return super().load_overload(sig, target_context)
            except Exception:  # noqa: BLE001  a damaged pickle raises anything; the answer is to compile
                return None

        def save_overload(self, sig: Any, data: Any) -> None:
            try:
                super().save_overload(sig, data)
            except OSError as fault:
                self._forget_index()
                _warn_not_kept(fault.strerror or str(fault))
            except Exception:  # noqa: BLE001  the index is damaged, see above: start a new one
                self._forget_index()
                with suppress(OSError):
                    super().save_overload(sig, data)
            else:
                _forget_stale(self._cache_path, _name_of_stamp(self._py_func.__module__))

        def _forget_index(self) -> None:
            with suppress(OSError):
                Path(self._cache_file._index_path).unlink(missing_ok=True)

    return Cache


@lru_cache(maxsize=None)  # once a folder
def _forget_stale(folder: str, current: str) -> None:
    """Throw away what other sources compiled long ago."""
    oldest = time.time() - STALE_AFTER
    for path in Path(folder).glob("*.nb[ic]"):
        with suppress(OSError):
            if current not in path.name and path.stat().st_mtime < oldest:
                path.unlink()


@lru_cache(maxsize=None)  # said once, not for each kernel
def _warn_not_kept(reason: str) -> None:
    warnings.warn(
        f"compiled kernels cannot be kept in {cache_folder()} ({reason}) and will be compiled at every start;"
        " make room or access there, or name another folder in SOFTDOCK_CACHE_DIR",
        CacheWarning,
        stacklevel=2,
    )


def kernel(function: F) -> F:
    """Compile `function` on its first call and keep the result in the stamped cache."""
    if PURE_PYTHON:
        return function
    import numba

    dispatcher = numba.njit(**OPTIONS)(function)
    if _file_of(function.__module__) is not None:  # what was typed into a notebook has no source to be known by
        dispatcher._cache = _cache_class()(function)
    compiled_kernels.append(dispatcher)
    return dispatcher  # type: ignore[no-any-return]


LANES = 8
"""Numbers that kernels put side by side for the processor's vector unit: eight doubles are 512 bits."""


def _scratch_on_the_stack() -> Any:
    """`scratch` for compiled code: memory of the call itself, which costs nothing and which nobody else sees."""
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.core.errors import RequireLiteralValue
    from numba.extending import intrinsic

    matrix = types.Array(types.float64, 2, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def scratch(typing: Any, rows: Any) -> Any:
        if not isinstance(rows, types.IntegerLiteral):
            raise RequireLiteralValue("the rows of a scratch must be a literal number")
        count = rows.literal_value

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = cgutils.alloca_once(builder, ir.ArrayType(ir.DoubleType(), count * LANES))
            place.align = 8 * LANES
            array = context.make_array(matrix)(context, builder)
            size = [context.get_constant(types.intp, n) for n in (count, LANES, 8 * LANES, 8)]
            data = builder.bitcast(place, ir.DoubleType().as_pointer())
            context.populate_array(
                array, data=data, shape=size[:2], strides=size[2:], itemsize=size[3], meminfo=None
            )
            return array._getvalue()

        return matrix(rows), generate

    return scratch


def _scratch_in_python(rows: int) -> Any:
    return np.zeros((rows, LANES))


scratch: Any = _scratch_in_python if PURE_PYTHON else _scratch_on_the_stack()
"""scratch(rows) is a matrix (rows, LANES) of unset numbers that lives as long as the call of the kernel that asks."""


def record(dtype: np.dtype[Any]) -> Any:
    """One zeroed record of `dtype`, writable by field name in Python and in kernels."""
    return np.zeros(1, dtype=dtype).view(np.recarray)[0]
