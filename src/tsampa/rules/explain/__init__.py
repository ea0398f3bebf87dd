"""Explanations: why a household stands where it stands, and what would change it, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim
from tsampa.rules.explain.reasons import Reasons
from tsampa.rules.explain.result import Explanation, Reason, Verdict
from tsampa.rules.reference import Reference

__all__ = ["Explanation", "Reason", "Verdict", "explain"]


def explain(
    reference: Reference, household_key: str, names: Sequence[str] | None = None, lang: str = "en"
) -> Explanation:
    """Why the household's ``names`` (by default those the rulebook shows) have the values they have.

    Raises TsampaError ``row-unknown``, ``rule-name-unknown`` or ``language-unknown``.
    """
    if lang not in ("en", "zh"):
        raise TsampaError("language-unknown", f"no language '{lang}'", remedy="Use en or zh.", usage=True)
    rulebook = reference.rulebook
    shown = (
        [name for name in rulebook.shows if ("household", name) in reference.formulas]
        if names is None
        else names
    )
    told = Reasons(reference, household_key, lang)
    verdicts = tuple(_verdict(reference, household_key, name, lang, told) for name in shown)
    changes = tuple(dict.fromkeys(change for verdict in verdicts for change in verdict.changes))
    return Explanation(
        household_key, rulebook.label.say(lang), rulebook.version, reference.day, lang, verdicts, changes
    )


def _verdict(reference: Reference, key: str, name: str, lang: str, told: Reasons) -> Verdict:
    place = ("household", name)
    value = reference.value(place, key)
    before = told.has_told(place, key)
    reason = told.variable(place, key, "none")
    # Of a value that was handed in there is no more to tell than that.
    because = reason.because or ((reason,) if reference.is_given(place, key) else ())
    fresh = Reasons(reference, key, lang)  # what would change it is gathered anew, whatever was told before
    fresh.variable(place, key, _aim(value))
    formula = reference.formulas.get(place)
    return Verdict(
        name=name,
        label=told.speak.name(place),
        value=told.naming.say(value, n.Value(*place)),
        meaning=formula.meaning.say(lang) if formula else "",
        source=formula.source if formula else "",
        place=formula.at if formula else "",
        because=(Reason(told.phrase("see_above")),) if before else because,
        changes=tuple(fresh.changes),
    )


def _aim(value: object) -> Aim:
    if value is None:
        return "known"
    if isinstance(value, bool):
        return "none" if value else "true"
    return "other" if isinstance(value, str) else "none"
