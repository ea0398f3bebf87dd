"""The reasons for a household's standing, in words, each step with what it rests on and where its records stand in the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from tsampa.assessment import explain_household, open_assessment
from tsampa.errors import TsampaError
from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Judgement
from tsampa.office.register.columns import schema
from tsampa.rules.explain import Explanation, Reason

__all__ = ["Step", "Why", "why"]

KEPT_SECONDS = 600
SECTIONS = {
    "incomes": "incomes", "checks": "checks", "memberships": "members", "persons": "members", "land_parcels": "land",
    "poverty_drivers": "drivers", "statuses": "standing",
}  # fmt: skip
"""Where on the file's page the rows of a table stand; other tables stand in a section of their own."""


@dataclass(frozen=True)
class Step:
    """One reason. ``at`` is the part of the file's page in which the records stand that it speaks of."""

    says: str
    source: str
    place: str
    at: str
    because: tuple[Step, ...]


@dataclass(frozen=True)
class Said:
    """A variable with its value and reasons."""

    label: str
    value: str
    meaning: str
    source: str
    place: str
    because: tuple[Step, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """All that the rules say of a household."""

    rulebook: str
    verdicts: tuple[Said, ...]
    changes: tuple[str, ...]


def why(judgement: Judgement, household: str, lang: str) -> Why | TsampaError:
    """The reasons as the judgement's own rules and records give them; or the error that says why they cannot be read."""
    key = f"why:{judgement.pk}:{household}:{lang}"
    kept: Why | None = cache.get(key)
    if kept is not None:
        return kept
    try:
        found = explain_household(open_assessment(judgement.path), household, lang)
    except TsampaError as error:
        return error
    except OSError:
        return _gone()
    made = _told(found, lang)
    cache.set(key, made, KEPT_SECONDS)
    return made


def _gone() -> TsampaError:
    return TsampaError("assessment-unreadable", "the folder of the assessment cannot be read", remedy="Put it back, or count the register again.")  # fmt: skip


def _told(found: Explanation, lang: str) -> Why:
    places = _places(lang)
    names = _standings(lang)
    return Why(
        found.rulebook[:12],
        tuple(
            Said(one.label, names.get(one.value.strip("“”\"'"), one.value), one.meaning, one.source, one.place, _steps(one.because, places), one.changes)
            for one in found.verdicts
        ),
        found.changes,
    )  # fmt: skip


def _standings(lang: str) -> dict[str, str]:
    """The words of the programme's standing and of statuses, which rules know by their code."""
    glance = glance_of()
    columns = schema().by_name["statuses"].columns
    found = {word: label.say(lang) for one in columns for word, label in one.choice_labels.items()}
    standings = glance.standings if glance else {}
    return found | {one: words[1 if lang == "zh" else 0] for one, words in standings.items()}


def _steps(reasons: Iterable[Reason], places: dict[str, str]) -> tuple[Step, ...]:
    return tuple(Step(one.says, one.source, one.place, _at(one, places), _steps(one.because, places)) for one in reasons)  # fmt: skip


def _places(lang: str) -> dict[str, str]:
    """How reasons speak of rows, and where those stand: the longest word first, so that no shorter one hides it."""
    found: dict[str, str] = {}
    for table in schema().tables:
        section = SECTIONS.get(table.name, f"records-{table.name}")
        if table.name in ("areas", "households", "pools"):
            continue
        singular = table.entity.replace("_", " ")
        for word in [table.label.zh] if lang == "zh" else [table.label.en, singular]:
            found[word] = section
    words = sorted(found, key=lambda word: -len(word))
    return {word: found[word] for word in words}


def _at(one: Reason, places: dict[str, str]) -> str:
    """A reason that rests on no rule speaks of a record: it begins with what the row is called."""
    if one.source or one.place:
        return ""
    for word, section in places.items():
        if one.says.startswith((f"{word}（", f"{word} (", f"没有{word}", f"there are no {word}")):
            return section
    return ""
