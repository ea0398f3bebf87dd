"""Where a row lives: which table belongs to an area, by which links, in which partition and which order.

A row's place is that of its household if it has one, else the area it names, else its person's household; a
person lives in the household of the latest membership. Tables of a programme's own may reach an area through
one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsampa.snapshot.sql import literal, quote

if TYPE_CHECKING:
    import duckdb

    from tsampa.schema import Link, Schema, Table

__all__ = ["NOWHERE", "bindings", "build_places", "partition_codes", "place_table", "placed_rows"]

NOWHERE = 0
"""The partition number of rows that belong to no partition."""

_FIRST = ("households", "areas", "persons")


def bindings(schema: Schema) -> dict[str, tuple[Link, ...]]:
    """The tables split by area, each with the links that lead there, the best first (persons: none).

    Areas themselves and tables without any way to an area are not in it. A table comes after those it is
    placed by.
    """
    found: dict[str, tuple[Link, ...]] = {}
    reached = {"areas", "households", "persons"}
    found["households"] = tuple(link for link in schema.by_name["households"].links if link.table == "areas")[
        :1
    ]
    found["persons"] = ()
    while True:
        fresh = {
            table.name: links
            for table in schema.tables
            if table.name not in reached and (links := _ways(table, reached))
        }
        if not fresh:
            return found
        found |= fresh
        reached |= set(fresh)


def _ways(table: Table, reached: set[str]) -> tuple[Link, ...]:
    ways = [link for link in table.links if link.table in reached]
    return tuple(
        sorted(ways, key=lambda link: _FIRST.index(link.table) if link.table in _FIRST else len(_FIRST))
    )


def build_places(con: duckdb.DuckDBPyConnection, schema: Schema) -> None:
    """Makes tables ``_place_…`` in ``con``: for each key that rows link to, its partition, area, household.

    All three are whole numbers in the order of the codes, as sorting by numbers is many times faster than by
    texts. The tables must have passed ``check_tables``: a cycle of areas would never end here.
    """
    con.execute(_areas_sql(schema.partition, schema.home_level))
    bound = bindings(schema)
    linked = {link.table for name in bound for link in schema.by_name[name].links}
    # Persons are placed by memberships, which need only the places of households.
    for name in ["households", "persons", *(name for name in bound if name not in _FIRST and name in linked)]:
        table = schema.by_name[name]
        con.execute(f"create temp table {place_table(name)} as {_place_sql(table, bound[name])}")


def partition_codes(con: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """The code of each partition number that ``build_places`` gave."""
    return dict(con.execute('select number, code from "_partitions"').fetchall())


def placed_rows(schema: Schema, table: Table) -> str:
    """A query for the table's rows with their place: columns ``_part``, ``_file``, ``_area`` and ``_home`` are added.

    Most persons have one membership in all. They and these memberships stand in a first file each, row beside row, so that
    no join is needed to bring them together; whoever has several stands in a second file.
    """
    bound = bindings(schema)
    if table.name not in bound:
        return (
            f"select t.*, {NOWHERE} as _part, 0 as _file, 0 as _area, 0 as _home from {quote(table.name)} t"
        )
    if table.name in ("households", "persons"):
        joins = f"left join {place_table(table.name)} p0 on t.{quote(table.key)} = p0.k"
        return _placed(table, joins, 1, "coalesce(p0.file, 0)" if table.name == "persons" else "0")
    links = bound[table.name]
    person = (
        next(i for i, link in enumerate(links) if link.table == "persons")
        if table.name == "memberships"
        else None
    )
    return _placed(
        table, _joins(links), len(links), "0" if person is None else f"coalesce(p{person}.file, 0)"
    )


def _placed(table: Table, joins: str, count: int, file: str) -> str:
    part, area, home = (_first_known(column, count) for column in ("part", "area", "home"))
    place = f"coalesce({part}, {NOWHERE}) as _part, {file} as _file, {area} as _area, {home} as _home"
    return f"select t.*, {place} from {quote(table.name)} t {joins}"


def _joins(links: tuple[Link, ...]) -> str:
    return " ".join(
        f"left join {place_table(link.table)} p{i} on t.{quote(link.column)} = p{i}.k"
        for i, link in enumerate(links)
    )


def _first_known(column: str, count: int) -> str:
    return "coalesce(" + ", ".join(f"p{i}.{column}" for i in range(count)) + ")"


def place_table(name: str) -> str:
    """The table that ``build_places`` makes for the rows of table ``name``."""
    return quote(f"_place_{name}")


def _areas_sql(level: str, home_level: str) -> str:
    """Numbers the partitions by code, and the areas by partition and code; tells which are villages."""
    return f"""
    create temp table "_partitions" as
        select "code" as code, row_number() over (order by "code") as number from "areas"
        where "level" = {literal(level)};
    create temp table {place_table("areas")} as
        with recursive below(code, part) as (
            select code, number from "_partitions"
            union all select a."code", b.part from "areas" a join below b on a."parent" = b.code
        )
        select a."code" as k, coalesce(b.part, {NOWHERE}) as part,
            row_number() over (order by coalesce(b.part, {NOWHERE}), a."code") as area, null::bigint as home,
            a."level" = {literal(home_level)} as village
        from "areas" a left join below b on b.code = a."code";
    """


def _place_sql(table: Table, links: tuple[Link, ...]) -> str:
    key = quote(table.key)
    if table.name == "households":
        return f"""
        select t.{key} as k, p0.part, p0.area, row_number() over (order by p0.area, t.{key}) as home
        from "households" t {_joins(links)}"""
    if table.name == "persons":
        return f"""
        select m.person as k, h.part, h.area, h.home, m.file from (
            select "person" as person, arg_max("household", ("since", "code")) as household, least(count(*) - 1, 1) as file
            from "memberships" group by "person"
        ) m join {place_table("households")} h on m.household = h.k"""
    part, area, home = (_first_known(column, len(links)) for column in ("part", "area", "home"))
    return f"""
        select t.{key} as k, {part} as part, {area} as area, {home} as home
        from {quote(table.name)} t {_joins(links)}"""
