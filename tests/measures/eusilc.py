"""The synthetic EU-SILC of Austria (14,827 persons, from R's laeken package), where it lies beside this repository."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

import pytest

SHEET = (
    Path(os.environ.get("TSAMPA_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
    / "eusilc.csv"
)
needed = pytest.mark.skipif(not SHEET.is_file(), reason="the EU-SILC survey is not on this machine")


@cache
def column(name: str) -> list[str]:
    with SHEET.open(encoding="utf-8", newline="") as sheet:
        return [row[name] for row in csv.DictReader(sheet)]


def incomes() -> list[float]:
    return [float(one) for one in column("eqincome")]


def survey(ids: str = "rb030") -> dict[str, list]:
    weights = [float(one) for one in column("rb050")]
    return {"weights": weights, "strata": column("db040"), "clusters": column(ids)}
