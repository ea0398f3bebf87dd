"""Villages as sheets name them, and the sheet of areas itself."""

from __future__ import annotations

import re
from collections import defaultdict

from tsampa.office.areas.models import Area
from tsampa.office.intake.cells import Row
from tsampa.office.intake.plan import Known, Plan
from tsampa.schema import Schema

__all__ = ["Places", "plan_areas", "village_label"]

_LABEL = re.compile(r"(?:.*[\s(（])?([0-9A-Za-z_.-]+)[)）]?")
_CODED = re.compile(r"(\d{6,})-\d+")


def village_label(name: str, code: str) -> str:
    """A village as drop-downs write it."""
    return f"{name} {code}"


class Places:
    """The areas of the register, found by code, by name or by both."""

    def __init__(self, known: Known, plan: Plan) -> None:
        known.read("areas", Area.objects.values_list("code", flat=True))
        self._plan, self._home = plan, known.schema.home_level
        self.known = known.rows["areas"]
        self._named: dict[str, list[str]] = defaultdict(list)
        for code, row in self.known.items():
            self._named[row["name"]].append(code)

    def village(self, row: Row) -> str | None:
        """The code of the village in the row; where it is none, the row is rejected with the reason."""
        said = row.values.get("area")
        if said is None:
            row.reject(
                "value-missing", "the cell is empty, and the row needs it", "Fill in the cell.", "area"
            )
            return None
        code = self.find(said)
        found = self._plan.now("areas", code) if code else None
        if found is None:
            many = len(self._named.get(said, [])) > 1
            row.reject(
                "area-ambiguous" if many else "area-unknown",
                f"several areas are called '{said}'" if many else f"no area '{said}' in the register",
                "Write its code.", "area",
            )  # fmt: skip
        elif found["level"] != self._home:
            row.reject("area-level", f"'{said}' is no village", "Choose the village.", "area")
        else:
            return code
        return None

    def find(self, said: str) -> str | None:
        """The code of an area written as its code, its name where only one bears it, or ``name code``."""
        if self._plan.has("areas", said):
            return said
        named = [one for one in self._named.get(said, []) if self.known[one]["level"] == self._home]
        if len(named) == 1:
            return named[0]
        label = _LABEL.fullmatch(said)
        return label[1] if label and self._plan.has("areas", label[1]) else None

    def foreign(self, code: str) -> bool:
        """Whether the code was given by an office of another county: it begins with a village that is none of ours."""
        given = _CODED.match(code)
        return bool(given) and not self._plan.has("areas", given[1]) and bool(self.known)  # type: ignore[index]


def plan_areas(plan: Plan, rows: list[Row], schema: Schema) -> None:
    """The sheet of areas: every area but the widest lies in one of a wider level, and none lies in itself."""
    seen: dict[str, Row] = {}
    for row in rows:
        code = row.values.get("code")
        if code is None:
            row.reject(
                "value-missing", "the cell is empty, and the row needs it", "Fill in the cell.", "code"
            )
        elif code in seen:
            message = f"the row says again what row {seen[code].number} says"
            row.reject("row-twice", message, "Leave one of them.", "code")
        if not row.bad and code is not None:
            seen[code] = row
            row.code = code
            plan.put("areas", code, row.values, row)
    _drop_wrong(plan, seen, schema)


def _drop_wrong(plan: Plan, rows: dict[str, Row], schema: Schema) -> None:
    order = {level: place for place, level in enumerate(schema.levels)}
    while wrong := [
        row for code, row in rows.items() if not row.bad and _reject_wrong(plan, code, row, order)
    ]:
        for row in wrong:
            plan.drop(row)


def _reject_wrong(plan: Plan, code: str, row: Row, order: dict[str, int]) -> bool:
    found = plan.now("areas", code)
    assert found is not None
    parent = found.get("parent")
    above = plan.now("areas", parent) if parent else None
    if not found.get("name") or found.get("level") not in order:
        row.reject(
            "area-level",
            "the name is empty, or the level is none of the programme's",
            "Complete the row.",
            "level",
        )
    elif _circular(plan, code):
        row.reject("areas-circular", "the area lies in itself", "Correct the area above.", "parent")
    elif (parent and above is None) or (not parent and order[found["level"]]):
        row.reject(
            "area-unknown", f"no area '{parent or ''}' in the register", "Correct the area above.", "parent"
        )
    elif above is not None and order.get(above.get("level", ""), 99) >= order[found["level"]]:
        row.reject(
            "area-level", "the area above is not of a wider level", "Correct the area above.", "parent"
        )
    return row.bad


def _circular(plan: Plan, code: str) -> bool:
    passed, at = {code}, (plan.now("areas", code) or {}).get("parent")
    while at and at not in passed:
        passed.add(at)
        at = (plan.now("areas", at) or {}).get("parent")
    return at in passed
