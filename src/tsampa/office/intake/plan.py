"""A plan: every row of the register that a workbook would add or change, with what stood there before.

It is made from the rows and from what the register knows of them, both read in bulk; nothing is written.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tsampa.documents import canonical_json
from tsampa.office.intake.cells import Row
from tsampa.office.register.columns import read_codes, read_rows
from tsampa.schema import Schema

__all__ = ["Known", "Plan", "Planned", "fingerprint"]

Values = dict[str, Any]


@dataclass(slots=True)
class Planned:
    """A row of the register to be. ``before`` and ``after`` have the columns that change (all, where it is new).

    ``stood`` is the fingerprint of the whole row as it stood when the plan was made, empty where it is new.
    """

    table: str
    code: str
    kind: str
    before: Values
    after: Values
    stood: str = ""
    row: Row | None = None


def fingerprint(row: Values) -> str:
    """A hash of a row as it stands, to see later whether it still does."""
    return hashlib.sha256(canonical_json(row)).hexdigest()[:32]


@dataclass
class Known:
    """What the register holds of the rows that matter here: by table and code, and by their household or person.

    ``there`` are codes that rows bear which were only looked for, and not read.
    """

    schema: Schema
    rows: dict[str, dict[str, Values]] = field(default_factory=lambda: defaultdict(dict))
    owned: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    there: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def read(self, table: str, keys: Iterable[str], by: str = "") -> None:
        """Reads the rows with these keys, or whose column ``by`` is one of them."""
        declared = self.schema.by_name[table]
        wanted = set(keys) if by else set(keys) - set(self.rows[table])
        if by:
            owned = self.owned.setdefault((table, by), {})
            wanted -= set(owned)
            owned |= {one: [] for one in wanted}
        for row in read_rows(declared, wanted, by):
            self.rows[table][row[declared.key]] = row
            if by:
                owned[row[by]].append(row[declared.key])

    def look(self, table: str, codes: Iterable[str]) -> None:
        """Finds which of the codes rows of the register bear: enough for what only leads to them."""
        wanted = set(codes) - self._asked[table] - set(self.rows[table])
        self._asked[table] |= wanted
        self.there[table] |= read_codes(self.schema.by_name[table], wanted)

    def has(self, table: str, code: str) -> bool:
        """Whether the register has a row of this code, if it was read or looked for."""
        return code in self.there[table] or code in self.rows[table]

    def of(self, table: str, by: str, owner: str) -> list[Values]:
        """The rows of this owner that were read with ``by``."""
        return [self.rows[table][code] for code in self.owned.get((table, by), {}).get(owner, [])]


class Plan:
    """Collects what would change. ``put`` says what a row wants; ``drop`` takes back all that a row wanted."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._planned: dict[str, dict[str, Planned]] = defaultdict(dict)
        self._by_row: dict[int, list[Planned]] = defaultdict(list)
        self.dropped: set[tuple[str, str]] = set()

    def put(self, table: str, code: str, says: Values, row: Row | None) -> None:
        """The row of this code is to say this; what it does not speak of stays."""
        stands = self.known.rows[table].get(code)
        found = self._planned[table].get(code)
        if found is None:
            found = Planned(table, code, "new", {}, {}, row=row)
            self._planned[table][code] = found
            if row is not None:
                self._by_row[id(row)].append(found)
        if stands is None:
            found.after |= {name: value for name, value in says.items() if value is not None}
            return
        for name, value in says.items():
            if stands.get(name) != value:
                found.before[name], found.after[name] = stands.get(name), value
            else:
                found.before.pop(name, None), found.after.pop(name, None)
        found.kind = "changed" if found.after else "unchanged"
        found.stood = fingerprint(stands)

    def drop(self, row: Row) -> None:
        """Takes back what this row wanted."""
        for one in self._by_row.pop(id(row), ()):
            self._planned[one.table].pop(one.code, None)
            self.dropped.add((one.table, one.code))

    def now(self, table: str, code: str) -> Values | None:
        """The row as it will stand, None where there will be none."""
        stands, found = self.known.rows[table].get(code), self._planned[table].get(code)
        if stands is None and found is None:
            return None
        return {**(stands or {self.known.schema.by_name[table].key: code}), **(found.after if found else {})}

    def has(self, table: str, code: str) -> bool:
        """Whether there will be a row of this code."""
        return self.known.has(table, code) or code in self._planned[table]

    def source(self, table: str, code: str) -> Row | None:
        """The row of the workbook that wants this, None where none does."""
        found = self._planned[table].get(code)
        return found.row if found else None

    def planned(self, table: str) -> list[Planned]:
        """What is planned of a table, in the order in which it was put."""
        return list(self._planned[table].values())

    def __iter__(self) -> Iterator[Planned]:
        for table in self.known.schema.tables:
            yield from self._planned[table.name].values()

    def counts(self) -> dict[str, dict[str, int]]:
        """How many rows of each table are new, changed and unchanged."""
        found = {
            name: Counter(one.kind for one in rows.values()) for name, rows in self._planned.items() if rows
        }
        return {
            name: {kind: counted.get(kind, 0) for kind in ("new", "changed", "unchanged")}
            for name, counted in found.items()
        }
