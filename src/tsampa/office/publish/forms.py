"""What is asked of who prepares, decides or tries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["PrepareForm", "ReasonForm"]


class PrepareForm(forms.Form):
    """A bulletin: its title, languages and what is said before the figures."""

    title = forms.CharField(label=_("title"), max_length=200)
    languages = forms.MultipleChoiceField(
        label=_("languages"), choices=(("zh", "中文"), ("en", "English")), initial=("zh", "en"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = forms.CharField(
        label=_("note before the figures"), required=False, max_length=4000,
        help_text=_("Left empty, it is the programme's own."), widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name in ("title", "note"):
            self.fields[name].widget.attrs["class"] = "form-control"


class ReasonForm(forms.Form):
    """Why a bulletin is refused or withdrawn."""

    reason = forms.CharField(max_length=1000)
