"""Guards read from the programme's schema: its words, bounds and days, and which columns ``own`` may have.

A programme may add words and columns, so no migration can know them. The triggers are made from the schema whenever ``tsampa
office migrate`` runs, and a server or a change that finds others than the schema demands is refused (``history-triggers``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tsampa.office.history import Guard
from tsampa.office.register.columns import LINKED, MODELS, fields_of, schema
from tsampa.office.register.models import Record
from tsampa.schema import Column, Kind, Table

__all__ = ["declared_guards"]

SAY_THE_SAME = {"incomes": ("income_not_negative",)}
"""Constraints of the models, by table."""


def declared_guards() -> Iterator[Guard]:
    """The guards of every table of the register."""
    levels = schema().levels
    for name in MODELS:
        table = schema().by_name[name]
        known = {one.name: column for one, column in _placed(table)}
        words = {"level": levels} if name == "areas" else {}
        values = [_wrong(one, column, words) for one, column in _placed(table)]
        offence = " OR ".join(one for one in values if one)
        yield _values(name, MODELS[name]._meta.db_table, f"SELECT 1 WHERE {offence or '1 = 0'}")
        own = _case("part.k", {one.name: _right(one) for one in table.columns if one.name not in known})
        yield _own(name, MODELS[name]._meta.db_table, own)
    tables = [one for one in schema().tables if one.name not in MODELS]
    stored = Record._meta.db_table
    said = ", ".join(_text(one.name) for one in tables) or "''"
    yield _values("records", stored, f'SELECT 1 WHERE {{new}}."table" NOT IN ({said})')
    yield _own("records", stored, _case('{new}."table"', {one.name: _of_record(one) for one in tables}))


def _placed(table: Table) -> list[tuple[Column, str]]:
    fields = fields_of(table.name)
    return [(one, fields[one.name]) for one in table.columns if one.name in fields]


def _values(name: str, table: str, offence: str) -> Guard:
    return Guard(
        name=f"{name}_values", table=table, code="register-value-refused",
        message="a word, number or day is none that the programme's register knows",
        remedy="Correct the value: the template lists the words and bounds of each column.", offence=offence, waits=False,
        constraints=SAY_THE_SAME.get(name, ()),
    )  # fmt: skip


def _own(name: str, table: str, right: str) -> Guard:
    return Guard(
        name=f"{name}_own", table=table, code="register-own-refused",
        message="a row holds a column that the programme's register does not have, or a value that is none of its column's",
        remedy="Use the programme's columns only; a new one is added to its tables first.", waits=False,
        offence=f"SELECT 1 FROM {{parts.own}} part WHERE NOT coalesce({right}, 1 = 0)",
    )  # fmt: skip


def _of_record(table: Table) -> str:
    repeated = {link.column: LINKED[link.table] for link in reversed(table.links) if link.table in LINKED}
    kept = {of: column for column, of in repeated.items()}
    links = {column: f'part.v = {{new}}."{of}"' for of, column in kept.items()}
    columns = {one.name: links.get(one.name) or _right(one) for one in table.columns if one.name != table.key}
    return _case("part.k", columns)


def _case(of: str, right: dict[str, str]) -> str:
    if not right:
        return "1 = 0"
    cases = " ".join(f"WHEN {_text(name)} THEN {test}" for name, test in right.items())
    return f"CASE {of} {cases} ELSE 1 = 0 END"


def _wrong(column: Column, stored: str, words: dict[str, tuple[str, ...]]) -> str:
    """What no value of a model's own column may be; empty where anything of its kind may stand."""
    at = f'{{new}}."{stored}"'
    kind, choices = column.type.kind, words.get(column.name, column.type.choices)
    if kind is Kind.NUMBER and column.low is not None and column.high is not None:
        return f"NOT ({at} BETWEEN {column.low} AND {column.high})"
    if kind is Kind.DATE:
        # SQLite lets any text stand in a column of days.
        return f"({at} IS NOT NULL AND coalesce(date({at}) <> {at}, 1 = 1))"
    return f"{at} NOT IN ({_listed(choices)})" if choices else ""


def _right(column: Column) -> str:
    """What a value in ``own`` must be."""
    kind, test = column.type.kind, f"part.kind = '{column.type.kind.value}'"
    if kind is Kind.NUMBER:
        test = (
            f"part.n BETWEEN {column.low} AND {column.high}" if column.low is not None else "part.n = part.n"
        )
    elif kind is Kind.DATE:
        test = (
            "part.kind = 'text' AND part.v LIKE '____-__-__' AND ltrim(part.v, '-0123456789') = '' "
            "AND substr(part.v, 6, 2) BETWEEN '01' AND '12' AND substr(part.v, 9, 2) BETWEEN '01' AND '31'"
        )
    elif column.type.choices:
        test = f"part.v IN ({_listed(column.type.choices)})"
    return f"(part.kind = 'null' OR {test})"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(_text(one) for one in words)


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
