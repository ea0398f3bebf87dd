"""Proposes who of a register the rows of a sheet are: found, to be asked about, or new; with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from arro3.core import Array, DataType, Table
from numpy.typing import NDArray

from tsampa.errors import TsampaError
from tsampa.linkage.comparisons import COMPARISONS
from tsampa.linkage.decide import Decided, Pairs, decide
from tsampa.linkage.model import score
from tsampa.linkage.prepare import INCOMING, KNOWN, prepare
from tsampa.linkage.reasons import reasons

__all__ = ["ACCEPT", "DOUBTFUL", "Linkage", "link_records"]

ACCEPT = 0.9
"""The probability from which a pair is accepted without asking."""
DOUBTFUL = 0.1
"""The probability of being somebody of the register from which a row that is not accepted is asked about."""
_LIKELY = 0.01
_MOST = 5

Decisions = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Linkage:
    """What is proposed for each row of a sheet.

    ``rows`` has a row for each row of the sheet: ``id``, ``outcome`` (``matched``, ``doubtful`` or ``new``), ``register_id``
    where matched, and ``probability``, that the row is somebody of the register. ``candidates`` has the pairs behind matched
    and doubtful rows, the likeliest first: ``id``, ``register_id``, ``probability``, ``matched``, ``taken_by`` (the other row
    of the sheet that this person was matched to), ``reasons_en`` and ``reasons_zh``.
    """

    rows: Table
    candidates: Table

    def counts(self) -> dict[str, int]:
        """How many rows have each outcome."""
        found = Counter(self.rows["outcome"].to_pylist())
        return {outcome: found[outcome] for outcome in ("matched", "doubtful", "new")}


def link_records(
    incoming: Any, known: Any, *, same: Decisions = (), different: Decisions = (), threads: int | None = None
) -> Linkage:
    """Links the rows of a sheet with the persons of a register; both are Arrow tables or DuckDB relations of persons.

    Columns: ``id``, ``name``, ``birth_date``, ``village``; and, as far as there are any, ``alternative_name``, ``sex``,
    ``household``, ``relationship``, ``head_name``, ``identity_hash`` (never the number itself). ``same`` and ``different`` are
    what people decided before, as pairs of a row's id and a person's; pairs of other sheets are passed over. The same input
    gives the same answer, whatever its order and however many threads there are.

    Raises TsampaError ``linkage-input``, ``linkage-column``, ``linkage-id``, ``linkage-decision``, ``extra-missing``.
    """
    decisions = _checked(list(same), list(different))
    with _connect(threads) as con:
        prepare(con, incoming, known)
        score(con)
        _number(con, decisions)
        pairs, found_same = _fetch(con)
        decided = decide(pairs, found_same, ACCEPT)
        _keep(con, pairs, decided)
        return Linkage(Table(con.sql(_ROWS)), Table(con.sql(_candidates())))


def _connect(threads: int | None) -> duckdb.DuckDBPyConnection:
    config: dict[str, Any] = {
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": "",
    }
    con = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    con.execute("SET enable_progress_bar = false")
    return con


def _checked(same: list[tuple[str, str]], different: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Decisions as rows, none against another."""
    same, different = sorted(set(same)), sorted(set(different))
    both = set(same) & set(different)
    twice = [
        one for place in (0, 1) for one, times in Counter(pair[place] for pair in same).items() if times > 1
    ]
    if both or twice:
        wrong = sorted(both)[0] if both else twice[0]
        raise TsampaError(
            "linkage-decision", f"what was decided of '{wrong if twice and not both else wrong[0]}' contradicts itself",
            remedy="Say of each pair once whether it is one person; a row is one person at most, and a person one row.",
        )  # fmt: skip
    return [(*pair, True) for pair in same] + [(*pair, False) for pair in different]


def _number(con: duckdb.DuckDBPyConnection, decisions: list[tuple[str, str, bool]]) -> None:
    """The table ``numbered``: pairs with the places of their rows, persons and households, and what was decided of them."""
    columns = list(zip(*decisions, strict=True)) or [(), (), ()]
    text = DataType.string()
    table = Table.from_pydict({
        "id": Array(list(columns[0]), type=text), "register_id": Array(list(columns[1]), type=text),
        "same": Array(list(columns[2]), type=DataType.bool()),
    })  # fmt: skip
    con.register("decisions_given", table)
    con.execute("CREATE TABLE decisions AS SELECT * FROM decisions_given")
    for side in (INCOMING, KNOWN):
        con.execute(
            f"CREATE TABLE {side}_places AS SELECT unique_id, row_number() OVER (ORDER BY unique_id) - 1 AS place,"
            " CASE WHEN household IS NULL THEN -1 ELSE dense_rank() OVER (ORDER BY household) END AS home"
            f" FROM {side}"
        )
    con.execute(_NUMBERED)


