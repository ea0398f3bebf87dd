"""The numbers of the page as figures print them, and a snapshot's rows as Python sees them."""

import csv
from decimal import Decimal
from typing import Any

import duckdb

from tsampa.assessment import Assessment
from tsampa.figures import compute_figures
from tsampa.schema import find_programme
from tsampa.snapshot import Snapshot

with (find_programme("bailang") / "page-figures.csv").open(encoding="utf-8", newline="") as file:
    PAGE = {row["id"]: row["value"] for row in csv.DictReader(file)}


def differing(assessment: Assessment) -> dict[str, tuple[str, str]]:
    """The page's numbers that the assessment's figures do not give: what stands on the page, what came out."""
    found = {one.id: str(one.to_dict()["value"]) for one in compute_figures(assessment, ids=list(PAGE))}
    return {id: (value, found[id]) for id, value in PAGE.items() if not same(value, found[id])}


def same(page: str, found: str) -> bool:
    if page == found:
        return True
    return found != "None" and "-" not in page and Decimal(page) == Decimal(found)


def records(snapshot: Snapshot, table: str) -> list[dict[str, Any]]:
    """The rows of a table as the snapshot stores them: numbers in smallest parts."""
    files = [str(path) for path in snapshot.files(table)]
    if not files:
        return []
    rows = duckdb.connect().read_parquet(files, hive_partitioning=False)
    return [dict(zip(rows.columns, values, strict=True)) for values in rows.fetchall()]
