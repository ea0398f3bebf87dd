"""Expressions in a mapping: one line over the cells of a row, with exact numbers and unknowns that stay unknown.

A cell's name is a variable that holds its text (None where blank). Whatever is reckoned with an unknown is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import simpleeval

from tsampa.sheets.cells import (
    EXACT,
    FORMULA_ERRORS,
    Cell,
    Outcome,
    Trouble,
    as_text,
    read_date,
    read_number,
    show,
)

__all__ = ["FUNCTIONS", "Expression", "ExpressionError", "parse_expression"]

_TRUE, _FALSE = "true", "false"
_MEMO = 1 << 16
_LONGEST = 2000
_DEEPEST = 400
_REMEDY = "Check the cells this expression reads, or the expression in the mapping."


class ExpressionError(Exception):
    """The expression cannot be used; the message says why."""


class _Unusable(Exception):  # noqa: N818  (carries a Trouble through the evaluator)
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def _reckon(name: str, act: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operate(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        if not (_is_number(left) and _is_number(right)):
            raise _Unusable(
                Trouble("expression-failed", f"'{name}' needs two numbers: write number(…)", _REMEDY)
            )
        return act(Decimal(left), Decimal(right))

    return operate


def _compare(act: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    def operate(left: Any, right: Any) -> bool | None:
        if left is None or right is None:
            return None
        if type(left) is not type(right) and not (_is_number(left) and _is_number(right)):
            message = f"compares a {_kind(left)} with a {_kind(right)}: write number(…) or quotes"
            raise _Unusable(Trouble("expression-failed", message, _REMEDY))
        return act(left, right)

    return operate


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    return "number" if _is_number(value) else {str: "text", bool: "yes or no"}.get(type(value), "date")


def _divide(left: Decimal, right: Decimal) -> Decimal | None:
    return EXACT.divide(left, right) if right else None


OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: _reckon("+", EXACT.add),
    ast.Sub: _reckon("-", EXACT.subtract),
    ast.Mult: _reckon("*", EXACT.multiply),
    ast.Div: _reckon("/", _divide),
    ast.Eq: _compare(lambda a, b: a == b),
    ast.NotEq: _compare(lambda a, b: a != b),
    ast.Lt: _compare(lambda a, b: a < b),
    ast.LtE: _compare(lambda a, b: a <= b),
    ast.Gt: _compare(lambda a, b: a > b),
    ast.GtE: _compare(lambda a, b: a >= b),
    ast.Not: lambda a: None if a is None else not a,
    ast.USub: lambda a: None if a is None else -a,
}


def _number(text: Any) -> Decimal | None:
    """The exact number in a text."""
    if text is None or isinstance(text, Decimal):
        return text
    found = read_number(str(text))
    if found is None:
        raise _Unusable(Trouble("text-in-number", f"'{show(text)}' is not a number", "Write digits only."))
    return found


def _date(text: Any, *formats: str) -> date | None:
    """The date in a text, ISO or in one of the formats."""
    if text is None:
        return None
    found = read_date(text, formats)
    if isinstance(found, Trouble):
        raise _Unusable(found)
    return found


def _year(text: Any, *formats: str) -> Decimal | None:
    """The year of a date."""
    day = _date(text, *formats)
    return None if day is None else Decimal(day.year)


def _chosen(**cells: Any) -> str | None:
    """The name of the one cell that is 1 (or yes, true, x): for a question spread over a column an answer."""
    if all(cell is None for cell in cells.values()):
        return None
    named = [
        name for name, cell in cells.items() if str(cell).casefold() in ("1", "yes", "true", "x", "是", "√")
    ]
    if len(named) > 1:
        raise _Unusable(
            Trouble("several-chosen", f"several answers are marked: {', '.join(named)}", "Mark one.")
        )
    if not named:
        raise _Unusable(Trouble("none-chosen", f"no answer of {', '.join(cells)} is marked", "Mark one."))
    return named[0]


def _one_of(value: Any, *options: Any) -> bool | None:
    """Whether the value is one of the options."""
    return None if value is None else value in options


def _concat(*parts: Any) -> str | None:
    """The parts put together as one text; unknown if any is."""
    return None if any(part is None for part in parts) else "".join(_text(part) or "" for part in parts)


def _text(value: Any) -> str | None:
    """A number or date as text."""
    return value if value is None or isinstance(value, str) else as_text(_cell(value))


def _first_known(*values: Any) -> Any:
    """The first that is known."""
    return next((value for value in values if value is not None), None)


def _rounded(value: Any, digits: int = 0) -> Decimal | None:
    """The number with so many decimals; half is rounded away from zero."""
    exponent = Decimal(1).scaleb(-int(digits))
    return None if value is None else Decimal(value).quantize(exponent, ROUND_HALF_UP, EXACT)


def _on_text(act: Callable[..., str]) -> Callable[..., str | None]:
    def operate(value: Any, *more: Any) -> str | None:
        return None if value is None else act(str(value), *more)

    return operate


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "number": _number,
    "text": _text,
    "date": _date,
    "year": _year,
    "known": lambda value: value is not None,
    "first_known": _first_known,
    "one_of": _one_of,
    "chosen": _chosen,
    "concat": _concat,
    "rounded": _rounded,
    "lower": _on_text(str.lower),
    "upper": _on_text(str.upper),
    "strip": _on_text(str.strip),
    "left": _on_text(lambda text, count: text[: int(count)]),
    "right": _on_text(lambda text, count: text[-int(count) :] if int(count) else ""),
    "middle": _on_text(lambda text, start, count: text[int(start) - 1 : int(start) - 1 + int(count)]),
    "replace": _on_text(lambda text, old, new: text.replace(old, new)[:_LONGEST]),
    "pad": _on_text(lambda text, width: text.zfill(min(int(width), 100))),
    "starts": lambda text, start: None if text is None else str(text).startswith(start),
    "contains": lambda text, part: None if text is None else part in str(text),
}
"""All that an expression may call; ``cell("any header")`` reads a cell whose name is no variable."""

_NODES = (
    ast.Expr, ast.Constant, ast.Name, ast.Load, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call,
    ast.keyword, ast.And, ast.Or, *OPERATORS,
)  # fmt: skip


class _Evaluator(simpleeval.SimpleEval):  # type: ignore[misc]  # the library is untyped
    def _eval_ifexp(self, node: ast.IfExp) -> Any:
        """An unknown condition gives unknown, not the second branch."""
        test = self._eval(node.test)
        return None if test is None else self._eval(node.body if test else node.orelse)


class Expression:
    """An expression parsed once. ``names`` are the headers it reads, in the order in which ``value`` takes the cells."""

    def __init__(self, text: str, node: ast.Expr, names: tuple[str, ...], missing: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self._unknown = FORMULA_ERRORS | missing
        self._only_known = _asks_known(node)
        self._node = node
        self._memo: dict[tuple[Cell, ...], Outcome] = {}
        self._evaluator = _Evaluator(
            operators=OPERATORS, functions={**FUNCTIONS, "cell": self._cell}, names={}
        )

    def value(self, cells: tuple[Cell, ...]) -> Outcome:
        """The value for these cells; remembered, for rows repeat themselves."""
        if self._only_known:  # by far the commonest condition, over amounts that hardly repeat
            return _FALSE if self._variable(cells[0]) is None else _TRUE, None
        found = self._memo.get(cells)
        if found is None:
            found = self._reckon(cells)
            if len(self._memo) < _MEMO:
                self._memo[cells] = found
        return found

    def _reckon(self, cells: Sequence[Cell]) -> Outcome:
        self._evaluator.names = {
            name: self._variable(cell) for name, cell in zip(self.names, cells, strict=True)
        }
        try:
            return _cell(self._evaluator.eval(self.text, previously_parsed=self._node)), None
        except _Unusable as error:
            return None, error.trouble
        except (
            ArithmeticError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
            simpleeval.InvalidExpression,
        ):
            return None, Trouble(
                "expression-failed", f"'{show(self.text)}' gives no value for this row", _REMEDY
            )

    def _variable(self, cell: Cell) -> str | None:
        return None if cell is None or cell in self._unknown else as_text(cell)

    def _cell(self, name: str) -> str | None:
        found: str | None = self._evaluator.names[name]
        return found


def _asks_known(node: ast.Expr) -> bool:
    """Whether the expression is ``known(column)`` or ``known(cell("column"))`` and nothing else."""
    call = node.value
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "known"):
        return False
    asked = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if isinstance(asked, ast.Call):
        return isinstance(asked.func, ast.Name) and asked.func.id == "cell"
    return isinstance(asked, ast.Name)


def _cell(value: Any) -> Any:
    """A result as a cell: whole numbers are exact numbers; true and false are words."""
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    return Decimal(value) if isinstance(value, int) else value


def parse_expression(text: str, missing: frozenset[str] = frozenset()) -> Expression:
    """The expression, parsed and checked; cells whose text is in ``missing`` are unknown to it. Raises ExpressionError for anything outside the small language."""
    try:
        body = ast.parse(text.strip()[:_LONGEST]).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"'{show(text)}' cannot be parsed") from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or len(text) > _LONGEST:
        raise ExpressionError(f"'{show(text)}' is not one expression")
    tree = body[0]
    nodes = list(ast.walk(tree))
    if len(nodes) > _DEEPEST:
        raise ExpressionError("the expression is too long")
    for node in nodes:
        if not isinstance(node, _NODES):
            raise ExpressionError(f"{type(node).__name__} is not part of this language")
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            node.value = Decimal(ast.get_source_segment(text.strip(), node) or "0")  # type: ignore[assignment]
    return Expression(text, tree, tuple(dict.fromkeys(_names(nodes))), missing)


def _names(nodes: list[ast.AST]) -> list[str]:
    called: set[int] = set()
    names = []
    for node in nodes:
        if isinstance(node, ast.Call):
            names += _called(node)
            called.add(id(node.func))
    return names + [node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called]


def _called(node: ast.Call) -> list[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "cell":
        first = node.args[0] if len(node.args) == 1 else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return [first.value]
        raise ExpressionError('cell() needs one header in quotes: cell("Monthly rent")')
    if name not in FUNCTIONS:
        raise ExpressionError(f"there is no function '{name}'; there are {', '.join(FUNCTIONS)}, cell")
    return []
