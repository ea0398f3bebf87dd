"""How common a value is among people at large, as far as the two tables show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsampa.linkage.prepare import INCOMING, KNOWN

if TYPE_CHECKING:
    import duckdb

__all__ = ["PERSONAL", "register_frequencies", "typical_frequencies"]

PERSONAL = ("written", "sound", "parts", "birth_date", "birth_year")
"""Columns whose values belong to persons; villages and households are counted as they are."""
# How many other people's records the expectation is worth beside those of the tables at hand.
_EXPECTED = 1000


def register_frequencies(
    con: duckdb.DuckDBPyConnection, linker: Any, database: Any, typical: dict[str, float]
) -> None:
    """Has splink take each value's frequency among others than the pair itself.

    Counted plainly, a birth date that two records of a village share would be the date of one in two hundred, though they are
    one person's. So the pair is left out, and the tables are joined with an expectation, which matters where they are small:
    how often two people share a value in the county of the weights.
    """
    for column in PERSONAL:
        con.execute(
            f"CREATE TABLE frequency_{column} AS SELECT {column},"
            f" (greatest(count(*) - 2, 0) + {_EXPECTED} * {typical[column]!r}::DOUBLE)"
            f" / (sum(count(*)) OVER () + {_EXPECTED}) AS tf_{column}"
            f" FROM (SELECT {column} FROM {INCOMING} UNION ALL SELECT {column} FROM {KNOWN})"
            f" WHERE {column} IS NOT NULL GROUP BY {column}"
        )
        table = database.register(f"frequency_{column}", table_name=f"frequency_{column}")
        linker.table_management.register_term_frequency_lookup(table, column)


def typical_frequencies(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """For each personal column, how often two people of the register share its value."""
    found = {}
    for column in PERSONAL:
        query = f"""
            SELECT coalesce(sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0), 0)
            FROM (SELECT count(*)::DOUBLE AS n FROM {KNOWN} WHERE {column} IS NOT NULL GROUP BY {column})
        """
        (found[column],) = con.execute(query).fetchall()[0]
    return found
