"""Opens a figure: the rows it was counted from, the rules and parameters in force, and the files they stand in."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from arro3.core import Array, DataType
from arro3.core import Table as ArrowTable

from tsampa.assessment import Assessment
from tsampa.figures.areas import Area, find_area, partition_of, read_areas
from tsampa.figures.compute import FigureValue, compute_figures, known_figures
from tsampa.figures.measured import figure_planner, measured_of, read_area
from tsampa.figures.running import in_force, running
from tsampa.rules import nodes as n
from tsampa.rules.check import formulas_needed
from tsampa.rules.columns import Plan, run_plan
from tsampa.rules.columns.traced import TracedFold, plan_trace
from tsampa.schema import from_minor
from tsampa.snapshot.sql import literal

__all__ = ["Trace", "TracedRows", "trace_figure"]


@dataclass(frozen=True)
class TracedRows:
    """The rows one fold of the figure looked at in the area: ``rows`` that it counted, and those it could not decide.

    Each row has its key, ``counted`` (None: undecided), ``term`` (what it adds) and the columns read, all as a person reads
    them. A row of a measure has instead of a term its income or indicators, line, weight, stratum and cluster; numbers are
    the floats it took.
    """

    how: str
    entity: str
    rows: list[dict[str, Any]]
    undecided: list[dict[str, Any]]


@dataclass(frozen=True)
class Trace:
    """A figure laid open. Counting or summing ``parts`` with any tool gives the figure's whole numbers again."""

    value: FigureValue
    parts: list[TracedRows]
    formulas: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    files: list[dict[str, str]]

    def rows(self, index: int = 0) -> ArrowTable:
        """The counted rows of one part as Arrow: whole numbers, decimals, dates, truths and texts as what they are."""
        rows = self.parts[index].rows
        names = list(rows[0]) if rows else ["code"]
        return ArrowTable.from_pydict({name: _column([row[name] for row in rows]) for name in names})

    def to_dict(self, limit: int | None = None) -> dict[str, Any]:
        """The trace as ``--json`` prints it; ``limit`` shortens each list of rows."""
        parts = [
            {
                "how": part.how, "entity": part.entity, "counted": len(part.rows), "undecided": len(part.undecided),
                "rows": [_plain(row) for row in part.rows[:limit]], "undecided_rows": [_plain(row) for row in part.undecided[:limit]],
            }
            for part in self.parts
        ]  # fmt: skip
        return {
            "figure": self.value.to_dict(),
            "parts": parts,
            "formulas": self.formulas,
            "parameters": self.parameters,
            "files": self.files,
        }

    def write_csv(self, path: Path) -> None:
        """All rows of all parts, one a line, for a spreadsheet."""
        names = dict.fromkeys(
            name for part in self.parts for row in part.rows + part.undecided for name in row
        )
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, ["part", "how", "entity", *names])
            writer.writeheader()
            for index, part in enumerate(self.parts):
                for row in part.rows + part.undecided:
                    writer.writerow(
                        {"part": index + 1, "how": part.how, "entity": part.entity, **_plain(row)}
                    )


def _column(values: list[Any]) -> Array:
    kinds = {type(value) for value in values if value is not None}
    exact = {bool: DataType.bool(), int: DataType.int64(), float: DataType.float64()}
    if len(kinds) == 1 and (kind := next(iter(kinds))) in exact:
        return Array(values, exact[kind])
    texts = Array([None if value is None else str(value) for value in values], DataType.utf8())
    if kinds == {date}:
        return texts.cast(DataType.date32())
    if kinds == {Decimal}:
        digits = max(-int(value.as_tuple().exponent) for value in values if value is not None)
        return texts.cast(DataType.decimal128(38, digits))
    return texts


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, (bool, int, str)) else str(value)
        for name, value in row.items()
    }


def trace_figure(assessment: Assessment, id: str, *, area: str | None = None) -> Trace:
    """The figure of one area with everything it rests on.

    Raises TsampaError ``figure-unknown``, ``area-unknown`` or ``area-needed``.
    """
    (figure,) = known_figures(assessment, [id])
    areas = read_areas(assessment)
    one = find_area(areas, area or figure.area or None, str(assessment.path))
    (value,) = compute_figures(assessment, area=one.code, ids=[id])
    partition = partition_of(areas, one.code, assessment.rulebook.schema.partition)
    planner = figure_planner(assessment, one.level, None if partition is None else (partition,))
    parts: list[TracedRows] = []
    if not in_force(assessment, figure):
        pass  # no rule says which rows it would count
    elif isinstance(figure.node, n.Measure):
        parts = [_measured_part(assessment, figure.node, id, one.level, areas, one.code)]
    else:
        plan, folds = plan_trace(planner, id)
        parts = running(lambda con: _parts(con, plan, folds, one.code))
    return Trace(
        value, parts, _formulas(assessment, id), _parameters(assessment, id), _files(assessment, parts)
    )


def _parts(
    con: duckdb.DuckDBPyConnection, plan: Plan, folds: list[TracedFold], area: str
) -> list[TracedRows]:
    run_plan(con, plan)
    return [_part(con, fold, area) for fold in folds]


