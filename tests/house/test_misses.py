"""No test lets Python's max or min hide a NaN among its misses: `max(0.0, nan)` is 0.0."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np
import pytest

from tests.fixtures.worst import worst_of
from tests.house.sources import ROOT, name_of, python_files

HIDING = ("max", "min")
TESTS = [path for path in python_files() if path.is_relative_to(ROOT / "tests")]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of the builtins that may hide a NaN; `max(x, 0.0)` keeps the one in x."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in HIDING):
            continue
        if not (len(node.args) == 2 and isinstance(node.args[1], ast.Constant)):
            yield node


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is assigned to what, each name of a tuple by itself."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def hiding_lines(text: str) -> list[int]:
    """Lines on which a greatest miss is kept with `max`, or such a number is claimed or called the worst."""
    tree, found = ast.parse(text), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "achieved":
            found.update(call.lineno for call in _calls(node.value))
        if isinstance(node, ast.Assign):
            for target, value in _pairs(node):
                name = ast.unparse(target).partition("[")[0]
                for call in _calls(value):
                    keeps = any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(call))
                    if ast.unparse(call.func) == "max" and (keeps or name == "worst"):
                        found.add(call.lineno)
    return sorted(found)


def test_the_greatest_miss_is_found_with_its_nans() -> None:
    hidden = [f"{name_of(path)}:{line}" for path in TESTS for line in hiding_lines(path.read_text(encoding="utf-8"))]
    assert hidden == [], "use tests.fixtures.worst.worst_of"


@pytest.mark.parametrize(
    "line",
    ["worst = max(worst, x)", "a, b = max(a, x), 1", "w[k] = max(w.get(k, 0.0), x)", "worst = max(f(x) for x in y)"]
    + ["claim(achieved=max(a, b))", "claim(achieved=100.0 * max(abs(x) for x in y))", "claim(achieved=min(a, b))"],
)
def test_a_line_that_hides_a_nan_is_found(line: str) -> None:
    assert hiding_lines(line) == [1]


def test_what_hides_nothing_is_let_be() -> None:
    assert hiding_lines("way = max(0.0, x)\nwidth = max(map(len, lines))\nworst = max(x, 0.0)") == []


def test_the_worst_of_many_is_nan_when_one_is() -> None:
    assert worst_of(0.0, [1.0, 3.0], np.array([[2.0]])) == 3.0
    assert worst_of(x for x in (1.0, 2.0)) == 2.0
    for values in ((0.0, np.nan), (np.nan, 0.0), (0.0, [1.0, np.nan])):
        assert np.isnan(worst_of(*values))
    with pytest.raises(ValueError, match="zero-size"):
        worst_of([])
