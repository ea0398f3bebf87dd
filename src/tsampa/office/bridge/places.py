"""Where households were on the day of a snapshot, and which areas there were.

A household goes back to the village it was placed in on that day. An area that was not in force is left out, unless a row still
leads to it: pools of earlier years and the work of teams stay with the area they were of, and no link may lead nowhere.
"""

from __future__ import annotations

from datetime import date

import duckdb

from tsampa.office.areas.models import Area
from tsampa.office.bridge.known import known_columns
from tsampa.office.bridge.stream import Stream
from tsampa.office.history.models import Cut
from tsampa.office.history.recorded import Recorded
from tsampa.office.register.models import Placement
from tsampa.schema import Schema
from tsampa.snapshot.sql import literal, quote

__all__ = ["leave_out_areas", "place_as_of", "read_places"]

PLACES: dict[str, tuple[type[Recorded], list[str]]] = {
    "_placements": (Placement, ["household_id", "area_id", "until"]),
    "_lasting": (Area, ["code", "since", "until"]),
}


def read_places(con: duckdb.DuckDBPyConnection, stream: Stream, cut: Cut, *, live: bool) -> None:
    """Makes ``_placements`` and ``_lasting`` of what the office knows besides the schema's tables."""
    for name, (model, fields) in PLACES.items():
        if live:
            stream.rows(con, name, fields, quote(model._meta.db_table))
        else:
            known_columns(con, stream, name, model, fields, cut)


def place_as_of(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Puts each household into the village it was in on the day."""
    con.execute(
        f"""UPDATE households SET area = former.area FROM (
            SELECT household_id AS household, arg_min(area_id, until) AS area FROM _placements WHERE until > {_day(as_of)} GROUP BY 1
        ) former WHERE households.code = former.household"""
    )


def leave_out_areas(con: duckdb.DuckDBPyConnection, schema: Schema, as_of: date) -> None:
    """Takes out the areas that were not in force on the day and that nothing leads to, the innermost first."""
    leading = [
        f"SELECT {quote(link.column)} FROM {quote(table.name)} WHERE {quote(link.column)} IS NOT NULL"
        for table in schema.tables
        for link in table.links
        if link.table == "areas"
    ]
    leading.append("SELECT parent FROM areas WHERE parent IS NOT NULL")
    gone = f"SELECT code FROM _lasting WHERE until <= {_day(as_of)} OR since > {_day(as_of)}"
    while True:
        taken = con.execute(
            f"DELETE FROM areas WHERE code IN ({gone}) AND code NOT IN ({' UNION '.join(leading)})"
        ).fetchone()
        if not taken or not taken[0]:
            return


def _day(as_of: date) -> str:
    """As text, as the days are read: both are ISO days, and sort as days do."""
    return literal(as_of.isoformat())
