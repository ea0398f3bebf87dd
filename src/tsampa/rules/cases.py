"""Rule cases: small written examples of a register and of what the rules must give for it, run by any engine.

They stand in ``cases/<rule>/<day>/*.yaml``. ``given`` is a village (or a wider area) with its rows nested in it, as
people write them: amounts in yuan, dates, words, and ``unknown``. ``expect`` names variables by the code of their
row; the first row without a code is called by its entity: ``household``, ``person``, ``village``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.rules.parameter import Scalar, decimals
from tsampa.rules.relations import level_below, plural
from tsampa.rules.rulebook import Name, Rulebook
from tsampa.rules.shapes import Shape, Shapes
from tsampa.schema import Column, Kind, Schema, Table, to_minor

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Case", "Engine", "Expectation", "Failure", "Register", "read_cases", "run_case"]

Register = dict[str, list[dict[str, Any]]]
"""Rows of each table, as they are stored: numbers in whole smallest parts, dates, None for unknown."""

Engine = Callable[[Rulebook, date, Register], Callable[[Name, str], Any]]
"""What works out cases: from rulebook, day and register, something that gives a variable's value at a row."""

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Expectation:
    """One value that must come out.

    ``digits`` is set for a quotient, which is compared rounded (half to even) to so many decimals.
    """

    name: Name
    key: str
    value: Scalar | None
    digits: int | None = None

    def met_by(self, found: Any) -> bool:
        """Whether ``found``, a value as rules see it, is what was expected."""
        if found is None or self.value is None:
            return found is self.value
        if self.digits is not None:
            return bool(round(Fraction(found), self.digits) == self.value)
        return bool(found == self.value) and isinstance(found, bool) == isinstance(self.value, bool)


@dataclass(frozen=True)
class Case:
    """A case: the rule it is for, the day it is worked out on, why it exists, a register, what comes of it."""

    rule: str
    day: date
    path: Path
    why: str
    source: str
    register: Register
    expects: tuple[Expectation, ...]


@dataclass(frozen=True)
class Failure:
    """A value that came out differently."""

    case: Case
    expectation: Expectation
    found: Any

    def __str__(self) -> str:
        entity, name = self.expectation.name
        wanted, found = said(self.expectation.value), said(self.found)
        return (
            f"{self.case.path}: {name} of {entity} {self.expectation.key}: expected {wanted}, found {found}"
        )


class CaseFile(msgspec.Struct, forbid_unknown_fields=True):
    """A case as YAML gives it."""

    why: str
    source: str
    given: dict[str, Any]
    expect: dict[str, dict[str, Any]]


def read_cases(folder: Path, rulebook: Rulebook) -> list[Case]:
    """All cases below ``folder`` (a programme's ``cases``), in order of path.

    Raises TsampaError ``case-…`` naming the file and the place in it.
    """
    shapes = Shapes(rulebook)
    return [_read(path, folder, rulebook, shapes) for path in sorted(folder.rglob("*.y*ml"))]


def run_case(case: Case, rulebook: Rulebook, engine: Engine) -> list[Failure]:
    """What came out differently from what the case expects; empty when all is well.

    Raises the engine's TsampaError, placed at the case's file.
    """
    try:
        value = engine(rulebook, case.day, case.register)
        found = [(one, value(one.name, one.key)) for one in case.expects]
    except TsampaError as error:
        where = f"{case.path}: {error.where}" if error.where else str(case.path)
        raise TsampaError(error.code, error.message, where=where, remedy=error.remedy) from None
    return [Failure(case, one, answer) for one, answer in found if not one.met_by(answer)]


def said(value: Any) -> str:
    """A value as a case writes it."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        places = decimals(value)
        return str(value) if places is None else f"{Decimal(value.numerator) / value.denominator:f}"
    return str(value)


def _read(path: Path, folder: Path, rulebook: Rulebook, shapes: Shapes) -> Case:
    rule, day = _place(path, folder, rulebook)
    file = read_yaml(path, CaseFile)
    nest = _Nest(rulebook.schema, day, str(path))
    nest.read(file.given)
    expects = tuple(_expectations(file.expect, nest, shapes))
    return Case(rule, day, path, file.why, file.source, nest.register, expects)


def _place(path: Path, folder: Path, rulebook: Rulebook) -> tuple[str, date]:
    """The rule and the day that the folders of a case's file name."""
    parts = path.relative_to(folder).parts
    if len(parts) != 3:
        raise _error(
            "case-place", "a case does not stand here", str(path), "Put it at cases/<rule>/<day>/<name>.yaml."
        )
    rule, day, _ = parts
    names = {name for _, name in rulebook.formulas}
    if rule not in names:
        raise _error("case-rule-unknown", f"there is no rule '{rule}'", str(path), _near(rule, names))
    return rule, _date(day, str(path))


