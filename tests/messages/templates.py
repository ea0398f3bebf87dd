"""Every English message and remedy that the source can say, read from its syntax, with ``{}`` for what is filled in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import tsampa

SOURCE = Path(tsampa.__file__).parent
PLACES: dict[str, tuple[int, ...]] = {
    "TsampaError": (1,), "Problem": (1, 2), "Trouble": (1, 2), "Check": (3, 5), "_wrong": (1,), "mistake": (1, 2), "wrong": (1, 3),
    "_error": (1, 3), "shape_error": (1, 3), "Refused": (1,), "Guard": (), "_refused": (0,), "_unsealed": (0,), "reject": (1, 2),
    "_over": (1,), "_overtaken": (1,),
}  # fmt: skip
"""Where each way of saying that something is wrong takes its message and its remedy."""
NAMED = {"message", "remedy", "says"}
TOLD_BY_FUNCTIONS = {"did_you_mean", "_near", "_values_remedy", "_kind", "said", "_disproof"}


def templates() -> dict[str, str]:
    """Each template with a place that says it."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "programmes" in path.parts:
            continue
        module = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef):
                for text, line in _said_in(function, module):
                    found.setdefault(text, f"{path.relative_to(SOURCE)}:{line}")
    return {text: at for text, at in found.items() if text.replace("{}", "").strip(" .:;,()'")}


def _said_in(function: ast.FunctionDef, module: ast.Module) -> Iterator[tuple[str, int]]:
    scope = Scope(function, module)
    if function.name in TOLD_BY_FUNCTIONS:
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value is not None:
                yield from ((text, node.lineno) for text in scope.texts(node.value))
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            places = PLACES.get(name, ())
            said = [node.args[at] for at in places if at < len(node.args)]
            said += [word.value for word in node.keywords if name in PLACES and word.arg in NAMED]
            yield from ((text, node.lineno) for one in said for text in scope.texts(one))


class Scope:
    """What the names of a function may stand for: the texts assigned to them there or in the module."""

    def __init__(self, function: ast.FunctionDef, module: ast.Module) -> None:
        self.values: dict[str, list[ast.expr]] = {}
        for node in [*module.body, *ast.walk(function)]:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._note(target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._note(node.target, node.value)

    def _note(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, given in zip(target.elts, value.elts, strict=True):
                self._note(one, given)

    def texts(self, node: ast.expr, deep: int = 0) -> list[str]:
        """All templates that the expression can be."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value.replace("{", "{{").replace("}", "}}")]
        if isinstance(node, ast.IfExp):
            return self.texts(node.body, deep) + self.texts(node.orelse, deep)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [a + b for a, b in product(self.texts(node.left, deep), self.texts(node.right, deep))]
        if isinstance(node, ast.JoinedStr):
            return ["".join(parts) for parts in product(*(self._part(value, deep) for value in node.values))]
        if isinstance(node, ast.Name) and deep < 3 and node.id in self.values:
            return [text for value in self.values[node.id] for text in self.texts(value, deep + 1)]
        return ["{}"]

    def _part(self, node: ast.expr, deep: int) -> list[str]:
        if isinstance(node, ast.Constant):
            return self.texts(node, deep)
        assert isinstance(node, ast.FormattedValue)
        told = self.texts(
            node.value, deep
        )  # one of a few fixed words is part of the message, all else is filled in
        return told if all("{}" not in one for one in told) else ["{}"]
