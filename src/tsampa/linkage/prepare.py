"""The two tables made comparable: names read, dates cut to digits, the head's name taken from the household."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arro3.core import Array, DataType, Table

from tsampa.errors import TsampaError
from tsampa.linkage.names import NameReader

if TYPE_CHECKING:
    import duckdb

__all__ = ["INCOMING", "KNOWN", "OPTIONAL", "REQUIRED", "prepare"]

INCOMING, KNOWN = "incoming", "known"
REQUIRED = ("id", "name", "birth_date", "village")
OPTIONAL = ("alternative_name", "sex", "household", "relationship", "head_name", "identity_hash")

# 2014-05-02 as 20140502; a month or day that is not given is 01, as those write it who do not know it.
_BIRTH = """
    CASE WHEN regexp_full_match(birth_date, '\\d{4}(-\\d{2}(-\\d{2}.*)?)?')
    THEN rpad(replace(left(birth_date, 10), '-', ''), 8, '01') END
"""
# The head's own name says nothing that the person's name has not said: of heads, no head is compared.
_PREPARED = """
CREATE TABLE {side} AS
WITH rows AS (SELECT *, {birth} AS birth FROM {side}_given),
heads AS (
    SELECT household, min(name) AS name FROM rows
    WHERE relationship IN ('head', '户主') AND household IS NOT NULL GROUP BY household HAVING count(*) = 1
),
read AS (
    SELECT rows.*, own.written, own.sound, own.parts, own.short, other.sound AS other_sound, heading.sound AS heading,
        coalesce(relationship IN ('head', '户主'), false) OR coalesce(heading.sound = own.sound, false) AS is_head
    FROM rows
    LEFT JOIN heads ON heads.household = rows.household
    LEFT JOIN forms AS own ON own.name = rows.name
    LEFT JOIN forms AS other ON other.name = rows.alternative_name
    LEFT JOIN forms AS heading ON heading.name = coalesce(rows.head_name, heads.name)
)
SELECT id AS unique_id, written, sound, parts, short, other_sound, birth AS birth_date, left(birth, 4) AS birth_year, sex,
    village, left(village, greatest(length(village) - 3, 1)) AS district, household,
    CASE WHEN is_head THEN 'head' ELSE relationship END AS relationship,
    CASE WHEN NOT is_head THEN heading END AS head_sound,
    CASE WHEN NOT is_head THEN village || ' ' || heading END AS home,
    identity_hash
FROM read ORDER BY unique_id
"""
# The register's household in which most of a sheet's household are seen at first sight: whoever of it is written so badly as
# to be found by nothing else is then looked for among its members.
_FAMILIES = f"""
ALTER TABLE {INCOMING} ADD COLUMN family VARCHAR;
UPDATE {INCOMING} SET family = likely.family FROM (
    SELECT own, max_by(other, (seen, other)) AS family FROM (
        SELECT i.household AS own, k.household AS other, count(*) AS seen
        FROM {INCOMING} i JOIN {KNOWN} k ON i.sound = k.sound AND i.birth_date = k.birth_date
        WHERE i.household IS NOT NULL AND k.household IS NOT NULL GROUP BY ALL
    ) GROUP BY own
) AS likely WHERE {INCOMING}.household = likely.own
"""


def prepare(con: duckdb.DuckDBPyConnection, incoming: Any, known: Any) -> None:
    """Leaves the tables ``incoming`` and ``known`` in the database.

    Raises TsampaError ``linkage-input``, ``linkage-column``, ``linkage-id``, ``extra-missing``.
    """
    reader = NameReader()
    for side, given in ((INCOMING, incoming), (KNOWN, known)):
        _take(con, side, given)
    _read_names(con, reader)
    for side in (INCOMING, KNOWN):
        con.execute(_PREPARED.format(side=side, birth=_BIRTH))
    con.execute(f"ALTER TABLE {KNOWN} ADD COLUMN family VARCHAR")
    con.execute(f"UPDATE {KNOWN} SET family = household")
    con.execute(_FAMILIES)


def _read_names(con: duckdb.DuckDBPyConnection, reader: NameReader) -> None:
    """The table ``forms``: every name of both tables, made comparable once."""
    names = " UNION ".join(
        f"SELECT {column} AS name FROM {side}_given"
        for side in (INCOMING, KNOWN)
        for column in ("name", "alternative_name", "head_name")
    )
    found = con.execute(f"SELECT name FROM ({names}) WHERE name IS NOT NULL ORDER BY name").fetchall()
    forms = reader.read_all(name for (name,) in found)
    text = DataType.string()
    columns = {
        part: Array([getattr(form, part) or None for form in forms.values()], type=text)
        for part in ("written", "sound", "parts", "short")
    }
    con.register("forms_given", Table.from_pydict({"name": Array(list(forms), type=text), **columns}))
    con.execute("CREATE TABLE forms AS SELECT * FROM forms_given")


def _take(con: duckdb.DuckDBPyConnection, side: str, given: Any) -> None:
    """The table as text columns, empty texts unknown; columns that may be missing are then unknown throughout."""
    if not hasattr(given, "__arrow_c_stream__"):
        raise TsampaError(
            "linkage-input", f"a {type(given).__name__} is no table", where=side, usage=True,
            remedy="Give an object with __arrow_c_stream__, such as an Arrow table or a DuckDB relation.",
        )  # fmt: skip
    table = Table.from_arrow(given)
    names = set(table.schema.names)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise TsampaError(
            "linkage-column", f"there is no column '{missing[0]}'", where=side, usage=True,
            remedy=f"Give {', '.join(REQUIRED)}; unknown values may be null. {', '.join(OPTIONAL)} may be missing.",
        )  # fmt: skip
    chosen = ", ".join(
        f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}"
        if name in names
        else f"CAST(NULL AS VARCHAR) AS {name}"
        for name in (*REQUIRED, *OPTIONAL)
    )
    con.register(f"{side}_arrow", table)
    con.execute(f"CREATE TABLE {side}_given AS SELECT {chosen} FROM {side}_arrow")
    con.unregister(f"{side}_arrow")
    (wrong,) = con.execute(f"SELECT count(*) - count(DISTINCT id) FROM {side}_given").fetchall()[0]
    if wrong:
        raise TsampaError(
            "linkage-id", f"{wrong} rows have no id of their own", where=side,
            remedy="Give every row an id that no other row has.",
        )  # fmt: skip
