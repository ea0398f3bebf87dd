"""What the pages of sheets are asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tsampa.office.intake.models import State
from tsampa.office.intake.showing import layout

__all__ = ["AcceptForm", "ReasonForm", "UploadForm", "state_choices"]

ENCODINGS = (
    ("", _("UTF-8 (usual)")),
    ("gb18030", _("GB 18030, GBK (older Chinese Excel)")),
    ("utf-16", "UTF-16"),
    ("big5", "Big5"),
)


class UploadForm(forms.Form):
    """A file, and for CSV what its name does not say."""

    file = forms.FileField(label=_("File"), allow_empty_file=True, max_length=1000)
    table = forms.ChoiceField(label=_("Table of a CSV file"), required=False)
    encoding = forms.ChoiceField(label=_("Encoding of CSV files"), required=False, choices=ENCODINGS)

    def __init__(self, *arguments: Any, lang: str, **told: Any) -> None:
        super().__init__(*arguments, **told)
        tables = [(one.table.name, one.table.label.say(lang)) for one in layout().sheets]
        self.fields["table"] = forms.ChoiceField(
            label=_("Table of a CSV file"),
            required=False,
            choices=[("", _("as the file is called")), *tables],
        )
        self.fields["file"].widget.attrs |= {"accept": ".xlsx,.csv,.tsv,.txt,.zip", "class": "form-control"}
        for name in ("table", "encoding"):
            self.fields[name].widget.attrs["class"] = "form-select"


class ReasonForm(forms.Form):
    """Why somebody refuses or undoes a batch."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class AcceptForm(forms.Form):
    """That the batch is accepted as it was ``seen``: its last step."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


def state_choices() -> list[tuple[str, Any]]:
    """The states a list can be narrowed to; those that last."""
    lasting = (State.CHECKED, State.APPLIED, State.REFUSED, State.UNDONE, State.UPLOADED)
    return [(one.value, one.label) for one in lasting]
