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
# The head's own name says nothing that the person's name has not said.
_PREPARED = """
CREATE TABLE {side} AS
WITH rows AS (SELECT *, {birth} AS birth FROM {side}_given),
heads AS (
    SELECT household, min(name) AS name FROM rows
    WHERE relationship IN ('head', '户主') AND household IS NOT NULL GROUP BY household HAVING count(*) = 1
),
joined AS (
    SELECT rows.*, coalesce(rows.head_name, heads.name) AS head
    FROM rows LEFT JOIN heads ON heads.household = rows.household
)
SELECT id AS unique_id, own.written, own.sound, own.parts, own.short, other.sound AS other_sound,
    birth AS birth_date, left(birth, 4) AS birth_year, sex, village,
    left(village, greatest(length(village) - 3, 1)) AS district, household,
    CASE WHEN relationship IN ('head', '户主') OR heading.sound = own.sound THEN 'head' ELSE relationship END AS relationship,
    CASE WHEN relationship IN ('head', '户主') OR heading.sound = own.sound THEN NULL ELSE heading.sound END AS head_sound,
    village || ' ' || (CASE WHEN relationship IN ('head', '户主') OR heading.sound = own.sound THEN NULL
        ELSE heading.sound END) AS home,
    identity_hash
FROM joined
LEFT JOIN forms AS own ON own.name = joined.name
LEFT JOIN forms AS other ON other.name = joined.alternative_name
LEFT JOIN forms AS heading ON heading.name = joined.head
ORDER BY unique_id
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
    names = " UNION ".join(
        f"SELECT {column} FROM {side}_given"
        for side in (INCOMING, KNOWN)
        for column in ("name", "alternative_name", "head_name")
    )
    found = [name for (name,) in con.execute(f"SELECT * FROM ({names}) ORDER BY ALL").fetchall() if name is not None]
    forms = reader.read_all(found)
    columns = {
        part: Array([getattr(form, part) or None for form in forms.values()], type=DataType.string())
        for part in ("written", "sound", "parts", "short")
    }
    con.register("forms_given", Table.from_pydict({"name": Array(list(forms), type=DataType.string()), **columns}))
    con.execute("CREATE TABLE forms AS SELECT * FROM forms_given")
    for side in (INCOMING, KNOWN):
        con.execute(_PREPARED.format(side=side, birth=_BIRTH))
    con.execute(f"ALTER TABLE {KNOWN} ADD COLUMN family VARCHAR")
    con.execute(f"UPDATE {KNOWN} SET family = household")
    con.execute(_FAMILIES)


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
        f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}" if name in names else f"CAST(NULL AS VARCHAR) AS {name}"
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
