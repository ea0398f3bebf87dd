"""Pieces of SQL text that know which columns they read, and the few words in which databases differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from tsampa.schema import INT64, Kind

__all__ = ["DUCKDB", "NO_REFS", "POSTGRESQL", "SPARK", "Dialect", "Sql", "quoted", "sql"]

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


class Dialect:
    """How one database writes what the others write otherwise; this one is DuckDB's. Whole-number division truncates."""

    name = "duckdb"
    wide = "HUGEINT"
    """Whole numbers of 128 bits or more; what does not fit is an error."""
    narrow = "BIGINT"
    types: ClassVar[dict[Kind, str]] = {
        Kind.BOOL: "BOOLEAN", Kind.NUMBER: "BIGINT", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE",
    }  # fmt: skip
    fence = ""
    """What follows each nested SELECT, so that no expression is written out again where it is used."""

    def text(self, value: str) -> str:
        """A text constant."""
        return "'" + value.replace("'", "''") + "'"

    def date(self, value: date) -> str:
        """A date constant."""
        return f"DATE '{value.isoformat()}'"

    def whole(self, value: int) -> str:
        """A constant of 64 bits; without a type it would be of 32, and sums of such would be too."""
        return f"CAST({value} AS BIGINT)"

    def divide(self, above: Sql, below: Sql) -> Sql:
        """Whole-number division, cut off towards zero."""
        return sql("({} // {})", above, below, nullable=above.nullable or below.nullable)

    def divide_wide(self, above: Sql, below: Sql) -> Sql:
        """The same of wide numbers, which are no less than zero. DuckDB divides 128 bits bit by bit: rows that fit 64 are spared that."""
        text = (
            f"CASE WHEN {{0}} BETWEEN 0 AND {INT64} AND {{1}} BETWEEN 1 AND {INT64}"
            " THEN CAST(CAST({0} AS BIGINT) // CAST({1} AS BIGINT) AS HUGEINT) ELSE {0} // {1} END"
        )
        nullable = above.nullable or below.nullable
        return Sql(text.format(above.text, below.text), above.refs | below.refs, nullable)

    def total(self, term: str) -> str:
        """The sum of whole numbers, which may be larger than each of them by far."""
        return f"SUM({term})"

    def days(self, start: Sql, end: Sql) -> Sql:
        """Days from start to end."""
        return sql("date_diff('day', {}, {})", start, end, nullable=start.nullable or end.nullable)

    def pick(self, which: str, term: Sql, by: str, key: str, keep: str) -> str:
        """Aggregate: ``term`` of the row that comes first or last by ``by``, then by key; null where that row's is."""
        word = "arg_max" if which == "last" else "arg_min"
        if not term.nullable:
            return f"{word}({term.text}, ROW({by}, {key})){keep}"
        return f"struct_extract({word}(struct_pack(v := {term.text}), ROW({by}, {key})){keep}, 'v')"


class PostgreSQLDialect(Dialect):
    """PostgreSQL's words. Division of NUMERIC is by ``div``; ``OFFSET 0`` keeps its planner from flattening the levels."""

    name = "postgresql"
    wide = "NUMERIC"
    fence = " OFFSET 0"
    types: ClassVar[dict[Kind, str]] = {
        Kind.BOOL: "BOOLEAN", Kind.NUMBER: "BIGINT", Kind.TEXT: "TEXT", Kind.DATE: "DATE",
    }  # fmt: skip

    def divide(self, above: Sql, below: Sql) -> Sql:
        """Whole-number division, cut off towards zero."""
        nullable = above.nullable or below.nullable
        return sql("div(CAST({} AS NUMERIC), CAST({} AS NUMERIC))", above, below, nullable=nullable)

    divide_wide = divide

    def days(self, start: Sql, end: Sql) -> Sql:
        """Days from start to end."""
        return sql("({} - {})", end, start, nullable=start.nullable or end.nullable)

    def pick(self, which: str, term: Sql, by: str, key: str, keep: str) -> str:
        """An array in order, of which the first counts."""
        way = "DESC" if which == "last" else "ASC"
        return f"(array_agg({term.text} ORDER BY {by} {way}, {key} {way}){keep})[1]"


class SparkDialect(Dialect):
    """Spark's words, in ANSI mode, where what does not fit is an error. Its ``div`` gives 64 bits, so decimals are divided."""

    name = "spark"
    wide = "DECIMAL(38, 0)"
    types: ClassVar[dict[Kind, str]] = {
        Kind.BOOL: "BOOLEAN", Kind.NUMBER: "BIGINT", Kind.TEXT: "STRING", Kind.DATE: "DATE",
    }  # fmt: skip

    def text(self, value: str) -> str:
        """A text constant; here a backslash would hide what follows it."""
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def whole(self, value: int) -> str:
        """Without its letter it would be of 32 bits."""
        return f"{value}L" if value >= 0 else f"({value}L)"

    def divide(self, above: Sql, below: Sql) -> Sql:
        """A multiple of the divisor is divided, so that no digit is lost."""
        nullable = above.nullable or below.nullable
        text = (
            "CAST((CAST({0} AS DECIMAL(38, 0)) - {0} % {1}) / CAST({1} AS DECIMAL(38, 0)) AS DECIMAL(38, 0))"
        )
        return Sql(text.format(above.text, below.text), above.refs | below.refs, nullable)

    divide_wide = divide

    def total(self, term: str) -> str:
        """A sum of 64 bits would stop at 64 bits."""
        return f"SUM(CAST({term} AS DECIMAL(38, 0)))"

    def days(self, start: Sql, end: Sql) -> Sql:
        """Days from start to end."""
        return sql("datediff({}, {})", end, start, nullable=start.nullable or end.nullable)

    def pick(self, which: str, term: Sql, by: str, key: str, keep: str) -> str:
        """The struct keeps a row whose term is null."""
        word = "max_by" if which == "last" else "min_by"
        return f"{word}(struct({term.text} AS v), struct({by}, {key})){keep}.v"


DUCKDB = Dialect()
POSTGRESQL = PostgreSQLDialect()
SPARK = SparkDialect()