def _measured_part(
    assessment: Assessment, node: n.Measure, id: str, level: str, areas: dict[str, Area], code: str
) -> TracedRows:
    """The rows of a measure with the very numbers that it took: given to any tool, they give the figure again."""
    read = read_area(assessment, level, id, areas, code)
    if read is None:
        return TracedRows(node.how, node.rows.entity, [], [])
    found = measured_of(read.rows.measures[id], read)
    columns: dict[str, Any] = {read.rows.key: read.keys}
    unknown = found.unknown.tolist()
    columns["counted"] = [
        None if lost else bool(inside) for lost, inside in zip(unknown, found.where.tolist(), strict=True)
    ]
    names = node.names or ("income",)
    columns |= {
        name: _told(values, bool(node.names)) for name, values in zip(names, found.values, strict=True)
    }
    columns |= {
        name: _told(values)
        for name, values in (("line", found.line), ("weight", found.weights)) if values is not None
    }  # fmt: skip
    columns |= {
        name: texts for name, texts in (("stratum", found.strata), ("cluster", found.clusters)) if texts is not None
    }  # fmt: skip
    rows = [
        dict(zip(columns, row, strict=True))
        for row in sorted(zip(*columns.values(), strict=True), key=lambda row: str(row[0]))
    ]
    return TracedRows(
        node.how, node.rows.entity, [row for row in rows if row["counted"]], [row for row in rows if row["counted"] is None]
    )  # fmt: skip


def _told(values: Any, truths: bool = False) -> list[Any]:
    """Floats as they are, truths as such; None for unknown."""
    return [None if one != one else bool(one) if truths else one for one in values.tolist()]


def _part(con: Any, fold: TracedFold, area: str) -> TracedRows:
    query = f"SELECT * EXCLUDE (__area) FROM ({fold.query}) WHERE __area = {literal(area)} AND counted IS NOT FALSE ORDER BY ALL"
    found = con.execute(query)
    names = [column[0] for column in found.description]
    rows = [_read(dict(zip(names, row, strict=True)), fold) for row in found.fetchall()]
    truth = fold.digits is None
    inside = [row for row in rows if row["counted"] and not (truth and row["term"] is False)]
    return TracedRows(
        fold.node.how, fold.entity,
        [row for row in inside if row["term"] is not None],
        [row for row in rows if row["counted"] is None or row["term"] is None],
    )  # fmt: skip


def _read(row: dict[str, Any], fold: TracedFold) -> dict[str, Any]:
    for name, digits in {**fold.reads, "term": fold.digits}.items():
        if digits is not None and (digits or name == "term") and row[name] is not None:
            row[name] = from_minor(int(row[name]), digits)
    return row


def _closure(assessment: Assessment, id: str) -> list[n.Node]:
    """The figure's tree and the trees of all formulas it rests on."""
    root = assessment.rulebook.figures[id].node
    names = [(one.entity, one.name) for one in n.walk(root) if isinstance(one, n.Value)]
    needed = formulas_needed(assessment.formulas, names)
    return [root, *(assessment.formulas[name].node for name in sorted(needed))]


def _formulas(assessment: Assessment, id: str) -> list[dict[str, Any]]:
    names = [
        (one.entity, one.name)
        for one in n.walk(assessment.rulebook.figures[id].node)
        if isinstance(one, n.Value)
    ]
    needed = sorted(formulas_needed(assessment.formulas, names))
    return [
        {
            "entity": entity, "name": name, "since": formula.since.isoformat(),
            "until": formula.until.isoformat() if formula.until else None, "source": formula.source, "at": formula.at,
        }
        for entity, name in needed
        for formula in [assessment.formulas[entity, name]]
    ]  # fmt: skip


def _parameters(assessment: Assessment, id: str) -> list[dict[str, Any]]:
    names = {
        one.name
        for root in _closure(assessment, id)
        for one in n.walk(root)
        if isinstance(one, (n.Parameter, n.Tariff))
    }
    found = []
    for name in sorted(names):
        parameter = assessment.rulebook.parameters[name]
        dated = parameter.on(assessment.day)
        if dated is not None:
            values = {"/".join(keys): str(value) for keys, value in dated.values}
            steps = {str(low): str(value) for low, value in dated.steps}
            found.append(
                {
                    "name": name,
                    "unit": str(parameter.unit),
                    "since": dated.since.isoformat(),
                    "values": values,
                    "steps": steps,
                    "source": dated.source,
                }
            )
    return found


def _files(assessment: Assessment, parts: list[TracedRows]) -> list[dict[str, str]]:
    """The snapshot's and the results' files that the counted rows stand in."""
    schema = assessment.rulebook.schema
    tables = {
        "areas" if part.entity in schema.levels else schema.by_entity[part.entity].name for part in parts
    }
    entities = {part.entity for part in parts}
    own = [
        {"path": entry.path, "sha256": entry.sha256, "in": "snapshot"}
        for entry in assessment.snapshot.manifest.files
        if entry.table in tables
    ]
    results = [
        {"path": entry.path, "sha256": entry.sha256, "in": "assessment"}
        for entry in assessment.manifest.files
        if entry.table in entities
    ]
    return own + results
