"""What a page of figures is asked for: an area that the user may see figures of, and an assessment. ``?area=&on=``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404, QueryDict

from tsampa.assessment import Assessment
from tsampa.bulletin.layout import layout_of
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import WHOLE, Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.publish.opened import opened

__all__ = ["Asked", "area_of", "asked", "home_area", "read_day"]


@dataclass(frozen=True)
class Asked:
    """The judgement and the area in question, with the areas above and right below it that the user may see."""

    scope: Scope
    judgement: Judgement
    judgements: list[Judgement]
    area: Area
    may: May = May.SEE_FIGURES

    @property
    def assessment(self) -> Assessment:
        """The judgement's assessment, opened."""
        return opened(self.judgement)

    @cached_property
    def above(self) -> list[Area]:
        """From the topmost down to the area's parent, as far as the user may see."""
        found: list[Area] = []
        one = self.area.parent
        while one is not None:
            if self.scope.holds(self.may, one.code):
                found.insert(0, one)
            one = one.parent
        return found

    @cached_property
    def below(self) -> list[Area]:
        """The areas right below, by code."""
        rows = visible_to(self.scope, Area.objects.filter(parent=self.area), self.may)
        return list(rows.order_by("code"))

    @property
    def query(self) -> str:
        """As it stands in an address, to be kept from page to page."""
        return f"area={self.area.code}&on={self.judgement.day.isoformat()}"

    def level_name(self, level: str, lang: str) -> str:
        """What the programme calls areas of this level."""
        labels = self.assessment.rulebook.schema.level_labels
        return labels[level].say(lang) if level in labels else level


def asked(scope: Scope, query: QueryDict, may: May = May.SEE_FIGURES) -> Asked | None:
    """What the query asks for; None where nothing was ever counted, or nothing lies in the user's areas.

    Raises Http404 for an area outside the scope, and for a day before the first assessment.
    """
    judgements = list(Judgement.objects.defer("variables"))
    if not judgements:
        return None
    judgement = _judgement(judgements, read_day(query.get("on", "")))
    area = (
        area_of(scope, query.get("area", ""), may) if query.get("area") else home_area(scope, judgement, may)
    )
    return None if area is None else Asked(scope, judgement, judgements, area, may)


def read_day(text: str) -> date | None:
    """A day as addresses write it; None for none. Raises Http404 for what is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _judgement(judgements: list[Judgement], on: date | None) -> Judgement:
    """The latest that stood on the day."""
    for one in judgements:
        if on is None or one.day <= on:
            return one
    raise Http404


def area_of(scope: Scope, code: str, may: May = May.SEE_FIGURES) -> Area:
    """The area of this code. Raises Http404 where the user may not do this there, or there is none."""
    rows = visible_to(scope, Area.objects.select_related("parent__parent__parent__parent"), may)
    found = rows.filter(code=code[:32]).first() if "\x00" not in code else None
    if found is None:
        raise Http404
    return found


def home_area(scope: Scope, judgement: Judgement, may: May = May.SEE_FIGURES) -> Area | None:
    """Where the user's work is: the first of their areas; for the whole register the bulletin's area, or the topmost."""
    roots = scope.roots(may)
    rows = Area.objects.select_related("parent__parent__parent__parent")
    if WHOLE not in roots:
        return rows.filter(code__in=roots).order_by("code").first()
    home = _home(opened(judgement))
    return rows.filter(code=home).first() or rows.filter(parent__isnull=True).order_by("code").first()


_HOMES: dict[str, str] = {}


def _home(assessment: Assessment) -> str:
    """Whose the programme's bulletin is; read once for each version of the rules."""
    version = assessment.manifest.rulebook_version
    if version not in _HOMES:
        _HOMES[version] = layout_of(assessment.rulebook).area
    return _HOMES[version]
