"""Trees in English."""

from __future__ import annotations

from fractions import Fraction

from tsampa.rules import nodes as n
from tsampa.rules.words.speaker import AND, ATOM, COMPARE, OR, PRODUCT, SENTENCE, SUM, Said, Speaker
from tsampa.schema import Kind

__all__ = ["English"]

NUMBERS = {
    "<": "is less than",
    "<=": "is at most",
    "==": "equals",
    "!=": "differs from",
    ">=": "is at least",
    ">": "is more than",
}
DATES = {
    "<": "is before",
    "<=": "is on or before",
    "==": "is",
    "!=": "is not",
    ">=": "is on or after",
    ">": "is after",
}
WORDS = {"==": "is", "!=": "is not"}
ROUNDINGS = {"down": "down", "up": "up", "half_up": "half up", "half_even": "half to even"}


class English(Speaker):
    """Says trees in English."""

    lang = "en"
    brackets = ("(", ")")

    def _literal(self, node: n.Literal) -> Said:
        if isinstance(node.value, str):
            return self.quoted(node.value), ATOM
        unit = self.shapes.of(node).unit if isinstance(node.value, Fraction) else None
        if isinstance(node.value, bool):
            return ("true" if node.value else "false"), ATOM
        return self.amount(node.value, unit), ATOM

    def _today(self, node: n.Today) -> Said:
        return ("the day" if self.day is None else self.amount(self.day, None)), ATOM

    def _parameter(self, node: n.Parameter) -> Said:
        label = self.shapes.named_parameter(node.name, node).label.en
        named = [self.key(node, place) for place in range(len(node.keys))]
        keys = [
            f"for {name}" if name else f"by {self.say(key)}"
            for name, key in zip(named, node.keys, strict=True)
        ]
        return (f"{label} ({', '.join(keys)})" if keys else label), ATOM

    def _tariff(self, node: n.Tariff) -> Said:
        label = self.shapes.named_parameter(node.name, node).label.en
        return f"the step of {label} reached by {self.say(node.x, SUM)}", SUM

    def _value(self, node: n.Value) -> Said:
        name = self.name((node.entity, node.name))
        return (self.quoted(name) if self.kind(node) is Kind.BOOL else name), ATOM

    def _up(self, node: n.Up) -> Said:
        above = self.link(node.entity, node.link)
        if isinstance(node.value, (n.Value, n.Up)):
            return f"the {above}'s {self.say(node.value)}", ATOM
        return f"for the {above}: {self.say(node.value)}", SENTENCE

    # rows

    def _rows(self, rows: n.Rows) -> Said:
        return f"{self.back(rows)}{self._which(rows)}", SENTENCE

    def _which(self, rows: n.Rows) -> str:
        return "" if rows.where is None else f" {self._relative(rows.where)}"

    def _relative(self, where: n.Node) -> str:
        """A relative clause: "whose source is wage income", "for which “registered” is true"."""
        text = self.say(where, AND)
        if isinstance(where, n.Value):
            return f"for which {text} is true"
        first = where
        while isinstance(first, n.And):
            first = first.left
        first = (
            first.left if isinstance(first, n.Compare) else first.x if isinstance(first, n.OneOf) else first
        )
        named = isinstance(first, n.Value) and text.startswith(self.say(first)) and not text.startswith("“")
        return f"{'whose' if named else 'for which'} {text}"

    def one_row(self, rows: n.Rows) -> str:
        """What one such row would be: "a check whose guarantee is safe housing"."""
        noun = "member" if rows.entity == "person" else rows.entity
        return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}{self._which(rows)}"

    def _fold(self, node: n.Fold) -> Said:
        rows = self.say(node.rows)
        if node.how == "count":
            return self._count(node), SUM
        if node.how == "any" and isinstance(node.term, n.Literal):
            return f"there are {rows}", COMPARE
        assert node.term is not None
        if node.how in ("any", "all"):
            how = "at least one of the" if node.how == "any" else "every one of the"
            return f"{self.say(node.term, COMPARE)} for {how} {rows}", COMPARE
        if node.how == "distinct":
            return f"the number of different {self.say(node.term, SUM)} over {rows}", SUM
        if node.how == "sum":
            return f"the sum of {self.say(node.term, SUM)} over {rows}", SUM
        dates = self.kind(node.term) is Kind.DATE
        least, most = ("earliest", "latest") if dates else ("least", "greatest")
        return f"the {least if node.how == 'min' else most} {self.say(node.term, SUM)} of the {rows}", SUM

    def _count(self, node: n.Fold) -> str:
        text = f"the number of {self.back(node.rows)}"
        parts = [self._relative(one) for one in (node.rows.where, node.term) if one is not None]
        return " ".join([text, " and ".join(parts)]) if parts else text

    def _pick(self, node: n.Pick) -> Said:
        first, last = ("earliest", "latest") if self.kind(node.by) is Kind.DATE else ("first", "last")
        which = first if node.which == "first" else last
        noun = "member" if node.rows.entity == "person" else node.rows.entity
        row = f"{which} {noun}{self._which(node.rows)} (by {self.say(node.by)})"
        text = f"{self.say(node.term, ATOM)} of the {row}"
        return (text, COMPARE) if self.kind(node.term) is Kind.BOOL else (f"the {text}", PRODUCT)

    def _share(self, node: n.Share) -> Said:
        rule = "what is left over after rounding down goes to the largest remainders"
        bounds = {"at least": node.at_least, "at most": node.at_most}
        said = [f"{word} {self.say(bound, SUM)}" for word, bound in bounds.items() if bound is not None]
        held = f", each {' and '.join(said)}" if said else ""
        return (
            f"a share of {self.say(node.pool)} in proportion to {self.say(node.by, SUM)}{held} ({rule})",
            SUM,
        )

    # numbers

    def _arithmetic(self, node: n.Arithmetic) -> Said:
        if node.how == "*":
            return f"{self.say(node.left, PRODUCT)} times {self.say(node.right, ATOM)}", PRODUCT
        if node.how == "-" and self.is_zero(node.left):
            return f"minus {self.say(node.right, ATOM)}", SUM
        if node.how == "+" and self.is_zero(node.left):
            return self.said(node.right)
        word = "plus" if node.how == "+" else "less"
        right = SUM if node.how == "+" else PRODUCT
        return f"{self.say(node.left, SUM)} {word} {self.say(node.right, right)}", SUM

    def _divide(self, node: n.Divide) -> Said:
        text = f"{self.say(node.left, PRODUCT)} divided by {self.say(node.right, ATOM)}"
        if node.when_zero is None:
            return text, PRODUCT
        return f"{text}; where that is zero: {self.say(node.when_zero, COMPARE)}", SENTENCE

    def _round(self, node: n.Round) -> Said:
        to = f"{node.digits} decimal{'s' if node.digits != 1 else ''}" if node.digits else "a whole number"
        return f"{self.say(node.x, ATOM)} rounded {ROUNDINGS[node.how]} to {to}", PRODUCT

    def _extreme(self, node: n.Extreme) -> Said:
        items = [self.say(item, ATOM) for item in node.items]
        pair = len(items) == 2
        how = ("lesser" if pair else "least") if node.how == "least" else ("greater" if pair else "greatest")
        return f"the {how} of {listed(items, 'and')}", PRODUCT

    # comparisons and logic

    def _compare(self, node: n.Compare) -> Said:
        plain = self.truth_of(node)
        if plain is not None:
            return plain
        node = self.in_order(node)
        left, right = self.side(node.left, node.right), self.side(node.right, node.left)
        return f"{left} {self.relation(node.how, node.left)} {right}", COMPARE

    def relation(self, how: str, beside: n.Node) -> str:
        """What a comparison is called between values of this kind."""
        kind = self.kind(beside)
        return (NUMBERS if kind is Kind.NUMBER else DATES if kind is Kind.DATE else WORDS)[how]

    def _one_of(self, node: n.OneOf) -> Said:
        words = [self.word(word, node.x) for word in node.words]
        return f"{self.say(node.x, SUM)} is {listed(words, 'or')}", COMPARE

    def _both(self, node: n.And) -> Said:
        return f"{self.say(node.left, AND)} and {self.say(node.right, AND)}", AND

    def _either(self, node: n.Or) -> Said:
        return f"{self.say(node.left, OR)} or {self.say(node.right, OR)}", OR

    def _negated(self, node: n.Not) -> Said:
        if isinstance(node.x, n.IsKnown):
            return f"{self.seen(node.x)} is not known", COMPARE
        return f"not {self.say(node.x, ATOM)}", COMPARE

    def _known(self, node: n.IsKnown) -> Said:
        return f"{self.seen(node)} is known", COMPARE

    def _default(self, node: n.Else) -> Said:
        default = self.side(node.default, node.x)
        level = PRODUCT if self.said(node.x)[1] == ATOM else SENTENCE
        return f"{self.say(node.x, COMPARE)} ({default} if unknown)", level

    def _case(self, node: n.Case) -> Said:
        pairs = zip(node.conditions, node.values, strict=True)
        cases = [f"if {self.say(one, OR)}: {self.say(value, OR)}" for one, value in pairs]
        return "; ".join([*cases, f"otherwise: {self.say(node.otherwise, OR)}"]), SENTENCE

    # dates

    def _years(self, node: n.Years) -> Said:
        return f"completed years from {self.say(node.start, SUM)} to {self.say(node.end, SUM)}", PRODUCT

    def _days(self, node: n.Days) -> Said:
        return f"days from {self.say(node.start, SUM)} to {self.say(node.end, SUM)}", PRODUCT

    def _part(self, node: n.Part) -> Said:
        if self.part_of_day(node):
            return str(self.part_of_day(node)), ATOM
        return f"the {node.how} of {self.say(node.x, SUM)}", PRODUCT


def listed(items: list[str], word: str) -> str:
    """``a, b and c``."""
    return f" {word} ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]
