"""The words by which a figure is a measure of poverty, inequality or deprivation: those of ``tsampa.measures``.

They stand over the rows of an area, as in ``gini(a.households.income_per_head, weights=a.households.size)``, and only as the
whole of a figure: a measure is floating point, and what rules decide by is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.language import Expression, Many, here, lift, mistake
from tsampa.rules.relations import FIGURE_AREA

if TYPE_CHECKING:
    from tsampa.rules.declare import Declared

__all__ = [
    "Deprivation", "alkire_foster", "at_risk_of_poverty", "fgt", "gini", "qsr", "require_whole", "theil", "watts",
]  # fmt: skip


def fgt(
    income: Any, line: Any, alpha: int | Fraction = 0, *, weights: Any = None, strata: Any = None, clusters: Any = None
) -> Expression:  # fmt: skip
    """The measure of Foster, Greer and Thorbecke: 0 the headcount ratio, 1 the poverty gap, 2 the severity.

    ``line`` is in the income's unit: a parameter, or a value of the same rows. ``weights`` says how many people a row stands
    for. ``strata`` and ``clusters``, texts of the rows, say how the sample was drawn; then the figure has a standard error.
    """
    return _measure("fgt", [income], weights, strata, clusters, line=line, constant=alpha)


def watts(
    income: Any, line: Any, *, weights: Any = None, strata: Any = None, clusters: Any = None
) -> Expression:
    """The measure of Watts, over those whose income is above nought; otherwise as ``fgt``."""
    return _measure("watts", [income], weights, strata, clusters, line=line)


def at_risk_of_poverty(
    income: Any, *, share: Any = Fraction(3, 5), weights: Any = None, strata: Any = None, clusters: Any = None
) -> Expression:
    """The part of people below a share of the median income of the area the figure is asked for."""
    return _measure("at_risk_of_poverty", [income], weights, strata, clusters, constant=share)


def gini(
    income: Any, *, ranks: Literal["middle", "upper"] = "upper", weights: Any = None, strata: Any = None, clusters: Any = None
) -> Expression:  # fmt: skip
    """Gini's coefficient; ``ranks`` as in ``tsampa.measures.gini``."""
    if ranks not in ("middle", "upper"):
        raise mistake("figure-measure-form", f"no ranks are called '{ranks}'", "Use middle or upper.")
    return _measure("gini", [income], weights, strata, clusters, form=ranks)


def theil(income: Any, *, weights: Any = None, strata: Any = None, clusters: Any = None) -> Expression:
    """Theil's index, over those whose income is above nought."""
    return _measure("theil", [income], weights, strata, clusters)


def qsr(income: Any, *, weights: Any = None, strata: Any = None, clusters: Any = None) -> Expression:
    """The income of the richest fifth over that of the poorest."""
    return _measure("qsr", [income], weights, strata, clusters)


@dataclass(frozen=True)
class Deprivation:
    """What ``alkire_foster`` finds; a figure is one of its indices."""

    _node: Expression

    @property
    def mpi(self) -> Expression:
        """M0: headcount times intensity."""
        return self._index("mpi")

    @property
    def headcount(self) -> Expression:
        """H: the part of people who are poor."""
        return self._index("headcount")

    @property
    def intensity(self) -> Expression:
        """A: the mean share of weighted indicators the poor are deprived in."""
        return self._index("intensity")

    def censored(self, name: str) -> Expression:
        """The part of people who are poor and deprived in this indicator."""
        measure = self._node.node
        assert isinstance(measure, n.Measure)
        if name not in measure.names:
            known = ", ".join(measure.names)
            raise mistake("figure-measure-form", f"no indicator is called '{name}'", f"Use one of {known}.")
        return self._index("censored", name)

    def _index(self, form: str, of: str = "") -> Expression:
        measure = self._node.node
        assert isinstance(measure, n.Measure)
        return replace(self._node, node=replace(measure, form=form, of=of))


