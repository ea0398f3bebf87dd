"""Gathering many rows into one value in SQL: fold and pick, with unknown and empty as the language has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.columns.frames import Aggregate, Frame
from tsampa.rules.columns.lower import Lower
from tsampa.rules.columns.numbers import Number
from tsampa.rules.columns.sql import Sql, quoted, sql

if TYPE_CHECKING:
    from tsampa.rules.columns.plan import Planner

__all__ = ["Folds"]

TRUE = Sql("TRUE", nullable=False)


class Folds:
    """Writes folds and picks for a planner."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    def gathered(self, home: Frame, node: n.Fold | n.Pick) -> Number | Sql:
        """The column of ``home`` that holds the fold or pick."""
        there = self.planner.frame(node.rows.entity, self.planner.rounds.of(node) - 1)
        aggregate = self._aggregate(home, there, self.planner.bases.group_column(node.rows))
        lower = self.planner.lower(there)
        where = None if node.rows.where is None else there.bind(lower.plain(node.rows.where))
        if isinstance(node, n.Pick):
            return self._pick(home, aggregate, lower, node, where)
        if node.how in ("any", "all", "count"):
            return self._truths(home, aggregate, lower, node, where)
        if node.how == "distinct":
            return self._distinct(home, aggregate, lower, node, where)
        return self._numbers(home, aggregate, lower, node, where)

    def _aggregate(self, home: Frame, there: Frame, key: str) -> Aggregate:
        for one in home.aggregates:
            if one.frame is there and one.key == key:
                return one
        home.aggregates.append(Aggregate(there, key, f"g{len(home.aggregates)}"))
        return home.aggregates[-1]

    def _outer(self, home: Frame, aggregate: Aggregate, inner: Sql, empty: str) -> Sql:
        """The aggregate seen from the parent: ``empty`` where it has no rows at all."""
        column = aggregate.column(inner.text, inner.refs)
        if empty == "NULL":
            return self.planner.crossed(home, column.text, True)
        if not inner.nullable:
            return self.planner.crossed(home, f"COALESCE({column.text}, {empty})", False)
        return self.planner.crossed(
            home, f"CASE WHEN {aggregate.name}.k IS NULL THEN {empty} ELSE {column.text} END", True
        )

    # true and false

    def _truths(
        self, home: Frame, aggregate: Aggregate, lower: Lower, node: n.Fold, where: Sql | None
    ) -> Number | Sql:
        term = TRUE if node.term is None else lower.plain(node.term)
        if node.how == "all":
            seen = (
                term
                if where is None
                else sql("((NOT {}) OR {})", where, term, nullable=where.nullable or term.nullable)
            )
        else:
            seen = (
                term
                if where is None
                else where
                if term is TRUE
                else sql("({} AND {})", where, term, nullable=where.nullable or term.nullable)
            )
        if seen.refs:
            seen = lower.frame.bind(seen)
        if node.how == "count":
            return self._count(home, aggregate, seen)
        first, word = ("TRUE", "bool_or") if node.how == "any" else ("FALSE", "bool_and")
        inner = sql(f"{word}({{}})", seen, nullable=False)
        if seen.nullable:
            other = "FALSE" if node.how == "any" else "TRUE"
            inner = sql(
                f"CASE WHEN {word}({{}}) = {first} THEN {first} WHEN COUNT({{}}) = COUNT(*) THEN {other} END",
                seen,
                seen,
            )
        return self._outer(home, aggregate, inner, "FALSE" if node.how == "any" else "TRUE")

    def _count(self, home: Frame, aggregate: Aggregate, seen: Sql) -> Number:
        if seen.text == "TRUE":
            inner = Sql("COUNT(*)", nullable=False)
        elif seen.nullable:
            inner = sql("CASE WHEN COUNT({}) = COUNT(*) THEN COUNT(*) FILTER (WHERE {}) END", seen, seen)
        else:
            inner = sql("COUNT(*) FILTER (WHERE {})", seen, nullable=False)
        most = self.planner.most(aggregate.frame.entity)
        return Number(self._outer(home, aggregate, inner, "0"), 0, None, 0, most, False)

    def _distinct(
        self, home: Frame, aggregate: Aggregate, lower: Lower, node: n.Fold, where: Sql | None
    ) -> Number:
        assert node.term is not None
        term, keep = lower.frame.bind(lower.plain(node.term)), _keep(where)
        inner = self._complete(f"COUNT(DISTINCT {term.text}){keep}", where, [term], keep, possibly_null=False)
        most = self.planner.most(aggregate.frame.entity)
        return Number(self._outer(home, aggregate, inner, "0"), 0, None, 0, most, False)

    # sums and extremes

    def _numbers(
        self, home: Frame, aggregate: Aggregate, lower: Lower, node: n.Fold, where: Sql | None
    ) -> Number | Sql:
        assert node.term is not None
        keep = _keep(where)
        plain = None if lower.is_number(node.term) else lower.frame.bind(lower.plain(node.term))
        number = lower.number(node.term) if plain is None else None
        term = plain if number is None else lower.frame.bind(number.num)
        assert term is not None
        text = lower.dialect.total(term.text) if node.how == "sum" else f"{node.how.upper()}({term.text})"
        text += keep
        total = None if number is None else self._total(number, self.planner.most(aggregate.frame.entity))
        if node.how == "sum":
            text = f"COALESCE({text}, 0)" if where is not None or term.nullable else text
            text = f"CAST({text} AS {lower.dialect.narrow})" if total is not None and total.fits else text
        inner = self._complete(text, where, [term], keep, possibly_null=node.how != "sum")
        seen = self._outer(home, aggregate, inner, "0" if node.how == "sum" else "NULL")
        if number is None:
            return seen
        if node.how != "sum":
            return Number(seen, number.digits, None, number.low, number.high, number.wide)
        assert total is not None
        return replace(total, num=seen)

    def _total(self, number: Number, most: int) -> Number:
        """The bounds of a sum over so many rows at most, none of them included."""
        low = None if number.low is None else min(0, number.low * most)
        high = None if number.high is None else max(0, number.high * most)
        total = Number(number.num, number.digits, None, low, high, True)
        return replace(total, wide=not total.fits)

    def _complete(
        self, text: str, where: Sql | None, terms: list[Sql], keep: str, possibly_null: bool
    ) -> Sql:
        """The aggregate, unknown where a condition or a term of a row that is in is unknown."""
        conditions = [f"COUNT({where.text}) = COUNT(*)"] if where is not None and where.nullable else []
        conditions += [f"COUNT({term.text}){keep} = COUNT(*){keep}" for term in terms if term.nullable]
        refs = frozenset().union(*(part.refs for part in [*terms, *([where] if where else [])]))
        if conditions:
            return Sql(f"CASE WHEN {' AND '.join(conditions)} THEN {text} END", refs)
        return Sql(text, refs, possibly_null)

    # the first or last row

    def _pick(
        self, home: Frame, aggregate: Aggregate, lower: Lower, node: n.Pick, where: Sql | None
    ) -> Number | Sql:
        by = lower.number(node.by).num if lower.is_number(node.by) else lower.plain(node.by)
        by = lower.frame.bind(by)
        number = lower.number(node.term) if lower.is_number(node.term) else None
        term = lower.frame.bind(lower.plain(node.term) if number is None else number.num)
        keep = _keep(where)
        key = self.planner.bases.key(node.rows.entity)
        text = lower.dialect.pick(node.which, term, by.text, quoted(key), keep)
        inner = self._complete(text, where, [by], keep, possibly_null=True)
        inner = Sql(inner.text, inner.refs | term.refs | {key}, True)
        seen = self._outer(home, aggregate, inner, "NULL")
        return (
            seen
            if number is None
            else Number(seen, number.digits, None, number.low, number.high, number.wide)
        )


def _keep(where: Sql | None) -> str:
    """The aggregate takes only the rows that are in."""
    return f" FILTER (WHERE {where.text})" if where is not None else ""
