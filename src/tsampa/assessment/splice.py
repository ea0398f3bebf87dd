"""Some villages of a partition counted by themselves, and set among the results that the others have already."""

from __future__ import annotations

import duckdb

from tsampa.assessment.again import Again, Touched
from tsampa.assessment.sources import parquet, partition_sources
from tsampa.rules.columns import Output, Sources
from tsampa.rules.relations import entity_table
from tsampa.schema import Schema
from tsampa.snapshot import Snapshot, village_rows
from tsampa.snapshot.place import bindings
from tsampa.snapshot.sql import quote, word_list

__all__ = ["spliced", "touched_sources"]


def touched_sources(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, partition: str, touched: Touched
) -> Sources:
    """The rows of the touched areas alone; ``areas_here`` loses the partition's other villages.

    How many rows there can be is said of the whole partition, so that the plan is the one that counts all of it.
    """
    listed, home = word_list(sorted(touched.areas)), snapshot.schema.home_level
    con.execute(f"DELETE FROM areas_here WHERE level = ? AND code NOT IN {listed}", [home])
    whole = partition_sources(snapshot, partition)
    here = dict(whole.tables)
    for table, query in village_rows(con, touched.after, partition, touched.areas).items():
        if table in bindings(snapshot.schema):
            con.execute(f"CREATE TEMP TABLE {quote(f'here_{table}')} AS {query}")
            here[table] = quote(f"here_{table}")
    return Sources(here, {}, whole.rows)


def spliced(
    con: duckdb.DuckDBPyConnection, output: Output, partition: str, touched: Touched, again: Again
) -> str:
    """A query for the entity's results of the whole partition: the earlier ones but for the touched areas, and the new."""
    entries = [
        one
        for one in again.earlier.manifest.files
        if (one.table, one.partition) == (output.entity, partition)
    ]
    if not entries:
        return output.query
    for entry in entries:
        again.require_sound(entry, content=True)
    columns = ", ".join(map(quote, output.columns))
    old = parquet(again.earlier.path / entry.path for entry in entries)
    gone = _earlier_keys(con, touched.before, partition, touched, output.entity)
    return (
        f"SELECT {columns} FROM {old} WHERE {quote(output.keys[-1])} NOT IN ({gone})"
        f" UNION ALL SELECT {columns} FROM ({output.query})"
    )


def _earlier_keys(
    con: duckdb.DuckDBPyConnection, before: Snapshot, partition: str, touched: Touched, entity: str
) -> str:
    """A query for the keys of the entity's rows that stood in the touched areas."""
    schema: Schema = before.schema
    if entity in schema.levels:
        return f"SELECT unnest([{', '.join(word_list([one])[1:-1] for one in sorted(touched.areas))}])"
    table = schema.by_name[entity_table(schema, entity) or ""]
    rows = village_rows(con, before, partition, touched.areas)[table.name]
    return f"SELECT {quote(table.key)} FROM ({rows})"
