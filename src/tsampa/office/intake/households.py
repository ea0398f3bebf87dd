"""The sheet of households: which household each row means, and the codes of new ones."""

from __future__ import annotations

from collections import defaultdict

from tsampa.office.intake.cells import Row
from tsampa.office.intake.places import Places
from tsampa.office.intake.plan import Known, Plan
from tsampa.office.register.codes import Codes

__all__ = ["Households"]


class Households:
    """Rows of households, by the number they bear in the workbook; ``find`` says which code a cell means."""

    def __init__(self, plan: Plan, known: Known, rows: list[Row], places: Places) -> None:
        self._plan, self._known, self._rows, self._places = plan, known, rows, places
        self._refs: dict[str, Row] = {}
        self._codes: dict[str, Row] = {}
        for row in rows:
            self._name(row)

    def _name(self, row: Row) -> None:
        code, ref = row.values.get("code"), row.values.pop("ref", None)
        for said, named, column in ((code, self._codes, "code"), (ref, self._refs, "ref")):
            if said is not None and said in named:
                message = f"the row says again what row {named[said].number} says"
                row.reject("row-twice", message, "Leave one of them.", column)
            elif said is not None:
                named[said] = row
        if code is None and ref is None:
            remedy = "Write the code, or number the household in this workbook and use that number in the other sheets."
            row.reject("value-missing", "the household has neither a code nor a number", remedy, "ref")
        if not row.bad:
            self._place(row, code)

    def _place(self, row: Row, code: str | None) -> None:
        known = self._known.rows["households"].get(code) if code else None
        if known is not None and "area" not in row.values:
            return
        village = self._places.village(row)
        if village is None:
            return
        row.values["area"] = village
        if code and known is None and self._places.foreign(code):
            row.reject(
                "household-of-another-county",
                f"'{code}' is a household of another county",
                "Correct the code, or leave it empty for a new household.",
                "code",
            )

    def row(self, said: str) -> Row | None:
        """The workbook's row of the household that a cell names."""
        return self._refs.get(said) or self._codes.get(said)

    def village(self, said: str) -> str | None:
        """The village of the household that a cell names."""
        row = self.row(said)
        found = row.values.get("area") if row else None
        known = self._known.rows["households"].get(said)
        return found or (known["area"] if known else None)

    def standing(self, code: str) -> str | None:
        """The village in which the register has the household of this code."""
        known = self._known.rows["households"].get(code)
        return known["area"] if known else None

    def settle(self, homes: dict[int, set[str]], waiting: set[int]) -> None:
        """Gives each good row its household: the one it names, the one its members live in, or a new one.

        ``homes`` has, by row, the households of the register that the row's members are of; ``waiting`` rows have a member
        of whom it is not known who it is.
        """
        new: dict[str, list[Row]] = defaultdict(list)
        taken = set(self._codes)
        for row in self._rows:
            found = homes.get(id(row), set())
            row.code = row.values.get("code") or ""
            if row.bad or row.code:
                continue
            same = {one for one in found if self._known.rows["households"][one]["area"] == row.values["area"]}
            if len(same) == 1 and not same & taken:
                row.code = same.pop()
                taken.add(row.code)
            elif id(row) in waiting:
                row.waiting = True
            else:
                new[row.values["area"]].append(row)
        codes = Codes("households", new)
        for code in self._codes:
            codes.take(code)
        for village, rows in new.items():
            for row in rows:
                row.code = codes.give(village)
        for row in self._rows:
            if not row.bad and not row.waiting:
                self._plan.put("households", row.code, {**row.values, "code": row.code}, row)

    def find(self, row: Row, said: str) -> str | None:
        """The code of the household that a cell of this row names; where there is none, the row is rejected or waits."""
        source = self.row(said)
        if source is not None and source.waiting:
            row.waiting = True
        elif source is not None and source.bad:
            message = f"the row of the household '{said}' is not taken"
            row.reject("household-not-taken", message, "Correct the household's row first.", "household")
        elif source is not None:
            return source.code
        elif self._known.has("households", said):
            return said
        elif self._places.foreign(said):
            row.reject(
                "household-of-another-county",
                f"'{said}' is a household of another county",
                "Correct the code.",
                "household",
            )
        else:
            row.reject(
                "household-unknown",
                f"no household '{said}' in the register or this workbook",
                "Correct the code, or add the household.",
                "household",
            )
        return None