_NUMBERED = f"""
CREATE TABLE numbered AS
SELECT row_number() OVER (ORDER BY i.place, k.place) - 1 AS pair, p.* EXCLUDE (id, register_id, weight, place_weight),
    i.unique_id AS id, k.unique_id AS register_id,
    coalesce(weight, 0) AS weight, coalesce(place_weight, 0) AS place_weight,
    i.place AS row, k.place AS person, i.home AS row_home, k.home AS person_home, coalesce(d.same, false) AS same
FROM pairs p FULL JOIN (SELECT * FROM decisions) d USING (id, register_id)
JOIN {INCOMING}_places i ON i.unique_id = id
JOIN {KNOWN}_places k ON k.unique_id = register_id
WHERE coalesce(d.same, true)
ORDER BY pair
"""


def _fetch(con: duckdb.DuckDBPyConnection) -> tuple[Pairs, NDArray[np.bool_]]:
    found = con.execute(
        "SELECT row, person, weight, place_weight, row_home, person_home, same FROM numbered ORDER BY pair"
    ).fetchnumpy()
    rows, persons, homes = con.execute(
        f"SELECT (SELECT count(*) FROM {INCOMING}), count(*), count(DISTINCT coalesce(household, unique_id)) FROM {KNOWN}"
    ).fetchall()[0]
    whole = {name: found[name].astype(np.int64) for name in ("row", "person", "row_home", "person_home")}
    pairs = Pairs(
        **whole, weight=np.asarray(found["weight"], np.float64), place=np.asarray(found["place_weight"], np.float64),
        rows=rows, persons=max(persons, 1), size=max(persons, 1) / max(homes, 1),
    )  # fmt: skip
    return pairs, np.asarray(found["same"], np.bool_)


def _keep(con: duckdb.DuckDBPyConnection, pairs: Pairs, decided: Decided) -> None:
    """The table ``kept``: accepted pairs, and for rows without one the pairs that a person should see."""
    rows = int(pairs.row.max(initial=-1)) + 1
    has = np.bincount(pairs.row, decided.accepted, rows)[pairs.row] > 0
    some = np.bincount(pairs.row, decided.probability, rows)[pairs.row]
    # Of a person who was matched to another row of the sheet: not new either, but perhaps written twice.
    again = ~has & decided.taken & (decided.alone >= ACCEPT)
    asked = ~has & (some >= DOUBTFUL) & (decided.probability >= np.minimum(_LIKELY, some / _MOST))
    kept = np.flatnonzero(decided.accepted | asked | again)
    probability = np.where(again, decided.alone, decided.probability)
    con.register("kept_given", Table.from_pydict({
        "pair": Array(kept), "matched": Array(decided.accepted[kept].tolist(), type=DataType.bool()),
        "probability": Array(np.round(probability[kept], 6)), "vouched": Array(decided.vouched[kept]),
    }))  # fmt: skip
    con.execute("CREATE TABLE kept AS SELECT * FROM kept_given JOIN numbered USING (pair)")


_ROWS = f"""
SELECT i.unique_id AS id,
    CASE WHEN bool_or(matched) THEN 'matched' WHEN count(pair) > 0 THEN 'doubtful' ELSE 'new' END AS outcome,
    any_value(register_id) FILTER (WHERE matched) AS register_id,
    round(least(coalesce(list_sum(list_sort(list(probability))), 0), 1), 6) AS probability
FROM {INCOMING}_places i LEFT JOIN kept ON kept.row = i.place
GROUP BY i.unique_id, i.place ORDER BY i.place
"""


def _candidates() -> str:
    return f"""
        SELECT kept.id, kept.register_id, probability, matched, owner.id AS taken_by,
            {reasons("en", COMPARISONS)} AS reasons_en, {reasons("zh", COMPARISONS)} AS reasons_zh
        FROM kept LEFT JOIN (SELECT id, person FROM kept WHERE matched) AS owner
            ON owner.person = kept.person AND NOT kept.matched
        QUALIFY row_number() OVER (PARTITION BY row ORDER BY probability DESC, kept.person) <= {_MOST}
        ORDER BY row, probability DESC, kept.person
    """
