"""What is said of a pool or parameter that is proposed, and of the decision on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tsampa.office.areas.models import Area
from tsampa.schema import read_programme, to_minor

__all__ = ["DecisionForm", "ParameterForm", "PoolForm"]


class PoolForm(forms.Form):
    """Money for an area and a year."""

    area = forms.CharField(label=_("code of the area"), max_length=32)
    name = forms.CharField(label=_("name of the pool"), max_length=200)
    year = forms.IntegerField(label=_("year"), min_value=1900, max_value=2200)
    amount = forms.DecimalField(label=_("amount"), min_value=0, max_digits=15)
    source = forms.CharField(label=_("document it rests on"), max_length=300)
    reason = forms.CharField(label=_("reason"), max_length=1000)

    def __init__(self, *told: Any, areas: QuerySet[Area], **named: Any) -> None:
        super().__init__(*told, **named)
        self.areas = areas

    def clean_area(self) -> str:
        """An area of the user's."""
        code: str = self.cleaned_data["area"]
        if not self.areas.filter(pk=code, until=None).exists():
            raise forms.ValidationError(_("No area of yours has this code."))
        return code

    def clean_amount(self) -> int:
        """In minor units."""
        try:
            return to_minor(self.cleaned_data["amount"], read_programme(settings.PROGRAMME).exponent)
        except ValueError:
            raise forms.ValidationError(_("The amount has too many decimals.")) from None


class ParameterForm(forms.Form):
    """A parameter's value from a day on."""

    name = forms.ChoiceField(label=_("parameter"))
    value = forms.CharField(label=_("value"), max_length=100)
    since = forms.DateField(
        label=_("from this day on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )  # fmt: skip
    source = forms.CharField(label=_("document it rests on"), max_length=300)
    reason = forms.CharField(label=_("reason"), max_length=1000)

    def __init__(self, *told: Any, places: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*told, **named)
        self.fields["name"].choices = places  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """Approved or refused; a refusal says why."""

    decide = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])
    decision = forms.CharField(label=_("remark"), max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        """Why it is refused is owed to who prepared it."""
        told = super().clean() or self.cleaned_data
        if told.get("decide") == "refuse" and not told.get("decision"):
            self.add_error("decision", _("Say why it is refused."))
        return told
