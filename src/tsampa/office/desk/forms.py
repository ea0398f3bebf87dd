"""What the start page is asked, by address and by form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["AskedForm", "CountForm"]


class AskedForm(forms.Form):
    """Area, day and what the map shows."""

    area = forms.CharField(max_length=32, required=False)
    on = forms.DateField(required=False)
    show = forms.CharField(max_length=64, required=False)


class CountForm(forms.Form):
    """The day as of which the register is counted."""

    as_of = forms.DateField(
        label=_("as of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
