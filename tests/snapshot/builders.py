"""A register small enough to read: two counties of one province, four households, and tables of a programme's own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
from arro3.core import Table as ArrowTable

from tsampa.schema import AreaLevels, Schema, build_schema
from tsampa.snapshot import Snapshot, write_snapshot
from tsampa.snapshot.sql import literal, quote, storage_type

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2020, 6, 30)
Rows = list[dict[str, Any]]

TABLES_YAML = """
tables:
  grants:
    entity: grant
    en: grants
    zh: 补助
    columns:
      code: {type: text, required: true, en: code, zh: 编号}
      person: {type: text, en: person, zh: 人员}
      area: {type: text, en: area, zh: 区域}
      paid: {type: bool, en: paid, zh: 已付}
    links:
      person: {table: persons, column: person, back: grants, required: false}
      area: {table: areas, column: area, back: grants, required: false}
  payments:
    entity: payment
    en: payments
    zh: 支付
    columns:
      code: {type: text, required: true, en: code, zh: 编号}
      grant: {type: text, required: true, en: grant, zh: 补助}
    links:
      grant: {table: grants, column: grant, back: payments}
  prices:
    entity: price
    en: prices
    zh: 价格
    columns:
      code: {type: text, required: true, en: code, zh: 编号}
"""


def make_schema(folder: Path, tables: str = TABLES_YAML) -> Schema:
    """The common register with the tables above, four levels of area, files split by county."""
    path = folder / "tables.yaml"
    path.write_text(tables, encoding="utf-8")
    levels = {level: (level, level) for level in ("province", "county", "township", "village")}
    return build_schema("CNY", 2, AreaLevels(names=levels, partition="county"), tables=[path])


def area(code: str, level: str, parent: str | None) -> dict[str, Any]:
    return {"code": code, "name": f"Area {code}", "level": level, "parent": parent}


def person(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "sex": "female", "birth_date": date(1980, 1, 1), **more}


def member(code: str, of: str, household: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "person": of,
        "household": household,
        "since": date(2015, 1, 1),
        "until": None,
        **more,
    }


def income(code: str, household: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "household": household,
        "source": "wage",
        "accounting_year": 2019,
        "amount": 12_345,
        **more,
    }


def register() -> dict[str, Rows]:
    """The rows of a sound register; tests change a copy to plant what is wrong."""
    return {
        "areas": [
            area("S", "province", None),
            *(area(f"C{i}", "county", "S") for i in (1, 2)),
            *(area(f"T{i}", "township", f"C{i}") for i in (1, 2)),
            area("V3", "village", "T1"),
            area("V1", "village", "T1"),
            area("V2", "village", "T2"),
        ],
        "households": [
            {"code": "H4", "area": "V2"},
            {"code": "H2", "area": "V3"},
            {"code": "H3", "area": "V1"},
            {"code": "H1", "area": "V3"},
        ],
        # P5 moved from H1 to H4; P6 never was in a household.
        "persons": [person(f"P{i}") for i in (6, 5, 4, 3, 2, 1)],
        "memberships": [
            *(member(f"M{i}", f"P{i}", f"H{i}", relationship="head") for i in (1, 2, 3, 4)),
            member("M5", "P5", "H1", until=date(2019, 1, 1)),
            member("M6", "P5", "H4", since=date(2019, 1, 1)),
        ],
        "incomes": [
            income("I1", "H1"),
            income("I2", "H3", person="P3"),
            income("I3", "H4", source="transfer"),
        ],
        "checks": [
            {"code": "K1", "household": "H2", "guarantee": "food", "value": 150, "date": date(2020, 3, 1)}
        ],
        "statuses": [
            {"code": "S1", "household": "H1", "status": "exited", "since": date(2018, 1, 1), "until": None}
        ],
        "pools": [
            {"code": "L1", "area": "S", "name": "all", "year": 2020, "amount": 100},
            {"code": "L2", "area": "V1", "name": "one", "year": 2020, "amount": 100},
        ],
        "grants": [{"code": "G1", "person": "P5", "paid": True}, {"code": "G2", "area": "V1"}],
        "payments": [{"code": "Y1", "grant": "G2"}, {"code": "Y2", "grant": "G1"}],
        "prices": [{"code": "rice"}],
    }


def arrow(schema: Schema, name: str, rows: Rows) -> ArrowTable:
    """The rows as an Arrow table of the schema's types; a key a row has not is null."""
    with duckdb.connect() as con:
        columns = schema.by_name[name].columns
        con.execute(f"create table t ({', '.join(f'{quote(c.name)} {storage_type(c)}' for c in columns)})")
        for row in rows:
            con.execute(
                f"insert into t values ({', '.join('?' * len(columns))})", [row.get(c.name) for c in columns]
            )
        return ArrowTable(con.sql("select * from t"))


def tables(schema: Schema, rows: dict[str, Rows]) -> dict[str, ArrowTable]:
    return {name: arrow(schema, name, of) for name, of in rows.items()}


def freeze(schema: Schema, out: Path, rows: dict[str, Rows] | None = None, **more: Any) -> Snapshot:
    """The sound register (or ``rows``) as a snapshot in ``out``."""
    given = {"programme": "hills", "as_of": AS_OF, "source": "builders", **more}
    return write_snapshot(out, tables(schema, rows or register()), schema=schema, **given)


def codes(snapshot: Snapshot, table: str, partition: str | None = None) -> list[str]:
    """The keys of the rows, in the order they stand in the files."""
    return [code.as_py() for code in snapshot.table(table, partition).column("code")]


def rewrite(path: Path, select: str) -> None:
    """Replaces a Parquet file by the result of ``select``, in which ``{file}`` stands for the file's rows."""
    with duckdb.connect() as con:
        source = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
        con.execute(f"create table t as {select.format(file=source)}")
        con.execute(f"copy t to {literal(str(path))} (format parquet)")
