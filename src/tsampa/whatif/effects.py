"""Two assessments of one snapshot compared as a reform: gainers, losers and sums of each variable, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from tsampa.assessment import Assessment
from tsampa.errors import TsampaError
from tsampa.figures import FigureValue, compute_figures, find_area, read_areas
from tsampa.rules.rulebook import Name
from tsampa.schema import Kind, from_minor
from tsampa.snapshot.sql import connect, quote, word_list

__all__ = ["Effect", "FigureEffect", "WhatIf", "compare_reform"]


@dataclass(frozen=True)
class Effect:
    """What the reform does to one variable among some households; unknown is neither a gain nor a loss.

    ``gain`` counts those whose number rises or who become true, ``lose`` the opposite. ``before`` and ``after`` are sums of
    known numbers, or how many are true.
    """

    variable: str
    unit: str
    area: str
    kind: str
    households: int
    gain: int
    lose: int
    unknown: int
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """After less before: of a benefit, what the reform costs."""
        return self.after - self.before

    def to_dict(self) -> dict[str, Any]:
        """The effect as ``--json`` prints it; numbers as texts, exact."""
        own = {
            name: str(value) if isinstance(value, Decimal) else value for name, value in vars(self).items()
        }
        return own | {"change": str(self.change)}


@dataclass(frozen=True)
class FigureEffect:
    """A figure before and after."""

    before: FigureValue
    after: FigureValue

    def to_dict(self) -> dict[str, Any]:
        """The figure as ``--json`` prints it."""
        return {
            "id": self.before.id,
            "area": self.before.area,
            "unit": self.before.unit,
            "before": self.before.text,
            "after": self.after.text,
        }


@dataclass(frozen=True)
class WhatIf:
    """What a reform does: to everybody, area by area, kind by kind, and to the figures that it changes."""

    total: list[Effect]
    areas: list[Effect]
    kinds: list[Effect]
    figures: list[FigureEffect]

    def to_dict(self) -> dict[str, Any]:
        """The whole as ``--json`` prints it."""
        return {name: [one.to_dict() for one in own] for name, own in vars(self).items()}


def compare_reform(
    before: Assessment, after: Assessment, *, level: str | None = None, by: str | None = None, area: str | None = None
) -> WhatIf:  # fmt: skip
    """What changed from one assessment to another of the same snapshot and day, everywhere or in one area.

    Raises TsampaError ``area-unknown`` and ``whatif-snapshot`` where they are of different ones, ``whatif-level``, ``whatif-kind``.
    """
    if (before.manifest.snapshot_id, before.day) != (after.manifest.snapshot_id, after.day):
        raise TsampaError(
            "whatif-snapshot",
            "the two are of different snapshots or days",
            remedy="Compare what was made of the same one.",
            usage=True,
        )
    level = _known_level(before, level)
    _require_kind(before, by)
    with connect() as con:
        _load(con, before, after, level, by, None if area is None else _villages(before, area))
        names = [name for name in _comparable(before, after) if _changed(con, name[1])]
        total = [one for name in names for one in _effects(con, before, name, "''", "''")]
        areas = [
            one
            for name in names
            for one in _effects(con, before, name, "place", "''")
            if one.gain or one.lose
        ]
        kinds = [one for name in names for one in _effects(con, before, name, "''", "kind")] if by else []
    return WhatIf(total, areas, kinds, _figures(before, after, area))


def _known_level(assessment: Assessment, level: str | None) -> str:
    levels = list(assessment.rulebook.schema.levels)
    if level is None:
        return levels[-2] if len(levels) > 1 else levels[-1]
    if level not in levels:
        raise TsampaError(
            "whatif-level",
            f"there is no level '{level}'",
            remedy=f"Use one of {', '.join(levels)}.",
            usage=True,
        )
    return level


def _require_kind(assessment: Assessment, by: str | None) -> None:
    if by is None:
        return
    kinds = [
        name for entity, name in sorted(assessment.given)
        if entity == "household" and assessment.shapes.variable((entity, name)).kind in (Kind.BOOL, Kind.TEXT)
    ]  # fmt: skip
    if by not in kinds:
        raise TsampaError(
            "whatif-kind",
            f"'{by}' does not tell kinds of households apart",
            remedy=f"Use one of {', '.join(kinds)}.",
            usage=True,
        )


def _load(
    con: duckdb.DuckDBPyConnection, before: Assessment, after: Assessment, level: str, by: str | None, inside: list[str] | None
) -> None:  # fmt: skip
    """The households of both side by side, with their area of the level and their kind before the reform; those ``inside`` only."""
    con.execute("CREATE TEMP TABLE places (village VARCHAR, place VARCHAR)")
    con.executemany("INSERT INTO places VALUES (?, ?)", _places(before, level))
    con.execute(f"CREATE TEMP VIEW b AS SELECT * FROM {before.sources().results['household']}")
    con.execute(f"CREATE TEMP TABLE a AS SELECT * FROM {after.sources().results['household']}")
    kind = f"coalesce(CAST(b.{quote(by)} AS VARCHAR), '?')" if by else "''"
    con.execute(
        f"CREATE TEMP TABLE homes AS SELECT b.code, coalesce(p.place, '') AS place, {kind} AS kind"
        " FROM b LEFT JOIN places p ON p.village = b.area"
        + ("" if inside is None else f" WHERE b.area IN {word_list(inside)}")
    )


def _villages(assessment: Assessment, code: str) -> list[str]:
    """The area itself and all areas below it."""
    areas = read_areas(assessment)
    found = {find_area(areas, code, str(assessment.path)).code}
    while more := {one.code for one in areas.values() if one.parent in found} - found:
        found |= more
    return sorted(found)


def _places(assessment: Assessment, level: str) -> list[tuple[str, str]]:
    areas, found = read_areas(assessment), []
    for one in areas.values():
        above: Any = one
        while above is not None and above.level != level:
            above = areas.get(above.parent) if above.parent else None
        if above is not None:
            found.append((one.code, f"{above.name} ({above.code})"))
    return found or [("", "")]


def _comparable(before: Assessment, after: Assessment) -> list[Name]:
    """Numbers and truths of households that both have in the same unit; a quotient is compared through what it is made of."""
    both = sorted(before.given & after.given)
    return [
        name
        for name in both
        if name[0] == "household" and _alike(before, name) == _alike(after, name) is not None
    ]


def _alike(assessment: Assessment, name: Name) -> tuple[Kind, str, int | None] | None:
    shape = assessment.shapes.variable(name)
    if shape.kind is Kind.BOOL:
        return Kind.BOOL, "", None
    if not shape.is_number or shape.digits is None:
        return None
    return (
        Kind.NUMBER,
        assessment.formulas[name].unit,
        assessment.shapes.declared(assessment.formulas[name]).digits,
    )


def _changed(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    column = quote(name)
    query = f"SELECT count(*) FROM homes JOIN b USING (code) JOIN a USING (code) WHERE b.{column} IS DISTINCT FROM a.{column}"
    return bool(con.execute(query).fetchall()[0][0])


def _effects(
    con: duckdb.DuckDBPyConnection, assessment: Assessment, name: Name, area: str, kind: str
) -> list[Effect]:
    """The variable's effect for each value of the two groupings, in their order."""
    column, alike = quote(name[1]), _alike(assessment, name)
    assert alike is not None
    old, new = f"CAST(b.{column} AS HUGEINT)", f"CAST(a.{column} AS HUGEINT)"
    query = (
        f"SELECT {area} AS area, {kind} AS kind, count(*), count(*) FILTER (WHERE {new} > {old}), count(*) FILTER (WHERE {new} < {old}),"
        f" count(*) FILTER (WHERE {new} IS NULL OR {old} IS NULL), coalesce(sum({old}), 0), coalesce(sum({new}), 0)"
        " FROM homes JOIN b USING (code) JOIN a USING (code) GROUP BY ALL ORDER BY ALL"
    )
    digits = alike[2] or 0
    sums = [
        (row, from_minor(int(row[6]), digits), from_minor(int(row[7]), digits))
        for row in con.execute(query).fetchall()
    ]
    return [
        Effect(name[1], alike[1], row[0], row[1], row[2], row[3], row[4], row[5], before, after)
        for row, before, after in sums
    ]


def _figures(before: Assessment, after: Assessment, area: str | None) -> list[FigureEffect]:
    """The figures that are not the same any more, measures among them."""
    ids = sorted(before.rulebook.figures.keys() & after.rulebook.figures.keys())
    if not ids:
        return []
    old = {(one.id, one.area): one for one in compute_figures(before, area=area, ids=ids)}
    pairs = [(old.get((one.id, one.area)), one) for one in compute_figures(after, area=area, ids=ids)]
    return [FigureEffect(one, other) for one, other in pairs if one is not None and one.text != other.text]
