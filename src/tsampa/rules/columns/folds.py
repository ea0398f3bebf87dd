"""Gathering many rows into one value in SQL: fold, pick and share, with unknown and empty as the language has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.columns.frames import Aggregate, Frame, Parts
from tsampa.rules.columns.lower import Lower
from tsampa.rules.columns.numbers import Number
from tsampa.rules.columns.sql import Sql, quoted, sql

if TYPE_CHECKING:
    from tsampa.rules.columns.plan import Planner

__all__ = ["Folds"]

TRUE = Sql("TRUE", nullable=False)


class Folds:
    """Writes folds, picks and shares for a planner."""

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

    # shares

    def share(self, home: Frame, node: n.Share) -> Number:
        """The parts of a pool: floors first, then one unit each to the largest remainders, ties by key.

        Only rows with some weight can get a part, so only they are put in order; often they are few.
        """
        there = self.planner.frame(home.entity, self.planner.rounds.of(node) - 1)
        lower = self.planner.lower(there)
        digits = self.planner.shapes.of(node.pool).digits
        assert digits is not None
        whole = lower.numbers.scaled(lower.number(node.pool), digits)
        pool, weight = there.named(whole.num), there.named(lower.number(node.by).num)
        above = self.planner.bases.link_column(home.entity, node.pool.link)
        parts = self._parts(home, there, above, pool, weight)
        home.aggregates.append(parts)
        unknown = [f"{pool.text} IS NULL"] if pool.nullable else []
        refs = pool.refs
        if weight.nullable:
            missing = self._missing(home, there, above, weight)
            unknown, refs = [*unknown, f"COALESCE({missing.text}, 0) > 0"], refs | missing.refs
        part = f"COALESCE({parts.name}.part, 0)"
        if whole.fits and not whole.wide:
            part = f"CAST({part} AS {lower.dialect.narrow})"
        value = self.planner.crossed(home, part, False)
        if unknown:
            value = Sql(
                f"CASE WHEN {' OR '.join(unknown)} THEN NULL ELSE {value.text} END", refs | value.refs
            )
        return Number(value, digits, None, 0, whole.high, not (whole.fits and not whole.wide))

    def _missing(self, home: Frame, there: Frame, above: str, weight: Sql) -> Sql:
        """How many rows that share the pool have no known weight: while there are any, nobody's part is known."""
        name = f"g{len(home.aggregates)}"
        home.aggregates.append(Aggregate(there, above, name, beside=above))
        column = home.aggregates[-1].column(f"COUNT(*) - COUNT({weight.text})", weight.refs)
        return self.planner.crossed(home, column.text, True)

    def _parts(self, home: Frame, there: Frame, above: str, pool: Sql, weight: Sql) -> Parts:
        dialect, key, group = self.planner.dialect, quoted(there.key), quoted(above)
        over = f"OVER (PARTITION BY {group})"
        base = dialect.divide(Sql("(pool * weight)"), Sql("total")).text
        weighed = (
            f"SELECT {key} AS k, {group}, CAST({pool.text} AS {dialect.wide}) AS pool, CAST({weight.text} AS {dialect.wide}) AS weight"
            f" FROM {there.name} WHERE {weight.text} > 0 AND {pool.text} IS NOT NULL"
        )
        total = f"SELECT k, {group}, pool, weight, SUM(weight) {over} AS total FROM ({weighed}) AS w"
        floors = f"SELECT k, {group}, pool, weight, total, {base} AS base FROM ({total}) AS w"
        rests = (
            f"SELECT k, {group}, base, pool * weight - base * total AS rest, pool - SUM(base) {over} AS remaining"
            f" FROM ({floors}) AS w"
        )
        text = (
            f"SELECT k, base + CASE WHEN ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY rest DESC, k ASC) <= remaining"
            f" THEN 1 ELSE 0 END AS part FROM ({rests}) AS w"
        )
        refs = {above, *pool.refs, *weight.refs}
        return Parts(there, there.key, f"g{len(home.aggregates)}", refs=refs, text=text)


def _keep(where: Sql | None) -> str:
    """The aggregate takes only the rows that are in."""
    return f" FILTER (WHERE {where.text})" if where is not None else ""
