"""The library as a notebook uses it: the command line's verbs as functions. Paths and dates may be given as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tsampa.assessment import Assessment, Comparison
    from tsampa.bulletin import Bulletin
    from tsampa.errors import Problem
    from tsampa.figures import FigureValue, Trace
    from tsampa.rules import Rulebook
    from tsampa.rules.explain import Explanation
    from tsampa.sheets import Imported
    from tsampa.snapshot import Snapshot

__all__ = [
    "assess",
    "bulletin",
    "compare",
    "demo",
    "explain",
    "figures",
    "import_sheet",
    "load_rulebook",
    "open_assessment",
    "trace",
    "verify",
]


def import_sheet(sheet: str | Path, mapping: str | Path, out: str | Path) -> Imported:
    """Turns a CSV or XLSX sheet into a snapshot at ``out``: good rows kept, problems returned as data."""
    from tsampa.sheets import import_to_snapshot

    return import_to_snapshot(Path(sheet), Path(mapping), Path(out))


def demo(out: str | Path, seed: int = 1, households: int | None = None) -> Snapshot:
    """The demonstration county, made up by ``seed``, as a snapshot at ``out``."""
    from tsampa.demo import make_demo

    return make_demo(Path(out), seed=seed, households=households)


def verify(snapshot: str | Path) -> list[Problem]:
    """Everything that is altered, missing or inconsistent in a snapshot; an empty list where all is well."""
    from tsampa.snapshot import verify_snapshot

    return verify_snapshot(Path(snapshot))


def load_rulebook(programme: str | Path) -> Rulebook:
    """A programme's rulebook, checked whole. Raises TsampaError naming file, line and formula."""
    from tsampa.rules import load_rulebook as load

    return load(programme)


def assess(
    snapshots: str | Path | Sequence[str | Path], programme: str | Path | Rulebook, on: str | date, out: str | Path
) -> Assessment:  # fmt: skip
    """Judges every household of a snapshot by a programme's rules on a day; results stand in the folder ``out``.

    Several snapshots, of different counties, are counted as one.
    """
    from tsampa.assessment import assess as run

    return run(snapshots, programme, _day(on), Path(out))


def open_assessment(path: str | Path) -> Assessment:
    """An assessment made earlier: ``.table("household")`` gives its results as Arrow, money as decimals."""
    from tsampa.assessment import open_assessment as read

    return read(path)


def explain(assessment: str | Path | Assessment, household: str, lang: str = "en") -> Explanation:
    """Why a household stands where it stands, in words: ``.text()`` and ``.to_dict()``."""
    from tsampa.assessment import explain_household

    return explain_household(_opened(assessment), household, lang)


def figures(
    assessment: str | Path | Assessment, area: str | None = None, ids: list[str] | None = None
) -> list[FigureValue]:
    """The programme's figures for an area of any level, by default the topmost."""
    from tsampa.figures import compute_figures

    return compute_figures(_opened(assessment), area=area, ids=ids)


def trace(assessment: str | Path | Assessment, figure: str, area: str | None = None) -> Trace:
    """A figure laid open: rows, rules, parameters, files."""
    from tsampa.figures import trace_figure

    return trace_figure(_opened(assessment), figure, area=area)


def bulletin(assessment: str | Path | Assessment, out: str | Path, lang: str = "en") -> Bulletin:
    """An assessment's figures set as ``.pdf``, ``.html`` or ``.json`` (``out`` says which). Needs the extra ``bulletin``."""
    from tsampa.bulletin import write_bulletin

    return write_bulletin(_opened(assessment), Path(out), lang=lang)


def compare(first: str | Path | Assessment, second: str | Path | Assessment) -> Comparison:
    """Which households stand differently in two assessments, and which rules and parameters changed."""
    from tsampa.assessment import compare_assessments

    return compare_assessments(_opened(first), _opened(second))


def _opened(assessment: str | Path | Assessment) -> Assessment:
    return open_assessment(assessment) if isinstance(assessment, (str, Path)) else assessment


def _day(on: str | date) -> date:
    from tsampa.errors import TsampaError

    if isinstance(on, date):
        return on
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise TsampaError(
            "date-malformed", f"'{on}' is not a date", remedy="Write dates as 2019-12-31.", usage=True
        ) from None