def _expectations(expect: dict[str, dict[str, Any]], nest: _Nest, shapes: Shapes) -> Iterable[Expectation]:
    for key, variables in expect.items():
        where = f"{nest.where}: expect.{key}"
        if key not in nest.entities:
            raise _error("case-code-unknown", f"no row is called '{key}'", where, _near(key, nest.entities))
        for variable, text in variables.items():
            yield _expectation((nest.entities[key], variable), key, text, shapes, f"{where}.{variable}")


def _expectation(name: Name, key: str, text: Any, shapes: Shapes, where: str) -> Expectation:
    try:
        shape = shapes.variable(name)
    except TsampaError as error:
        raise _error("case-variable-unknown", error.message, where, error.remedy) from None
    value = _expected(_scalar(text, where), shape, where)
    rounded = shape.is_number and shape.digits is None and "/" not in text
    return Expectation(name, key, value, _places(text) if rounded and value is not None else None)


def _expected(text: str, shape: Shape, where: str) -> Scalar | None:
    if text == UNKNOWN:
        return None
    if shape.kind is Kind.NUMBER:
        return _number(text, where)
    if shape.kind is Kind.TEXT:
        return _word(text, shape.choices, where)
    return _date(text, where) if shape.kind is Kind.DATE else _truth(text, where)


class _Nest:
    """Turns nested, readable rows into tables of stored ones."""

    def __init__(self, schema: Schema, day: date, where: str) -> None:
        self.schema, self.day, self.where = schema, day, where
        self.register: Register = {name: [] for name in schema.by_name}
        self.entities: dict[str, str] = {}

    def read(self, given: dict[str, Any]) -> None:
        """``given`` is an area: the village, or the one above the widest areas listed in it."""
        levels = self.schema.levels
        listed = [
            levels.index(level) for back in given if (level := level_below(self.schema, back)) is not None
        ]
        top = max(min(listed, default=len(levels)) - 1, 0)
        above: dict[str, str] = {}
        for level in levels[:top]:
            above = {"areas": self._area(level, {}, above, "given")}
        self._row(levels[top], given, above, "given")
        self._fail_if_linked_to_nothing()

    def _row(self, entity: str, row: Any, above: dict[str, str], where: str) -> None:
        """One row and the rows nested in it."""
        if not isinstance(row, dict):
            raise self._error("case-rows", "this is not a row", where, "Write its columns as 'name: value'.")
        backs = self._backs(entity)
        own = {name: value for name, value in row.items() if name not in backs}
        key = self._add_row(entity, own, above, where)
        for back in (name for name in row if name in backs):
            if not isinstance(row[back], list):
                raise self._error(
                    "case-rows", "this is not a list", f"{where}.{back}", "Begin each row with '- '."
                )
            for number, one in enumerate(row[back]):
                inside = above | {self._table(entity).name: key}
                self._row(backs[back], one, inside, f"{where}.{back}[{number}]")

    def _add_row(self, entity: str, own: dict[str, Any], above: dict[str, str], where: str) -> str:
        self._fail_if_strange(entity, own, where)
        if entity in self.schema.levels:
            return self._area(entity, own, above, where)
        return self._member(own, above, where) if entity == "person" else self._add(entity, own, above, where)

    def _area(self, level: str, own: dict[str, Any], above: dict[str, str], where: str) -> str:
        code = own.get("code") or self._new_code(level)
        fixed = {"code": code, "name": code, "level": level, "parent": above.get("areas", UNKNOWN)}
        return self._add(level, fixed | own, {}, where)

    def _member(self, own: dict[str, Any], above: dict[str, str], where: str) -> str:
        """A person and the membership; a person named again only becomes a member of another household."""
        persons = self.schema.by_name["persons"].by_name
        person = {name: value for name, value in own.items() if name in persons}
        again = set(person) == {"code"} and self.entities.get(person["code"]) == "person"
        key = person["code"] if again else self._add("person", person, above, where)
        membership = {name: value for name, value in own.items() if name not in persons}
        self._add("membership", membership, above | {"persons": key}, where)
        return str(key)

    def _add(self, entity: str, own: dict[str, Any], above: dict[str, str], where: str) -> str:
        """Stores one row: what is given, the rows above it, and the case's day where no other is given."""
        table = self._table(entity)
        linked = {link.column: above[link.table] for link in table.links if link.table in above}
        begins = {table.since: self.day.isoformat()} if table.since else {}
        texts = {"code": own.get("code") or self._new_code(entity), **begins, **linked, **own}
        row = {one.name: self._stored(one, texts.get(one.name, UNKNOWN), where) for one in table.columns}
        code = str(row[table.key])
        if code in self.entities:
            raise self._error(
                "case-code-twice", f"two rows are called '{code}'", where, "Give each its own code."
            )
        self.entities[code] = entity
        self.register[table.name].append(row)
        return code

    def _stored(self, column: Column, text: Any, where: str) -> Any:
        where = f"{self.where}: {where}.{column.name}"
        found = _scalar(text, where)
        if found != UNKNOWN:
            return _stored(column, found, where)
        if column.required:
            raise _error(
                "case-column-missing", f"it needs '{column.name}'", where, "Every such row has one: give it."
            )
        return None

    def _table(self, entity: str) -> Table:
        if entity in self.schema.levels:
            return self.schema.by_name["areas"]
        return next(table for table in self.schema.tables if table.entity == entity)

    def _backs(self, entity: str) -> dict[str, str]:
        """What may be nested in a row of the entity: how the rows are called, and what each of them is."""
        levels, own = self.schema.levels, self._table(entity).name
        found = {
            link.back: table.entity
            for table in self.schema.tables
            for link in table.links
            if link.table == own
        }
        found.pop("memberships", None)
        if entity in levels:
            return found | {plural(level): level for level in levels[levels.index(entity) + 1 :]}
        return found | ({"members": "person"} if entity == "household" else {})

    def _fail_if_strange(self, entity: str, own: dict[str, Any], where: str) -> None:
        names = {*self._table(entity).by_name}
        if entity == "person":
            names |= {*self._table("membership").by_name} - {"person", "household"}
        for name in own:
            if name not in names:
                hint = _near(name, {*names, *self._backs(entity)})
                raise self._error("case-column-unknown", f"a {entity} has no '{name}'", where, hint)

    def _fail_if_linked_to_nothing(self) -> None:
        for table in self.schema.tables:
            for row, link in ((row, link) for row in self.register[table.name] for link in table.links):
                code = row[link.column]
                if code is not None and code not in self.entities:
                    where = f"{table.entity} {row[table.key]}, {link.column}"
                    raise self._error(
                        "case-code-unknown", f"no row is called '{code}'", where, _near(code, self.entities)
                    )

    def _new_code(self, entity: str) -> str:
        """The entity's name for its first row, then ``household-2`` and so on."""
        number = 1 + list(self.entities.values()).count(entity)
        return next(code for code in self._codes(entity, number) if code not in self.entities)

    def _codes(self, entity: str, number: int) -> Iterator[str]:
        yield entity
        yield from (f"{entity}-{one}" for one in count(number))

    def _error(self, code: str, message: str, where: str, remedy: str) -> TsampaError:
        return _error(code, message, f"{self.where}: {where}", remedy)


