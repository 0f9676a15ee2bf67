"""Files of at most 400 lines, functions of at most 40 lines of code and 7 arguments, keywords after the third."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, name_of, package_files, python_files

FILE_LINES = 400
FUNCTION_LINES = 40
ARGUMENTS = 7
POSITIONAL = 3

EXCEPTIONS: dict[str, str] = {
    "softdock.dynamics.arcs.propagate: arguments": "the areas for drag and for light, beside burns and accuracy",
    "softdock.astro.relative.relative_lvlh: positional": "two states, target then chaser, each r then v",
}
"""What may exceed which budget, and why: "file" or "module.function: budget" to reason. As short as can be."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of_code(path: Path) -> set[int]:
    """Line numbers that hold code: not blank, not only a comment."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    with path.open("rb") as stream:
        for token in tokenize.tokenize(stream.readline):
            if token.type not in silent and token.type != tokenize.ENCODING:
                lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def docstring_lines(tree: ast.AST) -> set[int]:
    """Line numbers of every docstring below a node, its own included."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            lines.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return lines


def functions(tree: ast.AST, prefix: str, *, public: bool = True) -> Iterator[tuple[str, Function, bool]]:
    """Every function below a node with its dotted name and whether users may call it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef):
            seen = public and not node.name.startswith("_")
            if isinstance(node, Function):
                yield f"{prefix}.{node.name}", node, seen
                seen = False
            yield from functions(node, f"{prefix}.{node.name}", public=seen)
        else:
            yield from functions(node, prefix, public=public)


def is_kernel(node: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "kernel" for mark in node.decorator_list)


def arguments(node: Function) -> tuple[int, int]:
    """Number of arguments, and how many of them may be given by position; self and cls do not count."""
    spec = node.args
    positional = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    if positional and positional[0] in ("self", "cls"):
        positional = positional[1:]
    return len(positional) + len(spec.kwonlyargs), len(positional)


def function_faults(path: Path, module: str) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_bytes())
    code = lines_of_code(path)
    for name, node, is_public in functions(tree, module):
        own = code & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)) - docstring_lines(node)
        total, positional = arguments(node)
        if len(own) > FUNCTION_LINES:
            yield f"{name}: lines", f"{len(own)} lines of code, at most {FUNCTION_LINES}"
        if total > ARGUMENTS:
            yield f"{name}: arguments", f"{total} arguments, at most {ARGUMENTS}"
        if is_public and not is_kernel(node) and positional > POSITIONAL:
            yield f"{name}: positional", f"{positional} positional arguments; keyword-only after the third"


def faults() -> dict[str, str]:
    """Everything over budget, exceptions included: what to how much."""
    found: dict[str, str] = {}
    for path in python_files():
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > FILE_LINES:
            found[name_of(path)] = f"{length} lines, at most {FILE_LINES}"
    for path in package_files():
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found.update(function_faults(path, ".".join(part for part in parts if part != "__init__")))
    return found


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    return faults()


def test_every_file_and_function_is_within_its_budget(found: dict[str, str]) -> None:
    over = {name: how for name, how in found.items() if name not in EXCEPTIONS}
    assert not over, "\n".join(f"{name}: {how}" for name, how in over.items())


def test_listed_exceptions_are_still_needed(found: dict[str, str]) -> None:
    stale = sorted(set(EXCEPTIONS) - set(found))
    assert not stale, f"within budget by now, or gone; take them off the list: {stale}"


def test_the_budget_sees_long_functions_and_many_arguments(tmp_path: Path) -> None:
    body = "\n".join(f"    a = {k}\n    # why\n" for k in range(FUNCTION_LINES))
    text = f'def long(a, b, c, d, e, f, g, h):\n    """Doc.\n\n    More."""\n{body}\n'
    (tmp_path / "toy.py").write_text(text)
    names = [name for name, _ in function_faults(tmp_path / "toy.py", "toy")]
    assert names == ["toy.long: lines", "toy.long: arguments", "toy.long: positional"]
    (tmp_path / "toy.py").write_text("@kernel\ndef short(a, b, c, d):\n    return a\n")
    assert list(function_faults(tmp_path / "toy.py", "toy")) == []
