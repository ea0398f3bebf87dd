"""Measures as figures: their rows read partition by partition, in order of area and key, and worked out area by area.

Each area is a population of its own: a line that is a share of the median, the strata and the clusters are those of its
rows. An area is worked out once all its partitions are read, so that memory holds the numbers of one area above the
partitions, or of a batch of partitions, and never of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import nan
from typing import Any

import numpy as np
from arro3.core import Table as ArrowTable

from tsampa.assessment import Assessment
from tsampa.figures.areas import Area, partition_of
from tsampa.rules import Figure
from tsampa.rules.columns import DUCKDB, Planner, run_plan
from tsampa.rules.columns.measured import MeasuredColumns, MeasuredRows, plan_measures
from tsampa.rules.estimates import Estimated, Measured, estimate_measure
from tsampa.snapshot.sql import connect

__all__ = ["AreaColumns", "figure_planner", "measure_areas", "measured_of", "read_area"]

BATCH = 500_000
"""So many rows of a table are read at a time, unless one partition has more."""

Columns = dict[str, Any]
"""By name: NumPy arrays of numbers and truths, lists of texts."""


@dataclass(frozen=True)
class AreaColumns:
    """What the measures over one entity read of the rows of one area; their keys only where somebody asks for them."""

    rows: MeasuredRows
    area: str
    size: int
    keys: list[str]
    columns: Columns


def figure_planner(assessment: Assessment, level: str, partitions: tuple[str, ...] | None = None) -> Planner:
    """A planner over the assessment's files (or some partitions' only), in which every variable is known already."""
    return Planner(
        assessment.rulebook,
        assessment.day,
        DUCKDB,
        assessment.sources(None if partitions is None else list(partitions)),
        given=assessment.given,
        level=level,
        shapes=assessment.shapes,
    )


def measure_areas(
    assessment: Assessment, level: str, figures: list[Figure], areas: dict[str, Area], wanted: set[str]
) -> Iterator[tuple[Figure, str, Estimated]]:
    """Each figure of each wanted area of the level."""
    ids = {one.id: one for one in figures}
    for group, partitions in _groups(assessment, level, areas, wanted):
        seen: set[tuple[str, str]] = set()
        for read in _read(assessment, level, list(ids), partitions, group):
            for id, columns in read.rows.measures.items():
                seen.add((id, read.area))
                yield ids[id], read.area, _estimate(columns, read)
        for id in ids:
            for code in sorted(group):
                if (id, code) not in seen:  # nobody lives there
                    yield ids[id], code, Estimated(None, None, None, None, 0, 0, 0)


def read_area(
    assessment: Assessment, level: str, id: str, areas: dict[str, Area], code: str
) -> AreaColumns | None:
    """The rows a measure rests on in one area; None where there are none."""
    ((group, partitions),) = _groups(assessment, level, areas, {code})
    return next(iter(_read(assessment, level, [id], partitions, group, keys=True)), None)


def _estimate(columns: MeasuredColumns, read: AreaColumns) -> Estimated:
    return estimate_measure(columns.node, measured_of(columns, read))


def measured_of(columns: MeasuredColumns, read: AreaColumns) -> Measured:
    """The parts of one measure."""
    found = read.columns
    constant = float(found[columns.constant][0]) if columns.constant else nan
    return Measured(
        found[columns.where] if columns.where else np.broadcast_to(1.0, read.size),
        tuple(found[name] for name in columns.values),
        found.get(columns.line), found.get(columns.weights), found.get(columns.strata), found.get(columns.clusters),
        None if constant != constant else constant,
    )  # fmt: skip


def _groups(
    assessment: Assessment, level: str, areas: dict[str, Area], wanted: set[str]
) -> Iterator[tuple[set[str], list[str]]]:
    """Areas that are worked out together, and the partitions that hold their rows.

    Above the partitions each area by itself; from there on down as many partitions as make a batch.
    """
    split = assessment.rulebook.schema.partition
    levels = assessment.rulebook.schema.levels
    present = assessment.snapshot.partitions
    if levels.index(level) < levels.index(split):
        for code in sorted(wanted):
            yield {code}, [one for one in present if partition_of(areas, one, level) == code]
        return
    by_partition: dict[str, set[str]] = {}
    for code in wanted:
        by_partition.setdefault(partition_of(areas, code, split) or "", set()).add(code)
    for batch in _batches(assessment, sorted(by_partition)):
        yield set().union(*(by_partition[one] for one in batch)), batch


def _batches(assessment: Assessment, partitions: Iterable[str]) -> Iterator[list[str]]:
    """Partitions in order, as many at a time as have about ``BATCH`` persons or households."""
    batch, size = list[str](), 0
    for one in partitions:
        rows = max(assessment.snapshot.count(table, one) for table in ("households", "persons"))
        if batch and size + rows > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += rows
    if batch:
        yield batch


def _read(
    assessment: Assessment,
    level: str,
    ids: list[str],
    partitions: list[str],
    wanted: set[str],
    *,
    keys: bool = False,
) -> Iterator[AreaColumns]:
    """The rows of the wanted areas, an area at a time, each by partition and key."""
    waiting: dict[tuple[str, str], list[AreaColumns]] = {}
    for batch in _batches(assessment, partitions):
        for piece in _pieces(assessment, level, ids, batch, keys):
            if piece.area in wanted:
                waiting.setdefault((piece.rows.query, piece.area), []).append(piece)
    for key in sorted(waiting, key=lambda pair: pair[1]):
        yield _joined(waiting.pop(key))


def _pieces(
    assessment: Assessment, level: str, ids: list[str], batch: list[str], keys: bool
) -> Iterator[AreaColumns]:
    plan, queries = plan_measures(figure_planner(assessment, level, tuple(batch)), ids)
    with connect() as con:
        run_plan(con, plan)
        for rows in queries:
            yield from _by_area(rows, ArrowTable(con.sql(rows.query)), keys)


def _by_area(rows: MeasuredRows, table: ArrowTable, keys: bool) -> Iterator[AreaColumns]:
    """The table cut where the area changes."""
    if not table.num_rows:
        return
    found: Columns = {name: np.asarray(table.column(name).to_numpy()) for name in rows.floats}
    found |= {name: table.column(name).to_pylist() for name in rows.texts}
    for name in rows.numbers:
        found[name] = _with_exact(found[name], table.column(f"{name}__exact"))
    codes: list[Any] = list(table.column("__key").to_pylist()) if keys else []
    start = 0
    for area, run in groupby(table.column("__area").to_pylist()):
        end = start + sum(1 for _ in run)
        part = {name: column[start:end] for name, column in found.items()}
        yield AreaColumns(rows, str(area), end - start, codes[start:end], part)
        start = end


def _with_exact(numbers: Any, exact: Any) -> Any:
    """What is too long for floats is divided as whole numbers, which Python rounds once."""
    if exact.null_count == len(exact):
        return numbers
    found = numbers.copy()
    for place, text in enumerate(exact.to_pylist()):
        if text is not None:
            num, den = text.split("/")
            found[place] = int(num) / int(den)
    return found


def _joined(pieces: list[AreaColumns]) -> AreaColumns:
    """All in one; of what is joined no piece is kept, as a nation's are large."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    columns: Columns = {
        name: np.concatenate([one.columns.pop(name) for one in pieces]) for name in first.rows.floats
    }
    columns |= {name: [text for one in pieces for text in one.columns.pop(name)] for name in first.rows.texts}
    keys = [key for one in pieces for key in one.keys]
    return AreaColumns(first.rows, first.area, sum(one.size for one in pieces), keys, columns)
