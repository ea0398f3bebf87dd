"""Whether the rows of a register hold together: keys, links, bounds, dates, one household a person, one head.

Each check is a query for the keys of the rows that fail it, so the database counts and only examples come
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tsampa.errors import Problem
from tsampa.schema import INT64, Column, Kind, Link, Schema, Table, from_minor
from tsampa.snapshot.sql import literal, quote, word_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

__all__ = ["check_tables", "is_error"]

EXAMPLES = 5

_MEND = "Correct these rows where they were recorded, and freeze again."


@dataclass(frozen=True)
class Check:
    """One thing that no row may be.

    ``bad`` is SQL: a condition on a row ``t``, or a query for the keys ``k`` of the rows that fail.
    """

    code: str
    table: Table
    column: str
    says: str
    bad: str
    remedy: str = _MEND
    effect: str = "row_rejected"

    @property
    def query(self) -> str:
        """The query for the keys of the rows that fail."""
        if self.bad.lstrip().startswith(("select", "with")):
            return self.bad
        return f"select t.{quote(self.table.key)} as k from {quote(self.table.name)} t where {self.bad}"


def check_tables(
    con: duckdb.DuckDBPyConnection,
    schema: Schema,
    as_of: date,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Problem]:
    """What is wrong with the register whose tables (or views) ``con`` holds under the schema's names.

    Each problem counts the rows and names the first keys; ``effect`` is ``row_rejected`` for what no snapshot
    may hold and ``noted`` for what is only worth a look. All columns of the schema must be there, in storage
    form.
    """
    problems: list[Problem] = []
    for done, table in enumerate(schema.tables):
        if progress:
            progress("checking", done, len(schema.tables))
        problems += _failed(con, _suspects(con, table, list(_row_checks(table, schema, as_of))))
        problems += _failed(con, _set_checks(table, schema, as_of))
    if any(problem.code == "area-parent-level" for problem in problems):
        problems += _area_cycles(
            con
        )  # a cycle cannot step down one level at every edge, so it was seen there
    if progress:
        progress("checking", len(schema.tables), len(schema.tables))
    return problems


def is_error(problem: Problem) -> bool:
    """Whether the problem keeps a register from being frozen."""
    return problem.effect != "noted"


def _suspects(con: duckdb.DuckDBPyConnection, table: Table, checks: list[Check]) -> list[Check]:
    """The row checks that any row fails, found in one pass over the table."""
    if not checks:
        return []
    counts = ", ".join(f"count(*) filter (where {check.bad})" for check in checks)
    found = con.execute(f"select {counts} from {quote(table.name)} t").fetchall()[0]
    return [check for check, count in zip(checks, found, strict=True) if count]


def _failed(con: duckdb.DuckDBPyConnection, checks: list[Check]) -> list[Problem]:
    problems = []
    for check in checks:
        count, keys = con.execute(f"select count(*), min(k, {EXAMPLES}) from ({check.query})").fetchall()[0]
        if count:
            problems.append(_problem(check, count, keys or []))
    return problems


def _problem(check: Check, count: int, keys: list[Any]) -> Problem:
    rows = "1 row" if count == 1 else f"{count} rows"
    more = ", …" if count > len(keys) else ""
    named = f": {', '.join(map(str, keys))}{more}" if keys else ""
    return Problem(
        check.code,
        f"{check.says} ({rows}{named})",
        check.remedy,
        check.table.name,
        0,
        check.column,
        check.effect,
    )


# ── one row at a time


def _row_checks(table: Table, schema: Schema, as_of: date) -> Iterator[Check]:
    needed = {table.key} | {link.column for link in table.links if link.required}
    for column in table.columns:
        if column.required or column.name in needed:
            yield _present(table, column)
        yield from _in_bounds(table, column)
    yield from _dates(table, as_of)
    if table.name == "areas":
        yield from _area_rows(table, schema)


def _present(table: Table, column: Column) -> Check:
    name = f"t.{quote(column.name)}"
    blank = f" or {name} = ''" if column.type.kind is Kind.TEXT else ""
    return Check("value-missing", table, column.name, f"{column.name} is empty", f"{name} is null{blank}")


def _in_bounds(table: Table, column: Column) -> Iterator[Check]:
    name = f"t.{quote(column.name)}"
    if column.type.choices:
        says = f"{column.name} is none of {', '.join(column.type.choices)}"
        yield Check(
            "choice-unknown", table, column.name, says, f"{name} not in {word_list(column.type.choices)}"
        )
    if column.type.kind is Kind.NUMBER:
        low = -INT64 if column.low is None else column.low
        high = INT64 if column.high is None else column.high
        shown = " to ".join(f"{from_minor(bound, column.type.digits):f}" for bound in (low, high))
        yield Check(
            "number-range",
            table,
            column.name,
            f"{column.name} is outside {shown}",
            f"not ({name} between {low} and {high})",
        )


def _dates(table: Table, as_of: date) -> Iterator[Check]:
    if table.since:
        says = f"{table.since} is after the day of the snapshot, {as_of.isoformat()}"
        bad = f"t.{quote(table.since)} > date {literal(as_of.isoformat())}"
        yield Check(
            "date-future",
            table,
            table.since,
            says,
            bad,
            "Correct the date, or freeze the register as of a later day.",
        )
    if table.since and table.until:
        bad = f"t.{quote(table.until)} < t.{quote(table.since)}"
        yield Check("dates-reversed", table, table.until, f"{table.until} is before {table.since}", bad)


def _area_rows(table: Table, schema: Schema) -> Iterator[Check]:
    top = literal(schema.levels[0])
    says = f"level is none of {', '.join(schema.levels)}"
    yield Check("area-level", table, "level", says, f't."level" not in {word_list(schema.levels)}')
    bad = f't."level" <> {top} and (t."parent" is null or t."parent" = \'\')'
    yield Check("area-parent-missing", table, "parent", "the area above is not given", bad)
    says = f"an area of the top level, {schema.levels[0]}, has an area above"
    yield Check("area-parent-top", table, "parent", says, f't."level" = {top} and t."parent" is not null')


# ── rows against other rows


def _set_checks(table: Table, schema: Schema, as_of: date) -> list[Check]:
    checks = [_unique(table), *(_linked(table, link, schema) for link in table.links)]
    if table.name == "areas":
        checks += _area_tree(table, schema)
    if table.name == "households":
        checks += _household_checks(table, schema, as_of)
    if table.name == "persons":
        checks.append(_somewhere(table))
    if table.name == "memberships":
        checks += _membership_checks(table)
    return checks


def _unique(table: Table) -> Check:
    key = quote(table.key)
    bad = f"""
    select {key} as k from {quote(table.name)} where {key} is not null group by {key} having count(*) > 1"""
    return Check("key-duplicate", table, table.key, f"{table.key} is used more than once", bad)


def _linked(table: Table, link: Link, schema: Schema) -> Check:
    column, key = quote(link.column), quote(schema.by_name[link.table].key)
    bad = f"""
    select t.{quote(table.key)} as k from {quote(table.name)} t
    where t.{column} is not null
    and not exists (select 1 from {quote(link.table)} o where o.{key} = t.{column})"""
    return Check("link-broken", table, link.column, f"{link.column} names no row of {link.table}", bad)


def _area_tree(table: Table, schema: Schema) -> list[Check]:
    steps = [
        f'(t."level" = {literal(low)} and p."level" = {literal(high)})'
        for high, low in pairwise(schema.levels)
    ]
    wrong = f"""
    select t."code" as k from "areas" t join "areas" p on p."code" = t."parent"
    where t."level" <> {literal(schema.levels[0])} and not ({" or ".join(steps) or "false"})"""
    return [
        _linked(table, Link("parent", "areas", "parent", "areas", required=False), schema),
        Check(
            "area-parent-level", table, "parent", "the area above is not of the level directly above", wrong
        ),
    ]


def _household_checks(table: Table, schema: Schema, as_of: date) -> list[Check]:
    home, day = schema.home_level, literal(as_of.isoformat())
    elsewhere = f"""
    select t."code" as k from "households" t join "areas" a on a."code" = t."area"
    where a."level" <> {literal(home)}"""
    empty = f"""
    select t."code" as k from "households" t where not exists (
        select 1 from "memberships" m where m."household" = t."code"
        and m."since" <= date {day} and (m."until" is null or m."until" > date {day}))"""
    return [
        Check(
            "household-area-level",
            table,
            "area",
            f"the area is not of the level households live in, {home}",
            elsewhere,
        ),
        Check(
            "household-empty",
            table,
            "",
            f"no members on {as_of.isoformat()}",
            empty,
            "Nothing, if they moved away or died; otherwise record the members.",
            "noted",
        ),
    ]


def _somewhere(table: Table) -> Check:
    bad = """
    select t."code" as k from "persons" t
    where not exists (select 1 from "memberships" m where m."person" = t."code")"""
    return Check(
        "person-without-household",
        table,
        "",
        "never a member of any household",
        bad,
        "Record the membership.",
        "noted",
    )


def _membership_checks(table: Table) -> list[Check]:
    persons = "these persons are members of two households, or twice of one, at once"
    end = "End the earlier membership on the day the later one begins."
    heads = "these households have two heads at once"
    is_head = "\"relationship\" = 'head'"
    return [
        Check("membership-overlap", table, "person", persons, _at_once("person", "true"), end),
        Check(
            "heads-overlap",
            table,
            "household",
            heads,
            _at_once("household", is_head),
            "Leave one head at a time.",
        ),
    ]


def _at_once(column: str, condition: str) -> str:
    """The values of ``column`` with two memberships in force on one day, among those that meet the condition.

    A membership holds from ``since`` up to, and not on, ``until``. Windows are dear, so they run only over
    values with more than one membership.
    """
    name = quote(column)
    spans = (
        f'"memberships" where {condition} and {name} is not null and ("until" is null or "until" > "since")'
    )
    return f"""
    with often as (select {name} as k from {spans} group by 1 having count(*) > 1),
    spans as (
        select {name} as k, "since" as begins,
        max(coalesce("until", date 'infinity')) over (
            partition by {name} order by "since", "code" rows between unbounded preceding and 1 preceding
        ) as busy
        from {spans} and {name} in (select k from often))
    select distinct k from spans where begins < busy"""


def _area_cycles(con: duckdb.DuckDBPyConnection) -> list[Problem]:
    rows = con.execute('select "code", "parent" from "areas" where "parent" is not null').fetchall()
    parents: dict[str, str] = dict(rows)
    found = sorted({code for start in _loops(parents) for code in start})
    if not found:
        return []
    shown = ", ".join(found[:EXAMPLES]) + (", …" if len(found) > EXAMPLES else "")
    return [
        Problem(
            "area-cycle",
            f"areas that lie within themselves: {shown}",
            _MEND,
            "areas",
            0,
            "parent",
            "row_rejected",
        )
    ]


def _loops(parents: dict[str, str]) -> Iterator[list[str]]:
    """The cycles of the map, each once: every code is walked over once, whatever its depth."""
    walked: dict[str, int] = {}
    for number, start in enumerate(parents):
        path, code = [], start
        while code in parents and code not in walked:
            walked[code] = number
            path.append(code)
            code = parents[code]
        if walked.get(code) == number and code in path:
            yield path[path.index(code) :]
