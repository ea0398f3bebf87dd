"""Why many rows give what they give: which member, which check; never the rows of other households."""

from __future__ import annotations

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim, Asking
from tsampa.rules.explain.result import Reason
from tsampa.rules.reference import Answer
from tsampa.rules.reference.arithmetic import both
from tsampa.rules.reference.arithmetic import opposite as negation
from tsampa.schema import Kind

__all__ = ["Many"]

SHOWN_ROWS = 3


class Many(Asking):
    """Reasons for folds and picks."""

    def _fold(self, node: n.Fold, key: str, aim: Aim, depth: int) -> list[Reason]:
        if node.how in ("any", "all"):
            return self._quantified(node, key, aim, depth)
        value, rows = self.at(node, key), self.reference.nodes.rows(node.rows, key)
        if node.how in ("min", "max") and not rows:
            return self._no_rows(node.rows, key, aim)
        deciding = [row for row in rows if value is not None or self._unknown_in(node, *row)]
        if node.how == "count" and node.term is not None and value is not None:
            deciding = [row for row in rows if self.at(node.term, row[0])]
        if node.how in ("min", "max") and value is not None and node.term is not None:
            deciding = [row for row in rows if self.at(node.term, row[0]) == value][:1]
        return self._rows_told(node, deciding, "known" if value is None else "none", depth)

    def _unknown_in(self, node: n.Fold, key: str, held: bool | None) -> bool:
        if held is None:
            return node.how != "count" or node.term is None or self.at(node.term, key) is not False
        return node.term is not None and self.at(node.term, key) is None

    def _quantified(self, node: n.Fold, key: str, aim: Aim, depth: int) -> list[Reason]:
        """The rows that decide an any or all: which member, which check."""
        assert node.term is not None
        value, rows = self.at(node, key), self.reference.nodes.rows(node.rows, key)
        if node.how == "any" and isinstance(node.term, n.Literal):
            return self._existence(node, key, value, rows, aim, depth)
        if not rows:
            return [Reason(self.phrase("none_of", rows=self.speak.say(node.rows)))]
        if value is (node.how == "all"):  # nothing decides alone: every row was needed
            if value is True:
                return [Reason(self.phrase("all_rows", says=self.speak.say(node), many=len(rows)))]
            return self._rows_told(node, rows, aim, depth)
        wanted = [row for row in rows if self._decides(node, *row) is value]
        return self._rows_told(node, wanted, aim if value is not None else "known", depth)

    def _decides(self, node: n.Fold, key: str, held: bool | None) -> bool | None:
        """What the row contributes: (where and term) to an any, (not where, or term) to an all."""
        assert node.term is not None
        term = self.at(node.term, key)
        assert term is None or isinstance(term, bool)
        return both(held, term) if node.how == "any" else negation(both(held, negation(term)))

    def _existence(
        self, node: n.Fold, key: str, value: Answer, rows: list[tuple[str, bool | None]], aim: Aim, depth: int
    ) -> list[Reason]:
        if value is False:
            return self._no_rows(node.rows, key, aim)
        found = [row for row in rows if row[1] is value]
        return self._rows_told(
            node, found[:1] if value else found, "known" if value is None else "none", depth
        )

    def _no_rows(self, rows: n.Rows, key: str, aim: Aim) -> list[Reason]:
        said = self.speak.say(rows)
        if aim in ("true", "known", "other"):
            self.change(aim, "needs_rows", (rows.parent, key), rows=self.speak.one_row(rows))
        return [Reason(self.phrase("none_of", rows=said))]

    def _rows_told(
        self, node: n.Fold, rows: list[tuple[str, bool | None]], aim: Aim, depth: int
    ) -> list[Reason]:
        """A line for each row with why it counts; rows of other households are only counted."""
        entity = node.rows.entity
        if not self.naming.own(node.rows):
            return [Reason(self.phrase("others", rows=self.speak.say(node.rows), many=len(rows)))]
        found = [self._row_told(node, entity, *row, aim, depth) for row in rows[:SHOWN_ROWS]]
        for row in rows[SHOWN_ROWS:]:  # not shown, but what would change them still counts
            self._row_told(node, entity, *row, aim, depth)
        if len(rows) > SHOWN_ROWS:
            found.append(Reason(self.phrase("row_more", many=len(rows) - SHOWN_ROWS)))
        return found

    def _row_told(
        self, node: n.Fold, entity: str, key: str, held: bool | None, aim: Aim, depth: int
    ) -> Reason:
        name, term, where = self.naming.row(entity, key), node.term, node.rows.where
        with self.telling_of(entity, key):
            if held is None and where is not None:
                return Reason(name, because=tuple(self.why(where, key, "known", depth + 1)))
            if term is None or isinstance(term, n.Literal):
                return Reason(name)
            if self.reference.shapes.of(term).kind is Kind.BOOL or self.at(term, key) is None:
                return Reason(name, because=tuple(self.why(term, key, aim, depth + 1)))
            below = [] if self._is_column(term) else self.why(term, key, "none", depth + 1)
        value = self.naming.say(self.at(term, key), term)
        return Reason(self.phrase("whose", who=name, says=value), because=tuple(below))

    def _pick(self, node: n.Pick, key: str, aim: Aim, depth: int) -> list[Reason]:
        taken = self.reference.nodes.picked(node, key)
        if taken is not None and self._is_column(node.term):
            return self.why(node.term, taken, aim, depth)
        if taken is not None:
            says = self.phrase("taken", row=self.naming.row(node.rows.entity, taken))
            return [Reason(says, because=tuple(self.why(node.term, taken, aim, depth + 1)))]
        rows = self.reference.nodes.rows(node.rows, key)
        if not rows:
            return self._no_rows(node.rows, key, "known" if aim != "none" else "none")
        says = self.phrase("unclear_row", rows=self.speak.say(node.rows))
        unclear = [(one, node.rows.where if held is None else node.by) for one, held in rows]
        below = [r for one, tree in unclear if tree is not None and self.at(tree, one) is None
                 for r in self.why(tree, one, "known", depth + 1)]  # fmt: skip
        return [Reason(says, because=tuple(below))]

    def _is_column(self, node: n.Node) -> bool:
        """Whether it is just a registered value."""
        return isinstance(node, n.Value) and (node.entity, node.name) not in self.reference.formulas
