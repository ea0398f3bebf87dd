"""What is said of an area that is new, renamed, merged or split."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tsampa.office.areas.models import Area
from tsampa.office.areas.queries import levels

__all__ = ["AddForm", "MergeForm", "OutlinesForm", "RenameForm", "SplitForm", "UndrawForm"]

PARTS = 4
"""So many parts a page splits an area into."""


def _code(label: Any, *, required: bool = True) -> forms.RegexField:
    """No blanks or marks that would not stand in an address."""
    return forms.RegexField(r"^[0-9A-Za-z_-]+$", label=label, max_length=32, required=required)


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], required=required)


def _reason() -> forms.CharField:
    return forms.CharField(label=_("reason"), max_length=500)


class AddForm(forms.Form):
    """A new area."""

    code = _code(_("code"))
    name = forms.CharField(label=_("name"), max_length=200)
    level = forms.ChoiceField(label=_("level"))
    parent = _code(_("code of the area it lies in"), required=False)
    since = _day(_("first day, if it has not always been"), required=False)
    reason = _reason()

    def __init__(self, *told: Any, lang: str, **named: Any) -> None:
        super().__init__(*told, **named)
        self.fields["level"].choices = levels(lang)  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    """Another name, and where the code changes too, the new one with its first day."""

    name = forms.CharField(label=_("name"), max_length=200)
    code = _code(_("new code, if it changes"), required=False)
    on = _day(_("first day of the new code"), required=False)
    reason = _reason()


class MergeForm(forms.Form):
    """The area that goes on, and from which day."""

    into = forms.ModelChoiceField(label=_("into the area"), queryset=Area.objects.none())
    on = _day(_("from this day on"))
    reason = _reason()

    def __init__(self, *told: Any, neighbours: QuerySet[Area], **named: Any) -> None:
        super().__init__(*told, **named)
        self.fields["into"].queryset = neighbours  # type: ignore[attr-defined]


class SplitForm(forms.Form):
    """Up to four parts. The first takes all households that no other names."""

    on = _day(_("from this day on"))
    reason = _reason()

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        for one in range(1, PARTS + 1):
            self.fields[f"code_{one}"] = _code(_("code"), required=one <= 2)
            self.fields[f"name_{one}"] = forms.CharField(label=_("name"), max_length=200, required=one <= 2)
            if one > 1:
                self.fields[f"homes_{one}"] = forms.CharField(
                    label=_("codes of its households, parted by blanks or lines"), required=False, max_length=200_000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )  # fmt: skip

    def parts(self) -> list[list[forms.BoundField]]:
        """The fields of each part."""
        return [
            [self[name] for name in (f"code_{one}", f"name_{one}", f"homes_{one}") if name in self.fields]
            for one in range(1, PARTS + 1)
        ]

    def into(self) -> dict[str, str]:
        """Names by code."""
        told = self.cleaned_data
        return {
            told[f"code_{one}"]: told[f"name_{one}"] for one in range(1, PARTS + 1) if told.get(f"code_{one}")
        }

    def homes(self) -> dict[str, list[str]]:
        """Households by the code of the part that names them."""
        told = self.cleaned_data
        return {
            told[f"code_{one}"]: told[f"homes_{one}"].replace(",", " ").split()
            for one in range(2, PARTS + 1)
            if told.get(f"code_{one}")
        }


class OutlinesForm(forms.Form):
    """A file of outlines, where in it the codes stand, and why it is sent."""

    file = forms.FileField(label=_("GeoJSON file"), max_length=1000, widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}))  # fmt: skip
    property = forms.CharField(label=_("property with the area's code"), max_length=200, initial="code")
    reason = _reason()


class UndrawForm(forms.Form):
    """Why an area has no outline any more."""

    reason = _reason()