def _scalar(text: Any, where: str) -> str:
    if not isinstance(text, str):
        raise _error(
            "case-value", "one value belongs here", where, "Write a number, a date, a word, or unknown."
        )
    return text


def _stored(column: Column, text: str, where: str) -> Any:
    """The text as the column stores it."""
    kind = column.type.kind
    if kind is Kind.NUMBER:
        return _whole(column, text, where)
    if kind is Kind.TEXT:
        return _word(text, column.type.choices, where)
    return _date(text, where) if kind is Kind.DATE else _truth(text, where)


def _whole(column: Column, text: str, where: str) -> int:
    try:
        found = to_minor(_number(text, where), column.type.digits)
    except ValueError as error:
        raise _error("case-value", str(error), where, "Give no more decimals than the column has.") from None
    if (column.low is not None and found < column.low) or (column.high is not None and found > column.high):
        raise _error(
            "case-value",
            f"{text} is out of the column's bounds",
            where,
            "Give a value the register can hold.",
        )
    return found


def _number(text: str, where: str) -> Fraction:
    try:
        return Fraction(text) if "/" in text else Fraction(Decimal(text))
    except (ValueError, InvalidOperation, ZeroDivisionError, OverflowError):
        raise _error(
            "case-value", f"'{text}' is not a number", where, "Write 2952, 29.52, 1/3, or unknown."
        ) from None


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _word(text: str, choices: Iterable[str], where: str) -> str:
    if choices and text not in choices:
        raise _error("case-value", f"'{text}' is never one of its values", where, _near(text, choices))
    return text


def _truth(text: str, where: str) -> bool:
    if text not in ("true", "false"):
        raise _error(
            "case-value", f"'{text}' is neither true nor false", where, "Write true, false or unknown."
        )
    return text == "true"


def _date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _error("case-value", f"'{text}' is not a date", where, "Write dates as 2020-06-30.") from None


def _near(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(word, names, 1)
    return f"Did you mean '{near[0]}'?" if near else f"Use one of {', '.join(names)}."


def _error(code: str, message: str, where: str, remedy: str) -> TsampaError:
    return TsampaError(code, message, where=where, remedy=remedy)
