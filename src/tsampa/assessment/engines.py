"""Both engines under one face: a register of rows in, a function from variable and key to value out. For cases and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import duckdb

from tsampa.assessment.sources import table_sources
from tsampa.rules import Rulebook
from tsampa.rules.columns import Plan, Sources, compile_variables, open_backend, run_plan
from tsampa.rules.columns.duckdb import execute
from tsampa.rules.reference import Reference
from tsampa.rules.rulebook import Name
from tsampa.rules.shapes import Shapes
from tsampa.schema import Schema
from tsampa.snapshot import Snapshot
from tsampa.snapshot.sql import connect, quote, storage_type

__all__ = ["backend_engine", "columns_engine", "load_register", "reference_engine", "snapshot_engine"]

Register = Mapping[str, Sequence[Mapping[str, Any]]]
Answer = Callable[[Name, str], Any]


def reference_engine(rulebook: Rulebook, day: date, register: Register) -> Answer:
    """The reference engine over rows in storage form."""
    return Reference(rulebook, day, register).value


def columns_engine(rulebook: Rulebook, day: date, register: Register) -> Answer:
    """The columns engine over the same rows, its answers as rules see them: exact fractions, truths, texts, dates."""
    with connect() as con:
        return _answers(con, rulebook, day, load_register(con, rulebook.schema, register))


def backend_engine(url: str, rulebook: Rulebook, day: date, register: Register) -> Answer:
    """The same in the database at ``url``, as ``open_backend`` takes it."""
    with connect() as con, open_backend(url, con) as backend:
        here = load_register(con, rulebook.schema, register)
        there = {
            table.name: backend.load(
                f"r_{table.name}",
                {one.name: one.type.kind for one in table.columns},
                f"FROM {here.tables[table.name]}",
            )
            for table in rulebook.schema.tables
        }
        shapes = Shapes(rulebook)
        plan = compile_variables(rulebook, day, Sources(there, {}), shapes=shapes, dialect=backend.dialect)
        backend.run(plan)
        outputs = {one.entity: f"SELECT * FROM {backend.bring(one)}" for one in plan.outputs.values()}
        return _collected(con, rulebook, day, plan, outputs, shapes)


def snapshot_engine(rulebook: Rulebook, day: date, snapshot: Snapshot) -> Answer:
    """The columns engine over a snapshot's files, all partitions at once."""
    with connect() as con:
        return _answers(con, rulebook, day, Sources(table_sources(snapshot), {}))


def _answers(con: duckdb.DuckDBPyConnection, rulebook: Rulebook, day: date, sources: Sources) -> Answer:
    shapes = Shapes(rulebook)
    plan = compile_variables(rulebook, day, sources, shapes=shapes)
    run_plan(con, plan)
    return _collected(
        con, rulebook, day, plan, {one.entity: one.query for one in plan.outputs.values()}, shapes
    )


def _collected(
    con: duckdb.DuckDBPyConnection,
    rulebook: Rulebook,
    day: date,
    plan: Plan,
    queries: dict[str, str],
    shapes: Shapes,
) -> Answer:
    found: dict[tuple[Name, str], Any] = {}
    for output in plan.outputs.values():
        rows = execute(con, queries[output.entity])
        columns = [column[0] for column in rows.description]
        for values in rows.fetchall():
            row = dict(zip(columns, values, strict=True))
            for name in output.names:
                variable = (output.entity, name)
                found[variable, row[output.keys[-1]]] = _answer(rulebook, shapes, day, variable, row)
    return lambda name, key: found[name, key]


def load_register(con: duckdb.DuckDBPyConnection, schema: Schema, register: Register) -> Sources:
    """The rows as tables of the connection, and how to read them; missing columns are unknown."""
    sources = {}
    for table in schema.tables:
        columns = ", ".join(f"{quote(column.name)} {storage_type(column)}" for column in table.columns)
        con.execute(f"CREATE TEMP TABLE {quote(table.name)} ({columns})")
        rows = [[row.get(column.name) for column in table.columns] for row in register.get(table.name, ())]
        if rows:
            con.executemany(
                f"INSERT INTO {quote(table.name)} VALUES ({', '.join('?' for _ in table.columns)})", rows
            )
        sources[table.name] = quote(table.name)
    return Sources(sources, {})


def _answer(rulebook: Rulebook, shapes: Shapes, day: date, name: Name, row: dict[str, Any]) -> Any:
    formula = rulebook.on(day)[name]
    value = row[name[1]]
    if value is None or not shapes.of(formula.node).is_number:
        return value
    digits = shapes.declared(formula).digits
    return (
        Fraction(value, 10**digits)
        if digits is not None
        else Fraction(row[f"{name[1]}__n"], row[f"{name[1]}__d"])
    )
