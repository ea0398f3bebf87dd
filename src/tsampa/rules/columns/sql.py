"""Pieces of SQL text that know which columns they read, and the few words in which databases differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from tsampa.schema import Kind

__all__ = ["DUCKDB", "NO_REFS", "Dialect", "Sql", "quoted", "sql"]

NO_REFS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression's text, the columns of the frame that it reads, and whether it can be null."""

    text: str
    refs: frozenset[str] = NO_REFS
    nullable: bool = True

    def __str__(self) -> str:
        return self.text


def sql(template: str, *parts: Sql, nullable: bool = True) -> Sql:
    """``template`` with each ``{}`` replaced by a piece; the columns read are those of all pieces."""
    refs = NO_REFS.union(*(part.refs for part in parts)) if parts else NO_REFS
    return Sql(template.format(*(part.text for part in parts)), refs, nullable)


def quoted(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Dialect:
    """How one database writes what the others write otherwise. Whole-number division truncates; floors are built on it."""

    name: str
    wide: str
    types: dict[Kind, str]

    narrow: ClassVar[str] = "BIGINT"

    def text(self, value: str) -> str:
        """A text constant."""
        return "'" + value.replace("'", "''") + "'"

    def date(self, value: date) -> str:
        """A date constant."""
        return f"DATE '{value.isoformat()}'"

    def divide(self, above: Sql, below: Sql) -> Sql:
        """Whole-number division, cut off towards zero."""
        return sql("({} // {})", above, below, nullable=above.nullable or below.nullable)

    def days(self, start: Sql, end: Sql) -> Sql:
        """Days from start to end."""
        return sql("date_diff('day', {}, {})", start, end, nullable=start.nullable or end.nullable)

    def pick(self, which: str, term: Sql, by: str, key: str, keep: str) -> str:
        """Aggregate: ``term`` of the row that comes first or last by ``by``, then by key; null where that row's is."""
        word = "arg_max" if which == "last" else "arg_min"
        if not term.nullable:
            return f"{word}({term.text}, ROW({by}, {key})){keep}"
        return f"struct_extract({word}(struct_pack(v := {term.text}), ROW({by}, {key})){keep}, 'v')"


DUCKDB = Dialect(
    "duckdb",
    "HUGEINT",
    {Kind.BOOL: "BOOLEAN", Kind.NUMBER: "BIGINT", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE"},
)
