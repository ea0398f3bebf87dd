"""Whether several snapshots use one code of a household or person: told from the files' own summaries wherever these can tell."""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tsampa.errors import TsampaError
from tsampa.snapshot.sql import connect, literal, quote

if TYPE_CHECKING:
    import duckdb

    from tsampa.schema import Table
    from tsampa.snapshot.read import Snapshot

__all__ = ["require_own_codes"]

MEMORY = "512MB"
"""What comparing codes one by one may hold; the rest goes to the owner's temporary folder."""


@dataclass(frozen=True)
class _Span:
    """A file with the codes it begins and ends with, in the order of code points; an end that is None is open."""

    file: str
    owner: int
    low: str | None
    high: str | None


def require_own_codes(con: duckdb.DuckDBPyConnection, members: Sequence[Snapshot], table: Table) -> None:
    """Raises TsampaError ``snapshots-code`` where two snapshots have a row of one code.

    Codes begin with their county's, so files of different snapshots mostly have ranges that do not meet: that is proof, and costs
    their footers alone. Only codes of files whose ranges meet are read, all such files at once, in bounded memory.
    """
    owners = {str(path): number for number, one in enumerate(members) for path in one.files(table.name)}
    if not owners:
        return
    meeting = _meeting(_spans(con, table, owners))
    if meeting:
        _compare(members, table, owners, meeting)


def _compare(
    members: Sequence[Snapshot], table: Table, owners: dict[str, int], meeting: Sequence[Sequence[_Span]]
) -> None:
    """Reads the codes of each group's files, in a database of its own, whose memory is bounded."""
    with tempfile.TemporaryDirectory(prefix="tsampa.") as spill, connect(Path(spill), MEMORY) as con:
        for group in meeting:
            code = _twice(con, table, [one.file for one in group])
            if code is not None:
                raise _claimed(con, members, table, owners, [one.file for one in group], code)


def _spans(con: duckdb.DuckDBPyConnection, table: Table, owners: dict[str, int]) -> list[_Span]:
    """The span of every file that has rows."""
    rows = con.execute(
        "select file_name, min(stats_min_value), max(stats_max_value),"
        " count(*) = count(stats_min_value) and count(*) = count(stats_max_value)"
        " from parquet_metadata(?) where path_in_schema = ? and num_values > 0 group by file_name",
        [[glob.escape(file) for file in owners], table.key],
    ).fetchall()
    return [
        _Span(file, owners[file], low if known else None, high if known else None)
        for file, low, high, known in rows
    ]


def _meeting(spans: Iterable[_Span]) -> list[list[_Span]]:
    """Groups of files of several snapshots, each linked to the next by ranges that meet; no code is in two groups."""
    groups: list[list[_Span]] = []
    end: str | None = ""
    for one in sorted(spans, key=lambda span: (span.low or "", span.file)):
        if groups and (end is None or one.low is None or one.low <= end):
            groups[-1].append(one)
            end = None if end is None or one.high is None else max(end, one.high)
        else:
            groups.append([one])
            end = one.high
    return [group for group in groups if len({one.owner for one in group}) > 1]


def _source(files: Sequence[str]) -> str:
    listed = ", ".join(literal(glob.escape(file)) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false, filename = true)"


def _twice(con: duckdb.DuckDBPyConnection, table: Table, files: Sequence[str]) -> str | None:
    """A code that stands in these files twice: in different snapshots, as in each of them it stands once."""
    k = quote(table.key)
    found = con.execute(
        f"select min({k}) from (select {k} from {_source(files)} group by {k} having count(*) > 1)"
    ).fetchone()
    return None if found is None else found[0]


def _claimed(
    con: duckdb.DuckDBPyConnection, members: Sequence[Snapshot], table: Table, owners: dict[str, int], files: Sequence[str], code: str
) -> TsampaError:  # fmt: skip
    found = con.execute(
        f"select distinct filename from {_source(files)} where {quote(table.key)} = ?", [code]
    )
    one, other = sorted({owners[file] for (file,) in found.fetchall()})[:2]
    return TsampaError(
        "snapshots-code",
        f"{members[one].path} and {members[other].path} both have the code '{code}' in {table.name}",
        remedy="Find out whose it is; give the other another code, or leave out who has moved away, and freeze it again.",
    )
