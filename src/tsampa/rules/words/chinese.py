"""Trees in Chinese."""

from __future__ import annotations

from fractions import Fraction

from tsampa.rules import nodes as n
from tsampa.rules.words.speaker import AND, ATOM, COMPARE, OR, PRODUCT, SENTENCE, SUM, Said, Speaker
from tsampa.schema import Kind

__all__ = ["Chinese"]

MONEY = {"<": "低于", "<=": "不超过", "==": "等于", "!=": "不等于", ">=": "不低于", ">": "高于"}
NUMBERS = {"<": "小于", "<=": "不超过", "==": "等于", "!=": "不等于", ">=": "不小于", ">": "大于"}
DATES = {"<": "早于", "<=": "不晚于", "==": "为", "!=": "不是", ">=": "不早于", ">": "晚于"}
WORDS = {"==": "为", "!=": "不是"}
ROUNDINGS = {"down": "向下舍去", "up": "向上进位", "half_up": "四舍五入", "half_even": "四舍六入五成双"}


class Chinese(Speaker):
    """Says trees in Chinese."""

    lang = "zh"
    brackets = ("（", "）")

    def _literal(self, node: n.Literal) -> Said:
        if isinstance(node.value, str):
            return self.quoted(node.value), ATOM
        unit = self.shapes.of(node).unit if isinstance(node.value, Fraction) else None
        return self.amount(node.value, unit), ATOM

    def _today(self, node: n.Today) -> Said:
        return ("当日" if self.day is None else self.amount(self.day, None)), ATOM

    def _parameter(self, node: n.Parameter) -> Said:
        label = self.shapes.named_parameter(node.name, node).label.zh
        keys = [self.key(node, place) or f"按{self.say(key)}" for place, key in enumerate(node.keys)]
        return (f"{label}（{'，'.join(keys)}）" if keys else label), ATOM

    def _tariff(self, node: n.Tariff) -> Said:
        label = self.shapes.named_parameter(node.name, node).label.zh
        return f"{self.say(node.x, SUM)}在{label}中对应的档次", PRODUCT

    def _value(self, node: n.Value) -> Said:
        name = self.name((node.entity, node.name))
        return (self.quoted(name) if self.kind(node) is Kind.BOOL else name), ATOM

    def _up(self, node: n.Up) -> Said:
        above = self.link(node.entity, node.link)
        above = above if node.link not in (*self.schema.levels, "household") else f"所在{above}"
        if isinstance(node.value, (n.Value, n.Up)):
            return f"{above}的{self.say(node.value)}", ATOM
        return f"对{above}而言：{self.say(node.value)}", SENTENCE

    # rows

    def _rows(self, rows: n.Rows) -> Said:
        return f"{self.back(rows)}{self._which(rows)}", SENTENCE

    def _which(self, rows: n.Rows) -> str:
        return "" if rows.where is None else f"（{self.say(rows.where)}）"

    def one_row(self, rows: n.Rows) -> str:
        """What one such row would be: "核查（保障项目为住房安全）"."""
        return f"{self.back(rows)}{self._which(rows)}"

    def _fold(self, node: n.Fold) -> Said:
        rows, which = self.back(node.rows), self._which(node.rows)
        if node.how == "count":
            parts = [self.say(one, AND) for one in (node.rows.where, node.term) if one is not None]
            many = self._number_of(node.rows)
            return (f"{rows}中{'且'.join(parts)}的{many}" if parts else self._all_of(node.rows)), PRODUCT
        if node.how == "any" and isinstance(node.term, n.Literal):
            return f"有{rows}记录{which}", COMPARE
        assert node.term is not None
        if node.how in ("any", "all"):
            how = "中至少有一个" if node.how == "any" else "全部"
            return f"{rows}{which}{how}符合{self.say(node.term, COMPARE)}", COMPARE
        if node.how == "distinct":
            return f"{rows}{which}中不同{self.say(node.term, ATOM)}的个数", PRODUCT
        if node.how == "sum":
            return f"{self._each(node.rows)}{self.say(node.term, ATOM)}之和{which}", SUM
        dates = self.kind(node.term) is Kind.DATE
        least, most = ("最早", "最晚") if dates else ("最小", "最大")
        return f"{rows}{which}中{least if node.how == 'min' else most}的{self.say(node.term, ATOM)}", PRODUCT

    def _number_of(self, rows: n.Rows) -> str:
        if rows.entity == "person":
            return "人数"
        small = rows.entity == "household" or rows.entity in self.schema.levels
        return f"{self.back(rows)}数" if small else "条数"

    def _all_of(self, rows: n.Rows) -> str:
        many = self._number_of(rows)
        return many if many.startswith(self.back(rows)) else f"{self.back(rows)}{many}"

    def _each(self, rows: n.Rows) -> str:
        small = rows.entity == "household" or rows.entity in self.schema.levels
        return f"各{self.back(rows)}" if small else f"{self.back(rows)}的"

    def _pick(self, node: n.Pick) -> Said:
        dates = self.kind(node.by) is Kind.DATE
        first, last = ("最早", "最近") if dates else ("最前", "最后")
        where = "" if node.rows.where is None else f"{self.say(node.rows.where)}，"
        by = f"（{where}按{self.say(node.by)}）"
        row = f"{first if node.which == 'first' else last}一条{self.back(node.rows)}{by}"
        if node.rows.entity == "person":
            row = row.replace("一条", "一名", 1)
        text = f"{row}的{self.say(node.term, ATOM)}"
        return text, COMPARE if self.kind(node.term) is Kind.BOOL else PRODUCT

    def _share(self, node: n.Share) -> Said:
        bounds = {"至少": node.at_least, "至多": node.at_most}
        said = [f"{word}{self.say(bound, ATOM)}" for word, bound in bounds.items() if bound is not None]
        held = f"每份{'、'.join(said)}；" if said else ""
        rule = f"{held}先向下取整，余下部分按最大余数法分配"
        return f"按{self.say(node.by, ATOM)}分配{self.say(node.pool)}所得的份额（{rule}）", PRODUCT

    # numbers

    def _arithmetic(self, node: n.Arithmetic) -> Said:
        if node.how == "*":
            return f"{self.say(node.left, PRODUCT)}乘以{self.say(node.right, ATOM)}", PRODUCT
        if node.how == "-" and self.is_zero(node.left):
            return f"负的{self.say(node.right, ATOM)}", SUM
        if node.how == "+" and self.is_zero(node.left):
            return self.said(node.right)
        word = "加" if node.how == "+" else "减去"
        return (
            f"{self.say(node.left, SUM)}{word}{self.say(node.right, SUM if node.how == '+' else PRODUCT)}",
            SUM,
        )

    def _divide(self, node: n.Divide) -> Said:
        text = f"{self.say(node.left, PRODUCT)}除以{self.say(node.right, ATOM)}"
        if node.when_zero is None:
            return text, PRODUCT
        return f"{text}；除数为零时为{self.say(node.when_zero, COMPARE)}", SENTENCE

    def _round(self, node: n.Round) -> Said:
        to = f"保留{node.digits}位小数" if node.digits else "取整数"
        return f"{self.say(node.x, ATOM)}{ROUNDINGS[node.how]}{to}", PRODUCT

    def _extreme(self, node: n.Extreme) -> Said:
        items = [self.say(item, ATOM) for item in node.items]
        pair = len(items) == 2
        how = ("较小者" if pair else "最小者") if node.how == "least" else ("较大者" if pair else "最大者")
        return f"{'与'.join(items) if pair else '、'.join(items)}中的{how}", PRODUCT

    # comparisons and logic

    def _compare(self, node: n.Compare) -> Said:
        plain = self.truth_of(node)
        if plain is not None:
            return plain
        node = self.in_order(node)
        left, right = self.side(node.left, node.right), self.side(node.right, node.left)
        return f"{left}{self.relation(node.how, node.left)}{right}", COMPARE

    def relation(self, how: str, beside: n.Node) -> str:
        """What a comparison is called between values of this kind."""
        kind = self.kind(beside)
        if kind is Kind.NUMBER:
            return (MONEY if self._is_money(beside) else NUMBERS)[how]
        return (DATES if kind is Kind.DATE else WORDS)[how]

    def _is_money(self, node: n.Node) -> bool:
        unit = self.shapes.of(node).unit
        return unit is not None and unit.money_power > 0

    def _one_of(self, node: n.OneOf) -> Said:
        words = [self.word(word, node.x) for word in node.words]
        last = f"{'、'.join(words[:-1])}或{words[-1]}" if len(words) > 1 else words[0]
        return f"{self.say(node.x, SUM)}为{last}", COMPARE

    def _both(self, node: n.And) -> Said:
        return f"{self.say(node.left, AND)}且{self.say(node.right, AND)}", AND

    def _either(self, node: n.Or) -> Said:
        return f"{self.say(node.left, OR)}或{self.say(node.right, OR)}", OR

    def _negated(self, node: n.Not) -> Said:
        if isinstance(node.x, n.IsKnown):
            return f"{self.seen(node.x)}未知", COMPARE
        return f"不符合{self.say(node.x, ATOM)}", COMPARE

    def _known(self, node: n.IsKnown) -> Said:
        return f"{self.seen(node)}已知", COMPARE

    def _default(self, node: n.Else) -> Said:
        level = PRODUCT if self.said(node.x)[1] == ATOM else SENTENCE
        return f"{self.say(node.x, COMPARE)}（未知时取{self.side(node.default, node.x)}）", level

    def _case(self, node: n.Case) -> Said:
        pairs = zip(node.conditions, node.values, strict=True)
        cases = [f"若{self.say(one, OR)}，则为{self.say(value, OR)}" for one, value in pairs]
        return "；".join([*cases, f"否则为{self.say(node.otherwise, OR)}"]), SENTENCE

    # dates

    def _years(self, node: n.Years) -> Said:
        return f"从{self.say(node.start, SUM)}到{self.say(node.end, SUM)}的整年数", PRODUCT

    def _days(self, node: n.Days) -> Said:
        return f"从{self.say(node.start, SUM)}到{self.say(node.end, SUM)}的天数", PRODUCT

    def _part(self, node: n.Part) -> Said:
        if self.part_of_day(node):
            return str(self.part_of_day(node)), ATOM
        return f"{self.say(node.x, SUM)}所在{'年份' if node.how == 'year' else '月份'}", PRODUCT