def alkire_foster(
    deprived: Mapping[str, Any], cutoff: Any, *, shares: Mapping[str, Any] | None = None, weights: Any = None,
    strata: Any = None, clusters: Any = None,
) -> Deprivation:  # fmt: skip
    """Deprivation in several things at once: ``alkire_foster({"water": ~a.households.safe_water, …}, cutoff="1/3").mpi``.

    ``deprived`` names each indicator and says of each row whether it is deprived; ``shares`` gives the indicators' weights
    (equal where left out), ``cutoff`` the share of them from which a row counts as poor, as text, fraction or parameter.
    """
    if (
        not isinstance(deprived, Mapping)
        or not deprived
        or (shares is not None and set(shares) != set(deprived))
    ):
        raise mistake(
            "figure-measure-indicators", "the indicators have no names, or not the same as their shares",
            "Write alkire_foster(dict(water=~a.households.safe_water), cutoff='1/3').",
        )  # fmt: skip
    names = tuple(deprived)
    given = tuple(_number(1 if shares is None else shares[name]) for name in names)
    if min(given) < 0 or not sum(given):
        raise mistake(
            "figure-measure-indicators", "a share is below nought, or all are nought",
            "Give each indicator a share of nought or more.",
        )  # fmt: skip
    values = [deprived[name] for name in names]
    found = _measure(
        "alkire_foster", values, weights, strata, clusters, constant=cutoff, names=names, shares=given
    )
    return Deprivation(found)


def _number(value: Any) -> Fraction:
    """A number said exactly: as text, whole number or fraction."""
    if isinstance(value, (str, int, Fraction, Decimal)) and not isinstance(value, bool):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass
    raise mistake("rule-float", f"{value} is no exact number", "Write it as text or fraction, as in '1/3'.")


def _constant(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    return Expression(n.Literal(_number(value), at=here()))


def _measure(
    how: Any, values: list[Any], weights: Any, strata: Any, clusters: Any, *, line: Any = None, constant: Any = None,
    **more: Any,
) -> Expression:  # fmt: skip
    """The node, once all its parts are found to be of the same rows of an area."""
    of_rows = [lift(value) for value in values]
    optional = [None if one is None else lift(one) for one in (line, weights, strata, clusters)]
    fixed = None if constant is None else _constant(constant)
    if fixed is not None and not all(
        isinstance(one, (n.Literal, n.Parameter, n.Divide)) for one in n.walk(fixed.node)
    ):
        raise mistake(
            "figure-measure-constant", "alpha, share and cutoff are the same for all rows",
            "Give a number or a parameter.",
        )  # fmt: skip
    parts = [*of_rows, *(one for one in optional if one is not None)]
    rows, parent = _common_rows(parts)
    named = ("line", "weights", "strata", "clusters", "constant")
    trees: dict[str, Any] = {
        name: one.node for name, one in zip(named, (*optional, fixed), strict=True) if one is not None
    }
    values_of = tuple(one.node for one in of_rows)
    return parent.expression(n.Measure(how, rows, values_of, **trees, **more, at=here()))


def _common_rows(parts: list[Expression]) -> tuple[n.Rows, Many]:
    first = next((part for part in parts if part.rows is not None), None)
    wrong = first is None or any(part.entity is not None and part.rows is not first.rows for part in parts)
    if wrong or first is None or first.rows is None or first.parent is None:
        raise mistake(
            "figure-measure-rows", "a measure needs values of the same rows",
            "Take income, weights and the rest from one set of rows: h = a.households; gini(h.income, weights=h.size).",
        )  # fmt: skip
    return first.rows, first.parent


def require_whole(root: n.Node, one: Declared) -> None:
    """Raises TsampaError ``rule-measure`` for a measure in a rule, ``figure-measure-part`` for one that is part of a figure."""
    inside = next((node for node in n.walk(root) if isinstance(node, n.Measure)), None)
    if inside is None or (one.entity == FIGURE_AREA and inside is root and _measures(root) == 1):
        return
    place = f"{inside.at or one.at}: {one.kind} {one.name}"
    if one.entity != FIGURE_AREA:
        raise TsampaError(
            "rule-measure", f"{inside.how} is floating point, and a rule's numbers are exact", where=place,
            remedy="Make it a figure, or count exactly with sums and quotients.",
        )  # fmt: skip
    raise TsampaError(
        "figure-measure-part", f"{inside.how} is only a part of the figure", where=place,
        remedy="Let the measure be the whole figure: return gini(…).",
    )  # fmt: skip


def _measures(root: n.Node) -> int:
    return sum(isinstance(node, n.Measure) for node in n.walk(root))
