"""The sheet of persons: who each row is, and the membership it speaks of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from tsampa.office.intake.cells import Row
from tsampa.office.intake.households import Households
from tsampa.office.intake.linking import Decided, Proposal, Someone, propose, row_key
from tsampa.office.intake.plan import Known, Plan
from tsampa.office.intake.spans import colliding, ends_before_it_begins
from tsampa.office.register.codes import Codes
from tsampa.office.register.columns import read_rows

__all__ = ["Persons"]

Read = Callable[[], list[Someone]]
"""Gives the register's persons as linkage sees them; called only where some row needs it."""


class Persons:
    """Rows of persons, by the number they bear in the workbook, by code and by identity number."""

    def __init__(self, plan: Plan, known: Known, rows: list[Row], households: Households) -> None:
        self._plan, self._known, self._rows, self._households = plan, known, rows, households
        self._named: dict[str, dict[str, Row]] = {"ref": {}, "code": {}, "identity_hash": {}}
        self._by_hash = {
            row["identity_hash"]: code
            for code, row in known.rows["persons"].items()
            if row.get("identity_hash")
        }
        self.doubts: dict[int, Proposal] = {}
        self.keys: dict[int, str] = {}
        members = known.schema.by_name["memberships"].by_name
        self._joined = [name for name in members if name not in ("code", "person")]
        for row in rows:
            self._name(row)

    def _name(self, row: Row) -> None:
        ref = row.values.pop("ref", None)
        said = {"ref": ref, "code": row.values.get("code"), "identity_hash": row.values.get("identity_hash")}
        for name, value in said.items():
            named = self._named[name]
            if value is not None and value in named:
                message = f"the row says again what row {named[value].number} says"
                row.reject(
                    "row-twice",
                    message,
                    "Leave one of them.",
                    "identity" if name == "identity_hash" else name,
                )
            elif value is not None:
                named[value] = row

    def match(self, decided: Decided, read: Read) -> None:
        """Gives a code to each row whose person the register knows; doubtful ones wait."""
        open_rows: list[Row] = []
        known: dict[str, Row] = {}
        for row in self._rows:
            if row.bad:
                continue
            row.code = self._certain(row)
            if row.code and not row.bad and known.setdefault(row.code, row) is not row:
                # Named once by the code and once by the identity number.
                message = f"the row says again what row {known[row.code].number} says"
                row.reject("row-twice", message, "Leave one of them.", "code")
            elif not row.code and not row.bad:
                open_rows.append(row)
        someone = [self._someone(row) for row in open_rows if row.values.get("name")]
        times: Counter[str] = Counter()
        ids: dict[int, str] = {}
        for row, one in zip([one for one in open_rows if one.values.get("name")], someone, strict=True):
            first = row_key(one._asdict(), 0)
            ids[id(row)] = row_key(one._asdict(), times[first])
            times[first] += 1
        self._link(open_rows, someone, ids, decided, read)

    def _certain(self, row: Row) -> str:
        code, hashed = row.values.get("code"), row.values.get("identity_hash")
        owner = self._by_hash.get(hashed) if hashed else None
        if code and owner and owner != code:
            row.reject(
                "identity-of-another",
                "the identity number is another person's in the register",
                "Compare both with the identity card.",
                "identity",
            )
        return code or owner or ""

    def _someone(self, row: Row) -> Someone:
        values, said = row.values, row.values.get("household")
        return Someone(
            "", values["name"], values.get("other_name"), values.get("birth_date"), values.get("sex"),
            self._households.village(said) if said else None, said, values.get("relationship"), values.get("identity_hash"),
        )  # fmt: skip

    def _link(
        self, rows: list[Row], someone: list[Someone], ids: dict[int, str], decided: Decided, read: Read
    ) -> None:
        if not someone:
            return
        incoming = [one._replace(id=key) for one, key in zip(someone, ids.values(), strict=True)]
        proposals = propose(incoming, read(), decided)
        taken = {row.code for row in self._rows if row.code}
        found: dict[int, str] = {}
        for row in rows:
            proposal = proposals.get(ids.get(id(row), ""))
            if proposal is None or proposal.outcome == "new":
                continue
            person = proposal.candidates[0].person
            if proposal.outcome == "matched" and person not in taken:
                found[id(row)] = row.code = person
                taken.add(person)
            else:
                row.waiting = True
                self.doubts[id(row)], self.keys[id(row)] = proposal, ids[id(row)]
        known = {row["code"]: row for row in read_rows(self._known.schema.by_name["persons"], found.values())}
        self._known.rows["persons"] |= known

    def homes(self) -> tuple[dict[int, set[str]], set[int]]:
        """By row of a household: the register's households its members are of; and the rows with a member in doubt."""
        matched = [row.code for row in self._rows if row.code]
        self._known.read("memberships", matched, by="person")
        self._known.read(
            "households", [one["household"] for code in matched for one in self._memberships(code)]
        )
        homes: dict[int, set[str]] = defaultdict(set)
        waiting: set[int] = set()
        for row in self._rows:
            home = self._households.row(row.values.get("household") or "")
            if home is not None and row.waiting:
                waiting.add(id(home))
            elif home is not None and row.code:
                homes[id(home)] |= {
                    one["household"] for one in self._memberships(row.code) if not one.get("until")
                }
        return homes, waiting

    def _memberships(self, person: str) -> list[dict[str, Any]]:
        return self._known.of("memberships", "person", person)

    def settle(self) -> None:
        """Plans each good row's person and membership; new persons get codes by their households."""
        homes = {id(row): self._home(row) for row in self._rows if not row.bad}
        good = [row for row in self._rows if not row.bad and not row.waiting]
        new = [row for row in good if not row.code]
        codes = Codes("persons", {homes[id(row)] for row in new if homes[id(row)]})  # type: ignore[misc]
        for code in self._named["code"]:
            codes.take(code)
        for row in good:
            home = homes[id(row)]
            if not row.code and home:
                row.code = codes.give(home)
            if not self._complete(row, home):
                continue
            own = {name: value for name, value in row.values.items() if name not in self._joined}
            self._plan.put("persons", row.code, {**own, "code": row.code}, row)
        planned = [row for row in good if not row.bad]
        for row in planned:
            if not homes[id(row)]:
                # Their memberships stay as they stand, and were read with those of all others.
                self._check_birth(row, self._memberships(row.code))
                if row.bad:
                    self._plan.drop(row)
        self._join([row for row in planned if homes[id(row)]], homes)

    def _home(self, row: Row) -> str | None:
        said = row.values.get("household")
        return self._households.find(row, said) if said is not None else None

    def _complete(self, row: Row, home: str | None) -> bool:
        known = self._known.rows["persons"].get(row.code)
        missing = [] if known else [name for name in ("name", "household") if not row.values.get(name)]
        if missing:
            row.reject(
                "value-missing", "the cell is empty, and the row needs it", "Fill in the cell.", missing[0]
            )
        return not row.bad

    def _join(self, rows: list[Row], homes: dict[int, str | None]) -> None:
        codes = Codes("memberships", {row.code for row in rows if self._known.has("persons", row.code)})
        for row in rows:
            home = homes[id(row)]
            assert home is not None
            says = {name: row.values[name] for name in self._joined if name in row.values} | {
                "household": home
            }
            stands = self._memberships(row.code)
            current = next((one for one in stands if not one.get("until")), None) or self._same_span(
                stands, says
            )
            if current is not None and current["household"] == home:
                self._put(row, stands, {**current, **says}, current["code"], says)
            else:
                self._move(row, stands, current, {**says, "person": row.code}, codes)

    def _same_span(self, stands: list[dict[str, Any]], says: dict[str, Any]) -> dict[str, Any] | None:
        return next(
            (
                one
                for one in stands
                if (one["household"], one["since"]) == (says["household"], says.get("since"))
            ),
            None,
        )

    def _move(
        self,
        row: Row,
        stands: list[dict[str, Any]],
        current: dict[str, Any] | None,
        says: dict[str, Any],
        codes: Codes,
    ) -> None:
        """A new membership; the one in force ends where this one begins."""
        if says.get("since") is None:
            row.reject(
                "value-missing", "the cell is empty, and the row needs it", "Fill in the cell.", "since"
            )
            self._plan.drop(row)
            return
        closed = {**current, "until": says["since"]} if current and not current.get("until") else None
        if closed and ends_before_it_begins(closed):
            row.reject(
                "membership-overlaps",
                "the person is of another household at that time",
                "Correct the day, or end that membership first.",
                "since",
            )
            self._plan.drop(row)
            return
        code = codes.give(row.code)
        others = [closed if closed and one["code"] == closed["code"] else one for one in stands]
        if (
            self._put(
                row, [*others, {**says, "code": code}], {**says, "code": code}, code, {**says, "code": code}
            )
            and closed
        ):
            self._plan.put("memberships", closed["code"], {"until": closed["until"]}, row)

    def _put(
        self, row: Row, stands: list[dict[str, Any]], whole: dict[str, Any], code: str, says: dict[str, Any]
    ) -> bool:
        after = [whole if one["code"] == code else one for one in stands]
        if ends_before_it_begins(whole):
            row.reject(
                "until-before-since",
                "the membership ends before it begins",
                "Correct one of the days.",
                "until",
            )
        elif colliding(after):
            row.reject(
                "membership-overlaps",
                "the person is of another household at that time",
                "Correct the day, or end that membership first.",
                "since",
            )
        else:
            self._check_birth(row, after)
        if row.bad:
            self._plan.drop(row)
            return False
        self._plan.put("memberships", code, says, row)
        return True

    def _check_birth(self, row: Row, memberships: list[dict[str, Any]]) -> None:
        """Nobody is of a household before being born, whether the row says the birth or the membership anew."""
        born = (self._plan.now("persons", row.code) or {}).get("birth_date")
        if born and any(one["since"] < born for one in memberships):
            row.reject(
                "member-not-born",
                "the person would be of a household before being born",
                "Correct the date of birth, or the day the membership begins.",
                "since" if row.values.get("since") else "birth_date",
            )

    def check_heads(self) -> None:
        """No household has two heads at once; the rows that would make it so are rejected, till none is left."""
        self._known.read("memberships", {str(one.after.get("household") or "") for one in self._plan.planned("memberships")} | {
            self._known.rows["memberships"][one.code]["household"] for one in self._plan.planned("memberships") if one.stood
        } - {""}, by="household")  # fmt: skip
        while self._reject_heads():
            pass

    def _reject_heads(self) -> bool:
        heads: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        standing = (
            code for codes in self._known.owned[("memberships", "household")].values() for code in codes
        )
        for code in {*standing, *(one.code for one in self._plan.planned("memberships"))}:
            found = self._plan.now("memberships", code)
            if found is not None and found.get("relationship") == "head":
                heads[found["household"]][code] = found
        wrong = [code for of in heads.values() if len(of) > 1 for code in colliding(of.values())]
        rows = {
            id(row): row
            for row in (self._plan.source("memberships", code) for code in wrong)
            if row is not None
        }
        for row in rows.values():
            row.reject(
                "two-heads",
                "the household would have two heads at once",
                "Leave one head; give the other the relationship to the head.",
                "relationship",
            )
            self._plan.drop(row)
        return bool(rows)

    def find(self, row: Row, said: str, hashed: str | None) -> str | None:
        """The code of the person that a cell of this row names, by code, number in the workbook or identity number."""
        source = self._named["ref"].get(said) or self._named["code"].get(said)
        if source is None and hashed:
            source = self._named["identity_hash"].get(hashed)
        if source is not None and source.waiting:
            row.waiting = True
        elif source is not None and source.bad:
            row.reject(
                "person-not-taken",
                "the person's row is not taken",
                "Correct the person's row first.",
                "person",
            )
        elif source is not None:
            return source.code
        else:
            code = said if self._known.has("persons", said) else self._by_hash.get(hashed or "")
            if code:
                return code
            row.reject(
                "person-unknown",
                "no such person in the register or this workbook",
                "Correct the code, or add the person.",
                "person",
            )
        return None
