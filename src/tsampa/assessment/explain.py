"""One household's reasons: its village is read from the snapshot and worked out again, step by step, by the reference engine."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

from tsampa.assessment.beyond import Beyond
from tsampa.assessment.near import Near, near_sources
from tsampa.assessment.read import Assessment
from tsampa.errors import TsampaError
from tsampa.rules.reference import Reference
from tsampa.snapshot.sql import connect, literal

if TYPE_CHECKING:
    import duckdb

    from tsampa.rules.explain import Explanation

__all__ = ["explain_household", "village_reference"]


def explain_household(assessment: Assessment, code: str, lang: str = "en") -> Explanation:
    """Why the household stands where it stands, in words. Raises TsampaError ``household-unknown``."""
    from tsampa.rules.explain import explain

    return explain(village_reference(assessment, code), code, lang=lang)


def village_reference(assessment: Assessment, household: str) -> Reference:
    """The reference engine over the household's village; what rests on rows of other villages comes from the results."""
    with connect() as con:
        area, partition = _home(con, assessment, household)
        sources = assessment.sources([partition])
        near = near_sources(con, assessment.snapshot_of(partition), partition, area)
        formulas = list(assessment.formulas.values())
        register = Near(con, assessment.rulebook.schema, formulas, sources.tables, near, area).rows()
        beyond = Beyond(con, assessment, sources, register)
        return Reference(
            assessment.rulebook, assessment.day, register, given=beyond.given(), pooled=beyond.pooled()
        )


def _home(con: duckdb.DuckDBPyConnection, assessment: Assessment, household: str) -> tuple[str, str]:
    """The household's village and partition, as the results have them."""
    places = {
        str(assessment.path / one.path): one.partition for one in assessment.manifest.files if one.table == "household"
    }  # fmt: skip
    if places:
        # One query: of all files but the household's own, no more is read than which codes they begin and end with.
        listed = ", ".join(literal(glob.escape(path)) for path in places)
        source = f"read_parquet([{listed}], hive_partitioning = false, filename = true)"
        found = con.execute(f"SELECT area, filename FROM {source} WHERE code = ?", [household]).fetchone()
        if found:
            return found[0], places[found[1]]
    raise TsampaError(
        "household-unknown", f"no household '{household}'", where=str(assessment.path), remedy="Check the code; the table of results lists all of them.",
        usage=True,
    )  # fmt: skip
